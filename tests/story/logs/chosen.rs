//! The part of the story in which a client chooses, talks, confirms and orders: what they write and where their letters go.

use super::{Secrets, last, mailed, redirected};
use domain::product::FULL_SIZE;
use local::Ready;
use tests::actors::Browser;
use tests::stack::{Made, Photographer};

/// Where the letters go.
const SILVIA: &str = "silvia.sommer@clients.example";

/// The studio opens every channel to whoever has the PIN.
async fn opened(photographer: &mut Photographer, made: &Made) {
    let studio = format!("/studio/galleries/{}", made.id);
    let rows = format!("{studio}/authorizations");
    let rights = [
        ("active", "on"),
        ("enter", "on"),
        ("select", "on"),
        ("comment", "on"),
        ("rate", "on"),
        ("order", "on"),
        ("web", "clean"),
        ("originals", "all"),
    ];
    let row = format!("{rows}/anybody");
    photographer.send(&rows, &row, &rights).await;
    let choosing = format!("{studio}/choosing");
    let rules = [
        ("mode", "selection"),
        ("drawing", "on"),
        ("sort", "captured"),
        ("incoming", "new"),
        ("incoming_stage", "undefined"),
        ("offer", "all"),
    ];
    photographer.send(&choosing, &choosing, &rules).await;
}

/// A field of the form on a page.
async fn field(client: &mut Browser, page: &str, name: &str) -> String {
    let answer = client.get(page).await;
    let led = answer.header("location");
    assert_eq!(answer.status, 200, "{page} leads to {led}");
    let text = answer.text();
    let field = format!("name=\"{name}\" value=\"");
    let value = text.split(&field).nth(1);
    let value = value.unwrap_or_else(|| panic!("no {name}: {text}"));
    value.split('"').next().unwrap().to_owned()
}

/// What no address that is asked for or led to may carry.
const WRITTEN: [&str; 6] = [
    "Xanthippe",
    "Zebulon",
    "Theodolinde",
    "Melisande",
    "Kunigunde",
    "silvia",
];

/// Everything there is to say of one photograph, with mistakes in between.
pub(super) async fn choosing(
    secrets: &mut Secrets,
    ready: &Ready,
    client: &mut Browser,
    photographer: &mut Photographer,
    (made, photo): (&Made, &str),
) {
    opened(photographer, made).await;
    for (what, words) in [
        ("comment", "Xanthippe"),
        ("commenter's name", "Zebulon"),
        ("words with a list", "Theodolinde"),
        ("words with an order", "Melisande"),
        ("the studio's answer", "Kunigunde"),
        ("client's address", SILVIA),
        ("mistyped address", "silvia.sommer.at.home"),
    ] {
        secrets.add(what, words);
    }
    let gallery = made.link.as_str();
    let one = format!("{gallery}/photo/{photo}");
    let full = FULL_SIZE.to_string();
    let mut led = Vec::new();
    for (path, form) in [
        (format!("{one}/choose"), vec![("on", "1")]),
        (format!("{one}/rate"), vec![("stars", "5")]),
        (
            format!("{one}/want"),
            vec![("on", "1"), ("product", &*full)],
        ),
        (
            format!("{one}/comments"),
            vec![
                ("text", "Xanthippe must not be in it"),
                ("name", "Zebulon"),
                ("drawing", "b 100 100 200 200"),
            ],
        ),
    ] {
        let answer = client.post(&path, &form).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text());
        led.push(answer.header("location").to_owned());
        // and what cannot be taken, with the same words in it
        let wrong = [
            ("text", "Xanthippe"),
            ("name", "Zebulon"),
            ("on", "Xanthippe"),
        ];
        client.post(&format!("{path}/x"), &wrong).await;
    }
    let answered = format!("/studio/galleries/{}/photos/{photo}/comments", made.id);
    let words = [("text", "Kunigunde says yes")];
    let answer = photographer.browser.post(&answered, &words).await;
    assert!(answer.status.as_u16() < 400, "{}", answer.text());
    for (page, send, words, mails) in [
        ("cart", "order", "Melisande would like it matt", 1),
        ("review", "confirm", "Theodolinde chose these", 2),
    ] {
        let page = format!("{gallery}/{page}");
        let mut form = vec![("message", words.to_owned())];
        for name in ["once", "seen", "who"] {
            form.push((name, field(client, &page, name).await));
        }
        secrets.add("key of a form", form[1].1.clone());
        for (address, status) in [("silvia.sommer.at.home", 422), (SILVIA, 303), (SILVIA, 303)] {
            let mut form: Vec<(&str, &str)> =
                form.iter().map(|(name, it)| (*name, it.as_str())).collect();
            form.push(("email", address));
            let answer = client.post(&format!("{gallery}/{send}"), &form).await;
            assert_eq!(answer.status, status, "{send}: {}", answer.text());
            led.push(answer.header("location").to_owned());
        }
        mailed(ready, SILVIA, mails).await;
    }
    let order = led.iter().find(|path| path.contains("/orders/")).unwrap();
    let order = last(order).to_owned();
    let link = last(gallery);
    let shipped = format!("/download/{link}/order/{order}/{photo}/{full}");
    secrets.address(&redirected(&client.get(&shipped).await));
    for led in led {
        let told = WRITTEN.iter().find(|word| led.contains(**word));
        assert!(told.is_none(), "{led} carries {told:?}");
    }
}
