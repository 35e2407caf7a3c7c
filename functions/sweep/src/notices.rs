//! What both sides should hear without anybody pressing a button (complaint 9): deadlines, galleries nobody opened, what
//! was said; and orders that ship by themselves. Each letter lies in one transaction with the mark that it was told.

use crate::{Broom, Fault};
use domain::access::Subject;
use domain::activity::{Event, Origin, What, Who};
use domain::calendar::last_day;
use domain::comment::{Author, Comment};
use domain::email::Email;
use domain::gallery::Gallery;
use domain::ids::{CommentId, PhotoId};
use domain::notice::{self, Known, Notice, Says};
use domain::photo::Photo;
use domain::status;
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};
use table::{Mail, keys};

/// A conversation is told of when nothing more was said for so long …
const QUIET: SignedDuration = SignedDuration::from_mins(10);
/// … or when its first word waits for so long.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);
/// The marks of comments that the studio was told of.
const SAID: &str = "comments#";
/// The marks of answers that clients were told of.
const ANSWERED: &str = "answers#";

/// What a run told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Told {
    /// Letters posted.
    pub letters: usize,
    /// Deliveries that went by themselves.
    pub shipped: usize,
}

/// Tells what is due in a gallery.
pub(crate) async fn tell(
    broom: &Broom,
    gallery: &Gallery,
    now: Timestamp,
    told: &mut Told,
) -> Result<(), Fault> {
    if closed(gallery, now) {
        return Ok(());
    }
    let marks = broom.table.told_of(gallery.id).await?;
    reminders(broom, gallery, &marks, now, told).await?;
    conversation(broom, gallery, &marks, now, told).await
}

/// Ships what ships by itself (4.7).
pub(crate) async fn ship(
    broom: &Broom,
    gallery: &Gallery,
    now: Timestamp,
    told: &mut Told,
) -> Result<(), Fault> {
    if closed(gallery, now) {
        return Ok(());
    }
    let products = broom.table.products().await?;
    let shipped = broom
        .table
        .auto_ship(
            gallery,
            &products,
            |order, delivery| {
                let mails = Mail::shipped(gallery, order, delivery);
                let event = Event {
                    at: now,
                    gallery: Some(gallery.id),
                    who: Who::Itself,
                    what: What::Shipped {
                        number: order.number,
                        count: delivery.lines,
                        automatic: true,
                    },
                    from: Origin::default(),
                };
                (mails, event)
            },
            now,
        )
        .await?;
    told.shipped += shipped.len();
    Ok(())
}

/// Whether a letter would lead to a closed door: what is due then waits until it opens.
fn closed(gallery: &Gallery, now: Timestamp) -> bool {
    gallery.published.is_none() || !gallery.enabled || status::archived(gallery, now)
}

async fn reminders(
    broom: &Broom,
    gallery: &Gallery,
    marks: &HashSet<String>,
    now: Timestamp,
    told: &mut Told,
) -> Result<(), Fault> {
    let rows = broom.table.rows(gallery.table).await?;
    let selections = broom.table.selections(gallery.id).await?;
    let visits = broom.table.last_visits(gallery.id).await?;
    let mut opened: HashSet<Subject> = rows
        .iter()
        .map(|row| row.subject.clone())
        .filter(|subject| visits.contains_key(&keys::subject(subject)))
        .collect();
    if !visits.is_empty() {
        opened.insert(Subject::Anybody);
    }
    let mut invited = HashMap::new();
    for invitation in broom.table.invitations(gallery.id).await? {
        let last = invited
            .entry(Subject::Person(invitation.email))
            .or_insert(invitation.created);
        *last = invitation.created.max(*last);
    }
    let known = Known {
        gallery,
        rows: &rows,
        selections: &selections,
        opened: &opened,
        invited: &invited,
        told: marks,
    };
    for notice in notice::due(&known, now, &broom.zone) {
        let mails: Vec<Mail> = letter(broom, gallery, &notice).into_iter().collect();
        if broom
            .table
            .tell(gallery.id, &notice.marks, &mails, now)
            .await?
        {
            told.letters += mails.len();
        }
    }
    Ok(())
}

