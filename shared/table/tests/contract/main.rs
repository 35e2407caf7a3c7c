//! What the table promises, shown on an embedded engine over the real wire protocol.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod activity;
mod choices;
mod codes;
mod comments;
mod confirm;
mod contacts;
mod engine;
mod guests;
mod invitations;
mod marks;
mod nested;
mod orders;
mod persons;
mod photos;
mod places;
mod placing;
mod presets;
mod products;
mod quota;
mod replacing;
mod rows;
mod secrets;
mod settings;
mod shipping;
mod shop;
mod team;
mod telling;
mod visitor;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::{Originals, PinLock, Rights, Row, Subject, Web};
use domain::email::Email;
use domain::gallery::Gallery;
use domain::ids::LinkToken;
use domain::pin::PinShape;
use engine::engine;
use jiff::Timestamp;
use std::collections::HashMap;
use table::Table;

/// An empty table on an engine of its own.
async fn table() -> Table {
    engine().await.0
}

/// The same table in a process that remembers nothing yet.
fn again(client: &Client) -> Table {
    Table::new(client, "table".into())
}

/// The items of a partition as they lie in the table.
async fn items(client: &Client, partition: &str) -> Vec<HashMap<String, AttributeValue>> {
    let answer = client
        .query()
        .table_name("table")
        .key_condition_expression("PK = :pk")
        .expression_attribute_values(":pk", AttributeValue::S(partition.into()))
        .consistent_read(true)
        .send()
        .await
        .unwrap();
    answer.items.unwrap_or_default()
}

fn email(text: &str) -> Email {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn morning() -> Timestamp {
    at("2026-11-22T10:00:00Z")
}

/// A gallery with a PIN, stored.
async fn gallery(table: &Table) -> (Gallery, LinkToken) {
    let folder = format!("anna-{}", LinkToken::random().expose());
    let gallery = Gallery::new("Anna & Mats".into(), folder, morning());
    let link = gallery.link.parse().unwrap();
    let mut row = Row::new(
        Subject::Anybody,
        Rights {
            web: Web::Clean,
            originals: Originals::All,
            ..Rights::LOOK
        },
    );
    row.pin = Some(lock("one"));
    row.revision = 1;
    row.door = 1;
    table.create_gallery(&gallery, &row).await.unwrap();
    (gallery, link)
}

fn lock(hash: &str) -> PinLock {
    PinLock {
        hash: hash.into(),
        sealed: "sealed".into(),
        shape: PinShape::SixDigits,
    }
}
