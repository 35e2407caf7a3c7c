//! Guest links and *View as*: addresses of their own into the same gallery.

use crate::visitor::{page_view, person, signed_in, standing};
use crate::{again, email, engine, gallery, morning, table};
use domain::access::{Arrival, PREVIEW_LIFE, Refusal, Rights, Standing, Subject};
use domain::activity::Who;
use domain::ids::{GalleryId, GuestId, LinkToken, SecretToken};
use jiff::SignedDuration;
use table::{GuestLink, Proofs};

pub fn guest(gallery: GalleryId) -> (GuestLink, LinkToken) {
    let link = LinkToken::random();
    let guest = GuestLink {
        id: GuestId::new(morning()),
        gallery,
        label: "Grandparents".into(),
        link: link.expose().to_owned(),
        made_by: Who::Member(email("owner@studio.example")),
        created: morning(),
        until: None,
        ended: false,
    };
    (guest, link)
}

/// C8: a guest link looks without a PIN and nothing more, whoever the browser is signed in as; two calls, then one.
#[tokio::test]
async fn a_guest_link_looks_and_costs_what_any_page_costs() {
    let (table, client) = engine().await;
    let (made, _) = gallery(&table).await;
    let anna = person("anna@example.com", Rights::LOOK);
    table
        .save_row(made.id, &anna, None, morning())
        .await
        .unwrap();
    let (guest, link) = guest(made.id);
    table.make_guest(&guest).await.unwrap();
    let cold = again(&client);
    for proofs in [
        Proofs::default(),
        signed_in(&table, "anna@example.com").await,
    ] {
        let stands = standing(&table, &link, &proofs).await.unwrap();
        assert!(stands.guest());
        assert_eq!(stands.row(), &guest.row());
    }
    let (_, first) = page_view(&cold, &link, &Proofs::default()).await;
    let (_, second) = page_view(&cold, &link, &Proofs::default()).await;
    assert_eq!((first, second), (2, 1));
    assert_eq!(
        table.guests(made.id).await.unwrap(),
        std::slice::from_ref(&guest)
    );
    let saved = table.save_row(made.id, &guest.row(), None, morning()).await;
    assert_eq!(saved.unwrap(), None, "its row comes with the link");
    let again = table.make_guest(&guest).await;
    assert!(matches!(again, Err(table::Error::Exists { .. })));
}

/// C8: an ended guest link is told that it has ended, at the next request, and stays in the list.
#[tokio::test]
async fn an_ended_guest_link_opens_nothing() {
    let (table, client) = engine().await;
    let (made, _) = gallery(&table).await;
    let (guest, link) = guest(made.id);
    table.make_guest(&guest).await.unwrap();
    let nobody = Proofs::default();
    assert!(standing(&table, &link, &nobody).await.is_ok());
    let elsewhere = gallery(&table).await.0.id;
    let wrong = table.end_guest(elsewhere, guest.id).await.unwrap();
    assert_eq!(wrong, None, "another gallery's");
    let ended = table.end_guest(made.id, guest.id).await.unwrap().unwrap();
    assert!(ended.ended && !ended.row().active);
    for table in [&table, &again(&client)] {
        let refusal = standing(table, &link, &nobody).await.unwrap_err();
        assert_eq!(refusal, Refusal::RowEnded);
    }
    assert_eq!(table.guests(made.id).await.unwrap(), [ended]);
}

/// C8: its own end comes by the clock.
#[tokio::test]
async fn a_guest_link_ends_by_the_clock() {
    let table = table().await;
    let (made, _) = gallery(&table).await;
    let (mut guest, link) = guest(made.id);
    guest.until = Some(morning() + SignedDuration::from_hours(1));
    table.make_guest(&guest).await.unwrap();
    for (minutes, expected) in [(59, None), (60, Some(Refusal::RowEnded))] {
        let now = morning() + SignedDuration::from_mins(minutes);
        let visit = table.door(&link, &Proofs::default(), now).await.unwrap();
        let visit = visit.unwrap();
        let standing = Standing::of(&visit.gallery, &visit.rows, &visit.arrival, now);
        assert_eq!(standing.err(), expected);
    }
}

/// P36: *View as* opens beside the cookie it was made with, for an hour, and to nobody else.
#[tokio::test]
async fn a_preview_needs_its_holder_and_ends_by_the_clock() {
    let (table, client) = engine().await;
    let (made, _) = gallery(&table).await;
    let row = person("anna@example.com", Rights::LOOK);
    table
        .save_row(made.id, &row, None, morning())
        .await
        .unwrap();
    let (link, holder) = (LinkToken::random(), SecretToken::random());
    let until = morning() + PREVIEW_LIFE;
    table
        .open_preview(&link, made.id, &row.subject, &holder.hash(), until)
        .await
        .unwrap();
    let holding = Proofs {
        preview: Some(holder.hash()),
        ..Proofs::default()
    };
    let cold = again(&client);
    let visit = table.door(&link, &holding, morning()).await.unwrap();
    let visit = visit.unwrap();
    assert_eq!(visit.preview_until, Some(until));
    assert_eq!(visit.seen, None, "leaves no trace");
    assert_eq!(visit.arrival, Arrival::Preview(row.subject.clone()));
    let stands = standing(&table, &link, &holding).await.unwrap();
    assert!(stands.preview() && stands.row().subject == row.subject);
    let (_, first) = page_view(&cold, &link, &holding).await;
    let (_, second) = page_view(&cold, &link, &holding).await;
    assert_eq!((first, second), (2, 1));

    let stranger = Proofs {
        preview: Some(SecretToken::random().hash()),
        ..signed_in(&table, "anna@example.com").await
    };
    for proofs in [&stranger, &Proofs::default()] {
        for table in [&table, &again(&client)] {
            let found = table.visit(&link, proofs, morning()).await.unwrap();
            assert!(found.is_none());
        }
    }
    for table in [&table, &again(&client)] {
        let late = table.door(&link, &holding, until).await.unwrap();
        assert!(late.is_none(), "whether or not TTL came");
    }
    table.remove_row(made.id, &row.subject).await.unwrap();
    let gone = standing(&table, &link, &holding).await;
    assert_eq!(gone.unwrap_err(), Refusal::RowEnded);
}

/// P36: each kind of row can be looked through.
#[tokio::test]
async fn a_preview_shows_every_kind_of_row() {
    let table = table().await;
    let (made, _) = gallery(&table).await;
    let (guest, _) = guest(made.id);
    table.make_guest(&guest).await.unwrap();
    let holder = SecretToken::random().hash();
    let holding = Proofs {
        preview: Some(holder.clone()),
        ..Proofs::default()
    };
    for subject in [Subject::Anybody, Subject::Guest(guest.id)] {
        let link = LinkToken::random();
        let until = morning() + PREVIEW_LIFE;
        let opened = table.open_preview(&link, made.id, &subject, &holder, until);
        opened.await.unwrap();
        let stands = standing(&table, &link, &holding).await.unwrap();
        assert_eq!(stands.row().subject, subject);
    }
}
