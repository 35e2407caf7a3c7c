//! The log of events (P10, P20, R-4.13): append-only, kept 400 days, read newest first.
//!
//! One event is one item in the partition of its gallery and month. Two more ways to read it:
//! - All galleries together: the index, by month. Its partition is the one hot spot: a studio would have to log a
//!   thousand events a second to feel it (DynamoDB's limit for a partition), and then only writes would wait.
//! - By person: a copy in the person's partition, written in the same transaction. Most events concern nobody by name
//!   and cost one write.
//!
//! Functions that visitors call may put into `ACTIVITY#`, and neither change nor delete there; every put asks that
//! nothing is replaced.

use crate::Table;
use crate::error::Error;
use crate::item::{Item, key_of, read, s, write};
use crate::keys::{self, LIST, LIST_BY, LISTS};
use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use domain::access::Subject;
use domain::activity::{Event, KEPT, Origin, What, Who};
use domain::email::Email;
use domain::ids::{GalleryId, random_bytes};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[derive(Clone, Serialize, Deserialize)]
struct EventItem {
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gallery: Option<GalleryId>,
    who: Who,
    what: What,
    from: Origin,
    ttl: i64,
}

impl From<EventItem> for Event {
    fn from(item: EventItem) -> Self {
        Self {
            at: item.at,
            gallery: item.gallery,
            who: item.who,
            what: item.what,
            from: item.from,
        }
    }
}

/// Events, newest first, and the cursor of those before them, if there are more.
type Page = (Vec<Event>, Option<String>);

/// Sorts after every event's sort key, which begins with a year.
const NEWEST: &str = "~";

impl Table {
    /// Writes an event down.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn log(&self, event: &Event) -> Result<(), Error> {
        let mut items = Self::event_items(event)?;
        let [item] = items.as_mut_slice() else {
            let writes = items.into_iter().map(|item| self.put_new_with_others(item));
            let writes = writes.collect::<Result<_, _>>()?;
            return exists_if(self.transact(writes).await?.is_err());
        };
        exists_if(!self.put_once(std::mem::take(item)).await?)
    }

    /// An event as parts of the transaction that does what it tells.
    pub(crate) fn event_writes(&self, event: &Event) -> Result<Vec<TransactWriteItem>, Error> {
        let items = Self::event_items(event)?.into_iter();
        items.map(|item| self.put_new_with_others(item)).collect()
    }

    /// The event in its gallery, and its copies with the people it concerns.
    fn event_items(event: &Event) -> Result<Vec<Item>, Error> {
        let id = uuid::Uuid::from_bytes(random_bytes());
        let id = format!("{:.3}#{}", event.at, id.simple());
        let body = EventItem {
            at: event.at,
            gallery: event.gallery,
            who: event.who.clone(),
            what: event.what.clone(),
            from: event.from.clone(),
            ttl: (event.at + KEPT).as_second(),
        };
        let under = |partition: &str| write("event", &keys::event(partition, &id), &body);
        let month = keys::month(event.at);
        let mut item = under(&keys::activity_partition(event.gallery, &month))?;
        item.insert(LIST.to_owned(), s(keys::activity_list(&month)));
        item.insert(LIST_BY.to_owned(), s(&id));

        let mut items = vec![item];
        for email in concerned(event) {
            items.push(under(&keys::activity_of(email))?);
        }
        Ok(items)
    }

    /// Events of a gallery, or of all galleries and the studio, newest first, at most 400 days back. Those before a
    /// cursor that an earlier call gave; a cursor that nobody gave is harmless. Those of all galleries come from the
    /// index, a moment late.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn events(
        &self,
        gallery: Option<GalleryId>,
        limit: usize,
        before: Option<&str>,
        now: Timestamp,
    ) -> Result<Page, Error> {
        let start = before.and_then(moment_of).unwrap_or(now);
        let months = months(start.min(now), now - KEPT);
        let partitions = months.map(|month| match gallery {
            Some(_) => Partition::Table(keys::activity_partition(gallery, &month)),
            None => Partition::List(keys::activity_list(&month)),
        });
        self.page(partitions, limit, before, now).await
    }

    /// Events done by a person, or done to them by name, in the same way.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn events_of(
        &self,
        email: &Email,
        limit: usize,
        before: Option<&str>,
        now: Timestamp,
    ) -> Result<Page, Error> {
        let partition = Partition::Table(keys::activity_of(email));
        self.page([partition].into_iter(), limit, before, now).await
    }

    /// Reads partitions one after the other until there are enough.
    async fn page(
        &self,
        partitions: impl Iterator<Item = Partition>,
        limit: usize,
        before: Option<&str>,
        now: Timestamp,
    ) -> Result<Page, Error> {
        let oldest = format!("{:.3}", now - KEPT);
        let before = before.filter(|cursor| moment_of(cursor).is_some());
        if before.is_some_and(|cursor| cursor < oldest.as_str()) {
            return Ok((Vec::new(), None));
        }
        let mut found: Vec<(String, Item)> = Vec::new();
        for partition in partitions {
            let mut from = None;
            loop {
                // One more than asked for tells whether there are more; one more than that is the cursor's own event.
                let wanted = limit.saturating_add(2) - found.len();
                let range = (oldest.as_str(), before.unwrap_or(NEWEST));
                let (items, next) = self.newest(&partition, range, wanted, from).await?;
                let keyed = items
                    .into_iter()
                    .filter_map(|item| Some((key_of(&item)?.sk, item)));
                found.extend(keyed.filter(|(id, _)| Some(id.as_str()) != before));
                if found.len() > limit || next.is_none() {
                    break;
                }
                from = next;
            }
            if found.len() > limit {
                break;
            }
        }
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(id, _)| id.clone());
        let events = found
            .into_iter()
            .map(|(_, item)| read::<EventItem>("event", item).map(Event::from));
        Ok((events.collect::<Result<_, _>>()?, next))
    }

    /// One query, newest first, within the range of sort keys (both ends included), and where to go on.
    async fn newest(
        &self,
        partition: &Partition,
        (from, to): (&str, &str),
        limit: usize,
        start: Option<HashMap<String, AttributeValue>>,
    ) -> Result<(Vec<Item>, Option<Item>), Error> {
        let call = self.client.query().table_name(&self.name);
        let (call, name) = match partition {
            Partition::Table(name) => {
                let names = "PK = :partition AND SK BETWEEN :from AND :to";
                (call.key_condition_expression(names), name)
            }
            Partition::List(name) => {
                let call = call
                    .index_name(LISTS)
                    .key_condition_expression("#list = :partition AND #by BETWEEN :from AND :to")
                    .expression_attribute_names("#list", LIST)
                    .expression_attribute_names("#by", LIST_BY);
                (call, name)
            }
        };
        let answer = call
            .expression_attribute_values(":partition", s(name))
            .expression_attribute_values(":from", s(from))
            .expression_attribute_values(":to", s(to))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start)
            .send()
            .await
            .map_err(Error::call("Query"))?;
        let next = answer.last_evaluated_key.filter(|key| !key.is_empty());
        Ok((answer.items.unwrap_or_default(), next))
    }
}

