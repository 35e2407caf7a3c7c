//! Where secrets may stand and for how long what they opened stays open: never in an address (Immich CVE-2026-25118),
//! never past the change that ends them, and what was handed out ends by itself (product 5.5, R-3.3).

use crate::case::{ANNA, Case, PHOTO, TITLE};
use domain::access::{Originals, Rights, Row, Subject, Web};
use domain::ids::PhotoId;
use std::collections::BTreeSet;
use tests::actors::{Answer, Browser};
use tests::cast::cookie;
use tests::emulators::{now, ready};
use tests::house::House;

/// Addresses of pictures and files in an answer.
fn presigned(answer: &Answer) -> BTreeSet<String> {
    let text = format!("{} {}", answer.header("location"), answer.text());
    let text = text.replace("&#38;", "&").replace("&amp;", "&");
    let parts = text
        .split(['"', ' ', ','])
        .filter(|part| part.contains("X-Amz-Signature="));
    parts.map(str::to_owned).collect()
}

/// Everything somebody is shown on the way in by PIN, by code and by invitation, and inside.
async fn walk(house: &House, case: &Case) -> (Vec<(String, Answer)>, Vec<(&'static str, String)>) {
    let (path, link) = (case.seeded.path(), case.seeded.link.expose().to_owned());
    let mut answers = Vec::new();
    let mut secrets = vec![("PIN", case.seeded.pin.clone())];
    let mut client = Browser::new(&house.gallery);
    let mut anna = Browser::new(&house.gallery);
    for pin in ["111999", &case.seeded.pin] {
        answers.push((path.clone(), client.post(&path, &[("pin", pin)]).await));
    }
    let form = [("email", ANNA), ("then", &*path)];
    answers.push(("/sign-in".into(), anna.post("/sign-in", &form).await));
    let mail = house.newest_mail("client-code").await.unwrap();
    let button = mail["link_path"].clone();
    secrets.push(("code", mail["code"].clone()));
    secrets.extend(
        anna.cookies
            .values()
            .map(|value| ("nonce", value[..40].to_owned())),
    );
    for path in ["/sign-in", &button] {
        answers.push((path.to_owned(), anna.get(path).await));
    }
    let code = [("code", &*mail["code"])];
    answers.push((
        "/sign-in/code".into(),
        anna.post("/sign-in/code", &code).await,
    ));
    for browser in [&client, &anna] {
        // a device's cookie is token, expiry and signature
        let values = browser.cookies.values().flat_map(|value| value.split('.'));
        let values = values.filter(|part| part.len() > 20);
        secrets.extend(values.map(|value| ("cookie", value.to_owned())));
    }
    for browser in [&client, &anna] {
        for path in [
            path.clone(),
            format!("{path}/frames"),
            format!("{path}/frames?from=1&count=9"),
            format!("{path}/photo/{}", case.photo),
            format!("{path}/guests"),
            format!("/download/{link}/{}", case.photo),
            format!("/download/{link}/{}/web", case.photo),
            "/galleries".into(),
            format!("/i/{}", case.invitation),
            format!("/i/{}/ask", case.invitation),
            format!("{path}/ask"),
            format!("{path}/sign-in"),
            "/ask?about=/galleries".into(),
            "/sign-in".into(),
            "/nowhere".into(),
        ] {
            let answer = browser.at(house.site(&path)).get(&path).await;
            answers.push((path, answer));
        }
    }
    answers.push((
        path.clone(),
        client.post(&format!("{path}/leave"), &[]).await,
    ));
    answers.push(("/sign-out".into(), anna.post("/sign-out", &[]).await));
    (answers, secrets)
}

/// Immich CVE-2026-25118, R-4.10: no PIN, code, nonce or session stands in any address or page, and a link or a token
/// only where it was asked by.
#[tokio::test(flavor = "multi_thread")]
async fn cve_2026_25118_no_secret_stands_in_an_address() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let (answers, secrets) = walk(&house, &case).await;
    assert!(secrets.len() >= 6, "{}", secrets.len());
    for (path, answer) in &answers {
        assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
        // what is set for the browser alone is where it belongs
        let headers = answer
            .headers
            .iter()
            .filter(|(name, _)| *name != "set-cookie");
        let headers: Vec<_> = headers.map(|(_, value)| value.to_str().unwrap()).collect();
        let said = format!("{} {}", headers.join(" "), answer.text());
        for (what, secret) in &secrets {
            assert!(
                secret.len() >= 6 && !path.contains(secret.as_str()),
                "{what}"
            );
            assert!(!said.contains(secret.as_str()), "{path} tells a {what}");
        }
        let asked = path.contains(&case.invitation);
        assert!(
            asked || !said.contains(&case.invitation),
            "{path} tells the invitation"
        );
        let host = path.ends_with("/guests");
        assert!(
            host || !said.contains(&case.guest_link),
            "{path} tells the guest link"
        );
        let link = case.seeded.link.expose();
        let own = path.contains(link)
            || ["/galleries", "/i/", "/sign-in"]
                .iter()
                .any(|p| path.starts_with(p));
        assert!(own || !said.contains(link), "{path} tells the link");
    }
}

