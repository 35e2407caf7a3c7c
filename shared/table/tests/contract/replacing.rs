//! A file of the same name is a new version of the same photograph; none is guessed, lost or brought back by accident.

use crate::{again, engine, gallery, items, morning, table};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::file_name::Place;
use domain::gallery::{Gallery, Incoming};
use domain::ids::PhotoId;
use domain::photo::{Photo, Picture, Shown, Stage, State, Version};
use domain::replace::{Replaces, Wish};
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use table::{
    Choice, Claim, Claimed, Committed, Found, Gone, ResolvedWaiting, Restored, Standing, Table,
    keys,
};

const LEASE: SignedDuration = SignedDuration::from_secs(20);

/// A gallery, and files that are put into its folder one minute after the other.
struct Folder {
    table: Table,
    gallery: Gallery,
    minute: std::cell::Cell<i64>,
}

/// A file as it lies in the bucket. Its content is a number, and so is its size.
#[derive(Clone)]
struct File {
    found: Found,
    content: u32,
    readable: bool,
}

impl Folder {
    async fn new() -> Self {
        Self::of(table().await).await
    }

    async fn of(table: Table) -> Self {
        let (gallery, _) = gallery(&table).await;
        Self {
            table,
            gallery,
            minute: 0.into(),
        }
    }

    async fn incoming(&self, replace: bool, stage: Stage) {
        let (mut gallery, _) = self.table.gallery(self.gallery.id).await.unwrap().unwrap();
        gallery.incoming = Incoming { replace, stage };
        let seen = gallery.settings_revision;
        assert!(self.table.save_settings(&gallery, seen).await.unwrap());
    }

    fn now(&self) -> Timestamp {
        morning() + self.minute.get().minutes()
    }

    fn later(&self, minutes: i64) {
        self.minute.set(self.minute.get() + minutes);
    }

    fn key(&self, path: &str) -> String {
        format!("{}/{path}", self.gallery.folder)
    }

    /// A file put now, under a version id of its own.
    fn file(&self, path: &str, content: u32) -> File {
        self.later(1);
        let key = self.key(path);
        File {
            found: Found {
                place: Place::of_key(&key).unwrap(),
                version: Version {
                    id: format!("{path}@{}", self.minute.get()),
                    etag: format!("e{content}"),
                    size: u64::from(content),
                },
                uploaded: self.now(),
                key,
                wish: Wish::default(),
            },
            content,
            readable: true,
        }
    }

    async fn claim(&self, file: &File) -> Claim {
        self.table
            .claim(self.gallery.id, &file.found, LEASE, self.now())
            .await
            .unwrap()
    }

    async fn yours(&self, file: &File) -> Claimed {
        match self.claim(file).await {
            Claim::Yours(claimed) => claimed,
            other => panic!("{other:?}"),
        }
    }

    async fn commit(&self, claimed: &Claimed, file: &File) -> Committed {
        let read = file.read(&self.gallery);
        self.table.commit(claimed, &read, self.now()).await.unwrap()
    }

    /// The whole way of a file.
    async fn settle(&self, file: &File) -> Committed {
        let claimed = self.yours(file).await;
        self.commit(&claimed, file).await
    }

    async fn put(&self, path: &str, content: u32) -> File {
        let file = self.file(path, content);
        assert_eq!(self.settle(&file).await, Committed::Taken);
        file
    }

    /// A file is deleted; these are there still.
    async fn delete(&self, file: &File, there: &[&File]) -> Gone {
        let leaving = self
            .table
            .claim_gone(self.gallery.id, &file.found.key)
            .await
            .unwrap()
            .unwrap();
        let others: Vec<&str> = leaving.others().collect();
        let there = there
            .iter()
            .filter(|file| others.contains(&file.found.key.as_str()));
        let standing: Vec<Standing> = there
            .map(|file| Standing {
                key: file.found.key.clone(),
                etag: file.found.version.etag.clone(),
                uploaded: file.found.uploaded,
            })
            .collect();
        self.table
            .commit_gone(&leaving, &standing, self.now())
            .await
            .unwrap()
    }

    async fn photos(&self) -> Vec<Photo> {
        self.table.photos_of(self.gallery.id).await.unwrap()
    }

    async fn only(&self) -> Photo {
        let mut photos = self.photos().await;
        assert_eq!(photos.len(), 1);
        photos.remove(0)
    }

