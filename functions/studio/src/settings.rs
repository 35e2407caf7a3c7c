//! A gallery's settings: read, typed, saved under what was seen; its place and whose table governs it (P1, 4.4).

/// The form.
pub(crate) mod form;
/// What the page shows.
mod sheet;
/// Publishing, closing, delivering, archiving: the steps of product 4.3.
mod step;

pub(crate) use sheet::path;
pub(crate) use step::status;

use crate::Studio;
use crate::member::{From, Me, Named};
use axum::Form as Body;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Row;
use domain::activity::What;
use domain::gallery::Gallery;
use domain::ids::GalleryId;
use domain::nesting::{Misplaced, Tree};
use domain::team::Task;
use form::{Form, Problems};
use serde::Deserialize;
use sheet::{Typed, show};
use web::Failure;

#[derive(Deserialize, Default)]
pub(crate) struct View {
    /// What was done just now; see `notice` of the sheet.
    done: Option<String>,
}

/// `GET …/settings`.
pub(crate) async fn page(
    State(studio): State<Studio>,
    me: Me,
    named: Named,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    show(&studio, &me, &named, Typed::default(), view.done.as_deref()).await
}

/// `POST …/settings`: saves them, or shows the form as it was typed with what is wrong or what somebody else saved.
pub(crate) async fn save(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    named: Named,
    Body(form): Body<Form>,
) -> Result<Response, Failure> {
    let before = Form::of(&named.gallery, &studio.zone);
    if form.revision != named.gallery.settings_revision {
        return show(&studio, &me, &named, Typed::stale(form, &before), None).await;
    }
    let tables = me.may(Task::Authorizations, studio.now());
    let changed = match changed(&studio, &named.gallery, &form, tables).await? {
        Ok(changed) => changed,
        Err(problems) => {
            return show(&studio, &me, &named, Typed::unfit(form, problems), None).await;
        }
    };
    if !write(&studio, &named.gallery, changed.clone()).await? {
        let named = Named::read(&studio, named.gallery.id).await?;
        let now = Form::of(&named.gallery, &studio.zone);
        return show(&studio, &me, &named, Typed::stale(form, &now), None).await;
    }
    let after = Form::of(&changed, &studio.zone);
    let changes = in_words(&before.differing(&after));
    let what = What::SettingsSaved { changes };
    studio.log(&me, &from, Some(changed.id), what).await?;
    Ok(Redirect::to(&format!(
        "/studio/galleries/{}/settings?done=saved",
        changed.id
    ))
    .into_response())
}

/// The gallery as the form has it, with the table that governs it in its place; another one only for whom `tables` are
/// ticked.
async fn changed(
    studio: &Studio,
    gallery: &Gallery,
    form: &Form,
    tables: bool,
) -> Result<Result<Gallery, Problems>, Failure> {
    let mut changed = gallery.clone();
    let mut problems = form
        .apply(&mut changed, &studio.zone)
        .err()
        .unwrap_or_default();
    match placed(studio, gallery, form).await? {
        Ok(place) if !tables && governs_anew(gallery, place) => {
            problems.parent = Some(NOT_TICKED.into());
        }
        Ok((parent, table)) => (changed.parent, changed.table) = (parent, table),
        Err(problem) => problems.parent = Some(problem.to_string().into()),
    }
    Ok(if problems.any() {
        Err(problems)
    } else {
        Ok(changed)
    })
}

/// Where a gallery stands, and whose table governs it.
type Place = (Option<GalleryId>, GalleryId);

const NOT_TICKED: &str = "Another table would say there who may do what, and the owner has not allowed you to change that. Leave the \
                          gallery where it stands, or ask the owner.";

/// Whether a form changes whose table governs, by a move or by its switch: that is a change of authorizations (4.1). A
/// table above that itself came to follow another is not this form's doing.
fn governs_anew(gallery: &Gallery, (parent, table): Place) -> bool {
    let switched = (table == gallery.id) != (gallery.table == gallery.id);
    table != gallery.table && (switched || parent != gallery.parent)
}

