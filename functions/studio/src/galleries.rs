//! The list of galleries with the one thing to know about each, and making a new one.

use crate::Studio;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{Originals, PinLock, Rights, Row, Subject, Web};
use domain::file_name;
use domain::gallery::{Gallery, UnfitTitle, title};
use domain::ids::GalleryId;
use domain::pepper::Pepper;
use domain::pin::{Pin, UnfitPin};
use futures::future::try_join_all;
use http::StatusCode;
use jiff::Timestamp;
use serde::Deserialize;
use table::Stray;
use web::{Failure, Page, html, words};

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    page: Page<'a>,
    galleries: Vec<Line>,
    strays: Vec<Stray>,
}

/// A gallery in the list.
struct Line {
    id: GalleryId,
    title: String,
    ready: usize,
    enabled: bool,
    attention: Option<String>,
    created: String,
    created_iso: String,
}

impl Line {
    fn of(gallery: Gallery, under_attack: bool) -> Self {
        let created = gallery.created.to_zoned(jiff::tz::TimeZone::UTC).date();
        Self {
            id: gallery.id,
            attention: attention(&gallery, under_attack),
            title: gallery.title,
            ready: usize::try_from(gallery.counts.ready).unwrap_or(usize::MAX),
            enabled: gallery.enabled,
            created: words::days(created, created),
            created_iso: created.to_string(),
        }
    }
}

/// The most urgent thing about a gallery, as a sentence.
fn attention(gallery: &Gallery, under_attack: bool) -> Option<String> {
    if under_attack {
        return Some("Somebody is guessing the PIN: change it".into());
    }
    let rejected = usize::try_from(gallery.counts.rejected).unwrap_or(usize::MAX);
    (rejected > 0).then(|| format!("{} rejected", words::count(rejected, "file", "files")))
}

/// `GET /studio`: all galleries, newest first.
pub(crate) async fn list(State(studio): State<Studio>) -> Result<Response, Failure> {
    let (galleries, strays) = tokio::try_join!(studio.table.galleries(), studio.table.strays())
        .map_err(Failure::fault)?;
    let attacks = galleries
        .iter()
        .map(|gallery| studio.table.under_attack(gallery.id));
    let attacks = try_join_all(attacks).await.map_err(Failure::fault)?;
    let page = ListPage {
        page: Page::new(&studio.name),
        galleries: galleries
            .into_iter()
            .zip(attacks)
            .map(|(gallery, attacked)| Line::of(gallery, attacked))
            .collect(),
        strays,
    };
    Ok(html(StatusCode::OK, &page))
}

#[derive(Template)]
#[template(path = "new.html")]
struct NewPage<'a> {
    page: Page<'a>,
    title: &'a str,
    pin: &'a str,
    title_problem: Option<UnfitTitle>,
    pin_problem: Option<UnfitPin>,
}

/// `GET /studio/new`: the form, with a PIN drawn at random.
pub(crate) async fn blank(State(studio): State<Studio>) -> Response {
    let proposed = Pin::proposed();
    let page = NewPage {
        page: Page::new(&studio.name),
        title: "",
        pin: proposed.expose(),
        title_problem: None,
        pin_problem: None,
    };
    html(StatusCode::OK, &page)
}

#[derive(Deserialize)]
pub(crate) struct NewGallery {
    #[serde(default)]
    title: String,
    #[serde(default)]
    pin: String,
}

/// `POST /studio/galleries`: makes it, or shows the form again with what is wrong.
pub(crate) async fn create(
    State(studio): State<Studio>,
    Form(form): Form<NewGallery>,
) -> Result<Response, Failure> {
    let (title, pin) = match (title(&form.title), Pin::chosen(&form.pin)) {
        (Ok(title), Ok(pin)) => (title, pin),
        (title, pin) => {
            let page = NewPage {
                page: Page::new(&studio.name),
                title: &form.title,
                pin: &form.pin,
                title_problem: title.err(),
                pin_problem: pin.err(),
            };
            return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let gallery = new_gallery(title, studio.now());
    let row = open_to_all(lock(pin, gallery.id, &studio.pepper).await?);
    let created = studio.table.create_gallery(&gallery, &row).await;
    created.map_err(Failure::fault)?;
    tracing::info!(gallery = %gallery.id, "made a gallery");
    Ok(Redirect::to(&format!("/studio/galleries/{}", gallery.id)).into_response())
}

/// Row *Anybody* of a new gallery: see and download, for whoever has the link and the PIN.
fn open_to_all(pin: PinLock) -> Row {
    let rights = Rights {
        web: Web::Clean,
        originals: Originals::All,
        ..Rights::LOOK
    };
    Row {
        pin: Some(pin),
        ..Row::new(Subject::Anybody, rights)
    }
}

fn new_gallery(title: String, now: Timestamp) -> Gallery {
    let folder = file_name::folder(&title);
    Gallery::new(title, folder, now)
}

/// The PIN as the table holds it. Hashing takes the processor for a while and is done where that is allowed.
pub(crate) async fn lock(
    pin: Pin,
    gallery: GalleryId,
    pepper: &Pepper,
) -> Result<PinLock, Failure> {
    let pepper = pepper.clone();
    let hashing = tokio::task::spawn_blocking(move || PinLock {
        hash: pin.hash(gallery, &pepper),
        sealed: pin.seal(gallery, &pepper),
        shape: pin.shape(),
    });
    hashing.await.map_err(Failure::fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Product 5.2: an attack comes before rejected files, and a quiet gallery asks for nothing.
    #[test]
    fn the_most_urgent_thing_is_said() {
        let mut gallery = new_gallery("Marta & Jonas".into(), Timestamp::UNIX_EPOCH);
        assert_eq!(attention(&gallery, false), None);
        gallery.counts.rejected = 1;
        assert_eq!(attention(&gallery, false).unwrap(), "1 file rejected");
        assert!(attention(&gallery, true).unwrap().contains("PIN"));
    }
}
