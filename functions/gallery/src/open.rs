//! The gallery's page: cover, chapters, and the first frames; the script fetches the rest, links reach it without one.

use crate::cover::Told;
use crate::door::{self, Said};
use crate::nested::{Around, around};
use crate::sheet::{Chapter, Placed, Sheet, StageWord, srcset};
use crate::visitor::{Offer, Outside, Visitor};
use crate::{Gallery, way};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{Arrival, Refusal};
use domain::gallery::Style;
use http::StatusCode;
use serde::Deserialize;
use web::{Caller, Failure, Page, html};

/// Pictures of the first page beside the cover, of galleries in this one and of photographs: with the page's own files
/// at most 30 requests, whatever the gallery's size (L21).
const FIRST: usize = 16;
/// However many galleries stand in it, so many photographs are on the first page.
const LEAST: usize = 4;
/// Frames of every further page without the script.
const FURTHER: usize = 60;
/// Renditions a grid may use.
const GRID: [u32; 3] = [320, 640, 1280];
/// Renditions the cover may use.
const COVER: [u32; 3] = [640, 1280, 2048];

/// Where a page of photographs begins.
#[derive(Deserialize)]
pub struct From {
    /// The number of its first photograph, from 1.
    #[serde(default)]
    from: Option<String>,
    /// Where in the gallery to go on to, such as from a letter's link.
    #[serde(default)]
    to: Option<String>,
}

#[derive(Template)]
#[template(path = "gallery.html")]
struct GalleryPage<'a> {
    page: Page<'a>,
    link: &'a str,
    title: &'a str,
    /// Characters of the title's longest word: its size answers to it.
    longest: usize,
    total: usize,
    inside: String,
    told: Told,
    /// The studio's words (S16); only on the first page.
    note: Option<&'a str>,
    around: Around,
    account: Account<'a>,
    /// Something may be downloaded.
    downloads: bool,
    /// The first page, which says everything of the gallery.
    first: bool,
    /// Function first (P5): what the gallery says stands in a few lines, and frames carry their states.
    proofing: bool,
    cover: Option<Cover>,
    chapters: Vec<ChapterLink<'a>>,
    blocks: Vec<Block<'a>>,
    /// Number of the first frame of the page before this one and the one after it.
    earlier: Option<usize>,
    later: Option<usize>,
}

/// Who looks, and what they can do about it (S15).
struct Account<'a> {
    /// The address somebody is signed in with.
    email: Option<&'a str>,
    /// A visit was opened with the PIN here, and can be ended.
    leaves: bool,
    /// Guest links may be made (C8).
    shares: bool,
}

struct Cover {
    src: String,
    srcset: String,
    width: u32,
    height: u32,
    average: String,
}

struct ChapterLink<'a> {
    index: usize,
    title: &'a str,
    count: usize,
    first: usize,
}

struct Block<'a> {
    index: usize,
    title: &'a str,
    range: String,
    frames: Vec<Frame<'a>>,
}

struct Frame<'a> {
    number: usize,
    id: &'a str,
    name: &'a str,
    label: String,
    ratio: f64,
    average: &'a str,
    width: u32,
    height: u32,
    src: String,
    srcset: String,
    /// How wide it is shown, as `sizes` says it.
    sizes: String,
    offer: Offer,
    state: Option<StageWord>,
}