/// Where the form puts the gallery, and whose table governs it there.
async fn placed(
    studio: &Studio,
    gallery: &Gallery,
    form: &Form,
) -> Result<Result<Place, Misplaced>, Failure> {
    let Ok(parent) = form.parent() else {
        return Ok(Err(Misplaced::Unknown));
    };
    let Some(parent) = parent else {
        return Ok(Ok((None, gallery.id)));
    };
    if Some(parent) != gallery.parent {
        let galleries = studio.table.galleries().await?;
        if let Err(misplaced) = Tree::of(&galleries).fits(Some(gallery.id), parent) {
            return Ok(Err(misplaced));
        }
    }
    let Some((above, _)) = studio.table.gallery(parent).await? else {
        return Ok(Err(Misplaced::Unknown));
    };
    let own = form.table == "own";
    Ok(Ok((
        Some(parent),
        if own { gallery.id } else { above.table },
    )))
}

/// Writes place and settings, then the table of those that inherit from it. `false`: somebody saved meanwhile.
pub(crate) async fn write(
    studio: &Studio,
    before: &Gallery,
    changed: Gallery,
) -> Result<bool, Failure> {
    let mut seen = before.settings_revision;
    if changed.parent != before.parent {
        if !studio.table.place(before, changed.parent, seen).await? {
            return Ok(false);
        }
        seen += 1;
    }
    if changed.table == changed.id && before.table != before.id {
        shut(studio, changed.id).await?;
    }
    if !studio.table.save_settings(&changed, seen).await? {
        return Ok(false);
    }
    // also when the table stays: an earlier save may have been cut off before those below had followed
    if !changed.children.is_empty() {
        inherit(studio, &changed).await?;
    }
    Ok(true)
}

/// Switches row *Anybody* of a table off that is about to count: nothing opens by a row that waited in it unseen.
async fn shut(studio: &Studio, id: GalleryId) -> Result<(), Failure> {
    let (_, row) = studio.table.gallery(id).await?.ok_or(Failure::NotFound)?;
    if !row.active {
        return Ok(());
    }
    let off = Row {
        active: false,
        ..row.clone()
    };
    let (seen, now) = (Some(row.revision), studio.now());
    let saved = studio.table.save_row(id, &off, seen, now).await?;
    saved.map(drop).ok_or(Failure::Busy)
}

/// Gives the table of a gallery to all that inherit from it; one that somebody saves at the same moment is read again.
async fn inherit(studio: &Studio, gallery: &Gallery) -> Result<(), Failure> {
    let galleries = studio.table.galleries().await?;
    for heir in Tree::of(&galleries).heirs(gallery.id, gallery.table) {
        let mut saved = false;
        for _ in 0..3 {
            let Some((now, _)) = studio.table.gallery(heir.id).await? else {
                saved = true;
                break;
            };
            let (seen, table) = (now.settings_revision, heir.table);
            saved = studio
                .table
                .save_settings(&Gallery { table, ..now }, seen)
                .await?;
            if saved {
                break;
            }
        }
        if !saved {
            return Err(Failure::Busy);
        }
    }
    Ok(())
}

/// "settings: deadline: 2026-12-06, hidden: no"; the welcome note is only named.
fn in_words(changes: &[(&str, String)]) -> String {
    if changes.is_empty() {
        return "settings saved as they were".into();
    }
    let words = changes.iter().map(|(name, value)| match *name {
        // one is long, the other an id
        "welcome note" | "place" => (*name).to_owned(),
        name => format!("{name}: {value}"),
    });
    format!("settings: {}", words.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 4.1, 4.4: whoever may change settings alone does not choose by a move or a switch who enters.
    #[test]
    fn another_table_is_not_a_setting() {
        let now: jiff::Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let made = |title: &str| Gallery::new(title.into(), title.into(), now);
        let (above, other, mut gallery) = (made("above"), made("other"), made("inside"));
        assert!(!governs_anew(&gallery, (Some(above.id), gallery.id)));
        assert!(governs_anew(&gallery, (Some(above.id), above.id)));
        (gallery.parent, gallery.table) = (Some(above.id), above.id);
        assert!(!governs_anew(&gallery, (Some(above.id), above.id)));
        assert!(governs_anew(&gallery, (Some(other.id), other.id)));
        assert!(governs_anew(&gallery, (Some(above.id), gallery.id)));
        assert!(governs_anew(&gallery, (None, gallery.id)));
        let follows = (Some(above.id), other.id);
        assert!(!governs_anew(&gallery, follows), "the one above does now");
    }

    #[test]
    fn the_activity_names_what_was_changed() {
        let changes = [
            ("end", "never".to_owned()),
            ("welcome note", "Dear Marta".to_owned()),
        ];
        assert_eq!(in_words(&changes), "settings: end: never, welcome note");
        assert_eq!(in_words(&[]), "settings saved as they were");
    }
}