    async fn revision(&self) -> u64 {
        let (gallery, _) = self.table.gallery(self.gallery.id).await.unwrap().unwrap();
        gallery.revision
    }

    /// Numbers, contents and states of all versions, oldest first.
    async fn versions(&self, photo: &PhotoId) -> Vec<(u32, u32, Stage)> {
        let versions = self.table.versions_of(self.gallery.id, photo).await;
        let versions = versions.unwrap().into_iter().rev();
        versions
            .map(|version| (version.number, version.picture.crc32, version.stage))
            .collect()
    }

    async fn mark(&self, photo: &PhotoId, stage: Stage) {
        let photos = std::slice::from_ref(photo);
        let marked = self
            .table
            .mark_photos(self.gallery.id, photos, Some(stage), None)
            .await;
        assert_eq!(marked.unwrap(), 1);
    }
}

impl File {
    fn read(&self, gallery: &Gallery) -> Photo {
        let picture = Picture {
            width: 3,
            height: 2,
            crc32: self.content,
            thumbhash: String::new(),
            average: "808080".into(),
            captured: None,
            truncated: false,
            tag: format!("t{}", self.content),
            renditions: vec![(320, 320, 213)],
            marked: false,
        };
        let rejected = State::Rejected {
            code: "not-an-image".into(),
            reason: "No.".into(),
        };
        Photo {
            id: PhotoId::of_key(&self.found.key),
            gallery: gallery.id,
            key: self.found.key.clone(),
            section: self.found.place.section.clone(),
            file_name: self.found.place.file_name.clone(),
            version: self.found.version.clone(),
            state: if self.readable {
                State::Ready(picture)
            } else {
                rejected
            },
            uploaded: self.found.uploaded,
            stage: Stage::default(),
            shown: Shown::default(),
            number: 1,
            fresh: false,
            refused: None,
        }
    }

    fn wishes(mut self, replaces: Option<Replaces>, stage: Option<Stage>) -> Self {
        self.found.wish = Wish { replaces, stage };
        self
    }

    /// The same bytes put again: S3 calls them another version.
    fn again(&self, id: &str) -> Self {
        let mut again = self.clone();
        again.found.version.id = id.into();
        again
    }
}

