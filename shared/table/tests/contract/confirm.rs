//! Confirming: one snapshot, made of exactly the taps that were kept before it (S22, S34, R-2.1, R-2.3).

mod racing;

use crate::choices::{heart, person, photo, stamp, tap};
use crate::{at, email, engine, gallery, items, morning};
use aws_sdk_dynamodb::Client;
use domain::access::Subject;
use domain::activity::{Event, Origin, What, Who};
use domain::choice::{Label, Set, Stars};
use domain::gallery::Gallery;
use domain::ids::{CommentId, PhotoId, ProductId};
use domain::selection::{Forbidden, Picked, Progress, Selection, Snapshot};
use jiff::Timestamp;
use table::{Chosen, Confirmed, Confirming, MOST_PICKED, Mail, Table, Tapped};

fn picked(photo: PhotoId) -> Picked {
    Picked {
        file_name: format!("{photo}.jpg"),
        photo,
        version: 1,
        section: "Ceremony".into(),
        stars: None,
        label: None,
        comments: Vec::new(),
    }
}

/// What a choice is frozen as.
fn frozen(chosen: &Chosen) -> Snapshot {
    let hearts = chosen
        .choices
        .iter()
        .filter(|(_, choice)| choice.chosen.value);
    let mut picked: Vec<Picked> = hearts.map(|(id, _)| picked(id.clone())).collect();
    picked.sort_by(|a, b| a.photo.cmp(&b.photo));
    Snapshot {
        number: 0,
        at: morning(),
        subject: chosen.selection.subject.clone(),
        message: "These, please".into(),
        extra: 0,
        picked,
    }
}

fn told(snapshot: &Snapshot) -> (Vec<Mail>, Vec<Event>) {
    let event = Event {
        at: morning(),
        gallery: None,
        who: Who::Visitor(snapshot.subject.clone()),
        what: What::Confirmed {
            snapshot: snapshot.number,
            count: u32::try_from(snapshot.picked.len()).unwrap(),
        },
        from: Origin::default(),
    };
    (vec![Mail::Decoy], vec![event])
}

fn confirming<'a>(gallery: &'a Gallery, chosen: &Chosen, once: &'a str) -> Confirming<'a> {
    Confirming {
        gallery,
        subject: chosen.selection.subject.clone(),
        contact: None,
        snapshot: frozen(chosen),
        order: None,
        once,
        seen: chosen.selection.revision,
    }
}

async fn confirm(table: &Table, confirming: &Confirming<'_>) -> Confirmed {
    let confirmed = table
        .confirm(confirming, |snapshot, _| told(snapshot), morning())
        .await;
    confirmed.unwrap()
}

/// Mails that wait.
async fn mails(client: &Client) -> usize {
    let mut count = 0;
    for shard in 0..16 {
        count += items(client, &format!("OUTBOX#{shard:x}")).await.len();
    }
    count
}

async fn reopen(table: &Table, gallery: &Gallery) -> Result<Selection, Forbidden> {
    let event = Event {
        at: morning(),
        gallery: Some(gallery.id),
        who: Who::Member(email("studio@example.com")),
        what: What::Reopened { subject: person() },
        from: Origin::default(),
    };
    let reopened = table
        .reopen(gallery.id, &person(), &[Mail::Decoy], &event, morning())
        .await;
    reopened.unwrap()
}

