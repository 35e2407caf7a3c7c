//! The working heart, whole: proofs are chosen on a phone, confirmed, retouched, put into the bucket, shipped, downloaded.

/// What the client does before.
mod choose;

use crate::people::{mail_to, set};
use crate::phone::{Phone, SIZE, downloaded, quoted};
use std::collections::{BTreeMap, BTreeSet};
use tests::actors::{Browser, Site};
use tests::photographs::jpeg;
use tests::stack::{Made, Photographer, mails, shared};
use tests::until;

/// Who is invited.
const ALMA: &str = "alma.r@clients.example";
/// What is chosen, by the place in the gallery.
const CHOSEN: [usize; 12] = [1, 3, 4, 7, 8, 11, 16, 18, 20, 22, 25, 30];

/// Section and name of each proof: two cameras called one of theirs the same.
fn proofs() -> Vec<(&'static str, String)> {
    let morning = (1..=15).map(|n| ("1 Morning", format!("QV_{:04}.jpg", 2040 + n)));
    let evening = (16..=30).map(|n| {
        let number = if n == 17 { 2043 } else { 2040 + n };
        ("2 Evening", format!("QV_{number}.jpg"))
    });
    morning.chain(evening).collect()
}

/// What a retouched file of that proof is called: some programs write the ending, or all of it, their own way.
fn name_of_final(proof: &str) -> String {
    let stem = proof.strip_suffix(".jpg").unwrap();
    match stem.as_bytes()[6] % 4 {
        0 => format!("{stem}.JPG"),
        1 => format!("{}.jpeg", stem.to_lowercase()),
        _ => proof.to_owned(),
    }
}

fn stem(name: &str) -> String {
    name.rsplit_once('.').unwrap().0.to_uppercase()
}

/// A gallery of 30 proofs, and the path of Alma's invitation to it.
async fn gallery(photographer: &mut Photographer) -> (Made, String) {
    let made = photographer.gallery("Quinta da Vila", "482916").await;
    for (at, (section, name)) in proofs().into_iter().enumerate() {
        let time = format!("2026:06:14 {:02}:{:02}:00", 9 + at / 15 * 9, at % 15);
        let bytes = jpeg(600, 400, 500 + at as u64, &time);
        photographer
            .put(&made, &format!("{section}/{name}"), bytes)
            .await;
    }
    photographer.settled(&made, 30).await;
    let base = format!("/studio/galleries/{}", made.id);
    let settings = [
        ("title", "Quinta da Vila"),
        ("kind", "proof-retouch-deliver"),
        ("style", "standard"),
        ("table", "own"),
    ];
    let path = format!("{base}/settings");
    photographer.send(&path, &path, &settings).await;
    let marked = [("all", "1"), ("set", "proof")];
    let path = format!("{base}/photos/mark");
    let answer = photographer.browser.post(&path, &marked).await;
    assert!(answer.status.as_u16() < 400, "{}", answer.text());
    let choosing = [
        ("mode", "selection"),
        ("min", "10"),
        ("max", "15"),
        ("filters", "on"),
        ("drawing", "on"),
        ("offer", "all"),
    ];
    let path = format!("{base}/choosing");
    photographer.send(&path, &path, &choosing).await;
    let before = mails(&shared().ready).await.len();
    let person = [
        ("addresses", ALMA),
        ("asked", "yes"),
        ("enter", "on"),
        ("select", "on"),
        ("comment", "on"),
        ("originals", "final"),
        ("invite", "on"),
    ];
    let path = format!("{base}/people");
    let answer = photographer.browser.post(&path, &person).await;
    assert!(answer.status.as_u16() < 400, "{}", answer.text());
    let mail = mail_to(ALMA, before).await;
    (made, path_in(&mail, "/i/"))
}

/// The first path of a letter that begins like that.
fn path_in(text: &str, begin: &str) -> String {
    let rest = &text[text
        .find(begin)
        .unwrap_or_else(|| panic!("{begin}: {text}"))..];
    let end = rest.find(|c: char| c.is_whitespace() || c == '"');
    rest[..end.unwrap_or(rest.len())].to_owned()
}

/// Subjects of the letters to an address after so many mails.
async fn letters(to: &str, after: usize) -> Vec<(String, String)> {
    let all = mails(&shared().ready).await;
    let mine = all
        .iter()
        .skip(after)
        .filter(|mail| mail["to"].to_string().contains(to));
    let text = |mail: &serde_json::Value, name: &str| mail[name].as_str().unwrap().to_owned();
    mine.map(|mail| (text(mail, "subject"), text(mail, "text")))
        .collect()
}

/// The letter to an address whose subject contains this.
async fn letter(to: &str, after: usize, subject: &str) -> String {
    until(&format!("a letter about {subject}"), async || {
        let all = letters(to, after).await;
        all.into_iter()
            .find(|(about, _)| about.contains(subject))
            .map(|(_, text)| text)
    })
    .await
}

/// What the order's page lists.
const ITEMS: &str =
    "[...document.querySelectorAll('.pair .edge--name')].map((name) => name.innerText)";