/// P26, P27: a final under the proof's name takes its place; id, section and name stay, the state is the setting's, and
/// the proof can still be looked at, with the state it had.
#[tokio::test]
async fn a_final_of_the_same_name_takes_the_proofs_place() {
    let folder = Folder::new().await;
    let proof = folder.put("Ceremony/IMG_1.jpg", 10).await;
    let id = folder.only().await.id;
    folder.mark(&id, Stage::Proof).await;
    folder.incoming(true, Stage::Final).await;
    let before = folder.revision().await;
    let last = folder.put("Finals/img_1.JPG", 20).await;

    let photo = folder.only().await;
    assert_eq!(photo.id, id);
    assert_eq!(
        (photo.section.as_str(), photo.file_name.as_str()),
        ("Ceremony", "IMG_1.jpg")
    );
    assert_eq!((photo.number, photo.stage), (2, Stage::Final));
    assert_eq!(
        (&photo.key, &photo.version),
        (&last.found.key, &last.found.version)
    );
    assert_eq!(photo.picture().unwrap().crc32, 20);
    assert_eq!(folder.revision().await, before + 1);
    let (gallery, _) = folder
        .table
        .gallery(folder.gallery.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(gallery.counts.ready, 1);

    assert_eq!(
        folder.versions(&id).await,
        [(1, 10, Stage::Proof), (2, 20, Stage::Final)]
    );
    let first = folder.table.version(folder.gallery.id, &id, 1).await;
    let first = first.unwrap().unwrap();
    assert_eq!(
        (&first.key, &first.version),
        (&proof.found.key, &proof.found.version)
    );
    assert_eq!(first.file_name, "IMG_1.jpg");
}

/// P26: only where the gallery says so; else a file of the same name elsewhere is a photograph of its own.
#[tokio::test]
async fn without_the_setting_a_name_means_nothing() {
    let folder = Folder::new().await;
    folder.put("Ceremony/IMG_1.jpg", 10).await;
    folder.incoming(false, Stage::Proof).await;
    folder.put("Party/IMG_1.jpg", 20).await;
    let photos = folder.photos().await;
    assert_eq!(photos.len(), 2);
    let party = photos
        .iter()
        .find(|photo| photo.section == "Party")
        .unwrap();
    assert_eq!((party.stage, party.fresh), (Stage::Proof, false));
}

/// P26: raw and JPEG of one shot are one photograph; a name that nothing has is new, and flagged.
#[tokio::test]
async fn stems_match_and_what_matches_nothing_is_flagged() {
    let folder = Folder::new().await;
    folder.put("IMG_1.tif", 10).await;
    folder.incoming(true, Stage::Final).await;
    folder.put("IMG_1.jpg", 20).await;
    assert_eq!(folder.only().await.number, 2);
    folder.put("IMG_2.jpg", 30).await;
    let photos = folder.photos().await;
    let fresh: Vec<(&str, bool)> = photos
        .iter()
        .map(|photo| (photo.file_name.as_str(), photo.fresh))
        .collect();
    assert!(fresh.contains(&("IMG_1.tif", false)) && fresh.contains(&("IMG_2.jpg", true)));
}

/// 4.5: several hits wait for the photographer, whose answer holds, also for the next file under that key.
#[tokio::test]
async fn several_hits_wait_until_one_is_chosen() {
    let folder = Folder::new().await;
    folder.put("A/x.jpg", 10).await;
    folder.put("B/x.jpg", 20).await;
    folder.incoming(true, Stage::Final).await;
    let (gallery, table) = (folder.gallery.id, &folder.table);
    let file = folder.file("C/x.jpg", 30);
    assert_eq!(folder.claim(&file).await, Claim::Waiting);
    assert_eq!(folder.claim(&file).await, Claim::Done, "said again");
    let waiting = table.waiting(gallery).await.unwrap();
    let a = PhotoId::of_key(&folder.key("A/x.jpg"));
    let b = PhotoId::of_key(&folder.key("B/x.jpg"));
    let mut candidates = waiting[0].candidates.clone();
    candidates.sort();
    let mut both = [a.clone(), b.clone()];
    both.sort();
    assert_eq!(candidates, both);
    assert_eq!((waiting[0].file_name.as_str(), waiting.len()), ("x.jpg", 1));
    let settled = table.settled(gallery).await.unwrap();
    assert!(
        settled.iter().any(|object| object.key == file.found.key),
        "invariant 1"
    );

    let id = &waiting[0].id;
    let nobody = Choice::Replace(PhotoId::of_key("nobody"));
    let answer = table.resolve_waiting(gallery, id, &nobody).await.unwrap();
    assert_eq!(answer, ResolvedWaiting::NoPhoto);
    let choice = Choice::Replace(b.clone());
    let answer = table.resolve_waiting(gallery, id, &choice).await.unwrap();
    let key = file.found.key.clone();
    assert_eq!(answer, ResolvedWaiting::Done { key });
    assert_eq!(
        table
            .resolve_waiting(gallery, id, &Choice::New)
            .await
            .unwrap(),
        ResolvedWaiting::Gone,
        "answered once"
    );
    assert!(table.waiting(gallery).await.unwrap().is_empty());
    assert_eq!(folder.settle(&file).await, Committed::Taken);
    assert_eq!(
        folder.versions(&b).await,
        [(1, 20, Stage::Undefined), (2, 30, Stage::Final)]
    );
    folder.put("C/x.jpg", 40).await;
    assert_eq!(folder.versions(&b).await.len(), 3);
    assert_eq!(folder.photos().await.len(), 2);
}

/// 4.5: *New* and *Leave* are answers too, and a file that waits no longer can be deleted.
#[tokio::test]
async fn what_waits_may_be_new_be_left_or_go() {
    let folder = Folder::new().await;
    folder.put("A/x.jpg", 10).await;
    folder.put("B/x.jpg", 20).await;
    folder.incoming(true, Stage::Final).await;
    let (gallery, table) = (folder.gallery.id, &folder.table);
    let [new, left, gone] = [("C", 30), ("D", 40), ("E", 50)]
        .map(|(section, content)| folder.file(&format!("{section}/x.jpg"), content));
    for file in [&new, &left, &gone] {
        assert_eq!(folder.claim(file).await, Claim::Waiting);
    }
    let id = |file: &File| PhotoId::of_key(&file.found.key);
    for (file, choice) in [(&new, Choice::New), (&left, Choice::Leave)] {
        let answer = table.resolve_waiting(gallery, &id(file), &choice).await;
        assert!(matches!(answer.unwrap(), ResolvedWaiting::Done { .. }));
    }
    assert_eq!(folder.settle(&new).await, Committed::Taken);
    assert_eq!(folder.claim(&left).await, Claim::Done);
    assert_eq!(folder.delete(&gone, &[&new, &left]).await, Gone::Unseen);
    assert!(table.waiting(gallery).await.unwrap().is_empty());
    let photos = folder.photos().await;
    assert_eq!(photos.len(), 3);
    let added = photos.iter().find(|photo| photo.id == id(&new)).unwrap();
    assert_eq!((added.stage, added.fresh), (Stage::Final, false));
}

/// 4.5: two files of one batch with the same stem are asked about, whichever comes first, also when both are new and also
/// when two workers see them at the same time. Later is another batch.
#[tokio::test]
async fn two_of_one_batch_are_not_guessed() {
    for known in [true, false] {
        let folder = Folder::new().await;
        if known {
            folder.put("IMG_1.png", 10).await;
        }
        folder.incoming(true, Stage::Final).await;
        let (jpeg, tiff) = (folder.file("IMG_1.jpg", 20), folder.file("IMG_1.tif", 30));
        let claims = futures::join!(folder.claim(&jpeg), folder.claim(&tiff));
        let waits = [&claims.0, &claims.1].map(|claim| *claim == Claim::Waiting);
        assert_eq!(
            waits.iter().filter(|waits| **waits).count(),
            1,
            "{claims:?}"
        );
        assert_eq!(folder.photos().await.len(), 1);
        let waiting = folder.table.waiting(folder.gallery.id).await.unwrap();
        assert_eq!(waiting[0].candidates, [folder.only().await.id]);

        let webp = folder.file("IMG_1.webp", 40);
        assert_eq!(folder.claim(&webp).await, Claim::Waiting);
        folder.later(61);
        folder.put("Later/IMG_1.gif", 50).await;
    }
}

/// P31: a folder put twice changes nothing, also after finals took the proofs' place, also if S3 names the same bytes
/// otherwise; only the version to fetch is the newer one.
#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let folder = Folder::new().await;
    let proof = folder.put("IMG_1.jpg", 10).await;
    folder.incoming(true, Stage::Final).await;
    let id = folder.only().await.id;

    let (before, revision) = (folder.only().await, folder.revision().await);
    folder.later(1);
    assert_eq!(folder.claim(&proof.again("second")).await, Claim::Done);
    let after = folder.only().await;
    assert_eq!(after.version.id, "second");
    let version = before.version.clone();
    assert_eq!(
        Photo { version, ..after },
        before,
        "no new state, no new number"
    );
    let first = folder.table.version(folder.gallery.id, &id, 1).await;
    assert_eq!(first.unwrap().unwrap().version.id, "second");

    let last = folder.put("Finals/IMG_1.jpg", 20).await;
    folder.mark(&id, Stage::Proof).await;
    let shown = folder.only().await;
    for file in [proof.again("third"), last.again("fourth")] {
        assert_eq!(folder.claim(&file).await, Claim::Done);
    }
    let mut sent_in_parts = proof.again("fifth");
    sent_in_parts.found.version.etag = "other-2".into();
    sent_in_parts.found.uploaded = folder.now() + 5.minutes();
    assert_eq!(folder.settle(&sent_in_parts).await, Committed::Unchanged);
    let version = shown.version.clone();
    let after = folder.only().await;
    assert_eq!(after.version.id, "fourth");
    assert_eq!(Photo { version, ..after }, shown);
    assert_eq!(folder.versions(&id).await.len(), 2);
    assert_eq!(
        folder.revision().await,
        revision + 2,
        "the final and the mark"
    );
}

