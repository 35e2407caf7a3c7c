//! Multipart uploads (L26): parts in any order and more than once, joined or dropped as a whole.

use aws_sdk_s3::Client;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};

use super::support::*;

pub async fn begin(client: &Client, key: &str) -> String {
    client
        .create_multipart_upload()
        .bucket(PLAIN)
        .key(key)
        .send()
        .await
        .unwrap()
        .upload_id
        .unwrap()
}

pub async fn upload(
    client: &Client,
    key: &str,
    id: &str,
    number: i32,
    bytes: Vec<u8>,
) -> CompletedPart {
    let part = client
        .upload_part()
        .bucket(PLAIN)
        .key(key)
        .upload_id(id)
        .part_number(number)
        .body(body(bytes));
    let part = part.send().await.unwrap();
    CompletedPart::builder()
        .part_number(number)
        .set_e_tag(part.e_tag)
        .build()
}

pub fn list(parts: &[CompletedPart]) -> CompletedMultipartUpload {
    CompletedMultipartUpload::builder()
        .set_parts(Some(parts.to_vec()))
        .build()
}

macro_rules! complete {
    ($client:expr, $key:expr, $id:expr, $parts:expr) => {
        $client
            .complete_multipart_upload()
            .bucket(PLAIN)
            .key($key)
            .upload_id($id)
            .multipart_upload(list($parts))
    };
}

pub(super) use complete;

/// L25
#[tokio::test]
async fn parts_become_one_object() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let id = begin(&client, "k").await;
    let bytes = [pattern(5 * MIB, 1), pattern(6 * MIB, 2), pattern(99, 3)];
    let last = upload(&client, "k", &id, 7, bytes[2].clone()).await;
    upload(&client, "k", &id, 1, b"replaced below".to_vec()).await;
    let first = upload(&client, "k", &id, 1, bytes[0].clone()).await;
    let second = upload(&client, "k", &id, 3, bytes[1].clone()).await;
    upload(&client, "k", &id, 9, b"never listed".to_vec()).await;
    let done = complete!(client, "k", &id, &[first, second, last])
        .send()
        .await
        .unwrap();
    assert!(done.e_tag().unwrap().ends_with("-3\""));
    assert!(get(&client, PLAIN, "k").await == bytes.concat());
    let across = client
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .range("bytes=5242870-5242890")
        .send()
        .await
        .unwrap();
    assert_eq!(
        across.body.collect().await.unwrap().to_vec(),
        bytes.concat()[5_242_870..=5_242_890]
    );
    let gone = client
        .list_parts()
        .bucket(PLAIN)
        .key("k")
        .upload_id(&id)
        .send()
        .await;
    assert_eq!(refusal(gone), refused(404, "NoSuchUpload"));
}

#[tokio::test]
async fn a_part_is_read_by_its_number() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let id = begin(&client, "k").await;
    let parts = [
        upload(&client, "k", &id, 1, pattern(5 * MIB, 1)).await,
        upload(&client, "k", &id, 2, b"the second".to_vec()).await,
    ];
    complete!(client, "k", &id, &parts).send().await.unwrap();
    let part = client
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .part_number(2)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (part.parts_count(), part.content_range()),
        (Some(2), Some("bytes 5242880-5242889/5242890"))
    );
    assert_eq!(part.body.collect().await.unwrap().to_vec(), b"the second");
    let beyond = client
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .part_number(3)
        .send()
        .await;
    assert_eq!(refusal(beyond), refused(416, "InvalidPartNumber"));
}

#[tokio::test]
async fn a_list_that_cannot_be_joined_is_refused_and_the_upload_stays() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let id = begin(&client, "k").await;
    let small = [
        upload(&client, "k", &id, 1, pattern(5 * MIB - 1, 1)).await,
        upload(&client, "k", &id, 2, pattern(10, 2)).await,
    ];
    let unknown = CompletedPart::builder()
        .part_number(3)
        .e_tag("\"none\"")
        .build();
    let other = CompletedPart::builder()
        .part_number(1)
        .e_tag(small[1].e_tag().unwrap())
        .build();
    for (parts, code) in [
        (vec![small[0].clone(), small[1].clone()], "EntityTooSmall"),
        (vec![small[1].clone(), small[0].clone()], "InvalidPartOrder"),
        (vec![small[1].clone(), unknown], "InvalidPart"),
        (vec![other], "InvalidPart"),
    ] {
        assert_eq!(
            refusal(complete!(client, "k", &id, &parts).send().await),
            refused(400, code)
        );
    }
    complete!(client, "k", &id, &small[1..])
        .send()
        .await
        .unwrap();
    assert_eq!(get(&client, PLAIN, "k").await, pattern(10, 2));
}

