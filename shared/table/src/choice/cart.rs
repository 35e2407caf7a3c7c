//! Emptying a cart into an order (P42).

use super::{KIND, PickItem};
use crate::Table;
use crate::error::Error;
use crate::item::read;
use crate::keys::{self, Key};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::access::Subject;
use domain::choice::Stamp;
use domain::ids::{GalleryId, PhotoId, ProductId};
use jiff::Timestamp;
use std::collections::BTreeMap;

impl Table {
    /// Takes products out of a subject's cart as parts of a transaction: one write for each photograph that still wants
    /// one of them, none for the others. A write loses when the photograph's choice was changed since; then this is
    /// asked again.
    ///
    /// Emptying is no tap: it is not in the history, the order is. A wish that is made later stands, one that was made
    /// earlier and comes late is in the order already.
    pub(crate) async fn cart_writes(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        empties: &[(PhotoId, ProductId)],
        now: Timestamp,
    ) -> Result<Vec<TransactWriteItem>, Error> {
        let mut by_photo: BTreeMap<&PhotoId, Vec<ProductId>> = BTreeMap::new();
        for (photo, product) in empties {
            by_photo.entry(photo).or_default().push(*product);
        }
        let key = |photo: &PhotoId| keys::pick(gallery, subject, photo);
        let keys: Vec<Key> = by_photo.keys().map(|photo| key(photo)).collect();
        let mut found = self.get_many(&keys).await?;
        let emptied = Stamp::now(now);
        let mut writes = Vec::new();
        for (photo, products) in by_photo {
            let key = key(photo);
            let Some(item) = found.remove(&key) else {
                continue;
            };
            let seen: PickItem = read(KIND, item)?;
            let mut choice = seen.choice()?;
            let mut wanted = false;
            for product in products {
                let Some(kept) = choice.wanted.get_mut(&product).filter(|kept| kept.value) else {
                    continue;
                };
                wanted = true;
                kept.value = false;
                // a device whose clock is ahead must not hold the wish in the cart
                kept.by = kept.by.take().max(Some(emptied.clone()));
            }
            if wanted {
                writes.push(self.put_pick(&key, &seen, &seen.with(&choice))?);
            }
        }
        Ok(writes)
    }
}
