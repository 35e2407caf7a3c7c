//! Between the review page and its button the studio replaces, hides and shows photographs: what nobody looked at is not
//! frozen (S22).

use crate::chosen::say;
use crate::stale::{ANNA, Set};
use domain::choice::Set as Says;
use domain::photo::{Shown, Stage};
use domain::selection::Snapshot;
use tests::cast::person;

impl Set {
    /// The review form as it stands, with a word to the studio.
    async fn review(&self) -> [(&'static str, String); 4] {
        let mut form = [
            ("once", String::new()),
            ("seen", String::new()),
            ("who", String::new()),
        ];
        for (name, value) in &mut form {
            *value = self.field(&self.anna, "review", name).await;
        }
        let [once, seen, who] = form;
        [once, seen, who, ("message", "The lamp, please.".to_owned())]
    }

    async fn confirm(&self, form: &[(&str, String)]) -> tests::actors::Answer {
        let form: Vec<(&str, &str)> = form.iter().map(|(name, is)| (*name, is.as_str())).collect();
        self.script(&self.anna, "confirm", &form).await
    }

    async fn frozen(&self) -> Vec<Snapshot> {
        let table = self.house.emulators.table();
        let snapshots = table.snapshots(self.seeded.gallery.id, &person(ANNA)).await;
        snapshots.unwrap()
    }

    async fn show(&self, photo: usize, shown: Shown) {
        let table = self.house.emulators.table();
        let id = self.photos[photo].id.clone();
        let marked = table
            .mark_photos(self.seeded.gallery.id, &[id], None, Some(shown))
            .await;
        assert_eq!(marked.unwrap(), 1);
    }
}

/// S22: a photograph that is replaced, hidden or shown again between the page and the button is looked at first; how many
/// those are is said, what was typed stays, and the page that is shown then confirms exactly what it shows.
#[tokio::test(flavor = "multi_thread")]
async fn what_changed_since_the_page_is_looked_at_first() {
    let set = Set::up().await;
    let gallery = set.gallery().await;
    for photo in &set.photos {
        say(
            &set.house,
            &gallery,
            &person(ANNA),
            photo,
            Says::Chosen(true),
        )
        .await;
    }
    let told = async |form: &[(&str, String)], said: &str| {
        let answer = set.confirm(form).await;
        let json = answer.json();
        assert_eq!(
            (answer.status.as_u16(), &json["error"]),
            (409, &"conflict".into()),
            "{json}"
        );
        let message = json["message"].as_str().unwrap();
        assert!(message.starts_with(said), "{message}");
        assert!(set.frozen().await.is_empty());
    };
    let changed = "changed while you looked: look once more, then confirm.";

    let form = set.review().await;
    let emulators = &set.house.emulators;
    emulators
        .stored(&gallery, "A.jpg", b"retouched".to_vec())
        .await;
    told(&form, &format!("1 photograph {changed}")).await;
    set.show(1, Shown::ToStudio).await;
    told(&form, &format!("2 photographs {changed}")).await;

    // a page without scripts says it above the form, with the word that was typed
    let fields: Vec<(&str, &str)> = form.iter().map(|(name, is)| (*name, is.as_str())).collect();
    let mut anna = set.anna.at(&set.house.gallery);
    let page = anna.post(&set.path("confirm"), &fields).await;
    assert_eq!(page.status, 409);
    let text = page.text();
    assert!(text.contains(&format!("2 photographs {changed}")), "{text}");
    assert!(
        text.contains("The lamp, please.") && text.contains("Confirm 2 photographs"),
        "{text}"
    );

    // it is shown again: the page of two showed it not
    let two = set.review().await;
    set.show(1, Shown::Everyone).await;
    told(&two, &format!("1 photograph {changed}")).await;
    // that it is said to be Final, or that another photograph comes, changes nothing that was looked at
    let three = set.review().await;
    let (ids, table) = ([set.photos[2].id.clone()], emulators.table());
    let finals = table.mark_photos(gallery.id, &ids, Some(Stage::Final), None);
    assert_eq!(finals.await.unwrap(), 1);
    emulators
        .stored(&gallery, "D.jpg", b"another".to_vec())
        .await;
    // forms of no page confirm nothing
    for seen in ["", "3", "3-", "0-x.1"] {
        let mut bad = three.clone();
        bad[1].1 = seen.to_owned();
        assert_eq!(set.confirm(&bad).await.status, 409, "{seen}");
    }
    let done = set.confirm(&three).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let frozen = set.frozen().await;
    let versions: Vec<u32> = frozen[0]
        .picked
        .iter()
        .map(|picked| picked.version)
        .collect();
    assert_eq!(versions, [2, 1, 1]);
}

/// a tap of another device is told as before, also where a photograph was replaced as well.
#[tokio::test(flavor = "multi_thread")]
async fn another_devices_tap_is_told_first() {
    let set = Set::up().await;
    let gallery = set.gallery().await;
    for photo in &set.photos[..2] {
        say(
            &set.house,
            &gallery,
            &person(ANNA),
            photo,
            Says::Chosen(true),
        )
        .await;
    }
    let form = set.review().await;
    set.house
        .emulators
        .stored(&gallery, "A.jpg", b"retouched".to_vec())
        .await;
    say(
        &set.house,
        &gallery,
        &person(ANNA),
        &set.photos[2],
        Says::Chosen(true),
    )
    .await;
    let answer = set.confirm(&form).await;
    assert_eq!(answer.status, 409);
    assert!(
        answer.text().contains("Your other device"),
        "{}",
        answer.text()
    );
    assert!(set.frozen().await.is_empty());
}
