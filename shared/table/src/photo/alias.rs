//! What is remembered of each object key: which photograph it belongs to, decided once, and which object under it was
//! settled last. The fence of a claim is the key's, not the photograph's: several keys may hold versions of one.

use super::{Claim, Found};
use crate::Table;
use crate::error::{Error, condition_failed};
use crate::item::{Item, n, read, s};
use crate::keys;
use crate::write::{if_held, part};
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{
    ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
};
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Photo, Stage, Version};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

/// A key's item.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Alias {
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) fence: u64,
    /// The photograph it belongs to; none: not decided, or waiting, or left out.
    #[serde(default)]
    pub(crate) photo: Option<PhotoId>,
    /// The settled object's S3 version; none: there is none, though what it was may be known still.
    #[serde(default)]
    pub(crate) v: Option<String>,
    #[serde(default)]
    pub(crate) etag: Option<String>,
    #[serde(default)]
    pub(crate) size: Option<u64>,
    /// CRC-32 of it, where it could be read.
    #[serde(default)]
    pub(crate) crc: Option<u32>,
    /// The number it became as a version of its photograph; none: it never was its current one.
    #[serde(default)]
    pub(crate) n: Option<u32>,
    /// The state its next version takes, as the photographer's answer said.
    #[serde(default)]
    pub(crate) stage: Option<Stage>,
    /// The photographer said that it is a photograph of its own.
    #[serde(default)]
    pub(crate) new: bool,
    /// The last number of the photograph of this id, when that went.
    #[serde(default)]
    pub(crate) last: Option<u32>,
    #[serde(default)]
    lease: Option<i64>,
}

/// An object that is done with: *ready*, refused with a reason, or waiting (invariant 1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Its key.
    pub key: String,
    /// Its entity tag.
    pub etag: String,
    /// Bytes.
    pub size: u64,
    /// CRC-32 of them, where they could be read.
    pub crc32: Option<u32>,
    /// The photograph it is a version of; none: it waits, or was left out.
    pub photo: Option<PhotoId>,
}

impl Alias {
    /// Whether this is the very content that was settled last.
    pub(super) fn knows(&self, version: &Version) -> bool {
        self.etag.as_ref() == Some(&version.etag) && self.size == Some(version.size)
    }
}

impl Table {
    /// What is remembered of a key.
    pub(crate) async fn alias(
        &self,
        gallery: GalleryId,
        key: &PhotoId,
    ) -> Result<Option<Alias>, Error> {
        let item = self.get(&keys::alias(gallery, key)).await?;
        item.map(|item| read("alias", item)).transpose()
    }

    /// What is remembered of every key of the gallery.
    pub(crate) async fn aliases(&self, gallery: GalleryId) -> Result<Vec<Alias>, Error> {
        let to = format!("{}~", keys::ALIAS);
        let items = self
            .range(&keys::gallery_partition(gallery), keys::ALIAS, &to)
            .await?;
        items.into_iter().map(|item| read("alias", item)).collect()
    }

