//! Hearts, stars, labels and wishes of a visitor: one tap one request, and what they have said so far as numbers for the
//! script (S20, P24, P42, complaint 2).

/// What has been said so far.
mod said;

pub use said::{Choices, choices};

use crate::Gallery;
use crate::comments::until_the_hour;
use crate::visitor::Visitor;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Form, Json};
use domain::access::{Action, Refusal};
use domain::choice::{Applied, BadStamp, Choice, Label, Set, Stamp, Stars, Tap};
use domain::ids::{PhotoId, ProductId};
use domain::photo::Photo;
use domain::product;
use domain::selection::{Selection, Tally, TooMany};
use http::{StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use table::{Bound, Tapped};
use web::{Caller, Failure, words};

/// What a tap's form says. The script adds when the tap was made and its name; without it both are drawn here.
#[derive(Deserialize)]
pub struct Said {
    /// `1` or `0`: chosen, or in the cart.
    on: Option<String>,
    /// `1` to `5`; `0` for none.
    stars: Option<String>,
    /// A label's name; empty for none.
    label: Option<String>,
    product: Option<String>,
    /// Milliseconds since 1970 by the server's clock, as the browser knows it.
    at: Option<String>,
    /// 16 hex digits.
    tap: Option<String>,
    /// Whose choice the page showed, see [`Visitor::who`].
    #[serde(default)]
    who: String,
    /// Where a form leads back to, see [`back`].
    #[serde(default)]
    back: String,
}

/// What came of a tap, and how the photograph stands now, whoever else tapped.
#[derive(Serialize)]
struct Answer {
    applied: &'static str,
    chosen: bool,
    stars: Option<Stars>,
    label: Option<Label>,
    wanted: Vec<String>,
    tally: said::Counts,
    revision: u64,
    now: i64,
}

/// `POST /g/{link}/photo/{photo}/choose`.
///
/// # Errors
/// Why it may not be chosen now; [`Failure::Full`].
pub async fn choose(
    State(gallery): State<Gallery>,
    caller: Caller,
    Path((_, photo)): Path<(String, String)>,
    Form(said): Form<Said>,
) -> Result<Response, Failure> {
    let set = Set::Chosen(said.on()?);
    keep(&gallery, &caller, &photo, &said, set).await
}

/// `POST /g/{link}/photo/{photo}/rate`.
///
/// # Errors
/// Why it may not be rated now.
pub async fn rate(
    State(gallery): State<Gallery>,
    caller: Caller,
    Path((_, photo)): Path<(String, String)>,
    Form(said): Form<Said>,
) -> Result<Response, Failure> {
    let set = said.rating()?;
    keep(&gallery, &caller, &photo, &said, set).await
}

/// `POST /g/{link}/photo/{photo}/want`.
///
/// # Errors
/// Why it may not be ordered now; [`Failure::NotOffered`].
pub async fn want(
    State(gallery): State<Gallery>,
    caller: Caller,
    Path((_, photo)): Path<(String, String)>,
    Form(said): Form<Said>,
) -> Result<Response, Failure> {
    let product: ProductId = said.product.as_deref().unwrap_or_default().parse()?;
    let set = Set::Wanted(product, said.on()?);
    keep(&gallery, &caller, &photo, &said, set).await
}

impl Said {
    fn on(&self) -> Result<bool, Failure> {
        match self.on.as_deref() {
            Some("1") => Ok(true),
            Some("0") => Ok(false),
            _ => Err(unreadable()),
        }
    }

    /// Stars or a label, and never both: they are two taps.
    fn rating(&self) -> Result<Set, Failure> {
        match (self.stars.as_deref(), self.label.as_deref()) {
            (Some("0"), None) => Ok(Set::Stars(None)),
            (Some(stars), None) => {
                let count: u8 = stars.parse().map_err(|_| unreadable())?;
                let stars = Stars::try_from(count).map_err(|_| unreadable())?;
                Ok(Set::Stars(Some(stars)))
            }
            (None, Some("")) => Ok(Set::Label(None)),
            (None, Some(label)) => {
                let label = label.parse().map_err(|_| unreadable())?;
                Ok(Set::Label(Some(label)))
            }
            _ => Err(unreadable()),
        }
    }

    fn stamp(&self, now: Timestamp) -> Result<Stamp, BadStamp> {
        match (self.at.as_deref(), self.tap.as_deref()) {
            (None, None) => Ok(Stamp::now(now)),
            (Some(at), Some(name)) => {
                let at = at.parse().map_err(|_| BadStamp::Malformed)?;
                Stamp::new(at, name, now)
            }
            _ => Err(BadStamp::Malformed),
        }
    }
}

fn unreadable() -> Failure {
    Failure::Unfit(
        "What was tapped could not be read. Load the page again and tap once more.".into(),
    )
}

/// Asks for the right, and keeps the tap.
async fn keep(
    gallery: &Gallery,
    caller: &Caller,
    photo: &str,
    said: &Said,
    set: Set,
) -> Result<Response, Failure> {
    let id: PhotoId = photo.parse()?;
    let visitor = match Visitor::of(gallery, caller).await? {
        Ok(visitor) => visitor,
        Err(outside) => return Ok(outside.answer(caller)),
    };
    let photo = match allowed(&visitor, said, &id, set) {
        Ok(photo) => photo,
        Err(failure) => return Ok(failure.under(visitor.banner.clone())),
    };
    let stamp = match said.stamp(visitor.now) {
        Ok(stamp) => stamp,
        Err(BadStamp::Ahead) => return Ok(stamp_anew(visitor.now)),
        Err(BadStamp::Malformed) => return Err(unreadable()),
    };
    let photos: Vec<&Photo> = visitor.seen().collect();
    let choosing = &visitor.gallery().choosing;
    let bound = Bound {
        choosing,
        photos: &photos,
    };
    let bound = (set == Set::Chosen(true) && choosing.bounded()).then_some(bound);
    let tap = Tap {
        photo: photo.id.clone(),
        set,
        stamp,
    };
    let (shown, subject) = (visitor.gallery().id, visitor.standing.subject());
    if !gallery.table.take_tap(shown, &subject, visitor.now).await? {
        return Ok(enough(caller, visitor.now));
    }
    let tapped = gallery
        .table
        .tap(shown, &subject, &tap, bound, visitor.now)
        .await?;
    match tapped {
        Tapped::Done {
            applied,
            choice,
            selection,
        } => Ok(done(
            caller, &visitor, &tap, said, applied, &choice, &selection,
        )),
        Tapped::Confirmed { on } => Err(Refusal::Confirmed { on }.into()),
        Tapped::Full(limit) => Err(Failure::Full(too_many(&limit, &gallery.name))),
        Tapped::Reused => Ok(stamp_anew(visitor.now)),
        Tapped::Busy => Err(Failure::Busy),
    }
}

/// The photograph, if this visitor may say that of it now. That a choice is confirmed is found with the tap itself: it may
/// have been kept before, and then its answer says so.
fn allowed<'a>(
    visitor: &'a Visitor,
    said: &Said,
    id: &PhotoId,
    set: Set,
) -> Result<&'a Photo, Failure> {
    let Some(photo) = visitor.seen().find(|photo| photo.id == *id) else {
        return Err(Failure::NotFound);
    };
    if !said.who.is_empty() && visitor.who().as_ref() != Some(&said.who) {
        return Err(Failure::Conflict(
            "You are signed in as somebody else by now. Load the page again: it shows whose choice it is.".into(),
        ));
    }
    let action = match set {
        Set::Chosen(_) => Action::Select,
        Set::Stars(_) | Set::Label(_) => Action::Rate,
        Set::Wanted(..) => Action::Order,
    };
    match visitor.standing.may(action, Some(photo), visitor.now) {
        Ok(()) | Err(Refusal::Confirmed { .. }) => {}
        Err(refusal) => return Err(refusal.into()),
    }
    if let Set::Wanted(wanted, on) = set {
        // what is not offered any more can be taken out; what never was a product would only fill the table
        let offered = visitor.products.iter().any(|product| {
            product.id == wanted
                && (!on
                    || product::of_gallery(product, visitor.gallery())
                        && product::offered(product, photo.stage))
        });
        if !offered {
            return Err(Refusal::NotOffered.into());
        }
    }
    Ok(photo)
}

