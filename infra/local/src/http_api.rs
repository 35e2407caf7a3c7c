//! The HTTP API on one machine: the template's routes in front of the functions.

mod event;
mod response;
mod route;

pub use event::{Surroundings, event};
pub use response::{from_payload, message};
pub use route::{Matched, Route, decoded, find};

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use http::StatusCode;

use crate::clock;
use crate::lambda::{Functions, Outcome};

/// The gateway's limit on a request's body, in bytes.
const MAX_REQUEST: usize = 10 * 1024 * 1024;
/// Lambda's limit on an event and on an answer, in bytes.
const MAX_PAYLOAD: usize = 6 * 1024 * 1024;
/// The gateway's limit on request line and headers together, in bytes.
const MAX_HEADERS: usize = 10_240;
/// The gateway waits no longer for a function.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the gateway needs to answer.
#[derive(Clone)]
pub struct Gateway {
    /// The template's routes.
    pub routes: Arc<Vec<Route>>,
    /// Who answers.
    pub functions: Functions,
    /// The site's host and port.
    pub authority: String,
    /// `AWS::AccountId`.
    pub account: String,
}

impl Gateway {
    /// The service to listen with; needs `ConnectInfo<SocketAddr>`.
    pub fn router(self) -> Router {
        Router::new().fallback(answer).with_state(self)
    }
}

async fn answer(
    State(gateway): State<Gateway>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let request_id = uuid::Uuid::now_v7().to_string();
    let mut response = invoke(&gateway, peer, request, &request_id).await;
    if let Ok(value) = request_id.parse() {
        response.headers_mut().insert("apigw-requestid", value);
    }
    response
}

async fn invoke(
    gateway: &Gateway,
    peer: SocketAddr,
    request: Request,
    request_id: &str,
) -> Response {
    let (parts, body) = request.into_parts();
    if header_bytes(&parts) > MAX_HEADERS {
        return message(
            StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            "Request Header Fields Too Large",
        );
    }
    let Some(matched) = find(&gateway.routes, parts.method.as_str(), parts.uri.path()) else {
        return message(StatusCode::NOT_FOUND, "Not Found");
    };
    let too_large = || message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
    let Ok(body) = axum::body::to_bytes(Body::new(body), MAX_REQUEST).await else {
        return too_large();
    };
    let around = Surroundings {
        peer,
        authority: gateway.authority.clone(),
        port: gateway
            .authority
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok())
            .unwrap_or(80),
        account: gateway.account.clone(),
        request_id: request_id.to_owned(),
        now: clock::now(),
    };
    let payload = event(&parts, &body, &matched, &around).to_string();
    if payload.len() > MAX_PAYLOAD {
        return too_large();
    }
    let outcome = tokio::time::timeout(
        PATIENCE,
        gateway
            .functions
            .invoke(&matched.route.function, payload.into()),
    )
    .await;
    match outcome {
        Ok(Outcome::Answered(payload)) if payload.len() <= MAX_PAYLOAD => from_payload(&payload),
        Ok(_) => message(StatusCode::INTERNAL_SERVER_ERROR, "Internal Server Error"),
        Err(_) => message(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable"),
    }
}

fn header_bytes(parts: &http::request::Parts) -> usize {
    let line = parts.method.as_str().len()
        + parts
            .uri
            .path_and_query()
            .map_or(1, |target| target.as_str().len());
    line + parts
        .headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum::<usize>()
}