/// S22, S34: what was confirmed stays as it was and nothing is added to it; the studio opens it, the snapshot stays, and
/// the next one has the next number.
#[tokio::test]
async fn a_confirmed_choice_is_frozen_until_it_is_opened() {
    let (table, client) = engine().await;
    let (made, _) = gallery(&table).await;
    for n in 0..12 {
        heart(&table, made.id, &person(), n, true).await;
    }
    let chosen = table.choices(made.id, &person()).await.unwrap();
    let mut first = confirming(&made, &chosen, "first");
    first.contact = Some(email("anna@example.com"));
    first.snapshot.extra = 2;
    first.snapshot.picked[3].stars = Stars::try_from(5).ok();
    first.snapshot.picked[4].label = Some(Label::Blue);
    first.snapshot.picked[5].comments = vec![CommentId::new(morning())];
    let Confirmed::Done(selection, None) = confirm(&table, &first).await else {
        panic!("not confirmed");
    };
    let state = Progress::Confirmed {
        snapshot: 1,
        on: morning(),
    };
    assert_eq!(
        (selection.state, selection.snapshots, selection.chosen),
        (state, 1, 12)
    );
    assert_eq!(selection.contact, first.contact);
    let now = table.choices(made.id, &person()).await.unwrap();
    assert_eq!(now.selection, selection);
    assert_eq!(
        (now.choices, mails(&client).await),
        (chosen.choices.clone(), 1)
    );
    let mut kept = first.snapshot.clone();
    kept.number = 1;
    let there = table.snapshot(made.id, &person(), 1).await.unwrap();
    assert_eq!(there, Some(kept.clone()));
    assert_eq!(table.snapshot(made.id, &person(), 2).await.unwrap(), None);

    let refused = Tapped::Confirmed { on: morning() };
    assert_eq!(heart(&table, made.id, &person(), 1, false).await, refused);
    for set in [Set::Stars(None), Set::Label(Some(Label::Red))] {
        let tapped = table
            .tap(made.id, &person(), &tap(1, set, 5, 5), None, morning())
            .await;
        assert_eq!(tapped.unwrap(), refused);
    }
    let wanted = tap(1, Set::Wanted(ProductId::built_in(1), true), 6, 6);
    let tapped = table
        .tap(made.id, &person(), &wanted, None, morning())
        .await;
    assert!(
        matches!(tapped.unwrap(), Tapped::Done { .. }),
        "4.7: ordering goes on"
    );
    let other = heart(&table, made.id, &Subject::Anybody, 1, true).await;
    assert!(
        matches!(other, Tapped::Done { .. }),
        "it is closed to one subject"
    );
    let Confirmed::Already(still) = confirm(&table, &first).await else {
        panic!("confirmed twice");
    };
    assert_eq!(still.snapshots, 1);

    let open = reopen(&table, &made).await.unwrap();
    assert_eq!(
        (open.state, open.snapshots, open.chosen),
        (Progress::Open, 1, 12)
    );
    assert_eq!(reopen(&table, &made).await, Err(Forbidden::NotConfirmed));
    assert_eq!(mails(&client).await, 2, "told once that it is open");
    heart(&table, made.id, &person(), 1, false).await;
    let again = confirm(&table, &first).await;
    let Confirmed::Already(since) = again else {
        panic!("an old form confirmed anew: {again:?}");
    };
    assert_eq!(since.state, Progress::Open, "and says that it is open now");
    let chosen = table.choices(made.id, &person()).await.unwrap();
    let second = confirming(&made, &chosen, "second");
    assert!(matches!(
        confirm(&table, &second).await,
        Confirmed::Done(..)
    ));
    let both = table.snapshots(made.id, &person()).await.unwrap();
    assert_eq!(both[0], kept);
    assert_eq!(
        (both.len(), both[1].number, both[1].picked.len()),
        (2, 2, 11)
    );
}

/// what the page showed is what is confirmed: after a tap, a pause or a change of the rules it is shown anew.
#[tokio::test]
async fn only_what_was_seen_is_confirmed() {
    let (table, client) = engine().await;
    let (mut made, _) = gallery(&table).await;
    heart(&table, made.id, &person(), 1, true).await;
    let seen = table.choices(made.id, &person()).await.unwrap();
    heart(&table, made.id, &person(), 2, true).await;
    let confirmed = confirm(&table, &confirming(&made, &seen, "a")).await;
    assert_eq!(confirmed, Confirmed::Changed);
    let seen = table.choices(made.id, &person()).await.unwrap();
    table.set_enabled(made.id, false).await.unwrap();
    assert_eq!(
        confirm(&table, &confirming(&made, &seen, "a")).await,
        Confirmed::Changed
    );
    table.set_enabled(made.id, true).await.unwrap();
    assert!(table.save_settings(&made, 0).await.unwrap());
    assert_eq!(
        confirm(&table, &confirming(&made, &seen, "a")).await,
        Confirmed::Changed
    );
    assert_eq!(table.snapshots(made.id, &person()).await.unwrap(), []);
    assert_eq!(mails(&client).await, 0, "nothing is half done");
    made.settings_revision = 1;
    let done = confirm(&table, &confirming(&made, &seen, "a")).await;
    assert!(matches!(done, Confirmed::Done(..)), "the key is free still");
}

