//! Which photographs the bar speaks of: those that are ticked, or all that the page shows.

use super::filter::Filter;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::ids::GalleryId;
use domain::photo::Photo;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::{HashMap, HashSet};

/// The form of the bar: a name comes once for each box that is ticked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Ticked {
    photos: HashSet<String>,
    /// All that the page shows, not only those that are ticked.
    all: bool,
    /// The page shows only this chapter.
    chapter: Option<String>,
    /// The page shows only these.
    state: Option<Filter>,
    /// How many photographs the page shows; where to come back to.
    show: Option<String>,
    /// What the bar's own fields say.
    fields: HashMap<String, String>,
}

impl Ticked {
    pub(super) fn read(body: &[u8]) -> Self {
        let mut ticked = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            let value = value.into_owned();
            match name.as_ref() {
                "photo" => drop(ticked.photos.insert(value)),
                "all" => ticked.all = true,
                "chapter" => ticked.chapter = Some(value),
                "state" => ticked.state = Filter::named(&value),
                "show" => ticked.show = Some(value),
                _ => drop(ticked.fields.insert(name.into_owned(), value)),
            }
        }
        ticked
    }

    /// What a field of the bar says; empty when it says nothing.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Whether it speaks of this photograph. What was rejected or is still prepared is not on the page.
    pub(super) fn means(&self, photo: &Photo) -> bool {
        let chapter = self.chapter.as_deref();
        let shown = photo.picture().is_some()
            && chapter.is_none_or(|it| it == photo.section)
            && self.state.is_none_or(|filter| filter.keeps(photo));
        if self.all {
            return shown;
        }
        photo.picture().is_some() && self.photos.contains(photo.id.as_str())
    }

    /// The page it came from.
    pub(super) fn back(&self, gallery: GalleryId, done: &str) -> Response {
        let mut path = format!("/studio/galleries/{gallery}?done={done}");
        let state = self.state.map(|filter| filter.name().to_owned());
        for (name, value) in [
            ("chapter", &self.chapter),
            ("state", &state),
            ("show", &self.show),
        ] {
            if let Some(value) = value {
                let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
                path.push_str(&format!("&{name}={value}"));
            }
        }
        Redirect::to(&path).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::photos::tests::{photo, ready};
    use domain::photo::{Stage, State};

    fn standing(section: &str, name: &str) -> Photo {
        let mut photo = photo(&format!("f/{section}/{name}"), "1", ready());
        photo.section = section.into();
        photo
    }

    /// P29, P30: ticked ones are meant, and no others; "all" means what the page showed, in its chapter and of its state.
    #[test]
    fn what_is_ticked_is_meant() {
        let (one, mut other, party) = (standing("A", "1"), standing("A", "2"), standing("B", "3"));
        other.stage = Stage::Final;
        let ticked = Ticked::read(format!("photo={}&photo=x&set=final", one.id).as_bytes());
        assert!(ticked.means(&one) && !ticked.means(&other));
        assert_eq!((ticked.field("set"), ticked.field("to")), ("final", ""));
        let all = Ticked::read(b"all=1&set=studio&chapter=A");
        assert!(all.means(&one) && all.means(&other) && !all.means(&party));
        let finals = Ticked::read(b"all=1&set=studio&state=final");
        assert!(finals.means(&other) && !finals.means(&one) && !finals.means(&party));
        let mut rejected = one.clone();
        rejected.state = State::Processing;
        assert!(!ticked.means(&rejected), "not on the page");
    }
}
