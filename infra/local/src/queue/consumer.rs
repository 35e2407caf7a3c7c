//! An event source mapping on a queue: receives, invokes, deletes what succeeded.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::store::body_digest;
use super::{Message, Queues};
use crate::clock;
use crate::lambda::{Functions, Outcome};
use crate::template::QueueSource;

/// Empties `source.queue` into `function` until the future is dropped.
pub async fn consume(
    queues: Queues,
    functions: Functions,
    function: String,
    region: String,
    source: QueueSource,
) {
    let Some(arrived) = queues.arrived(&source.queue) else {
        return;
    };
    // more processes than cores would only make each photograph slower
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let limit = source.max_concurrency.unwrap_or(usize::MAX).min(cores);
    let permits = Arc::new(Semaphore::new(limit));
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
            return;
        };
        let messages = match queues.receive(&source.queue, source.batch_size, clock::now()) {
            Ok(messages) => messages,
            Err(error) => {
                tracing::warn!("the queue {} cannot be read: {error}", source.queue);
                tokio::time::sleep(Duration::from_secs(1)).await;
                continue;
            }
        };
        if messages.is_empty() {
            drop(permit);
            let wait = until_visible(&queues, &source.queue);
            tokio::select! {
                () = arrived.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
            continue;
        }
        let (queues, functions, function, region) = (
            queues.clone(),
            functions.clone(),
            function.clone(),
            region.clone(),
        );
        let (queue, partial) = (source.queue.clone(), source.partial);
        tokio::spawn(async move {
            let arn = queues
                .declared(&queue)
                .map(|queue| queue.arn.clone())
                .unwrap_or_default();
            let event = message_event(&messages, &arn, &region).to_string();
            let outcome = functions.invoke(&function, event.into()).await;
            for message in succeeded(&messages, &outcome, partial) {
                if let Err(error) = queues.delete(&queue, &message.receipt) {
                    tracing::warn!("a message of {queue} cannot be deleted: {error}");
                }
            }
            drop(permit);
        });
    }
}

/// How long until a hidden message shows again; an hour when there is none, since an arrival wakes the consumer.
fn until_visible(queues: &Queues, queue: &str) -> Duration {
    let hour = Duration::from_secs(3600);
    let next = queues.next_visible(queue).ok().flatten();
    next.map_or(hour, |at| {
        let wait = clock::now().duration_until(at);
        Duration::try_from(wait)
            .unwrap_or_default()
            .clamp(Duration::from_millis(20), hour)
    })
}

/// The messages to delete. A failed invocation leaves all of them to their visibility time-out.
fn succeeded<'a>(messages: &'a [Message], outcome: &Outcome, partial: bool) -> Vec<&'a Message> {
    let Outcome::Answered(payload) = outcome else {
        return Vec::new();
    };
    if !partial {
        return messages.iter().collect();
    }
    let answer: Value = serde_json::from_slice(payload).unwrap_or_default();
    let failures = answer["batchItemFailures"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let failed: BTreeSet<&str> = failures
        .iter()
        .filter_map(|item| item["itemIdentifier"].as_str())
        .collect();
    // an identifier that is empty, missing or unknown fails the whole batch, as on AWS
    let known = failed
        .iter()
        .all(|id| messages.iter().any(|message| message.message_id == *id));
    if failed.len() < failures.len() || !known {
        return Vec::new();
    }
    messages
        .iter()
        .filter(|message| !failed.contains(message.message_id.as_str()))
        .collect()
}

/// The event Lambda makes of received messages.
#[must_use]
pub fn message_event(messages: &[Message], queue_arn: &str, region: &str) -> Value {
    let records: Vec<Value> = messages
        .iter()
        .map(|message| {
            json!({
                "messageId": message.message_id,
                "receiptHandle": message.receipt,
                "body": message.body,
                "attributes": {
                    "ApproximateReceiveCount": message.receives.to_string(),
                    "SentTimestamp": message.sent.as_millisecond().to_string(),
                    "SenderId": "local",
                    "ApproximateFirstReceiveTimestamp": message.first_received.as_millisecond().to_string(),
                },
                "messageAttributes": {},
                "md5OfBody": body_digest(&message.body),
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": region,
            })
        })
        .collect();
    json!({ "Records": records })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn messages() -> Vec<Message> {
        let message = |id: &str| Message {
            message_id: id.to_owned(),
            receipt: format!("receipt of {id}"),
            body: "{}".to_owned(),
            sent: Timestamp::UNIX_EPOCH,
            first_received: Timestamp::UNIX_EPOCH,
            receives: 1,
        };
        vec![message("a"), message("b")]
    }

    fn deleted(answer: &str) -> Vec<String> {
        let outcome = Outcome::Answered(answer.to_owned().into());
        succeeded(&messages(), &outcome, true)
            .iter()
            .map(|message| message.message_id.clone())
            .collect()
    }

    /// Lambda's contract of `ReportBatchItemFailures`.
    #[test]
    fn a_partial_response_deletes_only_what_succeeded() {
        assert_eq!(
            deleted(r#"{"batchItemFailures":[{"itemIdentifier":"a"}]}"#),
            ["b"]
        );
        assert_eq!(deleted(r#"{"batchItemFailures":[]}"#), ["a", "b"]);
        assert_eq!(deleted("null"), ["a", "b"]);
        assert!(deleted(r#"{"batchItemFailures":[{"itemIdentifier":"unknown"}]}"#).is_empty());
        assert!(deleted(r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#).is_empty());
    }

    #[test]
    fn a_failed_invocation_deletes_nothing() {
        let outcome = Outcome::Failed {
            kind: "Sandbox.Timedout".to_owned(),
            message: String::new(),
        };
        assert!(succeeded(&messages(), &outcome, true).is_empty());
    }
}
