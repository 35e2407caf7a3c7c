//! Sections and galleries with a table of their own, and back to inheriting (4.4, P1).

use super::form::Fields;
use super::{back, own, row};
use crate::member::{From, Me, Named};
use crate::{Studio, settings};
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use domain::access::Row;
use domain::activity::What;
use domain::gallery::Gallery;
use domain::ids::GalleryId;
use web::Failure;

/// `POST …/sections`: gives a section a table of its own, in which nobody stands at first, or takes it away.
pub(crate) async fn section(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let (title, wanted) = (fields.one("section").to_owned(), fields.one("own") == "yes");
    if wanted {
        own(&gallery)?;
        let photos = studio.table.photos_of(gallery.id).await?;
        if title.is_empty() || !photos.iter().any(|photo| photo.section == title) {
            return Err(Failure::NotFound);
        }
    }
    let mut changed = gallery.clone();
    let differs = if wanted {
        changed.own_sections.insert(title.clone())
    } else {
        changed.own_sections.remove(&title)
    };
    if differs {
        keep(&studio, &gallery, changed).await?;
        let state = if wanted {
            "only who is ticked in it"
        } else {
            "open as the rest"
        };
        let changes = format!("section “{title}”: {state}");
        studio
            .log(
                &me,
                &from,
                Some(gallery.id),
                What::SettingsSaved { changes },
            )
            .await?;
    }
    Ok(back(
        &gallery,
        if wanted { "section" } else { "no-section" },
    ))
}

/// `POST …/table`: gives the gallery a table of its own, with nothing copied and *Anybody* off, or lets it inherit
/// again. Galleries inside it that follow it come along.
pub(crate) async fn table(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, row }: Named,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let wanted = fields.one("own") == "yes";
    let target = target(&studio, &gallery, wanted).await?;
    if gallery.table == target {
        return Ok(back(&gallery, "same"));
    }
    if wanted {
        shut(&studio, &me, &from, &gallery, row).await?;
    }
    let changed = Gallery {
        table: target,
        ..gallery.clone()
    };
    keep(&studio, &gallery, changed).await?;
    let changes = if wanted {
        "a table of its own"
    } else {
        "inherits the table again"
    };
    let changes = changes.to_owned();
    studio
        .log(
            &me,
            &from,
            Some(gallery.id),
            What::SettingsSaved { changes },
        )
        .await?;
    Ok(back(&gallery, if wanted { "own" } else { "inherits" }))
}

/// The gallery whose table is to govern this one.
async fn target(studio: &Studio, gallery: &Gallery, own: bool) -> Result<GalleryId, Failure> {
    if own {
        return Ok(gallery.id);
    }
    let parent = gallery.parent.ok_or_else(|| {
        Failure::Conflict("This gallery stands in no other: there is no table to inherit.".into())
    })?;
    let found = studio.table.gallery(parent).await?;
    Ok(found.ok_or(Failure::NotFound)?.0.table)
}

/// Switches the gallery's own row *Anybody* off, so that nothing opens by making a table.
async fn shut(
    studio: &Studio,
    me: &Me,
    from: &From,
    gallery: &Gallery,
    old: Row,
) -> Result<(), Failure> {
    if !old.active {
        return Ok(());
    }
    let off = Row {
        active: false,
        ..old.clone()
    };
    let saved = studio
        .table
        .save_row(gallery.id, &off, Some(old.revision), studio.now())
        .await?;
    let saved = saved.ok_or(Failure::Busy)?;
    row::record(studio, me, from, gallery, &old, &saved).await
}

/// Writes it over what was read; galleries inside that follow its table come along.
async fn keep(studio: &Studio, before: &Gallery, changed: Gallery) -> Result<(), Failure> {
    if settings::write(studio, before, changed).await? {
        Ok(())
    } else {
        Err(Failure::Busy)
    }
}
