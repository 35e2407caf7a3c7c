//! Conditional requests.

use aws_sdk_s3::primitives::DateTime;

use super::support::*;

#[tokio::test]
async fn if_none_match_star_writes_only_once() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let write = |text: &str| {
        let put = client.put_object().bucket(PLAIN).key("k").body(body(text));
        put.if_none_match("*").send()
    };
    write("first").await.unwrap();
    assert_eq!(
        refusal(write("second").await),
        refused(412, "PreconditionFailed")
    );
    assert_eq!(get(&client, PLAIN, "k").await, b"first");
}

/// Of many writers that all want to be the first, one is.
#[tokio::test]
async fn racing_writers_cannot_both_be_first() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let writers = (0..8).map(|writer: u32| {
        let put = client
            .put_object()
            .bucket(PLAIN)
            .key("k")
            .body(body(pattern(200_000, writer)));
        put.if_none_match("*").send()
    });
    let outcomes = futures::future::join_all(writers).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
}

#[tokio::test]
async fn if_match_replaces_only_what_was_seen() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let write = |etag: String| {
        let put = client
            .put_object()
            .bucket(PLAIN)
            .key("k")
            .body(body("next"));
        put.if_match(etag).send()
    };
    assert_eq!(
        refusal(write("\"any\"".into()).await),
        refused(404, "NoSuchKey")
    );
    let etag = put(&client, PLAIN, "k", "first").await;
    assert_eq!(
        refusal(write("\"any\"".into()).await),
        refused(412, "PreconditionFailed")
    );
    write(etag).await.unwrap();
    assert_eq!(get(&client, PLAIN, "k").await, b"next");
}

#[tokio::test]
async fn reads_obey_etags() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let etag = put(&client, PLAIN, "k", "x").await;
    let read = || client.get_object().bucket(PLAIN).key("k");
    read().if_match(&etag).send().await.unwrap();
    read().if_none_match("\"other\"").send().await.unwrap();
    assert_eq!(
        refusal(read().if_match("\"other\"").send().await),
        refused(412, "PreconditionFailed")
    );
    assert_eq!(refusal(read().if_none_match(&etag).send().await).0, 304);
    let head = client
        .head_object()
        .bucket(PLAIN)
        .key("k")
        .if_none_match(&etag)
        .send()
        .await;
    assert_eq!(refusal(head).0, 304);
}

#[tokio::test]
async fn reads_obey_dates_unless_an_etag_decides() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let etag = put(&client, PLAIN, "k", "x").await;
    let (past, future) = (
        DateTime::from_secs(1_000_000_000),
        DateTime::from_secs(4_000_000_000),
    );
    let read = || client.get_object().bucket(PLAIN).key("k");
    read().if_modified_since(past).send().await.unwrap();
    assert_eq!(
        refusal(read().if_modified_since(future).send().await).0,
        304
    );
    read().if_unmodified_since(future).send().await.unwrap();
    assert_eq!(
        refusal(read().if_unmodified_since(past).send().await),
        refused(412, "PreconditionFailed")
    );
    read()
        .if_match(&etag)
        .if_unmodified_since(past)
        .send()
        .await
        .unwrap();
    assert_eq!(
        refusal(
            read()
                .if_none_match(&etag)
                .if_modified_since(past)
                .send()
                .await
        )
        .0,
        304
    );
}

#[tokio::test]
async fn a_304_names_the_version_and_has_no_body() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let etag = put(&client, PLAIN, "k", "x").await;
    let presigned = client
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .presigned(for_a_minute())
        .await
        .unwrap();
    let asked = request(reqwest::Method::GET, presigned.uri());
    let (status, headers, body) = send(asked, [("if-none-match", etag.as_str())].into_iter()).await;
    assert_eq!(
        (status, headers["etag"].to_str().unwrap(), body.len()),
        (304, etag.as_str(), 0)
    );
}
