//! A thread as it is shown: for the script as JSON, without it as a part of the photograph's page.

use super::{Talk, readers};
use crate::Gallery;
use askama::filters::Safe;
use domain::access::{Refusal, Subject};
use domain::comment::{Author, BadComment, Comment};
use domain::ids::CommentId;
use domain::photo::Photo;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use web::{Failure, drawing};

/// Everything a page shows of one thread. No address of anybody is in it.
#[derive(Serialize)]
pub(crate) struct Thread {
    /// Whose comments the form writes; the form sends it back.
    pub(crate) who: Option<String>,
    /// The version that is shown; the form sends it back.
    pub(crate) version: u32,
    /// Something may be said now.
    pub(crate) write: bool,
    /// Why not.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub(crate) why: &'static str,
    /// The photograph may be drawn on.
    pub(crate) drawing: bool,
    /// A name is asked for: nobody is signed in.
    pub(crate) name: bool,
    /// "Hedda and Jonas can read this."
    pub(crate) reads: String,
    /// In the order they were said, without those that were taken back.
    pub(crate) comments: Vec<Message>,
}

/// One comment.
#[derive(Serialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The studio said it.
    pub(crate) studio: bool,
    /// It may be taken back now.
    pub(crate) mine: bool,
    /// "Fri 09:12".
    pub(crate) at: String,
    pub(crate) iso: String,
    /// The version it was said of, if the photograph was replaced since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<u32>,
    pub(crate) text: String,
    /// See [`domain::comment::Drawing`]; empty: none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) drawing: String,
    /// The drawing in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) drawn: String,
}

/// The thread in the photograph's page.
pub(crate) struct ThreadPart {
    pub(crate) thread: Thread,
    /// Where it is read and written.
    pub(crate) address: String,
    /// The photograph's name, for the script.
    pub(crate) file_name: String,
    /// The name the next comment goes by.
    pub(crate) id: String,
    /// The drawing that lies over the picture.
    pub(crate) marks: Option<Marks>,
    pub(crate) problem: Option<Problem>,
}

/// A drawing over the picture.
pub(crate) struct Marks {
    pub(crate) id: String,
    pub(crate) paths: Safe<String>,
    pub(crate) pin: (u16, u16),
    pub(crate) number: usize,
}

/// What was sent and could not be taken.
pub(crate) struct Problem {
    pub(crate) words: String,
    pub(crate) text: String,
    pub(crate) name: String,
}

impl Problem {
    pub(super) fn of(problem: BadComment, text: String, name: String) -> Self {
        let words = problem.to_string();
        Self { words, text, name }
    }
}

impl Thread {
    /// What this visitor sees of these comments.
    pub(super) async fn of(
        gallery: &Gallery,
        talk: &Talk,
        comments: &[Comment],
    ) -> Result<Self, Failure> {
        let author = Author::Visitor(talk.subject());
        let may = talk.may();
        let standing = comments.iter().filter(|one| one.removed.is_none());
        let message = |comment: &Comment| Message {
            mine: may.is_ok() && comment.removable_by(&author),
            ..Message::of(comment, &talk.photo, talk.visitor.now, &gallery.zone)
        };
        Ok(Self {
            who: talk.visitor.who(),
            version: talk.photo.number,
            write: may.is_ok(),
            why: may.map_or_else(why, |()| ""),
            drawing: talk.visitor.gallery().choosing.drawing,
            name: talk.subject() == Subject::Anybody,
            reads: readers::sentence(gallery, talk).await?,
            comments: standing.map(message).collect(),
        })
    }
}

impl Message {
    fn of(comment: &Comment, photo: &Photo, now: Timestamp, zone: &TimeZone) -> Self {
        let drawn = comment.drawing.as_ref();
        Self {
            id: comment.id.to_string(),
            name: comment.name.clone(),
            studio: matches!(comment.author, Author::Member(_)),
            mine: false,
            at: said_at(comment.at, now, zone),
            iso: comment.at.to_string(),
            version: (comment.version != photo.number).then_some(comment.version),
            text: comment.text.clone(),
            drawing: drawn.map(ToString::to_string).unwrap_or_default(),
            drawn: drawn.map(drawing::described).unwrap_or_default(),
        }
    }
}

impl ThreadPart {
    pub(super) fn new(
        thread: Thread,
        address: String,
        talk: &Talk,
        shown: Option<&str>,
        problem: Option<Problem>,
    ) -> Self {
        let marks = shown.and_then(|id| marks(&thread.comments, id));
        Self {
            thread,
            address,
            file_name: talk.photo.file_name.clone(),
            id: CommentId::new(talk.visitor.now).to_string(),
            marks,
            problem,
        }
    }
}

impl ThreadPart {
    /// Whether this comment's drawing lies over the picture.
    pub(crate) fn showing(&self, id: &str) -> bool {
        self.marks.as_ref().is_some_and(|marks| marks.id == id)
    }
}

fn marks(comments: &[Message], id: &str) -> Option<Marks> {
    let mut drawn = comments.iter().filter(|one| !one.drawing.is_empty());
    let at = drawn.position(|one| one.id == id)?;
    let one = comments.iter().find(|one| one.id == id)?;
    let drawing = one.drawing.parse().ok()?;
    Some(Marks {
        id: one.id.clone(),
        paths: drawing::paths(&drawing),
        pin: drawing::pin(&drawing),
        number: at + 1,
    })
}

/// Why nothing may be said, for whoever may read.
fn why(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Confirmed { .. } => {
            "Your choice is confirmed, and the comments with it. They stay here to read."
        }
        Refusal::Preview => "You are looking as somebody else: nothing can be written from here.",
        _ => "Choosing is closed, and the comments with it. They stay here to read.",
    }
}

/// "Fri 09:12" within a week, else "13 Nov 09:12", with the year when it is another; where the studio is.
fn said_at(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (said, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let days = today
        .date()
        .since(said.date())
        .map_or(999, |span| span.get_days());
    let pattern = match days {
        0..=6 => "%a %H:%M",
        _ if said.year() == today.year() => "%-d %b %H:%M",
        _ => "%-d %b %Y, %H:%M",
    };
    said.strftime(pattern).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S33: when something was said, where the studio is.
    #[test]
    fn times_are_as_short_as_they_can_be() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        for (at, words) in [
            ("2026-11-20T08:12:00Z", "Fri 09:12"),
            ("2026-11-22T09:59:00Z", "Sun 10:59"),
            ("2026-11-13T08:12:00Z", "13 Nov 09:12"),
            ("2025-11-20T08:12:00Z", "20 Nov 2025, 09:12"),
        ] {
            assert_eq!(said_at(at.parse().unwrap(), now, &zone), words);
        }
    }
}
