//! Threads over the routes (P23, S2, S21, S33): who reads them, what is taken and what is refused, on both sides.

use domain::access::{Rights, Subject};
use domain::photo::Photo;
use domain::team::Ticks;
use http::Method;
use serde_json::{Value, json};
use table::Person;
use tests::actors::{Answer, Browser};
use tests::cast::{email, person};
use tests::emulators::{ORIGIN, Seeded, now, ready};
use tests::house::House;

/// Looking and commenting.
const TALK: Rights = Rights {
    comment: true,
    ..Rights::LOOK
};
const ANNA: &str = "anna@talkers.example";
const JONAS: &str = "jonas@talkers.example";

/// A gallery with a photograph to talk about.
struct Stage {
    house: House,
    seeded: Seeded,
    photo: Photo,
}

impl Stage {
    /// Row *Anybody* with these rights; Anna, whom the studio calls so, and Jonas may comment.
    async fn set(anybody: Rights) -> Self {
        let house = House::open().await;
        let seeded = house
            .gallery_with("Quellental", Some("482916"), anybody, |gallery| {
                gallery.choosing.drawing = true;
                gallery.delivered = None;
            })
            .await;
        let id = seeded.gallery.id;
        let photo = house
            .emulators
            .photo(&seeded.gallery, "Vesperzeit/ZQX_2041.jpg", ready())
            .await;
        house.invited(id, ANNA, TALK).await;
        house.invited(id, JONAS, TALK).await;
        name(&house, ANNA, "Anna Berg").await;
        Self {
            house,
            seeded,
            photo,
        }
    }

    fn path(&self) -> String {
        let link = self.seeded.link.expose();
        format!("/g/{link}/photo/{}/comments", self.photo.id)
    }

    fn studio_path(&self) -> String {
        let (gallery, photo) = (self.seeded.gallery.id, &self.photo.id);
        format!("/studio/galleries/{gallery}/photos/{photo}/comments")
    }

    async fn read(&self, browser: &Browser) -> Answer {
        browser.clone().json(&self.path()).await
    }

    async fn say(&self, browser: &Browser, form: &[(&str, &str)]) -> Answer {
        script(browser, &self.path(), form).await
    }
}

/// The studio calls a contact so.
async fn name(house: &House, address: &str, name: &str) {
    let table = house.emulators.table();
    let known = table.person_record(&email(address)).await.unwrap().unwrap();
    let seen = known.revision;
    let named = Person {
        name: name.into(),
        ..known
    };
    assert!(table.save_person(&named, Some(seen)).await.unwrap());
}

