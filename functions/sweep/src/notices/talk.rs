//! What was said since the last letters: clients' words to the studio, the studio's to those it answered.
//!
//! What is new is told by when it reached the table. A comment's own id does not say that: the browser draws it, by its own
//! clock, perhaps hours before a line lets it through.

use super::Told;
use super::reader::Readers;
use crate::{Broom, Fault};
use domain::access::{Standing, Subject};
use domain::comment::{Author, Comment};
use domain::email::Email;
use domain::gallery::Gallery;
use domain::ids::PhotoId;
use domain::notice;
use domain::photo::Photo;
use jiff::{SignedDuration, Timestamp};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use table::Mail;

/// A conversation is told of when nothing more was said for so long …
const QUIET: SignedDuration = SignedDuration::from_mins(10);
/// … or when its first word waits for so long.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// A request that began so long ago has written what it had to write: nothing earlier comes any more.
const SETTLED: SignedDuration = SignedDuration::from_mins(1);
/// Comments of one letter at most, and characters of each: a letter must fit into an item, however much was written.
const LINES: usize = 50;
/// See [`LINES`].
const CHARACTERS: usize = 500;
/// The marks of comments that the studio was told of.
const SAID: &str = "comments#";
/// The marks of answers that clients were told of.
const ANSWERED: &str = "answers#";

/// What photographs are now.
type Photos<'a> = HashMap<&'a PhotoId, &'a Photo>;

/// Posts what is due.
pub(super) async fn tell(
    broom: &Broom,
    readers: &Readers<'_>,
    marks: &HashSet<String>,
    now: Timestamp,
    told: &mut Told,
) -> Result<(), Fault> {
    let gallery = readers.gallery;
    let mut comments = broom.table.comments(gallery.id).await?;
    if comments.is_empty() {
        return Ok(());
    }
    comments.sort_by_key(|comment| (comment.at, comment.id));
    let photos = broom.table.photos_of(gallery.id).await?;
    let photos: Photos<'_> = photos.iter().map(|photo| (&photo.id, photo)).collect();
    let mut letters: Vec<Letter> = for_studio(gallery, &comments, &photos, marks, now)
        .into_iter()
        .collect();
    for (email, threads) in talkers(&comments) {
        let answers = Answers {
            email,
            threads: &threads,
        };
        if answers.due(&comments, marks, now).is_none() {
            continue;
        }
        if let Some(standing) = readers.of(email).await? {
            letters.extend(answers.letter(&standing, &comments, &photos, marks, now));
        }
    }
    for Letter { mark, mail } in letters {
        if broom.table.tell(gallery.id, &[mark], &[mail], now).await? {
            told.letters += 1;
        }
    }
    Ok(())
}

struct Letter {
    mark: String,
    mail: Mail,
}

/// File name and words of a comment; of many words the first.
fn line<'a>(comment: &'a Comment, photos: &Photos<'a>) -> (&'a str, Cow<'a, str>) {
    let photo = photos.get(&comment.photo);
    let text = match comment.text.trim() {
        "" => Cow::Borrowed("a drawing"),
        text => match text.char_indices().nth(CHARACTERS) {
            Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
            None => Cow::Borrowed(text),
        },
    };
    (photo.map_or("a photograph", |p| &p.file_name), text)
}

/// The first of them, and how many more there are.
fn cut(mut lines: Vec<String>) -> Vec<String> {
    let more = lines.len().saturating_sub(LINES);
    if more > 0 {
        lines.truncate(LINES);
        lines.push(format!("and {more} more"));
    }
    lines
}

fn for_studio(
    gallery: &Gallery,
    comments: &[Comment],
    photos: &Photos<'_>,
    marks: &HashSet<String>,
    now: Timestamp,
) -> Option<Letter> {
    let by_clients = comments
        .iter()
        .filter(|c| matches!(c.author, Author::Visitor(_)));
    let (fresh, newest) = fresh(by_clients, last(marks, SAID), now)?;
    let lines = fresh.iter().map(|comment| {
        let (file, text) = line(comment, photos);
        format!("{file}, {}: {text}", comment.name)
    });
    let mut lines: Vec<String> = lines.collect();
    let more = lines.len().saturating_sub(LINES);
    lines.truncate(LINES);
    Some(Letter {
        mark: format!("{SAID}{newest}"),
        mail: Mail::CommentsForStudio {
            title: gallery.title.clone(),
            path: format!("/studio/galleries/{}/selection", gallery.id),
            lines,
            more,
        },
    })
}

