//! What clients read about a gallery now, and what that is called in the studio (product 4.3).

use crate::when;
use domain::access::{Action, Refusal, Rights, Row, Subject, may};
use domain::calendar::days_left;
use domain::gallery::Gallery;
use domain::status::{Lock, Status, status};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A status as a page draws it: shape, word, and what is worth knowing beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reading {
    /// A drawing of `icons.svg`.
    pub(crate) icon: &'static str,
    /// A class of `.status`.
    pub(crate) class: &'static str,
    /// The status in one or two words.
    pub(crate) word: &'static str,
    /// Until when, since when, why; may be empty.
    pub(crate) detail: String,
}

/// Which galleries of the list a chip leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chip {
    /// All of them.
    All,
    /// Those that are chosen from.
    Proofing,
    /// Those whose finals are here.
    Ready,
    /// Those that end within [`SOON`] days.
    EndsSoon,
    /// Those that are put away or over.
    Archived,
    /// Those that are not published.
    Drafts,
}

/// All chips in the order of the page, with their names in addresses and on the page.
pub(crate) const CHIPS: [(Chip, &str, &str); 6] = [
    (Chip::All, "", "All"),
    (Chip::Proofing, "proofing", "Proofing"),
    (Chip::Ready, "ready", "Ready"),
    (Chip::EndsSoon, "ends-soon", "Ends soon"),
    (Chip::Archived, "archived", "Archived"),
    (Chip::Drafts, "drafts", "Drafts"),
];

/// An end within so many days is soon.
pub(crate) const SOON: i32 = 14;

/// The status for somebody on this row.
pub(crate) fn status_of(gallery: &Gallery, row: &Row, now: Timestamp) -> Status {
    let standing = may(row, Action::Enter, None, gallery, now).map(|()| &row.rights);
    status(gallery, standing, None, now)
}

/// The status for somebody who may choose: what the studio's list says of the gallery as a whole.
pub(crate) fn status_in_general(gallery: &Gallery, now: Timestamp) -> Status {
    let chooses = Rights {
        select: true,
        ..Rights::LOOK
    };
    status_of(gallery, &Row::new(Subject::Anybody, chooses), now)
}

/// The status in the studio's words.
pub(crate) fn studio(
    gallery: &Gallery,
    status: Status,
    now: Timestamp,
    zone: &TimeZone,
) -> Reading {
    let (icon, class, word) = match status {
        Status::Unavailable(Refusal::Unpublished) => ("draft", "status--quiet", "Draft"),
        Status::Unavailable(Refusal::Paused) => ("pause", "status--warn", "Paused"),
        Status::Unavailable(Refusal::Ended { .. }) => ("clock", "status--quiet", "Ended"),
        Status::Unavailable(_) => ("none", "status--quiet", "No entry"),
        Status::Archived => ("archive", "status--quiet", "Archived"),
        Status::Ready => ("ready", "status--ready", "Ready"),
        Status::Locked(Lock::InPreparation) => ("lock", "", "In preparation"),
        Status::Locked(_) => ("lock", "", "Locked"),
        Status::Proofing => ("proofing", "status--proofing", "Proofing"),
    };
    Reading {
        icon,
        class,
        word,
        detail: detail(gallery, status, now, zone),
    }
}

/// What stands beside the word: until when one may choose, since when not, when it ends or ended.
fn detail(gallery: &Gallery, status: Status, now: Timestamp, zone: &TimeZone) -> String {
    match status {
        Status::Unavailable(Refusal::Ended { on }) => format!("since {}", when::until(on, zone)),
        Status::Unavailable(Refusal::RowEnded) => "this row has ended".into(),
        Status::Locked(Lock::Confirmed { on }) => format!("confirmed {}", when::until(on, zone)),
        Status::Locked(Lock::ByStudio) => "you closed choosing".into(),
        Status::Locked(Lock::Deadline { on }) => {
            format!("choosing ended {}", when::until(on, zone))
        }
        Status::Proofing => gallery
            .deadline
            .and_then(|on| days_left(on, now, zone))
            .map_or_else(String::new, |days| match days {
                0 => "last day to choose".into(),
                1 => "1 day left to choose".into(),
                _ => format!("{days} days left to choose"),
            }),
        Status::Unavailable(_)
        | Status::Archived
        | Status::Ready
        | Status::Locked(Lock::InPreparation) => String::new(),
    }
}