fn done(
    caller: &Caller,
    visitor: &Visitor,
    tap: &Tap,
    form: &Said,
    applied: Applied,
    choice: &Choice,
    selection: &Selection,
) -> Response {
    if !caller.json {
        return Redirect::to(&back(&caller.path(), &form.back, &tap.photo)).into_response();
    }
    // what was read before the tap, and the tap
    let chosen = |photo: &&Photo| {
        if photo.id == tap.photo {
            choice.chosen.value
        } else {
            visitor.chose(&photo.id)
        }
    };
    let answer = Answer {
        applied: match applied {
            Applied::Changed => "changed",
            Applied::Same => "same",
            Applied::Again => "again",
            Applied::Superseded => "superseded",
        },
        chosen: choice.chosen.value,
        stars: choice.stars.value,
        label: choice.label.value,
        wanted: said::cart(choice),
        tally: Tally::of_photos(visitor.seen().filter(chosen)).into(),
        revision: selection.revision,
        now: visitor.now.as_millisecond(),
    };
    Json(answer).into_response()
}

/// The device's clock is ahead, or the stamp is another tap's: the time, to stamp it anew with.
fn stamp_anew(now: Timestamp) -> Response {
    let body = serde_json::json!({
        "error": "clock",
        "message": "This device’s clock is ahead. What was tapped is kept.",
        "now": now.as_millisecond(),
    });
    (StatusCode::CONFLICT, Json(body)).into_response()
}

