//! A gallery's page: its link and PIN, its folder, its photographs by chapter, what was rejected and why.

use super::grid::{Grid, grid};
use super::{View, link, pin};
use crate::Studio;
use crate::head::Head;
use crate::member::{Me, Named};
use crate::reading::{Reading, status_in_general, studio as read};
use askama::Template;
use axum::response::Response;
use domain::access::{Row, Subject};
use domain::gallery::Gallery;
use domain::ids::GalleryId;
use domain::nesting::Tree;
use domain::pin::Pin;
use domain::team::Task;
use http::StatusCode;
use jiff::Timestamp;
use web::{Failure, Page, Site, html, words};

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
    arrange: bool,
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

/// Draws the page.
pub(super) async fn show(
    studio: &Studio,
    me: &Me,
    named: &Named,
    site: &Site,
    view: &View,
) -> Result<Response, Failure> {
    let (gallery, table, now) = (&named.gallery, &studio.table, studio.now());
    let (photos, waiting, under_attack, galleries, rows) = tokio::try_join!(
        table.photos_of(gallery.id),
        table.waiting(gallery.id),
        table.under_attack(gallery.table),
        table.galleries(),
        table.rows(gallery.table)
    )
    .map_err(Failure::fault)?;
    let grid = grid(studio, &photos, &waiting, view).await?;
    let page = GalleryPage {
        page: Page::new(&studio.name),
        head: Head {
            photos: format!("{} ready", grid.counts.ready),
            arriving: (grid.counts.processing, grid.counts.rejected),
            ..Head::of(studio, me, gallery, &galleries)
        },
        gallery,
        may: May {
            arrange: me.may(Task::Arrange, now),
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

fn notice(done: &str) -> Option<&'static str> {
    match done {
        "paused" => {
            Some("The gallery is paused. Clients read that you paused it; nothing is deleted.")
        }
        "opened" => Some("The gallery is open. The same link and PIN work again."),
        "marked" => Some("Marked. Clients see it from their next click on."),
        "none" => Some("Nothing was ticked. Tick photographs first, or “all of them”."),
        "moved" => Some("Moved. What was chosen, said and ordered of them stays."),
        "nowhere" => Some("Nothing was moved: say to which section first."),
        "untitled" => Some("Nothing was moved: give the new section a title."),
        "long-title" => {
            Some("Nothing was moved: use at most 120 characters for a section’s title.")
        }
        _ => None,
    }
}

/// What the command must name when the bucket is not Amazon's.
pub(crate) fn endpoint(studio: &Studio) -> String {
    let endpoint = studio.endpoint.as_deref();
    endpoint
        .map(|url| format!(" --endpoint-url {url}"))
        .unwrap_or_default()
}

/// What an S3 client is told: a subfolder is a chapter.
fn command(studio: &Studio, gallery: &Gallery) -> String {
    let endpoint = endpoint(studio);
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
