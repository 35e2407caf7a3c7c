//! What S3 writes into the queue and Lambda brings: whatever the event says, the row ends at what the bucket holds.

use crate::event;
use bucket::Renditions;
use domain::mark::{LogoId, Place, Setting};
use domain::photo::{MARKED, SIZES, State};
use mark::Marks;
use rendition::event::SqsEvent;
use rendition::{Workshop, handle};
use tests::emulators::{Emulators, Seeded};
use tests::photographs::jpeg;

/// The folder that the events' keys lie in.
const FOLDER: &str = "anna-mats-7k3q2m";
const IMG: &str = "Ceremony/IMG_2041.jpg";

/// What an event comes to.
#[derive(Clone, Copy, Debug)]
pub enum Then {
    /// These objects, put before, are photographs and ready.
    Ready(&'static [&'static str]),
    /// The photograph was there, its object is gone, and so is its row.
    Gone,
    /// Nothing to do, and done.
    Nothing,
    /// An object of no gallery, noted for the studio.
    Stray(&'static str),
    /// These messages come again; the photographs of the others are ready.
    Again(&'static [&'static str], &'static [&'static str]),
}

/// Every file and what it comes to.
pub const CASES: &[(&str, Then)] = &[
    ("created-put.json", Then::Ready(&[IMG])),
    ("created-multipart.json", Then::Ready(&[IMG])),
    ("created-copy.json", Then::Ready(&["IMG_2041.jpg"])),
    ("tagging-put.json", Then::Ready(&[IMG])),
    ("newer-version.json", Then::Ready(&[IMG])),
    (
        "two-records.json",
        Then::Ready(&[IMG, "Ceremony/IMG_2042.jpg"]),
    ),
    ("duplicate-batch.json", Then::Ready(&[IMG])),
    (
        "special-characters.json",
        Then::Ready(&["Café & Garten/Tanz é 1+1 100%.jpg"]),
    ),
    (
        "unicode-decomposed.json",
        Then::Ready(&["Cafe\u{301}/🎞.jpg"]),
    ),
    ("delete-marker.json", Then::Gone),
    ("folder-marker.json", Then::Nothing),
    ("test-event.json", Then::Nothing),
    ("no-gallery.json", Then::Stray("Wedding 2026/IMG_2041.jpg")),
    (
        "malformed-body.json",
        Then::Again(&["059f36b4-87a3-44ab-83d2-661975830a7d"], &[]),
    ),
    (
        "malformed-other-service.json",
        Then::Again(&["059f36b4-87a3-44ab-83d2-661975830a7d"], &[]),
    ),
    (
        "malformed-no-key.json",
        Then::Again(&["059f36b4-87a3-44ab-83d2-661975830a7d"], &[]),
    ),
    ("partial-batch.json", Then::Again(&["bad-1"], &[IMG])),
];

