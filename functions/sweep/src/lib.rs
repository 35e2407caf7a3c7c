//! Schedule to what never came: an upload whose event was lost is said again, a row whose object is gone is removed
//! every object in originals is *ready* or *rejected with a reason*).
//!
//! It makes no rendition and sends no message: touching an object's tags makes S3 say it again, and the repair takes
//! the ordinary way. Saying an object again that is merely in the queue costs one HEAD and one conditional write.
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

/// A gallery's folder beside what the table says of it.
mod compare;
/// What both sides hear without anybody pressing a button.
mod notices;

pub use notices::Told;

use bucket::{Originals, Renditions};
use compare::compare;
use domain::gallery::Gallery;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
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
    /// The studio's time zone: deadlines are ends of days there.
    pub zone: TimeZone,
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
    /// What was told, and what shipped by itself.
    pub told: Told,
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
    let waiting = broom.table.galleries_with_open_orders().await?;
    let mut fault = None;
    for gallery in &galleries {
        let due = waiting.contains(&gallery.id);
        if let Err(e) = notices::all(broom, gallery, due, now, &mut report.told).await {
            // what is wrong in one gallery keeps nothing from the others
            tracing::error!(gallery = %gallery.id, error = %e, "notices of a gallery failed");
            fault = Some(e);
        }
    }
    tracing::info!(
        galleries = report.galleries,
        repaired = report.repaired,
        orphans = report.orphans,
        letters = report.told.letters,
        shipped = report.told.shipped,
        "Swept the originals"
    );
    fault.map_or(Ok(report), Err)
}

/// Whether this is the day's first run of a quarter-hourly schedule.
fn first_of_day(now: Timestamp) -> bool {
    now.as_second().rem_euclid(86_400) < 900
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

    #[test]
    fn one_run_a_day_compares_everything() {
        let runs = (0..96).map(|quarter| Timestamp::from_second(quarter * 900 + 17).unwrap());
        assert_eq!(runs.filter(|now| first_of_day(*now)).count(), 1);
    }
}
