//! The Lambda Runtime API, version 2018-06-01, one base path for each process.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::{Functions, Outcome};
use crate::clock;

/// The API's routes below `/rt/{function}/{instance}`.
pub fn router(functions: Functions) -> Router {
    let base = "/rt/{function}/{instance}/2018-06-01/runtime";
    Router::new()
        .route(&format!("{base}/invocation/next"), get(next))
        .route(
            &format!("{base}/invocation/{{request}}/response"),
            post(response),
        )
        .route(&format!("{base}/invocation/{{request}}/error"), post(error))
        .route(&format!("{base}/init/error"), post(init_error))
        // an answer above Lambda's 6 MB is refused by who asked for it, with AWS's message
        .layer(DefaultBodyLimit::max(64 * 1024 * 1024))
        .with_state(functions)
}

async fn next(
    State(functions): State<Functions>,
    Path((function, id)): Path<(String, String)>,
) -> Response {
    let Some(instance) = functions.instance(&function, &id) else {
        return gone();
    };
    let Some(invocation) = instance.next().await else {
        return gone();
    };
    let deadline = clock::now().as_millisecond() + milliseconds(invocation.timeout);
    let response = Response::builder()
        .header("content-type", "application/json")
        .header("lambda-runtime-aws-request-id", &invocation.request_id)
        .header("lambda-runtime-deadline-ms", deadline)
        .header("lambda-runtime-invoked-function-arn", &invocation.arn)
        .header("lambda-runtime-trace-id", trace_id(&invocation.request_id))
        .body(Body::from(invocation.event));
    response.unwrap_or_else(|_| gone())
}

async fn response(
    State(functions): State<Functions>,
    Path((function, id, request)): Path<(String, String, String)>,
    body: Bytes,
) -> Response {
    finish(
        &functions,
        &function,
        &id,
        &request,
        Outcome::Answered(body),
    )
}

async fn error(
    State(functions): State<Functions>,
    Path((function, id, request)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    finish(
        &functions,
        &function,
        &id,
        &request,
        failure(&headers, &body),
    )
}

async fn init_error(
    State(functions): State<Functions>,
    Path((function, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(instance) = functions.instance(&function, &id) else {
        return gone();
    };
    if let Outcome::Failed { kind, message } = failure(&headers, &body) {
        tracing::warn!("{function} could not start: {kind}: {message}");
    }
    instance.kill();
    accepted()
}

fn finish(
    functions: &Functions,
    function: &str,
    id: &str,
    request: &str,
    outcome: Outcome,
) -> Response {
    let finished = functions
        .instance(function, id)
        .is_some_and(|instance| instance.finish(request, outcome));
    if finished { accepted() } else { gone() }
}

fn failure(headers: &HeaderMap, body: &[u8]) -> Outcome {
    let said: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
    let kind = headers
        .get("lambda-runtime-function-error-type")
        .and_then(|value| value.to_str().ok());
    let kind = said["errorType"]
        .as_str()
        .or(kind)
        .unwrap_or("Runtime.Unknown");
    Outcome::failed(kind, said["errorMessage"].as_str().unwrap_or_default())
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, "{\"status\":\"OK\"}").into_response()
}

/// Whoever asks here belongs to a process that should no longer be.
fn gone() -> Response {
    (
        StatusCode::GONE,
        "{\"errorType\":\"InvalidRequestID\",\"errorMessage\":\"no such process\"}",
    )
        .into_response()
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// X-Ray's form, made of the request's id.
fn trace_id(request_id: &str) -> String {
    let hex: String = request_id.chars().filter(char::is_ascii_hexdigit).collect();
    format!(
        "Root=1-{}-{};Sampled=0",
        hex.get(..8).unwrap_or_default(),
        hex.get(8..).unwrap_or_default()
    )
}
