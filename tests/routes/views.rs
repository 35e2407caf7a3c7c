//! What a page view costs the table (R-9.1: two round trips at most, whatever the gallery's size), and what it shows.

use domain::ids::PhotoId;
use tests::emulators::ready;
use tests::house::House;

/// Design 3: the door, the gallery, its frames and one photograph; a download also writes what was taken and by whom.
/// That a visit began is written once an hour, which is not counted here. In a process that remembers the link it is two
/// calls; the first look at a gallery makes two beside two, for what the visitor chose (the table's contract counts the
/// round trips).
#[tokio::test(flavor = "multi_thread")]
async fn a_page_view_costs_two_calls_at_most() {
    let house = House::open().await;
    for count in [0, 1, 150] {
        let seeded = house.full_gallery("Quellental", "482916", count).await;
        let client = house.client(&seeded).await;
        let noted = house.emulators.table();
        let (gallery, anybody) = (seeded.gallery.id, domain::access::Subject::Anybody);
        let at = tests::emulators::now();
        assert!(noted.note_entry(gallery, &anybody, at).await.unwrap());
        let stranger = tests::actors::Browser::new(&house.gallery);
        let photo = PhotoId::of_key(&format!(
            "{}/Vesperzeit/ZQX_2041.jpg",
            seeded.gallery.folder
        ));
        let link = seeded.path();
        let paths = [
            link.clone(),
            format!("{link}?from=61"),
            format!("{link}/frames"),
            format!("{link}/frames?from=1&count=60"),
            format!("{link}/photo/{photo}"),
            format!("/download/{}/{photo}", seeded.link.expose()),
        ];
        let mut cold = 2;
        for (round, path) in [0, 1]
            .iter()
            .flat_map(|round| paths.iter().map(move |path| (round, path)))
        {
            for visitor in [&client, &stranger] {
                let before = house.calls();
                visitor.at(house.site(path)).get(path).await;
                let calls = house.calls() - before;
                // the download function's first look at a visitor also tries to note that the visit began
                let writes = if path.starts_with("/download") {
                    3 - round
                } else {
                    0
                };
                assert!(
                    calls <= 2 + cold + writes,
                    "{path} of {count} photographs cost {calls} calls"
                );
            }
            cold = 0;
        }
    }
}

/// A new photograph is on the page at the next view, although the list is remembered.
#[tokio::test(flavor = "multi_thread")]
async fn a_remembered_list_is_never_old() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 1).await;
    let mut client = house.client(&seeded).await;
    assert!(
        !client
            .get(&seeded.path())
            .await
            .text()
            .contains("ZQX_9999.jpg")
    );
    house
        .emulators
        .photo(&seeded.gallery, "Vesperzeit/ZQX_9999.jpg", ready())
        .await;
    assert!(
        client
            .get(&seeded.path())
            .await
            .text()
            .contains("ZQX_9999.jpg")
    );
}

/// L21: the first page names 18 pictures however many there are, and links reach the rest without a script.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_gallery_comes_in_pages() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 150).await;
    let mut client = house.client(&seeded).await;
    let mut seen = std::collections::BTreeSet::new();
    let mut next = Some(seeded.path());
    let mut pages = 0;
    while let Some(path) = next {
        let page = client.get(&path).await.text();
        pages += 1;
        assert!(pages < 10, "the pages go in a circle");
        let frames: Vec<String> = page
            .split(r#"<li class="frame" id="f"#)
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect();
        assert!(
            pages > 1 || frames.len() <= 24,
            "{} frames on the first page",
            frames.len()
        );
        seen.extend(frames);
        next = page
            .split(r#"rel="next" href=""#)
            .nth(1)
            .map(|rest| rest.split(['"', '#']).next().unwrap().to_owned());
    }
    assert_eq!(seen.len(), 150);
}

/// P-order: chapters by name in natural order, photographs by when they were taken.
#[tokio::test(flavor = "multi_thread")]
async fn chapters_stand_in_order() {
    let house = House::open().await;
    let seeded = house.emulators.gallery("Quellental", "482916").await;
    for path in [
        "10 Dance/B_2.jpg",
        "2 Ceremony/A_10.jpg",
        "2 Ceremony/A_9.jpg",
        "1 Getting ready/C_1.jpg",
    ] {
        house.emulators.photo(&seeded.gallery, path, ready()).await;
    }
    let mut client = house.client(&seeded).await;
    let shape = client
        .json(&format!("{}/frames", seeded.path()))
        .await
        .json();
    assert_eq!(
        shape["names"],
        serde_json::json!(["C_1.jpg", "A_9.jpg", "A_10.jpg", "B_2.jpg"])
    );
    let page = client.get(&seeded.path()).await.text();
    let at = |text: &str| {
        page.find(&format!(">{text}<"))
            .unwrap_or_else(|| panic!("{text} is not on the page"))
    };
    assert!(at("1 Getting ready") < at("2 Ceremony") && at("2 Ceremony") < at("10 Dance"));
}
