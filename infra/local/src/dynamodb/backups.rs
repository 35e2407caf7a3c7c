//! Point-in-time recovery: the switch that SDKs ask for. On one machine it has no body; the file is the backup.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use dynoxide::Database;
use serde_json::{Value, json};

/// The switch of each table, until the stack ends.
pub struct Backups {
    database: Database,
    enabled: Mutex<BTreeMap<String, bool>>,
}

/// What a client asked for that cannot be.
pub struct NoTable;

impl Backups {
    /// The switches of these tables, all off but those named.
    pub fn new(database: Database, enabled: impl IntoIterator<Item = String>) -> Self {
        Self {
            database,
            enabled: Mutex::new(enabled.into_iter().map(|name| (name, true)).collect()),
        }
    }

    /// The answer to an operation about backups; `None` for any other operation.
    pub fn answer(&self, operation: &str, request: &Value) -> Option<Result<Value, NoTable>> {
        let wanted = match operation {
            "DescribeContinuousBackups" => None,
            "UpdateContinuousBackups" => {
                request["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"].as_bool()
            }
            _ => return None,
        };
        let name = request["TableName"].as_str().unwrap_or_default();
        if !matches!(self.database.get_table_metadata(name), Ok(Some(_))) {
            return Some(Err(NoTable));
        }
        let mut enabled = self.enabled.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wanted) = wanted {
            enabled.insert(name.to_owned(), wanted);
        }
        let status = |on| if on { "ENABLED" } else { "DISABLED" };
        let on = enabled.get(name).copied().unwrap_or_default();
        Some(Ok(json!({ "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": status(on) },
        } })))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn point(backups: &Backups, operation: &str, request: Value) -> Option<String> {
        let answer = backups.answer(operation, &request)?.ok()?;
        let on = &answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"];
        on["PointInTimeRecoveryStatus"].as_str().map(str::to_owned)
    }

    #[test]
    fn the_switch_is_kept_for_each_table() {
        let database = Database::memory().unwrap();
        let create = json!({
            "TableName": "one-table", "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{ "AttributeName": "PK", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "PK", "KeyType": "HASH" }],
        });
        database
            .create_table(serde_json::from_value(create).unwrap())
            .unwrap();
        let backups = Backups::new(database, []);
        let ask = json!({ "TableName": "one-table" });
        let describe = |ask: &Value| point(&backups, "DescribeContinuousBackups", ask.clone());
        assert_eq!(describe(&ask).as_deref(), Some("DISABLED"));
        let mut set = ask.clone();
        set["PointInTimeRecoverySpecification"] = json!({ "PointInTimeRecoveryEnabled": true });
        let set = point(&backups, "UpdateContinuousBackups", set);
        assert_eq!(set.as_deref(), Some("ENABLED"));
        assert_eq!(describe(&ask).as_deref(), Some("ENABLED"));
        assert_eq!(describe(&json!({ "TableName": "nope" })), None);
        assert!(backups.answer("GetItem", &ask).is_none());
    }
}
