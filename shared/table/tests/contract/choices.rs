//! Choices: every tap is kept once, whoever sends it, however often, in whatever order (complaint 2, R-2.1, R-2.5).

mod crowd;
mod own;

use crate::{email, engine, gallery, items, morning, table};
use domain::access::Subject;
use domain::choice::{Applied, Label, Set, Stamp, Stars, Tap};
use domain::ids::{GalleryId, PhotoId, ProductId};
use domain::photo::{Shown, Stage};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use table::{Table, Tapped, keys};

pub fn person() -> Subject {
    Subject::Person(email("anna@example.com"))
}

pub fn photo(number: u32) -> PhotoId {
    PhotoId::of_key(&format!("anna/{number}.jpg"))
}

pub fn stamp(ms: i64, name: u64) -> Stamp {
    let at = morning().as_millisecond() + ms;
    Stamp::new(at, &format!("{name:016x}"), morning()).unwrap()
}

pub fn tap(number: u32, set: Set, ms: i64, name: u64) -> Tap {
    Tap {
        photo: photo(number),
        set,
        stamp: stamp(ms, name),
    }
}

/// A heart, made after every heart before.
pub async fn heart(
    table: &Table,
    gallery: GalleryId,
    who: &Subject,
    number: u32,
    on: bool,
) -> Tapped {
    static MADE: AtomicI64 = AtomicI64::new(0);
    let ms = MADE.fetch_add(1, Ordering::SeqCst) - 1_000_000;
    let tap = tap(number, Set::Chosen(on), ms, 0);
    let tapped = table.tap(gallery, who, &tap, None, morning()).await;
    tapped.unwrap()
}

fn applied(tapped: &Tapped) -> Applied {
    match tapped {
        Tapped::Done { applied, .. } => *applied,
        other => panic!("{other:?}"),
    }
}

/// S20, P24, P42, C7: each channel is kept by itself, for exactly this subject in exactly this gallery.
#[tokio::test]
async fn what_is_said_of_a_photograph_comes_back() {
    let table = table().await;
    let id = GalleryId::new(morning());
    let product = ProductId::new(morning());
    let stars = Stars::try_from(4).unwrap();
    let sets = [
        Set::Chosen(true),
        Set::Stars(Some(stars)),
        Set::Label(Some(Label::Green)),
        Set::Wanted(product, true),
    ];
    for (n, set) in (0..).zip(sets) {
        let tap = tap(1, set, n, 1);
        let tapped = table.tap(id, &person(), &tap, None, morning()).await;
        let Tapped::Done {
            applied, selection, ..
        } = tapped.unwrap()
        else {
            panic!("not kept");
        };
        assert_eq!(applied, Applied::Changed);
        assert_eq!((selection.revision, selection.chosen), (n as u64 + 1, 1));
    }
    let chosen = table.choices(id, &person()).await.unwrap();
    assert_eq!((chosen.choices.len(), chosen.selection.chosen), (1, 1));
    assert_eq!(
        (chosen.selection.revision, chosen.selection.snapshots),
        (4, 0)
    );
    let choice = &chosen.choices[&photo(1)];
    assert!(choice.chosen.value);
    assert_eq!(choice.stars.value, Some(stars));
    assert_eq!(choice.label.value, Some(Label::Green));
    assert_eq!(choice.cart().collect::<Vec<_>>(), [product]);
    assert_eq!(choice.wanted[&product].by, Some(stamp(3, 1)));

    let elsewhere = GalleryId::new(morning());
    for (gallery, who) in [(id, Subject::Anybody), (elsewhere, person())] {
        let other = table.choices(gallery, &who).await.unwrap();
        assert!(other.choices.is_empty());
        assert_eq!(
            (other.selection.revision, other.selection.subject),
            (0, who)
        );
    }
    let all = table.all_choices(id).await.unwrap();
    assert_eq!(all, HashMap::from([(person(), chosen.choices)]));
    let selections = table.selections(id).await.unwrap();
    assert_eq!(selections, [chosen.selection]);
}

