//! A gallery's page: its link and PIN, its folder, its photographs by chapter, what was rejected and why.

use super::{View, link, pin};
use crate::Studio;
use crate::head::Head;
use crate::member::{Me, Named};
use crate::photos::{Frame, count, fingerprint, frame};
use crate::reading::{Reading, status_in_general, studio as read};
use askama::Template;
use axum::response::Response;
use domain::access::{Row, Subject};
use domain::file_name::natural_order;
use domain::gallery::{Counts, Gallery, Section, sections};
use domain::ids::GalleryId;
use domain::nesting::Tree;
use domain::photo::{Photo, State};
use domain::pin::Pin;
use domain::team::Task;
use futures::future::try_join_all;
use http::StatusCode;
use jiff::Timestamp;
use web::{Failure, Page, Site, html, words};

/// Photographs shown at first, and by each press of "more".
const STEP: usize = 60;
/// Names written out of photographs that are being prepared.
const NAMES: usize = 12;

#[derive(Template)]
#[template(path = "gallery.html")]
struct GalleryPage<'a> {
    page: Page<'a>,
    head: Head,
    gallery: &'a Gallery,
    may: May,
    door: Door,
    /// Galleries that stand in this one.
    inside: Vec<Nested>,
    grid: Grid<'a>,
    notice: Option<&'static str>,
    bucket: &'a str,
    command: String,
}

/// What whoever looks may do here.
struct May {
    galleries: bool,
    authorizations: bool,
}

/// What clients need to come in.
struct Door {
    link: String,
    pin: Option<Pin>,
    /// Who comes in, as one line.
    who: String,
    under_attack: bool,
}

/// A gallery that stands in this one.
struct Nested {
    id: GalleryId,
    title: String,
    reading: Reading,
    hidden: bool,
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

/// Draws the page.
pub(super) async fn show(
    studio: &Studio,
    me: &Me,
    named: &Named,
    site: &Site,
    view: &View,
) -> Result<Response, Failure> {
    let (gallery, table, now) = (&named.gallery, &studio.table, studio.now());
    let (photos, under_attack, galleries, rows) = tokio::try_join!(
        table.photos_of(gallery.id),
        table.under_attack(gallery.table),
        table.galleries(),
        table.rows(gallery.table)
    )
    .map_err(Failure::fault)?;
    let grid = grid(studio, &photos, view).await?;
    let page = GalleryPage {
        page: Page::new(&studio.name),
        head: Head {
            photos: format!("{} ready", grid.counts.ready),
            arriving: (grid.counts.processing, grid.counts.rejected),
            ..Head::of(studio, me, gallery, &galleries)
        },
        gallery,
        may: May {
            galleries: me.may(Task::Galleries, now),
            authorizations: me.may(Task::Authorizations, now),
        },
        door: Door {
            link: link(site, gallery),
            pin: pin(studio, me, named).filter(|_| gallery.table == gallery.id),
            who: who(gallery, &galleries, &rows, now),
            under_attack,
        },
        inside: inside(studio, gallery, &galleries),
        grid,
        notice: view.done.as_deref().and_then(notice),
        bucket: studio.originals.name(),
        command: command(studio, gallery),
    };
    Ok(html(StatusCode::OK, &page))
}

fn inside(studio: &Studio, gallery: &Gallery, galleries: &[Gallery]) -> Vec<Nested> {
    let (now, zone) = (studio.now(), &studio.zone);
    let nested = Tree::of(galleries).inside(gallery.id).into_iter();
    let nested = nested.map(|one| Nested {
        id: one.id,
        title: one.title.clone(),
        reading: read(one, status_in_general(one, now), now, zone),
        hidden: one.hidden,
    });
    nested.collect()
}

/// Who comes in, as one line: by the link, by name, or by another gallery's table.
fn who(gallery: &Gallery, galleries: &[Gallery], rows: &[Row], now: Timestamp) -> String {
    let standing = |row: &&Row| row.stands(now) && row.rights.enter;
    let anybody = rows
        .iter()
        .filter(standing)
        .find(|row| row.subject == Subject::Anybody);
    let named = rows.iter().filter(standing);
    let named = named.filter(|row| row.subject.identified()).count();
    let link = anybody.map(|row| match row.pin {
        Some(_) => "whoever has link and PIN",
        None => "whoever has the link",
    });
    let people = (named > 0)
        .then(|| words::count(named, "person or group by name", "people or groups by name"));
    let who: Vec<String> = link.map(str::to_owned).into_iter().chain(people).collect();
    let who = if who.is_empty() {
        "nobody yet".to_owned()
    } else {
        who.join(", ")
    };
    if gallery.table == gallery.id {
        return who;
    }
    let mut governing = galleries.iter().filter(|one| one.id == gallery.table);
    let title = governing.next().map_or("another gallery", |one| &one.title);
    format!("{who}, as in {title}")
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
        "paused" => {
            Some("The gallery is paused. Clients read that you paused it; nothing is deleted.")
        }
        "opened" => Some("The gallery is open. The same link and PIN work again."),
        "marked" => Some("Marked. Clients see it from their next click on."),
        "none" => Some("Nothing was ticked. Tick photographs first, or “all of them”."),
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Rights;

    /// 4.4: the page says in one line who comes in, by whose table.
    #[test]
    fn who_comes_in_is_one_line() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let above = Gallery::new("Lindqvist".into(), "l".into(), now);
        let mut gallery = Gallery::new("Wedding".into(), "w".into(), now);
        let all = [above.clone(), gallery.clone()];
        let anybody = Row::new(Subject::Anybody, Rights::LOOK);
        let marta = Subject::Person("marta@example.com".parse().unwrap());
        let rows = [anybody.clone(), Row::new(marta, Rights::LOOK)];
        assert_eq!(
            who(&gallery, &all, &rows, now),
            "whoever has the link, 1 person or group by name"
        );
        let mut off = anybody;
        off.active = false;
        assert_eq!(who(&gallery, &all, &[off.clone()], now), "nobody yet");
        gallery.table = above.id;
        assert_eq!(
            who(&gallery, &all, &[off], now),
            "nobody yet, as in Lindqvist"
        );
    }
}
