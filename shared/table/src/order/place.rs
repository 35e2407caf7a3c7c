//! Placing an order: one transaction over its number, its items, the record of its idempotency key, the cart it empties,
//! its letters and its event.

use super::{ROOM, item};
use crate::error::Error;
use crate::item::{n, read};
use crate::once::Before;
use crate::write::{MEETINGS, part, step_aside};
use crate::{Mail, Table, keys};
use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, TransactWriteItem};
use domain::access::Subject;
use domain::activity::Event;
use domain::gallery::Gallery;
use domain::ids::{GalleryId, PhotoId, ProductId};
use domain::order::{Held, Line, Order};
use jiff::Timestamp;
use serde::Deserialize;

/// What became of an order that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placed {
    /// It is placed; now it has its number.
    Done(Order),
    /// It was sent before and is placed: this is it.
    Again(Order),
    /// Something else was sent under this key.
    Reused,
    /// The gallery was paused, its settings were saved, or something of it was ordered since it was decided on, from another
    /// device perhaps: decide anew. Nothing was written.
    Changed,
    /// Too many met; nothing was written, try again.
    Busy,
}

#[derive(Deserialize)]
struct Counter {
    orders: u32,
}

impl Table {
    /// Places an order, once for each key: sent again, also in parallel or because an answer was lost, it is the same
    /// order. What it takes out of the cart (`empties`) goes in the same transaction as far as it fits, the rest after it.
    /// `tell` makes its letters and its event of the order with its number.
    ///
    /// # Errors
    /// When the table does not answer: whether it was placed is not known, and sending it again is safe.
    pub async fn place_order(
        &self,
        gallery: &Gallery,
        order: &Order,
        once: &str,
        empties: &[(PhotoId, ProductId)],
        tell: impl Fn(&Order) -> (Vec<Mail>, Event),
        now: Timestamp,
    ) -> Result<Placed, Error> {
        let payload = payload(order);
        for attempt in 0..MEETINGS {
            match self.once(gallery.id, once, &payload, now).await? {
                None => {}
                Some(Before::Reused) => return Ok(Placed::Reused),
                Some(Before::Again(id)) => {
                    let order = self.order_of_result(gallery.id, &id).await?;
                    return order.map(Placed::Again).ok_or(GONE);
                }
            }
            let Some((order, numbering)) = self.order_writes(order, now).await? else {
                // perhaps by this very key, since it was looked up
                match self.once(gallery.id, once, &payload, now).await? {
                    Some(_) => continue,
                    None => return Ok(Placed::Changed),
                }
            };
            let (mails, event) = tell(&order);
            let result = order.id.to_string();
            let mut writes = vec![
                self.once_with_others(gallery.id, once, &payload, &result, now)?,
                self.gallery_as_seen(gallery)?,
            ];
            writes.extend(numbering);
            writes.extend(self.mail_writes(&mails, now)?);
            writes.extend(self.event_writes(&event)?);
            let room = ROOM.saturating_sub(writes.len()).min(empties.len());
            let (fitting, others) = empties.split_at(room);
            writes.extend(
                self.cart_writes(gallery.id, &order.subject, fitting, now)
                    .await?,
            );
            match self.transact_once(writes).await? {
                Ok(()) => {
                    self.empty_cart(&order, others, now).await?;
                    return Ok(Placed::Done(order));
                }
                // used meanwhile: by whom, the next look says
                Err(lost) if lost.at(0) => {}
                Err(lost) if lost.at(1) => return Ok(Placed::Changed),
                Err(_) => step_aside(attempt).await,
            }
        }
        Ok(Placed::Busy)
    }

