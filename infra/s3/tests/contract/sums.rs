//! Checksums of multipart uploads: of the whole, or of its parts' checksums.

use aws_sdk_s3::types::{
    ChecksumAlgorithm, ChecksumMode, ChecksumType, CompletedPart, ObjectAttributes,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::multipart::{complete, list, upload};
use super::support::*;

/// A CRC of the whole, which follows from the parts' and is compared with the client's.
#[tokio::test]
async fn a_full_object_checksum_is_that_of_the_bytes() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let create = client.create_multipart_upload().bucket(PLAIN).key("k");
    let create = create
        .checksum_algorithm(ChecksumAlgorithm::Crc32)
        .checksum_type(ChecksumType::FullObject);
    let id = create.send().await.unwrap().upload_id.unwrap();
    let bytes = [pattern(5 * MIB, 1), pattern(1000, 2)];
    let parts = [
        upload(&client, "k", &id, 1, bytes[0].clone()).await,
        upload(&client, "k", &id, 2, bytes[1].clone()).await,
    ];
    let whole = STANDARD.encode(crc32fast::hash(&bytes.concat()).to_be_bytes());
    let complete = || complete!(client, "k", &id, &parts).checksum_type(ChecksumType::FullObject);
    assert_eq!(
        refusal(complete().checksum_crc32("AAAAAA==").send().await),
        refused(400, "BadDigest")
    );
    let done = complete().checksum_crc32(&whole).send().await.unwrap();
    assert_eq!(done.checksum_crc32(), Some(whole.as_str()));
    let head = client
        .head_object()
        .bucket(PLAIN)
        .key("k")
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (head.checksum_crc32(), head.checksum_type()),
        (Some(whole.as_str()), Some(&ChecksumType::FullObject))
    );
    // The SDK verifies it on its own way down.
    let got = client
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .checksum_mode(ChecksumMode::Enabled)
        .send()
        .await
        .unwrap();
    assert!(got.body.collect().await.unwrap().to_vec() == bytes.concat());
}

#[tokio::test]
async fn a_composite_checksum_names_its_parts() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let create = client
        .create_multipart_upload()
        .bucket(PLAIN)
        .key("k")
        .checksum_algorithm(ChecksumAlgorithm::Sha256);
    let id = create.send().await.unwrap().upload_id.unwrap();
    let part = client
        .upload_part()
        .bucket(PLAIN)
        .key("k")
        .upload_id(&id)
        .part_number(1)
        .body(body("x"));
    let sent = part
        .checksum_algorithm(ChecksumAlgorithm::Sha256)
        .send()
        .await
        .unwrap();
    let part = CompletedPart::builder()
        .part_number(1)
        .e_tag(sent.e_tag().unwrap());
    let without = complete!(client, "k", &id, &[part.clone().build()])
        .send()
        .await;
    assert_eq!(refusal(without), refused(400, "InvalidRequest"));
    let wrong = complete!(
        client,
        "k",
        &id,
        &[part
            .clone()
            .checksum_sha256(STANDARD.encode([0; 32]))
            .build()]
    );
    assert_eq!(refusal(wrong.send().await), refused(400, "InvalidPart"));
    let part = part
        .checksum_sha256(sent.checksum_sha256().unwrap())
        .build();
    let done = complete!(client, "k", &id, &[part]).send().await.unwrap();
    assert!(done.checksum_sha256().unwrap().ends_with("-1"));
    let attributes = client.get_object_attributes().bucket(PLAIN).key("k");
    let attributes = attributes
        .object_attributes(ObjectAttributes::ObjectParts)
        .send()
        .await
        .unwrap();
    assert_eq!(
        attributes.object_parts().unwrap().parts()[0].checksum_sha256(),
        sent.checksum_sha256()
    );
}
