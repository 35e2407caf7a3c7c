//! What visits leave behind: who came, what was fetched and by whom, what was refused; and what leaves nothing
//! (P10, P20, P36, C8, R-4.13).

use domain::access::{Originals, Rights, Subject, Web};
use domain::activity::{What, Who};
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Stage, State};
use tests::actors::Browser;
use tests::cast::{email, person};
use tests::emulators::{Seeded, now, ready};
use tests::house::House;

const ANNA: &str = "anna@example.com";
const FINALS: Rights = Rights {
    originals: Originals::Final,
    web: Web::Marked,
    quota: Some(2),
    ..Rights::LOOK
};

/// A gallery behind a PIN with four photographs, three of them Final; anyone may fetch web size, Anna has a row.
async fn seeded(house: &House) -> (Seeded, Vec<PhotoId>) {
    let web = Rights {
        web: Web::Clean,
        ..Rights::LOOK
    };
    let seeded = house
        .gallery_with("Quellental", Some("482916"), web, |_| {})
        .await;
    let mut photos = Vec::new();
    for name in ["A.jpg", "B.jpg", "C.jpg", "D.jpg"] {
        let photo = house.emulators.photo(&seeded.gallery, name, ready()).await;
        photos.push(photo.id);
    }
    let table = house.emulators.table();
    let marked = table.mark_photos(seeded.gallery.id, &photos[..3], Some(Stage::Final), None);
    assert_eq!(marked.await.unwrap(), 3);
    house.invited(seeded.gallery.id, ANNA, FINALS).await;
    (seeded, photos)
}

/// The gallery's events, oldest first.
async fn events(house: &House, gallery: GalleryId) -> Vec<(Who, What)> {
    let table = house.emulators.table();
    let events = table.events(Some(gallery), 100, None, now()).await.unwrap();
    let mut events: Vec<_> = events.0.into_iter().map(|e| (e.who, e.what)).collect();
    events.reverse();
    events
}

async fn fetch(house: &House, browser: &Browser, seeded: &Seeded, tail: &str) -> u16 {
    let path = format!("/download/{}/{tail}", seeded.link.expose());
    let answer = browser.at(house.site(&path)).get(&path).await;
    answer.status.as_u16()
}

/// P20, L42: a person is noted by name, whoever has the PIN without one; each once an hour.
#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_noted_once_an_hour_by_the_row_that_let_in() {
    let house = House::open().await;
    let (seeded, _) = seeded(&house).await;
    let guest = house.guest(seeded.gallery.id, None).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut client = house.client(&seeded).await;
    let mut grandparents = Browser::new(&house.gallery);
    for _ in 0..2 {
        for (browser, path) in [
            (&mut anna, seeded.path()),
            (&mut client, seeded.path()),
            (&mut grandparents, format!("/g/{}", guest.link)),
        ] {
            assert_eq!(browser.get(&path).await.status, 200);
            assert_eq!(browser.get(&format!("{path}/frames")).await.status, 200);
        }
    }
    let subjects = [person(ANNA), Subject::Anybody, Subject::Guest(guest.id)];
    let entries = subjects.map(|subject| (Who::Visitor(subject), What::Entered));
    assert_eq!(events(&house, seeded.gallery.id).await, entries);
}

/// P20, P22: what was fetched, by whom and in which size; each original counts once against the quota, and what was
/// refused is noted with what was wanted.
#[tokio::test(flavor = "multi_thread")]
async fn downloads_are_noted_and_counted() {
    let house = House::open().await;
    let (seeded, photos) = seeded(&house).await;
    let anna = house.signed_in(ANNA).await;
    let [a, b, c, proof] = [0, 1, 2, 3].map(|n| photos[n].as_str().to_owned());
    let web = format!("{a}/web");
    for (tail, status) in [
        (&a, 302),
        (&a, 302),
        (&proof, 403),
        (&b, 302),
        (&c, 403),
        (&a, 302),
        (&web, 302),
    ] {
        assert_eq!(fetch(&house, &anna, &seeded, tail).await, status, "{tail}");
    }
    let whats: Vec<String> = events(&house, seeded.gallery.id)
        .await
        .into_iter()
        .map(|(who, what)| {
            assert_eq!(who, Who::Visitor(person(ANNA)));
            match what {
                What::Downloaded {
                    file_name, size, ..
                } => format!("{file_name} {size}"),
                What::Refused { wanted } => format!("no {wanted}"),
                other => panic!("{other:?}"),
            }
        })
        .collect();
    let refused = "no download-original";
    let (a, b) = ("A.jpg original", "B.jpg original");
    assert_eq!(whats, [a, a, refused, b, refused, a, "A.jpg web-marked"]);
    let table = house.emulators.table();
    let visits = table.last_visits(seeded.gallery.id).await.unwrap();
    let key = table::keys::subject(&person(ANNA));
    assert_eq!(visits[&key].downloads, 2);
    let by_name = table.events_of(&email(ANNA), 100, None, now()).await;
    assert_eq!(by_name.unwrap().0.len(), 7);
}

