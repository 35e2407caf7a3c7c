//! Routes times visitors (T5): each cell a status; a route that is not in the table fails the test.

use domain::ids::PhotoId;
use http::Method;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use tests::actors::Browser;
use tests::emulators::Seeded;
use tests::house::House;

/// Who comes, in the order of the matrix' columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Nobody in particular.
    Anonymous,
    /// Typed a wrong PIN.
    WrongPin,
    /// Came in with the PIN.
    Client,
    /// Came into another gallery, and sends that session for this one.
    OtherClient,
    /// Came in before the PIN was changed.
    BeforeNewPin,
    /// Came in before the gallery was paused.
    Paused,
    /// Came in and left; still sends the old session.
    Left,
    /// The owner, signed in to the studio.
    Owner,
}

const ALL: [Who; 8] = [
    Who::Anonymous,
    Who::WrongPin,
    Who::Client,
    Who::OtherClient,
    Who::BeforeNewPin,
    Who::Paused,
    Who::Left,
    Who::Owner,
];

/// For each route the status that each of [`ALL`] gets.
const MATRIX: &[(&str, &str, [u16; 8])] = &[
    // what belongs to no gallery
    ("GET", "/", [200; 8]),
    ("GET", "/robots.txt", [200; 8]),
    ("GET", "/assets/{file}", [200; 8]),
    ("ANY", "$default", [404; 8]),
    // the door is 200 as well: that it is the door is shown below
    ("GET", "/g/{link}", [200, 200, 200, 200, 200, 403, 200, 200]),
    // a wrong PIN each time
    ("POST", "/g/{link}", [403; 8]),
    (
        "GET",
        "/g/{link}/frames",
        [401, 401, 200, 401, 401, 403, 401, 401],
    ),
    (
        "GET",
        "/g/{link}/photo/{photo}",
        [303, 303, 200, 303, 303, 403, 303, 303],
    ),
    ("POST", "/g/{link}/leave", [303; 8]),
    (
        "GET",
        "/download/{link}/{photo}",
        [303, 303, 302, 303, 303, 403, 303, 303],
    ),
    // a sign-in is open to everyone; a code without having asked for one is refused
    ("GET", "/studio/sign-in", [200; 8]),
    ("POST", "/studio/sign-in", [303; 8]),
    ("POST", "/studio/code", [422; 8]),
    // pages of the studio send to the sign-in, scripts are told
    ("GET", "/studio", [303, 303, 303, 303, 303, 303, 303, 200]),
    (
        "GET",
        "/studio/new",
        [303, 303, 303, 303, 303, 303, 303, 200],
    ),
    ("POST", "/studio/galleries", [303; 8]),
    (
        "GET",
        "/studio/galleries/{gallery}",
        [303, 303, 303, 303, 303, 303, 303, 200],
    ),
    (
        "GET",
        "/studio/galleries/{gallery}/photos",
        [401, 401, 401, 401, 401, 401, 401, 200],
    ),
    ("POST", "/studio/galleries/{gallery}/pin", [303; 8]),
    ("POST", "/studio/galleries/{gallery}/enabled", [303; 8]),
    (
        "POST",
        "/studio/galleries/{gallery}/uploads",
        [401, 401, 401, 401, 401, 401, 401, 200],
    ),
    (
        "GET",
        "/studio/galleries/{gallery}/uploads/{upload}/parts",
        [401, 401, 401, 401, 401, 401, 401, 200],
    ),
    (
        "GET",
        "/studio/galleries/{gallery}/uploads/{upload}/parts/{part}",
        [401, 401, 401, 401, 401, 401, 401, 200],
    ),
    (
        "POST",
        "/studio/galleries/{gallery}/uploads/{upload}/complete",
        [401, 401, 401, 401, 401, 401, 401, 400],
    ),
    (
        "DELETE",
        "/studio/galleries/{gallery}/uploads/{upload}",
        [401, 401, 401, 401, 401, 401, 401, 204],
    ),
    // the last, for it ends the owner's session
    ("POST", "/studio/sign-out", [303; 8]),
];

