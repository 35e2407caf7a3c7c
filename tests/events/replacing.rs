//! Proofs and finals under two keys, put, put again and deleted, their events late, twice and in any order: the photograph
//! always ends the same (R-1.3, P26).

use crate::uploads::Bench;
use domain::gallery::Incoming;
use domain::photo::{Photo, Stage};
use futures::future::join_all;
use rendition::event::SqsEvent;
use rendition::handle;
use std::time::Duration;
use sweep::{Broom, sweep};
use table::{Choice, ResolvedWaiting};
use tests::photographs::jpeg;

const PROOF: &str = "Ceremony/IMG_2041.jpg";
const FINAL: &str = "Finals/img_2041.JPG";

/// What somebody does in the bucket; the number is a photograph's content.
#[derive(Clone, Copy, Debug)]
enum Do {
    Put(&'static str, u32),
    Delete(&'static str),
}

use Do::{Delete, Put};

impl Do {
    fn path(self) -> &'static str {
        match self {
            Put(path, _) | Delete(path) => path,
        }
    }
}

/// What happens after the proof (content 1) is there, is marked Proof, and names began to replace with the state Final;
/// and what clients see in the end: key, content, state.
const STORIES: [(&[Do], &str, u32, Stage); 9] = [
    (&[Put(FINAL, 2)], FINAL, 2, Stage::Final),
    (&[Put(FINAL, 2), Put(PROOF, 1)], FINAL, 2, Stage::Final),
    (&[Put(FINAL, 2), Put(PROOF, 3)], PROOF, 3, Stage::Final),
    (&[Put(FINAL, 2), Delete(FINAL)], PROOF, 1, Stage::Proof),
    (&[Put(FINAL, 2), Delete(PROOF)], FINAL, 2, Stage::Final),
    (&[Delete(PROOF), Put(PROOF, 3)], PROOF, 3, Stage::Final),
    (
        &[Put(FINAL, 2), Put(FINAL, 3), Delete(PROOF)],
        FINAL,
        3,
        Stage::Final,
    ),
    (
        &[Put(FINAL, 2), Delete(FINAL), Put(FINAL, 2)],
        FINAL,
        2,
        Stage::Final,
    ),
    (
        &[Put(FINAL, 2), Delete(PROOF), Put(PROOF, 1)],
        FINAL,
        2,
        Stage::Final,
    ),
];

/// One gallery in which a story happens, with its events heard in one way.
struct Telling {
    folder: String,
    story: usize,
    /// A bit for each event: heard at once.
    prompt: u32,
    /// What is heard at the end is heard from the last to the first.
    backwards: bool,
}

impl Telling {
    fn ops(&self) -> &'static [Do] {
        STORIES[self.story].0
    }

    fn key(&self, path: &str) -> String {
        format!("{}/{path}", self.folder)
    }

    async fn act(&self, bench: &Bench, op: Do) {
        let key = self.key(op.path());
        match op {
            Put(_, content) => bench.put_photograph(&key, picture(content)).await,
            Delete(_) => bench.delete(&key).await,
        }
    }

    async fn step(&self, bench: &Bench, place: usize) {
        let Some(op) = self.ops().get(place) else {
            return;
        };
        self.act(bench, *op).await;
        if self.prompt >> place & 1 == 1 {
            bench.hear(&self.key(op.path())).await;
        }
    }

    /// Every event is heard at the end, also those that were heard before, and then all of them once more.
    async fn end(&self, bench: &Bench) {
        let mut paths: Vec<&str> = self.ops().iter().map(|op| op.path()).collect();
        if self.backwards {
            paths.reverse();
        }
        for path in paths.iter().chain(&paths) {
            bench.hear(&self.key(path)).await;
        }
    }
}

fn picture(content: u32) -> Vec<u8> {
    jpeg(64, 48, content.into(), "2026:06:14 15:04:05")
}

