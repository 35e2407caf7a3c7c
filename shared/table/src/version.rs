//! The versions of a photograph: written when its pointer moves, looked at, and restored (P26, 4.5).

use crate::Table;
use crate::error::Error;
use crate::item::{Item, attribute, n, read, s, write};
use crate::keys::{self, Key};
use crate::photo::{Facts, Row, at, facts};
use crate::write::{MEETINGS, part, step_aside};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::file_name::Place;
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Photo, Picture, Stage, State, Version};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// One version of a photograph: an object that was read, and its renditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhotoVersion {
    /// Whose.
    pub photo: PhotoId,
    /// From 1, in the order they took their place.
    pub number: u32,
    /// The object's key in the originals bucket.
    pub key: String,
    /// What the object is called there; the photograph's own name is the camera's.
    pub file_name: String,
    /// The object.
    pub version: Version,
    /// What was read, and the tag that names its renditions.
    pub picture: Picture,
    /// When the object was stored.
    pub uploaded: Timestamp,
    /// The photograph's state with it: as it was last, for an earlier version.
    pub stage: Stage,
    /// The earlier version it brought back.
    pub restored_from: Option<u32>,
    /// When it took its place.
    pub at: Timestamp,
    /// Its photograph went, with the renditions: it can be fetched as what was shipped, and not be restored.
    pub over: bool,
}

/// So long the bucket keeps what was replaced or deleted (the template's lifecycle rule).
const KEPT: SignedDuration = SignedDuration::from_hours(400 * 24);

/// What became of a restoring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restored {
    /// It is the current version again, under this new number; the number it has if it was that already.
    Done(u32),
    /// Another version took the place of the one that was seen.
    Stale,
    /// There is no such version.
    NoVersion,
    /// No object lies under its key any more, or one that nobody has read yet.
    NoFile,
    /// The photograph is gone.
    Gone,
}

/// A version as an item.
#[derive(Serialize, Deserialize)]
struct VersionItem {
    key: String,
    #[serde(default)]
    stage: Stage,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    restored: Option<u32>,
    at: Timestamp,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    over: bool,
    #[serde(flatten)]
    facts: Facts,
}

/// A move of a photograph's pointer.
pub(crate) struct Step<'a> {
    /// From where.
    pub(crate) row: &'a Row,
    /// To the version of this number.
    pub(crate) number: u32,
    pub(crate) key: &'a str,
    pub(crate) version: &'a Version,
    pub(crate) state: &'a State,
    pub(crate) uploaded: Timestamp,
    /// The state it takes; none: the one it has.
    pub(crate) stage: Option<Stage>,
    pub(crate) restored_from: Option<u32>,
    pub(crate) now: Timestamp,
}

