//! Objects that wait for the photographer to say which photograph they are (4.5): never guessed, never lost.

use crate::Table;
use crate::error::Error;
use crate::item::{attribute, read, s};
use crate::keys;
use crate::photo::Found;
use crate::write::{if_held, part};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};
use domain::file_name::Place;
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Stage, Version};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An object that may be any of several photographs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Names it, in paths too: [`PhotoId::of_key`] of its key, and the photograph it becomes if it is a new one.
    pub id: PhotoId,
    /// Its key.
    pub key: String,
    /// The object.
    pub version: Version,
    /// What it is called.
    pub file_name: String,
    /// Where it lies.
    pub section: String,
    /// The photographs it may be; some may be gone by now. None: another file of its batch is new by the same name.
    pub candidates: Vec<PhotoId>,
    /// When it was stored.
    pub uploaded: Timestamp,
}

/// What the photographer says of an object that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// It is a new version of this one.
    Replace(PhotoId),
    /// It is a photograph of its own.
    New,
    /// It stays in the bucket and is nothing; another object under its key is asked about again.
    Leave,
}

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResolvedWaiting {
    /// It is remembered. The object under this key is to be said again now; the sweep does, if nobody else.
    Done {
        /// The object's key.
        key: String,
    },
    /// It was answered already, or another object came, or it was deleted.
    Gone,
    /// The photograph it should replace is gone.
    NoPhoto,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct WaitingItem {
    key: String,
    v: String,
    etag: String,
    size: u64,
    candidates: Vec<PhotoId>,
    uploaded: Timestamp,
    /// The state it takes, as the gallery's setting was when it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stage: Option<Stage>,
}

impl WaitingItem {
    pub(crate) fn new(found: &Found, candidates: &[PhotoId], stage: Option<Stage>) -> Self {
        Self {
            key: found.key.clone(),
            v: found.version.id.clone(),
            etag: found.version.etag.clone(),
            size: found.version.size,
            candidates: candidates.to_vec(),
            uploaded: found.uploaded,
            stage,
        }
    }
}

impl Table {
    /// Every object of the gallery that waits, in the order they came.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn waiting(&self, gallery: GalleryId) -> Result<Vec<Waiting>, Error> {
        let to = format!("{}~", keys::WAITING);
        let items = self
            .range(&keys::gallery_partition(gallery), keys::WAITING, &to)
            .await?;
        let waiting = items
            .into_iter()
            .map(|item| read::<WaitingItem>("waiting", item).map(Waiting::from));
        let mut waiting = waiting.collect::<Result<Vec<_>, _>>()?;
        waiting.sort_by(|a, b| (a.uploaded, &a.key).cmp(&(b.uploaded, &b.key)));
        Ok(waiting)
    }

    /// Remembers what an object that waits is. It is worked on when S3 says it again, which is the caller's to cause.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn resolve_waiting(
        &self,
        gallery: GalleryId,
        id: &PhotoId,
        choice: &Choice,
    ) -> Result<ResolvedWaiting, Error> {
        let Some(item) = self.get(&keys::waiting(gallery, id)).await? else {
            return Ok(ResolvedWaiting::Gone);
        };
        let item: WaitingItem = read("waiting", item)?;
        if let Choice::Replace(photo) = choice
            && self.row_of(gallery, photo).await?.is_none()
        {
            return Ok(ResolvedWaiting::NoPhoto);
        }
        let writes = vec![
            self.answered(gallery, id, &item, choice)?,
            self.not_waiting(gallery, id)?,
        ];
        Ok(match self.transact(writes).await? {
            Ok(()) => ResolvedWaiting::Done { key: item.key },
            Err(_) => ResolvedWaiting::Gone,
        })
    }

    fn answered(
        &self,
        gallery: GalleryId,
        id: &PhotoId,
        item: &WaitingItem,
        choice: &Choice,
    ) -> Result<TransactWriteItem, Error> {
        let change = self
            .change_with_others(&keys::alias(gallery, id))
            .condition_expression("v = :v AND attribute_not_exists(photo)")
            .expression_attribute_values(":v", s(&item.v));
        let photo = match choice {
            Choice::Replace(photo) => photo,
            Choice::New => id, // no such row yet: `new` says that it may be made
            Choice::Leave => return part("alias", change.update_expression("REMOVE stage")),
        };
        let change = change
            .expression_attribute_names("#size", "size")
            .expression_attribute_names("#new", "new")
            .expression_attribute_values(":new", AttributeValue::Bool(*choice == Choice::New))
            .expression_attribute_values(":photo", s(photo.as_str()));
        let forget = "REMOVE v, etag, #size, crc, n";
        let change = match item.stage {
            Some(stage) => change
                .update_expression(format!(
                    "SET photo = :photo, #new = :new, stage = :stage {forget}"
                ))
                .expression_attribute_values(":stage", attribute("alias", stage)?),
            None => change.update_expression(format!("SET photo = :photo, #new = :new {forget}")),
        };
        part("alias", change)
    }

    /// Takes an object off the list.
    pub(crate) fn not_waiting(
        &self,
        gallery: GalleryId,
        id: &PhotoId,
    ) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(keys::waiting(gallery, id).attributes()))
            .build()
            .map_err(|e| Error::corrupt("waiting", e))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Names the S3 version of the same content that waits.
    pub(crate) async fn refresh_waiting(
        &self,
        (gallery, id): (GalleryId, &PhotoId),
        old: &str,
        version: &str,
    ) -> Result<(), Error> {
        let outcome = self
            .change(&keys::waiting(gallery, id))
            .update_expression("SET v = :v")
            .condition_expression("v = :old")
            .expression_attribute_values(":old", s(old))
            .expression_attribute_values(":v", s(version))
            .send()
            .await;
        if_held("UpdateItem", outcome).map(drop)
    }
}

impl From<WaitingItem> for Waiting {
    fn from(item: WaitingItem) -> Self {
        let place = Place::of_key(&item.key);
        let (section, file_name) = place
            .map(|place| (place.section, place.file_name))
            .unwrap_or_default();
        Self {
            id: PhotoId::of_key(&item.key),
            key: item.key,
            version: Version {
                id: item.v,
                etag: item.etag,
                size: item.size,
            },
            file_name,
            section,
            candidates: item.candidates,
            uploaded: item.uploaded,
        }
    }
}
