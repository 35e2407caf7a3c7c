//! `CopyObject`.

use aws_sdk_s3::types::{MetadataDirective, TaggingDirective};

use super::support::*;

#[tokio::test]
async fn a_copy_has_its_own_life() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let put = client
        .put_object()
        .bucket(PLAIN)
        .key("from")
        .body(body("x"))
        .content_type("image/png");
    let etag = put
        .metadata("n", "1")
        .tagging("t=1")
        .send()
        .await
        .unwrap()
        .e_tag;
    let copy = client
        .copy_object()
        .bucket(KEPT)
        .key("to")
        .copy_source(format!("{PLAIN}/from"))
        .send()
        .await
        .unwrap();
    assert_eq!(copy.copy_object_result().unwrap().e_tag, etag);
    client
        .delete_object()
        .bucket(PLAIN)
        .key("from")
        .send()
        .await
        .unwrap();
    assert_eq!(get(&client, KEPT, "to").await, b"x");
    let head = client
        .head_object()
        .bucket(KEPT)
        .key("to")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (head.content_type(), head.metadata().unwrap()["n"].as_str()),
        (Some("image/png"), "1")
    );
    let tags = client
        .get_object_tagging()
        .bucket(KEPT)
        .key("to")
        .send()
        .await
        .unwrap();
    assert_eq!(tags.tag_set().len(), 1);
}

#[tokio::test]
async fn metadata_and_tags_may_be_replaced() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let put = client
        .put_object()
        .bucket(PLAIN)
        .key("k")
        .body(body("x"))
        .metadata("n", "1")
        .tagging("t=1");
    put.send().await.unwrap();
    let copy = client
        .copy_object()
        .bucket(PLAIN)
        .key("k")
        .copy_source(format!("{PLAIN}/k"));
    let copy = copy
        .metadata_directive(MetadataDirective::Replace)
        .metadata("m", "2");
    copy.tagging_directive(TaggingDirective::Replace)
        .tagging("a=1&b=2")
        .send()
        .await
        .unwrap();
    let head = client
        .head_object()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(head.metadata().unwrap().keys().collect::<Vec<_>>(), ["m"]);
    let tags = client
        .get_object_tagging()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(tags.tag_set().len(), 2);
    assert_eq!(get(&client, PLAIN, "k").await, b"x");
}

#[tokio::test]
async fn a_copy_onto_itself_must_change_something() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "k", "x").await;
    let copy = client
        .copy_object()
        .bucket(PLAIN)
        .key("k")
        .copy_source(format!("{PLAIN}/k"))
        .send()
        .await;
    assert_eq!(refusal(copy), refused(400, "InvalidRequest"));
}

#[tokio::test]
async fn conditions_on_the_source_hold() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let etag = put(&client, PLAIN, "k", "x").await;
    let copy = || {
        client
            .copy_object()
            .bucket(PLAIN)
            .key("to")
            .copy_source(format!("{PLAIN}/k"))
    };
    let failed = refused(412, "PreconditionFailed");
    assert_eq!(
        refusal(copy().copy_source_if_match("\"other\"").send().await),
        failed
    );
    assert_eq!(
        refusal(copy().copy_source_if_none_match(&etag).send().await),
        failed
    );
    copy().copy_source_if_match(&etag).send().await.unwrap();
    let missing = client
        .copy_object()
        .bucket(PLAIN)
        .key("to")
        .copy_source(format!("{PLAIN}/none"))
        .send()
        .await;
    assert_eq!(refusal(missing), refused(404, "NoSuchKey"));
}
