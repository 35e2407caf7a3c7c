//! The schedule's event: whatever stands in it, one run.

use crate::event;
use domain::access::Subject;
use domain::activity::{Event, Origin, What, Who};
use domain::choice::{Set, Stamp, Tap};
use domain::gallery::Kind;
use domain::order::{Order, OrderState, Source, Wish};
use domain::photo::Stage;
use domain::product::{FULL_SIZE, defaults};
use lambda_runtime::{Context, LambdaEvent};
use sweep::{Broom, sweep};
use table::{Placed, Tapped};
use tests::emulators::Emulators;

/// Every file.
pub const FILES: &[&str] = &["schedule.json", "empty.json"];

fn broom(emulators: &Emulators) -> Broom {
    Broom {
        zone: jiff::tz::TimeZone::UTC,
        table: emulators.table_of("SweepFunction"),
        originals: emulators.originals_of("SweepFunction"),
        renditions: emulators.renditions_of("SweepFunction"),
    }
}

/// an object nobody told of is said again, at the time the schedule fired.
#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_sweeps() {
    let emulators = Emulators::start().await;
    let broom = broom(&emulators);
    let seeded = emulators.gallery("Never told", "482916").await;
    let key = format!("{}/IMG_2041.jpg", seeded.gallery.folder);
    let put = emulators
        .s3
        .put_object()
        .bucket(&emulators.originals)
        .key(&key);
    put.body(b"never told".to_vec().into())
        .send()
        .await
        .unwrap();
    for file in FILES {
        // the function takes any JSON, as Lambda would hand it over
        let event = LambdaEvent::new(event(&format!("sweep/{file}")), Context::default());
        assert!(event.payload.is_object());
        let report = sweep(&broom, tests::emulators::now()).await.unwrap();
        assert_eq!(
            (report.galleries, report.repaired, report.orphans),
            (1, 1, 0),
            "{file}"
        );
    }
    let tags = emulators
        .s3
        .get_object_tagging()
        .bucket(&emulators.originals)
        .key(&key)
        .send()
        .await
        .unwrap();
    assert_eq!(tags.tag_set()[0].key(), "swept");
}

/// Issue 4: an order of a gallery that ships by itself goes at the next run after its last photograph is Final, once, in
/// exactly that version. Each function does its part with the permissions it has: the client's places the order and empties
/// the cart, the sweep ships, the download finds what was shipped.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_ships_itself_at_the_next_run() {
    let emulators = Emulators::start().await;
    let (broom, studio) = (broom(&emulators), emulators.table());
    let (client, download) = (
        emulators.table_of("GalleryFunction"),
        emulators.table_of("DownloadFunction"),
    );
    let mut gallery = emulators.gallery("Retouched", "482916").await.gallery;
    (gallery.kind, gallery.auto_ship) = (Kind::ProofRetouchDeliver, true);
    assert!(studio.save_settings(&gallery, 0).await.unwrap());
    gallery.settings_revision = 1;
    let photo = emulators.stored(&gallery, "IMG_1.jpg", b"a proof".to_vec());
    let photo = photo.await;

    let (whose, now) = (Subject::Anybody, tests::emulators::now());
    let tap = Tap {
        photo: photo.id.clone(),
        set: Set::Wanted(FULL_SIZE, true),
        stamp: Stamp::now(now),
    };
    let tapped = client.tap(gallery.id, &whose, &tap, None, now).await;
    assert!(matches!(tapped.unwrap(), Tapped::Done { .. }));
    let [full_size, _] = defaults();
    let wishes = [Wish::chosen(&photo, &full_size)];
    let by = (whose.clone(), None);
    let order = Order::place(&gallery, by, Source::Cart, &wishes, &[], now).unwrap();
    let empties = [(photo.id.clone(), FULL_SIZE)];
    let tell = |order: &Order| {
        let what = What::Ordered {
            number: order.number,
            count: 1,
        };
        let event = Event {
            at: now,
            gallery: Some(gallery.id),
            who: Who::Visitor(whose.clone()),
            what,
            from: Origin::default(),
        };
        (Vec::new(), event)
    };
    let placed = client.place_order(&gallery, &order, "key", &empties, tell, now);
    assert!(matches!(placed.await.unwrap(), Placed::Done(_)));
    let chosen = client.choices(gallery.id, &whose).await.unwrap();
    assert_eq!(chosen.choices[&photo.id].cart().count(), 0);

    for (stage, shipped) in [(Stage::Proof, 0), (Stage::Final, 1), (Stage::Final, 0)] {
        let ids = std::slice::from_ref(&photo.id);
        let marked = studio.mark_photos(gallery.id, ids, Some(stage), None).await;
        assert_eq!(marked.unwrap(), 1);
        let report = sweep(&broom, now).await.unwrap();
        assert_eq!(report.told.shipped, shipped, "{stage:?}");
    }
    let order = download.order(gallery.id, order.id).await.unwrap().unwrap();
    assert_eq!(order.state(), OrderState::Shipped);
    assert_eq!(order.shipped(&photo.id, FULL_SIZE), Some(photo.number));
    assert_eq!(order.deliveries.len(), 1);
}