/// The letter of a notice; none where nobody has an address: the mark is written all the same.
fn letter(broom: &Broom, gallery: &Gallery, notice: &Notice) -> Option<Mail> {
    let (title, link) = (gallery.title.clone(), format!("/g/{}", gallery.link));
    let studio = format!("/studio/galleries/{}", gallery.id);
    let until = gallery.deadline.map(|end| last_day(end, &broom.zone));
    let until_text = until
        .map(|day| day.strftime("%A %-d %B").to_string())
        .unwrap_or_default();
    match &notice.says {
        Says::DeadlineNear {
            subject: Subject::Person(email),
            days,
            chosen,
        } => Some(Mail::DeadlineNear {
            to: email.clone(),
            title,
            path: link,
            until_text,
            days: *days,
            chosen: *chosen,
        }),
        Says::DeadlineNear { .. } => None,
        Says::DeadlineForStudio { days, waited } => Some(Mail::DeadlineForStudio {
            title,
            path: format!("{studio}/selection"),
            until_text,
            days: *days,
            who: waited.iter().map(name).collect(),
        }),
        Says::NotOpened { subjects } => Some(Mail::NotOpened {
            title,
            path: format!("{studio}/authorizations"),
            who: subjects.iter().map(name).collect(),
        }),
    }
}

/// A subject as the studio reads it.
fn name(subject: &Subject) -> String {
    match subject {
        Subject::Person(email) => email.as_str().to_owned(),
        Subject::Anybody => "Anybody (link)".into(),
        Subject::Group(_) => "A group".into(),
        Subject::Guest(_) => "A guest link".into(),
    }
}

/// What was said since the last letters: clients' words to the studio, the studio's to those it answered.
async fn conversation(
    broom: &Broom,
    gallery: &Gallery,
    marks: &HashSet<String>,
    now: Timestamp,
    told: &mut Told,
) -> Result<(), Fault> {
    let mut comments = broom.table.comments(gallery.id).await?;
    if comments.is_empty() {
        return Ok(());
    }
    comments.sort_by_key(|comment| comment.id);
    let photos = broom.table.photos_of(gallery.id).await?;
    let names: HashMap<&PhotoId, &Photo> = photos.iter().map(|photo| (&photo.id, photo)).collect();
    for letter in digests(gallery, &comments, &names, marks, now) {
        let mails = [letter.mail];
        if broom
            .table
            .tell(gallery.id, &[letter.mark], &mails, now)
            .await?
        {
            told.letters += 1;
        }
    }
    Ok(())
}

struct Digest {
    mark: String,
    mail: Mail,
}

fn digests(
    gallery: &Gallery,
    comments: &[Comment],
    names: &HashMap<&PhotoId, &Photo>,
    marks: &HashSet<String>,
    now: Timestamp,
) -> Vec<Digest> {
    let mut digests = Vec::new();
    let line = |comment: &Comment| {
        let file = names
            .get(&comment.photo)
            .map_or("a photograph", |p| p.file_name.as_str());
        let text = match comment.text.trim() {
            "" => "a drawing",
            text => text,
        };
        (file.to_owned(), text.to_owned())
    };
    let by_clients = comments
        .iter()
        .filter(|c| matches!(c.author, Author::Visitor(_)));
    let told = last(marks, SAID);
    if let Some((fresh, newest)) = fresh(by_clients.collect(), told, now) {
        let lines = fresh.iter().map(|comment| {
            let (file, text) = line(comment);
            format!("{file}, {}: {text}", comment.name)
        });
        digests.push(Digest {
            mark: format!("{SAID}{newest}"),
            mail: Mail::CommentsForStudio {
                title: gallery.title.clone(),
                path: format!("/studio/galleries/{}/selection", gallery.id),
                lines: lines.collect(),
            },
        });
    }
    for (email, threads) in talkers(comments) {
        let subject = notice::mark(&Subject::Person(email.clone()));
        let prefix = format!("{ANSWERED}{subject}#");
        let answers = comments.iter().filter(|comment| {
            let first = threads.get(&comment.photo);
            matches!(comment.author, Author::Member(_)) && first.is_some_and(|id| comment.id > *id)
        });
        if let Some((fresh, newest)) = fresh(answers.collect(), last(marks, &prefix), now) {
            let lines = fresh.iter().map(|comment| {
                let (file, text) = line(comment);
                format!("{file}: {text}")
            });
            digests.push(Digest {
                mark: format!("{prefix}{newest}"),
                mail: Mail::Answered {
                    to: email.clone(),
                    title: gallery.title.clone(),
                    path: format!("/g/{}", gallery.link),
                    lines: lines.collect(),
                },
            });
        }
    }
    digests
}

/// Who wrote by name, and of each photograph their first comment there.
fn talkers(comments: &[Comment]) -> HashMap<&Email, HashMap<PhotoId, CommentId>> {
    let mut talkers: HashMap<_, HashMap<_, _>> = HashMap::new();
    for comment in comments {
        if let Author::Visitor(Subject::Person(email)) = &comment.author {
            let threads = talkers.entry(email).or_default();
            threads.entry(comment.photo.clone()).or_insert(comment.id);
        }
    }
    talkers
}

