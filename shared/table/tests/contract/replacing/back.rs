//! The way back: deleted files give their place back, earlier versions are restored.

use super::Folder;
use domain::ids::PhotoId;
use domain::photo::Stage;
use table::{Claim, Committed, Gone, Restored};

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
    let shipped = folder.table.version(folder.gallery.id, &id, 4).await;
    let shipped = shipped.unwrap().unwrap();
    assert_eq!((shipped.picture.crc32, shipped.over), (20, true), "P49");
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
    // of a file that was deleted nothing comes back
    assert_eq!(folder.delete(&last, &[&proof]).await, Gone::Unseen);
    assert_eq!(restore(2, 3).await, Restored::NoFile);
    assert_eq!(folder.claim(&last.again("back")).await, Claim::Done);
    assert_eq!(folder.only().await, photo, "put again");
    assert_eq!(restore(2, 3).await, Restored::Done(4));
    let nobody = PhotoId::of_key("nobody");
    let gone = table.restore(gallery, &nobody, 1, 1, now).await.unwrap();
    assert_eq!(gone, Restored::Gone);
}
