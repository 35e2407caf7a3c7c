//! What a visitor's browser proves: a visit (the PIN was typed) or a person (a mailed code was typed).

use crate::email::Email;
use crate::ids::{GalleryId, GroupId, TokenHash};
use jiff::{SignedDuration, Timestamp};

/// A visitor's session ends after so long without a request.
pub const VISITOR_IDLE: SignedDuration = SignedDuration::from_hours(12);
/// A visitor's session ends for good after so long.
pub const VISITOR_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The studio's session ends after so long without a request.
pub const STUDIO_IDLE: SignedDuration = SignedDuration::from_hours(8);
/// The studio's session ends for good after so long.
pub const STUDIO_LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long a presigned original may be fetched: long enough to start, short enough to be worth little.
pub const ORIGINAL_LIFE: SignedDuration = SignedDuration::from_mins(15);
/// How long a presigned picture may be fetched: the five minutes that a change of rights may take to reach pictures
/// (product 5.5), since nobody can call back an address that was handed out.
pub const RENDITION_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// How long *View as* lasts (P36).
pub const PREVIEW_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// A visitor who came through the door with the PIN: row *Anybody* of one authorization table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The cookie's hash.
    pub id: TokenHash,
    /// The gallery whose table it opens: this gallery and those that inherit from it, and no other.
    pub gallery: GalleryId,
    /// The row's [`door`](super::Row::door) then: a new PIN or a new link ends the visit.
    pub door: u64,
    /// When it began.
    pub created: Timestamp,
    /// When it was last seen, to the hour.
    pub seen: Timestamp,
}

/// A browser whose holder has proven an e-mail address (P14, L44): the same person on every device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonSession {
    /// The cookie's hash.
    pub id: TokenHash,
    /// The proven address.
    pub email: Email,
    /// The groups the studio has put this address into, as they are now.
    pub groups: Vec<GroupId>,
    /// When it began.
    pub created: Timestamp,
    /// When it was last seen, to the hour.
    pub seen: Timestamp,
}

fn current(created: Timestamp, seen: Timestamp, now: Timestamp) -> bool {
    now < created + VISITOR_LIFE && now < seen + VISITOR_IDLE
}

impl Session {
    /// Whether it still stands, by the clock; TTL deletion is housekeeping and comes late.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> bool {
        current(self.created, self.seen, now)
    }
}

impl PersonSession {
    /// Whether it still stands, by the clock.
    #[must_use]
    pub fn current(&self, now: Timestamp) -> bool {
        current(self.created, self.seen, now)
    }
}
