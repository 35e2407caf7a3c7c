//! Files that are put again, late, at once or from before: nothing goes back, nothing stands half.

use super::{File, Folder};
use crate::{again, engine, items};
use aws_sdk_dynamodb::types::AttributeValue;
use domain::activity::What;
use domain::photo::{Photo, Stage};
use domain::replace::Replaces;
use jiff::ToSpan as _;
use table::{Claim, Committed, Gone, keys};

/// P31: a folder put twice changes nothing, also after finals took the proofs' place, also if S3 names the same bytes
/// otherwise; only the version to fetch is the newer one.
#[tokio::test]
async fn the_same_file_again_changes_nothing() {
    let folder = Folder::new().await;
    let proof = folder.put("IMG_1.jpg", 10).await;
    folder.incoming(true, Stage::Final).await;
    let id = folder.only().await.id;
    folder.mark(&id, Stage::Final).await;

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
    assert_eq!(folder.revision().await, revision + 1, "the final");
}

/// P27, P48: a photograph that needed no retouching comes as Final with the bytes it has: its state rises, once, without a
/// new version, and the studio reads so; what is only said again takes back nothing that was marked since, and a
/// lower state lowers nothing (P31).
#[tokio::test]
async fn the_same_file_put_as_final_is_final() {
    for (id, etag) in [("second", "e10"), ("second", "sent in parts-2")] {
        let folder = Folder::new().await;
        let proof = folder.put("IMG_1.jpg", 10).await;
        let photo = folder.only().await.id;
        folder.mark(&photo, Stage::Proof).await;
        let (before, revision) = (folder.only().await, folder.revision().await);
        let put = async |file: &File| {
            folder.later(1);
            if let Claim::Yours(claimed) = folder.claim(file).await {
                folder.commit(&claimed, file).await;
            }
        };
        let mut again = proof.again(id).wishes(None, Some(Stage::Final));
        again.found.version.etag = etag.into();
        put(&again).await;
        let after = folder.only().await;
        let version = again.found.version.clone();
        let raised = Photo {
            version,
            stage: Stage::Final,
            ..before
        };
        assert_eq!(after, raised, "nothing but its state, {etag}");
        assert_eq!(folder.versions(&photo).await.len(), 1);
        assert_eq!(folder.revision().await, revision + 1, "lists are read anew");
        let told = || async {
            let (table, gallery) = (&folder.table, Some(folder.gallery.id));
            let events = table.events(gallery, 9, None, folder.now()).await;
            events.unwrap().0
        };
        let change = "the same file came again as Final".to_owned();
        let file_name = after.file_name.clone();
        let what = What::Replaced {
            photo: photo.clone(),
            file_name,
            change,
        };
        assert_eq!(
            told().await.iter().map(|e| &e.what).collect::<Vec<_>>(),
            [&what]
        );

        // the same folder once more, as Final and as Proof
        let mut third = again.again("third");
        put(&third).await;
        third.found.wish.stage = Some(Stage::Proof);
        put(&third.again("fourth")).await;
        assert_eq!(folder.revision().await, revision + 1);
        assert_eq!(told().await.len(), 1);

        // marked back by hand: the event of before, heard again, says nothing
        folder.mark(&photo, Stage::Proof).await;
        put(&third.again("fourth").wishes(None, Some(Stage::Final))).await;
        assert_eq!(folder.only().await.stage, Stage::Proof);
    }
}

/// P48: where a gallery says that files put into its folder are Final, that holds for a file of the same bytes too, also
/// under another key; proofs that are put again while a final is shown raise nothing.
#[tokio::test]
async fn the_gallery_says_the_state_of_the_same_file_too() {
    let folder = Folder::new().await;
    let proof = folder.put("Ceremony/IMG_1.jpg", 10).await;
    let other = folder.put("Ceremony/IMG_2.jpg", 20).await;
    let stages = async || {
        let mut photos = folder.photos().await;
        photos.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        photos
            .iter()
            .map(|photo| (photo.stage, photo.number))
            .collect::<Vec<_>>()
    };
    folder.incoming(true, Stage::Final).await;
    assert_eq!(folder.claim(&proof.again("second")).await, Claim::Done);
    let unretouched = folder.file("Finals/IMG_2.jpg", 20);
    assert_eq!(folder.settle(&unretouched).await, Committed::Raised);
    assert_eq!(stages().await, [(Stage::Final, 1), (Stage::Final, 1)]);

    folder.put("Finals/IMG_1.jpg", 30).await;
    let ids: Vec<_> = folder
        .photos()
        .await
        .into_iter()
        .map(|photo| photo.id)
        .collect();
    for id in &ids {
        folder.mark(id, Stage::Proof).await;
    }
    assert_eq!(folder.claim(&proof.again("third")).await, Claim::Done);
    assert_eq!(stages().await, [(Stage::Proof, 2), (Stage::Proof, 1)]);
    assert_eq!(folder.claim(&unretouched.again("third")).await, Claim::Done);
    assert_eq!(stages().await, [(Stage::Proof, 2), (Stage::Final, 1)]);
    for id in &ids {
        folder.mark(id, Stage::Proof).await;
    }
    assert_eq!(folder.claim(&unretouched.again("third")).await, Claim::Done);
    assert_eq!(
        folder.claim(&other).await,
        Claim::Done,
        "the bucket's own event, late"
    );
    assert_eq!(stages().await, [(Stage::Proof, 2), (Stage::Proof, 1)]);
}

/// P48, R-1.4: a state that is marked while the same file is settled is raised from where it stands; a worker that lost its
/// claim raises nothing.
#[tokio::test]
async fn an_overtaken_worker_raises_nothing() {
    let folder = Folder::new().await;
    let proof = folder.put("IMG_1.jpg", 10).await;
    let mut again = proof.again("second").wishes(None, Some(Stage::Final));
    again.found.version.etag = "sent in parts-2".into();
    let claimed = folder.yours(&again).await;
    folder.later(1);
    let newer = folder.put("IMG_1.jpg", 20).await;
    assert_eq!(folder.commit(&claimed, &again).await, Committed::Overtaken);
    let photo = folder.only().await;
    assert_eq!(
        (photo.stage, photo.version),
        (Stage::Undefined, newer.found.version)
    );
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
