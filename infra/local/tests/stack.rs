//! A small stack with a function that does what it is told: processes, routes, signatures, streams, restarts.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aws_sdk_s3::config::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use local::{Options, Ready, Running, StartError, start};
use reqwest::{Client, Response};
use serde_json::{Value, json};

const TEMPLATE: &str = r#"
Parameters:
  SenderEmail: { Type: String }
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: PK, AttributeType: S }]
      KeySchema: [{ AttributeName: PK, KeyType: HASH }]
      StreamSpecification: { StreamViewType: NEW_IMAGE }
  Dead: { Type: AWS::SQS::Queue }
  Uploads: { Type: AWS::SQS::Queue }
  Originals:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        QueueConfigurations:
          - Event: "s3:ObjectCreated:*"
            Queue: !GetAtt Uploads.Arn
            Filter: { S3Key: { Rules: [{ Name: prefix, Value: in/ }] } }
  Api: { Type: AWS::Serverless::HttpApi }
  EchoFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/echo
      Timeout: 2
      Environment: { Variables: { TABLE_NAME: !Ref Table } }
      Events:
        Get: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: GET, Path: "/do/{wish}" } }
        Post: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: POST, Path: "/do/{wish}" } }
        Daily: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 day) } }
  TellFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/echo
      Timeout: 2
      Environment: { Variables: { ALWAYS: fail } }
      Events:
        Told:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Table.StreamArn
            StartingPosition: TRIM_HORIZON
            BatchSize: 1
            MaximumRetryAttempts: 0
            DestinationConfig: { OnFailure: { Type: SQS, Destination: !GetAtt Dead.Arn } }
            FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"Keys":{"PK":{"S":[{"prefix":"TELL#"}]}}}}' }] }
"#;

/// Where cargo puts the examples of this build.
fn examples() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("examples")
}

fn options(directory: &Path) -> Options {
    let template = directory.join("template.yaml");
    std::fs::write(&template, TEMPLATE).unwrap();
    Options {
        template,
        ..Options::new(directory.join("data"), examples())
    }
}

async fn started(directory: &Path) -> Running {
    start(options(directory)).await.unwrap()
}

async fn get(ready: &Ready, path: &str) -> Response {
    Client::new()
        .get(format!("{}{path}", ready.site))
        .send()
        .await
        .unwrap()
}

async fn asked(ready: &Ready, path: &str) -> Value {
    get(ready, path).await.json().await.unwrap()
}

/// A signed `DynamoDB` request, as the SDK signs it.
fn signed(
    ready: &Ready,
    operation: &str,
    body: &Value,
    keys: (&str, &str),
    when: SystemTime,
) -> reqwest::Request {
    let body = body.to_string();
    let target = format!("DynamoDB_20120810.{operation}");
    let headers = [
        ("content-type", "application/x-amz-json-1.0"),
        ("x-amz-target", target.as_str()),
    ];
    let url = format!("{}/", ready.dynamodb.endpoint);
    let identity = Credentials::new(keys.0, keys.1, None, None, "test").into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(&ready.s3.region)
        .name("dynamodb")
        .time(when)
        .settings(SigningSettings::default())
        .build()
        .unwrap();
    let signable = SignableRequest::new(
        "POST",
        &url,
        headers.into_iter(),
        SignableBody::Bytes(body.as_bytes()),
    )
    .unwrap();
    let (instructions, _) = sign(signable, &params.into()).unwrap().into_parts();
    let mut request = Client::new().post(&url).body(body);
    for (name, value) in headers.into_iter().chain(instructions.headers()) {
        request = request.header(name, value);
    }
    request.build().unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a signature is checked against the real clock"
)]
fn now() -> SystemTime {
    SystemTime::now()
}

