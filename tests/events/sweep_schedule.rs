//! The schedule's event: whatever stands in it, one run.

use crate::event;
use domain::access::{Rights, Row, Subject};
use domain::activity::{Event, Origin, What, Who};
use domain::choice::{Set, Stamp, Tap};
use domain::comment::{Author, Comment};
use domain::gallery::{Gallery, Kind};
use domain::ids::{CommentId, PhotoId};
use domain::order::{Order, OrderState, Source, Wish};
use domain::photo::{Shown, Stage};
use domain::product::{FULL_SIZE, defaults};
use jiff::{SignedDuration, Timestamp};
use lambda_runtime::{Context, LambdaEvent};
use sweep::{Broom, sweep};
use table::{Person, Placed, Said, Tapped};
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

fn said(gallery: &Gallery, photo: &PhotoId, author: Author, at: Timestamp) -> Comment {
    Comment {
        id: CommentId::new(at),
        gallery: gallery.id,
        photo: photo.clone(),
        version: 1,
        author,
        name: "Somebody".into(),
        text: "Lighter, please".into(),
        drawing: None,
        at,
        removed: None,
    }
}

/// Complaint 9 under 4.4: an answer is mailed to who asked while they may read its thread, by their own row or a group's;
/// nothing of a hidden photograph, and nothing to whom the studio took the row away.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_mailed_to_who_may_read_it() {
    let emulators = Emulators::start().await;
    let (broom, studio) = (broom(&emulators), emulators.table());
    let gallery = emulators.gallery("Talked of", "482916").await.gallery;
    let mut photos = Vec::new();
    for name in ["IMG_1.jpg", "IMG_2.jpg"] {
        let photo = emulators.stored(&gallery, name, name.as_bytes().to_vec());
        photos.push(photo.await.id);
    }
    let now = tests::emulators::now();
    let rights = Rights {
        comment: true,
        ..Rights::LOOK
    };
    let family = table::Group {
        id: domain::ids::GroupId::new(now),
        name: "Family".into(),
        created: now,
    };
    studio.save_group(&family).await.unwrap();
    let [own, member, left] =
        ["own", "member", "left"].map(|name| format!("{name}@example.com").parse().unwrap());
    for (email, groups) in [(&member, vec![family.id]), (&left, vec![])] {
        let person = Person {
            email: domain::email::Email::clone(email),
            name: String::new(),
            groups,
            created: now,
            revision: 0,
        };
        assert!(studio.save_person(&person, None).await.unwrap());
    }
    for subject in [Subject::Person(own.clone()), Subject::Group(family.id)] {
        let row = Row::new(subject, rights);
        let saved = studio.save_row(gallery.id, &row, None, now).await;
        assert!(saved.unwrap().is_some());
    }
    let mut asked = now - SignedDuration::from_hours(2);
    for photo in &photos {
        for email in [&own, &member, &left] {
            let author = Author::Visitor(Subject::Person(email.clone()));
            asked += SignedDuration::from_secs(1);
            let comment = said(&gallery, photo, author, asked);
            assert_eq!(studio.say(&comment).await.unwrap(), Said::Done);
        }
    }
    let answered = now - SignedDuration::from_hours(1);
    let hedda = || Author::Member("hedda@example.com".parse().unwrap());
    let hide = studio.mark_photos(gallery.id, &photos[1..], None, Some(Shown::ToStudio));
    assert_eq!(hide.await.unwrap(), 1);
    let hidden = said(&gallery, &photos[1], hedda(), answered);
    assert_eq!(studio.say(&hidden).await.unwrap(), Said::Done);
    let report = sweep(&broom, now).await.unwrap();
    assert_eq!(report.told.letters, 1, "the studio's alone");

    let answer = said(&gallery, &photos[0], hedda(), answered);
    assert_eq!(studio.say(&answer).await.unwrap(), Said::Done);
    let report = sweep(&broom, now).await.unwrap();
    assert_eq!(report.told.letters, 2, "by an own row, and by a group's");
    assert_eq!(sweep(&broom, now).await.unwrap().told.letters, 0, "once");
}
