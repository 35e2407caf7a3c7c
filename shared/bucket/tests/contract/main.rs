//! What the buckets promise, shown on the embedded S3 server over the real wire protocol.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use aws_sdk_s3::Client;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region, RequestChecksumCalculation};
use bucket::{Archives, Completed, Original, Originals, Read, Renditions};
use domain::ids::{GalleryId, PhotoId};
use jiff::{SignedDuration, Timestamp};
use local_s3::{AccessKey, BucketConfig, LocalS3};
use tempfile::TempDir;

/// A server of its own with the three buckets; dropped with the test.
struct Store {
    client: Client,
    originals: Originals,
    renditions: Renditions,
    archives: Archives,
    server: LocalS3,
    _dir: TempDir,
}

async fn store() -> Store {
    let dir = tempfile::tempdir().unwrap();
    let bucket = |name: &str, versioning| BucketConfig {
        name: name.into(),
        versioning,
        cors: vec![],
    };
    let buckets = vec![
        bucket("originals", true),
        bucket("renditions", false),
        bucket("archives", false),
    ];
    let server = LocalS3::open(dir.path(), "eu-central-1", buckets).unwrap();
    server.set_keys(vec![AccessKey {
        id: "id".into(),
        secret: "secret".into(),
        principal: "test".into(),
    }]);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(server.clone().serve(listener, std::future::pending()));
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
        .endpoint_url(format!("http://{address}"))
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .force_path_style(true)
        .build();
    let client = Client::from_conf(config);
    Store {
        originals: Originals::new(client.clone(), "originals".into()),
        renditions: Renditions::new(client.clone(), "renditions".into()),
        archives: Archives::new(client.clone(), "archives".into()),
        client,
        server,
        _dir: dir,
    }
}

impl Store {
    async fn put(&self, key: &str, body: &'static [u8]) {
        let put = self.client.put_object().bucket("originals").key(key);
        put.body(body.to_vec().into()).send().await.unwrap();
    }