pub(crate) struct Bench {
    pub(crate) emulators: Emulators,
    pub(crate) workshop: Workshop,
    pub(crate) seeded: Seeded,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let emulators = Emulators::start().await;
        let workshop = Workshop {
            table: emulators.table_of("RenditionFunction"),
            originals: emulators.originals_of("RenditionFunction"),
            renditions: emulators.renditions_of("RenditionFunction"),
            limits: imaging::Limits::default(),
            marks: Marks::new(emulators.renditions_of("RenditionFunction")),
            studio: "Åsa Öberg Foto".into(),
        };
        let seeded = emulators.gallery_in(FOLDER, "Anna & Mats", "482916").await;
        Self {
            emulators,
            workshop,
            seeded,
        }
    }

    async fn put(&self, key: &str) {
        let photograph = jpeg(320, 240, 7, "2026:06:14 15:04:05");
        self.put_photograph(key, photograph).await;
    }

    pub(crate) async fn put_photograph(&self, key: &str, photograph: Vec<u8>) {
        let put = self
            .emulators
            .s3
            .put_object()
            .bucket(&self.emulators.originals)
            .key(key);
        put.body(photograph.into()).send().await.unwrap();
    }

    pub(crate) async fn delete(&self, key: &str) {
        let delete = self
            .emulators
            .s3
            .delete_object()
            .bucket(&self.emulators.originals);
        delete.key(key).send().await.unwrap();
    }

    /// Keys in the renditions bucket, in order.
    pub(crate) async fn rendition_keys(&self) -> Vec<String> {
        let list = self
            .emulators
            .s3
            .list_objects_v2()
            .bucket(&self.emulators.renditions);
        let listed = list.send().await.unwrap();
        let keys = listed.contents().iter();
        keys.map(|object| object.key().unwrap().to_owned())
            .collect()
    }

    async fn rendition(&self, key: &str) -> Vec<u8> {
        let get = self
            .emulators
            .s3
            .get_object()
            .bucket(&self.emulators.renditions);
        let got = get.key(key).send().await.unwrap();
        got.body.collect().await.unwrap().to_vec()
    }

    /// Handles the event; the messages that come again.
    async fn handle(&self, file: &str) -> Vec<String> {
        let batch: SqsEvent = serde_json::from_value(event(&format!("rendition/{file}"))).unwrap();
        let deadline = tests::emulators::now() + jiff::SignedDuration::from_secs(60);
        let answer = handle(&self.workshop, batch, deadline).await;
        let answer = serde_json::to_value(&answer).unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap();
        failures
            .iter()
            .map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned())
            .collect()
    }

    /// Paths and states in the table.
    async fn photos(&self) -> Vec<(String, bool)> {
        let photos = self
            .emulators
            .table()
            .photos_of(self.seeded.gallery.id)
            .await
            .unwrap();
        let mut photos: Vec<(String, bool)> = photos
            .into_iter()
            .map(|photo| {
                let path = photo
                    .key
                    .strip_prefix(&format!("{FOLDER}/"))
                    .unwrap()
                    .to_owned();
                (path, matches!(photo.state, State::Ready(_)))
            })
            .collect();
        photos.sort();
        photos
    }
}

fn ready(paths: &[&str]) -> Vec<(String, bool)> {
    let mut paths: Vec<_> = paths
        .iter()
        .map(|path| ((*path).to_owned(), true))
        .collect();
    paths.sort();
    paths
}

/// each shape, and the same again: the second time changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn every_upload_event_ends_at_what_the_bucket_holds() {
    for (file, then) in CASES {
        let bench = Bench::new().await;
        match then {
            Then::Ready(paths) | Then::Again(_, paths) => {
                for path in *paths {
                    bench.put(&format!("{FOLDER}/{path}")).await;
                }
            }
            Then::Gone => {
                bench.put(&format!("{FOLDER}/{IMG}")).await;
                assert!(bench.handle("created-put.json").await.is_empty());
                assert_eq!(bench.photos().await, ready(&[IMG]));
                bench.delete(&format!("{FOLDER}/{IMG}")).await;
            }
            Then::Stray(key) => bench.put(key).await,
            Then::Nothing => {}
        }
        for round in ["first", "second"] {
            let again = bench.handle(file).await;
            let photos = bench.photos().await;
            match then {
                Then::Ready(paths) => {
                    assert_eq!((again, photos), (vec![], ready(paths)), "{file}, {round}")
                }
                Then::Again(ids, paths) => {
                    assert_eq!(again, *ids, "{file}, {round}");
                    assert_eq!(photos, ready(paths), "{file}, {round}");
                }
                Then::Gone | Then::Nothing => {
                    assert_eq!((again, photos), (vec![], vec![]), "{file}, {round}")
                }
                Then::Stray(key) => {
                    assert_eq!((again, photos), (vec![], vec![]), "{file}, {round}");
                    let strays = bench.emulators.table().strays().await.unwrap();
                    let keys: Vec<&str> = strays.iter().map(|stray| stray.key.as_str()).collect();
                    assert_eq!(keys, [*key], "{file}, {round}");
                }
            }
        }
    }
}

/// an event for an object that is not there (deleted meanwhile, or never ours) makes no row.
#[tokio::test(flavor = "multi_thread")]
async fn an_event_without_an_object_makes_nothing() {
    let bench = Bench::new().await;
    for (file, then) in CASES {
        if matches!(then, Then::Again(..)) {
            continue;
        }
        assert_eq!(bench.handle(file).await, Vec::<String>::new(), "{file}");
    }
    assert_eq!(bench.photos().await, vec![]);
    assert!(bench.emulators.table().strays().await.unwrap().is_empty());
}

