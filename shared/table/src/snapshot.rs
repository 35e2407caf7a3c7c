//! What was confirmed, as it was then (S22): append-only, in parts where one item cannot hold it.

use crate::error::Error;
use crate::item::{Item, key_of, read, write};
use crate::{Table, keys};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::access::Subject;
use domain::choice::{Label, Stars};
use domain::ids::{CommentId, GalleryId, PhotoId};
use domain::selection::{Picked, Snapshot};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const KIND: &str = "snapshot";

/// A snapshot has so many photographs at most.
pub const MOST_PICKED: usize = 20_000;
/// A part's bytes: an item holds 400 KB.
const PART: usize = 200_000;

#[derive(Serialize, Deserialize)]
struct SnapshotItem {
    number: u32,
    at: Timestamp,
    subject: Subject,
    message: String,
    extra: u32,
    /// The titles that the photographs' places name.
    sections: Vec<String>,
    /// How many parts follow.
    parts: usize,
}

#[derive(Serialize, Deserialize)]
struct PartItem {
    /// Rows of [`Line`] as JSON: a list of the table's own takes twice the bytes, and a transaction has but four million.
    picked: String,
}

/// Photograph, version, file name, place of its section, stars, label, comments.
type Line = (
    PhotoId,
    u32,
    String,
    usize,
    Option<Stars>,
    Option<Label>,
    Vec<CommentId>,
);

/// What writes a snapshot.
pub(crate) struct SnapshotWrites {
    pub(crate) writes: Vec<TransactWriteItem>,
    pub(crate) bytes: usize,
}

impl Table {
    /// A snapshot as parts of a transaction; `None`: it has more than [`MOST_PICKED`] photographs.
    pub(crate) fn snapshot_writes(
        &self,
        gallery: GalleryId,
        snapshot: &Snapshot,
    ) -> Result<Option<SnapshotWrites>, Error> {
        if snapshot.picked.len() > MOST_PICKED {
            return Ok(None);
        }
        let (sections, parts) = parts(&snapshot.picked)?;
        let Snapshot {
            number, subject, ..
        } = snapshot;
        let head = SnapshotItem {
            number: *number,
            at: snapshot.at,
            subject: subject.clone(),
            message: snapshot.message.clone(),
            extra: snapshot.extra,
            sections,
            parts: parts.len(),
        };
        let titles: usize = head.sections.iter().map(String::len).sum();
        let bytes = parts.iter().map(String::len).sum::<usize>() + titles + head.message.len();
        let key = keys::snapshot(gallery, subject, *number);
        let mut writes = vec![self.put_new_with_others(write(KIND, &key, &head)?)?];
        for (place, picked) in parts.into_iter().enumerate() {
            let key = keys::snapshot_part(gallery, subject, *number, place);
            writes.push(self.put_new_with_others(write(KIND, &key, &PartItem { picked })?)?);
        }
        Ok(Some(SnapshotWrites { writes, bytes }))
    }

    /// All snapshots of a subject, the first one first.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn snapshots(
        &self,
        gallery: GalleryId,
        subject: &Subject,
    ) -> Result<Vec<Snapshot>, Error> {
        let items = self.said(gallery, &keys::snapshots_of(subject)).await?;
        read_snapshots(items)
    }

    /// One snapshot of a subject.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn snapshot(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        number: u32,
    ) -> Result<Option<Snapshot>, Error> {
        let prefix = keys::snapshot(gallery, subject, number).sk;
        let items = self.said(gallery, &prefix).await?;
        Ok(read_snapshots(items)?.pop())
    }
}

/// The titles of sections, and the photographs in parts that each fit into an item.
fn parts(picked: &[Picked]) -> Result<(Vec<String>, Vec<String>), Error> {
    let mut sections: Vec<String> = Vec::new();
    let mut parts: Vec<String> = Vec::new();
    for picked in picked {
        let known = sections.iter().position(|title| *title == picked.section);
        let section = known.unwrap_or_else(|| {
            sections.push(picked.section.clone());
            sections.len() - 1
        });
        let Picked {
            photo,
            version,
            file_name,
            stars,
            label,
            comments,
            ..
        } = picked;
        let line = (photo, version, file_name, section, stars, label, comments);
        let line = serde_json::to_string(&line).map_err(|e| Error::corrupt(KIND, e))?;
        match parts.last_mut() {
            Some(part) if part.len() + line.len() < PART => {
                part.push(',');
                part.push_str(&line);
            }
            _ => parts.push(format!("[{line}")),
        }
    }
    for part in &mut parts {
        part.push(']');
    }
    Ok((sections, parts))
}

fn read_snapshots(items: Vec<Item>) -> Result<Vec<Snapshot>, Error> {
    let mut snapshots: Vec<(Snapshot, Vec<String>, usize)> = Vec::new();
    for item in items {
        let sk = key_of(&item).map(|key| key.sk).unwrap_or_default();
        // the number has six digits, and a part's number follows it
        let part = sk.rsplit_once('#').is_some_and(|(_, last)| last.len() == 3);
        match snapshots.last_mut() {
            Some((snapshot, sections, parts)) if part => {
                let part: PartItem = read(KIND, item)?;
                snapshot.picked.extend(read_part(&part, sections)?);
                *parts -= 1;
            }
            _ => {
                let head: SnapshotItem = read(KIND, item)?;
                let snapshot = Snapshot {
                    number: head.number,
                    at: head.at,
                    subject: head.subject,
                    message: head.message,
                    extra: head.extra,
                    picked: Vec::new(),
                };
                snapshots.push((snapshot, head.sections, head.parts));
            }
        }
    }
    if snapshots.iter().any(|(_, _, missing)| *missing != 0) {
        return Err(Error::Gone { kind: KIND });
    }
    Ok(snapshots
        .into_iter()
        .map(|(snapshot, ..)| snapshot)
        .collect())
}

fn read_part(part: &PartItem, sections: &[String]) -> Result<Vec<Picked>, Error> {
    let lines: Vec<Line> =
        serde_json::from_str(&part.picked).map_err(|e| Error::corrupt(KIND, e))?;
    let picked = |(photo, version, file_name, section, stars, label, comments): Line| {
        let section = sections.get(section).cloned();
        Ok(Picked {
            photo,
            version,
            file_name,
            section: section.ok_or(Error::Gone { kind: "section" })?,
            stars,
            label,
            comments,
        })
    };
    lines.into_iter().map(picked).collect()
}
