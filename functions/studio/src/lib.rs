//! What the studio does: sign in, make galleries, set them up, upload, mark, see who was there, work as a team.
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

/// One's own sessions, and proving oneself again before a sensitive task.
mod account;
/// Who entered and what was downloaded, by which row; as pages and as CSV.
mod activity;
/// The authorization table of a gallery.
mod authorizations;
/// How clients choose in a gallery, and what arriving files become.
mod choosing;
/// What clients are called.
mod clients;
/// Six digits by mail.
mod code;
/// What is said of a photograph, and the studio's answers.
mod comments;
/// Everyone the studio has named in a table or a group.
mod contacts;
/// What a browser is called in a list of sessions.
mod device;
/// Chosen or ordered photographs as files for other programs.
mod export;
/// The list of galleries, and making one.
mod galleries;
/// One gallery: its link, PIN, folder and photographs; pausing it and changing its PIN.
mod gallery;
/// Guest links made by the studio.
mod guests;
/// The head that all pages of one gallery share.
mod head;
/// The mark across proofs.
mod mark;
/// Who is signed in, and what they may do.
mod member;
/// Orders: the lists, one order's page, what is done to it.
mod orders;
/// One photograph, and its versions.
mod photo;
/// The photographs of a gallery as rows and frames.
mod photos;
/// Small pictures of photographs.
mod picture;
/// Settings the studio saved to make galleries with.
mod presets;
/// Download products.
mod products;
/// What clients read about a gallery now, in the studio's words.
mod reading;
/// Every route with its rule.
mod routes;
/// Who chose what, and what was said.
mod selection;
/// A gallery's settings and status.
mod settings;
/// Signing in by a code from a mail.
mod sign_in;
/// Assistants, and what they may.
mod team;
/// Multipart uploads from the browser straight to the bucket.
mod uploads;
/// The gallery as one row sees it.
mod view_as;
/// Files that wait until it is said which photograph they are.
mod waiting;
/// Days and times as the studio types and reads them.
mod when;

pub use routes::{ROUTES, router};

use axum::Router;
use bucket::{Originals, Renditions};
use domain::email::Email;
use domain::pepper::Pepper;
use jiff::Timestamp;
use jiff::tz::TimeZone;
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
    /// The owner's address; it and the assistants' may sign in.
    pub owner: Email,
    /// The bucket's endpoint when it is not Amazon's: the command on a gallery's page must name it.
    pub endpoint: Option<Arc<str>>,
    /// Where the studio's days begin and end (L40).
    pub zone: TimeZone,
    /// The wall clock.
    pub clock: fn() -> Timestamp,
}

impl Studio {
    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// The whole function: its routes with what [`web::app`] puts around them.
///
/// # Errors
/// When the buckets' clients cannot sign, which tells where they are: pages load pictures from there and send parts there.
pub async fn app(studio: Studio) -> Result<Router, bucket::Error> {
    let now = studio.now();
    let picture = studio.renditions.presign("r/", now).await?;
    let part = studio.originals.presign_part("-", "-", 1, now).await?;
    let setup = web::Setup::new(&*studio.name, [picture.as_str(), part.as_str()])
        .in_zone(studio.zone.clone());
    Ok(web::app(router(studio), setup))
}
