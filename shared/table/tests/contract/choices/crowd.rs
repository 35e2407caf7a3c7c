//! Many devices at once: nothing is lost, and no more is chosen than there is room for.

use super::{applied, person, photo, tap};
use crate::{again, engine, morning, table};
use domain::choice::{Applied, Set, Stamp, Tap};
use domain::gallery::Gallery;
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Photo, Shown, Stage, State, Version};
use domain::selection::{Choosing, Limits, Mode, TooMany};
use futures::future::join_all;
use std::collections::HashMap;
use table::{Bound, Tapped};

/// A photograph as far as counting cares.
fn counted(gallery: &Gallery, number: u32, section: &str) -> Photo {
    Photo {
        id: photo(number),
        gallery: gallery.id,
        key: format!("anna/{number}.jpg"),
        section: section.into(),
        file_name: format!("{number}.jpg"),
        version: Version {
            id: "1".into(),
            etag: "e".into(),
            size: 1,
        },
        state: State::Processing,
        uploaded: morning(),
        stage: Stage::Proof,
        shown: Shown::Everyone,
        number: 1,
        fresh: false,
        refused: None,
    }
}

/// Complaint 2, evidence of the feature: 10,000 toggles by 50 devices of one person, on the same photographs and on
/// different ones, some sent twice: none is lost, the history is complete, and every count agrees.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_thousand_toggles_by_fifty_devices_are_all_kept() {
    const DEVICES: u64 = 50;
    const TAPS: u64 = 200;
    let (_, client) = engine().await;
    let id = GalleryId::new(morning());
    let devices = (0..DEVICES).map(|device| {
        let table = again(&client);
        tokio::spawn(async move {
            let mut taps = Vec::new();
            for n in 0..TAPS {
                // half of them on ten photographs that everybody taps
                let number = if n % 2 == 0 { n / 2 % 10 } else { 100 + device };
                let on = (n + device) % 3 != 0;
                let number = u32::try_from(number).unwrap();
                let ms = i64::try_from(n * 7 + device % 5).unwrap();
                let tap = tap(number, Set::Chosen(on), ms, device * TAPS + n);
                for sent in 0..=u64::from(n % 20 == 0) {
                    let tapped = table
                        .tap(id, &person(), &tap, None, morning())
                        .await
                        .unwrap();
                    let again = applied(&tapped) == Applied::Again;
                    assert_eq!(again, sent == 1, "{tapped:?}");
                }
                taps.push(tap);
            }
            taps
        })
    });
    let taps: Vec<Tap> = join_all(devices)
        .await
        .into_iter()
        .flat_map(Result::unwrap)
        .collect();

    // what the later made taps say, worked out apart
    let mut expected: HashMap<PhotoId, (Stamp, bool)> = HashMap::new();
    for tap in &taps {
        let Set::Chosen(on) = tap.set else { continue };
        let last = expected
            .entry(tap.photo.clone())
            .or_insert((tap.stamp.clone(), on));
        if tap.stamp >= last.0 {
            *last = (tap.stamp.clone(), on);
        }
    }
    let table = again(&client);
    let chosen = table.choices(id, &person()).await.unwrap();
    let kept: HashMap<PhotoId, (Stamp, bool)> = chosen
        .choices
        .into_iter()
        .map(|(photo, choice)| (photo, (choice.chosen.by.unwrap(), choice.chosen.value)))
        .collect();
    assert_eq!(kept, expected);
    let hearts = expected.values().filter(|(_, on)| *on).count();
    assert_eq!(usize::try_from(chosen.selection.chosen).unwrap(), hearts);

    let (history, _) = table.history(id, &person(), 20_000, None).await.unwrap();
    let mut made: Vec<_> = taps
        .into_iter()
        .map(|tap| (tap.stamp, tap.photo, tap.set))
        .collect();
    made.sort_by(|a, b| b.0.cmp(&a.0));
    assert_eq!(history.len(), made.len());
    assert!(history == made, "the history is every tap as it was made");
}