/// The hour's taps are spent: the script keeps this one and sends it when there are new ones.
fn enough(caller: &Caller, now: Timestamp) -> Response {
    let wait = until_the_hour(now);
    if !caller.json {
        return Failure::Wait(wait).into_response();
    }
    let until = words::wait(wait);
    let body = serde_json::json!({
        "error": "wait",
        "message": format!("That is more than one hour takes. The next taps are saved in {until}."),
    });
    let after = [(header::RETRY_AFTER, wait.as_secs().max(1))];
    (StatusCode::TOO_MANY_REQUESTS, after, Json(body)).into_response()
}

/// LOOK, voice 8.
fn too_many(limit: &TooMany, studio: &str) -> String {
    let (count, of) = match limit {
        TooMany::Gallery { max } => (max + 1, String::new()),
        TooMany::Section { section, max } => (max + 1, format!(" of {section}")),
    };
    format!("That would be {count}{of}. Take one out first, or ask {studio} for more.")
}

/// Where a form leads back to: a place on the gallery's page (`?from=17#f18`), a page of the gallery (`review`), or the
/// photograph's own. Never further than the gallery: what has a slash in it is no such place.
fn back(gallery: &str, place: &str, photo: &PhotoId) -> String {
    let fits = |c: u8| c.is_ascii_alphanumeric() || b"?=&#-_+%.".contains(&c);
    if place.len() > 200 || !place.bytes().all(fits) {
        return gallery.to_owned();
    }
    match place {
        "photo" => format!("{gallery}/photo/{photo}"),
        "" => gallery.to_owned(),
        place if place.starts_with(['?', '#']) => format!("{gallery}{place}"),
        place => format!("{gallery}/{place}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(query: &str) -> Said {
        let uri: http::Uri = format!("/?{query}").parse().unwrap();
        let said = axum::extract::Query::<Said>::try_from_uri(&uri);
        said.unwrap().0
    }

    /// a form leads back into its own gallery and nowhere else.
    #[test]
    fn a_form_leads_back_into_its_gallery() {
        let photo = PhotoId::of_key("a");
        let to = |place: &str| back("/g/abc", place, &photo);
        assert_eq!(to("?from=17#f18"), "/g/abc?from=17#f18");
        assert_eq!(to("review?out=1"), "/g/abc/review?out=1");
        assert_eq!(to("photo"), format!("/g/abc/photo/{photo}"));
        for place in ["", "//evil.example", "/x", "\\\\evil", "a/b", "a\r\nb", "é"] {
            assert_eq!(to(place), "/g/abc", "{place}");
        }
    }

    /// P24: stars from one to five or none, a label or none; one tap says one thing.
    #[test]
    fn a_tap_says_one_thing() {
        assert_eq!(said("stars=0").rating(), Ok(Set::Stars(None)));
        let five = Stars::try_from(5).unwrap();
        assert_eq!(said("stars=5").rating(), Ok(Set::Stars(Some(five))));
        assert_eq!(said("label=").rating(), Ok(Set::Label(None)));
        assert_eq!(
            said("label=green").rating(),
            Ok(Set::Label(Some(Label::Green)))
        );
        for bad in ["", "stars=6", "stars=x", "label=pink", "stars=1&label=red"] {
            assert!(said(bad).rating().is_err(), "{bad}");
        }
        assert_eq!(said("on=1").on(), Ok(true));
        assert!(said("on=yes").on().is_err() && said("").on().is_err());
    }

    /// Complaint 2: a form without a script is stamped here; half a stamp is none.
    #[test]
    fn a_form_without_a_stamp_is_stamped_here() {
        let now = Timestamp::from_millisecond(1_800_000_000_000).unwrap();
        assert_eq!(said("on=1").stamp(now).unwrap().at(), now);
        let own = said("at=1799999999999&tap=0123456789abcdef").stamp(now);
        assert_eq!(own.unwrap().as_str(), "001799999999999-0123456789abcdef");
        assert_eq!(said("at=5").stamp(now), Err(BadStamp::Malformed));
        let ahead = said("at=1800001000000&tap=0123456789abcdef").stamp(now);
        assert_eq!(ahead, Err(BadStamp::Ahead));
    }
}