/// Words that only somebody inside may read: title, chapter, the beginning of every file name.
const SECRETS: [&str; 3] = ["Quellental", "Vesperzeit", "ZQX_"];

/// One visitor's gallery and browser.
struct Case {
    who: Who,
    seeded: Seeded,
    browser: Browser,
    photo: String,
    upload: String,
}

impl Case {
    async fn new(house: &House, who: Who) -> Self {
        let seeded = house.full_gallery("Quellental", "482916", 3).await;
        let browser = visitor(house, who, &seeded).await;
        let key = |name: &str| format!("{}/Vesperzeit/{name}", seeded.gallery.folder);
        let upload = house
            .emulators
            .originals()
            .start_upload(&key("new.jpg"), "image/jpeg")
            .await
            .unwrap();
        Self {
            who,
            photo: PhotoId::of_key(&key("ZQX_2041.jpg")).to_string(),
            upload,
            browser,
            seeded,
        }
    }

    /// The path with this gallery's names in it.
    fn path(&self, route: &str) -> String {
        let asset = web::assets::url("base.css");
        let key = format!("{}/Vesperzeit/new.jpg", self.seeded.gallery.folder);
        let path = route
            .replace("$default", "/wp-login.php")
            .replace("/assets/{file}", &asset)
            .replace("{link}", self.seeded.link.expose())
            .replace("{photo}", &self.photo)
            .replace("{gallery}", &self.seeded.gallery.id.to_string())
            .replace("{upload}", &self.upload)
            .replace("{part}", "1");
        if route.contains("{upload}") {
            format!("{path}?key={key}")
        } else {
            path
        }
    }

    /// What is sent: a form, JSON, or nothing.
    fn body(&self, method: &str, route: &str) -> (&'static str, Vec<u8>) {
        let form = |text: &str| {
            (
                "application/x-www-form-urlencoded",
                text.as_bytes().to_vec(),
            )
        };
        let json = |value: serde_json::Value| ("application/json", value.to_string().into_bytes());
        let key = format!("{}/Vesperzeit/new.jpg", self.seeded.gallery.folder);
        match (method, route) {
            ("POST", "/g/{link}") => form("pin=777333"),
            ("POST", "/studio/sign-in") => form("email=somebody%40else.example"),
            ("POST", "/studio/code") => form("code=123456"),
            ("POST", "/studio/galleries") => form("title=Made+by+a+visitor&pin=918273"),
            ("POST", "/studio/galleries/{gallery}/pin") => form("pin=918273"),
            ("POST", "/studio/galleries/{gallery}/enabled") => form("enabled=true"),
            ("POST", "/studio/galleries/{gallery}/uploads") => json(
                json!({ "name": "other.jpg", "section": "Vesperzeit", "size": 1000, "type": "image/jpeg" }),
            ),
            // parts that the bucket does not have: the owner gets as far as being told so
            ("POST", _) if route.ends_with("/complete") => json(
                json!({ "key": key, "parts": [{ "number": 1, "etag": "\"0\"" }], "replace": false }),
            ),
            _ => form(""),
        }
    }
}

async fn visitor(house: &House, who: Who, seeded: &Seeded) -> Browser {
    let table = house.emulators.table();
    match who {
        Who::Anonymous => Browser::from(&house.gallery, "203.0.113.1"),
        Who::WrongPin => {
            let mut browser = Browser::from(&house.gallery, "203.0.114.1");
            assert_eq!(
                browser
                    .post(&seeded.path(), &[("pin", "111999")])
                    .await
                    .status,
                403
            );
            browser
        }
        Who::Client => house.client(seeded).await,
        Who::OtherClient => {
            let other = house.emulators.gallery("Another gallery", "482916").await;
            let mut browser = house.client(&other).await;
            let name = |link| format!("__Host-{}", web::visit::name(link));
            let session = browser.cookies[&name(&other.link)].clone();
            browser.cookies.insert(name(&seeded.link), session);
            browser
        }
        Who::BeforeNewPin => {
            let browser = house.client(seeded).await;
            let lock = house.emulators.lock(seeded.gallery.id, "550011");
            assert!(table.set_pin(seeded.gallery.id, Some(&lock)).await.unwrap());
            browser
        }
        Who::Paused => {
            let browser = house.client(seeded).await;
            assert!(table.set_enabled(seeded.gallery.id, false).await.unwrap());
            browser
        }
        Who::Left => {
            let mut browser = house.client(seeded).await;
            let before = browser.cookies.clone();
            assert_eq!(
                browser
                    .post(&format!("{}/leave", seeded.path()), &[])
                    .await
                    .status,
                303
            );
            browser.cookies = before;
            browser
        }
        Who::Owner => house.owner().await,
    }
}