/// a key stands for one thing.
#[tokio::test]
async fn a_key_with_another_message_is_refused() {
    let (table, _) = engine().await;
    let (made, _) = gallery(&table).await;
    heart(&table, made.id, &person(), 1, true).await;
    let seen = table.choices(made.id, &person()).await.unwrap();
    let mut asked = confirming(&made, &seen, "a");
    assert!(matches!(confirm(&table, &asked).await, Confirmed::Done(..)));
    assert!(matches!(
        confirm(&table, &asked).await,
        Confirmed::Already(_)
    ));
    asked.snapshot.message = "Others, please".into();
    assert_eq!(confirm(&table, &asked).await, Confirmed::Reused);
}

/// S22: twenty thousand photographs are one snapshot, in one transaction; more are refused by name and write nothing.
#[tokio::test]
async fn a_snapshot_holds_twenty_thousand_photographs() {
    let (table, client) = engine().await;
    let (made, _) = gallery(&table).await;
    heart(&table, made.id, &person(), 0, true).await;
    let seen = table.choices(made.id, &person()).await.unwrap();
    let mut large = confirming(&made, &seen, "large");
    let many = (0..=MOST_PICKED).map(|n| Picked {
        section: format!("Chapter {}", n % 12),
        comments: vec![CommentId::new(morning()); usize::from(n % 40 == 0)],
        ..picked(photo(u32::try_from(n).unwrap()))
    });
    large.snapshot.picked = many.collect();
    assert_eq!(confirm(&table, &large).await, Confirmed::TooLarge);
    assert_eq!(
        (
            table.snapshots(made.id, &person()).await.unwrap().len(),
            mails(&client).await
        ),
        (0, 0)
    );
    large.snapshot.picked.pop();
    assert!(matches!(confirm(&table, &large).await, Confirmed::Done(..)));
    let kept = table
        .snapshot(made.id, &person(), 1)
        .await
        .unwrap()
        .unwrap();
    assert!(
        kept.picked == large.snapshot.picked,
        "as they were, in their order"
    );
}

/// a tap whose answer was lost, sent again after the confirmation: it was kept, and that is what the device hears.
#[tokio::test]
async fn a_tap_that_was_kept_is_found_after_the_confirmation() {
    let (table, _) = engine().await;
    let (made, _) = gallery(&table).await;
    let mine = tap(1, Set::Chosen(true), 1, 1);
    let send = async || {
        table
            .tap(made.id, &person(), &mine, None, morning())
            .await
            .unwrap()
    };
    assert!(matches!(send().await, Tapped::Done { .. }));
    let seen = table.choices(made.id, &person()).await.unwrap();
    assert!(matches!(
        confirm(&table, &confirming(&made, &seen, "a")).await,
        Confirmed::Done(..)
    ));
    let Tapped::Done {
        choice, selection, ..
    } = send().await
    else {
        panic!("the device would show that it is lost");
    };
    assert_eq!(choice.chosen.by, Some(stamp(1, 1)));
    assert_eq!(selection.confirmed(), Some(morning()));
    let noon: Timestamp = at("2026-11-22T12:00:00Z");
    let none = table.choices(made.id, &Subject::Anybody).await.unwrap();
    let nothing = confirming(&made, &none, "b");
    let outcome = table
        .confirm(&nothing, |snapshot, _| told(snapshot), noon)
        .await;
    assert_eq!(
        outcome.unwrap(),
        Confirmed::Changed,
        "nobody's choice is not confirmed"
    );
}
