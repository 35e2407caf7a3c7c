//! What every answer carries, the forms of other sites that nothing takes, and looking that changes nothing: on every
//! route that is declared.

use crate::case::{ANNA, Case};
use crate::rules::listed;
use http::Method;
use tests::actors::{Answer, Browser};
use tests::emulators::now;
use tests::house::House;

/// Somebody who is everything at once: a visit, a person, a *View as*, the owner.
async fn everybody(house: &House, case: &Case) -> Browser {
    let mut browser = house.client(&case.seeded).await;
    let (_, viewing) = house
        .view_as(case.seeded.gallery.id, &crate::case::anna())
        .await;
    for other in [
        house.signed_in(ANNA).await,
        viewing,
        house.owner_since(now()).await,
    ] {
        browser.cookies.extend(other.cookies);
    }
    browser
}

/// What is wrong with an answer's headers; `L1`, R-4.8.
fn faults(answer: &Answer, path: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut hold = |what: &str, holds: bool| {
        if !holds {
            faults.push(format!("{path}: {what}: {:?}", answer.headers));
        }
    };
    hold("noindex", answer.header("x-robots-tag").contains("noindex"));
    hold(
        "nosniff",
        answer.header("x-content-type-options") == "nosniff",
    );
    let hsts = answer.header("strict-transport-security");
    hold("a year of HTTPS", hsts == "max-age=31536000");
    hold(
        "referrer",
        answer.header("referrer-policy") == "same-origin",
    );
    let policy = answer.header("content-security-policy");
    for directive in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ] {
        hold(directive, policy.split("; ").any(|part| part == directive));
    }
    let scripts = policy
        .split("; ")
        .find(|part| part.starts_with("script-src "));
    hold("own scripts only", scripts == Some("script-src 'self'"));
    for word in [
        "unsafe-eval",
        "script-src-elem",
        "script-src-attr",
        " * ",
        " https: ",
    ] {
        hold("nothing looser", !policy.contains(word));
    }
    let kept = if path.starts_with("/assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "private, no-store"
    };
    hold(kept, answer.header("cache-control") == kept);
    for cookie in answer.set_cookies() {
        hold("__Host-", cookie.starts_with("__Host-"));
        for attribute in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            hold(attribute, cookie.contains(attribute));
        }
        hold("no Domain", !cookie.contains("Domain="));
    }
    let text = answer.text();
    if answer.header("content-type").starts_with("text/html") && !text.is_empty() {
        hold(
            "robots",
            text.contains(r#"<meta name="robots" content="noindex"#),
        );
        hold("no inline script", !inline_script(&text));
    }
    faults
}

/// A script in the page itself, or a handler in an attribute.
fn inline_script(text: &str) -> bool {
    let scripts = text.match_indices("<script").any(|(at, _)| {
        let tag = text[at..].split('>').next().unwrap_or_default();
        // data for our own script: never run
        !tag.contains(" src=") && !tag.contains("application/json")
    });
    let lower = text.to_lowercase();
    let handlers = [
        " onclick=",
        " onload=",
        " onerror=",
        " onsubmit=",
        "javascript:",
    ];
    scripts || handlers.iter().any(|handler| lower.contains(handler))
}

/// L1, R-4.8: on every route, for a stranger and for somebody who may everything.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_private_and_runs_no_script_but_ours() {
    let house = House::open().await;
    let (mut wrong, mut checks) = (Vec::new(), 0);
    for route in listed() {
        let case = Case::new(&house).await;
        let mut visitors = vec![Browser::from(&house.gallery, "203.0.113.9")];
        visitors.push(everybody(&house, &case).await);
        for visitor in visitors {
            let answer = case.send(&house, &visitor, route.method, route.path).await;
            wrong.extend(faults(&answer, &case.path(route.path)));
            assert!(
                answer.status.as_u16() < 500,
                "{} {}",
                route.method,
                route.path
            );
            checks += 1;
        }
    }
    assert!(checks > 100, "{checks}");
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
}

/// R-4.9: no form of another site changes anything, whoever's browser sends it.
#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_sites_are_refused() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let victim = everybody(&house, &case).await;
    let before = house.snapshot(&[]).await;
    let mut checks = 0;
    for route in listed() {
        if matches!(route.method, "GET" | "ANY") {
            continue;
        }
        let path = case.path(route.path);
        let (kind, body) = case.body(route.path);
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let headers = [(name, value), ("content-type", kind)];
            let method: Method = route.method.parse().unwrap();
            let mut victim = victim.at(house.site(&path));
            let answer = victim.send(method, &path, &headers, body.clone()).await;
            let what = format!("{} {path} with {name}: {value}", route.method);
            assert_eq!(answer.status, 403, "{what}");
            assert!(answer.set_cookies().is_empty(), "{what}");
            assert_eq!(faults(&answer, &path), Vec::<String>::new());
            checks += 1;
        }
    }
    assert!(checks > 100, "{checks}");
    assert_eq!(house.snapshot(&[]).await, before);
}

/// Partitions of what is noted about a visit; nothing is decided by them.
const NOTES: [&str; 2] = ["SEEN#", "ACTIVITY#"];

/// R-4.9, R-4.6: what is only looked at changes nothing, by whomever and however often: the table is the same, byte for
/// byte, but for the note that somebody was there.
#[tokio::test(flavor = "multi_thread")]
async fn looking_changes_nothing() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let visitors = [
        everybody(&house, &case).await,
        Browser::from(&house.gallery, "203.0.113.9"),
    ];
    let before = house.snapshot(&NOTES).await;
    let uploads = house.emulators.uploads().await;
    let mut checks = 0;
    for route in listed() {
        if !matches!(route.method, "GET" | "ANY") {
            continue;
        }
        let path = case.path(route.path);
        for visitor in &visitors {
            for method in [Method::GET, Method::HEAD] {
                let mut visitor = visitor.at(house.site(&path));
                let answer = visitor.send(method, &path, &[], Vec::new()).await;
                assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
                checks += 1;
            }
        }
        let after = house.snapshot(&NOTES).await;
        let new: Vec<_> = after.iter().filter(|item| !before.contains(item)).collect();
        // what is taken out of the house as a file is noted by whom, and nothing else
        assert_eq!(after.len(), before.len(), "{path} left {new:?}");
        assert_eq!(after, before, "{path} changed {new:?}");
    }
    assert_eq!(house.emulators.uploads().await, uploads);
    assert!(checks > 100, "{checks}");
}

/// P36: *View as* leaves not even the note that somebody was there.
#[tokio::test(flavor = "multi_thread")]
async fn viewing_as_somebody_leaves_no_trace() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let anna = crate::case::anna();
    let (link, viewer) = house.view_as(case.seeded.gallery.id, &anna).await;
    let before = house.snapshot(&[]).await;
    let link = link.expose();
    for path in [
        format!("/g/{link}"),
        format!("/g/{link}/frames"),
        format!("/g/{link}/photo/{}", case.photo),
        format!("/download/{link}/{}", case.photo),
        format!("/download/{link}/{}/web", case.photo),
    ] {
        let answer = viewer.at(house.site(&path)).get(&path).await;
        assert!(
            matches!(answer.status.as_u16(), 200 | 302),
            "{path}: {}",
            answer.status
        );
    }
    let page = viewer
        .at(&house.gallery)
        .get(&format!("/g/{link}"))
        .await
        .text();
    assert!(page.contains(ANNA), "the banner says as whom");
    assert_eq!(house.snapshot(&[]).await, before);
}
