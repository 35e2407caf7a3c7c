//! Galleries, their link and their folder.

mod item;

pub(crate) use item::read_gallery;

use crate::error::{Error, met_transaction};
use crate::item::{attribute, n, read, s, write};
use crate::keys::{self, GALLERIES};
use crate::row::{RowItem, read_row};
use crate::write::{MEETINGS, if_held, part, step_aside};
use crate::{Table, visit};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};
use domain::access::{Row, Subject};
use domain::gallery::Gallery;
use domain::ids::{GalleryId, LinkToken, TokenHash};
use domain::photo::Photo;
use item::{GalleryItem, settings};
use serde::{Deserialize, Serialize};

const KIND: &str = "gallery";

/// What a link or a folder points to.
#[derive(Serialize, Deserialize)]
pub(crate) struct Pointer {
    pub(crate) gallery: GalleryId,
}

impl Table {
    /// Makes a gallery with its row *Anybody*, its link and its folder, and enters it in the gallery it stands in, all
    /// or nothing.
    ///
    /// # Errors
    /// [`Error::Exists`] when its id, link or folder is taken; [`Error::Gone`] when its parent is not there.
    pub async fn create_gallery(&self, gallery: &Gallery, row: &Row) -> Result<(), Error> {
        let pointer = Pointer {
            gallery: gallery.id,
        };
        let link = keys::link(&TokenHash::of(&gallery.link));
        let items = [
            write(
                KIND,
                &keys::gallery(gallery.id),
                &GalleryItem::from(gallery),
            )?,
            write(
                "row",
                &keys::row(gallery.id, &row.subject),
                &RowItem::from(row),
            )?,
            write("link", &link, &pointer)?,
            write("folder", &keys::folder(&gallery.folder), &pointer)?,
        ];
        let mut writes = Vec::new();
        for item in items {
            writes.push(self.put_new_with_others(item)?);
        }
        let place = writes.len();
        if let Some(parent) = gallery.parent {
            let enter = self
                .change_with_others(&keys::gallery(parent))
                .update_expression(
                    "SET children = list_append(if_not_exists(children, :none), :one)",
                )
                .condition_expression("attribute_exists(PK)")
                .expression_attribute_values(":none", AttributeValue::L(Vec::new()))
                .expression_attribute_values(":one", attribute(KIND, [gallery.id])?);
            writes.push(part(KIND, enter)?);
        }
        match self.transact(writes).await? {
            Ok(()) => Ok(()),
            Err(lost) if lost.0 == [place] => Err(Error::Gone { kind: "parent" }),
            Err(_) => Err(Error::Exists { kind: KIND }),
        }
    }