    /// Every object of the gallery that is done with, for the sweep.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn settled(&self, gallery: GalleryId) -> Result<Vec<Settled>, Error> {
        let aliases = self.aliases(gallery).await?;
        let settled = aliases.into_iter().filter_map(|alias| {
            alias.v.as_ref()?;
            Some(Settled {
                key: alias.key,
                etag: alias.etag?,
                size: alias.size?,
                crc32: alias.crc,
                photo: alias.photo,
            })
        });
        Ok(settled.collect())
    }

    /// The photograph that an object under this key is, or would be, a version of; none: that is not decided yet.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn photo_of_key(
        &self,
        gallery: GalleryId,
        key: &str,
    ) -> Result<Option<Photo>, Error> {
        let own = PhotoId::of_key(key);
        let alias = self.alias(gallery, &own).await?;
        let photo = alias.and_then(|alias| alias.photo).unwrap_or(own);
        let row = self.row_of(gallery, &photo).await?;
        Ok(row.map(|row| row.photo))
    }

    /// Whether nothing was ever remembered of this key.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn key_is_free(&self, gallery: GalleryId, key: &str) -> Result<bool, Error> {
        let own = PhotoId::of_key(key);
        let known = self.alias(gallery, &own).await?.is_some();
        Ok(!known && self.row_of(gallery, &own).await?.is_none())
    }

    /// Takes the key for a worker, unless this version is settled or in work.
    pub(super) async fn hold(
        &self,
        gallery: GalleryId,
        found: &Found,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Result<Alias, Claim>, Error> {
        let outcome = self
            .change(&keys::alias(gallery, &PhotoId::of_key(&found.key)))
            .update_expression("SET #key = :key, claimed = :v, lease = :until ADD fence :one")
            .condition_expression(
                "(attribute_not_exists(v) OR v <> :v) AND \
                 (attribute_not_exists(lease) OR lease <= :now OR claimed <> :v)",
            )
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":key", s(&found.key))
            .expression_attribute_values(":v", s(&found.version.id))
            .expression_attribute_values(":until", n((now + lease).as_millisecond()))
            .expression_attribute_values(":now", n(now.as_millisecond()))
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match outcome {
            Ok(answer) => {
                let item = answer.attributes.unwrap_or_default();
                read("alias", item).map(Ok)
            }
            Err(e) if condition_failed(&e) => {
                let old = e.as_service_error().and_then(old_item);
                lost_claim(old, &found.version.id, now).map(Err)
            }
            Err(e) => Err(Error::call("UpdateItem")(e)),
        }
    }

    /// A change of a key's item by the worker that holds it.
    pub(super) fn held(&self, gallery: GalleryId, key: &str, fence: u64) -> UpdateBuilder {
        self.change_with_others(&keys::alias(gallery, &PhotoId::of_key(key)))
            .condition_expression("fence = :fence")
            .expression_attribute_values(":fence", n(fence))
    }

    /// Ends the work on a key: this object is settled, as that number of that photograph. `crc`: of what was read; none:
    /// what is known of it stays.
    pub(super) fn settle(
        &self,
        (gallery, key, fence): (GalleryId, &str, u64),
        photo: Option<&PhotoId>,
        version: &Version,
        (number, crc): (Option<u32>, Option<u32>),
    ) -> Result<TransactWriteItem, Error> {
        let mut set = "SET v = :v, etag = :etag, #size = :size".to_owned();
        let mut gone = " REMOVE lease, claimed, stage, #new".to_owned();
        let mut change = self
            .held(gallery, key, fence)
            .expression_attribute_names("#size", "size")
            .expression_attribute_names("#new", "new")
            .expression_attribute_values(":v", s(&version.id))
            .expression_attribute_values(":etag", s(&version.etag))
            .expression_attribute_values(":size", n(version.size));
        match photo {
            Some(photo) => {
                set.push_str(", photo = :photo");
                change = change.expression_attribute_values(":photo", s(photo.as_str()));
            }
            None => gone.push_str(", photo"),
        }
        match number {
            Some(number) => {
                set.push_str(", n = :n");
                change = change.expression_attribute_values(":n", n(number));
            }
            None => gone.push_str(", n"),
        }
        if let Some(crc) = crc {
            set.push_str(", crc = :crc");
            change = change.expression_attribute_values(":crc", n(crc));
        }
        part("alias", change.update_expression(set + &gone))
    }

    /// Forgets what was settled under a key, so that the next event for it is worked on; `false`: somebody else did
    /// something about it meanwhile.
    pub(super) async fn unsettle(&self, gallery: GalleryId, alias: &Alias) -> Result<bool, Error> {
        let outcome = self
            .change(&keys::alias(gallery, &PhotoId::of_key(&alias.key)))
            .update_expression("REMOVE v, etag, #size, crc, n")
            .condition_expression("fence = :fence")
            .expression_attribute_names("#size", "size")
            .expression_attribute_values(":fence", n(alias.fence))
            .send()
            .await;
        Ok(if_held("UpdateItem", outcome)?.is_some())
    }
}

fn old_item(error: &aws_sdk_dynamodb::operation::update_item::UpdateItemError) -> Option<&Item> {
    use aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException;
    match error {
        ConditionalCheckFailedException(e) => e.item(),
        _ => None,
    }
}

/// Why a claim lost: this version is settled, or somebody holds it.
fn lost_claim(old: Option<&Item>, version: &str, now: Timestamp) -> Result<Claim, Error> {
    let Some(old) = old else {
        return Ok(Claim::Busy { until: now });
    };
    let old: Alias = read("alias", old.clone())?;
    if old.v.as_deref() == Some(version) {
        return Ok(Claim::Done);
    }
    let until = old
        .lease
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    Ok(Claim::Busy {
        until: until.unwrap_or(now),
    })
}