/// P27: a file under its own key is a new version with the setting's state where names replace, and keeps the
/// photograph's state where they do not; the form's word counts before both.
#[tokio::test]
async fn states_come_from_the_form_the_setting_or_stay() {
    let folder = Folder::new().await;
    folder.put("IMG_1.jpg", 10).await;
    let id = folder.only().await.id;
    folder.mark(&id, Stage::Proof).await;
    folder.put("IMG_1.jpg", 20).await;
    assert_eq!(folder.only().await.stage, Stage::Proof);
    folder.incoming(true, Stage::Final).await;
    folder.put("IMG_1.jpg", 30).await;
    assert_eq!(folder.only().await.stage, Stage::Final);
    let said = folder
        .file("IMG_1.jpg", 40)
        .wishes(None, Some(Stage::Undefined));
    folder.settle(&said).await;
    assert_eq!(folder.only().await.stage, Stage::Undefined);
}

/// P26, P28: what the form said decides before names and settings do.
#[tokio::test]
async fn the_forms_word_decides() {
    let folder = Folder::new().await;
    folder.put("A/x.jpg", 10).await;
    folder.put("B/x.jpg", 20).await;
    let b = PhotoId::of_key(&folder.key("B/x.jpg"));
    let any_name = folder
        .file("retouched.png", 30)
        .wishes(Some(Replaces::Photo(b.clone())), Some(Stage::Final));
    folder.settle(&any_name).await;
    let photos = folder.photos().await;
    let shown = photos.iter().find(|photo| photo.id == b).unwrap();
    assert_eq!((shown.file_name.as_str(), shown.number), ("x.jpg", 2));
    assert_eq!((shown.stage, photos.len()), (Stage::Final, 2));

    folder.incoming(true, Stage::Final).await;
    let new = folder
        .file("C/x.jpg", 40)
        .wishes(Some(Replaces::New), Some(Stage::Proof));
    folder.settle(&new).await;
    let gone = PhotoId::of_key("gone");
    let lost = folder
        .file("D/x.jpg", 50)
        .wishes(Some(Replaces::Photo(gone)), None);
    folder.settle(&lost).await;
    assert_eq!(folder.photos().await.len(), 4);
}

