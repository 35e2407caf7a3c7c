//! Items to structs and back; every kind goes through here.

use crate::error::Error;
use crate::keys::{Key, PK, SK};
use crate::write::step_aside;
use crate::{Table, keys};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};

/// An item as the SDK has it.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// Keys one `BatchGetItem` takes.
const BATCH: usize = 100;

/// A struct as an item under that key.
pub(crate) fn write<T: Serialize>(kind: &'static str, key: &Key, body: &T) -> Result<Item, Error> {
    let mut item: Item = serde_dynamo::to_item(body).map_err(|e| Error::corrupt(kind, e))?;
    item.extend(key.attributes());
    Ok(item)
}

/// An item as a struct; attributes the struct does not name are left alone.
pub(crate) fn read<T: DeserializeOwned>(kind: &'static str, item: Item) -> Result<T, Error> {
    serde_dynamo::from_item(item).map_err(|e| Error::corrupt(kind, e))
}

/// Any value.
pub(crate) fn attribute<T: Serialize>(
    kind: &'static str,
    value: T,
) -> Result<AttributeValue, Error> {
    serde_dynamo::to_attribute_value(value).map_err(|e| Error::corrupt(kind, e))
}

/// A string value.
pub(crate) fn s(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

/// A number value.
pub(crate) fn n(number: impl std::fmt::Display) -> AttributeValue {
    AttributeValue::N(number.to_string())
}

/// The key of an item that was read.
pub(crate) fn key_of(item: &Item) -> Option<Key> {
    let text = |name| item.get(name)?.as_s().ok();
    Some(keys::raw(text(PK)?, text(SK)?))
}

impl Table {
    /// One consistent read.
    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Item>, Error> {
        let answer = self
            .client
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .consistent_read(true)
            .send()
            .await
            .map_err(Error::call("GetItem"))?;
        Ok(answer.item)
    }

    /// Several items in one consistent round trip; what the service leaves over is asked again.
    pub(crate) async fn get_many(&self, wanted: &[Key]) -> Result<HashMap<Key, Item>, Error> {
        // DynamoDB refuses a batch that names a key twice, and a browser may send one proof under two names.
        let once: HashSet<&Key> = wanted.iter().collect();
        let once: Vec<&Key> = once.into_iter().collect();
        let mut found = HashMap::new();
        for wanted in once.chunks(BATCH) {
            self.get_batch(wanted, &mut found).await?;
        }
        Ok(found)
    }

    async fn get_batch(
        &self,
        wanted: &[&Key],
        found: &mut HashMap<Key, Item>,
    ) -> Result<(), Error> {
        let mut open = KeysAndAttributes::builder()
            .set_keys(Some(wanted.iter().map(|key| key.attributes()).collect()))
            .consistent_read(true)
            .build()
            .ok();
        for attempt in 0.. {
            let Some(request) = open.take() else { break };
            if attempt > 0 {
                step_aside(attempt).await;
            }
            let answer = self
                .client
                .batch_get_item()
                .request_items(&self.name, request)
                .send()
                .await
                .map_err(Error::call("BatchGetItem"))?;
            for item in answer.responses.unwrap_or_default().into_values().flatten() {
                if let Some(key) = key_of(&item) {
                    found.insert(key, item);
                }
            }
            open = answer
                .unprocessed_keys
                .and_then(|mut left| left.remove(&self.name))
                .filter(|left| !left.keys().is_empty());
        }
        Ok(())
    }

    /// All items of a partition whose sort key lies in the range, consistently, to the last page.
    pub(crate) async fn range(&self, pk: &str, from: &str, to: &str) -> Result<Vec<Item>, Error> {
        self.client
            .query()
            .table_name(&self.name)
            .key_condition_expression("PK = :pk AND SK BETWEEN :from AND :to")
            .expression_attribute_values(":pk", s(pk))
            .expression_attribute_values(":from", s(from))
            .expression_attribute_values(":to", s(to))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .map_err(Error::call("Query"))
    }

    /// Removes an item; that it was gone already is fine.
    pub(crate) async fn remove(&self, key: &Key) -> Result<(), Error> {
        self.client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .send()
            .await
            .map_err(Error::call("DeleteItem"))?;
        Ok(())
    }
}
