//! The authorization table: whose row counts, read at the next request, and saved under what was seen.

use crate::visitor::{page_view, person, session, signed_in, standing, visiting};
use crate::{again, email, engine, gallery, lock, morning, table};
use domain::access::{Originals, Refusal, Rights, Row, Subject, Web};
use domain::ids::{GroupId, SecretToken};
use jiff::SignedDuration;
use std::collections::BTreeMap;
use table::Proofs;

/// P12, L44: a named person needs no PIN and stands on their own row, which replaces *Anybody*'s; off the table they
/// are anybody again, and know it at the next request.
#[tokio::test]
async fn an_own_row_replaces_anybody_until_it_is_removed() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let browser = signed_in(&table, "anna@example.com").await;
    let before = standing(&table, &link, &browser).await;
    assert_eq!(before.unwrap_err(), Refusal::Door, "invited to nothing yet");

    let row = person("anna@example.com", Rights::LOOK);
    let saved = table.save_row(made.id, &row, None, morning()).await;
    let saved = saved.unwrap().unwrap();
    assert_eq!(saved.revision, 1);
    let stands = standing(&table, &link, &browser).await.unwrap();
    assert_eq!(stands.row(), &saved, "and not what Anybody may");
    assert_eq!(stands.subject(), row.subject);

    let off = Row {
        active: false,
        ..saved
    };
    let off = table.save_row(made.id, &off, Some(1), morning()).await;
    assert_eq!(off.unwrap().unwrap().revision, 2);
    let switched_off = standing(&table, &link, &browser).await;
    assert_eq!(switched_off.unwrap_err(), Refusal::RowEnded);

    assert!(table.remove_row(made.id, &row.subject).await.unwrap());
    let removed = standing(&table, &link, &browser).await;
    assert_eq!(removed.unwrap_err(), Refusal::Door);
    assert!(!table.remove_row(made.id, &row.subject).await.unwrap());
    table.set_pin(made.id, None).await.unwrap();
    let anybody = standing(&table, &link, &browser).await.unwrap();
    assert_eq!(anybody.row().subject, Subject::Anybody);
}

/// L44: the same address on two devices is one person; another address is not.
#[tokio::test]
async fn an_address_is_the_same_person_on_every_device() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let row = person("anna@example.com", Rights::LOOK);
    table
        .save_row(made.id, &row, None, morning())
        .await
        .unwrap();
    for address in ["anna@example.com", "ANNA@example.com "] {
        let device = signed_in(&table, address).await;
        assert!(standing(&table, &link, &device).await.is_ok());
    }
    let other = signed_in(&table, "mats@example.com").await;
    assert_eq!(
        standing(&table, &link, &other).await.unwrap_err(),
        Refusal::Door
    );
}

/// P15: whoever is put into a group has its access at the next request, and loses it with the next one after.
#[tokio::test]
async fn membership_in_a_group_counts_at_the_next_request() {
    let (table, client) = engine().await;
    let (made, link) = gallery(&table).await;
    let group = GroupId::new(morning());
    let row = Row::new(Subject::Group(group), Rights::LOOK);
    table
        .save_row(made.id, &row, None, morning())
        .await
        .unwrap();
    let browser = signed_in(&table, "anna@example.com").await;
    // this process knows the browser before the membership changes, the other meets it afterwards
    let elsewhere = again(&client);
    let enters = async |table: &table::Table| {
        let (by_page, _) = page_view(table, &link, &browser).await;
        let by_door = standing(table, &link, &browser).await;
        assert_eq!(by_page, by_door);
        by_door.map(|stands| (stands.row().subject.clone(), stands.subject()))
    };
    assert_eq!(enters(&table).await, Err(Refusal::Door));
    let members = [email("anna@example.com")];
    table.set_members(group, &members, morning()).await.unwrap();
    // P20: by name in the activity, though the group's row let them in
    let named = (
        Subject::Group(group),
        Subject::Person(email("anna@example.com")),
    );
    assert_eq!(enters(&table).await, Ok(named.clone()));
    assert_eq!(enters(&elsewhere).await, Ok(named));
    table.set_members(group, &[], morning()).await.unwrap();
    assert_eq!(enters(&table).await, Err(Refusal::Door));
    assert_eq!(enters(&elsewhere).await, Err(Refusal::Door));
}