/// an object that is older than what is shown, heard of late, does not take its place.
#[tokio::test]
async fn an_older_file_of_another_key_changes_nothing() {
    let folder = Folder::new().await;
    folder.put("IMG_1.jpg", 10).await;
    folder.incoming(true, Stage::Final).await;
    let late = folder.file("IMG_1.jpg", 15);
    let last = folder.put("IMG_1.tif", 20).await;
    let shown = folder.only().await;
    let than = last.found.key.clone();
    assert_eq!(folder.settle(&late).await, Committed::Older { than });
    assert_eq!(folder.claim(&late).await, Claim::Done);
    assert_eq!(folder.only().await, shown);
}

/// P26: a final that is deleted gives its place back to the proof, with the proof's state; a proof that is deleted while
/// the final is shown changes nothing; the photograph goes with its last file.
#[tokio::test]
async fn a_deleted_file_gives_its_place_back() {
    let folder = Folder::new().await;
    let proof = folder.put("IMG_1.jpg", 10).await;
    let id = folder.only().await.id;
    folder.mark(&id, Stage::Proof).await;
    folder.incoming(true, Stage::Final).await;
    let last = folder.put("IMG_1.tif", 20).await;

    assert_eq!(folder.delete(&last, &[&proof]).await, Gone::Fell);
    let photo = folder.only().await;
    assert_eq!((photo.number, photo.stage), (3, Stage::Proof));
    assert_eq!(
        (&photo.key, &photo.version),
        (&proof.found.key, &proof.found.version)
    );

    folder.later(61);
    assert_eq!(folder.settle(&last.again("back")).await, Committed::Taken);
    let shown = folder.only().await;
    assert_eq!((shown.number, shown.stage), (4, Stage::Final));
    assert_eq!(folder.delete(&proof, &[&last]).await, Gone::Unseen);
    assert_eq!(folder.only().await, shown);

    let Gone::Removed(photo, pictures) = folder.delete(&last, &[]).await else {
        panic!("it has no file left");
    };
    assert_eq!(photo, id);
    let mut contents: Vec<u32> = pictures.iter().map(|picture| picture.crc32).collect();
    contents.sort_unstable();
    assert_eq!(contents, [10, 20]);
    assert!(folder.photos().await.is_empty());
    assert!(folder.versions(&id).await.is_empty());
    assert!(
        folder
            .table
            .settled(folder.gallery.id)
            .await
            .unwrap()
            .is_empty()
    );
}

