//! What a function answered, as an HTTP response.

use axum::body::Body;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// The gateway's own answer: `{"message": …}`.
#[must_use]
pub fn message(status: StatusCode, text: &str) -> Response {
    let mut response = Response::new(Body::from(format!("{{\"message\":\"{text}\"}}")));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A function's payload of format 2.0; anything without `statusCode` is the body of a 200, as AWS infers it.
#[must_use]
pub fn from_payload(payload: &[u8]) -> Response {
    let broken = || message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error");
    let Ok(value) = serde_json::from_slice::<Value>(payload) else {
        return broken();
    };
    let Some(status) = value.get("statusCode") else {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        return response(
            StatusCode::OK,
            &Value::Null,
            &Value::Null,
            text.into_bytes(),
        );
    };
    let status = status
        .as_u64()
        .and_then(|status| u16::try_from(status).ok());
    let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) else {
        return broken();
    };
    let text = value["body"].as_str().unwrap_or_default();
    let body = if value["isBase64Encoded"] == Value::Bool(true) {
        let Ok(bytes) = STANDARD.decode(text) else {
            return broken();
        };
        bytes
    } else {
        text.as_bytes().to_vec()
    };
    response(status, &value["headers"], &value["cookies"], body)
}

fn response(status: StatusCode, headers: &Value, cookies: &Value, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let out = response.headers_mut();
    for (name, value) in headers.as_object().into_iter().flatten() {
        insert(out, name, value);
    }
    for cookie in cookies
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
    {
        if let Ok(value) = HeaderValue::from_str(cookie) {
            out.append(SET_COOKIE, value);
        }
    }
    if !out.contains_key(CONTENT_TYPE)
        && status != StatusCode::NO_CONTENT
        && !status.is_redirection()
    {
        let kind = if headers.is_null() {
            "application/json"
        } else {
            "text/plain; charset=utf-8"
        };
        out.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}

/// Copies one header, except those that belong to the connection.
fn insert(out: &mut HeaderMap, name: &str, value: &Value) {
    let hop_by_hop = [
        "connection",
        "keep-alive",
        "transfer-encoding",
        "upgrade",
        "te",
        "trailer",
    ];
    let Ok(name) = HeaderName::try_from(name) else {
        return;
    };
    if hop_by_hop.contains(&name.as_str()) || name == CONTENT_LENGTH {
        return;
    }
    let text = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    if let Ok(value) = HeaderValue::from_str(&text) {
        out.insert(name, value);
    }
}
