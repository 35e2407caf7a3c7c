//! What every answer carries, and the forms of other sites that nothing takes.

use http::Method;
use tests::actors::{Answer, Browser};
use tests::house::House;

fn assert_private(answer: &Answer, path: &str) {
    assert!(
        answer.header("x-robots-tag").contains("noindex"),
        "{path}: {:?}",
        answer.headers
    );
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=31536000",
        "{path}"
    );
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
    assert!(policy.contains("script-src 'self';"), "{path}: {policy}");
    assert!(
        policy.contains("frame-ancestors 'none'"),
        "{path}: {policy}"
    );
    assert!(!answer.header("referrer-policy").is_empty(), "{path}");
    if path.starts_with("/assets/") {
        assert_eq!(
            answer.header("cache-control"),
            "public, max-age=31536000, immutable"
        );
    } else {
        assert_eq!(
            answer.header("cache-control"),
            "private, no-store",
            "{path}"
        );
    }
}

/// L1: nothing indexes, frames, sniffs or keeps any page; the only thing kept is our own files.
#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_private_and_not_indexed() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 1).await;
    let client = house.client(&seeded).await;
    let owner = house.owner().await;
    let (link, id) = (seeded.path(), seeded.gallery.id);
    let photo = domain::ids::PhotoId::of_key(&format!(
        "{}/Vesperzeit/ZQX_2041.jpg",
        seeded.gallery.folder
    ));
    let paths = [
        "/".to_owned(),
        "/robots.txt".into(),
        web::assets::url("base.css"),
        "/nowhere".into(),
        link.clone(),
        format!("{link}/frames"),
        format!("{link}/photo/{photo}"),
        format!("/download/{}/{photo}", seeded.link.expose()),
        "/studio/sign-in".into(),
        "/studio".into(),
        "/studio/new".into(),
        format!("/studio/galleries/{id}"),
        format!("/studio/galleries/{id}/photos"),
    ];
    for path in &paths {
        for visitor in [&Browser::new(&house.gallery), &client, &owner] {
            let answer = visitor.at(house.site(path)).get(path).await;
            assert_private(&answer, path);
            if answer.text().contains("<html") {
                assert!(
                    answer
                        .text()
                        .contains(r#"<meta name="robots" content="noindex"#),
                    "{path}"
                );
            }
        }
    }
}

/// R-4.9: no form of another site changes anything, whoever's browser sends it.
#[tokio::test(flavor = "multi_thread")]
async fn forms_of_other_sites_are_refused() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 1).await;
    let mut everything = house.client(&seeded).await;
    everything.cookies.extend(house.owner().await.cookies);
    let routes = gallery::ROUTES
        .iter()
        .chain(studio::ROUTES)
        .chain(download::ROUTES);
    let writing = routes.filter(|(method, _)| !matches!(*method, "GET" | "ANY"));
    let before = house.items().await.len();
    for (method, route) in writing {
        let path = route
            .replace("{link}", seeded.link.expose())
            .replace("{gallery}", &seeded.gallery.id.to_string())
            .replace("{upload}", "u");
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
            ("origin", "null"),
        ] {
            let kind = ("content-type", "application/x-www-form-urlencoded");
            let method: Method = method.parse().unwrap();
            let mut victim = everything.at(house.site(&path));
            let body = b"pin=482916&enabled=false&title=x".to_vec();
            let answer = victim
                .send(method.clone(), &path, &[(name, value), kind], body)
                .await;
            assert_eq!(answer.status, 403, "{method} {path} with {name}: {value}");
            assert!(answer.set_cookies().is_empty());
        }
    }
    assert_eq!(house.items().await.len(), before);
}

/// R-4.9: what is only looked at changes nothing: the table is the same, byte for byte.
#[tokio::test(flavor = "multi_thread")]
async fn looking_changes_nothing() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 2).await;
    let mut everything = house.client(&seeded).await;
    everything.cookies.extend(house.owner().await.cookies);
    let photo = domain::ids::PhotoId::of_key(&format!(
        "{}/Vesperzeit/ZQX_2041.jpg",
        seeded.gallery.folder
    ));
    let snapshot = async || {
        let mut items: Vec<String> = house.items().await.iter().map(sorted).collect();
        items.sort();
        items
    };
    let before = snapshot().await;
    for (method, route) in gallery::ROUTES
        .iter()
        .chain(studio::ROUTES)
        .chain(download::ROUTES)
    {
        if *method != "GET" {
            continue;
        }
        let path = route
            .replace("{file}", "x")
            .replace("{link}", seeded.link.expose())
            .replace("{photo}", photo.as_str())
            .replace("{gallery}", &seeded.gallery.id.to_string())
            .replace("{upload}", "u")
            .replace("{part}", "1");
        for method in [Method::GET, Method::HEAD] {
            everything
                .at(house.site(&path))
                .send(method, &path, &[], Vec::new())
                .await;
        }
    }
    assert_eq!(snapshot().await, before);
}

/// An item as text, whatever order its maps come in.
fn sorted(item: &tests::house::Item) -> String {
    let mut fields: Vec<String> = item
        .iter()
        .map(|(name, value)| match value.as_m() {
            Ok(inner) => format!("{name}: {{{}}}", sorted(inner)),
            Err(_) => format!("{name}: {value:?}"),
        })
        .collect();
    fields.sort();
    fields.join(", ")
}
