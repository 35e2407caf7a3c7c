//! What S3 says of a job that was asked: a file under `products/`, or why there is none, however often it is said (P39).

use crate::event;
use domain::mark::Look;
use domain::photo::Photo;
use domain::product::{Job, Output, Product, Size, defaults};
use mark::Marks;
use product::event::SqsEvent;
use product::{Workshop, handle};
use tests::emulators::{Emulators, ready};
use tests::photographs::jpeg;

/// Every file and whether its messages come again.
pub const CASES: &[(&str, &[&str])] = &[
    ("created-put.json", &[]),
    ("no-job.json", &[]),
    ("test-event.json", &[]),
    (
        "malformed-body.json",
        &["6d1f36b4-87a3-44ab-83d2-661975830a7d"],
    ),
];

/// What is drawn by a studio that has set nothing.
fn studio() -> Look {
    Look::usual("Studio")
}

struct Bench {
    emulators: Emulators,
    workshop: Workshop,
}

impl Bench {
    async fn new() -> Self {
        let emulators = Emulators::start().await;
        let workshop = Workshop {
            originals: emulators.originals_of("ProductFunction"),
            archives: emulators.archives_of("ProductFunction"),
            marks: Marks::new(emulators.renditions_of("ProductFunction")),
            limits: imaging::Limits::default(),
        };
        Self {
            emulators,
            workshop,
        }
    }

    /// A photograph whose object is these bytes.
    async fn photo(&self, bytes: Vec<u8>) -> Photo {
        let seeded = self.emulators.gallery("Anna & Mats", "482916").await;
        let photo = self
            .emulators
            .photo(&seeded.gallery, "Ceremony/IMG_2041.jpg", ready())
            .await;
        let put = self.emulators.s3.put_object();
        let put = put.bucket(&self.emulators.originals).key(&photo.key);
        let stored = put.body(bytes.into()).send().await.unwrap();
        let mut photo = photo;
        photo.version.id = stored.version_id().unwrap().to_owned();
        photo
    }

    /// Asks for a file as the download function does.
    async fn ask(&self, job: &Job) {
        let archives = self.emulators.archives_of("DownloadFunction");
        let (now, patience) = (tests::emulators::now(), jiff::SignedDuration::ZERO);
        let (key, text) = (job.key(), job.text());
        archives.ask(&key, text, patience, now).await.unwrap();
    }

