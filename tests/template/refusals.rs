//! What the template does not grant is refused on one machine too: through the real front, with each function's keys.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, Put, TransactWriteItem};
use aws_sdk_s3::presigning::PresigningConfig;
use std::collections::HashMap;
use std::time::Duration;
use tests::emulators::Emulators;

const GALLERY: &str = "GalleryFunction";
const DOWNLOAD: &str = "DownloadFunction";
const STUDIO: &str = "StudioFunction";
const RENDITION: &str = "RenditionFunction";
const NOTIFY: &str = "NotifyFunction";
const SWEEP: &str = "SweepFunction";

fn key(pk: &str) -> HashMap<String, AttributeValue> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    HashMap::from([
        ("PK".to_owned(), text(pk)),
        ("SK".to_owned(), text("refusals")),
    ])
}

/// Whether it was done, or else AWS's name of what was wrong.
fn said<T, E: ProvideErrorMetadata, R>(outcome: Result<T, SdkError<E, R>>) -> String {
    match outcome {
        Ok(_) => "done".to_owned(),
        Err(error) => error
            .as_service_error()
            .and_then(|error| error.code())
            .unwrap_or("no answer")
            .to_owned(),
    }
}

const DONE: &str = "done";
const DENIED: &str = "AccessDeniedException";

