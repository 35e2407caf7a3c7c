//! My galleries (S1–S17): everything shared with a proven address, as cards or as a table, with the same words in both.

/// One gallery in the list, in words.
mod card;
/// In which order, and how it is shown.
mod order;

use crate::sheet::sources;
use crate::{Gallery, asked, me};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use card::{Card, Cover, Stands, Words};
use domain::access::{Arrival, Refusal, Standing};
use domain::gallery::Gallery as Shared;
use domain::rendition::shown;
use domain::selection::Selection;
use futures::future::try_join_all;
use http::StatusCode;
use jiff::Timestamp;
use order::{Head, Order, Wanted};
use web::{Cookies, Failure, Page, html, sign_in_for};

/// The rendition a card shows.
const EDGE: u32 = 640;

#[derive(Template)]
#[template(path = "galleries.html")]
struct GalleriesPage<'a> {
    page: Page<'a>,
    me: &'a str,
    order: Order,
    heads: Vec<Head>,
    cards: Vec<Card>,
}

/// `GET /galleries`: the list, or the way to sign in.
///
/// # Errors
/// A table that does not answer.
pub async fn page(
    State(gallery): State<Gallery>,
    Query(wanted): Query<Wanted>,
    cookies: Cookies,
) -> Result<Response, Failure> {
    let Some(person) = me::person(&gallery, &cookies).await? else {
        return Ok(Redirect::to(&sign_in_for(asked::GALLERIES)).into_response());
    };
    let (now, order) = (gallery.now(), Order::of(&wanted));
    let email = person.email.clone();
    let galleries = gallery.table.galleries_of(&person).await?;
    let arrival = Arrival::Client {
        visit: None,
        person: Some(person),
    };
    let listed = galleries
        .into_iter()
        .filter(|(shared, _)| in_list(shared))
        .map(|(shared, rows)| {
            let standing = Standing::of(&shared, &rows, &arrival, now);
            (shared, standing)
        });
    let listed = confirmed(&gallery, listed.collect()).await?;
    let listed = listed
        .into_iter()
        .map(|(shared, standing)| card(&gallery, shared, standing, now));
    let page = GalleriesPage {
        page: Page::new(&gallery.name).asking(asked::GALLERIES),
        me: email.as_str(),
        heads: order.heads(),
        cards: order.sorted(try_join_all(listed).await?),
        order,
    };
    Ok(html(StatusCode::OK, &page))
}

/// A hidden gallery stands in the list of those it names; one that only inherits its parent's table is found by its
/// link alone (P6).
fn in_list(shared: &Shared) -> bool {
    !shared.hidden || shared.table == shared.id
}

/// A gallery and how somebody stands in it.
type Listed = (Shared, Result<Standing, Refusal>);

/// The same, knowing whose choice is confirmed (S34): one round trip, however many galleries.
async fn confirmed(gallery: &Gallery, listed: Vec<Listed>) -> Result<Vec<Listed>, Failure> {
    let whose = listed
        .iter()
        .filter_map(|(shared, standing)| Some((shared.id, standing.as_ref().ok()?.subject())));
    let found = gallery
        .table
        .selections_of(&whose.collect::<Vec<_>>())
        .await?;
    let known = listed.into_iter().map(|(shared, standing)| {
        let on = found.get(&shared.id).and_then(Selection::confirmed);
        (shared, standing.map(|standing| standing.confirmed(on)))
    });
    Ok(known.collect())
}

async fn card(
    gallery: &Gallery,
    shared: Shared,
    standing: Result<Standing, Refusal>,
    now: Timestamp,
) -> Result<Card, Failure> {
    let cover = match &standing {
        Ok(standing) => cover(gallery, &shared, standing, now).await?,
        Err(_) => None,
    };
    let words = Words {
        zone: &gallery.zone,
        studio: &gallery.name,
        now,
    };
    let stands = standing.map(|standing| Stands {
        rights: standing.row().rights_in("", false),
        until: standing.row().until,
        confirmed: standing.confirmed_on(),
    });
    Ok(Card::of(&shared, stands, cover, &words))
}

