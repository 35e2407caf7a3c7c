//! Clients with names: the invitation on a phone and a laptop, the wrong account, guests, and galleries that close.

use crate::phone::{Phone, quoted};
use chromiumoxide::cdp::browser_protocol::network::{ClearBrowserCookiesParams, CookieParam};
use tests::photographs::jpeg;
use tests::stack::{Made, Photographer, code, mails, shared};
use tests::until;
use tokio::sync::OnceCell;

/// Who is invited.
const MARTA: &str = "marta.l@clients.example";
/// Whoever is not.
const JONAS: &str = "jonas.b@clients.example";

/// A gallery of three photographs, the last not shown to guests, to which [`MARTA`] is invited.
struct Shared {
    made: Made,
    /// Path of her invitation, out of its mail.
    invitation: String,
}

async fn gallery() -> &'static Shared {
    static MADE: OnceCell<Shared> = OnceCell::const_new();
    MADE.get_or_init(|| async {
        let mut photographer = shared().photographer().await;
        let made = photographer.gallery("Marta & Emil", "482916").await;
        fill(&mut photographer, &made).await;
        let before = mails(&shared().ready).await.len();
        let form = [
            ("addresses", MARTA),
            ("asked", "yes"),
            ("enter", "on"),
            ("select", "on"),
            ("originals", "all"),
            ("invite", "on"),
            ("message", "Have a look!"),
        ];
        let path = format!("/studio/galleries/{}/people", made.id);
        let answer = photographer.browser.post(&path, &form).await;
        assert!(answer.status.as_u16() < 400, "{}", answer.text());
        let mail = mail_to(MARTA, before).await;
        let start = mail.find("/i/").expect("the invitation's link");
        let path = mail[start..]
            .split(|c: char| c.is_whitespace() || c == '"')
            .next();
        Shared {
            made,
            invitation: path.unwrap().to_owned(),
        }
    })
    .await
}

async fn fill(photographer: &mut Photographer, made: &Made) {
    for index in 1..=3_u64 {
        let bytes = jpeg(480, 320, 70 + index, &format!("2026:06:14 15:0{index}:05"));
        let name = format!("Ceremony/ME_000{index}.jpg");
        photographer.put(made, &name, bytes).await;
    }
    let photos = photographer.settled(made, 3).await;
    let last = photos
        .iter()
        .find(|photo| photo["file_name"] == "ME_0003.jpg");
    let last = last.unwrap()["id"].as_str().unwrap().to_owned();
    let path = format!("/studio/galleries/{}/photos/mark", made.id);
    let form = [("photo", &*last), ("set", "not-to-guests")];
    let answer = photographer.browser.post(&path, &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
}

/// The text of the first mail to this address among those that came after so many.
pub async fn mail_to(address: &str, before: usize) -> String {
    until("a mail", async || {
        let all = mails(&shared().ready).await;
        let mut new = all.iter().skip(before);
        let mine = new.find(|mail| mail["to"].to_string().contains(address))?;
        Some(mine["text"].as_str()?.to_owned())
    })
    .await
}

/// Types the code that was mailed to this address, on the page that asks for it.
pub async fn type_code(phone: &Phone, address: &str, before: usize) {
    phone.wait("document.querySelector('#code')").await;
    let mailed = until("the mail with the code", async || {
        let all = mails(&shared().ready).await;
        let mut new = all.iter().skip(before);
        code(new.find(|mail| mail["to"].to_string().contains(address))?)
    });
    let mailed = mailed.await;
    phone.type_into("#code", &mailed).await;
    phone.press("Enter").await;
}

/// Signs in by the page for it.
pub async fn sign_in(phone: &Phone, address: &str) {
    let before = mails(&shared().ready).await.len();
    phone.open("/sign-in").await;
    phone.type_into("#email", address).await;
    phone.press("Enter").await;
    type_code(phone, address, before).await;
    phone.wait("location.pathname === '/galleries'").await;
}

/// Puts a cookie into the browser.
pub async fn set(phone: &Phone, name: &str, value: &str) {
    let cookie = CookieParam::builder().name(name).value(value);
    let cookie = cookie.url(&shared().ready.site).build().unwrap();
    phone.page.set_cookie(cookie).await.unwrap();
}

async fn text(phone: &Phone) -> String {
    phone.read("document.body.innerText").await
}

/// Titles and buttons of My galleries.
const LIST: &str = "[...document.querySelectorAll('main li, main tr')].map((row) => row.innerText.replace(/\\s+/g, ' ').trim())";

/// S1, S28, L44: an invitation on a phone, the same address on a laptop: one person, one list.
#[tokio::test(flavor = "multi_thread")]
async fn an_invited_client_is_the_same_on_phone_and_laptop() {
    const NAME: &str = "an_invited_client_is_the_same_on_phone_and_laptop";
    let Some(phone) = Phone::start(NAME).await else {
        return;
    };
    let here = gallery().await;
    let before = mails(&shared().ready).await.len();
    phone.open(&here.invitation).await;
    phone
        .wait("document.querySelector('main form button')")
        .await;
    let page = text(&phone).await;
    assert!(page.contains("m•••l@clients.example"), "{page}");
    assert!(!page.contains(MARTA) && !page.contains("Emil"), "{page}");
    phone.nothing_sideways().await;
    phone.tap("main form button").await;
    type_code(&phone, MARTA, before).await;
    phone
        .wait("document.querySelectorAll('.frame').length === 3")
        .await;
    phone.open("/galleries").await;
    phone
        .wait("document.querySelector('main').innerText.includes('Emil')")
        .await;
    phone.nothing_sideways().await;
    let on_phone: Vec<String> = phone.read(LIST).await;
    phone.close().await;

    let laptop = Phone::start(NAME).await.unwrap();
    laptop.resize(1440, 900).await;
    sign_in(&laptop, MARTA).await;
    laptop
        .wait("document.querySelector('main').innerText.includes('Emil')")
        .await;
    let on_laptop: Vec<String> = laptop.read(LIST).await;
    assert!(!on_phone.is_empty());
    assert_eq!(on_phone, on_laptop);
    laptop
        .tap(&format!("main a[href^='{}']", here.made.link))
        .await;
    laptop
        .wait("document.querySelectorAll('.frame').length === 3")
        .await;
    laptop.close().await;
}

/// S29: whoever else opens the invitation reads which address it is for, and nothing of the gallery.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_account_is_told_which_address_is_meant() {
    let Some(phone) = Phone::start("a_wrong_account_is_told_which_address_is_meant").await else {
        return;
    };
    let here = gallery().await;
    // somebody the studio knows from another gallery
    let mut photographer = shared().photographer().await;
    let added = photographer
        .browser
        .post("/studio/contacts", &[("email", JONAS)])
        .await;
    assert!(
        added.status.as_u16() < 400 || added.status == 409,
        "{}",
        added.text()
    );
    sign_in(&phone, JONAS).await;
    phone.open(&here.invitation).await;
    phone.wait("document.querySelector('h1')").await;
    let page = text(&phone).await;
    assert!(
        page.contains("m•••l@clients.example") && page.contains(JONAS),
        "{page}"
    );
    assert!(!page.contains(MARTA) && !page.contains("Emil"), "{page}");
    phone.nothing_sideways().await;
    // and the one button leads to the right one
    phone.tap("main form button").await;
    phone
        .wait("document.querySelector('main form[action^=\"/i/\"] button')")
        .await;
    assert!(!text(&phone).await.contains(JONAS), "signed out");
    phone.close().await;
}

