//! What assistive technology meets (WCAG 2.2 AA), by axe-core on every kind of page, on a phone and on a large screen.

use crate::people::set;
use crate::phone::{Phone, large_gallery};
use chromiumoxide::cdp::browser_protocol::emulation::MediaFeature;
use chromiumoxide::cdp::browser_protocol::network::CookieParam;
use serde::Deserialize;
use std::io::Write as _;
use tests::photographs::roll;
use tests::stack::{Made, shared};
use tests::until;

/// A rule that a page does not keep.
#[derive(Debug, Deserialize)]
struct Violation {
    id: String,
    impact: Option<String>,
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    html: String,
    why: String,
}

/// The script that `AXE` names: `axe.min.js` of the npm package axe-core.
#[expect(
    clippy::disallowed_methods,
    reason = "the test's own settings, which no function reads"
)]
fn axe(test: &str) -> Option<String> {
    let named = std::env::var("AXE").ok().filter(|name| !name.is_empty());
    let Some(path) = named else {
        // past the harness, which keeps what a passing test prints to itself
        let _ = writeln!(
            std::io::stderr(),
            "{test}: not run, for AXE names no axe.min.js"
        );
        return None;
    };
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}")))
}

/// A lightbox covers the page: then it alone is met.
const RUN: &str =
    "axe.run(document.querySelector('.pswp') ?? document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then((found) => found.violations.map(({ id, impact, nodes }) =>
        ({ id, impact, nodes: nodes.map(({ html, failureSummary: why }) => ({ html, why })) })))";

/// What the page shows now.
async fn violations(phone: &Phone, script: &str) -> Vec<Violation> {
    phone.wait("document.readyState === 'complete'").await;
    phone.page.evaluate_expression(script).await.unwrap();
    phone.read(RUN).await
}

/// What the page that is shown breaks, in a line each.
async fn broken(phone: &Phone, script: &str, shown: &str) -> Vec<String> {
    let violations = violations(phone, script).await.into_iter();
    let lines = violations.map(|violation| {
        let nodes = violation.nodes.iter();
        let html: Vec<_> = nodes
            .map(|Node { html, why }| format!("{html} {why}"))
            .collect();
        let (id, impact) = (violation.id, violation.impact.unwrap_or_default());
        format!("{shown}: {id} ({impact}): {}", html.join("\n    "))
    });
    lines.collect()
}

