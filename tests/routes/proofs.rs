//! Proving an address: what fetches links by itself proves nothing, nobody learns who is known, and an
//! invitation belongs to whom it was sent.

use crate::case::{ANNA, Case, TITLE};
use domain::access::Rights;
use domain::ids::{LinkToken, TokenHash};
use domain::throttle::{CODE_TRIES, MAILS};
use http::Method;
use tests::actors::{Answer, Browser};
use tests::house::House;

/// What a mail scanner or a link preview does with an address: fetches it, and sometimes even presses the button.
async fn prefetched(house: &House, path: &str) {
    for index in 0..20 {
        let mut scanner = Browser::from(&house.gallery, &format!("192.0.2.{}", 1 + index));
        for method in [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS] {
            let answer = scanner.send(method.clone(), path, &[], Vec::new()).await;
            assert!(
                answer.status.as_u16() < 500,
                "{method} {path}: {}",
                answer.status
            );
            let cookies = answer.set_cookies();
            let signed_in =
                |line: &String| line.contains("__Host-me=") && !line.contains("Max-Age=0");
            assert!(
                !cookies.iter().any(signed_in),
                "{method} {path}: {cookies:?}"
            );
        }
    }
}

/// a code's link that was fetched and pressed by everybody else still signs in the browser that asked, once.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_fetches_links_uses_up_no_code() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    house.newest_mail("client-code").await;
    let mut anna = Browser::new(&house.gallery);
    anna.post(
        "/sign-in",
        &[("email", ANNA), ("then", &case.seeded.path())],
    )
    .await;
    let mail = house.newest_mail("client-code").await.unwrap();
    let (code, link) = (&mail["code"], &mail["link_path"]);
    assert!(!link.contains(code) && !link.contains("anna"), "{link}");
    prefetched(&house, link).await;
    for _ in 0..20 {
        assert_eq!(
            anna.get(link).await.status,
            200,
            "her own browser only looks"
        );
    }
    let mut other = Browser::new(&house.gallery);
    other
        .post("/sign-in", &[("email", "nobody@else.example")])
        .await;
    assert_eq!(
        other.post(link, &[]).await.status,
        422,
        "a browser that asked for another"
    );
    assert_eq!(
        other.post("/sign-in/code", &[("code", code)]).await.status,
        422
    );
    assert!(!other.cookies.contains_key("__Host-me"));
    let (again, mut typed) = (anna.clone(), anna.clone());
    let answer = anna.post(link, &[]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, &*case.seeded.path())
    );
    assert!(anna.get(&case.seeded.path()).await.text().contains(TITLE));
    assert_eq!(
        again.clone().post(link, &[]).await.status,
        422,
        "a second time"
    );
    let late = typed.post("/sign-in/code", &[("code", code)]).await;
    assert_eq!(late.status, 422, "link and code are one");
}

/// S28: an invitation that was fetched by everybody is still nobody's; only the invited address accepts it, once,
/// and another account is told which address is meant, without it being told.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_accepted_by_whom_it_was_sent_to() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let path = format!("/i/{}", case.invitation);
    let (hash, table) = (TokenHash::of(&case.invitation), house.emulators.table());
    let accepted = async || {
        let found = table.invitation(&hash, tests::emulators::now()).await;
        found.unwrap().unwrap().accepted
    };
    prefetched(&house, &path).await;
    assert_eq!(accepted().await, None);
    let mut other = house.signed_in("olaf@elsewhere.example").await;
    for answer in [other.get(&path).await, other.post(&path, &[]).await] {
        assert_eq!(answer.status, 403);
        assert!(
            answer.text().contains("a•••a@rows.example"),
            "which address is meant"
        );
        assert!(!answer.text().contains(ANNA) && !answer.text().contains(TITLE));
        assert!(!answer.text().contains(case.seeded.link.expose()));
    }
    assert_eq!(accepted().await, None);
    let mut anna = house.signed_in(ANNA).await;
    assert_eq!(anna.get(&path).await.status, 200, "asks first");
    assert_eq!(accepted().await, None);
    assert_eq!(anna.post(&path, &[]).await.status, 303);
    let first = accepted().await;
    assert!(first.is_some());
    let page = follow(&mut anna, &path).await;
    assert!(page.text().contains(TITLE));
    anna.post(&path, &[]).await;
    assert_eq!(accepted().await, first, "once");
    for path in ["/i/x", &format!("/i/{}", LinkToken::random().expose())] {
        assert_eq!(anna.get(path).await.status, 404);
        assert_eq!(anna.post(path, &[]).await.status, 404);
    }
}

/// Goes where redirects lead.
async fn follow(browser: &mut Browser, path: &str) -> Answer {
    let mut answer = browser.get(path).await;
    for _ in 0..4 {
        if answer.status != 303 {
            break;
        }
        let to = answer.header("location").to_owned();
        answer = browser.get(&to).await;
    }
    answer
}

