//! Invitations: one mail each, accepted once, by whom they expect.

use crate::{email, engine, items, morning, table};
use domain::activity::Who;
use domain::ids::{GalleryId, SecretToken};
use domain::throttle::DAILY_INVITATIONS;
use jiff::SignedDuration;
use table::{Invitation, Mail};

fn invitation(gallery: GalleryId, address: &str) -> Invitation {
    Invitation {
        token: SecretToken::random().hash(),
        gallery,
        email: email(address),
        by: Who::Member(email("owner@studio.example")),
        created: morning(),
        accepted: None,
    }
}

/// S28, S29: accepted once, by the invited address only, and it says by whom it expects to be.
#[tokio::test]
async fn an_invitation_is_accepted_once_by_the_invited() {
    let table = table().await;
    let invited = invitation(GalleryId::new(morning()), "anna@example.com");
    assert!(
        table
            .invite(&invited, &Mail::Decoy, morning())
            .await
            .unwrap()
    );
    let found = table.invitation(&invited.token, morning()).await.unwrap();
    assert_eq!(found.as_ref(), Some(&invited));

    let later = morning() + SignedDuration::from_hours(1);
    let accept = async |address: &str| {
        let address = email(address);
        let accepted = table.accept_invitation(&invited.token, &address, later);
        accepted.await.unwrap()
    };
    assert!(!accept("mats@example.com").await, "a wrong account");
    assert!(accept("Anna@example.com").await);
    assert!(!accept("anna@example.com").await, "once");
    let found = table.invitation(&invited.token, later).await.unwrap();
    assert_eq!(found.unwrap().accepted, Some(later));
    let unknown = SecretToken::random().hash();
    assert_eq!(table.invitation(&unknown, later).await.unwrap(), None);
    let made_up = table.accept_invitation(&unknown, &invited.email, later);
    assert!(!made_up.await.unwrap(), "accepting makes no invitation");
}

/// S28: of twenty clicks at once one accepts.
#[tokio::test(flavor = "multi_thread")]
async fn parallel_acceptances_are_one() {
    let table = table().await;
    let invited = invitation(GalleryId::new(morning()), "anna@example.com");
    table
        .invite(&invited, &Mail::Decoy, morning())
        .await
        .unwrap();
    let clicks = (0..20).map(|_| {
        let (table, invited) = (table.clone(), invited.clone());
        async move {
            let accepted = table.accept_invitation(&invited.token, &invited.email, morning());
            accepted.await.unwrap()
        }
    });
    let accepted = futures::future::join_all(clicks).await;
    assert_eq!(accepted.iter().filter(|accepted| **accepted).count(), 1);
}

/// An invitation's link works for sixty days, by the clock.
#[tokio::test]
async fn an_invitation_ends_after_sixty_days() {
    let table = table().await;
    let invited = invitation(GalleryId::new(morning()), "anna@example.com");
    table
        .invite(&invited, &Mail::Decoy, morning())
        .await
        .unwrap();
    let end = morning() + SignedDuration::from_hours(60 * 24);
    let before = end - SignedDuration::from_secs(1);
    assert!(
        table
            .invitation(&invited.token, before)
            .await
            .unwrap()
            .is_some()
    );
    assert!(
        table
            .invitation(&invited.token, end)
            .await
            .unwrap()
            .is_none()
    );
    let accepted = table.accept_invitation(&invited.token, &invited.email, end);
    assert!(!accepted.await.unwrap());
}

/// two hundred a day for a gallery; beyond them nothing is written, and no mail goes out.
#[tokio::test]
async fn a_gallery_invites_two_hundred_a_day() {
    let (table, client) = engine().await;
    let (gallery, other) = (GalleryId::new(morning()), GalleryId::new(morning()));
    let invite = async |gallery, n: u64, now| {
        let invited = invitation(gallery, &format!("client{n}@example.com"));
        table.invite(&invited, &Mail::Decoy, now).await.unwrap()
    };
    for n in 0..DAILY_INVITATIONS {
        assert!(invite(gallery, n, morning()).await);
    }
    assert!(!invite(gallery, 200, morning()).await);
    assert!(invite(other, 200, morning()).await);
    let tomorrow = morning() + SignedDuration::from_hours(24);
    assert!(invite(gallery, 200, tomorrow).await);

    assert_eq!(table.invitations(gallery).await.unwrap().len(), 201);
    let mut mails = 0;
    for shard in 0..16 {
        mails += items(&client, &format!("OUTBOX#{shard:x}")).await.len();
    }
    assert_eq!(mails, 202);
}

/// The studio sees whom it invited to a gallery, the newest first.
#[tokio::test]
async fn a_gallerys_invitations_are_listed_newest_first() {
    let table = table().await;
    let gallery = GalleryId::new(morning());
    let first = invitation(gallery, "anna@example.com");
    let second = Invitation {
        created: morning() + SignedDuration::from_secs(1),
        ..invitation(gallery, "mats@example.com")
    };
    let other = invitation(GalleryId::new(morning()), "anna@example.com");
    for invited in [&first, &second, &other] {
        table
            .invite(invited, &Mail::Decoy, morning())
            .await
            .unwrap();
    }
    let listed = table.invitations(gallery).await.unwrap();
    assert_eq!(listed, [second, first]);
}
