//! The door: what a right PIN opens, what wrong ones cost, and whom they cost it.

use domain::access::Rights;
use domain::throttle::{FREE_GUESSES, GALLERY_GUESSES};
use tests::actors::Browser;
use tests::house::House;

/// `__Host-`, `Secure`, `HttpOnly`, `SameSite=Lax`, for the whole site and no other.
#[tokio::test(flavor = "multi_thread")]
async fn the_right_pin_opens_with_cookies_only_the_site_can_read() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 2).await;
    let mut browser = Browser::new(&house.gallery);
    // as people copy it out of a message
    let answer = browser.post(&seeded.path(), &[("pin", " 482 916 ")]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("location"), seeded.path());
    let cookies = answer.set_cookies();
    assert_eq!(cookies.len(), 2, "the session and the device: {cookies:?}");
    for cookie in &cookies {
        assert!(cookie.starts_with("__Host-"), "{cookie}");
        for attribute in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(cookie.contains(attribute), "{cookie} lacks {attribute}");
        }
        assert!(!cookie.contains("Domain="), "{cookie}");
        assert!(!cookie.contains("482916"), "{cookie}");
        assert!(!cookie.contains(seeded.link.expose()), "{cookie}");
    }
    let page = browser.get(&seeded.path()).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("Quellental"));
    assert!(page.text().contains("ZQX_2041.jpg"));
    assert!(
        !page.text().contains("ZQX_1001.jpg"),
        "one that is being prepared"
    );
    assert!(!page.text().contains("ZQX_1002.jpg"), "a rejected one");
}

/// L6: after the free ones each guess waits, and says how long; the right PIN has to wait as well.
#[tokio::test(flavor = "multi_thread")]
async fn wrong_pins_of_one_neighbourhood_wait() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let path = seeded.path();
    for guess in 0..FREE_GUESSES {
        let mut browser = Browser::from(&house.gallery, &format!("203.0.113.{}", guess + 1));
        let answer = browser.post(&path, &[("pin", "111999")]).await;
        assert_eq!(answer.status, 403, "guess {guess}");
    }
    let mut neighbour = Browser::from(&house.gallery, "203.0.113.200");
    let answer = neighbour.post(&path, &[("pin", "482916")]).await;
    assert_eq!(answer.status, 429);
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=3600).contains(&seconds), "{seconds}");
    assert!(answer.set_cookies().is_empty());
    let mut elsewhere = Browser::from(&house.gallery, "198.51.100.1");
    assert_eq!(
        elsewhere.post(&path, &[("pin", "482916")]).await.status,
        303
    );
}

/// L6: what cannot be a PIN of six digits is not a guess.
#[tokio::test(flavor = "multi_thread")]
async fn a_slip_of_the_finger_costs_nothing() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let mut browser = Browser::new(&house.gallery);
    for _ in 0..=FREE_GUESSES {
        assert_eq!(
            browser
                .post(&seeded.path(), &[("pin", "4829")])
                .await
                .status,
            400
        );
        assert_eq!(browser.post(&seeded.path(), &[]).await.status, 400);
    }
    assert_eq!(
        browser
            .post(&seeded.path(), &[("pin", "482916")])
            .await
            .status,
        303
    );
}

/// a hundred wrong ones from everywhere close the door to strangers, tell the studio, and lock nobody out who
/// was in before; a new PIN opens it again.
#[tokio::test(flavor = "multi_thread")]
async fn a_guessed_gallery_steps_up_and_locks_no_known_device_out() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let path = seeded.path();
    let mut known = house.client(&seeded).await;
    assert_eq!(known.post(&format!("{path}/leave"), &[]).await.status, 303);
    for guess in 0..GALLERY_GUESSES {
        let address = format!("203.{}.113.{}", guess / FREE_GUESSES, guess % FREE_GUESSES);
        let mut attacker = Browser::from(&house.gallery, &address);
        let answer = attacker.post(&path, &[("pin", "111999")]).await;
        assert_eq!(answer.status, 403, "guess {guess}");
    }
    let mut stranger = Browser::from(&house.gallery, "192.0.2.77");
    let answer = stranger.post(&path, &[("pin", "482916")]).await;
    assert_eq!(answer.status, 403, "the right PIN alone is not enough now");
    assert!(answer.set_cookies().is_empty());
    let told = house.items().await;
    let told = told.iter().filter(|item| item.contains_key("mail")).count();
    assert_eq!(told, 1, "the studio is told once");
    assert_eq!(
        known.post(&path, &[("pin", "482916")]).await.status,
        303,
        "a device that was in before"
    );
    let lock = house.emulators.lock(seeded.gallery.id, "739105");
    assert!(
        house
            .emulators
            .table()
            .set_pin(seeded.gallery.id, Some(&lock))
            .await
            .unwrap()
    );
    assert_eq!(stranger.post(&path, &[("pin", "739105")]).await.status, 303);
}

/// guesses that meet are counted before they are verified; no burst gets more than the free ones.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_gets_no_more_guesses_than_a_row() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let guesses = (0..40).map(|guess| {
        let mut browser = Browser::from(&house.gallery, "203.0.113.5");
        let path = seeded.path();
        async move {
            browser
                .post(&path, &[("pin", &format!("{:06}", 110_000 + guess))])
                .await
                .status
                .as_u16()
        }
    });
    let answers = futures::future::join_all(guesses).await;
    let verified = answers.iter().filter(|status| **status == 403).count();
    assert!(
        verified <= usize::try_from(FREE_GUESSES).unwrap(),
        "{answers:?}"
    );
    assert!(
        answers
            .iter()
            .all(|status| [403, 429, 503].contains(status)),
        "{answers:?}"
    );
}

/// C15, R-4.8: leaving ends the session in the table, not only in the browser.
#[tokio::test(flavor = "multi_thread")]
async fn leaving_ends_the_session_everywhere() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 1).await;
    let mut browser = house.client(&seeded).await;
    let mut copied = browser.clone();
    assert!(
        copied
            .get(&seeded.path())
            .await
            .text()
            .contains("Quellental")
    );
    browser.post(&format!("{}/leave", seeded.path()), &[]).await;
    assert!(
        !browser.cookies.keys().any(|name| name.contains("visit")),
        "{:?}",
        browser.cookies.keys()
    );
    assert!(
        !copied
            .get(&seeded.path())
            .await
            .text()
            .contains("Quellental")
    );
}

/// C15, 4.4: who leaves a gallery is out, though a visit that began at the parent's link opened it.
#[tokio::test(flavor = "multi_thread")]
async fn leaving_ends_a_visit_that_began_at_another_link() {
    let house = House::open().await;
    let parent = house.full_gallery("Quellental", "482916", 1).await;
    let other = house.full_gallery("Nebenan", "739105", 1).await;
    let table = parent.gallery.table;
    let inherits = house
        .gallery_with("Unterlauf", None, Rights::LOOK, |child| {
            child.parent = Some(parent.gallery.id);
            child.table = table;
        })
        .await;
    let mut browser = house.client(&parent).await;
    browser.post(&other.path(), &[("pin", "739105")]).await;
    let inside = browser.get(&inherits.path()).await.text();
    assert!(inside.contains(&format!("{}/leave", inherits.path())));
    browser
        .post(&format!("{}/leave", inherits.path()), &[])
        .await;
    for (closed, title) in [(&inherits, "Unterlauf"), (&parent, "Quellental")] {
        let door = browser.get(&closed.path()).await.text();
        assert!(!door.contains(title) && door.contains("name=\"pin\""));
    }
    let page = browser.get(&other.path()).await.text();
    assert!(page.contains("Nebenan"), "another table's visit goes on");
}
