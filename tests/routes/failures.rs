//! Where others leaked, each as a test that bears the name of what happened there (issue 3, trust 8).

use crate::rules::listed;
use domain::access::{Originals, Rights, Row, Subject, Web};
use domain::gallery::Gallery;
use domain::photo::{Shown, Stage};
use http::Method;
use tests::actors::{Answer, Browser};
use tests::cast::{cookie, email};
use tests::emulators::{Seeded, now, ready};
use tests::house::House;

/// All rights.
const EVERYTHING: Rights = Rights {
    enter: true,
    select: true,
    comment: true,
    rate: true,
    order: true,
    web: Web::Clean,
    originals: Originals::All,
    custom: true,
    quota: None,
};

const ANNA: &str = "anna@rows.example";

async fn gallery(house: &House, title: &str, with: impl FnOnce(&mut Gallery)) -> Seeded {
    house
        .gallery_with(title, Some("482916"), EVERYTHING, with)
        .await
}

/// Adds a photograph that is ready and shown to these.
async fn photo(house: &House, seeded: &Seeded, path: &str, shown: Shown) -> String {
    let photo = house.emulators.photo(&seeded.gallery, path, ready()).await;
    let table = house.emulators.table();
    let ids = [photo.id];
    let marked = table.mark_photos(seeded.gallery.id, &ids, Some(Stage::Final), Some(shown));
    assert_eq!(marked.await.unwrap(), 1);
    ids[0].to_string()
}

fn said(answer: &Answer) -> String {
    format!("{:?} {}", answer.headers, answer.text())
}

/// `PicPeak` GHSA-g94x, Lychee CVE-2026-22784: a visit of A, its device and its PIN open nothing of B, not even where both
/// have the same PIN.
#[tokio::test(flavor = "multi_thread")]
async fn ghsa_g94x_a_token_for_a_does_not_open_b() {
    let house = House::open().await;
    let (a, b) = (
        gallery(&house, "Quellental", |_| {}).await,
        gallery(&house, "Nebenan", |_| {}).await,
    );
    let picture = photo(&house, &b, "Nebenraum/NBN_1.jpg", Shown::Everyone).await;
    let mut browser = house.client(&a).await;
    // every cookie of A under the name it would have for B
    let (own, there) = (web::visit::name(&a.link), web::visit::name(&b.link));
    let pairs: Vec<_> = browser.cookies.clone().into_iter().collect();
    for (name, value) in pairs {
        browser
            .cookies
            .insert(name.replace(&own, &there), value.clone());
        browser.cookies.insert(cookie("me"), value.clone());
        browser.cookies.insert(cookie("view"), value);
    }
    let (link, path) = (b.link.expose(), b.path());
    for (path, status) in [
        (path.clone(), 200),
        (format!("{path}/frames"), 401),
        (format!("{path}/photo/{picture}"), 303),
        (format!("/download/{link}/{picture}"), 303),
        (format!("/download/{link}/{picture}/web"), 303),
        (format!("{path}/guests"), 303),
    ] {
        let mut asking = browser.at(house.site(&path));
        let answer = match path.ends_with("/frames") {
            true => asking.json(&path).await,
            false => asking.get(&path).await,
        };
        assert_eq!(answer.status, status, "{path}");
        for word in ["Nebenan", "Nebenraum", "NBN_"] {
            assert!(!said(&answer).contains(word), "{path} tells of {word}");
        }
    }
}

