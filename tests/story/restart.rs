//! A stack that is stopped and started again over the same data is the same studio.

use tests::actors::{Browser, Site};
use tests::photographs::roll;
use tests::stack::{Photographer, Stack, mails};

/// Issue: a restart keeps everything; sessions, addresses, mails and photographs.
#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_everything() {
    let data = tempfile::tempdir().unwrap();
    let stack = Stack::start(data.path(), None).await;
    let mut photographer = Photographer::sign_in(&stack.ready).await;
    let made = photographer.gallery("Kept", "482916").await;
    let roll = roll(3);
    for (name, bytes) in &roll {
        photographer.put(&made, name, bytes.clone()).await;
    }
    let photos = photographer.settled(&made, 3).await;
    let mut client = Browser::new(&Site::http(&stack.ready.site));
    assert_eq!(
        client.post(&made.link, &[("pin", &made.pin)]).await.status,
        303
    );
    let before = (stack.ready.clone(), mails(&stack.ready).await);
    stack.stop().await;

    let stack = Stack::start(data.path(), None).await;
    assert_eq!(stack.ready, before.0, "the same addresses, keys and names");
    assert_eq!(mails(&stack.ready).await, before.1);
    let again = photographer.settled(&made, 3).await;
    let ids = |photos: &[serde_json::Value]| {
        let mut ids: Vec<String> = photos.iter().map(|photo| photo["id"].to_string()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&again), ids(&photos));
    let shape = client.json(&format!("{}/frames", made.link)).await;
    assert_eq!(shape.status, 200, "the client's session still stands");
    for (name, bytes) in &roll {
        let key = format!("{}/{name}", made.folder);
        let object = photographer
            .s3
            .get_object()
            .bucket(&stack.ready.s3.buckets.originals)
            .key(key);
        let body = object.send().await.unwrap().body.collect().await.unwrap();
        assert_eq!(&body.to_vec(), bytes);
    }
    stack.stop().await;
}