/// 8.3.2: each way of taking a right away is felt at the next request, in a process that has just shown it all.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_is_gone_at_the_next_request() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let (id, path) = (case.seeded.gallery.id, case.seeded.path());
    let table = house.emulators.table();
    let client = house.client(&case.seeded).await;
    let anna = house.signed_in(ANNA).await;
    let greta = house.signed_in("greta@choir.example").await;
    let guest = format!("/g/{}", case.guest_link);
    let original = format!("/download/{}/{}", case.seeded.link.expose(), case.photo);
    let inside = async |browser: &Browser, path: &str| {
        browser
            .at(&house.gallery)
            .get(path)
            .await
            .text()
            .contains(TITLE)
    };
    for (browser, path) in [
        (&client, &path),
        (&anna, &path),
        (&greta, &path),
        (&client, &guest),
    ] {
        assert!(inside(browser, path).await);
    }
    let row = async |subject: &Subject| {
        let rows = table.rows(id).await.unwrap();
        rows.into_iter()
            .find(|row| row.subject == *subject)
            .unwrap()
    };
    let save = async |row: Row| {
        let saved = table.save_row(id, &row, Some(row.revision), now()).await;
        assert!(saved.unwrap().is_some());
    };
    // originals only, while she looks at it
    assert_eq!(anna.at(&house.download).get(&original).await.status, 302);
    let mut own = row(&crate::case::anna()).await;
    own.rights.originals = Originals::None;
    save(own).await;
    assert_eq!(anna.at(&house.download).get(&original).await.status, 403);
    let page = anna
        .at(&house.gallery)
        .get(&format!("{path}/photo/{}", case.photo))
        .await;
    assert!(
        !page.text().contains(&format!("{original}\"")),
        "no button for it either"
    );
    // her row
    let mut own = row(&crate::case::anna()).await;
    own.until = Some(now());
    save(own).await;
    assert!(!inside(&anna, &path).await);
    // her place in a group
    assert!(inside(&greta, &path).await);
    table.set_members(case.group, &[], now()).await.unwrap();
    assert!(!inside(&greta, &path).await);
    // the guest link
    assert!(table.end_guest(id, case.guest).await.unwrap().is_some());
    assert!(!inside(&client, &guest).await);
    // the link, and with it the visits
    let (gallery, _) = table.gallery(id).await.unwrap().unwrap();
    assert!(inside(&client, &path).await);
    assert!(
        table
            .replace_link(&gallery, &domain::ids::LinkToken::random())
            .await
            .unwrap()
    );
    assert!(!inside(&client, &path).await);
    let (gallery, _) = table.gallery(id).await.unwrap().unwrap();
    assert!(
        !inside(&client, &format!("/g/{}", gallery.link)).await,
        "nor by the new one"
    );
}

/// 5.5, R-3.3: addresses of pictures are the same for five minutes, so that no browser fetches a picture twice, and end
/// then; those of originals end after a quarter of an hour.
#[tokio::test(flavor = "multi_thread")]
async fn addresses_that_were_handed_out_are_stable_and_end() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let client = house.client(&case.seeded).await;
    let (path, link) = (case.seeded.path(), case.seeded.link.expose());
    let seconds = |address: &str| {
        let rest = address.split("X-Amz-Expires=").nth(1).unwrap();
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u64>().unwrap()
    };
    let photo = format!("{path}/photo/{}", case.photo);
    let views = async || {
        let page = client.at(&house.gallery).get(&path).await;
        let large = client.at(&house.gallery).get(&photo).await;
        (presigned(&page), presigned(&large))
    };
    let mut before = views().await;
    assert!(before.0.len() >= 3 && !before.1.is_empty(), "{before:?}");
    // a window may end between two views; not between each of three
    let mut stable = false;
    for _ in 0..3 {
        let after = views().await;
        stable |= after == before;
        before = after;
    }
    assert!(stable, "each view fetches every picture anew");
    for address in before.0.iter().chain(&before.1) {
        assert!(seconds(address) <= 300, "{} s", seconds(address));
    }
    for end in ["", "/web"] {
        let path = format!("/download/{link}/{}{end}", case.photo);
        let answer = client.at(&house.download).get(&path).await;
        let address = answer.header("location");
        assert!(seconds(address) <= 900, "{} s", seconds(address));
        assert!(
            address.contains("response-content-disposition=attachment"),
            "{path}"
        );
    }
}

