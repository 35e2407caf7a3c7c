//! What assistive technology meets (WCAG 2.2 AA), by axe-core on every kind of page, on a phone and on a large screen.

use crate::phone::{Phone, large_gallery};
use chromiumoxide::cdp::browser_protocol::network::CookieParam;
use serde::Deserialize;
use std::io::Write as _;
use tests::stack::shared;

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

const RUN: &str =
    "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] })
    .then((found) => found.violations.map(({ id, impact, nodes }) =>
        ({ id, impact, nodes: nodes.map(({ html }) => ({ html })) })))";

/// What the page shows now.
async fn violations(phone: &Phone, script: &str) -> Vec<Violation> {
    phone.wait("document.readyState === 'complete'").await;
    phone.page.evaluate_expression(script).await.unwrap();
    phone.read(RUN).await
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
        for violation in violations(phone, &script).await {
            let html: Vec<_> = violation.nodes.iter().map(|node| &*node.html).collect();
            let (id, impact) = (violation.id, violation.impact.unwrap_or_default());
            wrong.push(format!(
                "{path} at {width}: {id} ({impact}): {}",
                html.join("\n    ")
            ));
        }
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
