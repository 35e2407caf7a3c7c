//! Who chose what (L32, S34): each client's choice with its snapshots, union and intersection, what was said, and all of
//! it as names for other programs.

/// What of the page is asked for.
mod filter;
/// Opening a confirmed choice again.
mod reopen;
/// The page.
mod sheet;
/// A choice as it was confirmed.
mod snapshot;
/// What is read of a gallery's choices.
mod told;
/// Counts and states in words.
mod words;

pub(crate) use words::overview as chosen;

use crate::Studio;
use crate::export;
use crate::member::Named;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use domain::access::Subject;
use filter::Asked;
use told::Told;
use web::Failure;

/// Stands for all clients in addresses.
const EVERYONE: &str = "everyone";

/// The routes of this module, each declared in [`crate::ROUTES`].
pub(crate) fn routes() -> Router<Studio> {
    const ALL: &str = "/studio/galleries/{gallery}/selection";
    let of = |end: &str| format!("{ALL}/{{subject}}{end}");
    Router::new()
        .route(ALL, get(sheet::page))
        .route(&of("/reopen"), get(reopen::form).post(reopen::reopen))
        .route(&of("/snapshots/{number}"), get(snapshot::page))
        .route(&of("/{file}"), get(file))
}

/// `GET …/selection/{subject}/{file}`: what the page shows with this filter, or a snapshot, for another program.
async fn file(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Path((_, key, file)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let asked = Asked::read(query.as_deref().unwrap_or_default());
    let told = Told::read(&studio, &gallery).await?;
    if key == EVERYONE {
        let subjects = told.asked(&asked);
        let lines = told.lines(&gallery, &asked, &subjects);
        let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
        return export::file(&file, &gallery.title, &lines);
    }
    let subject = told.named(&key).ok_or(Failure::NotFound)?;
    let name = told.clients.name(&subject);
    if let Some(number) = asked.snapshot {
        let found = studio.table.snapshot(gallery.id, &subject, number).await?;
        let snapshot = found.ok_or(Failure::NotFound)?;
        let title = format!("{} {name} confirmed {number}", gallery.title);
        return export::file(&file, &title, &told.lines_of(&snapshot));
    }
    let lines = told.lines(&gallery, &asked, &[&subject]);
    let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
    export::file(&file, &format!("{} {name}", gallery.title), &lines)
}

/// The address of a client's choice in a gallery.
fn path(gallery: domain::ids::GalleryId, subject: &Subject) -> String {
    let key = crate::authorizations::key::key(subject);
    format!("/studio/galleries/{gallery}/selection/{key}")
}
