//! Confirmations that meet one another, taps, and lines that break.

use super::{confirm, confirming, mails, reopen, told};
use crate::choices::{heart, person, photo, tap};
use crate::shop::{Deaf, shop};
use crate::{again, engine, gallery, morning};
use domain::activity::What;
use domain::choice::{Applied, Set, Tap};
use domain::ids::PhotoId;
use domain::order::{Order, Source};
use domain::selection::Snapshot;
use futures::future::join_all;
use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::time::Duration;
use table::{Confirmed, Tapped};

/// Evidence of the feature: a hundred confirmations at once, with the same key and with different ones: one snapshot, one
/// letter, one event.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_confirmations_at_once_make_one_snapshot() {
    let (table, client) = engine().await;
    let (made, _) = gallery(&table).await;
    for n in 0..12 {
        heart(&table, made.id, &person(), n, true).await;
    }
    let tries = (0..100).map(|n| {
        let (table, made) = (again(&client), made.clone());
        tokio::spawn(async move {
            let chosen = table.choices(made.id, &person()).await.unwrap();
            let key = format!("key {}", n % 2 * n);
            confirm(&table, &confirming(&made, &chosen, &key)).await
        })
    });
    let outcomes: Vec<Confirmed> = join_all(tries)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let done = |outcome: &&Confirmed| matches!(outcome, Confirmed::Done(..));
    assert_eq!(outcomes.iter().filter(done).count(), 1);
    assert!(
        outcomes
            .iter()
            .all(|o| matches!(o, Confirmed::Done(..) | Confirmed::Already(_)))
    );
    let snapshots = table.snapshots(made.id, &person()).await.unwrap();
    assert_eq!((snapshots.len(), snapshots[0].picked.len()), (1, 12));
    assert_eq!(mails(&client).await, 1);
    let (events, _) = table.events(None, 100, None, morning()).await.unwrap();
    let expected = What::Confirmed {
        snapshot: 1,
        count: 12,
    };
    assert_eq!(
        events.iter().map(|event| &event.what).collect::<Vec<_>>(),
        [&expected]
    );
}

/// Complaint 2: taps that race the confirmation are in the snapshot or are refused, never silently outside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_tap_that_races_a_confirmation_is_in_it_or_refused() {
    let (table, client) = engine().await;
    let (made, _) = gallery(&table).await;
    heart(&table, made.id, &person(), 0, true).await;
    let mut kept = HashSet::from([photo(0)]);
    for round in 1..=10u32 {
        let tappers = (0..3u32).map(|device| {
            let (table, id) = (again(&client), made.id);
            tokio::spawn(async move {
                let mut kept = Vec::new();
                for n in 0..40 {
                    let number = round * 1000 + device * 100 + n;
                    match heart(&table, id, &person(), number, true).await {
                        Tapped::Done { .. } => kept.push(photo(number)),
                        Tapped::Confirmed { .. } => break,
                        other => panic!("{other:?}"),
                    }
                    // so that a confirmation comes through between two taps
                    tokio::time::sleep(Duration::from_millis(u64::from(device * 20))).await;
                }
                kept
            })
        });
        let confirmers = (0..2).map(|n| {
            let (table, made) = (again(&client), made.clone());
            tokio::spawn(async move {
                let key = format!("{round} {n}");
                loop {
                    let chosen = table.choices(made.id, &person()).await.unwrap();
                    match confirm(&table, &confirming(&made, &chosen, &key)).await {
                        Confirmed::Changed => {}
                        Confirmed::Done(..) => break true,
                        Confirmed::Already(_) => break false,
                        other => panic!("{other:?}"),
                    }
                }
            })
        });
        let (tappers, confirmers): (Vec<_>, Vec<_>) = (tappers.collect(), confirmers.collect());
        let won = join_all(confirmers).await.into_iter().map(Result::unwrap);
        assert_eq!(won.filter(|won| *won).count(), 1);
        kept.extend(join_all(tappers).await.into_iter().flat_map(Result::unwrap));
        let snapshot = table
            .snapshot(made.id, &person(), round)
            .await
            .unwrap()
            .unwrap();
        let frozen: HashSet<PhotoId> = snapshot.picked.iter().map(|p| p.photo.clone()).collect();
        assert!(
            frozen == kept,
            "{} frozen, {} kept",
            frozen.len(),
            kept.len()
        );
        let now = table.choices(made.id, &person()).await.unwrap();
        assert_eq!(usize::try_from(now.selection.chosen).unwrap(), kept.len());
        reopen(&table, &made).await.unwrap();
    }
}

/// 4.7: the line breaks after each write: what is sent again is found. A confirmation's order is there with
/// it, once, and knows its snapshot.
#[tokio::test]
async fn an_answer_that_was_lost_costs_nothing() {
    let shop = shop(3).await;
    let (deaf, id) = (Deaf::default(), shop.gallery.id);
    let table = deaf.table(&shop.client);
    for (n, picture) in (0..).zip(&shop.photos) {
        let heart = Tap {
            photo: picture.id.clone(),
            ..tap(0, Set::Chosen(true), n, 1)
        };
        let send = async || table.tap(id, &person(), &heart, None, morning()).await;
        deaf.next.store(true, Ordering::SeqCst);
        assert!(send().await.is_err(), "the device does not know");
        let Tapped::Done {
            applied, choice, ..
        } = send().await.unwrap()
        else {
            panic!("lost");
        };
        assert_eq!((applied, choice.chosen.value), (Applied::Again, true));
    }
    let chosen = table.choices(id, &person()).await.unwrap();
    assert_eq!((chosen.selection.chosen, chosen.selection.revision), (3, 3));
    let mut asked = confirming(&shop.gallery, &chosen, "a");
    asked.order = Some(shop.order_of(person(), "", morning()));
    deaf.next.store(true, Ordering::SeqCst);
    let tell = |snapshot: &Snapshot, order: Option<&Order>| {
        assert_eq!(
            (snapshot.number, order.unwrap().number),
            (1, 1),
            "letters know both"
        );
        told(snapshot)
    };
    let lost = table.confirm(&asked, tell, morning()).await;
    assert!(lost.is_err(), "the client does not know");
    assert!(matches!(
        confirm(&table, &asked).await,
        Confirmed::Already(_)
    ));
    assert_eq!(table.snapshots(id, &person()).await.unwrap().len(), 1);
    assert_eq!(shop.mails().await, 1);
    let orders = table.orders(id).await.unwrap();
    assert_eq!((orders.len(), orders[0].lines.len()), (1, 3));
    assert_eq!(orders[0].source, Source::Selection { snapshot: 1 });
    assert_eq!(orders[0].subject, person());
}
