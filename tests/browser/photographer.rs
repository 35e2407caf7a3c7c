//! The photographer's way: sign in by mail, make a gallery, upload through the page, change the PIN, pause.

use crate::phone::{Phone, quoted};
use chromiumoxide::cdp::browser_protocol::dom::SetFileInputFilesParams;
use tests::photographs::jpeg;
use tests::stack::{code, mails, shared};
use tests::until;

/// Issue: the studio from the code in the mail to *ready* and *rejected*, in a browser.
#[tokio::test(flavor = "multi_thread")]
async fn a_photographer_goes_the_whole_way() {
    let Some(phone) = Phone::start("a_photographer_goes_the_whole_way").await else {
        return;
    };
    let ready = &shared().ready;
    let before = mails(ready).await.len();
    phone.open("/studio").await;
    phone.type_into("#email", &ready.owner_email).await;
    phone.press("Enter").await;
    phone.wait("document.querySelector('#code')").await;
    let mailed = until("the mail with the code", async || {
        mails(ready).await.iter().skip(before).find_map(code)
    });
    phone.type_into("#code", &mailed.await).await;
    phone.press("Enter").await;
    phone
        .wait(
            "location.pathname === '/studio' && document.querySelector('a[href=\"/studio/new\"]')",
        )
        .await;

    phone.tap("a[href='/studio/new']").await;
    phone
        .wait("document.querySelector('#pin')?.value.length === 6")
        .await;
    phone.type_into("#title", "Marta & Jonas").await;
    phone.press("Enter").await;
    phone.wait("document.querySelector('#link')").await;
    let link: String = phone
        .read("document.querySelector('#link').textContent")
        .await;
    assert!(link.starts_with(&format!("{}/g/", ready.site)), "{link}");

    // two photographs of one chapter and a file that is none
    let directory = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (name, bytes) in [
        ("HL_0001.jpg", jpeg(600, 400, 1, "2026:06:14 15:04:05")),
        ("HL_0002.jpg", jpeg(400, 600, 2, "2026:06:14 15:05:05")),
        ("HL_0003.jpg", b"a text in a photograph's clothes".to_vec()),
    ] {
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        files.push(path.display().to_string());
    }
    phone.tap("[data-open-upload]").await;
    phone.wait("document.querySelector('#upload')?.open").await;
    phone.type_into("#chapter", "Ceremony").await;
    let input = phone.page.find_element("[data-files]").await.unwrap();
    let mut chosen = SetFileInputFilesParams::new(files);
    chosen.backend_node_id = Some(input.backend_node_id);
    phone.page.execute(chosen).await.unwrap();
    phone
        .wait("document.querySelectorAll('.up--ready').length === 2")
        .await;
    phone
        .wait("document.querySelectorAll('.up--rejected').length === 1")
        .await;
    let reason: String = phone
        .read("document.querySelector('.up--rejected .up__what').textContent")
        .await;
    assert!(reason.len() > 20, "a sentence: {reason}");
    let said: String = phone
        .read("document.querySelector('[data-sum]').textContent")
        .await;
    assert!(
        said.contains('2') && said.contains('1'),
        "never a word of success alone: {said}"
    );

    // the page shows them, with the reason
    phone.page.reload().await.unwrap();
    phone
        .wait("document.querySelectorAll('.s-frame').length === 2")
        .await;
    phone
        .wait("document.querySelector('.rejected .up__what--bad')")
        .await;
    assert!(
        phone
            .read::<String>("document.querySelector('#photos').innerText")
            .await
            .contains("Ceremony")
    );

    // a new PIN in the authorization table, and a pause on the gallery's page
    let gallery: String = phone.read("location.pathname").await;
    phone.open(&format!("{gallery}/authorizations")).await;
    phone.wait("document.querySelector('#pin')").await;
    phone
        .page
        .evaluate_expression("document.querySelector('#pin').value = ''")
        .await
        .unwrap();
    phone.type_into("#pin", "739105").await;
    phone.press("Enter").await;
    phone.wait("document.querySelector('.banner--ok')").await;
    phone.open(&gallery).await;
    phone.wait("document.querySelector('#pin-now')").await;
    assert_eq!(
        phone
            .read::<String>("document.querySelector('#pin-now').textContent")
            .await,
        "739105"
    );
    let pause = format!(
        "document.querySelector({}).requestSubmit()",
        quoted("form[action$='/enabled']")
    );
    phone.page.evaluate_expression(pause).await.unwrap();
    phone
        .wait("document.querySelector('#status').innerText.includes('Paused')")
        .await;
    phone.open(link.strip_prefix(&ready.site).unwrap()).await;
    phone.wait("document.querySelector('h1')").await;
    let paused: String = phone.read("document.body.innerText").await;
    assert!(
        !paused.contains("Marta") && !paused.contains("HL_0001"),
        "{paused}"
    );
    phone.close().await;
}
