//! Schedule to what never came: an upload whose event was lost is said again, a row whose object is gone is removed
//! (R-1.6: every object in originals is *ready* or *rejected with a reason*).
//!
//! It makes no rendition and sends no message: touching an object's tags makes S3 say it again, and the repair takes
//! the ordinary way. Saying an object again that is merely in the queue costs one HEAD and one conditional write.
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

use bucket::{Listed, Originals, Renditions};
use domain::gallery::Gallery;
use domain::photo::{Photo, State};
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};
use table::Table;

/// What the function works with.
#[derive(Clone, Debug)]
pub struct Broom {
    /// Rows.
    pub table: Table,
    /// Where photographs come from.
    pub originals: Originals,
    /// Where renditions of deleted photographs are removed.
    pub renditions: Renditions,
}

/// What a run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Report {
    /// Galleries compared with their folder.
    pub galleries: usize,
    /// Objects said again because no row stands at their version.
    pub repaired: usize,
    /// Rows removed because their object is gone.
    pub orphans: usize,
}

/// The outside did not answer; the next run does what this one left.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The table.
    #[error(transparent)]
    Table(#[from] table::Error),
    /// A bucket.
    #[error(transparent)]
    Bucket(#[from] bucket::Error),
}

/// Galleries touched within a day are compared at every run, all others once a day.
const RECENT: SignedDuration = SignedDuration::from_hours(24);

/// One run.
///
/// # Errors
/// When the table or a bucket does not answer.
pub async fn sweep(broom: &Broom, now: Timestamp) -> Result<Report, Fault> {
    let mut report = Report::default();
    let galleries = broom.table.galleries().await?;
    let daily = first_of_day(now);
    for gallery in &galleries {
        if daily || gallery.updated + RECENT > now {
            compare(broom, gallery, now, &mut report).await?;
            report.galleries += 1;
        }
    }
    strays(broom, &galleries, now, &mut report).await?;
    tracing::info!(
        galleries = report.galleries,
        repaired = report.repaired,
        orphans = report.orphans,
        "Swept the originals"
    );
    Ok(report)
}

/// Whether this is the day's first run of a quarter-hourly schedule.
fn first_of_day(now: Timestamp) -> bool {
    now.as_second().rem_euclid(86_400) < 900
}

async fn compare(
    broom: &Broom,
    gallery: &Gallery,
    now: Timestamp,
    report: &mut Report,
) -> Result<(), Fault> {
    let listed = broom
        .originals
        .list(&format!("{}/", gallery.folder))
        .await?;
    let rows = broom.table.photos_of(gallery.id).await?;
    for key in unsettled(&listed, &rows) {
        broom.originals.say_again(key, now).await?;
        report.repaired += 1;
    }
    for photo in gone(&listed, &rows) {
        report.orphans += usize::from(remove(broom, photo, now).await?);
    }
    Ok(())
}

/// Objects that no finished row stands at. The entity tag is compared, for a listing does not say the version.
fn unsettled<'a>(listed: &'a [Listed], rows: &[Photo]) -> Vec<&'a str> {
    let done: HashMap<&str, &str> = rows
        .iter()
        .filter(|photo| photo.state != State::Processing)
        .map(|photo| (photo.key.as_str(), photo.version.etag.as_str()))
        .collect();
    listed
        .iter()
        .filter(|object| !object.key.ends_with('/'))
        .filter(|object| done.get(object.key.as_str()) != Some(&object.etag.as_str()))
        .map(|object| object.key.as_str())
        .collect()
}

/// Rows without an object.
fn gone<'a>(listed: &[Listed], rows: &'a [Photo]) -> Vec<&'a Photo> {
    let there: HashSet<&str> = listed.iter().map(|object| object.key.as_str()).collect();
    rows.iter()
        .filter(|photo| !there.contains(photo.key.as_str()))
        .collect()
}

/// Removes a row, if after the claim the object is still gone.
async fn remove(broom: &Broom, photo: &Photo, now: Timestamp) -> Result<bool, Fault> {
    let Some(claimed) = broom.table.claim_gone(photo.gallery, &photo.key).await? else {
        return Ok(false);
    };
    let listed = broom.originals.list(&photo.key).await?;
    if listed.iter().any(|object| object.key == photo.key) {
        return Ok(false);
    }
    let Some(old) = broom.table.commit_gone(&claimed, now).await? else {
        return Ok(false);
    };
    if let Some(picture) = old.picture() {
        broom
            .renditions
            .remove(old.gallery, &old.id, picture)
            .await?;
    }
    Ok(true)
}

/// Objects outside every gallery's folder that were not noted yet.
async fn strays(
    broom: &Broom,
    galleries: &[Gallery],
    now: Timestamp,
    report: &mut Report,
) -> Result<(), Fault> {
    let folders: HashSet<&str> = galleries.iter().map(|g| g.folder.as_str()).collect();
    let noted = broom.table.strays().await?;
    let noted: HashSet<(&str, &str)> = noted
        .iter()
        .map(|stray| (stray.key.as_str(), stray.version.as_str()))
        .collect();
    let top = broom.originals.top().await?;
    let mut outside = top.loose;
    for folder in top.folders {
        if !folders.contains(folder.as_str()) {
            outside.extend(broom.originals.list(&format!("{folder}/")).await?);
        }
    }
    for object in outside.iter().filter(|object| !object.key.ends_with('/')) {
        if !noted.contains(&(object.key.as_str(), object.etag.as_str())) {
            broom.originals.say_again(&object.key, now).await?;
            report.repaired += 1;
        }
    }
    Ok(())
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
            file_name: key.into(),
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

    /// R-1.6: lost, replaced-and-lost and stuck uploads are found; settled ones and folder markers are left alone.
    #[test]
    fn every_object_without_a_settled_row_is_said_again() {
        let bucket = [
            listed("f/lost.jpg", "a"),
            listed("f/replaced.jpg", "new"),
            listed("f/stuck.jpg", "a"),
            listed("f/settled.jpg", "a"),
            listed("f/marker/", "a"),
        ];
        let rows = [
            row("f/replaced.jpg", "old", rejected()),
            row("f/stuck.jpg", "a", State::Processing),
            row("f/settled.jpg", "a", rejected()),
            row("f/deleted.jpg", "a", rejected()),
        ];
        assert_eq!(
            unsettled(&bucket, &rows),
            ["f/lost.jpg", "f/replaced.jpg", "f/stuck.jpg"]
        );
        assert_eq!(gone(&bucket, &rows), [&rows[3]]);
    }

    #[test]
    fn one_run_a_day_compares_everything() {
        let runs = (0..96).map(|quarter| Timestamp::from_second(quarter * 900 + 17).unwrap());
        assert_eq!(runs.filter(|now| first_of_day(*now)).count(), 1);
    }
}
