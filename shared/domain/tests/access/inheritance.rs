//! Sections with a table of their own, hidden photographs, and tables that are inherited (4.4, C8).

use crate::make::{ALL, at, email, gallery, guest, now, photo, row, visit};
use domain::access::{
    ACTIONS, Action, Arrival, Refusal, Rights, Row, Rows, Standing, Subject, may, visible,
};
use domain::gallery::Gallery;
use domain::photo::{Shown, Stage, State};
use std::collections::BTreeMap;

/// 4.4: a section inherits the gallery's table until it has its own; then only rows that name it see it at all.
#[test]
fn a_section_with_its_own_table_exists_only_for_those_it_names() {
    let mut gallery = gallery();
    gallery.own_sections.insert("Boudoir".into());
    let private = photo(&gallery, "Boudoir", Stage::Undefined, Shown::Everyone);
    let public = photo(&gallery, "Party", Stage::Undefined, Shown::Everyone);
    let anna = Row {
        sections: BTreeMap::from([("Boudoir".into(), ALL)]),
        ..Row::new(Subject::Person(email("anna")), Rights::LOOK)
    };
    let jonas = row(Subject::Person(email("jonas")));
    assert!(visible(&anna, &private, &gallery) && visible(&anna, &public, &gallery));
    assert!(!visible(&jonas, &private, &gallery) && visible(&jonas, &public, &gallery));
    let original =
        |row: &Row, photo| may(row, Action::DownloadOriginal, Some(photo), &gallery, now());
    assert_eq!(original(&anna, &private), Ok(()), "the section's rights");
    assert_eq!(
        original(&anna, &public),
        Err(Refusal::NotAllowed),
        "the gallery's rights"
    );
    assert_eq!(original(&jonas, &private), Err(Refusal::Nothing));
    gallery.own_sections.clear();
    assert!(visible(&jonas, &private, &gallery), "it inherits again");
}

/// 4.4: rights in a section never let anyone into a gallery they may not enter.
#[test]
fn a_section_does_not_open_the_gallery() {
    let mut gallery = gallery();
    gallery.own_sections.insert("Boudoir".into());
    let photo = photo(&gallery, "Boudoir", Stage::Final, Shown::Everyone);
    let row = Row {
        sections: BTreeMap::from([("Boudoir".into(), ALL)]),
        ..Row::new(Subject::Person(email("anna")), Rights::NONE)
    };
    for action in ACTIONS {
        let photo = action.of_a_photo().then_some(&photo);
        assert!(may(&row, action, photo, &gallery, now()).is_err());
    }
}

/// C8: a guest looks, whatever its row says, and never at what is hidden from guests.
#[test]
fn a_guest_looks_and_nothing_else() {
    let gallery = gallery();
    let row = row(Subject::Guest(guest()));
    for (shown, seen) in [
        (Shown::Everyone, true),
        (Shown::NotToGuests, false),
        (Shown::ToStudio, false),
    ] {
        let photo = photo(&gallery, "", Stage::Final, shown);
        assert_eq!(visible(&row, &photo, &gallery), seen);
        for action in ACTIONS.into_iter().filter(|action| action.of_a_photo()) {
            let said = may(&row, action, Some(&photo), &gallery, now());
            assert_eq!(said.is_ok(), seen && action == Action::View, "{action:?}");
        }
    }
    let share = may(&row, Action::ShareGuest, None, &gallery, now());
    assert_eq!(share, Err(Refusal::NotAllowed));
}

/// Invariant 2: hidden, unready, rejected and foreign photographs do not exist, for any action of any row.
#[test]
fn what_is_not_visible_has_no_action() {
    let (gallery, other) = (gallery(), gallery());
    let row = row(Subject::Anybody);
    let hidden = photo(&gallery, "", Stage::Final, Shown::ToStudio);
    let foreign = photo(&other, "", Stage::Final, Shown::Everyone);
    let mut unready = photo(&gallery, "", Stage::Final, Shown::Everyone);
    unready.state = State::Processing;
    for photo in [hidden, foreign, unready] {
        assert!(!visible(&row, &photo, &gallery));
        for action in ACTIONS.into_iter().filter(|action| action.of_a_photo()) {
            let said = may(&row, action, Some(&photo), &gallery, now());
            assert_eq!(said, Err(Refusal::Nothing), "{action:?}");
        }
    }
}

