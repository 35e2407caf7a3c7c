//! What IAM is asked about a request to `DynamoDB`: the action, table or index, and the partition keys of each part.

use std::collections::BTreeMap;

use serde_json::Value;

use super::expression;
use crate::iam::{Key, Question};
use crate::template::Table;

/// The names of partition keys, which a request does not tell.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    region: String,
    account: String,
    tables: BTreeMap<String, Keys>,
}

/// The partition keys of a table and its indexes.
#[derive(Clone, Debug, Default)]
struct Keys {
    table: String,
    indexes: BTreeMap<String, String>,
}

impl Schema {
    /// Of the template's tables.
    #[must_use]
    pub fn new(region: &str, account: &str, tables: &[Table]) -> Self {
        let tables = tables.iter().map(|table| {
            let indexes = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
            let indexes = indexes.iter().flat_map(|kind| list(&table.create[*kind]));
            let index = |index: &Value| (text(&index["IndexName"]), hash(&index["KeySchema"]));
            let keys = Keys {
                table: hash(&table.create["KeySchema"]),
                indexes: indexes.map(index).collect(),
            };
            (table.name.clone(), keys)
        });
        Self {
            region: region.to_owned(),
            account: account.to_owned(),
            tables: tables.collect(),
        }
    }

    /// Everything that must be allowed for this request; `None` where its keys cannot be told, which allows nothing.
    ///
    /// A transaction is as many questions as it has parts, each by its own action (Developer Guide, "Using IAM with
    /// transactions").
    #[must_use]
    pub fn questions(&self, operation: &str, request: &Value) -> Option<Vec<Question>> {
        let table = &request["TableName"];
        match operation {
            "GetItem" | "UpdateItem" | "DeleteItem" => {
                Some(vec![self.items(operation, table, [&request["Key"]])?])
            }
            "PutItem" => Some(vec![self.items(operation, table, [&request["Item"]])?]),
            "Query" => Some(vec![self.query(request)?]),
            "Scan" | "DescribeTable" | "DescribeTimeToLive" | "DescribeContinuousBackups" => {
                let (resource, _) = self.place(table, &request["IndexName"])?;
                Some(vec![asked(operation, resource)])
            }
            "BatchGetItem" => {
                let tables = request["RequestItems"].as_object()?.iter();
                let of_table = |(table, wanted): (&String, &Value)| {
                    self.items(operation, &table.as_str().into(), list(&wanted["Keys"]))
                };
                tables.map(of_table).collect()
            }
            "BatchWriteItem" => {
                let tables = request["RequestItems"].as_object()?.iter();
                let of_table = |(table, writes): (&String, &Value)| {
                    let items = list(writes)
                        .iter()
                        .map(written)
                        .collect::<Option<Vec<_>>>()?;
                    self.items(operation, &table.as_str().into(), items)
                };
                tables.map(of_table).collect()
            }
            "TransactGetItems" | "TransactWriteItems" => {
                let parts = list(&request["TransactItems"]).iter();
                let parts = parts.flat_map(|part| part.as_object().into_iter().flatten());
                parts.map(|(kind, part)| self.part(kind, part)).collect()
            }
            // PartiQL, backups, tables: no function has them, and their keys stand elsewhere
            _ => None,
        }
    }

    fn part(&self, kind: &str, part: &Value) -> Option<Question> {
        let (action, item) = match kind {
            "Get" => ("GetItem", &part["Key"]),
            "Put" => ("PutItem", &part["Item"]),
            "Update" => ("UpdateItem", &part["Key"]),
            "Delete" => ("DeleteItem", &part["Key"]),
            "ConditionCheck" => ("ConditionCheckItem", &part["Key"]),
            _ => return None,
        };
        self.items(action, &part["TableName"], [item])
    }

