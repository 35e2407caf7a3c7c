//! Saying of many photographs at once whether they are Proof or Final, and to whom they are shown (P27, P29, C8).

use super::ticked::Ticked;
use crate::Studio;
use crate::member::{From, Me, Named};
use crate::orders::ship_by_itself;
use axum::extract::{RawForm, State};
use axum::response::Response;
use domain::activity::What;
use domain::ids::PhotoId;
use domain::photo::{Shown, Stage};
use web::{Failure, words};

/// What is said: one of the two.
type Said = (Option<Stage>, Option<Shown>);

/// The stage as the studio reads it.
pub(crate) fn stage_word(stage: Stage) -> &'static str {
    stage.word()
}

/// To whom it is shown, as the studio reads it.
pub(crate) fn shown_word(shown: Shown) -> &'static str {
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

/// `POST …/photos/mark`: marks what is ticked, or all that the page showed.
pub(crate) async fn mark(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    let ticked = Ticked::read(&body);
    let said = said(ticked.field("set")).ok_or(Failure::NotFound)?;
    let photos = studio.table.photos_of(gallery.id).await?;
    let meant = photos.iter().filter(|photo| ticked.means(photo));
    let ids: Vec<PhotoId> = meant.map(|photo| photo.id.clone()).collect();
    if ids.is_empty() {
        return Ok(ticked.back(gallery.id, "none"));
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
    Ok(ticked.back(gallery.id, "marked"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
