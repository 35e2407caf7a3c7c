//! The page of one photograph: what the lightbox's address shows by itself, with or without the script.

use crate::Gallery;
use crate::sheet::{Placed, Sheet, srcset};
use crate::visitor::{Offer, Visitor};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::ids::PhotoId;
use http::StatusCode;
use web::{Caller, Failure, Page, html};

/// Renditions a single picture may use.
const LARGE: [u32; 3] = [640, 1280, 2048];

#[derive(Template)]
#[template(path = "photo.html")]
struct PhotoPage<'a> {
    page: Page<'a>,
    link: &'a str,
    title: &'a str,
    total: usize,
    offer: Offer,
    placed: Placed<'a>,
    src: String,
    srcset: String,
    previous: Option<&'a str>,
    next: Option<&'a str>,
}

/// `GET /g/{link}/photo/{photo}`.
///
/// # Errors
/// [`Failure::NotFound`] for a photograph this visitor cannot see, whether or not it exists; as the gallery's page.
pub async fn page(
    State(gallery): State<Gallery>,
    caller: Caller,
    Path((_, photo)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id: PhotoId = photo.parse()?;
    let visitor = match Visitor::of(&gallery, &caller).await? {
        Ok(visitor) => visitor,
        Err(outside) => return Ok(outside.answer(&caller)),
    };
    let sheet = Sheet::of(&visitor);
    let all: Vec<Placed<'_>> = sheet.placed().collect();
    let Some(at) = all.iter().position(|placed| placed.photo.id == id) else {
        return Ok(Failure::NotFound.under(visitor.banner.clone()));
    };
    let placed = all[at];
    let neighbour = |index: Option<usize>| Some(all.get(index?)?.photo.id.as_str());
    let sources = placed.sources(&gallery, &visitor, &LARGE).await?;
    let path = caller.path();
    let page = PhotoPage {
        page: visitor.page(&gallery, &path),
        link: caller.token.expose(),
        title: &visitor.gallery().title,
        total: all.len(),
        offer: visitor.offer(placed.photo),
        placed,
        src: sources.last().map(|s| s.url.clone()).unwrap_or_default(),
        srcset: srcset(&sources),
        previous: neighbour(at.checked_sub(1)),
        next: neighbour(at.checked_add(1)),
    };
    Ok(html(StatusCode::OK, &page))
}
