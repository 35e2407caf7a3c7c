//! What clients have chosen, confirmed and ordered, put straight into the table as their pages would leave it there.

use domain::access::Subject;
use domain::activity::{Event, Origin, What, Who};
use domain::choice::{Set, Stamp, Tap};
use domain::gallery::Gallery;
use domain::ids::{ProductId, SecretToken};
use domain::order::{Order, Source, Wish};
use domain::photo::Photo;
use domain::product::{How, Offer, defaults};
use domain::selection::{Picked, Snapshot};
use table::{Confirmed, Confirming, Placed, Tapped};
use tests::emulators::now;
use tests::house::House;

fn event(gallery: &Gallery, subject: &Subject, what: What) -> Event {
    Event {
        at: now(),
        gallery: Some(gallery.id),
        who: Who::Visitor(subject.clone()),
        what,
        from: Origin::default(),
    }
}

/// Says that of a photograph.
pub async fn say(house: &House, gallery: &Gallery, subject: &Subject, photo: &Photo, set: Set) {
    let tap = Tap {
        photo: photo.id.clone(),
        set,
        stamp: Stamp::now(now()),
    };
    let table = house.emulators.table();
    let tapped = table.tap(gallery.id, subject, &tap, None, now()).await;
    assert!(matches!(tapped.unwrap(), Tapped::Done { .. }));
}

/// Hearts on these, confirmed with these words to the studio.
pub async fn confirm(
    house: &House,
    gallery: &Gallery,
    subject: &Subject,
    photos: &[Photo],
    message: &str,
) {
    for photo in photos {
        say(house, gallery, subject, photo, Set::Chosen(true)).await;
    }
    let table = house.emulators.table();
    let chosen = table.choices(gallery.id, subject).await.unwrap();
    let picked = |photo: &Photo| Picked {
        photo: photo.id.clone(),
        version: photo.number,
        file_name: photo.file_name.clone(),
        section: photo.section.clone(),
        stars: None,
        label: None,
        comments: vec![],
    };
    let count = u32::try_from(photos.len()).unwrap();
    let once = SecretToken::random();
    let confirming = Confirming {
        gallery,
        subject: subject.clone(),
        contact: None,
        snapshot: Snapshot {
            number: 0,
            at: now(),
            subject: subject.clone(),
            message: message.into(),
            extra: 0,
            picked: photos.iter().map(picked).collect(),
        },
        order: None,
        once: once.expose(),
        seen: chosen.selection.revision,
    };
    let told = |snapshot: &Snapshot, _: Option<&Order>| {
        let snapshot = snapshot.number;
        let what = What::Confirmed { snapshot, count };
        (vec![], vec![event(gallery, subject, what)])
    };
    let confirmed = table.confirm(&confirming, told, now()).await.unwrap();
    assert!(matches!(confirmed, Confirmed::Done(..)), "{confirmed:?}");
}

/// The studio opens it again.
pub async fn reopen(house: &House, gallery: &Gallery, subject: &Subject) {
    let opened = event(gallery, subject, What::Entered);
    let table = house.emulators.table();
    let selection = table.reopen(gallery.id, subject, &[], &opened, now());
    selection.await.unwrap().unwrap();
}

/// These photographs ordered as that product; what a gallery gives at once is shipped with it.
pub async fn order(
    house: &House,
    gallery: &Gallery,
    subject: &Subject,
    photos: &[Photo],
    product: ProductId,
) -> Order {
    let products = defaults();
    let product = products.iter().find(|one| one.id == product).unwrap();
    let how = How::Now;
    let wishes: Vec<Wish<'_>> = photos
        .iter()
        .map(|photo| Wish::offered(photo, &Offer { product, how }))
        .collect();
    let whose = (subject.clone(), None);
    let order = Order::place(gallery, whose, Source::Cart, &wishes, &[], now()).unwrap();
    let count = u32::try_from(photos.len()).unwrap();
    let tell = |order: &Order| {
        let number = order.number;
        let what = What::Ordered { number, count };
        (vec![], event(gallery, subject, what))
    };
    let once = SecretToken::random();
    let table = house.emulators.table();
    let placed = table.place_order(gallery, &order, once.expose(), &[], tell, now());
    match placed.await.unwrap() {
        Placed::Done(order) => order,
        other => panic!("{other:?}"),
    }
}