/// The word that clients read for a status (4.3).
pub(crate) fn clients_read(status: Status) -> &'static str {
    match status {
        Status::Unavailable(Refusal::Paused) => "Paused by the studio",
        Status::Unavailable(_) => "Unavailable",
        Status::Archived => "Archived",
        Status::Ready => "Ready to download",
        Status::Locked(Lock::InPreparation) => "In preparation",
        Status::Locked(_) => "Locked",
        Status::Proofing => "Proofing",
    }
}

impl Chip {
    /// The chip of that name in an address; any other name leaves all.
    pub(crate) fn named(name: &str) -> Self {
        let mut chips = CHIPS.iter().filter(|(_, known, _)| *known == name);
        chips.next().map_or(Self::All, |(chip, ..)| *chip)
    }

    /// Whether it leaves this gallery.
    pub(crate) fn keeps(self, gallery: &Gallery, now: Timestamp, zone: &TimeZone) -> bool {
        let status = status_in_general(gallery, now);
        match self {
            Self::All => true,
            Self::Proofing => matches!(status, Status::Proofing | Status::Locked(_)),
            Self::Ready => status == Status::Ready,
            Self::EndsSoon => ends_soon(gallery, now, zone).is_some(),
            Self::Archived => matches!(
                status,
                Status::Archived | Status::Unavailable(Refusal::Ended { .. })
            ),
            Self::Drafts => gallery.published.is_none() && !gallery.archived,
        }
    }
}

/// Days until a gallery that clients can open ends, when that is soon.
pub(crate) fn ends_soon(gallery: &Gallery, now: Timestamp, zone: &TimeZone) -> Option<i32> {
    if gallery.archived || gallery.published.is_none() {
        return None;
    }
    days_left(gallery.expires?, now, zone).filter(|days| *days <= SOON)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::gallery::Kind;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn proofing() -> Gallery {
        Gallery {
            kind: Kind::Proofing,
            delivered: None,
            ..Gallery::new("M".into(), "m".into(), at("2026-11-01T10:00:00Z"))
        }
    }

    fn said(gallery: &Gallery) -> (&'static str, String) {
        let now = at("2026-11-22T10:00:00Z");
        let reading = studio(
            gallery,
            status_in_general(gallery, now),
            now,
            &TimeZone::UTC,
        );
        (reading.word, reading.detail)
    }

    /// 4.3: the studio reads why; clients of a draft, a paused and an ended gallery do not.
    #[test]
    fn the_studio_reads_what_clients_do_not() {
        let mut gallery = proofing();
        gallery.deadline = Some(at("2026-12-07T00:00:00Z"));
        assert_eq!(
            said(&gallery),
            ("Proofing", "14 days left to choose".into())
        );
        gallery.deadline = Some(at("2026-11-08T00:00:00Z"));
        assert_eq!(
            said(&gallery),
            ("Locked", "choosing ended 7 November 2026".into())
        );
        gallery.expires = Some(at("2026-11-22T00:00:00Z"));
        assert_eq!(said(&gallery).0, "Ended");
        gallery.enabled = false;
        assert_eq!(said(&gallery).0, "Paused");
        gallery.published = None;
        assert_eq!(said(&gallery).0, "Draft");
        let read = clients_read(status_in_general(&gallery, at("2026-11-22T10:00:00Z")));
        assert_eq!(read, "Unavailable");
    }

    /// 5.2: each chip leaves what it says, and a name nobody made leaves all.
    #[test]
    fn chips_leave_what_they_say() {
        let now = at("2026-11-22T10:00:00Z");
        let chips = |gallery: &Gallery| {
            let kept = CHIPS
                .iter()
                .filter(|(chip, ..)| chip.keeps(gallery, now, &TimeZone::UTC));
            kept.map(|(_, name, _)| *name).collect::<Vec<_>>()
        };
        let mut gallery = proofing();
        assert_eq!(chips(&gallery), ["", "proofing"]);
        gallery.delivered = Some(now);
        gallery.expires = Some(at("2026-12-01T00:00:00Z"));
        assert_eq!(chips(&gallery), ["", "ready", "ends-soon"]);
        gallery.archived = true;
        assert_eq!(chips(&gallery), ["", "archived"]);
        assert_eq!(Chip::named("nothing"), Chip::All);
    }
}
