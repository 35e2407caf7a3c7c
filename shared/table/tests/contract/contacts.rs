//! Contacts and groups: each address once, no change of a group lost.

use crate::{email, gallery, morning, table};
use domain::access::{Rights, Row, Subject};
use domain::ids::GroupId;
use jiff::SignedDuration;
use table::{Group, Person, Table};

fn person(address: &str, name: &str) -> Person {
    Person {
        email: email(address),
        name: name.into(),
        groups: Vec::new(),
        created: morning(),
        revision: 0,
    }
}

async fn group(table: &Table, name: &str) -> GroupId {
    let id = GroupId::new(morning());
    let group = Group {
        id,
        name: name.into(),
        created: morning(),
    };
    table.save_group(&group).await.unwrap();
    id
}

async fn groups_of(table: &Table, address: &str) -> Vec<GroupId> {
    let person = table.person_record(&email(address)).await.unwrap();
    person.unwrap().groups
}

/// P15: a contact is one address, however it is written; a second one of the same address is refused.
#[tokio::test]
async fn an_address_is_one_contact() {
    let table = table().await;
    assert!(
        !table
            .known_person(&email("anna@example.com"))
            .await
            .unwrap()
    );
    let anna = person("anna@example.com", "Anna");
    assert!(table.save_person(&anna, None).await.unwrap());
    assert!(
        table
            .known_person(&email(" Anna@Example.com "))
            .await
            .unwrap()
    );
    let again = person("ANNA@example.com", "Another");
    assert!(!table.save_person(&again, None).await.unwrap());
    let stored = table.person_record(&anna.email).await.unwrap().unwrap();
    assert_eq!(
        stored,
        Person {
            revision: 1,
            ..anna
        }
    );
}

/// of two forms that know the same contact, one is saved.
#[tokio::test]
async fn a_stale_form_changes_no_contact() {
    let table = table().await;
    let family = group(&table, "Family").await;
    let anna = person("anna@example.com", "Anna");
    table.save_person(&anna, None).await.unwrap();
    let grouped = Person {
        name: "Anna B".into(),
        groups: vec![family],
        ..anna.clone()
    };
    assert!(table.save_person(&grouped, Some(1)).await.unwrap());
    assert!(!table.save_person(&anna, Some(1)).await.unwrap());
    assert_eq!(groups_of(&table, "anna@example.com").await, [family]);
    assert!(table.save_person(&anna, Some(2)).await.unwrap());
    assert_eq!(groups_of(&table, "anna@example.com").await, []);
    let nobody = person("nobody@example.com", "");
    assert!(!table.save_person(&nobody, Some(1)).await.unwrap());
    assert!(!table.save_person(&nobody, Some(0)).await.unwrap());
}

/// P15: exactly the named people are in a group, and each keeps the other groups they are in; an address that was no
/// contact becomes one.
#[tokio::test]
async fn a_group_has_exactly_its_members() {
    let table = table().await;
    let (family, press) = (group(&table, "family").await, group(&table, "Press").await);
    let names: Vec<String> = table
        .groups()
        .await
        .unwrap()
        .into_iter()
        .map(|g| g.name)
        .collect();
    assert_eq!(names, ["family", "Press"]);
    table
        .save_person(&person("anna@example.com", "Anna"), None)
        .await
        .unwrap();
    let emails = |addresses: &[&str]| addresses.iter().map(|a| email(a)).collect::<Vec<_>>();

    table
        .set_members(press, &emails(&["anna@example.com"]), morning())
        .await
        .unwrap();
    let both = emails(&["anna@example.com", "mats@example.com"]);
    table.set_members(family, &both, morning()).await.unwrap();
    assert_eq!(groups_of(&table, "mats@example.com").await, [family]);
    let mut annas = groups_of(&table, "anna@example.com").await;
    annas.sort();
    let mut expected = [family, press];
    expected.sort();
    assert_eq!(annas, expected);

    table
        .set_members(family, &emails(&["mats@example.com"]), morning())
        .await
        .unwrap();
    assert_eq!(groups_of(&table, "anna@example.com").await, [press]);
    let anna = table
        .person_record(&email("anna@example.com"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!((anna.name.as_str(), anna.created), ("Anna", morning()));
    let people = table.people().await.unwrap();
    let addresses: Vec<&str> = people.iter().map(|person| person.email.as_str()).collect();
    assert_eq!(addresses, ["anna@example.com", "mats@example.com"]);
}

/// P15: changes of two groups at once lose neither.
#[tokio::test(flavor = "multi_thread")]
async fn groups_changed_at_once_keep_both_changes() {
    let table = table().await;
    let groups = futures::future::join_all((0..8).map(|n| {
        let table = table.clone();
        async move { group(&table, &format!("group {n}")).await }
    }));
    let groups = groups.await;
    let changes = groups.iter().map(|id| {
        let (table, emails) = (table.clone(), [email("anna@example.com")]);
        let later = morning() + SignedDuration::from_secs(1);
        async move { table.set_members(*id, &emails, later).await.unwrap() }
    });
    futures::future::join_all(changes).await;
    assert_eq!(groups_of(&table, "anna@example.com").await.len(), 8);
    assert_eq!(table.people().await.unwrap().len(), 1);
}

/// A group that is removed is in nobody any more, and in no table.
#[tokio::test]
async fn a_removed_group_is_gone_from_people_and_tables() {
    let table = table().await;
    let (gallery, _) = gallery(&table).await;
    let (family, press) = (group(&table, "Family").await, group(&table, "Press").await);
    for group in [family, press] {
        let anna = email("anna@example.com");
        table.set_members(group, &[anna], morning()).await.unwrap();
        let row = Row::new(Subject::Group(group), Rights::LOOK);
        let saved = table.save_row(gallery.id, &row, None, morning()).await;
        assert!(saved.unwrap().is_some());
    }
    table.remove_group(family).await.unwrap();
    assert_eq!(groups_of(&table, "anna@example.com").await, [press]);
    let left: Vec<GroupId> = table.groups().await.unwrap().iter().map(|g| g.id).collect();
    assert_eq!(left, [press]);
    let rows = table.rows(gallery.id).await.unwrap();
    let subjects: Vec<&Subject> = rows.iter().map(|row| &row.subject).collect();
    assert_eq!(subjects, [&Subject::Anybody, &Subject::Group(press)]);
}

/// P14: whoever gets a row becomes a contact, who can then be named like any other; a contact who gets a row stays who
/// they are.
#[tokio::test]
async fn a_row_makes_a_contact_and_changes_none() {
    let table = table().await;
    let (gallery, _) = gallery(&table).await;
    let row = async |address: &str| {
        let row = Row::new(Subject::Person(email(address)), Rights::LOOK);
        let saved = table.save_row(gallery.id, &row, None, morning()).await;
        assert!(saved.unwrap().is_some());
    };
    row("mats@example.com").await;
    let mats = table.person_record(&email("mats@example.com")).await;
    let mats = mats.unwrap().unwrap();
    let named = Person {
        name: "Mats".into(),
        ..mats.clone()
    };
    assert!(
        table
            .save_person(&named, Some(mats.revision))
            .await
            .unwrap()
    );
    assert!(!table.save_person(&mats, Some(mats.revision)).await.unwrap());

    let anna = person("anna@example.com", "Anna");
    table.save_person(&anna, None).await.unwrap();
    row("anna@example.com").await;
    let stored = table.person_record(&anna.email).await.unwrap().unwrap();
    assert_eq!(
        stored,
        Person {
            revision: 1,
            ..anna
        }
    );
    assert_eq!(table.people().await.unwrap().len(), 2);
}
