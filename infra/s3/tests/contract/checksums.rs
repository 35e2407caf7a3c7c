//! Checksums: verified when they come, stored, and told again.

use aws_sdk_s3::types::{ChecksumAlgorithm, ChecksumMode, ObjectAttributes};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::support::*;

/// Every algorithm of S3, sent by the SDK as a trailer of a chunked body.
#[tokio::test]
async fn each_algorithm_is_verified_and_returned() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    for (algorithm, expected) in [
        (ChecksumAlgorithm::Crc32, "y/Q5Jg=="),
        (ChecksumAlgorithm::Crc32C, "4waSgw=="),
        (ChecksumAlgorithm::Crc64Nvme, "rosUhgp5mIg="),
        (ChecksumAlgorithm::Sha1, "98O8HYCOBHMq32eZZczDTKeuNEE="),
        (
            ChecksumAlgorithm::Sha256,
            "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
        ),
    ] {
        let put = client
            .put_object()
            .bucket(PLAIN)
            .key("k")
            .body(body("123456789"));
        put.checksum_algorithm(algorithm.clone())
            .send()
            .await
            .unwrap();
        let got = client
            .head_object()
            .bucket(PLAIN)
            .key("k")
            .checksum_mode(ChecksumMode::Enabled);
        let got = got.send().await.unwrap();
        let value = match algorithm {
            ChecksumAlgorithm::Crc32 => got.checksum_crc32(),
            ChecksumAlgorithm::Crc32C => got.checksum_crc32_c(),
            ChecksumAlgorithm::Crc64Nvme => got.checksum_crc64_nvme(),
            ChecksumAlgorithm::Sha1 => got.checksum_sha1(),
            _ => got.checksum_sha256(),
        };
        assert_eq!(value, Some(expected));
        let attributes = client.get_object_attributes().bucket(PLAIN).key("k");
        let attributes = attributes
            .object_attributes(ObjectAttributes::Checksum)
            .send()
            .await
            .unwrap();
        assert!(format!("{:?}", attributes.checksum().unwrap()).contains(expected));
    }
}

/// S3 sums what nobody else summed.
#[tokio::test]
async fn an_object_sent_without_a_checksum_gets_one() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let put = client
        .put_object()
        .bucket(PLAIN)
        .key("k")
        .presigned(for_a_minute())
        .await
        .unwrap();
    assert_eq!(follow(&put, b"123456789").await.0, 200);
    let got = client
        .head_object()
        .bucket(PLAIN)
        .key("k")
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await;
    assert_eq!(got.unwrap().checksum_crc64_nvme(), Some("rosUhgp5mIg="));
    let unasked = client
        .head_object()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(unasked.checksum_crc64_nvme(), None);
}

#[tokio::test]
async fn a_wrong_checksum_is_refused_and_nothing_stored() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let put = || {
        client
            .put_object()
            .bucket(PLAIN)
            .key("k")
            .body(body("123456789"))
    };
    let wrong = STANDARD.encode([0; 32]);
    assert_eq!(
        refusal(put().checksum_sha256(wrong).send().await),
        refused(400, "BadDigest")
    );
    assert_eq!(
        refusal(put().checksum_sha256("short").send().await),
        refused(400, "InvalidRequest")
    );
    assert_eq!(
        refusal(put().content_md5(STANDARD.encode([0; 16])).send().await),
        refused(400, "BadDigest")
    );
    assert_eq!(
        refusal(put().content_md5("short").send().await),
        refused(400, "InvalidDigest")
    );
    assert_eq!(
        refusal(client.head_object().bucket(PLAIN).key("k").send().await).0,
        404
    );
}

#[tokio::test]
async fn a_right_md5_is_accepted() {
    let (server, _dir) = Server::start().await;
    let put = server
        .client()
        .put_object()
        .bucket(PLAIN)
        .key("k")
        .body(body("123456789"));
    put.content_md5("JfnnlDI7RTiF9RgfG2JNCw==".to_owned())
        .send()
        .await
        .unwrap();
}
