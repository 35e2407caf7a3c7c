//! A photograph's row ends at the object that is in the bucket, in whatever order its events come.

use crate::{gallery, morning, table};
use domain::file_name::Place;
use domain::gallery::Gallery;
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Photo, Picture, Shown, Stage, State, Version};
use domain::replace::Wish;
use jiff::{SignedDuration, Timestamp};
use table::{Claim, Claimed, Committed, Found, Gone, Proofs, Table};

const LEASE: SignedDuration = SignedDuration::from_secs(20);

fn found(gallery: &Gallery, version: &str) -> Found {
    let key = format!("{}/Ceremony/IMG_1.jpg", gallery.folder);
    Found {
        place: Place::of_key(&key).unwrap(),
        key,
        version: Version {
            id: version.into(),
            etag: format!("e{version}"),
            size: 7,
        },
        uploaded: morning(),
        wish: Wish::default(),
    }
}

fn ready(gallery: &Gallery, version: &str) -> Photo {
    let found = found(gallery, version);
    Photo {
        id: PhotoId::of_key(&found.key),
        gallery: gallery.id,
        section: found.place.section,
        file_name: found.place.file_name,
        key: found.key,
        version: found.version,
        state: State::Ready(Picture {
            width: 6000,
            height: 4000,
            crc32: u32::MAX - version.parse::<u32>().unwrap(),
            thumbhash: "0a0b".into(),
            average: "808080".into(),
            captured: Some("2026-06-14T15:00:00".into()),
            truncated: false,
            tag: format!("t{version}"),
            renditions: vec![(2048, 2048, 1365), (320, 320, 213)],
            marked: version == "1",
        }),
        uploaded: found.uploaded,
        stage: Stage::Undefined,
        shown: Shown::Everyone,
        number: 1,
        fresh: false,
        refused: None,
    }
}

fn rejected(gallery: &Gallery, version: &str) -> Photo {
    Photo {
        state: State::Rejected {
            code: "not-an-image".into(),
            reason: "No.".into(),
        },
        ..ready(gallery, version)
    }
}

/// The id of a photograph that [`put`] makes.
pub fn id(gallery: &Gallery, name: &str) -> PhotoId {
    PhotoId::of_key(&format!("{}/{name}", gallery.folder))
}

/// A readable photograph without a chapter and without a capture time.
pub async fn put(table: &Table, gallery: &Gallery, name: &str) {
    let key = format!("{}/{name}", gallery.folder);
    let place = Place::of_key(&key).unwrap();
    let mut photo = Photo {
        id: id(gallery, name),
        section: place.section.clone(),
        file_name: place.file_name.clone(),
        key: key.clone(),
        ..ready(gallery, "1")
    };
    if let State::Ready(picture) = &mut photo.state {
        picture.captured = None;
    }
    let found = Found {
        key,
        place,
        ..found(gallery, "1")
    };
    let claim = table.claim(gallery.id, &found, LEASE, morning()).await;
    let Claim::Yours(claimed) = claim.unwrap() else {
        panic!("the row was there already");
    };
    assert_eq!(commit(table, &claimed, &photo).await, Committed::Taken);
}

async fn claim(table: &Table, gallery: &Gallery, version: &str, now: Timestamp) -> Claim {
    table
        .claim(gallery.id, &found(gallery, version), LEASE, now)
        .await
        .unwrap()
}

async fn yours(table: &Table, gallery: &Gallery, version: &str, now: Timestamp) -> Claimed {
    match claim(table, gallery, version, now).await {
        Claim::Yours(claimed) => claimed,
        other => panic!("{other:?}"),
    }
}

async fn commit(table: &Table, claimed: &Claimed, photo: &Photo) -> Committed {
    table.commit(claimed, photo, morning()).await.unwrap()
}

/// The same photograph as the version of this number.
fn numbered(photo: Photo, number: u32) -> Photo {
    Photo { number, ..photo }
}

async fn only(table: &Table, gallery: &Gallery) -> Photo {
    let mut photos = table.photos_of(gallery.id).await.unwrap();
    assert_eq!(photos.len(), 1);
    photos.remove(0)
}

#[tokio::test]
async fn a_photograph_is_claimed_committed_and_read_back() {
    let table = table().await;
    let (g, link) = gallery(&table).await;
    let claimed = yours(&table, &g, "1", morning()).await;
    assert_eq!(only(&table, &g).await.state, State::Processing);
    assert_eq!(
        commit(&table, &claimed, &ready(&g, "1")).await,
        Committed::Taken
    );
    assert_eq!(only(&table, &g).await, ready(&g, "1"));
    let nothing = Proofs::default();
    let (_, listing) = table
        .visit(&link, &nothing, morning())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(listing.photos, [ready(&g, "1")]);
    let id = PhotoId::of_key(&ready(&g, "1").key);
    let (_, photo) = table
        .photo(&link, &nothing, &id, morning())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(photo, Some(ready(&g, "1")));
}

