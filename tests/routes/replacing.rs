//! Replacing from the browser: told before, asked where it is not clear, and a new version of the same photograph at last.

use domain::activity::{What, Who};
use domain::gallery::Incoming;
use domain::ids::PhotoId;
use domain::photo::{Photo, Stage};
use mark::Marks;
use rendition::event::SqsEvent;
use rendition::{Workshop, handle};
use serde_json::{Value, json};
use tests::actors::{Answer, Browser};
use tests::emulators::Seeded;
use tests::house::House;
use tests::photographs::jpeg;

/// A studio with one gallery, and the function that makes renditions.
pub(crate) struct Studio {
    pub(crate) house: House,
    pub(crate) seeded: Seeded,
    pub(crate) owner: Browser,
    workshop: Workshop,
}

impl Studio {
    pub(crate) async fn open() -> Self {
        let house = House::open().await;
        let emulators = &house.emulators;
        let function = "RenditionFunction";
        let workshop = Workshop {
            table: emulators.table_of(function),
            originals: emulators.originals_of(function),
            renditions: emulators.renditions_of(function),
            limits: imaging::Limits::default(),
            marks: Marks::new(emulators.renditions_of(function)),
            studio: String::new(),
        };
        let seeded = emulators.gallery("Quellental", "482916").await;
        let owner = house.owner().await;
        Self {
            house,
            seeded,
            owner,
            workshop,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/studio/galleries/{}/uploads{rest}", self.seeded.gallery.id)
    }

    pub(crate) async fn hear(&self, key: &str) {
        let key: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
        let body = json!({ "Records": [{ "s3": { "object": { "key": key } } }] });
        let batch = json!({ "Records": [{ "messageId": "1", "body": body.to_string() }] });
        let batch: SqsEvent = serde_json::from_value(batch).unwrap();
        let deadline = tests::emulators::now() + jiff::SignedDuration::from_secs(60);
        let answer = handle(&self.workshop, batch, deadline).await;
        let answer = serde_json::to_value(answer).unwrap();
        assert_eq!(answer["batchItemFailures"], json!([]));
    }

    /// A file put straight into the bucket, and read.
    pub(crate) async fn put(&self, path: &str, content: u64) -> PhotoId {
        let key = format!("{}/{path}", self.seeded.gallery.folder);
        let put = self.house.emulators.s3.put_object();
        let put = put.bucket(&self.house.emulators.originals).key(&key);
        put.body(picture(content).into()).send().await.unwrap();
        self.hear(&key).await;
        PhotoId::of_key(&key)
    }

    async fn start(&mut self, file: &Value) -> Answer {
        let path = self.path("");
        self.owner.post_json(&path, file).await
    }

    async fn plan(&mut self, files: &Value) -> Value {
        let path = self.path("/plan");
        let batch = json!({ "files": files, "replace": true });
        let answer = self.owner.post_json(&path, &batch).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// The whole way of a file from the browser until it is read; what `start` answered.
    pub(crate) async fn upload(&mut self, mut file: Value, content: u64) -> Value {
        let bytes = picture(content);
        file["size"] = json!(bytes.len());
        let answer = self.start(&file).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let started = answer.json();
        let (key, upload) = (&started["key"], started["uploadId"].as_str().unwrap());
        let key = key.as_str().unwrap().to_owned();
        let query = url::form_urlencoded::byte_serialize(key.as_bytes()).collect::<String>();
        let part = self.path(&format!("/{upload}/parts/1?key={query}"));
        let signed = self.owner.json(&part).await.json();
        let url = signed["url"].as_str().unwrap();
        let sent = reqwest::Client::new().put(url).body(bytes).send().await;
        let etag = sent.unwrap().headers()["etag"].to_str().unwrap().to_owned();
        let body = json!({
            "key": key, "parts": [{ "number": 1, "etag": etag }], "replace": started["replace"]
        });
        let complete = self.path(&format!("/{upload}/complete"));
        let done = self.owner.post_json(&complete, &body).await;
        assert_eq!(done.status, 200, "{}", done.text());
        self.hear(&key).await;
        started
    }

    pub(crate) async fn photos(&self) -> Vec<Photo> {
        let table = self.house.emulators.table();
        table.photos_of(self.seeded.gallery.id).await.unwrap()
    }

    pub(crate) async fn photo(&self, id: &PhotoId) -> Photo {
        let photos = self.photos().await;
        photos.into_iter().find(|photo| photo.id == *id).unwrap()
    }

    pub(crate) async fn shown(&self, id: &PhotoId) -> (u32, Stage, u32) {
        let photo = self.photo(id).await;
        let crc32 = photo.picture().unwrap().crc32;
        (photo.number, photo.stage, crc32)
    }
}

pub(crate) fn picture(content: u64) -> Vec<u8> {
    jpeg(64, 48, content, "2026:06:14 15:04:05")
}

pub(crate) fn crc(content: u64) -> u32 {
    crc32fast::hash(&picture(content))
}

/// P26, P27: the form tells what it would do, and does it: same photographs, new versions, the state it was given; and the
/// same files chosen again would do nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_replaces_what_it_said_it_would() {
    let mut studio = Studio::open().await;
    let first = studio.put("Ceremony/IMG_1.jpg", 1).await;
    studio.put("A/x.jpg", 3).await;
    studio.put("B/x.jpg", 4).await;
    let size = picture(2).len();
    let files = json!([
        { "name": "img_1.JPG", "section": "Finals", "size": size },
        { "name": "x.jpg", "section": "Finals", "size": size },
        { "name": "IMG_2.jpg", "section": "Finals", "size": size },
        { "name": "IMG_3.CR3", "section": "Finals", "size": size },
    ]);
    let plan = studio.plan(&files).await;
    let kinds: Vec<&str> = plan["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["replaces", "ambiguous", "new", "unfit"]);
    assert_eq!(
        plan["sentence"],
        "1 replace, 1 to decide, 1 new, 1 unreadable"
    );
    assert_eq!(plan["files"][0]["photo"], first.as_str());
    let candidates = plan["files"][1]["candidates"].as_array().unwrap();
    assert_eq!(candidates.len(), 2);
    assert!(candidates[0]["thumb"].as_str().unwrap().starts_with("http"));

    let file = |name: &str| json!({ "name": name, "section": "Finals", "replace": true, "stage": "final" });
    let started = studio.upload(file("img_1.JPG"), 2).await;
    assert_eq!(started["photo"], first.as_str());
    assert_eq!(studio.shown(&first).await, (2, Stage::Final, crc(2)));
    let photo = studio.photo(&first).await;
    assert_eq!(
        (photo.section.as_str(), photo.file_name.as_str()),
        ("Ceremony", "IMG_1.jpg")
    );
    let new = studio.upload(file("IMG_2.jpg"), 5).await;
    let new: PhotoId = new["photo"].as_str().unwrap().parse().unwrap();
    assert_eq!(studio.shown(&new).await, (1, Stage::Final, crc(5)));
    assert_eq!(studio.photos().await.len(), 4);

    let mut again = files[0].clone();
    assert_eq!(
        studio.plan(&json!([again])).await["sentence"],
        "1 to compare"
    );
    again["crc32"] = json!(crc(2));
    assert_eq!(
        studio.plan(&json!([again])).await["sentence"],
        "1 here already"
    );
    again["crc32"] = json!(crc(3));
    assert_eq!(
        studio.plan(&json!([again])).await["sentence"],
        "1 replace",
        "as many bytes"
    );
}

/// P48: a file that is here already and is said to be Final is not sent; its photograph is Final, once, and the activity says
/// by whom. A file of as many bytes is another one.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_here_already_is_only_marked() {
    let mut studio = Studio::open().await;
    let id = studio.put("Ceremony/IMG_1.jpg", 1).await;
    let size = picture(1).len();
    let mut file = json!({
        "name": "IMG_1.jpg", "section": "Ceremony", "size": size, "replace": true, "stage": "final"
    });
    assert_eq!(
        studio.start(&file).await.status,
        200,
        "whether it is the same is not known"
    );
    file["crc32"] = json!(crc(2));
    assert_eq!(studio.start(&file).await.status, 200, "it is not");
    assert_eq!(studio.shown(&id).await, (1, Stage::Undefined, crc(1)));

    file["crc32"] = json!(crc(1));
    for (name, section, replace) in [
        ("IMG_1.jpg", "Ceremony", true),
        ("img_1.jpg", "Finals", true),
        ("IMG_1.jpg", "Ceremony", false),
    ] {
        file["name"] = json!(name);
        file["section"] = json!(section);
        file["replace"] = json!(replace);
        let answer = studio.start(&file).await;
        let said = answer.json();
        assert_eq!(answer.status, 409, "{said}");
        assert_eq!(
            (&said["same"], &said["photo"]),
            (&json!(true), &json!(id.as_str()))
        );
        assert_eq!(studio.shown(&id).await, (1, Stage::Final, crc(1)));
    }
    let told = async |studio: &Studio| {
        let (table, gallery) = (studio.house.emulators.table(), studio.seeded.gallery.id);
        let now = tests::emulators::now();
        let events = table.events(Some(gallery), 50, None, now).await.unwrap().0;
        let replaced = events
            .into_iter()
            .filter_map(|event| match (event.who, event.what) {
                (Who::Member(_), What::Replaced { change, .. }) => Some(change),
                _ => None,
            });
        replaced.collect::<Vec<_>>()
    };
    assert_eq!(told(&studio).await, ["the same file came again as Final"]);

    // without *replace*: as many bytes are compared first, and another file is asked about
    file["crc32"] = json!(null);
    let said = studio.start(&file).await.json();
    assert_eq!(
        (&said["same"], &said["compare"]),
        (&json!(false), &json!(true))
    );
    file["crc32"] = json!(crc(2));
    let said = studio.start(&file).await.json();
    assert_eq!(
        (&said["same"], &said["compare"]),
        (&json!(false), &json!(false))
    );
}

/// 4.5: where several photographs have the name, nothing is begun until one is chosen.
#[tokio::test(flavor = "multi_thread")]
async fn several_of_a_name_are_asked_about() {
    let mut studio = Studio::open().await;
    let a = studio.put("A/x.jpg", 1).await;
    let b = studio.put("B/x.jpg", 2).await;
    let mut file = json!({ "name": "x.jpg", "section": "Finals", "size": 9, "replace": true });
    let asked = studio.start(&file).await;
    assert_eq!(
        (asked.status.as_u16(), &asked.json()["error"]),
        (409, &json!("ambiguous"))
    );
    file["target"] = json!(b.as_str());
    studio.upload(file, 3).await;
    assert_eq!(studio.shown(&a).await, (1, Stage::Undefined, crc(1)));
    assert_eq!(studio.shown(&b).await, (2, Stage::Undefined, crc(3)));
}

/// P28: *Replace* on one photograph takes a file of any name and kind; the camera's name stays, what is downloaded opens,
/// and the one before can be fetched still. A photograph of another gallery is no target.
#[tokio::test(flavor = "multi_thread")]
async fn one_photograph_is_replaced_by_any_file() {
    let mut studio = Studio::open().await;
    let id = studio.put("Ceremony/IMG_1.tif", 1).await;
    let before = studio.photo(&id).await;
    let file = |name: &str| json!({ "name": name, "target": id.as_str(), "stage": "final" });
    let started = studio.upload(file("retouched by Eva.jpg"), 2).await;
    let folder = &studio.seeded.gallery.folder;
    assert_eq!(started["key"], format!("{folder}/Ceremony/IMG_1.jpg"));
    let photo = studio.photo(&id).await;
    assert_eq!(
        (photo.file_name.as_str(), photo.saved_as().as_str()),
        ("IMG_1.tif", "IMG_1.jpg")
    );
    assert_eq!(studio.shown(&id).await, (2, Stage::Final, crc(2)));

    // of the same kind it goes over the one before
    let again = studio.upload(file("another.jpeg"), 3).await;
    assert_eq!(again["key"], started["key"]);
    assert_eq!(studio.shown(&id).await, (3, Stage::Final, crc(3)));
    let table = studio.house.emulators.table();
    let first = table.version(studio.seeded.gallery.id, &id, 1).await;
    let first = first.unwrap().unwrap();
    assert_eq!((first.key, first.version), (before.key, before.version));

    let mut foreign = file("x.jpg");
    foreign["size"] = json!(9);
    foreign["target"] = json!(PhotoId::of_key("elsewhere").as_str());
    assert_eq!(studio.start(&foreign).await.status, 404);
}

/// P26: the gallery says what a file is that is put straight into its folder; the form's word does not depend on it.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_replace_makes_photographs_of_their_own() {
    let mut studio = Studio::open().await;
    studio.put("A/x.jpg", 1).await;
    let table = studio.house.emulators.table();
    let mut gallery = studio.seeded.gallery.clone();
    gallery.incoming = Incoming {
        replace: true,
        stage: Stage::Final,
    };
    assert!(table.save_settings(&gallery, 0).await.unwrap());
    let file = json!({ "name": "x.jpg", "section": "B", "stage": "proof" });
    let started = studio.upload(file, 2).await;
    let id = started["photo"].as_str().unwrap().parse().unwrap();
    assert_eq!(studio.shown(&id).await, (1, Stage::Proof, crc(2)));
    studio.put("C/x.jpg", 3).await;
    assert_eq!(studio.photos().await.len(), 2, "two of that name: it waits");
    let waiting = table.waiting(gallery.id).await.unwrap();
    assert_eq!(waiting.len(), 1);
}
