//! What may be written, and what stands in it: guest links by those who may make them, devices that are nobody else's,
//! files that no spreadsheet executes.

use crate::case::{ANNA, Case};
use domain::access::Rights;
use domain::gallery::Gallery;
use domain::throttle::GALLERY_GUESSES;
use tests::actors::Browser;
use tests::cast::person;
use tests::emulators::now;
use tests::house::House;

/// Puts a gallery into a state.
type Change = fn(&mut Gallery);

/// C8, P36: a guest link is made and ended by those who may, in a gallery that is open; everybody else's form leaves
/// nothing behind, whatever they are answered.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_makes_a_guest_link_who_may_not() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let id = case.seeded.gallery.id;
    let table = house.emulators.table();
    let link = case.seeded.link.expose();
    let off = domain::access::Row {
        active: false,
        ..domain::access::Row::new(person("off@rows.example"), Rights::LOOK)
    };
    house.add_row(id, &off).await;
    let (preview, viewer) = house.view_as(id, &crate::case::anna()).await;
    let callers = [
        ("a visit", house.client(&case.seeded).await, link, true),
        ("anna", house.signed_in(ANNA).await, link, true),
        ("a stranger", Browser::new(&house.gallery), link, false),
        (
            "off",
            house.signed_in("off@rows.example").await,
            link,
            false,
        ),
        (
            "nobody's",
            house.signed_in("olaf@else.example").await,
            link,
            false,
        ),
        ("the owner", house.owner_since(now()).await, link, false),
        (
            "a guest",
            Browser::new(&house.gallery),
            &case.guest_link,
            false,
        ),
        (
            "anna by a guest link",
            house.signed_in(ANNA).await,
            &case.guest_link,
            false,
        ),
        ("a view as anna", viewer, preview.expose(), false),
    ];
    let states: [(&str, Change, bool); 5] = [
        ("open", |_| {}, true),
        ("paused", |gallery| gallery.enabled = false, false),
        ("archived", |gallery| gallery.archived = true, false),
        (
            "without guest links",
            |gallery| gallery.guest_links = false,
            false,
        ),
        ("a draft", |gallery| gallery.published = None, false),
    ];
    for (state, change, open) in states {
        house
            .change(id, |gallery| {
                gallery.enabled = true;
                gallery.archived = false;
                gallery.guest_links = true;
                change(gallery);
            })
            .await;
        for (who, browser, link, shares) in &callers {
            let mut browser = browser.at(&house.gallery);
            let before = table.guests(id).await.unwrap();
            let path = format!("/g/{link}/guests");
            let form = [("label", "Grandparents"), ("until", "week")];
            let answer = browser.post(&path, &form).await;
            let after = table.guests(id).await.unwrap();
            let made = usize::from(*shares && open);
            assert_eq!(
                after.len(),
                before.len() + made,
                "{who}, {state}: {}",
                answer.status
            );
            // nor is the studio's ended by anybody but the studio
            let end = format!("{path}/{}/end", case.guest);
            assert_ne!(browser.post(&end, &[]).await.status, 200, "{who}, {state}");
            let own = after.iter().find(|guest| guest.id == case.guest).unwrap();
            assert!(
                !own.ended,
                "{who} ended the studio's in a gallery that is {state}"
            );
        }
    }
    // and one client does not end another's
    house
        .change(id, |gallery| gallery.published = Some(now()))
        .await;
    house.change(id, |gallery| gallery.guest_links = true).await;
    let guests = table.guests(id).await.unwrap();
    let anna = domain::activity::Who::Visitor(crate::case::anna());
    let annas = guests.iter().filter(|guest| guest.made_by == anna);
    let annas: Vec<_> = annas.map(|guest| guest.id).collect();
    assert_eq!(annas.len(), 1);
    let mut visit = house.client(&case.seeded).await;
    let end = format!("/g/{link}/guests/{}/end", annas[0]);
    assert_eq!(visit.post(&end, &[]).await.status, 404);
    let mut anna = house.signed_in(ANNA).await;
    assert_eq!(anna.post(&end, &[]).await.status, 303);
    let guests = table.guests(id).await.unwrap();
    assert!(
        guests
            .iter()
            .find(|guest| guest.id == annas[0])
            .unwrap()
            .ended
    );
}

