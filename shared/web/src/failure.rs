//! The one way a handler fails: a status, a sentence that helps, and for faults one line in the log.

/// What each failure says, and the next step it offers.
mod words;

use crate::page::{Banner, Page, html};
use askama::Template;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::access::Refusal;
use domain::ids::Malformed;
use http::{HeaderValue, StatusCode, header};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::error::Error;
use words::{Button, Words};

/// Why a request has no better answer. [`crate::app()`] shows it as a page, or as JSON where that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// 404: unknown, malformed, or not for this visitor; the answer is the same.
    NotFound,
    /// 405: the page exists, but not for this verb.
    NotThatWay,
    /// 403: the gallery is not published, or was taken back (S27, S31).
    Unpublished,
    /// 403: the studio has paused the gallery (C15).
    Paused,
    /// 410: the gallery's time is over (L40).
    Ended {
        /// When.
        on: Timestamp,
    },
    /// 403: signed in, and on no row of this gallery (5.1). A page that knows the address says it; this one does not.
    NotInvited,
    /// 403: the row has ended or was switched off (P12, C8).
    RowEnded,
    /// 403: the row does not allow it.
    NotAllowed,
    /// 403: choosing is closed (S24, S32).
    Closed,
    /// 403: this visitor has confirmed their choice (S34).
    Confirmed,
    /// 403: the product is not offered for the photograph's state, or not in this gallery (P40, P57).
    NotOffered,
    /// 409: as many are chosen as may be; says which limit (S37).
    Full(String),
    /// 409: the device's clock is ahead; the answer's `now` says the time.
    ClockAhead,
    /// 422: the same key came with another content.
    Reused,
    /// 403: only Finals may be downloaded, and this is none yet (P22).
    NotFinal,
    /// 403: the delivery is not published (S35).
    NotDelivered,
    /// 410: the version that was shipped is not kept any more (P49).
    NotKept,
    /// 403: the gallery is archived, and its files with it (S26).
    Archived,
    /// 403: the studio looks as somebody else, and that changes nothing (P36).
    Preview,
    /// 403: as many originals as were agreed are downloaded.
    QuotaSpent,
    /// 409: the row gets web-size files with the studio's name only, and this photograph has none (P21).
    NotMarked,
    /// 403: the owner has not allowed it to this assistant (4.1).
    NotYours,
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

/// Who reads a failure, and where.
pub(crate) struct Reader<'a> {
    /// The studio's name.
    pub(crate) studio: &'a str,
    /// The studio's time zone.
    pub(crate) zone: &'a TimeZone,
    /// The path that was asked for.
    pub(crate) path: &'a str,
    /// A script asked.
    pub(crate) json: bool,
    /// The browser carries a person's cookie.
    pub(crate) signed_in: bool,
    /// *View as* (P36).
    pub(crate) banner: Option<Banner>,
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

    /// The failure, its page under the *View as* banner where there is one.
    #[must_use]
    pub fn under(self, banner: Option<Banner>) -> Response {
        match banner {
            Some(banner) => (Extension(banner), self).into_response(),
            None => self.into_response(),
        }
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
            Self::Ended { .. } | Self::NotKept => StatusCode::GONE,
            Self::Door => StatusCode::UNAUTHORIZED,
            Self::Unfit(_) => StatusCode::BAD_REQUEST,
            Self::Conflict(_) | Self::NotMarked | Self::Full(_) | Self::ClockAhead => {
                StatusCode::CONFLICT
            }
            Self::Reused => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Wait(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unpublished
            | Self::Paused
            | Self::NotInvited
            | Self::RowEnded
            | Self::NotAllowed
            | Self::Closed
            | Self::Confirmed
            | Self::NotOffered
            | Self::NotFinal
            | Self::NotDelivered
            | Self::Archived
            | Self::Preview
            | Self::QuotaSpent
            | Self::NotYours
            | Self::CrossSite => StatusCode::FORBIDDEN,
        }
    }

    /// The page or the JSON, in the studio's name.
    pub(crate) fn speak(&self, reader: &Reader<'_>) -> Response {
        let Words {
            code,
            icon,
            state,
            heading,
            sentence,
        } = self.words(reader);
        let mut response = if reader.json {
            let body = serde_json::json!({ "error": code, "message": sentence });
            (self.status(), Json(body)).into_response()
        } else {
            let about = self.about(reader.path);
            let page = Page::new(reader.studio).with_banner(reader.banner.as_ref());
            let page = FailurePage {
                page: if words::in_studio(reader.path) {
                    page
                } else {
                    page.asking(&about)
                },
                icon,
                state,
                heading,
                sentence: &sentence,
                buttons: self.buttons(reader),
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
    buttons: Vec<Button>,
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
            Refusal::Unpublished => Self::Unpublished,
            Refusal::Paused => Self::Paused,
            Refusal::Ended { on } => Self::Ended { on },
            Refusal::Door => Self::Door,
            Refusal::NotInvited => Self::NotInvited,
            Refusal::RowEnded => Self::RowEnded,
            Refusal::NotAllowed => Self::NotAllowed,
            Refusal::Closed => Self::Closed,
            Refusal::Confirmed { .. } => Self::Confirmed,
            Refusal::NotOffered => Self::NotOffered,
            Refusal::NotFinal => Self::NotFinal,
            Refusal::NotDelivered => Self::NotDelivered,
            Refusal::Archived => Self::Archived,
            Refusal::Preview => Self::Preview,
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
