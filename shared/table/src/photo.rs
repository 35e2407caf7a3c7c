//! A photograph's way through its states: claim → commit, fenced, so that events may come twice, late or in any order
//! and the row ends at the object that is in the bucket.
//!
//! A worker claims the row (the fence rises), *then* reads the object, then commits under its fence. Whoever claimed
//! last read last, and only that commit is taken.

mod item;
mod mark;

pub(crate) use item::PhotoItem;

use crate::Table;
use crate::error::{Error, condition_failed, met_transaction};
use crate::item::{Item, n, s};
use crate::keys;
use crate::write::{MEETINGS, if_held, step_aside};
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::file_name::Place;
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Photo, Version};
use item::{FACTS, Facts};
use jiff::{SignedDuration, Timestamp};

/// An object that a HEAD found in the originals bucket.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its key.
    pub key: String,
    /// What the key says.
    pub place: Place,
    /// Version, entity tag, size.
    pub version: Version,
    /// When it was stored.
    pub uploaded: Timestamp,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Read the object now, then commit.
    Yours(Claimed),
    /// The row stands at this version already: a duplicate event.
    Done,
    /// Another worker holds this version until then.
    Busy {
        /// When its lease ends.
        until: Timestamp,
    },
}

/// A claim that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    gallery: GalleryId,
    photo: PhotoId,
    fence: u64,
}

impl Table {
    /// Claims the row for the object a HEAD found; makes the row if there is none.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn claim(
        &self,
        gallery: GalleryId,
        found: &Found,
        lease: SignedDuration,
        now: Timestamp,
    ) -> Result<Claim, Error> {
        let photo = PhotoId::of_key(&found.key);
        let outcome = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(keys::photo(gallery, &photo).attributes()))
            .update_expression(
                "SET #key = :key, #section = if_not_exists(#section, :section), #name = if_not_exists(#name, :name), \
                 v = if_not_exists(v, :v), etag = if_not_exists(etag, :etag), #size = if_not_exists(#size, :size), \
                 uploaded = if_not_exists(uploaded, :uploaded), #state = if_not_exists(#state, :processing), \
                 claimed = :v, lease = :until ADD fence :one",
            )
            .condition_expression(
                "attribute_not_exists(PK) OR \
                 ((v <> :v OR #state = :processing) AND (attribute_not_exists(lease) OR lease <= :now OR claimed <> :v))",
            )
            .set_expression_attribute_names(Some(
                ["key", "section", "name", "size", "state"]
                    .map(|name| (format!("#{name}"), name.to_owned()))
                    .into(),
            ))
            .expression_attribute_values(":key", s(&found.key))
            .expression_attribute_values(":section", s(&found.place.section))
            .expression_attribute_values(":name", s(&found.place.file_name))
            .expression_attribute_values(":v", s(&found.version.id))
            .expression_attribute_values(":etag", s(&found.version.etag))
            .expression_attribute_values(":size", n(found.version.size))
            .expression_attribute_values(":uploaded", s(found.uploaded.to_string()))
            .expression_attribute_values(":processing", s("processing"))
            .expression_attribute_values(":until", n((now + lease).as_millisecond()))
            .expression_attribute_values(":now", n(now.as_millisecond()))
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match outcome {
            Ok(answer) => Ok(Claim::Yours(Claimed {
                gallery,
                photo,
                fence: fence(answer.attributes().unwrap_or(&Item::new()))?,
            })),
            Err(e) if condition_failed(&e) => Ok(lost_claim(
                e.as_service_error().and_then(old_item),
                &found.version.id,
                now,
            )),
            Err(e) => Err(Error::call("UpdateItem")(e)),
        }
    }

    /// Commits what the claim's worker read. `false`: a later claim overtook it, or the row is gone.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn commit(
        &self,
        claimed: &Claimed,
        photo: &Photo,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let facts: Item =
            serde_dynamo::to_item(Facts::from(photo)).map_err(|e| Error::corrupt("photo", e))?;
        let set: Vec<String> = facts.keys().map(|k| format!("#{k} = :{k}")).collect();
        let gone = FACTS.iter().filter(|k| !facts.contains_key(**k));
        let gone: Vec<String> = gone.map(|k| format!(", #{k}")).collect();
        let mut call = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(
                keys::photo(claimed.gallery, &claimed.photo).attributes(),
            ))
            .update_expression(format!(
                "SET {} REMOVE lease, claimed{}",
                set.join(", "),
                gone.concat()
            ))
            .condition_expression("fence = :fence")
            .expression_attribute_values(":fence", n(claimed.fence))
            .return_values(ReturnValue::AllOld);
        for name in FACTS {
            call = call.expression_attribute_names(format!("#{name}"), name);
        }
        for (name, value) in facts {
            call = call.expression_attribute_values(format!(":{name}"), value);
        }
        match call.send().await {
            Ok(answer) => {
                let old = state_of(answer.attributes());
                let new = photo.state.name();
                self.count(claimed.gallery, old.as_deref(), Some(new), now)
                    .await?;
                Ok(true)
            }
            Err(e) if condition_failed(&e) => Ok(false),
            Err(e) => Err(Error::call("UpdateItem")(e)),
        }
    }

    /// Claims the row of an object that a HEAD did not find; `None`: there is no row either.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn claim_gone(
        &self,
        gallery: GalleryId,
        key: &str,
    ) -> Result<Option<Claimed>, Error> {
        let photo = PhotoId::of_key(key);
        let outcome = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(keys::photo(gallery, &photo).attributes()))
            .update_expression("ADD fence :one REMOVE lease, claimed")
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::UpdatedNew)
            .send()
            .await;
        match outcome {
            Ok(answer) => Ok(Some(Claimed {
                gallery,
                photo,
                fence: fence(answer.attributes().unwrap_or(&Item::new()))?,
            })),
            Err(e) if condition_failed(&e) => Ok(None),
            Err(e) => Err(Error::call("UpdateItem")(e)),
        }
    }

    /// Removes the row of an object that is gone. The old photograph, for its renditions; `None`: overtaken.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn commit_gone(
        &self,
        claimed: &Claimed,
        now: Timestamp,
    ) -> Result<Option<Photo>, Error> {
        let outcome = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(
                keys::photo(claimed.gallery, &claimed.photo).attributes(),
            ))
            .condition_expression("fence = :fence")
            .expression_attribute_values(":fence", n(claimed.fence))
            .return_values(ReturnValue::AllOld)
            .send()
            .await;
        match outcome {
            Ok(answer) => {
                let old = answer.attributes.unwrap_or_default();
                let state = state_of(Some(&old));
                self.count(claimed.gallery, state.as_deref(), None, now)
                    .await?;
                crate::visit::read_photo(claimed.gallery, old).map(Some)
            }
            Err(e) if condition_failed(&e) => Ok(None),
            Err(e) => Err(Error::call("DeleteItem")(e)),
        }
    }

    /// Raises the gallery's revision and moves its counts from one state to another.
    async fn count(
        &self,
        gallery: GalleryId,
        from: Option<&str>,
        to: Option<&str>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let moved = |state| i64::from(to == Some(state)) - i64::from(from == Some(state));
        for attempt in 1.. {
            let counted = self
                .change(&keys::gallery(gallery))
                .update_expression(
                    "SET updated = :now ADD revision :one, ready :ready, rejected :rejected",
                )
                .condition_expression("attribute_exists(PK)")
                .expression_attribute_values(":now", s(now.to_string()))
                .expression_attribute_values(":one", n(1))
                .expression_attribute_values(":ready", n(moved("ready")))
                .expression_attribute_values(":rejected", n(moved("rejected")))
                .send()
                .await;
            match counted {
                // The studio marks photographs of the gallery at this moment, in a transaction.
                Err(e) if met_transaction(&e) && attempt < MEETINGS => step_aside(attempt).await,
                counted => return if_held("UpdateItem", counted).map(drop),
            }
        }
        Ok(())
    }
}

