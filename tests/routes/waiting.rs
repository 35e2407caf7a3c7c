//! Files in the bucket whose name several photographs have: they wait, are asked about, and settle by the ordinary way once
//! it is said what they are (4.5).

use crate::replacing::{Studio, crc};
use domain::gallery::Incoming;
use domain::ids::PhotoId;
use domain::photo::Stage;
use tests::actors::Answer;

impl Studio {
    /// Two photographs of one name, and names that replace from now on, as Finals.
    async fn two_of_a_name(&self) -> [PhotoId; 2] {
        let two = [self.put("A/x.jpg", 1).await, self.put("B/x.jpg", 2).await];
        let mut gallery = self.seeded.gallery.clone();
        gallery.incoming = Incoming {
            replace: true,
            stage: Stage::Final,
        };
        let table = self.house.emulators.table();
        assert!(table.save_settings(&gallery, 0).await.unwrap());
        two
    }

    fn waiting_path(&self) -> String {
        format!("/studio/galleries/{}/waiting", self.seeded.gallery.id)
    }

    async fn say(&mut self, answers: &[(&PhotoId, &str)]) -> Answer {
        let path = self.waiting_path();
        let named: Vec<(String, &str)> = answers
            .iter()
            .map(|(file, answer)| (format!("is-{file}"), *answer))
            .collect();
        let form: Vec<(&str, &str)> = named.iter().map(|(a, b)| (a.as_str(), *b)).collect();
        self.owner.post(&path, &form).await
    }

    fn key(&self, path: &str) -> String {
        format!("{}/{path}", self.seeded.gallery.folder)
    }

    /// S3 was made to say the object again.
    async fn said_again(&self, path: &str) -> bool {
        let emulators = &self.house.emulators;
        let tags = emulators.s3.get_object_tagging();
        let tags = tags.bucket(&emulators.originals).key(self.key(path));
        !tags.send().await.unwrap().tag_set().is_empty()
    }
}

/// 4.5: a Final that two proofs may mean replaces neither; the gallery says that it waits, the page asks with both, and the
/// one that is named gets a new version when S3 says the file again. Of two who answer the second reads that it was answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_waits_and_replaces_the_one_that_is_named() {
    let mut studio = Studio::open().await;
    let [a, b] = studio.two_of_a_name().await;
    let file = studio.put("Finals/x.jpg", 3).await;
    assert_eq!(studio.photos().await.len(), 2);
    let gallery = format!("/studio/galleries/{}", studio.seeded.gallery.id);
    let page = studio.owner.get(&gallery).await.text();
    assert!(page.contains("One file waits"), "{page}");
    let path = studio.waiting_path();
    let page = studio.owner.get(&path).await.text();
    assert!(page.contains("Two photographs may be meant. Which one does it replace?"));
    for id in [&a, &b] {
        assert!(page.contains(&format!("value=\"replaces-{id}\"")));
    }
    let pictures = page.matches("<img ").count();
    assert_eq!(pictures, 2, "both candidates are shown");

    assert_eq!(studio.say(&[(&file, "later")]).await.status, 303);
    assert!(!studio.said_again("Finals/x.jpg").await);
    let gone = format!("replaces-{}", PhotoId::of_key("elsewhere"));
    let lost = studio.say(&[(&file, gone.as_str())]).await;
    assert_eq!(lost.status, 409);
    assert!(lost.text().contains("the photograph you named is gone"));
    let this = format!("replaces-{b}");
    assert_eq!(studio.say(&[(&file, this.as_str())]).await.status, 303);
    let late = studio.say(&[(&file, "new")]).await;
    assert_eq!(late.status, 409);
    assert!(late.text().contains("answered by somebody else meanwhile"));
    assert!(late.text().contains("Nothing waits"));

    assert!(studio.said_again("Finals/x.jpg").await);
    studio.hear(&studio.key("Finals/x.jpg")).await;
    assert_eq!(studio.shown(&a).await, (1, Stage::Undefined, crc(1)));
    assert_eq!(studio.shown(&b).await, (2, Stage::Final, crc(3)));
    assert_eq!(studio.photos().await.len(), 2);
    let activity = format!("{gallery}/activity");
    let activity = studio.owner.get(&activity).await.text();
    assert!(activity.contains("said to be replaced by x.jpg"));
}

/// 4.5: a file that is a photograph of its own becomes one, and one that is left out stays in the bucket and is nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_waits_is_new_or_left_out() {
    let mut studio = Studio::open().await;
    studio.two_of_a_name().await;
    let new = studio.put("C/x.jpg", 3).await;
    let left = studio.put("D/X.JPG", 4).await;
    assert_eq!(
        studio.say(&[(&new, "new"), (&left, "leave")]).await.status,
        303
    );
    for path in ["C/x.jpg", "D/X.JPG"] {
        studio.hear(&studio.key(path)).await;
    }
    assert_eq!(studio.shown(&new).await, (1, Stage::Final, crc(3)));
    let photos = studio.photos().await;
    assert_eq!(photos.len(), 3);
    assert!(photos.iter().all(|photo| photo.id != left));
    let path = studio.waiting_path();
    let page = studio.owner.get(&path).await.text();
    assert!(page.contains("Nothing waits"));
}