/// Product 5.4: no page of clients or of the studio breaks a rule.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_breaks_a_rule_of_accessibility() {
    const NAME: &str = "no_page_breaks_a_rule_of_accessibility";
    let (Some(script), Some(phone)) = (axe(NAME), Phone::start(NAME).await) else {
        return;
    };
    let made = large_gallery().await;
    let door = made.link.clone();
    let outside = [
        door.clone(),
        format!("{door}/sign-in"),
        format!("{door}/ask"),
        "/sign-in".into(),
        "/ask".into(),
        "/".into(),
        "/nowhere".into(),
        "/g/0123456789abcdefghjkmnpqrs".into(),
        "/i/0123456789abcdefghjkmnpqrs".into(),
        "/studio/sign-in".into(),
    ];
    let one = format!("/studio/galleries/{}", made.id);
    let inside = [
        door.clone(),
        format!("{door}/guests"),
        "/studio".into(),
        "/studio/new".into(),
        "/studio/account".into(),
        "/studio/contacts".into(),
        "/studio/team".into(),
        "/studio/mark".into(),
        "/studio/products".into(),
        format!("/studio/products/{}", domain::product::SMALL),
        "/studio/activity".into(),
        "/studio/prove?then=/studio/team".into(),
        one.clone(),
        format!("{one}/authorizations"),
        format!("{one}/people"),
        format!("{one}/settings"),
        format!("{one}/activity"),
        format!("{one}/link"),
    ];
    let mut wrong = Vec::new();
    let mut look = async |phone: &Phone, path: &str, width: i64| {
        phone.open(path).await;
        wrong.extend(broken(phone, &script, &format!("{path} at {width}")).await);
    };
    for (width, height) in [(390, 844), (1440, 900)] {
        phone.resize(width, height).await;
        for path in &outside {
            look(&phone, path, width).await;
        }
    }
    // and it would say so
    let nameless =
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')";
    phone.page.evaluate_expression(nameless).await.unwrap();
    let seen = violations(&phone, &script).await;
    assert!(seen.iter().any(|rule| rule.id == "button-name"), "{seen:?}");
    phone.enter(made).await;
    for (name, value) in &shared().photographer().await.browser.cookies {
        let cookie = CookieParam::builder().name(name).value(value);
        let cookie = cookie.url(&shared().ready.site).build().unwrap();
        phone.page.set_cookie(cookie).await.unwrap();
    }
    for (width, height) in [(390, 844), (1440, 900)] {
        phone.resize(width, height).await;
        for path in &inside {
            look(&phone, path, width).await;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    phone.close().await;
}

/// A phone by day and a desk by night.
const SCREENS: [(i64, i64, &str); 2] = [(390, 844, "light"), (1440, 900, "dark")];

/// A gallery in which everybody with the PIN may do everything, with a file that waits.
async fn choosing_gallery() -> Made {
    let mut photographer = shared().photographer().await;
    let made = photographer.gallery("Åkerö", "482916").await;
    for (at, (name, bytes)) in roll(6).into_iter().enumerate() {
        // two of one name, in two sections
        let name = if at == 5 {
            "IMG_2041.jpg".to_owned()
        } else {
            name
        };
        let path = format!("{}/{name}", if at < 3 { "Ashore" } else { "At sea" });
        photographer.put(&made, &path, bytes).await;
    }
    photographer.settled(&made, 6).await;
    let base = format!("/studio/galleries/{}", made.id);
    let settings = [
        ("title", "Åkerö"),
        ("kind", "proof-retouch-deliver"),
        ("style", "proofing"),
        ("table", "own"),
    ];
    let path = format!("{base}/settings");
    photographer.send(&path, &path, &settings).await;
    let choosing = [
        ("mode", "selection"),
        ("min", "2"),
        ("max", "4"),
        ("drawing", "on"),
        ("filters", "on"),
        ("show_states", "on"),
        ("offer", "all"),
        ("incoming", "replace"),
        ("incoming_stage", "final"),
    ];
    let path = format!("{base}/choosing");
    photographer.send(&path, &path, &choosing).await;
    let rights = [
        ("enter", "on"),
        ("select", "on"),
        ("rate", "on"),
        ("comment", "on"),
        ("order", "on"),
        ("originals", "all"),
        ("seen", "0"),
    ];
    let row = format!("{base}/authorizations/anybody");
    let answer = photographer.browser.post(&row, &rights).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let (_, bytes) = roll(7).remove(6);
    photographer.put(&made, "IMG_2041.jpg", bytes).await;
    until("a file that waits", async || {
        let mut studio = photographer.browser.clone();
        let page = studio.get(&format!("{base}/waiting")).await.text();
        page.contains("waits__list").then_some(())
    })
    .await;
    made
}

async fn screen(phone: &Phone, (width, height, scheme): (i64, i64, &str)) -> String {
    phone.resize(width, height).await;
    let feature = MediaFeature::new("prefers-color-scheme", scheme);
    phone
        .page
        .emulate_media_features(vec![feature])
        .await
        .unwrap();
    format!("at {width} in {scheme}")
}

/// Opens the first photograph's thread and draws on it.
async fn draw(phone: &Phone) {
    phone.tap(".frame[data-number='1'] .frame__pic").await;
    phone
        .wait("document.querySelector('.pswp--open.pswp--ui-visible .act--talk')")
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
    until("a line on the photograph", async || {
        let [x, y]: [f64; 2] = phone.look(middle).await?;
        phone
            .swipe((x - 40.0, y - 20.0), (x + 60.0, y + 25.0))
            .await;
        let drawn = "document.querySelector('.pswp .thread__drawn')?.innerText.includes('a line')";
        phone.look::<bool>(drawn).await.filter(|drawn| *drawn)
    })
    .await;
}

/// Product 5.4: nor does a page of choosing, confirming, ordering and shipping, on either side.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_choosing_breaks_a_rule_of_accessibility() {
    const NAME: &str = "no_page_of_choosing_breaks_a_rule_of_accessibility";
    let (Some(script), Some(phone)) = (axe(NAME), Phone::start(NAME).await) else {
        return;
    };
    let made = choosing_gallery().await;
    let door = made.link.clone();
    let base = format!("/studio/galleries/{}", made.id);
    let mut wrong = Vec::new();
    phone.enter(&made).await;
    for number in [1, 2, 4] {
        phone
            .tap(&format!(".frame[data-number='{number}'] button.heart"))
            .await;
    }
    phone.tap(".frame[data-number='2'] .frame__pic").await;
    phone
        .wait("document.querySelector('.pswp--open.pswp--ui-visible .act-more')")
        .await;
    phone.tap(".pswp .act-more summary").await;
    phone.tap(".pswp .act-more li button").await;
    phone
        .wait("document.querySelector('.pswp .act-more li button[aria-pressed=true]')")
        .await;
    phone
        .wait("!Object.keys(localStorage).some((key) => key.startsWith('tap.'))")
        .await;
    for at in SCREENS {
        let at = screen(&phone, at).await;
        phone.open(&door).await;
        phone
            .wait("document.querySelectorAll('.grid.is-live .is-chosen').length === 3")
            .await;
        // at the page's end, where nothing lies under the bar
        phone
            .wait("scrollTo(0, document.documentElement.scrollHeight) ?? true")
            .await;
        wrong.extend(broken(&phone, &script, &format!("hearts {at}")).await);
        draw(&phone).await;
        wrong.extend(broken(&phone, &script, &format!("lightbox {at}")).await);
        for page in ["review", "cart"] {
            phone.open(&format!("{door}/{page}")).await;
            wrong.extend(broken(&phone, &script, &format!("{page} {at}")).await);
        }
    }
    phone.open(&format!("{door}/review")).await;
    phone.tap("#confirm .btn--go").await;
    phone
        .wait("location.pathname.includes('/confirmed/')")
        .await;
    let confirmed: String = phone.read("location.pathname").await;
    phone.open(&format!("{door}/orders")).await;
    phone.wait("document.querySelector('.orders a')").await;
    let order: String = phone
        .read("document.querySelector('.orders a').getAttribute('href')")
        .await;
    for (name, value) in &shared().photographer().await.browser.cookies {
        set(&phone, name, value).await;
    }
    let id = order.rsplit('/').next().unwrap();
    phone.open(&base).await;
    let photo: String = phone
        .read("document.querySelector('a[href*=\"/photos/\"]').getAttribute('href')")
        .await;
    let pages = [
        door.clone(),
        confirmed,
        format!("{door}/orders"),
        order.clone(),
        format!("{base}/selection"),
        "/studio/orders".into(),
        format!("{base}/orders"),
        format!("{base}/orders/{id}"),
        format!("{base}/choosing"),
        format!("{base}/waiting"),
        "/studio/products".into(),
        photo,
        format!("{base}?upload=finals"),
    ];
    for at in SCREENS {
        let at = screen(&phone, at).await;
        for path in &pages {
            phone.open(path).await;
            phone.wait("document.querySelector('h1')").await;
            wrong.extend(broken(&phone, &script, &format!("{path} {at}")).await);
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    phone.close().await;
}
