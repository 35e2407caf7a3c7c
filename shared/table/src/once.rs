//! What is done once however often it is asked for: the asker draws a key, and the record of it is written in
//! the same transaction as what was done. Whoever asks again, also because an answer was lost, finds the record.

use crate::Table;
use crate::error::Error;
use crate::item::{n, read, write};
use crate::keys;
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use domain::ids::{GalleryId, TokenHash};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A record counts for so long; after that its key is free again.
const KEPT: SignedDuration = SignedDuration::from_hours(40 * 24);

/// What came of a key before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Before {
    /// The same was done; its result.
    Again(String),
    /// Something else was done under this key.
    Reused,
}

#[derive(Serialize, Deserialize)]
struct OnceItem {
    /// Hash of what was asked for.
    payload: TokenHash,
    result: String,
    at: Timestamp,
    ttl: i64,
}

impl Table {
    /// What came of this key before, asked for the same (`payload`) or for something else.
    pub(crate) async fn once(
        &self,
        gallery: GalleryId,
        key: &str,
        payload: &str,
        now: Timestamp,
    ) -> Result<Option<Before>, Error> {
        let Some(item) = self.once_item(gallery, key, now).await? else {
            return Ok(None);
        };
        Ok(Some(if item.payload == TokenHash::of(payload) {
            Before::Again(item.result)
        } else {
            Before::Reused
        }))
    }

    /// The result of this key, whatever was asked for.
    pub(crate) async fn once_result(
        &self,
        gallery: GalleryId,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<String>, Error> {
        let item = self.once_item(gallery, key, now).await?;
        Ok(item.map(|item| item.result))
    }

    async fn once_item(
        &self,
        gallery: GalleryId,
        key: &str,
        now: Timestamp,
    ) -> Result<Option<OnceItem>, Error> {
        let Some(item) = self.get(&keys::once(gallery, key)).await? else {
            return Ok(None);
        };
        let item: OnceItem = read("once", item)?;
        Ok(Some(item).filter(|item| now.as_second() < item.ttl))
    }

    /// The record as a part of a transaction. It loses when the key was used meanwhile: then [`Table::once`] knows by
    /// whom. A record that is over is replaced, whether or not it was removed yet.
    pub(crate) fn once_with_others(
        &self,
        gallery: GalleryId,
        key: &str,
        payload: &str,
        result: &str,
        now: Timestamp,
    ) -> Result<TransactWriteItem, Error> {
        let item = OnceItem {
            payload: TokenHash::of(payload),
            result: result.to_owned(),
            at: now,
            ttl: (now + KEPT).as_second(),
        };
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(write("once", &keys::once(gallery, key), &item)?))
            .condition_expression("attribute_not_exists(PK) OR #ttl <= :now")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_values(":now", n(now.as_second()))
            .build()
            .map_err(|e| Error::corrupt("once", e))?;
        Ok(TransactWriteItem::builder().put(put).build())
    }
}
