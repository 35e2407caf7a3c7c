//! Versions and delete markers.

use aws_sdk_s3::types::{
    BucketVersioningStatus, Delete, ObjectIdentifier, VersioningConfiguration,
};

use super::support::*;

#[tokio::test]
async fn every_version_stays_readable() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let put = |text: &str| {
        client
            .put_object()
            .bucket(KEPT)
            .key("k")
            .body(body(text))
            .send()
    };
    let first = put("first").await.unwrap().version_id.unwrap();
    let second = put("second").await.unwrap().version_id.unwrap();
    assert_ne!(first, second);
    assert_eq!(get(&client, KEPT, "k").await, b"second");
    let old = client
        .get_object()
        .bucket(KEPT)
        .key("k")
        .version_id(&first)
        .send()
        .await
        .unwrap();
    assert_eq!(old.version_id(), Some(first.as_str()));
    assert_eq!(old.body.collect().await.unwrap().to_vec(), b"first");
    let other = client
        .get_object()
        .bucket(KEPT)
        .key("k")
        .version_id("0".repeat(32))
        .send()
        .await;
    assert_eq!(refusal(other), refused(404, "NoSuchVersion"));
}

#[tokio::test]
async fn a_delete_marker_hides_and_can_be_taken_away() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, KEPT, "k", "x").await;
    let deleted = client
        .delete_object()
        .bucket(KEPT)
        .key("k")
        .send()
        .await
        .unwrap();
    let marker = deleted.version_id().unwrap();
    assert_eq!(deleted.delete_marker(), Some(true));
    let hidden = client.get_object().bucket(KEPT).key("k").send().await;
    let header = hidden
        .as_ref()
        .unwrap_err()
        .raw_response()
        .unwrap()
        .headers()
        .get("x-amz-delete-marker");
    assert_eq!(header, Some("true"));
    assert_eq!(refusal(hidden), refused(404, "NoSuchKey"));
    let marked = client
        .get_object()
        .bucket(KEPT)
        .key("k")
        .version_id(marker)
        .send()
        .await;
    assert_eq!(refusal(marked), refused(405, "MethodNotAllowed"));
    assert_eq!(
        client
            .list_objects_v2()
            .bucket(KEPT)
            .send()
            .await
            .unwrap()
            .key_count(),
        Some(0)
    );

    let undone = client
        .delete_object()
        .bucket(KEPT)
        .key("k")
        .version_id(marker)
        .send()
        .await
        .unwrap();
    assert_eq!(
        (undone.delete_marker(), undone.version_id()),
        (Some(true), Some(marker))
    );
    assert_eq!(get(&client, KEPT, "k").await, b"x");
}

#[tokio::test]
async fn versions_are_listed_newest_first_page_by_page() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let mut expected = Vec::new();
    for text in ["1", "2", "3"] {
        let put = client
            .put_object()
            .bucket(KEPT)
            .key("a")
            .body(body(text))
            .send()
            .await
            .unwrap();
        expected.insert(0, put.version_id.unwrap());
    }
    put(&client, KEPT, "b", "x").await;
    let marker = client
        .delete_object()
        .bucket(KEPT)
        .key("b")
        .send()
        .await
        .unwrap()
        .version_id
        .unwrap();
    let (mut seen, mut markers, mut next) = (Vec::new(), Vec::new(), (None, None));
    loop {
        let page = client.list_object_versions().bucket(KEPT).max_keys(2);
        let page = page
            .set_key_marker(next.0)
            .set_version_id_marker(next.1)
            .send()
            .await
            .unwrap();
        seen.extend(page.versions().iter().map(|version| {
            (
                version.version_id().unwrap().to_owned(),
                version.is_latest(),
            )
        }));
        markers.extend(
            page.delete_markers()
                .iter()
                .map(|marker| marker.version_id().unwrap().to_owned()),
        );
        next = (page.next_key_marker, page.next_version_id_marker);
        if next.0.is_none() {
            break;
        }
    }
    assert_eq!(markers, [marker]);
    assert_eq!(
        seen.iter()
            .map(|(id, _)| id.clone())
            .take(3)
            .collect::<Vec<_>>(),
        expected
    );
    assert_eq!(
        seen.iter()
            .map(|(_, latest)| latest.unwrap())
            .collect::<Vec<_>>(),
        [true, false, false, false]
    );
}

