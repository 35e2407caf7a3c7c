//! The client's way on a phone: door, cover, grid, lightbox, download, out.

use crate::phone::{Phone, downloaded, large_gallery, photographs};

/// Product 5.1: the PIN by keys; wrong, then right; the cover; the first photograph large, swiped, closed; a download.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_goes_the_whole_way_on_a_phone() {
    let Some(phone) = Phone::start("a_client_goes_the_whole_way_on_a_phone").await else {
        return;
    };
    let made = large_gallery().await;
    phone.open(&made.link).await;
    phone
        .wait("document.querySelector('#pin')?.inputMode === 'numeric'")
        .await;
    assert_eq!(
        phone
            .read::<String>("document.querySelector('#pin').autocomplete")
            .await,
        "one-time-code"
    );
    let large: f64 = phone
        .read("parseFloat(getComputedStyle(document.querySelector('#pin')).fontSize)")
        .await;
    assert!(large >= 16.0, "smaller fields make a phone zoom in");
    phone.type_into("#pin", "111999").await;
    phone.press("Enter").await;
    phone.wait("document.querySelector('[role=alert]')").await;
    assert!(
        !phone
            .read::<String>("document.body.innerText")
            .await
            .contains("Jonas")
    );
    phone.type_into("#pin", "482916").await;
    phone.press("Enter").await;
    phone
        .wait("document.querySelector('.cover img')?.complete")
        .await;
    assert!(
        phone
            .read::<String>("document.querySelector('h1').innerText")
            .await
            .contains("Jonas")
    );
    assert!(
        phone
            .read::<i64>("document.querySelector('.cover img').naturalWidth")
            .await
            > 0
    );

    // the grid, in order
    phone
        .wait("document.querySelectorAll('.frame').length >= 10")
        .await;
    let first: String = phone
        .read("document.querySelector('.frame .name').innerText")
        .await;
    assert_eq!(first, "IMG_2041.jpg");

    // the lightbox
    phone.tap(".frame[data-number='1'] .frame__pic").await;
    phone
        .wait("document.querySelector('.pswp .lb__top .num')?.textContent === '1 / 120'")
        .await;
    phone.wait("location.pathname.includes('/photo/')").await;
    phone
        .wait("document.querySelector('.pswp--open.pswp--ui-visible')")
        .await;
    phone.wait("[...document.querySelectorAll('.pswp__img')].some((img) => img.complete && img.naturalWidth > 0)").await;
    swipe_until(&phone, (330.0, 60.0), "2 / 120").await;
    swipe_until(&phone, (60.0, 330.0), "1 / 120").await;
    phone.press("ArrowRight").await;
    phone
        .wait("document.querySelector('.pswp .lb__top .num')?.textContent === '2 / 120'")
        .await;

    // its original
    let directory = phone.downloads().await;
    phone.tap(".pswp .lb__get").await;
    let bytes = downloaded(&directory, "IMG_2042.jpg").await;
    assert_eq!(
        bytes,
        photographs()[1].1,
        "byte for byte, under the camera's name"
    );

    // Back closes the lightbox and stays in the gallery
    phone
        .page
        .evaluate_expression("history.back()")
        .await
        .unwrap();
    phone.wait("!document.querySelector('.pswp')").await;
    phone
        .wait("document.querySelector('#frames') && !location.pathname.includes('/photo/')")
        .await;

    // out
    phone.tap("header form[action$='/leave'] button").await;
    phone.wait("document.querySelector('#pin')").await;
    phone.open(&made.link).await;
    phone.wait("document.querySelector('#pin')").await;
    phone.close().await;
}

/// A finger's way that the browser took for too short is made again: what counts is where it leads.
async fn swipe_until(phone: &Phone, (from, to): (f64, f64), counter: &str) {
    let there =
        format!("document.querySelector('.pswp .lb__top .num')?.textContent === '{counter}'");
    for _ in 0..5 {
        phone.swipe((from, 400.0), (to, 405.0)).await;
        for _ in 0..20 {
            if phone.look::<bool>(&there).await == Some(true) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
    panic!("no swipe led to {counter}");
}

/// Product 5.1: what was copied from a message, spaces and all, is taken.
#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_pin_opens_the_door() {
    let Some(phone) = Phone::start("a_pasted_pin_opens_the_door").await else {
        return;
    };
    let made = large_gallery().await;
    phone.open(&made.link).await;
    phone.paste("#pin", " 482 916").await;
    phone.tap("form .btn--go").await;
    phone.wait("document.querySelector('#frames')").await;
    phone.close().await;
}

/// Product 5.4: with keys alone from the page's start into the lightbox and back to the same photograph.
#[tokio::test(flavor = "multi_thread")]
async fn keys_alone_lead_everywhere() {
    let Some(phone) = Phone::start("keys_alone_lead_everywhere").await else {
        return;
    };
    let made = large_gallery().await;
    phone.enter(made).await;
    phone
        .wait("document.querySelectorAll('.frame').length >= 10")
        .await;
    let picture = "document.activeElement.closest('.frame__pic')?.closest('.frame').dataset.number";
    let mut reached = false;
    for _ in 0..40 {
        phone.press("Tab").await;
        if phone
            .look::<String>(&format!("{picture} ?? ''"))
            .await
            .is_some_and(|number| number == "1")
        {
            reached = true;
            break;
        }
    }
    assert!(reached, "Tab never came to a photograph");
    phone.press("ArrowRight").await;
    phone.wait(&format!("{picture} === '2'")).await;
    phone.press("Enter").await;
    phone
        .wait("document.querySelector('.pswp .lb__top .num')?.textContent === '2 / 120'")
        .await;
    phone
        .wait("document.querySelector('.pswp').contains(document.activeElement)")
        .await;
    phone
        .press_until("Escape", "!document.querySelector('.pswp')")
        .await;
    phone.wait(&format!("{picture} === '2'")).await;
    phone.close().await;
}