    async fn delete(&self, key: &str) {
        let delete = self.client.delete_object().bucket("originals").key(key);
        delete.send().await.unwrap();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server verifies against the real clock"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

/// What a blocking reader of it gets.
async fn whole(original: Original) -> Vec<u8> {
    let mut reader = original.body.reader();
    let work = move || {
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut reader, &mut bytes).map(|_| bytes)
    };
    tokio::task::spawn_blocking(work).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_object_is_found_read_and_gone() {
    let s = store().await;
    assert_eq!(s.originals.head("f/Ä 1+1.jpg").await.unwrap(), None);
    s.put("f/Ä 1+1.jpg", b"light").await;
    let head = s.originals.head("f/Ä 1+1.jpg").await.unwrap().unwrap();
    assert_eq!(head.version.size, 5);
    assert!(!head.version.etag.contains('"'));
    let read = async |limit| s.originals.read("f/Ä 1+1.jpg", limit).await.unwrap();
    let Read::Open(original) = read(5).await else {
        panic!("five bytes were allowed");
    };
    assert_eq!(original.head, head);
    assert_eq!(whole(original).await, b"light");
    assert!(matches!(read(4).await, Read::TooLarge(too_large) if too_large == head));
    s.delete("f/Ä 1+1.jpg").await;
    assert_eq!(s.originals.head("f/Ä 1+1.jpg").await.unwrap(), None);
    assert!(matches!(read(5).await, Read::Gone));
}

/// L17, L25, R-3.5: the bytes of exactly that version, as an attachment under the camera's name, even after a
/// replacement.
#[tokio::test]
async fn a_presigned_download_is_the_version_that_was_asked_for() {
    let s = store().await;
    s.put("f/a.jpg", b"first").await;
    let first = s.originals.head("f/a.jpg").await.unwrap().unwrap();
    s.put("f/a.jpg", b"second").await;
    let url = s
        .originals
        .presign_download("f/a.jpg", &first.version.id, "Zoë \"1\".jpg", now())
        .await
        .unwrap();
    let answer = reqwest::get(url).await.unwrap();
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"Zo_ _1_.jpg\"; filename*=UTF-8''Zo%C3%AB%20_1_.jpg"
    );
    assert_eq!(header("content-type"), "application/octet-stream");
    assert_eq!(answer.bytes().await.unwrap().as_ref(), b"first");
}

/// P39: a file is made of the version it was asked of, whatever is under the key by then.
#[tokio::test]
async fn a_version_is_read_after_it_was_replaced() {
    let s = store().await;
    s.put("f/a.jpg", b"first").await;
    let first = s.originals.head("f/a.jpg").await.unwrap().unwrap();
    s.put("f/a.jpg", b"second").await;
    let version = first.version.id.as_str();
    let read = async |limit| s.originals.read_version("f/a.jpg", version, limit).await;
    let Read::Open(original) = read(9).await.unwrap() else {
        panic!("nine bytes were allowed");
    };
    assert_eq!(original.head.version, first.version);
    assert_eq!(whole(original).await, b"first");
    assert!(matches!(read(4).await.unwrap(), Read::TooLarge(_)));
}

/// P39: what is asked for twice is asked once, and again when nobody has answered for too long.
#[tokio::test]
async fn an_object_asks_once_while_it_is_fresh() {
    let s = store().await;
    let ask = async |text: &str, patience| {
        let ask = s.archives.ask("jobs/a.json", text.into(), patience, now());
        ask.await.unwrap();
        s.archives.text("jobs/a.json").await.unwrap().unwrap()
    };
    assert_eq!(s.archives.stored("jobs/a.json").await.unwrap(), None);
    assert_eq!(s.archives.text("jobs/a.json").await.unwrap(), None);
    assert_eq!(ask("1", SignedDuration::from_hours(1)).await, b"1");
    assert_eq!(ask("2", SignedDuration::from_hours(1)).await, b"1");
    assert_eq!(ask("3", SignedDuration::from_hours(-1)).await, b"3");
    assert!(s.archives.stored("jobs/a.json").await.unwrap().is_some());
}

/// P39, R-3.5: a made file is saved under the name the studio's pattern gives it.
#[tokio::test]
async fn a_made_file_is_saved_under_its_name() {
    let s = store().await;
    s.archives
        .put("products/a.png", b"made".to_vec(), "image/png")
        .await
        .unwrap();
    let url = s
        .archives
        .presign_download("products/a.png", "Anna & Mats-0001.png", now());
    let answer = reqwest::get(url.await.unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert!(
        header("content-disposition").starts_with("attachment; filename=\"Anna & Mats-0001.png\"")
    );
    assert_eq!(header("content-type"), "image/png");
    assert_eq!(answer.bytes().await.unwrap().as_ref(), b"made");
}

/// P21, R-3.5: the web-size file is saved under its own name, and a clean and a marked one never share an address.
#[tokio::test]
async fn a_web_size_file_is_saved_under_its_name() {
    let s = store().await;
    let (gallery, photo) = (GalleryId::new(now()), PhotoId::of_key("f/a.jpg"));
    let clean = Renditions::key(gallery, &photo, "t", 2048);
    let marked = Renditions::marked_key(gallery, &photo, "t", 2048);
    assert_ne!(clean, marked);
    s.renditions.put(&marked, b"marked".to_vec()).await.unwrap();
    let presign = async |start| {
        let name = "IMG_1-web.jpg";
        let url = s.renditions.presign_download(&marked, name, start).await;
        reqwest::get(url.unwrap()).await.unwrap()
    };
    let answer = presign(now()).await;
    assert_eq!(answer.status(), 200);
    let disposition = answer.headers()["content-disposition"].to_str().unwrap();
    assert!(disposition.starts_with("attachment; filename=\"IMG_1-web.jpg\""));
    assert_eq!(answer.bytes().await.unwrap().as_ref(), b"marked");
    let late = presign(now() - SignedDuration::from_mins(16)).await;
    assert_eq!(late.status(), 403);
}

/// the address ends after 15 minutes, and no field of it can be changed.
#[tokio::test]
async fn a_presigned_download_expires_and_cannot_be_changed() {
    let s = store().await;
    s.put("f/a.jpg", b"light").await;
    s.put("f/b.jpg", b"other").await;
    let version = s
        .originals
        .head("f/a.jpg")
        .await
        .unwrap()
        .unwrap()
        .version
        .id;
    let presign = async |start| {
        s.originals
            .presign_download("f/a.jpg", &version, "a.jpg", start)
            .await
            .unwrap()
    };
    let old = presign(now() - SignedDuration::from_mins(16)).await;
    assert_eq!(reqwest::get(old).await.unwrap().status(), 403);
    let url = presign(now()).await;
    for (from, to) in [
        ("/a.jpg", "/b.jpg"),
        ("Expires=900", "Expires=9000"),
        ("attachment", "inline"),
    ] {
        assert!(url.contains(from), "{from}");
        let changed = url.replace(from, to);
        assert_eq!(reqwest::get(changed).await.unwrap().status(), 403, "{to}");
    }
    assert_eq!(reqwest::get(url).await.unwrap().status(), 200);
}

/// L26, R-1.9: parts go straight to the bucket; the server completes, and never over a file that is there.
#[tokio::test]
async fn an_upload_in_parts_is_completed_once_and_replaces_only_when_told() {
    let s = store().await;
    let upload = async |replace| {
        let key = "f/large.jpg";
        let id = s
            .originals
            .start_upload(key, "image/jpeg", &domain::replace::Wish::default())
            .await
            .unwrap();
        let bodies = [vec![1u8; 5 << 20], vec![2u8; 99]];
        for (number, body) in (1..).zip(&bodies) {
            let url = s
                .originals
                .presign_part(key, &id, number, now())
                .await
                .unwrap();
            let put = reqwest::Client::new().put(url).body(body.clone());
            assert_eq!(put.send().await.unwrap().status(), 200);
        }
        let parts = s.originals.parts(key, &id).await.unwrap().unwrap();
        assert_eq!(
            parts.iter().map(|p| p.size).collect::<Vec<_>>(),
            [5 << 20, 99]
        );
        let parts: Vec<_> = parts.into_iter().map(|p| (p.number, p.etag)).collect();
        s.originals
            .complete_upload(key, &id, &parts, replace)
            .await
            .unwrap()
    };
    assert_eq!(upload(false).await, Completed::Done);
    assert_eq!(upload(false).await, Completed::Exists);
    assert_eq!(upload(true).await, Completed::Done);
    let head = s.originals.head("f/large.jpg").await.unwrap().unwrap();
    assert_eq!(head.version.size, (5 << 20) + 99);
}

#[tokio::test]
async fn an_aborted_upload_is_gone() {
    let s = store().await;
    let id = s
        .originals
        .start_upload("f/a.jpg", "image/jpeg", &domain::replace::Wish::default())
        .await
        .unwrap();
    s.originals.abort_upload("f/a.jpg", &id).await.unwrap();
    s.originals.abort_upload("f/a.jpg", &id).await.unwrap();
    assert_eq!(s.originals.parts("f/a.jpg", &id).await.unwrap(), None);
    let completed = s
        .originals
        .complete_upload("f/a.jpg", &id, &[(1, "\"e\"".into())], true)
        .await;
    assert_eq!(completed.unwrap(), Completed::Gone);
}

/// the sweep's touch changes neither version nor bytes, and S3 says the object again.
#[tokio::test]
async fn saying_an_object_again_raises_an_event_and_changes_nothing_else() {
    let s = store().await;
    s.put("f/a.jpg", b"light").await;
    let before = s.originals.head("f/a.jpg").await.unwrap();
    s.originals.say_again("f/a.jpg", now()).await.unwrap();
    s.originals.say_again("f/gone.jpg", now()).await.unwrap();
    assert_eq!(s.originals.head("f/a.jpg").await.unwrap(), before);
    let said: Vec<String> = s
        .server
        .pending_notifications(10)
        .unwrap()
        .into_iter()
        .map(|n| n.event_name)
        .collect();
    assert_eq!(said, ["ObjectCreated:Put", "ObjectTagging:Put"]);
}

#[tokio::test]
async fn listings_reach_the_last_page_and_the_top_names_folders() {
    let s = store().await;
    for n in 0..1_003 {
        s.put(&format!("f/{n:04}.jpg"), b"x").await;
    }
    s.put("g/Ceremony/a.jpg", b"x").await;
    s.put("loose.jpg", b"x").await;
    assert_eq!(s.originals.list("f/").await.unwrap().len(), 1_003);
    let top = s.originals.top().await.unwrap();
    assert_eq!(top.folders, ["f", "g"]);
    assert_eq!(
        top.loose.iter().map(|o| o.key.as_str()).collect::<Vec<_>>(),
        ["loose.jpg"]
    );
}

/// a picture keeps its address for two minutes, so that a reload loads nothing again; product 5.5: after five
/// it is dead, whoever holds it.
#[tokio::test]
async fn a_rendition_keeps_its_address_for_moments_and_it_dies_in_minutes() {
    let s = store().await;
    let gallery = GalleryId::new(now());
    let key = Renditions::key(gallery, &PhotoId::of_key("f/a.jpg"), "tag", 640);
    s.renditions.put(&key, b"jpeg".to_vec()).await.unwrap();
    let ten: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
    let at = async |seconds| {
        let time = ten + SignedDuration::from_secs(seconds);
        s.renditions.presign(&key, time).await.unwrap()
    };
    assert_eq!(at(0).await, at(119).await);
    assert_ne!(at(119).await, at(120).await);
    let old = now() - SignedDuration::from_mins(5);
    let old = s.renditions.presign(&key, old).await.unwrap();
    assert_eq!(reqwest::get(old).await.unwrap().status(), 403);

    let answer = reqwest::get(s.renditions.presign(&key, now()).await.unwrap());
    let answer = answer.await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "image/jpeg");
    assert!(
        answer.headers()["cache-control"]
            .to_str()
            .unwrap()
            .contains("immutable")
    );
}
