//! The queue's messages and what S3 writes in them (event message structure 2.x).

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

/// What Lambda brings from the queue.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SqsEvent {
    /// The batch.
    #[serde(rename = "Records")]
    pub records: Vec<Message>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Names it in the answer.
    pub message_id: String,
    /// What S3 wrote.
    pub body: String,
}

/// Which messages come again (`ReportBatchItemFailures`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchResponse {
    batch_item_failures: Vec<Failure>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    item_identifier: String,
}

impl BatchResponse {
    /// Names a message to be brought again.
    pub fn fail(&mut self, message_id: String) {
        self.batch_item_failures.push(Failure {
            item_identifier: message_id,
        });
    }
}

/// A message that is not S3's. It goes to the dead letters after its retries: a person should see it.
#[derive(Debug, thiserror::Error)]
#[error("a message that is not an S3 notification")]
pub struct NotS3(#[source] serde_json::Error);

#[derive(Deserialize)]
#[serde(untagged)]
enum Notification {
    Records {
        #[serde(rename = "Records")]
        records: Vec<Record>,
    },
    /// S3 says this once, when the notification is set up.
    Test {
        #[serde(rename = "Event")]
        event: TestEvent,
    },
}

#[derive(Deserialize)]
enum TestEvent {
    #[serde(rename = "s3:TestEvent")]
    Test,
}

#[derive(Deserialize)]
struct Record {
    s3: S3,
}

#[derive(Deserialize)]
struct S3 {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

/// The keys a message speaks of, decoded: S3 writes a space as `+`, then everything else as `%XX`.
///
/// # Errors
/// When the text is not an S3 notification.
pub fn keys(body: &str) -> Result<Vec<String>, NotS3> {
    match serde_json::from_str(body).map_err(NotS3)? {
        Notification::Records { records } => Ok(records
            .into_iter()
            .map(|record| decode(&record.s3.object.key))
            .collect()),
        Notification::Test {
            event: TestEvent::Test,
        } => Ok(Vec::new()),
    }
}

fn decode(key: &str) -> String {
    let spaced = key.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plus_is_a_space_and_percent_2b_a_plus() {
        assert_eq!(decode("f/Caf%C3%A9+1%2B1.jpg"), "f/Café 1+1.jpg");
    }

    #[test]
    fn the_test_event_is_acknowledged_and_anything_else_is_not() {
        let test = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#;
        assert!(keys(test).unwrap().is_empty());
        assert!(keys(r#"{"hello":1}"#).is_err());
        assert!(keys("not json").is_err());
    }
}
