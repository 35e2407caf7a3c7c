//! Status by action (S23–S27): the table of product 4.3, written out, and what each field of a gallery does to it.

use crate::make::{ALL, at, email, gallery, now, person, photo, row};
use domain::access::{
    ACTIONS, Action, Arrival, Originals, Refusal, Rights, Row, Rows, Standing, Subject, may,
};
use domain::gallery::{Gallery, Kind};
use domain::photo::{Shown, Stage};
use domain::status::{Lock, NextStep, Status, status};

/// What somebody who may everything can do in each status: choosing, ordering, downloading, making guest links.
/// Entering and looking follow from the status alone.
struct Line {
    name: &'static str,
    change: fn(&mut Gallery),
    status: Status,
    look: Result<(), Refusal>,
    choose: Result<(), Refusal>,
    order: Result<(), Refusal>,
    download: Result<(), Refusal>,
    share: Result<(), Refusal>,
}

fn proofing(gallery: &mut Gallery) {
    gallery.kind = Kind::Proofing;
    gallery.delivered = None;
}

#[expect(clippy::too_many_lines, reason = "a table, one line a status")]
fn lines() -> Vec<Line> {
    let past = at("2026-11-22T11:59:59Z");
    let ended = Refusal::Ended { on: past };
    let open = Line {
        name: "",
        change: |_| {},
        status: Status::Ready,
        look: Ok(()),
        choose: Ok(()),
        order: Ok(()),
        download: Ok(()),
        share: Ok(()),
    };
    let shut = |name, change: fn(&mut Gallery), why| Line {
        name,
        change,
        status: Status::Unavailable(why),
        look: Err(why),
        choose: Err(why),
        order: Err(why),
        download: Err(why),
        share: Err(why),
    };
    vec![
        Line {
            name: "a delivery is ready, and hearts are favourites",
            ..open
        },
        Line {
            name: "S23 proofing: everything the row allows",
            change: proofing,
            status: Status::Proofing,
            ..open
        },
        Line {
            name: "S24 locked by the studio: view only",
            change: |g| {
                proofing(g);
                g.locked = true;
            },
            status: Status::Locked(Lock::ByStudio),
            choose: Err(Refusal::Closed),
            order: Err(Refusal::Closed),
            ..open
        },
        Line {
            name: "S32 past its deadline: choosing is closed, access is not",
            change: |g| {
                proofing(g);
                g.deadline = Some(at("2026-11-22T11:59:59Z"));
            },
            status: Status::Locked(Lock::Deadline { on: past }),
            choose: Err(Refusal::Closed),
            order: Err(Refusal::Closed),
            ..open
        },
        Line {
            name: "S25 finals are published: choosing is over, ordering again is not (P51)",
            change: |g| {
                proofing(g);
                g.delivered = Some(now());
            },
            status: Status::Ready,
            choose: Err(Refusal::Closed),
            ..open
        },
        Line {
            name: "S35 downloads that wait for the delivery",
            change: |g| {
                proofing(g);
                g.wait_for_delivery = true;
            },
            status: Status::Proofing,
            download: Err(Refusal::NotDelivered),
            ..open
        },
        Line {
            name: "a delivery that was taken back is in preparation",
            change: |g| g.delivered = None,
            status: Status::Locked(Lock::InPreparation),
            ..open
        },
        Line {
            name: "S26 archived: history, without files",
            change: |g| g.archived = true,
            status: Status::Archived,
            choose: Err(Refusal::Closed),
            order: Err(Refusal::Archived),
            download: Err(Refusal::Archived),
            share: Err(Refusal::Archived),
            ..open
        },
        Line {
            name: "S26 archived, and the studio left downloads on",
            change: |g| {
                g.archived = true;
                g.archive_downloads = true;
            },
            status: Status::Archived,
            choose: Err(Refusal::Closed),
            order: Err(Refusal::Archived),
            share: Err(Refusal::Archived),
            ..open
        },
        Line {
            name: "L40 expired, kept as history",
            change: |g| {
                g.expires = Some(at("2026-11-22T11:59:59Z"));
                g.history = true;
            },
            status: Status::Archived,
            choose: Err(Refusal::Closed),
            order: Err(Refusal::Archived),
            download: Err(Refusal::Archived),
            share: Err(Refusal::Archived),
            ..open
        },
        shut(
            "L40 expired: access is closed",
            |g| g.expires = Some(at("2026-11-22T11:59:59Z")),
            ended,
        ),
        shut("C15 paused", |g| g.enabled = false, Refusal::Paused),
        shut(
            "S27 not published",
            |g| g.published = None,
            Refusal::Unpublished,
        ),
        shut(
            "S27 not published comes before paused and ended",
            |g| {
                g.published = None;
                g.enabled = false;
                g.expires = Some(at("2026-11-22T11:59:59Z"));
            },
            Refusal::Unpublished,
        ),
    ]
}

