//! One thread as the studio's pages show it: on its own beside the photograph, and on the page of all threads.

use crate::{Studio, when};
use askama::filters::Safe;
use domain::access::Subject;
use domain::comment::{Author, BadComment, Comment, Drawing};
use domain::gallery::Gallery;
use domain::ids::CommentId;
use domain::photo::Photo;
use serde::Serialize;
use web::drawing;

/// What `thread.html` draws; a template that includes it has a variable `thread` of this type.
pub(crate) struct ThreadView {
    /// Where it is read and written.
    pub(crate) address: String,
    /// The photograph.
    pub(crate) photo: String,
    /// Its camera name.
    pub(crate) file_name: String,
    /// In the order they were said, those that were taken back too.
    pub(crate) messages: Vec<Message>,
    /// The name the next answer goes by.
    pub(crate) id: String,
    /// The version answers are about: the one that is looked at.
    pub(crate) version: u32,
    /// Whoever looks may answer.
    pub(crate) write: bool,
    /// Where the forms lead back to; empty: to the thread's own page.
    pub(crate) back: &'static str,
    /// What is wrong with what was sent, and what it was.
    pub(crate) problem: Option<(String, String)>,
    /// The drawing that lies over the picture.
    pub(crate) marks: Option<Marks>,
}

/// One comment.
#[derive(Serialize)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) name: String,
    /// The studio said it.
    pub(crate) studio: bool,
    /// May be taken away.
    pub(crate) mine: bool,
    /// Who it is, where the name does not say it: an address, or that it came by the link.
    pub(crate) from: String,
    /// "today 09:12".
    pub(crate) at: String,
    pub(crate) iso: String,
    /// The version it was said of, if the photograph was replaced since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<u32>,
    /// Where that version can be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) look: Option<String>,
    pub(crate) text: String,
    /// See [`Drawing`]; empty: none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) drawing: String,
    /// The drawing in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) drawn: String,
    /// When it was taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) removed: Option<String>,
}

/// A drawing over the picture.
pub(crate) struct Marks {
    pub(crate) id: String,
    pub(crate) paths: Safe<String>,
    pub(crate) pin: (u16, u16),
    pub(crate) number: usize,
}

/// The same for a script; see `_thread.js`.
#[derive(Serialize)]
pub(crate) struct ThreadJson<'a> {
    version: u32,
    write: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    why: &'static str,
    drawing: bool,
    name: bool,
    reads: &'static str,
    comments: &'a [Message],
}

/// Who reads what the studio writes.
pub(crate) const READS: &str = "Clients who may comment on this photograph read this.";

/// The thread of a photograph, of its comments in any order. Whoever looks may not write until [`ThreadView::writable`]
/// says so.
pub(crate) fn thread(
    studio: &Studio,
    gallery: &Gallery,
    photo: &Photo,
    comments: &[Comment],
) -> ThreadView {
    let mut said: Vec<&Comment> = comments
        .iter()
        .filter(|comment| comment.photo == photo.id)
        .collect();
    said.sort_by_key(|comment| (comment.at, comment.id));
    let address = format!(
        "/studio/galleries/{}/photos/{}/comments",
        gallery.id, photo.id
    );
    let message = |comment: &&Comment| Message::of(studio, photo, &address, comment);
    ThreadView {
        messages: said.iter().map(message).collect(),
        photo: photo.id.to_string(),
        file_name: photo.file_name.clone(),
        id: CommentId::new(studio.now()).to_string(),
        version: photo.number,
        write: false,
        back: "",
        problem: None,
        marks: None,
        address,
    }
}

impl ThreadView {
    /// Whoever looks may answer, or not.
    pub(crate) fn writable(self, write: bool) -> Self {
        let mut messages = self.messages;
        for message in &mut messages {
            message.mine = write && message.removed.is_none();
        }
        Self {
            messages,
            write,
            ..self
        }
    }

    /// Its forms lead back to the page of all threads.
    pub(crate) fn on_selection(self) -> Self {
        Self {
            back: "selection",
            ..self
        }
    }

    /// Its forms lead back to the photograph's own page.
    pub(crate) fn on_photo(self) -> Self {
        Self {
            back: "photo",
            ..self
        }
    }

    /// One comment's drawing lies over the picture.
    pub(crate) fn showing(self, id: Option<&str>) -> Self {
        let marks = id.and_then(|id| marks(&self.messages, id));
        Self { marks, ..self }
    }

    /// What is written is about the version that is looked at.
    pub(crate) fn about(self, version: Option<u32>) -> Self {
        let version = version.unwrap_or(self.version);
        Self { version, ..self }
    }

    /// What was sent and not taken.
    pub(super) fn with(self, problem: Option<(BadComment, String)>) -> Self {
        let problem = problem.map(|(problem, text)| (problem.to_string(), text));
        Self { problem, ..self }
    }

    /// Whether this comment's drawing lies over the picture.
    pub(crate) fn shows(&self, id: &str) -> bool {
        self.marks.as_ref().is_some_and(|marks| marks.id == id)
    }

    pub(super) fn json(&self) -> ThreadJson<'_> {
        ThreadJson {
            version: self.version,
            write: self.write,
            why: if self.write {
                ""
            } else {
                "Answering is for those who may arrange photographs."
            },
            drawing: true,
            name: false,
            reads: READS,
            comments: &self.messages,
        }
    }
}

impl Message {
    fn of(studio: &Studio, photo: &Photo, address: &str, comment: &Comment) -> Self {
        let (now, zone, drawn) = (studio.now(), &studio.zone, comment.drawing.as_ref());
        let version = (comment.version != photo.number).then_some(comment.version);
        Self {
            id: comment.id.to_string(),
            name: comment.name.clone(),
            studio: matches!(comment.author, Author::Member(_)),
            mine: false,
            from: from(&comment.author),
            at: when::moment(comment.at, now, zone),
            iso: comment.at.to_string(),
            version,
            look: version.map(|number| format!("{address}?version={number}")),
            text: comment.text.clone(),
            drawing: drawn.map(ToString::to_string).unwrap_or_default(),
            drawn: drawn.map(drawing::described).unwrap_or_default(),
            removed: comment.removed.map(|at| when::moment(at, now, zone)),
        }
    }
}

fn from(author: &Author) -> String {
    match author {
        Author::Member(email) | Author::Visitor(Subject::Person(email)) => email.as_str().into(),
        Author::Visitor(Subject::Anybody) => "by the link".into(),
        Author::Visitor(Subject::Group(_) | Subject::Guest(_)) => String::new(),
    }
}

fn marks(messages: &[Message], id: &str) -> Option<Marks> {
    let mut drawn = messages.iter().filter(|one| !one.drawing.is_empty());
    let place = drawn.position(|one| one.id == id)?;
    let one = messages.iter().find(|one| one.id == id)?;
    let drawing: Drawing = one.drawing.parse().ok()?;
    Some(Marks {
        id: one.id.clone(),
        paths: drawing::paths(&drawing),
        pin: drawing::pin(&drawing),
        number: place + 1,
    })
}