/// a duplicate event costs one conditional write and changes nothing.
#[tokio::test]
async fn a_duplicate_event_changes_nothing() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    for photo in [rejected(&g, "1"), ready(&g, "2")] {
        let claimed = yours(&table, &g, &photo.version.id, morning()).await;
        commit(&table, &claimed, &photo).await;
        let before = table.calls();
        assert_eq!(
            claim(&table, &g, &photo.version.id, morning()).await,
            Claim::Done
        );
        assert_eq!(table.calls() - before, 1);
        assert_eq!(only(&table, &g).await, photo);
    }
}

#[tokio::test]
async fn a_version_in_work_is_not_taken_twice_until_its_lease_ends() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    let first = yours(&table, &g, "1", morning()).await;
    let until = morning() + LEASE;
    assert_eq!(
        claim(&table, &g, "1", morning()).await,
        Claim::Busy { until }
    );
    let second = yours(&table, &g, "1", until).await;
    let photo = ready(&g, "1");
    assert_eq!(commit(&table, &first, &photo).await, Committed::Overtaken);
    assert_eq!(commit(&table, &second, &photo).await, Committed::Taken);
}

/// whoever claimed last read last; an older worker's commit is refused.
#[tokio::test]
async fn a_late_worker_cannot_bring_an_old_version_back() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    let old = yours(&table, &g, "1", morning()).await;
    let new = yours(&table, &g, "2", morning()).await;
    assert_eq!(
        commit(&table, &new, &ready(&g, "2")).await,
        Committed::Taken
    );
    assert_eq!(
        commit(&table, &old, &ready(&g, "1")).await,
        Committed::Overtaken
    );
    assert_eq!(only(&table, &g).await, ready(&g, "2"));
}

/// Replacing: the old picture is shown until the new one is committed (product 4.5). Of the old one stays when it was
/// taken, and so its place, if the new file does not say.
#[tokio::test]
async fn the_old_picture_stands_until_the_new_one_is_committed() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    let one = yours(&table, &g, "1", morning()).await;
    commit(&table, &one, &ready(&g, "1")).await;
    let two = yours(&table, &g, "2", morning()).await;
    assert_eq!(only(&table, &g).await, ready(&g, "1"));
    let mut bare = ready(&g, "2");
    if let State::Ready(picture) = &mut bare.state {
        picture.captured = None;
        picture.thumbhash = "0c0d".into();
    }
    commit(&table, &two, &bare).await;
    if let (State::Ready(picture), State::Ready(old)) = (&mut bare.state, ready(&g, "1").state) {
        picture.captured = old.captured;
    }
    assert_eq!(
        only(&table, &g).await,
        numbered(bare, 2),
        "no other fact of the old one is left"
    );
}

/// P26: a file that cannot be read never takes a picture away; the studio is told of it until another one comes.
#[tokio::test]
async fn a_file_that_cannot_be_read_replaces_nothing() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    let one = yours(&table, &g, "1", morning()).await;
    commit(&table, &one, &ready(&g, "1")).await;
    let two = yours(&table, &g, "2", morning()).await;
    assert_eq!(
        commit(&table, &two, &rejected(&g, "2")).await,
        Committed::Refused
    );
    assert_eq!(claim(&table, &g, "2", morning()).await, Claim::Done);
    let shown = only(&table, &g).await;
    let refused = shown.refused.clone().unwrap();
    assert_eq!(
        (refused.version.as_str(), refused.code.as_str()),
        ("2", "not-an-image")
    );
    let refused = Some(refused);
    assert_eq!(
        shown,
        Photo {
            refused,
            ..ready(&g, "1")
        }
    );
    let three = yours(&table, &g, "3", morning()).await;
    commit(&table, &three, &ready(&g, "3")).await;
    assert_eq!(only(&table, &g).await, numbered(ready(&g, "3"), 2));
}

#[tokio::test]
async fn a_deleted_object_takes_its_row_along_unless_it_came_back() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    let key = found(&g, "1").key;
    assert!(table.claim_gone(g.id, &key).await.unwrap().is_none());
    let one = yours(&table, &g, "1", morning()).await;
    commit(&table, &one, &ready(&g, "1")).await;

    let gone = table.claim_gone(g.id, &key).await.unwrap().unwrap();
    let back = yours(&table, &g, "2", morning()).await;
    assert_eq!(
        table.commit_gone(&gone, &[], morning()).await.unwrap(),
        Gone::Overtaken,
        "by a new upload"
    );
    commit(&table, &back, &ready(&g, "2")).await;

    let gone = table.claim_gone(g.id, &key).await.unwrap().unwrap();
    let pictures = ["2", "1"].map(|version| ready(&g, version).picture().unwrap().clone());
    assert_eq!(
        table.commit_gone(&gone, &[], morning()).await.unwrap(),
        Gone::Removed(PhotoId::of_key(&key), pictures.into())
    );
    assert!(table.photos_of(g.id).await.unwrap().is_empty());
    let gallery = table.gallery(g.id).await.unwrap().unwrap().0;
    assert_eq!(gallery.counts.ready, 0);

    // the same file again is the same photograph, and its numbers go on
    let again = yours(&table, &g, "2", morning()).await;
    commit(&table, &again, &ready(&g, "2")).await;
    assert_eq!(only(&table, &g).await, numbered(ready(&g, "2"), 3));
}

