//! Many photographs at once: moved to a section (L12), and shown by what is said of them (P30).

use domain::access::Subject;
use domain::choice::{Set, Stamp, Tap};
use domain::comment::{Author, Comment};
use domain::ids::CommentId;
use domain::photo::Stage;
use table::{Said, Tapped};
use tests::emulators::now;
use tests::house::House;

/// L12: three hundred are moved at once, to a section that is new; the heart and the comment of one of them stay its own.
/// What was not ticked stays where it was, and a title that is too long moves nothing.
#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_are_moved_and_keep_what_was_said() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 300).await;
    let (table, id) = (house.emulators.table(), seeded.gallery.id);
    let photos = table.photos_of(id).await.unwrap();
    let ready = photos.iter().find(|photo| photo.picture().is_some());
    let one = ready.unwrap().id.clone();
    let tap = Tap {
        photo: one.clone(),
        set: Set::Chosen(true),
        stamp: Stamp::now(now()),
    };
    let tapped = table.tap(id, &Subject::Anybody, &tap, None, now()).await;
    assert!(matches!(tapped.unwrap(), Tapped::Done { .. }));
    let comment = Comment {
        id: CommentId::new(now()),
        gallery: id,
        photo: one.clone(),
        version: 1,
        author: Author::Visitor(Subject::Anybody),
        name: "Anna".into(),
        text: "Lighter, please".into(),
        drawing: None,
        at: now(),
        removed: None,
    };
    assert_eq!(table.say(&comment).await.unwrap(), Said::Done);

    let mut owner = house.owner().await;
    let path = format!("/studio/galleries/{id}/photos/move");
    let long = "x".repeat(121);
    for (form, done) in [
        (
            [("all", "1"), ("to", "new"), ("title", long.as_str())],
            "long-title",
        ),
        ([("all", "1"), ("to", "new"), ("title", " ")], "untitled"),
        (
            [("all", "1"), ("to", "in:Nowhere"), ("title", "")],
            "nowhere",
        ),
        ([("show", "60"), ("to", "none"), ("title", "")], "none"),
    ] {
        let answer = owner.post(&path, &form).await;
        assert_eq!(answer.status, 303);
        let to = answer.header("location").to_owned();
        assert!(to.contains(&format!("done={done}")), "{to}");
    }
    let sections = async || {
        let photos = table.photos_of(id).await.unwrap();
        let ready = photos.into_iter().filter(|photo| photo.picture().is_some());
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for photo in ready {
            *counts.entry(photo.section).or_default() += 1;
        }
        counts
    };
    assert_eq!(sections().await, [("Vesperzeit".to_owned(), 300)].into());

    let form = [("all", "1"), ("to", "new"), ("title", "The coast")];
    let answer = owner.post(&path, &form).await;
    assert!(answer.header("location").contains("done=moved"));
    assert_eq!(sections().await, [("The coast".to_owned(), 300)].into());
    let form = [("photo", one.as_str()), ("to", "none"), ("title", "")];
    owner.post(&path, &form).await;
    let parted = [(String::new(), 1), ("The coast".to_owned(), 299)];
    assert_eq!(sections().await, parted.into());

    let chosen = table.choices(id, &Subject::Anybody).await.unwrap();
    assert!(chosen.choices[&one].chosen.value);
    let said = table.comments_of(id, &one).await.unwrap();
    assert_eq!(said, [comment]);
}

/// P30: the states stand above the photographs with their counts, show only theirs, and "all of them" means only those.
#[tokio::test(flavor = "multi_thread")]
async fn the_page_shows_and_marks_one_state() {
    let house = House::open().await;
    let seeded = house.full_gallery("Quellental", "482916", 4).await;
    let (table, id) = (house.emulators.table(), seeded.gallery.id);
    let mut photos = table.photos_of(id).await.unwrap();
    photos.retain(|photo| photo.picture().is_some());
    photos.sort_by(|a, b| a.file_name.cmp(&b.file_name));
    let ids: Vec<_> = photos.iter().map(|photo| photo.id.clone()).collect();
    let mark = async |ids, stage| table.mark_photos(id, ids, Some(stage), None).await.unwrap();
    assert_eq!(mark(&ids[..1], Stage::Final).await, 1);
    assert_eq!(mark(&ids[1..3], Stage::Proof).await, 2);
    let mut owner = house.owner().await;
    let page = owner.get(&format!("/studio/galleries/{id}")).await.text();
    let chips = [
        ("", "All", 4),
        ("state=proof", "Proof", 2),
        ("state=final", "Final", 1),
        ("state=none", "No state", 1),
    ];
    for (query, word, count) in chips {
        let chip = format!("href=\"?{query}\"");
        assert!(page.contains(&chip), "{word}");
        let count = format!("{word} <span class=\"edge num\">{count}</span>");
        assert!(page.contains(&count), "{count}");
    }
    assert!(!page.contains("state=refused") && !page.contains("state=new"));
    let finals = format!("/studio/galleries/{id}?state=final");
    let finals = owner.get(&finals).await.text();
    assert!(finals.contains(photos[0].id.as_str()) && !finals.contains(photos[1].id.as_str()));

    let path = format!("/studio/galleries/{id}/photos/mark");
    let form = [("all", "1"), ("state", "proof"), ("set", "final")];
    let answer = owner.post(&path, &form).await;
    assert!(answer.header("location").ends_with("&state=proof"));
    let after = table.photos_of(id).await.unwrap();
    let finals = after.iter().filter(|photo| photo.stage == Stage::Final);
    assert_eq!(finals.count(), 3, "the one without a state is not meant");
}
