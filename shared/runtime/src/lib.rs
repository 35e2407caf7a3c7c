//! What main does first: configuration, SDK clients, logs, clock.
//!
//! The only crate that reads the environment or the wall clock; everything else takes them as arguments.

/// The wall clock.
pub mod clock;
/// The environment, as template.yaml declares it.
pub mod config;
/// SDK clients from the environment.
pub mod sdk;

/// Begins structured logs on standard output: JSON lines, level from `AWS_LAMBDA_LOG_LEVEL` or INFO.
///
/// What must never stand in a log is in CONTRIBUTING.md.
pub fn logs() {
    let level = config::optional("AWS_LAMBDA_LOG_LEVEL").unwrap_or_else(|| "INFO".into());
    // the SDK and hyper at WARN: their debug lines would hold signed requests
    let filter = format!(
        "warn,{}",
        OURS.map(|name| format!("{name}={level}")).join(",")
    );
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_current_span(false)
        .without_time()
        .init();
}

/// The packages whose lines are ours.
const OURS: [&str; 11] = [
    "bucket",
    "domain",
    "download",
    "gallery",
    "notify",
    "rendition",
    "runtime",
    "studio",
    "sweep",
    "table",
    "web",
];
