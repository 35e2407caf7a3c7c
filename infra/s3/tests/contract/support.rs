//! A server for each test, and its clients.

use std::path::Path;
use std::time::Duration;

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use aws_sdk_s3::primitives::ByteStream;
use local_s3::{AccessKey, BucketConfig, CorsRule, LocalS3};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub const PLAIN: &str = "plain-bucket";
pub const KEPT: &str = "versioned-bucket";
pub const REGION: &str = "eu-central-1";
pub const KEY: &str = "AKIALOCALDEVELOPER00";
pub const SECRET: &str = "the developer's secret";
pub const MIB: usize = 1 << 20;

pub struct Server {
    pub s3: LocalS3,
    pub endpoint: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

pub fn buckets() -> Vec<BucketConfig> {
    let cors = vec![CorsRule {
        allowed_origins: vec![
            "http://localhost:3000".into(),
            "https://*.example.org".into(),
        ],
        allowed_methods: vec!["GET".into(), "PUT".into()],
        allowed_headers: vec!["content-type".into(), "x-amz-*".into()],
        expose_headers: vec!["ETag".into()],
        max_age_seconds: Some(600),
    }];
    vec![
        BucketConfig {
            name: PLAIN.into(),
            versioning: false,
            cors,
        },
        BucketConfig {
            name: KEPT.into(),
            versioning: true,
            cors: Vec::new(),
        },
    ]
}

pub fn open(dir: &Path) -> LocalS3 {
    let s3 = LocalS3::open(dir, REGION, buckets()).unwrap();
    let developer = AccessKey {
        id: KEY.into(),
        secret: SECRET.into(),
        principal: "developer".into(),
    };
    s3.set_keys(vec![developer]);
    s3
}

impl Server {
    /// A server over a directory of its own.
    pub async fn start() -> (Self, TempDir) {
        let dir = TempDir::new().unwrap();
        (Self::over(dir.path()).await, dir)
    }

    pub async fn over(dir: &Path) -> Self {
        let s3 = open(dir);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(s3.clone().serve(listener, async {
            let _ = stopped.await;
        }));
        Self {
            s3,
            endpoint,
            stop,
            task,
        }
    }

    /// Ends as Ctrl-C does.
    pub async fn stop(self) {
        self.stop.send(()).unwrap();
        self.task.await.unwrap().unwrap();
    }

    /// Ends in the middle of whatever it does.
    pub async fn abort(self) {
        self.task.abort();
        assert!(self.task.await.unwrap_err().is_cancelled());
    }

    pub fn client(&self) -> Client {
        self.client_as(KEY, SECRET)
    }

    pub fn client_as(&self, key: &str, secret: &str) -> Client {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(&self.endpoint)
            .force_path_style(true)
            .retry_config(RetryConfig::disabled())
            .credentials_provider(Credentials::new(key, secret, None, None, "test"))
            .build();
        Client::from_conf(config)
    }
}

pub fn body(bytes: impl Into<Vec<u8>>) -> ByteStream {
    ByteStream::from(bytes.into())
}

pub async fn put(client: &Client, bucket: &str, key: &str, bytes: impl Into<Vec<u8>>) -> String {
    let put = client
        .put_object()
        .bucket(bucket)
        .key(key)
        .body(body(bytes))
        .send()
        .await
        .unwrap();
    put.e_tag.unwrap()
}

pub async fn get(client: &Client, bucket: &str, key: &str) -> Vec<u8> {
    let got = client
        .get_object()
        .bucket(bucket)
        .key(key)
        .send()
        .await
        .unwrap();
    got.body.collect().await.unwrap().to_vec()
}

/// The status and code of a refusal.
pub fn refusal<T: std::fmt::Debug, E: ProvideErrorMetadata>(
    answered: Result<T, SdkError<E, aws_sdk_s3::config::http::HttpResponse>>,
) -> (u16, String) {
    let error = answered.expect_err("a refusal");
    let status = error
        .raw_response()
        .map_or(0, |response| response.status().as_u16());
    let code = error
        .as_service_error()
        .and_then(|error| error.meta().code());
    (status, code.unwrap_or_default().to_owned())
}

pub fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

pub fn for_a_minute() -> PresigningConfig {
    PresigningConfig::expires_in(Duration::from_secs(60)).unwrap()
}

/// Bytes that do not repeat where a part might be confused with another.
pub fn pattern(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).max(1);
    let next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    std::iter::repeat_with(next).take(length).collect()
}

/// Sends a presigned request with plain HTTP.
pub async fn follow(
    presigned: &PresignedRequest,
    bytes: &[u8],
) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    let method: reqwest::Method = presigned.method().parse().unwrap();
    send(
        request(method, presigned.uri()).body(bytes.to_vec()),
        presigned.headers(),
    )
    .await
}

pub fn request(method: reqwest::Method, url: &str) -> reqwest::RequestBuilder {
    // A proxy of the environment is not for this machine.
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .request(method, url)
}

pub async fn send<'h>(
    mut request: reqwest::RequestBuilder,
    headers: impl Iterator<Item = (&'h str, &'h str)>,
) -> (u16, reqwest::header::HeaderMap, Vec<u8>) {
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    (status, headers, response.bytes().await.unwrap().to_vec())
}

/// The `Code` of an error answer.
pub fn code(xml: &[u8]) -> String {
    let text = String::from_utf8_lossy(xml);
    let after = text.split("<Code>").nth(1).unwrap_or_default();
    after.split("</Code>").next().unwrap_or_default().to_owned()
}