/// P26: where the file that is to stand in was never shown, it is worked on, and takes the state of the last of its key.
#[tokio::test]
async fn a_file_that_was_never_shown_stands_in_when_it_is_read() {
    let folder = Folder::new().await;
    folder.put("IMG_1.jpg", 10).await;
    let id = folder.only().await.id;
    folder.mark(&id, Stage::Proof).await;
    folder.incoming(true, Stage::Final).await;
    let late = folder.file("IMG_1.jpg", 15);
    let last = folder.put("IMG_1.tif", 20).await;
    folder.settle(&late).await;
    let key = late.found.key.clone();
    assert_eq!(folder.delete(&last, &[&late]).await, Gone::Say(key));
    let claimed = folder.yours(&late).await;
    let than = last.found.key.clone();
    let older = Committed::Older { than: than.clone() };
    assert_eq!(folder.commit(&claimed, &late).await, older);
    let claimed = claimed.over(than);
    assert_eq!(folder.commit(&claimed, &late).await, Committed::Taken);
    let photo = folder.only().await;
    assert_eq!(photo.picture().unwrap().crc32, 15);
    assert_eq!((photo.number, photo.stage), (3, Stage::Proof));
    assert_eq!(folder.settle(&last.again("back")).await, Committed::Taken);
}

/// P26: an earlier version is brought back under a new number, with the state it had, unless somebody replaced it since.
#[tokio::test]
async fn an_earlier_version_can_be_restored() {
    let folder = Folder::new().await;
    let proof = folder.put("IMG_1.jpg", 10).await;
    let id = folder.only().await.id;
    folder.mark(&id, Stage::Proof).await;
    folder.incoming(true, Stage::Final).await;
    let last = folder.put("IMG_1.tif", 20).await;
    let (gallery, table, now) = (folder.gallery.id, &folder.table, folder.now());
    let restore = async |number, seen| {
        table
            .restore(gallery, &id, number, seen, now)
            .await
            .unwrap()
    };

    assert_eq!(restore(1, 1).await, Restored::Stale);
    assert_eq!(restore(7, 2).await, Restored::NoVersion);
    assert_eq!(restore(2, 2).await, Restored::Done(2));
    let revision = folder.revision().await;
    assert_eq!(restore(1, 2).await, Restored::Done(3));
    assert_eq!(restore(1, 2).await, Restored::Stale, "pressed twice");
    assert_eq!(folder.revision().await, revision + 1);
    let photo = folder.only().await;
    assert_eq!((photo.number, photo.stage), (3, Stage::Proof));
    assert_eq!(
        (&photo.key, &photo.version),
        (&proof.found.key, &proof.found.version)
    );
    let third = table.version(gallery, &id, 3).await.unwrap().unwrap();
    assert_eq!(third.restored_from, Some(1));

    // a duplicate event of the final does not undo it
    assert_eq!(folder.claim(&last).await, Claim::Done);
    assert_eq!(folder.claim(&last.again("twice")).await, Claim::Done);
    assert_eq!(folder.only().await, photo);
    let nobody = PhotoId::of_key("nobody");
    let gone = table.restore(gallery, &nobody, 1, 1, now).await.unwrap();
    assert_eq!(gone, Restored::Gone);
}

/// two keys of one photograph whose workers finish at the same time: both are versions, one is shown, nothing
/// stands half.
#[tokio::test]
async fn two_keys_cannot_both_move_the_pointer() {
    let folder = Folder::new().await;
    folder.put("IMG_1.jpg", 10).await;
    let id = folder.only().await.id;
    let wish = || Some(Replaces::Photo(id.clone()));
    let (a, b) = (
        folder.file("a.jpg", 20).wishes(wish(), None),
        folder.file("b.jpg", 30).wishes(wish(), None),
    );
    let (mine, yours) = (folder.yours(&a).await, folder.yours(&b).await);
    let (first, second) = futures::join!(folder.commit(&mine, &a), folder.commit(&yours, &b));
    assert_eq!(second, Committed::Taken);
    let photo = folder.only().await;
    assert_eq!(photo.picture().unwrap().crc32, 30, "the newer one");
    let versions = folder.versions(&id).await;
    assert_eq!(versions.len() == 3, first == Committed::Taken);
    assert_eq!(usize::try_from(photo.number).unwrap(), versions.len());
}

/// whatever moment a worker dies at, the version before is shown, and the file comes after the lease.
#[tokio::test]
async fn a_worker_that_dies_leaves_the_old_version_shown() {
    let folder = Folder::new().await;
    folder.put("IMG_1.jpg", 10).await;
    folder.incoming(true, Stage::Final).await;
    let shown = folder.only().await;
    let last = folder.file("IMG_1.tif", 20);
    folder.yours(&last).await;
    assert_eq!(folder.only().await, shown);
    assert!(matches!(folder.claim(&last).await, Claim::Busy { .. }));
    folder.later(1);
    assert_eq!(folder.settle(&last).await, Committed::Taken);
    assert_eq!(folder.only().await.id, shown.id);
}

