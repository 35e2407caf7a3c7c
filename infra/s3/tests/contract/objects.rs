//! Objects: what is put comes back.

use aws_sdk_s3::primitives::DateTime;
use aws_sdk_s3::types::{Tag, Tagging};

use super::support::*;

/// L25: the bytes that come back are the bytes that were sent, whatever their number.
#[tokio::test]
async fn bytes_come_back_unchanged() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    for (length, etag) in [
        (0, Some("\"d41d8cd98f00b204e9800998ecf8427e\"")),
        (1, None),
        (3 * MIB + 17, None),
    ] {
        let sent = pattern(length, 7);
        let put = put(&client, PLAIN, "an object", sent.clone()).await;
        assert_eq!(etag.unwrap_or(&put), put);
        assert!(
            get(&client, PLAIN, "an object").await == sent,
            "{length} bytes differ"
        );
    }
}

#[tokio::test]
async fn headers_and_metadata_come_back_as_sent() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let expires = DateTime::from_secs(1_900_000_000);
    let put = client.put_object().bucket(PLAIN).key("k").body(body("x"));
    put.content_type("image/jpeg")
        .content_disposition("attachment; filename=\"a.jpg\"")
        .content_language("de")
        .content_encoding("gzip")
        .cache_control("private, max-age=60")
        .set_expires(Some(expires))
        .metadata("camera", "X100")
        .send()
        .await
        .unwrap();
    let got = client
        .head_object()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(got.content_type(), Some("image/jpeg"));
    assert_eq!(
        got.content_disposition(),
        Some("attachment; filename=\"a.jpg\"")
    );
    assert_eq!(got.content_language(), Some("de"));
    // Not `aws-chunked`, which is only how the SDK sent it.
    assert_eq!(got.content_encoding(), Some("gzip"));
    assert_eq!(got.cache_control(), Some("private, max-age=60"));
    assert_eq!(got.expires_string(), Some("Sun, 17 Mar 2030 17:46:40 GMT"));
    assert_eq!(got.metadata().unwrap()["camera"], "X100");
    assert_eq!(got.content_length(), Some(1));
}

#[tokio::test]
async fn an_object_without_a_type_is_binary() {
    let (server, _dir) = Server::start().await;
    let put = server
        .client()
        .put_object()
        .bucket(PLAIN)
        .key("k")
        .body(body("x"));
    let presigned = put.presigned(for_a_minute()).await.unwrap();
    assert_eq!(follow(&presigned, b"x").await.0, 200);
    let head = server
        .client()
        .head_object()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (head.content_type(), head.content_encoding()),
        (Some("binary/octet-stream"), None)
    );
}

#[tokio::test]
async fn ranges_are_cut_as_asked() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "digits", "0123456789").await;
    for (range, bytes, of) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
        ("bytes=8-100", "89", "bytes 8-9/10"),
        ("bytes=-100", "0123456789", "bytes 0-9/10"),
    ] {
        let got = client
            .get_object()
            .bucket(PLAIN)
            .key("digits")
            .range(range)
            .send()
            .await
            .unwrap();
        assert_eq!(got.content_range(), Some(of));
        assert_eq!(
            got.body.collect().await.unwrap().to_vec(),
            bytes.as_bytes(),
            "{range}"
        );
    }
    let beyond = client
        .get_object()
        .bucket(PLAIN)
        .key("digits")
        .range("bytes=10-")
        .send()
        .await;
    assert_eq!(refusal(beyond), refused(416, "InvalidRange"));
}

/// A browser continues a broken download only of the same version.
#[tokio::test]
async fn a_range_of_another_version_is_the_whole() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let etag = put(&client, PLAIN, "digits", "0123456789").await;
    let presigned = client
        .get_object()
        .bucket(PLAIN)
        .key("digits")
        .presigned(for_a_minute())
        .await
        .unwrap();
    for (if_range, status) in [(etag.as_str(), 206), ("\"another\"", 200)] {
        let headers = [("range", "bytes=5-"), ("if-range", if_range)];
        let answer = send(
            request(reqwest::Method::GET, presigned.uri()),
            headers.into_iter(),
        )
        .await;
        assert_eq!(answer.0, status);
    }
}

