//! The mark across proofs (P21): the studio sets it, tries it, gives it a logo; whoever changed it first is not overwritten.

use domain::mark::Place;
use http::Method;
use imaging::{Encoding, Limits, Recipe, Size, Texts};
use tests::actors::{Answer, Browser};
use tests::emulators::ORIGIN;
use tests::house::House;
use tests::photographs::jpeg;

/// A form that carries a file, as a browser sends it.
async fn upload(owner: &mut Browser, file: &[u8], revision: &str) -> Answer {
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"revision\"\r\n\r\n{revision}\r\n--edge\r\n\
         Content-Disposition: form-data; name=\"logo\"; filename=\"logo.png\"\r\nContent-Type: image/png\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--edge--\r\n"].concat();
    let headers = [
        ("origin", ORIGIN),
        ("sec-fetch-site", "same-origin"),
        ("content-type", "multipart/form-data; boundary=edge"),
    ];
    owner
        .send(Method::POST, "/studio/mark/logo", &headers, body)
        .await
}

/// A PNG whose picture is a photograph: any logo will do.
fn png() -> Vec<u8> {
    let recipe = Recipe {
        size: Size::Full,
        encoding: Encoding::Png,
        texts: Texts::default(),
        mark: None,
    };
    let photograph = jpeg(320, 240, 7, "2026:06:14 15:04:05");
    let made = imaging::make(&photograph[..], &Limits::default(), &recipe);
    made.unwrap().bytes
}

/// P21: what is typed is tried before it is saved, refused in words where it cannot be, and saved over what was read only.
#[tokio::test(flavor = "multi_thread")]
async fn the_studio_sets_its_mark() {
    let house = House::open().await;
    let table = house.emulators.table();
    let mut owner = house.owner().await;
    let page = owner.get("/studio/mark").await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("As it is") && !page.text().contains("Not saved yet"));
    let form = |size: &'static str, revision: &'static str| {
        [
            ("figure", "name"),
            ("name", "© Hedda"),
            ("place", "bottom-right"),
            ("size", size),
            ("opacity", "80"),
            ("revision", revision),
        ]
    };
    let query = "figure=name&name=Hedda&place=centre&size=60&opacity=90&revision=0";
    let tried = owner.get(&format!("/studio/mark?{query}")).await;
    assert!(tried.status == 200 && tried.text().contains("As it would be"));
    assert_eq!(table.studio_mark().await.unwrap(), None, "only tried");
    let wrong = owner.post("/studio/mark", &form("500", "0")).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text().contains("Type a number from 5 to 100."));
    assert!(
        wrong.text().contains("value=\"© Hedda\""),
        "what was typed stays"
    );

    let saved = owner.post("/studio/mark", &form("20", "0")).await;
    assert_eq!(saved.header("location"), "/studio/mark?done=saved");
    let set = table.studio_mark().await.unwrap().unwrap();
    assert_eq!(
        (set.name.as_str(), set.place),
        ("© Hedda", Place::BottomRight)
    );
    assert_eq!((set.size, set.opacity, set.revision), (20, 80, 1));
    let stale = owner.post("/studio/mark", &form("30", "0")).await;
    assert_eq!(stale.status, 409);
    assert_eq!(table.studio_mark().await.unwrap(), Some(set));
}

/// P21, R-6.1: a logo is read before it is kept; what is none is refused in words; nobody without a session gets any of it.
#[tokio::test(flavor = "multi_thread")]
async fn the_studio_gives_its_logo() {
    let house = House::open().await;
    let table = house.emulators.table();
    let mut owner = house.owner().await;
    let preview = "/studio/mark/preview";
    let by_name = owner.get(preview).await;
    assert_eq!(by_name.header("content-type"), "image/jpeg");
    let photograph = jpeg(320, 240, 7, "2026:06:14 15:04:05");
    let megabytes = [&b"\x89PNG\r\n\x1a\n"[..], &vec![0; 4_050_000]].concat();
    for (file, words) in [
        (photograph, "this is a JPEG"),
        (b"\x89PNG\r\n\x1a\nnothing".to_vec(), "Export it again"),
        (Vec::new(), "The file is empty"),
        (megabytes, "larger than 4 MB"),
    ] {
        let refused = upload(&mut owner, &file, "0").await;
        assert_eq!(refused.status, 422, "{words}");
        assert!(refused.text().contains(words), "{}", refused.text());
    }
    assert_eq!(table.studio_mark().await.unwrap(), None);

    let given = upload(&mut owner, &png(), "0").await;
    assert_eq!(given.header("location"), "/studio/mark?done=logo");
    let set = table.studio_mark().await.unwrap().unwrap();
    assert!(set.by_logo && set.logo.is_some());
    let by_logo = owner.get(preview).await;
    assert_eq!(by_logo.status, 200);
    assert_ne!(by_logo.body, by_name.body);
    let again = upload(&mut owner, &png(), "0").await;
    assert_eq!(again.status, 409, "the form had not seen the first");

    let mut stranger = Browser::new(&house.studio);
    for path in ["/studio/mark", preview] {
        assert_eq!(stranger.get(path).await.status, 303, "{path}");
    }
}