/// `GET /g/{link}`: the gallery, its door, or why it is not open.
///
/// # Errors
/// Unknown link, a table that does not answer.
pub async fn page(
    State(gallery): State<Gallery>,
    caller: Caller,
    Query(query): Query<From>,
) -> Result<Response, Failure> {
    let visitor = match Visitor::of(&gallery, &caller).await? {
        Ok(visitor) => visitor,
        Err(outside) => {
            let to = query.to.as_deref().unwrap_or_default();
            return Ok(outside_of(&gallery, &caller, *outside, to));
        }
    };
    if let Some(to) = query
        .to
        .as_deref()
        .map(way::inside)
        .filter(|to| !to.is_empty())
    {
        return Ok(Redirect::to(&way::on(&caller.path(), to)).into_response());
    }
    let sheet = Sheet::of(&visitor);
    let total = sheet.total();
    let around = around(&gallery, &visitor).await?;
    let proofing = visitor.gallery().style == Style::Proofing;
    let first = FIRST.saturating_sub(around.cards.len()).max(LEAST);
    let from = query.from.and_then(|text| text.parse().ok()).unwrap_or(1);
    let from = if (1..=total).contains(&from) { from } else { 1 };
    let count = if from == 1 { first } else { FURTHER };
    let cover = match sheet.placed().next() {
        Some(first) if from == 1 && !proofing => Some(cover(&gallery, first, &visitor).await?),
        _ => None,
    };
    let (path, shown) = (caller.path(), visitor.gallery());
    let page = GalleryPage {
        page: visitor.page(&gallery, &path),
        link: caller.token.expose(),
        title: &shown.title,
        longest: longest(&shown.title),
        total,
        inside: sheet.inside(),
        told: Told::to(&visitor, &sheet, &gallery.name, &gallery.zone, &path),
        note: note(&visitor).filter(|_| from == 1),
        around,
        account: account(&visitor),
        downloads: sheet
            .placed()
            .any(|p| visitor.offer(p.photo) != Offer::default()),
        first: from == 1,
        proofing,
        cover,
        chapters: chapter_links(&sheet),
        blocks: blocks(&gallery, &visitor, &sheet, from, count).await?,
        earlier: (from > 1).then(|| earlier(from, first)),
        later: (from + count <= total).then_some(from + count),
    };
    Ok(html(StatusCode::OK, &page))
}

/// The door, the page for an address that is not invited, or the refusal.
fn outside_of(gallery: &Gallery, caller: &Caller, outside: Outside, to: &str) -> Response {
    let (visit, now) = (&outside.visit, gallery.now());
    match (outside.refusal, door::signed_in(visit, now)) {
        (Refusal::Door, _) => door::page(gallery, caller, visit, Said::Nothing, to, now),
        (Refusal::NotInvited, Some(email)) => door::not_invited(gallery, caller, email, to),
        (refusal, _) => Failure::from(refusal).under(outside.banner),
    }
}

/// The studio's words to the client, which are not for guests (S16).
fn note(visitor: &Visitor) -> Option<&str> {
    let words = visitor.gallery().welcome.trim();
    (!words.is_empty() && !visitor.standing.guest()).then_some(words)
}

fn account(visitor: &Visitor) -> Account<'_> {
    let visit = match &visitor.arrival {
        Arrival::Client { visit, .. } => visit.is_some(),
        Arrival::Guest | Arrival::Preview(_) => false,
    };
    Account {
        email: visitor
            .standing
            .person()
            .map(|person| person.email.as_str()),
        leaves: visit,
        shares: visitor.shares(),
    }
}

/// The page before: the first one, or a full one.
fn earlier(from: usize, first: usize) -> usize {
    from.checked_sub(FURTHER)
        .filter(|n| *n > first)
        .unwrap_or(1)
}

/// Characters of the longest part that is not broken: an ampersand stays with the word after it.
fn longest(title: &str) -> usize {
    let title = title.replace("& ", "&\u{a0}");
    let words = title.split([' ', '-']).map(|word| word.chars().count());
    words.max().unwrap_or_default().max(1)
}

async fn cover(gallery: &Gallery, placed: Placed<'_>, visitor: &Visitor) -> Result<Cover, Failure> {
    let sources = placed.sources(gallery, visitor, &COVER).await?;
    let middle = sources.get(1).or(sources.first());
    Ok(Cover {
        src: middle.map(|s| s.url.clone()).unwrap_or_default(),
        srcset: srcset(&sources),
        width: placed.picture.width,
        height: placed.picture.height,
        average: placed.picture.average.clone(),
    })
}