/// The studio's answers to one person.
struct Answers<'a> {
    email: &'a Email,
    /// When they first said something of a photograph.
    threads: &'a HashMap<&'a PhotoId, Timestamp>,
}

impl Answers<'_> {
    fn prefix(&self) -> String {
        let subject = notice::mark(&Subject::Person(self.email.clone()));
        format!("{ANSWERED}{subject}#")
    }

    fn due<'c>(
        &self,
        comments: &'c [Comment],
        marks: &HashSet<String>,
        now: Timestamp,
    ) -> Option<(Vec<&'c Comment>, String)> {
        let answers = comments.iter().filter(|comment| {
            let first = self.threads.get(&comment.photo);
            matches!(comment.author, Author::Member(_))
                && first.is_some_and(|first| comment.at > *first)
        });
        fresh(answers, last(marks, &self.prefix()), now)
    }

    /// Only of photographs whose thread they may read now.
    fn letter(
        &self,
        standing: &Standing,
        comments: &[Comment],
        photos: &Photos<'_>,
        marks: &HashSet<String>,
        now: Timestamp,
    ) -> Option<Letter> {
        let (mut answers, newest) = self.due(comments, marks, now)?;
        answers.retain(|comment| {
            let photo = photos.get(&comment.photo);
            photo.is_some_and(|photo| standing.talks(photo))
        });
        let lines = answers.iter().map(|comment| {
            let (file, text) = line(comment, photos);
            format!("{file}: {text}")
        });
        let gallery = standing.gallery();
        (!answers.is_empty()).then(|| Letter {
            mark: format!("{}{newest}", self.prefix()),
            mail: Mail::Answered {
                to: self.email.clone(),
                title: gallery.title.clone(),
                path: format!("/g/{}", gallery.link),
                lines: cut(lines.collect()),
            },
        })
    }
}

/// Who wrote by name, and of each photograph when they first did.
fn talkers(comments: &[Comment]) -> HashMap<&Email, HashMap<&PhotoId, Timestamp>> {
    let mut talkers: HashMap<_, HashMap<_, _>> = HashMap::new();
    for comment in comments {
        if let Author::Visitor(Subject::Person(email)) = &comment.author {
            let threads = talkers.entry(email).or_default();
            threads.entry(&comment.photo).or_insert(comment.at);
        }
    }
    talkers
}

/// The place after a prefix that was told last.
fn last<'a>(marks: &'a HashSet<String>, prefix: &str) -> Option<&'a str> {
    marks
        .iter()
        .filter_map(|mark| mark.strip_prefix(prefix))
        .max()
}

/// A comment's place among all, as text that sorts so.
fn place(comment: &Comment) -> String {
    format!("{:.9}#{}", comment.at, comment.id)
}

/// What is newer than what was told, when it is time to tell it, and the place of the newest of it. What was taken back is
/// not told.
fn fresh<'a>(
    comments: impl Iterator<Item = &'a Comment>,
    told: Option<&str>,
    now: Timestamp,
) -> Option<(Vec<&'a Comment>, String)> {
    let newer = |comment: &&Comment| told.is_none_or(|told| place(comment).as_str() > told);
    let stands = |comment: &&Comment| comment.removed.is_none();
    let settled = |comment: &&Comment| comment.at + SETTLED <= now;
    let fresh: Vec<&Comment> = comments
        .filter(newer)
        .filter(stands)
        .filter(settled)
        .collect();
    let (first, newest) = (fresh.first()?, fresh.last()?);
    let time = newest.at + QUIET <= now || first.at + PATIENCE <= now;
    let newest = place(newest);
    time.then_some((fresh, newest))
}

#[cfg(test)]
mod tests;
