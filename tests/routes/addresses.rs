//! What addresses may say: whoever walks from page to page, as a stranger, with the PIN, by name, by invitation or as a
//! guest, meets no gallery's link and no token in any query, and still finds the way back from signing in.

use crate::case::{ANNA, Case};
use domain::access::Rights;
use domain::ids::LinkToken;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use tests::actors::{Answer, Browser};
use tests::cast::person;
use tests::emulators::ORIGIN;
use tests::house::House;

/// Where links lead, forms go and an answer redirects.
fn addresses(answer: &Answer) -> BTreeSet<String> {
    let text = answer.text();
    let starts = ["href=\"", "action=\""].iter();
    let places = starts.flat_map(|start| text.split(start).skip(1));
    let mut found: BTreeSet<String> = places
        .filter_map(|rest| rest.split('"').next())
        .map(|address| address.replace("&#38;", "&").replace("&amp;", "&"))
        .collect();
    found.insert(answer.header("location").to_owned());
    found
}

/// A hidden field's value.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("type=\"hidden\" name=\"{name}\" value=\"");
    let (_, rest) = page
        .split_once(&start)
        .unwrap_or_else(|| panic!("no {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// What is wrong with an address: its query holds a secret, or the path of one.
fn told(address: &str, secrets: &[String]) -> bool {
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let query = percent_encoding::percent_decode_str(query).decode_utf8_lossy();
    let paths = address.starts_with('/') && ["/g/", "/i/"].iter().any(|path| query.contains(path));
    paths || secrets.iter().any(|secret| query.contains(secret.as_str()))
}

/// Every address met, with the page it stood on.
#[derive(Default)]
struct Walk {
    secrets: Vec<String>,
    met: BTreeMap<String, String>,
}

impl Walk {
    fn note(&mut self, page: &str, answer: &Answer) {
        assert!(answer.status.as_u16() < 500, "{page}: {}", answer.status);
        for address in addresses(answer) {
            self.met.entry(address).or_insert_with(|| page.to_owned());
        }
        // what a form sends by GET stands in a query
        for form in answer.text().split("<form").skip(1) {
            let form = form.split("</form").next().unwrap();
            let open = !form.contains("method=\"post\"");
            assert!(
                !open || !told(&format!("/?{form}"), &self.secrets),
                "{page}: {form}"
            );
        }
    }

    /// Follows every link from there on.
    async fn follow(&mut self, house: &House, browser: &Browser, starts: &[String]) {
        let mut queue: VecDeque<String> = starts.iter().cloned().collect();
        let mut seen: BTreeSet<String> = starts.iter().cloned().collect();
        while let Some(path) = queue.pop_front() {
            // a copy: what one page sets does not change what the next one shows
            let answer = browser.at(house.site(&path)).get(&path).await;
            self.note(&path, &answer);
            for address in addresses(&answer) {
                let address = address.strip_prefix(ORIGIN).unwrap_or(&address);
                let address = address.split('#').next().unwrap().to_owned();
                let ours = address.starts_with('/') && !address.starts_with("/assets/");
                let client = ours && !address.starts_with("/studio");
                if client && seen.len() < 80 && seen.insert(address.clone()) {
                    queue.push_back(address);
                }
            }
        }
    }
}

/// A gallery behind a PIN, others that are closed in every way, and who comes to them.
async fn walked(house: &House) -> (Walk, Case) {
    let case = Case::new(house).await;
    let link = case.seeded.link.expose().to_owned();
    let mut paths = vec![
        case.seeded.path(),
        format!("/i/{}", case.invitation),
        "/galleries".into(),
        "/".into(),
    ];
    let mut walk = Walk::default();
    for (title, pin) in [
        ("Paused", Some("482916")),
        ("Draft", Some("482916")),
        ("Ended", None),
        ("By name", None),
    ] {
        let rights = if title == "By name" {
            Rights::NONE
        } else {
            Rights::LOOK
        };
        let closed = house.gallery_with(title, pin, rights, |gallery| match title {
            "Paused" => gallery.enabled = false,
            "Draft" => gallery.published = None,
            "Ended" => gallery.expires = Some("2026-01-02T03:04:05Z".parse().unwrap()),
            _ => {}
        });
        let closed = closed.await;
        if title != "By name" {
            house.invited(closed.gallery.id, ANNA, Rights::LOOK).await;
        }
        paths.push(closed.path());
        walk.secrets.push(closed.link.expose().to_owned());
    }
    let (view, preview) = house.view_as(case.seeded.gallery.id, &person(ANNA)).await;
    walk.secrets.extend([
        link.clone(),
        case.guest_link.clone(),
        case.invitation.clone(),
    ]);
    walk.secrets.push(view.expose().to_owned());
    let visitors = [
        Browser::new(&house.gallery),
        house.client(&case.seeded).await,
        house.signed_in(ANNA).await,
        house.signed_in("olaf@elsewhere.example").await,
    ];
    for visitor in &visitors {
        walk.follow(house, visitor, &paths).await;
    }
    let guest = [format!("/g/{}", case.guest_link)];
    walk.follow(house, &Browser::new(&house.gallery), &guest)
        .await;
    walk.follow(house, &preview, &[format!("/g/{}", view.expose())])
        .await;
    (walk, case)
}

/// from the door, the pages of closed galleries, invitations and the list no address puts a secret in a query.
#[tokio::test(flavor = "multi_thread")]
async fn no_query_holds_a_link_or_a_token() {
    let house = House::open().await;
    let (walk, case) = walked(&house).await;
    for shape in ["/sign-in?then=%2Fg%2Fabc", "/ask?about=/i/abc"] {
        assert!(told(shape, &[]), "{shape} would be noticed");
    }
    for (address, page) in &walk.met {
        assert!(!told(address, &walk.secrets), "{page} leads to {address}");
    }
    // the walk came to what used to carry them, and queries were among what it met
    let (door, invitation) = (case.seeded.path(), format!("/i/{}", case.invitation));
    for address in [
        format!("{door}/sign-in"),
        format!("{door}/ask"),
        format!("{invitation}/ask"),
        format!("/g/{}/ask", case.guest_link),
        "/ask?about=/galleries".into(),
        "/sign-in?then=/galleries".into(),
    ] {
        let met = walk.met.keys().any(|met| met.starts_with(&address));
        assert!(met, "{address}: {:#?}", walk.met.keys());
    }
    assert!(walk.met.len() > 40, "{:#?}", walk.met);
}

/// 8.2: from the door to the code and back into the gallery; the way back travels in forms and a cookie.
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_at_a_door_leads_back_to_it() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let (door, mut anna) = (case.seeded.path(), Browser::new(&house.gallery));
    let sign_in = format!("{door}/sign-in");
    assert!(
        anna.get(&door)
            .await
            .text()
            .contains(&format!("href=\"{sign_in}\""))
    );
    let form = anna.get(&sign_in).await;
    assert_eq!(
        (form.status.as_u16(), hidden(&form.text(), "then")),
        (200, door.clone())
    );
    let sent = anna
        .post(
            "/sign-in",
            &[("email", ANNA), ("then", &hidden(&form.text(), "then"))],
        )
        .await;
    assert_eq!(
        (sent.status.as_u16(), sent.header("location")),
        (303, "/sign-in")
    );
    // reloaded at either address, it is the code that is asked for
    for path in ["/sign-in", &sign_in] {
        let page = anna.get(path).await.text();
        assert!(page.contains("action=\"/sign-in/code\""), "{path}: {page}");
        assert_eq!(hidden(&page, "then"), door, "{path}");
        assert!(
            page.contains(&format!("href=\"{sign_in}?again=1\"")),
            "{path}: {page}"
        );
    }
    let again = anna.get(&format!("{sign_in}?again=1")).await.text();
    assert!(
        again.contains("name=\"email\""),
        "another address is typed there: {again}"
    );
    let code = house.newest_mail("client-code").await.unwrap()["code"].clone();
    let form = [("code", &*code), ("then", &*door)];
    // without the cookie of the code it begins again, at the same door
    let lost = Browser::new(&house.gallery)
        .post("/sign-in/code", &form)
        .await;
    assert_eq!(
        (lost.status.as_u16(), lost.header("location")),
        (303, &*sign_in)
    );
    let right = anna.post("/sign-in/code", &form).await;
    assert_eq!(
        (right.status.as_u16(), right.header("location")),
        (303, &*door)
    );
    assert!(anna.get(&door).await.text().contains(crate::case::TITLE));
}

/// S28, R-4.10: who opens an accepted invitation in another browser signs in on its own page and goes on from there.
#[tokio::test(flavor = "multi_thread")]
async fn signing_in_at_an_accepted_invitation_leads_on() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let here = format!("/i/{}", case.invitation);
    let mut first = house.signed_in(ANNA).await;
    assert_eq!(
        first.post(&here, &[]).await.header("location"),
        case.seeded.path()
    );
    let mut other = Browser::new(&house.gallery);
    let form = other.get(&here).await;
    assert_eq!(
        (form.status.as_u16(), hidden(&form.text(), "then")),
        (200, here.clone())
    );
    other
        .post("/sign-in", &[("email", ANNA), ("then", &here)])
        .await;
    let page = other.get("/sign-in").await.text();
    let code = house.newest_mail("client-code").await.unwrap()["code"].clone();
    let form = [("code", &*code), ("then", &*hidden(&page, "then"))];
    let right = other.post("/sign-in/code", &form).await;
    assert_eq!(right.header("location"), here);
    assert_eq!(
        other.get(&here).await.header("location"),
        case.seeded.path()
    );
}