impl Table {
    /// All versions of a photograph, newest first. Of one from before versions were counted there is none until it is
    /// replaced: its row says what its only version is.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn versions_of(
        &self,
        gallery: GalleryId,
        photo: &PhotoId,
    ) -> Result<Vec<PhotoVersion>, Error> {
        let from = keys::versions(photo);
        let to = format!("{from}~");
        let items = self
            .range(&keys::gallery_partition(gallery), &from, &to)
            .await?;
        let versions = items
            .into_iter()
            .rev()
            .map(|item| read_version(photo, item));
        let mut versions = versions.collect::<Result<Vec<_>, _>>()?;
        versions.retain(|version| !version.over);
        Ok(versions)
    }

    /// One version of a photograph, also of one that went.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn version(
        &self,
        gallery: GalleryId,
        photo: &PhotoId,
        number: u32,
    ) -> Result<Option<PhotoVersion>, Error> {
        let item = self.get(&keys::version(gallery, photo, number)).await?;
        item.map(|item| read_version(photo, item)).transpose()
    }

    /// These versions of photographs, in as few round trips as they fit into; those that are not kept are missing.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn versions_at(
        &self,
        gallery: GalleryId,
        wanted: &[(&PhotoId, u32)],
    ) -> Result<HashMap<(PhotoId, u32), PhotoVersion>, Error> {
        let key = |(photo, number): &(&PhotoId, u32)| keys::version(gallery, photo, *number);
        let keys: Vec<Key> = wanted.iter().map(key).collect();
        let mut found = self.get_many(&keys).await?;
        let mut versions = HashMap::new();
        for ((photo, number), key) in wanted.iter().zip(&keys) {
            if let Some(item) = found.remove(key) {
                versions.insert(((*photo).clone(), *number), read_version(photo, item)?);
            }
        }
        Ok(versions)
    }

    /// Makes an earlier version the current one again, under a new number and with the state it had, if the one that
    /// was seen is current still. A version whose key has no object is not restored: the photograph would go with it.
    ///
    /// # Errors
    /// When the table does not answer, an item cannot be read, or others moved the photograph all the time.
    pub async fn restore(
        &self,
        gallery: GalleryId,
        photo: &PhotoId,
        number: u32,
        seen: u32,
        now: Timestamp,
    ) -> Result<Restored, Error> {
        for attempt in 0..MEETINGS {
            let Some(row) = self.row_of(gallery, photo).await? else {
                return Ok(Restored::Gone);
            };
            if row.photo.number != seen {
                return Ok(Restored::Stale);
            }
            if number == seen {
                return Ok(Restored::Done(number));
            }
            let old = self.version(gallery, photo, number).await?;
            let Some(old) = old.filter(|old| !old.over) else {
                return Ok(Restored::NoVersion);
            };
            let key = self.alias(gallery, &PhotoId::of_key(&old.key)).await?;
            if key.is_none_or(|key| key.v.is_none()) {
                return Ok(Restored::NoFile);
            }
            let next = row.numbered() + 1;
            let writes = self.step_back(&row, &old, now)?;
            if self.transact(writes).await?.is_ok() {
                return Ok(Restored::Done(next));
            }
            step_aside(attempt).await;
        }
        Err(Error::Met)
    }

    /// The writes that make an earlier version the current one.
    pub(crate) fn step_back(
        &self,
        row: &Row,
        old: &PhotoVersion,
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        self.step(&Step {
            row,
            number: row.numbered() + 1,
            key: &old.key,
            version: &old.version,
            state: &State::Ready(old.picture.clone()),
            uploaded: old.uploaded,
            stage: Some(old.stage),
            restored_from: Some(old.number),
            now,
        })
    }

    /// The writes that move a photograph's pointer: row, new version, and where one stood before, that version as it was
    /// last and the gallery's revision. The first holds only while the row stands where it was seen.
    pub(crate) fn step(&self, step: &Step<'_>) -> Result<Vec<TransactWriteItem>, Error> {
        let photo = &step.row.photo;
        let mut writes = vec![self.point(step)?, self.new_version(step)?];
        if step.row.stands() {
            writes.push(self.keep_version(photo, step.row.numbered())?);
            let revision = self
                .change_with_others(&keys::gallery(photo.gallery))
                .update_expression("SET updated = :now ADD revision :one")
                .condition_expression("attribute_exists(PK)")
                .expression_attribute_values(":now", s(step.now.to_string()))
                .expression_attribute_values(":one", n(1));
            writes.push(part("gallery", revision)?);
            if step.row.n.is_none() && photo.key != step.key {
                writes.push(self.remember_key(photo)?);
            }
        }
        Ok(writes)
    }

    fn point(&self, step: &Step<'_>) -> Result<TransactWriteItem, Error> {
        let photo = &step.row.photo;
        let change = self.change_with_others(&keys::photo(photo.gallery, &photo.id));
        let (change, mut set, mut gone) = facts(change, step.version, step.state, step.uploaded)?;
        let mut change = at(change, step.row)
            .expression_attribute_values(":key", s(step.key))
            .expression_attribute_values(":n", n(step.number));
        if let Some(stage) = step.stage {
            set.push_str(", stage = :stage");
            change = change.expression_attribute_values(":stage", attribute("photo", stage)?);
        }
        if step.row.stands() {
            gone.push_str(", fresh");
        }
        part(
            "photo",
            change.update_expression(format!(
                "SET #key = :key, n = :n, {set} REMOVE refused, lease, claimed{gone}"
            )),
        )
    }

    fn new_version(&self, step: &Step<'_>) -> Result<TransactWriteItem, Error> {
        let photo = &step.row.photo;
        let item = VersionItem {
            key: step.key.to_owned(),
            stage: step.stage.unwrap_or(photo.stage),
            restored: step.restored_from,
            at: step.now,
            over: false,
            facts: Facts::new(step.version, step.state, step.uploaded),
        };
        let key = keys::version(photo.gallery, &photo.id, step.number);
        self.put_new_with_others(write("version", &key, &item)?)
    }

    /// The version that was current until now, as its row says: the studio may have marked it since, and of a photograph
    /// from before versions were counted it is not written yet.
    pub(crate) fn keep_version(
        &self,
        photo: &Photo,
        number: u32,
    ) -> Result<TransactWriteItem, Error> {
        let key = keys::version(photo.gallery, &photo.id, number);
        let change = self.change_with_others(&key);
        let (change, set, gone) = facts(change, &photo.version, &photo.state, photo.uploaded)?;
        let change = change
            .expression_attribute_names("#key", "key")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":key", s(&photo.key))
            .expression_attribute_values(":stage", attribute("version", photo.stage)?)
            .expression_attribute_values(":at", attribute("version", photo.uploaded)?);
        let gone = gone.trim_start_matches(", ");
        part(
            "version",
            change.update_expression(format!(
                "SET #key = :key, stage = :stage, #at = if_not_exists(#at, :at), {set} REMOVE {gone}"
            )),
        )
    }

    /// Its photograph went; the item goes when the bucket's object does.
    pub(crate) async fn end_version(&self, key: &Key, now: Timestamp) -> Result<(), Error> {
        self.change(key)
            .update_expression("SET #over = :yes, #ttl = :end")
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_names("#over", "over")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":end", n((now + KEPT).as_second()))
            .send()
            .await
            .map_err(Error::call("UpdateItem"))?;
        Ok(())
    }

    /// What a row from before keys were remembered says of its key, which is about to leave it.
    fn remember_key(&self, photo: &Photo) -> Result<TransactWriteItem, Error> {
        let key = PhotoId::of_key(&photo.key);
        let change = self
            .change_with_others(&keys::alias(photo.gallery, &key))
            .update_expression(
                "SET #key = :key, photo = if_not_exists(photo, :photo), v = if_not_exists(v, :v), \
                 etag = if_not_exists(etag, :etag), #size = if_not_exists(#size, :size), n = if_not_exists(n, :n)",
            )
            .expression_attribute_names("#key", "key")
            .expression_attribute_names("#size", "size")
            .expression_attribute_values(":key", s(&photo.key))
            .expression_attribute_values(":photo", s(photo.id.as_str()))
            .expression_attribute_values(":v", s(&photo.version.id))
            .expression_attribute_values(":etag", s(&photo.version.etag))
            .expression_attribute_values(":size", n(photo.version.size))
            .expression_attribute_values(":n", n(1));
        part("alias", change)
    }
}

fn read_version(photo: &PhotoId, item: Item) -> Result<PhotoVersion, Error> {
    let corrupt = |what: &'static str| Error::corrupt("version", what);
    let number = crate::item::key_of(&item)
        .and_then(|key| key.sk.rsplit('#').next()?.parse().ok())
        .ok_or_else(|| corrupt("a version without a number"))?;
    let item: VersionItem = read("version", item)?;
    let (version, uploaded) = (item.facts.version(), item.facts.uploaded());
    let State::Ready(picture) = item.facts.state()? else {
        return Err(corrupt("a version without a picture"));
    };
    let place = Place::of_key(&item.key);
    Ok(PhotoVersion {
        photo: photo.clone(),
        number,
        file_name: place.map(|place| place.file_name).unwrap_or_default(),
        key: item.key,
        version,
        picture,
        uploaded,
        stage: item.stage,
        restored_from: item.restored,
        at: item.at,
        over: item.over,
    })
}
