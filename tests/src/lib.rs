//! What every layer of tests stands on: the template as data, emulators in this process, the whole stack, and actors.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

/// Who asks.
pub mod actors;
/// People, rows and galleries in any state.
pub mod cast;
/// The template's table and buckets in this process.
pub mod emulators;
/// The functions with pages, in this process.
pub mod house;
/// A line that drops.
pub mod line;
/// What is uploaded.
pub mod photographs;
/// The whole stack, with the real binaries.
pub mod stack;
/// template.yaml as data.
pub mod template;

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long anything may take that is only waited for: far more than it needs on a slow, busy machine.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// The workspace's root.
#[must_use]
pub fn root() -> PathBuf {
    local::workspace().to_path_buf()
}

/// A file of the workspace as text.
///
/// # Panics
/// When it is not there.
#[must_use]
pub fn text(path: &str) -> String {
    let full = root().join(path);
    std::fs::read_to_string(&full).unwrap_or_else(|error| panic!("{}: {error}", full.display()))
}

/// Says a figure past the harness, which keeps to itself what a passing test prints.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// Asks until the answer is there; never proves anything by having waited.
///
/// # Panics
/// After [`PATIENCE`], naming what was waited for.
pub async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "waited in vain for {what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}
