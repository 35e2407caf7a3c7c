//! Rows of the authorization table: *Anybody*, people, groups. Guest links have items of their own ([`crate::GuestLink`]).

use crate::Table;
use crate::error::Error;
use crate::item::{Item, attribute, key_of, n, read, s, write};
use crate::keys::{self, Key};
use crate::write::{if_held, part};
use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};
use domain::access::{Originals, PinLock, Rights, Row, Subject, Web};
use domain::ids::GalleryId;
use domain::throttle;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(crate) const KIND: &str = "row";

#[derive(Serialize, Deserialize)]
pub(crate) struct RowItem {
    /// None in rows from before people had rows: *Anybody*.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<Subject>,
    active: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rights: Option<Rights>,
    /// `enter` and `originals` are all that rows held before there were `rights`.
    #[serde(default, skip_serializing)]
    enter: bool,
    #[serde(default, skip_serializing)]
    originals: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    sections: BTreeMap<String, Rights>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pin: Option<PinLock>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    revision: u64,
    /// Rows from before it stood by itself: their revision.
    #[serde(default)]
    door: Option<u64>,
    /// When the row was made; *Anybody* has none, it comes with the gallery.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created: Option<Timestamp>,
    /// In which person's or group's list of rows it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list: Option<String>,
    /// Which gallery's row it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    list_by: Option<String>,
}

impl From<&Row> for RowItem {
    fn from(row: &Row) -> Self {
        Self {
            subject: Some(row.subject.clone()),
            active: row.active,
            rights: Some(row.rights),
            enter: false,
            originals: false,
            sections: row.sections.clone(),
            pin: row.pin.clone(),
            until: row.until,
            revision: row.revision,
            door: Some(row.door),
            created: None,
            list: None,
            list_by: None,
        }
    }
}

impl From<RowItem> for Row {
    fn from(item: RowItem) -> Self {
        let before = match (item.enter, item.originals) {
            (false, _) => Rights::NONE,
            (true, false) => Rights::LOOK,
            (true, true) => Rights {
                web: Web::Clean,
                originals: Originals::All,
                ..Rights::LOOK
            },
        };
        Self {
            subject: item.subject.unwrap_or(Subject::Anybody),
            active: item.active,
            rights: item.rights.unwrap_or(before),
            sections: item.sections,
            pin: item.pin,
            until: item.until,
            revision: item.revision,
            door: item.door.unwrap_or(item.revision),
        }
    }
}

pub(crate) fn read_row(item: Item) -> Result<Row, Error> {
    read::<RowItem>(KIND, item).map(Row::from)
}

/// The list a row stands in, so that a person's galleries are found.
fn list(subject: &Subject) -> Option<String> {
    match subject {
        Subject::Person(email) => Some(keys::rows_of_person(email)),
        Subject::Group(group) => Some(keys::rows_of_group(*group)),
        Subject::Anybody | Subject::Guest(_) => None,
    }
}

