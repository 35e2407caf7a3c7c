//! A gallery whose style is Proofing, on a phone, on a desk and without JavaScript: small rows, names, states.

use crate::looks::{SHIFTS, shifted};
use crate::phone::{Phone, photographs};
use tests::stack::{Made, shared};
use tokio::sync::OnceCell;

const COUNT: usize = 24;

/// A gallery of 24 photographs: the first two are Final, of the third nothing is said, the others are Proofs.
async fn gallery() -> &'static Made {
    static MADE: OnceCell<Made> = OnceCell::const_new();
    MADE.get_or_init(|| async {
        let mut photographer = shared().photographer().await;
        let made = photographer.gallery("Norr", "482916").await;
        for (name, bytes) in photographs().iter().take(COUNT) {
            let path = format!("Outdoors/{name}");
            photographer.put(&made, &path, bytes.clone()).await;
        }
        let photos = photographer.settled(&made, COUNT).await;
        let of = |name: &str| {
            let photo = photos.iter().find(|photo| photo["file_name"] == name);
            photo.unwrap()["id"].as_str().unwrap().to_owned()
        };
        let finals = [of("IMG_2041.jpg"), of("IMG_2042.jpg")];
        let silent = of("IMG_2043.jpg");
        let base = format!("/studio/galleries/{}", made.id);
        let marks: [&[(&str, &str)]; 3] = [
            &[("all", "1"), ("set", "proof")],
            &[
                ("photo", &finals[0]),
                ("photo", &finals[1]),
                ("set", "final"),
            ],
            &[("photo", &silent), ("set", "undefined")],
        ];
        for mark in marks {
            let answer = photographer
                .browser
                .post(&format!("{base}/photos/mark"), mark)
                .await;
            assert!(answer.status.as_u16() < 400, "{}", answer.text());
        }
        let settings = [
            ("revision", "0"),
            ("title", "Norr"),
            ("kind", "delivery"),
            ("style", "proofing"),
            ("table", "own"),
        ];
        let answer = photographer
            .browser
            .post(&format!("{base}/settings"), &settings)
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        made
    })
    .await
}

/// What a frame's strip shows, and its name for a screen reader: `[name, state, shape, label]`.
fn strip(number: usize) -> String {
    format!(
        "(() => {{ const frame = document.querySelector('.frame[data-number=\"{number}\"]');
        const state = frame.querySelector('.state');
        return [frame.querySelector('.name').innerText, state?.innerText ?? '',
            state ? getComputedStyle(state).borderTopStyle : '', frame.querySelector('.frame__pic').ariaLabel]; }})()"
    )
}

/// Names and states in the strips of a frame the server wrote and of one the script made.
async fn strips(phone: &Phone, scripted: bool) {
    let expected = [
        (1, "IMG_2041.jpg", "FINAL", "none", "Final, "),
        (3, "IMG_2043.jpg", "", "", ""),
        (4, "IMG_2044.jpg", "PROOF", "dashed", "Proof, "),
        (24, "IMG_2064.jpg", "PROOF", "dashed", "Proof, "),
    ];
    let there = if scripted { 4 } else { 3 };
    for (number, name, state, shape, said) in expected.into_iter().take(there) {
        phone
            .wait(&format!(
                "document.querySelector('.frame[data-number=\"{number}\"]')"
            ))
            .await;
        let shown: [String; 4] = phone.read(&strip(number)).await;
        let label = format!("{name}, Outdoors, {said}{number} of {COUNT}");
        assert_eq!(shown, [name, state, shape, &label]);
    }
}

/// Height of the first row, how many frames stand in it, and the sheet's width.
const FIRST_ROW: &str = "(() => { const boxes = [...document.querySelectorAll('.frame__pic')].map((pic) => pic.getBoundingClientRect());
    return [boxes[0].height, boxes.filter((box) => Math.abs(box.top - boxes[0].top) < 1).length, document.querySelector('.grid').clientWidth]; })()";

