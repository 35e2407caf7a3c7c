//! The mailbox: a list, a mail, and both as JSON.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;

use super::{Mail, Mails};

/// The mailbox's pages and `GET /api/mail`.
pub fn router(mails: Mails) -> Router {
    Router::new()
        .route("/", get(list))
        .route("/mail/{id}", get(show))
        .route("/api/mail", get(api))
        .with_state(mails)
}

#[derive(Template)]
#[template(path = "mailbox.html")]
struct ListPage {
    mails: Vec<Line>,
}

struct Line {
    id: i64,
    to: String,
    subject: String,
    preview: String,
    at: String,
}

#[derive(Template)]
#[template(path = "mail.html")]
struct MailPage {
    mail: Mail,
    to: String,
    at: String,
}

async fn list(State(mails): State<Mails>) -> Response {
    let Ok(mut mails) = mails.all() else {
        return broken();
    };
    mails.reverse();
    let line = |mail: Mail| Line {
        id: mail.id,
        to: mail.to.join(", "),
        subject: mail.subject,
        preview: mail
            .text
            .split_whitespace()
            .take(24)
            .collect::<Vec<_>>()
            .join(" "),
        at: shown(mail.at),
    };
    page(&ListPage {
        mails: mails.into_iter().map(line).collect(),
    })
}

async fn show(State(mails): State<Mails>, Path(id): Path<i64>) -> Response {
    match mails.get(id) {
        Ok(Some(mail)) => page(&MailPage {
            to: mail.to.join(", "),
            at: shown(mail.at),
            mail,
        }),
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such mail.").into_response(),
        Err(_) => broken(),
    }
}

async fn api(State(mails): State<Mails>) -> Response {
    match mails.all() {
        Ok(mails) => {
            axum::Json(mails.iter().map(Mail::to_json).collect::<Vec<_>>()).into_response()
        }
        Err(_) => broken(),
    }
}

fn shown(at: jiff::Timestamp) -> String {
    at.to_zoned(jiff::tz::TimeZone::system())
        .strftime("%-d %b, %H:%M:%S")
        .to_string()
}

fn page(template: &impl Template) -> Response {
    template
        .render()
        .map_or_else(|_| broken(), |html| Html(html).into_response())
}

fn broken() -> Response {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "The mailbox cannot be read.",
    )
        .into_response()
}