/// S37, complaint 11: fifty devices choose fifty photographs where ten may be: exactly ten stand, the others are told, and
/// one that is given back makes room for one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_more_are_chosen_than_there_is_room_for() {
    let (_, client) = engine().await;
    let id = GalleryId::new(morning());
    let made = Gallery::new("Anna".into(), "anna".into(), morning());
    let choosing = Choosing {
        mode: Mode::Selection,
        limits: Limits {
            max: Some(10),
            ..Limits::default()
        },
        ..Choosing::default()
    };
    let devices = (0..50).map(|number| {
        let (table, choosing, made) = (again(&client), choosing.clone(), made.clone());
        tokio::spawn(async move {
            let photos: Vec<Photo> = (0..50).map(|n| counted(&made, n, "")).collect();
            let photos: Vec<&Photo> = photos.iter().collect();
            let bound = Bound {
                choosing: &choosing,
                photos: &photos,
            };
            let tap = tap(number, Set::Chosen(true), 1, u64::from(number));
            let tapped = table.tap(id, &person(), &tap, Some(bound), morning()).await;
            (number, tapped.unwrap())
        })
    });
    let outcomes: Vec<(u32, Tapped)> = join_all(devices)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let full = Tapped::Full(TooMany::Gallery { max: 10 });
    let kept: Vec<u32> = outcomes
        .iter()
        .filter(|(_, t)| *t != full)
        .map(|(n, _)| *n)
        .collect();
    assert_eq!(kept.len(), 10);
    assert!(
        outcomes
            .iter()
            .all(|(_, t)| *t == full || applied(t) == Applied::Changed)
    );
    let table = again(&client);
    let chosen = table.choices(id, &person()).await.unwrap();
    assert_eq!((chosen.choices.len(), chosen.selection.chosen), (10, 10));
    let (history, _) = table.history(id, &person(), 100, None).await.unwrap();
    assert_eq!(history.len(), 10, "what was refused is not kept");

    let photos: Vec<Photo> = (0..60).map(|n| counted(&made, n, "")).collect();
    let photos: Vec<&Photo> = photos.iter().collect();
    let bound = Bound {
        choosing: &choosing,
        photos: &photos,
    };
    let tapped = async |number, on, ms| {
        let tap = tap(number, Set::Chosen(on), ms, 77);
        let tapped = table.tap(id, &person(), &tap, Some(bound), morning()).await;
        tapped.unwrap()
    };
    assert_eq!(tapped(55, true, 2).await, full);
    assert_eq!(
        applied(&tapped(kept[0], true, 3).await),
        Applied::Same,
        "it is one of the ten"
    );
    assert_eq!(applied(&tapped(kept[0], false, 4).await), Applied::Changed);
    assert_eq!(applied(&tapped(55, true, 5).await), Applied::Changed);
    assert_eq!(tapped(56, true, 6).await, full);
}

/// S37: a section's limit counts the section, and a photograph that is hidden takes nobody's place.
#[tokio::test]
async fn only_what_exists_for_them_takes_room() {
    let table = table().await;
    let made = Gallery::new("Anna".into(), "anna".into(), morning());
    let mut choosing = Choosing {
        mode: Mode::Selection,
        ..Choosing::default()
    };
    let one = Limits {
        max: Some(1),
        ..Limits::default()
    };
    choosing.sections.insert("Party".into(), one);
    let photos = [
        counted(&made, 1, "Party"),
        counted(&made, 2, "Party"),
        counted(&made, 3, "Ceremony"),
    ];
    let tapped = async |number, photos: &[&Photo], ms| {
        let bound = Bound {
            choosing: &choosing,
            photos,
        };
        let tap = tap(number, Set::Chosen(true), ms, 1);
        let tapped = table
            .tap(made.id, &person(), &tap, Some(bound), morning())
            .await;
        tapped.unwrap()
    };
    let all: Vec<&Photo> = photos.iter().collect();
    assert_eq!(applied(&tapped(1, &all, 1).await), Applied::Changed);
    assert_eq!(applied(&tapped(3, &all, 2).await), Applied::Changed);
    let full = TooMany::Section {
        section: "Party".into(),
        max: 1,
    };
    assert_eq!(tapped(2, &all, 3).await, Tapped::Full(full));
    assert_eq!(
        applied(&tapped(2, &all[1..], 4).await),
        Applied::Changed,
        "the first is hidden"
    );
    let chosen = table.choices(made.id, &person()).await.unwrap();
    assert!(chosen.choices[&photo(1)].chosen.value, "and chosen still");
}