    /// An action on items of a table, each with its key in it.
    fn items<'a>(
        &self,
        action: &str,
        table: &Value,
        items: impl IntoIterator<Item = &'a Value>,
    ) -> Option<Question> {
        let (resource, key) = self.place(table, &Value::Null)?;
        let keys = items.into_iter().map(|item| scalar(&item[key]));
        let keys: Vec<String> = keys.collect::<Option<_>>()?;
        (!keys.is_empty()).then(|| asked(action, resource).with(Key::LeadingKeys, keys))
    }

    fn query(&self, request: &Value) -> Option<Question> {
        let (resource, key) = self.place(&request["TableName"], &request["IndexName"])?;
        let mut keys = Vec::new();
        if let Some(text) = request["KeyConditionExpression"].as_str() {
            let names = &request["ExpressionAttributeNames"];
            for value in expression::equal_to(key, text, names) {
                keys.push(scalar(&request["ExpressionAttributeValues"][value])?);
            }
        }
        // the older form
        for value in list(&request["KeyConditions"][key]["AttributeValueList"]) {
            keys.push(scalar(value)?);
        }
        (!keys.is_empty()).then(|| asked("Query", resource).with(Key::LeadingKeys, keys))
    }

    /// The ARN of a table or of an index of it, and the name of its partition key.
    fn place(&self, table: &Value, index: &Value) -> Option<(String, &str)> {
        // a table may be named by its ARN
        let name = table.as_str()?;
        let arn = format!("arn:aws:dynamodb:{}:{}:table/", self.region, self.account);
        let name = name.strip_prefix(&arn).unwrap_or(name);
        let keys = self.tables.get(name)?;
        match index.as_str() {
            None => Some((format!("{arn}{name}"), &keys.table)),
            Some(index) => {
                let key = keys.indexes.get(index)?;
                Some((format!("{arn}{name}/index/{index}"), key))
            }
        }
    }
}

fn asked(operation: &str, resource: String) -> Question {
    Question::new(format!("dynamodb:{operation}"), resource)
}

/// The item of a write in a batch.
fn written(write: &Value) -> Option<&Value> {
    let write = write.as_object()?;
    match (write.get("PutRequest"), write.get("DeleteRequest")) {
        (Some(put), None) => Some(&put["Item"]),
        (None, Some(delete)) => Some(&delete["Key"]),
        _ => None,
    }
}

/// The name of the `HASH` attribute.
fn hash(schema: &Value) -> String {
    let of_kind = |part: &&Value| part["KeyType"] == "HASH";
    let part = list(schema).iter().find(of_kind);
    part.map(|part| text(&part["AttributeName"]))
        .unwrap_or_default()
}