/// `PicPeak` GHSA-9hmx, `PiGallery2` #950, Immich #29599: the PIN is not skipped by any side path, verb, spelling or question.
#[tokio::test(flavor = "multi_thread")]
async fn ghsa_9hmx_no_side_path_goes_round_the_pin() {
    let house = House::open().await;
    let seeded = gallery(&house, "Quellental", |_| {}).await;
    let picture = photo(&house, &seeded, "Vesperzeit/ZQX_1.jpg", Shown::Everyone).await;
    house.invited(seeded.gallery.id, ANNA, EVERYTHING).await;
    let link = seeded.link.expose();
    let mut paths = Vec::new();
    for route in listed()
        .iter()
        .filter(|route| route.path.contains("{link}"))
    {
        let path = route
            .path
            .replace("{link}", link)
            .replace("{photo}", &picture);
        let path = path
            .replace("{guest}", &picture)
            .replace("{product}", &domain::product::FULL_SIZE.to_string());
        for end in [
            "",
            "/",
            "?from=1&count=60",
            "?pin=482916",
            "?from=17",
            "?preview=1",
            "/..",
            "//",
        ] {
            for method in ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE", "PATCH"] {
                paths.push((method, format!("{path}{end}")));
            }
        }
    }
    let mut checks = 0;
    for (method, path) in paths {
        let mut stranger = Browser::from(&house.gallery, "203.0.113.9").at(house.site(&path));
        for accept in ["text/html", "application/json", "image/*"] {
            let headers = [("accept", accept), ("sec-fetch-site", "same-origin")];
            let method: Method = method.parse().unwrap();
            let answer = stranger
                .send(method.clone(), &path, &headers, Vec::new())
                .await;
            let what = format!("{method} {path}: {}", answer.status);
            assert_ne!(answer.status, 302, "{what}");
            assert!(answer.status.as_u16() < 500, "{what}");
            assert!(
                answer
                    .set_cookies()
                    .iter()
                    .all(|line| line.contains("Max-Age=0")),
                "{what}"
            );
            for word in ["Quellental", "Vesperzeit", "ZQX_", "X-Amz-", ANNA] {
                assert!(!said(&answer).contains(word), "{what} tells of {word}");
            }
            checks += 1;
        }
    }
    assert!(checks > 1000, "{checks}");
}

/// `PicPeak` GHSA-rh8r: nothing short of the whole link leads to a gallery, and nothing answers with the link.
#[tokio::test(flavor = "multi_thread")]
async fn ghsa_rh8r_nothing_resolves_to_a_link() {
    let house = House::open().await;
    let seeded = gallery(&house, "Quellental", |_| {}).await;
    let (id, link) = (seeded.gallery.id.to_string(), seeded.link.expose());
    let shifted = format!("{}{}", &link[1..], &link[..1]);
    for name in [
        "quellental",
        "Quellental",
        &seeded.gallery.folder,
        &id,
        "1",
        &link[..25],
        &shifted,
    ] {
        for path in [
            format!("/g/{name}"),
            format!("/g/{name}/frames"),
            format!("/i/{name}"),
            format!("/galleries/{name}"),
            format!("/ask?about=/g/{name}"),
        ] {
            let answer = Browser::new(&house.gallery).get(&path).await;
            // but for what was asked
            let told = said(&answer).replace(name, "…");
            assert!(!told.contains(link), "{path} tells the link");
            assert!(!told.contains("Quellental"), "{path} tells the title");
        }
    }
}