async fn answer(request: reqwest::Request) -> (u16, Value) {
    let response = Client::new().execute(request).await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn put(ready: &Ready, key: &str) {
    let item = json!({ "TableName": ready.dynamodb.table, "Item": { "PK": { "S": key } } });
    let keys = (ready.s3.access_key.as_str(), ready.s3.secret_key.as_str());
    let (status, body) = answer(signed(ready, "PutItem", &item, keys, now())).await;
    assert_eq!(status, 200, "{body}");
}

async fn depth(ready: &Ready, queue: &str) -> u64 {
    let url = ready.mail_api.replace("/api/mail", "/api/queues");
    let depths: Value = Client::new()
        .get(url)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    depths[queue]["visible"].as_u64().unwrap()
}

/// Only declared routes answer, and a function sees only what the template declares.
#[tokio::test]
async fn a_function_has_its_declared_routes_and_environment() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let ready = running.ready();
    let environment = asked(ready, "/do/environment").await;
    assert_eq!(environment["TABLE_NAME"], ready.dynamodb.table.as_str());
    assert_eq!(
        environment["AWS_ENDPOINT_URL_S3"],
        ready.s3.endpoint.as_str()
    );
    assert_ne!(
        environment["AWS_ACCESS_KEY_ID"],
        ready.s3.access_key.as_str()
    );
    for inherited in ["PATH", "HOME", "ALWAYS", "CARGO_MANIFEST_DIR"] {
        assert_eq!(environment[inherited], Value::Null, "{inherited}");
    }
    let response = get(ready, "/do/cookies").await;
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    assert_eq!(response.headers()["x-y"], "z");
    let missing = get(ready, "/undeclared").await;
    assert_eq!(
        (
            missing.status().as_u16(),
            missing.text().await.unwrap().as_str()
        ),
        (404, r#"{"message":"Not Found"}"#)
    );
    running.stop().await;
}

/// One process serves one event after the other; a crash or a time-out costs that event only.
#[tokio::test]
async fn a_crash_or_a_time_out_costs_one_event() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let ready = running.ready();
    let process = asked(ready, "/do/process").await;
    assert_eq!(asked(ready, "/do/process").await, process);
    assert_eq!(get(ready, "/do/fail").await.status(), 500);
    assert_eq!(asked(ready, "/do/process").await, process);
    assert_eq!(get(ready, "/do/crash").await.status(), 500);
    let second = asked(ready, "/do/process").await;
    assert_ne!(second, process);
    let hung = get(ready, "/do/hang").await;
    assert_eq!(
        (hung.status().as_u16(), hung.text().await.unwrap().as_str()),
        (500, r#"{"message":"Internal Server Error"}"#)
    );
    assert_ne!(asked(ready, "/do/process").await, second);
    running.stop().await;
}

/// The gateway's and Lambda's limits on a request.
#[tokio::test]
async fn what_is_too_large_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let url = format!("{}/do/echo", running.ready().site);
    let post = |size: usize| {
        Client::new()
            .post(&url)
            .header("content-type", "text/plain")
            .body("x".repeat(size))
            .send()
    };
    assert_eq!(post(7 * 1024 * 1024).await.unwrap().status(), 413);
    assert_eq!(post(1024).await.unwrap().status(), 200);
    let headers = Client::new()
        .get(&url)
        .header("x-long", "x".repeat(11_000))
        .send()
        .await
        .unwrap();
    assert_eq!(headers.status(), 431);
    running.stop().await;
}

