//! Browser forms: what their policy allows, and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use super::support::*;

fn sign(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

struct Form {
    fields: Vec<(&'static str, String)>,
    expires: jiff::Timestamp,
    conditions: Vec<Value>,
}

impl Form {
    fn for_key(key: &str) -> Self {
        Self {
            fields: vec![
                ("key", key.to_owned()),
                ("Content-Type", "image/jpeg".to_owned()),
            ],
            expires: jiff::Timestamp::now() + jiff::SignedDuration::from_mins(5),
            conditions: vec![
                json!(["starts-with", "$key", "up/"]),
                json!(["starts-with", "$Content-Type", "image/"]),
                json!(["content-length-range", 2, 10]),
            ],
        }
    }

    async fn post(mut self, server: &Server, file: &'static str) -> (u16, String) {
        let now = jiff::Timestamp::now();
        let (date, time) = (
            now.strftime("%Y%m%d").to_string(),
            now.strftime("%Y%m%dT%H%M%SZ").to_string(),
        );
        let credential = format!("{KEY}/{date}/{REGION}/s3/aws4_request");
        let algorithm = "AWS4-HMAC-SHA256";
        self.conditions.extend([
            json!({ "bucket": PLAIN }),
            json!({ "x-amz-algorithm": algorithm }),
            json!({ "x-amz-credential": credential }),
            json!({ "x-amz-date": time }),
        ]);
        let expiration = self.expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let policy = STANDARD
            .encode(json!({ "expiration": expiration, "conditions": self.conditions }).to_string());
        let steps = [date.as_str(), REGION, "s3", "aws4_request", &policy];
        let signature = steps
            .iter()
            .fold(format!("AWS4{SECRET}").into_bytes(), |key, step| {
                sign(&key, step)
            });
        self.fields.extend([
            ("x-amz-algorithm", algorithm.to_owned()),
            ("x-amz-credential", credential),
            ("x-amz-date", time),
            ("policy", policy),
            ("x-amz-signature", hex::encode(signature)),
        ]);
        let form = self
            .fields
            .into_iter()
            .fold(reqwest::multipart::Form::new(), |form, (name, value)| {
                form.text(name, value)
            });
        let form = form.part(
            "file",
            reqwest::multipart::Part::text(file).file_name("a.jpg"),
        );
        let url = format!("{}/{PLAIN}", server.endpoint);
        let (status, _, body) = send(
            request(reqwest::Method::POST, &url).multipart(form),
            [].into_iter(),
        )
        .await;
        (status, code(&body))
    }
}

#[tokio::test]
async fn a_form_that_keeps_its_policy_uploads() {
    let (server, _dir) = Server::start().await;
    assert_eq!(
        Form::for_key("up/a.jpg").post(&server, "photo").await,
        (204, String::new())
    );
    let client = server.client();
    assert_eq!(get(&client, PLAIN, "up/a.jpg").await, b"photo");
    let head = client
        .head_object()
        .bucket(PLAIN)
        .key("up/a.jpg")
        .send()
        .await
        .unwrap();
    assert_eq!(head.content_type(), Some("image/jpeg"));
    assert_eq!(
        server.s3.pending_notifications(1).unwrap()[0].event_name,
        "ObjectCreated:Post"
    );
}

#[tokio::test]
async fn a_form_that_breaks_its_policy_is_refused() {
    let (server, _dir) = Server::start().await;
    let denied = refused(403, "AccessDenied");
    assert_eq!(
        Form::for_key("elsewhere/a.jpg")
            .post(&server, "photo")
            .await,
        denied
    );
    let mut form = Form::for_key("up/a");
    form.fields[1].1 = "text/html".to_owned();
    assert_eq!(form.post(&server, "photo").await, denied);
    let mut form = Form::for_key("up/a");
    form.conditions[0] = json!(["eq", "$key", "up/b"]);
    assert_eq!(form.post(&server, "photo").await, denied);
    let mut form = Form::for_key("up/a");
    form.fields
        .push(("x-amz-meta-extra", "not in the policy".to_owned()));
    assert_eq!(form.post(&server, "photo").await, denied);
    assert_eq!(
        Form::for_key("up/a").post(&server, "a larger photo").await,
        refused(400, "EntityTooLarge")
    );
    assert_eq!(
        Form::for_key("up/a").post(&server, "p").await,
        refused(400, "EntityTooSmall")
    );
    let listed = server
        .client()
        .list_objects_v2()
        .bucket(PLAIN)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.key_count(), Some(0));
}

#[tokio::test]
async fn an_expired_form_is_refused() {
    let (server, _dir) = Server::start().await;
    let mut form = Form::for_key("up/a");
    form.expires = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(1);
    assert_eq!(
        form.post(&server, "photo").await,
        refused(403, "AccessDenied")
    );
}