/// Sends a form as the page's script does.
async fn script(browser: &Browser, path: &str, form: &[(&str, &str)]) -> Answer {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(form);
    let headers = [
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
        ("accept", "application/json"),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let body = body.finish().into_bytes();
    browser
        .clone()
        .send(Method::POST, path, &headers, body)
        .await
}

/// The comments of an answer, as name and words.
fn said(thread: &Value) -> Vec<(String, String)> {
    let text = |one: &Value, field: &str| one[field].as_str().unwrap().to_owned();
    let comments = thread["comments"].as_array().unwrap().iter();
    comments
        .map(|one| (text(one, "name"), text(one, "text")))
        .collect()
}

/// A name for a comment, as browsers draw them.
fn id(n: u32) -> String {
    format!("0192d3a0000070008000{n:012x}")
}

/// P23, C8: whoever may not comment sees neither thread nor count, and the API says why; a guest never may.
#[tokio::test]
async fn without_the_right_there_is_no_thread() {
    let stage = Stage::set(Rights::LOOK).await;
    let client = stage.house.client(&stage.seeded).await;
    let anna = stage.house.signed_in(ANNA).await;
    let first = stage
        .say(&anna, &[("text", "Only for those who talk")])
        .await;
    assert_eq!(first.status, 200, "{}", first.text());
    for answer in [
        stage.read(&client).await,
        stage.say(&client, &[("text", "Mine")]).await,
    ] {
        assert_eq!(answer.status, 403);
        assert_eq!(answer.json()["error"], "not-allowed");
        assert!(!answer.text().contains("Only for those"));
    }
    let page = format!("/g/{}/photo/{}", stage.seeded.link.expose(), stage.photo.id);
    let page = client.clone().get(&page).await;
    assert_eq!(page.status, 200);
    assert!(
        !page.text().contains("/comments"),
        "a control that is refused"
    );
    let guest = stage.house.guest(stage.seeded.gallery.id, None).await;
    let path = format!("/g/{}/photo/{}/comments", guest.link, stage.photo.id);
    let answer = Browser::new(&stage.house.gallery).json(&path).await;
    assert_eq!(answer.json()["error"], "not-allowed");
}

/// Complaint 2: a comment that is sent again is one; under its name nothing else is said.
#[tokio::test]
async fn a_comment_is_said_once() {
    let stage = Stage::set(TALK).await;
    let anna = stage.house.signed_in(ANNA).await;
    let once = id(1);
    for _ in 0..3 {
        let answer = stage
            .say(&anna, &[("id", &once), ("text", " This one\r\nlarge ")])
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(
            said(&answer.json()),
            [("Anna Berg".into(), "This one\nlarge".into())]
        );
    }
    for browser in [&anna, &stage.house.signed_in(JONAS).await] {
        let other = stage
            .say(browser, &[("id", &once), ("text", "Another")])
            .await;
        assert_eq!(
            (other.status.as_u16(), &other.json()["error"]),
            (422, &json!("reused"))
        );
    }
    assert_eq!(said(&stage.read(&anna).await.json()).len(), 1);
}

/// S33: everyone reads names, never the address of another; the studio reads who it was.
#[tokio::test]
async fn readers_see_names_and_no_address() {
    let stage = Stage::set(TALK).await;
    let (anna, jonas) = (
        stage.house.signed_in(ANNA).await,
        stage.house.signed_in(JONAS).await,
    );
    let client = stage.house.client(&stage.seeded).await;
    stage.say(&anna, &[("text", "First")]).await;
    stage
        .say(&jonas, &[("text", "Second"), ("name", "Anna Berg")])
        .await;
    stage.say(&client, &[("text", "Third")]).await;
    stage
        .say(
            &client,
            &[("text", "Fourth"), ("name", " Oma\u{7}\n Greta ")],
        )
        .await;
    let page = anna.clone().get(&stage.path()).await.text();
    let answer = stage.read(&anna).await;
    let names: Vec<String> = said(&answer.json()).into_iter().map(|one| one.0).collect();
    assert_eq!(names, ["Anna Berg", "jonas", "Client", "Oma Greta"]);
    for text in [page, answer.text(), stage.read(&client).await.text()] {
        assert!(!text.contains("talkers.example"), "{text}");
    }
    let mine = |answer: &Answer| -> Vec<bool> {
        let comments = answer.json()["comments"].as_array().unwrap().clone();
        comments.iter().map(|one| one["mine"] == true).collect()
    };
    assert_eq!(mine(&answer), [true, false, false, false]);
    assert_eq!(mine(&stage.read(&client).await), [false, false, true, true]);
    let reads = answer.json()["reads"].as_str().unwrap().to_owned();
    assert!(
        reads.ends_with("jonas and everyone who has the link and its PIN can read this."),
        "{reads}"
    );
    let reads = stage.read(&client).await.json()["reads"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(
        !reads.contains("jonas") && !reads.contains("Anna"),
        "{reads}"
    );
    let owner = stage.house.owner().await.at(&stage.house.studio);
    let studio = owner.clone().json(&stage.studio_path()).await;
    assert!(studio.text().contains(JONAS) && studio.text().contains("by the link"));
}

/// S24, S34, P36: a closed thread is read and not written, and the refusal says why.
#[tokio::test]
async fn a_closed_thread_is_read_only() {
    let stage = Stage::set(TALK).await;
    let anna = stage.house.signed_in(ANNA).await;
    stage.say(&anna, &[("text", "Before")]).await;
    let id = stage.seeded.gallery.id;
    let (view, looker) = stage.house.view_as(id, &person(ANNA)).await;
    let path = format!("/g/{}/photo/{}/comments", view.expose(), stage.photo.id);
    let looked = looker.clone().json(&path).await;
    assert_eq!(said(&looked.json()).len(), 1);
    assert_eq!(looked.json()["write"], false);
    let refused = script(&looker, &path, &[("text", "As another")]).await;
    assert_eq!(refused.json()["error"], "preview");
    stage
        .house
        .change(id, |gallery| gallery.locked = true)
        .await;
    let closed = stage.read(&anna).await;
    assert_eq!(
        (closed.status.as_u16(), &closed.json()["write"]),
        (200, &json!(false))
    );
    assert!(closed.json()["why"].as_str().unwrap().contains("closed"));
    assert_eq!(said(&closed.json()).len(), 1);
    let refused = stage.say(&anna, &[("text", "After")]).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["error"]),
        (403, &json!("closed"))
    );
}