/// `DynamoDB` refuses what is not signed with a known key, was changed, or is old, with AWS's own errors.
#[tokio::test]
async fn the_table_knows_who_signs() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let ready = running.ready();
    let keys = (ready.s3.access_key.as_str(), ready.s3.secret_key.as_str());
    let now = self::now();
    let list = json!({});
    let (status, body) = answer(signed(ready, "ListTables", &list, keys, now)).await;
    assert_eq!(
        (status, &body["TableNames"]),
        (200, &json!([ready.dynamodb.table]))
    );

    let refused = |request: reqwest::Request| async move {
        let (status, body) = answer(request).await;
        assert_eq!(status, 400, "{body}");
        body["__type"]
            .as_str()
            .unwrap()
            .rsplit('#')
            .next()
            .unwrap()
            .to_owned()
    };
    let mut anonymous = signed(ready, "ListTables", &list, keys, now);
    anonymous.headers_mut().remove("authorization");
    assert_eq!(
        refused(anonymous).await,
        "MissingAuthenticationTokenException"
    );
    let stranger = signed(ready, "ListTables", &list, ("AKIAUNKNOWN", keys.1), now);
    assert_eq!(refused(stranger).await, "UnrecognizedClientException");
    let guess = signed(ready, "ListTables", &list, (keys.0, "wrong"), now);
    assert_eq!(refused(guess).await, "InvalidSignatureException");
    let old = signed(
        ready,
        "ListTables",
        &list,
        keys,
        now - Duration::from_secs(3600),
    );
    assert_eq!(refused(old).await, "InvalidSignatureException");
    let mut other_body = signed(ready, "ListTables", &list, keys, now);
    *other_body.body_mut() = Some(r#"{"Limit":1}"#.into());
    assert_eq!(refused(other_body).await, "InvalidSignatureException");
    let mut other_call = signed(ready, "ListTables", &list, keys, now);
    other_call.headers_mut().insert(
        "x-amz-target",
        "DynamoDB_20120810.DescribeLimits".parse().unwrap(),
    );
    assert_eq!(refused(other_call).await, "InvalidSignatureException");
    let mut other_region = signed(ready, "ListTables", &list, keys, now);
    let changed = other_region.headers()["authorization"]
        .to_str()
        .unwrap()
        .replace("us-east-1", "eu-west-1");
    other_region
        .headers_mut()
        .insert("authorization", changed.parse().unwrap());
    assert_eq!(refused(other_region).await, "InvalidSignatureException");
    running.stop().await;
}

/// Records that pass the filter reach the function; what it fails at ends in the declared queue.
#[tokio::test]
async fn the_stream_delivers_filtered_records_and_gives_up_into_a_queue() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let ready = running.ready().clone();
    put(&ready, "OTHER#1").await;
    put(&ready, "TELL#1").await;
    while depth(&ready, "Dead").await < 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    running.stop().await;
    // the place in the stream is kept: after a restart only what is new is delivered
    let running = started(directory.path()).await;
    let ready = running.ready().clone();
    put(&ready, "OTHER#2").await;
    put(&ready, "TELL#2").await;
    while depth(&ready, "Dead").await < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    put(&ready, "TELL#3").await;
    while depth(&ready, "Dead").await < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(depth(&ready, "Dead").await, 3);
    running.stop().await;
}

/// Notifications reach the queue that the template names, by event and key; a test can lose some of them.
#[tokio::test]
async fn the_bucket_notifies_the_declared_queue() {
    let directory = tempfile::tempdir().unwrap();
    let lost =
        std::sync::Arc::new(|notification: &local_s3::Notification| notification.key == "in/lost");
    let options = Options {
        drop_notifications: Some(lost),
        ..options(directory.path())
    };
    let running = start(options).await.unwrap();
    let ready = running.ready().clone();
    // the first message of all is S3's own test event
    while depth(&ready, "Uploads").await < 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new(ready.s3.region.clone()))
        .endpoint_url(&ready.s3.endpoint)
        .credentials_provider(Credentials::new(
            &ready.s3.access_key,
            &ready.s3.secret_key,
            None,
            None,
            "test",
        ))
        .build();
    let client = aws_sdk_s3::Client::from_conf(config);
    for key in ["out/a", "in/lost", "in/b"] {
        let put = client
            .put_object()
            .bucket(&ready.s3.buckets.originals)
            .key(key);
        put.body(b"bytes".to_vec().into()).send().await.unwrap();
    }
    client
        .delete_object()
        .bucket(&ready.s3.buckets.originals)
        .key("in/b")
        .send()
        .await
        .unwrap();
    while depth(&ready, "Uploads").await < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // one more to be told: notifications keep their order, so nothing else can be on its way
    let put = client
        .put_object()
        .bucket(&ready.s3.buckets.originals)
        .key("in/c");
    put.body(b"bytes".to_vec().into()).send().await.unwrap();
    while depth(&ready, "Uploads").await < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(depth(&ready, "Uploads").await, 3);
    running.stop().await;
}

