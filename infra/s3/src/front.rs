//! What stands before s3s: CORS, and the answers in which AWS differs from it.

use std::sync::Arc;

use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, ETAG, EXPECT, RANGE, SERVER};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
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
use crate::fault::{internal_error, refuse, refuse_as};
use crate::index::{Index, buckets};
use crate::rest::Shared;
use crate::server::LocalS3;

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
        if let Err(error) = check_signing(&request) {
            Shared::new(request.into_body()).discard();
            return written(error);
        }
        hoist(&mut request);
        drop_unreadable_range(&mut request);
        let is_form = request.method() == Method::POST && is_multipart_form(request.headers());
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
            StatusCode::BAD_REQUEST if is_form => form_refusal(response).await,
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

fn parameters(query: &str) -> impl Iterator<Item = (&str, &str)> {
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Refuses what s3s lets pass and AWS does not: signature version 2, presigned links for more than a week, and
/// `x-amz-` headers that a presigned link was not signed for.
fn check_signing(request: &Request<Incoming>) -> Result<(), S3Error> {
    let authorization = request
        .headers()
        .get(AUTHORIZATION)
        .map(HeaderValue::as_bytes)
        .unwrap_or_default();
    let query = request.uri().query().unwrap_or_default();
    let value = |name: &str| {
        parameters(query)
            .find(|(given, _)| *given == name)
            .map(|(_, value)| decoded(value))
    };
    if authorization.starts_with(b"AWS ") || value("Signature").is_some() {
        let said = "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
        return Err(refuse(S3ErrorCode::InvalidRequest, said));
    }
    let Some(signed) = value("X-Amz-SignedHeaders") else {
        return Ok(());
    };
    let seconds = value("X-Amz-Expires").and_then(|seconds| seconds.parse::<u64>().ok());
    if seconds.is_none_or(|seconds| seconds > 604_800) {
        let said = "X-Amz-Expires must be less than a week (in seconds) that is 604800";
        return Err(refuse(S3ErrorCode::AuthorizationQueryParametersError, said));
    }
    let free = |name: &str| {
        matches!(
            name,
            "x-amz-content-sha256" | "x-amz-date" | "x-amz-user-agent"
        )
    };
    let unsigned = request
        .headers()
        .keys()
        .map(HeaderName::as_str)
        .find(|name| {
            name.starts_with("x-amz-")
                && !free(name)
                && !signed.split(';').any(|signed| signed == *name)
        });
    match unsigned {
        None => Ok(()),
        Some(_) => {
            let said = "There were headers present in the request which were not signed";
            Err(refuse(S3ErrorCode::AccessDenied, said))
        }
    }
}

/// S3 reads `x-amz-` parameters of a presigned query as the headers of that name.
fn hoist(request: &mut Request<Incoming>) {
    const OF_THE_SIGNATURE: [&str; 8] = [
        "x-amz-algorithm",
        "x-amz-credential",
        "x-amz-date",
        "x-amz-expires",
        "x-amz-signedheaders",
        "x-amz-signature",
        "x-amz-security-token",
        "x-amz-content-sha256",
    ];
    let query = request.uri().query().unwrap_or_default().to_owned();
    if !parameters(&query).any(|(name, _)| name == "X-Amz-Signature") {
        return;
    }
    for (name, value) in parameters(&query) {
        let name = decoded(name).to_ascii_lowercase();
        if !name.starts_with("x-amz-") || OF_THE_SIGNATURE.contains(&name.as_str()) {
            continue;
        }
        let value = HeaderValue::from_str(&decoded(value));
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), value)
            && !request.headers().contains_key(&name)
        {
            request.headers_mut().insert(name, value);
        }
    }
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

fn is_multipart_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    kind.trim_start()
        .to_ascii_lowercase()
        .starts_with("multipart/form-data")
}

/// AWS answers 403 `AccessDenied` to a form that breaks its policy; s3s answers 400 `InvalidPolicyDocument`, which AWS
/// keeps for a policy that cannot be read.
async fn form_refusal(response: Response<Body>) -> Response<Body> {
    let (parts, body) = response.into_parts();
    let bytes = Limited::new(body, 1 << 16)
        .collect()
        .await
        .map(|all| all.to_bytes())
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
