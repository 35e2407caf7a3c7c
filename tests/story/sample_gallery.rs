//! The first start: a studio with one gallery of photographs, made through the real path.

use tests::actors::{Browser, Site};
use tests::stack::Stack;

/// Issue: the sample opens with the PIN that is printed, its chapters are in order, and a second start makes no other.
#[tokio::test(flavor = "multi_thread")]
async fn the_sample_opens_with_its_pin() {
    let data = tempfile::tempdir().unwrap();
    let stack = Stack::with_sample(data.path()).await;
    let sample = stack.ready.sample.clone().unwrap();
    let path = sample
        .gallery
        .strip_prefix(&stack.ready.site)
        .unwrap()
        .to_owned();
    let mut client = Browser::new(&Site::http(&stack.ready.site));
    assert_eq!(
        client.post(&path, &[("pin", &sample.pin)]).await.status,
        303
    );
    let shape = client.json(&format!("{path}/frames")).await.json();
    let photographs = sample::gallery().len();
    assert_eq!(shape["names"].as_array().unwrap().len(), photographs);
    assert!(
        shape["chapters"].as_array().unwrap().len() >= 3,
        "{}",
        shape["chapters"]
    );
    stack.stop().await;
    let again = Stack::with_sample(data.path()).await;
    assert_eq!(again.ready.sample, Some(sample));
    assert_eq!(
        client.json(&format!("{path}/frames")).await.json()["names"],
        shape["names"]
    );
    again.stop().await;
}
