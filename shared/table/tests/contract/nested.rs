//! Galleries beside one another: what stands in what, what inherits, what a person finds, what a card shows.

use crate::visitor::{person, signed_in};
use crate::{again, email, engine, gallery, lock, morning, table};
use domain::access::{Arrival, PersonSession, Rights, Row, Standing, Subject};
use domain::gallery::Gallery;
use domain::ids::{GalleryId, GroupId, LinkToken};
use domain::photo::{Shown, Stage};
use jiff::SignedDuration;
use std::collections::BTreeSet;
use table::{Error, Proofs, Table};

/// A gallery that stands in another and inherits its table.
async fn within(table: &Table, parent: &Gallery, minutes: i64) -> Gallery {
    let now = morning() + SignedDuration::from_mins(minutes);
    let folder = format!("within-{}", LinkToken::random().expose());
    let mut gallery = Gallery::new("Prints".into(), folder, now);
    gallery.parent = Some(parent.id);
    gallery.table = parent.table;
    let row = Row::new(Subject::Anybody, Rights::NONE);
    table.create_gallery(&gallery, &row).await.unwrap();
    gallery
}

/// P1, P2: a gallery knows what stands in it, in the order it was made; nothing stands in what is not there.
#[tokio::test]
async fn a_gallery_enters_the_one_it_stands_in() {
    let table = table().await;
    let (top, link) = gallery(&table).await;
    let first = within(&table, &top, 1).await;
    let second = within(&table, &top, 2).await;
    let top = table.gallery(top.id).await.unwrap().unwrap().0;
    assert_eq!(top.children, [first.id, second.id]);

    let mut orphan = Gallery::new("Orphan".into(), "orphan".into(), morning());
    orphan.parent = Some(GalleryId::new(morning()));
    let row = Row::new(Subject::Anybody, Rights::NONE);
    let refused = table.create_gallery(&orphan, &row).await;
    assert!(matches!(refused, Err(Error::Gone { .. })));
    assert!(table.gallery(orphan.id).await.unwrap().is_none());

    let proofs = Proofs::default();
    let visit = table.door(&link, &proofs, morning()).await.unwrap();
    let visit = visit.unwrap();
    let around = table
        .around(&visit.gallery, &visit.arrival, morning())
        .await;
    let around = around.unwrap();
    let found: Vec<GalleryId> = around.children.iter().map(|(g, _)| g.id).collect();
    assert_eq!(found, [first.id, second.id]);
    assert!(around.ancestors.is_empty());
    let anybody = around.children[0].1.anybody.as_ref().unwrap();
    assert_eq!(
        anybody.pin,
        Some(lock("one")),
        "the row of the table it inherits"
    );
}

/// P2: the way up, the top first; what stands around a gallery is judged by the rows of each, and guests see none of it.
#[tokio::test]
async fn what_stands_around_comes_with_the_rows_of_this_visitor() {
    let (table, client) = engine().await;
    let (top, _) = gallery(&table).await;
    let middle = within(&table, &top, 1).await;
    let low = within(&table, &middle, 2).await;
    let group = GroupId::new(morning());
    let row = Row::new(Subject::Group(group), Rights::LOOK);
    table.save_row(top.id, &row, None, morning()).await.unwrap();
    let members = [email("anna@example.com")];
    table.set_members(group, &members, morning()).await.unwrap();
    let mut low = table.gallery(low.id).await.unwrap().unwrap().0;
    low.table = low.id;
    table.save_settings(&low, 0).await.unwrap();
    let own = person("anna@example.com", Rights::LOOK);
    table.save_row(low.id, &own, None, morning()).await.unwrap();

    let browser = signed_in(&table, "anna@example.com").await;
    let link = low.link.parse().unwrap();
    for table in [&table, &again(&client)] {
        let found = table.visit(&link, &browser, morning()).await.unwrap();
        let (visit, _) = found.unwrap();
        let around = table.around(&visit.gallery, &visit.arrival, morning());
        let around = around.await.unwrap();
        let above: Vec<GalleryId> = around.ancestors.iter().map(|(g, _)| g.id).collect();
        assert_eq!(above, [top.id, middle.id]);
        for (gallery, rows) in &around.ancestors {
            let standing = Standing::of(gallery, rows, &visit.arrival, morning()).unwrap();
            assert_eq!(standing.row().subject, row.subject);
        }
    }
    let before = table.calls();
    let guest = table.around(&low, &Arrival::Guest, morning()).await;
    assert!(guest.unwrap().ancestors.is_empty());
    let (alone, _) = gallery(&table).await;
    let before_alone = table.calls();
    let nobody = Arrival::Client {
        visit: None,
        person: None,
    };
    let none = table.around(&alone, &nobody, morning()).await.unwrap();
    assert!(none.ancestors.is_empty() && none.children.is_empty());
    assert_eq!(table.calls() - before_alone, 0);
    assert!(before < before_alone);
}

