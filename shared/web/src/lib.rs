//! Axum plumbing that every HTTP function shares: failures as pages, site, cookies, headers, templates, assets.
//!
//! A function builds its `Router` and hands it to [`app()`]; a handler answers `Result<_, Failure>`; its templates extend
//! `layout.html` of this crate (see `askama.toml` beside each function) and carry a [`Page`].
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

// The templates name this crate as its users do.
extern crate self as web;

/// What every response carries, and what no request gets past.
mod app;
/// The browser's files: hashed names, compressed once, cached for ever.
pub mod assets;
/// Who calls at a gallery's link.
mod caller;
/// Cookies that only their own site sends back.
pub mod cookies;
/// A drawing on a photograph, in lines and in words.
pub mod drawing;
/// The one way a handler fails.
mod failure;
/// What every page knows.
mod page;
/// What every route is for.
mod route;
/// Where a request came from and to.
mod site;
/// What a visitor's browser carries, which two functions read.
pub mod visit;
/// Numbers and dates in the words of a page.
pub mod words;

pub use app::{Setup, app, origin, wants_json};
pub use caller::Caller;
pub use cookies::Cookies;
pub use failure::Failure;
pub use page::{Banner, Page, ask_about, html, sign_in_for};
pub use route::{Route, Rule, declared, rule_of};
pub use site::Site;
