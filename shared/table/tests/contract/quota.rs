//! Quotas and visits: exact under parallel downloads, one visit an hour.

use crate::{email, morning, table};
use domain::access::Subject;
use domain::ids::{GalleryId, PhotoId};
use domain::throttle::HOURLY_QUESTIONS;
use jiff::SignedDuration;
use std::net::IpAddr;
use table::{LastVisit, QuotaOutcome, Table, keys};

fn person() -> Subject {
    Subject::Person(email("client@example.com"))
}

async fn take(
    table: &Table,
    gallery: GalleryId,
    who: &Subject,
    n: u32,
    quota: Option<u32>,
) -> QuotaOutcome {
    let photo = PhotoId::of_key(&n.to_string());
    table
        .take_quota(gallery, who, &photo, quota, morning())
        .await
        .unwrap()
}

/// P22: a quota counts photographs, not downloads: the same one again is free, also when the quota is used up.
#[tokio::test]
async fn a_photograph_counts_once() {
    let table = table().await;
    let gallery = GalleryId::new(morning());
    let take = async |n, quota| take(&table, gallery, &person(), n, Some(quota)).await;
    assert_eq!(take(1, 2).await, QuotaOutcome::Taken { left: Some(1) });
    assert_eq!(take(1, 2).await, QuotaOutcome::Again);
    assert_eq!(take(2, 2).await, QuotaOutcome::Taken { left: Some(0) });
    assert_eq!(take(3, 2).await, QuotaOutcome::Spent);
    assert_eq!(take(1, 2).await, QuotaOutcome::Again);
    assert_eq!(
        take(3, 3).await,
        QuotaOutcome::Taken { left: Some(0) },
        "the studio gave more"
    );
    assert_eq!(
        take(4, 1).await,
        QuotaOutcome::Spent,
        "the studio took some back"
    );
    assert_eq!(take(5, 0).await, QuotaOutcome::Spent);
}

/// P12: each row has its own count, in each gallery its own.
#[tokio::test]
async fn rows_do_not_share_a_quota() {
    let table = table().await;
    let (one, other) = (GalleryId::new(morning()), GalleryId::new(morning()));
    for (gallery, who) in [(one, person()), (one, Subject::Anybody), (other, person())] {
        let outcome = take(&table, gallery, &who, 1, Some(1)).await;
        assert_eq!(outcome, QuotaOutcome::Taken { left: Some(0) });
        assert_eq!(
            take(&table, gallery, &who, 2, Some(1)).await,
            QuotaOutcome::Spent
        );
    }
}

/// P22: what was taken without a quota counts when one is set later.
#[tokio::test]
async fn a_quota_set_later_knows_what_was_taken() {
    let table = table().await;
    let gallery = GalleryId::new(morning());
    for n in 0..3 {
        let outcome = take(&table, gallery, &person(), n, None).await;
        assert_eq!(outcome, QuotaOutcome::Taken { left: None });
    }
    assert_eq!(
        take(&table, gallery, &person(), 3, Some(3)).await,
        QuotaOutcome::Spent
    );
    assert_eq!(
        take(&table, gallery, &person(), 0, Some(3)).await,
        QuotaOutcome::Again
    );
}

/// P22: a hundred downloads at once of different photographs, a quota of ten: exactly ten are had. Whoever was told to
/// come again does, as a browser's retry would.
#[tokio::test(flavor = "multi_thread")]
async fn a_quota_holds_exactly_under_parallel_downloads() {
    let table = table().await;
    let gallery = GalleryId::new(morning());
    let downloads = (0..100).map(|n| {
        let table = table.clone();
        async move {
            loop {
                let outcome = take(&table, gallery, &person(), n, Some(10)).await;
                if outcome != QuotaOutcome::Busy {
                    return outcome;
                }
            }
        }
    });
    let outcomes = futures::future::join_all(downloads).await;
    let taken = |outcome: &&QuotaOutcome| matches!(outcome, QuotaOutcome::Taken { .. });
    assert_eq!(outcomes.iter().filter(taken).count(), 10);
    assert_eq!(
        outcomes
            .iter()
            .filter(|o| **o == QuotaOutcome::Spent)
            .count(),
        90
    );
    let visits = table.last_visits(gallery).await.unwrap();
    assert_eq!(visits[&keys::subject(&person())].downloads, 10);
}

/// P22: the same photograph a hundred times at once counts once.
#[tokio::test(flavor = "multi_thread")]
async fn one_photograph_in_parallel_counts_once() {
    let table = table().await;
    let gallery = GalleryId::new(morning());
    let downloads = (0..100).map(|_| {
        let table = table.clone();
        async move { take(&table, gallery, &person(), 7, Some(10)).await }
    });
    let outcomes = futures::future::join_all(downloads).await;
    let taken = |outcome: &&QuotaOutcome| matches!(outcome, QuotaOutcome::Taken { .. });
    assert_eq!(outcomes.iter().filter(taken).count(), 1);
    let visits = table.last_visits(gallery).await.unwrap();
    assert_eq!(visits[&keys::subject(&person())].downloads, 1);
}

/// P20: one visit an hour for each row, of however many at once; a guest's never count as the client's.
#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_noted_once_an_hour() {
    let table = table().await;
    let gallery = GalleryId::new(morning());
    let guest = Subject::Guest(domain::ids::GuestId::new(morning()));
    let entries = (0..20).map(|_| {
        let table = table.clone();
        async move {
            table
                .note_entry(gallery, &person(), morning())
                .await
                .unwrap()
        }
    });
    let first = futures::future::join_all(entries).await;
    assert_eq!(first.iter().filter(|first| **first).count(), 1);
    let hour = SignedDuration::from_hours(1);
    let note = async |who: &Subject, now| table.note_entry(gallery, who, now).await.unwrap();
    let nearly = morning() + hour - SignedDuration::from_millis(1);
    assert!(!note(&person(), nearly).await);
    assert!(note(&person(), morning() + hour).await);
    assert!(note(&guest, nearly).await);

    let visits = table.last_visits(gallery).await.unwrap();
    let of = |who: &Subject| visits.get(&keys::subject(who)).copied();
    let theirs = LastVisit {
        last: Some(morning() + hour),
        visits: 2,
        downloads: 0,
    };
    assert_eq!(of(&person()), Some(theirs));
    assert_eq!(of(&guest).map(|visit| visit.visits), Some(1));
    assert_eq!(of(&Subject::Anybody), None);
}

/// S36: five questions in an hour from one caller; others and the next hour have their own.
#[tokio::test]
async fn a_caller_asks_five_questions_an_hour() {
    let table = table().await;
    let (here, there) = (
        IpAddr::from([203, 0, 113, 7]),
        IpAddr::from([203, 0, 113, 8]),
    );
    for _ in 0..HOURLY_QUESTIONS {
        assert!(table.take_ask(here, morning()).await.unwrap());
    }
    assert!(!table.take_ask(here, morning()).await.unwrap());
    assert!(table.take_ask(there, morning()).await.unwrap());
    let later = morning() + SignedDuration::from_hours(1);
    assert!(table.take_ask(here, later).await.unwrap());
}
