//! What the photographer does: sign in, make galleries, change their PIN, pause them, upload, watch files become ready.
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

/// The list of galleries, and making one.
mod galleries;
/// One gallery: its link, PIN, folder and photographs; pausing it and changing its PIN.
mod gallery;
/// Only the owner gets past here.
mod owner;
/// The photographs of a gallery as rows and frames.
mod photos;
/// Signing in by a code from a mail.
mod sign_in;
/// Multipart uploads from the browser straight to the bucket.
mod uploads;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};
use bucket::{Originals, Renditions};
use domain::email::Email;
use domain::pepper::Pepper;
use jiff::Timestamp;
use std::sync::Arc;
use table::Table;

/// What the handlers work with.
#[derive(Clone)]
pub struct Studio {
    /// Galleries, sessions, codes.
    pub table: Table,
    /// Where uploads go; never read here.
    pub originals: Originals,
    /// Where thumbnails come from.
    pub renditions: Renditions,
    /// Opens and makes PIN locks.
    pub pepper: Pepper,
    /// The studio's name (L7).
    pub name: Arc<str>,
    /// The one address that may sign in.
    pub owner: Email,
    /// The bucket's endpoint when it is not Amazon's: the command on a gallery's page must name it.
    pub endpoint: Option<Arc<str>>,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
}

impl Studio {
    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// Every route, as `template.yaml` declares them.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/studio"),
    ("GET", "/studio/sign-in"),
    ("POST", "/studio/sign-in"),
    ("POST", "/studio/code"),
    ("POST", "/studio/sign-out"),
    ("GET", "/studio/new"),
    ("POST", "/studio/galleries"),
    ("GET", "/studio/galleries/{gallery}"),
    ("GET", "/studio/galleries/{gallery}/photos"),
    ("POST", "/studio/galleries/{gallery}/pin"),
    ("POST", "/studio/galleries/{gallery}/enabled"),
    ("POST", "/studio/galleries/{gallery}/uploads"),
    ("GET", "/studio/galleries/{gallery}/uploads/{upload}/parts"),
    (
        "GET",
        "/studio/galleries/{gallery}/uploads/{upload}/parts/{part}",
    ),
    (
        "POST",
        "/studio/galleries/{gallery}/uploads/{upload}/complete",
    ),
    ("DELETE", "/studio/galleries/{gallery}/uploads/{upload}"),
];

/// The whole function: its routes with what [`web::app`] puts around them.
///
/// # Errors
/// When the buckets' clients cannot sign, which tells where they are: pages load pictures from there and send parts there.
pub async fn app(studio: Studio) -> Result<Router, bucket::Error> {
    let now = studio.now();
    let picture = studio.renditions.presign("r/", now).await?;
    let part = studio.originals.presign_part("-", "-", 1, now).await?;
    let setup = web::Setup::new(&*studio.name, [picture.as_str(), part.as_str()]);
    Ok(web::app(router(studio), setup))
}

/// The studio's routes. Everything but signing in is behind `owner::only`.
pub fn router(studio: Studio) -> Router {
    let anyone = Router::new()
        .route("/studio/sign-in", get(sign_in::form).post(sign_in::ask))
        .route("/studio/code", post(sign_in::code));
    let owner = Router::new()
        .route("/studio", get(galleries::list))
        .route("/studio/sign-out", post(sign_in::sign_out))
        .route("/studio/new", get(galleries::blank))
        .route("/studio/galleries", post(galleries::create))
        .route("/studio/galleries/{gallery}", get(gallery::page))
        .route("/studio/galleries/{gallery}/photos", get(photos::rows))
        .route("/studio/galleries/{gallery}/pin", post(gallery::change_pin))
        .route(
            "/studio/galleries/{gallery}/enabled",
            post(gallery::set_enabled),
        )
        .route("/studio/galleries/{gallery}/uploads", post(uploads::start))
        .route(
            "/studio/galleries/{gallery}/uploads/{upload}/parts",
            get(uploads::parts),
        )
        .route(
            "/studio/galleries/{gallery}/uploads/{upload}/parts/{part}",
            get(uploads::sign),
        )
        .route(
            "/studio/galleries/{gallery}/uploads/{upload}/complete",
            post(uploads::complete),
        )
        .route(
            "/studio/galleries/{gallery}/uploads/{upload}",
            delete(uploads::cancel),
        )
        .route_layer(from_fn_with_state(studio.clone(), owner::only));
    anyone.merge(owner).with_state(studio)
}
