//! What clients say of photographs: one item for each subject and photograph, and every tap as it was made (R-2.5, C7).
//!
//! An item counts the taps that are in it (`taps`), and so does the subject's selection for all of its items. Both are
//! written in one transaction, so a reader who finds fewer taps in the items than in the selection has missed one and
//! reads again: see [`Chosen`].

mod cart;
mod confirm;
mod tap;

pub use confirm::{Confirmed, Confirming};
pub use tap::{Bound, Tapped};
pub(crate) use tap::{PATIENCE, wait};

use crate::Table;
use crate::error::Error;
use crate::item::{Item, attribute, key_of, read, s};
use crate::keys::{self, Key};
use crate::selection::{Head, read_head};
use crate::write::{MEETINGS, step_aside};
use domain::access::Subject;
use domain::choice::{Choice, Kept, Label, Set, Stamp, Stars};
use domain::ids::{GalleryId, PhotoId, ProductId};
use domain::selection::Selection;
use futures::future::try_join;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

const KIND: &str = "choice";

/// A tap as it was made: when and by which name, on which photograph, what should be.
type Made = (Stamp, PhotoId, Set);

/// All that one subject chose in one gallery.
///
/// Every tap that is counted in the selection's revision is in the choices. There may be more: then the selection's
/// revision is older than the table's, and a confirmation that names it is refused.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// By photograph; one of which nothing was ever said is missing. Hidden and removed photographs are there: filter
    /// with `domain::access::visible`.
    pub choices: HashMap<PhotoId, Choice>,
    /// Open or confirmed, and its revision.
    pub selection: Selection,
}

#[derive(Clone, Serialize, Deserialize)]
struct PickItem {
    photo: PhotoId,
    #[serde(default)]
    chosen: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    c_by: Option<Stamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stars: Option<Stars>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    s_by: Option<Stamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    label: Option<Label>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    l_by: Option<Stamp>,
    /// By product id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    wanted: BTreeMap<String, Wanted>,
    /// How many taps are in it.
    #[serde(default)]
    taps: u64,
    /// Rises with every write: a tap, or a cart that was emptied into an order.
    #[serde(default)]
    revision: u64,
}

#[derive(Clone, Serialize, Deserialize)]
struct Wanted {
    on: bool,
    by: Stamp,
}

impl PickItem {
    fn new(photo: PhotoId) -> Self {
        Self {
            photo,
            chosen: false,
            c_by: None,
            stars: None,
            s_by: None,
            label: None,
            l_by: None,
            wanted: BTreeMap::new(),
            taps: 0,
            revision: 0,
        }
    }

    /// The same item with another choice in it.
    fn with(&self, choice: &Choice) -> Self {
        let wanted = choice.wanted.iter().filter_map(|(product, kept)| {
            let by = kept.by.clone()?;
            Some((product.to_string(), Wanted { on: kept.value, by }))
        });
        Self {
            photo: self.photo.clone(),
            chosen: choice.chosen.value,
            c_by: choice.chosen.by.clone(),
            stars: choice.stars.value,
            s_by: choice.stars.by.clone(),
            label: choice.label.value,
            l_by: choice.label.by.clone(),
            wanted: wanted.collect(),
            taps: self.taps,
            revision: self.revision + 1,
        }
    }

