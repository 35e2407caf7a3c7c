//! Which photograph a file is: by name, by stem, by what the form or the photographer said; never guessed.

use super::{File, Folder};
use domain::ids::PhotoId;
use domain::photo::{Photo, Stage, State};
use domain::replace::Replaces;
use table::{Choice, Claim, Committed, Gone, ResolvedWaiting};

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

/// 4.5: whatever time a retouched file names, or leaves out, the photograph was taken when its proof says, and so keeps its
/// place.
#[tokio::test]
async fn a_photograph_keeps_the_time_it_was_taken() {
    let taken = |photo: &Photo| photo.picture().unwrap().captured.clone();
    let first = Some("2026-06-14T15:04:05".to_owned());
    let folder = Folder::new().await;
    folder.incoming(true, Stage::Final).await;
    let times = [first.clone(), None, Some("2026-11-01T09:00:00".to_owned())];
    for (time, path) in times
        .into_iter()
        .zip(["IMG_1.jpg", "A/IMG_1.jpg", "B/IMG_1.jpg"])
    {
        folder.later(120);
        let file = folder.file(
            path,
            path.len() as u32 + 10 + folder.revision().await as u32,
        );
        let claimed = folder.yours(&file).await;
        let mut read = file.read(&folder.gallery);
        if let State::Ready(picture) = &mut read.state {
            picture.captured = time;
        }
        let committed = folder.table.commit(&claimed, &read, folder.now()).await;
        assert_eq!(committed.unwrap(), Committed::Taken);
        assert_eq!(taken(&folder.only().await), first);
    }
    assert_eq!(folder.only().await.number, 3);
}
