//! What the studio's list says of every gallery's choices: two queries, however many galleries there are.

use crate::Table;
use crate::error::Error;
use crate::item::{Item, n, read, s};
use crate::keys::{self, LIST, LIST_BY};
use crate::selection::read_listed;
use crate::write::part;
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::ids::GalleryId;
use domain::selection::Selection;
use futures::future::try_join;
use serde::Deserialize;
use std::collections::HashMap;

const KIND: &str = "talk";

/// What was chosen and said in one gallery, in numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overview {
    /// Of everybody who ever chose, rated or wanted something.
    pub selections: Vec<Selection>,
    /// Without those that were taken back.
    pub comments: u64,
}

#[derive(Deserialize)]
struct TalkItem {
    #[serde(default)]
    said: i64,
}

impl Table {
    /// What was chosen and said in all galleries; one where nothing was is missing. From the index: for lists, a moment
    /// late.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn overviews(&self) -> Result<HashMap<GalleryId, Overview>, Error> {
        let (selections, talks) =
            try_join(self.listed(keys::SELECTIONS), self.listed(keys::TALKS)).await?;
        let mut overviews: HashMap<GalleryId, Overview> = HashMap::new();
        for item in selections {
            if let Some(gallery) = of(&item) {
                let selection = read_listed(item)?;
                overviews
                    .entry(gallery)
                    .or_default()
                    .selections
                    .push(selection);
            }
        }
        for item in talks {
            if let Some(gallery) = of(&item) {
                let talk: TalkItem = read(KIND, item)?;
                let said = u64::try_from(talk.said).unwrap_or_default();
                overviews.entry(gallery).or_default().comments = said;
            }
        }
        Ok(overviews)
    }

    /// So many comments more.
    pub(crate) fn count_talk(
        &self,
        gallery: GalleryId,
        more: i64,
    ) -> Result<TransactWriteItem, Error> {
        let change = self
            .change_with_others(&keys::talk(gallery))
            .update_expression("SET #list = :list, #by = :by ADD said :more")
            .expression_attribute_names("#list", LIST)
            .expression_attribute_names("#by", LIST_BY)
            .expression_attribute_values(":list", s(keys::TALKS))
            .expression_attribute_values(":by", s(gallery.to_string()))
            .expression_attribute_values(":more", n(more));
        part(KIND, change)
    }
}

/// The gallery an item of a list is about.
fn of(item: &Item) -> Option<GalleryId> {
    let by = item.get(LIST_BY)?.as_s().ok()?;
    by.parse().ok()
}
