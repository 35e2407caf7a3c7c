//! Sessions of people: they end by the clock and by hand, and nothing that a process remembers brings them back.

use crate::visitor::{page_view, person, signed_in};
use crate::{email, gallery, morning, table};
use domain::access::{Refusal, Rights};
use jiff::SignedDuration;

/// L44: a person's session ends by the clock and by hand; groups are read with it, in one call once it is known.
#[tokio::test]
async fn a_persons_session_ends_by_the_clock_and_by_hand() {
    let table = table().await;
    let browser = signed_in(&table, "anna@example.com").await;
    let me = browser.person.unwrap();
    let mut costs = Vec::new();
    for _ in 0..2 {
        let before = table.calls();
        let person = table.person(&me, morning()).await.unwrap().unwrap();
        assert_eq!(person.email, email("anna@example.com"));
        costs.push(table.calls() - before);
    }
    assert_eq!(costs, [2, 1]);
    let later = morning() + SignedDuration::from_hours(11);
    let person = table.person(&me, later).await.unwrap().unwrap();
    table.touch_person(&person, later).await.unwrap();
    let next_day = later + SignedDuration::from_hours(11);
    assert!(table.person(&me, next_day).await.unwrap().is_some());
    let idle = later + SignedDuration::from_hours(12);
    assert!(table.person(&me, idle).await.unwrap().is_none());
    table.end_person_session(&me).await.unwrap();
    assert!(table.person(&me, later).await.unwrap().is_none());
    table.touch_person(&person, next_day).await.unwrap();
    let back = table.person(&me, next_day).await.unwrap();
    assert!(back.is_none(), "a late sight does not bring it back");
}

/// somebody whose session has ended is nobody, however well they are known to the process.
#[tokio::test]
async fn an_ended_person_stands_at_the_door() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let row = person("anna@example.com", Rights::LOOK);
    table
        .save_row(made.id, &row, None, morning())
        .await
        .unwrap();
    let browser = signed_in(&table, "anna@example.com").await;
    assert!(page_view(&table, &link, &browser).await.0.is_ok());
    let me = browser.person.clone().unwrap();
    table.end_person_session(&me).await.unwrap();
    let (ended, _) = page_view(&table, &link, &browser).await;
    assert_eq!(ended.unwrap_err(), Refusal::Door);
}
