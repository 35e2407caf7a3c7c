//! The way back: where in a gallery somebody wanted to go when its door came first, such as from a letter's link (P48).

use crate::asked;
use crate::visitor::Outside;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Refusal;
use domain::ids::OrderId;
use web::Caller;

/// A page inside a gallery that the door may lead on to; empty for anything else, which is the gallery itself.
pub fn inside(to: &str) -> &str {
    let fits = match to.split_once('/') {
        None => matches!(to, "review" | "cart" | "orders"),
        Some(("orders", id)) => id.parse::<OrderId>().is_ok(),
        Some(("confirmed", number)) => {
            (1..=6).contains(&number.len()) && number.bytes().all(|c| c.is_ascii_digit())
        }
        Some(_) => false,
    };
    if fits { to } else { "" }
}

/// The gallery's address, and further inside where that is asked for.
pub fn on(path: &str, to: &str) -> String {
    match inside(to) {
        "" => path.to_owned(),
        to => format!("{path}/{to}"),
    }
}

/// Signing in at the gallery's door, and on to there.
pub fn sign_in(path: &str, to: &str) -> String {
    let page = web::sign_in_for(path);
    match inside(to) {
        "" => page,
        to => asked::saying(&page, &format!("to={to}")),
    }
}

/// What a page inside answers whom it does not let in: the door, which then leads back here; else why not.
pub fn to_the_door(caller: &Caller, outside: Outside, to: &str) -> Response {
    match outside.refusal {
        Refusal::Door | Refusal::NotInvited if !caller.json => {
            Redirect::to(&format!("{}?to={}", caller.path(), inside(to))).into_response()
        }
        _ => outside.answer(caller),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    /// P48: the door leads on to a page of this gallery and nowhere else.
    #[test]
    fn a_door_leads_on_to_pages_of_its_gallery() {
        let order = format!("orders/{}", OrderId::new(Timestamp::UNIX_EPOCH));
        for to in ["review", "cart", "orders", "confirmed/1", &order] {
            assert_eq!(inside(to), to);
            assert_eq!(on("/g/abc", to), format!("/g/abc/{to}"));
            assert_eq!(sign_in("/g/abc", to), format!("/g/abc/sign-in?to={to}"));
            // the code's cookie and forms carry it on
            assert_eq!(asked::local(&on("/g/abc", to)), on("/g/abc", to));
        }
        for to in [
            "",
            "/",
            "orders/",
            "orders/../x",
            "confirmed/",
            "confirmed/1x",
            "//evil.example",
            "review?x",
            "review/1",
            "leave",
            "photo/0",
        ] {
            assert_eq!(inside(to), "", "{to}");
            assert_eq!(on("/g/abc", to), "/g/abc");
        }
    }
}