/// The list's counts follow every move between states.
#[tokio::test]
async fn counts_and_revision_follow_every_commit() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    let mut seen = Vec::new();
    for photo in [
        rejected(&g, "1"),
        ready(&g, "2"),
        ready(&g, "3"),
        rejected(&g, "4"),
    ] {
        let claimed = yours(&table, &g, &photo.version.id, morning()).await;
        commit(&table, &claimed, &photo).await;
        let gallery = table.gallery(g.id).await.unwrap().unwrap().0;
        seen.push((
            gallery.revision,
            gallery.counts.ready,
            gallery.counts.rejected,
        ));
    }
    assert_eq!(seen, [(1, 0, 1), (2, 1, 0), (3, 1, 0), (4, 1, 0)]);
}

/// every order of two uploads, with every event said twice, ends at the newer object.
#[tokio::test]
async fn every_order_of_events_ends_at_the_object_that_is_there() {
    for order in [
        ["1", "1", "2", "2"],
        ["1", "2", "1", "2"],
        ["1", "2", "2", "1"],
        ["2", "2", "1", "1"],
    ] {
        let table = table().await;
        let (g, _) = gallery(&table).await;
        for version in order {
            // the event speaks of `version`, but the bucket holds 2: what is read after the claim is 2
            if let Claim::Yours(claimed) = claim(&table, &g, version, morning()).await {
                commit(&table, &claimed, &ready(&g, "2")).await;
            }
        }
        assert_eq!(only(&table, &g).await, ready(&g, "2"), "{order:?}");
    }
}

/// P22, P29: what the studio says of a photograph outlives a replaced file, and is read at the next request.
#[tokio::test]
async fn marks_outlive_a_new_version_and_reach_a_remembered_list() {
    let table = table().await;
    let (g, link) = gallery(&table).await;
    let nothing = Proofs::default();
    let first = yours(&table, &g, "1", morning()).await;
    commit(&table, &first, &ready(&g, "1")).await;
    let listed = async || {
        let found = table.visit(&link, &nothing, morning()).await.unwrap();
        let photo = found.unwrap().1.photos.first().cloned().unwrap();
        (photo.stage, photo.shown)
    };
    assert_eq!(listed().await, (Stage::Undefined, Shown::Everyone));
    let id = PhotoId::of_key(&ready(&g, "1").key);
    let marked = table
        .mark_photos(g.id, &[id], Some(Stage::Final), Some(Shown::ToStudio))
        .await;
    assert_eq!(marked.unwrap(), 1);
    assert_eq!(listed().await, (Stage::Final, Shown::ToStudio));

    let second = yours(&table, &g, "2", morning()).await;
    commit(&table, &second, &ready(&g, "2")).await;
    assert_eq!(listed().await, (Stage::Final, Shown::ToStudio));
}

/// More photographs than one transaction takes, and some that are not there: those that are there are marked.
#[tokio::test]
async fn marking_many_leaves_out_what_is_gone_and_makes_no_row() {
    let table = table().await;
    let (g, _) = gallery(&table).await;
    let mut ids = Vec::new();
    for number in 0..105 {
        let mut found = found(&g, "1");
        found.key = format!("{}/{number}.jpg", g.folder);
        ids.push(PhotoId::of_key(&found.key));
        let claim = table.claim(g.id, &found, LEASE, morning()).await.unwrap();
        assert!(matches!(claim, Claim::Yours(_)));
    }
    ids.push(PhotoId::of_key("gone.jpg"));
    let (stage, shown) = (Some(Stage::Proof), None);
    let marked = table.mark_photos(g.id, &ids, stage, shown).await.unwrap();
    assert_eq!(marked, 105);
    let photos = table.photos_of(g.id).await.unwrap();
    assert_eq!(photos.len(), 105);
    assert!(photos.iter().all(|photo| photo.stage == Stage::Proof));
    let nothing = table.mark_photos(g.id, &ids, None, None).await.unwrap();
    assert_eq!(nothing, 0);
    let gallery = GalleryId::new(morning());
    let elsewhere = table.mark_photos(gallery, &ids, stage, shown).await;
    assert_eq!(elsewhere.unwrap(), 0);
}
