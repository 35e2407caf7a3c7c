//! One gallery: its link, PIN, folder and photographs; changing the PIN, pausing and opening it.

use crate::Studio;
use crate::galleries::lock;
use crate::owner::{Named, accepts_json};
use crate::photos::{CountsJson, Frame, count, fingerprint, frame};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Form, Json};
use domain::access::{Row, visible};
use domain::file_name::natural_order;
use domain::gallery::{Counts, Gallery, sections};
use domain::photo::{Photo, State as Stage};
use domain::pin::{Pin, UnfitPin};
use futures::future::try_join_all;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use web::{Failure, Page, Site, html};

/// Photographs shown at first, and by each press of "more".
const STEP: usize = 60;
/// Names written out of photographs that are being prepared.
const NAMES: usize = 12;

/// What of the gallery is asked for.
#[derive(Deserialize, Default)]
pub(crate) struct View {
    /// Only this chapter; empty: the photographs in none.
    chapter: Option<String>,
    /// How many photographs.
    show: Option<usize>,
    /// What was done just now: `pin`, `paused` or `opened`.
    done: Option<String>,
}

#[derive(Serialize)]
struct GalleryJson {
    id: String,
    title: String,
    folder: String,
    link: String,
    pin: Option<String>,
    enabled: bool,
    counts: CountsJson,
}

#[derive(Template)]
#[template(path = "gallery.html")]
struct GalleryPage<'a> {
    page: Page<'a>,
    gallery: &'a Gallery,
    link: &'a str,
    pin: Option<&'a str>,
    new_pin: &'a str,
    pin_problem: Option<UnfitPin>,
    notice: Option<&'static str>,
    under_attack: bool,
    bucket: &'a str,
    command: String,
    fingerprint: String,
    counts: Counts,
    rejected: Vec<Rejected<'a>>,
    pending: Vec<&'a Photo>,
    chapter: Option<&'a str>,
    chapters: Vec<Chapter<'a>>,
    sections: Vec<Part<'a>>,
    shown: usize,
    more: usize,
}

impl GalleryPage<'_> {
    /// Photographs being prepared whose names are not written out.
    fn unnamed(&self) -> u64 {
        self.counts
            .processing
            .saturating_sub(self.pending.len() as u64)
    }
}

/// A photograph that could not be read.
struct Rejected<'a> {
    photo: &'a Photo,
    reason: &'a str,
}

/// A chapter in the index.
struct Chapter<'a> {
    title: &'a str,
    count: usize,
    current: bool,
}

/// A chapter, or the beginning of it, with its frames.
struct Part<'a> {
    title: &'a str,
    count: usize,
    truncated: usize,
    frames: Vec<Frame>,
}

/// `GET /studio/galleries/{gallery}`: the page, or what scripts need of it.
pub(crate) async fn page(
    State(studio): State<Studio>,
    Named { gallery, row }: Named,
    site: Site,
    headers: HeaderMap,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    if !accepts_json(&headers) {
        return show(&studio, &gallery, &row, &site, &view, None).await;
    }
    let photos = studio
        .table
        .photos_of(gallery.id)
        .await
        .map_err(Failure::fault)?;
    Ok(Json(GalleryJson {
        id: gallery.id.to_string(),
        link: link(&site, &gallery),
        pin: pin(&studio, &gallery, &row).map(|pin| pin.expose().to_owned()),
        enabled: gallery.enabled,
        counts: count(&photos).into(),
        title: gallery.title,
        folder: gallery.folder,
    })
    .into_response())
}

#[derive(Deserialize)]
pub(crate) struct NewPin {
    #[serde(default)]
    pin: String,
}

/// `POST …/pin`: everyone who came in with the old one must enter the new one at their next request.
pub(crate) async fn change_pin(
    State(studio): State<Studio>,
    Named { gallery, row }: Named,
    site: Site,
    Form(form): Form<NewPin>,
) -> Result<Response, Failure> {
    let pin = match Pin::chosen(&form.pin) {
        Ok(pin) => pin,
        Err(problem) => {
            let unfit = Some((form.pin.as_str(), problem));
            return show(&studio, &gallery, &row, &site, &View::default(), unfit).await;
        }
    };
    let pin = lock(pin, gallery.id, &studio.pepper).await?;
    let changed = studio.table.set_pin(gallery.id, &pin).await;
    if !changed.map_err(Failure::fault)? {
        return Err(Failure::Busy);
    }
    tracing::info!(gallery = %gallery.id, "changed a gallery's PIN");
    Ok(back(&gallery, "pin"))
}

#[derive(Deserialize)]
pub(crate) struct Enabled {
    enabled: bool,
}

/// `POST …/enabled`: pauses the gallery or opens it again, at once (C15).
pub(crate) async fn set_enabled(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Form(form): Form<Enabled>,
) -> Result<Response, Failure> {
    let changed = studio.table.set_enabled(gallery.id, form.enabled).await;
    if !changed.map_err(Failure::fault)? {
        return Err(Failure::NotFound);
    }
    tracing::info!(gallery = %gallery.id, enabled = form.enabled, "paused or opened a gallery");
    Ok(back(
        &gallery,
        if form.enabled { "opened" } else { "paused" },
    ))
}

