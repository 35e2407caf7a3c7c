//! Rows of the authorization table as items.

use crate::error::Error;
use crate::item::{Item, read};
use domain::access::{Originals, PinLock, Rights, Row, Subject, Web};
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
        }
    }
}

pub(crate) fn read_row(item: Item) -> Result<Row, Error> {
    read::<RowItem>(KIND, item).map(Row::from)
}
