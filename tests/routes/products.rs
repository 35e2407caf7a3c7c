//! Download products over the routes (P39–P41, P57–P59): who gets which of what, and how a file comes to be.

use domain::access::{Originals, Rights, Subject};
use domain::activity::What;
use domain::ids::{PhotoId, ProductId};
use domain::photo::{Photo, Shown, Stage};
use domain::product::{FULL_SIZE, Output, Product, SMALL, defaults};
use mark::Marks;
use product::Workshop;
use product::event::SqsEvent;
use serde_json::json;
use table::ProductOutcome;
use tests::actors::{Answer, Browser};
use tests::cast::person;
use tests::emulators::{Seeded, now};
use tests::house::House;
use tests::photographs::jpeg;

/// Custom sizes and all originals.
const ALL: Rights = Rights {
    custom: true,
    originals: Originals::All,
    ..Rights::LOOK
};

/// A gallery with a photograph, and somebody who is inside.
struct Shop {
    house: House,
    seeded: Seeded,
    client: Browser,
    photo: Photo,
}

impl Shop {
    async fn open(rights: Rights) -> Self {
        let house = House::open().await;
        let seeded = house
            .gallery_with("Quellental", Some("482916"), rights, |_| {})
            .await;
        let bytes = jpeg(2400, 1600, 7, "2026:06:14 15:04:05");
        let photo = house
            .emulators
            .stored(&seeded.gallery, "Vesperzeit/ZQX_2041.jpg", bytes)
            .await;
        let client = house.client(&seeded).await.at(&house.download);
        Self {
            house,
            seeded,
            client,
            photo,
        }
    }

    fn path(&self, photo: &PhotoId, product: ProductId) -> String {
        let link = self.seeded.link.expose();
        format!("/download/{link}/{photo}/as/{product}")
    }

    async fn get(&self, product: ProductId) -> Answer {
        let path = self.path(&self.photo.id, product);
        self.client.clone().get(&path).await
    }

    async fn json(&self, product: ProductId) -> Answer {
        let path = self.path(&self.photo.id, product);
        self.client.clone().json(&path).await
    }

    async fn mark(&self, stage: Stage) {
        let ids = [self.photo.id.clone()];
        let table = self.house.emulators.table();
        let marked = table.mark_photos(self.seeded.gallery.id, &ids, Some(stage), None);
        assert_eq!(marked.await.unwrap(), 1);
    }

    /// Saves a product of that id, changed.
    async fn save(&self, id: ProductId, change: impl FnOnce(&mut Product)) -> Product {
        let table = self.house.emulators.table();
        let known = table.product(id).await.unwrap();
        let seen = known.as_ref().map(|product| product.revision);
        let [_, small] = defaults();
        let mut product = known.unwrap_or(Product { id, ..small });
        change(&mut product);
        match table.save_product(&product, seen).await.unwrap() {
            ProductOutcome::Saved(product) => product,
            other => panic!("{other:?}"),
        }
    }

    /// Keys in the archives bucket below a prefix.
    async fn keys(&self, prefix: &str) -> Vec<String> {
        let emulators = &self.house.emulators;
        let list = emulators.s3.list_objects_v2().bucket(&emulators.archives);
        let listed = list.prefix(prefix).send().await.unwrap();
        let keys = listed.contents().iter();
        keys.map(|object| object.key().unwrap().to_owned())
            .collect()
    }

    /// Does what S3, the queue and the product function do with all that is asked.
    async fn work(&self) {
        let emulators = &self.house.emulators;
        let workshop = Workshop {
            originals: emulators.originals_of("ProductFunction"),
            archives: emulators.archives_of("ProductFunction"),
            marks: Marks::new(emulators.renditions_of("ProductFunction")),
            limits: imaging::Limits::default(),
        };
        let record = |key: String| json!({ "s3": { "object": { "key": key } } });
        let records: Vec<_> = self.keys("jobs/").await.into_iter().map(record).collect();
        let body = json!({ "Records": records }).to_string();
        let batch = json!({ "Records": [{ "messageId": "1", "body": body }] });
        let batch: SqsEvent = serde_json::from_value(batch).unwrap();
        let answer = product::handle(&workshop, batch).await;
        assert_eq!(
            serde_json::to_value(answer).unwrap(),
            json!({ "batchItemFailures": [] })
        );
    }

    /// What the gallery's activity says was downloaded and refused, in the order it happened.
    async fn noted(&self) -> Vec<String> {
        let table = self.house.emulators.table();
        let id = self.seeded.gallery.id;
        let (page, _) = table.events(Some(id), 100, None, now()).await.unwrap();
        let said = page.into_iter().filter_map(|event| match event.what {
            What::Downloaded { size, .. } => Some(size),
            What::Refused { wanted } => Some(format!("no {wanted}")),
            _ => None,
        });
        let mut said: Vec<String> = said.collect();
        said.reverse();
        said
    }
}

