//! Objects in the originals bucket that belong to no gallery: nothing that was uploaded goes unmentioned (invariant 1).

use crate::Table;
use crate::error::Error;
use crate::item::{read, write};
use crate::keys;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// An object outside every gallery's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stray {
    /// Its key in the originals bucket.
    pub key: String,
    /// Its version, so that the sweep does not announce it again.
    pub version: String,
    /// The sentence the photographer reads.
    pub reason: String,
    /// When it was found.
    pub at: Timestamp,
}

impl Table {
    /// Notes a stray object; a later note replaces an earlier one.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn note_stray(&self, stray: &Stray) -> Result<(), Error> {
        self.client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(write("stray", &keys::stray(&stray.key), stray)?))
            .send()
            .await
            .map_err(Error::call("PutItem"))?;
        Ok(())
    }

    /// Forgets a stray object that is gone or has found its gallery.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn forget_stray(&self, key: &str) -> Result<(), Error> {
        self.remove(&keys::stray(key)).await
    }

    /// All of them.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn strays(&self) -> Result<Vec<Stray>, Error> {
        let items = self.range(keys::STRAY, " ", "~").await?;
        items.into_iter().map(|item| read("stray", item)).collect()
    }
}
