//! Who may: keys, signatures, the clock, and the authorizer.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use local_s3::{AccessKey, Authorizer};

use super::support::*;

#[tokio::test]
async fn strangers_are_refused() {
    let (server, _dir) = Server::start().await;
    put(&server.client(), PLAIN, "k", "x").await;
    let url = format!("{}/{PLAIN}/k", server.endpoint);
    let (status, _, body) = send(request(reqwest::Method::GET, &url), [].into_iter()).await;
    assert_eq!((status, code(&body).as_str()), (403, "AccessDenied"));
    let unknown = server
        .client_as("AKIAUNKNOWN", SECRET)
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await;
    assert_eq!(refusal(unknown), refused(403, "InvalidAccessKeyId"));
    let wrong = server
        .client_as(KEY, "guessed")
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await;
    assert_eq!(refusal(wrong), refused(403, "SignatureDoesNotMatch"));
}

#[tokio::test]
async fn a_clock_that_is_far_off_is_told_so() {
    let (server, _dir) = Server::start().await;
    let ahead = PresigningConfig::builder()
        .start_time(SystemTime::now() + Duration::from_secs(3600))
        .expires_in(Duration::from_secs(60));
    let get = server
        .client()
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .presigned(ahead.build().unwrap())
        .await
        .unwrap();
    let (status, _, body) = follow(&get, b"").await;
    assert_eq!(
        (status, code(&body).as_str()),
        (403, "RequestTimeTooSkewed")
    );
}

#[tokio::test]
async fn the_old_signature_is_refused() {
    let (server, _dir) = Server::start().await;
    let url = format!(
        "{}/{PLAIN}/k?AWSAccessKeyId={KEY}&Expires=4000000000&Signature=x",
        server.endpoint
    );
    let (status, _, body) = send(request(reqwest::Method::GET, &url), [].into_iter()).await;
    assert_eq!((status, code(&body).as_str()), (400, "InvalidRequest"));
}

#[tokio::test]
async fn keys_may_change_while_serving() {
    let (server, _dir) = Server::start().await;
    let function = AccessKey {
        id: "AKIAFUNCTION".into(),
        secret: "its own".into(),
        principal: "Gallery".into(),
    };
    server.s3.set_keys(vec![function]);
    put(
        &server.client_as("AKIAFUNCTION", "its own"),
        PLAIN,
        "k",
        "x",
    )
    .await;
    let gone = server
        .client()
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .send()
        .await;
    assert_eq!(refusal(gone), refused(403, "InvalidAccessKeyId"));
}

/// Allows what is listed and remembers what was asked.
#[derive(Default)]
struct Only {
    allowed: Vec<(&'static str, &'static str)>,
    asked: Mutex<Vec<String>>,
}

impl Authorizer for Only {
    fn allow(&self, principal: &str, action: &str, resource_arn: &str) -> bool {
        self.asked
            .lock()
            .unwrap()
            .push(format!("{principal} {action} {resource_arn}"));
        self.allowed
            .iter()
            .any(|(may, prefix)| *may == action && resource_arn.starts_with(prefix))
    }
}

#[tokio::test]
async fn a_principal_may_only_what_the_authorizer_allows() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "g/1", "x").await;
    put(&client, PLAIN, "secret", "x").await;
    let only = Arc::new(Only {
        allowed: vec![("s3:GetObject", "arn:aws:s3:::plain-bucket/g/")],
        ..Only::default()
    });
    server.s3.set_authorizer(only.clone());
    assert_eq!(get(&client, PLAIN, "g/1").await, b"x");
    let denied = refused(403, "AccessDenied");
    assert_eq!(
        refusal(client.get_object().bucket(PLAIN).key("secret").send().await),
        denied
    );
    assert_eq!(
        refusal(
            client
                .put_object()
                .bucket(PLAIN)
                .key("g/1")
                .body(body("y"))
                .send()
                .await
        ),
        denied
    );
    assert_eq!(
        refusal(client.list_objects_v2().bucket(PLAIN).send().await),
        denied
    );
    assert_eq!(
        refusal(client.delete_object().bucket(PLAIN).key("g/1").send().await),
        denied
    );
    let copy = client
        .copy_object()
        .bucket(PLAIN)
        .key("g/2")
        .copy_source(format!("{PLAIN}/g/1"))
        .send()
        .await;
    assert_eq!(refusal(copy), denied);
    let asked = only.asked.lock().unwrap().clone();
    assert_eq!(
        asked[0],
        "developer s3:GetObject arn:aws:s3:::plain-bucket/g/1"
    );
}

/// A link can do no more than the one who signed it.
#[tokio::test]
async fn a_link_is_authorized_as_its_signer() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "k", "x").await;
    server.s3.set_authorizer(Arc::new(Only::default()));
    let get = client
        .get_object()
        .bucket(PLAIN)
        .key("k")
        .presigned(for_a_minute())
        .await
        .unwrap();
    let (status, _, body) = follow(&get, b"").await;
    assert_eq!((status, code(&body).as_str()), (403, "AccessDenied"));
}

/// As on AWS: only who may list a bucket is told that a key is not there.
#[tokio::test]
async fn a_missing_key_is_hidden_from_who_may_not_list() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    let mut only = Only {
        allowed: vec![("s3:GetObject", "arn:aws:s3:::plain-bucket/")],
        ..Only::default()
    };
    server.s3.set_authorizer(Arc::new(Only {
        allowed: only.allowed.clone(),
        ..Only::default()
    }));
    let hidden = client.get_object().bucket(PLAIN).key("none").send().await;
    assert_eq!(refusal(hidden), refused(403, "AccessDenied"));
    only.allowed
        .push(("s3:ListBucket", "arn:aws:s3:::plain-bucket"));
    server.s3.set_authorizer(Arc::new(only));
    let told = client.get_object().bucket(PLAIN).key("none").send().await;
    assert_eq!(refusal(told), refused(404, "NoSuchKey"));
}

#[tokio::test]
async fn a_batch_is_authorized_key_by_key() {
    let (server, _dir) = Server::start().await;
    let client = server.client();
    put(&client, PLAIN, "mine", "x").await;
    put(&client, PLAIN, "yours", "x").await;
    let allowed = vec![("s3:DeleteObject", "arn:aws:s3:::plain-bucket/mine")];
    server.s3.set_authorizer(Arc::new(Only {
        allowed,
        ..Only::default()
    }));
    let objects =
        ["mine", "yours"].map(|key| ObjectIdentifier::builder().key(key).build().unwrap());
    let delete = Delete::builder()
        .set_objects(Some(objects.to_vec()))
        .build()
        .unwrap();
    let done = client
        .delete_objects()
        .bucket(PLAIN)
        .delete(delete)
        .send()
        .await
        .unwrap();
    assert_eq!(done.deleted()[0].key(), Some("mine"));
    assert_eq!(
        (done.errors()[0].key(), done.errors()[0].code()),
        (Some("yours"), Some("AccessDenied"))
    );
}

/// A client that sends a large body without asking first still hears why it is refused.
#[tokio::test]
async fn a_refusal_reaches_a_client_that_is_still_sending() {
    let (server, _dir) = Server::start().await;
    let url = format!("{}/{PLAIN}/k", server.endpoint);
    for _ in 0..3 {
        let upload = request(reqwest::Method::PUT, &url).body(vec![0; 40 * MIB]);
        let (status, _, body) = send(upload, [].into_iter()).await;
        assert_eq!((status, code(&body).as_str()), (403, "AccessDenied"));
    }
}
