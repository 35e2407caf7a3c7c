//! Nonsense in the forms of choosing, talking, confirming, ordering and shipping (T7, R-4.9): numbers that are none, names
//! of taps that are none, drawings of a million points, megabytes, bytes that are no text. Each is refused, none faults, and
//! nothing of it is kept.

use crate::chosen;
use crate::stale::{ANNA, Set};
use domain::product::FULL_SIZE;
use http::Method;
use tests::actors::Browser;
use tests::cast::person;
use tests::emulators::{ORIGIN, now};

const FORM: &str = "application/x-www-form-urlencoded";

/// What no field of a number, a name, an id or a key may be.
fn nothing() -> Vec<String> {
    let mut values: Vec<String> = [
        "-1",
        "99999999999999999999",
        "1e309",
        "NaN",
        "null",
        "true ",
        "\u{0}",
        "\u{202e}\u{feff}",
        "' OR 1=1 --",
        "{}",
        "PICK#anybody#",
        "0123456789ABCDEF",
        "0123456789abcde",
        "0123456789abcdef0",
        "../../x",
    ]
    .map(Into::into)
    .into();
    values.push("ä".repeat(100_000));
    values
}

/// What no drawing may be.
fn drawings() -> Vec<String> {
    let mut drawings: Vec<String> = [
        "p",
        "p 1",
        "p 1 1 1",
        "p -1 -1",
        "p 10001 5",
        "p 1.5 2",
        "p NaN NaN",
        "b 1 1",
        "b 9000 9000 9000 9000",
        "s 1",
        "x 1 1",
        ";;;;",
        "p 1 1;",
        "<svg onload=alert(1)>",
        "p 1 1;\u{0}",
    ]
    .map(Into::into)
    .into();
    drawings.push("p 1 1;".repeat(100_000));
    drawings.push(format!("s{}", " 1 1".repeat(50_000)));
    drawings.push(format!("s{}", " 1 1".repeat(1_000_000)));
    drawings
}

