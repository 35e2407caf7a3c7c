//! Confirming a choice (S22, S34): the snapshot, the lock, an order where there is one, letters and the event in one
//! transaction, once for each key.

use super::tap::{PATIENCE, wait};
use crate::error::Error;
use crate::item::{attribute, n};
use crate::once::Before;
use crate::selection::Head;
use crate::write::part;
use crate::{Mail, Table, keys};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::access::Subject;
use domain::activity::Event;
use domain::email::Email;
use domain::gallery::Gallery;
use domain::order::{Order, Source};
use domain::selection::{Selection, Snapshot};
use jiff::Timestamp;

/// Writes one transaction takes.
const MOST_WRITES: usize = 100;
/// Bytes one transaction takes are four million; so many of the order's lines and of the snapshot leave room for the rest.
const MOST_BYTES: usize = 3_500_000;
/// An order line's bytes at most, names of usual length.
const LINE: usize = 400;

/// What somebody confirms.
#[derive(Debug)]
pub struct Confirming<'a> {
    /// Of which gallery, as it was read.
    pub gallery: &'a Gallery,
    /// Whose choice.
    pub subject: Subject,
    /// Where the letters go, when the subject names no address.
    pub contact: Option<Email>,
    /// What is frozen; the table gives it its number.
    pub snapshot: Snapshot,
    /// What is ordered with it; the table fills in the numbers.
    pub order: Option<Order>,
    /// The form's idempotency key.
    pub once: &'a str,
    /// The selection's revision in the [`crate::Chosen`] that the snapshot was made from; where it is 0 nothing was ever
    /// said, and nothing is confirmed.
    pub seen: u64,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one a request")]
pub enum Confirmed {
    /// It is confirmed.
    Done(Selection, Option<Order>),
    /// It was, by this key or by another. The selection as it stands now: the studio may have opened it since.
    Already(Selection),
    /// Taps came since the snapshot was made, something of it was ordered, or the studio paused the gallery or saved its
    /// settings: nothing is written, show the page anew.
    Changed,
    /// The key belongs to something else.
    Reused,
    /// More than [`crate::MOST_PICKED`] photographs, or more than one transaction holds.
    TooLarge,
    /// Too many writes met; nothing is written, try again.
    Busy,
}

impl Table {
    /// Freezes a choice, if it still is what the snapshot was made from. `tell` makes the letters and the events of the
    /// snapshot and the order with their numbers; they are written with it or not at all.
    ///
    /// Sent again under the same key, also because an answer was lost, it is [`Confirmed::Already`]. The payload that a
    /// key is bound to is whose choice and the message: what is frozen follows from the choice.
    ///
    /// # Errors
    /// When the table does not answer: whether it is confirmed is not known then, and it can be sent again.
    pub async fn confirm(
        &self,
        confirming: &Confirming<'_>,
        tell: impl Fn(&Snapshot, Option<&Order>) -> (Vec<Mail>, Vec<Event>),
        now: Timestamp,
    ) -> Result<Confirmed, Error> {
        let Confirming {
            gallery,
            subject,
            once,
            ..
        } = confirming;
        let message = &confirming.snapshot.message;
        let payload = format!("confirm {} {message}", keys::subject(subject));
        for attempt in 0..PATIENCE {
            let before = self.once(gallery.id, once, &payload, now).await?;
            if before == Some(Before::Reused) {
                return Ok(Confirmed::Reused);
            }
            let head = self.selection_head(gallery.id, subject).await?;
            let mut selection = head.selection.clone();
            if before.is_some() || selection.confirmed().is_some() {
                return Ok(Confirmed::Already(selection));
            }
            let Ok(number) = selection.confirm(now) else {
                return Ok(Confirmed::Already(selection));
            };
            if confirming.seen == 0 || head.selection.revision != confirming.seen {
                return Ok(Confirmed::Changed);
            }
            selection.contact.clone_from(&confirming.contact);
            let snapshot = Snapshot {
                number,
                subject: subject.clone(),
                ..confirming.snapshot.clone()
            };
            let mut order = confirming.order.clone();
            let mut writes = vec![
                self.freeze(&head, &selection, confirming, now)?,
                self.once_with_others(gallery.id, once, &payload, &number.to_string(), now)?,
                self.gallery_as_seen(gallery)?,
            ];
            if let Some(asked) = order.as_mut() {
                asked.source = Source::Selection { snapshot: number };
                let Some((numbered, numbering)) = self.order_writes(asked, now).await? else {
                    // perhaps by this very choice, confirmed since it was read
                    let now = self.selection_head(gallery.id, subject).await?.selection;
                    if now.revision != head.selection.revision {
                        continue;
                    }
                    return Ok(Confirmed::Changed);
                };
                *asked = numbered;
                writes.extend(numbering);
            }
            let Some(parts) = self.snapshot_writes(gallery.id, &snapshot)? else {
                return Ok(Confirmed::TooLarge);
            };
            let (mails, events) = tell(&snapshot, order.as_ref());
            writes.extend(parts.writes);
            writes.extend(self.mail_writes(&mails, now)?);
            for event in &events {
                writes.extend(self.event_writes(event)?);
            }
            let lines = order.as_ref().map_or(0, |order| order.lines.len());
            if writes.len() > MOST_WRITES || parts.bytes + lines * LINE > MOST_BYTES {
                return Ok(Confirmed::TooLarge);
            }
            match self.transact_once(writes).await? {
                Ok(()) => return Ok(Confirmed::Done(selection, order)),
                // a tap, another confirmation or this one: the next look says
                Err(lost) if lost.at(0) || lost.at(1) => {}
                Err(lost) if lost.at(2) => return Ok(Confirmed::Changed),
                Err(_) => wait(attempt).await,
            }
        }
        Ok(Confirmed::Busy)
    }

    /// Locks the selection, if nothing was changed in it since.
    fn freeze(
        &self,
        head: &Head,
        selection: &Selection,
        confirming: &Confirming<'_>,
        now: Timestamp,
    ) -> Result<TransactWriteItem, Error> {
        const KIND: &str = "selection";
        let key = keys::selection(confirming.gallery.id, &selection.subject);
        let change = self
            .change_with_others(&key)
            .condition_expression("revision = :seen AND attribute_not_exists(confirmed)")
            .expression_attribute_values(":seen", n(head.selection.revision))
            .expression_attribute_values(":next", n(selection.revision))
            .expression_attribute_values(":now", attribute(KIND, now)?)
            .expression_attribute_names("#snapshot", "snapshot")
            .expression_attribute_values(":number", n(selection.snapshots));
        let frozen = "SET revision = :next, confirmed = :now, updated = :now, \
                      #snapshot = :number, snapshots = :number";
        let change = match &selection.contact {
            Some(contact) => change
                .update_expression(format!("{frozen}, contact = :contact"))
                .expression_attribute_values(":contact", attribute(KIND, contact)?),
            None => change.update_expression(format!("{frozen} REMOVE contact")),
        };
        part(KIND, change)
    }
}
