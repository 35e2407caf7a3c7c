//! Galleries, links, visits: what a visitor's request reads, and in how many calls.

use crate::visitor::{person, session, signed_in, standing, visiting};
use crate::{again, engine, gallery, lock, morning, table};
use domain::access::{Arrival, Refusal, Rights};
use domain::gallery::Gallery;
use domain::ids::{GalleryId, LinkToken, SecretToken};
use jiff::SignedDuration;
use table::Proofs;

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
    let visit = table
        .door(&link, &Proofs::default(), morning())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(visit.gallery, made);
}

/// L4: a link that was never made opens nothing.
#[tokio::test]
async fn an_unknown_link_opens_nothing() {
    let table = table().await;
    gallery(&table).await;
    let stranger = LinkToken::random();
    let nothing = Proofs::default();
    let door = table.door(&stranger, &nothing, morning()).await.unwrap();
    assert!(door.is_none());
    let visit = table.visit(&stranger, &nothing, morning()).await.unwrap();
    assert!(visit.is_none());
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
    let proofs = visiting(&token);
    let mut costs = Vec::new();
    for change in [false, false, true] {
        if change {
            table.set_enabled(made.id, false).await.unwrap();
        }
        let before = table.calls();
        let found = table.visit(&link, &proofs, morning()).await.unwrap();
        let (visit, _) = found.unwrap();
        assert!(matches!(
            visit.arrival,
            Arrival::Client { visit: Some(_), .. }
        ));
        costs.push(table.calls() - before);
    }
    assert_eq!(costs, [2, 1, 1], "an unchanged list is remembered");
}

/// so does a photograph's file, and a person's as well.
#[tokio::test]
async fn one_photograph_costs_at_most_two_calls() {
    let (table, client) = engine().await;
    let (made, link) = gallery(&table).await;
    crate::photos::put(&table, &made, "IMG_1.jpg").await;
    let id = crate::photos::id(&made, "IMG_1.jpg");
    let row = person("anna@example.com", Rights::LOOK);
    let saved = table.save_row(made.id, &row, None, morning()).await;
    assert!(saved.unwrap().is_some());
    let proofs = signed_in(&table, "anna@example.com").await;
    let cold = again(&client);
    let mut costs = Vec::new();
    for _ in 0..2 {
        let before = cold.calls();
        let found = cold.photo(&link, &proofs, &id, morning()).await.unwrap();
        let (visit, photo) = found.unwrap();
        assert_eq!(visit.rows.own.unwrap().subject, row.subject);
        assert_eq!(photo.unwrap().id, id);
        costs.push(cold.calls() - before);
    }
    assert_eq!(costs, [2, 1]);
    let (_, elsewhere) = gallery(&table).await;
    let found = table.photo(&elsewhere, &proofs, &id, morning()).await;
    assert_eq!(found.unwrap().unwrap().1, None, "another gallery's");
}

/// P20: a visit that was noted is known to the next request where that costs nothing, so that it is not noted again.
#[tokio::test]
async fn a_noted_visit_is_known_to_the_next_request() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let row = person("anna@example.com", Rights::LOOK);
    table
        .save_row(made.id, &row, None, morning())
        .await
        .unwrap();
    let anna = signed_in(&table, "anna@example.com").await;
    let seen = async |proofs: &Proofs| {
        let found = table.visit(&link, proofs, morning()).await.unwrap();
        found.unwrap().0.seen
    };
    assert_eq!(seen(&anna).await, None);
    let noted = table.note_entry(made.id, &row.subject, morning()).await;
    assert!(noted.unwrap());
    assert_eq!(seen(&anna).await, Some(morning()));
    assert_eq!(seen(&Proofs::default()).await, None, "somebody else's");
}

/// C15, L28: what the studio changes is read at the very next request.
#[tokio::test]
async fn pausing_and_a_new_pin_bite_at_the_next_request() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let token = SecretToken::random();
    table.open_session(&session(made.id, &token)).await.unwrap();
    let proofs = visiting(&token);
    let refusal = async || standing(&table, &link, &proofs).await.err();
    assert_eq!(refusal().await, None);
    table.set_enabled(made.id, false).await.unwrap();
    assert_eq!(refusal().await, Some(Refusal::Paused));
    table.set_enabled(made.id, true).await.unwrap();
    assert_eq!(refusal().await, None, "enabling restores everything (C16)");
    table.set_pin(made.id, Some(&lock("two"))).await.unwrap();
    assert_eq!(refusal().await, Some(Refusal::Door));
    table.set_pin(made.id, None).await.unwrap();
    assert_eq!(refusal().await, None, "the link alone opens (L3)");
}

