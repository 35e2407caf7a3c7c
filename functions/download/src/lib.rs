//! One original: checks the right to it, and answers with an address that downloads exactly that version for 15 minutes.

/// The one download there is.
mod original;

use axum::Router;
use axum::routing::get;
use bucket::Originals;
use domain::access::Action;
use jiff::Timestamp;
use table::Table;
use web::{Route, Rule, declared};

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct Download {
    /// Galleries and sessions; only read here.
    pub table: Table,
    /// Where originals lie; nothing else that visitors reach can read them.
    pub originals: Originals,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
}

/// Every route, as `template.yaml` declares them, with its rule.
pub const ROUTES: &[Route] = &[Route::new(
    "GET",
    "/download/{link}/{photo}",
    Rule::Visitor(Action::DownloadOriginal),
)];

/// The download's routes.
pub fn router(download: Download, setup: web::Setup) -> Router {
    let routes = Router::new().route("/download/{link}/{photo}", get(original::fetch));
    web::app(declared(routes, ROUTES).with_state(download), setup)
}
