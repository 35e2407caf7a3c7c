//! Sections and galleries with a table of their own, and back to inheriting (4.4, P1).

use super::Desk;
use super::form::Fields;
use crate::settings;
use axum::Form;
use axum::response::Response;
use domain::activity::What;
use domain::gallery::Gallery;
use domain::ids::GalleryId;
use web::Failure;

/// `POST …/sections`: gives a section a table of its own, in which nobody stands at first, or takes it away.
pub(crate) async fn section(desk: Desk, Form(fields): Form<Fields>) -> Result<Response, Failure> {
    let (title, wanted) = (fields.one("section"), fields.one("own") == "yes");
    let mut changed = desk.gallery.clone();
    let differs = if wanted {
        is_there(&desk, title).await?;
        changed.own_sections.insert(title.to_owned())
    } else {
        changed.own_sections.remove(title)
    };
    if differs {
        let state = if wanted {
            "only who is ticked in it"
        } else {
            "open as the rest"
        };
        keep(&desk, changed, format!("section “{title}”: {state}")).await?;
    }
    Ok(desk.back(if wanted { "section" } else { "no-section" }))
}

/// Refuses a section that no photograph stands in, and any of a gallery that follows another's table.
async fn is_there(desk: &Desk, title: &str) -> Result<(), Failure> {
    desk.own()?;
    let photos = desk.studio.table.photos_of(desk.gallery.id).await?;
    if !title.is_empty() && photos.iter().any(|photo| photo.section == title) {
        Ok(())
    } else {
        Err(Failure::NotFound)
    }
}

/// `POST …/table`: gives the gallery a table of its own, with nothing copied and *Anybody* off, or lets it inherit
/// again. Galleries inside it that follow it come along.
pub(crate) async fn table(desk: Desk, Form(fields): Form<Fields>) -> Result<Response, Failure> {
    let wanted = fields.one("own") == "yes";
    let table = target(&desk, wanted).await?;
    if desk.gallery.table == table {
        return Ok(desk.back("same"));
    }
    let (changes, done) = if wanted {
        ("a table of its own, with Anybody off", "own")
    } else {
        ("inherits the table again", "inherits")
    };
    let changed = Gallery {
        table,
        ..desk.gallery.clone()
    };
    keep(&desk, changed, changes.into()).await?;
    Ok(desk.back(done))
}

/// The gallery whose table is to govern this one.
async fn target(desk: &Desk, own: bool) -> Result<GalleryId, Failure> {
    if own {
        return Ok(desk.gallery.id);
    }
    let parent = desk.gallery.parent.ok_or_else(|| {
        Failure::Conflict("This gallery stands in no other: there is no table to inherit.".into())
    })?;
    let found = desk.studio.table.gallery(parent).await?;
    Ok(found.ok_or(Failure::NotFound)?.0.table)
}

/// Writes it over what was read; galleries inside that follow its table come along.
async fn keep(desk: &Desk, changed: Gallery, changes: String) -> Result<(), Failure> {
    if !settings::write(&desk.studio, &desk.gallery, changed).await? {
        return Err(Failure::Busy);
    }
    desk.log(What::SettingsSaved { changes }).await
}
