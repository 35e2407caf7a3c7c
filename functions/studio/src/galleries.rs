//! The list of galleries: each with its status, what clients read, its dates, and the one thing to know about it.

/// Making a gallery.
mod new;

pub(crate) use new::{blank, create};

use crate::member::Me;
use crate::reading::{
    CHIPS, Chip, Reading, clients_read, ends_soon, status_in_general, studio as read,
};
use crate::selection::chosen;
use crate::{Studio, when};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use domain::access::PinLock;
use domain::gallery::Gallery;
use domain::ids::GalleryId;
use domain::nesting::{LEVELS, Tree};
use domain::pepper::Pepper;
use domain::pin::Pin;
use domain::team::Task;
use futures::future::try_join_all;
use http::StatusCode;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::HashMap;
use table::{Overview, Stray};
use web::{Failure, Page, html, words};

/// Open orders that are counted for the list.
const ORDERS: usize = 1_000;

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage<'a> {
    page: Page<'a>,
    galleries: Vec<Line>,
    chips: Vec<ChipLine>,
    strays: Vec<Stray>,
    /// No gallery at all, whatever the chip.
    none: bool,
    may_make: bool,
}

/// A chip with how many galleries it leaves.
struct ChipLine {
    name: &'static str,
    label: &'static str,
    count: usize,
    current: bool,
}

/// A gallery in the list.
struct Line {
    id: GalleryId,
    title: String,
    /// How deep it stands under those above it in the list; 0 at the top.
    level: usize,
    /// The path of what it stands in, where that is not the line above.
    inside: String,
    ready: usize,
    reading: Reading,
    clients: &'static str,
    attention: Option<String>,
    ends: String,
    visited: String,
    /// "12 of 10–15", "15 by 2, 1 confirmed"; empty: nobody chose.
    chosen: String,
    /// How many comments; empty: none.
    comments: String,
    /// "1 open"; empty: none waits.
    orders: String,
}

/// What is read of a gallery besides itself.
#[derive(Default, Clone, Copy)]
struct Seen {
    under_attack: bool,
    visited: Option<Timestamp>,
}

/// What all galleries' choices and orders come to.
#[derive(Default)]
struct Asked {
    overviews: HashMap<GalleryId, Overview>,
    orders: HashMap<GalleryId, usize>,
}

impl Asked {
    /// Three queries, however many galleries there are.
    async fn read(studio: &Studio) -> Result<Self, Failure> {
        let (overviews, (open, _)) = tokio::try_join!(
            studio.table.overviews(),
            studio.table.all_orders(true, ORDERS, None)
        )
        .map_err(Failure::fault)?;
        let mut orders = HashMap::new();
        for order in open {
            *orders.entry(order.gallery).or_default() += 1;
        }
        Ok(Self { overviews, orders })
    }
}

#[derive(Deserialize)]
pub(crate) struct View {
    #[serde(default)]
    show: String,
}

/// `GET /studio`: the galleries a chip leaves, newest first, each under the one it stands in.
pub(crate) async fn list(
    State(studio): State<Studio>,
    me: Me,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    let (galleries, strays) = tokio::try_join!(studio.table.galleries(), studio.table.strays())
        .map_err(Failure::fault)?;
    let (chip, now, zone) = (Chip::named(&view.show), studio.now(), &studio.zone);
    let shown = ordered(&galleries, chip, now, zone);
    let (seen, asked) = tokio::try_join!(
        seen(&studio, shown.iter().map(|(_, gallery)| *gallery)),
        Asked::read(&studio)
    )?;
    let tree = Tree::of(&galleries);
    let line = |(level, gallery): (usize, &Gallery)| Line {
        inside: if level == 0 {
            inside(&tree, gallery)
        } else {
            String::new()
        },
        ..Line::of(gallery, level, seen[&gallery.id], &asked, (now, zone))
    };
    let page = ListPage {
        page: Page::new(&studio.name),
        none: galleries.is_empty(),
        chips: chips(&galleries, chip, now, zone),
        galleries: shown.into_iter().map(line).collect(),
        strays,
        may_make: me.may(Task::Galleries, now),
    };
    Ok(html(StatusCode::OK, &page))
}

/// The galleries that stay, in the order of the page. Without a chip a gallery stands under its parent.
fn ordered<'a>(
    galleries: &'a [Gallery],
    chip: Chip,
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<(usize, &'a Gallery)> {
    if chip != Chip::All {
        let kept = galleries.iter().filter(|one| chip.keeps(one, now, zone));
        return kept.map(|one| (0, one)).collect();
    }
    let tree = Tree::of(galleries);
    let mut ordered = Vec::with_capacity(galleries.len());
    for gallery in galleries.iter().filter(|one| tree.above(one).is_empty()) {
        descend(&tree, gallery, 0, &mut ordered);
    }
    ordered
}

fn descend<'a>(
    tree: &Tree<'a>,
    gallery: &'a Gallery,
    level: usize,
    ordered: &mut Vec<(usize, &'a Gallery)>,
) {
    ordered.push((level, gallery));
    if level < LEVELS {
        for inside in tree.inside(gallery.id) {
            descend(tree, inside, level + 1, ordered);
        }
    }
}

/// What a gallery stands in: "in Lindqvist"; empty at the top.
fn inside(tree: &Tree<'_>, gallery: &Gallery) -> String {
    let above = tree.above(gallery);
    above.last().map_or_else(String::new, |above| {
        format!("in {}", crate::settings::path(tree, above))
    })
}

