//! Who may do what: rows, sessions, and `may`, the one function every byte goes through (product 4.4, invariant 2).

/// A row of the authorization table.
mod row;
/// What a visitor's browser proves.
mod session;
/// From what a visitor shows to the one row that counts.
mod standing;
/// Where a table contradicts itself.
mod warning;

pub use row::{Originals, PinLock, Rights, Row, Subject, Web};
pub use session::{
    ORIGINAL_LIFE, PREVIEW_LIFE, PersonSession, RENDITION_LIFE, STUDIO_IDLE, STUDIO_LIFE, Session,
    VISITOR_IDLE, VISITOR_LIFE,
};
pub use standing::{Arrival, Rows, Standing};
pub use warning::{Warning, warnings};

use crate::gallery::Gallery;
use crate::photo::{Photo, Shown, Stage};
use crate::status;
use jiff::Timestamp;

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Open the gallery: its title, chapters, counts.
    Enter,
    /// See a photograph: its renditions, its name.
    View,
    /// Choose it (S20).
    Select,
    /// Comment on it (S21).
    Comment,
    /// Give it stars or a label (P24).
    Rate,
    /// Order it.
    Order,
    /// Fetch its web-size file; which one, [`web_size`] says (P21).
    DownloadWeb,
    /// Fetch the original bytes (P22).
    DownloadOriginal,
    /// Fetch it in a size the studio has set up (P39).
    DownloadCustom,
    /// Fetch a file of an order that was shipped (P48, P49).
    FetchShipped,
    /// Make or end a guest link (C8).
    ShareGuest,
}

/// All actions, for tables and tests.
pub const ACTIONS: [Action; 11] = [
    Action::Enter,
    Action::View,
    Action::Select,
    Action::Comment,
    Action::Rate,
    Action::Order,
    Action::DownloadWeb,
    Action::DownloadOriginal,
    Action::DownloadCustom,
    Action::FetchShipped,
    Action::ShareGuest,
];

impl Action {
    /// Whether it is done to one photograph.
    #[must_use]
    pub fn of_a_photo(self) -> bool {
        !matches!(self, Self::Enter | Self::FetchShipped | Self::ShareGuest)
    }

    /// Whether it changes something that is kept: *View as* does none of these (P36).
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::Select | Self::Comment | Self::Rate | Self::Order | Self::ShareGuest
        )
    }
}

/// Why not. None of these says anything about the photographs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The studio has not published the gallery, or took it back (S27, S31).
    #[error("the gallery is not published")]
    Unpublished,
    /// The studio has paused the gallery (C15).
    #[error("the gallery is paused")]
    Paused,
    /// The gallery's time is over, and the studio does not keep it open as history (L40).
    #[error("the gallery has ended")]
    Ended {
        /// When.
        on: Timestamp,
    },
    /// No proof yet: the door asks for the PIN, an invited address, or both.
    #[error("no current session")]
    Door,
    /// Signed in, and on no row of this gallery (5.1).
    #[error("signed in and not invited")]
    NotInvited,
    /// The row has ended or was switched off; it is not replaced by another (P12).
    #[error("the row has ended")]
    RowEnded,
    /// The row does not allow it.
    #[error("the row does not allow it")]
    NotAllowed,
    /// Choosing is closed: locked, past its deadline, delivered or archived (S24, S32).
    #[error("choosing is closed")]
    Closed,
    /// This visitor has confirmed their choice; only the studio opens it again (S34).
    #[error("the choice is confirmed")]
    Confirmed {
        /// When.
        on: Timestamp,
    },
    /// The product is not offered for a photograph in this state (P40, P57), or not in this gallery.
    #[error("the product is not offered for the photograph")]
    NotOffered,
    /// Only Finals may be downloaded, and this photograph is none yet (P22).
    #[error("the photograph is not final")]
    NotFinal,
    /// The studio has not published the delivery (S35).
    #[error("the delivery is not published")]
    NotDelivered,
    /// An archived gallery's files are not downloaded unless the studio left it on (S26).
    #[error("the gallery is archived")]
    Archived,
    /// *View as* looks and downloads; it leaves no trace (P36).
    #[error("viewing as somebody else")]
    Preview,
    /// There is nothing a client may see under that name.
    #[error("nothing to see")]
    Nothing,
}

