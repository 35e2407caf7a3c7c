//! What the table holds of a gallery's choices and orders after everybody tried everything: what was taken, and nothing of
//! what was refused.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::ids::{GalleryId, random_bytes};
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use tests::house::House;

/// A name that stands in one request and nowhere else: 16 hex digits.
pub fn name() -> String {
    let bytes: [u8; 8] = random_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What was sent since, and what the table held before.
pub struct Left {
    gallery: GalleryId,
    orders: Vec<String>,
    lists: usize,
    sent: Mutex<Vec<(String, bool)>>,
}

impl Left {
    /// Nothing was sent yet.
    pub async fn before(house: &House, gallery: GalleryId) -> Self {
        let picks = items(house, format!("PICKS#{gallery}")).await;
        Self {
            gallery,
            orders: items(house, format!("ORDERS#{gallery}")).await,
            lists: lists(&picks),
            sent: Mutex::new(Vec::new()),
        }
    }

    /// That was sent under this name, and taken or refused.
    pub fn note(&self, name: &str, taken: bool) {
        self.sent.lock().unwrap().push((name.to_owned(), taken));
    }

    /// What should not be there, and what is missing.
    pub async fn faults(self, house: &House) -> Vec<String> {
        let picks = items(house, format!("PICKS#{}", self.gallery)).await;
        let words = picks
            .iter()
            .flat_map(|item| item.split(|c: char| !c.is_ascii_alphanumeric()));
        let words: HashSet<&str> = words.filter(|word| word.len() == 16).collect();
        let mut faults = Vec::new();
        for (name, taken) in self.sent.into_inner().unwrap() {
            match (words.contains(name.as_str()), taken) {
                (true, false) => faults.push(format!("{name} was refused and is in the table")),
                (false, true) => faults.push(format!("{name} was taken and is not in the table")),
                _ => {}
            }
        }
        if lists(&picks) != self.lists {
            faults.push("a list was confirmed".into());
        }
        if items(house, format!("ORDERS#{}", self.gallery)).await != self.orders {
            faults.push("an order came or changed".into());
        }
        faults
    }
}

/// How many lists are confirmed.
fn lists(picks: &[String]) -> usize {
    picks.iter().filter(|item| item.contains("\"SNAP#")).count()
}

/// A partition as text, in its order.
async fn items(house: &House, partition: String) -> Vec<String> {
    let (client, name) = house.emulators.raw_table();
    let query = client.query().table_name(name).consistent_read(true);
    let query = query
        .key_condition_expression("PK = :pk")
        .expression_attribute_values(":pk", AttributeValue::S(partition));
    let items = query.into_paginator().items().send();
    let items = items.collect::<Result<Vec<_>, _>>().await.unwrap();
    items.iter().map(text).collect()
}

/// An item as text, whatever order its maps come in.
fn text(item: &HashMap<String, AttributeValue>) -> String {
    let mut fields: Vec<String> = item
        .iter()
        .map(|(name, value)| format!("{name}: {}", value_text(value)))
        .collect();
    fields.sort();
    fields.join(", ")
}

fn value_text(value: &AttributeValue) -> String {
    match value {
        AttributeValue::M(inner) => format!("{{{}}}", text(inner)),
        AttributeValue::L(all) => all.iter().map(value_text).collect::<Vec<_>>().join("; "),
        other => format!("{other:?}"),
    }
}