#[tokio::test]
async fn what_is_not_there_is_said_so() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let key = client.get_object().bucket(PLAIN).key("none").send().await;
    assert_eq!(refusal(key), refused(404, "NoSuchKey"));
    let bucket = client
        .get_object()
        .bucket("no-such-bucket")
        .key("none")
        .send()
        .await;
    assert_eq!(refusal(bucket), refused(404, "NoSuchBucket"));
    let bucket = client
        .put_object()
        .bucket("no-such-bucket")
        .key("none")
        .body(body("x"))
        .send()
        .await;
    assert_eq!(refusal(bucket), refused(404, "NoSuchBucket"));
    let head = client.head_object().bucket(PLAIN).key("none").send().await;
    assert_eq!(refusal(head).0, 404);
}

#[tokio::test]
async fn a_deleted_object_is_gone_and_may_be_deleted_again() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "k", "x").await;
    for _ in 0..2 {
        client
            .delete_object()
            .bucket(PLAIN)
            .key("k")
            .send()
            .await
            .unwrap();
    }
    assert_eq!(
        refusal(client.get_object().bucket(PLAIN).key("k").send().await),
        refused(404, "NoSuchKey")
    );
}

#[tokio::test]
async fn tags_are_kept_replaced_and_removed() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let put = client
        .put_object()
        .bucket(PLAIN)
        .key("k")
        .body(body("x"))
        .tagging("state=new&by=a+b%26c");
    put.send().await.unwrap();
    let tags = || client.get_object_tagging().bucket(PLAIN).key("k").send();
    let pairs = |tags: &[Tag]| {
        tags.iter()
            .map(|tag| format!("{}={}", tag.key(), tag.value()))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        pairs(tags().await.unwrap().tag_set()),
        ["state=new", "by=a b&c"]
    );
    let got = client
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(got.tag_count(), Some(2));

    let tag = Tag::builder().key("state").value("old").build().unwrap();
    let tagging = Tagging::builder().tag_set(tag).build().unwrap();
    client
        .put_object_tagging()
        .bucket(PLAIN)
        .key("k")
        .tagging(tagging)
        .send()
        .await
        .unwrap();
    assert_eq!(pairs(tags().await.unwrap().tag_set()), ["state=old"]);
    client
        .delete_object_tagging()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await
        .unwrap();
    assert!(tags().await.unwrap().tag_set().is_empty());
    let none = client
        .get_object_tagging()
        .bucket(PLAIN)
        .key("none")
        .send()
        .await;
    assert_eq!(refusal(none), refused(404, "NoSuchKey"));
}

/// A download that has begun is finished, though the object is replaced meanwhile.
#[tokio::test]
async fn a_reader_keeps_the_version_it_began() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let (old, new) = (pattern(9 * MIB, 1), pattern(100, 2));
    put(&client, PLAIN, "k", old.clone()).await;
    let reading = client
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await
        .unwrap();
    put(&client, PLAIN, "k", new.clone()).await;
    assert!(get(&client, PLAIN, "k").await == new);
    assert!(reading.body.collect().await.unwrap().to_vec() == old);
}

#[tokio::test]
async fn several_ranges_at_once_are_the_whole() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "digits", "0123456789").await;
    let get = client
        .get_object()
        .bucket(PLAIN)
        .key("digits")
        .presigned(for_a_minute())
        .await
        .unwrap();
    let asked = request(reqwest::Method::GET, get.uri());
    let (status, _, bytes) = send(asked, [("range", "bytes=0-1,4-5")].into_iter()).await;
    assert_eq!((status, bytes.as_slice()), (200, b"0123456789".as_slice()));
}
