//! Choosing, confirming and ordering with the rights the template gives, through the real front.

use domain::access::Subject;
use domain::activity::{Event, Origin, What, Who};
use domain::choice::{Set, Stamp, Tap};
use domain::comment::{Author, Comment};
use domain::email::Email;
use domain::ids::CommentId;
use domain::order::{Order, Source, Wish};
use domain::product::defaults;
use domain::selection::{Picked, Snapshot};
use table::{Confirmed, Confirming, Mail, Said, Tapped};
use tests::emulators::{Emulators, now, ready};

/// S20, S21, S22, 4.7: all that a client's choosing writes and reads is the gallery function's to write and read, in one
/// transaction with the letters, and the studio's to open again.
#[tokio::test(flavor = "multi_thread")]
async fn a_choice_is_made_and_confirmed_with_the_rights_there_are() {
    let emulators = Emulators::start().await;
    let seeded = emulators.gallery("Anna & Mats", "123456").await;
    let photo = emulators
        .photo(&seeded.gallery, "Ceremony/IMG_1.jpg", ready())
        .await;
    let (gallery, id) = (&seeded.gallery, seeded.gallery.id);
    let who = Subject::Person("anna@example.com".parse().unwrap());
    let by = Who::Visitor(who.clone());
    let table = emulators.table_of("GalleryFunction");
    let products = defaults();
    let product = &products[0];
    for set in [Set::Chosen(true), Set::Wanted(product.id, true)] {
        let tap = Tap {
            photo: photo.id.clone(),
            set,
            stamp: Stamp::now(now()),
        };
        let tapped = table.tap(id, &who, &tap, None, now()).await.unwrap();
        assert!(matches!(tapped, Tapped::Done { .. }), "{tapped:?}");
    }
    let comment = Comment {
        id: CommentId::new(now()),
        gallery: id,
        photo: photo.id.clone(),
        version: 1,
        author: Author::Visitor(who.clone()),
        name: "Anna".into(),
        text: "This one".into(),
        drawing: None,
        at: now(),
        removed: None,
    };
    assert_eq!(table.say(&comment).await.unwrap(), Said::Done);
    assert_eq!(
        table.comments(id).await.unwrap(),
        std::slice::from_ref(&comment)
    );
    let unsaid = table.unsay(id, &photo.id, comment.id, &comment.author, now());
    assert!(unsaid.await.unwrap());

    let chosen = table.choices(id, &who).await.unwrap();
    let wishes = [Wish::chosen(&photo, product)];
    let source = Source::Selection { snapshot: 1 };
    let order = Order::place(gallery, (who.clone(), None), source, &wishes, &[], now()).unwrap();
    let confirming = Confirming {
        gallery,
        subject: who.clone(),
        contact: None,
        snapshot: Snapshot {
            number: 0,
            at: now(),
            subject: who.clone(),
            message: String::new(),
            extra: 0,
            picked: vec![Picked {
                photo: photo.id.clone(),
                version: photo.number,
                file_name: photo.file_name.clone(),
                section: photo.section.clone(),
                stars: None,
                label: None,
                comments: vec![comment.id],
            }],
        },
        order: Some(order),
        once: "a key",
        seen: chosen.selection.revision,
    };
    let event = |who: Who, what| Event {
        at: now(),
        gallery: Some(id),
        who,
        what,
        from: Origin::default(),
    };
    let tell = |snapshot: &Snapshot, _: Option<&Order>| {
        let (snapshot, count) = (snapshot.number, 1);
        let what = What::Confirmed { snapshot, count };
        (vec![Mail::Decoy], vec![event(by.clone(), what)])
    };
    let confirmed = table.confirm(&confirming, tell, now()).await.unwrap();
    assert!(matches!(confirmed, Confirmed::Done(..)), "{confirmed:?}");
    let (history, _) = table.history(id, &who, 10, None).await.unwrap();
    let snapshots = table.snapshots(id, &who).await.unwrap();
    let orders = table.orders_of(id, &who).await.unwrap();
    assert_eq!((history.len(), snapshots.len(), orders.len()), (2, 1, 1));

    let studio = emulators.table_of("StudioFunction");
    let member: Email = "studio@example.com".parse().unwrap();
    let reopened = What::Reopened {
        subject: who.clone(),
    };
    let event = event(Who::Member(member), reopened);
    let open = studio.reopen(id, &who, &[Mail::Decoy], &event, now()).await;
    let open = open.unwrap().unwrap();
    assert_eq!(studio.selections(id).await.unwrap(), [open]);
    assert_eq!(studio.all_choices(id).await.unwrap()[&who].len(), 1);
}
