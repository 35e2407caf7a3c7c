//! Saying of many photographs at once whether they are Proof or Final, and to whom they are shown (P27, P29, C8).

use crate::Studio;
use crate::member::{From, Me, Named};
use crate::orders::ship_by_itself;
use axum::extract::{RawForm, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::activity::What;
use domain::ids::PhotoId;
use domain::photo::{Photo, Shown, Stage};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::HashSet;
use web::{Failure, words};

/// What is said: one of the two.
type Said = (Option<Stage>, Option<Shown>);

/// The stage as the studio reads it.
pub(super) fn stage_word(stage: Stage) -> &'static str {
    match stage {
        Stage::Undefined => "no state",
        Stage::Proof => "Proof",
        Stage::Final => "Final",
    }
}

/// To whom it is shown, as the studio reads it.
pub(super) fn shown_word(shown: Shown) -> &'static str {
    match shown {
        Shown::Everyone => "shown to everyone",
        Shown::NotToGuests => "hidden from guests",
        Shown::ToStudio => "only the studio",
    }
}

/// What a button of the bar says.
fn said(set: &str) -> Option<Said> {
    Some(match set {
        "undefined" => (Some(Stage::Undefined), None),
        "proof" => (Some(Stage::Proof), None),
        "final" => (Some(Stage::Final), None),
        "everyone" => (None, Some(Shown::Everyone)),
        "not-to-guests" => (None, Some(Shown::NotToGuests)),
        "studio" => (None, Some(Shown::ToStudio)),
        _ => return None,
    })
}

fn in_words((stage, shown): Said) -> &'static str {
    stage
        .map(stage_word)
        .or_else(|| shown.map(shown_word))
        .unwrap_or_default()
}

/// The form of the bar: a name comes once for each box that is ticked.
#[derive(Debug, Default, PartialEq, Eq)]
struct Marks {
    photos: HashSet<String>,
    set: String,
    /// All that the page shows, not only those that are ticked.
    all: bool,
    /// The page shows only this chapter.
    chapter: Option<String>,
    /// How many photographs the page shows; where to come back to.
    show: Option<String>,
}

impl Marks {
    fn read(body: &[u8]) -> Self {
        let mut marks = Self::default();
        for (name, value) in url::form_urlencoded::parse(body) {
            let value = value.into_owned();
            match name.as_ref() {
                "photo" => drop(marks.photos.insert(value)),
                "set" => marks.set = value,
                "all" => marks.all = true,
                "chapter" => marks.chapter = Some(value),
                "show" => marks.show = Some(value),
                _ => {}
            }
        }
        marks
    }

    /// Whether it speaks of this photograph. What was rejected or is still prepared is not on the page.
    fn means(&self, photo: &Photo) -> bool {
        let chapter = self.chapter.as_deref();
        let shown = photo.picture().is_some() && chapter.is_none_or(|it| it == photo.section);
        shown && (self.all || self.photos.contains(photo.id.as_str()))
    }

    /// The page it came from.
    fn back(&self, gallery: domain::ids::GalleryId, done: &str) -> Response {
        let mut path = format!("/studio/galleries/{gallery}?done={done}");
        for (name, value) in [("chapter", &self.chapter), ("show", &self.show)] {
            if let Some(value) = value {
                let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
                path.push_str(&format!("&{name}={value}"));
            }
        }
        Redirect::to(&path).into_response()
    }
}

/// `POST …/photos/mark`: marks what is ticked, or all that the page showed.
pub(crate) async fn mark(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    let marks = Marks::read(&body);
    let said = said(&marks.set).ok_or(Failure::NotFound)?;
    let photos = studio.table.photos_of(gallery.id).await?;
    let meant = photos.iter().filter(|photo| marks.means(photo));
    let ids: Vec<PhotoId> = meant.map(|photo| photo.id.clone()).collect();
    if ids.is_empty() {
        return Ok(marks.back(gallery.id, "none"));
    }
    let (stage, shown) = said;
    let marked = studio
        .table
        .mark_photos(gallery.id, &ids, stage, shown)
        .await?;
    let count = words::count(marked, "photograph", "photographs");
    let changes = format!("{count} marked: {}", in_words(said));
    let what = What::SettingsSaved { changes };
    studio.log(&me, &from, Some(gallery.id), what).await?;
    if stage == Some(Stage::Final) {
        // what waited for exactly these may go now (P48)
        ship_by_itself(&studio, &me, &from, &gallery).await?;
    }
    Ok(marks.back(gallery.id, "marked"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::GalleryId;
    use domain::photo::{Picture, State, Version};
    use jiff::Timestamp;

    fn photo(section: &str, name: &str) -> Photo {
        let key = format!("f/{section}/{name}");
        Photo {
            id: PhotoId::of_key(&key),
            gallery: GalleryId::new(Timestamp::UNIX_EPOCH),
            key,
            section: section.into(),
            file_name: name.into(),
            version: Version {
                id: "1".into(),
                etag: String::new(),
                size: 1,
            },
            state: State::Ready(Picture {
                width: 3,
                height: 2,
                crc32: 0,
                thumbhash: String::new(),
                average: String::new(),
                captured: None,
                truncated: false,
                tag: String::new(),
                renditions: vec![],
                marked: false,
            }),
            uploaded: Timestamp::UNIX_EPOCH,
            stage: Stage::default(),
            shown: Shown::default(),
            number: 1,
            fresh: false,
            refused: None,
        }
    }

    /// P29: ticked ones are meant, and no others; "all" means what the page showed, in its chapter.
    #[test]
    fn what_is_ticked_is_meant() {
        let (one, other, party) = (photo("A", "1"), photo("A", "2"), photo("B", "3"));
        let ticked = Marks::read(format!("photo={}&photo=x&set=final", one.id).as_bytes());
        assert!(ticked.means(&one) && !ticked.means(&other));
        let all = Marks::read(b"all=1&set=studio&chapter=A");
        assert!(all.means(&one) && all.means(&other) && !all.means(&party));
        let mut rejected = one.clone();
        rejected.state = State::Processing;
        assert!(!ticked.means(&rejected), "not on the page");
    }

    /// Every button of the bar says one thing.
    #[test]
    fn a_button_says_one_thing() {
        for set in ["undefined", "proof", "final"] {
            assert!(matches!(said(set), Some((Some(_), None))), "{set}");
        }
        for set in ["everyone", "not-to-guests", "studio"] {
            assert!(matches!(said(set), Some((None, Some(_)))), "{set}");
        }
        assert_eq!(said("delete"), None);
        assert_eq!(in_words((Some(Stage::Final), None)), "Final");
        assert_eq!(in_words((None, Some(Shown::ToStudio))), "only the studio");
    }
}