/// Whether this row allows the action on this photograph of this gallery now. Pure and total; nothing else decides.
///
/// # Errors
/// The refusal, which carries no fact about the photograph.
pub fn may(
    row: &Row,
    action: Action,
    photo: Option<&Photo>,
    gallery: &Gallery,
    now: Timestamp,
) -> Result<(), Refusal> {
    open(gallery, now)?;
    if !row.stands(now) {
        return Err(Refusal::RowEnded);
    }
    let rights = match photo {
        _ if !row.rights.enter => return Err(Refusal::NotAllowed),
        Some(photo) => {
            if !visible(row, photo, gallery) {
                return Err(Refusal::Nothing);
            }
            rights_for(row, photo, gallery)
        }
        None if action.of_a_photo() => return Err(Refusal::NotAllowed),
        None => row.rights_in("", false),
    };
    let stage = photo.map_or(Stage::Undefined, |photo| photo.stage);
    match action {
        Action::Enter | Action::View => Ok(()),
        Action::Select => choosing(rights.select, gallery, now),
        Action::Comment => choosing(rights.comment, gallery, now),
        Action::Rate => choosing(rights.rate, gallery, now),
        Action::Order => {
            granted(rights.order)?;
            if status::locked(gallery, now) {
                return Err(Refusal::Closed);
            }
            kept(gallery, now)
        }
        Action::DownloadWeb => downloading(rights.web != Web::None, gallery, now),
        Action::DownloadCustom => downloading(rights.custom, gallery, now),
        Action::DownloadOriginal => {
            downloading(rights.originals != Originals::None, gallery, now)?;
            if rights.originals == Originals::Final && stage != Stage::Final {
                return Err(Refusal::NotFinal);
            }
            Ok(())
        }
        // what was shipped stays theirs while the row lets them order or download at all
        Action::FetchShipped => {
            granted(rights.order || rights.downloads())?;
            if gallery.archive_downloads {
                return Ok(());
            }
            kept(gallery, now)
        }
        Action::ShareGuest => {
            let guest = matches!(row.subject, Subject::Guest(_));
            granted(gallery.guest_links && !guest)?;
            kept(gallery, now)
        }
    }
}

/// What exists for a row: the second pure function, the filter of every list, count, archive and preview (invariant 2).
/// A photograph exists when it is ready, the studio shows it to such a visitor, and its section is open to the row.
#[must_use]
pub fn visible(row: &Row, photo: &Photo, gallery: &Gallery) -> bool {
    let shown = match photo.shown {
        Shown::Everyone => true,
        Shown::NotToGuests => !matches!(row.subject, Subject::Guest(_)),
        Shown::ToStudio => false,
    };
    shown
        && photo.gallery == gallery.id
        && photo.picture().is_some()
        && rights_for(row, photo, gallery).enter
}

/// Which web-size file the row may fetch of this photograph, and how large pictures are shown to it.
#[must_use]
pub fn web_size(row: &Row, photo: &Photo, gallery: &Gallery) -> Web {
    rights_for(row, photo, gallery).web
}

/// Whether the row reads the photograph's thread (P23, S21): the right to comment there, also when choosing is closed.
#[must_use]
pub fn talks(row: &Row, photo: &Photo, gallery: &Gallery) -> bool {
    visible(row, photo, gallery) && rights_for(row, photo, gallery).comment
}

fn rights_for(row: &Row, photo: &Photo, gallery: &Gallery) -> Rights {
    row.rights_in(
        &photo.section,
        gallery.own_sections.contains(&photo.section),
    )
}

/// Whether the gallery is open to anyone at all (4.3, first line).
fn open(gallery: &Gallery, now: Timestamp) -> Result<(), Refusal> {
    if gallery.published.is_none() {
        return Err(Refusal::Unpublished);
    }
    if !gallery.enabled {
        return Err(Refusal::Paused);
    }
    match gallery.expires {
        Some(on) if now >= on && !gallery.history => Err(Refusal::Ended { on }),
        _ => Ok(()),
    }
}

fn granted(right: bool) -> Result<(), Refusal> {
    if right {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}

fn choosing(right: bool, gallery: &Gallery, now: Timestamp) -> Result<(), Refusal> {
    granted(right)?;
    if status::choosing(gallery, now) {
        Ok(())
    } else {
        Err(Refusal::Closed)
    }
}

fn kept(gallery: &Gallery, now: Timestamp) -> Result<(), Refusal> {
    if status::archived(gallery, now) {
        Err(Refusal::Archived)
    } else {
        Ok(())
    }
}

fn downloading(right: bool, gallery: &Gallery, now: Timestamp) -> Result<(), Refusal> {
    granted(right)?;
    if status::archived(gallery, now) && !gallery.archive_downloads {
        return Err(Refusal::Archived);
    }
    if gallery.awaits_delivery() {
        return Err(Refusal::NotDelivered);
    }
    Ok(())
}
