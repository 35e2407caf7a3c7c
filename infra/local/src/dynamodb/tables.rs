//! The tables, made from the template.

use std::path::Path;

use dynoxide::Database;
use serde_json::{Value, json};

use crate::data::check_database;
use crate::error::StartError;
use crate::template::Table;

/// The open database.
pub struct Opened {
    /// dynoxide's handle; clones share it.
    pub database: Database,
    /// For each table with a stream, its own ARN for it by the template's.
    pub streams: Vec<(String, String)>,
}

/// Opens or creates the file and the template's tables in it.
///
/// # Errors
/// The file is damaged, or a table in it has other keys than the template's.
pub fn open(path: &Path, tables: &[Table]) -> Result<Opened, StartError> {
    check_database(path)?;
    let damaged = |reason: String| StartError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let name = path
        .to_str()
        .ok_or_else(|| damaged("its path is not UTF-8".to_owned()))?;
    let database = Database::new(name).map_err(|error| damaged(error.to_string()))?;
    let mut streams = Vec::new();
    for table in tables {
        let known = database
            .get_table_metadata(&table.name)
            .map_err(|error| damaged(error.to_string()))?;
        if known.is_none() {
            create(&database, table).map_err(|reason| StartError::Service {
                service: "DynamoDB",
                reason,
            })?;
        }
        let described = describe(&database, &table.name).map_err(damaged)?;
        for keys in ["KeySchema", "AttributeDefinitions"] {
            if !same(&described[keys], &table.create[keys]) {
                return Err(StartError::OtherTable {
                    table: table.name.clone(),
                    path: path.to_owned(),
                });
            }
        }
        if let Some(arn) = described["LatestStreamArn"].as_str() {
            streams.push((table.stream_arn.clone(), arn.to_owned()));
        }
    }
    Ok(Opened { database, streams })
}

fn create(database: &Database, table: &Table) -> Result<(), String> {
    let request =
        serde_json::from_value(table.create.clone()).map_err(|error| error.to_string())?;
    database
        .create_table(request)
        .map_err(|error| error.to_string())?;
    if let Some(attribute) = &table.ttl {
        let request = json!({
            "TableName": table.name,
            "TimeToLiveSpecification": { "AttributeName": attribute, "Enabled": true },
        });
        let request = serde_json::from_value(request).map_err(|error| error.to_string())?;
        database
            .update_time_to_live(request)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn describe(database: &Database, name: &str) -> Result<Value, String> {
    let request =
        serde_json::from_value(json!({ "TableName": name })).map_err(|error| error.to_string())?;
    let answer = database
        .describe_table(request)
        .map_err(|error| error.to_string())?;
    let mut answer = serde_json::to_value(answer).map_err(|error| error.to_string())?;
    Ok(answer["Table"].take())
}

/// Whether two lists hold the same, in whatever order.
fn same(left: &Value, right: &Value) -> bool {
    let sorted = |value: &Value| {
        let mut items: Vec<String> = value
            .as_array()
            .into_iter()
            .flatten()
            .map(Value::to_string)
            .collect();
        items.sort();
        items
    };
    sorted(left) == sorted(right)
}
