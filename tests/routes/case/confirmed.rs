//! A choice of one photograph, confirmed: what the routes of snapshots and of reopening name.

use super::anna;
use domain::activity::{Event, Origin, What, Who};
use domain::choice::{Set, Stamp, Tap};
use domain::order::Order;
use domain::photo::Photo;
use domain::selection::{Picked, Snapshot};
use table::{Confirmed, Confirming, Mail, Tapped};
use tests::emulators::{Seeded, now};
use tests::house::House;

/// The case's person chooses the photograph and confirms.
pub(super) async fn confirm(house: &House, seeded: &Seeded, photo: &Photo) {
    let (table, gallery) = (house.emulators.table(), &seeded.gallery);
    let tap = Tap {
        photo: photo.id.clone(),
        set: Set::Chosen(true),
        stamp: Stamp::now(now()),
    };
    let tapped = table.tap(gallery.id, &anna(), &tap, None, now()).await;
    let Tapped::Done { selection, .. } = tapped.unwrap() else {
        panic!("the tap was not kept");
    };
    let picked = Picked {
        photo: photo.id.clone(),
        version: photo.number,
        file_name: photo.file_name.clone(),
        section: photo.section.clone(),
        stars: None,
        label: None,
        comments: Vec::new(),
    };
    let confirming = Confirming {
        gallery,
        subject: anna(),
        contact: None,
        snapshot: Snapshot {
            number: 0,
            at: now(),
            subject: anna(),
            message: String::new(),
            extra: 0,
            picked: vec![picked],
        },
        order: None,
        once: &format!("a case's confirmation in {}", gallery.id),
        seen: selection.revision,
    };
    let tell = |snapshot: &Snapshot, _: Option<&Order>| -> (Vec<Mail>, Vec<Event>) {
        let event = Event {
            at: now(),
            gallery: Some(gallery.id),
            who: Who::Visitor(anna()),
            what: What::Confirmed {
                snapshot: snapshot.number,
                count: 1,
            },
            from: Origin::default(),
        };
        (Vec::new(), vec![event])
    };
    let confirmed = table.confirm(&confirming, tell, now()).await.unwrap();
    assert!(matches!(confirmed, Confirmed::Done(..)), "{confirmed:?}");
}
