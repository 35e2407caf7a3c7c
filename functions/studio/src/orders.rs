//! Orders (product 4.7, P44–P48): the lists, one order's page, what is done to it, its names as files.

/// What is done to an order.
mod act;
/// What happened to an order.
mod happened;
/// An item as the page draws it.
mod item;
/// The lists.
mod list;
/// One order's page.
mod sheet;
/// States and numbers in words.
pub(crate) mod words;

pub(crate) use act::ship_by_itself;

use crate::Studio;
use crate::clients::Clients;
use crate::export;
use crate::member::Named;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::Response;
use axum::routing::{get, post};
use domain::export::{Line, Mark};
use domain::gallery::Gallery;
use domain::ids::{OrderId, PhotoId};
use domain::order::{LineState, Order};
use domain::photo::Photo;
use std::collections::{HashMap, HashSet};
use web::Failure;

/// The routes of this module, each declared in [`crate::ROUTES`].
pub(crate) fn routes() -> Router<Studio> {
    const ALL: &str = "/studio/galleries/{gallery}/orders";
    let of = |end: &str| format!("{ALL}/{{order}}{end}");
    Router::new()
        .route("/studio/orders", get(list::all))
        .route(ALL, get(list::of_gallery))
        .route(&of(""), get(sheet::page))
        .route(&of("/recalc"), post(act::recalc))
        .route(&of("/ship"), post(act::ship))
        .route(&of("/auto"), post(act::auto))
        .route(&of("/cancel"), get(act::cancel_form).post(act::cancel))
        .route(
            &of("/lines/{place}/cancel"),
            get(act::cancel_line_form).post(act::cancel_line),
        )
        .route(&of("/{file}"), get(file))
}

/// The address of an order's page.
pub(crate) fn path(order: &Order) -> String {
    format!("/studio/galleries/{}/orders/{}", order.gallery, order.id)
}

/// The order of that name in the gallery.
async fn named(studio: &Studio, gallery: &Gallery, id: &str) -> Result<Order, Failure> {
    let id: OrderId = id.parse()?;
    let order = studio.table.order(gallery.id, id).await?;
    order.ok_or(Failure::NotFound)
}

/// `GET …/orders/{order}/{file}`: the names of what was ordered, for another program (P44).
async fn file(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Path((_, id, file)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let order = named(&studio, &gallery, &id).await?;
    let (photos, clients) = tokio::try_join!(
        async { Ok(studio.table.photos_of(gallery.id).await?) },
        Clients::of(&studio)
    )?;
    let lines = lines(&studio, &order, &photos, &clients).await?;
    let title = format!("{} order {}", gallery.title, order.number);
    export::file(&file, &title, &lines)
}

/// What was ordered and not cancelled, a photograph once, in the order's order.
async fn lines(
    studio: &Studio,
    order: &Order,
    photos: &[Photo],
    clients: &Clients,
) -> Result<Vec<Line>, Failure> {
    let chosen = studio.table.choices(order.gallery, &order.subject).await?;
    let comments = studio.table.comments(order.gallery).await?;
    let mut count: HashMap<&PhotoId, usize> = HashMap::new();
    for comment in comments.iter().filter(|one| one.removed.is_none()) {
        *count.entry(&comment.photo).or_default() += 1;
    }
    let photos: HashMap<&PhotoId, &Photo> = photos.iter().map(|one| (&one.id, one)).collect();
    let who = clients.name_with(&order.subject, order.contact.as_ref());
    let mut once = HashSet::new();
    let wanted = order.lines.iter().filter(|line| {
        !matches!(line.state, LineState::Cancelled { .. }) && once.insert(&line.photo)
    });
    let line = |line: &domain::order::Line| {
        let picture = photos.get(&line.photo).and_then(|photo| photo.picture());
        let said = chosen.choices.get(&line.photo);
        let mark = Mark {
            who: who.clone(),
            chosen: true,
            stars: said.and_then(|said| said.stars.value),
            label: said.and_then(|said| said.label.value),
        };
        Line {
            file_name: line.file_name.clone(),
            section: line.section.clone(),
            marks: vec![mark],
            comments: count.get(&line.photo).copied().unwrap_or_default(),
            version: match line.state {
                LineState::Shipped { version, .. } => version,
                LineState::Pending | LineState::Cancelled { .. } => line.asked,
            },
            captured: picture.and_then(|picture| picture.captured.clone()),
            pixels: picture.map(|picture| (picture.width, picture.height)),
        }
    };
    Ok(wanted.map(line).collect())
}