impl Bench {
    /// What S3 would say of a key, handled.
    async fn hear(&self, key: &str) {
        let encoded: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
        let body = serde_json::json!({ "Records": [{ "s3": { "object": { "key": encoded } } }] });
        let batch =
            serde_json::json!({ "Records": [{ "messageId": "1", "body": body.to_string() }] });
        let batch: SqsEvent = serde_json::from_value(batch).unwrap();
        let deadline = tests::emulators::now() + jiff::SignedDuration::from_secs(60);
        let answer = serde_json::to_value(handle(&self.workshop, batch, deadline).await).unwrap();
        assert_eq!(answer["batchItemFailures"], serde_json::json!([]), "{key}");
    }

    async fn incoming(&self, gallery: domain::ids::GalleryId) {
        let table = self.emulators.table();
        let (mut gallery, _) = table.gallery(gallery).await.unwrap().unwrap();
        gallery.incoming = Incoming {
            replace: true,
            stage: Stage::Final,
        };
        let seen = gallery.settings_revision;
        assert!(table.save_settings(&gallery, seen).await.unwrap());
    }

    fn broom(&self) -> Broom {
        Broom {
            zone: jiff::tz::TimeZone::UTC,
            table: self.emulators.table_of("SweepFunction"),
            originals: self.emulators.originals_of("SweepFunction"),
            renditions: self.emulators.renditions_of("SweepFunction"),
        }
    }

    async fn photos_of(&self, gallery: domain::ids::GalleryId) -> Vec<Photo> {
        self.emulators.table().photos_of(gallery).await.unwrap()
    }
}

/// P26, C23: whatever comes late, twice or the wrong way round, it is one photograph of one id, in its section, and
/// shows what the bucket says.
#[tokio::test(flavor = "multi_thread")]
async fn proofs_and_finals_end_the_same_in_any_order() {
    let bench = Bench::new().await;
    let mut tellings = Vec::new();
    for (story, (ops, ..)) in STORIES.iter().enumerate() {
        for prompt in 0..1 << ops.len() {
            for backwards in [false, true] {
                let folder = format!("{story}-{prompt}-{backwards}");
                tellings.push(Telling {
                    folder,
                    story,
                    prompt,
                    backwards,
                });
            }
        }
    }
    let begin = async |telling: &Telling| {
        let folder = telling.folder.as_str();
        let seeded = bench
            .emulators
            .gallery_in(folder, "Any order", "482916")
            .await;
        telling.act(&bench, Put(PROOF, 1)).await;
        bench.hear(&telling.key(PROOF)).await;
        let gallery = seeded.gallery.id;
        let id = bench.photos_of(gallery).await[0].id.clone();
        let (table, proof) = (bench.emulators.table(), Some(Stage::Proof));
        table
            .mark_photos(gallery, &[id], proof, None)
            .await
            .unwrap();
        bench.incoming(gallery).await;
        gallery
    };
    let galleries = join_all(tellings.iter().map(begin)).await;
    for place in 0..3 {
        // S3 tells the time of an object in whole seconds: what comes later is later by a second
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        join_all(tellings.iter().map(|telling| telling.step(&bench, place))).await;
    }
    join_all(tellings.iter().map(|telling| telling.end(&bench))).await;
    for (telling, gallery) in tellings.iter().zip(galleries) {
        let (_, path, content, stage) = STORIES[telling.story];
        let photos = bench.photos_of(gallery).await;
        let folder = &telling.folder;
        assert_eq!(photos.len(), 1, "{folder}");
        let photo = &photos[0];
        let shown = (
            photo.key.clone(),
            photo.stage,
            photo.picture().unwrap().crc32,
        );
        let crc32 = crc32fast::hash(&picture(content));
        assert_eq!(shown, (telling.key(path), stage, crc32), "{folder}");
        let first = domain::ids::PhotoId::of_key(&telling.key(PROOF));
        assert_eq!(
            (&photo.id, photo.section.as_str(), photo.file_name.as_str()),
            (&first, "Ceremony", "IMG_2041.jpg"),
            "{folder}"
        );
    }
}