/// S1: a person finds what they are named in, by themselves or by a group, and what inherits it; nothing that is over.
#[tokio::test]
async fn a_person_finds_every_gallery_they_are_named_in() {
    let table = table().await;
    let (by_name, _) = gallery(&table).await;
    let (by_group, _) = gallery(&table).await;
    let (of_others, _) = gallery(&table).await;
    let inherits = within(&table, &by_name, 1).await;
    let group = GroupId::new(morning());
    let own = person("anna@example.com", Rights::LOOK);
    let of_group = Row::new(Subject::Group(group), Rights::LOOK);
    let other = person("mats@example.com", Rights::LOOK);
    for (gallery, row) in [
        (&by_name, &own),
        (&by_group, &of_group),
        (&of_others, &other),
    ] {
        let saved = table.save_row(gallery.id, row, None, morning()).await;
        assert!(saved.unwrap().is_some());
    }
    let members = [email("anna@example.com")];
    table.set_members(group, &members, morning()).await.unwrap();
    let browser = signed_in(&table, "anna@example.com").await;
    let me = browser.person.unwrap();
    let found = async || {
        let person: PersonSession = table.person(&me, morning()).await.unwrap().unwrap();
        let found = table.galleries_of(&person).await.unwrap();
        let arrival = Arrival::Client {
            visit: None,
            person: Some(person),
        };
        let open = found
            .into_iter()
            .filter(|(gallery, rows)| Standing::of(gallery, rows, &arrival, morning()).is_ok());
        open.map(|(gallery, _)| gallery.id).collect::<BTreeSet<_>>()
    };
    let all = BTreeSet::from([by_name.id, by_group.id, inherits.id]);
    assert_eq!(found().await, all);
    table.set_members(group, &[], morning()).await.unwrap();
    table.remove_row(by_name.id, &own.subject).await.unwrap();
    assert_eq!(found().await, BTreeSet::new());
}

/// S3: a card shows the first photograph its visitor sees, and remembers the list.
#[tokio::test]
async fn a_cover_is_the_first_photograph_the_visitor_sees() {
    let table = table().await;
    let (made, link) = gallery(&table).await;
    let none = table.cover_photo(&made, |_| true).await.unwrap();
    assert_eq!(none, None);
    for number in [2, 1, 3] {
        crate::photos::put(&table, &made, &format!("IMG_{number}.jpg")).await;
    }
    let hidden = [crate::photos::id(&made, "IMG_1.jpg")];
    let marked = table.mark_photos(made.id, &hidden, None, Some(Shown::ToStudio));
    assert_eq!(marked.await.unwrap(), 1);
    table
        .visit(&link, &Proofs::default(), morning())
        .await
        .unwrap();
    let made = table.gallery(made.id).await.unwrap().unwrap().0;
    let before = table.calls();
    let first = table.cover_photo(&made, |photo| photo.shown == Shown::Everyone);
    let first = first.await.unwrap().unwrap();
    assert_eq!(
        (first.file_name.as_str(), first.stage),
        ("IMG_2.jpg", Stage::Undefined)
    );
    assert_eq!(table.calls() - before, 0, "remembered");
}