/// Presses a button of the order's page; what the page says then.
async fn press(phone: &Phone, action: &str) -> String {
    let form = format!("document.querySelector('form[action$=\"/{action}\"] button')");
    phone.wait(&form).await;
    phone
        .page
        .evaluate_expression("document.body.dataset.old = 1")
        .await
        .unwrap();
    phone
        .tap(&format!("form[action$='/{action}'] button"))
        .await;
    phone
        .wait("document.readyState === 'complete' && !document.body.dataset.old")
        .await;
    phone.read("document.querySelector('main').innerText").await
}

/// P26, P44, P27: names at the order, finals put flat into the folder by an S3 client, one of which two photographs may be.
async fn retouch(
    phone: &Phone,
    photographer: &mut Photographer,
    made: &Made,
    names: &[String],
) -> BTreeMap<String, Vec<u8>> {
    let base = format!("/studio/galleries/{}", made.id);
    phone.open(&format!("{base}/choosing")).await;
    phone.tap("input[name=incoming][value=replace]").await;
    let finals = "(() => { const list = document.querySelector('#incoming_stage'); list.value = 'final'; return list.value; })()";
    assert_eq!(phone.read::<String>(finals).await, "final");
    phone.tap("form[action$='/choosing'] .btn--ink").await;
    phone.wait("document.querySelector('.banner--ok')").await;

    let mut finals = BTreeMap::new();
    for (at, name) in names.iter().enumerate() {
        let bytes = jpeg(900, 600, 900 + at as u64, "2026:06:20 12:00:00");
        let file = name_of_final(name);
        photographer.put(made, &file, bytes.clone()).await;
        finals.insert(stem(&file), bytes);
    }
    until("eleven finals, and one that waits", async || {
        let photos = photographer.clone().photos(made).await;
        let done = photos.iter().filter(|photo| photo["number"] == 2).count();
        let waits = phone_waits(phone, &base).await;
        (done == 11 && waits == 1 && photos.len() == 30).then_some(())
    })
    .await;
    finals
}

/// How many files wait for an answer.
async fn phone_waits(phone: &Phone, base: &str) -> usize {
    phone.open(&format!("{base}/waiting")).await;
    let files = "document.querySelectorAll('.waits__list > li').length";
    phone.look(files).await.unwrap_or_default()
}

/// Answers the one that waits: it is the photograph of the morning.
async fn answer(phone: &Phone, photographer: &mut Photographer, made: &Made) {
    let pick = "(() => { const pick = [...document.querySelectorAll('.pick')].find((pick) => pick.innerText.includes('1 Morning'));
        pick.querySelector('input').click(); return true; })()";
    assert!(phone.read::<bool>(pick).await);
    phone.tap("form[action$='/waiting'] .btn--ink").await;
    phone.wait("document.querySelector('.banner--ok')").await;
    until("the twelfth final", async || {
        let photos = photographer.clone().photos(made).await;
        let done = photos.iter().filter(|photo| photo["number"] == 2).count();
        (done == 12 && photos.len() == 30).then_some(())
    })
    .await;
}

/// Each file of an order as its page leads to it: name and bytes.
async fn fetched(phone: &Phone, order: &str) -> BTreeMap<String, Vec<u8>> {
    phone.open(order).await;
    phone
        .wait("document.querySelectorAll('.line__get').length === 12")
        .await;
    let links: Vec<String> = phone
        .read(
            "[...document.querySelectorAll('.line__get')].map((link) => link.getAttribute('href'))",
        )
        .await;
    let mut browser = Browser::new(&Site::http(&shared().ready.site));
    for cookie in phone.page.get_cookies().await.unwrap() {
        browser.cookies.insert(cookie.name, cookie.value);
    }
    let mut files = BTreeMap::new();
    for link in links {
        let answer = browser.get(&link).await;
        assert_eq!(answer.status, 302, "{link}: {}", answer.text());
        let file = reqwest::get(answer.header("location")).await.unwrap();
        let name = file.headers()["content-disposition"].to_str().unwrap();
        let name = name.split('"').nth(1).unwrap().to_owned();
        files.insert(stem(&name), file.bytes().await.unwrap().to_vec());
    }
    files
}

