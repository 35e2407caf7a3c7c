//! A subject's choice as a whole (4.6): open or confirmed, and its place in the order of writes.

use crate::choice::wait;
use crate::error::Error;
use crate::item::{Item, attribute, n, read};
use crate::write::part;
use crate::{Mail, Table, keys};
use domain::access::Subject;
use domain::activity::Event;
use domain::email::Email;
use domain::ids::GalleryId;
use domain::selection::{Forbidden, Progress, Selection};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;

const KIND: &str = "selection";

#[derive(Deserialize)]
struct SelectionItem {
    subject: Subject,
    /// When it was confirmed; there only while it is.
    confirmed: Option<Timestamp>,
    /// The last confirmation's snapshot.
    #[serde(default)]
    snapshot: u32,
    #[serde(default)]
    snapshots: u32,
    revision: u64,
    #[serde(default)]
    taps: u64,
    updated: Option<Timestamp>,
    #[serde(default)]
    chosen: i64,
    contact: Option<Email>,
}

/// A selection, and how many taps are counted in it.
pub(crate) struct Head {
    pub(crate) selection: Selection,
    pub(crate) taps: u64,
}

impl From<SelectionItem> for Head {
    fn from(item: SelectionItem) -> Self {
        let state = match item.confirmed {
            Some(on) => Progress::Confirmed {
                snapshot: item.snapshot,
                on,
            },
            None => Progress::Open,
        };
        let selection = Selection {
            subject: item.subject,
            state,
            snapshots: item.snapshots,
            revision: item.revision,
            updated: item.updated,
            chosen: u32::try_from(item.chosen).unwrap_or_default(),
            contact: item.contact,
        };
        Self {
            selection,
            taps: item.taps,
        }
    }
}

impl Head {
    /// The selection with one tap more, and so many photographs more chosen.
    pub(crate) fn tapped(self, more: i64, now: Timestamp) -> Selection {
        let chosen = i64::from(self.selection.chosen) + more;
        Selection {
            revision: self.selection.revision + 1,
            updated: Some(now),
            chosen: u32::try_from(chosen).unwrap_or_default(),
            ..self.selection
        }
    }
}

/// A subject's selection out of its item; one that says nothing yet where there is none.
pub(crate) fn read_head(subject: &Subject, item: Option<Item>) -> Result<Head, Error> {
    match item {
        Some(item) => Ok(read::<SelectionItem>(KIND, item)?.into()),
        None => Ok(Head {
            selection: Selection::new(subject.clone()),
            taps: 0,
        }),
    }
}

/// A selection out of an item of a list.
pub(crate) fn read_listed(item: Item) -> Result<Selection, Error> {
    Ok(Head::from(read::<SelectionItem>(KIND, item)?).selection)
}

impl Table {
    pub(crate) async fn selection_head(
        &self,
        gallery: GalleryId,
        subject: &Subject,
    ) -> Result<Head, Error> {
        let item = self.get(&keys::selection(gallery, subject)).await?;
        read_head(subject, item)
    }

    /// The selections of these subjects in these galleries, in one round trip; of who never chose anything there is none.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn selections_of(
        &self,
        wanted: &[(GalleryId, Subject)],
    ) -> Result<HashMap<GalleryId, Selection>, Error> {
        let keys = wanted
            .iter()
            .map(|(gallery, of)| keys::selection(*gallery, of));
        let keys: Vec<_> = keys.collect();
        let mut found = self.get_many(&keys).await?;
        let mut selections = HashMap::new();
        for ((gallery, subject), key) in wanted.iter().zip(&keys) {
            if let Some(item) = found.remove(key) {
                let head = read_head(subject, Some(item))?;
                selections.insert(*gallery, head.selection);
            }
        }
        Ok(selections)
    }

    /// The selections of everybody who ever chose, rated or wanted something in a gallery; favourites too.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn selections(&self, gallery: GalleryId) -> Result<Vec<Selection>, Error> {
        let items = self.said(gallery, keys::SELECTION).await?.into_iter();
        items
            .map(|item| Ok(Head::from(read::<SelectionItem>(KIND, item)?).selection))
            .collect()
    }

    /// Opens a confirmed choice again; every snapshot stays (S34). Mails and event are written with it.
    ///
    /// # Errors
    /// When the table does not answer. Inside: [`Forbidden::NotConfirmed`], also of a choice that is not there.
    pub async fn reopen(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        mails: &[Mail],
        event: &Event,
        now: Timestamp,
    ) -> Result<Result<Selection, Forbidden>, Error> {
        let mut attempt = 0;
        loop {
            let Head { selection: was, .. } = self.selection_head(gallery, subject).await?;
            let mut selection = was.clone();
            if let Err(forbidden) = selection.reopen(now) {
                return Ok(Err(forbidden));
            }
            let change = self
                .change_with_others(&keys::selection(gallery, subject))
                .condition_expression("revision = :seen AND attribute_exists(confirmed)")
                .update_expression("SET revision = :next, updated = :now REMOVE confirmed")
                .expression_attribute_values(":seen", n(was.revision))
                .expression_attribute_values(":next", n(selection.revision))
                .expression_attribute_values(":now", attribute(KIND, now)?);
            let mut writes = vec![part(KIND, change)?];
            writes.extend(self.mail_writes(mails, now)?);
            writes.extend(self.event_writes(event)?);
            if self.transact_once(writes).await?.is_ok() {
                return Ok(Ok(selection));
            }
            if attempt == crate::choice::PATIENCE {
                return Err(Error::Met);
            }
            wait(attempt).await;
            attempt += 1;
        }
    }
}
