//! Who is told what was said, and when.

use super::*;
use domain::access::{Arrival, PersonSession, Rights, Row, Rows};
use domain::ids::{CommentId, TokenHash};
use domain::photo::{Picture, Shown, Stage, State, Version};

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

/// Sends the studio what is due, as often as it is asked.
fn send(
    gallery: &Gallery,
    comments: &[Comment],
    marks: &mut HashSet<String>,
    minute: i64,
) -> Vec<Mail> {
    let mut comments = comments.to_vec();
    comments.sort_by_key(|comment| (comment.at, comment.id));
    let letter = for_studio(gallery, &comments, &HashMap::new(), marks, at(minute));
    marks.extend(letter.iter().map(|letter| letter.mark.clone()));
    letter.into_iter().map(|letter| letter.mail).collect()
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
        lines(&send(&gallery, &comments, &mut marks, 121)),
        [12],
        "an hour"
    );
}

/// Complaint 9: a browser draws a comment's id by its own clock, before a line lets it through. It is told all the
/// same, by when it came.
#[test]
fn a_comment_of_a_wrong_clock_is_told_and_hides_no_other() {
    let gallery = Gallery::new("M".into(), "m".into(), at(0));
    let mut marks = HashSet::new();
    let ahead = Comment {
        id: CommentId::new(at(10_000)),
        ..said(&gallery, marta(), "a", 0)
    };
    let mut comments = vec![ahead];
    assert_eq!(lines(&send(&gallery, &comments, &mut marks, 15)), [1]);
    comments.push(Comment {
        id: CommentId::new(at(-300)),
        ..said(&gallery, marta(), "b", 20)
    });
    assert_eq!(lines(&send(&gallery, &comments, &mut marks, 40)), [1]);
    assert!(send(&gallery, &comments, &mut marks, 90).is_empty(), "told");
}

/// What is written at this moment may not be all: it is told by the next run, whatever came before it in time.
#[test]
fn a_moment_that_is_not_over_waits() {
    let gallery = Gallery::new("M".into(), "m".into(), at(0));
    let mut marks = HashSet::new();
    let mut comments = vec![
        said(&gallery, marta(), "a", 0),
        said(&gallery, marta(), "b", 60),
    ];
    assert_eq!(lines(&send(&gallery, &comments, &mut marks, 60)), [1]);
    let mut slow = said(&gallery, marta(), "c", 60);
    slow.at = at(60) - SignedDuration::from_secs(5);
    comments.push(slow);
    assert_eq!(lines(&send(&gallery, &comments, &mut marks, 75)), [2]);
}

fn picture() -> Picture {
    Picture {
        width: 3,
        height: 2,
        crc32: 0,
        thumbhash: String::new(),
        average: String::new(),
        captured: None,
        truncated: false,
        tag: String::new(),
        renditions: Vec::new(),
        marked: false,
    }
}

fn photo(gallery: &Gallery, name: &str) -> Photo {
    Photo {
        id: PhotoId::of_key(name),
        gallery: gallery.id,
        key: name.into(),
        section: String::new(),
        file_name: format!("{name}.jpg"),
        version: Version {
            id: "1".into(),
            etag: String::new(),
            size: 1,
        },
        state: State::Ready(picture()),
        uploaded: at(0),
        stage: Stage::Undefined,
        shown: Shown::Everyone,
        number: 1,
        fresh: false,
        refused: None,
    }
}

/// Complaint 9: the studio's answer reaches who wrote in that thread before it, and nobody else; nothing of a
/// photograph that does not exist for them any more, by whatever clock they wrote.
#[test]
fn an_answer_reaches_who_asked() {
    let mut gallery = Gallery::new("M".into(), "m".into(), at(0));
    gallery.published = Some(at(0));
    let email: Email = "marta@example.com".parse().unwrap();
    let rights = Rights {
        comment: true,
        ..Rights::LOOK
    };
    let rows = Rows {
        own: Some(Row::new(Subject::Person(email.clone()), rights)),
        ..Rows::default()
    };
    let person = PersonSession {
        id: TokenHash::of(""),
        email: email.clone(),
        groups: vec![],
        created: at(0),
        seen: at(0),
    };
    let arrival = Arrival::Client {
        visit: None,
        person: Some(person),
    };
    let standing = Standing::of(&gallery, &rows, &arrival, at(0)).unwrap();
    let asked = |photo: &str, minute| Comment {
        id: CommentId::new(at(10_000)),
        ..said(&gallery, marta(), photo, minute)
    };
    let mut comments = [
        said(&gallery, hedda(), "b", 0),
        asked("a", 1),
        asked("hidden", 1),
        said(&gallery, hedda(), "a", 2),
        said(&gallery, hedda(), "hidden", 2),
        said(&gallery, hedda(), "c", 3),
    ];
    comments.sort_by_key(|comment| (comment.at, comment.id));
    let mut photos = ["a", "b", "c", "hidden"].map(|name| photo(&gallery, name));
    photos[3].shown = Shown::ToStudio;
    let photos: Photos<'_> = photos.iter().map(|photo| (&photo.id, photo)).collect();
    let talkers = talkers(&comments);
    assert_eq!(talkers.len(), 1);
    let answers = Answers {
        email: &email,
        threads: &talkers[&email],
    };
    let mut marks = HashSet::new();
    let letter = answers.letter(&standing, &comments, &photos, &marks, at(60));
    let letter = letter.unwrap();
    assert!(matches!(&letter.mail, Mail::Answered { to, lines, .. }
        if *to == email && lines == &["a.jpg: said at 2"]));
    marks.insert(letter.mark);
    let again = answers.letter(&standing, &comments, &photos, &marks, at(120));
    assert!(again.is_none(), "told");
}

/// Complaint 9: however much is written, its letter fits into an item, and says that there is more.
#[test]
fn a_letter_holds_the_beginning_of_much() {
    let gallery = Gallery::new("M".into(), "m".into(), at(0));
    let mut marks = HashSet::new();
    let comments: Vec<Comment> = (0..120)
        .map(|_| Comment {
            text: "\u{1f600}".repeat(2000),
            ..said(&gallery, marta(), "a", 0)
        })
        .collect();
    let mails = send(&gallery, &comments, &mut marks, 60);
    let [Mail::CommentsForStudio { lines, more, .. }] = &mails[..] else {
        panic!("{mails:?}");
    };
    assert_eq!((lines.len(), *more), (50, 70));
    assert!(lines[0].ends_with('…'));
    assert!(lines.iter().map(String::len).sum::<usize>() < 200_000);
    assert!(
        send(&gallery, &comments, &mut marks, 120).is_empty(),
        "told"
    );
}
