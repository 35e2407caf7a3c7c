//! Guest links (C7, C8): to look and nothing else, made by the studio or by a client, each with an end of its own.
//!
//! A link is two items that are always written together: one in the gallery's list of links, one found by the token's
//! hash, which says all that a guest's request has to know.

use crate::Table;
use crate::error::Error;
use crate::item::{Item, read, write};
use crate::keys;
use crate::write::part;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::{Rights, Row, Subject};
use domain::activity::Who;
use domain::ids::{GalleryId, GuestId, TokenHash};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const KIND: &str = "guest link";

/// A guest link, for those who may make and end such links.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuestLink {
    /// Names it.
    pub id: GuestId,
    /// The gallery it opens.
    pub gallery: GalleryId,
    /// What it is for, in the words of who made it.
    pub label: String,
    /// The secret part of its address; see [`domain::ids::LinkToken`].
    pub link: String,
    /// Who made it.
    pub made_by: Who,
    /// When it was made.
    pub created: Timestamp,
    /// It ends then; none: with the gallery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// It was ended by hand.
    #[serde(default)]
    pub ended: bool,
}

impl std::fmt::Debug for GuestLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GuestLink")
            .field("id", &self.id)
            .field("gallery", &self.gallery)
            .finish_non_exhaustive()
    }
}

impl GuestLink {
    /// The row its holders stand on.
    #[must_use]
    pub fn row(&self) -> Row {
        row(self.id, self.until, self.ended)
    }
}

/// What the token's hash points to.
#[derive(Serialize, Deserialize)]
pub(crate) struct GuestPointer {
    pub(crate) gallery: GalleryId,
    pub(crate) guest: GuestId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(default)]
    ended: bool,
}

impl GuestPointer {
    /// The row, unless the link was ended.
    pub(crate) fn row(&self) -> Option<Row> {
        (!self.ended).then(|| row(self.guest, self.until, false))
    }
}

fn row(id: GuestId, until: Option<Timestamp>, ended: bool) -> Row {
    Row {
        active: !ended,
        until,
        ..Row::new(Subject::Guest(id), Rights::LOOK)
    }
}

pub(crate) fn read_guest(item: Item) -> Result<GuestLink, Error> {
    read(KIND, item)
}

impl Table {
    /// Makes a guest link.
    ///
    /// # Errors
    /// [`Error::Exists`] when its id or token is taken.
    pub async fn make_guest(&self, guest: &GuestLink) -> Result<(), Error> {
        let pointer = GuestPointer {
            gallery: guest.gallery,
            guest: guest.id,
            until: guest.until,
            ended: guest.ended,
        };
        let token = TokenHash::of(&guest.link);
        let items = [
            write(KIND, &keys::guest(guest.gallery, guest.id), guest)?,
            write(KIND, &keys::guest_link(&token), &pointer)?,
        ];
        let mut writes = Vec::new();
        for item in items {
            writes.push(self.put_new_with_others(item)?);
        }
        match self.transact(writes).await? {
            Ok(()) => Ok(()),
            Err(_) => Err(Error::Exists { kind: KIND }),
        }
    }

    /// The guest links of a gallery, ended ones too, in the order they were made.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn guests(&self, gallery: GalleryId) -> Result<Vec<GuestLink>, Error> {
        let to = format!("{}~", keys::GUEST);
        let items = self.range(&keys::guests(gallery), keys::GUEST, &to).await?;
        items.into_iter().map(read_guest).collect()
    }

    /// Ends a guest link at once; it stays in the list. `None`: there is none of that id in this gallery.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn end_guest(
        &self,
        gallery: GalleryId,
        guest: GuestId,
    ) -> Result<Option<GuestLink>, Error> {
        let key = keys::guest(gallery, guest);
        let Some(item) = self.get(&key).await? else {
            return Ok(None);
        };
        let mut link = read_guest(item)?;
        let mut writes = Vec::new();
        for key in [key, keys::guest_link(&TokenHash::of(&link.link))] {
            let end = self
                .change_with_others(&key)
                .update_expression("SET ended = :ended")
                .condition_expression("attribute_exists(PK)")
                .expression_attribute_values(":ended", AttributeValue::Bool(true));
            writes.push(part(KIND, end)?);
        }
        link.ended = true;
        Ok(self.transact(writes).await?.ok().map(|()| link))
    }
}
