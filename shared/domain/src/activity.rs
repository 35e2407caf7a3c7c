//! What happened, for the studio to read (P10, P20, R-4.13): append-only, with who, what and from where, never a secret.

use crate::access::Subject;
use crate::email::Email;
use crate::ids::{GalleryId, PhotoId, TokenHash};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// How long an event is kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// In which gallery; none: in the studio as a whole.
    pub gallery: Option<GalleryId>,
    /// Who did it.
    pub who: Who,
    /// What it was.
    pub what: What,
    /// From where.
    pub from: Origin,
}

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// A visitor, by the row that let them in; a person also by name.
    Visitor(Subject),
    /// Somebody signed in to the studio.
    Member(Email),
    /// Nobody who has proven anything.
    Stranger,
    /// Nobody: it was set to happen by itself.
    Itself,
}

/// What somebody did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "kebab-case")]
pub enum What {
    /// Opened the gallery; at most once an hour for each row and person.
    Entered,
    /// Fetched a file.
    Downloaded {
        /// Which photograph.
        photo: PhotoId,
        /// Its camera name.
        file_name: String,
        /// `original`, `web`, `web-marked`, or what a download product is called.
        size: String,
        /// Bytes, where they are known beforehand.
        bytes: Option<u64>,
    },
    /// Accepted an invitation.
    Accepted,
    /// Was refused a file or a page by the row's rights.
    Refused {
        /// What was wanted, such as `download-original`.
        wanted: String,
    },
    /// Strangers used up the gallery's PIN guesses.
    PinGuessesSpent,
    /// Made a guest link.
    GuestLinkMade {
        /// What it was called.
        label: String,
    },
    /// Ended a guest link.
    GuestLinkEnded {
        /// What it was called.
        label: String,
    },
    /// Signed in.
    SignedIn,
    /// Typed a wrong sign-in code.
    SignInFailed,
    /// Ended all sessions of an account.
    SignedOutEverywhere,
    /// Invited somebody.
    Invited {
        /// Whom.
        email: Email,
    },
    /// Added or changed a row.
    RowSaved {
        /// Whose.
        subject: Subject,
        /// The rights, in words.
        rights: String,
    },
    /// Removed a row.
    RowRemoved {
        /// Whose.
        subject: Subject,
    },
    /// Changed the PIN, or took it away.
    PinChanged,
    /// Replaced the link.
    LinkReplaced,
    /// Made a gallery.
    GalleryMade,
    /// Changed settings.
    SettingsSaved {
        /// Which, in words.
        changes: String,
    },
    /// Published, took back, paused, opened, locked, reopened, delivered, archived, restored.
    StatusChanged {
        /// `published`, `unpublished`, `paused`, `opened`, `locked`, `reopened`, `delivered`, `withdrawn`, `archived`,
        /// `restored`.
        to: String,
    },
    /// Looked at a gallery as a client sees it (P36). The only trace of it, and the studio's own.
    ViewedAs {
        /// As whom.
        subject: Subject,
    },
    /// Took data out as a file.
    Exported {
        /// What.
        what: String,
    },
    /// Confirmed a choice (S22).
    Confirmed {
        /// Which snapshot of theirs.
        snapshot: u32,
        /// How many photographs.
        count: u32,
    },
    /// Opened somebody's confirmed choice again (S34).
    Reopened {
        /// Whose.
        subject: Subject,
    },
    /// Placed an order (P42).
    Ordered {
        /// Its number in the gallery.
        number: u32,
        /// How many photographs.
        count: u32,
    },
    /// Shipped a part of an order (P46).
    Shipped {
        /// The order's number.
        number: u32,
        /// How many items.
        count: u32,
        /// By itself.
        automatic: bool,
    },
    /// Counted an order's methods again, cancelled it or a line of it (P45).
    OrderChanged {
        /// The order's number.
        number: u32,
        /// What, in words.
        change: String,
    },
    /// Said something of a photograph (P23); what was said stands in its thread.
    Commented {
        /// Which photograph.
        photo: PhotoId,
        /// Its camera name.
        file_name: String,
    },
    /// Put an earlier version of a photograph back, or said which photograph a waiting file replaces (P26).
    Replaced {
        /// Which photograph.
        photo: PhotoId,
        /// Its camera name.
        file_name: String,
        /// What, in words.
        change: String,
    },
    /// Added, changed or switched off a download product (P39).
    ProductSaved {
        /// Its name.
        name: String,
        /// What, in words.
        change: String,
    },
    /// Added, changed or removed an assistant.
    TeamChanged {
        /// Whom.
        email: Email,
        /// What, in words.
        change: String,
    },
}

/// From where something was done, so far as it may be kept: no whole address, no user agent.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Origin {
    /// The address's /24 or /48.
    pub prefix: String,
    /// The first 8 hex digits of the user agent's SHA-256: tells devices apart, names none.
    pub device: String,
}

impl Origin {
    /// What may be kept of a request.
    #[must_use]
    pub fn of(address: IpAddr, user_agent: &str) -> Self {
        let prefix = match address.to_canonical() {
            IpAddr::V4(v4) => {
                let [a, b, c, _] = v4.octets();
                format!("{a}.{b}.{c}.0/24")
            }
            IpAddr::V6(v6) => {
                let [a, b, c, ..] = v6.segments();
                format!("{a:x}:{b:x}:{c:x}::/48")
            }
        };
        let device = TokenHash::of(user_agent).as_str()[..8].to_owned();
        Self { prefix, device }
    }
}

/// A cell of a CSV file that no spreadsheet executes (R-4.13, OWASP *CSV injection*): text that begins with `=`, `+`, `-`,
/// `@`, a tab or a line break gets an apostrophe in front; quoting is the writer's business.
#[must_use]
pub fn cell(text: &str) -> String {
    let text = text.replace(['\r', '\n', '\t', '\0'], " ");
    let risky = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠']);
    if risky { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a file name made to be a formula stays text, also behind spaces.
    #[test]
    fn no_cell_is_a_formula() {
        for text in ["=1+1", "+1", "-2", "@SUM(A1)", " =1", "\t=1", "\r=1", "＝1"] {
            assert!(cell(text).starts_with('\''), "{text:?}");
        }
        assert_eq!(cell("IMG_1.jpg"), "IMG_1.jpg");
        assert_eq!(cell("a\nb"), "a b");
    }

    /// the network, not the house.
    #[test]
    fn only_a_prefix_of_the_address_is_kept() {
        let v4 = Origin::of("203.0.113.77".parse().unwrap(), "agent");
        assert_eq!(v4.prefix, "203.0.113.0/24");
        let v6 = Origin::of("2001:db8:7:9::1".parse().unwrap(), "agent");
        assert_eq!(v6.prefix, "2001:db8:7::/48");
        assert_eq!(v4.device.len(), 8);
    }
}
