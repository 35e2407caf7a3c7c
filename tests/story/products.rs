//! A file that is made when it is asked for, through the real binaries: bucket, event, queue, function, bucket (P39).

use tests::actors::{Browser, Site};
use tests::photographs::jpeg;
use tests::stack::shared;
use tests::until;

/// P39, P40: the studio makes a product for Finals and writes its notice into it; a client gets the file by staying on the
/// page that asks again, once the photograph is Final.
#[tokio::test(flavor = "multi_thread")]
async fn a_small_file_is_made_for_whoever_asks() {
    let stack = shared();
    let mut photographer = stack.photographer().await;
    let made = photographer.gallery("Mira & Tom", "482916").await;
    let photograph = jpeg(2400, 1600, 5, "2026:06:14 15:04:05");
    photographer
        .put(&made, "Ceremony/MT_2041.jpg", photograph)
        .await;
    let photos = photographer.settled(&made, 1).await;
    let photo = photos[0]["id"].as_str().unwrap().to_owned();
    let studio = &mut photographer.browser;
    let rights = [("enter", "on"), ("custom", "on"), ("seen", "0")];
    let row = format!("/studio/galleries/{}/authorizations/anybody", made.id);
    assert_eq!(studio.post(&row, &rights).await.status, 303);
    let product = [
        ("name", "Keepsake"),
        ("size", "edge"),
        ("edge", "1600"),
        ("format", "jpeg"),
        ("quality", "85"),
        ("pattern", "{gallery}-{counter}"),
        ("copyright", "© Mira’s photographer"),
        ("finals", "on"),
    ];
    let saved = studio.post("/studio/products", &product).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let list = studio.get("/studio/products").await.text();
    let named = list.split("\">Keepsake</a>").next().unwrap();
    let product = named.rsplit('/').next().unwrap();

    let mut client = Browser::new(&Site::http(&stack.ready.site));
    let entered = client.post(&made.link, &[("pin", "482916")]).await;
    assert_eq!(entered.status, 303);
    let link = made.link.rsplit('/').next().unwrap();
    let path = format!("/download/{link}/{photo}/as/{product}");
    assert_eq!(client.get(&path).await.status, 403, "it is no Final yet");
    let mark = format!("/studio/galleries/{}/photos/mark", made.id);
    let marked = studio
        .post(&mark, &[("photo", &photo), ("set", "final")])
        .await;
    assert!(marked.status.as_u16() < 400, "{}", marked.text());
    let first = client.get(&path).await;
    assert_eq!(first.status, 202, "{}", first.text());
    assert!(first.text().contains("It starts by itself"));
    let address = until("the file", async || {
        let answer = client.clone().get(&path).await;
        assert!([202, 302].contains(&answer.status.as_u16()));
        (answer.status == 302).then(|| answer.header("location").to_owned())
    })
    .await;
    let file = reqwest::get(address).await.unwrap();
    let name = file.headers()["content-disposition"].to_str().unwrap();
    assert!(
        name.starts_with("attachment; filename=\"Mira & Tom-0001.jpg\""),
        "{name}"
    );
    let file = file.bytes().await.unwrap();
    let seen = imaging::render(&file[..], &imaging::Limits::default(), None).unwrap();
    assert_eq!((seen.width, seen.height), (1600, 1067));
    let notice = "© Mira’s photographer".as_bytes();
    assert!(file.windows(notice.len()).any(|window| window == notice));
}