/// Routes of all functions with pages.
fn routes() -> BTreeSet<(&'static str, &'static str)> {
    gallery::ROUTES
        .iter()
        .chain(studio::ROUTES)
        .chain(download::ROUTES)
        .copied()
        .collect()
}

/// T5: a route without an entry is a route nobody thought about.
#[test]
fn every_route_is_in_the_matrix() {
    let listed: BTreeSet<(&str, &str)> = MATRIX
        .iter()
        .map(|(method, path, _)| (*method, *path))
        .collect();
    assert_eq!(listed, routes());
    assert_eq!(listed.len(), MATRIX.len(), "a route is listed twice");
}

/// Invariant 2, T5: every route for every visitor, and no word of the photographs for those outside.
#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_every_visitor_as_the_matrix_says() {
    let house = House::open().await;
    let mut wrong = Vec::new();
    for (column, who) in ALL.into_iter().enumerate() {
        for (method, route, statuses) in MATRIX {
            // a case of its own: what one route changes, the next does not see
            let case = Case::new(&house, who).await;
            let path = case.path(route);
            let mut browser = case.browser.at(house.site(&path));
            let (kind, body) = case.body(method, route);
            let method: Method = method.replace("ANY", "GET").parse().unwrap();
            let headers = [
                ("origin", tests::emulators::ORIGIN),
                ("sec-fetch-site", "same-origin"),
                ("content-type", kind),
            ];
            let answer = browser.send(method.clone(), &path, &headers, body).await;
            if answer.status != statuses[column] {
                wrong.push(format!(
                    "{method} {route} for {who:?}: {} instead of {}",
                    answer.status, statuses[column]
                ));
            }
            let inside = matches!(case.who, Who::Client)
                || (case.who == Who::Owner && route.starts_with("/studio"));
            let said = format!("{:?} {}", answer.headers, answer.text());
            for secret in SECRETS.iter().filter(|_| !inside) {
                if said.contains(secret) {
                    wrong.push(format!("{method} {route} tells {who:?} of {secret}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a stranger sends to the studio is not only answered with a redirect: nothing happened.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_was_not_done() {
    let house = House::open().await;
    let case = Case::new(&house, Who::Client).await;
    let before = facts(&house, &case).await;
    for (method, route, _) in MATRIX
        .iter()
        .filter(|(_, route, _)| route.starts_with("/studio/galleries"))
    {
        let path = case.path(route);
        let mut stranger = case.browser.at(&house.studio);
        let (kind, body) = case.body(method, route);
        let method: Method = method.parse().unwrap();
        stranger
            .send(method, &path, &[("content-type", kind)], body)
            .await;
    }
    assert_eq!(facts(&house, &case).await, before);
    let uploads = house
        .emulators
        .s3
        .list_multipart_uploads()
        .bucket(&house.emulators.originals);
    assert_eq!(
        uploads.send().await.unwrap().uploads().len(),
        1,
        "the one of the case"
    );
}

/// Galleries, their PINs and whether they are open.
async fn facts(house: &House, case: &Case) -> BTreeMap<String, String> {
    let table = house.emulators.table();
    let galleries = table.galleries().await.unwrap();
    let (gallery, row) = table
        .gallery(case.seeded.gallery.id)
        .await
        .unwrap()
        .unwrap();
    BTreeMap::from([
        ("galleries".into(), galleries.len().to_string()),
        ("enabled".into(), gallery.enabled.to_string()),
        ("pin".into(), row.pin.unwrap().hash),
    ])
}
