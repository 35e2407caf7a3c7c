//! A small stack with a function that does what it is told: processes, routes, signatures, streams, restarts.

#![expect(clippy::unwrap_used, reason = "tests")]

mod functions;
mod restart;
mod services;

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
      Policies:
        - Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Action: dynamodb:GetItem
              Resource: !GetAtt Table.Arn
              Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["MINE#*"] } }
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
