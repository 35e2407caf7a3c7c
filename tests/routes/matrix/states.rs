//! What a gallery can be, and what a photograph can be: written down here, worked out nowhere.

use domain::gallery::{Gallery, Kind};
use domain::photo::{Shown, Stage};
use jiff::{SignedDuration, Timestamp};

/// A state of a gallery.
pub struct State {
    pub name: &'static str,
    /// What everyone is told who asks for anything in it; none: it is open.
    pub closed: Option<(u16, &'static str)>,
    /// Files whose right somebody has.
    pub files: u16,
    /// The guests' page for whom it is meant.
    pub share: u16,
    /// Why nobody chooses, comments or rates; empty: they do.
    pub choosing: &'static str,
    /// Why nobody orders; empty: they do.
    pub orders: &'static str,
    /// Files that were shipped.
    pub shipped: u16,
    /// Hearts are personal, and nothing is confirmed.
    pub favourites: bool,
    /// Puts a gallery into it.
    pub set: fn(&mut Gallery, Timestamp),
}

const OPEN: State = State {
    name: "",
    closed: None,
    files: 302,
    share: 200,
    choosing: "",
    orders: "",
    shipped: 302,
    favourites: false,
    set: |_, _| {},
};

/// The sentence that stands in all of them, and that nobody outside may read.
pub const WELCOME: &str = "Wolkenbruch in the welcome";

/// All states: product 4.3.
pub const STATES: &[State] = &[
    State {
        name: "delivery",
        favourites: true,
        ..OPEN
    },
    State {
        name: "proofing",
        set: |gallery, _| {
            gallery.kind = Kind::Proofing;
            gallery.delivered = None;
        },
        ..OPEN
    },
    State {
        name: "draft",
        closed: Some((403, "unpublished")),
        set: |gallery, _| gallery.published = None,
        ..OPEN
    },
    State {
        name: "paused",
        closed: Some((403, "paused")),
        set: |gallery, _| gallery.enabled = false,
        ..OPEN
    },
    State {
        name: "locked",
        choosing: "closed",
        orders: "closed",
        set: |gallery, _| {
            gallery.kind = Kind::Proofing;
            gallery.delivered = None;
            gallery.locked = true;
        },
        ..OPEN
    },
    State {
        name: "past its deadline",
        choosing: "closed",
        orders: "closed",
        set: |gallery, now| {
            gallery.kind = Kind::Proofing;
            gallery.delivered = None;
            gallery.deadline = Some(now - HOUR);
        },
        ..OPEN
    },
    State {
        name: "delivered",
        choosing: "closed",
        set: |gallery, now| {
            gallery.kind = Kind::ProofRetouchDeliver;
            gallery.delivered = Some(now - HOUR);
            gallery.wait_for_delivery = true;
        },
        ..OPEN
    },
    State {
        name: "waiting for its delivery",
        files: 403,
        set: |gallery, _| {
            gallery.kind = Kind::ProofRetouchDeliver;
            gallery.delivered = None;
            gallery.wait_for_delivery = true;
        },
        ..OPEN
    },
    State {
        name: "archived",
        choosing: "closed",
        orders: "archived",
        shipped: 403,
        files: 403,
        share: 403,
        set: |gallery, _| gallery.archived = true,
        ..OPEN
    },
    State {
        name: "archived with downloads",
        choosing: "closed",
        orders: "archived",
        share: 403,
        set: |gallery, _| {
            gallery.archived = true;
            gallery.archive_downloads = true;
        },
        ..OPEN
    },
    State {
        name: "expired",
        closed: Some((410, "ended")),
        set: |gallery, now| gallery.expires = Some(now - HOUR),
        ..OPEN
    },
    State {
        name: "expired, kept as history",
        choosing: "closed",
        orders: "archived",
        shipped: 403,
        files: 403,
        share: 403,
        set: |gallery, now| {
            gallery.expires = Some(now - HOUR);
            gallery.history = true;
        },
        ..OPEN
    },
    State {
        name: "without clients' guest links",
        share: 403,
        set: |gallery, _| gallery.guest_links = false,
        ..OPEN
    },
    State {
        name: "paused, expired and archived",
        closed: Some((403, "paused")),
        set: |gallery, now| {
            gallery.enabled = false;
            gallery.archived = true;
            gallery.expires = Some(now - HOUR);
        },
        ..OPEN
    },
];

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What a photograph can be.
#[derive(Clone, Copy, Debug)]
pub struct Shot {
    /// Its file's name.
    pub name: &'static str,
    /// Its section.
    pub section: &'static str,
    /// What is in the bucket.
    pub is: Is,
    pub stage: Stage,
    pub shown: Shown,
    /// It exists for those on a row.
    pub seen: bool,
    /// It exists for guests.
    pub seen_by_guests: bool,
    /// It is Final.
    pub last: bool,
}

/// On its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    Ready,
    Processing,
    Rejected,
    /// Ready, in another gallery.
    Elsewhere,
    /// Nowhere.
    Unknown,
}

const READY: Shot = Shot {
    name: "",
    section: "Vesperzeit",
    is: Is::Ready,
    stage: Stage::Undefined,
    shown: Shown::Everyone,
    seen: true,
    seen_by_guests: true,
    last: false,
};

/// A title that stands for a section with a table of its own.
pub const OWN_SECTION: &str = "Nachtstueck";

/// All photographs.
pub const SHOTS: &[Shot] = &[
    Shot {
        name: "ZQX_2041.jpg",
        ..READY
    },
    Shot {
        name: "ZQX_2042.jpg",
        stage: Stage::Proof,
        ..READY
    },
    Shot {
        name: "ZQX_2043.jpg",
        stage: Stage::Final,
        last: true,
        ..READY
    },
    Shot {
        name: "ZQX_2044.jpg",
        stage: Stage::Final,
        shown: Shown::NotToGuests,
        seen_by_guests: false,
        last: true,
        ..READY
    },
    Shot {
        name: "ZQX_2045.jpg",
        stage: Stage::Final,
        shown: Shown::ToStudio,
        seen: false,
        seen_by_guests: false,
        last: true,
        ..READY
    },
    Shot {
        name: "ZQX_2046.jpg",
        is: Is::Processing,
        seen: false,
        seen_by_guests: false,
        ..READY
    },
    Shot {
        name: "ZQX_2047.jpg",
        is: Is::Rejected,
        seen: false,
        seen_by_guests: false,
        ..READY
    },
    // seen by whom the section's own table names, and nobody else
    Shot {
        name: "ZQX_2048.jpg",
        section: OWN_SECTION,
        stage: Stage::Final,
        seen: false,
        seen_by_guests: false,
        last: true,
        ..READY
    },
    Shot {
        name: "ZQX_9049.jpg",
        is: Is::Elsewhere,
        stage: Stage::Final,
        seen: false,
        seen_by_guests: false,
        last: true,
        ..READY
    },
    Shot {
        name: "ZQX_9050.jpg",
        is: Is::Unknown,
        seen: false,
        seen_by_guests: false,
        ..READY
    },
];
