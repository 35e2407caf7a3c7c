//! The two styles of a gallery's page: what is laid out differently, and that nothing else is.

use domain::access::{Originals, Rights, Web};
use domain::gallery::Style;
use domain::photo::{Photo, Stage};
use std::collections::BTreeSet;
use tests::cast::person;
use tests::emulators::ready;
use tests::house::House;

/// Addresses a page leads to, but for its own files.
fn leads_to(page: &str) -> BTreeSet<&str> {
    let parts = page.split(['"', '\'']);
    parts
        .filter(|part| part.starts_with("/g/") || part.starts_with("/download/"))
        .collect()
}

/// P5: switching the style changes no right. The frames' JSON with its offers is the same for everyone, the gallery's
/// page leads to the same addresses, and a file that was refused stays refused.
#[tokio::test(flavor = "multi_thread")]
async fn switching_the_style_changes_no_right() {
    let house = House::open().await;
    let rights = Rights {
        web: Web::Clean,
        originals: Originals::Final,
        ..Rights::LOOK
    };
    let seeded = house
        .gallery_with("Quellental", Some("482916"), rights, |_| {})
        .await;
    let photos = three(&house, &seeded.gallery).await;
    house
        .add_row(
            seeded.gallery.id,
            &domain::access::Row::new(person("anna@clients.example"), Rights::LOOK),
        )
        .await;
    let anna = house.signed_in("anna@clients.example").await;
    let guest = house.guest(seeded.gallery.id, None).await;
    let client = house.client(&seeded).await;
    let stranger = tests::actors::Browser::new(&house.gallery);
    let own = seeded.path();
    let visitors = [
        ("client", &client, own.clone()),
        ("anna", &anna, own.clone()),
        ("guest", &stranger, format!("/g/{}", guest.link)),
    ];
    let mut seen = Vec::new();
    for style in [Style::Standard, Style::Proofing] {
        house
            .change(seeded.gallery.id, |gallery| gallery.style = style)
            .await;
        let mut answers = Vec::new();
        for (who, browser, link) in &visitors {
            let mut browser = browser.at(&house.gallery);
            let page = browser.get(link).await;
            assert_eq!(page.status, 200, "{who}");
            let mut frames = browser.json(&format!("{link}/frames")).await.json();
            // the only thing that differs by itself
            frames["choices"]["now"] = serde_json::Value::Null;
            assert_eq!(frames["states"], "pf-", "{who}");
            let addresses = leads_to(&page.text())
                .into_iter()
                .map(str::to_owned)
                .collect::<BTreeSet<_>>();
            let mut files = Vec::new();
            for photo in &photos {
                let path = format!("{}/{}", link.replace("/g/", "/download/"), photo.id);
                for path in [path.clone(), format!("{path}/web")] {
                    let status = browser.at(&house.download).get(&path).await.status;
                    files.push(status.as_u16());
                }
            }
            answers.push((*who, frames, addresses, files));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
    let (_, frames, _, files) = &seen[0][0];
    // the web size of each, of the Final the original as well
    let ways = |photo: usize| {
        let offer = frames["offer"][photo].as_u64().unwrap();
        let ways = frames["offers"][usize::try_from(offer).unwrap()].as_array();
        ways.unwrap().len()
    };
    assert_eq!([ways(0), ways(1), ways(2)], [1, 2, 1]);
    assert_eq!(files.iter().filter(|status| **status == 403).count(), 2);
}

/// A Proof, a Final, and one of which nothing is said.
async fn three(house: &House, gallery: &domain::gallery::Gallery) -> Vec<Photo> {
    let mut photos = Vec::new();
    for (number, stage) in [(1, Stage::Proof), (2, Stage::Final), (3, Stage::Undefined)] {
        let path = format!("Vesperzeit/ZQX_000{number}.jpg");
        let photo = house.emulators.photo(gallery, &path, ready()).await;
        let table = house.emulators.table();
        let marked = table
            .mark_photos(
                gallery.id,
                std::slice::from_ref(&photo.id),
                Some(stage),
                None,
            )
            .await;
        assert_eq!(marked.unwrap(), 1);
        photos.push(photo);
    }
    photos
}

/// P50: in a proofing gallery each frame carries its state as a word with a shape of its own; where nothing was said,
/// nothing stands. In the other style the photographs stand alone, and the page of one says its state in both (S19).
#[tokio::test(flavor = "multi_thread")]
async fn states_stand_on_the_frames_of_a_proofing_gallery() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    let photos = three(&house, &seeded.gallery).await;
    let mut client = house.client(&seeded).await;
    let (proof, r#final) = (
        r#"<span class="state state--proof">Proof</span>"#,
        r#"<span class="state state--final">Final</span>"#,
    );
    for (style, shown) in [(Style::Standard, 0), (Style::Proofing, 1)] {
        house
            .change(seeded.gallery.id, |gallery| gallery.style = style)
            .await;
        let page = client.get(&seeded.path()).await.text();
        assert_eq!(page.matches(proof).count(), shown);
        assert_eq!(page.matches(r#final).count(), shown);
        assert_eq!(page.matches("class=\"state ").count(), 2 * shown);
        for label in [
            "ZQX_0001.jpg, Vesperzeit, Proof, 1 of 3",
            "ZQX_0002.jpg, Vesperzeit, Final, 2 of 3",
            "ZQX_0003.jpg, Vesperzeit, 3 of 3",
        ] {
            assert!(page.contains(&format!("aria-label=\"{label}\"")), "{label}");
        }
        for (photo, state) in photos.iter().zip([Some("Proof"), Some("Final"), None]) {
            let path = format!("{}/photo/{}", seeded.path(), photo.id);
            let page = client.get(&path).await.text();
            let said = "<dt>State</dt>";
            match state {
                Some(word) => assert!(page.contains(&format!("{said}<dd>{word}</dd>"))),
                None => assert!(!page.contains(said)),
            }
        }
    }
}
