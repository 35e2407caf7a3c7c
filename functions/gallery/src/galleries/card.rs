//! One gallery of the list in words: title, status, dates and the one button that names the right next step (S7–S14).

use super::mark;
use domain::access::{Refusal, Rights};
use domain::calendar::{days_left, last_day};
use domain::gallery::Gallery;
use domain::ids::GalleryId;
use domain::status::{Lock, NextStep, Status, status};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use web::{ask_about, words};

/// With what a card is worded.
pub struct Words<'a> {
    /// Where the studio's days end.
    pub zone: &'a TimeZone,
    /// The studio's name.
    pub studio: &'a str,
    /// When it is read.
    pub now: Timestamp,
}

/// A gallery of the list.
#[derive(Debug)]
pub struct Card {
    pub id: GalleryId,
    pub parent: Option<GalleryId>,
    /// "A private gallery" where the title is nobody's business.
    pub title: String,
    /// Unavailable: tells neither title nor cover nor date (S27).
    pub private: bool,
    /// It stands in a gallery of the list.
    pub nested: bool,
    /// Where title and picture lead.
    pub href: String,
    pub cover: Option<Cover>,
    /// History: the cover is shown in grey.
    pub dim: bool,
    pub chip: Chip,
    /// The status as a number, the one that asks for something first.
    pub rank: u8,
    pub shot: Option<Shot>,
    /// The deadline, or until when it is open.
    pub line: String,
    /// What else there is to know; may be empty.
    pub note: String,
    /// What [`Card::line`] is sorted by.
    pub ends: Option<Timestamp>,
    pub button: Button,
}

/// The first photograph.
#[derive(Debug)]
pub struct Cover {
    pub src: String,
    pub width: u32,
    pub height: u32,
    /// Six hex digits.
    pub average: String,
}

/// A status: a drawing and a word, colour only repeats it.
#[derive(Debug, PartialEq, Eq)]
pub struct Chip {
    pub icon: &'static str,
    pub word: &'static str,
    pub class: &'static str,
}

/// The day of the shoot.
#[derive(Debug)]
pub struct Shot {
    date: civil::Date,
    /// "12 Sep 2026".
    pub words: String,
    /// For machines.
    pub iso: String,
}

/// The one button.
#[derive(Debug, PartialEq, Eq)]
pub struct Button {
    pub word: &'static str,
    pub class: &'static str,
    pub href: String,
}

/// How somebody stands in a gallery of the list.
#[derive(Debug, Clone, Copy)]
pub struct Stands {
    /// What their row allows.
    pub rights: Rights,
    /// Until when; none: with the gallery.
    pub until: Option<Timestamp>,
    /// When they confirmed their choice, while it is (S34).
    pub confirmed: Option<Timestamp>,
}

impl Card {
    /// A gallery for somebody who stands in it, or who does not.
    pub fn of(
        gallery: &Gallery,
        standing: Result<Stands, Refusal>,
        cover: Option<Cover>,
        words: &Words<'_>,
    ) -> Self {
        let rights = standing.map_or(Rights::NONE, |stands| stands.rights);
        let until = standing.ok().and_then(|stands| stands.until);
        let state = status(
            gallery,
            standing.as_ref().map(|s| &s.rights).map_err(|e| *e),
            standing.ok().and_then(|stands| stands.confirmed),
            words.now,
        );
        let private = matches!(state, Status::Unavailable(_));
        let link = format!("/g/{}", gallery.link);
        let ask = ask_about(&format!("/galleries/{}", mark(gallery)));
        let (line, note, ends) = lines(gallery, state, until, &rights, words);
        Self {
            id: gallery.id,
            parent: gallery.parent,
            title: if private {
                "A private gallery".into()
            } else {
                gallery.title.clone()
            },
            private,
            nested: false,
            href: if private { ask.clone() } else { link.clone() },
            cover: cover.filter(|_| !private),
            dim: state == Status::Archived,
            chip: chip(state),
            rank: rank(state),
            shot: gallery.shoot_date.filter(|_| !private).map(Shot::of),
            line,
            note,
            ends,
            button: button(state.next_step(&rights), &link, ask),
        }
    }

    /// Says where it stands.
    pub fn stands_in(&mut self, title: &str) {
        let before = if self.note.is_empty() { "" } else { ", " };
        self.note = format!("{}{before}in {title}", self.note);
    }

    /// The day of the shoot.
    pub fn shot_on(&self) -> Option<civil::Date> {
        self.shot.as_ref().map(|shot| shot.date)
    }
}

impl Shot {
    fn of(date: civil::Date) -> Self {
        Self {
            date,
            words: short(date),
            iso: date.to_string(),
        }
    }
}

