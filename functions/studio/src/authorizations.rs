//! The authorization table of a gallery (product 4.4): who may do what, until when. Rows, the PIN, the link, sections
//! with tables of their own, and adding people.

/// What every handler here works with.
mod desk;
/// The PIN of row *Anybody*, and the clients' link.
mod door;
/// A row as its form sends it.
pub(crate) mod form;
/// How a row is named in addresses.
pub(crate) mod key;
/// Adding people and inviting them.
mod people;
/// Changing and removing one row.
mod row;
/// Sections and galleries with tables of their own.
mod scope;
/// What the page shows.
mod sheet;
/// Warnings with the one action that resolves each.
mod warn;
/// Rights and changes in words.
pub(crate) mod words;

pub(crate) use desk::Desk;

use crate::Studio;
use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::{get, post};
use domain::access::PinLock;
use domain::ids::GalleryId;
use domain::pin::Pin;
use http::StatusCode;
use serde::Deserialize;
use sheet::View;
use web::{Failure, Page, html};

/// The routes of this module, each declared in [`crate::ROUTES`].
pub(crate) fn routes() -> Router<Studio> {
    const ONE: &str = "/studio/galleries/{gallery}";
    let of = |end: &str| format!("{ONE}{end}");
    Router::new()
        .route(&of("/authorizations"), get(page))
        .route(&of("/authorizations/{subject}"), post(row::save))
        .route(
            &of("/authorizations/{subject}/remove"),
            get(row::remove_form).post(row::remove),
        )
        .route(&of("/people"), get(people::blank).post(people::add))
        .route(&of("/people/{subject}/invite"), post(people::again))
        .route(&of("/link"), get(door::link_form).post(door::replace_link))
        .route(&of("/pin"), post(door::change_pin))
        .route(&of("/sections"), post(scope::section))
        .route(&of("/table"), post(scope::table))
        .route(&of("/guests"), post(crate::guests::make))
        .route(&of("/guests/{guest}/end"), post(crate::guests::end))
        .route(&of("/view-as"), post(crate::view_as::open))
}

/// What of the page is asked for.
#[derive(Deserialize, Default)]
pub(crate) struct Asked {
    /// What was done just now; see `done` of the sheet.
    done: Option<String>,
    /// Anything: every section is offered a table of its own, not only those that have one.
    sections: Option<String>,
}

/// `GET …/authorizations`. A PIN that was locked under an older secret is locked anew (no visit ends by it).
pub(crate) async fn page(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Failure> {
    if let Some(pin) = &desk.anybody.pin {
        relock(&desk.studio, desk.gallery.id, pin).await?;
    }
    let view = View {
        done: asked.done.as_deref(),
        all_sections: asked.sections.is_some(),
        ..View::default()
    };
    desk.show(&view).await
}

/// Locks the gallery's PIN anew when the stack's secret was rotated since. Its hash takes the processor for a while and
/// is made where that is allowed.
pub(crate) async fn relock(
    studio: &Studio,
    gallery: GalleryId,
    pin: &PinLock,
) -> Result<(), Failure> {
    if !Pin::outdated(&pin.hash, &studio.pepper) && !Pin::outdated(&pin.sealed, &studio.pepper) {
        return Ok(());
    }
    let (pepper, old) = (studio.pepper.clone(), pin.clone());
    let locking = tokio::task::spawn_blocking(move || {
        Pin::relocked(&old.hash, &old.sealed, gallery, &pepper).map(|(hash, sealed)| PinLock {
            hash,
            sealed,
            shape: old.shape,
        })
    });
    if let Some(lock) = locking.await.map_err(Failure::fault)? {
        // Lost to a change meanwhile: that one is newer.
        studio.table.relock_pin(gallery, &pin.hash, &lock).await?;
    }
    Ok(())
}

/// A question before something that cannot be undone from here.
#[derive(Template)]
#[template(path = "sure.html")]
pub(crate) struct Sure<'a> {
    pub(crate) page: Page<'a>,
    pub(crate) contacts: bool,
    pub(crate) question: String,
    pub(crate) sentences: Vec<String>,
    pub(crate) action: String,
    pub(crate) button: &'a str,
    pub(crate) back: String,
}

impl Sure<'_> {
    pub(crate) fn ask(&self) -> Response {
        html(StatusCode::OK, self)
    }
}