/// P49: what was shipped is theirs although the photograph is hidden by now; a row that neither orders nor downloads gets
/// nothing of it, and a guest never does.
#[test]
fn what_was_shipped_does_not_depend_on_the_photograph() {
    let gallery = gallery();
    let ask = |row: &Row| may(row, Action::FetchShipped, None, &gallery, now());
    assert_eq!(ask(&row(Subject::Anybody)), Ok(()));
    let looking = Row::new(Subject::Anybody, Rights::LOOK);
    assert_eq!(ask(&looking), Err(Refusal::NotAllowed));
    let guest = row(Subject::Guest(guest()));
    assert_eq!(ask(&guest), Err(Refusal::NotAllowed));
}

fn child_of(parent: &Gallery) -> Gallery {
    Gallery {
        parent: Some(parent.id),
        table: parent.table,
        ..gallery()
    }
}

/// 4.4: a visit opened at the parent opens a gallery that inherits its table, and none that has its own.
#[test]
fn a_visit_opens_what_inherits_its_table() {
    let parent = gallery();
    let anybody = Row {
        pin: Some(crate::make::pin()),
        ..row(Subject::Anybody)
    };
    let arrival = Arrival::Client {
        visit: Some(visit(&parent, &anybody)),
        person: None,
    };
    let rows = Rows {
        anybody: Some(anybody),
        ..Rows::default()
    };
    let inheriting = child_of(&parent);
    let own = Gallery {
        parent: Some(parent.id),
        ..gallery()
    };
    assert!(Standing::of(&inheriting, &rows, &arrival, now()).is_ok());
    assert_eq!(
        Standing::of(&own, &rows, &arrival, now()),
        Err(Refusal::Door)
    );
}

/// 4.4: inheriting rights does not inherit openness: a paused child is paused, a paused parent leaves it open.
#[test]
fn each_gallery_is_paused_by_itself() {
    let parent = Gallery {
        enabled: false,
        expires: Some(at("2026-01-01T00:00:00Z")),
        ..gallery()
    };
    let child = child_of(&parent);
    let rows = Rows {
        anybody: Some(row(Subject::Anybody)),
        ..Rows::default()
    };
    let arrival = Arrival::Client {
        visit: None,
        person: None,
    };
    assert!(Standing::of(&child, &rows, &arrival, now()).is_ok());
    assert_eq!(
        Standing::of(&parent, &rows, &arrival, now()),
        Err(Refusal::Paused)
    );
}

/// P17: rights are read anew at every request and end no visit; a new PIN or a new link ends it.
#[test]
fn a_visit_survives_new_rights_and_not_a_new_pin() {
    let gallery = gallery();
    let anybody = Row {
        pin: Some(crate::make::pin()),
        ..row(Subject::Anybody)
    };
    let arrival = Arrival::Client {
        visit: Some(visit(&gallery, &anybody)),
        person: None,
    };
    let enter = |row| {
        let rows = Rows {
            anybody: Some(row),
            ..Rows::default()
        };
        Standing::of(&gallery, &rows, &arrival, now()).map(|standing| standing.row().rights)
    };
    let fewer = Row {
        rights: Rights::LOOK,
        revision: anybody.revision + 1,
        ..anybody.clone()
    };
    let repinned = Row {
        revision: anybody.revision + 1,
        door: anybody.door + 1,
        ..anybody
    };
    assert_eq!(enter(fewer), Ok(Rights::LOOK));
    assert_eq!(enter(repinned), Err(Refusal::Door));
}
