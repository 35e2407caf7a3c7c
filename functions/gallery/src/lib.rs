//! What a visitor sees: the door with its PIN, the gallery, one photograph. It cannot read an original.
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

/// A question to the studio.
mod ask;
/// A code that was asked for in this browser.
mod asked;
/// The cart, and the order made of it.
mod cart;
/// Hearts, stars, labels and wishes.
mod choosing;
/// What is said of a photograph.
mod comments;
/// Freezing a choice.
mod confirm;
/// What was frozen.
mod confirmed;
/// What a cover says.
mod cover;
/// A device that was in before, recognised by a signed cookie.
mod device;
/// The door: what stands before the PIN.
mod door;
/// Typing the PIN.
mod enter;
/// Filters over the whole gallery.
mod filter;
/// The photographs as numbers and addresses, for the script.
mod frames;
/// A person's galleries.
mod galleries;
/// Guest links, made by those who stand in the gallery.
mod guests;
/// What belongs to no gallery.
mod home;
/// Accepting an invitation.
mod invitation;
/// Ending the visit on this device.
mod leave;
/// Who is signed in as a client.
mod me;
/// Galleries around a gallery.
mod nested;
/// How a photograph can be had.
mod offers;
/// The gallery's page.
mod open;
/// A client's own orders.
mod orders;
/// The page of one photograph.
mod photo;
/// The choice, before it is confirmed.
mod review;
/// A gallery in the order and the words of its pages.
mod sheet;
/// Signing in as a client.
mod sign_in;
/// Who is asking, and what they may see.
mod visitor;
/// Where the door leads on to.
mod way;

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
    Route::new(
        "GET",
        "/g/{link}/photo/{photo}/comments",
        Rule::Visitor(Action::View),
    ),
    Route::new(
        "POST",
        "/g/{link}/photo/{photo}/comments",
        Rule::Visitor(Action::Comment),
    ),
    Route::new(
        "POST",
        "/g/{link}/photo/{photo}/comments/{comment}/remove",
        Rule::Visitor(Action::Comment),
    ),
    Route::new("GET", "/g/{link}/choices", Rule::Visitor(Action::View)),
    Route::new(
        "POST",
        "/g/{link}/photo/{photo}/choose",
        Rule::Visitor(Action::Select),
    ),
    Route::new(
        "POST",
        "/g/{link}/photo/{photo}/rate",
        Rule::Visitor(Action::Rate),
    ),
    Route::new(
        "POST",
        "/g/{link}/photo/{photo}/want",
        Rule::Visitor(Action::Order),
    ),
    Route::new("POST", "/g/{link}/leave", Rule::Link),
    Route::new("GET", "/g/{link}/guests", Rule::Visitor(Action::ShareGuest)),
    Route::new(
        "POST",
        "/g/{link}/guests",
        Rule::Visitor(Action::ShareGuest),
    ),
    Route::new(
        "POST",
        "/g/{link}/guests/{guest}/end",
        Rule::Visitor(Action::ShareGuest),
    ),
    Route::new("GET", "/g/{link}/review", Rule::Visitor(Action::Select)),
    Route::new("POST", "/g/{link}/confirm", Rule::Visitor(Action::Select)),
    Route::new(
        "GET",
        "/g/{link}/confirmed/{number}",
        Rule::Visitor(Action::View),
    ),
    Route::new("GET", "/g/{link}/cart", Rule::Visitor(Action::Order)),
    Route::new("POST", "/g/{link}/order", Rule::Visitor(Action::Order)),
    Route::new("GET", "/g/{link}/orders", Rule::Visitor(Action::Enter)),
    Route::new(
        "GET",
        "/g/{link}/orders/{order}",
        Rule::Visitor(Action::Enter),
    ),
    Route::new("GET", "/g/{link}/sign-in", Rule::Link),
    Route::new("GET", "/g/{link}/ask", Rule::Link),
    Route::new("GET", "/sign-in", Rule::Public),
    Route::new("POST", "/sign-in", Rule::Public),
    Route::new("POST", "/sign-in/code", Rule::Public),
    Route::new("GET", "/sign-in/link/{token}", Rule::Public),
    Route::new("POST", "/sign-in/link/{token}", Rule::Public),
    Route::new("POST", "/sign-out", Rule::Public),
    Route::new("GET", "/galleries", Rule::Person),
    Route::new("GET", "/i/{token}", Rule::Public),
    Route::new("POST", "/i/{token}", Rule::Public),
    Route::new("GET", "/i/{token}/ask", Rule::Public),
    Route::new("GET", "/ask", Rule::Public),
    Route::new("POST", "/ask", Rule::Public),
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
        .route(
            "/g/{link}/photo/{photo}/comments",
            get(comments::read).post(comments::say),
        )
        .route(
            "/g/{link}/photo/{photo}/comments/{comment}/remove",
            post(comments::remove),
        )
        .route("/g/{link}/choices", get(choosing::choices))
        .route("/g/{link}/photo/{photo}/choose", post(choosing::choose))
        .route("/g/{link}/photo/{photo}/rate", post(choosing::rate))
        .route("/g/{link}/photo/{photo}/want", post(choosing::want))
        .route("/g/{link}/leave", post(leave::submit))
        .route("/g/{link}/guests", get(guests::page).post(guests::make))
        .route("/g/{link}/guests/{guest}/end", post(guests::end))
        .route("/g/{link}/review", get(review::page))
        .route("/g/{link}/confirm", post(confirm::submit))
        .route("/g/{link}/confirmed/{number}", get(confirmed::page))
        .route("/g/{link}/cart", get(cart::page))
        .route("/g/{link}/order", post(cart::submit))
        .route("/g/{link}/orders", get(orders::list))
        .route("/g/{link}/orders/{order}", get(orders::one))
        .route("/g/{link}/sign-in", get(sign_in::at_door))
        .route("/g/{link}/ask", get(ask::about_gallery))
        .route("/sign-in", get(sign_in::form).post(sign_in::ask))
        .route("/sign-in/code", post(sign_in::code))
        .route(
            "/sign-in/link/{token}",
            get(sign_in::link).post(sign_in::use_link),
        )
        .route("/sign-out", post(sign_in::out))
        .route("/galleries", get(galleries::page))
        .route("/i/{token}", get(invitation::page).post(invitation::submit))
        .route("/i/{token}/ask", get(ask::about_invitation))
        .route("/ask", get(ask::form).post(ask::send));
    web::app(declared(routes, ROUTES).with_state(gallery), setup)
}
