//! Changing an order: read whole, changed by the domain's rule, written under the revision that was read, together with the
//! record of the idempotency key, the letters and the event. Of two who change it at once one reads again.

use super::item::{self, Stored};
use crate::error::Error;
use crate::item::n;
use crate::once::Before;
use crate::write::{MEETINGS, step_aside};
use crate::{Mail, Table, keys, visit};
use aws_sdk_dynamodb::types::{Put, TransactWriteItem};
use domain::activity::Event;
use domain::gallery::Gallery;
use domain::ids::{GalleryId, OrderId, PhotoId};
use domain::order::{Counted, Delivery, Forbidden, LineState, Now, Order, rule};
use domain::photo::Photo;
use domain::product::Product;
use jiff::Timestamp;
use std::collections::HashMap;

/// What became of a change of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed<T> {
    /// It is done: the order as it is now, and what the change says.
    Done(Order, T),
    /// It was sent before and was done then; the order as it is now.
    Again(Order),
    /// Something else was sent under this key.
    Reused,
    /// The order is not in a state for it; nothing was written.
    Forbidden(Forbidden),
    /// There is no such order.
    Gone,
    /// Too many met; nothing was written, try again.
    Busy,
}

/// What photographs are now.
type Photos = HashMap<PhotoId, Now>;

impl Table {
    /// Changes an order, once for each key. `what` names the change, so that a key that comes with another one is refused.
    /// `change` gets the order and what the photographs of its pending lines are now; it is called again when somebody else
    /// was faster. `tell` makes the letters and the event.
    ///
    /// # Errors
    /// When the table does not answer: whether it was done is not known, and sending it again is safe.
    pub async fn change_order<T>(
        &self,
        (gallery, id): (GalleryId, OrderId),
        (once, what): (&str, &str),
        change: impl Fn(&mut Order, &Photos) -> Result<T, Forbidden>,
        tell: impl Fn(&Order, &T) -> (Vec<Mail>, Event),
        now: Timestamp,
    ) -> Result<Changed<T>, Error> {
        let payload = format!("{id} {what}");
        for attempt in 0..MEETINGS {
            let before = self.once(gallery, once, &payload, now).await?;
            if before == Some(Before::Reused) {
                return Ok(Changed::Reused);
            }
            let Some(stored) = self.stored(gallery, id).await? else {
                return Ok(Changed::Gone);
            };
            if before.is_some() {
                return Ok(Changed::Again(stored.order));
            }
            let photos = self.photos_of_order(&stored.order).await?;
            let mut order = stored.order.clone();
            let said = match change(&mut order, &photos) {
                Ok(said) => said,
                // perhaps done by this very key, since it was looked up
                Err(forbidden) => match self.once(gallery, once, &payload, now).await? {
                    Some(_) => continue,
                    None => return Ok(Changed::Forbidden(forbidden)),
                },
            };
            let record = self.once_with_others(gallery, once, &payload, what, now)?;
            let mut writes = vec![record];
            writes.extend(self.changes(&stored, &order)?);
            let (mails, event) = tell(&order, &said);
            writes.extend(self.mail_writes(&mails, now)?);
            writes.extend(self.event_writes(&event)?);
            match self.transact_once(writes).await? {
                Ok(()) => return Ok(Changed::Done(order, said)),
                Err(_) => step_aside(attempt).await,
            }
        }
        Ok(Changed::Busy)
    }

    /// *Recalc items shipping methods* (P45): sends nothing.
    ///
    /// # Errors
    /// See [`Table::change_order`].
    pub async fn recalc_order(
        &self,
        (gallery, id): (&Gallery, OrderId),
        once: &str,
        products: &[Product],
        tell: impl Fn(&Order, &Counted) -> Event,
        now: Timestamp,
    ) -> Result<Changed<Counted>, Error> {
        let recalc =
            |order: &mut Order, photos: &Photos| order.recalc(photos, rule(products, gallery), now);
        let tell = |order: &Order, counted: &Counted| (Vec::new(), tell(order, counted));
        self.change_order((gallery.id, id), (once, "recalc"), recalc, tell, now)
            .await
    }