fn chip(state: Status) -> Chip {
    let (icon, word, class) = match state {
        Status::Proofing => ("proofing", "Proofing", "status--proofing"),
        Status::Ready => ("ready", "Ready to download", "status--ready"),
        Status::Locked(_) => ("lock", "Locked", ""),
        Status::Archived => ("archive", "Archived", "status--quiet"),
        Status::Unavailable(_) => ("none", "Unavailable", "status--quiet"),
    };
    Chip { icon, word, class }
}

fn rank(state: Status) -> u8 {
    match state {
        Status::Proofing => 0,
        Status::Ready => 1,
        Status::Locked(_) => 2,
        Status::Archived => 3,
        Status::Unavailable(_) => 4,
    }
}

/// Only what waits for a choice has the marker; the rest is ink.
fn button(step: NextStep, link: &str, ask: String) -> Button {
    let (word, class, href) = match step {
        NextStep::Review => ("Review", "btn--go", link.to_owned()),
        NextStep::Download => ("Download", "btn--ink", format!("{link}#frames")),
        NextStep::View => ("View", "", link.to_owned()),
        NextStep::Ask => ("Ask the studio", "", ask),
    };
    Button { word, class, href }
}

/// The line of dates, what else to know, and what the line is sorted by. What is not set says nothing (S7–S13).
fn lines(
    gallery: &Gallery,
    state: Status,
    until: Option<Timestamp>,
    rights: &Rights,
    words: &Words<'_>,
) -> (String, String, Option<Timestamp>) {
    let day = |at| last_day(at, words.zone);
    let end = gallery.expires.into_iter().chain(until).min();
    let open = end.map_or_else(String::new, |end| format!("Open until {}", short(day(end))));
    match state {
        Status::Proofing => match gallery.deadline {
            Some(deadline) => (choose_by(deadline, words), open, Some(deadline)),
            None => (open, String::new(), end),
        },
        Status::Ready => (open, String::new(), end),
        Status::Locked(Lock::Deadline { on }) => {
            let ended = format!("Choosing ended on {}", short(day(on)));
            (ended, open, Some(on))
        }
        Status::Locked(Lock::Confirmed { on }) => {
            let confirmed = format!("Confirmed on {}", short(day(on)));
            (open, confirmed, end)
        }
        Status::Locked(Lock::ByStudio) => (open, "Choosing is closed".into(), end),
        Status::Locked(Lock::InPreparation) => (open, "In preparation".into(), end),
        Status::Archived => {
            let closed = gallery.expires.filter(|end| words.now >= *end);
            let line = closed.map(|end| format!("Closed {}", short(day(end))));
            let note = if !rights.downloads() {
                "History"
            } else if gallery.archive_downloads {
                "History, downloads are open"
            } else {
                "History, no download"
            };
            (line.unwrap_or_default(), note.into(), closed)
        }
        Status::Unavailable(refusal) => (String::new(), why(refusal, words), None),
    }
}

/// "Choose by 6 Dec, 14 days left".
fn choose_by(deadline: Timestamp, words: &Words<'_>) -> String {
    let last = last_day(deadline, words.zone);
    let today = words.now.to_zoned(words.zone.clone()).date();
    let date = if last.year() == today.year() {
        last.strftime("%-d %b").to_string()
    } else {
        short(last)
    };
    match days_left(deadline, words.now, words.zone) {
        Some(0) => format!("Choose by {date}, today is the last day"),
        Some(days) => {
            let days = usize::try_from(days).unwrap_or_default();
            format!(
                "Choose by {date}, {} left",
                words::count(days, "day", "days")
            )
        }
        None => format!("Choose by {date}"),
    }
}

fn why(refusal: Refusal, words: &Words<'_>) -> String {
    match refusal {
        Refusal::Unpublished => "Not open yet".into(),
        Refusal::Paused => format!("Paused by {}", words.studio),
        Refusal::Ended { on } => format!("Ended on {}", short(last_day(on, words.zone))),
        Refusal::RowEnded => "No longer open to this address".into(),
        _ => "Not open to this address".into(),
    }
}