/// P36: *View as* looks and downloads as its row may, and leaves nothing in the table.
#[tokio::test(flavor = "multi_thread")]
async fn viewing_as_somebody_leaves_no_trace() {
    let house = House::open().await;
    let (seeded, photos) = seeded(&house).await;
    let (link, browser) = house.view_as(seeded.gallery.id, &person(ANNA)).await;
    let before = house.items().await.len();
    let gallery = format!("/g/{}", link.expose());
    for (path, status) in [
        (gallery.clone(), 200),
        (format!("{gallery}/frames"), 200),
        (format!("{gallery}/photo/{}", photos[0]), 200),
        (format!("{gallery}/guests"), 403),
        (format!("/download/{}/{}", link.expose(), photos[0]), 302),
        (
            format!("/download/{}/{}/web", link.expose(), photos[0]),
            302,
        ),
        (format!("/download/{}/{}", link.expose(), photos[3]), 403),
    ] {
        let answer = browser.at(house.site(&path)).get(&path).await;
        assert_eq!(answer.status, status, "{path}");
        if answer.header("content-type").starts_with("text/html") {
            assert!(answer.text().contains("class=\"viewas\""), "{path}");
        }
    }
    let mut poster = browser.at(&house.gallery);
    let answer = poster.post(&gallery, &[("pin", "482916")]).await;
    assert_eq!(answer.status, 403, "no PIN is typed in somebody's name");
    assert_eq!(house.items().await.len(), before);
    let without = Browser::new(&house.gallery).get(&gallery).await.status;
    assert_eq!(without, 404, "the address alone opens nothing");
}

/// P36: *View as* looks at what somebody chose, said and ordered, changes nothing of it, and leaves nothing in the table.
#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_chose_is_looked_at_without_a_trace() {
    let set = crate::stale::Set::up().await;
    let product = domain::product::FULL_SIZE.to_string();
    let forms = [
        ("choose", "on", "1"),
        ("rate", "stars", "4"),
        ("want", "on", "1"),
        ("comments", "text", "Zwielicht"),
    ];
    for (end, name, value) in forms {
        let form = [(name, value), ("product", &product)];
        let answer = set.script(&set.anna, &format!("/{end}"), &form).await;
        assert_eq!(answer.status, 200, "{end}: {}", answer.text());
    }
    let (id, anna) = (set.seeded.gallery.id, person(crate::stale::ANNA));
    let (link, viewer) = set.house.view_as(id, &anna).await;
    let (gallery, before) = (
        format!("/g/{}", link.expose()),
        set.house.snapshot(&[]).await,
    );
    let photo = format!("{gallery}/photo/{}", set.photos[0].id);
    let mut viewer = viewer.at(&set.house.gallery);
    for (path, shown) in [
        (gallery.clone(), "Chosen"),
        (format!("{gallery}/choices"), set.photos[0].id.as_str()),
        (format!("{gallery}/review"), "A.jpg"),
        (format!("{gallery}/cart"), "A.jpg"),
        (format!("{gallery}/orders"), "viewas"),
        (photo.clone(), "Chosen"),
        (format!("{photo}/comments"), "Zwielicht"),
    ] {
        let answer = viewer.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.text().contains(shown), "{path}: {}", answer.text());
    }
    let photos = forms.map(|(end, name, value)| (format!("{photo}/{end}"), name, value));
    let whole = ["confirm", "order"].map(|end| (format!("{gallery}/{end}"), "message", "Hello"));
    for (path, name, value) in photos.into_iter().chain(whole) {
        let form = [(name, value), ("product", &product)];
        let answer = viewer.post(&path, &form).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.text().contains("class=\"viewas\""), "{path}");
    }
    assert_eq!(set.house.snapshot(&[]).await, before);
}

