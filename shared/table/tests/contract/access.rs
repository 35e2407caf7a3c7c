//! Galleries, links, sessions: what a visitor's request reads, and in how many calls.

use crate::{at, gallery, lock, morning, table};
use domain::access::{Session, Standing, Subject};
use domain::ids::{GalleryId, LinkToken, SecretToken};
use jiff::SignedDuration;

fn session(gallery: GalleryId, token: &SecretToken) -> Session {
    Session {
        id: token.hash(),
        gallery,
        subject: Subject::Anybody,
        revision: 1,
        created: morning(),
        seen: morning(),
    }
}

#[tokio::test]
async fn a_gallery_comes_back_as_it_was_made() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let (read, row) = table.gallery(made.id).await.unwrap().unwrap();
    assert_eq!(read, made);
    assert_eq!(row.pin, Some(lock("one")));
    assert_eq!(
        table.galleries().await.unwrap(),
        std::slice::from_ref(&made)
    );
    let found = table.gallery_of_folder(&made.folder).await.unwrap();
    assert_eq!(found, Some(made.id));
    let visit = table.door(&link, None).await.unwrap().unwrap();
    assert_eq!(visit.gallery, made);
}

/// L4: a link that was never made opens nothing.
#[tokio::test]
async fn an_unknown_link_opens_nothing() {
    let table = table().await;
    gallery(&table).await;
    let stranger = LinkToken::random();
    assert!(table.door(&stranger, None).await.unwrap().is_none());
    assert!(table.visit(&stranger, None).await.unwrap().is_none());
}

/// Two galleries never share a folder or a link.
#[tokio::test]
async fn a_taken_folder_is_refused_whole() {
    let table = table().await;
    let (first, _) = gallery(&table).await;
    let mut second = first.clone();
    second.id = GalleryId::new(morning());
    second.link = LinkToken::random().expose().to_owned();
    let (_, row) = table.gallery(first.id).await.unwrap().unwrap();
    let refused = table.create_gallery(&second, &row).await;
    assert!(matches!(refused, Err(table::Error::Exists { .. })));
    assert!(table.gallery(second.id).await.unwrap().is_none());
}

/// a page view costs at most two calls, the first in a process as well as every later one.
#[tokio::test]
async fn a_page_view_costs_at_most_two_calls() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let token = SecretToken::random();
    table.open_session(&session(made.id, &token)).await.unwrap();
    let mut costs = Vec::new();
    for change in [false, false, true] {
        if change {
            table.set_enabled(made.id, false).await.unwrap();
        }
        let before = table.calls();
        let (visit, _) = table
            .visit(&link, Some(&token.hash()))
            .await
            .unwrap()
            .unwrap();
        assert!(visit.session.is_some());
        costs.push(table.calls() - before);
    }
    assert!(costs.iter().all(|calls| *calls <= 2), "{costs:?}");
    assert_eq!(costs[1], 1, "an unchanged list is remembered: {costs:?}");
}

/// C15, L28: what the studio changes is read at the very next request.
#[tokio::test]
async fn pausing_and_a_new_pin_bite_at_the_next_request() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let token = SecretToken::random();
    table.open_session(&session(made.id, &token)).await.unwrap();
    let standing = async || {
        let visit = table
            .door(&link, Some(&token.hash()))
            .await
            .unwrap()
            .unwrap();
        Standing::of(
            &visit.gallery,
            &visit.row,
            visit.session.as_ref(),
            morning(),
        )
        .is_ok()
    };
    assert!(standing().await);
    table.set_enabled(made.id, false).await.unwrap();
    assert!(!standing().await);
    table.set_enabled(made.id, true).await.unwrap();
    assert!(standing().await, "enabling restores everything (C16)");
    table.set_pin(made.id, &lock("two")).await.unwrap();
    assert!(!standing().await);
}

#[tokio::test]
async fn changing_a_gallery_that_is_not_there_makes_none() {
    let table = table().await;
    let id = GalleryId::new(morning());
    assert!(!table.set_enabled(id, true).await.unwrap());
    assert!(!table.set_pin(id, &lock("x")).await.unwrap());
    assert!(table.gallery(id).await.unwrap().is_none());
}

#[tokio::test]
async fn an_ended_session_is_not_brought_back_by_a_late_touch() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let token = SecretToken::random();
    let session = session(made.id, &token);
    table.open_session(&session).await.unwrap();
    table.end_session(&session.id).await.unwrap();
    let later = morning() + SignedDuration::from_hours(2);
    table.touch_session(&session, later).await.unwrap();
    let visit = table.door(&link, Some(&session.id)).await.unwrap().unwrap();
    assert!(visit.session.is_none());
}

/// the studio's session ends after eight idle hours and after fourteen days, whether or not TTL came.
#[tokio::test]
async fn a_studio_session_ends_by_the_clock() {
    let table = table().await;
    let id = SecretToken::random().hash();
    table.open_studio_session(&id, morning()).await.unwrap();
    let stands = async |time: &str| table.studio_session(&id, at(time)).await.unwrap();
    assert!(stands("2026-11-22T17:59:00Z").await);
    assert!(stands("2026-11-23T01:58:00Z").await, "seen at 17:59");
    assert!(!stands("2026-11-23T09:59:00Z").await);
    table.end_studio_session(&id).await.unwrap();
    assert!(!stands("2026-11-22T10:01:00Z").await);
}
