//! What the table promises, shown on an embedded engine over the real wire protocol.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod access;
mod activity;
mod choices;
mod codes;
mod comments;
mod confirm;
mod contacts;
mod guests;
mod invitations;
mod nested;
mod orders;
mod persons;
mod photos;
mod places;
mod placing;
mod presets;
mod products;
mod quota;
mod rows;
mod secrets;
mod settings;
mod shipping;
mod shop;
mod team;
mod replacing;
mod visitor;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, AttributeValue, BillingMode, GlobalSecondaryIndex, KeySchemaElement,
    KeyType, Projection, ProjectionType, ScalarAttributeType,
};
use domain::access::{Originals, PinLock, Rights, Row, Subject, Web};
use domain::email::Email;
use domain::gallery::Gallery;
use domain::ids::LinkToken;
use domain::pin::PinShape;
use jiff::Timestamp;
use std::collections::HashMap;
use table::{Table, keys};

/// An empty table on an engine of its own.
async fn table() -> Table {
    engine().await.0
}

/// The same table in a process that remembers nothing yet.
fn again(client: &Client) -> Table {
    Table::new(client, "table".into())
}

/// The same, and a client that sees what lies in it.
async fn engine() -> (Table, Client) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let engine = dynoxide::Database::memory().unwrap();
    tokio::spawn(async move {
        dynoxide::server::serve_with_shutdown(listener, engine, std::future::pending()).await
    });
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .endpoint_url(format!("http://{address}"))
        .build();
    let client = Client::from_conf(config);
    create(&client).await;
    (Table::new(&client, "table".into()), client)
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

async fn create(client: &Client) {
    let attribute = |name: &str| {
        AttributeDefinition::builder()
            .attribute_name(name)
            .attribute_type(ScalarAttributeType::S)
            .build()
            .unwrap()
    };
    let key = |name: &str, kind: KeyType| {
        KeySchemaElement::builder()
            .attribute_name(name)
            .key_type(kind)
            .build()
            .unwrap()
    };
    let lists = GlobalSecondaryIndex::builder()
        .index_name(keys::LISTS)
        .key_schema(key(keys::LIST, KeyType::Hash))
        .key_schema(key(keys::LIST_BY, KeyType::Range))
        .projection(
            Projection::builder()
                .projection_type(ProjectionType::All)
                .build(),
        )
        .build()
        .unwrap();
    client
        .create_table()
        .table_name("table")
        .billing_mode(BillingMode::PayPerRequest)
        .set_attribute_definitions(Some(
            [keys::PK, keys::SK, keys::LIST, keys::LIST_BY]
                .map(attribute)
                .into(),
        ))
        .key_schema(key(keys::PK, KeyType::Hash))
        .key_schema(key(keys::SK, KeyType::Range))
        .global_secondary_indexes(lists)
        .send()
        .await
        .unwrap();
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