/// P31: after a folder was put twice and its photographs replaced, nothing is left for the sweep to say again; and
/// what a lost event left behind is found.
#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_finds_every_key_settled() {
    let bench = Bench::new().await;
    let gallery = bench.seeded.gallery.id;
    let key = |path: &str| format!("{}/{path}", bench.seeded.gallery.folder);
    let put = async |path: &str, content| {
        bench.put_photograph(&key(path), picture(content)).await;
        bench.hear(&key(path)).await;
    };
    put(PROOF, 1).await;
    bench.incoming(gallery).await;
    put(FINAL, 2).await;
    put(PROOF, 1).await;
    put("IMG_2041.tif", 3).await; // of the same batch: it waits
    let waiting = bench.emulators.table().waiting(gallery).await.unwrap();
    assert_eq!(waiting.len(), 1);
    let broom = bench.broom();
    let swept = async || {
        let report = sweep(&broom, tests::emulators::now()).await.unwrap();
        (report.repaired, report.orphans)
    };
    assert_eq!(swept().await, (0, 0));

    let choice = Choice::Replace(waiting[0].candidates[0].clone());
    let table = bench.emulators.table();
    let answer = table
        .resolve_waiting(gallery, &waiting[0].id, &choice)
        .await;
    assert!(matches!(answer.unwrap(), ResolvedWaiting::Done { .. }));
    assert_eq!(swept().await, (1, 0), "an answer nobody acted on");
    bench.hear(&key("IMG_2041.tif")).await;
    assert_eq!(bench.photos_of(gallery).await[0].number, 3);

    // both deletions are lost: what is shown goes back to the proof, and then goes
    bench.delete(&key("IMG_2041.tif")).await;
    bench.delete(&key(FINAL)).await;
    assert_eq!(swept().await, (0, 1));
    assert_eq!(bench.photos_of(gallery).await[0].key, key(PROOF));
    bench.delete(&key(PROOF)).await;
    assert_eq!(swept().await, (0, 1));
    assert!(bench.photos_of(gallery).await.is_empty());
    assert_eq!(bench.rendition_keys().await, Vec::<String>::new());
}

/// P48: a photograph that needed no retouching is put among the finals with the bytes it has, by any S3 client: it is Final,
/// by a new object and not by an event that comes again.
#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_is_put_as_final_unchanged_is_final() {
    let bench = Bench::new().await;
    let gallery = bench.seeded.gallery.id;
    let key = |path: &str| format!("{}/{path}", bench.seeded.gallery.folder);
    let put = async |path: &str| {
        bench.put_photograph(&key(path), picture(1)).await;
        bench.hear(&key(path)).await;
    };
    let shown = async || {
        let photo = bench.photos_of(gallery).await.remove(0);
        (photo.stage, photo.number, photo.id)
    };
    put(PROOF).await;
    let (.., id) = shown().await;
    let mark = async |stage| {
        let table = bench.emulators.table();
        let ids = std::slice::from_ref(&id);
        let marked = table.mark_photos(gallery, ids, Some(stage), None).await;
        assert_eq!(marked.unwrap(), 1);
    };
    bench.incoming(gallery).await;
    for path in [PROOF, FINAL] {
        mark(Stage::Proof).await;
        put(path).await;
        assert_eq!(shown().await, (Stage::Final, 1, id.clone()), "{path}");
        mark(Stage::Proof).await;
        for path in [path, PROOF] {
            bench.hear(&key(path)).await;
        }
        assert_eq!(shown().await, (Stage::Proof, 1, id.clone()), "{path}");
    }
}

/// P26: a file that cannot be read takes no photograph away: what was shown stays, and the studio is told.
#[tokio::test(flavor = "multi_thread")]
async fn a_broken_final_leaves_the_proof_shown() {
    let bench = Bench::new().await;
    let gallery = bench.seeded.gallery.id;
    let key = format!("{}/{PROOF}", bench.seeded.gallery.folder);
    bench.put_photograph(&key, picture(1)).await;
    bench.hear(&key).await;
    let shown = bench.photos_of(gallery).await.remove(0);
    bench.put_photograph(&key, b"no photograph".to_vec()).await;
    bench.hear(&key).await;
    bench.hear(&key).await;
    let mut told = bench.photos_of(gallery).await.remove(0);
    let refused = told.refused.take().unwrap();
    assert_eq!((refused.code.as_str(), told), ("not-an-image", shown));
}
