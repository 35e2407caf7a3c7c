//! What stands before s3s: CORS, and the answers in which AWS differs from it.

use std::sync::Arc;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, ETAG, EXPECT, RANGE, SERVER};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Collected, Limited};
use hyper::body::Incoming;
use percent_encoding::percent_decode_str;
use s3s::config::{S3Config, StaticConfigProvider};
use s3s::dto::Range;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, S3Error, S3ErrorCode};
use tracing::instrument::WithSubscriber as _;
use tracing::subscriber::NoSubscriber;

use crate::CorsRule;
use crate::access::Gate;
use crate::cors::{self, Asked};
use crate::fault::{internal_error, refuse, refuse_as, signature_does_not_match};
use crate::index::{Index, buckets};
use crate::rest::Shared;
use crate::server::LocalS3;
use crate::signing;

/// A posted form is held in memory by s3s until its policy is checked; larger files are for multipart uploads.
const MAX_FORM_FILE: u64 = 64 << 20;

/// Answers every request of every connection.
#[derive(Clone)]
pub struct Front {
    service: S3Service,
    index: Arc<Index>,
}

impl Front {
    pub fn new(server: &LocalS3) -> Self {
        let mut config = S3Config::default();
        config.post_object_max_file_size = MAX_FORM_FILE;
        let mut builder = S3ServiceBuilder::new(server.backend());
        builder.set_auth(Gate(Arc::clone(&server.access)));
        builder.set_access(Gate(Arc::clone(&server.access)));
        builder.set_config(Arc::new(StaticConfigProvider::new(Arc::new(config))));
        Self {
            service: builder.build(),
            index: Arc::clone(&server.index),
        }
    }

    pub async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let asked = Asked::of(request.method(), request.headers());
        let rules = if asked.is_some() {
            self.rules(request.uri().path()).await
        } else {
            Vec::new()
        };
        let mut response = if request.method() == Method::OPTIONS {
            preflight(asked.as_ref(), &rules)
        } else {
            self.operation(request).await
        };
        let headers = response.headers_mut();
        if let Some(asked) = &asked
            && !rules.is_empty()
        {
            cors::vary(headers);
            if let Some(rule) = asked.rule(&rules) {
                asked.allow(rule, headers);
            }
        }
        headers.insert(SERVER, HeaderValue::from_static("AmazonS3"));
        if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::now_v7().simple().to_string()) {
            headers.insert("x-amz-request-id", id);
        }
        response
    }

    async fn operation(&self, mut request: Request<Incoming>) -> Response<Body> {
        if let Err(error) = signing::check(&request) {
            Shared::new(request.into_body()).discard();
            return written(error);
        }
        signing::hoist(&mut request);
        drop_unreadable_range(&mut request);
        let waits = request.headers().contains_key(EXPECT);
        let (parts, body) = request.into_parts();
        let body = Shared::new(body);
        let request = Request::from_parts(parts, Body::http_body_unsync(body.clone()));
        // s3s logs whole requests, and a presigned query is a credential.
        let answered = self
            .service
            .call(request)
            .with_subscriber(NoSubscriber::default())
            .await;
        let Ok(response) = answered else {
            return written(internal_error());
        };
        // A client that waits to be asked for its body does not send it to a refusal.
        if response.status().is_client_error() && !waits {
            body.discard();
        }
        match response.status() {
            StatusCode::NOT_MODIFIED => without_body(response),
            StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN => corrected(response).await,
            StatusCode::INTERNAL_SERVER_ERROR => {
                tracing::error!("A request to the local S3 failed");
                response
            }
            _ => response,
        }
    }

    async fn rules(&self, path: &str) -> Vec<CorsRule> {
        let name = path
            .trim_start_matches('/')
            .split('/')
            .next()
            .unwrap_or_default();
        let bucket = percent_decode_str(name).decode_utf8_lossy().into_owned();
        let index = Arc::clone(&self.index);
        let read = tokio::task::spawn_blocking(move || {
            index.look(|connection| buckets::cors(connection, &bucket))
        });
        read.await.ok().and_then(Result::ok).unwrap_or_default()
    }
}

/// `OPTIONS` is never signed: the rules alone answer.
fn preflight(asked: Option<&Asked>, rules: &[CorsRule]) -> Response<Body> {
    let Some(asked) = asked else {
        let said = "Insufficient information. Origin request header needed.";
        return written(refuse_as("BadRequest", StatusCode::BAD_REQUEST, said));
    };
    if asked.rule(rules).is_some() {
        return Response::new(Body::empty());
    }
    let said = if rules.is_empty() {
        "CORSResponse: CORS is not enabled for this bucket."
    } else {
        "CORSResponse: This CORS request is not allowed. This is usually because the evaluation of Origin, request \
         method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the \
         resource's CORS spec."
    };
    written(refuse_as("AccessForbidden", StatusCode::FORBIDDEN, said))
}

/// S3 answers a `Range` that it does not read, such as one of several ranges, with the whole; s3s refuses it.
fn drop_unreadable_range(request: &mut Request<Incoming>) {
    let range = request
        .headers()
        .get(RANGE)
        .and_then(|value| value.to_str().ok());
    let is_signed = request.headers().contains_key(AUTHORIZATION);
    if !is_signed && range.is_some_and(|range| Range::parse(range).is_err()) {
        request.headers_mut().remove(RANGE);
    }
}

/// Says as AWS does what s3s says otherwise. A form that breaks its policy is 403 `AccessDenied` there, and
/// `InvalidPolicyDocument` only for a policy that cannot be read; and a wrong signature comes with a sentence.
async fn corrected(response: Response<Body>) -> Response<Body> {
    let (parts, body) = response.into_parts();
    let bytes = Limited::new(body, 1 << 16)
        .collect()
        .await
        .map(Collected::to_bytes)
        .unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let broken = [
        "Policy condition",
        "does not match policy",
        "does not match bucket",
    ];
    if text.contains("<Code>InvalidPolicyDocument</Code>")
        && broken.iter().any(|said| text.contains(said))
    {
        let said = "Invalid according to Policy: Policy Condition failed";
        return written(refuse(S3ErrorCode::AccessDenied, said));
    }
    if text.contains("<Code>SignatureDoesNotMatch</Code>") {
        return written(signature_does_not_match());
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// 304 says which version the client has, and nothing more.
fn without_body(response: Response<Body>) -> Response<Body> {
    let (mut parts, _) = response.into_parts();
    parts.headers.remove(CONTENT_TYPE);
    parts.headers.remove(CONTENT_LENGTH);
    debug_assert!(parts.headers.contains_key(ETAG), "a 304 names the version");
    Response::from_parts(parts, Body::empty())
}

fn written(error: S3Error) -> Response<Body> {
    error.to_http_response().unwrap_or_else(|_| {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}
