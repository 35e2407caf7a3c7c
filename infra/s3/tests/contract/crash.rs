//! Restarts (L26): what was acknowledged is there, and what was not leaves nothing behind.

use std::fs;
use std::path::{Path, PathBuf};

use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use local_s3::{BucketConfig, LocalS3};
use tempfile::TempDir;
use tokio::io::AsyncWriteExt as _;

use super::support::*;

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

fn stored(dir: &TempDir) -> usize {
    files(&dir.path().join("blobs")).len() + files(&dir.path().join("incoming")).len()
}

#[tokio::test]
async fn what_was_acknowledged_survives_an_abrupt_end() {
    let (server, dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "k", pattern(MIB, 1)).await;
    let version = client
        .put_object()
        .bucket(KEPT)
        .key("k")
        .body(body("old"))
        .send()
        .await
        .unwrap()
        .version_id;
    put(&client, KEPT, "k", "new").await;
    let id = client
        .create_multipart_upload()
        .bucket(PLAIN)
        .key("m")
        .send()
        .await
        .unwrap()
        .upload_id
        .unwrap();
    let part = client
        .upload_part()
        .bucket(PLAIN)
        .key("m")
        .upload_id(&id)
        .part_number(1)
        .body(body("part"));
    let part = part.send().await.unwrap();
    server.abort().await;

    let server = Server::over(dir.path()).await;
    let client = server.client();
    assert!(get(&client, PLAIN, "k").await == pattern(MIB, 1));
    let old = client
        .get_object()
        .bucket(KEPT)
        .key("k")
        .set_version_id(version)
        .send()
        .await
        .unwrap();
    assert_eq!(old.body.collect().await.unwrap().to_vec(), b"old");
    let part = CompletedPart::builder()
        .part_number(1)
        .set_e_tag(part.e_tag)
        .build();
    let list = CompletedMultipartUpload::builder().parts(part).build();
    let complete = client
        .complete_multipart_upload()
        .bucket(PLAIN)
        .key("m")
        .upload_id(&id)
        .multipart_upload(list);
    complete.send().await.unwrap();
    assert_eq!(get(&client, PLAIN, "m").await, b"part");
    assert_eq!(server.s3.pending_notifications(10).unwrap().len(), 4);
}

/// A crash between a file and its row leaves a file nobody names; one while a body arrives leaves half of it.
#[tokio::test]
async fn orphans_are_swept_on_the_next_start() {
    let (server, dir) = Server::start().await;
    put(&server.client(), PLAIN, "k", "x").await;
    server.stop().await;
    let blob = files(&dir.path().join("blobs")).remove(0);
    fs::copy(
        &blob,
        blob.with_file_name("0123456789abcdef0123456789abcdef"),
    )
    .unwrap();
    fs::write(dir.path().join("incoming/half"), "ha").unwrap();
    let server = Server::over(dir.path()).await;
    assert_eq!(stored(&dir), 1);
    assert_eq!(get(&server.client(), PLAIN, "k").await, b"x");
}

#[tokio::test]
async fn what_is_replaced_or_deleted_leaves_no_file() {
    let (server, dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "k", "first").await;
    put(&client, PLAIN, "k", "second").await;
    assert_eq!(stored(&dir), 1);
    client
        .copy_object()
        .bucket(PLAIN)
        .key("copy")
        .copy_source(format!("{PLAIN}/k"))
        .send()
        .await
        .unwrap();
    client
        .delete_object()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await
        .unwrap();
    // The copy names the same file.
    assert_eq!(stored(&dir), 1);
    client
        .delete_object()
        .bucket(PLAIN)
        .key("copy")
        .send()
        .await
        .unwrap();
    let put = client
        .put_object()
        .bucket(PLAIN)
        .key("k")
        .body(body("x"))
        .content_md5("AAAAAAAAAAAAAAAAAAAAAA==");
    assert_eq!(refusal(put.send().await), refused(400, "BadDigest"));
    assert_eq!(stored(&dir), 0);
}

/// A client that goes away in the middle of a body has stored nothing.
#[tokio::test]
async fn half_a_body_is_no_object() {
    let (server, dir) = Server::start().await;
    let put = server
        .client()
        .put_object()
        .bucket(PLAIN)
        .key("k")
        .presigned(for_a_minute())
        .await
        .unwrap();
    let url: url::Url = put.uri().parse().unwrap();
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let mut stream = tokio::net::TcpStream::connect(&host).await.unwrap();
    let target = format!("{}?{}", url.path(), url.query().unwrap());
    let head =
        format!("PUT {target} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n\r\nonly this");
    stream.write_all(head.as_bytes()).await.unwrap();
    drop(stream);
    server.stop().await;
    let server = Server::over(dir.path()).await;
    assert_eq!(
        refusal(
            server
                .client()
                .head_object()
                .bucket(PLAIN)
                .key("k")
                .send()
                .await
        )
        .0,
        404
    );
    assert_eq!(stored(&dir), 0);
}

#[tokio::test]
async fn the_template_s_configuration_replaces_the_old_one() {
    let (server, dir) = Server::start().await;
    put(&server.client(), KEPT, "k", "x").await;
    server.stop().await;
    let config = BucketConfig {
        name: KEPT.into(),
        versioning: false,
        cors: Vec::new(),
    };
    drop(LocalS3::open(dir.path(), REGION, vec![config]).unwrap());
    let server = Server::over(dir.path()).await;
    assert_eq!(get(&server.client(), KEPT, "k").await, b"x");
    assert_eq!(
        server
            .client()
            .list_buckets()
            .send()
            .await
            .unwrap()
            .buckets()
            .len(),
        2
    );
}

#[test]
fn a_damaged_directory_is_told_in_one_sentence() {
    let refusal = |dir: &Path| match LocalS3::open(dir, REGION, Vec::new()) {
        Ok(_) => panic!("opened"),
        Err(error) => error.to_string(),
    };
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("index.sqlite"), vec![7; 5000]).unwrap();
    assert!(refusal(dir.path()).contains("is damaged"));

    let file = dir.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(refusal(&file).contains("cannot be used"));

    let held = TempDir::new().unwrap();
    let _holder = LocalS3::open(held.path(), REGION, Vec::new()).unwrap();
    assert!(refusal(held.path()).contains("in use by another process"));
}

#[tokio::test]
async fn missing_bytes_are_told_on_start() {
    let (server, dir) = Server::start().await;
    put(&server.client(), PLAIN, "k", "x").await;
    server.stop().await;
    fs::remove_file(files(&dir.path().join("blobs")).remove(0)).unwrap();
    let error = LocalS3::open(dir.path(), REGION, Vec::new())
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("1 files that its index names are missing"),
        "{error}"
    );
}
