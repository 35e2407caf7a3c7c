//! The items read for one request, and which of those that turned out to be needed have not been asked for yet.

use crate::item::{Item, key_of};
use crate::keys::{self, Key};
use domain::ids::GalleryId;
use std::collections::{HashMap, HashSet};

/// What was read.
#[derive(Default)]
pub(crate) struct Book {
    items: HashMap<Key, Item>,
    asked: HashSet<Key>,
    /// A gallery whose page range was read to the end: what is not here is not in the table.
    whole: Option<GalleryId>,
    missing: Vec<Key>,
}

impl Book {
    /// The item, if it exists. One that was not asked for yet counts as missing, and is noted.
    pub(crate) fn look(&mut self, key: Key) -> Option<&Item> {
        if !self.knows(&key) && !self.missing.contains(&key) {
            self.missing.push(key.clone());
        }
        self.items.get(&key)
    }

    /// The item, if it happens to have been read.
    pub(crate) fn peek(&self, key: &Key) -> Option<&Item> {
        self.items.get(key)
    }

    /// Whether a batch asked for the item.
    pub(crate) fn asked(&self, key: &Key) -> bool {
        self.asked.contains(key)
    }

    fn knows(&self, key: &Key) -> bool {
        let within = |gallery| key.pk == keys::gallery_partition(gallery) && in_page_range(&key.sk);
        self.asked.contains(key) || self.whole.is_some_and(within)
    }

    /// What was looked for in vain since the last time.
    pub(crate) fn take_missing(&mut self) -> Vec<Key> {
        std::mem::take(&mut self.missing)
    }

    /// Takes in what a batch brought.
    pub(crate) fn add(&mut self, asked: Vec<Key>, found: HashMap<Key, Item>) {
        self.asked.extend(asked);
        self.items.extend(found);
    }

    /// Takes in a gallery's whole page range, photographs apart; what was read of it before is forgotten.
    pub(crate) fn add_whole(&mut self, gallery: GalleryId, items: Vec<Item>) {
        let partition = keys::gallery_partition(gallery);
        self.items
            .retain(|key, _| key.pk != partition || !in_page_range(&key.sk));
        let keyed = items
            .into_iter()
            .filter_map(|item| Some((key_of(&item)?, item)));
        self.items.extend(keyed);
        self.whole = Some(gallery);
    }

    /// Whether it is known that no group has a row in this table.
    pub(crate) fn without_groups(&self, table: GalleryId) -> bool {
        let partition = keys::gallery_partition(table);
        let prefix = format!("{}group#", keys::ROW);
        self.whole == Some(table)
            && !self
                .items
                .keys()
                .any(|key| key.pk == partition && key.sk.starts_with(&prefix))
    }
}

fn in_page_range(sk: &str) -> bool {
    let (from, to) = keys::page_range();
    from <= sk && sk <= to
}
