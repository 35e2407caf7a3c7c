//! What no browser of ours sends (T7): addresses, queries, cookies and bodies of nonsense on every route. Nothing faults,
//! nothing that was sent comes back as markup.

use crate::case::{ANNA, Case};
use crate::rules::listed;
use http::Method;
use tests::actors::Browser;
use tests::cast::cookie;
use tests::emulators::{ORIGIN, now};
use tests::house::House;

/// What would run if a page repeated it as it is.
const MARKUP: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";

/// Parts of addresses where an id belongs.
fn ids() -> Vec<String> {
    let mut ids: Vec<String> = [
        "%00",
        "..%2f..%2fetc%2fpasswd",
        "%ff%fe",
        "%F0%9F%98%80",
        "-1",
        "99999999999999999999999999",
        "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "null",
    ]
    .map(Into::into)
    .into();
    ids.push("a".repeat(3000));
    ids
}

const QUERIES: [&str; 7] = [
    "",
    "from=99999999999999999999&count=-1",
    "from=18446744073709551615&count=18446744073709551615",
    "from=0&count=0&from=1",
    "then=//evil.example&about=//evil.example&done=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&sent=1&again=1",
    "%ff=%ff&=&&&key=..%2f..&offset=-1&limit=99999999999&before=%00&state=x&ids=,,,&chapter=%ff&show=-5",
    "then=/studio%2f..%2f..&before=2026-01-01T00:00:00Z%23x&order=x&as=x&by=x",
];

/// Kind and bytes of what is sent.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let fields = [
        "title",
        "pin",
        "email",
        "addresses",
        "name",
        "label",
        "code",
        "seen",
        "revision",
        "quota",
        "until",
        "ends",
        "deadline",
        "shoot_date",
        "welcome",
        "parent",
        "table",
        "kind",
        "style",
        "to",
        "set",
        "photo",
        "subject",
        "section",
        "group",
        "message",
        "text",
        "about",
        "then",
        "web",
        "originals",
        "preset",
        "fix",
    ];
    let all = |value: &str| {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields.map(|field| (field, value)));
        form.finish().into_bytes()
    };
    vec![
        (FORM, Vec::new()),
        (FORM, all("")),
        (FORM, all(MARKUP)),
        (FORM, all("\u{0}\r\n\u{202e}\u{feff}")),
        (FORM, all("99999999999999999999")),
        (FORM, all(&"ä".repeat(3000))),
        (
            FORM,
            b"seen=1&seen=2&enter=on&enter=off&pin=%ff%fe&%=%&code=%zz".to_vec(),
        ),
        (FORM, vec![0xff; 500]),
        ("application/json", b"{\"name\":".to_vec()),
        ("application/json", b"[".repeat(5000)),
        (
            "application/json",
            br#"{"name":1e999,"size":-1,"parts":[{}],"key":null}"#.to_vec(),
        ),
        ("text/plain", b"pin=482916".to_vec()),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\n".to_vec()),
    ]
}

/// Cookies that are none of ours, under every name that is.
fn nonsense(browser: &Browser, link: &domain::ids::LinkToken) -> Browser {
    let mut browser = browser.clone();
    let value = browser
        .cookies
        .get(&cookie("me"))
        .cloned()
        .unwrap_or_default();
    for index in 0..200 {
        let junk = [value.clone(), "x".repeat(5), "%00".into(), "a.b.c".into()];
        let name = cookie(&format!("visit-{index:016x}"));
        browser
            .cookies
            .insert(name, junk[index % junk.len()].clone());
    }
    for name in ["asked", "studio-code", "view", "studio", "code"] {
        browser
            .cookies
            .insert(cookie(name), "..%00.\u{7f}.eyJ".into());
    }
    let device = format!("device-{}", &link.hash().as_str()[..16]);
    browser
        .cookies
        .insert(cookie(&device), "x.-9223372036854775809.x".into());
    browser
}

/// T7, R-4.9: no request faults, and no page repeats what was sent as markup.
#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_answered_and_never_repeated() {
    let house = House::open().await;
    let case = Case::new(&house).await;
    let client = house.client(&case.seeded).await;
    let (mut wrong, mut checks) = (Vec::new(), 0);
    for route in listed() {
        let mut everybody = client.clone();
        everybody
            .cookies
            .extend(house.signed_in(ANNA).await.cookies);
        everybody
            .cookies
            .extend(house.owner_since(now()).await.cookies);
        let stranger = Browser::from(&house.gallery, "203.0.113.9");
        let confused = nonsense(&everybody, &case.seeded.link);
        let (plain, method) = (case.path(route.path), route.method.replace("ANY", "GET"));
        let mut asked: Vec<(String, &'static str, Vec<u8>)> = Vec::new();
        let kind = "application/x-www-form-urlencoded";
        for id in ids().iter().filter(|_| route.path.contains('{')) {
            let parts = route
                .path
                .split('/')
                .map(|part| match part.starts_with('{') {
                    true => id.as_str(),
                    false => part,
                });
            asked.push((parts.collect::<Vec<_>>().join("/"), kind, Vec::new()));
        }
        match method.as_str() {
            "GET" => {
                let path = plain.split('?').next().unwrap();
                asked.extend(QUERIES.map(|query| (format!("{path}?{query}"), kind, Vec::new())));
            }
            _ => asked.extend(
                bodies()
                    .into_iter()
                    .map(|(kind, body)| (plain.clone(), kind, body)),
            ),
        }
        for (path, kind, body) in asked {
            for browser in [&stranger, &everybody, &confused] {
                let headers = [
                    ("origin", ORIGIN),
                    ("sec-fetch-site", "same-origin"),
                    ("content-type", kind),
                ];
                let method: Method = method.parse().unwrap();
                let mut browser = browser.at(house.site(&path));
                let answer = browser.send(method, &path, &headers, body.clone()).await;
                checks += 1;
                let short: String = path.chars().take(120).collect();
                let what = format!("{} {short} ({kind}, {} bytes)", route.method, body.len());
                if answer.status.as_u16() >= 500 {
                    wrong.push(format!("{what}: {}", answer.status));
                }
                // what is a file is no page, and is not sniffed for one
                let page = answer.header("content-type").starts_with("text/html");
                let text = if page { answer.text() } else { String::new() };
                if text.contains("<script>alert") || text.contains("<img src=x") {
                    wrong.push(format!("{what}: repeats markup"));
                }
                let to = answer.header("location");
                if to.starts_with("//") || to.contains("evil.example") {
                    wrong.push(format!("{what}: leads to {to}"));
                }
            }
        }
    }
    tests::say(&format!(
        "garbage: {checks} requests, {} wrong",
        wrong.len()
    ));
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(40)].join("\n")
    );
    assert!(checks > 2000, "{checks}");
}
