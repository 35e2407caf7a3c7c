//! Notifications: one for every change, until it is acknowledged.

use std::time::Duration;

use super::support::*;

#[tokio::test]
async fn every_change_is_told_in_order() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let key = "Ceremony/ü 1+2.jpg";
    put(&client, KEPT, key, "photo").await;
    let source = format!("{KEPT}/Ceremony/%C3%BC%201%2B2.jpg");
    client
        .copy_object()
        .bucket(PLAIN)
        .key("copy")
        .copy_source(source)
        .send()
        .await
        .unwrap();
    client
        .delete_object()
        .bucket(KEPT)
        .key(key)
        .send()
        .await
        .unwrap();
    client
        .delete_object()
        .bucket(PLAIN)
        .key("copy")
        .send()
        .await
        .unwrap();
    client
        .delete_object()
        .bucket(PLAIN)
        .key("was never there")
        .send()
        .await
        .unwrap();
    let told = server.s3.pending_notifications(10).unwrap();
    assert_eq!(
        told.iter()
            .map(|told| (told.event_name.as_str(), told.key.as_str()))
            .collect::<Vec<_>>(),
        [
            ("ObjectCreated:Put", key),
            ("ObjectCreated:Copy", "copy"),
            ("ObjectRemoved:DeleteMarkerCreated", key),
            ("ObjectRemoved:Delete", "copy"),
        ]
    );
    assert!(
        told.windows(2)
            .all(|pair| pair[0].sequencer < pair[1].sequencer)
    );
    assert_eq!(server.s3.pending_notifications(1).unwrap().len(), 1);
}

/// The shape is AWS's message structure 2.1.
#[tokio::test]
async fn a_record_reads_as_one_of_aws() {
    let (server, _dir) = Server::start().await;
    put(&server.client(), KEPT, "Ceremony/ü 1+2.jpg", "photo").await;
    let told = &server.s3.pending_notifications(1).unwrap()[0];
    let record = &told.record;
    assert_eq!(record["eventVersion"], "2.1");
    assert_eq!(record["eventSource"], "aws:s3");
    assert_eq!(record["awsRegion"], REGION);
    assert_eq!(record["eventName"], "ObjectCreated:Put");
    assert_eq!(record["userIdentity"]["principalId"], "developer");
    assert_eq!(
        record["eventTime"]
            .as_str()
            .unwrap()
            .parse::<jiff::Timestamp>()
            .unwrap(),
        told.time
    );
    assert_eq!(record["s3"]["bucket"]["name"], KEPT);
    assert_eq!(
        record["s3"]["bucket"]["arn"],
        format!("arn:aws:s3:::{KEPT}")
    );
    let object = &record["s3"]["object"];
    assert_eq!(object["key"], "Ceremony/%C3%BC+1%2B2.jpg");
    assert_eq!(object["size"], 5);
    assert_eq!(object["eTag"], told.etag);
    assert!(!told.etag.contains('"'));
    assert_eq!(object["versionId"].as_str(), told.version_id.as_deref());
    assert_eq!(object["sequencer"], told.sequencer);
}

#[tokio::test]
async fn an_acknowledged_notification_does_not_come_again() {
    let (server, dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "1", "x").await;
    put(&client, PLAIN, "2", "x").await;
    let first = server.s3.pending_notifications(1).unwrap().remove(0);
    server.s3.acknowledge_notification(first.id).unwrap();
    server.s3.acknowledge_notification(first.id).unwrap();
    server.stop().await;
    let again = open(dir.path());
    let left = again.pending_notifications(10).unwrap();
    assert_eq!(
        left.iter()
            .map(|told| told.key.as_str())
            .collect::<Vec<_>>(),
        ["2"]
    );
}

#[tokio::test]
async fn a_change_wakes_who_waits() {
    let (server, _dir) = Server::start().await;
    let notified = server.s3.notified();
    put(&server.client(), PLAIN, "k", "x").await;
    // The wake-up was kept, though nobody waited yet.
    tokio::time::timeout(Duration::from_secs(60), notified.notified())
        .await
        .unwrap();
    assert_eq!(server.s3.pending_notifications(10).unwrap().len(), 1);
}

#[tokio::test]
async fn a_refused_write_tells_nothing() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let put = client
        .put_object()
        .bucket(PLAIN)
        .key("k")
        .body(body("x"))
        .if_match("\"none\"")
        .send()
        .await;
    assert_eq!(refusal(put), refused(404, "NoSuchKey"));
    assert!(server.s3.pending_notifications(10).unwrap().is_empty());
}
