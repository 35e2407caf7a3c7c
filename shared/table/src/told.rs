//! Notices that are told once each (complaint 9): a notice's marks and its mails are written together, so that of two
//! that come to tell it one does, and neither a mark nor a mail is ever alone.

use crate::error::Error;
use crate::item::{Item, key_of, s};
use crate::{Mail, Table, keys};
use domain::ids::GalleryId;
use jiff::Timestamp;
use std::collections::HashSet;

/// Writes of one transaction at most.
const ROOM: usize = 100;

impl Table {
    /// Marks notices as told and posts their mails; `false`: one of them was told before, and nothing is written.
    ///
    /// Of more marks than one transaction takes the first ones decide; the others follow. If that is cut off, what is not
    /// marked is due once more, without those that are.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn tell(
        &self,
        gallery: GalleryId,
        whats: &[String],
        mails: &[Mail],
        now: Timestamp,
    ) -> Result<bool, Error> {
        let mark = |what: &String| -> Item {
            let mut item = keys::told(gallery, what).attributes();
            item.insert("at".to_owned(), s(now.to_string()));
            item
        };
        let mut writes = self.mail_writes(mails, now)?;
        let room = ROOM.saturating_sub(writes.len()).min(whats.len());
        let (first, others) = whats.split_at(room);
        for what in first {
            writes.push(self.put_new_with_others(mark(what))?);
        }
        if self.transact(writes).await?.is_err() {
            return Ok(false);
        }
        for what in others {
            self.put_once(mark(what)).await?;
        }
        Ok(true)
    }

    /// The marks of what was told of a gallery.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn told_of(&self, gallery: GalleryId) -> Result<HashSet<String>, Error> {
        let items = self.range(&keys::tellings(gallery), " ", "~").await?;
        let marks = items.iter().filter_map(key_of).map(|key| key.sk);
        Ok(marks.collect())
    }
}
