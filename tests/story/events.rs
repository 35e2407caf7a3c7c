//! Events are hints: duplicate, lost and late ones end in the same state.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use tests::actors::{Browser, Site};
use tests::photographs::jpeg;
use tests::stack::{Photographer, Stack, shared};
use tests::until;

const TAKEN: &str = "2026:06:14 15:04:05";

/// uploads whose events never came, and a deletion nobody heard of, are found by the sweep.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_told_is_found_by_the_sweep() {
    let data = tempfile::tempdir().unwrap();
    let lost: Arc<Mutex<HashSet<i64>>> = Arc::default();
    let losing = Arc::clone(&lost);
    let stack = Stack::start(
        data.path(),
        Some(Arc::new(move |notification| {
            let lose = notification.key.contains("lost")
                && !notification.event_name.starts_with("ObjectTagging");
            if lose {
                losing.lock().unwrap().insert(notification.id);
            }
            lose
        })),
    )
    .await;
    let mut photographer = Photographer::sign_in(&stack.ready).await;
    let made = photographer.gallery("Never told", "482916").await;
    photographer
        .put(&made, "told.jpg", jpeg(480, 320, 1, TAKEN))
        .await;
    photographer
        .put(&made, "lost.jpg", jpeg(480, 320, 2, TAKEN))
        .await;
    photographer
        .put(&made, "lost too.jpg", b"not a photograph".to_vec())
        .await;
    photographer.settled(&made, 1).await;
    until("both lost events", async || {
        (lost.lock().unwrap().len() >= 2).then_some(())
    })
    .await;
    stack.sweep().await;
    let photos = photographer.settled(&made, 3).await;
    let state = |name: &str| {
        photos
            .iter()
            .find(|photo| photo["file_name"] == name)
            .unwrap()["state"]
            .clone()
    };
    assert_eq!(
        (state("told.jpg"), state("lost.jpg"), state("lost too.jpg")),
        ("ready".into(), "ready".into(), "rejected".into())
    );
    let before = lost.lock().unwrap().len();
    photographer.delete(&made, "lost.jpg").await;
    until("the lost deletion", async || {
        (lost.lock().unwrap().len() > before).then_some(())
    })
    .await;
    assert_eq!(
        photographer.photos(&made).await.len(),
        3,
        "nobody heard of the deletion"
    );
    stack.sweep().await;
    let photos = photographer.settled(&made, 2).await;
    assert!(!photos.iter().any(|photo| photo["file_name"] == "lost.jpg"));
    // a second sweep finds nothing to do
    stack.sweep().await;
    assert_eq!(photographer.settled(&made, 2).await, photos);
    stack.stop().await;
}

/// the same event again and again changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn events_that_come_again_change_nothing() {
    let stack = shared();
    let mut photographer = stack.photographer().await;
    let made = photographer.gallery("Said twice", "482916").await;
    photographer
        .put(&made, "A.jpg", jpeg(480, 320, 1, TAKEN))
        .await;
    photographer.settled(&made, 1).await;
    let mut client = Browser::new(&Site::http(&stack.ready.site));
    client.post(&made.link, &[("pin", &made.pin)]).await;
    let path = format!("{}/frames", made.link);
    let before = client.json(&path).await.json();
    for round in 0..5 {
        let bucket = &stack.ready.s3.buckets.originals;
        let tag = aws_sdk_s3::types::Tag::builder()
            .key("round")
            .value(round.to_string())
            .build()
            .unwrap();
        let tags = aws_sdk_s3::types::Tagging::builder()
            .tag_set(tag)
            .build()
            .unwrap();
        let tagging = photographer
            .s3
            .put_object_tagging()
            .bucket(bucket)
            .key(format!("{}/A.jpg", made.folder));
        tagging.tagging(tags).send().await.unwrap();
    }
    // the queue keeps no order: what comes after a photograph put now is not proof, but empty queues are
    photographer
        .put(&made, "B.jpg", jpeg(480, 320, 2, TAKEN))
        .await;
    photographer.settled(&made, 2).await;
    until("empty queues", async || {
        idle(&stack.ready).await.then_some(())
    })
    .await;
    photographer.delete(&made, "B.jpg").await;
    photographer.settled(&made, 1).await;
    let after = client.json(&path).await.json();
    assert_eq!(after["names"], before["names"]);
    assert_eq!(after["ratios"], before["ratios"]);
}

/// Whether no message waits or is being worked on, dead letters included.
async fn idle(ready: &local::Ready) -> bool {
    let queues: serde_json::Value = reqwest::get(format!("{}api/queues", ready.mailbox))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let mut depths = queues.as_object().unwrap().values();
    depths.all(|queue| queue["visible"] == 0 && queue["in_flight"] == 0)
}

/// Invariant 4: another file under the same key is the same photograph with another picture; what is deleted goes.
#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_photograph_keeps_its_place() {
    let stack = shared();
    let mut photographer = stack.photographer().await;
    let made = photographer.gallery("Replaced", "482916").await;
    let (old, new) = (jpeg(480, 320, 1, TAKEN), jpeg(320, 480, 2, TAKEN));
    photographer.put(&made, "A.jpg", old).await;
    let before = photographer.settled(&made, 1).await;
    photographer.put(&made, "A.jpg", new.clone()).await;
    let id = before[0]["id"].as_str().unwrap().to_owned();
    let after = until("the new version", async || {
        let mut again = photographer.clone();
        let photos = again.photos(&made).await;
        let same = photos.len() == 1 && photos[0]["id"] == id.as_str();
        assert!(
            same,
            "the old picture is shown until the new one is there: {photos:?}"
        );
        (photos[0]["version"] != before[0]["version"]).then_some(photos)
    });
    assert_eq!(after.await[0]["state"], "ready");
    let mut client = Browser::new(&Site::http(&stack.ready.site));
    client.post(&made.link, &[("pin", &made.pin)]).await;
    let download = format!("/download/{}/{id}", made.link.rsplit('/').next().unwrap());
    let sent = client.get(&download).await;
    let bytes = reqwest::get(sent.header("location"))
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(&bytes[..], &new[..]);
    photographer.delete(&made, "A.jpg").await;
    photographer.settled(&made, 0).await;
    assert_eq!(client.get(&download).await.status, 404);
}

/// An object outside every gallery's folder is nobody's photograph; the studio says where it lies.
#[tokio::test(flavor = "multi_thread")]
async fn an_object_in_no_folder_is_told_to_the_studio() {
    let stack = shared();
    let photographer = stack.photographer().await;
    let bucket = &stack.ready.s3.buckets.originals;
    let put = photographer
        .s3
        .put_object()
        .bucket(bucket)
        .key("Wedding 2026/IMG_1.jpg");
    put.body(jpeg(480, 320, 1, TAKEN).into())
        .send()
        .await
        .unwrap();
    until("the studio's hint", async || {
        let page = photographer.clone().browser.get("/studio").await.text();
        page.contains("Wedding 2026/IMG_1.jpg").then_some(())
    })
    .await;
    let delete = photographer
        .s3
        .delete_object()
        .bucket(bucket)
        .key("Wedding 2026/IMG_1.jpg");
    delete.send().await.unwrap();
    until("the hint gone", async || {
        let page = photographer.clone().browser.get("/studio").await.text();
        (!page.contains("Wedding 2026/IMG_1.jpg")).then_some(())
    })
    .await;
}
