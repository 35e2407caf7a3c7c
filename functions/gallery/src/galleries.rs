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
use card::{Card, Cover, Words};
use domain::access::{Arrival, Rows, Standing};
use domain::gallery::Gallery as Shared;
use domain::rendition::shown;
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
        .map(|(shared, rows)| card(&gallery, shared, rows, &arrival, now));
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

async fn card(
    gallery: &Gallery,
    shared: Shared,
    rows: Rows,
    arrival: &Arrival,
    now: Timestamp,
) -> Result<Card, Failure> {
    let standing = Standing::of(&shared, &rows, arrival, now);
    let cover = match &standing {
        Ok(standing) => cover(gallery, &shared, standing, now).await?,
        Err(_) => None,
    };
    let words = Words {
        zone: &gallery.zone,
        studio: &gallery.name,
        now,
    };
    let rights = standing.map(|standing| {
        let row = standing.row();
        (row.rights_in("", false), row.until)
    });
    Ok(Card::of(&shared, rights, cover, &words))
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
