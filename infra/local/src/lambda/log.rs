//! What functions print: every line into a file, errors also in short on the console.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

use crate::error::StartError;

/// One function's log file. Clones write to the same.
#[derive(Clone)]
pub(super) struct Log {
    name: String,
    path: PathBuf,
    file: Arc<Mutex<File>>,
}

impl Log {
    /// Opens `{directory}/{name}.log` for appending.
    pub(super) fn open(directory: &Path, name: &str) -> Result<Self, StartError> {
        let path = directory.join(format!("{name}.log"));
        let file = OpenOptions::new().create(true).append(true).open(&path);
        let file = file.map_err(|error| StartError::Unwritable {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        Ok(Self {
            name: name.to_owned(),
            path,
            file: Arc::new(Mutex::new(file)),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Copies lines from `pipe` until it closes.
    pub(super) fn follow(&self, pipe: Option<impl AsyncRead + Unpin + Send + 'static>) {
        let Some(pipe) = pipe else { return };
        let log = self.clone();
        tokio::spawn(async move {
            let mut lines = BufReader::new(pipe).lines();
            // a line that is not UTF-8 ends the copy; the functions write JSON
            while let Ok(Some(line)) = lines.next_line().await {
                log.write(&line);
            }
        });
    }

    fn write(&self, line: &str) {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // a full disk shows up where something matters; a log line is not it
        let _ = writeln!(file, "{line}");
        drop(file);
        if let Some(error) = error_in(line) {
            tracing::warn!("{}: {error}", self.name);
        }
    }
}

/// The message of a line of level ERROR, or of a panic.
fn error_in(line: &str) -> Option<String> {
    let short = |text: &str| text.chars().take(200).collect::<String>();
    match serde_json::from_str::<serde_json::Value>(line) {
        Ok(entry) if entry["level"] == "ERROR" => {
            let message = entry["fields"]["message"]
                .as_str()
                .or_else(|| entry["message"].as_str());
            Some(short(message.unwrap_or(line)))
        }
        Ok(_) => None,
        Err(_) => (line.contains("panicked at") || line.starts_with("Error")).then(|| short(line)),
    }
}

#[cfg(test)]
mod tests {
    use super::error_in;

    #[test]
    fn only_errors_reach_the_console() {
        let error = r#"{"level":"ERROR","fields":{"message":"the table cannot be read"}}"#;
        assert_eq!(error_in(error).as_deref(), Some("the table cannot be read"));
        assert_eq!(
            error_in(r#"{"level":"INFO","fields":{"message":"ready"}}"#),
            None
        );
        assert!(error_in("thread 'main' panicked at src/main.rs:1").is_some());
        assert_eq!(error_in("listening"), None);
    }
}