/// L29, S27: whose row was removed, switched off or has ended does not learn the new link from the old invitation or
/// from the list of galleries.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_invitation_does_not_tell_the_new_link() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let (path, id) = (format!("/i/{}", case.invitation), case.seeded.gallery.id);
    let mut anna = house.signed_in(ANNA).await;
    assert_eq!(anna.post(&path, &[]).await.status, 303);
    let table = house.emulators.table();
    assert!(
        table.set_pin(id, None).await.unwrap(),
        "the link alone opens"
    );
    let rows = table.rows(id).await.unwrap();
    let own = rows
        .iter()
        .find(|row| row.subject == crate::case::anna())
        .unwrap();
    let off = domain::access::Row {
        active: false,
        ..own.clone()
    };
    let now = tests::emulators::now();
    assert!(
        table
            .save_row(id, &off, Some(own.revision), now)
            .await
            .unwrap()
            .is_some()
    );
    let (gallery, _) = table.gallery(id).await.unwrap().unwrap();
    assert!(
        table
            .replace_link(&gallery, &LinkToken::random())
            .await
            .unwrap()
    );
    let (gallery, _) = table.gallery(id).await.unwrap().unwrap();
    assert_ne!(gallery.link, case.seeded.link.expose());
    let told = async |anna: &mut Browser| {
        for answer in [
            anna.get(&path).await,
            anna.post(&path, &[]).await,
            anna.get("/galleries").await,
        ] {
            let said = format!("{:?} {}", answer.headers, answer.text());
            assert!(!said.contains(&gallery.link), "{} {said}", answer.status);
            assert!(!said.contains(TITLE));
        }
    };
    told(&mut anna).await;
    assert!(table.remove_row(id, &crate::case::anna()).await.unwrap());
    told(&mut anna).await;
}

/// Everything of an answer but the secrets it sets: names and attributes of cookies, and how long each is.
fn shape(answer: &Answer) -> String {
    let mut headers: Vec<String> = Vec::new();
    for (name, value) in &answer.headers {
        let mut value = value.to_str().unwrap().to_owned();
        if name == "set-cookie" {
            let (pair, attributes) = value.split_once(';').unwrap();
            let (cookie, secret) = pair.split_once('=').unwrap();
            value = format!("{cookie}={} bytes;{attributes}", secret.len());
        }
        headers.push(format!("{name}: {value}"));
    }
    headers.sort();
    format!("{} {headers:?} {}", answer.status, answer.text())
}

/// from the first form to the last wrong code, and past every budget, an address that is invited and one that
/// nobody knows get the same answers, the same calls to the table, and leave as much in it.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_whether_an_address_is_known() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let mut told = Vec::new();
    // as many letters, and masked alike
    for address in [ANNA, "alba@rows.example"] {
        let mut answers = Vec::new();
        for round in 0..=MAILS {
            let mut browser = Browser::from(&house.gallery, "192.0.2.9");
            let (calls, items) = (house.calls(), house.items().await.len());
            let form = [("email", address), ("then", &*case.seeded.path())];
            answers.push(shape(&browser.post("/sign-in", &form).await));
            let (calls, items) = (house.calls() - calls, house.items().await.len() - items);
            // the first round also opens the counters, which the other address shares in part
            if round > 0 {
                answers.push(format!("{calls} calls, {items} items"));
            }
            answers.push(shape(&browser.get("/sign-in").await));
            for _ in 0..=CODE_TRIES {
                let answer = browser.post("/sign-in/code", &[("code", "000000")]).await;
                answers.push(shape(&answer));
            }
        }
        told.push(answers);
    }
    for (known, unknown) in told[0].iter().zip(&told[1]) {
        assert_eq!(known, unknown);
    }
    assert_eq!(told[0].len(), told[1].len());
    assert_eq!(
        house.mails("client-code").await,
        usize::try_from(MAILS).unwrap()
    );
    assert!(house.mails("decoy").await >= usize::try_from(MAILS).unwrap());
}

/// L44: the same address on another device is the same person: what one sees the other sees.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_on_two_devices_is_one_person() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    house
        .gallery_with("Nebenan", Some("739105"), Rights::LOOK, |_| {})
        .await;
    let mut lists = Vec::new();
    for address in ["192.0.2.1", "2001:db8::7"] {
        let mut device = Browser::from(&house.gallery, address);
        device
            .post("/sign-in", &[("email", " Anna@Rows.Example ")])
            .await;
        let mail = house.newest_mail("client-code").await.unwrap();
        let answer = device
            .post("/sign-in/code", &[("code", &mail["code"])])
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("location")),
            (303, "/galleries")
        );
        let list = device.get("/galleries").await.text();
        assert!(list.contains(TITLE) && list.contains(&case.seeded.path()));
        assert!(!list.contains("Nebenan"));
        // addresses of pictures carry the second they were signed in
        lists.push(list.split("X-Amz-").next().unwrap().to_owned());
    }
    assert_eq!(lists[0], lists[1]);
}
