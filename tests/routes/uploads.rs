//! The browser's uploads: presigned parts straight to the bucket, into the gallery's own folder, over nothing by accident.

use serde_json::{Value, json};
use tests::actors::Browser;
use tests::emulators::Seeded;
use tests::house::House;

async fn start(owner: &mut Browser, seeded: &Seeded, name: &str, section: &str) -> Value {
    let path = format!("/studio/galleries/{}/uploads", seeded.gallery.id);
    let file = json!({ "name": name, "section": section, "size": 12, "type": "image/jpeg", "replace": false });
    let answer = owner.post_json(&path, &file).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn put(url: &str, body: &'static str) -> String {
    let answer = reqwest::Client::new()
        .put(url)
        .body(body)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    answer.headers()["etag"].to_str().unwrap().to_owned()
}

/// start, sign, send, resume, complete; the object lies where its name says.
#[tokio::test(flavor = "multi_thread")]
async fn a_browser_uploads_straight_to_the_bucket() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let mut owner = house.owner().await;
    let started = start(&mut owner, &seeded, "IMG_2041.jpg", "Ceremony").await;
    let key = started["key"].as_str().unwrap();
    assert_eq!(
        key,
        format!("{}/Ceremony/IMG_2041.jpg", seeded.gallery.folder)
    );
    let base = format!(
        "/studio/galleries/{}/uploads/{}",
        seeded.gallery.id,
        started["uploadId"].as_str().unwrap()
    );
    let query = format!("key={}", key.replace('/', "%2F"));
    let signed = owner.json(&format!("{base}/parts/1?{query}")).await.json();
    let url = signed["url"].as_str().unwrap();
    assert!(
        url.contains("X-Amz-Expires=900") || url.contains("X-Amz-Expires=8"),
        "at most a quarter of an hour: {url}"
    );
    let etag = put(url, "not a photo.").await;
    let there = owner.json(&format!("{base}/parts?{query}")).await.json();
    assert_eq!(there[0]["number"], 1);
    assert_eq!(there[0]["size"], 12);
    let parts = json!({ "key": key, "parts": [{ "number": 1, "etag": etag }], "replace": false });
    let done = owner.post_json(&format!("{base}/complete"), &parts).await;
    assert_eq!(done.status, 200, "{}", done.text());
    let object = house
        .emulators
        .s3
        .get_object()
        .bucket(&house.emulators.originals)
        .key(key)
        .send()
        .await
        .unwrap();
    assert_eq!(
        object.body.collect().await.unwrap().to_vec(),
        b"not a photo."
    );
}

/// an object that came meanwhile is not overwritten.
#[tokio::test(flavor = "multi_thread")]
async fn a_finished_upload_overwrites_nothing_unasked() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let mut owner = house.owner().await;
    let started = start(&mut owner, &seeded, "IMG_2041.jpg", "").await;
    let key = started["key"].as_str().unwrap();
    let base = format!(
        "/studio/galleries/{}/uploads/{}",
        seeded.gallery.id,
        started["uploadId"].as_str().unwrap()
    );
    let signed = owner
        .json(&format!("{base}/parts/1?key={}", key.replace('/', "%2F")))
        .await
        .json();
    let etag = put(signed["url"].as_str().unwrap(), "from the browser").await;
    let first = house
        .emulators
        .s3
        .put_object()
        .bucket(&house.emulators.originals)
        .key(key);
    first
        .body(b"from an S3 client".to_vec().into())
        .send()
        .await
        .unwrap();
    let mut parts =
        json!({ "key": key, "parts": [{ "number": 1, "etag": etag }], "replace": false });
    assert_eq!(
        owner
            .post_json(&format!("{base}/complete"), &parts)
            .await
            .status,
        409
    );
    parts["replace"] = json!(true);
    assert_eq!(
        owner
            .post_json(&format!("{base}/complete"), &parts)
            .await
            .status,
        200
    );
}

/// whatever a file is called, it lands in the gallery's own folder.
#[tokio::test(flavor = "multi_thread")]
async fn no_name_leads_out_of_the_folder() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let other = house.emulators.gallery("Nebenan", "739105").await;
    let mut owner = house.owner().await;
    let folder = format!("{}/", seeded.gallery.folder);
    for (name, section) in [
        ("../../escape.jpg", ""),
        ("a.jpg", "../other"),
        ("..\\..\\a.jpg", "C:\\x"),
        ("/etc/a.jpg", "/"),
        ("a\u{202e}gpj.exe.jpg", ".."),
    ] {
        let path = format!("/studio/galleries/{}/uploads", seeded.gallery.id);
        let file = json!({ "name": name, "section": section, "size": 12, "type": "image/jpeg" });
        let answer = owner.post_json(&path, &file).await;
        if answer.status == 200 {
            let key = answer.json()["key"].as_str().unwrap().to_owned();
            assert!(
                key.starts_with(&folder),
                "{name:?} in {section:?} became {key:?}"
            );
            assert!(!key.contains("..") && !key.contains('\\'), "{key:?}");
        } else {
            assert_eq!(answer.status, 400, "{name:?}: {}", answer.text());
        }
    }
    let started = start(&mut owner, &other, "IMG_1.jpg", "").await;
    let foreign = started["key"].as_str().unwrap().replace('/', "%2F");
    let upload = started["uploadId"].as_str().unwrap();
    let path = format!(
        "/studio/galleries/{}/uploads/{upload}/parts/1?key={foreign}",
        seeded.gallery.id
    );
    assert_eq!(
        owner.json(&path).await.status,
        404,
        "a key of another gallery's folder"
    );
}

/// what cannot become a photograph is refused before it travels.
#[tokio::test(flavor = "multi_thread")]
async fn unfit_files_do_not_travel() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let mut owner = house.owner().await;
    let path = format!("/studio/galleries/{}/uploads", seeded.gallery.id);
    for (name, size) in [
        ("IMG_1.CR3", 12),
        ("IMG_1.jpg", 0),
        ("IMG_1.jpg", 400_000_000),
        ("letter.pdf", 12),
    ] {
        let answer = owner
            .post_json(&path, &json!({ "name": name, "size": size }))
            .await;
        assert_eq!(answer.status, 400, "{name} of {size} bytes");
        assert!(answer.json()["message"].as_str().unwrap().len() > 10);
    }
    let uploads = house
        .emulators
        .s3
        .list_multipart_uploads()
        .bucket(&house.emulators.originals);
    assert!(uploads.send().await.unwrap().uploads().is_empty());
}
