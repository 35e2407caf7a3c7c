//! Reads a table's stream out of the engine.

use dynoxide::Database;
use serde_json::{Value, json};

/// A stream record, as an event carries it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its sequence number.
    pub sequence: String,
    /// The whole record.
    pub value: Value,
}

/// One stream. The engine keeps it in a single shard.
#[derive(Clone)]
pub struct Reader {
    database: Database,
    /// The engine's own ARN.
    engine_arn: String,
    /// The template's, which functions see.
    arn: String,
    region: String,
}

impl Reader {
    /// A reader for the stream that the engine calls `engine_arn` and the template `arn`.
    #[must_use]
    pub fn new(database: Database, engine_arn: String, arn: String, region: String) -> Self {
        Self {
            database,
            engine_arn,
            arn,
            region,
        }
    }

    /// Up to 1,000 records after the one with sequence number `position`, or from the oldest.
    ///
    /// # Errors
    /// The engine's sentence.
    pub fn after(&self, position: Option<&str>) -> Result<Vec<Record>, String> {
        let mut records = Vec::new();
        for shard in self.shards()? {
            let kind = if position.is_some() {
                "AFTER_SEQUENCE_NUMBER"
            } else {
                "TRIM_HORIZON"
            };
            let mut request = json!({ "StreamArn": self.engine_arn, "ShardId": shard, "ShardIteratorType": kind });
            if let Some(position) = position {
                request["SequenceNumber"] = position.into();
            }
            let request = serde_json::from_value(request).map_err(text)?;
            let iterator = self
                .database
                .get_shard_iterator(request)
                .map_err(text)?
                .shard_iterator;
            let request =
                serde_json::from_value(json!({ "ShardIterator": iterator })).map_err(text)?;
            let answer = serde_json::to_value(self.database.get_records(request).map_err(text)?)
                .map_err(text)?;
            records.extend(
                answer["Records"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(|record| self.record(record)),
            );
        }
        Ok(records)
    }

    /// The newest record's sequence number.
    pub(super) fn latest(&self) -> Option<String> {
        let (mut newest, mut position) = (None, None);
        loop {
            let records = self.after(position.as_deref()).ok()?;
            let Some(last) = records.last() else {
                return newest;
            };
            newest = Some(last.sequence.clone());
            position = newest.clone();
        }
    }

    fn shards(&self) -> Result<Vec<String>, String> {
        let request =
            serde_json::from_value(json!({ "StreamArn": self.engine_arn })).map_err(text)?;
        let description = self
            .database
            .describe_stream(request)
            .map_err(text)?
            .stream_description;
        Ok(description
            .shards
            .into_iter()
            .map(|shard| shard.shard_id)
            .collect())
    }

    fn record(&self, record: &Value) -> Record {
        let mut value = record.clone();
        value["awsRegion"] = self.region.clone().into();
        value["eventSourceARN"] = self.arn.clone().into();
        let sequence = value["dynamodb"]["SequenceNumber"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        Record { sequence, value }
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}
