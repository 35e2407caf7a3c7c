//! Without JavaScript: pictures, chapters, pages and downloads still work.

use crate::phone::{Phone, downloaded, large_gallery, photographs};

/// Issue: without JavaScript the pictures, sections and downloads still work.
#[tokio::test(flavor = "multi_thread")]
async fn everything_works_without_javascript() {
    let Some(phone) = Phone::start("everything_works_without_javascript").await else {
        return;
    };
    let made = large_gallery().await;
    phone.without_script().await;
    phone.enter(made).await;
    phone.wait("document.readyState === 'complete'").await;
    let broken = "[...document.querySelectorAll('.frame img')].filter((img) => !(img.complete && img.naturalWidth > 0)).length === 0";
    phone.wait(broken).await;
    let frames: usize = phone
        .read("document.querySelectorAll('.frame').length")
        .await;
    assert!(frames >= 12, "{frames} frames");
    phone.nothing_sideways().await;

    // a chapter further on, and the pages between
    let chapters: Vec<String> = phone
        .read("[...document.querySelectorAll('nav.sections a')].map((a) => a.textContent.trim())")
        .await;
    assert_eq!(chapters.len(), 3, "{chapters:?}");
    phone.tap("nav.sections li:nth-child(2) a").await;
    phone.wait("[...document.querySelectorAll('.frame .name')].some((name) => name.textContent === 'IMG_2081.jpg')").await;
    phone.tap("a[rel=prev]").await;
    phone.wait("[...document.querySelectorAll('.frame .name')].some((name) => name.textContent === 'IMG_2041.jpg')").await;
    phone.tap("a[rel=next]").await;
    phone.wait("document.querySelector('.frame') && document.querySelector('.frame').dataset.number !== '1'").await;

    // one photograph on its own page, and its neighbours
    phone.open(&made.link).await;
    phone.tap(".frame[data-number='1'] .frame__pic").await;
    phone
        .wait("document.querySelector('.lb__stage img')?.naturalWidth > 0")
        .await;
    phone.tap("a[rel=next]").await;
    phone
        .wait("document.querySelector('.lb__top .num')?.textContent === '2 / 120'")
        .await;
    let directory = phone.downloads().await;
    phone.tap(".lb__bar a[href^='/download/']").await;
    assert_eq!(
        downloaded(&directory, "IMG_2042.jpg").await,
        photographs()[1].1
    );
    phone.close().await;
}