/// P21: the sizes worth keeping lie in the bucket a second time with the studio's name across them, of the same
/// dimensions, the row says so, and nothing stays behind when the photograph goes.
#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_is_kept_clean_and_marked_until_it_is_deleted() {
    let bench = Bench::new().await;
    let key = format!("{FOLDER}/{IMG}");
    let photograph = jpeg(1_600, 1_200, 7, "2026:06:14 15:04:05");
    bench.put_photograph(&key, photograph).await;
    assert!(bench.handle("created-put.json").await.is_empty());

    let gallery = bench.seeded.gallery.id;
    let photos = bench.emulators.table().photos_of(gallery).await.unwrap();
    let picture = photos[0].picture().unwrap();
    assert!(picture.marked);
    let clean = |edge| Renditions::key(gallery, &photos[0].id, &picture.tag, edge);
    let marked = |edge| Renditions::marked_key(gallery, &photos[0].id, &picture.tag, edge);
    let mut keys: Vec<String> = SIZES.map(clean).into();
    keys.extend(MARKED.map(marked));
    keys.sort();
    assert_eq!(bench.rendition_keys().await, keys);

    for edge in MARKED {
        let clean = bench.rendition(&clean(edge)).await;
        let marked = bench.rendition(&marked(edge)).await;
        assert_ne!(clean, marked);
        let size = |jpeg: &[u8]| {
            let read = imaging::render(jpeg, &imaging::Limits::default(), None).unwrap();
            (read.width, read.height)
        };
        assert_eq!(size(&clean), size(&marked));
    }

    bench.delete(&key).await;
    assert!(bench.handle("delete-marker.json").await.is_empty());
    assert_eq!(bench.rendition_keys().await, Vec::<String>::new());
}

/// P21: the logo that the studio has set is on the very next photograph, and only on its marked renditions.
#[tokio::test(flavor = "multi_thread")]
async fn a_changed_mark_counts_for_the_next_photograph() {
    let bench = Bench::new().await;
    let red = red_logo();
    let id = LogoId::of(&red);
    let studio = bench.emulators.renditions_of("StudioFunction");
    studio.put_logo(&id, red).await.unwrap();
    let setting = Setting {
        logo: Some(id),
        by_logo: true,
        place: Place::Centre,
        opacity: 100,
        ..Setting::usual("Åsa Öberg Foto")
    };
    let table = bench.emulators.table();
    assert!(table.save_studio_mark(&setting).await.unwrap());
    bench.put(&format!("{FOLDER}/{IMG}")).await;
    assert!(bench.handle("created-put.json").await.is_empty());
    let photos = table.photos_of(bench.seeded.gallery.id).await.unwrap();
    let picture = photos[0].picture().unwrap();
    assert!(picture.marked);
    let (edge, ..) = picture.renditions[0];
    let (gallery, photo) = (bench.seeded.gallery.id, &photos[0].id);
    let clean = Renditions::key(gallery, photo, &picture.tag, edge);
    let marked = Renditions::marked_key(gallery, photo, &picture.tag, edge);
    let redness = async |key: &str| {
        let jpeg = bench.rendition(key).await;
        let rendered = imaging::render(&jpeg[..], &imaging::Limits::default(), None);
        let [r, g, b] = rendered.unwrap().average;
        i32::from(r) - i32::from(g.max(b))
    };
    let (clean, marked) = (redness(&clean).await, redness(&marked).await);
    assert!(marked > clean + 10, "{clean}, {marked}");
}

/// A red square as the studio's page stores it.
fn red_logo() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 64, 64);
    encoder.set_color(png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    let red = [255, 0, 0].repeat(64 * 64);
    writer.write_image_data(&red).unwrap();
    writer.finish().unwrap();
    imaging::Logo::read(&file).unwrap().png()
}

/// A name the mark's font cannot draw: the row says that there are no marked renditions, and there are none.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_mark_the_row_says_so() {
    let mut bench = Bench::new().await;
    bench.workshop.studio = "写真館".into();
    bench.put(&format!("{FOLDER}/{IMG}")).await;
    assert!(bench.handle("created-put.json").await.is_empty());
    let photos = bench
        .emulators
        .table()
        .photos_of(bench.seeded.gallery.id)
        .await;
    let photos = photos.unwrap();
    let picture = photos[0].picture().unwrap();
    assert!(!picture.marked);
    let keys = bench.rendition_keys().await;
    assert_eq!(keys.len(), picture.renditions.len());
    assert!(keys.iter().all(|key| !key.contains("marked")));
}
