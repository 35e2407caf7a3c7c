//! The command line: builds, starts, prints where everything is, and waits for Ctrl-C.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::compile::build_functions;
use crate::error::StartError;
use crate::ready::Ready;
use crate::stack::{Options, start, workspace};

/// Runs the whole stack of template.yaml on this machine.
#[derive(Debug, Parser)]
#[command(name = "local")]
struct Arguments {
    /// The site's port; 0 takes any free one. S3, DynamoDB and the mailbox take the next three if they are free.
    #[arg(long, value_name = "N", default_value_t = 3000)]
    port: u16,
    /// Where everything is kept.
    #[arg(long, value_name = "DIR", default_value = ".local/")]
    data: PathBuf,
    /// Starts without the sample gallery.
    #[arg(long)]
    empty: bool,
    /// Writes addresses and keys as JSON there, once everything answers.
    #[arg(long, value_name = "PATH")]
    ready_file: Option<PathBuf>,
}

/// The program.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("off,local=info"))
        .without_time()
        .with_level(false)
        .with_target(false)
        .with_writer(std::io::stderr)
        .init();
    match stack(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&mut std::io::stderr(), &format!("{error}\n"));
            ExitCode::FAILURE
        }
    }
}

fn stack(arguments: Arguments) -> Result<(), StartError> {
    if let Some(stale) = &arguments.ready_file {
        // whoever waits for the file must not read the last run's
        let _ = std::fs::remove_file(stale);
    }
    tracing::info!("Building the functions …");
    let options = Options {
        port: arguments.port,
        data: arguments.data,
        empty: arguments.empty,
        ready_file: arguments.ready_file,
        template: workspace().join("template.yaml"),
        binaries: build_functions()?,
        drop_notifications: None,
    };
    tracing::info!("Starting the stack …");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| StartError::Service {
        service: "The runtime",
        reason: error.to_string(),
    })?;
    runtime.block_on(async {
        let interrupted = interrupted();
        tokio::pin!(interrupted);
        let logs = options.data.join("logs");
        let running = tokio::select! {
            running = start(options) => running?,
            // the processes die with their handles
            () = &mut interrupted => return Ok(()),
        };
        say(&mut std::io::stdout(), &block(running.ready(), &logs));
        interrupted.await;
        say(&mut std::io::stdout(), "\nStopping …\n");
        running.stop().await;
        Ok(())
    })
}

/// Ctrl-C, or a polite `kill`.
async fn interrupted() {
    let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    match terminated {
        Ok(mut terminated) => {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
        }
        // without signals there is nothing to wait for but the end
        Err(_) => std::future::pending().await,
    }
}

fn block(ready: &Ready, logs: &std::path::Path) -> String {
    let sample = ready.sample.as_ref().map_or_else(String::new, |sample| {
        format!(
            "  Sample gallery   {}\n  PIN              {}\n\n",
            sample.gallery, sample.pin
        )
    });
    let s3 = &ready.s3;
    format!(
        "
{sample}  Studio           {}   (sign in as {})
  Mailbox          {}

  S3               {}   region {}
  access key       {}
  secret key       {}
  buckets          {}
                   {}
                   {}

  Logs are in {}. Ctrl-C stops; everything is kept.

",
        ready.studio,
        ready.owner_email,
        ready.mailbox,
        s3.endpoint,
        s3.region,
        s3.access_key,
        s3.secret_key,
        s3.buckets.originals,
        s3.buckets.renditions,
        s3.buckets.archives,
        logs.display(),
    )
}

/// A closed pipe is no reason to stop the stack.
fn say(out: &mut dyn Write, text: &str) {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
