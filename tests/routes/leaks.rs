//! What nobody can tell apart: a link that never was from one that cannot be, a photograph of somebody else from none,
//! a full gallery from an empty one (L2, invariant 2).

use domain::ids::{LinkToken, PhotoId};
use tests::actors::{Answer, Browser};
use tests::house::House;

/// Status, headers and body, without what the request itself names.
fn fingerprint(answer: &Answer, named: &[&str]) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter();
    let mut headers: Vec<(String, String)> = headers
        .map(|(name, value)| {
            (
                name.to_string(),
                value.to_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    headers.sort();
    let mut body = answer.text();
    for name in named {
        body = body.replace(name, "…");
        for (_, value) in &mut headers {
            *value = value.replace(name, "…");
        }
    }
    (answer.status.as_u16(), headers, body)
}

/// L4, R-4.7: whoever tries links learns nothing from a miss.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_link_is_like_a_malformed_one() {
    let house = House::open().await;
    let unknown = LinkToken::random();
    let photo = PhotoId::of_key("x");
    let links = [
        unknown.expose(),
        "x",
        "UPPERCASEUPPERCASEUPPERCA",
        "..%2f..%2fetc",
        "%00",
        "ü",
    ];
    for (method, tail) in [
        ("GET", ""),
        ("POST", ""),
        ("GET", "/frames"),
        ("GET", "/photo/{photo}"),
        ("GET", "/sign-in"),
        ("GET", "/ask"),
        ("GET", "/download"),
    ] {
        let mut answers = Vec::new();
        for link in links {
            let path = match tail {
                "/download" => format!("/download/{link}/{photo}"),
                tail => format!("/g/{link}{}", tail.replace("{photo}", photo.as_str())),
            };
            let mut browser = Browser::new(house.site(&path));
            let answer = match method {
                "POST" => browser.post(&path, &[("pin", "482916")]).await,
                _ => browser.get(&path).await,
            };
            assert_eq!(answer.status, 404, "{method} {path}");
            answers.push(fingerprint(&answer, &[]));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{method} {tail}: {answers:#?}");
    }
}

/// GHSA-g94x's class: another gallery's photograph, a rejected one, one being prepared and one that never was are the
/// same to a client.
#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_one_may_not_see_does_not_exist() {
    let house = House::open().await;
    let mine = house.full_gallery("Quellental", "482916", 1).await;
    let other = house.full_gallery("Nebenan", "739105", 1).await;
    let client = house.client(&mine).await;
    let id = |gallery: &domain::gallery::Gallery, name: &str| {
        PhotoId::of_key(&format!("{}/Vesperzeit/{name}", gallery.folder)).to_string()
    };
    let hidden = [
        id(&other.gallery, "ZQX_2041.jpg"),
        id(&mine.gallery, "ZQX_1001.jpg"),
        id(&mine.gallery, "ZQX_1002.jpg"),
        id(&mine.gallery, "never.jpg"),
        "not-an-id".to_owned(),
        "../../etc/passwd".replace('/', "%2F"),
    ];
    for prefix in [
        format!("{}/photo", mine.path()),
        format!("/download/{}", mine.link.expose()),
    ] {
        let mut answers = Vec::new();
        for photo in &hidden {
            let path = format!("{prefix}/{photo}");
            let answer = client.at(house.site(&path)).get(&path).await;
            assert_eq!(answer.status, 404, "{path}");
            answers.push(fingerprint(&answer, &[]));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{prefix}: {answers:#?}");
        let path = format!("{prefix}/{}", id(&mine.gallery, "ZQX_2041.jpg"));
        let seen = client.at(house.site(&path)).get(&path).await;
        assert!(
            seen.status == 200 || seen.status == 302,
            "its own: {}",
            seen.status
        );
    }
    let frames = client
        .at(&house.gallery)
        .get(&format!("{}/frames", mine.path()))
        .await;
    assert_eq!(frames.json()["names"], serde_json::json!(["ZQX_2041.jpg"]));
}

/// L2: before the PIN there is no title, no name and no count: the door of a full gallery is that of an empty one.
#[tokio::test(flavor = "multi_thread")]
async fn the_door_does_not_tell_what_is_behind_it() {
    let house = House::open().await;
    let full = house.full_gallery("Quellental", "482916", 7).await;
    let empty = house
        .emulators
        .gallery("A much longer title of another gallery", "739105")
        .await;
    let mut doors = Vec::new();
    for seeded in [&full, &empty] {
        let mut browser = Browser::new(&house.gallery);
        let answer = browser.get(&seeded.path()).await;
        assert_eq!(answer.status, 200);
        doors.push(fingerprint(&answer, &[seeded.link.expose()]));
    }
    assert_eq!(doors[0], doors[1]);
    for seeded in [&full, &empty] {
        assert!(
            house
                .emulators
                .table()
                .set_enabled(seeded.gallery.id, false)
                .await
                .unwrap()
        );
    }
    let mut paused = Vec::new();
    for seeded in [&full, &empty] {
        let answer = Browser::new(&house.gallery).get(&seeded.path()).await;
        assert_eq!(answer.status, 403);
        paused.push(fingerprint(&answer, &[seeded.link.expose()]));
    }
    assert_eq!(paused[0], paused[1]);
}

/// L1: no page lists galleries; the front page knows none.
#[tokio::test(flavor = "multi_thread")]
async fn the_front_page_lists_nothing() {
    let house = House::open().await;
    let before = Browser::new(&house.gallery).get("/").await;
    let seeded = house.full_gallery("Quellental", "482916", 1).await;
    let mut client = house.client(&seeded).await;
    let after = client.get("/").await;
    assert_eq!(before.text(), after.text());
    assert_eq!(
        client.get("/robots.txt").await.text(),
        "User-agent: *\nDisallow: /\n"
    );
}

/// 5.1, S27: a title that the studio lets stand at the door is all that stands there, and it goes when the gallery closes.
#[tokio::test(flavor = "multi_thread")]
async fn a_title_at_the_door_goes_when_the_gallery_closes() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 3).await;
    let id = seeded.gallery.id;
    house
        .change(id, |gallery| gallery.title_at_door = true)
        .await;
    let mut stranger = Browser::new(&house.gallery);
    let door = stranger.get(&seeded.path()).await.text();
    assert!(door.contains("Quellental"));
    assert!(!door.contains("Vesperzeit") && !door.contains("ZQX_") && !door.contains("X-Amz-"));
    let closed: [fn(&mut domain::gallery::Gallery); 3] = [
        |gallery| gallery.published = None,
        |gallery| gallery.enabled = false,
        |gallery| gallery.expires = Some(tests::emulators::now()),
    ];
    for close in closed {
        house
            .change(id, |gallery| {
                gallery.published = Some(gallery.created);
                gallery.enabled = true;
                gallery.expires = None;
                close(gallery);
            })
            .await;
        for end in ["", "/sign-in", "/ask", "/frames", "/guests"] {
            let path = format!("{}{end}", seeded.path());
            let answer = stranger.get(&path).await;
            assert!(
                !answer.text().contains("Quellental"),
                "{path}: {}",
                answer.status
            );
        }
        let typed = stranger.post(&seeded.path(), &[("pin", "482916")]).await;
        assert!(!typed.text().contains("Quellental") && typed.set_cookies().is_empty());
    }
}