/// Complaint 2: an answer that was lost costs nothing: the same tap again is found, also after others came.
#[tokio::test]
async fn the_same_tap_again_is_one() {
    let table = table().await;
    let id = GalleryId::new(morning());
    let on = tap(1, Set::Chosen(true), 1, 1);
    let off = tap(1, Set::Chosen(false), 2, 2);
    for (tap, expected) in [
        (&on, Applied::Changed),
        (&on, Applied::Again),
        (&off, Applied::Changed),
        (&on, Applied::Again),
        (&off, Applied::Again),
    ] {
        let tapped = table
            .tap(id, &person(), tap, None, morning())
            .await
            .unwrap();
        assert_eq!(applied(&tapped), expected);
    }
    let chosen = table.choices(id, &person()).await.unwrap();
    assert_eq!((chosen.selection.chosen, chosen.selection.revision), (0, 2));
    let mut other = on.clone();
    other.photo = photo(2);
    for wrong in [&other, &tap(1, Set::Chosen(false), 1, 1)] {
        let tapped = table.tap(id, &person(), wrong, None, morning()).await;
        assert_eq!(
            tapped.unwrap(),
            Tapped::Reused,
            "another tap has that stamp"
        );
    }
    assert_eq!(table.choices(id, &person()).await.unwrap().choices.len(), 1);
}

/// L31: two devices of one person, one of them offline for a while: the later made tap stands, the answer says so, and
/// both are in the history.
#[tokio::test]
async fn of_two_devices_the_later_made_tap_stands() {
    let table = table().await;
    let id = GalleryId::new(morning());
    let tapped = async |tap: &Tap| {
        let tapped = table.tap(id, &person(), tap, None, morning()).await;
        tapped.unwrap()
    };
    let (late, early) = (
        tap(1, Set::Chosen(true), 9, 1),
        tap(1, Set::Chosen(false), 5, 2),
    );
    assert_eq!(applied(&tapped(&late).await), Applied::Changed);
    let Tapped::Done {
        applied: what,
        choice,
        selection,
    } = tapped(&early).await
    else {
        panic!("not kept");
    };
    assert_eq!(
        (what, choice.chosen.value, selection.chosen),
        (Applied::Superseded, true, 1)
    );
    assert_eq!(applied(&tapped(&early).await), Applied::Again);
    let same = tap(1, Set::Chosen(true), 10, 3);
    assert_eq!(applied(&tapped(&same).await), Applied::Same);
    let between = tap(1, Set::Chosen(false), 10, 2);
    assert_eq!(
        applied(&tapped(&between).await),
        Applied::Superseded,
        "the same moment: by name"
    );

    let made = |tap: &Tap| (tap.stamp.clone(), tap.photo.clone(), tap.set);
    let expected: Vec<_> = [&same, &between, &late, &early].map(made).into();
    let (all, end) = table.history(id, &person(), 10, None).await.unwrap();
    assert_eq!((&all, end), (&expected, None), "as they were made");
    let mut pages = Vec::new();
    let mut before = None;
    loop {
        let (page, next) = table
            .history(id, &person(), 3, before.as_deref())
            .await
            .unwrap();
        pages.extend(page);
        before = next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(pages, expected);
    let (none, _) = table
        .history(id, &Subject::Anybody, 10, None)
        .await
        .unwrap();
    assert!(none.is_empty());
}

/// P26, 4.5: hiding, moving and marking photographs leaves what was said of them alone; they are other items.
#[tokio::test]
async fn the_studio_changes_photographs_and_no_choice() {
    let (table, client) = engine().await;
    let (made, _) = gallery(&table).await;
    crate::photos::put(&table, &made, "IMG_1.jpg").await;
    let id = crate::photos::id(&made, "IMG_1.jpg");
    let tap = Tap {
        photo: id.clone(),
        set: Set::Chosen(true),
        stamp: stamp(1, 1),
    };
    table
        .tap(made.id, &person(), &tap, None, morning())
        .await
        .unwrap();
    let said = async || {
        let mut said = items(&client, &keys::picks_partition(made.id)).await;
        said.sort_by_key(|item| item["SK"].as_s().unwrap().clone());
        said
    };
    let before = said().await;
    let marked = table
        .mark_photos(made.id, &[id], Some(Stage::Final), Some(Shown::ToStudio))
        .await;
    assert_eq!(marked.unwrap(), 1);
    table.set_enabled(made.id, false).await.unwrap();
    assert_eq!((said().await, before.len()), (before.clone(), 3));
}
