//! One photograph's page: its versions, one of them brought back, and what clients and orders have then (P26, P28, 4.5).

use crate::replacing::{Studio, crc, picture};
use domain::access::Subject;
use domain::activity::{Event, Origin, What, Who};
use domain::ids::PhotoId;
use domain::order::{Order, Source, Wish};
use domain::photo::Stage;
use domain::product::{FULL_SIZE, defaults};
use serde_json::json;
use table::Placed;
use tests::actors::Answer;
use tests::emulators::now;

impl Studio {
    fn page(&self, photo: &PhotoId, end: &str) -> String {
        let gallery = self.seeded.gallery.id;
        format!("/studio/galleries/{gallery}/photos/{photo}{end}")
    }

    async fn restore(&mut self, photo: &PhotoId, number: u32, seen: u32) -> Answer {
        let path = self.page(photo, "/restore");
        let (number, seen) = (number.to_string(), seen.to_string());
        let form = [("number", number.as_str()), ("seen", seen.as_str())];
        self.owner.post(&path, &form).await
    }

    /// A proof, and the final that replaced it.
    async fn proof_and_final(&mut self) -> PhotoId {
        let id = self.put("Ceremony/IMG_1.jpg", 1).await;
        let file = json!({ "name": "retouched.jpg", "target": id.as_str(), "stage": "final" });
        self.upload(file, 2).await;
        assert_eq!(self.shown(&id).await, (2, Stage::Final, crc(2)));
        id
    }

    /// An order of the photograph as it is, placed with link and PIN: a Final ships at once.
    async fn ordered_and_shipped(&self, id: &PhotoId) -> Order {
        let table = self.house.emulators.table();
        let (photo, gallery) = (self.photo(id).await, &self.seeded.gallery);
        let [full_size, _] = defaults();
        let wishes = [Wish::chosen(&photo, &full_size)];
        let by = (Subject::Anybody, None);
        let order = Order::place(gallery, by, Source::Cart, &wishes, &[], now()).unwrap();
        let event = |order: &Order| Event {
            at: now(),
            gallery: Some(gallery.id),
            who: Who::Itself,
            what: What::Ordered {
                number: order.number,
                count: 1,
            },
            from: Origin::default(),
        };
        let tell = |order: &Order| (Vec::new(), event(order));
        let placed = table.place_order(gallery, &order, "key", &[], tell, now());
        let Placed::Done(order) = placed.await.unwrap() else {
            panic!("the order was not placed");
        };
        order
    }
}

/// P26, 4.5: every version is listed and looked at; an earlier one is brought back, under a new number and with the state it
/// had; clients see it then, and the activity says who did it. Whoever saw another version restores nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_version_is_brought_back_and_is_what_clients_see() {
    let mut studio = Studio::open().await;
    let id = studio.proof_and_final().await;
    let path = studio.page(&id, "");
    let before = studio.photo(&id).await;
    let page = studio.owner.get(&path).await.text();
    for words in [
        "Version 2",
        "Restore version 1",
        "IMG_1.jpg",
        "shown to clients",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("Restore version 2"));
    let first = studio.owner.get(&format!("{path}?version=1")).await.text();
    assert!(first.contains("This is version 1. Clients see version 2."));

    let stale = studio.restore(&id, 1, 1).await;
    assert_eq!(stale.status, 409);
    assert!(stale.text().contains("Another version took its place"));
    assert_eq!(studio.restore(&id, 7, 2).await.status, 409);
    assert_eq!(studio.shown(&id).await, (2, Stage::Final, crc(2)));

    let back = studio.restore(&id, 1, 2).await;
    assert_eq!(
        (back.status.as_u16(), back.header("location")),
        (303, format!("{path}?done=restored").as_str())
    );
    assert_eq!(studio.shown(&id).await, (3, Stage::Undefined, crc(1)));
    assert_eq!(studio.restore(&id, 1, 2).await.status, 409, "sent twice");
    assert_eq!(studio.shown(&id).await.0, 3);
    let page = studio.owner.get(&path).await.text();
    assert!(page.contains("restored from version 1"));

    let mut client = studio.house.client(&studio.seeded).await;
    let seen = format!("{}/photo/{id}", studio.seeded.path());
    let seen = client.get(&seen).await.text();
    let after = studio.photo(&id).await;
    let tag = |photo: &domain::photo::Photo| photo.picture().unwrap().tag.clone();
    assert!(seen.contains(&tag(&after)) && !seen.contains(&tag(&before)));
    let gallery = studio.seeded.gallery.id;
    let activity = format!("/studio/galleries/{gallery}/activity");
    let activity = studio.owner.get(&activity).await.text();
    assert!(activity.contains("IMG_1.jpg: restored version 1"));
}

/// P49: what was shipped stays the version it was shipped in, though an earlier one is shown again.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_shipped_stays_what_it_was() {
    let mut studio = Studio::open().await;
    let id = studio.proof_and_final().await;
    let then = studio.photo(&id).await;
    let order = studio.ordered_and_shipped(&id).await;
    assert_eq!(studio.restore(&id, 1, 2).await.status, 303);
    let (gallery, emulators) = (studio.seeded.gallery.id, &studio.house.emulators);
    let download = emulators.table_of("DownloadFunction");
    let order = download.order(gallery, order.id).await.unwrap().unwrap();
    assert_eq!(order.shipped(&id, FULL_SIZE), Some(2));
    let shipped = download.version(gallery, &id, 2).await.unwrap().unwrap();
    assert_eq!((&shipped.key, &shipped.version), (&then.key, &then.version));
    let originals = emulators.originals_of("DownloadFunction");
    let kept = originals.keeps(&shipped.key, &shipped.version.id).await;
    assert!(kept.unwrap());
    let path = studio.page(&id, "");
    let page = studio.owner.get(&path).await.text();
    assert!(page.contains("shipped as version 2"));
}

/// P26, P28: a file that cannot be read replaces nothing, and the photograph's page says so with its reason, as its frame does.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_could_not_replace_is_told() {
    let mut studio = Studio::open().await;
    let id = studio.put("Ceremony/IMG_1.jpg", 1).await;
    let key = format!("{}/Ceremony/IMG_1.jpg", studio.seeded.gallery.folder);
    let emulators = &studio.house.emulators;
    let put = emulators.s3.put_object().bucket(&emulators.originals);
    let put = put.key(&key).body(b"no photograph".to_vec().into());
    put.send().await.unwrap();
    studio.hear(&key).await;
    assert_eq!(studio.shown(&id).await, (1, Stage::Undefined, crc(1)));
    let refused = studio.photo(&id).await.refused.unwrap();
    let (path, gallery) = (studio.page(&id, ""), studio.seeded.gallery.id);
    let page = studio.owner.get(&path).await.text();
    assert!(page.contains("could not replace it") && page.contains(&refused.reason));
    assert!(page.contains("Clients still see version 1."));
    let list = format!("/studio/galleries/{gallery}?state=refused");
    let list = studio.owner.get(&list).await.text();
    assert!(list.contains("not replaced") && list.contains(&path));
    let rows = format!("/studio/galleries/{gallery}/photos");
    let rows = studio.owner.json(&rows).await.json();
    assert_eq!(rows["photos"][0]["refused"]["version"], refused.version);
    assert_eq!(rows["photos"][0]["number"], 1);
    assert_eq!(
        picture(1).len() as u64,
        studio.photo(&id).await.version.size
    );
}
