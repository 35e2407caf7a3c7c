//! Moving photographs to a section, one or many (L12): what was chosen, said and ordered of them stays.

use super::ticked::Ticked;
use crate::Studio;
use crate::member::{From, Me, Named};
use axum::extract::{RawForm, State};
use axum::response::Response;
use domain::activity::What;
use domain::gallery::{UnfitTitle, title};
use domain::ids::PhotoId;
use std::collections::HashSet;
use web::{Failure, words};

/// Where to, as the field `to` says it: `none`, `new` with the field `title`, or `in:` and the title of one that is there.
fn aim(to: &str, new: &str, there: &HashSet<&str>) -> Result<Option<String>, UnfitTitle> {
    match to {
        "none" => Ok(Some(String::new())),
        "new" => title(new).map(Some),
        to => {
            let title = to.strip_prefix("in:").filter(|title| there.contains(title));
            Ok(title.map(str::to_owned))
        }
    }
}

/// `POST …/photos/move`: moves what is ticked, or all that the page showed.
pub(crate) async fn shift(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    RawForm(body): RawForm,
) -> Result<Response, Failure> {
    let ticked = Ticked::read(&body);
    let photos = studio.table.photos_of(gallery.id).await?;
    let there = photos.iter().map(|photo| photo.section.as_str()).collect();
    let section = match aim(ticked.field("to"), ticked.field("title"), &there) {
        Ok(Some(section)) => section,
        Ok(None) => return Ok(ticked.back(gallery.id, "nowhere")),
        Err(UnfitTitle::Empty) => return Ok(ticked.back(gallery.id, "untitled")),
        Err(UnfitTitle::TooLong) => return Ok(ticked.back(gallery.id, "long-title")),
    };
    let meant = photos.iter().filter(|photo| ticked.means(photo));
    let ids: Vec<PhotoId> = meant.map(|photo| photo.id.clone()).collect();
    if ids.is_empty() {
        return Ok(ticked.back(gallery.id, "none"));
    }
    let moved = studio.table.move_photos(gallery.id, &ids, &section).await?;
    let count = words::count(moved, "photograph", "photographs");
    let changes = match section.as_str() {
        "" => format!("{count} taken out of their section"),
        title => format!("{count} moved to {title}"),
    };
    let what = What::SettingsSaved { changes };
    studio.log(&me, &from, Some(gallery.id), what).await?;
    Ok(ticked.back(gallery.id, "moved"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// L12: a section that is there, a new one with a title that fits, or none; nothing else is a place to move to.
    #[test]
    fn a_photograph_is_moved_to_a_section_or_out_of_one() {
        let there = HashSet::from(["", "The coast"]);
        let aim = |to: &str, new: &str| aim(to, new, &there);
        assert_eq!(aim("none", ""), Ok(Some(String::new())));
        assert_eq!(aim("in:The coast", ""), Ok(Some("The coast".into())));
        assert_eq!(aim("new", "  The\nroad "), Ok(Some("The road".into())));
        assert_eq!(aim("new", " "), Err(UnfitTitle::Empty));
        let (fits, long) = ("x".repeat(120), "x".repeat(121));
        assert_eq!(aim("new", &fits), Ok(Some(fits.clone())));
        assert_eq!(aim("new", &long), Err(UnfitTitle::TooLong));
        assert_eq!(aim("in:The road", ""), Ok(None), "it has gone meanwhile");
        assert_eq!(aim("", ""), Ok(None));
    }
}