/// `PicPeak` GHSA-fpwq, ghf8, 3jvw, 9cc4, 2hqg, jc22: what is hidden is in no list, count, cover, neighbour or card.
#[tokio::test(flavor = "multi_thread")]
async fn ghsa_fpwq_what_is_hidden_is_in_no_bulk() {
    let house = House::open().await;
    let top = gallery(&house, "Quellental", |_| {}).await;
    let under = gallery(&house, "Unterlauf", |under| {
        under.parent = Some(top.gallery.id);
        under.table = top.gallery.id;
        under.hidden = false;
    })
    .await;
    // hidden ones first: whatever takes the first as its cover would take them
    let mut hidden = Vec::new();
    for (seeded, letter) in [(&top, "T"), (&under, "U")] {
        for (index, shown) in [
            (1, Shown::ToStudio),
            (2, Shown::NotToGuests),
            (3, Shown::Everyone),
        ] {
            let path = format!("Vesperzeit/{letter}QX_{index}.jpg");
            let id = photo(&house, seeded, &path, shown).await;
            hidden.push((shown, id, format!("{letter}QX_{index}")));
        }
    }
    house.invited(top.gallery.id, ANNA, EVERYTHING).await;
    let guest = house.guest(top.gallery.id, None).await.link;
    let anna = house.signed_in(ANNA).await;
    let third = &hidden[2].1;
    for (browser, link, guest) in [
        (
            house.client(&top).await,
            top.link.expose().to_owned(),
            false,
        ),
        (anna.clone(), top.link.expose().to_owned(), false),
        (Browser::new(&house.gallery), guest, true),
    ] {
        for path in [
            format!("/g/{link}"),
            format!("/g/{link}?from=1"),
            format!("/g/{link}/frames"),
            format!("/g/{link}/frames?from=1&count=60"),
            format!("/g/{link}/photo/{third}"),
            "/galleries".into(),
        ] {
            let answer = browser.at(&house.gallery).get(&path).await;
            for (shown, id, name) in &hidden {
                let may = match shown {
                    Shown::Everyone => true,
                    Shown::NotToGuests => !guest,
                    Shown::ToStudio => false,
                };
                let told = said(&answer).contains(id) || said(&answer).contains(name);
                assert!(may || !told, "{path} shows {name}, guest: {guest}");
            }
        }
        let frames = browser
            .at(&house.gallery)
            .json(&format!("/g/{link}/frames"))
            .await
            .json();
        let count = if guest { 1 } else { 2 };
        assert_eq!(frames["names"].as_array().unwrap().len(), count);
        assert_eq!(frames["chapters"][0][1], count);
        assert_eq!(frames["ratios"].as_array().unwrap().len(), count);
        let page = browser
            .at(&house.gallery)
            .get(&format!("/g/{link}/photo/{third}"))
            .await;
        assert!(
            page.text().contains(&format!("{count} / {count}")),
            "guest: {guest}"
        );
    }
}

/// `PicPeak` GHSA-4j34 (an old router that still answered): what is not declared is not there, whoever asks.
#[tokio::test(flavor = "multi_thread")]
async fn ghsa_4j34_there_is_no_other_router() {
    let house = House::open().await;
    let seeded = gallery(&house, "Quellental", |_| {}).await;
    let picture = photo(&house, &seeded, "Vesperzeit/ZQX_1.jpg", Shown::Everyone).await;
    let client = house.client(&seeded).await;
    let (link, id) = (seeded.link.expose(), seeded.gallery.id);
    for path in [
        format!("/api/galleries/{id}"),
        format!("/api/g/{link}/photos"),
        format!("/gallery/{link}"),
        format!("/r/{id}/{picture}/0f3a-2048.jpg"),
        format!("/g/{link}/photos"),
        format!("/g/{link}/download"),
        format!("/g/{link}/photo"),
        format!("/g/{link}/photo/{picture}/original"),
        format!("/g/{id}"),
        format!("/download/{link}"),
        format!("/download/{link}/all"),
        format!("/download/{id}/{picture}"),
        format!("/download/{link}/{picture}/original"),
        format!("/studio/galleries/{id}/photos/{picture}"),
        "/galleries.json".into(),
        "/.env".into(),
    ] {
        let answer = client.at(house.site(&path)).get(&path).await;
        let gone = answer.status == 404 || (path.starts_with("/studio") && answer.status == 303);
        assert!(gone, "{path}: {}", answer.status);
        assert!(!said(&answer).contains("Quellental"), "{path}");
    }
}