/// A client with a function's keys does what its statements say, and nothing else (invariant 5).
#[tokio::test(flavor = "multi_thread")]
async fn a_function_reaches_only_its_partitions() {
    let emulators = Emulators::start().await;
    for (function, operation, pk, expected) in [
        (GALLERY, "put", "SESSION#1", DONE),
        (GALLERY, "put", "OUTBOX#1", DONE),
        (GALLERY, "delete", "OUTBOX#1", DENIED),
        (GALLERY, "put", "GALLERY#1", DENIED),
        (GALLERY, "put", "LINK#1", DENIED),
        (GALLERY, "put", "STUDIO-SESSION#1", DENIED),
        (GALLERY, "put", "STUDIO", DENIED),
        (GALLERY, "put", "VIEW#1", DENIED),
        (GALLERY, "put", "INVITE#1", DENIED),
        (GALLERY, "update", "INVITE#1", DONE),
        (GALLERY, "delete", "GALLERY#1", DENIED),
        (GALLERY, "delete", "GUEST#1", DENIED),
        (GALLERY, "delete", "GUESTS#1", DENIED),
        (GALLERY, "delete", "SESSION#1", DONE),
        (GALLERY, "delete", "ACTIVITY#1", DENIED),
        (GALLERY, "put", "PICKS#1", DONE),
        (GALLERY, "delete", "PICKS#1", DENIED),
        (GALLERY, "delete", "ORDERS#1", DENIED),
        (GALLERY, "get", "GALLERY#1", DONE),
        (GALLERY, "get", "CODE#1", DENIED),
        (GALLERY, "query", "GALLERY#1", DONE),
        (GALLERY, "query", "STUDIO", DENIED),
        (GALLERY, "list", "PERSON#1", DONE),
        (GALLERY, "list", "GALLERIES", DENIED),
        (GALLERY, "list", "PEOPLE", DENIED),
        (GALLERY, "scan", "", DENIED),
        (DOWNLOAD, "put", "SEEN#1", DONE),
        (DOWNLOAD, "put", "ACTIVITY#1", DONE),
        (DOWNLOAD, "put", "LINK#1", DENIED),
        (DOWNLOAD, "put", "SESSION#1", DENIED),
        (DOWNLOAD, "update", "GALLERY#1", DENIED),
        (DOWNLOAD, "query", "GALLERY#1", DONE),
        (DOWNLOAD, "query", "SESSION#1", DENIED),
        (DOWNLOAD, "put", "PRODUCTS", DENIED),
        (GALLERY, "update", "PRODUCTS", DENIED),
        (DOWNLOAD, "get", "PICKS#1", DENIED),
        (DOWNLOAD, "list", "PERSON#1", DENIED),
        (STUDIO, "put", "GALLERY#1", DONE),
        (STUDIO, "list", "GALLERIES", DONE),
        (STUDIO, "scan", "", DENIED),
        (RENDITION, "put", "STRAY", DONE),
        (RENDITION, "put", "GALLERY#1", DONE),
        (RENDITION, "put", "LINK#1", DENIED),
        (RENDITION, "list", "GALLERIES", DENIED),
        (RENDITION, "get", "FOLDER#1", DONE),
        (RENDITION, "update", "FOLDER#1", DENIED),
        (RENDITION, "put", "SESSION#1", DENIED),
        (RENDITION, "query", "GALLERY#1", DONE),
        (RENDITION, "put", "ACTIVITY#1", DONE),
        (RENDITION, "query", "ACTIVITY#1", DENIED),
        (RENDITION, "delete", "ACTIVITY#1", DENIED),
        (RENDITION, "query", "SESSION#1", DENIED),
        (NOTIFY, "delete", "OUTBOX#1", DONE),
        (NOTIFY, "put", "OUTBOX#1", DENIED),
        (NOTIFY, "query", "GALLERY#1", DENIED),
        (NOTIFY, "list", "GALLERIES", DENIED),
        (SWEEP, "list", "GALLERIES", DONE),
        (SWEEP, "get", "SESSION#1", DENIED),
        (SWEEP, "get", "PERSON#1", DONE),
        (SWEEP, "put", "PERSON#1", DENIED),
        (SWEEP, "put", "GALLERY#1", DONE),
        (SWEEP, "put", "LINK#1", DENIED),
    ] {
        let (client, table) = emulators.raw_table_of(function);
        let value = AttributeValue::S(pk.to_owned());
        let answer = match operation {
            "put" => said(
                client
                    .put_item()
                    .table_name(table)
                    .set_item(Some(key(pk)))
                    .send()
                    .await,
            ),
            "update" => said(
                client
                    .update_item()
                    .table_name(table)
                    .set_key(Some(key(pk)))
                    .send()
                    .await,
            ),
            "delete" => said(
                client
                    .delete_item()
                    .table_name(table)
                    .set_key(Some(key(pk)))
                    .send()
                    .await,
            ),
            "get" => said(
                client
                    .get_item()
                    .table_name(table)
                    .set_key(Some(key(pk)))
                    .send()
                    .await,
            ),
            "query" => {
                let query = client
                    .query()
                    .table_name(table)
                    .key_condition_expression("PK = :pk");
                said(query.expression_attribute_values(":pk", value).send().await)
            }
            "list" => {
                let query = client.query().table_name(table).index_name("lists");
                let query = query.key_condition_expression("#list = :list");
                let query = query.expression_attribute_names("#list", "list");
                said(
                    query
                        .expression_attribute_values(":list", value)
                        .send()
                        .await,
                )
            }
            _ => said(client.scan().table_name(table).send().await),
        };
        assert_eq!(answer, expected, "{function}: {operation} {pk}");
    }
}

