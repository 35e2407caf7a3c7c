//! The gallery's page: cover, chapters, and the first frames; the script fetches the rest, links reach it without one.

/// The selection bar.
mod bar;
/// Frames.
mod frame;

use crate::cover::Told;
use crate::door::{self, Said};
use crate::filter::{Comments, Filter, Group};
use crate::nested::{Around, around};
use crate::sheet::{Chapter, Placed, Sheet, srcset};
use crate::visitor::{Heart, Outside, Visitor};
use crate::{Gallery, way};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use bar::{Bar, Way};
use domain::access::{self, Action, Arrival, Refusal};
use domain::choice::Choice;
use domain::gallery::{Kind, Style};
use frame::{Block, blocks};
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
    /// Names whose choice the page shows; none: there are no hearts.
    who: Option<String>,
    /// Milliseconds since 1970: the script's clock.
    clock: i64,
    /// Comments are read here.
    talks: bool,
    /// States stand beside the photographs (P50).
    states: bool,
    studio: &'a str,
    bar: Option<Bar>,
    /// How many wishes are in the cart; none: nothing can be ordered here.
    cart: Option<usize>,
    /// What was ordered here has a page of its own to go to.
    orders: bool,
    /// The filters' form; empty: there is none (S18).
    filters: Vec<Group>,
    filtered: bool,
    /// The filter as part of an address.
    query: String,
    /// How many photographs the filter leaves.
    left: usize,
    /// The first page, which says everything of the gallery.
    first: bool,
    /// Where this page begins, in what the filter leaves.
    at: usize,
    /// Function first (P5): what the gallery says stands in a few lines, and frames carry their states.
    proofing: bool,
    cover: Option<Cover>,
    chapters: Vec<ChapterLink<'a>>,
    blocks: Vec<Block<'a>>,
    /// Number of the first frame of the page before this one and the one after it.
    earlier: Option<usize>,
    later: Option<usize>,
}

impl GalleryPage<'_> {
    /// The query of the page that begins there, with the filter; empty for the first one of everything.
    fn query_of(&self, from: usize) -> String {
        let from = (from > 1).then(|| format!("from={from}"));
        let filter = (!self.query.is_empty()).then(|| self.query.clone());
        let said: Vec<String> = from.into_iter().chain(filter).collect();
        if said.is_empty() {
            String::new()
        } else {
            format!("?{}", said.join("&"))
        }
    }

    /// Where a form in the strip of this frame leads back to.
    fn back(&self, number: usize) -> String {
        format!("{}#f{number}", self.query_of(self.at))
    }
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

/// `GET /g/{link}`: the gallery, its door, or why it is not open.
///
/// # Errors
/// Unknown link, a table that does not answer.
pub async fn page(
    State(gallery): State<Gallery>,
    caller: Caller,
    Query(query): Query<From>,
    Query(filter): Query<Filter>,
) -> Result<Response, Failure> {
    let to = query.to.as_deref().unwrap_or_default();
    match Visitor::of(&gallery, &caller).await? {
        Err(outside) => Ok(outside_of(&gallery, &caller, *outside, to)),
        Ok(_) if !way::inside(to).is_empty() => {
            Ok(Redirect::to(&way::on(&caller.path(), to)).into_response())
        }
        Ok(visitor) => show(&gallery, &caller, &visitor, &query, filter).await,
    }
}

