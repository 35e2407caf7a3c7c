//! In front of dynoxide, which trusts everybody: signatures, who calls, and what they may do.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{StatusCode, Uri};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use tokio::sync::Notify;

use super::backups::{Backups, NoTable};
use super::permission::Permission;
use crate::clock;
use crate::iam::Question;
use crate::sigv4::{Refusal, Verifier};

/// `DynamoDB`'s limit on a request, in bytes.
const MAX_BODY: usize = 16 * 1024 * 1024;
/// Operations that can add to a stream.
const WRITES: [&str; 8] = [
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "ExecuteStatement",
    "ExecuteTransaction",
    "BatchExecuteStatement",
];

/// The front's parts. Clones share them.
#[derive(Clone)]
pub struct Front {
    verifier: Verifier,
    permission: Permission,
    backups: Arc<Backups>,
    engine: String,
    client: Client<HttpConnector, Full<Bytes>>,
    written: Arc<Notify>,
}

impl Front {
    /// A front for the engine that listens at `engine` (host and port) and knows nothing of backups. `written` is woken
    /// after every write.
    pub fn new(
        verifier: Verifier,
        permission: Permission,
        backups: Backups,
        engine: String,
        written: Arc<Notify>,
    ) -> Self {
        let client = Client::builder(hyper_util::rt::TokioExecutor::new()).build_http();
        Self {
            verifier,
            permission,
            backups: Arc::new(backups),
            engine,
            client,
            written,
        }
    }

    /// The service to listen with.
    pub fn router(self) -> Router {
        Router::new().fallback(answer).with_state(self)
    }
}

async fn answer(State(front): State<Front>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = axum::body::to_bytes(body, MAX_BODY).await else {
        return error(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            "The request is too large.",
        );
    };
    // the engine's health check and its 404 tell nothing
    if parts.method != http::Method::POST {
        return error(StatusCode::NOT_FOUND, "UnknownOperationException", "");
    }
    let principal = match front.verifier.verify(&parts, &body, clock::now()) {
        Ok(principal) => principal,
        Err(refusal) => return refused(refusal),
    };
    let target = parts
        .headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
    let request: Value = serde_json::from_slice(&body).unwrap_or_default();
    if let Some(refused) = front.permission.refused(&principal, &operation, &request) {
        return denied(&principal, &refused);
    }
    match front.backups.answer(&operation, &request) {
        Some(Ok(answer)) => return json(StatusCode::OK, &answer),
        Some(Err(NoTable)) => {
            let text = "Requested resource not found";
            return error(StatusCode::BAD_REQUEST, "ResourceNotFoundException", text);
        }
        None => {}
    }
    let Ok(uri) = format!("http://{}{}", front.engine, parts.uri.path()).parse::<Uri>() else {
        return error(StatusCode::NOT_FOUND, "UnknownOperationException", "");
    };
    parts.uri = uri;
    // aws-chunked and keep-alive end here; the body is whole
    parts.headers.remove(http::header::TRANSFER_ENCODING);
    parts.headers.remove(http::header::CONNECTION);
    let answered = front
        .client
        .request(http::Request::from_parts(parts, Full::new(body)))
        .await;
    if WRITES.contains(&operation.as_str()) {
        front.written.notify_one();
    }
    match answered {
        Ok(response) => response.map(Body::new),
        Err(_) => error(
            StatusCode::INTERNAL_SERVER_ERROR,
            "InternalServerError",
            "The engine did not answer.",
        ),
    }
}

fn refused(refusal: Refusal) -> Response {
    error(StatusCode::BAD_REQUEST, refusal.code(), refusal.message())
}

/// IAM's refusal, in its words.
fn denied(principal: &str, question: &Question) -> Response {
    let (action, resource) = (&question.action, &question.resource);
    let text = format!(
        "User: {principal} is not authorized to perform: {action} on resource: {resource} because no identity-based \
         policy allows the {action} action"
    );
    error(StatusCode::BAD_REQUEST, "AccessDeniedException", &text)
}

/// An error in `DynamoDB`'s JSON form.
fn error(status: StatusCode, code: &str, message: &str) -> Response {
    let kind = format!("com.amazon.coral.service#{code}");
    json(
        status,
        &serde_json::json!({ "__type": kind, "message": message }),
    )
}

/// An answer with the checksum that some SDKs verify.
fn json(status: StatusCode, answer: &Value) -> Response {
    let text = answer.to_string();
    let sum = crc32fast::hash(text.as_bytes());
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-amz-json-1.0"),
    );
    headers.insert("x-amz-crc32", HeaderValue::from(sum));
    if let Ok(id) = HeaderValue::from_str(&uuid::Uuid::new_v4().simple().to_string().to_uppercase())
    {
        headers.insert("x-amzn-requestid", id);
    }
    response
}