/// A transaction is allowed part by part, and refused whole; a statement in `PartiQL` goes round the keys and is nothing
/// any function may send.
#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_refused_refuses_the_transaction() {
    let emulators = Emulators::start().await;
    let (client, table) = emulators.raw_table_of(GALLERY);
    let put = |pk: &str| {
        let put = Put::builder().table_name(table).set_item(Some(key(pk)));
        TransactWriteItem::builder()
            .put(put.build().unwrap())
            .build()
    };
    let delete = Delete::builder()
        .table_name(table)
        .set_key(Some(key("GALLERY#1")));
    let delete = TransactWriteItem::builder()
        .delete(delete.build().unwrap())
        .build();
    for (parts, expected) in [
        (vec![put("SESSION#1"), put("GALLERY#1")], DENIED),
        (vec![put("SESSION#2"), delete], DENIED),
        (vec![put("SESSION#3"), put("ACTIVITY#1")], DONE),
    ] {
        let write = client
            .transact_write_items()
            .set_transact_items(Some(parts));
        assert_eq!(said(write.send().await), expected);
    }
    let (developer, _) = emulators.raw_table();
    let there = developer.scan().table_name(table).send().await.unwrap();
    let mut there: Vec<&str> = there
        .items()
        .iter()
        .map(|item| item["PK"].as_s().unwrap().as_str())
        .collect();
    there.sort_unstable();
    assert_eq!(there, ["ACTIVITY#1", "SESSION#3"]);
    let partiql = format!("SELECT * FROM \"{table}\" WHERE PK = 'SESSION#3'");
    assert_eq!(
        said(client.execute_statement().statement(&partiql).send().await),
        DENIED
    );
    assert_eq!(
        said(
            developer
                .execute_statement()
                .statement(partiql)
                .send()
                .await
        ),
        DONE
    );
}

/// Invariant 7: nothing that a visitor's page is made by reaches an original, nor does a URL that it signs.
#[tokio::test(flavor = "multi_thread")]
async fn a_function_reaches_only_its_objects() {
    const DENIED: &str = "AccessDenied";
    let emulators = Emulators::start().await;
    let (originals, renditions) = (emulators.originals.as_str(), emulators.renditions.as_str());
    for (bucket, key) in [
        (originals, "folder/a.jpg"),
        (renditions, "r/a.jpg"),
        (renditions, "other"),
    ] {
        let put = emulators.s3.put_object().bucket(bucket).key(key);
        put.body(b"x".to_vec().into()).send().await.unwrap();
    }
    for (function, operation, bucket, key, expected) in [
        (GALLERY, "get", renditions, "r/a.jpg", DONE),
        (GALLERY, "get", renditions, "other", DENIED),
        (GALLERY, "get", originals, "folder/a.jpg", DENIED),
        (GALLERY, "put", renditions, "r/b.jpg", DENIED),
        (DOWNLOAD, "get", originals, "folder/a.jpg", DONE),
        (DOWNLOAD, "put", originals, "folder/b.jpg", DENIED),
        // only who may list is told that there is nothing
        (DOWNLOAD, "get", originals, "folder/none.jpg", DENIED),
        (RENDITION, "get", originals, "folder/none.jpg", "NoSuchKey"),
        (RENDITION, "put", renditions, "r/b.jpg", DONE),
        (RENDITION, "put", originals, "folder/b.jpg", DENIED),
        (STUDIO, "put", originals, "folder/b.jpg", DONE),
        (STUDIO, "get", originals, "folder/b.jpg", DENIED),
        (STUDIO, "delete", originals, "folder/b.jpg", DENIED),
        (SWEEP, "delete", renditions, "r/b.jpg", DONE),
        (SWEEP, "delete", originals, "folder/a.jpg", DENIED),
        (NOTIFY, "get", renditions, "r/a.jpg", DENIED),
    ] {
        let s3 = emulators.s3_of(function);
        let answer = match operation {
            "get" => said(s3.get_object().bucket(bucket).key(key).send().await),
            "put" => said(s3.put_object().bucket(bucket).key(key).send().await),
            _ => said(s3.delete_object().bucket(bucket).key(key).send().await),
        };
        assert_eq!(answer, expected, "{function}: {operation} {bucket}/{key}");
    }
    for (function, expected) in [(GALLERY, 403), (DOWNLOAD, 200)] {
        let minute = PresigningConfig::expires_in(Duration::from_secs(60)).unwrap();
        let get = emulators
            .s3_of(function)
            .get_object()
            .bucket(originals)
            .key("folder/a.jpg");
        let url = get.presigned(minute).await.unwrap();
        let answer = reqwest::get(url.uri()).await.unwrap();
        assert_eq!(answer.status(), expected, "{function}");
    }
}
