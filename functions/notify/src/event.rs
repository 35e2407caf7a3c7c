//! The table's stream as Lambda hands it over, and the answer that names what must come again.

use serde::{Deserialize, Serialize};
use table::OutboxKey;

/// A batch of the stream.
#[derive(Debug, Deserialize)]
pub struct StreamEvent {
    /// In the order of the writes.
    #[serde(rename = "Records")]
    pub records: Vec<Record>,
}

/// One change of an item.
#[derive(Debug, Deserialize)]
pub struct Record {
    /// Which.
    #[serde(rename = "dynamodb")]
    pub change: Change,
}

/// Which item changed, and where in the stream that stands.
#[derive(Debug, Deserialize)]
pub struct Change {
    /// The item's key.
    #[serde(rename = "Keys")]
    keys: Keys,
    /// Names the record in the answer.
    #[serde(rename = "SequenceNumber")]
    pub sequence_number: String,
}

#[derive(Debug, Deserialize)]
struct Keys {
    #[serde(rename = "PK")]
    pk: Text,
    #[serde(rename = "SK")]
    sk: Text,
}

#[derive(Debug, Deserialize)]
struct Text {
    #[serde(rename = "S")]
    s: String,
}

impl Change {
    /// The key of the mail. What it says is read from the table: the stream may bring it more than once and late.
    #[must_use]
    pub fn key(&self) -> OutboxKey {
        OutboxKey {
            pk: self.keys.pk.s.clone(),
            sk: self.keys.sk.s.clone(),
        }
    }
}

/// `ReportBatchItemFailures`: Lambda brings everything from the first of these on again.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct BatchResponse {
    /// Records that were not handled.
    #[serde(rename = "batchItemFailures")]
    pub failures: Vec<Failure>,
}

/// A record that was not handled.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its sequence number.
    #[serde(rename = "itemIdentifier")]
    pub item: String,
}
