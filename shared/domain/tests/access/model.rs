//! Which row counts and what it gives (P12–P17), drawn at random and compared with a model written apart from the code.

use crate::make::{email, gallery, group, guest, now, person, photo, pin, visit};
use domain::access::{
    ACTIONS, Action, Arrival, Originals, Refusal, Rights, Row, Rows, Standing, Subject, Web,
};
use domain::gallery::{Gallery, Kind};
use domain::photo::{Shown, Stage};
use jiff::SignedDuration;
use proptest::prelude::*;

/// Everything that is drawn.
#[derive(Debug, Clone)]
struct World {
    gallery: Gallery,
    rows: Rows,
    arrival: Arrival,
    stage: Stage,
    shown: Shown,
}

fn rights() -> impl Strategy<Value = Rights> {
    let flags = (
        prop::bool::weighted(0.85),
        any::<[bool; 5]>(),
        prop_oneof![Just(Web::None), Just(Web::Marked), Just(Web::Clean)],
        prop_oneof![
            Just(Originals::None),
            Just(Originals::Final),
            Just(Originals::All)
        ],
    );
    flags.prop_map(
        |(enter, [select, comment, rate, order, custom], web, originals)| Rights {
            enter,
            select,
            comment,
            rate,
            order,
            web,
            originals,
            custom,
            quota: None,
        },
    )
}

fn row(subject: Subject) -> impl Strategy<Value = Row> {
    let until = prop_oneof![4 => Just(None), 1 => Just(Some(-1)), 1 => Just(Some(1))];
    (rights(), prop::bool::weighted(0.8), any::<bool>(), until).prop_map(
        move |(rights, active, locked, until)| Row {
            active,
            pin: (locked && subject == Subject::Anybody).then(pin),
            until: until.map(|hours| now() + SignedDuration::from_hours(hours)),
            door: 3,
            ..Row::new(subject.clone(), rights)
        },
    )
}

fn a_gallery() -> impl Strategy<Value = Gallery> {
    let days = || prop_oneof![3 => Just(None), 1 => Just(Some(-1)), 1 => Just(Some(1))];
    let kind = prop_oneof![
        Just(Kind::Delivery),
        Just(Kind::Proofing),
        Just(Kind::ProofRetouchDeliver)
    ];
    let mostly = || prop::bool::weighted(0.9);
    (
        (mostly(), mostly()),
        any::<[bool; 6]>(),
        kind,
        days(),
        days(),
    )
        .prop_map(
            |(
                (published, enabled),
                [locked, delivered, wait, archived, history, files],
                kind,
                deadline,
                expires,
            )| {
                let base = gallery();
                let moment = |days: Option<i64>| {
                    days.map(|days| now() + SignedDuration::from_hours(24 * days))
                };
                Gallery {
                    published: published.then_some(base.created),
                    enabled,
                    kind,
                    locked,
                    delivered: delivered.then(now),
                    wait_for_delivery: wait,
                    archived,
                    history,
                    archive_downloads: files,
                    deadline: moment(deadline),
                    expires: moment(expires),
                    ..base
                }
            },
        )
}

fn world() -> impl Strategy<Value = World> {
    let anna = || Subject::Person(email("anna"));
    let rows = (
        prop::option::weighted(0.9, row(Subject::Anybody)),
        prop::option::of(row(anna())),
        prop::collection::vec(row(Subject::Group(group())), 0..2),
        prop::option::of(row(Subject::Guest(guest()))),
    );
    let stage = prop_oneof![
        Just(Stage::Undefined),
        Just(Stage::Proof),
        Just(Stage::Final)
    ];
    let shown = prop_oneof![
        3 => Just(Shown::Everyone),
        1 => Just(Shown::NotToGuests),
        1 => Just(Shown::ToStudio)
    ];
    let who = (0..8u8, any::<bool>());
    (a_gallery(), rows, who, stage, shown).prop_map(
        |(gallery, (anybody, own, groups, guest), (who, with_visit), stage, shown)| {
            let rows = Rows {
                anybody,
                own,
                groups,
                guest,
            };
            let opened = rows.anybody.as_ref().map(|row| visit(&gallery, row));
            let arrival = match who {
                0 => Arrival::Guest,
                1 => Arrival::Preview(Subject::Anybody),
                2 => Arrival::Preview(Subject::Person(email("anna"))),
                3 => client(opened.filter(|_| with_visit), None),
                4 => client(opened.filter(|_| with_visit), Some(person("anna", &[]))),
                5 => client(
                    opened.filter(|_| with_visit),
                    Some(person("anna", &[group()])),
                ),
                6 => client(
                    opened.filter(|_| with_visit),
                    Some(person("jonas", &[group()])),
                ),
                _ => client(opened.filter(|_| with_visit), Some(person("jonas", &[]))),
            };
            World {
                gallery,
                rows,
                arrival,
                stage,
                shown,
            }
        },
    )
}

fn client(
    visit: Option<domain::access::Session>,
    person: Option<domain::access::PersonSession>,
) -> Arrival {
    Arrival::Client { visit, person }
}