/// The file behind a 302, and its name as the browser saves it.
async fn fetched(answer: &Answer) -> (String, Vec<u8>) {
    assert_eq!(answer.status, 302, "{}", answer.text());
    let file = reqwest::get(answer.header("location")).await.unwrap();
    assert_eq!(file.status(), 200);
    let disposition = file.headers()["content-disposition"].to_str().unwrap();
    let name = disposition.split('"').nth(1).unwrap().to_owned();
    (name, file.bytes().await.unwrap().to_vec())
}

fn code(answer: &Answer) -> (u16, String) {
    let error = answer.json()["error"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (answer.status.as_u16(), error)
}

/// P39: a file is made when the first asks, once; until then a page asks again by itself, and a script reads so. What was
/// made is 2048 px, is saved under the pattern's name, and stands in the activity under the product's.
#[tokio::test(flavor = "multi_thread")]
async fn a_product_is_made_when_it_is_asked_for() {
    let shop = Shop::open(ALL).await;
    let page = shop.get(SMALL).await;
    assert_eq!(page.status, 202);
    assert!(page.text().contains(r#"http-equiv="refresh" content="1""#));
    assert!(
        page.text().contains("It starts by itself"),
        "{}",
        page.text()
    );
    assert_eq!(page.header("cache-control"), "private, no-store");
    let script = shop.json(SMALL).await;
    assert_eq!(
        (script.status.as_u16(), script.json()),
        (202, json!({ "making": true }))
    );
    assert_eq!(shop.keys("jobs/").await.len(), 1, "two requests, one job");
    assert!(shop.noted().await.is_empty(), "nothing was given yet");
    shop.work().await;
    assert_eq!(shop.json(SMALL).await.json(), json!({ "making": false }));
    let (name, file) = fetched(&shop.get(SMALL).await).await;
    assert_eq!(name, "ZQX_2041-small.jpg");
    let made = imaging::render(&file[..], &imaging::Limits::default(), None).unwrap();
    assert_eq!((made.width, made.height), (2048, 1365));
    assert_eq!(shop.noted().await, ["Small for sharing"]);
    assert_eq!(shop.keys("jobs/").await.len(), 1, "made from what was made");
}

/// P39, L25: *Full size for printing* is the upload, byte for byte, without any job.
#[tokio::test(flavor = "multi_thread")]
async fn full_size_is_the_original() {
    let shop = Shop::open(ALL).await;
    let (name, file) = fetched(&shop.get(FULL_SIZE).await).await;
    assert_eq!(name, "ZQX_2041.jpg");
    assert!(file == jpeg(2400, 1600, 7, "2026:06:14 15:04:05"));
    assert!(shop.keys("").await.is_empty());
    assert_eq!(shop.noted().await, ["Full size for printing"]);
}

/// P40, P57–P59: a product for Finals, one for Proofs, in one gallery: the state alone turns what is given.
#[tokio::test(flavor = "multi_thread")]
async fn the_state_of_a_photograph_drives_its_offers() {
    let shop = Shop::open(ALL).await;
    shop.save(FULL_SIZE, |product| product.states = [Stage::Final].into())
        .await;
    let proofs = ProductId::new(now());
    shop.save(proofs, |product| product.states = [Stage::Proof].into())
        .await;
    for (stage, full, proof) in [
        (Stage::Undefined, 403, 403),
        (Stage::Proof, 403, 202),
        (Stage::Final, 302, 403),
        (Stage::Proof, 403, 202),
    ] {
        shop.mark(stage).await;
        let (a, b) = (shop.get(FULL_SIZE).await, shop.get(proofs).await);
        assert_eq!(
            (a.status.as_u16(), b.status.as_u16()),
            (full, proof),
            "{stage:?}"
        );
    }
    assert_eq!(
        code(&shop.json(FULL_SIZE).await),
        (403, "not-offered".into())
    );
}

/// P41: "immediately deliver only Final": a Proof's file is not given, a Final's is.
#[tokio::test(flavor = "multi_thread")]
async fn only_finals_are_delivered_at_once() {
    let shop = Shop::open(ALL).await;
    shop.save(SMALL, |product| product.only_final = true).await;
    shop.mark(Stage::Proof).await;
    assert_eq!(code(&shop.json(SMALL).await), (403, "not-offered".into()));
    assert!(
        shop.keys("jobs/").await.is_empty(),
        "nothing is made for nobody"
    );
    shop.mark(Stage::Final).await;
    assert_eq!(shop.get(SMALL).await.status, 202);
}

/// P22, P58: a product that is the original asks for the right to originals, a made one for custom sizes; a refusal is
/// noted.
#[tokio::test(flavor = "multi_thread")]
async fn each_product_asks_for_its_own_right() {
    let finals = Rights {
        originals: Originals::Final,
        ..Rights::LOOK
    };
    let shop = Shop::open(finals).await;
    assert_eq!(code(&shop.json(FULL_SIZE).await), (403, "not-final".into()));
    assert_eq!(code(&shop.json(SMALL).await), (403, "not-allowed".into()));
    assert_eq!(
        shop.noted().await,
        ["no download-original", "no download-custom"]
    );
    shop.mark(Stage::Final).await;
    assert_eq!(shop.get(FULL_SIZE).await.status, 302);
    let custom = Rights {
        custom: true,
        ..Rights::LOOK
    };
    let shop = Shop::open(custom).await;
    assert_eq!(
        code(&shop.json(FULL_SIZE).await),
        (403, "not-allowed".into())
    );
    assert_eq!(shop.get(SMALL).await.status, 202);
}

/// P39: what the gallery does not name, what is switched off and what does not exist is given to nobody; a stranger is led
/// to the door, and a photograph that is not shown does not exist.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_given_that_is_not_offered() {
    let shop = Shop::open(ALL).await;
    let id = shop.seeded.gallery.id;
    shop.house
        .change(id, |gallery| gallery.products = Some(vec![FULL_SIZE]))
        .await;
    assert_eq!(code(&shop.json(SMALL).await), (403, "not-offered".into()));
    assert_eq!(shop.get(FULL_SIZE).await.status, 302);
    shop.house
        .change(id, |gallery| gallery.products = None)
        .await;
    assert_eq!(shop.get(SMALL).await.status, 202);
    shop.save(SMALL, |product| product.active = false).await;
    assert_eq!(code(&shop.json(SMALL).await), (403, "not-offered".into()));
    assert_eq!(shop.get(ProductId::built_in(9)).await.status, 404);
    let path = shop.path(&shop.photo.id, FULL_SIZE);
    let mut stranger = Browser::new(&shop.house.download);
    let answer = stranger.get(&path).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, shop.seeded.path().as_str())
    );
    let nonsense = path.replace(&FULL_SIZE.to_string(), "everything");
    assert_eq!(shop.client.clone().get(&nonsense).await.status, 404);
    let table = shop.house.emulators.table();
    let ids = [shop.photo.id.clone()];
    table
        .mark_photos(id, &ids, None, Some(Shown::ToStudio))
        .await
        .unwrap();
    assert_eq!(shop.get(FULL_SIZE).await.status, 404);
}