/// P15: of two groups the one that was made first counts.
#[tokio::test]
async fn of_two_groups_the_first_counts() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let first = GroupId::new(morning());
    let second = GroupId::new(morning() + SignedDuration::from_mins(1));
    for group in [second, first] {
        let row = Row::new(Subject::Group(group), Rights::LOOK);
        table
            .save_row(made.id, &row, None, morning())
            .await
            .unwrap();
        let members = [email("anna@example.com")];
        table.set_members(group, &members, morning()).await.unwrap();
    }
    let browser = signed_in(&table, "anna@example.com").await;
    let stands = standing(&table, &link, &browser).await.unwrap();
    assert_eq!(stands.row().subject, Subject::Group(first));
}

/// a signed-in person's page costs two calls in a process that has never seen them, one in one that has. The
/// third call belongs to people who are on no row where a group is on one, in a process that does not know them.
#[tokio::test]
async fn a_persons_page_view_is_counted() {
    let (table, client) = engine().await;
    let (made, link) = gallery(&table).await;
    let anna = person("anna@example.com", Rights::LOOK);
    table
        .save_row(made.id, &anna, None, morning())
        .await
        .unwrap();
    let cold = again(&client);
    let browser = signed_in(&table, "anna@example.com").await;
    let costs = async |table: &table::Table, browser: &Proofs| {
        let mut costs = Vec::new();
        for _ in 0..2 {
            costs.push(page_view(table, &link, browser).await.1);
        }
        costs
    };
    assert_eq!(costs(&cold, &browser).await, [2, 1]);

    let group = GroupId::new(morning());
    let row = Row::new(Subject::Group(group), Rights::LOOK);
    table
        .save_row(made.id, &row, None, morning())
        .await
        .unwrap();
    let named = again(&client);
    assert_eq!(
        costs(&named, &browser).await,
        [2, 1],
        "groups do not matter"
    );
    let members = [email("mats@example.com")];
    table.set_members(group, &members, morning()).await.unwrap();
    let mats = signed_in(&table, "mats@example.com").await;
    let cold = again(&client);
    assert_eq!(costs(&cold, &mats).await, [3, 1]);
    assert!(standing(&cold, &link, &mats).await.is_ok());
}

/// 4.4: a gallery that inherits a table is opened by its rows and its visits; one call more in a process that does not
/// know it yet.
#[tokio::test]
async fn an_inherited_table_governs() {
    let (table, client) = engine().await;
    let (above, _) = gallery(&table).await;
    let (mut within, link) = gallery(&table).await;
    within.table = above.id;
    assert!(table.save_settings(&within, 0).await.unwrap());

    let own = SecretToken::random();
    table.open_session(&session(within.id, &own)).await.unwrap();
    let by_own_visit = standing(&table, &link, &visiting(&own)).await;
    assert_eq!(by_own_visit.unwrap_err(), Refusal::Door);
    let token = SecretToken::random();
    table
        .open_session(&session(above.id, &token))
        .await
        .unwrap();
    let browser = visiting(&token);
    assert!(standing(&table, &link, &browser).await.is_ok());
    let cold = again(&client);
    let (first, first_cost) = page_view(&cold, &link, &browser).await;
    let (second, second_cost) = page_view(&cold, &link, &browser).await;
    assert!(first.is_ok() && second.is_ok());
    assert_eq!((first_cost, second_cost), (3, 1));

    table.set_pin(above.id, Some(&lock("two"))).await.unwrap();
    let (changed, _) = page_view(&cold, &link, &browser).await;
    assert_eq!(changed.unwrap_err(), Refusal::Door);
    within.table = within.id;
    assert!(table.save_settings(&within, 1).await.unwrap());
    let (own_table, cost) = page_view(&cold, &link, &visiting(&own)).await;
    assert!(own_table.is_ok(), "the process remembered the other table");
    assert!(cost <= 2, "{cost}");
}