/// R-4.3: a device that was let in elsewhere, or says so of itself, is a stranger here.
#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_known_where_it_was_let_in_and_nowhere_else() {
    let house = House::open().await;
    let here = house.emulators.gallery("Quellental", "482916").await;
    let there = house.emulators.gallery("Nebenan", "739105").await;
    let elsewhere = house.client(&there).await;
    let name =
        |link: &domain::ids::LinkToken| format!("__Host-device-{}", &link.hash().as_str()[..16]);
    let device = elsewhere.cookies[&name(&there.link)].clone();
    let mut claims = vec![
        device.clone(),
        device.replace('.', ".9"),
        "x.9999999999.x".into(),
    ];
    let (token, rest) = device.split_once('.').unwrap();
    claims.push(format!(
        "{}.{rest}",
        token.chars().rev().collect::<String>()
    ));
    for guess in 0..GALLERY_GUESSES {
        let address = format!("203.{guess}.113.7");
        let mut attacker = Browser::from(&house.gallery, &address);
        let claim = &claims[usize::try_from(guess).unwrap() % claims.len()];
        attacker.cookies.insert(name(&here.link), claim.clone());
        let answer = attacker.post(&here.path(), &[("pin", "111999")]).await;
        assert_eq!(answer.status, 403, "guess {guess}");
    }
    for claim in claims {
        let mut attacker = Browser::from(&house.gallery, "192.0.2.9");
        attacker.cookies.insert(name(&here.link), claim);
        let answer = attacker.post(&here.path(), &[("pin", "482916")]).await;
        assert_eq!(
            answer.status, 403,
            "the step-up holds for whoever is not known here"
        );
    }
}

/// R-4.13: whatever people call themselves and their links, no cell of an export begins a formula.
#[tokio::test(flavor = "multi_thread")]
async fn no_export_executes_in_a_spreadsheet() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let names = [
        "=HYPERLINK(\"http://evil.example\")",
        "+1+1",
        "-2+3",
        "@SUM(1)",
        "\t=1",
        "\r=1",
    ];
    let mut owner = house.owner_since(now()).await;
    let mut client = house.client(&case.seeded).await;
    for (index, name) in names.into_iter().enumerate() {
        let address = format!("somebody{index}@rows.example");
        let form = [("email", &*address), ("name", name)];
        let added = owner.post("/studio/contacts", &form).await;
        assert!(added.status.as_u16() < 400, "{}", added.text());
        let path = format!("{}/guests", case.seeded.path());
        let form = [("label", name), ("until", "week")];
        client.post(&path, &form).await;
        let form = [("title", name), ("pin", "918273")];
        owner.post("/studio/galleries", &form).await;
    }
    let id = case.seeded.gallery.id;
    for path in [
        "/studio/contacts.csv".to_owned(),
        "/studio/activity.csv".into(),
        format!("/studio/galleries/{id}/activity.csv"),
    ] {
        let answer = owner.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.header("content-type").starts_with("text/csv"));
        assert!(
            answer
                .header("content-disposition")
                .starts_with("attachment")
        );
        let text = answer.text();
        assert!(
            text.contains("evil.example") || text.contains("SUM(1)"),
            "{path}: {text}"
        );
        for cell in cells(&text) {
            let first = cell.chars().next();
            let formula = first.is_some_and(|c| "=+-@\t\r".contains(c));
            assert!(!formula, "{path}: {cell:?}");
        }
    }
}

/// The cells of a CSV file (RFC 4180).
fn cells(text: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut chars = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' | '\n' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\r' if !quoted && chars.peek() == Some(&'\n') => {}
            c => cell.push(c),
        }
    }
    cells.push(cell);
    cells
}
