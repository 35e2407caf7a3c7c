//! The page of one photograph: what the lightbox's address shows by itself, with or without the script.

use crate::Gallery;
use crate::comments::ThreadPart;
use crate::offers::{Offered, Products};
use crate::sheet::{Placed, Sheet, srcset};
use crate::visitor::{Heart, Visitor};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::Action;
use domain::choice::{LABELS, Label};
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
    placed: Placed<'a>,
    src: String,
    srcset: String,
    previous: Option<&'a str>,
    next: Option<&'a str>,
    /// Names whose choice it is, for the forms.
    who: Option<&'a str>,
    heart: Heart,
    chosen: bool,
    /// Stars and label may be given.
    rates: bool,
    stars: u8,
    label: Option<Label>,
    labels: [Label; 4],
    offers: Vec<Offered>,
    /// Its thread may be read (P23).
    talks: bool,
    part: Option<ThreadPart>,
}

impl PhotoPage<'_> {
    /// `IMG_2041` of `IMG_2041.jpg`: what controls call it.
    fn stem(&self) -> &str {
        self.placed.stem()
    }
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
    match Visitor::of(&gallery, &caller).await? {
        Ok(visitor) => show(&gallery, &caller, visitor, &id, None).await,
        Err(outside) => Ok(outside.answer(&caller)),
    }
}

/// The same page with the photograph's thread.
///
/// # Errors
/// As [`page`].
pub(crate) async fn with_thread(
    gallery: &Gallery,
    caller: &Caller,
    visitor: Visitor,
    photo: &PhotoId,
    part: ThreadPart,
) -> Result<Response, Failure> {
    show(gallery, caller, visitor, photo, Some(part)).await
}

async fn show(
    gallery: &Gallery,
    caller: &Caller,
    visitor: Visitor,
    id: &PhotoId,
    part: Option<ThreadPart>,
) -> Result<Response, Failure> {
    let products = Products::of_visit(&visitor);
    let sheet = Sheet::of(&visitor);
    let all: Vec<Placed<'_>> = sheet.placed().collect();
    let Some(at) = all.iter().position(|placed| placed.photo.id == *id) else {
        return Ok(Failure::NotFound.under(visitor.banner.clone()));
    };
    let placed = all[at];
    let neighbour = |index: Option<usize>| Some(all.get(index?)?.photo.id.as_str());
    let sources = placed.sources(gallery, &visitor, &LARGE).await?;
    let path = caller.path();
    let (who, choice) = (visitor.who(), visitor.choice(&placed.photo.id));
    let may = |action| {
        visitor
            .standing
            .may(action, Some(placed.photo), visitor.now)
    };
    let page = PhotoPage {
        page: visitor.page(gallery, &path),
        link: caller.token.expose(),
        title: &visitor.gallery().title,
        total: all.len(),
        placed,
        src: sources.last().map(|s| s.url.clone()).unwrap_or_default(),
        srcset: srcset(&sources),
        previous: neighbour(at.checked_sub(1)),
        next: neighbour(at.checked_add(1)),
        who: who.as_deref(),
        heart: visitor.heart(placed.photo),
        chosen: visitor.chose(&placed.photo.id),
        rates: may(Action::Rate).is_ok(),
        stars: choice.and_then(|c| c.stars.value).map_or(0, Into::into),
        label: choice.and_then(|c| c.label.value),
        labels: LABELS,
        offers: products.of(&visitor, placed.photo),
        talks: visitor.standing.talks(placed.photo),
        part,
    };
    Ok(html(StatusCode::OK, &page))
}
