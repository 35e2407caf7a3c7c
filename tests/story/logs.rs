//! after a whole story, no secret that was in it stands in any log.

/// A client chooses, talks, confirms and orders.
mod chosen;

use local::Ready;
use serde_json::Value;
use tests::actors::{Answer, Browser, Site};
use tests::photographs::jpeg;
use tests::stack::{Made, Photographer, Stack, code, mails};
use tests::until;

/// What must never be written down.
#[derive(Default)]
struct Secrets(Vec<(&'static str, String)>);

impl Secrets {
    fn add(&mut self, what: &'static str, secret: impl Into<String>) {
        self.0.push((what, secret.into()));
    }

    fn cookies(&mut self, browser: &Browser) {
        for value in browser.cookies.values() {
            // a device's cookie is token, expiry and signature
            value
                .split('.')
                .filter(|part| part.len() > 20)
                .for_each(|part| self.add("cookie", part));
        }
    }

    fn address(&mut self, address: &str) {
        let address: url::Url = address.parse().unwrap();
        for (name, value) in address.query_pairs() {
            if matches!(&*name, "X-Amz-Signature" | "X-Amz-Security-Token") {
                self.add("presigned address", value);
            }
        }
    }

    /// The ones that stand in the text by themselves, not as part of a longer number or word.
    fn found_in(&self, text: &str) -> Vec<String> {
        let found = self.0.iter().filter(|(_, secret)| {
            assert!(secret.len() >= 6, "too short to look for");
            let mut at = text.match_indices(secret.as_str());
            at.any(|(start, _)| {
                let before = text[..start].chars().next_back();
                let after = text[start + secret.len()..].chars().next();
                ![before, after]
                    .into_iter()
                    .flatten()
                    .any(|c| c.is_ascii_alphanumeric())
            })
        });
        found
            .map(|(what, secret)| format!("{what} {secret}"))
            .collect()
    }
}

fn redirected(answer: &Answer) -> String {
    assert_eq!(answer.status, 302, "{}", answer.text());
    answer.header("location").to_owned()
}

const MARTA: &str = "marta.lindqvist@clients.example";

/// What stands in a text from there on, as one word.
fn word(text: &str, from: &str) -> String {
    let start = text
        .find(from)
        .unwrap_or_else(|| panic!("no {from} in {text}"));
    let mut words = text[start..].split(|c: char| c.is_whitespace() || "\"<&".contains(c));
    words.next().unwrap().to_owned()
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// The newest mail to an address, once there are so many.
async fn mailed(ready: &Ready, to: &str, count: usize) -> Value {
    until("a mail", async || {
        let all = mails(ready).await;
        let mut theirs = all
            .into_iter()
            .filter(|mail| mail["to"].to_string().contains(to));
        theirs.nth(count - 1)
    })
    .await
}

/// Marta is invited, asks for codes, types wrong and right ones, and takes the button in the mail; a mistyped token and
/// another's are refused.
async fn people(
    secrets: &mut Secrets,
    ready: &Ready,
    photographer: &mut Photographer,
    made: &Made,
) {
    secrets.add("client's address", MARTA);
    let path = format!("/studio/galleries/{}/people", made.id);
    let form = [
        ("addresses", MARTA),
        ("enter", "on"),
        ("invite", "on"),
        ("asked", "yes"),
    ];
    let added = photographer.browser.post(&path, &form).await;
    assert!(added.status.as_u16() < 400, "{}", added.text());
    let invitation = mailed(ready, MARTA, 1).await;
    let invitation = word(invitation["text"].as_str().unwrap(), "/i/");
    secrets.add("invitation", last(&invitation));
    for (count, by_link) in [(2, false), (3, true)] {
        let mut marta = Browser::new(&Site::http(&ready.site));
        marta.get(&invitation).await;
        assert_eq!(marta.post(&invitation, &[]).await.status, 303);
        let mail = mailed(ready, MARTA, count).await;
        let button = word(mail["text"].as_str().unwrap(), "/sign-in/link/");
        let digits = code(&mail).unwrap();
        secrets.add("client's code", digits.clone());
        secrets.add("client's button", last(&button));
        secrets.cookies(&marta);
        let wrong = if digits == "135790" {
            "246801"
        } else {
            "135790"
        };
        secrets.add("wrong code", wrong);
        assert_eq!(
            marta.post("/sign-in/code", &[("code", wrong)]).await.status,
            422
        );
        Browser::new(&Site::http(&ready.site)).get(&button).await;
        let signed_in = match by_link {
            true => marta.post(&button, &[]).await,
            false => marta.post("/sign-in/code", &[("code", &digits)]).await,
        };
        assert_eq!(signed_in.status, 303, "{}", signed_in.text());
        secrets.cookies(&marta);
        for path in [
            &made.link,
            "/galleries",
            &invitation,
            "/sign-in/link/not-a-token",
        ] {
            marta.get(path).await;
        }
        let question = [
            ("text", "May I come with my aunt Nimrodine?"),
            ("about", &*made.link),
        ];
        secrets.add("question", "Nimrodine");
        assert_eq!(marta.post("/ask", &question).await.status, 303);
        assert_eq!(marta.post("/sign-out", &[]).await.status, 303);
    }
}

/// A guest link is made, used and ended; the studio looks as somebody else; an assistant is added.
async fn guests(
    secrets: &mut Secrets,
    client: &mut Browser,
    photographer: &mut Photographer,
    made: &Made,
) {
    let path = format!("{}/guests", made.link);
    let form = [("label", "Grandparents"), ("until", "week")];
    assert_eq!(client.post(&path, &form).await.status, 303);
    let page = client.get(&path).await.text();
    let own = last(&made.link);
    let links = page
        .match_indices("/g/")
        .map(|(at, _)| word(&page[at..], "/g/"));
    let mut guests = links.map(|path| path[3..].chars().take(26).collect::<String>());
    let guest = guests
        .find(|token| token.len() == 26 && token != own)
        .unwrap();
    secrets.add("guest link", guest.clone());
    assert_eq!(client.get(&format!("/g/{guest}")).await.status, 200);
    let form = [("subject", "anybody")];
    let view = format!("/studio/galleries/{}/view-as", made.id);
    let opened = photographer.browser.post(&view, &form).await;
    assert_eq!(opened.status, 303, "{}", opened.text());
    let preview = opened.header("location").to_owned();
    secrets.add("view as", last(&preview));
    secrets.cookies(&photographer.browser);
    assert_eq!(photographer.browser.get(&preview).await.status, 200);
    client.get(&preview).await;
    secrets.add("assistant's address", "assistant.aide@falk.example");
    let form = [("email", "assistant.aide@falk.example"), ("name", "Aide")];
    let added = photographer.browser.post("/studio/team", &form).await;
    assert!(added.status.as_u16() < 400, "{}", added.text());
}

/// links, PINs, codes, cookies, addresses, and what people wrote to each other.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_of_the_whole_story_is_in_a_log() {
    let data = tempfile::tempdir().unwrap();
    let stack = Stack::start(data.path(), None).await;
    let ready = stack.ready.clone();
    let mut secrets = Secrets::default();
    let mut photographer = Photographer::sign_in(&ready).await;
    secrets.add("code", code(&mails(&ready).await[0]).unwrap());
    secrets.add("e-mail address", ready.owner_email.clone());
    secrets.cookies(&photographer.browser);
    secrets.add("secret key", ready.s3.secret_key.clone());
    let made = photographer.gallery("Ida & Jonas", "Vollmond-482916").await;
    secrets.add("PIN", "Vollmond-482916");
    secrets.add("PIN", "482916");
    secrets.add("link", made.link.rsplit('/').next().unwrap());
    photographer
        .put(&made, "A.jpg", jpeg(480, 320, 1, "2026:06:14 15:04:05"))
        .await;
    photographer
        .put(&made, "B.jpg", b"not a photograph".to_vec())
        .await;
    photographer
        .upload(
            &made,
            "",
            "C.jpg",
            &jpeg(480, 320, 2, "2026:06:14 15:05:05"),
            5 << 20,
        )
        .await;
    let photos = photographer.settled(&made, 3).await;

    // the client, with every mistake there is
    let mut client = Browser::new(&Site::http(&ready.site));
    for wrong in ["Neumond-111222", "739105"] {
        secrets.add("guess", wrong);
        client.post(&made.link, &[("pin", wrong)]).await;
    }
    assert_eq!(
        client
            .post(&made.link, &[("pin", "Vollmond-482916")])
            .await
            .status,
        303
    );
    secrets.cookies(&client);
    let frames = client
        .json(&format!("{}/frames?from=1&count=10", made.link))
        .await
        .json();
    for frame in frames["frames"].as_array().unwrap() {
        for source in frame["sources"].as_array().unwrap() {
            secrets.add("presigned picture", source[3].as_str().unwrap());
        }
    }
    let ready_photo = photos
        .iter()
        .find(|photo| photo["file_name"] == "A.jpg")
        .unwrap();
    let link = made.link.rsplit('/').next().unwrap();
    let download = format!("/download/{link}/{}", ready_photo["id"].as_str().unwrap());
    let address = redirected(&client.get(&download).await);
    secrets.address(&address);
    assert_eq!(reqwest::get(&address).await.unwrap().status(), 200);
    client.get(&format!("{}/photo/not-an-id", made.link)).await;
    client
        .get(&format!("{}?from=x&pin=Vollmond-482916", made.link))
        .await;
    client
        .send(
            http::Method::POST,
            &made.link,
            &[("content-type", "text/plain")],
            b"pin=Vollmond-482916".to_vec(),
        )
        .await;
    let photo = ready_photo["id"].as_str().unwrap();
    let what = (&made, photo);
    chosen::choosing(&mut secrets, &ready, &mut client, &mut photographer, what).await;
    people(&mut secrets, &ready, &mut photographer, &made).await;
    guests(&mut secrets, &mut client, &mut photographer, &made).await;
    let mut stranger = Browser::new(&Site::http(&ready.site));
    secrets.add("stranger's address", "nosy.neighbour@else.example");
    stranger
        .post(
            "/studio/sign-in",
            &[("email", "nosy.neighbour@else.example")],
        )
        .await;
    stranger.post("/studio/code", &[("code", "Vollmond")]).await;
    secrets.cookies(&stranger);
    photographer
        .browser
        .post(
            &format!("/studio/galleries/{}/pin", made.id),
            &[("pin", "Sommer-660066")],
        )
        .await;
    secrets.add("new PIN", "Sommer-660066");
    stack.sweep().await;
    photographer.browser.post("/studio/sign-out", &[]).await;
    stack.stop().await;

    let mut lines = 0;
    for log in std::fs::read_dir(data.path().join("logs")).unwrap() {
        let path = log.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        lines += text.lines().count();
        let found = secrets.found_in(&text);
        assert!(found.is_empty(), "{} holds {found:?}", path.display());
        // all that the story does is granted by the template
        assert!(!text.contains("AccessDenied"), "{}: {text}", path.display());
    }
    assert!(
        lines >= 5,
        "the functions logged nothing: there was nothing to look through"
    );
    assert!(secrets.0.len() >= 40, "{} secrets", secrets.0.len());
}
