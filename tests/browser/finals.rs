//! The upload window with finals of which some are here already: compared by their bytes, marked or sent.

use crate::people::set;
use crate::phone::Phone;
use chromiumoxide::cdp::browser_protocol::dom::SetFileInputFilesParams;
use std::path::Path;
use tests::photographs::jpeg;
use tests::stack::{Photographer, shared};

/// A photograph of so many bytes: what follows its end is not looked at.
fn of_size(seed: u64, size: usize) -> Vec<u8> {
    let mut bytes = jpeg(600, 400, seed, "2026:06:14 15:04:05");
    assert!(bytes.len() <= size);
    bytes.resize(size, 0);
    bytes
}

async fn choose(phone: &Phone, directory: &Path, files: &[(&str, &[u8])]) {
    let mut paths = Vec::new();
    for (name, bytes) in files {
        let path = directory.join(name);
        std::fs::write(&path, bytes).unwrap();
        paths.push(path.display().to_string());
    }
    let input = phone.page.find_element("[data-files]").await.unwrap();
    let mut chosen = SetFileInputFilesParams::new(paths);
    chosen.backend_node_id = Some(input.backend_node_id);
    phone.page.execute(chosen).await.unwrap();
}

/// How often each photograph was replaced, and one more, by its name.
async fn stand(photographer: &mut Photographer, made: &tests::stack::Made) -> Vec<(String, u64)> {
    let photos = photographer.photos(made).await;
    let mut all: Vec<_> = photos
        .iter()
        .map(|photo| {
            let name = photo["file_name"].as_str().unwrap().to_owned();
            (name, photo["number"].as_u64().unwrap())
        })
        .collect();
    all.sort();
    all
}

/// P26, P48: of three finals one is the proof itself, one as many bytes of another picture, one new: one is marked, two are
/// sent; chosen once more, nothing is.
#[tokio::test(flavor = "multi_thread")]
async fn finals_that_are_here_already_are_marked_and_not_sent() {
    let test = "finals_that_are_here_already_are_marked_and_not_sent";
    let Some(phone) = Phone::start(test).await else {
        return;
    };
    let mut photographer = shared().photographer().await;
    let made = photographer.gallery("Finals again", "482916").await;
    const SIZE: usize = 400_000;
    for (name, seed) in [("FN_0001.jpg", 1), ("FN_0002.jpg", 2)] {
        photographer.put(&made, name, of_size(seed, SIZE)).await;
    }
    photographer.settled(&made, 2).await;
    for (name, value) in &photographer.browser.cookies {
        set(&phone, name, value).await;
    }
    phone.resize(1440, 900).await;
    let gallery = format!("/studio/galleries/{}", made.id);
    let files = [
        ("FN_0001.jpg", of_size(1, SIZE)),
        ("FN_0002.jpg", of_size(3, SIZE)),
        ("FN_0003.jpg", of_size(4, SIZE)),
    ];
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, b)| (*n, b.as_slice())).collect();
    let directory = tempfile::tempdir().unwrap();

    phone.open(&format!("{gallery}?upload=finals")).await;
    phone.wait("document.querySelector('#upload')?.open").await;
    choose(&phone, directory.path(), &files).await;
    let plan = "document.querySelector('[data-plan]').textContent";
    phone
        .wait(&format!("{plan} === '1 replace, 1 new, 1 to mark only'"))
        .await;
    // proofs again: what is here already is that, and nothing more
    let state = |value: &str| {
        format!(
            "(() => {{ const list = document.querySelector('#stage'); list.value = '{value}'; \
             list.dispatchEvent(new Event('change', {{ bubbles: true }})); return true; }})()"
        )
    };
    assert!(phone.read::<bool>(&state("")).await);
    phone.wait(&format!("{plan} === '1 replace, 1 new'")).await;
    assert!(phone.read::<bool>(&state("final")).await);
    phone
        .wait(&format!("{plan} === '1 replace, 1 new, 1 to mark only'"))
        .await;
    phone.tap("[data-start]").await;
    phone
        .wait("document.querySelectorAll('.up--ready').length === 3")
        .await;
    let words = "[...document.querySelectorAll('.up--ready')].map((row) => \
                 row.querySelector('b').textContent + ': ' + row.querySelector('.up__state').textContent).sort().join(', ')";
    assert_eq!(
        phone.read::<String>(words).await,
        "FN_0001.jpg: Marked Final, FN_0002.jpg: Replaced, FN_0003.jpg: Ready"
    );
    let numbers = [("FN_0001.jpg", 1), ("FN_0002.jpg", 2), ("FN_0003.jpg", 1)];
    let numbers = numbers.map(|(name, number)| (name.to_owned(), number));
    assert_eq!(stand(&mut photographer, &made).await, numbers);
    phone.open(&gallery).await;
    phone
        .wait("document.querySelectorAll('.s-frame .state--final').length === 3")
        .await;

    phone.open(&format!("{gallery}?upload=finals")).await;
    phone.wait("document.querySelector('#upload')?.open").await;
    choose(&phone, directory.path(), &files).await;
    phone
        .wait("document.querySelectorAll('.up--ready').length === 3")
        .await;
    let all = "[...document.querySelectorAll('.up__state')].every((word) => word.textContent === 'Here already')";
    assert!(phone.read::<bool>(all).await);
    assert_eq!(stand(&mut photographer, &made).await, numbers);
}
