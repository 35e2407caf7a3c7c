//! The gateway's events (payload format 2.0) into the routers: cookies, base64 bodies, addresses, queries.

use crate::event;
use serde_json::Value;
use tests::actors::{Answer, Site, through};
use tests::emulators::Seeded;
use tests::house::House;

/// Every file.
pub const FILES: &[&str] = &[
    "door-get.json",
    "pin-post-base64.json",
    "gallery-get-cookies.json",
    "default-any.json",
    "cross-site-post.json",
    "malformed-form.json",
    "studio-upload-post.json",
];

/// The event with a gallery's names in it.
fn filled(file: &str, seeded: &Seeded, session: &str) -> Value {
    let text = event(&format!("http/{file}")).to_string();
    let text = text
        .replace("LINK", seeded.link.expose())
        .replace(
            "NAME",
            web::visit::name(&seeded.link).trim_start_matches("visit-"),
        )
        .replace("SESSION", session)
        .replace("GALLERY", &seeded.gallery.id.to_string());
    let mut event: Value = serde_json::from_str(&text).unwrap();
    // what is read here is read plain; what a phone takes is shown once
    event["headers"]["accept-encoding"] = "identity".into();
    event
}

async fn ask(site: &Site, event: &Value) -> Answer {
    match site {
        Site::Router(router) => through(router.clone(), event).await,
        Site::Http { .. } => unreachable!("the house has routers"),
    }
}

/// A phone's first two requests: the door, and the PIN that API Gateway hands over as base64.
#[tokio::test(flavor = "multi_thread")]
async fn the_gateways_events_open_a_gallery() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 2).await;
    let door = ask(&house.gallery, &filled("door-get.json", &seeded, "")).await;
    assert_eq!(door.status, 200);
    assert!(door.text().contains("inputmode=\"numeric\""));
    let mut phone = filled("door-get.json", &seeded, "");
    phone["headers"]["accept-encoding"] =
        event("http/door-get.json")["headers"]["accept-encoding"].clone();
    let packed = ask(&house.gallery, &phone).await;
    assert!(
        !packed.header("content-encoding").is_empty(),
        "{:?}",
        packed.headers
    );
    assert!(packed.body.len() < door.body.len());
    let entered = ask(&house.gallery, &filled("pin-post-base64.json", &seeded, "")).await;
    assert_eq!(entered.status, 303, "{}", entered.text());
    let name = format!("__Host-{}=", web::visit::name(&seeded.link));
    let cookies = entered.set_cookies();
    let session = cookies
        .iter()
        .find_map(|cookie| cookie.strip_prefix(&name))
        .unwrap();
    let session = session.split(';').next().unwrap();
    let inside = ask(
        &house.gallery,
        &filled("gallery-get-cookies.json", &seeded, session),
    )
    .await;
    assert!(
        inside.text().contains("Quellental"),
        "one cookie among others"
    );
    let stolen = ask(
        &house.gallery,
        &filled("gallery-get-cookies.json", &seeded, "forged"),
    )
    .await;
    assert!(!stolen.text().contains("Quellental"));
}

/// guesses count by the address the gateway saw, not by what a visitor writes into X-Forwarded-For.
#[tokio::test(flavor = "multi_thread")]
async fn the_gateways_address_counts() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "739105").await;
    let mut last = 0;
    for guess in 0..=domain::throttle::FREE_GUESSES {
        let mut event = filled("pin-post-base64.json", &seeded, "");
        event["headers"]["x-forwarded-for"] = format!("192.0.{guess}.1, 198.51.{guess}.1").into();
        last = ask(&house.gallery, &event).await.status.as_u16();
    }
    assert_eq!(last, 429);
}

/// Whatever a scanner sends is a page that says where to go, and never a fault.
#[tokio::test(flavor = "multi_thread")]
async fn odd_requests_are_refused_as_pages() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 1).await;
    for (file, status) in [
        ("default-any.json", 404),
        ("cross-site-post.json", 403),
        ("malformed-form.json", 400),
    ] {
        let answer = ask(&house.gallery, &filled(file, &seeded, "")).await;
        assert_eq!(answer.status, status, "{file}: {}", answer.text());
        assert!(answer.text().contains("<h1>"), "{file}");
        assert!(answer.set_cookies().is_empty(), "{file}");
    }
}

/// JSON of a script with the studio's session.
#[tokio::test(flavor = "multi_thread")]
async fn a_script_begins_an_upload() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let owner = house.owner().await;
    let session = owner
        .cookies
        .iter()
        .find(|(name, _)| name.ends_with("studio"))
        .unwrap()
        .1;
    let begun = ask(
        &house.studio,
        &filled("studio-upload-post.json", &seeded, session),
    )
    .await;
    assert_eq!(begun.status, 200, "{}", begun.text());
    assert!(begun.json()["uploadId"].is_string());
    let refused = ask(
        &house.studio,
        &filled("studio-upload-post.json", &seeded, "forged"),
    )
    .await;
    assert_eq!(refused.status, 401);
}
