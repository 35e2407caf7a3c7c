//! Buckets.

use aws_sdk_s3::types::{BucketVersioningStatus, ServerSideEncryption};

use super::support::*;

#[tokio::test]
async fn a_bucket_is_created_once_and_deleted_when_empty() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    client
        .create_bucket()
        .bucket("another")
        .send()
        .await
        .unwrap();
    client.head_bucket().bucket("another").send().await.unwrap();
    let again = client.create_bucket().bucket("another").send().await;
    assert_eq!(refusal(again), refused(409, "BucketAlreadyOwnedByYou"));
    put(&client, "another", "k", "x").await;
    let full = client.delete_bucket().bucket("another").send().await;
    assert_eq!(refusal(full), refused(409, "BucketNotEmpty"));
    client
        .delete_object()
        .bucket("another")
        .key("k")
        .send()
        .await
        .unwrap();
    client
        .delete_bucket()
        .bucket("another")
        .send()
        .await
        .unwrap();
    assert_eq!(
        refusal(client.head_bucket().bucket("another").send().await).0,
        404
    );
    let bad = client.create_bucket().bucket("Not_A_Name").send().await;
    assert_eq!(refusal(bad), refused(400, "InvalidBucketName"));
}

#[tokio::test]
async fn a_bucket_with_only_old_versions_is_not_empty() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, KEPT, "k", "x").await;
    client
        .delete_object()
        .bucket(KEPT)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(
        refusal(client.delete_bucket().bucket(KEPT).send().await),
        refused(409, "BucketNotEmpty")
    );
}

#[tokio::test]
async fn the_template_s_buckets_are_there_as_declared() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let listed = client.list_buckets().send().await.unwrap();
    assert_eq!(
        listed
            .buckets()
            .iter()
            .map(|bucket| bucket.name().unwrap())
            .collect::<Vec<_>>(),
        [PLAIN, KEPT]
    );
    let location = client
        .get_bucket_location()
        .bucket(PLAIN)
        .send()
        .await
        .unwrap();
    assert_eq!(location.location_constraint().unwrap().as_str(), REGION);
    let versioning = client
        .get_bucket_versioning()
        .bucket(KEPT)
        .send()
        .await
        .unwrap();
    assert_eq!(versioning.status(), Some(&BucketVersioningStatus::Enabled));
    assert_eq!(
        client
            .get_bucket_versioning()
            .bucket(PLAIN)
            .send()
            .await
            .unwrap()
            .status(),
        None
    );
    let encryption = client
        .get_bucket_encryption()
        .bucket(PLAIN)
        .send()
        .await
        .unwrap();
    let rule = &encryption
        .server_side_encryption_configuration()
        .unwrap()
        .rules()[0];
    let algorithm = rule
        .apply_server_side_encryption_by_default()
        .unwrap()
        .sse_algorithm();
    assert_eq!(algorithm, &ServerSideEncryption::Aes256);
    let cors = client.get_bucket_cors().bucket(PLAIN).send().await.unwrap();
    assert_eq!(cors.cors_rules()[0].expose_headers(), ["ETag"]);
    let none = client.get_bucket_cors().bucket(KEPT).send().await;
    assert_eq!(refusal(none), refused(404, "NoSuchCORSConfiguration"));
    client
        .get_bucket_notification_configuration()
        .bucket(PLAIN)
        .send()
        .await
        .unwrap();
    let lifecycle = client
        .get_bucket_lifecycle_configuration()
        .bucket(PLAIN)
        .send()
        .await;
    assert_eq!(refusal(lifecycle), refused(501, "NotImplemented"));
}