/// Advanced review: a drawing is taken where the studio allows it, within the picture, and told in words.
#[tokio::test]
async fn a_drawing_is_taken_where_it_is_allowed() {
    let stage = Stage::set(TALK).await;
    let anna = stage.house.signed_in(ANNA).await;
    let drawing = "b 500 500 2000 1500;s 9000 9000 9900 9900";
    let answer = stage
        .say(&anna, &[("text", ""), ("drawing", drawing)])
        .await;
    let one = answer.json()["comments"][0].clone();
    assert_eq!(one["drawing"], drawing);
    assert_eq!(
        one["drawn"],
        "A box at the upper left and a line at the lower right"
    );
    for (field, value, words) in [
        ("drawing", "b 9000 0 2000 5", "cannot be read"),
        (
            "drawing",
            "p 1 1;".repeat(51).trim_end_matches(';'),
            "too much",
        ),
        ("text", &"x".repeat(2001), "2000 characters"),
        ("text", " \n", "Write something"),
    ] {
        let answer = stage.say(&anna, &[(field, value)]).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.contains(words), "{message}");
    }
    let id = stage.seeded.gallery.id;
    stage
        .house
        .change(id, |gallery| gallery.choosing.drawing = false)
        .await;
    let answer = stage
        .say(&anna, &[("text", "Here"), ("drawing", "p 1 1")])
        .await;
    assert_eq!(answer.json()["error"], "not-allowed");
    let shown = format!("{}?show={}", stage.path(), one["id"].as_str().unwrap());
    let page = anna.clone().get(&shown).await;
    assert!(page.text().contains("M500 500h2000v1500h-2000z"));
}

/// S33, 5.4: without a script the form leads back to the thread, says what is wrong, and keeps hostile words as words.
#[tokio::test]
async fn the_form_works_without_a_script() {
    let stage = Stage::set(TALK).await;
    let client = stage.house.client(&stage.seeded).await;
    let hostile = "<script>alert(1)</script>\"'&lt;";
    let form = [("id", &*id(7)), ("text", hostile), ("name", "<b>Me</b>")];
    let sent = client.clone().post(&stage.path(), &form).await;
    assert_eq!(sent.status, 303);
    assert_eq!(
        sent.header("location"),
        format!("{}#c-{}", stage.path(), id(7))
    );
    let page = client.clone().get(&stage.path()).await.text();
    assert!(page.contains("&#60;script&#62;alert(1)") && !page.contains("<script>alert"));
    assert!(!page.contains("<b>Me"));
    let empty = client
        .clone()
        .post(&stage.path(), &[("text", ""), ("name", "Ida")])
        .await;
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("Write something") && empty.text().contains("Ida"));
}

/// S33: one's own words are taken back, nobody else's; the studio keeps them, marked.
#[tokio::test]
async fn own_words_are_taken_back_and_stay_for_the_studio() {
    let stage = Stage::set(TALK).await;
    let (anna, jonas) = (
        stage.house.signed_in(ANNA).await,
        stage.house.signed_in(JONAS).await,
    );
    stage
        .say(&anna, &[("id", &id(1)), ("text", "Regretted")])
        .await;
    let remove = format!("{}/{}/remove", stage.path(), id(1));
    assert_eq!(script(&jonas, &remove, &[]).await.status, 404);
    for _ in 0..2 {
        let answer = script(&anna, &remove, &[]).await;
        assert_eq!(
            (answer.status.as_u16(), said(&answer.json()).len()),
            (200, 0)
        );
    }
    assert!(!stage.read(&jonas).await.text().contains("Regretted"));
    let owner = stage.house.owner().await.at(&stage.house.studio);
    let thread = owner.clone().json(&stage.studio_path()).await.json();
    assert_eq!(said(&thread)[0].1, "Regretted");
    assert!(thread["comments"][0]["removed"].is_string());
}