#[tokio::test]
async fn the_newest_that_is_left_becomes_the_latest() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, KEPT, "k", "first").await;
    let second = client
        .put_object()
        .bucket(KEPT)
        .key("k")
        .body(body("second"))
        .send()
        .await
        .unwrap();
    let delete = client
        .delete_object()
        .bucket(KEPT)
        .key("k")
        .version_id(second.version_id().unwrap());
    delete.send().await.unwrap();
    assert_eq!(get(&client, KEPT, "k").await, b"first");
}

#[tokio::test]
async fn a_suspended_bucket_keeps_the_versions_it_has() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let kept = client
        .put_object()
        .bucket(KEPT)
        .key("k")
        .body(body("kept"))
        .send()
        .await
        .unwrap();
    let suspended = VersioningConfiguration::builder()
        .status(BucketVersioningStatus::Suspended)
        .build();
    client
        .put_bucket_versioning()
        .bucket(KEPT)
        .versioning_configuration(suspended)
        .send()
        .await
        .unwrap();
    for text in ["null", "null again"] {
        put(&client, KEPT, "k", text).await;
    }
    let listed = client
        .list_object_versions()
        .bucket(KEPT)
        .send()
        .await
        .unwrap();
    let ids: Vec<_> = listed
        .versions()
        .iter()
        .map(|version| version.version_id().unwrap())
        .collect();
    assert_eq!(ids, ["null", kept.version_id().unwrap()]);
    let deleted = client
        .delete_object()
        .bucket(KEPT)
        .key("k")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (deleted.version_id(), deleted.delete_marker()),
        (Some("null"), Some(true))
    );
    let old = client
        .get_object()
        .bucket(KEPT)
        .key("k")
        .version_id(kept.version_id().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(old.body.collect().await.unwrap().to_vec(), b"kept");
}

#[tokio::test]
async fn a_batch_deletes_keys_and_versions() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let version = client
        .put_object()
        .bucket(KEPT)
        .key("k")
        .body(body("x"))
        .send()
        .await
        .unwrap()
        .version_id
        .unwrap();
    let objects = [
        ObjectIdentifier::builder()
            .key("k")
            .version_id(&version)
            .build()
            .unwrap(),
        ObjectIdentifier::builder()
            .key("was never there")
            .build()
            .unwrap(),
    ];
    let delete = |quiet| {
        Delete::builder()
            .set_objects(Some(objects.to_vec()))
            .quiet(quiet)
            .build()
            .unwrap()
    };
    let done = client
        .delete_objects()
        .bucket(KEPT)
        .delete(delete(false))
        .send()
        .await
        .unwrap();
    assert_eq!((done.deleted().len(), done.errors().len()), (2, 0));
    assert_eq!(done.deleted()[0].version_id(), Some(version.as_str()));
    assert_eq!(done.deleted()[1].delete_marker(), Some(true));
    let quiet = client
        .delete_objects()
        .bucket(PLAIN)
        .delete(delete(true))
        .send()
        .await
        .unwrap();
    assert!(quiet.deleted().is_empty());
}

/// Whoever empties a bucket deletes each page of versions before asking for the next.
#[tokio::test]
async fn deleting_while_listing_leaves_nothing() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    for text in ["1", "2", "3", "4", "5"] {
        put(&client, KEPT, "k", text).await;
    }
    client
        .delete_object()
        .bucket(KEPT)
        .key("k")
        .send()
        .await
        .unwrap();
    let mut next = (None, None);
    loop {
        let page = client.list_object_versions().bucket(KEPT).max_keys(2);
        let page = page.set_key_marker(next.0).set_version_id_marker(next.1);
        let page = page.send().await.unwrap();
        let versions = page.versions().iter().map(|version| version.version_id());
        for version in versions.chain(
            page.delete_markers()
                .iter()
                .map(|marker| marker.version_id()),
        ) {
            let delete = client
                .delete_object()
                .bucket(KEPT)
                .key("k")
                .set_version_id(version.map(str::to_owned));
            delete.send().await.unwrap();
        }
        next = (page.next_key_marker, page.next_version_id_marker);
        if next.0.is_none() {
            break;
        }
    }
    client.delete_bucket().bucket(KEPT).send().await.unwrap();
}