/// A form in which everything is right, and the fields of it that cannot be nonsense.
struct Form {
    path: String,
    right: Vec<(&'static str, String)>,
    fields: Vec<&'static str>,
}

async fn forms(set: &Set) -> Vec<Form> {
    let form = |end: &str, right: &[(&'static str, &str)], fields: &[&'static str]| Form {
        path: set.path(end),
        right: right
            .iter()
            .map(|(name, it)| (*name, (*it).to_owned()))
            .collect(),
        fields: fields.to_vec(),
    };
    let (who, full) = (set.who(&set.anna).await, FULL_SIZE.to_string());
    let at = now().as_millisecond().to_string();
    let tap = "0123456789abcdef";
    let stamp = [("at", at.as_str()), ("tap", tap), ("who", who.as_str())];
    let with = |more: &[(&'static str, &'static str)]| [more, &stamp].concat();
    let chosen = set.script(&set.anna, "/choose", &[("on", "1")]).await;
    assert_eq!(chosen.status, 200, "{}", chosen.text());
    let once = set.field(&set.anna, "review", "once").await;
    let confirm = [
        ("once", once.as_str()),
        ("seen", "1"),
        ("who", who.as_str()),
    ];
    let want = [&[("on", "1"), ("product", full.as_str())], &stamp[..]].concat();
    vec![
        form(
            "/choose",
            &with(&[("on", "1")]),
            &["on", "at", "tap", "who"],
        ),
        form(
            "/rate",
            &with(&[("stars", "4")]),
            &["stars", "at", "tap", "who"],
        ),
        form(
            "/rate",
            &with(&[("label", "red")]),
            &["label", "at", "tap", "who"],
        ),
        form("/want", &want, &["on", "product", "at", "tap", "who"]),
        form("/comments", &[("text", "Hello")], &["id", "version", "who"]),
        form("confirm", &confirm, &["once", "seen", "who"]),
        form("order", &confirm, &["once", "seen", "who"]),
    ]
}

/// The studio's forms on an order, likewise.
async fn studios(set: &Set) -> Vec<Form> {
    let gallery = set.gallery().await;
    let photos = &set.photos[..1];
    let order = chosen::order(&set.house, &gallery, &person(ANNA), photos, FULL_SIZE).await;
    let studio = format!("/studio/galleries/{}", gallery.id);
    let orders = format!("{studio}/orders/{}", order.id);
    let mut forms = Vec::new();
    for end in ["ship", "recalc", "auto", "cancel", "lines/0/cancel"] {
        forms.push(Form {
            path: format!("{orders}/{end}"),
            right: vec![("once", "a-key-of-the-page".into()), ("seen", "99".into())],
            fields: vec!["seen"],
        });
    }
    forms.push(Form {
        path: format!("{studio}/photos/{}/restore", set.photos[0].id),
        right: vec![("number", "1".into()), ("seen", "99".into())],
        fields: vec!["number", "seen"],
    });
    forms
}

fn encoded(fields: &[(&'static str, String)]) -> Vec<u8> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish().into_bytes()
}

/// Bodies made of a right form that are not right.
fn bodies(form: &Form) -> Vec<(String, &'static str, Vec<u8>)> {
    let mut bodies = Vec::new();
    for field in &form.fields {
        for value in nothing() {
            let mut fields = form.right.clone();
            fields.retain(|(name, _)| name != field);
            fields.push((field, value.clone()));
            let short: String = value.chars().take(20).collect();
            bodies.push((format!("{field}={short:?}"), FORM, encoded(&fields)));
        }
        let mut raw = encoded(&form.right);
        raw.extend(format!("&{field}=%ff%fe").into_bytes());
        bodies.push((format!("{field} twice"), FORM, raw));
    }
    let json: serde_json::Map<String, serde_json::Value> = form
        .right
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone().into()))
        .collect();
    let json = serde_json::Value::from(json).to_string().into_bytes();
    bodies.push(("as JSON".into(), "application/json", json));
    bodies.push(("as text".into(), "text/plain", encoded(&form.right)));
    bodies.push(("no text".into(), FORM, vec![0xff; 200_000]));
    let huge = [encoded(&form.right), vec![b'&'; 3_000_000]].concat();
    bodies.push(("3 MB".into(), FORM, huge));
    bodies
}

/// T7, complaint 2: no form of this issue takes nonsense, faults over it, or keeps any of it.
#[tokio::test(flavor = "multi_thread")]
async fn no_form_takes_nonsense() {
    let set = Set::up().await;
    set.change(|gallery| gallery.choosing.drawing = true).await;
    let mut owner = set.house.owner().await;
    owner.cookies.extend(set.anna.cookies.clone());
    let mut all = studios(&set).await;
    all.extend(forms(&set).await);
    let before = set.kept().await;
    let (mut wrong, mut checks) = (Vec::new(), 0);
    for form in &all {
        for (what, kind, body) in bodies(form) {
            let status = sent(&set, &owner, &form.path, kind, body).await;
            checks += 1;
            if !(400..500).contains(&status) {
                wrong.push(format!("{} with {what}: {status}", form.path));
            }
        }
        if set.kept().await != before {
            wrong.push(format!("{} kept something", form.path));
        }
    }
    let comments = set.path("/comments");
    let texts = ["", " ", "\u{0}\u{7}", "\r\n"].map(String::from);
    let texts = texts
        .into_iter()
        .chain([("ä".repeat(2001)), "a".repeat(200_000)]);
    let texts = texts.map(|text| vec![("text", text)]);
    let drawn = drawings().into_iter();
    let drawn = drawn.map(|it| vec![("text", "Here".into()), ("drawing", it)]);
    for fields in texts.chain(drawn) {
        let status = sent(&set, &owner, &comments, FORM, encoded(&fields)).await;
        checks += 1;
        if !(400..500).contains(&status) {
            let (name, value) = fields.last().unwrap();
            let short: String = value.chars().take(30).collect();
            wrong.push(format!("a comment with {name}={short:?}: {status}"));
        }
    }
    tests::say(&format!("nonsense: {checks} forms, {} wrong", wrong.len()));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(set.kept().await, before);
    assert!(checks > 500, "{checks}");
}

async fn sent(set: &Set, browser: &Browser, path: &str, kind: &str, body: Vec<u8>) -> u16 {
    let mut browser = browser.at(set.house.site(path));
    let headers = [
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
        ("accept", "application/json"),
        ("content-type", kind),
    ];
    let answer = browser.send(Method::POST, path, &headers, body).await;
    answer.status.as_u16()
}