/// C7, C8: a client's guest link shows what guests may see, with nothing to do there, and ends when its maker says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_guest_looks_and_does_nothing_else() {
    let Some(phone) = Phone::start("a_guest_looks_and_does_nothing_else").await else {
        return;
    };
    let here = gallery().await;
    phone.enter(&here.made).await;
    phone.open(&format!("{}/guests", here.made.link)).await;
    phone.type_into("#label", "Grandparents").await;
    phone.press("Enter").await;
    phone
        .wait("document.querySelector('input[id^=link-]')")
        .await;
    phone.nothing_sideways().await;
    let link: String = phone
        .read("document.querySelector('input[id^=link-]').value")
        .await;
    let link = link.strip_prefix(&shared().ready.site).unwrap().to_owned();
    let makers = phone.page.get_cookies().await.unwrap();
    phone
        .page
        .execute(ClearBrowserCookiesParams::default())
        .await
        .unwrap();

    phone.open(&link).await;
    phone
        .wait("document.querySelectorAll('.frame').length === 2")
        .await;
    let page = text(&phone).await;
    assert!(
        !page.contains("ME_0003") && page.contains("ME_0002"),
        "{page}"
    );
    let controls = "document.querySelectorAll('a[href*=\"/download/\"], a[href$=\"/guests\"], main form, header form').length";
    assert_eq!(
        phone.read::<usize>(controls).await,
        0,
        "nothing to download, share or leave"
    );
    phone.tap(".frame[data-number='1'] .frame__pic").await;
    phone
        .wait("document.querySelector('.pswp .lb__top .num')?.textContent === '1 / 2'")
        .await;
    assert_eq!(phone.read::<usize>(controls).await, 0);
    phone.open(&here.made.link).await;
    phone.wait("document.querySelector('#pin')").await;

    for cookie in &makers {
        set(&phone, &cookie.name, &cookie.value).await;
    }
    phone.open(&format!("{}/guests", here.made.link)).await;
    phone.tap("form[action$='/end'] button").await;
    phone
        .wait("document.querySelector('.guests').innerText.includes('ended')")
        .await;
    phone.open(&link).await;
    phone.wait("document.querySelector('h1')").await;
    assert!(!text(&phone).await.contains("Emil"));
    phone.close().await;
}

