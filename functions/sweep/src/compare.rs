//! A gallery's folder beside what the table says of it: what nobody heard of is said again, what is gone leaves.

use crate::{Broom, Fault, Report};
use bucket::Listed;
use domain::file_name::Place;
use domain::gallery::Gallery;
use domain::photo::{Photo, State};
use domain::replace::alike;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use table::{Gone, Settled, Standing};

pub(crate) async fn compare(
    broom: &Broom,
    gallery: &Gallery,
    now: Timestamp,
    report: &mut Report,
) -> Result<(), Fault> {
    let folder = format!("{}/", gallery.folder);
    let listed = broom.originals.list(&folder).await?;
    let rows = broom.table.photos_of(gallery.id).await?;
    let settled = broom.table.settled(gallery.id).await?;
    let unseen = unsettled(&listed, &rows, &settled);
    for key in &unseen {
        broom.originals.say_again(key, now).await?;
        report.repaired += 1;
    }
    let waiting = broom.table.waiting(gallery.id).await?;
    let known = rows.iter().map(|photo| photo.key.as_str());
    let known = known.chain(waiting.iter().map(|waiting| waiting.key.as_str()));
    for key in gone(&listed, known) {
        if heir(&unseen, &rows, key) {
            continue; // the next run finds it in its place
        }
        report.orphans += usize::from(remove(broom, gallery, key, now).await?);
    }
    Ok(())
}

/// Objects that nothing is settled at. The entity tag is compared, for a listing does not say the version. A finished
/// row speaks for its key too: it may be from before keys were remembered.
fn unsettled<'a>(listed: &'a [Listed], rows: &[Photo], settled: &[Settled]) -> Vec<&'a str> {
    let finished = rows
        .iter()
        .filter(|photo| photo.state != State::Processing)
        .map(|photo| (photo.key.as_str(), photo.version.etag.as_str()));
    let settled = settled
        .iter()
        .map(|object| (object.key.as_str(), object.etag.as_str()));
    let done: HashSet<(&str, &str)> = finished.chain(settled).collect();
    listed
        .iter()
        .filter(|object| !object.key.ends_with('/'))
        .filter(|object| !done.contains(&(object.key.as_str(), object.etag.as_str())))
        .map(|object| object.key.as_str())
        .collect()
}

/// Keys that the table speaks of and that have no object.
fn gone<'a>(listed: &[Listed], known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let there: HashSet<&str> = listed.iter().map(|object| object.key.as_str()).collect();
    known.filter(|key| !there.contains(key)).collect()
}

/// Whether a file that nobody has seen yet may mean the photograph that shows this key: it is worked on first (C23).
fn heir(unseen: &[&str], rows: &[Photo], key: &str) -> bool {
    let Some(photo) = rows.iter().find(|photo| photo.key == key) else {
        return false;
    };
    let mut names = unseen.iter().filter_map(|key| Place::of_key(key));
    names.any(|place| alike(&place.file_name, &photo.file_name))
}

/// Removes what the table says of a key, if after the claim the object is still gone.
async fn remove(
    broom: &Broom,
    gallery: &Gallery,
    key: &str,
    now: Timestamp,
) -> Result<bool, Fault> {
    let Some(leaving) = broom.table.claim_gone(gallery.id, key).await? else {
        return Ok(false);
    };
    // listed after the claim: one that came since is seen, or its own event overtakes
    let listed = broom
        .originals
        .list(&format!("{}/", gallery.folder))
        .await?;
    let there: HashMap<&str, &Listed> = listed.iter().map(|o| (o.key.as_str(), o)).collect();
    if there.contains_key(key) {
        return Ok(false);
    }
    let standing = leaving.others().filter_map(|key| there.get(key));
    let standing: Vec<Standing> = standing
        .map(|object| Standing {
            key: object.key.clone(),
            etag: object.etag.clone(),
            uploaded: object.uploaded,
        })
        .collect();
    match broom.table.commit_gone(&leaving, &standing, now).await? {
        Gone::Removed(photo, pictures) => {
            for picture in &pictures {
                broom.renditions.remove(gallery.id, &photo, picture).await?;
            }
            Ok(true)
        }
        Gone::Say(key) => {
            broom.originals.say_again(&key, now).await?;
            Ok(false)
        }
        Gone::Unseen | Gone::Fell => Ok(true),
        Gone::Overtaken => Ok(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{GalleryId, PhotoId};
    use domain::photo::{Shown, Stage, Version};

    fn listed(key: &str, etag: &str) -> Listed {
        Listed {
            key: key.into(),
            etag: etag.into(),
            size: 1,
            uploaded: Timestamp::UNIX_EPOCH,
        }
    }

    fn row(key: &str, etag: &str, state: State) -> Photo {
        Photo {
            id: PhotoId::of_key(key),
            gallery: GalleryId::new(Timestamp::UNIX_EPOCH),
            key: key.into(),
            section: String::new(),
            file_name: Place::of_key(key).unwrap().file_name,
            version: Version {
                id: "1".into(),
                etag: etag.into(),
                size: 1,
            },
            state,
            uploaded: Timestamp::UNIX_EPOCH,
            stage: Stage::default(),
            shown: Shown::default(),
            number: 1,
            fresh: false,
            refused: None,
        }
    }

    fn rejected() -> State {
        State::Rejected {
            code: "c".into(),
            reason: "r".into(),
        }
    }

    /// R-1.6: lost, replaced-and-lost and stuck uploads are found; settled ones and folder markers are left alone, also
    /// those whose photograph shows another file by now (P26).
    #[test]
    fn every_object_that_is_not_settled_is_said_again() {
        let bucket = [
            listed("f/lost.jpg", "a"),
            listed("f/replaced.jpg", "new"),
            listed("f/stuck.jpg", "a"),
            listed("f/settled.jpg", "a"),
            listed("f/proof.jpg", "a"),
            listed("f/proof.tif", "b"),
            listed("f/marker/", "a"),
        ];
        let rows = [
            row("f/replaced.jpg", "old", rejected()),
            row("f/stuck.jpg", "a", State::Processing),
            row("f/settled.jpg", "a", rejected()),
            row("f/deleted.jpg", "a", rejected()),
            row("f/proof.tif", "b", rejected()),
        ];
        let settled = [Settled {
            key: "f/proof.jpg".into(),
            etag: "a".into(),
            size: 1,
            crc32: None,
            photo: None,
        }];
        assert_eq!(
            unsettled(&bucket, &rows, &settled),
            ["f/lost.jpg", "f/replaced.jpg", "f/stuck.jpg"]
        );
        let known = rows.iter().map(|photo| photo.key.as_str());
        assert_eq!(gone(&bucket, known), ["f/deleted.jpg"]);
    }

    /// C23: a photograph does not go while a file that may be its new version was not looked at.
    #[test]
    fn a_photograph_waits_for_its_heir() {
        let rows = [row("f/IMG_1.jpg", "a", rejected())];
        assert!(heir(
            &["f/b.jpg", "f/Finals/img_1.TIF"],
            &rows,
            "f/IMG_1.jpg"
        ));
        assert!(!heir(&["f/b.jpg", "f/IMG_10.jpg"], &rows, "f/IMG_1.jpg"));
        assert!(!heir(&["f/IMG_1.tif"], &rows, "f/waits.jpg"));
    }
}
