//! An order as items: its head, and its lines in parts that each fit into one.
//!
//! A query reads items one after the other, so it may meet a transaction halfway. The head says at which revision each part
//! was last written; parts that say otherwise are of another moment, and the order is read again.

use crate::error::Error;
use crate::item::{Item, attribute, key_of, read, write};
use crate::keys::{self, LIST, LIST_BY, ORDERS_DONE, ORDERS_OPEN};
use domain::access::Subject;
use domain::email::Email;
use domain::ids::{GalleryId, OrderId};
use domain::order::{Counted, Delivery, Line, LineState, Order, OrderState, Source};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub(super) const KIND: &str = "order";

/// Lines of one part at most.
const PART_LINES: usize = 400;
/// Bytes of one part at most ([`Line::weight`]); an item takes 400 KB.
const PART_WEIGHT: usize = 300_000;

/// An order without its lines: what lists show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderHead {
    /// Names it.
    pub id: OrderId,
    /// Counted from 1 in its gallery.
    pub number: u32,
    /// Of which gallery.
    pub gallery: GalleryId,
    /// Whose.
    pub subject: Subject,
    /// Where its letters go.
    pub contact: Option<Email>,
    /// When it was placed.
    pub placed: Timestamp,
    /// Where it is.
    pub state: OrderState,
    /// Its lines that are not cancelled.
    pub lines: u32,
    /// Of them shipped.
    pub shipped: u32,
    /// Pending ones, by the methods they have.
    pub pending: Counted,
}

/// An order as it was read, and the revision of each of its parts.
pub(super) struct Stored {
    pub(super) order: Order,
    pub(super) parts: Vec<u64>,
}

#[derive(Serialize, Deserialize)]
struct HeadItem {
    id: OrderId,
    number: u32,
    gallery: GalleryId,
    subject: Subject,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<Email>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    message: String,
    placed: Timestamp,
    source: Source,
    deliveries: Vec<Delivery>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cancelled: Option<Timestamp>,
    auto_ship: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    counted: Option<Timestamp>,
    revision: u64,
    /// The revision at which each part of the lines was last written.
    parts: Vec<u64>,
    // what lists show of the lines
    lines: u32,
    shipped: u32,
    ready: u32,
    waiting: u32,
}

#[derive(Serialize, Deserialize)]
struct PartItem {
    revision: u64,
    lines: Vec<Line>,
}

/// The attribute that says whose an order and its lines are, in words of a key.
pub(super) const OF: &str = "whose";

/// The lines in parts. What becomes of a line never moves it into another part.
pub(super) fn parts(lines: &[Line]) -> Vec<&[Line]> {
    let (mut parts, mut from, mut weight) = (Vec::new(), 0, 0);
    for (place, line) in lines.iter().enumerate() {
        let full = place - from == PART_LINES || weight + line.weight() > PART_WEIGHT;
        if full && place > from {
            parts.push(&lines[from..place]);
            (from, weight) = (place, 0);
        }
        weight += line.weight();
    }
    parts.push(&lines[from..]);
    parts
}

/// The head of an order whose parts were last written at these revisions.
pub(super) fn head(order: &Order, parts: Vec<u64>) -> Result<Item, Error> {
    let count = |is: fn(&LineState) -> bool| {
        let lines = order.lines.iter().filter(|line| is(&line.state));
        u32::try_from(lines.count()).unwrap_or(u32::MAX)
    };
    let pending = order.tally();
    let head = HeadItem {
        id: order.id,
        number: order.number,
        gallery: order.gallery,
        subject: order.subject.clone(),
        contact: order.contact.clone(),
        message: order.message.clone(),
        placed: order.placed,
        source: order.source,
        deliveries: order.deliveries.clone(),
        cancelled: order.cancelled,
        auto_ship: order.auto_ship,
        counted: order.counted,
        revision: order.revision,
        parts,
        lines: count(|state| !matches!(state, LineState::Cancelled { .. })),
        shipped: count(|state| matches!(state, LineState::Shipped { .. })),
        ready: pending.now,
        waiting: pending.waiting,
    };
    let mut item = write(KIND, &keys::order(order.gallery, order.id), &head)?;
    let list = if order.open() {
        ORDERS_OPEN
    } else {
        ORDERS_DONE
    };
    let by = format!("{:.3}#{}", order.placed, order.id);
    item.insert(OF.into(), attribute(KIND, keys::subject(&order.subject))?);
    item.insert(LIST.into(), attribute(KIND, list)?);
    item.insert(LIST_BY.into(), attribute(KIND, by)?);
    Ok(item)
}

/// One part of an order's lines, as of the order's revision.
pub(super) fn part(order: &Order, place: usize, lines: &[Line]) -> Result<Item, Error> {
    let body = PartItem {
        revision: order.revision,
        lines: lines.to_vec(),
    };
    let key = keys::order_lines(order.gallery, order.id, place);
    let mut item = write(KIND, &key, &body)?;
    item.insert(OF.into(), attribute(KIND, keys::subject(&order.subject))?);
    Ok(item)
}

/// Orders from their items, which come as their keys sort: each head before its lines. `Err`: an order that was read while
/// it was written.
pub(super) fn gather(items: Vec<Item>) -> Result<Vec<Result<Stored, OrderId>>, Error> {
    let mut orders: Vec<(HeadItem, Vec<PartItem>)> = Vec::new();
    for item in items {
        let is_part = key_of(&item).is_some_and(|key| key.sk.contains("#LINES#"));
        match orders.last_mut() {
            Some((_, parts)) if is_part => parts.push(read(KIND, item)?),
            // lines without a head: it was written after it was looked for
            None if is_part => {}
            _ => orders.push((read(KIND, item)?, Vec::new())),
        }
    }
    Ok(orders.into_iter().map(whole).collect())
}

fn whole((head, parts): (HeadItem, Vec<PartItem>)) -> Result<Stored, OrderId> {
    if !head
        .parts
        .iter()
        .eq(parts.iter().map(|part| &part.revision))
    {
        return Err(head.id);
    }
    let order = Order {
        id: head.id,
        number: head.number,
        gallery: head.gallery,
        subject: head.subject,
        contact: head.contact,
        message: head.message,
        placed: head.placed,
        source: head.source,
        lines: parts.into_iter().flat_map(|part| part.lines).collect(),
        deliveries: head.deliveries,
        cancelled: head.cancelled,
        auto_ship: head.auto_ship,
        counted: head.counted,
        revision: head.revision,
    };
    Ok(Stored {
        order,
        parts: head.parts,
    })
}

pub(super) fn read_head(item: Item) -> Result<OrderHead, Error> {
    let head: HeadItem = read(KIND, item)?;
    let state = match (head.lines, head.shipped) {
        (0, _) => OrderState::Cancelled,
        (_, 0) => OrderState::Placed,
        (lines, shipped) if shipped < lines => OrderState::PartlyShipped,
        _ => OrderState::Shipped,
    };
    Ok(OrderHead {
        id: head.id,
        number: head.number,
        gallery: head.gallery,
        subject: head.subject,
        contact: head.contact,
        placed: head.placed,
        state,
        lines: head.lines,
        shipped: head.shipped,
        pending: Counted {
            now: head.ready,
            waiting: head.waiting,
            missing: 0,
        },
    })
}
