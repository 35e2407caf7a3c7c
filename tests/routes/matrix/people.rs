//! Who comes, what they find at the door, and what their row allows: written down here, worked out nowhere.

use Entry::{As, Door, NotAllowed, NotInvited, Nothing, RowEnded};
use Files::{All, Clean, Finals, Marked, No};
use Stand::{
    Anna, Anybody, Comments, Confirmed, Enters, Everything, FinalsOnly, Group, Guest, InSection,
    Marks, Orders, Originals, Rates, Selects, WebSize,
};

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody in particular.
    Stranger,
    /// Typed a wrong PIN.
    WrongPin,
    /// Typed the right PIN.
    Visit,
    /// Typed the PIN that came after it was changed.
    VisitWithNewPin,
    /// Typed the PIN before it was changed.
    VisitWithOldPin,
    /// Typed the PIN, left, and sends the old cookies still.
    Left,
    /// Typed the PIN thirteen hours ago and was not seen since.
    VisitOver,
    /// On a row that allows to enter, and nothing else.
    Enters,
    /// … to choose.
    Selects,
    /// … to comment.
    Comments,
    /// … to give stars.
    Rates,
    /// … to order.
    Orders,
    /// … to download in web size with the studio's name across it.
    WebMarked,
    /// … to download in web size.
    WebClean,
    /// … to download originals of Finals.
    Finals,
    /// … to download all originals.
    AllOriginals,
    /// … to enter, and to choose and to download originals in the section that has a table of its own.
    InSection,
    /// On a row that allows everything.
    Everything,
    /// On a row that allows everything, and has confirmed a choice.
    Confirmed,
    /// In a group that has a row.
    InGroup,
    /// On a row that allows everything but to enter.
    MayNotEnter,
    /// On a row that was switched off.
    SwitchedOff,
    /// On a row that has ended.
    RowOver,
    /// On a row that was removed.
    Removed,
    /// Signed in, and on no row.
    NotInvited,
    /// On a row with all rights; signed in a month ago.
    SessionOver,
    /// Came in elsewhere, and sends those cookies under this gallery's names.
    OtherVisit,
    /// On a row of another gallery.
    OtherPerson,
    /// Holds a guest link.
    Guest,
    /// Holds a guest link, in a browser that is on a row with all rights.
    GuestWhoIsInvited,
    /// Holds a guest link that was ended.
    GuestEnded,
    /// Holds a guest link whose time is over.
    GuestOver,
    /// The studio as Anna, who chooses, comments, rates and orders, and downloads Finals and clean web sizes.
    ViewAsAnna,
    /// The same link in another browser.
    ViewAsWithoutCookie,
    /// The same link in a browser that holds another *View as*.
    ViewAsOfAnother,
    /// A *View as* whose hour is over.
    ViewAsOver,
    /// On a row that was switched off, and typed the PIN as well.
    SwitchedOffWithPin,
    /// On a row that allows to enter and nothing else, and typed the PIN, which would allow more.
    EntersWithPin,
    /// Signed in, on no row, and typed the PIN.
    NotInvitedWithPin,
    /// On a row of their own, and in a group whose row allows more.
    OwnAndGroup,
    /// Signed in on a row, signed out, and sends the old cookie still.
    SignedOut,
    /// Holds a *View as* and opens the clients' link.
    ViewerAtTheDoor,
    /// An assistant without any tick, in a browser that is no client's.
    Assistant,
    /// An assistant who may change authorizations, in a browser that is no client's.
    AssistantWithTicks,
    /// The owner, in a browser that is no client's.
    Owner,
}

/// What somebody finds at the door of an open gallery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Inside, on this row.
    As(Stand),
    /// A proof is missing.
    Door,
    /// Signed in, and on no row.
    NotInvited,
    /// The row is over.
    RowEnded,
    /// The row does not let in.
    NotAllowed,
    /// There is nothing at that address.
    Nothing,
}

/// A row that lets in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    Anybody,
    Enters,
    Selects,
    Comments,
    Rates,
    Orders,
    Marks,
    WebSize,
    FinalsOnly,
    Originals,
    InSection,
    Everything,
    Confirmed,
    Group,
    Guest,
    Anna,
}