/// The status of a gallery for a row, as a page works it out.
fn read(gallery: &Gallery, row: &Row) -> Status {
    let standing = may(row, Action::Enter, None, gallery, now()).map(|()| &row.rights);
    status(gallery, standing, None, now())
}

/// S23–S27, S31, S32, S35, L40, C15: every status times every action.
#[test]
fn each_status_allows_exactly_its_actions() {
    for line in lines() {
        let mut gallery = gallery();
        (line.change)(&mut gallery);
        let row = row(Subject::Person(email("anna")));
        let photo = photo(&gallery, "", Stage::Final, Shown::Everyone);
        assert_eq!(read(&gallery, &row), line.status, "{}", line.name);
        for action in ACTIONS {
            let expected = match action {
                Action::Enter | Action::View => line.look,
                Action::Select | Action::Comment | Action::Rate => line.choose,
                Action::Order => line.order,
                Action::DownloadWeb | Action::DownloadOriginal | Action::DownloadCustom => {
                    line.download
                }
                // shipped is delivered, whatever else waits (P48)
                Action::FetchShipped => match line.download {
                    Err(Refusal::NotDelivered) => Ok(()),
                    otherwise => otherwise,
                },
                Action::ShareGuest => line.share,
            };
            let photo = action.of_a_photo().then_some(&photo);
            let said = may(&row, action, photo, &gallery, now());
            assert_eq!(said, expected, "{}: {action:?}", line.name);
        }
    }
}

/// Invariant 9: the clock alone closes choosing and access, to the second, without any job.
#[test]
fn deadlines_bite_by_the_clock_alone() {
    let mut gallery = gallery();
    proofing(&mut gallery);
    gallery.deadline = Some(at("2026-12-06T23:00:00Z"));
    gallery.expires = Some(at("2027-11-22T23:00:00Z"));
    let row = row(Subject::Anybody);
    let photo = photo(&gallery, "", Stage::Undefined, Shown::Everyone);
    let select = |when| may(&row, Action::Select, Some(&photo), &gallery, at(when));
    let view = |when| may(&row, Action::View, Some(&photo), &gallery, at(when));
    assert_eq!(select("2026-12-06T22:59:59Z"), Ok(()));
    assert_eq!(select("2026-12-06T23:00:00Z"), Err(Refusal::Closed));
    assert_eq!(view("2027-11-22T22:59:59Z"), Ok(()));
    let on = at("2027-11-22T23:00:00Z");
    assert_eq!(view("2027-11-22T23:00:00Z"), Err(Refusal::Ended { on }));
}

/// S14: one button, the right one, for each status.
#[test]
fn the_button_names_the_next_step() {
    let looking = Rights::LOOK;
    for (status, may_all, may_look) in [
        (Status::Proofing, NextStep::Review, NextStep::Review),
        (Status::Ready, NextStep::Download, NextStep::View),
        (
            Status::Locked(Lock::ByStudio),
            NextStep::View,
            NextStep::View,
        ),
        (Status::Archived, NextStep::View, NextStep::View),
        (
            Status::Unavailable(Refusal::Paused),
            NextStep::Ask,
            NextStep::Ask,
        ),
    ] {
        assert_eq!(status.next_step(&ALL), may_all);
        assert_eq!(status.next_step(&looking), may_look);
    }
}

