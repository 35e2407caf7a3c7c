//! What clients read about a gallery (product 4.3): worked out from its fields and the clock when it is read, so that no
//! job has to run for a deadline to bite (invariant 3).

use crate::access::{Refusal, Rights};
use crate::gallery::{Gallery, Kind};
use jiff::Timestamp;

/// The status of a gallery for one visitor; the first that fits, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Not published, paused, ended, or not open to this visitor (S27). Tells neither title nor cover.
    Unavailable(Refusal),
    /// Finished; remains as history (S26).
    Archived,
    /// Finals are here (S25).
    Ready,
    /// Choosing is closed, or nothing can be chosen yet; view only (S24).
    Locked(Lock),
    /// Review, choose, comment (S23).
    Proofing,
}

/// Why a gallery is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// This visitor has confirmed their choice (S34).
    Confirmed {
        /// When.
        on: Timestamp,
    },
    /// The studio closed choosing.
    ByStudio,
    /// The deadline passed.
    Deadline {
        /// When.
        on: Timestamp,
    },
    /// Nothing to choose in it, and nothing delivered yet: in preparation.
    InPreparation,
}

/// The one button that names the right next action (S14).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    /// Choose among the photographs.
    Review,
    /// Look at them.
    View,
    /// Fetch them.
    Download,
    /// Write to the studio: nothing else helps (S36).
    Ask,
}

/// The status of a gallery for a visitor who stands on these rights and has confirmed their choice then, if they have.
#[must_use]
pub fn status(
    gallery: &Gallery,
    standing: Result<&Rights, Refusal>,
    confirmed: Option<Timestamp>,
    now: Timestamp,
) -> Status {
    let rights = match standing {
        Ok(rights) => rights,
        Err(refusal) => return Status::Unavailable(refusal),
    };
    if archived(gallery, now) {
        Status::Archived
    } else if gallery.delivered.is_some() {
        Status::Ready
    } else if let Some(on) = confirmed {
        Status::Locked(Lock::Confirmed { on })
    } else if gallery.locked {
        Status::Locked(Lock::ByStudio)
    } else if let Some(on) = gallery.deadline.filter(|on| now >= *on) {
        Status::Locked(Lock::Deadline { on })
    } else if gallery.kind == Kind::Delivery || !rights.chooses() {
        Status::Locked(Lock::InPreparation)
    } else {
        Status::Proofing
    }
}

impl Status {
    /// The one button for a visitor with these rights.
    #[must_use]
    pub fn next_step(self, rights: &Rights) -> NextStep {
        match self {
            Self::Unavailable(_) => NextStep::Ask,
            Self::Proofing => NextStep::Review,
            Self::Ready if rights.downloads() => NextStep::Download,
            Self::Ready | Self::Locked(_) | Self::Archived => NextStep::View,
        }
    }
}

/// Whether the gallery is history: put away by the studio, or expired.
#[must_use]
pub fn archived(gallery: &Gallery, now: Timestamp) -> bool {
    gallery.archived || gallery.expires.is_some_and(|on| now >= on)
}

/// Whether a letter that leads clients into the gallery would lead to a closed door: not published, paused or history.
#[must_use]
pub fn shut(gallery: &Gallery, now: Timestamp) -> bool {
    gallery.published.is_none() || !gallery.enabled || archived(gallery, now)
}

/// Whether choosing was closed by the studio or by its deadline.
#[must_use]
pub fn locked(gallery: &Gallery, now: Timestamp) -> bool {
    gallery.locked || gallery.deadline.is_some_and(|on| now >= on)
}

/// Whether photographs may be chosen, commented on and rated now by those who have the right: in a gallery to choose
/// from until its finals are delivered, in a delivered gallery as favourites; never locked or archived.
#[must_use]
pub fn choosing(gallery: &Gallery, now: Timestamp) -> bool {
    let delivered = gallery.delivered.is_some() && gallery.kind != Kind::Delivery;
    !delivered && !locked(gallery, now) && !archived(gallery, now)
}
