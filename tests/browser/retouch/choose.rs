//! Alma's part: twelve hearts, a drawing with words, too few, enough, confirmed.

use super::{ALMA, CHOSEN};
use crate::people::type_code;
use crate::phone::Phone;
use tests::stack::{mails, shared};
use tests::until;

async fn heart(phone: &Phone, number: usize) {
    let top = if number < 15 {
        "0"
    } else {
        "document.documentElement.scrollHeight"
    };
    let heart = format!(".frame[data-number='{number}'] button.heart");
    let there = format!("document.querySelector(\"{heart}\") || (scrollTo(0, {top}), false)");
    phone.wait(&there).await;
    phone.tap(&heart).await;
    phone
        .wait(&format!(
            "document.querySelector(\"{heart}\").ariaPressed === 'true'"
        ))
        .await;
}

/// From the bar to the review, with everything saved.
async fn review(phone: &Phone) {
    phone.tap(".selbar [data-review]").await;
    phone
        .wait("location.pathname.endsWith('/review') && document.querySelector('main.review')")
        .await;
}

/// S20–S22, S33, P23: the invitation, twelve hearts, a drawing with words, too few, enough, confirmed.
pub(super) async fn choose(phone: &Phone, invitation: &str) {
    let before = mails(&shared().ready).await.len();
    phone.open(invitation).await;
    phone.tap("main form button").await;
    type_code(phone, ALMA, before).await;
    phone
        .wait("document.querySelectorAll('.grid.is-live .frame').length > 3")
        .await;
    phone
        .wait("document.querySelector('.selbar__note').innerText === 'Choose at least 10.'")
        .await;
    phone.nothing_sideways().await;
    for number in &CHOSEN[..8] {
        heart(phone, *number).await;
    }
    review(phone).await;
    let button = "document.querySelector('#confirm button[aria-disabled=true]')";
    phone.wait(button).await;
    let why: String = phone
        .read(&format!(
            "document.getElementById({button}.getAttribute('aria-describedby')).innerText.trim()"
        ))
        .await;
    assert!(why.starts_with("Choose 2 more to confirm."), "{why}");
    phone.nothing_sideways().await;
    phone.tap("main .back a").await;
    phone
        .wait("document.querySelectorAll('.grid.is-live .frame').length > 3")
        .await;
    for number in &CHOSEN[8..] {
        heart(phone, *number).await;
    }

    // a finger around something in the first photograph, and what it is about
    phone
        .wait("scrollTo(0, 0), document.querySelector(\".frame[data-number='1']\")")
        .await;
    phone.tap(".frame[data-number='1'] .frame__pic").await;
    phone
        .wait("document.querySelector('.pswp--open.pswp--ui-visible .lb__bar .act--talk')")
        .await;
    let talk = "document.querySelector('.pswp .act--talk').ariaExpanded === 'true'";
    phone.tap_until(".pswp .act--talk", talk).await;
    phone
        .wait("document.querySelector('.pswp .thread__pen')")
        .await;
    phone.tap(".pswp .thread__pen").await;
    phone
        .wait("document.querySelector('.pswp .sketch.is-drawing')")
        .await;
    let middle = "(() => { const box = document.querySelector('.pswp .sketch__sheet').getBoundingClientRect();
        return [box.x + box.width / 2, box.y + box.height / 2]; })()";
    let drawn = "document.querySelector('.pswp .thread__drawn')?.innerText.includes('a line')";
    // where the picture still moves, the finger comes again
    until("a line on the photograph", async || {
        let [x, y]: [f64; 2] = phone.look(middle).await?;
        phone
            .swipe((x - 40.0, y - 20.0), (x + 60.0, y + 25.0))
            .await;
        phone.look::<bool>(drawn).await.filter(|drawn| *drawn)
    })
    .await;
    // done drawing
    phone.tap(".pswp .thread__pen").await;
    phone
        .wait("!document.querySelector('.pswp .is-marking')")
        .await;
    phone
        .type_into(".pswp .thread textarea", "Please take the lamp out.")
        .await;
    phone.tap(".pswp .thread form .btn--ink").await;
    phone
        .wait("document.querySelector('.pswp .thread__list')?.innerText.includes('Please take the lamp out.')")
        .await;
    phone
        .wait("document.querySelector('.pswp .msg__sketch')")
        .await;
    phone
        .wait("document.querySelector('.pswp .act--talk .act__words').textContent === '1 comment'")
        .await;
    phone.wait("!Object.keys(localStorage).some((key) => key.startsWith('said /') && localStorage[key] !== '[]')").await;

    phone
        .open(&format!(
            "/g/{}",
            phone
                .read::<String>("location.pathname.split('/')[2]")
                .await
        ))
        .await;
    phone
        .wait("document.querySelector('.selbar__count')?.innerText === '12'")
        .await;
    phone
        .wait("document.querySelector('.selbar__note').innerText.startsWith('Saved.')")
        .await;
    review(phone).await;
    phone
        .wait("document.querySelectorAll('.review__frames .frame').length === 12")
        .await;
    phone
        .type_into("#message", "The lamp is the only wish.")
        .await;
    phone.tap("#confirm .btn--go").await;
    phone
        .wait("location.pathname.includes('/confirmed/')")
        .await;
    phone.wait("document.querySelector('h1')").await;
    phone.nothing_sideways().await;
}