fn chapter_links<'a>(sheet: &Sheet<'a>) -> Vec<ChapterLink<'a>> {
    let link = |(index, chapter): (usize, &Chapter<'a>)| ChapterLink {
        index: index + 1,
        title: name(chapter),
        count: chapter.photos.len(),
        first: chapter.first,
    };
    sheet.chapters.iter().enumerate().map(link).collect()
}

/// Photographs in no chapter are a chapter without a name.
fn name<'a>(chapter: &Chapter<'a>) -> &'a str {
    if chapter.title.is_empty() {
        "Photographs"
    } else {
        chapter.title
    }
}

async fn blocks<'a>(
    gallery: &Gallery,
    visitor: &Visitor,
    sheet: &Sheet<'a>,
    from: usize,
    count: usize,
) -> Result<Vec<Block<'a>>, Failure> {
    let mut blocks: Vec<Block<'a>> = Vec::new();
    let total = sheet.total();
    for placed in sheet.placed().skip(from - 1).take(count) {
        let frame = frame(gallery, visitor, placed, total).await?;
        let at = |c: &Chapter| (c.first..c.first + c.photos.len()).contains(&placed.number);
        let index = sheet.chapters.iter().position(at).unwrap_or_default();
        match blocks.last_mut() {
            Some(block) if block.index == index + 1 => block.frames.push(frame),
            _ => {
                let chapter = &sheet.chapters[index];
                let last = chapter.first + chapter.photos.len() - 1;
                blocks.push(Block {
                    index: index + 1,
                    title: name(chapter),
                    range: format!("{}–{last}", chapter.first),
                    frames: vec![frame],
                });
            }
        }
    }
    Ok(blocks)
}

async fn frame<'a>(
    gallery: &Gallery,
    visitor: &Visitor,
    placed: Placed<'a>,
    total: usize,
) -> Result<Frame<'a>, Failure> {
    let sources = placed.sources(gallery, visitor, &GRID).await?;
    let middle = sources
        .iter()
        .find(|s| s.rendition.edge >= 640)
        .or(sources.last());
    Ok(Frame {
        number: placed.number,
        id: placed.photo.id.as_str(),
        name: &placed.photo.file_name,
        label: placed.label(total),
        ratio: placed.ratio(),
        average: &placed.picture.average,
        width: placed.picture.width,
        height: placed.picture.height,
        src: middle.map(|s| s.url.clone()).unwrap_or_default(),
        srcset: srcset(&sources),
        sizes: sizes(visitor.gallery().style, placed.ratio()),
        offer: visitor.offer(placed.photo),
        state: placed.state(),
    })
}

/// How wide a frame may become in the rows of `gallery.css`, which are a little higher than wanted at times.
fn sizes(style: Style, ratio: f64) -> String {
    let (wide, desktop, phone) = match style {
        Style::Standard => ("21rem", "16rem", "32vw"),
        Style::Proofing => ("12rem", "10rem", "30vw"),
    };
    format!(
        "(min-width: 1800px) calc({ratio} * {wide}), (min-width: 900px) calc({ratio} * {desktop}), calc({ratio} * {phone})"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page after the one that begins at `from`.
    fn later(from: usize) -> usize {
        from + if from == 1 { FIRST } else { FURTHER }
    }

    /// Without the script every photograph is on a page that links reach, there and back (L23).
    #[test]
    fn pages_without_the_script_lead_through_and_back() {
        let pages: Vec<usize> = std::iter::successors(Some(1), |from| Some(later(*from)))
            .take(90)
            .collect();
        assert!(pages[89] > 5000);
        for pair in pages.windows(2) {
            assert_eq!(earlier(pair[1], FIRST), pair[0]);
        }
        assert_eq!(earlier(30, FIRST), 1, "a chapter may begin anywhere");
    }

    #[test]
    fn the_longest_word_of_a_title_sets_its_size() {
        assert_eq!(longest("Ida & Jonas"), 7);
        assert_eq!(longest("Wolkenstein-Hohenberg"), 11);
        assert_eq!(longest(""), 1);
    }
}