/// S36, C15: a gallery that is paused while somebody looks says so at the next tap; one that has ended says when, and
/// both lead to the studio without telling what they were.
#[tokio::test(flavor = "multi_thread")]
async fn a_gallery_that_closes_says_so_at_the_next_tap() {
    let Some(phone) = Phone::start("a_gallery_that_closes_says_so_at_the_next_tap").await else {
        return;
    };
    let mut photographer = shared().photographer().await;
    let made = photographer.gallery("Vera & Nils", "482916").await;
    fill(&mut photographer, &made).await;
    phone.enter(&made).await;
    // a script that still asks for the frames would find the gallery closed before the tap does
    phone
        .wait("document.querySelectorAll('.grid.is-live .frame').length === 3")
        .await;
    phone.quiet().await;
    let enabled = format!("/studio/galleries/{}/enabled", made.id);
    let paused = photographer
        .browser
        .post(&enabled, &[("enabled", "false")])
        .await;
    assert_eq!(paused.status, 303);
    phone.without_script().await;
    phone.tap(".frame[data-number='1'] .frame__pic").await;
    phone
        .wait("document.querySelector('h1') && !document.querySelector('.frame')")
        .await;
    closed(&phone, "paused").await;
    let opened = photographer
        .browser
        .post(&enabled, &[("enabled", "true")])
        .await;
    assert_eq!(opened.status, 303);
    phone.open(&made.link).await;
    phone
        .wait("document.querySelectorAll('.frame').length === 3")
        .await;

    let settings = format!("/studio/galleries/{}/settings", made.id);
    let form = [
        ("title", "Vera & Nils"),
        ("ends", "2026-01-31"),
        ("revision", ""),
    ];
    let revision = photographer.browser.get(&settings).await.text();
    let revision = revision.split("name=\"revision\" value=\"").nth(1).unwrap();
    let revision = revision.split('"').next().unwrap();
    let form = form.map(|(name, value)| (name, if name == "revision" { revision } else { value }));
    let saved = photographer.browser.post(&settings, &form).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    phone.open(&made.link).await;
    phone
        .wait("document.querySelector('h1') && !document.querySelector('.frame')")
        .await;
    closed(&phone, "31 January 2026").await;
    phone.close().await;
}

/// A page that says why, leads to the studio, and tells nothing else.
async fn closed(phone: &Phone, why: &str) {
    let page = text(phone).await;
    assert!(page.contains(why), "{page}");
    assert!(!page.contains("Vera") && !page.contains("ME_000"), "{page}");
    phone
        .wait("document.querySelector('a[href$=\"/ask\"]')")
        .await;
    phone.nothing_sideways().await;
}

/// P36: the studio sees what Marta sees, under a banner on every page, and cannot be mistaken for her.
#[tokio::test(flavor = "multi_thread")]
async fn viewing_as_a_client_stands_under_a_banner() {
    let Some(phone) = Phone::start("viewing_as_a_client_stands_under_a_banner").await else {
        return;
    };
    let here = gallery().await;
    let photographer = shared().photographer().await;
    for (name, value) in &photographer.browser.cookies {
        set(&phone, name, value).await;
    }
    phone
        .open(&format!(
            "/studio/galleries/{}/authorizations",
            here.made.id
        ))
        .await;
    let form = "[...document.querySelectorAll('form[action$=\"/view-as\"]')]
        .find((form) => form.querySelector('[name=subject]').value.startsWith('person-'))";
    phone.wait(form).await;
    // in this tab, and not beside it
    let submit =
        format!("(() => {{ const form = {form}; form.target = ''; form.requestSubmit(); }})()");
    phone.page.evaluate_expression(submit).await.unwrap();
    phone.wait("location.pathname.startsWith('/g/')").await;
    let banner = format!(
        "document.querySelector('.viewas').innerText.includes({})",
        quoted(MARTA)
    );
    phone.wait(&banner).await;
    phone
        .wait("document.querySelectorAll('.frame').length === 3")
        .await;
    phone.nothing_sideways().await;
    let address: String = phone.read("location.pathname").await;
    assert_ne!(address, here.made.link, "an address of its own");
    let photo: String = phone
        .read("document.querySelector('.frame').dataset.id")
        .await;
    phone.open(&format!("{address}/photo/{photo}")).await;
    phone.wait(&banner).await;
    phone.open(&format!("{address}/guests")).await;
    phone.wait(&banner).await;
    assert!(
        !phone
            .read::<bool>("Boolean(document.querySelector('#label'))")
            .await,
        "it only looks"
    );
    // the clients' link is still a door: the studio is no visitor
    phone.open(&here.made.link).await;
    phone
        .wait("document.querySelector('#pin') && !document.querySelector('.viewas')")
        .await;
    // and the address opens nowhere else
    let mut other = tests::actors::Browser::new(&tests::actors::Site::http(&shared().ready.site));
    assert_eq!(other.get(&address).await.status, 404);
    phone.open(&address).await;
    phone.tap(".viewas a").await;
    phone
        .wait("location.pathname.endsWith('/authorizations')")
        .await;
    phone.close().await;
}
