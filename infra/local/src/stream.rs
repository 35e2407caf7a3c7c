//! A table's stream into a function: filtered, in order, with its place kept on disk.

mod batch;
mod filter;
mod reader;

pub use filter::Filter;
pub use reader::{Reader, Record};

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::clock;
use crate::lambda::Functions;
use crate::queue::Queues;
use crate::template::StreamSource;
use batch::{Verdict, verdict};

/// Expired items enter the stream without a call: it is looked at this often anyway.
const POLL: Duration = Duration::from_secs(2);
/// Between two attempts; doubles up to a minute.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// One event source mapping on a stream.
pub struct Mapping {
    /// The function's logical id.
    pub function: String,
    /// What the template says.
    pub source: StreamSource,
    /// The stream's records.
    pub reader: Reader,
    /// Who is invoked.
    pub functions: Functions,
    /// Keeps the checkpoint, and takes what is given up.
    pub queues: Queues,
    /// Woken after every write.
    pub written: Arc<Notify>,
}

impl Mapping {
    /// Delivers records until the future is dropped.
    pub async fn run(self) {
        let checkpoint = format!("stream {}", self.function);
        let mut position = self.queues.note(&checkpoint).ok().flatten();
        if position.is_none() && self.source.from_latest {
            position = self.reader.latest();
        }
        loop {
            let records = match self.reader.after(position.as_deref()) {
                Ok(records) => records,
                Err(reason) => {
                    tracing::warn!("the stream of {} cannot be read: {reason}", self.function);
                    tokio::time::sleep(POLL).await;
                    continue;
                }
            };
            let Some(last) = records.last().map(|record| record.sequence.clone()) else {
                tokio::select! {
                    () = self.written.notified() => {}
                    () = tokio::time::sleep(POLL) => {}
                }
                continue;
            };
            let wanted: Vec<Record> = records
                .into_iter()
                .filter(|record| self.wants(record))
                .collect();
            for batch in wanted.chunks(self.source.batch_size) {
                self.deliver(batch, &checkpoint).await;
            }
            self.keep(&checkpoint, &last);
            position = Some(last);
        }
    }

    fn wants(&self, record: &Record) -> bool {
        self.source.filters.is_empty()
            || self
                .source
                .filters
                .iter()
                .any(|filter| filter.matches(&record.value))
    }

    /// Delivers one batch to its end: succeeded, or given up piece by piece.
    async fn deliver(&self, batch: &[Record], checkpoint: &str) {
        // pieces still to deliver, the next one last, each with the attempts it has behind it
        let mut pieces = vec![(batch, 0_u32)];
        let mut pause = FIRST_PAUSE;
        while let Some((piece, attempts)) = pieces.pop() {
            let Some(last) = piece.last() else { continue };
            let event =
                json!({ "Records": piece.iter().map(|record| &record.value).collect::<Vec<_>>() });
            let outcome = self
                .functions
                .invoke(&self.function, event.to_string().into())
                .await;
            let sequences: Vec<&str> = piece
                .iter()
                .map(|record| record.sequence.as_str())
                .collect();
            let failed_at = match verdict(&outcome, &sequences, self.source.partial) {
                Verdict::Done => {
                    self.keep(checkpoint, &last.sequence);
                    pause = FIRST_PAUSE;
                    continue;
                }
                Verdict::FailedFrom(at) => at,
            };
            let (done, rest) = piece.split_at(failed_at);
            if let Some(record) = done.last() {
                self.keep(checkpoint, &record.sequence);
            }
            if self
                .source
                .max_retries
                .is_some_and(|limit| attempts >= limit)
            {
                self.give_up(rest, attempts + 1);
                self.keep(checkpoint, &last.sequence);
                continue;
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(60));
            if self.source.bisect && rest.len() > 1 {
                let (first, second) = rest.split_at(rest.len() / 2);
                pieces.push((second, attempts + 1));
                pieces.push((first, attempts + 1));
            } else {
                pieces.push((rest, attempts + 1));
            }
        }
    }

    fn give_up(&self, batch: &[Record], attempts: u32) {
        tracing::warn!(
            "{}: {} records were given up after {attempts} attempts",
            self.function,
            batch.len()
        );
        let Some(queue) = &self.source.on_failure else {
            return;
        };
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else {
            return;
        };
        let note = self.failure_note(first, last, batch.len(), attempts);
        if let Err(error) = self.queues.send(queue, &[note.to_string()], clock::now()) {
            tracing::warn!(
                "what {} gave up cannot be written to {queue}: {error}",
                self.function
            );
        }
    }

    /// What Lambda tells an on-failure destination: which records, not their content.
    fn failure_note(&self, first: &Record, last: &Record, size: usize, attempts: u32) -> Value {
        json!({
            "requestContext": {
                "requestId": uuid::Uuid::now_v7().to_string(),
                "functionArn": self.function,
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": attempts,
            },
            "responseContext": { "statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled" },
            "version": "1.0",
            "timestamp": clock::now().to_string(),
            "DDBStreamBatchInfo": {
                "shardId": "local",
                "startSequenceNumber": first.sequence,
                "endSequenceNumber": last.sequence,
                "batchSize": size,
                "streamArn": self.source.stream_arn,
            },
        })
    }

    fn keep(&self, checkpoint: &str, sequence: &str) {
        if let Err(error) = self.queues.write_note(checkpoint, sequence) {
            tracing::warn!(
                "the place in the stream of {} cannot be kept: {error}",
                self.function
            );
        }
    }
}
