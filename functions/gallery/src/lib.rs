//! What a visitor sees: the door with its PIN, the gallery, one photograph. It cannot read an original.
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

/// What a cover says.
mod cover;
/// A device that was in before, recognised by a signed cookie.
mod device;
/// The door: what stands before the PIN.
mod door;
/// Typing the PIN.
mod enter;
/// The photographs as numbers and addresses, for the script.
mod frames;
/// What belongs to no gallery.
mod home;
/// Ending the visit on this device.
mod leave;
/// Galleries around a gallery.
mod nested;
/// The gallery's page.
mod open;
/// The page of one photograph.
mod photo;
/// A gallery in the order and the words of its pages.
mod sheet;
/// Who is asking, and what they may see.
mod visitor;

use axum::Router;
use axum::routing::{get, post};
use bucket::Renditions;
use domain::access::Action;
use domain::pepper::Pepper;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::sync::Arc;
use table::Table;
use web::{Route, Rule, declared};

/// What the handlers work with.
#[derive(Clone, Debug)]
pub struct Gallery {
    /// Galleries, sessions, guesses.
    pub table: Table,
    /// Where pictures come from.
    pub renditions: Renditions,
    /// Verifies PINs and signs devices.
    pub pepper: Pepper,
    /// The studio's name (L7).
    pub name: Arc<str>,
    /// The studio's time zone: its days end there (L40).
    pub zone: TimeZone,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
}

impl Gallery {
    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// Every route, as `template.yaml` declares them, with its rule.
pub const ROUTES: &[Route] = &[
    Route::new("GET", "/", Rule::Public),
    Route::new("GET", "/robots.txt", Rule::Public),
    Route::new("GET", "/assets/{file}", Rule::Public),
    Route::new("GET", "/g/{link}", Rule::Link),
    Route::new("POST", "/g/{link}", Rule::Link),
    Route::new("GET", "/g/{link}/frames", Rule::Visitor(Action::View)),
    Route::new(
        "GET",
        "/g/{link}/photo/{photo}",
        Rule::Visitor(Action::View),
    ),
    Route::new("POST", "/g/{link}/leave", Rule::Link),
    Route::new("ANY", "$default", Rule::Public),
];

/// The visitor's routes. [`web::app`] answers everything else (`$default`) with the page for a wrong address.
pub fn router(gallery: Gallery, setup: web::Setup) -> Router {
    let routes = Router::new()
        .route("/", get(home::page))
        .route("/robots.txt", get(home::robots))
        .route("/assets/{file}", get(web::assets::serve))
        .route("/g/{link}", get(open::page).post(enter::submit))
        .route("/g/{link}/frames", get(frames::list))
        .route("/g/{link}/photo/{photo}", get(photo::page))
        .route("/g/{link}/leave", post(leave::submit));
    web::app(declared(routes, ROUTES).with_state(gallery), setup)
}
