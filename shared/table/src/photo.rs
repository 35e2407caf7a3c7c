//! A photograph's way through its states: claim → commit, fenced, so that events may come twice, late or in any order
//! and the row ends at the object that is in the bucket.
//!
//! A worker claims the object's key (its fence rises), *then* reads the object, then commits under its fence. Whoever
//! claimed last read last, and only that commit is taken. Which photograph the key belongs to is decided when its first
//! object is seen, and remembered (P26); a commit moves the photograph's pointer only from where it was seen, so that
//! two keys of one photograph cannot both move it.

mod alias;
mod claim;
mod commit;
mod gone;
mod item;
mod mark;
mod raise;

use alias::Alias;
pub use alias::Settled;
pub use commit::Committed;
pub(crate) use commit::{at, facts};
pub use gone::{Gone, Leaving, Standing};
pub(crate) use item::{Facts, PhotoItem, Row};

use crate::Table;
use crate::error::{Error, met_transaction};
use crate::item::{n, s};
use crate::keys;
use crate::write::{MEETINGS, if_held, step_aside};
use domain::file_name::Place;
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Stage, Version};
use domain::replace::Wish;
use jiff::Timestamp;

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
    /// What the upload form said of it.
    pub wish: Wish,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Read the object now, then commit.
    Yours(Claimed),
    /// The key stands at this version, or at the same content, already: a duplicate event, or a file put twice (P31).
    Done,
    /// Several photographs may be meant, or two files of one batch mean the same: it waits for the photographer (4.5).
    Waiting,
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
    key: String,
    fence: u64,
    photo: PhotoId,
    /// The state the photograph takes with this version; none: the one it has.
    stage: Option<Stage>,
    /// Bytes and CRC-32 of what was settled under the key before.
    before: Option<(u64, u32)>,
    /// The key of a current version whose object is gone: this one takes its place though it is older.
    over: Option<String>,
}

impl Claimed {
    /// The photograph that the object is or becomes a version of; its renditions lie under this id.
    #[must_use]
    pub fn photo(&self) -> &PhotoId {
        &self.photo
    }

    /// The same claim, where the object of the current version is gone.
    #[must_use]
    pub fn over(mut self, key: String) -> Self {
        self.over = Some(key);
        self
    }
}

impl Table {
    /// A photograph's row, consistently.
    pub(crate) async fn row_of(
        &self,
        gallery: GalleryId,
        photo: &PhotoId,
    ) -> Result<Option<Row>, Error> {
        let item = self.get(&keys::photo(gallery, photo)).await?;
        item.map(|item| Row::read(gallery, item)).transpose()
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