#[tokio::test]
async fn an_aborted_upload_is_gone() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let id = begin(&client, "k").await;
    upload(&client, "k", &id, 1, b"x".to_vec()).await;
    client
        .abort_multipart_upload()
        .bucket(PLAIN)
        .key("k")
        .upload_id(&id)
        .send()
        .await
        .unwrap();
    let part = client
        .upload_part()
        .bucket(PLAIN)
        .key("k")
        .upload_id(&id)
        .part_number(1)
        .body(body("x"))
        .send()
        .await;
    assert_eq!(refusal(part), refused(404, "NoSuchUpload"));
    assert!(
        client
            .list_multipart_uploads()
            .bucket(PLAIN)
            .send()
            .await
            .unwrap()
            .uploads()
            .is_empty()
    );
}

#[tokio::test]
async fn conditions_hold_when_an_upload_completes() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let id = begin(&client, "k").await;
    let part = [upload(&client, "k", &id, 1, b"x".to_vec()).await];
    let etag = put(&client, PLAIN, "k", "first").await;
    let once = complete!(client, "k", &id, &part)
        .if_none_match("*")
        .send()
        .await;
    assert_eq!(refusal(once), refused(412, "PreconditionFailed"));
    let other = complete!(client, "k", &id, &part)
        .if_match("\"other\"")
        .send()
        .await;
    assert_eq!(refusal(other), refused(412, "PreconditionFailed"));
    complete!(client, "k", &id, &part)
        .if_match(etag)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn parts_and_uploads_are_listed_page_by_page() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let id = begin(&client, "a").await;
    for number in [1, 2, 5] {
        upload(&client, "a", &id, number, vec![0; 3]).await;
    }
    let parts = || {
        client
            .list_parts()
            .bucket(PLAIN)
            .key("a")
            .upload_id(&id)
            .max_parts(2)
    };
    let first = parts().send().await.unwrap();
    let marker = first.next_part_number_marker().unwrap();
    let second = parts().part_number_marker(marker).send().await.unwrap();
    let numbers: Vec<_> = first
        .parts()
        .iter()
        .chain(second.parts())
        .map(|part| part.part_number().unwrap())
        .collect();
    assert_eq!(
        (numbers, first.is_truncated(), second.is_truncated()),
        (vec![1, 2, 5], Some(true), Some(false))
    );

    for key in ["a", "b/1", "b/2", "c"] {
        begin(&client, key).await;
    }
    let uploads = || {
        client
            .list_multipart_uploads()
            .bucket(PLAIN)
            .delimiter("/")
            .max_uploads(2)
    };
    let first = uploads().send().await.unwrap();
    assert_eq!(
        first
            .uploads()
            .iter()
            .map(|upload| upload.key().unwrap())
            .collect::<Vec<_>>(),
        ["a", "a"]
    );
    let second = uploads()
        .set_key_marker(first.next_key_marker)
        .set_upload_id_marker(first.next_upload_id_marker);
    let second = second.send().await.unwrap();
    assert_eq!(second.common_prefixes()[0].prefix(), Some("b/"));
    assert_eq!(second.uploads()[0].key(), Some("c"));
    assert_eq!(second.is_truncated(), Some(false));
}

/// The files of several objects are named, not copied: what was copied outlives its source.
#[tokio::test]
async fn ranges_of_other_objects_become_parts() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let source = pattern(6 * MIB, 4);
    put(&client, PLAIN, "source ü", source.clone()).await;
    let id = begin(&client, "k").await;
    let mut parts = Vec::new();
    for (number, range) in [(1, "bytes=100-5242979"), (2, "bytes=0-9")] {
        let copy = client
            .upload_part_copy()
            .bucket(PLAIN)
            .key("k")
            .upload_id(&id)
            .part_number(number);
        let copy = copy
            .copy_source(format!("{PLAIN}/source%20%C3%BC"))
            .copy_source_range(range)
            .send()
            .await
            .unwrap();
        let etag = copy.copy_part_result().unwrap().e_tag().unwrap();
        parts.push(
            CompletedPart::builder()
                .part_number(number)
                .e_tag(etag)
                .build(),
        );
    }
    let beyond = client
        .upload_part_copy()
        .bucket(PLAIN)
        .key("k")
        .upload_id(&id)
        .part_number(3);
    let beyond = beyond
        .copy_source(format!("{PLAIN}/source%20%C3%BC"))
        .copy_source_range("bytes=0-6291456");
    assert_eq!(
        refusal(beyond.send().await),
        refused(400, "InvalidArgument")
    );
    client
        .delete_object()
        .bucket(PLAIN)
        .key("source ü")
        .send()
        .await
        .unwrap();
    complete!(client, "k", &id, &parts).send().await.unwrap();
    assert!(get(&client, PLAIN, "k").await == [&source[100..5_242_980], &source[..10]].concat());
}