/// A key's value, as policies compare it: text, number or Base64.
fn scalar(value: &Value) -> Option<String> {
    let kinds = value.as_object().filter(|kinds| kinds.len() == 1)?;
    let (kind, value) = kinds.iter().next()?;
    matches!(kind.as_str(), "S" | "N" | "B")
        .then(|| value.as_str().map(str::to_owned))
        .flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema() -> Schema {
        let key = |name: &str| json!([{ "AttributeName": "x", "KeyType": "RANGE" }, { "AttributeName": name, "KeyType": "HASH" }]);
        let table = Table {
            id: "Table".to_owned(),
            name: "t".to_owned(),
            stream_arn: String::new(),
            create: json!({
                "KeySchema": key("PK"),
                "GlobalSecondaryIndexes": [{ "IndexName": "lists", "KeySchema": key("list") }],
            }),
            ttl: None,
            recovery: false,
        };
        Schema::new("us-east-1", "000000000000", &[table])
    }

    /// Each question as a line: action, what follows `table/`, keys.
    fn lines(operation: &str, request: Value) -> Option<Vec<String>> {
        let questions = schema().questions(operation, &request)?;
        let line = |question: &Question| {
            let (_, resource) = question.resource.split_once("table/").unwrap();
            let keys: Vec<&str> = question.values(Key::LeadingKeys).collect();
            format!("{} {resource} {}", question.action, keys.join(","))
        };
        Some(questions.iter().map(line).collect())
    }

    #[test]
    fn an_item_is_asked_for_by_its_key() {
        let key = json!({ "PK": { "S": "GALLERY#1" }, "SK": { "S": "GALLERY" } });
        for (operation, part) in [
            ("GetItem", "Key"),
            ("PutItem", "Item"),
            ("UpdateItem", "Key"),
            ("DeleteItem", "Key"),
        ] {
            let asked = lines(operation, json!({ "TableName": "t", part: key })).unwrap();
            assert_eq!(asked, [format!("dynamodb:{operation} t GALLERY#1")]);
            let by_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/t";
            let asked = lines(operation, json!({ "TableName": by_arn, part: key })).unwrap();
            assert_eq!(asked, [format!("dynamodb:{operation} t GALLERY#1")]);
        }
    }

    #[test]
    fn a_query_is_asked_for_by_the_key_it_is_of() {
        let asked = |index: Option<&str>, condition: &str| {
            let mut request = json!({
                "TableName": "t", "KeyConditionExpression": condition,
                "ExpressionAttributeNames": { "#l": "list", "#p": "PK" },
                "ExpressionAttributeValues": { ":v": { "S": "GALLERY#1" }, ":w": { "S": "a" }, ":list": { "S": "GALLERIES" } },
            });
            if let Some(index) = index {
                request["IndexName"] = index.into();
            }
            lines("Query", request)
        };
        let own = Some(vec!["dynamodb:Query t GALLERY#1".to_owned()]);
        assert_eq!(asked(None, "PK = :v"), own);
        assert_eq!(asked(None, "(#p=:v)AND(SK BETWEEN :w AND :v)"), own);
        assert_eq!(asked(None, "begins_with(SK, :w) AND :v = PK"), own);
        let listed = Some(vec!["dynamodb:Query t/index/lists GALLERIES".to_owned()]);
        assert_eq!(asked(Some("lists"), "#l = :list AND list_by > :w"), listed);
        // not the index's key, or none that can be told: nothing is allowed
        assert_eq!(asked(Some("lists"), "PK = :v"), None);
        assert_eq!(asked(Some("other"), "PK = :v"), None);
        assert_eq!(asked(None, "PK = :none"), None);
        assert_eq!(asked(None, "PK > :v"), None);
        assert_eq!(asked(None, "SK = :v"), None);
        let older = json!({ "TableName": "t", "KeyConditions": {
            "PK": { "ComparisonOperator": "EQ", "AttributeValueList": [{ "S": "GALLERY#1" }] } } });
        assert_eq!(lines("Query", older), own);
    }

    #[test]
    fn a_batch_is_one_question_with_every_key() {
        let key = |pk: &str| json!({ "PK": { "S": pk } });
        let get = json!({ "RequestItems": { "t": { "Keys": [key("A"), key("B")] } } });
        assert_eq!(
            lines("BatchGetItem", get).unwrap(),
            ["dynamodb:BatchGetItem t A,B"]
        );
        let writes = json!([{ "PutRequest": { "Item": key("A") } }, { "DeleteRequest": { "Key": key("B") } }]);
        assert_eq!(
            lines("BatchWriteItem", json!({ "RequestItems": { "t": writes } })).unwrap(),
            ["dynamodb:BatchWriteItem t A,B"]
        );
        let other = json!({ "RequestItems": { "other": { "Keys": [key("A")] } } });
        assert_eq!(lines("BatchGetItem", other), None);
    }

    #[test]
    fn a_transaction_is_asked_for_part_by_part() {
        let key = |pk: &str| json!({ "PK": { "S": pk } });
        let items = json!([
            { "Put": { "TableName": "t", "Item": key("A") } },
            { "Update": { "TableName": "t", "Key": key("B") } },
            { "Delete": { "TableName": "t", "Key": key("C") } },
            { "ConditionCheck": { "TableName": "t", "Key": key("D") } },
        ]);
        assert_eq!(
            lines("TransactWriteItems", json!({ "TransactItems": items })).unwrap(),
            [
                "dynamodb:PutItem t A",
                "dynamodb:UpdateItem t B",
                "dynamodb:DeleteItem t C",
                "dynamodb:ConditionCheckItem t D"
            ]
        );
        let get = json!({ "TransactItems": [{ "Get": { "TableName": "t", "Key": key("A") } }] });
        assert_eq!(
            lines("TransactGetItems", get).unwrap(),
            ["dynamodb:GetItem t A"]
        );
        let unknown =
            json!({ "TransactItems": [{ "Upsert": { "TableName": "t", "Key": key("A") } }] });
        assert_eq!(lines("TransactWriteItems", unknown), None);
    }

    /// A scan names no key (and so passes `ForAllValues`, as on AWS); `PartiQL` names them where nothing looks.
    #[test]
    fn what_names_no_key_has_none_and_what_hides_one_is_nothing() {
        let table = json!({ "TableName": "t", "IndexName": "lists" });
        assert_eq!(
            lines("Scan", table).unwrap(),
            ["dynamodb:Scan t/index/lists "]
        );
        let statement = json!({ "Statement": "SELECT * FROM t" });
        assert_eq!(lines("ExecuteStatement", statement), None);
        let keyless = json!({ "TableName": "t", "Key": { "SK": { "S": "A" } } });
        assert_eq!(lines("GetItem", keyless), None);
    }
}