fn back(gallery: &Gallery, done: &str) -> Response {
    Redirect::to(&format!("/studio/galleries/{}?done={done}", gallery.id)).into_response()
}

fn link(site: &Site, gallery: &Gallery) -> String {
    format!("{}/g/{}", site.origin, gallery.link)
}

fn pin(studio: &Studio, gallery: &Gallery, row: &Row) -> Option<Pin> {
    Pin::unseal(&row.pin.as_ref()?.sealed, gallery.id, &studio.pepper)
}

fn notice(done: &str) -> Option<&'static str> {
    match done {
        "pin" => Some("The PIN is changed. Everyone must enter the new one, from now on."),
        "paused" => {
            Some("The gallery is paused. Clients read that you paused it; nothing is deleted.")
        }
        "opened" => Some("The gallery is open. The same link and PIN work again."),
        _ => None,
    }
}

/// What an S3 client is told: a subfolder is a chapter.
fn command(studio: &Studio, gallery: &Gallery) -> String {
    let endpoint = studio.endpoint.as_deref();
    let endpoint = endpoint
        .map(|url| format!(" --endpoint-url {url}"))
        .unwrap_or_default();
    let (bucket, folder) = (studio.originals.name(), &gallery.folder);
    format!("aws s3 cp DIR s3://{bucket}/{folder}/Ceremony/ --recursive{endpoint}")
}

async fn show(
    studio: &Studio,
    gallery: &Gallery,
    row: &Row,
    site: &Site,
    view: &View,
    unfit: Option<(&str, UnfitPin)>,
) -> Result<Response, Failure> {
    let table = &studio.table;
    let (photos, under_attack) =
        tokio::try_join!(table.photos_of(gallery.id), table.under_attack(gallery.id))
            .map_err(Failure::fault)?;
    let (link, pin, proposed) = (
        link(site, gallery),
        pin(studio, gallery, row),
        Pin::proposed(),
    );
    let all = sections(photos.iter().filter(|photo| visible(photo)));
    let chapter = view
        .chapter
        .as_deref()
        .filter(|title| all.iter().any(|s| s.title == *title));
    let chosen = all
        .iter()
        .filter(|s| chapter.is_none_or(|title| title == s.title));
    let total: usize = chosen.clone().map(|s| s.photos.len()).sum();
    let shown = total.min(view.show.unwrap_or(STEP).max(STEP));
    let page = GalleryPage {
        page: Page::new(&studio.name),
        gallery,
        link: &link,
        pin: pin.as_ref().map(Pin::expose),
        new_pin: unfit.map_or_else(|| proposed.expose(), |(typed, _)| typed),
        pin_problem: unfit.map(|(_, problem)| problem),
        notice: view.done.as_deref().and_then(notice),
        under_attack,
        bucket: studio.originals.name(),
        command: command(studio, gallery),
        fingerprint: fingerprint(&photos),
        counts: count(&photos),
        rejected: rejected(&photos),
        pending: pending(&photos),
        chapter,
        chapters: all
            .iter()
            .map(|s| Chapter {
                title: s.title,
                count: s.photos.len(),
                current: chapter == Some(s.title),
            })
            .collect(),
        sections: parts(studio, chosen, shown).await?,
        shown,
        more: total - shown,
    };
    let status = if unfit.is_some() {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    Ok(html(status, &page))
}

/// The first photographs of the chapters, `shown` in all, as frames.
async fn parts<'a>(
    studio: &Studio,
    chosen: impl Iterator<Item = &'a domain::gallery::Section<'a>>,
    shown: usize,
) -> Result<Vec<Part<'a>>, Failure> {
    let (mut parts, mut left, now) = (Vec::new(), shown, studio.now());
    for section in chosen {
        if left == 0 {
            break;
        }
        let photos = &section.photos[..left.min(section.photos.len())];
        left -= photos.len();
        let frames = photos
            .iter()
            .map(|photo| frame(&studio.renditions, photo, now));
        let ends_early = |photo: &&&Photo| photo.picture().is_some_and(|picture| picture.truncated);
        parts.push(Part {
            title: section.title,
            count: section.photos.len(),
            truncated: section.photos.iter().filter(ends_early).count(),
            frames: try_join_all(frames).await?.into_iter().flatten().collect(),
        });
    }
    Ok(parts)
}

fn rejected(photos: &[Photo]) -> Vec<Rejected<'_>> {
    let mut rejected: Vec<_> = photos
        .iter()
        .filter_map(|photo| match &photo.state {
            Stage::Rejected { reason, .. } => Some(Rejected { photo, reason }),
            Stage::Processing | Stage::Ready(_) => None,
        })
        .collect();
    rejected.sort_by(|a, b| natural_order(&a.photo.file_name, &b.photo.file_name));
    rejected
}

fn pending(photos: &[Photo]) -> Vec<&Photo> {
    let mut pending: Vec<_> = photos
        .iter()
        .filter(|photo| photo.state == Stage::Processing)
        .collect();
    pending.sort_by(|a, b| natural_order(&a.file_name, &b.file_name));
    pending.truncate(NAMES);
    pending
}