/// L25: a quota counts each photograph once, whatever the product and however often it is asked for.
#[tokio::test(flavor = "multi_thread")]
async fn a_quota_counts_photographs() {
    let shop = Shop::open(Rights {
        quota: Some(1),
        ..ALL
    })
    .await;
    let bytes = jpeg(320, 240, 8, "2026:06:14 16:00:00");
    let second = shop
        .house
        .emulators
        .stored(&shop.seeded.gallery, "Vesperzeit/ZQX_2042.jpg", bytes)
        .await;
    for product in [SMALL, SMALL, FULL_SIZE] {
        let status = shop.get(product).await.status.as_u16();
        assert!([202, 302].contains(&status), "{status}");
    }
    let path = shop.path(&second.id, SMALL);
    let answer = shop.client.clone().json(&path).await;
    assert_eq!(code(&answer), (403, "quota".into()));
    assert_eq!(shop.keys("jobs/").await.len(), 1);
}

/// P39: `{counter}` is the photograph's number among those this visitor sees.
#[tokio::test(flavor = "multi_thread")]
async fn a_counter_numbers_what_the_visitor_sees() {
    let shop = Shop::open(ALL).await;
    let product = shop
        .save(FULL_SIZE, |p| {
            p.pattern = "{gallery}-{section}-{counter}".parse().unwrap()
        })
        .await;
    let emulators = &shop.house.emulators;
    let mut names = Vec::new();
    for number in [1, 2] {
        let path = format!("Vesperzeit/ZQX_000{number}.jpg");
        let bytes = jpeg(320, 240, number, "2026:06:14 15:04:05");
        names.push(
            emulators
                .stored(&shop.seeded.gallery, &path, bytes)
                .await
                .id,
        );
    }
    let name = async || fetched(&shop.get(product.id).await).await.0;
    assert_eq!(name().await, "Quellental-Vesperzeit-0003.jpg");
    let hidden = emulators.table();
    let hidden = hidden.mark_photos(
        shop.seeded.gallery.id,
        &names[..1],
        None,
        Some(Shown::ToStudio),
    );
    hidden.await.unwrap();
    assert_eq!(name().await, "Quellental-Vesperzeit-0002.jpg");
}