/// Where events are read.
enum Partition {
    /// In the table itself.
    Table(String),
    /// In the index of lists.
    List(String),
}

/// An id of 122 random bits is never taken; if it were, nothing must be replaced.
fn exists_if(taken: bool) -> Result<(), Error> {
    if taken {
        Err(Error::Exists { kind: "event" })
    } else {
        Ok(())
    }
}

/// The moment of a cursor, which is an event's sort key; `None`: it is none of ours.
fn moment_of(cursor: &str) -> Option<Timestamp> {
    let (text, id) = cursor.split_once('#')?;
    let at: Timestamp = text.parse().ok()?;
    let hex = id.len() == 32 && id.bytes().all(|c| c.is_ascii_hexdigit());
    (hex && text == format!("{at:.3}")).then_some(at)
}

/// The people an event concerns: who did it, if it was a client, and to whom it was done. Each once.
fn concerned(event: &Event) -> Vec<&Email> {
    let by = match &event.who {
        Who::Visitor(Subject::Person(email)) => Some(email),
        Who::Visitor(_) | Who::Member(_) | Who::Stranger | Who::Itself => None,
    };
    let to = match &event.what {
        What::Invited { email } => Some(email),
        What::RowSaved { subject, .. } | What::RowRemoved { subject } => match subject {
            Subject::Person(email) => Some(email),
            _ => None,
        },
        _ => None,
    };
    by.into_iter()
        .chain(to.filter(|to| by != Some(*to)))
        .collect()
}

/// The months from the newest moment back to the oldest, as keys name them.
fn months(newest: Timestamp, oldest: Timestamp) -> impl Iterator<Item = String> {
    let first = |at: Timestamp| at.to_zoned(TimeZone::UTC).date().first_of_month();
    let last = first(oldest);
    let before = |month: &civil::Date| Some(month.yesterday().ok()?.first_of_month());
    std::iter::successors(Some(first(newest)), before)
        .take_while(move |month| *month >= last)
        .map(|month| month.strftime("%Y%m").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 400 days lie in fifteen months at most, and the first month's name is the newest.
    #[test]
    fn months_go_back_as_far_as_events_are_kept() {
        let now: Timestamp = "2027-01-01T00:30:00Z".parse().expect("a time");
        let months: Vec<String> = months(now, now - KEPT).collect();
        assert_eq!(months.first().map(String::as_str), Some("202701"));
        assert_eq!(months.last().map(String::as_str), Some("202511"));
        assert_eq!(months.len(), 15);
    }
}