/// The same PIN under another pepper is the same PIN: nobody has to type it again.
#[tokio::test]
async fn a_relocked_pin_leaves_visits_open_and_a_changed_one_alone() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let token = SecretToken::random();
    table.open_session(&session(made.id, &token)).await.unwrap();
    let relocked = lock("one under another pepper");
    assert!(table.relock_pin(made.id, "one", &relocked).await.unwrap());
    let row = table.gallery(made.id).await.unwrap().unwrap().1;
    assert_eq!(row.pin, Some(relocked));
    assert!(standing(&table, &link, &visiting(&token)).await.is_ok());

    table.set_pin(made.id, Some(&lock("two"))).await.unwrap();
    let late = lock("one once more");
    assert!(!table.relock_pin(made.id, "one", &late).await.unwrap());
    let row = table.gallery(made.id).await.unwrap().unwrap().1;
    assert_eq!(row.pin, Some(lock("two")));
}

/// L2, trust 4: a visit that was opened in one gallery opens no other, under whatever name its cookie comes.
#[tokio::test]
async fn a_visit_opens_the_gallery_it_was_made_for_and_no_other() {
    let table = table().await;
    let (first, first_link) = gallery(&table).await;
    let (_, second_link) = gallery(&table).await;
    let token = SecretToken::random();
    table
        .open_session(&session(first.id, &token))
        .await
        .unwrap();
    let proofs = visiting(&token);
    assert!(standing(&table, &first_link, &proofs).await.is_ok());
    let other = standing(&table, &second_link, &proofs).await;
    assert_eq!(other.unwrap_err(), Refusal::Door);
    let as_person = Proofs {
        person: proofs.visits.first().cloned(),
        ..Proofs::default()
    };
    let wrong_cookie = standing(&table, &first_link, &as_person).await;
    assert_eq!(wrong_cookie.unwrap_err(), Refusal::Door);
}

/// The browser carries many visits: the one that opens this gallery counts, wherever it stands among them.
#[tokio::test]
async fn of_many_visits_the_one_for_this_gallery_counts() {
    let table = table().await;
    let (Gallery { id: mine, .. }, link) = gallery(&table).await;
    let mut proofs = Proofs::default();
    for place in 0..12 {
        let token = SecretToken::random();
        let gallery = if place == 7 {
            mine
        } else {
            gallery(&table).await.0.id
        };
        table.open_session(&session(gallery, &token)).await.unwrap();
        proofs.visits.push(token.hash());
    }
    assert!(standing(&table, &link, &proofs).await.is_ok());
    proofs.visits.remove(7);
    let without = standing(&table, &link, &proofs).await;
    assert_eq!(without.unwrap_err(), Refusal::Door);
}

/// L4: a new link is the only one, at once, and visits by the old one end.
#[tokio::test]
async fn a_replaced_link_is_gone_at_once() {
    let table = table().await;
    let (made, old) = gallery(&table).await;
    let token = SecretToken::random();
    table.open_session(&session(made.id, &token)).await.unwrap();
    let proofs = visiting(&token);
    assert!(standing(&table, &old, &proofs).await.is_ok());
    let new = LinkToken::random();
    assert!(table.replace_link(&made, &new).await.unwrap());
    let gone = table.visit(&old, &proofs, morning()).await.unwrap();
    assert!(gone.is_none());
    let fresh = standing(&table, &new, &proofs).await;
    assert_eq!(fresh.unwrap_err(), Refusal::Door);
    let stale = table.replace_link(&made, &LinkToken::random()).await;
    assert!(!stale.unwrap(), "replaced meanwhile");
    let read = table.gallery(made.id).await.unwrap().unwrap().0;
    assert_eq!(read.link, new.expose());
}

#[tokio::test]
async fn changing_a_gallery_that_is_not_there_makes_none() {
    let table = table().await;
    let id = GalleryId::new(morning());
    assert!(!table.set_enabled(id, true).await.unwrap());
    assert!(!table.set_pin(id, Some(&lock("x"))).await.unwrap());
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
    let ended = standing(&table, &link, &visiting(&token)).await;
    assert_eq!(ended.unwrap_err(), Refusal::Door);
}