    /// All galleries, newest first. From the index: for lists, never to decide access.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn galleries(&self) -> Result<Vec<Gallery>, Error> {
        let items = self.listed(GALLERIES).await?;
        items.into_iter().rev().map(read_gallery).collect()
    }

    /// A gallery and its own row *Anybody*, consistently. The row governs only where the gallery's table is its own.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn gallery(&self, id: GalleryId) -> Result<Option<(Gallery, Row)>, Error> {
        let (gallery, row) = (keys::gallery(id), keys::row(id, &Subject::Anybody));
        let mut found = self.get_many(&[gallery.clone(), row.clone()]).await?;
        match (found.remove(&gallery), found.remove(&row)) {
            (Some(gallery), Some(row)) => Ok(Some((read_gallery(gallery)?, read_row(row)?))),
            _ => Ok(None),
        }
    }

    /// The gallery a bucket folder belongs to.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn gallery_of_folder(&self, folder: &str) -> Result<Option<GalleryId>, Error> {
        let item = self.get(&keys::folder(folder)).await?;
        item.map(|item| read::<Pointer>("folder", item).map(|p| p.gallery))
            .transpose()
    }

    /// Every photograph of a gallery, in any state, unordered.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn photos_of(&self, id: GalleryId) -> Result<Vec<Photo>, Error> {
        let to = format!("{}~", keys::PHOTO);
        let items = self
            .range(&keys::gallery_partition(id), keys::PHOTO, &to)
            .await?;
        items
            .into_iter()
            .map(|item| visit::read_photo(id, item))
            .collect()
    }

    /// Writes every setting of the gallery over what stood at revision `seen` ([`Gallery::settings_revision`]), which
    /// rises by one. `false`: somebody saved meanwhile, or there is no such gallery.
    ///
    /// It leaves alone whether the gallery is paused, its link, its place among the galleries, and what follows from
    /// its photographs.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn save_settings(&self, gallery: &Gallery, seen: u64) -> Result<bool, Error> {
        let mut call = self
            .change(&keys::gallery(gallery.id))
            .condition_expression(match seen {
                0 => "attribute_exists(PK) AND (attribute_not_exists(#rev) OR #rev = :seen)",
                _ => "#rev = :seen",
            })
            .expression_attribute_names("#rev", "settings_revision")
            .expression_attribute_values(":seen", n(seen))
            .expression_attribute_values(":next", n(seen + 1));
        let (mut set, mut gone) = (vec!["#rev = :next".to_owned()], Vec::new());
        for (name, value) in settings(gallery)? {
            call = call.expression_attribute_names(format!("#{name}"), name);
            if let Some(value) = value {
                set.push(format!("#{name} = :{name}"));
                call = call.expression_attribute_values(format!(":{name}"), value);
            } else {
                gone.push(format!("#{name}"));
            }
        }
        let mut change = format!("SET {}", set.join(", "));
        if !gone.is_empty() {
            change = format!("{change} REMOVE {}", gone.join(", "));
        }
        let outcome = call.update_expression(change).send().await;
        Ok(if_held("UpdateItem", outcome)?.is_some())
    }

    /// Pauses or opens a gallery; effective at the next request. `false`: no such gallery.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn set_enabled(&self, id: GalleryId, enabled: bool) -> Result<bool, Error> {
        for attempt in 1.. {
            let outcome = self
                .change(&keys::gallery(id))
                .update_expression("SET enabled = :enabled")
                .condition_expression("attribute_exists(PK)")
                .expression_attribute_values(":enabled", AttributeValue::Bool(enabled))
                .send()
                .await;
            match outcome {
                // Photographs are marked at this moment: a pause must not fail for that.
                Err(e) if met_transaction(&e) && attempt < MEETINGS => step_aside(attempt).await,
                outcome => return Ok(if_held("UpdateItem", outcome)?.is_some()),
            }
        }
        Err(Error::Met)
    }

    /// Gives the gallery another link: the old one is gone at once, and visits by its own row *Anybody* end (L4).
    /// `false`: somebody replaced it meanwhile, or there is no such gallery.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn replace_link(&self, gallery: &Gallery, link: &LinkToken) -> Result<bool, Error> {
        let renamed = self
            .change_with_others(&keys::gallery(gallery.id))
            .update_expression("SET link = :new")
            .condition_expression("link = :old")
            .expression_attribute_values(":new", s(link.expose()))
            .expression_attribute_values(":old", s(&gallery.link));
        let row = self
            .change_with_others(&keys::row(gallery.id, &Subject::Anybody))
            .update_expression("SET door = if_not_exists(door, revision) + :one ADD revision :one")
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_values(":one", n(1));
        let old = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(keys::link(&TokenHash::of(&gallery.link)).attributes()))
            .build()
            .map_err(|e| Error::corrupt("link", e))?;
        let pointer = Pointer {
            gallery: gallery.id,
        };
        let writes = vec![
            part(KIND, renamed)?,
            part("row", row)?,
            TransactWriteItem::builder().delete(old).build(),
            self.put_new_with_others(write("link", &keys::link(&link.hash()), &pointer)?)?,
        ];
        Ok(self.transact(writes).await?.is_ok())
    }
}