/// P12, 4.4: as many originals as were agreed, each counted once however often it is fetched, and not one more when many
/// are fetched at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_quota_is_not_outrun() {
    let house = House::open().await;
    let rights = Rights {
        web: Web::Clean,
        originals: Originals::All,
        quota: Some(3),
        ..Rights::LOOK
    };
    let seeded = house
        .gallery_with(TITLE, Some("482916"), rights, |_| {})
        .await;
    let mut photos: Vec<PhotoId> = Vec::new();
    for index in 0..12 {
        let path = format!("Vesperzeit/{index}-{PHOTO}");
        photos.push(
            house
                .emulators
                .photo(&seeded.gallery, &path, ready())
                .await
                .id,
        );
    }
    house.invited(seeded.gallery.id, ANNA, rights).await;
    let anna = house.signed_in(ANNA).await;
    let fetch = async |photo: &PhotoId, end: &str| {
        let path = format!("/download/{}/{photo}{end}", seeded.link.expose());
        anna.at(&house.download).get(&path).await.status.as_u16()
    };
    let at_once = photos.iter().map(|photo| fetch(photo, ""));
    let answers = futures::future::join_all(at_once).await;
    assert!(
        answers
            .iter()
            .all(|status| [302, 403, 503].contains(status)),
        "{answers:?}"
    );
    let got: Vec<&PhotoId> = photos
        .iter()
        .zip(&answers)
        .filter_map(|(photo, status)| (*status == 302).then_some(photo))
        .collect();
    assert!(got.len() <= 3, "{answers:?}");
    for photo in &got {
        assert_eq!(fetch(photo, "").await, 302, "again costs nothing");
    }
    let mut granted = 0;
    for photo in &photos {
        granted += usize::from(fetch(photo, "").await == 302);
    }
    assert_eq!(granted, 3, "one after the other, the quota is used up");
    assert_eq!(
        fetch(&photos[11], "/web").await,
        302,
        "web size is not counted"
    );
}

/// issue 3: what a stale page sends is refused in words, and what somebody else saved stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_stale_pages_form_is_refused_in_words() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let table = house.emulators.table();
    let id = case.seeded.gallery.id;
    let key = format!("person-{}", tests::cast::email(ANNA).hash().as_str());
    let path = format!("/studio/galleries/{id}/authorizations/{key}");
    let mut owner = house.owner_since(now()).await;
    let rows = table.rows(id).await.unwrap();
    let seen = rows
        .iter()
        .find(|row| row.subject == crate::case::anna())
        .unwrap()
        .revision;
    let seen = seen.to_string();
    let first = [("seen", &*seen), ("enter", "on"), ("select", "on")];
    assert_eq!(owner.post(&path, &first).await.status, 303);
    let second = [("seen", &*seen), ("enter", "on"), ("comment", "on")];
    let answer = owner.post(&path, &second).await;
    assert_eq!(answer.status, 409);
    assert!(
        answer.text().contains("Nothing of yours was saved"),
        "{}",
        answer.text()
    );
    let rows = table.rows(id).await.unwrap();
    let rights = rows
        .iter()
        .find(|row| row.subject == crate::case::anna())
        .unwrap()
        .rights;
    assert!(rights.select && !rights.comment);
    // a client's page that was open when the gallery was paused
    let mut client = house.client(&case.seeded).await;
    assert_eq!(
        client
            .get(&format!("{}/guests", case.seeded.path()))
            .await
            .status,
        200
    );
    assert!(table.set_enabled(id, false).await.unwrap());
    let form = [("label", "Grandparents"), ("until", "week")];
    let answer = client
        .post(&format!("{}/guests", case.seeded.path()), &form)
        .await;
    assert_eq!(answer.status, 403);
    assert!(answer.text().contains("paused") && answer.text().contains("/ask"));
    assert_eq!(table.guests(id).await.unwrap().len(), 1, "the case's own");
    // a visit whose PIN was changed meanwhile goes back to the door
    assert!(table.set_enabled(id, true).await.unwrap());
    let lock = house.emulators.lock(id, "739105");
    assert!(table.set_pin(id, Some(&lock)).await.unwrap());
    let answer = client
        .post(&format!("{}/guests", case.seeded.path()), &form)
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, &*case.seeded.path())
    );
    assert!(
        client
            .cookies
            .contains_key(&cookie(&web::visit::name(&case.seeded.link)))
    );
    assert_eq!(table.guests(id).await.unwrap().len(), 1);
}
