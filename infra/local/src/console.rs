//! The developer's listener: the mailbox, SES's endpoint, queue depths, and schedules to fire now.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header::HOST;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::clock;
use crate::lambda::{Functions, Outcome};
use crate::mail::{Mails, Ses, mailbox_router, ses_router};
use crate::queue::Queues;
use crate::scheduler::Timer;

/// What the console shows and does.
#[derive(Clone)]
pub struct Console {
    /// The template's schedules.
    pub timers: Arc<Vec<Timer>>,
    /// Who they fire.
    pub functions: Functions,
    /// Whose depths it shows.
    pub queues: Queues,
}

impl Console {
    /// Everything that listens on the mailbox's port.
    pub fn router(self, mails: Mails, ses: Ses) -> Router {
        let pages = Router::new()
            .route("/api/queues", get(queues))
            .route("/api/schedule/{function}", post(fire))
            .with_state(self)
            .merge(mailbox_router(mails))
            .layer(from_fn(only_here));
        pages.merge(ses_router(ses))
    }
}

/// Sign-in codes are in the mails: a page from elsewhere must reach them neither by another name for this machine
/// (DNS rebinding) nor by a request across sites.
async fn only_here(request: Request, next: Next) -> Response {
    if is_foreign(request.headers()) {
        return (
            StatusCode::FORBIDDEN,
            "Only this machine reads this mailbox.",
        )
            .into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let host = text(HOST.as_str());
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    !matches!(name, "127.0.0.1" | "localhost" | "[::1]") || text("sec-fetch-site") == "cross-site"
}

async fn queues(State(console): State<Console>) -> Response {
    match console.queues.depths(clock::now()) {
        Ok(depths) => {
            let depths = depths.into_iter().map(|(queue, (visible, hidden))| {
                (queue, json!({ "visible": visible, "in_flight": hidden }))
            });
            axum::Json(depths.collect::<serde_json::Map<_, _>>()).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn fire(State(console): State<Console>, Path(function): Path<String>) -> Response {
    let Some(timer) = console
        .timers
        .iter()
        .find(|timer| timer.function == function)
    else {
        let known: Vec<&str> = console
            .timers
            .iter()
            .map(|timer| timer.function.as_str())
            .collect();
        return (
            StatusCode::NOT_FOUND,
            axum::Json(json!({ "schedules": known })),
        )
            .into_response();
    };
    match timer.fire(&console.functions).await {
        Outcome::Answered(_) => axum::Json(json!({ "ok": true })).into_response(),
        Outcome::Failed { kind, message } => (
            StatusCode::BAD_GATEWAY,
            axum::Json(json!({ "ok": false, "error": kind, "message": message })),
        )
            .into_response(),
    }
}
