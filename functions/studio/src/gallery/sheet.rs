//! A gallery's page: its link and PIN, its folder, its photographs by chapter, what was rejected and why.

use super::{View, link, pin};
use crate::Studio;
use crate::member::Named;
use crate::photos::{Frame, count, fingerprint, frame};
use askama::Template;
use axum::response::Response;
use domain::file_name::natural_order;
use domain::gallery::{Counts, Gallery, Section, sections};
use domain::photo::{Photo, State};
use domain::pin::{Pin, UnfitPin};
use futures::future::try_join_all;
use http::StatusCode;
use web::{Failure, Page, Site, html};

/// Photographs shown at first, and by each press of "more".
const STEP: usize = 60;
/// Names written out of photographs that are being prepared.
const NAMES: usize = 12;

#[derive(Template)]
#[template(path = "gallery.html")]
struct GalleryPage<'a> {
    page: Page<'a>,
    gallery: &'a Gallery,
    door: Door<'a>,
    grid: Grid<'a>,
    notice: Option<&'static str>,
    bucket: &'a str,
    command: String,
}

/// What clients need to come in.
struct Door<'a> {
    link: String,
    pin: Option<Pin>,
    /// What stands in the field for a new PIN: a proposal, or what was typed and does not do.
    new_pin: String,
    problem: Option<&'a UnfitPin>,
    under_attack: bool,
}

/// The photographs.
struct Grid<'a> {
    fingerprint: String,
    counts: Counts,
    rejected: Vec<Rejected<'a>>,
    pending: Vec<&'a Photo>,
    chapter: Option<&'a str>,
    chapters: Vec<Chapter<'a>>,
    parts: Vec<Part<'a>>,
    shown: usize,
    more: usize,
}

impl Grid<'_> {
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

/// Draws the page; `unfit` is a new PIN that was typed and what is wrong with it.
pub(super) async fn show(
    studio: &Studio,
    named: &Named,
    site: &Site,
    view: &View,
    unfit: Option<(String, UnfitPin)>,
) -> Result<Response, Failure> {
    let (gallery, table) = (&named.gallery, &studio.table);
    let (photos, under_attack) =
        tokio::try_join!(table.photos_of(gallery.id), table.under_attack(gallery.id))
            .map_err(Failure::fault)?;
    let problem = unfit.as_ref().map(|(_, problem)| problem);
    let typed = unfit.as_ref().map(|(typed, _)| typed.clone());
    let door = Door {
        link: link(site, gallery),
        pin: pin(studio, named),
        new_pin: typed.unwrap_or_else(|| Pin::proposed().expose().to_owned()),
        problem,
        under_attack,
    };
    let page = GalleryPage {
        page: Page::new(&studio.name),
        gallery,
        door,
        grid: grid(studio, &photos, view).await?,
        notice: view.done.as_deref().and_then(notice),
        bucket: studio.originals.name(),
        command: command(studio, gallery),
    };
    let status = problem.map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY);
    Ok(html(status, &page))
}

async fn grid<'a>(studio: &Studio, photos: &'a [Photo], view: &View) -> Result<Grid<'a>, Failure> {
    let all = sections(photos.iter().filter(|photo| photo.picture().is_some()));
    let current = all
        .iter()
        .find(|section| view.chapter.as_deref() == Some(section.title));
    let chosen = current.map_or(all.as_slice(), std::slice::from_ref);
    let total: usize = chosen.iter().map(|section| section.photos.len()).sum();
    let shown = total.min(view.show.unwrap_or(STEP).max(STEP));
    let chapter = current.map(|section| section.title);
    let index = all.iter().map(|section| Chapter {
        title: section.title,
        count: section.photos.len(),
        current: chapter == Some(section.title),
    });
    Ok(Grid {
        fingerprint: fingerprint(photos),
        counts: count(photos),
        rejected: rejected(photos),
        pending: pending(photos),
        chapter,
        chapters: index.collect(),
        parts: parts(studio, chosen, shown).await?,
        shown,
        more: total - shown,
    })
}

/// The first photographs of the chapters, `shown` in all, as frames.
async fn parts<'a>(
    studio: &Studio,
    chosen: &[Section<'a>],
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
            State::Rejected { reason, .. } => Some(Rejected { photo, reason }),
            State::Processing | State::Ready(_) => None,
        })
        .collect();
    rejected.sort_by(|a, b| natural_order(&a.photo.file_name, &b.photo.file_name));
    rejected
}

fn pending(photos: &[Photo]) -> Vec<&Photo> {
    let mut pending: Vec<_> = photos
        .iter()
        .filter(|photo| photo.state == State::Processing)
        .collect();
    pending.sort_by(|a, b| natural_order(&a.file_name, &b.file_name));
    pending.truncate(NAMES);
    pending
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
