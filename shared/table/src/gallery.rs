//! Galleries, their row *Anybody*, their link and their folder.

use crate::error::{Error, condition_failed};
use crate::item::{Item, attribute, n, read, s, write};
use crate::keys::{self, GALLERIES, LIST, LISTS};
use crate::row::{RowItem, read_row};
use crate::{Table, visit};
use aws_sdk_dynamodb::types::{Delete, Put, TransactWriteItem, Update};
use domain::access::{PinLock, Row, Subject};
use domain::gallery::{Counts, Gallery, Kind, Style};
use domain::ids::{GalleryId, TokenHash};
use domain::photo::Photo;
use domain::throttle;
use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

const KIND: &str = "gallery";

#[derive(Serialize, Deserialize)]
struct GalleryItem {
    id: GalleryId,
    title: String,
    folder: String,
    link: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<GalleryId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    children: Vec<GalleryId>,
    /// None in galleries from before tables could be inherited: such a gallery was published and delivered when made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    table: Option<GalleryId>,
    #[serde(default = "yes")]
    hidden: bool,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    style: Style,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    published: Option<Timestamp>,
    enabled: bool,
    #[serde(default)]
    locked: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delivered: Option<Timestamp>,
    #[serde(default)]
    wait_for_delivery: bool,
    #[serde(default)]
    archived: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deadline: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expires: Option<Timestamp>,
    #[serde(default)]
    history: bool,
    #[serde(default)]
    archive_downloads: bool,
    #[serde(default = "yes")]
    guest_links: bool,
    #[serde(default)]
    title_at_door: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shoot_date: Option<civil::Date>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    welcome: String,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    own_sections: BTreeSet<String>,
    created: Timestamp,
    /// The last commit of a photograph; none yet in a new gallery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    updated: Option<Timestamp>,
    #[serde(default)]
    revision: u64,
    #[serde(default)]
    settings_revision: u64,
    #[serde(default)]
    ready: i64,
    #[serde(default)]
    rejected: i64,
    list: String,
    list_by: String,
}

fn yes() -> bool {
    true
}

impl From<&Gallery> for GalleryItem {
    fn from(gallery: &Gallery) -> Self {
        let gallery = gallery.clone();
        Self {
            list: GALLERIES.into(),
            list_by: format!("{:.3}#{}", gallery.created, gallery.id),
            id: gallery.id,
            title: gallery.title,
            folder: gallery.folder,
            link: gallery.link,
            parent: gallery.parent,
            children: gallery.children,
            table: Some(gallery.table),
            hidden: gallery.hidden,
            kind: gallery.kind,
            style: gallery.style,
            published: gallery.published,
            enabled: gallery.enabled,
            locked: gallery.locked,
            delivered: gallery.delivered,
            wait_for_delivery: gallery.wait_for_delivery,
            archived: gallery.archived,
            deadline: gallery.deadline,
            expires: gallery.expires,
            history: gallery.history,
            archive_downloads: gallery.archive_downloads,
            guest_links: gallery.guest_links,
            title_at_door: gallery.title_at_door,
            shoot_date: gallery.shoot_date,
            welcome: gallery.welcome,
            own_sections: gallery.own_sections,
            created: gallery.created,
            updated: None,
            revision: gallery.revision,
            settings_revision: gallery.settings_revision,
            ready: 0,
            rejected: 0,
        }
    }
}

impl From<GalleryItem> for Gallery {
    fn from(item: GalleryItem) -> Self {
        let before = item.table.is_none().then_some(item.created);
        Self {
            id: item.id,
            title: item.title,
            folder: item.folder,
            link: item.link,
            parent: item.parent,
            children: item.children,
            table: item.table.unwrap_or(item.id),
            hidden: item.hidden,
            kind: item.kind,
            style: item.style,
            published: item.published.or(before),
            enabled: item.enabled,
            locked: item.locked,
            delivered: item.delivered.or(before),
            wait_for_delivery: item.wait_for_delivery,
            archived: item.archived,
            deadline: item.deadline,
            expires: item.expires,
            history: item.history,
            archive_downloads: item.archive_downloads,
            guest_links: item.guest_links,
            title_at_door: item.title_at_door,
            shoot_date: item.shoot_date,
            welcome: item.welcome,
            own_sections: item.own_sections,
            created: item.created,
            updated: item.updated.unwrap_or(item.created),
            revision: item.revision,
            settings_revision: item.settings_revision,
            counts: Counts {
                ready: u64::try_from(item.ready).unwrap_or_default(),
                processing: 0,
                rejected: u64::try_from(item.rejected).unwrap_or_default(),
            },
        }
    }
}

