//! The door: the studio's name and a field for the PIN. No title, no name, no count stands here (L2).

use crate::{Gallery, way};
use askama::Template;
use axum::response::{IntoResponse as _, Response};
use domain::access::{Arrival, PinLock};
use domain::email::Email;
use domain::pin::PinShape;
use http::{HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use table::Visit;
use web::{Caller, Page, html, words};

/// What the last try came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Nobody tried yet.
    Nothing,
    /// What was typed cannot be this PIN; it was not counted.
    Incomplete,
    /// Wrong; so many free tries are left, then so long a wait.
    Wrong { left: u64, wait: SignedDuration },
    /// Not even looked at: too early.
    Wait(SignedDuration),
    /// Two tries met.
    Busy,
}

#[derive(Template)]
#[template(path = "door.html")]
struct Door<'a> {
    page: Page<'a>,
    link: &'a str,
    /// Where in the gallery to go on to; empty: to its first page.
    to: &'a str,
    /// Only if the studio lets it stand before any proof.
    title: Option<&'a str>,
    /// What the field asks for; none: no PIN opens this gallery.
    shape: Option<PinShape>,
    /// Signing in by e-mail, and on to here. Always offered: whether anybody is invited by name is nobody's business.
    sign_in: String,
    /// Who is signed in, and does not get in by that alone.
    signed_in: Option<&'a Email>,
    error: String,
    /// Seconds until the next try; 0: now.
    wait: i64,
}

#[derive(Template)]
#[template(path = "step_up.html")]
struct StepUp<'a> {
    page: Page<'a>,
    sign_in: String,
}

#[derive(Template)]
#[template(path = "not_invited.html")]
struct NotInvited<'a> {
    page: Page<'a>,
    email: &'a Email,
    sign_in: String,
    path: &'a str,
}

/// The PIN that opens the gallery now, if one does.
pub fn lock(visit: &Visit, now: Timestamp) -> Option<&PinLock> {
    let row = visit.rows.anybody.as_ref()?;
    (row.stands(now) && row.rights.enter)
        .then_some(row.pin.as_ref())
        .flatten()
}

/// The address somebody is signed in with.
pub fn signed_in(visit: &Visit, now: Timestamp) -> Option<&Email> {
    match &visit.arrival {
        Arrival::Client {
            person: Some(person),
            ..
        } if person.current(now) => Some(&person.email),
        _ => None,
    }
}

/// The door's page; `to`: where in the gallery to go on to.
pub fn page(
    gallery: &Gallery,
    caller: &Caller,
    visit: &Visit,
    said: Said,
    to: &str,
    now: Timestamp,
) -> Response {
    let shape = lock(visit, now).map(|lock| lock.shape);
    let wait = match said {
        Said::Wait(wait) | Said::Wrong { left: 0, wait } => wait,
        _ => SignedDuration::ZERO,
    };
    let wait = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
    let path = caller.path();
    let shown = &visit.gallery;
    let door = Door {
        page: Page::new(&gallery.name).asking(&path),
        link: caller.token.expose(),
        to: way::inside(to),
        title: shown.title_at_door.then_some(&*shown.title),
        shape,
        sign_in: way::sign_in(&path, to),
        signed_in: signed_in(visit, now),
        error: sentence(&gallery.name, shape.unwrap_or(PinShape::Text), said),
        wait,
    };
    let mut response = html(status(said), &door).into_response();
    if wait > 0 {
        let seconds = HeaderValue::from(wait);
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
    }
    response
}

/// The page for a device nobody knows when the gallery's guesses are spent.
pub fn step_up(gallery: &Gallery, caller: &Caller, to: &str) -> Response {
    let path = caller.path();
    let page = StepUp {
        page: Page::new(&gallery.name).asking(&path),
        sign_in: way::sign_in(&path, to),
    };
    html(StatusCode::FORBIDDEN, &page)
}

/// The page for somebody who is signed in and on no row, where no PIN would help (5.1).
pub fn not_invited(gallery: &Gallery, caller: &Caller, email: &Email, to: &str) -> Response {
    let path = caller.path();
    let page = NotInvited {
        page: Page::new(&gallery.name).asking(&path),
        email,
        sign_in: way::sign_in(&path, to),
        path: &path,
    };
    html(StatusCode::FORBIDDEN, &page)
}

fn status(said: Said) -> StatusCode {
    match said {
        Said::Nothing => StatusCode::OK,
        Said::Incomplete => StatusCode::BAD_REQUEST,
        Said::Wrong { .. } => StatusCode::FORBIDDEN,
        Said::Wait(_) | Said::Busy => StatusCode::TOO_MANY_REQUESTS,
    }
}

fn sentence(studio: &str, shape: PinShape, said: Said) -> String {
    let digits = match shape {
        PinShape::SixDigits => ": six digits",
        PinShape::Digits => ": digits only",
        PinShape::Text => "",
    };
    match said {
        Said::Nothing => String::new(),
        Said::Incomplete if shape == PinShape::SixDigits => {
            "The PIN has six digits. This one was not counted.".into()
        }
        Said::Incomplete => "Type the PIN first. This one was not counted.".into(),
        Said::Wrong { left, .. } => {
            let tries = usize::try_from(left).unwrap_or_default();
            let next = match tries {
                0 => String::new(), // the countdown below says when
                1 => "You can try once more now, then with a pause between tries.".into(),
                _ => format!(
                    "You can try {} more times now, then with a pause between tries.",
                    words::small_number(tries)
                ),
            };
            let hint = format!("Look at the message from {studio} again{digits}.");
            format!("That is not the PIN of this gallery. {hint} {next}")
        }
        Said::Wait(_) => format!(
            "Many wrong PINs came from this connection. {studio} can tell you the right one."
        ),
        Said::Busy => "Two tries met, and neither was counted. Send it once more.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(said: Said) -> String {
        sentence("Hedda Lind", PinShape::SixDigits, said)
    }

    /// L6: a wrong PIN says so, and what can still be done.
    #[test]
    fn a_wrong_pin_is_answered_with_the_tries_left() {
        let wait = SignedDuration::from_secs(30);
        let three = after(Said::Wrong { left: 3, wait });
        assert!(
            three.contains("from Hedda Lind again: six digits. You can try three more times now")
        );
        assert!(after(Said::Wrong { left: 1, wait }).contains("once more"));
        assert!(!after(Said::Wrong { left: 0, wait }).contains("You can try"));
        assert_eq!(after(Said::Nothing), "");
    }
}