/// S36, R-4.10: a question is about the gallery or the invitation whose page it was asked from, and leads back there.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_knows_its_page_without_a_query() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    for page in [case.seeded.path(), format!("/i/{}", case.invitation)] {
        let ask = format!("{page}/ask");
        let mut reader = Browser::new(&house.gallery);
        let form = reader.get(&ask).await;
        assert_eq!(
            (form.status.as_u16(), hidden(&form.text(), "about")),
            (200, page.clone())
        );
        let sent = reader
            .post("/ask", &[("about", &page), ("text", "May I print them?")])
            .await;
        let there = format!("{ask}?sent=1");
        assert_eq!(
            (sent.status.as_u16(), sent.header("location")),
            (303, &*there)
        );
        let thanks = reader.get(&there).await.text();
        assert!(thanks.contains("on its way") && thanks.contains(&format!("href=\"{page}\"")));
        let mail = house.newest_mail("question").await.unwrap();
        assert_eq!(mail["text"], "May I print them?");
    }
}

/// S36, L29: a question that was being written while the link was replaced is sent, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_question_outlives_the_link_it_is_about() {
    let house = House::open().await;
    for gone in ["g", "i"].map(|at| format!("/{at}/{}", LinkToken::random().expose())) {
        let text = format!("May I print what was at {}?", &gone[..3]);
        let mut reader = Browser::new(&house.gallery);
        let form = [("about", &*gone), ("text", &*text)];
        let sent = reader.post("/ask", &form).await;
        assert_eq!(
            (sent.status.as_u16(), sent.header("location")),
            (303, "/ask?sent=1")
        );
        let thanks = reader.get("/ask?sent=1").await.text();
        assert!(thanks.contains("on its way") && !thanks.contains(&gone));
        let mail = house.newest_mail("question").await.unwrap();
        assert_eq!(mail["text"], text);
    }
}

/// what an old address says in its query is not read, so nothing repeats it.
#[tokio::test(flavor = "multi_thread")]
async fn a_secret_in_a_query_is_ignored() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let (door, invitation) = (case.seeded.path(), format!("/i/{}", case.invitation));
    for secret in [&door, &invitation] {
        let mut stranger = Browser::new(&house.gallery);
        let page = stranger.get(&format!("/sign-in?then={secret}")).await;
        assert_eq!(hidden(&page.text(), "then"), "/galleries");
        assert!(!page.text().contains(&**secret));
        for end in ["", "&sent=1"] {
            let page = stranger.get(&format!("/ask?about={secret}{end}")).await;
            assert!(page.status == 200 && !page.text().contains(&**secret));
        }
    }
}