/// "12 Sep 2026".
fn short(date: civil::Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use domain::gallery::Kind;

    pub fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    pub fn gallery(title: &str) -> Gallery {
        let now = at("2026-09-20T10:00:00Z");
        let mut gallery = Gallery::new(title.into(), title.into(), now);
        gallery.kind = Kind::Proofing;
        gallery.delivered = None;
        gallery
    }

    pub fn open() -> Result<(Rights, Option<Timestamp>), Refusal> {
        let rights = Rights {
            select: true,
            originals: domain::access::Originals::All,
            ..Rights::LOOK
        };
        Ok((rights, None))
    }

    pub fn card_of(
        gallery: &Gallery,
        standing: Result<(Rights, Option<Timestamp>), Refusal>,
    ) -> Card {
        let zone = domain::calendar::zone("Europe/Stockholm").unwrap();
        let words = Words {
            zone: &zone,
            studio: "Hedda Lind",
            now: at("2026-11-22T10:00:00Z"),
        };
        let cover = Cover {
            src: "https://b.example/secret".into(),
            width: 3,
            height: 2,
            average: "808080".into(),
        };
        let stands = standing.map(|(rights, until)| Stands {
            rights,
            until,
            confirmed: None,
        });
        Card::of(gallery, stands, Some(cover), &words)
    }

    /// S7–S14, S17: each status has its words, its dates and its button.
    #[test]
    fn every_status_has_its_line_and_its_button() {
        let mut g = gallery("Marta & Jonas");
        g.deadline = Some(at("2026-12-06T23:00:00Z"));
        g.expires = Some(at("2027-09-20T22:00:00Z"));
        let card = card_of(&g, open());
        assert_eq!(card.chip.word, "Proofing");
        assert_eq!(card.line, "Choose by 6 Dec, 14 days left");
        assert_eq!(card.note, "Open until 20 Sep 2027");
        assert_eq!((card.button.word, card.button.class), ("Review", "btn--go"));
        assert_eq!(card.button.href, format!("/g/{}", g.link));

        g.deadline = Some(at("2026-11-21T23:00:00Z"));
        let card = card_of(&g, open());
        assert_eq!(card.chip.word, "Locked");
        assert_eq!(card.line, "Choosing ended on 21 Nov 2026");
        assert_eq!((card.button.word, card.button.class), ("View", ""));

        g.delivered = Some(g.created);
        let card = card_of(&g, open());
        assert_eq!(card.chip.word, "Ready to download");
        assert_eq!(card.line, "Open until 20 Sep 2027");
        assert_eq!(
            (card.button.word, card.button.class),
            ("Download", "btn--ink")
        );
        let looking = card_of(&g, Ok((Rights::LOOK, Some(at("2026-11-30T23:00:00Z")))));
        assert_eq!(looking.button.word, "View");
        assert_eq!(
            looking.line, "Open until 30 Nov 2026",
            "the row ends before the gallery"
        );

        g.expires = Some(at("2026-11-20T23:00:00Z"));
        g.history = true;
        let card = card_of(&g, open());
        assert_eq!(card.chip.word, "Archived");
        assert_eq!(
            (card.line.as_str(), card.note.as_str()),
            ("Closed 20 Nov 2026", "History, no download")
        );
        assert!(card.dim);
    }

    /// S13: what is not set says nothing.
    #[test]
    fn missing_dates_say_nothing() {
        let card = card_of(&gallery("Undated"), open());
        assert!(card.shot.is_none() && card.line.is_empty() && card.note.is_empty());
    }

    /// S17: the last day is the last day, and another year is named.
    #[test]
    fn the_last_day_is_named() {
        let mut g = gallery("Marta & Jonas");
        g.deadline = Some(at("2026-11-22T23:00:00Z"));
        let line = card_of(&g, open()).line;
        assert_eq!(line, "Choose by 22 Nov, today is the last day");
        g.deadline = Some(at("2026-11-23T23:00:00Z"));
        assert_eq!(card_of(&g, open()).line, "Choose by 23 Nov, 1 day left");
        g.deadline = Some(at("2027-01-01T23:00:00Z"));
        assert!(card_of(&g, open()).line.contains("1 Jan 2027, 40 days"));
    }

    /// S27: unavailable tells neither title nor cover nor date nor link, and leads to the studio.
    #[test]
    fn an_unavailable_gallery_is_a_private_gallery() {
        let mut g = gallery("Marta & Jonas");
        g.shoot_date = Some("2026-09-12".parse().unwrap());
        g.deadline = Some(at("2026-12-06T23:00:00Z"));
        for refusal in [
            Refusal::Unpublished,
            Refusal::Paused,
            Refusal::RowEnded,
            Refusal::NotAllowed,
            Refusal::Ended {
                on: at("2026-11-20T23:00:00Z"),
            },
        ] {
            let card = card_of(&g, Err(refusal));
            let all = format!("{card:?}");
            assert_eq!(
                (card.title.as_str(), card.chip.word),
                ("A private gallery", "Unavailable")
            );
            assert!(card.cover.is_none() && card.shot.is_none() && card.line.is_empty());
            assert!(!card.note.is_empty());
            assert_eq!(card.button.word, "Ask the studio");
            assert!(card.button.href.starts_with("/ask?about="));
            assert!(!all.contains("Marta") && !all.contains(&g.link) && !all.contains("secret"));
        }
    }
}