/// P21: whoever gets web size marked is given no address of a large clean picture, on any page or in JSON.
#[tokio::test(flavor = "multi_thread")]
async fn a_marked_row_is_shown_marked_pictures() {
    let house = House::open().await;
    let (seeded, photos) = seeded(&house).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut client = house.client(&seeded).await;
    let path = seeded.path();
    let frames = format!("{path}/frames?from=1&count=10");
    let pages = [path.clone(), format!("{path}/photo/{}", photos[0])];
    for page in pages {
        let marked = anna.get(&page).await.text();
        assert!(marked.contains("-1280-marked.jpg?"), "{page}");
        for clean in ["-1280.jpg", "-2048.jpg"] {
            assert!(!marked.contains(clean), "{page}: {clean}");
        }
        let clean = client.get(&page).await.text();
        assert!(clean.contains("-1280.jpg?") && !clean.contains("-marked"));
    }
    let files = |answer: serde_json::Value| -> Vec<String> {
        let sources = answer["frames"][0]["sources"].as_array().unwrap().clone();
        let file = |source: serde_json::Value| source[0].as_str().unwrap().to_owned();
        sources.into_iter().map(file).collect()
    };
    let marked = files(anna.json(&frames).await.json());
    assert_eq!(marked, ["320", "640", "1280-marked", "2048-marked"]);
    let clean = files(client.json(&frames).await.json());
    assert_eq!(clean, ["320", "640", "1280", "2048"]);
}

/// P21: a photograph that was rendered before there were marks is never handed to a marked row clean: its page says what
/// is missing and leads to the studio, and a row that gets clean files still gets this one.
#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_without_marks_is_refused_to_a_marked_row() {
    let house = House::open().await;
    let (seeded, _) = seeded(&house).await;
    let State::Ready(mut picture) = ready() else {
        unreachable!()
    };
    picture.marked = false;
    let old = State::Ready(picture);
    let old = house.emulators.photo(&seeded.gallery, "OLD.jpg", old).await;
    let path = format!("/download/{}/{}/web", seeded.link.expose(), old.id);
    let mut anna = house.signed_in(ANNA).await.at(&house.download);
    let refused = anna.get(&path).await;
    assert_eq!(refused.status, 409);
    let page = refused.text();
    let way = format!("{}/ask", seeded.path());
    assert!(page.contains("carry") && page.contains(&way), "{page}");
    assert_eq!(anna.json(&path).await.json()["error"], "not-marked");
    let mut client = house.client(&seeded).await.at(&house.download);
    let given = client.get(&path).await;
    assert_eq!(given.status, 302);
    assert!(given.header("location").contains("-2048.jpg?"));
}

/// P1, P6: the page of a gallery shows the galleries in it that this visitor may enter, and the way back up.
#[tokio::test(flavor = "multi_thread")]
async fn galleries_in_a_gallery_are_shown_to_those_who_may_enter() {
    let house = House::open().await;
    let (seeded, _) = seeded(&house).await;
    let parent = &seeded.gallery;
    let child = async |title: &str, own: bool, hidden: bool| {
        let look = Rights::LOOK;
        let pin = own.then_some("739105");
        let with = |gallery: &mut domain::gallery::Gallery| {
            gallery.parent = Some(parent.id);
            gallery.hidden = hidden;
            if !own {
                gallery.table = parent.table;
            }
        };
        house.gallery_with(title, pin, look, with).await
    };
    let inherits = child("Birkenhain", false, false).await;
    let apart = child("Dornbusch", true, false).await;
    let hidden = child("Eschengrund", false, true).await;
    house.invited(apart.gallery.id, ANNA, Rights::LOOK).await;

    let mut client = house.client(&seeded).await;
    let page = client.get(&seeded.path()).await.text();
    assert!(page.contains(&inherits.path()) && page.contains("Birkenhain"));
    for other in [&apart, &hidden] {
        assert!(!page.contains(&other.gallery.title), "{page}");
        assert!(!page.contains(&other.path()));
    }
    let mut anna = house.signed_in(ANNA).await;
    let page = anna.get(&seeded.path()).await.text();
    assert!(page.contains("Birkenhain") && page.contains("Dornbusch"));
    let inside = anna.get(&inherits.path()).await.text();
    assert!(inside.contains(&seeded.path()), "the way back up");

    let mut dornbusch = house.client(&apart).await;
    let page = dornbusch.get(&apart.path()).await.text();
    assert!(
        !page.contains("Quellental"),
        "nor the way up where it is closed"
    );
    let by_inheritance = client.get(&inherits.path()).await;
    assert_eq!(by_inheritance.status, 200, "one PIN opens what inherits it");
    assert!(by_inheritance.text().contains("Birkenhain"));
    let (link, browser) = house.view_as(parent.id, &person(ANNA)).await;
    let page = browser
        .at(&house.gallery)
        .get(&format!("/g/{}", link.expose()))
        .await;
    assert!(page.text().contains("Birkenhain"));
    assert!(
        !page.text().contains(&inherits.path()),
        "a View as is for one gallery"
    );
}