impl Table {
    /// The authorization table of a gallery: *Anybody*, then people and groups in the order they were added.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn rows(&self, gallery: GalleryId) -> Result<Vec<Row>, Error> {
        let to = format!("{}~", keys::ROW);
        let items = self
            .range(&keys::gallery_partition(gallery), keys::ROW, &to)
            .await?;
        let mut rows = items
            .into_iter()
            .map(|item| read::<RowItem>(KIND, item))
            .collect::<Result<Vec<_>, _>>()?;
        rows.sort_by_key(|row| row.created);
        Ok(rows.into_iter().map(Row::from).collect())
    }

    /// Saves a row over what stood at revision `seen`, or adds it (`seen` is none); its revision rises. The row as it
    /// stands now; `None`: somebody saved meanwhile, or there is one already.
    ///
    /// Of a row that is there the PIN is left as it is: see [`Table::set_pin`]. A person who is added becomes a contact.
    /// A guest link's row is not saved here, it comes with its link ([`Table::make_guest`]): `None`.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn save_row(
        &self,
        gallery: GalleryId,
        row: &Row,
        seen: Option<u64>,
        now: Timestamp,
    ) -> Result<Option<Row>, Error> {
        if matches!(row.subject, Subject::Guest(_)) {
            return Ok(None);
        }
        let revision = seen.unwrap_or_default() + 1;
        let saved = Row {
            revision,
            ..row.clone()
        };
        let held = match seen {
            None => self.add_row(gallery, &saved, now).await?,
            Some(seen) => self.change_row(gallery, &saved, seen).await?,
        };
        Ok(held.then_some(saved))
    }

    async fn add_row(&self, gallery: GalleryId, row: &Row, now: Timestamp) -> Result<bool, Error> {
        let item = RowItem {
            created: Some(now),
            list: list(&row.subject),
            list_by: list(&row.subject).map(|_| gallery.to_string()),
            ..RowItem::from(row)
        };
        let item = write(KIND, &keys::row(gallery, &row.subject), &item)?;
        let mut writes = vec![self.put_new_with_others(item)?];
        if let Subject::Person(email) = &row.subject {
            writes.push(self.ensure_person(email, now)?);
        }
        Ok(self.transact(writes).await?.is_ok())
    }

    async fn change_row(&self, gallery: GalleryId, row: &Row, seen: u64) -> Result<bool, Error> {
        let call = self
            .change(&keys::row(gallery, &row.subject))
            .condition_expression("revision = :seen")
            .expression_attribute_names("#until", "until")
            .expression_attribute_names("#sections", "sections")
            .expression_attribute_values(":active", AttributeValue::Bool(row.active))
            .expression_attribute_values(":rights", attribute(KIND, row.rights)?)
            .expression_attribute_values(":sections", attribute(KIND, &row.sections)?)
            .expression_attribute_values(":seen", n(seen))
            .expression_attribute_values(":next", n(row.revision));
        let change = "SET active = :active, rights = :rights, #sections = :sections, \
                      revision = :next, door = if_not_exists(door, revision)";
        let call = match row.until {
            Some(until) => call
                .update_expression(format!("{change}, #until = :until"))
                .expression_attribute_values(":until", attribute(KIND, until)?),
            None => call.update_expression(format!("{change} REMOVE #until")),
        };
        Ok(if_held("UpdateItem", call.send().await)?.is_some())
    }

    /// Takes a person or a group off the table: *Anybody* counts for them again (P12). `false`: there is no such row,
    /// or it is one that stays.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn remove_row(&self, gallery: GalleryId, subject: &Subject) -> Result<bool, Error> {
        if !subject.identified() {
            return Ok(false);
        }
        let outcome = self
            .client
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(keys::row(gallery, subject).attributes()))
            .condition_expression("attribute_exists(PK)")
            .send()
            .await;
        Ok(if_held("DeleteItem", outcome)?.is_some())
    }

    /// Changes the PIN of row *Anybody*, or takes it away: ends the sessions opened with the old one and clears the
    /// gallery's guesses. `false`: no such gallery.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn set_pin(&self, id: GalleryId, pin: Option<&PinLock>) -> Result<bool, Error> {
        let row = self
            .change_with_others(&keys::row(id, &Subject::Anybody))
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_values(":one", n(1));
        let row = match pin {
            Some(pin) => row
                .update_expression(
                    "SET pin = :pin, door = if_not_exists(door, revision) + :one ADD revision :one",
                )
                .expression_attribute_values(":pin", attribute(KIND, pin)?),
            None => row.update_expression(
                "SET door = if_not_exists(door, revision) + :one REMOVE pin ADD revision :one",
            ),
        };
        let guesses = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(keys::try_gallery(id).attributes()))
            .build()
            .map_err(|e| Error::corrupt("guesses", e))?;
        let writes = vec![
            part(KIND, row)?,
            TransactWriteItem::builder().delete(guesses).build(),
        ];
        Ok(self.transact(writes).await?.is_ok())
    }

    /// Keeps the same PIN under another pepper: sessions stay. `false`: the PIN is not the one whose hash was seen.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn relock_pin(
        &self,
        id: GalleryId,
        seen_hash: &str,
        pin: &PinLock,
    ) -> Result<bool, Error> {
        let outcome = self
            .change(&keys::row(id, &Subject::Anybody))
            .update_expression("SET pin = :pin")
            .condition_expression("pin.#hash = :seen")
            .expression_attribute_names("#hash", "hash")
            .expression_attribute_values(":pin", attribute(KIND, pin)?)
            .expression_attribute_values(":seen", s(seen_hash))
            .send()
            .await;
        Ok(if_held("UpdateItem", outcome)?.is_some())
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

    /// The galleries whose tables name this subject. From the index: where to look, never whether to let in.
    pub(crate) async fn galleries_naming(
        &self,
        subject: &Subject,
    ) -> Result<Vec<GalleryId>, Error> {
        let Some(list) = list(subject) else {
            return Ok(Vec::new());
        };
        let items = self.listed(&list).await?;
        let rows = items.iter().filter_map(key_of);
        let ids = rows.filter_map(|Key { pk, .. }| pk.strip_prefix("GALLERY#")?.parse().ok());
        Ok(ids.collect())
    }
}