    fn choice(&self) -> Result<Choice, Error> {
        let mut wanted = BTreeMap::new();
        for (product, Wanted { on, by }) in &self.wanted {
            let product: ProductId = product.parse().map_err(|e| Error::corrupt(KIND, e))?;
            let (value, by) = (*on, Some(by.clone()));
            wanted.insert(product, Kept { value, by });
        }
        fn kept<T: Clone>(value: &T, by: &Option<Stamp>) -> Kept<T> {
            Kept {
                value: value.clone(),
                by: by.clone(),
            }
        }
        Ok(Choice {
            chosen: kept(&self.chosen, &self.c_by),
            stars: kept(&self.stars, &self.s_by),
            label: kept(&self.label, &self.l_by),
            wanted,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct TapItem {
    stamp: Stamp,
    photo: PhotoId,
    set: Set,
    /// When it arrived; the stamp says when it was made.
    at: Timestamp,
}

/// A choice out of its item; nothing was said where there is none.
pub(crate) fn read_choice(item: Option<Item>) -> Result<Choice, Error> {
    match item {
        Some(item) => read::<PickItem>(KIND, item)?.choice(),
        None => Ok(Choice::default()),
    }
}

/// A subject's choices out of what two reads brought; `None`: a tap was made between them, read again.
pub(crate) fn read_chosen(
    subject: &Subject,
    selection: Option<Item>,
    picks: Vec<Item>,
) -> Result<Option<Chosen>, Error> {
    let head = read_head(subject, selection)?;
    let (chosen, whole) = assembled(head, picks)?;
    Ok(whole.then_some(chosen))
}

fn assembled(head: Head, picks: Vec<Item>) -> Result<(Chosen, bool), Error> {
    let mut choices = HashMap::with_capacity(picks.len());
    let mut taps = 0;
    for item in picks {
        let item: PickItem = read(KIND, item)?;
        taps += item.taps;
        choices.insert(item.photo.clone(), item.choice()?);
    }
    let chosen = Chosen {
        choices,
        selection: head.selection,
    };
    Ok((chosen, taps >= head.taps))
}

impl Table {
    /// All that this subject chose in a gallery.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn choices(&self, gallery: GalleryId, subject: &Subject) -> Result<Chosen, Error> {
        let key = keys::selection(gallery, subject);
        let (selection, picks) = try_join(self.get(&key), self.picks_of(gallery, subject)).await?;
        let head = read_head(subject, selection)?;
        let (mut chosen, mut whole) = assembled(head, picks)?;
        for attempt in 0..MEETINGS {
            if whole {
                break;
            }
            step_aside(attempt).await;
            // the selection first: what is counted in it is in the choices by then
            let head = read_head(subject, self.get(&key).await?)?;
            (chosen, whole) = assembled(head, self.picks_of(gallery, subject).await?)?;
        }
        Ok(chosen)
    }

    pub(crate) async fn picks_of(
        &self,
        gallery: GalleryId,
        subject: &Subject,
    ) -> Result<Vec<Item>, Error> {
        self.said(gallery, &keys::picks_of(subject)).await
    }

    /// All items with this prefix of what clients of a gallery said.
    pub(crate) async fn said(&self, gallery: GalleryId, prefix: &str) -> Result<Vec<Item>, Error> {
        let to = format!("{prefix}~");
        self.range(&keys::picks_partition(gallery), prefix, &to)
            .await
    }

    /// What everybody chose in a gallery, for the studio; subjects who never said anything are missing.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn all_choices(
        &self,
        gallery: GalleryId,
    ) -> Result<HashMap<Subject, HashMap<PhotoId, Choice>>, Error> {
        let (selections, picks) =
            try_join(self.selections(gallery), self.said(gallery, keys::PICK)).await?;
        let mut by_key: HashMap<String, HashMap<PhotoId, Choice>> = HashMap::new();
        for item in picks {
            let sk = key_of(&item).map(|key| key.sk).unwrap_or_default();
            let subject = sk.rsplit_once('#').map_or("", |(subject, _)| subject);
            let subject = format!("{subject}#");
            let item: PickItem = read(KIND, item)?;
            let choice = item.choice()?;
            by_key
                .entry(subject)
                .or_default()
                .insert(item.photo, choice);
        }
        let of = selections.into_iter().map(|selection| {
            let choices = by_key.remove(&keys::picks_of(&selection.subject));
            (selection.subject, choices.unwrap_or_default())
        });
        Ok(of.collect())
    }

    /// The taps of a subject as they were made, the latest first; those before a cursor that an earlier call gave. The
    /// cursor is none at the end.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn history(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        limit: usize,
        before: Option<&str>,
    ) -> Result<(Vec<Made>, Option<String>), Error> {
        let prefix = keys::taps_of(subject);
        let partition = keys::picks_partition(gallery);
        let mut start = before.map(|stamp| {
            let sk = format!("{prefix}{stamp}");
            keys::raw(&partition, &sk).attributes()
        });
        let mut taps = Vec::new();
        // a page of the table's own may end before there are enough
        loop {
            let answer = self
                .client
                .query()
                .table_name(&self.name)
                .key_condition_expression("PK = :pk AND begins_with(SK, :prefix)")
                .expression_attribute_values(":pk", s(&partition))
                .expression_attribute_values(":prefix", s(&prefix))
                .consistent_read(true)
                .scan_index_forward(false)
                .limit(i32::try_from(limit.max(1) - taps.len()).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start)
                .send()
                .await
                .map_err(Error::call("Query"))?;
            for item in answer.items.unwrap_or_default() {
                let tap: TapItem = read("tap", item)?;
                taps.push((tap.stamp, tap.photo, tap.set));
            }
            start = answer.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() || taps.len() >= limit.max(1) {
                break;
            }
        }
        let cursor =
            start.and_then(|key| key_of(&key)?.sk.strip_prefix(&prefix).map(str::to_owned));
        Ok((taps, cursor))
    }

    /// Writes a choice over what was read of it, as a part of a transaction.
    fn put_pick(
        &self,
        key: &Key,
        seen: &PickItem,
        item: &PickItem,
    ) -> Result<aws_sdk_dynamodb::types::TransactWriteItem, Error> {
        let put = aws_sdk_dynamodb::types::Put::builder()
            .table_name(&self.name)
            .set_item(Some(crate::item::write(KIND, key, item)?));
        let put = if seen.revision == 0 {
            put.condition_expression("attribute_not_exists(PK)")
        } else {
            put.condition_expression("revision = :seen")
                .expression_attribute_values(":seen", attribute(KIND, seen.revision)?)
        };
        let put = put.build().map_err(|e| Error::corrupt(KIND, e))?;
        Ok(aws_sdk_dynamodb::types::TransactWriteItem::builder()
            .put(put)
            .build())
    }
}