/// S33: the studio reads and answers; an assistant answers only who may arrange.
#[tokio::test]
async fn the_studio_answers_in_its_name() {
    let stage = Stage::set(TALK).await;
    let anna = stage.house.signed_in(ANNA).await;
    stage.say(&anna, &[("text", "A little darker?")]).await;
    let owner = stage.house.owner().await.at(&stage.house.studio);
    let page = owner.clone().get(&stage.studio_path()).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("A little darker?"));
    let path = stage.studio_path();
    for _ in 0..2 {
        let answer = script(&owner, &path, &[("id", &id(2)), ("text", "Done.")]).await;
        assert_eq!(said(&answer.json()).len(), 2, "{}", answer.text());
    }
    let answered = stage.read(&anna).await.json()["comments"][1].clone();
    assert_eq!(
        (&answered["studio"], &answered["text"]),
        (&json!(true), &json!("Done."))
    );
    assert_eq!(answered["mine"], false);
    let aide = stage
        .house
        .assistant("aide@falk.example", Ticks::default(), now())
        .await
        .at(&stage.house.studio);
    assert_eq!(aide.clone().get(&path).await.status, 200);
    let helped = script(&aide, &path, &[("text", "Me too")]).await;
    assert_eq!(said(&helped.json()).len(), 3);
    assert!(!stage.read(&anna).await.text().contains("falk.example"));
}

/// S33, P26: a comment stays with the version it was said of, also one that arrives after the photograph was replaced; the
/// studio is led to that version.
#[tokio::test]
async fn a_comment_stands_on_its_version() {
    let stage = Stage::set(TALK).await;
    let anna = stage.house.signed_in(ANNA).await;
    let first = stage.say(&anna, &[("text", "Of the first")]).await;
    assert_eq!(first.json()["comments"][0]["version"], Value::Null);
    let emulators = &stage.house.emulators;
    let again = emulators.stored(
        &stage.seeded.gallery,
        "Vesperzeit/ZQX_2041.jpg",
        vec![1, 2, 3],
    );
    assert_eq!(again.await.id, stage.photo.id);
    stage
        .say(&anna, &[("text", "Late, of the first"), ("version", "1")])
        .await;
    let thread = stage
        .say(&anna, &[("text", "Of what is there"), ("version", "99")])
        .await;
    let thread = thread.json();
    assert_eq!(thread["version"], 2, "{thread}");
    let comments = thread["comments"].as_array().unwrap().iter();
    let versions: Vec<Value> = comments.map(|one| one["version"].clone()).collect();
    assert_eq!(versions, [json!(1), json!(1), Value::Null]);
    let owner = stage.house.owner().await.at(&stage.house.studio);
    let page = owner.clone().get(&stage.studio_path()).await.text();
    assert!(page.contains("said of version 1") && page.contains("?version=1\">look at it"));
    let page = owner
        .clone()
        .get(&format!("{}?version=1", stage.studio_path()))
        .await;
    assert!(page.text().contains("Version 2, now"));
}

/// S21: nobody floods a thread; what waits says how long.
#[tokio::test]
async fn so_many_comments_an_hour_and_then_a_wait() {
    let stage = Stage::set(TALK).await;
    let client = stage.house.client(&stage.seeded).await;
    let (table, gallery) = (stage.house.emulators.table(), stage.seeded.gallery.id);
    let mut last = None;
    // the hour may change on the way: then the budget begins anew, once
    for _ in 0..=2 * domain::throttle::HOURLY_COMMENTS {
        if !table
            .take_comment(gallery, &Subject::Anybody, now())
            .await
            .unwrap()
        {
            last = Some(stage.say(&client, &[("text", "Too much")]).await);
            if last.as_ref().is_some_and(|answer| answer.status == 429) {
                break;
            }
        }
    }
    let refused = last.unwrap();
    assert_eq!(refused.status, 429);
    assert!(refused.header("retry-after").parse::<u64>().unwrap() <= 3600);
    let anna = stage.house.signed_in(ANNA).await;
    let other = stage.say(&anna, &[("text", "I may")]).await;
    assert_eq!(other.status, 200, "each subject has a budget of its own");
}
