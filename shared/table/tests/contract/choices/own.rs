//! Whose choices a page view brings, and what it costs.

use super::{heart, person, photo, stamp};
use crate::{again, email, engine, gallery, guests, morning, photos, visitor};
use domain::access::{PREVIEW_LIFE, Rights, Row, Subject};
use domain::choice::{Set, Tap};
use domain::ids::{GroupId, LinkToken, PhotoId, SecretToken};
use table::{Group, Proofs, Table};

/// What the visit hands out as this browser's choices: whose, and which photographs are chosen.
async fn own(table: &Table, link: &LinkToken, proofs: &Proofs) -> Option<(Subject, Vec<PhotoId>)> {
    let found = table.visit_and_choices(link, proofs, morning()).await;
    let (_, _, chosen) = found.unwrap().unwrap();
    chosen.map(|chosen| {
        let hearts = chosen.choices.into_iter().filter(|(_, c)| c.chosen.value);
        (chosen.selection.subject, hearts.map(|(id, _)| id).collect())
    })
}

/// C7, P12: a person has choices of their own on every device, also where a group's row let them in; all who come by link
/// and PIN share one; guests have none; *View as* shows those of whom it views as.
#[tokio::test]
async fn everybody_sees_their_own_choices() {
    let (table, client) = engine().await;
    let (made, link) = gallery(&table).await;
    let group = Group {
        id: GroupId::new(morning()),
        name: "Family".into(),
        created: morning(),
    };
    table.save_group(&group).await.unwrap();
    let mats = email("mats@example.com");
    table
        .set_members(group.id, std::slice::from_ref(&mats), morning())
        .await
        .unwrap();
    for row in [
        visitor::person("anna@example.com", Rights::LOOK),
        Row::new(Subject::Group(group.id), Rights::LOOK),
    ] {
        let saved = table.save_row(made.id, &row, None, morning()).await;
        assert!(saved.unwrap().is_some());
    }
    let members = [person(), Subject::Person(mats)];
    let everyone = [members[0].clone(), members[1].clone(), Subject::Anybody];
    for (number, who) in (0..).zip(&everyone) {
        heart(&table, made.id, who, number, true).await;
    }
    let token = SecretToken::random();
    table
        .open_session(&visitor::session(made.id, &token))
        .await
        .unwrap();
    let by_pin = visitor::visiting(&token);
    let anna = visitor::signed_in(&table, "anna@example.com").await;
    let mats = visitor::signed_in(&table, "mats@example.com").await;
    // somebody the gallery does not know by name, who was in by the PIN
    let stranger = Proofs {
        visits: by_pin.visits.clone(),
        ..visitor::signed_in(&table, "stranger@example.com").await
    };
    for fresh in [true, false] {
        let table = if fresh { again(&client) } else { table.clone() };
        for round in 0..2 {
            let at = |n: u32| Some((everyone[n as usize].clone(), vec![photo(n)]));
            for (proofs, expected) in [
                (&anna, at(0)),
                (&mats, at(1)),
                (&by_pin, at(2)),
                (&stranger, at(2)),
            ] {
                assert_eq!(own(&table, &link, proofs).await, expected, "round {round}");
            }
            assert_eq!(
                own(&table, &link, &Proofs::default()).await,
                None,
                "the door"
            );
        }
    }

    let (guest, link) = guests::guest(made.id);
    table.make_guest(&guest).await.unwrap();
    for proofs in [&anna, &by_pin] {
        assert_eq!(own(&table, &link, proofs).await, None, "a guest has none");
        let found = table
            .photo_and_choice(&link, proofs, &photo(0), morning())
            .await;
        assert!(found.unwrap().unwrap().2.is_none());
    }
    let (link, holder) = (LinkToken::random(), SecretToken::random().hash());
    let until = morning() + PREVIEW_LIFE;
    table
        .open_preview(&link, made.id, &person(), &holder, until)
        .await
        .unwrap();
    let viewing = Proofs {
        preview: Some(holder),
        ..Proofs::default()
    };
    let table = again(&client);
    for _ in 0..2 {
        let seen = own(&table, &link, &viewing).await;
        assert_eq!(seen, Some((person(), vec![photo(0)])));
    }
}

/// a page view with the choices costs no round trip more: in a process that knows nothing a batch, then the
/// photographs and the choices side by side; later one batch, which brings the selection, and the choices beside it.
#[tokio::test]
async fn choices_cost_calls_and_no_round_trip() {
    let (table, client) = engine().await;
    let (made, link) = gallery(&table).await;
    photos::put(&table, &made, "IMG_1.jpg").await;
    let id = photos::id(&made, "IMG_1.jpg");
    let row = visitor::person("anna@example.com", Rights::LOOK);
    table
        .save_row(made.id, &row, None, morning())
        .await
        .unwrap()
        .unwrap();
    let tap = Tap {
        photo: id.clone(),
        set: Set::Chosen(true),
        stamp: stamp(1, 1),
    };
    for who in [person(), Subject::Anybody] {
        table
            .tap(made.id, &who, &tap, None, morning())
            .await
            .unwrap();
    }
    let token = SecretToken::random();
    table
        .open_session(&visitor::session(made.id, &token))
        .await
        .unwrap();
    let signed_in = visitor::signed_in(&table, "anna@example.com").await;
    for proofs in [visitor::visiting(&token), signed_in] {
        let cold = again(&client);
        let mut costs = Vec::new();
        for _ in 0..3 {
            let before = cold.calls();
            let (_, hearts) = own(&cold, &link, &proofs).await.unwrap();
            assert_eq!(hearts, std::slice::from_ref(&id));
            costs.push(cold.calls() - before);
        }
        assert_eq!(costs, [4, 2, 2], "two round trips, then one");
        let cold = again(&client);
        let mut costs = Vec::new();
        for _ in 0..3 {
            let before = cold.calls();
            let found = cold.photo_and_choice(&link, &proofs, &id, morning()).await;
            let (_, photo, said) = found.unwrap().unwrap();
            assert_eq!(photo.unwrap().id, id);
            let (choice, selection) = said.unwrap();
            assert!(choice.chosen.value && selection.chosen == 1);
            costs.push(cold.calls() - before);
        }
        assert_eq!(costs, [2, 1, 1]);
    }
}