/// Product 4.4–4.7, P26–P31, P42–P51, S20–S38: thirty proofs become twelve finals in the client's hands, each exactly the
/// shipped version; each side is told each thing once; hearts and comments stay.
#[tokio::test(flavor = "multi_thread")]
async fn proofs_become_finals_in_the_clients_hands() {
    let Some(phone) = Phone::start("proofs_become_finals_in_the_clients_hands").await else {
        return;
    };
    let ready = &shared().ready;
    let mut photographer = shared().photographer().await;
    let before = mails(ready).await.len();
    let (made, invitation) = gallery(&mut photographer).await;
    let all = proofs();
    let names: Vec<String> = CHOSEN.iter().map(|at| all[at - 1].1.clone()).collect();
    choose::choose(&phone, &invitation).await;

    // both know
    let clients = letter(ALMA, before, "your choice is confirmed").await;
    let studios = letter(&ready.owner_email, before, "has confirmed: Quinta da Vila").await;
    for name in &names {
        assert!(
            clients.contains(name) && studios.contains(name),
            "{name}: {studios}"
        );
    }
    assert!(studios.contains("The lamp is the only wish."), "{studios}");
    assert!(!studios.contains("QV_2042"), "{studios}");

    // the studio, on a desk
    for (name, value) in &photographer.browser.cookies {
        set(&phone, name, value).await;
    }
    phone.resize(1440, 900).await;
    let base = format!("/studio/galleries/{}", made.id);
    phone.open(&format!("{base}/orders")).await;
    phone.tap(&format!("main a[href^='{base}/orders/']")).await;
    phone
        .wait("document.querySelectorAll('.pair').length === 12")
        .await;
    let order: String = phone.read("location.pathname").await;
    let listed: BTreeSet<String> = phone.read::<Vec<String>>(ITEMS).await.into_iter().collect();
    assert_eq!(listed, names.iter().cloned().collect());

    let finals = retouch(&phone, &mut photographer, &made, &names).await;
    phone.open(&order).await;
    let said = press(&phone, "recalc").await;
    assert!(
        said.contains("11 can ship now, 1 is still Proof."),
        "{said}"
    );
    assert!(said.contains("Nothing was sent."), "{said}");
    assert_eq!(phone_waits(&phone, &base).await, 1);
    answer(&phone, &mut photographer, &made).await;
    phone.open(&order).await;
    let said = press(&phone, "recalc").await;
    assert!(said.contains("12 can ship now"), "{said}");

    // twice, as an impatient finger does
    let first = "(async () => { const form = document.querySelector('form[action$=\"/ship\"]');
        return (await fetch(form.action, { method: 'POST', body: new URLSearchParams(new FormData(form)) })).ok; })()";
    assert!(phone.read::<bool>(first).await);
    let said = press(&phone, "ship").await;
    assert!(said.contains("Everything is shipped."), "{said}");
    let shipped = letter(ALMA, before, "12 photographs to download").await;
    for name in &names {
        assert!(
            shipped.contains(name.strip_suffix(".jpg").unwrap()),
            "{name}: {shipped}"
        );
    }

    // the client again, from the letter
    phone.resize(i64::from(SIZE.0), i64::from(SIZE.1)).await;
    let link = path_in(&shipped, "/g/");
    phone.open(&link).await;
    phone
        .wait("document.querySelectorAll('.line__get').length === 12")
        .await;
    phone.nothing_sideways().await;
    let directory = phone.downloads().await;
    phone.tap(".line__get").await;
    let first: String = phone
        .read("document.querySelector('.line__name').innerText")
        .await;
    let file = format!("{}.{}", first.rsplit_once('.').unwrap().0, ending(&first));
    assert_eq!(downloaded(&directory, &file).await, finals[&stem(&file)]);
    assert!(
        fetched(&phone, &link).await == finals,
        "each exactly the final"
    );

    // retouched once more: what was shipped is what the order gives
    let again = jpeg(900, 600, 990, "2026:06:21 12:00:00");
    let file = name_of_final(&names[0]);
    photographer.put(&made, &file, again.clone()).await;
    until("the next version", async || {
        let photos = photographer.clone().photos(&made).await;
        let first = photos
            .iter()
            .find(|photo| stem(photo["file_name"].as_str().unwrap()) == stem(&names[0]));
        (first?["number"] == 3 && first?["state"] == "ready").then_some(())
    })
    .await;
    assert!(
        fetched(&phone, &link).await == finals,
        "still the shipped version"
    );
    assert_ne!(again, finals[&stem(&names[0])]);

    // hearts and words are where they were
    phone.open(&made.link).await;
    phone
        .wait("document.querySelector('.selbar__count')?.innerText === '12'")
        .await;
    for number in CHOSEN {
        let there = format!(
            "document.querySelector(\".frame[data-number='{number}'].is-chosen\") || (scrollBy(0, 400), scrollY + innerHeight > document.documentElement.scrollHeight - 5 && scrollTo(0, 0), false)"
        );
        phone.wait(&there).await;
    }
    let photo: String = {
        phone
            .wait("scrollTo(0, 0), document.querySelector(\".frame[data-number='1']\")")
            .await;
        phone
            .read("document.querySelector(\".frame[data-number='1']\").dataset.id")
            .await
    };
    phone
        .open(&format!("{}/photo/{photo}/comments", made.link))
        .await;
    let said = format!(
        "document.body.innerText.includes({})",
        quoted("Please take the lamp out.")
    );
    phone.wait(&said).await;
    phone.close().await;

    // each thing was told once
    for to in [ALMA, &*ready.owner_email] {
        let mut subjects: Vec<String> = letters(to, before)
            .await
            .into_iter()
            .map(|(subject, _)| subject)
            .collect();
        subjects.retain(|subject| subject.contains("Quinta da Vila"));
        subjects.sort();
        let once: BTreeSet<&String> = subjects.iter().collect();
        assert_eq!(once.len(), subjects.len(), "{subjects:?}");
    }
}

/// The ending a file is saved with: the shown file's.
fn ending(proof: &str) -> String {
    name_of_final(proof).rsplit_once('.').unwrap().1.to_owned()
}