/// P5, P50: function first on a phone: no cover before the photographs, three in a row, each with its name and its state
/// as a word and a shape; nothing jumps when the script takes over; the lightbox says the state too (S19).
#[tokio::test(flavor = "multi_thread")]
async fn a_proofing_gallery_shows_names_and_states_on_a_phone() {
    let Some(phone) = Phone::start("a_proofing_gallery_shows_names_and_states_on_a_phone").await
    else {
        return;
    };
    let made = gallery().await;
    phone.enter(made).await;
    phone.page.evaluate_on_new_document(SHIFTS).await.unwrap();
    phone.without_cache().await;
    phone.open(&made.link).await;
    phone
        .wait("document.querySelectorAll('.grid.is-live .frame').length >= 6")
        .await;
    phone.quiet().await;
    assert!(shifted(&phone).await < 0.05, "{}", shifted(&phone).await);
    assert!(
        !phone
            .read::<bool>("Boolean(document.querySelector('.cover img'))")
            .await
    );
    assert!(
        phone
            .read::<bool>(
                "document.querySelector('.frame').getBoundingClientRect().top < innerHeight"
            )
            .await,
        "photographs in the first view"
    );
    let [height, count, width]: [f64; 3] = phone.read(FIRST_ROW).await;
    assert!(count >= 3.0, "{count} in a row");
    assert!(height <= width * 0.28 * 1.25, "{height} of {width}");
    phone.nothing_sideways().await;
    phone
        .page
        .evaluate_expression("scrollBy(0, 200)")
        .await
        .unwrap();
    strips(&phone, true).await;

    phone.tap(".frame[data-number='1'] .frame__pic").await;
    phone
        .wait("document.querySelector('.pswp .lb__top .state--final')?.innerText === 'FINAL'")
        .await;
    phone
        .wait("document.querySelector('.pswp .lb__detail')?.textContent.endsWith('StateFinal')")
        .await;
    // while it still opens, it takes nothing
    tests::until("the lightbox to close", async || {
        let close = "document.querySelector('.pswp [data-do=close]')?.click(), !document.querySelector('.pswp')";
        phone.look::<bool>(close).await.filter(|closed| *closed)
    })
    .await;
    phone.tap(".frame[data-number='3'] .frame__pic").await;
    phone
        .wait("document.querySelector('.pswp .lb__detail')?.textContent.includes('IMG_2043.jpg')")
        .await;
    phone.wait("document.querySelector('.pswp .lb__top .state').hidden && !document.querySelector('.pswp .lb__detail').textContent.includes('State')").await;
    phone.close().await;
}

/// P5: on a desk the rows are about 136 px high, from 1800 px on 160 px, whether or not the script computes them.
#[tokio::test(flavor = "multi_thread")]
async fn a_proofing_gallery_has_small_rows_with_and_without_the_script() {
    let Some(phone) =
        Phone::start("a_proofing_gallery_has_small_rows_with_and_without_the_script").await
    else {
        return;
    };
    let made = gallery().await;
    phone.enter(made).await;
    let widths = [(1440, 900, 136.0), (2560, 1440, 160.0)];
    for (width, height, wanted) in widths {
        phone.resize(width, height).await;
        phone.open(&made.link).await;
        phone
            .wait("document.querySelectorAll('.grid.is-live .frame').length >= 10")
            .await;
        let [high, ..]: [f64; 3] = phone.read(FIRST_ROW).await;
        assert!((high / wanted - 1.0).abs() < 0.2, "{high} at {width}");
        phone.nothing_sideways().await;
    }
    phone.without_script().await;
    for (width, height, wanted) in widths {
        phone.resize(width, height).await;
        phone.open(&made.link).await;
        strips(&phone, false).await;
        let [high, ..]: [f64; 3] = phone.read(FIRST_ROW).await;
        assert!(
            (high / wanted - 1.0).abs() < 0.25,
            "{high} at {width} without the script"
        );
        phone.nothing_sideways().await;
    }
    phone.close().await;
}
