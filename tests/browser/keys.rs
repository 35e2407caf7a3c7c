//! Ten photographs looked through with a keyboard alone (S38).

use crate::phone::Phone;
use tests::photographs::roll;
use tests::stack::{Made, shared};

const COUNT: usize = 10;

/// A gallery of ten photographs in which everybody with the PIN chooses, rates and comments.
async fn gallery() -> Made {
    let mut photographer = shared().photographer().await;
    let made = photographer.gallery("Hagsätra", "482916").await;
    for (name, bytes) in roll(COUNT) {
        photographer.put(&made, &name, bytes).await;
    }
    photographer.settled(&made, COUNT).await;
    let base = format!("/studio/galleries/{}", made.id);
    let settings = [
        ("title", "Hagsätra"),
        ("kind", "proofing"),
        ("style", "proofing"),
        ("table", "own"),
    ];
    let path = format!("{base}/settings");
    photographer.send(&path, &path, &settings).await;
    let choosing = [("mode", "favourites"), ("filters", "on"), ("offer", "all")];
    let path = format!("{base}/choosing");
    photographer.send(&path, &path, &choosing).await;
    let rights = [
        ("enter", "on"),
        ("select", "on"),
        ("rate", "on"),
        ("comment", "on"),
        ("seen", "0"),
    ];
    let row = format!("{base}/authorizations/anybody");
    let answer = photographer.browser.post(&row, &rights).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    made
}

/// What the frame that has the focus says: number, heart, stars, label.
const FOCUSED: &str = "(() => { const frame = document.activeElement.closest('.frame');
    return [frame?.dataset.number ?? '', frame?.querySelector('.heart').ariaPressed ?? '',
        String(frame?.querySelectorAll('.star.is-on').length ?? ''), frame?.querySelector('.swatch').dataset.label ?? '']; })()";

async fn focused(phone: &Phone, expected: [&str; 4]) {
    let expected = serde_json::to_string(&expected).unwrap();
    phone
        .wait(&format!(
            "JSON.stringify({FOCUSED}) === {}",
            serde_json::to_string(&expected).unwrap()
        ))
        .await;
}

/// What the lightbox says: its counter, heart, stars, label.
const SHOWN: &str = "(() => { const box = document.querySelector('.pswp--open.pswp--ui-visible'); if (!box) return [];
    return [box.querySelector('.lb__top .num').textContent, box.querySelector('.act--heart').ariaPressed,
        String(box.querySelectorAll('.star.is-on').length), box.querySelector('.swatch[aria-pressed=true]')?.value ?? '']; })()";

async fn in_lightbox(phone: &Phone, expected: [&str; 4]) {
    let expected = serde_json::to_string(&expected).unwrap();
    phone
        .wait(&format!(
            "JSON.stringify({SHOWN}) === {}",
            serde_json::to_string(&expected).unwrap()
        ))
        .await;
}

/// S18, S38: the filters open, are set and close by keys, which do nothing to the photographs meanwhile; `close` shows that
/// no script threw anything at them.
#[tokio::test(flavor = "multi_thread")]
async fn filters_are_set_and_left_with_keys_alone() {
    let Some(phone) = Phone::start("filters_are_set_and_left_with_keys_alone").await else {
        return;
    };
    let made = gallery().await;
    phone.enter(&made).await;
    phone
        .wait("document.querySelectorAll('.grid.is-live .frame').length === 10")
        .await;
    phone
        .read::<bool>("(document.querySelector('.filters summary').focus(), true)")
        .await;
    phone.press("Enter").await;
    phone.wait("document.querySelector('.filters').open").await;
    phone.press("Tab").await;
    phone
        .wait("document.activeElement.matches('.filters [name=chosen]')")
        .await;
    phone.press("5").await;
    phone.press("ArrowDown").await;
    phone
        .wait("document.querySelector('.filtered__n').innerText === '0 of 10'")
        .await;
    phone.press("Escape").await;
    phone
        .wait("!document.querySelector('.filters').open && document.activeElement.matches('.filters summary')")
        .await;
    let rated = "document.querySelectorAll('.star.is-on, .heart[aria-pressed=true]').length";
    assert_eq!(phone.read::<usize>(rated).await, 0);
    phone.close().await;
}

