//! Where a table contradicts itself (P16).

use crate::make::{ALL, at, email, now, pin, row};
use domain::access::{Originals, Rights, Row, Subject, Warning, Web, warnings};

fn person(rights: Rights) -> Row {
    Row::new(Subject::Person(email("anna")), rights)
}

/// P16: each contradiction is named, and a sound table is quiet.
#[test]
fn each_contradiction_is_named() {
    let look = Row::new(Subject::Anybody, Rights::LOOK);
    let locked = Row {
        pin: Some(pin()),
        ..look.clone()
    };
    let off = Row {
        active: false,
        ..look.clone()
    };
    let marked = Rights {
        web: Web::Marked,
        ..ALL
    };
    let unreachable = Rights {
        enter: false,
        originals: Originals::All,
        ..Rights::NONE
    };
    let past = Row {
        until: Some(at("2026-11-22T12:00:00Z")),
        ..person(ALL)
    };
    for (name, rows, expected) in [
        ("link and PIN", vec![row_with_pin()], vec![]),
        ("names only", vec![off.clone(), person(ALL)], vec![]),
        ("nobody", vec![off.clone()], vec![Warning::NobodyEnters]),
        (
            "open to all",
            vec![row(Subject::Anybody)],
            vec![Warning::OpenToAll],
        ),
        (
            "anybody beside names",
            vec![look.clone(), person(ALL)],
            vec![Warning::AnybodyBesideNames],
        ),
        (
            "PIN beside names",
            vec![locked.clone(), person(ALL)],
            vec![Warning::PinBesideNames],
        ),
        (
            "the named may less",
            vec![row_with_pin(), person(Rights::LOOK)],
            vec![Warning::NamedMayLess, Warning::PinBesideNames],
        ),
        (
            "rights that cannot be used",
            vec![
                locked.clone(),
                Row {
                    active: false,
                    ..person(unreachable)
                },
            ],
            vec![Warning::RightsWithoutEntry],
        ),
        (
            "a mark beside clean originals",
            vec![off.clone(), person(marked)],
            vec![Warning::MarkedBesideOriginals],
        ),
        (
            "an ended row",
            vec![
                locked.clone(),
                Row {
                    active: false,
                    ..past
                },
            ],
            vec![Warning::Ended],
        ),
    ] {
        assert_eq!(warnings(&rows, now()), expected, "{name}");
    }
}

/// P16: a mark across web size and a smaller quota are less too, and more than *Anybody* has is no contradiction.
#[test]
fn a_mark_and_a_smaller_quota_are_less() {
    let all = Rights {
        web: Web::Clean,
        originals: Originals::All,
        quota: Some(10),
        ..Rights::LOOK
    };
    let marked = Rights {
        web: Web::Marked,
        originals: Originals::Final,
        ..all
    };
    for (name, anybody, named, expected) in [
        ("the same", all, all, false),
        (
            "a mark",
            Rights {
                originals: Originals::Final,
                ..all
            },
            marked,
            true,
        ),
        ("clean beside marked", marked, all, false),
        ("a quota", Rights { quota: None, ..all }, all, true),
        (
            "a larger quota",
            all,
            Rights {
                quota: Some(11),
                ..all
            },
            false,
        ),
        (
            "a quota of nothing",
            Rights {
                originals: Originals::None,
                quota: None,
                ..all
            },
            all,
            false,
        ),
    ] {
        let anybody = Row {
            pin: Some(pin()),
            ..Row::new(Subject::Anybody, anybody)
        };
        let found = warnings(&[anybody, person(named)], now());
        assert_eq!(found.contains(&Warning::NamedMayLess), expected, "{name}");
    }
}

fn row_with_pin() -> Row {
    Row {
        pin: Some(pin()),
        ..row(Subject::Anybody)
    }
}
