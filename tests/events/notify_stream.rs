//! The table's stream to notify: what the template's filter lets through, what is sent, and that it is sent once.

use crate::event;
use aws_config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
use aws_sdk_dynamodb::types::AttributeValue;
use axum::Router;
use axum::routing::post;
use local::stream::Filter;
use notify::event::StreamEvent;
use notify::letter::Letterhead;
use notify::{Post, handle};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tests::emulators::{Emulators, OWNER, STUDIO, now};
use tests::template::functions;

/// Every file.
pub const FILES: &[&str] = &[
    "outbox-insert.json",
    "outbox-two.json",
    "outbox-modify.json",
    "gallery-insert.json",
    "malformed.json",
];

/// SES as far as notify knows it: takes mails and keeps them.
struct Ses {
    taken: Arc<Mutex<Vec<Value>>>,
    endpoint: String,
}

impl Ses {
    async fn start() -> Self {
        let taken: Arc<Mutex<Vec<Value>>> = Arc::default();
        let keep = Arc::clone(&taken);
        let take = post(async move |axum::Json(mail): axum::Json<Value>| {
            keep.lock().unwrap().push(mail);
            axum::Json(json!({ "MessageId": "0100018f-0000" }))
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/v2/email/outbound-emails", take);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { taken, endpoint }
    }

    fn count(&self) -> usize {
        self.taken.lock().unwrap().len()
    }
}

async fn office(emulators: &Emulators, ses: &Ses) -> Post {
    let keys = Credentials::new("id", "secret", None, None, "tests");
    let sdk = aws_config::SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-north-1"))
        .credentials_provider(SharedCredentialsProvider::new(keys))
        .endpoint_url(&ses.endpoint)
        .build();
    Post {
        table: emulators.table_of("NotifyFunction"),
        ses: runtime::sdk::mail(&sdk),
        head: Letterhead {
            studio: STUDIO.into(),
            sender: "galleries@falk.example".parse().unwrap(),
            owner: OWNER.parse().unwrap(),
            site: tests::emulators::ORIGIN.into(),
        },
    }
}

/// An attribute as the stream writes it.
fn attribute(value: &Value) -> AttributeValue {
    let (kind, inner) = value.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "S" => AttributeValue::S(inner.as_str().unwrap().into()),
        "N" => AttributeValue::N(inner.as_str().unwrap().into()),
        "M" => AttributeValue::M(item(inner)),
        other => panic!("{other}"),
    }
}

fn item(image: &Value) -> HashMap<String, AttributeValue> {
    let fields = image.as_object().unwrap().iter();
    fields
        .map(|(name, value)| (name.clone(), attribute(value)))
        .collect()
}

/// Invariant: a mail is sent once, however often the stream brings it, and its secret is gone afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_of_the_outbox_is_sent_once() {
    let (emulators, ses) = (Emulators::start().await, Ses::start().await);
    let post = office(&emulators, &ses).await;
    let (client, table) = emulators.raw_table();
    let insert = event("notify/outbox-insert.json");
    let image = item(&insert["Records"][0]["dynamodb"]["NewImage"]);
    client
        .put_item()
        .table_name(table)
        .set_item(Some(image))
        .send()
        .await
        .unwrap();
    for file in [
        "outbox-insert.json",
        "outbox-insert.json",
        "outbox-two.json",
    ] {
        let batch: StreamEvent = serde_json::from_value(event(&format!("notify/{file}"))).unwrap();
        let answer = serde_json::to_value(handle(&post, batch, now()).await).unwrap();
        assert_eq!(answer, json!({ "batchItemFailures": [] }), "{file}");
        assert_eq!(ses.count(), 1, "{file}");
    }
    let mail = ses.taken.lock().unwrap()[0].clone();
    assert_eq!(
        mail["Destination"]["ToAddresses"],
        json!(["tove@falk.example"])
    );
    let left = client.scan().table_name(table).send().await.unwrap();
    assert!(left.items().is_empty(), "a sent code is still in the table");
}

/// What cannot be sent is named, so that it comes again, and the rest of the batch is not lost with it.
#[tokio::test(flavor = "multi_thread")]
async fn what_ses_does_not_take_comes_again() {
    let (emulators, ses) = (Emulators::start().await, Ses::start().await);
    let mut post = office(&emulators, &ses).await;
    let closed = Ses {
        taken: Arc::default(),
        endpoint: "http://127.0.0.1:1".into(),
    };
    let working = std::mem::replace(&mut post.ses, office(&emulators, &closed).await.ses);
    let (client, table) = emulators.raw_table();
    let insert = event("notify/outbox-insert.json");
    let image = item(&insert["Records"][0]["dynamodb"]["NewImage"]);
    client
        .put_item()
        .table_name(table)
        .set_item(Some(image))
        .send()
        .await
        .unwrap();
    let batch: StreamEvent = serde_json::from_value(insert.clone()).unwrap();
    let answer = serde_json::to_value(handle(&post, batch, now()).await).unwrap();
    let number = &insert["Records"][0]["dynamodb"]["SequenceNumber"];
    assert_eq!(
        answer["batchItemFailures"],
        json!([{ "itemIdentifier": number }])
    );
    post.ses = working;
    let batch: StreamEvent = serde_json::from_value(insert).unwrap();
    handle(&post, batch, now()).await;
    assert_eq!(ses.count(), 1);
}

/// The template's filter: new rows of the outbox reach notify, nothing else wakes it.
#[test]
fn only_new_mail_passes_the_templates_filter() {
    let notify = functions()
        .into_iter()
        .find(|function| function.package == "notify")
        .unwrap();
    let (_, stream) = notify
        .events()
        .find(|(_, event)| event["Type"] == "DynamoDB")
        .unwrap();
    let pattern = stream["Properties"]["FilterCriteria"]["Filters"][0]["Pattern"]
        .as_str()
        .unwrap();
    let filter: Filter = pattern.parse().unwrap();
    for (file, passes) in [
        ("outbox-insert.json", true),
        ("outbox-two.json", true),
        ("outbox-modify.json", false),
        ("gallery-insert.json", false),
        ("malformed.json", false),
    ] {
        for record in event(&format!("notify/{file}"))["Records"]
            .as_array()
            .unwrap()
        {
            assert_eq!(filter.matches(record), passes, "{file}");
        }
    }
}

/// A record without keys is not taken for one: the invocation fails, and its retries end in the dead-letter queue.
#[test]
fn a_malformed_record_is_refused() {
    assert!(serde_json::from_value::<StreamEvent>(event("notify/malformed.json")).is_err());
}