/// P39, invariant 9: what cannot be made says why instead of being made for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_made_says_why() {
    let shop = Shop::open(ALL).await;
    let path = "Vesperzeit/ZQX_2050.jpg";
    let broken = b"no photograph".to_vec();
    let photo = shop
        .house
        .emulators
        .stored(&shop.seeded.gallery, path, broken)
        .await;
    let path = shop.path(&photo.id, SMALL);
    assert_eq!(shop.client.clone().get(&path).await.status, 202);
    shop.work().await;
    let page = shop.client.clone().get(&path).await;
    assert_eq!(page.status, 409);
    assert!(
        page.text().contains("not a picture file"),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("refresh"));
    let script = shop.client.clone().json(&path).await;
    assert_eq!(code(&script), (409, "not-made".into()));
}

/// P39: a new notice or another size is another file; the marked file bears the studio's name.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_product_is_made_anew() {
    let shop = Shop::open(ALL).await;
    shop.get(SMALL).await;
    shop.work().await;
    assert_eq!(shop.get(SMALL).await.status, 302);
    shop.save(SMALL, |product| {
        if let Output::Rendered(recipe) = &mut product.output {
            recipe.copyright = "© Tove Falk".into();
            recipe.mark = true;
        }
    })
    .await;
    assert_eq!(shop.get(SMALL).await.status, 202);
    shop.work().await;
    let (_, file) = fetched(&shop.get(SMALL).await).await;
    let notice = "© Tove Falk".as_bytes();
    assert!(file.windows(notice.len()).any(|window| window == notice));
    assert_eq!(shop.keys("products/").await.len(), 2);
}

/// P36: *View as* is given what that row is given, and leaves no trace.
#[tokio::test(flavor = "multi_thread")]
async fn viewing_as_somebody_leaves_no_trace() {
    let shop = Shop::open(Rights::LOOK).await;
    let id = shop.seeded.gallery.id;
    let rights = Rights {
        quota: Some(1),
        ..ALL
    };
    shop.house.invited(id, "anna@example.com", rights).await;
    let anna: Subject = person("anna@example.com");
    let (link, holder) = shop.house.view_as(id, &anna).await;
    let path = format!(
        "/download/{}/{}/as/{FULL_SIZE}",
        link.expose(),
        shop.photo.id
    );
    assert_eq!(holder.at(&shop.house.download).get(&path).await.status, 302);
    assert!(shop.noted().await.is_empty());
}

/// P39–P41: the studio adds a product, is told what is wrong in words, changes it, and switches it off.
#[tokio::test(flavor = "multi_thread")]
async fn the_studio_defines_products() {
    let house = House::open().await;
    let mut owner = house.owner().await;
    let page = owner.get("/studio/products").await;
    assert_eq!(page.status, 200);
    for text in [
        "Full size for printing",
        "Small for sharing",
        "IMG_2041-small.jpg",
    ] {
        assert!(page.text().contains(text), "{text}");
    }
    let form = |pattern: &'static str| {
        [
            ("name", "Album"),
            ("size", "box"),
            ("width", "3000"),
            ("height", "2000"),
            ("format", "jpeg"),
            ("quality", "92"),
            ("pattern", pattern),
            ("copyright", "© Tove"),
            ("finals", "on"),
            ("only_final", "on"),
        ]
    };
    let wrong = owner.post("/studio/products", &form("{nmae}")).await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.text().contains("{nmae} is not known"),
        "{}",
        wrong.text()
    );
    assert!(
        wrong.text().contains("value=\"Album\""),
        "what was typed stays"
    );
    let added = owner
        .post("/studio/products", &form("{gallery}-{counter}"))
        .await;
    assert_eq!(added.header("location"), "/studio/products?done=added");
    let table = house.emulators.table();
    let products = table.products().await.unwrap();
    let album = products
        .iter()
        .find(|product| product.name == "Album")
        .unwrap();
    assert!(album.only_final && album.states == [Stage::Final].into());
    let path = format!("/studio/products/{}", album.id);
    assert!(
        owner
            .get(&path)
            .await
            .text()
            .contains("Anna &#38; Mats-0012.jpg")
    );
    let mut changed = form("{name}").to_vec();
    changed.push(("revision", "1"));
    assert_eq!(
        owner.post(&path, &changed).await.header("location"),
        "/studio/products?done=saved"
    );
    assert_eq!(
        owner.post(&path, &changed).await.status,
        409,
        "somebody saved since"
    );
    let off = [("on", "false"), ("revision", "2")];
    assert_eq!(
        owner.post(&format!("{path}/active"), &off).await.status,
        303
    );
    assert!(!table.product(album.id).await.unwrap().unwrap().active);
    assert_eq!(owner.get("/studio/products/everything").await.status, 404);
}
