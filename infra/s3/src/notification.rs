//! A change of a bucket, as S3 tells it.

/// One committed change that has not been acknowledged yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// The number to acknowledge it with; increases over all buckets.
    pub id: i64,
    /// Such as `ObjectCreated:Put`, without the `s3:` that a configuration has in front.
    pub event_name: String,
    /// The bucket's name.
    pub bucket: String,
    /// The key as it is, not encoded.
    pub key: String,
    /// Bytes; 0 for a removal.
    pub size: u64,
    /// Without quotes; empty for a removal.
    pub etag: String,
    /// Of a bucket with versions.
    pub version_id: Option<String>,
    /// Hexadecimal; increases with every change of the same key.
    pub sequencer: String,
    /// When the change was committed.
    pub time: jiff::Timestamp,
    /// The event record as AWS sends it, one of the `Records` of a message.
    pub record: serde_json::Value,
}