/// S38: arrows, Space, 1 to 5, 6 to 9, C and Escape are enough to look through ten photographs, in the grid and in the
/// lightbox; all of it is saved.
#[tokio::test(flavor = "multi_thread")]
async fn ten_photographs_are_looked_through_with_keys_alone() {
    let Some(phone) = Phone::start("ten_photographs_are_looked_through_with_keys_alone").await
    else {
        return;
    };
    let made = gallery().await;
    phone.resize(1440, 900).await;
    phone.open(&made.link).await;
    phone.type_into("#pin", &made.pin).await;
    phone.press("Enter").await;
    phone
        .wait("document.querySelectorAll('.grid.is-live .frame').length === 10")
        .await;
    for _ in 0..40 {
        phone.press("Tab").await;
        let first = "document.activeElement.matches('.frame__pic')";
        if phone.read::<bool>(first).await {
            break;
        }
    }
    focused(&phone, ["1", "false", "0", ""]).await;

    // the grid: four photographs
    phone.press(" ").await;
    focused(&phone, ["1", "true", "0", ""]).await;
    phone.press("ArrowRight").await;
    phone.press("3").await;
    focused(&phone, ["2", "false", "3", ""]).await;
    phone.press("ArrowRight").await;
    phone.press("6").await;
    phone.press(" ").await;
    focused(&phone, ["3", "true", "0", "red"]).await;
    phone.press(" ").await;
    focused(&phone, ["3", "false", "0", "red"]).await;
    phone.press("ArrowRight").await;
    phone.press("5").await;
    phone.press("9").await;
    phone.press("1").await;
    focused(&phone, ["4", "false", "1", "blue"]).await;
    phone.press("ArrowRight").await;

    // the lightbox: six more; it hears keys when it has opened
    phone.press("Enter").await;
    in_lightbox(&phone, ["5 / 10", "false", "0", ""]).await;
    let chosen = "document.querySelector('.pswp .act--heart').ariaPressed === 'true'";
    phone.press_until(" ", chosen).await;
    phone.press("2").await;
    in_lightbox(&phone, ["5 / 10", "true", "2", ""]).await;
    for (counter, stars, label, shown) in [
        ("6 / 10", "4", "7", ["4", "yellow"]),
        ("7 / 10", "5", "8", ["5", "green"]),
        ("8 / 10", "1", "9", ["1", "blue"]),
        ("9 / 10", "3", "6", ["3", "red"]),
    ] {
        phone.press("ArrowRight").await;
        in_lightbox(&phone, [counter, "false", "0", ""]).await;
        phone.press(stars).await;
        phone.press(label).await;
        in_lightbox(&phone, [counter, "false", shown[0], shown[1]]).await;
    }
    // the same label again takes it away, 0 the stars
    phone.press("6").await;
    phone.press("0").await;
    in_lightbox(&phone, ["9 / 10", "false", "0", ""]).await;
    phone.press("ArrowRight").await;
    in_lightbox(&phone, ["10 / 10", "false", "0", ""]).await;

    // words: keys are letters there
    phone.press("c").await;
    phone
        .wait("document.querySelector('.pswp .thread textarea')")
        .await;
    for _ in 0..10 {
        phone.press("Tab").await;
        let there = "document.activeElement.matches('.thread textarea')";
        if phone.read::<bool>(there).await {
            break;
        }
    }
    phone
        .type_into(".pswp .thread textarea", "C3: a 5 of 5")
        .await;
    in_lightbox(&phone, ["10 / 10", "false", "0", ""]).await;
    for _ in 0..10 {
        phone.press("Tab").await;
        let there = "document.activeElement.matches('.thread form .btn--ink')";
        if phone.read::<bool>(there).await {
            break;
        }
    }
    phone.press("Enter").await;
    phone
        .wait("document.querySelector('.pswp .thread__list').innerText.includes('C3: a 5 of 5')")
        .await;
    phone
        .wait("document.querySelector('.act--talk .act__words').textContent === '1 comment'")
        .await;
    phone.press("Escape").await;
    phone
        .wait("!document.querySelector('.pswp .thread') && document.activeElement.matches('.act--talk')")
        .await;
    phone.press("Escape").await;
    phone.wait("!document.querySelector('.pswp')").await;
    focused(&phone, ["10", "false", "0", ""]).await;

    // and all of it is kept
    phone
        .wait("!Object.keys(localStorage).some((key) => key.startsWith('tap.'))")
        .await;
    phone.open(&made.link).await;
    phone
        .wait("document.querySelectorAll('.grid.is-live .frame').length === 10")
        .await;
    let said = "[...document.querySelectorAll('.frame')].map((frame) => [frame.dataset.number, Number(frame.querySelector('.heart').ariaPressed === 'true'),
        frame.querySelectorAll('.star.is-on').length, frame.querySelector('.swatch').dataset.label ?? ''].join(' ').trim())";
    let said: Vec<String> = phone.read(said).await;
    let kept = [
        "1 1 0",
        "2 0 3",
        "3 0 0 red",
        "4 0 1 blue",
        "5 1 2",
        "6 0 4 yellow",
        "7 0 5 green",
        "8 0 1 blue",
        "9 0 0",
        "10 0 0",
    ];
    assert_eq!(said, kept);
    phone.close().await;
}