/// The id after a prefix that was told last.
fn last<'a>(marks: &'a HashSet<String>, prefix: &str) -> Option<&'a str> {
    marks
        .iter()
        .filter_map(|mark| mark.strip_prefix(prefix))
        .max()
}

/// What is newer than what was told, when it is time to tell it, and the newest of it. What was taken back is not told.
fn fresh<'a>(
    comments: Vec<&'a Comment>,
    told: Option<&str>,
    now: Timestamp,
) -> Option<(Vec<&'a Comment>, String)> {
    let newer = |comment: &&Comment| told.is_none_or(|told| comment.id.to_string().as_str() > told);
    let stands = |comment: &&Comment| comment.removed.is_none();
    let fresh: Vec<&Comment> = comments.into_iter().filter(newer).filter(stands).collect();
    let (first, newest) = (fresh.first()?, fresh.last()?);
    let time = newest.at + QUIET <= now || first.at + PATIENCE <= now;
    let newest = newest.id.to_string();
    time.then_some((fresh, newest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        let start: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        start + SignedDuration::from_mins(minute)
    }

    fn marta() -> Author {
        Author::Visitor(Subject::Person("marta@example.com".parse().unwrap()))
    }

    fn hedda() -> Author {
        Author::Member("hedda@example.com".parse().unwrap())
    }

    fn said(gallery: &Gallery, author: Author, photo: &str, minute: i64) -> Comment {
        Comment {
            id: CommentId::new(at(minute)),
            gallery: gallery.id,
            photo: PhotoId::of_key(photo),
            version: 1,
            author,
            name: "Marta".into(),
            text: format!("said at {minute}"),
            drawing: None,
            at: at(minute),
            removed: None,
        }
    }

    /// Sends what is due, as often as it is asked.
    fn send(
        gallery: &Gallery,
        comments: &[Comment],
        marks: &mut HashSet<String>,
        minute: i64,
    ) -> Vec<Mail> {
        let digests = digests(gallery, comments, &HashMap::new(), marks, at(minute));
        marks.extend(digests.iter().map(|digest| digest.mark.clone()));
        digests.into_iter().map(|digest| digest.mail).collect()
    }

    fn lines(mails: &[Mail]) -> Vec<usize> {
        let lines = mails.iter().map(|mail| match mail {
            Mail::CommentsForStudio { lines, .. } | Mail::Answered { lines, .. } => lines.len(),
            other => panic!("{other:?}"),
        });
        lines.collect()
    }

    /// Complaint 9: a conversation is one letter when it has paused, or after an hour; nothing is told twice, nothing that
    /// was taken back.
    #[test]
    fn what_clients_say_is_told_in_one_letter_and_once() {
        let gallery = Gallery::new("M".into(), "m".into(), at(0));
        let mut marks = HashSet::new();
        let mut comments = vec![
            said(&gallery, marta(), "a", 0),
            said(&gallery, marta(), "b", 5),
        ];
        assert!(
            send(&gallery, &comments, &mut marks, 9).is_empty(),
            "still talking"
        );
        assert_eq!(lines(&send(&gallery, &comments, &mut marks, 15)), [2]);
        assert!(send(&gallery, &comments, &mut marks, 30).is_empty(), "told");
        for minute in (60..=120).step_by(5) {
            comments.push(said(&gallery, marta(), "a", minute));
        }
        comments[3].removed = Some(at(66));
        assert_eq!(
            lines(&send(&gallery, &comments, &mut marks, 120)),
            [12],
            "an hour"
        );
    }

    /// Complaint 9: the studio's answer reaches who wrote in that thread before it, and nobody else.
    #[test]
    fn an_answer_reaches_who_asked() {
        let gallery = Gallery::new("M".into(), "m".into(), at(0));
        let mut marks = HashSet::new();
        let comments = [
            said(&gallery, hedda(), "b", 0),
            said(&gallery, marta(), "a", 1),
            said(&gallery, hedda(), "a", 2),
            said(&gallery, hedda(), "c", 3),
        ];
        let mails = send(&gallery, &comments, &mut marks, 60);
        let to_marta: Vec<&Mail> = mails
            .iter()
            .filter(|m| matches!(m, Mail::Answered { .. }))
            .collect();
        assert!(matches!(&to_marta[..], [Mail::Answered { to, lines, .. }]
            if to.as_str() == "marta@example.com" && lines == &["a photograph: said at 2"]));
        assert!(send(&gallery, &comments, &mut marks, 120).is_empty());
    }
}