/// Lychee CVE-2026-22784: what opens A opens neither a gallery beside it nor one in it that has a table of its own, and
/// the one that inherits the table it does open.
#[tokio::test(flavor = "multi_thread")]
async fn cve_2026_22784_unlocking_does_not_spread() {
    let house = House::open().await;
    let top = gallery(&house, "Quellental", |_| {}).await;
    let beside = gallery(&house, "Nebenan", |_| {}).await;
    let own = gallery(&house, "Eigenbau", |own| {
        own.parent = Some(top.gallery.id);
        own.hidden = false;
    })
    .await;
    let inherits = gallery(&house, "Unterlauf", |under| {
        under.parent = Some(top.gallery.id);
        under.table = top.gallery.id;
        under.hidden = false;
    })
    .await;
    for seeded in [&top, &beside, &own, &inherits] {
        photo(&house, seeded, "Vesperzeit/ZQX_1.jpg", Shown::Everyone).await;
    }
    house.invited(top.gallery.id, ANNA, EVERYTHING).await;
    for mut browser in [house.client(&top).await, house.signed_in(ANNA).await] {
        let page = browser.get(&top.path()).await.text();
        assert!(
            page.contains("Unterlauf"),
            "the child that is open stands there"
        );
        assert!(!page.contains("Eigenbau") && !page.contains("Nebenan"));
        assert!(
            browser
                .get(&inherits.path())
                .await
                .text()
                .contains("Unterlauf")
        );
        for (seeded, title) in [(&beside, "Nebenan"), (&own, "Eigenbau")] {
            let page = browser.get(&seeded.path()).await;
            assert!(!page.text().contains(title) && !page.text().contains("ZQX_"));
            let frames = browser.json(&format!("{}/frames", seeded.path())).await;
            assert_eq!(frames.status, 401, "{title}");
        }
    }
    // and not upwards either
    let mut below = house.client(&own).await;
    let page = below.get(&own.path()).await.text();
    assert!(page.contains("Eigenbau") && !page.contains("Quellental"));
}

/// 4.4, P12: a child's own row replaces what its parent's would allow, on the child's pages and on its card.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_the_parent_does_not_reach_into_a_table_of_ones_own() {
    let house = House::open().await;
    let top = gallery(&house, "Quellental", |_| {}).await;
    let own = gallery(&house, "Eigenbau", |own| {
        own.parent = Some(top.gallery.id);
        own.hidden = false;
    })
    .await;
    house.invited(top.gallery.id, ANNA, EVERYTHING).await;
    let off = Row {
        active: false,
        ..Row::new(Subject::Person(email(ANNA)), EVERYTHING)
    };
    house.add_row(own.gallery.id, &off).await;
    let mut anna = house.signed_in(ANNA).await;
    assert!(!anna.get(&top.path()).await.text().contains("Eigenbau"));
    let refused = anna.get(&own.path()).await;
    assert_eq!(refused.status, 403);
    assert!(!refused.text().contains("Eigenbau"));
    let list = anna.get("/galleries").await.text();
    assert!(list.contains("Quellental"), "the one she may enter");
    assert!(!list.contains("Eigenbau"), "S27: the other has no title");
}

/// S27, Immich #29526: My galleries tells neither title, cover, day nor welcome of what is not open to the person now.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_unavailable_is_a_private_gallery_in_the_list() {
    let house = House::open().await;
    let changes: [fn(&mut Gallery); 4] = [
        |gallery| gallery.published = None,
        |gallery| gallery.enabled = false,
        |gallery| gallery.expires = Some(now()),
        |gallery| gallery.shoot_date = Some(jiff::civil::date(2026, 6, 14)),
    ];
    let mut anna = house.signed_in(ANNA).await;
    for (index, change) in changes.into_iter().enumerate() {
        let seeded = gallery(&house, "Quellental", |_| {}).await;
        let picture = photo(&house, &seeded, "Vesperzeit/ZQX_1.jpg", Shown::Everyone).await;
        let mut row = Row::new(Subject::Person(email(ANNA)), EVERYTHING);
        row.until = (index == 3).then(now);
        house.add_row(seeded.gallery.id, &row).await;
        house.change(seeded.gallery.id, change).await;
        let list = anna.get("/galleries").await;
        assert_eq!(list.status, 200);
        for word in [
            "Quellental",
            "Vesperzeit",
            "2026-06-14",
            &picture,
            seeded.link.expose(),
        ] {
            assert!(
                !said(&list).contains(word),
                "{index}: the list tells of {word}"
            );
        }
    }
    assert!(
        anna.get("/galleries")
            .await
            .text()
            .contains("A private gallery")
    );
}
