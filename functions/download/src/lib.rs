//! One file of one photograph: checks the right to it, and answers with an address that downloads it for 15 minutes.

/// Who asks, and whether they may.
mod asked;
/// The original.
mod original;
/// A product of the studio's.
mod product;
/// A file of an order.
mod shipped;
/// The web-size file.
mod web_size;

use axum::Router;
use axum::routing::get;
use bucket::{Archives, Originals, Renditions};
use domain::access::Action;
use domain::mark::Look;
use domain::product::Product;
use jiff::Timestamp;
use std::sync::Arc;
use table::Table;
use web::{Failure, Route, Rule, declared};

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct Download {
    /// Galleries, sessions, rows; quotas and activity are written.
    pub table: Table,
    /// Where originals lie; nothing else that visitors reach can read them.
    pub originals: Originals,
    /// Where web-size files lie.
    pub renditions: Renditions,
    /// Where products are asked for and made files lie.
    pub archives: Archives,
    /// The studio's name, on pages, and across files that bear its mark until it sets something else.
    pub studio: Arc<str>,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
}

impl Download {
    /// What is drawn across this product's files; it is read only where one is.
    async fn mark(&self, product: &Product) -> Result<Look, Failure> {
        let marked = product.recipe().is_some_and(|recipe| recipe.mark);
        let set = if marked {
            self.table.studio_mark().await?
        } else {
            None
        };
        Ok(set.map_or_else(|| Look::usual(&self.studio), |set| set.look()))
    }
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
    // a product that is the original asks for the right to that
    Route::new(
        "GET",
        "/download/{link}/{photo}/as/{product}",
        Rule::Visitor(Action::DownloadCustom),
    ),
    Route::new(
        "GET",
        "/download/{link}/order/{order}/{photo}/{product}",
        Rule::Visitor(Action::FetchShipped),
    ),
];

/// The download's routes.
pub fn router(download: Download, setup: web::Setup) -> Router {
    let routes = Router::new()
        .route("/download/{link}/{photo}", get(original::fetch))
        .route("/download/{link}/{photo}/web", get(web_size::fetch))
        .route("/download/{link}/{photo}/as/{product}", get(product::fetch))
        .route(
            "/download/{link}/order/{order}/{photo}/{product}",
            get(shipped::fetch),
        );
    web::app(declared(routes, ROUTES).with_state(download), setup)
}
