//! Who is asking, and what they may see: link, session cookie and current rows make a `Standing`, nothing else does.

use crate::Gallery;
use domain::access::{Action, Refusal, Standing, may};
use domain::ids::LinkToken;
use jiff::Timestamp;
use std::sync::Arc;
use table::{Listing, Visit};
use web::{Cookies, Failure, visit};

/// Somebody who may enter the gallery now.
pub struct Visitor {
    /// The gallery and the rows that let them in.
    pub visit: Visit,
    /// What they may do.
    pub standing: Standing,
    /// All photographs, in every state.
    pub listing: Arc<Listing>,
    /// When they asked.
    pub now: Timestamp,
}

/// Somebody who stands before the door: the gallery may be named to nobody yet (L2).
pub struct Outside {
    /// The gallery and its row.
    pub visit: Visit,
}

impl Visitor {
    /// Reads link, session and gallery in at most two calls and works out the standing. A session's sight is noted
    /// at most once an hour, which then is one call more.
    ///
    /// # Errors
    /// [`Failure::NotFound`] for a link that is not one or is unknown; [`Failure::Paused`] and
    /// [`Failure::NotAllowed`] as the studio wants it. Who needs the PIN first is the inner `Err`.
    pub async fn of(
        gallery: &Gallery,
        link: &str,
        cookies: &Cookies,
    ) -> Result<Result<Self, Outside>, Failure> {
        let link: LinkToken = link.parse()?;
        let now = gallery.now();
        let session = visit::session(&link, cookies);
        let found = gallery.table.visit(&link, session.as_ref()).await?;
        let (visit, listing) = found.ok_or(Failure::NotFound)?;
        let session = visit.session.as_ref();
        let standing = match Standing::of(&visit.gallery, &visit.row, session, now) {
            Ok(standing) => standing,
            Err(Refusal::Door) => return Ok(Err(Outside { visit })),
            Err(refusal) => return Err(refusal.into()),
        };
        may(&standing, Action::Enter, None, now)?;
        if let Some(session) = session {
            gallery.table.touch_session(session, now).await?;
        }
        Ok(Ok(Self {
            visit,
            standing,
            listing,
            now,
        }))
    }

    /// Whether originals may be downloaded by this visitor at all: whether the pages show the control.
    pub fn downloads(&self) -> bool {
        let mut photos = self.listing.photos.iter();
        photos.any(|photo| {
            may(
                &self.standing,
                Action::DownloadOriginal,
                Some(photo),
                self.now,
            )
            .is_ok()
        })
    }
}
