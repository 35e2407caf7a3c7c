//! One order's page (P44): its items with proof and final side by side, what can ship, what happened.

use super::happened::{Moment, happened};
use super::item::{Item, item};
use super::words::{self, Waiting, Word};
use super::{lines, named, path};
use crate::clients::Clients;
use crate::export::Names;
use crate::member::{Me, Named};
use crate::{Studio, when};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use domain::comment::Comment;
use domain::gallery::Gallery;
use domain::ids::{GalleryId, PhotoId, SecretToken};
use domain::order::{LineState, Order, OrderState};
use domain::photo::Photo;
use domain::team::Task;
use futures::future::try_join_all;
use http::StatusCode;
use serde::Deserialize;
use std::collections::HashMap;
use web::{Failure, Page, html};

/// Items shown at first, and by each press of "more".
const STEP: usize = 60;

#[derive(Template)]
#[template(path = "order.html")]
struct OrderPage<'a> {
    page: Page<'a>,
    gallery: &'a Gallery,
    order: &'a Order,
    base: String,
    state: Word,
    client: String,
    placed: String,
    heading: String,
    tally: String,
    items: Vec<Item>,
    shown: usize,
    more: usize,
    deliver: Deliver,
    names: Names,
    happened: Vec<Moment>,
    said: Said,
    /// Whoever looks may ship, count and cancel.
    may: bool,
    /// The key of whatever is pressed on this page.
    once: String,
}

/// What can be sent.
struct Deliver {
    open: bool,
    can: u32,
    button: String,
    /// Why nothing can.
    reason: Option<String>,
    sends: String,
    /// When it was counted last, and what that comes to now.
    counted: Option<(String, String)>,
    /// Finals that came since.
    uncounted: u32,
    cancellable: bool,
}

/// What is said above the page.
#[derive(Default)]
pub(super) struct Said {
    /// It is done.
    pub(super) done: Option<&'static str>,
    /// It was counted just now.
    pub(super) counted: bool,
    /// It was not done, and why.
    pub(super) refused: Option<String>,
}

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    show: Option<usize>,
    #[serde(default)]
    done: String,
}

/// `GET …/orders/{order}`.
pub(super) async fn page(
    State(studio): State<Studio>,
    me: Me,
    Named { gallery, .. }: Named,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let order = named(&studio, &gallery, &id).await?;
    let said = Said {
        done: done(&asked.done),
        counted: asked.done == "counted",
        refused: None,
    };
    let shown = asked.show.unwrap_or(STEP).max(STEP);
    show(
        &studio,
        &me,
        &gallery,
        &order,
        (StatusCode::OK, said),
        shown,
    )
    .await
}

fn done(done: &str) -> Option<&'static str> {
    Some(match done {
        "shipped" => "Shipped. The mail is on its way, and the files are in the gallery.",
        "again" => "That was done already. Nothing was sent a second time.",
        "line" => "The item is taken out. Nothing was sent.",
        "cancelled" => "The order is cancelled. Nothing was sent; hearts and comments stay.",
        "auto-on" => "It ships by itself as soon as all its items are Final.",
        "auto-shipped" => "All its items are Final, so it was shipped at once.",
        "auto-off" => "It waits for your hand again.",
        _ => return None,
    })
}

/// The page with a refusal: the order as it is now.
pub(super) async fn refuse(
    studio: &Studio,
    me: &Me,
    gallery: &Gallery,
    order: &Order,
    why: String,
) -> Result<Response, Failure> {
    let said = Said {
        refused: Some(why),
        ..Said::default()
    };
    show(
        studio,
        me,
        gallery,
        order,
        (StatusCode::CONFLICT, said),
        STEP,
    )
    .await
}

async fn show(
    studio: &Studio,
    me: &Me,
    gallery: &Gallery,
    order: &Order,
    (status, said): (StatusCode, Said),
    shown: usize,
) -> Result<Response, Failure> {
    let (now, zone) = (studio.now(), &studio.zone);
    let (photos, comments, clients) = tokio::try_join!(
        async { Ok(studio.table.photos_of(gallery.id).await?) },
        async { Ok(studio.table.comments(gallery.id).await?) },
        Clients::of(studio)
    )?;
    let rows = lines(studio, order, &photos, &clients).await?;
    let all: Vec<&str> = photos
        .iter()
        .map(|photo| photo.file_name.as_str())
        .collect();
    let by_id: HashMap<&PhotoId, &Photo> = photos.iter().map(|one| (&one.id, one)).collect();
    let paired = order
        .lines
        .iter()
        .map(|line| (line, by_id.get(&line.photo).copied()));
    let waiting = Waiting::of(paired);
    let shown = shown.min(order.lines.len());
    let page = OrderPage {
        page: Page::new(&studio.name),
        gallery,
        order,
        base: path(order),
        state: words::state(order.state()),
        client: clients.name_with(&order.subject, order.contact.as_ref()),
        placed: when::exact(order.placed, zone),
        heading: words::items(order.lines.len()),
        tally: words::tally(shipped(order), order.tally()),
        items: items(studio, gallery.id, &order.lines[..shown], &by_id, &comments).await?,
        shown,
        more: order.lines.len() - shown,
        deliver: deliver(studio, order, waiting),
        names: Names::of(&rows, &all, path(order), String::new()),
        happened: happened(order, &by_id, now, zone),
        said,
        may: me.may(Task::Ship, now),
        once: SecretToken::random().expose().to_owned(),
    };
    Ok(html(status, &page))
}

async fn items(
    studio: &Studio,
    gallery: GalleryId,
    lines: &[domain::order::Line],
    photos: &HashMap<&PhotoId, &Photo>,
    comments: &[Comment],
) -> Result<Vec<Item>, Failure> {
    let mut talk: HashMap<&PhotoId, Vec<&Comment>> = HashMap::new();
    for comment in comments.iter().filter(|one| one.removed.is_none()) {
        talk.entry(&comment.photo).or_default().push(comment);
    }
    for said in talk.values_mut() {
        said.sort_by_key(|one| (one.at, one.id));
    }
    let draw = async |(index, line): (usize, &domain::order::Line)| {
        let photo = photos.get(&line.photo).copied();
        let said = talk.get(&line.photo).map_or(&[][..], Vec::as_slice);
        item(studio, gallery, (index, line), photo, said).await
    };
    try_join_all(lines.iter().enumerate().map(draw)).await
}

fn shipped(order: &Order) -> u32 {
    let shipped = |line: &&domain::order::Line| matches!(line.state, LineState::Shipped { .. });
    let shipped = order.lines.iter().filter(shipped).count();
    u32::try_from(shipped).unwrap_or(u32::MAX)
}

fn deliver(studio: &Studio, order: &Order, waiting: Waiting) -> Deliver {
    let now = studio.now();
    let to = order.contact.as_ref().map(|email| email.as_str());
    let counted = order.counted.map(|at| {
        let at = words::moment(at, now, &studio.zone);
        (at, waiting.sentence())
    });
    Deliver {
        open: order.open(),
        can: waiting.now,
        button: words::ship(waiting.now),
        reason: waiting.reason(),
        sends: words::sends(waiting.now, to),
        counted,
        uncounted: waiting.uncounted,
        cancellable: order.state() == OrderState::Placed,
    }
}