    /// Handles the event; the messages that come again. The file's keys stand for those of this job.
    async fn handle(&self, file: &str, job: Option<&Job>) -> Vec<String> {
        let text = event(&format!("product/{file}")).to_string();
        let text = match job {
            Some(job) => text.replace("jobs/4f0d6d5d9f.json", &job.key()),
            None => text,
        };
        let batch: SqsEvent = serde_json::from_str(&text).unwrap();
        let answer = serde_json::to_value(handle(&self.workshop, batch).await).unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap();
        failures
            .iter()
            .map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn object(&self, key: &str) -> Option<Vec<u8>> {
        let get = self.emulators.s3.get_object();
        let got = get.bucket(&self.emulators.archives).key(key).send().await;
        Some(got.ok()?.body.collect().await.unwrap().to_vec())
    }

    /// Keys in the archives bucket, in order.
    async fn keys(&self) -> Vec<String> {
        let list = self.emulators.s3.list_objects_v2();
        let listed = list.bucket(&self.emulators.archives).send().await.unwrap();
        let keys = listed.contents().iter();
        keys.map(|object| object.key().unwrap().to_owned())
            .collect()
    }
}

fn small() -> Product {
    let [_, small] = defaults();
    small
}

/// P39: the file is made of the version that was asked of, at the product's size, and stored under the job's name; a
/// duplicate of the event changes nothing.
#[tokio::test]
async fn a_job_becomes_a_file_once() {
    let bench = Bench::new().await;
    let photo = bench
        .photo(jpeg(2400, 1600, 7, "2026:06:14 15:04:05"))
        .await;
    let replaced = jpeg(64, 64, 9, "2026:06:14 15:04:05");
    let put = bench.emulators.s3.put_object().key(&photo.key);
    let put = put.bucket(&bench.emulators.originals).body(replaced.into());
    put.send().await.unwrap();
    let job = Job::of(&small(), &photo, &studio()).unwrap();
    bench.ask(&job).await;
    assert!(
        bench
            .handle("created-put.json", Some(&job))
            .await
            .is_empty()
    );
    let file = bench.object(&job.file_key()).await.unwrap();
    let made = libjpeg_size(&file);
    assert_eq!(made, (2048, 1365));
    let put = bench.emulators.s3.put_object().key(job.file_key());
    let put = put
        .bucket(&bench.emulators.archives)
        .body(b"kept".to_vec().into());
    put.send().await.unwrap();
    assert!(
        bench
            .handle("created-put.json", Some(&job))
            .await
            .is_empty()
    );
    assert_eq!(
        bench.object(&job.file_key()).await.unwrap(),
        b"kept",
        "it was made already"
    );
    assert_eq!(bench.keys().await, [job.key(), job.file_key()]);
}

/// Pixels across and down, by another decoder.
fn libjpeg_size(file: &[u8]) -> (u32, u32) {
    let rendered = imaging::render(file, &imaging::Limits::default(), None).unwrap();
    (rendered.width, rendered.height)
}

/// what will never be made says why, in words, and its message does not come again.
#[tokio::test]
async fn what_cannot_be_made_says_why() {
    let bench = Bench::new().await;
    let photo = bench.photo(b"no photograph".to_vec()).await;
    let gone = bench.photo(jpeg(320, 240, 8, "2026:06:14 15:04:05")).await;
    let delete = bench.emulators.s3.delete_object().key(&gone.key);
    let delete = delete.bucket(&bench.emulators.originals);
    delete.version_id(&gone.version.id).send().await.unwrap();
    let mut marked = small();
    if let Output::Rendered(recipe) = &mut marked.output {
        (recipe.mark, recipe.size) = (true, Size::Full);
    }
    let readable = bench.photo(jpeg(320, 240, 7, "2026:06:14 15:04:05")).await;
    for (job, says) in [
        (
            Job::of(&small(), &photo, &studio()).unwrap(),
            "not a picture file",
        ),
        (Job::of(&small(), &gone, &studio()).unwrap(), "was replaced"),
        (
            Job::of(&marked, &readable, &Look::usual("写真館")).unwrap(),
            "cannot be drawn",
        ),
    ] {
        bench.ask(&job).await;
        assert!(
            bench
                .handle("created-put.json", Some(&job))
                .await
                .is_empty()
        );
        assert_eq!(bench.object(&job.file_key()).await, None);
        let why = String::from_utf8(bench.object(&job.refused_key()).await.unwrap()).unwrap();
        assert!(why.contains(says), "{why}");
    }
}

/// Every file of `events/product` is read; a job that is gone, or an object that is none, is done.
#[tokio::test]
async fn every_event_comes_to_an_end() {
    let bench = Bench::new().await;
    let put = bench.emulators.s3.put_object().key("jobs/no-job.json");
    let put = put
        .bucket(&bench.emulators.archives)
        .body(b"{}".to_vec().into());
    put.send().await.unwrap();
    for (file, again) in CASES {
        assert_eq!(bench.handle(file, None).await, *again, "{file}");
    }
    assert_eq!(bench.keys().await, ["jobs/no-job.json"]);
}

/// The function reads jobs and stores products: it can neither ask for a file nor touch an original.
#[tokio::test]
async fn the_function_can_make_no_loop() {
    let bench = Bench::new().await;
    let archives = &bench.workshop.archives;
    assert!(
        archives
            .put("jobs/own.json", b"{}".to_vec(), "application/json")
            .await
            .is_err()
    );
    let s3 = bench.emulators.s3_of("ProductFunction");
    let photo = bench.photo(jpeg(320, 240, 7, "2026:06:14 15:04:05")).await;
    let put = s3
        .put_object()
        .bucket(&bench.emulators.originals)
        .key(&photo.key);
    assert!(put.body(b"x".to_vec().into()).send().await.is_err());
    let latest = s3
        .get_object()
        .bucket(&bench.emulators.originals)
        .key(&photo.key);
    assert!(
        latest.send().await.is_err(),
        "only the version that a job names"
    );
}
