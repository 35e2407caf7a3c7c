//! One file of one photograph: checks the right to it, and answers with an address that downloads it for 15 minutes.

/// Who asks, and whether they may.
mod asked;
/// The original.
mod original;
/// The web-size file.
mod web_size;

use axum::Router;
use axum::routing::get;
use bucket::{Originals, Renditions};
use domain::access::Action;
use jiff::Timestamp;
use table::Table;
use web::{Route, Rule, declared};

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct Download {
    /// Galleries, sessions, rows; quotas and activity are written.
    pub table: Table,
    /// Where originals lie; nothing else that visitors reach can read them.
    pub originals: Originals,
    /// Where web-size files lie.
    pub renditions: Renditions,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
}

/// Every route, as `template.yaml` declares them, with its rule.
pub const ROUTES: &[Route] = &[
    Route::new(
        "GET",
        "/download/{link}/{photo}",
        Rule::Visitor(Action::DownloadOriginal),
    ),
    Route::new(
        "GET",
        "/download/{link}/{photo}/web",
        Rule::Visitor(Action::DownloadWeb),
    ),
];

/// The download's routes.
pub fn router(download: Download, setup: web::Setup) -> Router {
    let routes = Router::new()
        .route("/download/{link}/{photo}", get(original::fetch))
        .route("/download/{link}/{photo}/web", get(web_size::fetch));
    web::app(declared(routes, ROUTES).with_state(download), setup)
}