fn chips(galleries: &[Gallery], current: Chip, now: Timestamp, zone: &TimeZone) -> Vec<ChipLine> {
    let chip = |(chip, name, label): &(Chip, &'static str, &'static str)| ChipLine {
        name,
        label,
        count: galleries
            .iter()
            .filter(|one| chip.keeps(one, now, zone))
            .count(),
        current: *chip == current,
    };
    CHIPS.iter().map(chip).collect()
}

async fn seen(
    studio: &Studio,
    galleries: impl Iterator<Item = &Gallery>,
) -> Result<HashMap<GalleryId, Seen>, Failure> {
    let one = async |gallery: &Gallery| {
        // guesses are counted at the door, which is that of the gallery whose table governs
        let (under_attack, visits) = tokio::try_join!(
            studio.table.under_attack(gallery.table),
            studio.table.last_visits(gallery.id)
        )?;
        let visited = visits.values().filter_map(|visit| visit.last).max();
        let seen = Seen {
            under_attack,
            visited,
        };
        Ok::<_, table::Error>((gallery.id, seen))
    };
    let seen = try_join_all(galleries.map(one)).await?;
    Ok(seen.into_iter().collect())
}

impl Line {
    fn of(
        gallery: &Gallery,
        level: usize,
        seen: Seen,
        asked: &Asked,
        (now, zone): (Timestamp, &TimeZone),
    ) -> Self {
        let overview = asked.overviews.get(&gallery.id);
        let open = asked.orders.get(&gallery.id);
        let status = status_in_general(gallery, now);
        Self {
            id: gallery.id,
            title: gallery.title.clone(),
            level,
            inside: String::new(),
            ready: usize::try_from(gallery.counts.ready).unwrap_or(usize::MAX),
            reading: read(gallery, status, now, zone),
            clients: clients_read(status),
            attention: attention(gallery, seen.under_attack, now, zone),
            ends: gallery
                .expires
                .map_or_else(|| "for ever".into(), |end| when::until(end, zone)),
            visited: seen
                .visited
                .map_or_else(|| "never".into(), |at| when::moment(at, now, zone)),
            chosen: overview.map_or_else(String::new, |it| chosen(gallery, &it.selections)),
            comments: overview
                .filter(|it| it.comments > 0)
                .map_or_else(String::new, |it| it.comments.to_string()),
            orders: open.map_or_else(String::new, |n| format!("{n} open")),
        }
    }
}

/// The most urgent thing about a gallery, as a sentence.
fn attention(
    gallery: &Gallery,
    under_attack: bool,
    now: Timestamp,
    zone: &TimeZone,
) -> Option<String> {
    if under_attack {
        return Some("Somebody is guessing the PIN: change it".into());
    }
    let rejected = usize::try_from(gallery.counts.rejected).unwrap_or(usize::MAX);
    if rejected > 0 {
        return Some(format!(
            "{} rejected",
            words::count(rejected, "file", "files")
        ));
    }
    ends_soon(gallery, now, zone).map(|days| match days {
        0 => "Ends today".into(),
        1 => "Ends tomorrow".into(),
        days => format!("Ends in {days} days"),
    })
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

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn gallery(title: &str, made: &str) -> Gallery {
        Gallery::new(title.into(), title.into(), at(made))
    }

    /// Product 5.2: an attack comes before rejected files, those before an end, and a quiet gallery asks for nothing.
    #[test]
    fn the_most_urgent_thing_is_said() {
        let now = at("2026-11-22T10:00:00Z");
        let said = |gallery: &Gallery, attacked| attention(gallery, attacked, now, &TimeZone::UTC);
        let mut gallery = gallery("Marta & Jonas", "2026-11-01T10:00:00Z");
        assert_eq!(said(&gallery, false), None);
        gallery.expires = Some(at("2026-11-26T00:00:00Z"));
        assert_eq!(said(&gallery, false).unwrap(), "Ends in 3 days");
        gallery.counts.rejected = 1;
        assert_eq!(said(&gallery, false).unwrap(), "1 file rejected");
        assert!(said(&gallery, true).unwrap().contains("PIN"));
    }

    /// P1: a gallery stands under the one it is in, unless a chip has taken that one away.
    #[test]
    fn a_nested_gallery_stands_under_its_parent() {
        let above = gallery("Lindqvist", "2026-10-01T10:00:00Z");
        let newest = gallery("Norr", "2026-11-20T10:00:00Z");
        let mut inside = gallery("Wedding", "2026-11-21T10:00:00Z");
        inside.parent = Some(above.id);
        (inside.published, inside.delivered) = (None, None);
        let all = [inside.clone(), newest.clone(), above.clone()];
        let now = at("2026-11-22T10:00:00Z");
        let order = |chip| {
            let ordered = ordered(&all, chip, now, &TimeZone::UTC);
            let titles = ordered
                .into_iter()
                .map(|(level, one)| (level, one.title.clone()));
            titles.collect::<Vec<_>>()
        };
        assert_eq!(
            order(Chip::All),
            [
                (0, "Norr".into()),
                (0, "Lindqvist".into()),
                (1, "Wedding".into())
            ]
        );
        assert_eq!(order(Chip::Drafts), [(0, "Wedding".into())]);
        assert_eq!(inside_of(&all, &inside), "in Lindqvist");
    }

    fn inside_of(all: &[Gallery], gallery: &Gallery) -> String {
        inside(&Tree::of(all), gallery)
    }
}
