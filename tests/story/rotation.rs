//! The stack's secret is rotated with two live versions, and never stands in a log.

use serde_json::Value;
use std::path::Path;
use tests::actors::{Browser, Site};
use tests::stack::{Made, Photographer, Stack};

const NEW: &str = "a second secret of this stack with as many characters as it takes";

/// Changes the secret of a stopped stack; what it was.
fn put_secret(data: &Path, change: impl FnOnce(&str) -> String) -> String {
    let file = data.join("stack.json");
    let mut memory: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    let before = memory["secrets"]["Pepper"].as_str().unwrap().to_owned();
    memory["secrets"]["Pepper"] = change(&before).into();
    std::fs::write(&file, memory.to_string()).unwrap();
    before
}

/// Every line that the stack's functions logged.
fn logged(data: &Path) -> String {
    let files = std::fs::read_dir(data.join("logs")).unwrap();
    files
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

/// Types the PIN in a browser whose visit is over and which may have been in before: whether it opens.
async fn enter(browser: &mut Browser, made: &Made) -> bool {
    browser.cookies.retain(|name, _| name.contains("device-"));
    let answer = browser.post(&made.link, &[("pin", &made.pin)]).await;
    answer.status == 303
}

/// The parts of its device's cookie: token, expiry, the signing key's name, signature.
fn device(browser: &Browser) -> [String; 4] {
    let mut cookies = browser.cookies.iter();
    let (_, value) = cookies.find(|(name, _)| name.contains("device-")).unwrap();
    let parts: Vec<String> = value.split('.').map(str::to_owned).collect();
    parts.try_into().unwrap()
}

/// Issue: a rotation keeps PINs and devices; dropping the old key ends what was not made anew in between.
#[tokio::test(flavor = "multi_thread")]
async fn rotation_keeps_pins_and_devices_and_dropping_the_old_key_ends_them() {
    let data = tempfile::tempdir().unwrap();
    let stack = Stack::start(data.path(), None).await;
    let mut photographer = Photographer::sign_in(&stack.ready).await;
    let kept = photographer.gallery("Kept", "482916").await;
    let left = photographer.gallery("Left", "735028").await;
    let [mut at_kept, mut at_left] = [(); 2].map(|()| Browser::new(&Site::http(&stack.ready.site)));
    assert!(enter(&mut at_kept, &kept).await && enter(&mut at_left, &left).await);
    let first = device(&at_kept);
    stack.stop().await;

    let old = put_secret(data.path(), |old| format!("{NEW},{old}"));
    let stack = Stack::start(data.path(), None).await;
    assert!(enter(&mut at_kept, &kept).await, "a PIN of the old key");
    let second = device(&at_kept);
    assert_eq!(second[0], first[0], "the same device");
    assert_ne!(second[2], first[2], "signed by the new key");
    let path = format!("/studio/galleries/{}", kept.id);
    let shown = photographer.browser.json(&path).await.json();
    assert_eq!(shown["pin"], kept.pin.as_str(), "the studio still reads it");
    let path = format!("{path}/pin");
    let new = [("pin", kept.pin.as_str())];
    let again = photographer.browser.post(&path, &new).await;
    assert_eq!(again.status, 303, "it is locked anew");
    stack.stop().await;

    put_secret(data.path(), |_| NEW.to_owned());
    let stack = Stack::start(data.path(), None).await;
    assert!(enter(&mut at_kept, &kept).await, "a PIN of the new key");
    assert_eq!(device(&at_kept)[0], first[0], "still the same device");
    let before = device(&at_left);
    assert!(!enter(&mut at_left, &left).await, "its key is gone");
    assert_eq!(device(&at_left), before);
    stack.stop().await;

    put_secret(data.path(), |_| old.clone());
    let stack = Stack::start(data.path(), None).await;
    assert!(enter(&mut at_left, &left).await, "its key was put back");
    stack.stop().await;

    let logs = logged(data.path());
    assert!(!logs.contains(&old) && !logs.contains(NEW));
}

/// A malformed ring is refused at start, by every function that reads it, without a word of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_ring_is_refused_at_start_and_not_told() {
    let data = tempfile::tempdir().unwrap();
    Stack::start(data.path(), None).await.stop().await;
    for ring in [format!("{NEW},too short"), format!("{NEW},{NEW}")] {
        put_secret(data.path(), |_| ring);
        let stack = Stack::start(data.path(), None).await;
        let mut browser = Browser::new(&Site::http(&stack.ready.site));
        for path in ["/", "/studio"] {
            let answer = browser.get(path).await;
            assert!(answer.status.is_server_error(), "{path}: {}", answer.status);
            assert!(!answer.text().contains("secret"), "{}", answer.text());
        }
        stack.stop().await;
    }
    let logs = logged(data.path());
    assert!(logs.contains("PEPPER") && logs.contains("with a comma between"));
    assert!(!logs.contains("second secret") && !logs.contains("too short"));
}