/// Photographs from before versions were counted and keys remembered: an event of theirs changes nothing, and their first
/// replacement keeps what they were.
#[tokio::test]
async fn photographs_from_before_are_replaced_too() {
    let (table, client) = engine().await;
    let folder = Folder::of(table).await;
    let old = folder.put("IMG_1.jpg", 10).await;
    let id = folder.only().await.id;
    let partition = keys::gallery_partition(folder.gallery.id);
    for item in items(&client, &partition).await {
        let key = keys::Key {
            pk: item["PK"].as_s().unwrap().clone(),
            sk: item["SK"].as_s().unwrap().clone(),
        };
        let (update, delete) = (
            key.sk.starts_with(keys::PHOTO),
            key.sk.starts_with(keys::ALIAS) || key.sk.starts_with(keys::VERSION),
        );
        if update {
            let call = client.update_item().table_name("table");
            let call = call.set_key(Some(key.attributes()));
            call.update_expression("REMOVE n SET fence = :one")
                .expression_attribute_values(":one", AttributeValue::N("1".into()))
                .send()
                .await
                .unwrap();
        } else if delete {
            let call = client.delete_item().table_name("table");
            call.set_key(Some(key.attributes())).send().await.unwrap();
        }
    }
    let folder = Folder {
        table: again(&client),
        ..folder
    };
    assert!(folder.versions(&id).await.is_empty());
    assert_eq!(folder.claim(&old).await, Claim::Done);
    assert_eq!(folder.claim(&old).await, Claim::Done);
    folder.incoming(true, Stage::Final).await;
    let last = folder.put("IMG_1.tif", 20).await;
    assert_eq!(
        folder.versions(&id).await,
        [(1, 10, Stage::Undefined), (2, 20, Stage::Final)]
    );
    assert_eq!(folder.only().await.number, 2);
    assert_eq!(folder.claim(&old.again("twice")).await, Claim::Done);
    assert_eq!(folder.delete(&last, &[&old]).await, Gone::Fell);
    assert_eq!(folder.only().await.key, old.found.key);
}

/// P26: a photograph that was never claimed since, and is replaced from another key at once, keeps its first key known.
#[tokio::test]
async fn a_first_key_is_remembered_when_another_takes_its_place() {
    let (table, client) = engine().await;
    let folder = Folder::of(table).await;
    let old = folder.put("IMG_1.jpg", 10).await;
    let id = folder.only().await.id;
    for key in [
        keys::alias(folder.gallery.id, &id),
        keys::version(folder.gallery.id, &id, 1),
    ] {
        let call = client.delete_item().table_name("table");
        call.set_key(Some(key.attributes())).send().await.unwrap();
    }
    let call = client.update_item().table_name("table");
    call.set_key(Some(keys::photo(folder.gallery.id, &id).attributes()))
        .update_expression("REMOVE n")
        .send()
        .await
        .unwrap();
    folder.incoming(true, Stage::Final).await;
    folder.put("IMG_1.tif", 20).await;
    let settled = folder.table.settled(folder.gallery.id).await.unwrap();
    assert_eq!(settled.len(), 2);
    assert_eq!(folder.claim(&old).await, Claim::Done);
    assert_eq!(folder.only().await.number, 2);
}

/// P26: a file that cannot be read never takes a photograph away, whatever key it comes under.
#[tokio::test]
async fn what_cannot_be_read_is_refused_and_told() {
    let folder = Folder::new().await;
    folder.put("IMG_1.jpg", 10).await;
    folder.incoming(true, Stage::Final).await;
    let shown = folder.only().await;
    let mut broken = folder.file("IMG_1.tif", 20);
    broken.readable = false;
    assert_eq!(folder.settle(&broken).await, Committed::Refused);
    let told = folder.only().await;
    let refused = told.refused.clone().unwrap();
    assert_eq!(refused.key, broken.found.key);
    assert_eq!(
        Photo {
            refused: None,
            ..told
        },
        shown
    );
    assert_eq!(folder.delete(&broken, &[]).await, Gone::Unseen);
    assert_eq!(folder.only().await, shown, "the refusal went with its file");
}