/// of fifty forms that know the same revision, one is saved.
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_saves_at_once_one_wins() {
    let table = table().await;
    let (made, _) = gallery(&table).await;
    let row = person("anna@example.com", Rights::LOOK);
    let add = (0..50).map(|_| table.save_row(made.id, &row, None, morning()));
    let added = futures::future::join_all(add).await;
    let won = added.into_iter().filter_map(Result::unwrap).count();
    assert_eq!(won, 1, "added once");

    let change = (0..50u32).map(|quota| {
        let (table, mut row) = (table.clone(), row.clone());
        row.rights.quota = Some(quota);
        async move { table.save_row(made.id, &row, Some(1), morning()).await }
    });
    let changed = futures::future::join_all(change).await;
    let won: Vec<Row> = changed.into_iter().filter_map(Result::unwrap).collect();
    assert_eq!(won.len(), 1);
    let rows = table.rows(made.id).await.unwrap();
    assert_eq!(rows[1..], won, "and that one stands");
}

/// A row comes back as it was saved, people in the order they were added; each is a contact from then on.
#[tokio::test]
async fn a_table_comes_back_as_it_was_saved() {
    let table = table().await;
    let (made, _) = gallery(&table).await;
    let rights = Rights {
        select: true,
        comment: true,
        web: Web::Marked,
        originals: Originals::Final,
        quota: Some(30),
        ..Rights::LOOK
    };
    let mut saved = Vec::new();
    for (minute, name) in ["zoe@example.com", "anna@example.com"].iter().enumerate() {
        let now = morning() + SignedDuration::from_mins(i64::try_from(minute).unwrap());
        let row = Row {
            sections: BTreeMap::from([("Party".into(), Rights::LOOK)]),
            until: Some(now + SignedDuration::from_hours(24)),
            ..person(name, rights)
        };
        saved.extend(table.save_row(made.id, &row, None, now).await.unwrap());
        assert!(table.known_person(&email(name)).await.unwrap());
    }
    let rows = table.rows(made.id).await.unwrap();
    assert_eq!(rows[0].subject, Subject::Anybody);
    assert_eq!(rows[1..], saved);

    let open_ended = Row {
        until: None,
        sections: BTreeMap::new(),
        ..saved[0].clone()
    };
    let changed = table
        .save_row(made.id, &open_ended, Some(1), morning())
        .await;
    let changed = changed.unwrap().unwrap();
    assert_eq!((changed.until, changed.sections.len()), (None, 0));
    assert_eq!(table.rows(made.id).await.unwrap()[1], changed);
}

/// A form that is older than the PIN cannot bring the old one back, and *Anybody* stays in the table.
#[tokio::test]
async fn saving_anybody_leaves_the_pin_and_it_cannot_be_removed() {
    let table = table().await;
    let (made, _) = gallery(&table).await;
    let mut anybody = table.gallery(made.id).await.unwrap().unwrap().1;
    anybody.pin = Some(lock("forged"));
    anybody.rights.select = true;
    let saved = table.save_row(made.id, &anybody, Some(1), morning()).await;
    assert!(saved.unwrap().is_some());
    let row = table.gallery(made.id).await.unwrap().unwrap().1;
    assert_eq!((row.pin, row.rights.select), (Some(lock("one")), true));
    assert!(!table.remove_row(made.id, &Subject::Anybody).await.unwrap());
    assert!(table.gallery(made.id).await.unwrap().is_some());
}

/// new rights are read at a visit's next request and leave it open; a new PIN ends it, and so does none.
#[tokio::test]
async fn new_rights_leave_a_visit_open_and_a_new_pin_ends_it() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let token = SecretToken::random();
    let proofs = visiting(&token);
    let opened = session(made.id, &token);
    table.open_session(&opened).await.unwrap();
    let mut anybody = table.gallery(made.id).await.unwrap().unwrap().1;
    anybody.rights = Rights::LOOK;
    let saved = table.save_row(made.id, &anybody, Some(1), morning()).await;
    assert_eq!(saved.unwrap().unwrap().door, 1);
    let inside = standing(&table, &link, &proofs).await.unwrap();
    assert_eq!(inside.row().rights, Rights::LOOK);
    let changed = table.set_pin(made.id, Some(&lock("two"))).await;
    assert!(changed.unwrap());
    let outside = standing(&table, &link, &proofs).await;
    assert_eq!(outside.unwrap_err(), Refusal::Door);
}