/// The page of somebody who is in.
async fn show(
    gallery: &Gallery,
    caller: &Caller,
    visitor: &Visitor,
    query: &From,
    filter: Filter,
) -> Result<Response, Failure> {
    let sheet = Sheet::of(visitor);
    let around = around(gallery, visitor).await?;
    let proofing = visitor.gallery().style == Style::Proofing;
    let all: Vec<Placed<'_>> = sheet.placed().collect();
    let filter = if visitor.gallery().choosing.filters {
        filter
    } else {
        Filter::only_chosen(&filter)
    };
    let shown = filtered(gallery, visitor, &filter, &all).await?;
    let first = FIRST.saturating_sub(around.cards.len()).max(LEAST);
    let from = query
        .from
        .as_deref()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1);
    let from = if (1..=shown.len()).contains(&from) {
        from
    } else {
        1
    };
    let count = if from == 1 { first } else { FURTHER };
    let cover = match all.first() {
        Some(first) if from == 1 && !proofing => Some(cover(gallery, *first, visitor).await?),
        _ => None,
    };
    let (path, gallery_shown) = (caller.path(), visitor.gallery());
    let bar = Bar::to(visitor, &sheet, gallery);
    let listed = (bar.as_ref()).is_some_and(|bar| matches!(bar.way, Way::Confirmed(_)));
    let cart = cart(visitor, &all);
    let here = &shown[(from - 1).min(shown.len())..(from - 1 + count).min(shown.len())];
    let page = GalleryPage {
        page: visitor.page(gallery, &path),
        link: caller.token.expose(),
        title: &gallery_shown.title,
        longest: longest(&gallery_shown.title),
        total: all.len(),
        inside: sheet.inside(),
        told: Told::to(visitor, &sheet, &gallery.name, &gallery.zone, &path, listed),
        note: note(visitor).filter(|_| from == 1),
        around,
        account: account(visitor),
        who: visitor.who(),
        clock: visitor.now.as_millisecond(),
        talks: all.iter().any(|p| visitor.standing.talks(p.photo)),
        states: proofing || gallery_shown.show_states,
        studio: &gallery.name,
        bar,
        orders: cart.is_some() || has_ordered(visitor),
        cart,
        filters: if gallery_shown.choosing.filters {
            filter.groups(visitor, &all)
        } else {
            Vec::new()
        },
        filtered: filter.active(),
        query: filter.query(),
        left: shown.len(),
        first: from == 1,
        at: from,
        proofing,
        cover,
        chapters: chapter_links(&sheet),
        blocks: blocks(gallery, visitor, &sheet, here).await?,
        earlier: (from > 1).then(|| earlier(from, first)),
        later: (from + count <= shown.len()).then_some(from + count),
    };
    Ok(html(StatusCode::OK, &page))
}

/// What the filter leaves.
async fn filtered<'a>(
    gallery: &Gallery,
    visitor: &Visitor,
    filter: &Filter,
    all: &[Placed<'a>],
) -> Result<Vec<Placed<'a>>, Failure> {
    let comments = if filter.commented() {
        visitor.comments(gallery).await?
    } else {
        Comments::new()
    };
    let left = all.iter().filter(|p| filter.leaves(p, visitor, &comments));
    Ok(left.copied().collect())
}

/// How many wishes are in the cart, where there is one: with the right to order, and it stays to be looked at while
/// nothing can be ordered.
fn cart(visitor: &Visitor, all: &[Placed<'_>]) -> Option<usize> {
    let wanted = visitor.seen().filter_map(|photo| visitor.choice(&photo.id));
    let wanted: usize = wanted.map(|choice: &Choice| choice.cart().count()).sum();
    let (row, shown, now) = (visitor.standing.row(), visitor.gallery(), visitor.now);
    let may = |p: &Placed<'_>| visitor.standing.may(Action::Order, Some(p.photo), now);
    let orders = visitor.chosen.is_some() && all.iter().any(|p| may(p).is_ok());
    let granted = |p: &Placed<'_>| {
        let may = access::may(row, Action::Order, Some(p.photo), shown, now);
        may != Err(Refusal::NotAllowed)
    };
    (orders || wanted > 0 && all.iter().any(granted)).then_some(wanted)
}

/// Whether this visitor may have orders here, as their choice tells without a call: a cart leaves its wishes behind when
/// it is ordered, and confirming orders where the studio retouches. Who may enter reads their own, whatever else they may.
fn has_ordered(visitor: &Visitor) -> bool {
    let retouched = visitor.gallery().kind == Kind::ProofRetouchDeliver;
    visitor.chosen.as_ref().is_some_and(|chosen| {
        let wished = chosen.choices.values().any(|c| !c.wanted.is_empty());
        wished || retouched && chosen.selection.snapshots > 0
    })
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
