//! Settings: saved under what was seen, and read from what earlier versions wrote.

use crate::{engine, gallery, lock, morning, table};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::{Originals, Rights, Subject, Web};
use domain::gallery::{Gallery, Kind, Style};
use domain::ids::{GalleryId, LinkToken};
use std::collections::BTreeSet;
use table::keys;

/// a form that knows an older revision is refused whole, and a pause is not undone by saving one.
#[tokio::test]
async fn settings_are_saved_under_what_was_seen() {
    let table = table().await;
    let (made, _) = gallery(&table).await;
    let mut changed = Gallery {
        title: "Anna & Mats, the prints".into(),
        hidden: false,
        kind: Kind::ProofRetouchDeliver,
        style: Style::Proofing,
        published: None,
        locked: true,
        delivered: None,
        wait_for_delivery: true,
        archived: true,
        deadline: Some(morning()),
        expires: Some(morning()),
        history: true,
        archive_downloads: true,
        guest_links: false,
        title_at_door: true,
        shoot_date: Some(jiff::civil::date(2026, 6, 14)),
        welcome: "Choose twelve.".into(),
        own_sections: BTreeSet::from(["Party".into()]),
        ..made.clone()
    };
    table.set_enabled(made.id, false).await.unwrap();
    assert!(table.save_settings(&changed, 0).await.unwrap());
    assert!(!table.save_settings(&made, 0).await.unwrap(), "stale");
    let read = table.gallery(made.id).await.unwrap().unwrap().0;
    changed.enabled = false;
    changed.settings_revision = 1;
    assert_eq!(read, changed);

    assert!(table.save_settings(&made, 1).await.unwrap());
    let read = table.gallery(made.id).await.unwrap().unwrap().0;
    let back = Gallery {
        enabled: false,
        settings_revision: 2,
        ..made.clone()
    };
    assert_eq!(read, back, "what was taken away is gone");
    let nowhere = Gallery::new("x".into(), "x".into(), morning());
    assert!(!table.save_settings(&nowhere, 0).await.unwrap());
    assert!(table.gallery(nowhere.id).await.unwrap().is_none());
}

/// Of fifty forms that know the same revision, one is saved.
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_forms_at_once_one_is_saved() {
    let table = table().await;
    let (made, _) = gallery(&table).await;
    let saves = (0..50).map(|number| {
        let mut form = made.clone();
        form.title = format!("Form {number}");
        let table = table.clone();
        async move { table.save_settings(&form, 0).await.unwrap() }
    });
    let saved = futures::future::join_all(saves).await;
    assert_eq!(saved.iter().filter(|won| **won).count(), 1);
    let read = table.gallery(made.id).await.unwrap().unwrap().0;
    let winner = saved.iter().position(|won| *won).unwrap();
    assert_eq!(read.title, format!("Form {winner}"));
}

/// A table that was filled before galleries had a status: published and delivered when made, and nothing lost.
#[tokio::test]
async fn what_earlier_versions_wrote_is_read() {
    let (table, client) = engine().await;
    let id = GalleryId::new(morning());
    let link = LinkToken::random();
    let s = |text: &str| AttributeValue::S(text.to_owned());
    let pin = AttributeValue::M(
        [
            ("hash", "one"),
            ("sealed", "sealed"),
            ("shape", "six-digits"),
        ]
        .map(|(name, value)| (name.to_owned(), s(value)))
        .into(),
    );
    let items = [
        (
            keys::gallery(id),
            vec![
                ("id", s(&id.to_string())),
                ("title", s("Old")),
                ("folder", s("old")),
                ("link", s(link.expose())),
                ("enabled", AttributeValue::Bool(true)),
                ("created", s("2026-11-22T10:00:00Z")),
                ("list", s("GALLERIES")),
                ("list_by", s("x")),
            ],
        ),
        (
            keys::row(id, &Subject::Anybody),
            vec![
                ("active", AttributeValue::Bool(true)),
                ("enter", AttributeValue::Bool(true)),
                ("originals", AttributeValue::Bool(true)),
                ("pin", pin),
                ("revision", AttributeValue::N("3".into())),
            ],
        ),
        (
            keys::link(&link.hash()),
            vec![("gallery", s(&id.to_string()))],
        ),
    ];
    for (key, attributes) in items {
        let mut item = key.attributes();
        item.extend(
            attributes
                .into_iter()
                .map(|(name, value)| (name.into(), value)),
        );
        let put = client.put_item().table_name("table").set_item(Some(item));
        put.send().await.unwrap();
    }
    let (gallery, row) = table.gallery(id).await.unwrap().unwrap();
    let expected = Gallery {
        id,
        table: id,
        link: link.expose().into(),
        ..Gallery::new("Old".into(), "old".into(), morning())
    };
    assert_eq!(gallery, expected);
    assert_eq!(row.pin, Some(lock("one")));
    let rights = Rights {
        web: Web::Clean,
        originals: Originals::All,
        ..Rights::LOOK
    };
    assert_eq!(
        (row.subject.clone(), row.rights),
        (Subject::Anybody, rights)
    );

    let mut changed = row;
    changed.rights.originals = Originals::Final;
    let saved = table.save_row(id, &changed, Some(3), morning()).await;
    let saved = saved.unwrap().unwrap();
    assert_eq!((saved.revision, saved.door), (4, 3));
    assert!(table.save_settings(&gallery, 0).await.unwrap());
    let (_, row) = table.gallery(id).await.unwrap().unwrap();
    assert_eq!(
        row.rights.originals,
        Originals::Final,
        "the new form counts"
    );
    assert_eq!(row.door, 3, "visits from before stay open");
    assert!(table.set_pin(id, Some(&lock("two"))).await.unwrap());
    assert_eq!(table.gallery(id).await.unwrap().unwrap().1.door, 4);
}