/// The console fires a schedule now, and lets nobody in under another name (the mails hold sign-in codes).
#[tokio::test]
async fn the_console_fires_schedules_and_stays_private() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let mailbox = running.ready().mailbox.clone();
    let fired = Client::new()
        .post(format!("{mailbox}api/schedule/EchoFunction"))
        .send()
        .await
        .unwrap();
    assert_eq!(fired.json::<Value>().await.unwrap(), json!({ "ok": true }));
    let unknown = Client::new()
        .post(format!("{mailbox}api/schedule/TellFunction"))
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 404);
    let rebound = Client::new()
        .get(format!("{mailbox}api/mail"))
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(rebound.status(), 403);
    let page = Client::new()
        .get(&mailbox)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("No mail yet"), "{page}");
    let unsigned = Client::new()
        .post(format!("{mailbox}v2/email/outbound-emails"))
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            unsigned.status().as_u16(),
            &unsigned.headers()["x-amzn-errortype"]
        ),
        (403, &"MissingAuthenticationTokenException".parse().unwrap())
    );
    running.stop().await;
}

/// Issue: presigned URLs and keys outlive a restart.
#[tokio::test]
async fn a_restart_keeps_keys_ports_and_items() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let before = running.ready().clone();
    put(&before, "KEPT#1").await;
    running.stop().await;
    let running = started(directory.path()).await;
    let after = running.ready().clone();
    assert_eq!(after.s3.access_key, before.s3.access_key);
    assert_eq!(after.s3.secret_key, before.s3.secret_key);
    let keys = (after.s3.access_key.as_str(), after.s3.secret_key.as_str());
    let get = json!({ "TableName": after.dynamodb.table, "Key": { "PK": { "S": "KEPT#1" } } });
    let (_, item) = answer(signed(&after, "GetItem", &get, keys, now())).await;
    assert_eq!(item["Item"]["PK"]["S"], "KEPT#1");
    running.stop().await;
}

async fn sentence(options: Options) -> String {
    match start(options).await {
        Ok(_) => panic!("it started"),
        Err(error) => error.to_string(),
    }
}

/// Issue: a port in use, an unwritable directory, a damaged data directory: one clear sentence.
#[tokio::test]
async fn what_prevents_a_start_is_said_in_one_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let said = sentence(Options {
        port,
        ..options(directory.path())
    })
    .await;
    assert!(said.contains(&format!("Port {port} is in use")), "{said}");

    let running = started(directory.path()).await;
    let error = start(options(directory.path())).await.err().unwrap();
    assert!(matches!(error, StartError::InUse { .. }), "{error}");
    running.stop().await;

    let file = directory.path().join("a file");
    std::fs::write(&file, "").unwrap();
    let said = sentence(Options {
        data: file.join("data"),
        ..options(directory.path())
    })
    .await;
    assert!(said.contains("cannot be written"), "{said}");

    let data = directory.path().join("data");
    let table = data.join("table.sqlite");
    let whole = std::fs::read(&table).unwrap();
    std::fs::write(&table, &whole[..whole.len() / 2]).unwrap();
    let said = sentence(options(directory.path())).await;
    assert!(said.contains("table.sqlite is damaged"), "{said}");
    std::fs::write(&table, whole).unwrap();
    std::fs::write(data.join("stack.json"), "{").unwrap();
    let said = sentence(options(directory.path())).await;
    assert!(said.contains("stack.json is damaged"), "{said}");
}
