//! A change of a bucket, as S3 tells it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

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
    pub record: Value,
}

impl Notification {
    /// The record of message structure 2.1 (S3 User Guide, event message structure), with only those members that AWS
    /// sends for the event: a removal has neither a size nor an `ETag`.
    pub(crate) fn to_record(&self, region: &str, principal: &str) -> Value {
        let mut object = json!({ "key": encode(&self.key), "sequencer": self.sequencer });
        if self.event_name.starts_with("ObjectCreated:") {
            object["size"] = self.size.into();
        }
        if !self.etag.is_empty() {
            object["eTag"] = self.etag.clone().into();
        }
        if let Some(version) = &self.version_id {
            object["versionId"] = version.clone().into();
        }
        json!({
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": region,
            "eventTime": self.time.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string(),
            "eventName": self.event_name,
            "userIdentity": { "principalId": principal },
            "requestParameters": { "sourceIPAddress": "127.0.0.1" },
            "responseElements": { "x-amz-request-id": self.sequencer, "x-amz-id-2": self.sequencer },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "local",
                "bucket": {
                    "name": self.bucket,
                    "ownerIdentity": { "principalId": "local" },
                    "arn": format!("arn:aws:s3:::{}", self.bucket),
                },
                "object": object,
            },
        })
    }
}

const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'*')
    .remove(b' ');

/// A key as S3 writes it into events and, on request, into listings: a space is `+`, a slash stays.
pub fn encode(key: &str) -> String {
    utf8_percent_encode(key, KEPT).to_string().replace(' ', "+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_encoded_as_in_events_of_aws() {
        assert_eq!(
            encode("a b/ä+c (1)_~.jpg"),
            "a+b/%C3%A4%2Bc+%281%29_%7E.jpg"
        );
    }
}