/// The first photograph this person may see.
async fn cover(
    gallery: &Gallery,
    shared: &Shared,
    standing: &Standing,
    now: Timestamp,
) -> Result<Option<Cover>, Failure> {
    let table = &gallery.table;
    let photo = table
        .cover_photo(shared, |photo| standing.sees(photo))
        .await?;
    let Some((photo, picture)) = photo.as_ref().and_then(|p| Some((p, p.picture()?))) else {
        return Ok(None);
    };
    let renditions = shown(picture, standing.web_size(photo));
    let sources = sources(gallery, photo, renditions, &[EDGE], now).await?;
    Ok(sources.into_iter().next_back().map(|source| Cover {
        src: source.url,
        width: source.rendition.width,
        height: source.rendition.height,
        average: picture.average.clone(),
    }))
}

/// What a question about a gallery of the list names it by. Not its link: who may no longer enter may never have had the
/// newest one.
pub fn mark(shared: &Shared) -> String {
    let hash = domain::ids::TokenHash::of(&format!("question\0{}", shared.id));
    hash.as_str()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::card::tests::{at, card_of, gallery, open};
    use super::*;

    fn rendered(cards: Vec<Card>, wanted: &Wanted) -> String {
        let order = Order::of(wanted);
        let page = GalleriesPage {
            page: Page::new("Hedda Lind"),
            me: "marta@lindqvist.example",
            heads: order.heads(),
            cards,
            order,
        };
        page.render().unwrap()
    }

    fn layouts(cards: Vec<Card>) -> [String; 2] {
        let html = rendered(cards, &Wanted::default());
        let (cards, table) = html.split_once("layout--table").unwrap();
        [cards.to_owned(), table.to_owned()]
    }

    /// S5, S7–S13: cards and table say the same.
    #[test]
    fn both_layouts_say_the_same() {
        let mut g = gallery("Marta & Jonas");
        g.shoot_date = Some("2026-09-12".parse().unwrap());
        g.deadline = Some(at("2026-12-06T23:00:00Z"));
        g.expires = Some(at("2027-09-20T22:00:00Z"));
        for layout in layouts(vec![card_of(&g, open())]) {
            for text in [
                "Marta <span class=\"amp\">&amp;</span>\u{a0}Jonas",
                "#proofing",
                "Proofing",
                "Hedda Lind",
                "12 Sep 2026",
                "Choose by 6 Dec, 14 days left",
                "Open until 20 Sep 2027",
                "Review",
                "https://b.example/secret",
                &format!("href=\"/g/{}\"", g.link),
            ] {
                assert!(layout.contains(text), "{text}: {layout}");
            }
        }
    }

    /// S27: neither layout names what is not open, and none says "null" for what is missing.
    #[test]
    fn neither_layout_tells_what_is_not_open() {
        let g = gallery("Marta & Jonas");
        let paused = card_of(&g, Err(domain::access::Refusal::Paused));
        for layout in layouts(vec![paused]) {
            assert!(
                layout.contains("A private gallery") && layout.contains("Paused by Hedda Lind")
            );
            assert!(layout.contains("mount--empty") && !layout.contains("<img"));
            assert!(!layout.contains("Marta") && !layout.contains(&g.link));
            assert!(!layout.contains("<time") && !layout.contains("None"));
        }
    }

    /// S6 without a script: the address says which layout is shown.
    #[test]
    fn the_address_chooses_the_layout() {
        let cards = || vec![card_of(&gallery("Marta"), open())];
        let asked = http::Uri::from_static("/galleries?as=table");
        let Query(table) = Query::<Wanted>::try_from_uri(&asked).unwrap();
        assert!(rendered(cards(), &table).contains(r#"data-as="table""#));
        assert!(rendered(cards(), &Wanted::default()).contains(r#"data-as="cards""#));
    }

    /// P6: a hidden gallery is in the list of those it names, and not of those who only inherit its parent's table.
    #[test]
    fn a_hidden_gallery_is_listed_only_where_it_is_shared_itself() {
        let parent = gallery("Parent");
        let mut child = gallery("Child");
        assert!(child.hidden && in_list(&child));
        child.table = parent.id;
        assert!(!in_list(&child));
        child.hidden = false;
        assert!(in_list(&child));
    }
}
