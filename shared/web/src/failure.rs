//! The one way a handler fails: a status, a sentence that helps, and for faults one line in the log.

use crate::page::{Page, html};
use askama::Template;
use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::access::Refusal;
use domain::ids::Malformed;
use http::{HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use std::error::Error;

/// Why a request has no better answer. [`crate::app()`] shows it as a page, or as JSON where that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// 404: unknown, malformed, or not for this visitor; the answer is the same.
    NotFound,
    /// 405: the page exists, but not for this verb.
    NotThatWay,
    /// 403: the studio has paused the gallery (C15).
    Paused,
    /// 403: the row does not allow it.
    NotAllowed,
    /// 401: there is no current session. Pages redirect to their door instead; this is what a script reads.
    Door,
    /// 403: a form of another site.
    CrossSite,
    /// 400: what was sent cannot be used; says why in words for whom sent it.
    Unfit(String),
    /// 409: what was asked for contradicts what is there; says how.
    Conflict(String),
    /// 429: wait that long, then try again.
    Wait(SignedDuration),
    /// 503: two requests met; the same request works when it is sent again.
    Busy,
    /// 500: something behind the page did not answer. Logged where it was made, and never shown.
    Fault,
}

impl Failure {
    /// A fault of the outside, logged here and only here, with its causes.
    pub fn fault(fault: impl Error) -> Self {
        let mut causes = fault.to_string();
        let mut source = fault.source();
        while let Some(cause) = source {
            causes.push_str(": ");
            causes.push_str(&cause.to_string());
            source = cause.source();
        }
        tracing::error!(fault = causes, "a request failed");
        Self::Fault
    }

    /// The failure that stands for a bare status, such as the router's own 404.
    #[must_use]
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::NotThatWay,
            StatusCode::UNAUTHORIZED => Self::Door,
            StatusCode::FORBIDDEN => Self::NotAllowed,
            StatusCode::CONFLICT => Self::Conflict("Something changed meanwhile.".into()),
            status if status.is_client_error() => {
                Self::Unfit("What was sent could not be read.".into())
            }
            _ => Self::Fault,
        }
    }

    /// What it answers with.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::NotThatWay => StatusCode::METHOD_NOT_ALLOWED,
            Self::Paused | Self::NotAllowed | Self::CrossSite => StatusCode::FORBIDDEN,
            Self::Door => StatusCode::UNAUTHORIZED,
            Self::Unfit(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Stable code for scripts, icon, short state and heading.
    fn head(&self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::NotFound | Self::NotThatWay => (
                "not-found",
                "none",
                "Nothing here",
                "There is nothing at this address",
            ),
            Self::Paused => (
                "paused",
                "pause",
                "Paused by the studio",
                "This gallery is closed for a moment",
            ),
            Self::NotAllowed => (
                "not-allowed",
                "none",
                "Not open",
                "This part is not open to you",
            ),
            Self::Door => ("door", "lock", "Closed", "The gallery asks for its PIN"),
            Self::CrossSite => (
                "cross-site",
                "warn",
                "Not done",
                "That came from another website",
            ),
            Self::Unfit(_) => ("unfit", "warn", "Not done", "That did not work as sent"),
            Self::Conflict(_) => ("conflict", "warn", "Not done", "Something else came first"),
            Self::Wait(_) => ("wait", "clock", "A moment", "Many tries in a short time"),
            Self::Busy => ("busy", "clock", "A moment", "Two requests met here"),
            Self::Fault => ("fault", "warn", "Not done", "Something here did not answer"),
        }
    }

    /// The sentence and the next step.
    fn sentence(&self, studio: &str) -> String {
        match self {
            Self::NotFound | Self::NotThatWay => format!(
                "Part of the link may have been lost on its way. Open it again from the message it came in, or ask {studio} to send it once more."
            ),
            Self::Paused => format!(
                "{studio} has paused it, usually to change something. The photographs and this link are kept and come back with it."
            ),
            Self::NotAllowed => {
                format!("{studio} has not opened this for your link. Ask if you need it.")
            }
            Self::Door => "Open the gallery's page again and type the PIN.".into(),
            Self::CrossSite => {
                "Nothing was changed. Open the page here and do it once more.".into()
            }
            Self::Unfit(why) | Self::Conflict(why) => why.clone(),
            Self::Wait(wait) => format!("The next try is in {}.", crate::words::wait(*wait)),
            Self::Busy => "Nothing is lost. Go back and do it once more.".into(),
            Self::Fault => "It has been noted. Nothing is lost; try again in a minute.".into(),
        }
    }

    /// The page or the JSON, in the studio's name.
    pub(crate) fn speak(&self, studio: &str, path: &str, json: bool) -> Response {
        let (code, icon, state, heading) = self.head();
        let sentence = self.sentence(studio);
        let mut response = if json {
            let body = serde_json::json!({ "error": code, "message": sentence });
            (self.status(), Json(body)).into_response()
        } else {
            let page = FailurePage {
                page: Page::new(studio),
                icon,
                state,
                heading,
                sentence: &sentence,
                studio_side: path == "/studio" || path.starts_with("/studio/"),
            };
            html(self.status(), &page)
        };
        if let Self::Wait(wait) = self {
            let seconds = HeaderValue::from(wait.as_secs().max(1));
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        response
    }
}

#[derive(Template)]
#[template(path = "failure.html")]
struct FailurePage<'a> {
    page: Page<'a>,
    icon: &'static str,
    state: &'static str,
    heading: &'static str,
    sentence: &'a str,
    studio_side: bool,
}

/// Carries the failure to [`crate::app()`], which knows the studio's name and what the visitor accepts.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Paused => Self::Paused,
            Refusal::Door => Self::Door,
            Refusal::NotAllowed => Self::NotAllowed,
            Refusal::Nothing => Self::NotFound,
        }
    }
}

/// A malformed id is the same as an unknown one.
impl From<Malformed> for Failure {
    fn from(_: Malformed) -> Self {
        Self::NotFound
    }
}

impl From<table::Error> for Failure {
    fn from(fault: table::Error) -> Self {
        Self::fault(fault)
    }
}