/// What a link or a folder points to.
#[derive(Serialize, Deserialize)]
pub(crate) struct Pointer {
    pub(crate) gallery: GalleryId,
}

pub(crate) fn read_gallery(item: Item) -> Result<Gallery, Error> {
    read::<GalleryItem>(KIND, item).map(Gallery::from)
}

impl Table {
    /// Makes a gallery with its row, its link and its folder, all or nothing.
    ///
    /// # Errors
    /// [`Error::Exists`] when its id, link or folder is taken.
    pub async fn create_gallery(&self, gallery: &Gallery, row: &Row) -> Result<(), Error> {
        let (item, row_item) = (GalleryItem::from(gallery), RowItem::from(row));
        let pointer = Pointer {
            gallery: gallery.id,
        };
        let items = [
            write(KIND, &keys::gallery(gallery.id), &item)?,
            write("row", &keys::row(gallery.id, &row.subject), &row_item)?,
            write("link", &keys::link(&TokenHash::of(&gallery.link)), &pointer)?,
            write("folder", &keys::folder(&gallery.folder), &pointer)?,
        ];
        let mut call = self.client.transact_write_items();
        for item in items {
            let put = Put::builder()
                .table_name(&self.name)
                .set_item(Some(item))
                .condition_expression("attribute_not_exists(PK)")
                .build()
                .map_err(|e| Error::corrupt(KIND, e))?;
            call = call.transact_items(TransactWriteItem::builder().put(put).build());
        }
        call.send().await.map_err(|e| {
            if e.as_service_error()
                .is_some_and(|e| e.is_transaction_canceled_exception())
            {
                Error::Exists { kind: KIND }
            } else {
                Error::call("TransactWriteItems")(e)
            }
        })?;
        Ok(())
    }

    /// All galleries, newest first. From the index: for lists, never to decide access.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn galleries(&self) -> Result<Vec<Gallery>, Error> {
        let items = self
            .client
            .query()
            .table_name(&self.name)
            .index_name(LISTS)
            .key_condition_expression("#list = :list")
            .expression_attribute_names("#list", LIST)
            .expression_attribute_values(":list", s(GALLERIES))
            .scan_index_forward(false)
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .map_err(Error::call("Query"))?;
        items.into_iter().map(read_gallery).collect()
    }

    /// A gallery and its row *Anybody*, consistently.
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

    /// Pauses or opens a gallery; effective at the next request. `false`: no such gallery.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn set_enabled(&self, id: GalleryId, enabled: bool) -> Result<bool, Error> {
        let outcome = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(keys::gallery(id).attributes()))
            .update_expression("SET enabled = :enabled")
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_values(
                ":enabled",
                aws_sdk_dynamodb::types::AttributeValue::Bool(enabled),
            )
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(true),
            Err(e) if condition_failed(&e) => Ok(false),
            Err(e) => Err(Error::call("UpdateItem")(e)),
        }
    }

    /// Changes the PIN of row *Anybody*, or takes it away: ends the sessions opened with the old one and clears the
    /// gallery's guesses. `false`: no such gallery.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn set_pin(&self, id: GalleryId, pin: Option<&PinLock>) -> Result<bool, Error> {
        let row = Update::builder()
            .table_name(&self.name)
            .set_key(Some(keys::row(id, &Subject::Anybody).attributes()))
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_values(":one", n(1));
        let row = match pin {
            Some(pin) => row
                .update_expression("SET pin = :pin ADD revision :one")
                .expression_attribute_values(":pin", attribute("row", pin)?),
            None => row.update_expression("REMOVE pin ADD revision :one"),
        };
        let row = row.build().map_err(|e| Error::corrupt("row", e))?;
        let guesses = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(keys::try_gallery(id).attributes()))
            .build()
            .map_err(|e| Error::corrupt("guesses", e))?;
        let outcome = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().update(row).build())
            .transact_items(TransactWriteItem::builder().delete(guesses).build())
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(true),
            Err(e)
                if e.as_service_error()
                    .is_some_and(|e| e.is_transaction_canceled_exception()) =>
            {
                Ok(false)
            }
            Err(e) => Err(Error::call("TransactWriteItems")(e)),
        }
    }

    /// Whether strangers have used up the gallery's guesses: new devices need the studio until the PIN is changed.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn under_attack(&self, id: GalleryId) -> Result<bool, Error> {
        let item = self.get(&keys::try_gallery(id)).await?;
        let fails = item
            .and_then(|item| item.get("fails")?.as_n().ok()?.parse::<u64>().ok())
            .unwrap_or_default();
        Ok(fails >= throttle::GALLERY_GUESSES)
    }
}