fn state_of(item: Option<&Item>) -> Option<String> {
    item?.get("state")?.as_s().ok().cloned()
}

fn fence(item: &Item) -> Result<u64, Error> {
    number(item, "fence").ok_or_else(|| Error::corrupt("photo", "a claim without a fence"))
}

fn number(item: &Item, name: &str) -> Option<u64> {
    item.get(name)?.as_n().ok()?.parse().ok()
}

fn old_item(error: &aws_sdk_dynamodb::operation::update_item::UpdateItemError) -> Option<&Item> {
    use aws_sdk_dynamodb::operation::update_item::UpdateItemError::ConditionalCheckFailedException;
    match error {
        ConditionalCheckFailedException(e) => e.item(),
        _ => None,
    }
}

/// Why a claim lost: the row stands at that version, or somebody holds it.
fn lost_claim(old: Option<&Item>, version: &str, now: Timestamp) -> Claim {
    let Some(old) = old else {
        return Claim::Busy { until: now };
    };
    let same = old
        .get("v")
        .and_then(|v| v.as_s().ok())
        .is_some_and(|v| v == version);
    let terminal = old.get("state") != Some(&AttributeValue::S("processing".into()));
    if same && terminal {
        return Claim::Done;
    }
    let until = number(old, "lease")
        .and_then(|ms| i64::try_from(ms).ok())
        .and_then(|ms| Timestamp::from_millisecond(ms).ok());
    Claim::Busy {
        until: until.unwrap_or(now),
    }
}