/// Each at the door with a PIN, at the door for invited people only, and where the link alone opens.
pub const PEOPLE: &[(Who, [Entry; 3])] = &[
    (Who::Stranger, [Door, Door, As(Anybody)]),
    (Who::WrongPin, [Door, Door, As(Anybody)]),
    (Who::Visit, [As(Anybody), Door, As(Anybody)]),
    (Who::VisitWithNewPin, [As(Anybody), Door, As(Anybody)]),
    (Who::VisitWithOldPin, [Door, Door, As(Anybody)]),
    (Who::Left, [Door, Door, As(Anybody)]),
    (Who::VisitOver, [Door, Door, As(Anybody)]),
    (Who::Enters, [As(Enters); 3]),
    (Who::Selects, [As(Selects); 3]),
    (Who::Comments, [As(Comments); 3]),
    (Who::Rates, [As(Rates); 3]),
    (Who::Orders, [As(Orders); 3]),
    (Who::WebMarked, [As(Marks); 3]),
    (Who::WebClean, [As(WebSize); 3]),
    (Who::Finals, [As(FinalsOnly); 3]),
    (Who::AllOriginals, [As(Originals); 3]),
    (Who::InSection, [As(InSection); 3]),
    (Who::Everything, [As(Everything); 3]),
    (Who::Confirmed, [As(Confirmed); 3]),
    (Who::InGroup, [As(Group); 3]),
    // P12: their row replaces Anybody's, even where the link alone opens
    (Who::MayNotEnter, [NotAllowed; 3]),
    (Who::SwitchedOff, [RowEnded; 3]),
    (Who::RowOver, [RowEnded; 3]),
    (Who::Removed, [Door, NotInvited, As(Anybody)]),
    (Who::NotInvited, [Door, NotInvited, As(Anybody)]),
    (Who::SessionOver, [Door, Door, As(Anybody)]),
    (Who::OtherVisit, [Door, Door, As(Anybody)]),
    (Who::OtherPerson, [Door, NotInvited, As(Anybody)]),
    // C8: a guest link needs no PIN and looks, whoever else the browser may be
    (Who::Guest, [As(Guest); 3]),
    (Who::GuestWhoIsInvited, [As(Guest); 3]),
    (Who::GuestEnded, [RowEnded; 3]),
    (Who::GuestOver, [RowEnded; 3]),
    (Who::ViewAsAnna, [As(Anna); 3]),
    (Who::ViewAsWithoutCookie, [Nothing; 3]),
    (Who::ViewAsOfAnother, [Nothing; 3]),
    (Who::ViewAsOver, [Nothing; 3]),
    // P12: a row of one's own replaces, and what was proven otherwise adds nothing to it
    (Who::SwitchedOffWithPin, [RowEnded; 3]),
    (Who::EntersWithPin, [As(Enters); 3]),
    (
        Who::NotInvitedWithPin,
        [As(Anybody), NotInvited, As(Anybody)],
    ),
    (Who::OwnAndGroup, [As(Enters); 3]),
    (Who::SignedOut, [Door, Door, As(Anybody)]),
    (Who::ViewerAtTheDoor, [Door, Door, As(Anybody)]),
    // P36: the studio's sign-in is no client's
    (Who::Assistant, [Door, Door, As(Anybody)]),
    (Who::AssistantWithTicks, [Door, Door, As(Anybody)]),
    (Who::Owner, [Door, Door, As(Anybody)]),
];

/// Which files of one kind a row allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Files {
    No,
    Marked,
    Clean,
    Finals,
    All,
}

/// Which channels a row opens: choosing, comments, stars and labels, the cart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Does {
    pub select: bool,
    pub comment: bool,
    pub rate: bool,
    pub order: bool,
}

const NOTHING: Does = Does {
    select: false,
    comment: false,
    rate: false,
    order: false,
};
const ALL: Does = Does {
    select: true,
    comment: true,
    rate: true,
    order: true,
};

/// What a row allows.
#[derive(Clone, Copy, Debug)]
pub struct May {
    pub stand: Stand,
    /// Its channels.
    pub does: Does,
    /// Its channels in the section with a table of its own.
    pub own: Does,
    /// Products that are made.
    pub custom: bool,
    /// The choice is confirmed.
    pub confirmed: bool,
    /// In web size.
    pub web: Files,
    /// Originals.
    pub originals: Files,
    /// Make guest links.
    pub share: bool,
    /// Photographs that the studio keeps from guests exist.
    pub kept_from_guests: bool,
    /// The section with a table of its own is open; there the files are like [`Originals`]'.
    pub own_section: bool,
}

const fn may(stand: Stand, web: Files, originals: Files) -> May {
    May {
        stand,
        does: NOTHING,
        own: NOTHING,
        custom: false,
        confirmed: false,
        web,
        originals,
        share: true,
        kept_from_guests: true,
        own_section: false,
    }
}

/// Each row that lets in.
pub const MAY: &[May] = &[
    May {
        does: Does {
            select: true,
            comment: true,
            ..NOTHING
        },
        ..may(Anybody, Clean, No)
    },
    may(Enters, No, No),
    May {
        does: Does {
            select: true,
            ..NOTHING
        },
        ..may(Selects, No, No)
    },
    May {
        does: Does {
            comment: true,
            ..NOTHING
        },
        ..may(Comments, No, No)
    },
    May {
        does: Does {
            rate: true,
            ..NOTHING
        },
        ..may(Rates, No, No)
    },
    May {
        does: Does {
            order: true,
            ..NOTHING
        },
        ..may(Orders, No, No)
    },
    may(Marks, Marked, No),
    may(WebSize, Clean, No),
    may(FinalsOnly, No, Finals),
    may(Originals, No, All),
    May {
        own_section: true,
        own: Does {
            select: true,
            ..NOTHING
        },
        ..may(InSection, No, No)
    },
    May {
        does: ALL,
        custom: true,
        ..may(Everything, Clean, All)
    },
    May {
        does: ALL,
        custom: true,
        confirmed: true,
        ..may(Confirmed, Clean, All)
    },
    may(Group, Marked, Finals),
    May {
        share: false,
        kept_from_guests: false,
        ..may(Guest, No, No)
    },
    May {
        share: false,
        does: ALL,
        ..may(Anna, Clean, Finals)
    },
];

impl Stand {
    /// What this row allows.
    pub fn may(self) -> May {
        let mut rows = MAY.iter().filter(|row| row.stand == self);
        let row = rows.next().copied();
        assert!(rows.next().is_none(), "{self:?} is listed twice");
        row.unwrap_or_else(|| panic!("{self:?} is not listed"))
    }
}
