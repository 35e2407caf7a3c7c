//! What belongs to no gallery: the front page, which lists none (L1), and a word to search engines.

use crate::Gallery;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use web::{Page, html};

#[derive(Template)]
#[template(path = "home.html")]
struct Home<'a> {
    page: Page<'a>,
}

/// `GET /`.
pub async fn page(State(gallery): State<Gallery>) -> Response {
    let page = Page::new(&gallery.name).asking("");
    html(StatusCode::OK, &Home { page })
}

/// `GET /robots.txt`: nothing here is for search engines.
pub async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}
