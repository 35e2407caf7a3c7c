//! Who reads what is said of a photograph (P23, S21): a right of the row in that section, which closed choosing leaves.

use crate::make::{ALL, at, gallery, guest, now, photo, row};
use domain::access::{Action, Refusal, Rights, Row, Subject, may, talks};
use domain::photo::{Shown, Stage};

/// P23: without the right neither thread nor count exists, and writing is refused; a guest has it under no row (C8).
#[test]
fn a_thread_is_read_by_whoever_may_comment_there() {
    let gallery = gallery();
    let photo = photo(&gallery, "", Stage::Proof, Shown::Everyone);
    let silent = Rights {
        comment: false,
        ..ALL
    };
    let cases = [
        (row(Subject::Anybody), true),
        (Row::new(Subject::Anybody, silent), false),
        (row(Subject::Guest(guest())), false),
    ];
    for (row, reads) in cases {
        assert_eq!(talks(&row, &photo, &gallery), reads);
        let writes = may(&row, Action::Comment, Some(&photo), &gallery, now());
        assert_eq!(
            writes,
            if reads {
                Ok(())
            } else {
                Err(Refusal::NotAllowed)
            }
        );
    }
}

/// S24: what was said stays readable when nothing more may be said.
#[test]
fn a_closed_thread_is_still_read() {
    let mut gallery = gallery();
    gallery.deadline = Some(at("2026-11-22T11:59:59Z"));
    gallery.locked = true;
    let photo = photo(&gallery, "", Stage::Proof, Shown::Everyone);
    let row = row(Subject::Anybody);
    let writes = may(&row, Action::Comment, Some(&photo), &gallery, now());
    assert_eq!(writes, Err(Refusal::Closed));
    assert!(talks(&row, &photo, &gallery));
}

/// 4.4: a section with its own table decides for itself, and a photograph that does not exist for a row has no thread.
#[test]
fn a_thread_belongs_to_a_section_and_to_what_is_shown() {
    let mut gallery = gallery();
    gallery.own_sections.insert("Family".into());
    let of = |section| photo(&gallery, section, Stage::Proof, Shown::Everyone);
    let mut row = row(Subject::Anybody);
    assert!(talks(&row, &of("Party"), &gallery));
    assert!(!talks(&row, &of("Family"), &gallery));
    row.sections.insert("Family".into(), ALL);
    assert!(talks(&row, &of("Family"), &gallery));
    let hidden = photo(&gallery, "Party", Stage::Proof, Shown::ToStudio);
    assert!(!talks(&row, &hidden, &gallery));
}