    /// The order that was placed under this key, if it is this subject's: a form that is sent again finds it, though its
    /// cart is empty by now.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn placed_order(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        once: &str,
        now: Timestamp,
    ) -> Result<Option<Order>, Error> {
        let Some(id) = self.once_result(gallery, once, now).await? else {
            return Ok(None);
        };
        let order = self.order_of_result(gallery, &id).await?;
        Ok(order.filter(|order| order.subject == *subject))
    }

    /// An order with its number, and what writes it; `None`: the subject has ordered something of it by now, in this
    /// version. The first write is the counter: it loses when another order was placed in the gallery, and then this is
    /// asked again. So what was looked at here still holds when it is written.
    pub(crate) async fn order_writes(
        &self,
        order: &Order,
        now: Timestamp,
    ) -> Result<Option<(Order, Vec<TransactWriteItem>)>, Error> {
        let counter = keys::order_counter(order.gallery);
        let before = match self.get(&counter).await? {
            Some(item) => read::<Counter>("counter", item)?.orders,
            None => 0,
        };
        // after the counter: an order that comes after this look has raised it
        let earlier = self.orders_of(order.gallery, &order.subject).await?;
        let held = Held::by(earlier.iter().flat_map(|order| &order.lines));
        let taken = |line: &Line| held.holds(&line.photo, line.product, line.asked);
        if order.lines.iter().any(taken) {
            return Ok(None);
        }
        let order = Order {
            number: before + 1,
            ..order.clone()
        };
        let count = self
            .change_with_others(&counter)
            .update_expression("SET #orders = :number, #at = :now")
            .condition_expression(match before {
                0 => "attribute_not_exists(PK)",
                _ => "#orders = :before",
            })
            .expression_attribute_names("#orders", "orders")
            .expression_attribute_names("#at", "at")
            .expression_attribute_values(":number", n(order.number))
            .expression_attribute_values(":now", crate::item::s(now.to_string()));
        let count = match before {
            0 => count,
            _ => count.expression_attribute_values(":before", n(before)),
        };
        let parts = item::parts(&order.lines);
        let revisions = vec![order.revision; parts.len()];
        let mut writes = vec![
            part("counter", count)?,
            self.put_new_with_others(item::head(&order, revisions)?)?,
        ];
        for (place, lines) in parts.into_iter().enumerate() {
            writes.push(self.put_new_with_others(item::part(&order, place, lines)?)?);
        }
        Ok(Some((order, writes)))
    }

    /// That a gallery is open and its settings are as they were read, as a part of a transaction: what was decided by them
    /// holds at the moment of the write.
    pub(crate) fn gallery_as_seen(&self, gallery: &Gallery) -> Result<TransactWriteItem, Error> {
        let seen = gallery.settings_revision;
        let check = ConditionCheck::builder()
            .table_name(&self.name)
            .set_key(Some(keys::gallery(gallery.id).attributes()))
            .condition_expression(match seen {
                0 => "enabled = :yes AND (attribute_not_exists(#rev) OR #rev = :seen)",
                _ => "enabled = :yes AND #rev = :seen",
            })
            .expression_attribute_names("#rev", "settings_revision")
            .expression_attribute_values(":yes", AttributeValue::Bool(true))
            .expression_attribute_values(":seen", n(seen))
            .build()
            .map_err(|e| Error::corrupt("gallery", e))?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    pub(super) async fn order_of_result(
        &self,
        gallery: GalleryId,
        id: &str,
    ) -> Result<Option<Order>, Error> {
        match id.parse() {
            Ok(id) => self.order(gallery, id).await,
            Err(_) => Ok(None),
        }
    }

    /// Takes out of the cart what did not fit into the order's transaction. What another tap has changed meanwhile stays:
    /// it is refused later as ordered already.
    async fn empty_cart(
        &self,
        order: &Order,
        ordered: &[(PhotoId, ProductId)],
        now: Timestamp,
    ) -> Result<(), Error> {
        for some in ordered.chunks(ROOM) {
            let writes = self
                .cart_writes(order.gallery, &order.subject, some, now)
                .await?;
            if !writes.is_empty() {
                let _ = self.transact(writes).await?;
            }
        }
        Ok(())
    }
}

/// An idempotency key points to an order that is not there: nothing removes orders.
const GONE: Error = Error::Gone { kind: item::KIND };

/// What was asked for, apart from what follows from when it was.
fn payload(order: &Order) -> String {
    let mut asked: Vec<String> = order
        .lines
        .iter()
        .map(|line| format!("{}:{}", line.photo, line.product))
        .collect();
    asked.sort();
    let whose = keys::subject(&order.subject);
    let source = format!("{:?}", order.source);
    format!("{whose} {source} {} {}", asked.join(","), order.message)
}