/// The model: which row is theirs. `None`: they must prove something, or nothing would help.
fn row_of(world: &World) -> Option<&Row> {
    let rows = &world.rows;
    match &world.arrival {
        Arrival::Guest => rows.guest.as_ref(),
        Arrival::Preview(Subject::Anybody) => rows.anybody.as_ref(),
        Arrival::Preview(_) => rows.own.as_ref(),
        Arrival::Client { visit, person } => {
            if let Some(person) = person {
                let is_anna = person.email == email("anna");
                if is_anna && rows.own.is_some() {
                    return rows.own.as_ref();
                }
                if person.groups.contains(&group()) && !rows.groups.is_empty() {
                    return rows.groups.first();
                }
            }
            let open = rows.anybody.as_ref()?;
            (open.pin.is_none() || visit.is_some()).then_some(open)
        }
    }
}

/// The model: whether that row gives the action, in words of product 4.3 and 4.4.
fn gives(world: &World, row: &Row, action: Action) -> bool {
    let g = &world.gallery;
    let over = |end: Option<jiff::Timestamp>| end.is_some_and(|end| end <= now());
    let shut = g.published.is_none() || !g.enabled || (over(g.expires) && !g.history);
    let history = g.archived || over(g.expires);
    let closed = g.locked || over(g.deadline);
    let guest = matches!(row.subject, Subject::Guest(_));
    let hidden = world.shown == Shown::ToStudio || (guest && world.shown == Shown::NotToGuests);
    let r = &row.rights;
    if shut || !row.active || over(row.until) || !r.enter || (action.of_a_photo() && hidden) {
        return false;
    }
    if guest {
        return matches!(action, Action::Enter | Action::View);
    }
    let preview = matches!(world.arrival, Arrival::Preview(_));
    let undelivered = g.delivered.is_none();
    let choose = !history && !closed && (undelivered || g.kind == Kind::Delivery);
    let files = (!history || g.archive_downloads) && (!g.wait_for_delivery || !undelivered);
    match action {
        Action::Enter | Action::View => true,
        Action::Select => r.select && choose && !preview,
        Action::Comment => r.comment && choose && !preview,
        Action::Rate => r.rate && choose && !preview,
        Action::Order => r.order && !history && !closed && !preview,
        Action::DownloadWeb => r.web != Web::None && files,
        Action::DownloadCustom => r.custom && files,
        Action::DownloadOriginal => {
            let fit = match r.originals {
                Originals::None => false,
                Originals::Final => world.stage == Stage::Final,
                Originals::All => true,
            };
            fit && files
        }
        Action::FetchShipped => {
            let some = r.web != Web::None || r.originals != Originals::None || r.custom;
            (r.order || some) && (!history || g.archive_downloads)
        }
        Action::ShareGuest => !history && !preview,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// P11–P17, P22, P36, C8, S23–S27: a row replaces the others, and gives exactly what the model says.
    #[test]
    fn one_row_counts_and_gives_what_the_model_says(world in world()) {
        let expected = row_of(&world);
        let standing = Standing::of(&world.gallery, &world.rows, &world.arrival, now());
        let photo = photo(&world.gallery, "", world.stage, world.shown);
        for action in ACTIONS {
            let model = expected.is_some_and(|row| gives(&world, row, action));
            let said = standing.as_ref().map_err(|refusal| *refusal).and_then(|standing| {
                standing.may(action, action.of_a_photo().then_some(&photo), now())
            });
            prop_assert_eq!(said.is_ok(), model, "{:?}: {:?}", action, said);
        }
        if let (Ok(standing), Some(row)) = (&standing, expected) {
            prop_assert_eq!(standing.row(), row);
        }
    }

    /// P12: a listed person never gets a right from row *Anybody*, whatever that row allows.
    #[test]
    fn a_listed_person_gets_nothing_from_anybody(world in world(), wide in rights()) {
        let Some(own) = world.rows.own.clone() else { return Ok(()) };
        let arrival = client(None, Some(person("anna", &[])));
        let photo = photo(&world.gallery, "", world.stage, world.shown);
        let with = |anybody| {
            let rows = Rows { anybody, own: Some(own.clone()), ..Rows::default() };
            let standing = Standing::of(&world.gallery, &rows, &arrival, now());
            ACTIONS.map(|action| standing.as_ref().map_err(|e| *e).and_then(|s| {
                s.may(action, action.of_a_photo().then_some(&photo), now())
            }))
        };
        prop_assert_eq!(with(None), with(Some(Row::new(Subject::Anybody, wide))));
    }

    /// C15, P17: nothing a visitor shows opens a gallery that is paused or not published.
    #[test]
    fn nothing_opens_a_closed_gallery(world in world(), paused in any::<bool>()) {
        let mut gallery = world.gallery.clone();
        let expected = if paused && gallery.published.is_some() {
            gallery.enabled = false;
            Refusal::Paused
        } else {
            gallery.published = None;
            Refusal::Unpublished
        };
        prop_assert_eq!(
            Standing::of(&gallery, &world.rows, &world.arrival, now()).err(),
            Some(expected)
        );
    }
}
