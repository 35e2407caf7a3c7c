//! Galleries around a gallery, as far as this visitor may enter them: the way down to it, and those that stand in it.

use crate::Gallery;
use crate::cover::{Chip, chip};
use crate::sheet::{Source, sources, srcset};
use crate::visitor::Visitor;
use domain::access::{Rows, Standing};
use domain::gallery::Gallery as Shown;
use domain::photo::Photo;
use domain::rendition::shown;
use domain::selection::Selection;
use domain::status::status;
use web::{Failure, words};

/// Renditions a card may use.
const CARD: [u32; 2] = [320, 640];

/// What stands around a gallery.
#[derive(Default)]
pub struct Around {
    /// From the top down; the gallery itself is not among them.
    pub crumbs: Vec<Crumb>,
    /// In the order they were made.
    pub cards: Vec<Card>,
}

/// A step of the way down.
pub struct Crumb {
    /// Its title.
    pub title: String,
    /// Its address; none while the studio looks as somebody else, whose *View as* is for one gallery.
    pub href: Option<String>,
}

/// A gallery that stands in this one.
pub struct Card {
    /// Its title.
    pub title: String,
    /// Its address, as a crumb's.
    pub href: Option<String>,
    /// Its status for this visitor.
    pub chip: Chip,
    /// The day of its shoot.
    pub shoot: Option<String>,
    /// Its first photograph, if this visitor sees it.
    pub cover: Option<CardCover>,
}

/// A card's picture.
pub struct CardCover {
    /// The larger address.
    pub src: String,
    /// All of them.
    pub srcset: String,
    /// Six hex digits.
    pub average: String,
}

/// What stands around the visitor's gallery, without what this visitor may not enter. A hidden gallery has no card (P6).
pub async fn around(gallery: &Gallery, visitor: &Visitor) -> Result<Around, Failure> {
    let here = visitor.gallery();
    if here.parent.is_none() && here.children.is_empty() {
        return Ok(Around::default());
    }
    let around = gallery
        .table
        .around(here, &visitor.arrival, visitor.now)
        .await?;
    let enters =
        |shown: &Shown, rows: &Rows| Standing::of(shown, rows, &visitor.arrival, visitor.now).ok();
    let href = |shown: &Shown| (!visitor.standing.preview()).then(|| format!("/g/{}", shown.link));
    let crumbs = around
        .ancestors
        .iter()
        .filter(|(shown, rows)| enters(shown, rows).is_some())
        .map(|(shown, _)| Crumb {
            title: shown.title.clone(),
            href: href(shown),
        })
        .collect();
    let inside = around.children.iter();
    let inside: Vec<(&Shown, Standing)> = inside
        .filter(|(shown, _)| !shown.hidden)
        .filter_map(|(shown, rows)| Some((shown, enters(shown, rows)?)))
        .collect();
    let whose = inside.iter().filter(|(_, standing)| !standing.guest());
    let whose = whose.map(|(shown, standing)| (shown.id, standing.subject()));
    let chosen = gallery
        .table
        .selections_of(&whose.collect::<Vec<_>>())
        .await?;
    let mut cards = Vec::new();
    for (shown, standing) in inside {
        let rights = standing.row().rights_in("", false);
        let confirmed = chosen.get(&shown.id).and_then(Selection::confirmed);
        let status = status(shown, Ok(&rights), confirmed, visitor.now);
        cards.push(Card {
            title: shown.title.clone(),
            href: href(shown),
            chip: chip(status, &rights, &gallery.zone),
            shoot: shown.shoot_date.map(|day| words::days(day, day)),
            cover: cover(gallery, visitor, shown, &standing).await?,
        });
    }
    Ok(Around { crumbs, cards })
}

async fn cover(
    gallery: &Gallery,
    visitor: &Visitor,
    shown_in: &Shown,
    standing: &Standing,
) -> Result<Option<CardCover>, Failure> {
    let sees = |photo: &Photo| standing.sees(photo);
    let Some(photo) = gallery.table.cover_photo(shown_in, sees).await? else {
        return Ok(None);
    };
    let Some(picture) = photo.picture() else {
        return Ok(None);
    };
    let renditions = shown(picture, standing.web_size(&photo));
    let sources: Vec<Source> = sources(gallery, &photo, renditions, &CARD, visitor.now).await?;
    Ok(sources.last().map(|largest| CardCover {
        src: largest.url.clone(),
        srcset: srcset(&sources),
        average: picture.average.clone(),
    }))
}
