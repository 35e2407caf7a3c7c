//! From the bucket to the client's phone: every step as the photographer and the client take it.

use tests::actors::{Browser, Site};
use tests::photographs::jpeg;
use tests::stack::shared;

/// The issue's story: upload by S3 client and by presigned multipart, a rejected file with its reason, wrong PIN, right
/// PIN, the page, the original byte for byte, a new PIN, paused and opened again.
#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_goes_from_the_bucket_to_the_client() {
    let stack = shared();
    let mut photographer = stack.photographer().await;
    let made = photographer.gallery("Ida & Jonas", "482916").await;
    assert!(
        made.link.rsplit('/').next().unwrap().len() >= 26,
        "130 random bits"
    );

    // by an S3 client: a subfolder is a chapter
    let first = jpeg(600, 400, 1, "2026:06:14 15:04:05");
    let second = jpeg(400, 600, 2, "2026:06:14 15:05:05");
    photographer
        .put(&made, "2 Ceremony/HL_2041.jpg", first.clone())
        .await;
    photographer
        .put(&made, "10 Dance/Tanz é 1+1 100%.jpg", second.clone())
        .await;
    photographer
        .put(
            &made,
            "2 Ceremony/notes.jpg",
            b"not a photograph at all".to_vec(),
        )
        .await;
    // by the studio's page: two parts, as S3 cuts them
    let mut large = jpeg(1200, 800, 3, "2026:06:14 14:00:00");
    large.resize(large.len().max(6 * 1024 * 1024), 0);
    let done = photographer
        .upload(
            &made,
            "1 Getting ready",
            "HL_2001.jpg",
            &large,
            5 * 1024 * 1024,
        )
        .await;
    assert_eq!(done.status, 200, "{}", done.text());

    let photos = photographer.settled(&made, 4).await;
    let by_name = |name: &str| {
        photos
            .iter()
            .find(|photo| photo["file_name"] == name)
            .unwrap()
    };
    assert_eq!(by_name("HL_2041.jpg")["state"], "ready");
    assert_eq!(by_name("HL_2001.jpg")["state"], "ready");
    assert_eq!(by_name("Tanz é 1+1 100%.jpg")["section"], "10 Dance");
    let notes = by_name("notes.jpg");
    assert_eq!(notes["state"], "rejected");
    assert!(
        notes["reason"].as_str().unwrap().len() > 20,
        "a sentence: {notes}"
    );

    // the client
    let site = Site::http(&stack.ready.site);
    let mut client = Browser::new(&site);
    let door = client.get(&made.link).await;
    assert_eq!(door.status, 200);
    assert!(door.text().contains(r#"inputmode="numeric""#));
    assert!(!door.text().contains("Jonas") && !door.text().contains("HL_2041"));
    let wrong = client.post(&made.link, &[("pin", "111999")]).await;
    assert_eq!(wrong.status, 403);
    assert_eq!(
        client.post(&made.link, &[("pin", "482916")]).await.status,
        303
    );
    let page = client.get(&made.link).await.text();
    assert!(page.contains("Ida"), "the title is read inside");
    assert!(
        !page.contains("notes.jpg"),
        "a rejected file does not exist for a client"
    );
    let shape = client.json(&format!("{}/frames", made.link)).await.json();
    let names = shape["names"].as_array().unwrap();
    assert_eq!(
        names,
        &["HL_2001.jpg", "HL_2041.jpg", "Tanz é 1+1 100%.jpg"]
    );
    let chapters: Vec<&str> = shape["chapters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c[0].as_str().unwrap())
        .collect();
    assert_eq!(chapters, ["1 Getting ready", "2 Ceremony", "10 Dance"]);

    // a picture of the page, and the original behind its download
    let picture = page
        .split(r#"<img src=""#)
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&#38;", "&");
    let picture = reqwest::get(picture.replace("&amp;", "&")).await.unwrap();
    assert_eq!(picture.status(), 200);
    assert!(picture.bytes().await.unwrap().starts_with(&[0xff, 0xd8]));
    for (name, bytes) in [
        ("HL_2041.jpg", &first),
        ("Tanz é 1+1 100%.jpg", &second),
        ("HL_2001.jpg", &large),
    ] {
        let id = by_name(name)["id"].as_str().unwrap();
        let path = format!("/download/{}/{id}", made.link.rsplit('/').next().unwrap());
        let sent = client.get(&path).await;
        assert_eq!(sent.status, 302);
        let address = sent.header("location").to_owned();
        let parsed: url::Url = address.parse().unwrap();
        let lasts = parsed
            .query_pairs()
            .find(|(name, _)| name == "X-Amz-Expires")
            .unwrap()
            .1;
        assert!(lasts.parse::<u32>().unwrap() <= 900, "R-3.3: {lasts} s");
        let original = reqwest::get(&address).await.unwrap();
        assert_eq!(original.status(), 200);
        let says = original.headers()["content-disposition"]
            .to_str()
            .unwrap()
            .to_owned();
        assert!(says.starts_with("attachment"), "{says}");
        let named = says.split("filename*=UTF-8''").nth(1).unwrap();
        let named = percent_encoding::percent_decode_str(named)
            .decode_utf8()
            .unwrap();
        assert_eq!(named, name, "the camera's name: {says}");
        assert_eq!(
            &original.bytes().await.unwrap()[..],
            &bytes[..],
            "{name}, byte for byte"
        );
        let tampered = reqwest::get(address.replace("X-Amz-Expires=", "X-Amz-Expires=1"))
            .await
            .unwrap();
        assert_eq!(tampered.status(), 403, "a changed address is refused");
    }

    // what the studio changes bites at the next request
    let changed = photographer
        .browser
        .post(
            &format!("/studio/galleries/{}/pin", made.id),
            &[("pin", "739105")],
        )
        .await;
    assert_eq!(changed.status, 303);
    assert!(
        !client.get(&made.link).await.text().contains("HL_2041"),
        "the old session is over"
    );
    assert_eq!(
        client.json(&format!("{}/frames", made.link)).await.status,
        401
    );
    assert_eq!(
        client.post(&made.link, &[("pin", "482916")]).await.status,
        403
    );
    assert_eq!(
        client.post(&made.link, &[("pin", "739105")]).await.status,
        303
    );
    assert!(client.get(&made.link).await.text().contains("HL_2041"));
    let enabled = format!("/studio/galleries/{}/enabled", made.id);
    assert_eq!(
        photographer
            .browser
            .post(&enabled, &[("enabled", "false")])
            .await
            .status,
        303
    );
    let id = by_name("HL_2041.jpg")["id"].as_str().unwrap();
    let download = format!("/download/{}/{id}", made.link.rsplit('/').next().unwrap());
    for path in [
        made.link.clone(),
        format!("{}/frames", made.link),
        download.clone(),
    ] {
        let paused = client.get(&path).await;
        assert_eq!(paused.status, 403, "{path}");
        assert!(!paused.text().contains("HL_2041") && !paused.text().contains("Jonas"));
    }
    assert_eq!(
        photographer
            .browser
            .post(&enabled, &[("enabled", "true")])
            .await
            .status,
        303
    );
    assert_eq!(
        client.get(&download).await.status,
        302,
        "opened again, the session still stands"
    );
}