    /// *Ship PENDING downloadable items now* (P46): each line once, however often and by how many it is pressed, and one
    /// delivery's letters for it.
    ///
    /// # Errors
    /// See [`Table::change_order`].
    pub async fn ship_order(
        &self,
        (gallery, id): (&Gallery, OrderId),
        once: &str,
        products: &[Product],
        tell: impl Fn(&Order, &Delivery) -> (Vec<Mail>, Event),
        now: Timestamp,
    ) -> Result<Changed<Delivery>, Error> {
        let ship = |order: &mut Order, photos: &Photos| {
            order.ship(photos, rule(products, gallery), false, now)
        };
        self.change_order((gallery.id, id), (once, "ship"), ship, tell, now)
            .await
    }

    /// Ships the gallery's orders that ship by themselves and whose pending photographs are all Final: counted again and
    /// sent in one write.
    ///
    /// # Errors
    /// See [`Table::change_order`]; what was not shipped is by the next call.
    pub async fn auto_ship(
        &self,
        gallery: &Gallery,
        products: &[Product],
        tell: impl Fn(&Order, &Delivery) -> (Vec<Mail>, Event),
        now: Timestamp,
    ) -> Result<Vec<(Order, Delivery)>, Error> {
        let mut shipped = Vec::new();
        for order in self.orders(gallery.id).await? {
            if !order.open() || !order.auto_ship {
                continue;
            }
            let ship = |order: &mut Order, photos: &Photos| {
                if !order.ships_itself(photos) {
                    let waiting = order.tally().waiting;
                    return Err(Forbidden::NothingToShip { waiting });
                }
                order.recalc(photos, rule(products, gallery), now)?;
                order.ship(photos, rule(products, gallery), true, now)
            };
            let once = format!("auto {} {}", order.id, order.revision);
            let at = (gallery.id, order.id);
            let outcome = self
                .change_order(at, (&once, "auto"), ship, &tell, now)
                .await?;
            if let Changed::Done(order, delivery) = outcome {
                shipped.push((order, delivery));
            }
        }
        Ok(shipped)
    }

    /// What writes an order over the one that was read: its head if nobody changed it since, and the parts that are other
    /// ones now.
    fn changes(&self, stored: &Stored, order: &Order) -> Result<Vec<TransactWriteItem>, Error> {
        let (before, after) = (item::parts(&stored.order.lines), item::parts(&order.lines));
        let mut revisions = stored.parts.clone();
        let mut writes = Vec::new();
        for (place, (before, after)) in before.into_iter().zip(after).enumerate() {
            if before != after {
                revisions[place] = order.revision;
                let put = Put::builder()
                    .table_name(&self.name)
                    .set_item(Some(item::part(order, place, after)?))
                    .build()
                    .map_err(|e| Error::corrupt(item::KIND, e))?;
                writes.push(TransactWriteItem::builder().put(put).build());
            }
        }
        let head = Put::builder()
            .table_name(&self.name)
            .set_item(Some(item::head(order, revisions)?))
            .condition_expression("#revision = :seen")
            .expression_attribute_names("#revision", "revision")
            .expression_attribute_values(":seen", n(stored.order.revision))
            .build()
            .map_err(|e| Error::corrupt(item::KIND, e))?;
        writes.push(TransactWriteItem::builder().put(head).build());
        Ok(writes)
    }

    /// What the photographs of an order's pending lines are now. They may change before the order is written: that is as if
    /// they had changed after it.
    async fn photos_of_order(&self, order: &Order) -> Result<Photos, Error> {
        let pending = order
            .lines
            .iter()
            .filter(|line| line.state == LineState::Pending);
        let wanted: Vec<_> = pending
            .map(|line| keys::photo(order.gallery, &line.photo))
            .collect();
        let found = self.get_many(&wanted).await?;
        let photos = found
            .into_values()
            .map(|item| visit::read_photo(order.gallery, item))
            .collect::<Result<Vec<Photo>, Error>>()?;
        Ok(Now::of(&photos))
    }
}