/// P22, P58, P59: a right to finals opens finals, and flips with the state at the next look.
#[test]
fn finals_only_means_the_state_decides() {
    let gallery = gallery();
    let mut row = row(Subject::Anybody);
    row.rights.originals = Originals::Final;
    for (stage, expected) in [
        (Stage::Undefined, Err(Refusal::NotFinal)),
        (Stage::Proof, Err(Refusal::NotFinal)),
        (Stage::Final, Ok(())),
    ] {
        let photo = photo(&gallery, "", stage, Shown::Everyone);
        let said = may(
            &row,
            Action::DownloadOriginal,
            Some(&photo),
            &gallery,
            now(),
        );
        assert_eq!(said, expected);
        let web = may(&row, Action::DownloadWeb, Some(&photo), &gallery, now());
        assert_eq!(web, Ok(()), "P21: another right");
    }
}

/// S2, S20, S21, P11, P23, P24: each right opens exactly its own actions.
#[test]
fn each_right_opens_its_own_action_only() {
    let mut gallery = gallery();
    proofing(&mut gallery);
    let photo = photo(&gallery, "", Stage::Undefined, Shown::Everyone);
    type Grant = fn(&mut Rights);
    let rights: [(Action, Grant); 7] = [
        (Action::Select, |r| r.select = true),
        (Action::Comment, |r| r.comment = true),
        (Action::Rate, |r| r.rate = true),
        (Action::Order, |r| r.order = true),
        (Action::DownloadWeb, |r| r.web = domain::access::Web::Marked),
        (Action::DownloadOriginal, |r| r.originals = Originals::All),
        (Action::DownloadCustom, |r| r.custom = true),
    ];
    for (granted, grant) in rights {
        let mut row = Row::new(Subject::Anybody, Rights::LOOK);
        grant(&mut row.rights);
        for (action, _) in rights {
            let expected = if action == granted {
                Ok(())
            } else {
                Err(Refusal::NotAllowed)
            };
            let said = may(&row, action, Some(&photo), &gallery, now());
            assert_eq!(said, expected, "{granted:?} granted, {action:?} asked");
        }
    }
}

/// S34: who has confirmed chooses, comments and rates no more, and still looks, downloads and orders; the others go on.
#[test]
fn a_confirmed_choice_is_closed_to_who_confirmed_it() {
    let mut gallery = gallery();
    proofing(&mut gallery);
    let anna = Subject::Person(email("anna"));
    let rows = Rows {
        own: Some(row(anna)),
        ..Rows::default()
    };
    let arrival = Arrival::Client {
        visit: None,
        person: Some(person("anna", &[])),
    };
    let open = Standing::of(&gallery, &rows, &arrival, now()).unwrap();
    let on = at("2026-11-20T09:14:00Z");
    let confirmed = open.clone().confirmed(Some(on));
    let photo = photo(&gallery, "", Stage::Final, Shown::Everyone);
    for action in ACTIONS {
        let photo = action.of_a_photo().then_some(&photo);
        let said = confirmed.may(action, photo, now());
        let expected = match action {
            Action::Select | Action::Comment | Action::Rate => Err(Refusal::Confirmed { on }),
            _ => open.may(action, photo, now()),
        };
        assert_eq!(said, expected, "{action:?}");
        assert_eq!(open.may(action, photo, now()), Ok(()), "{action:?}");
    }
    let rights = open.row().rights;
    let read = status(&gallery, Ok(&rights), confirmed.confirmed_on(), now());
    assert_eq!(read, Status::Locked(Lock::Confirmed { on }));
}
