//! Guesses at a PIN: reserved in the table before anything is verified.
//!
//! A stranger's guess counts with the neighbourhood, with the address over all galleries, and with the gallery; a
//! known device's only with itself. All counters of one guess are reserved in one transaction under the values that
//! were read, so that of a thousand parallel guesses no more are evaluated than the budget allows.

use crate::Table;
use crate::error::Error;
use crate::item::{Item, n};
use crate::keys::{self, Key};
use crate::write::{MEETINGS, part, step_aside};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::ids::{GalleryId, TokenHash};
use domain::throttle::{Counter, GALLERY_GUESSES, HOURLY_GUESSES, neighbourhood, wait_after};
use jiff::{SignedDuration, Timestamp};
use std::net::IpAddr;

/// Who guesses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Guesser {
    /// A device this gallery has not seen.
    Stranger {
        /// Where it calls from, as the gateway says.
        address: IpAddr,
    },
    /// A device that was in before: its own counter, untouched by what strangers do.
    Device {
        /// Its cookie's hash.
        id: TokenHash,
    },
}

/// A guess that may be verified now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reserved {
    /// Free guesses left after this one.
    pub left: u64,
    /// The wait before the next one, if this one is wrong.
    pub wait: SignedDuration,
    /// This was the gallery's last: tell the studio if it is wrong.
    pub last_of_gallery: bool,
}

/// Why a guess is not verified at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuessRefused {
    /// Too many; again from that moment.
    Wait {
        /// When.
        until: Timestamp,
    },
    /// Strangers have used up the gallery's budget: the PIN alone is not enough for a new device.
    StepUp,
    /// Several guesses met; none was lost, try again.
    Busy,
}

const KIND: &str = "guesses";
/// Counters are forgotten after so long without a guess.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Table {
    /// Takes one guess from every budget it counts against, or says why not. Nothing is counted when it is refused.
    ///
    /// Guesses that meet try again after a moment, under the counters as they are then: a crowd at the door is slowed,
    /// not turned away, and the budgets hold exactly.
    ///
    /// # Errors
    /// When the table does not answer: then nothing may be verified.
    pub async fn reserve_guess(
        &self,
        gallery: GalleryId,
        who: &Guesser,
        now: Timestamp,
    ) -> Result<Result<Reserved, GuessRefused>, Error> {
        for attempt in 0..MEETINGS {
            let outcome = self.reserve_once(gallery, who, now).await?;
            if outcome != Err(GuessRefused::Busy) {
                return Ok(outcome);
            }
            step_aside(attempt).await;
        }
        Ok(Err(GuessRefused::Busy))
    }

    async fn reserve_once(
        &self,
        gallery: GalleryId,
        who: &Guesser,
        now: Timestamp,
    ) -> Result<Result<Reserved, GuessRefused>, Error> {
        let keys = counters(gallery, who, now);
        let found = self.get_many(&keys).await?;
        let seen: Vec<Option<Counter>> = keys.iter().map(|k| found.get(k).map(counter)).collect();
        let near = seen[0].unwrap_or_default();
        let next = match near.reserve(now) {
            Ok(next) => next,
            Err(until) => return Ok(Err(GuessRefused::Wait { until })),
        };
        let mut last_of_gallery = false;
        if let [_, hourly, all] = seen.as_slice() {
            let all = all.unwrap_or_default().fails;
            if all >= GALLERY_GUESSES {
                return Ok(Err(GuessRefused::StepUp));
            }
            if hourly.unwrap_or_default().fails >= HOURLY_GUESSES {
                let until = next_hour(now);
                return Ok(Err(GuessRefused::Wait { until }));
            }
            last_of_gallery = all + 1 == GALLERY_GUESSES;
        }

        let mut writes = Vec::with_capacity(keys.len());
        for (index, (key, seen)) in keys.iter().zip(&seen).enumerate() {
            let not_before = if index == 0 { next.not_before } else { now };
            writes.push(self.raise(key, *seen, not_before, now)?);
        }
        Ok(match self.transact_once(writes).await? {
            Ok(()) => Ok(Reserved {
                left: next.left(),
                wait: wait_after(next.fails),
                last_of_gallery,
            }),
            Err(_) => Err(GuessRefused::Busy),
        })
    }

    /// After a right PIN: the neighbourhood (or device) and the gallery start again from nothing, the address gets
    /// its guess back.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn give_back(
        &self,
        gallery: GalleryId,
        who: &Guesser,
        now: Timestamp,
    ) -> Result<(), Error> {
        let keys = counters(gallery, who, now);
        let mut writes = Vec::with_capacity(keys.len());
        for (index, key) in keys.iter().enumerate() {
            let (change, name, value) = if index == 1 {
                ("SET fails = fails - :one", ":one", 1)
            } else {
                ("SET fails = :zero", ":zero", 0)
            };
            let update = self
                .change_with_others(key)
                .update_expression(change)
                .condition_expression("attribute_exists(fails)")
                .expression_attribute_values(name, n(value));
            writes.push(part(KIND, update)?);
        }
        // Lost: somebody guesses at this moment, or the studio has just cleared the counters. A guess stays counted.
        self.transact_once(writes).await.map(drop)
    }

    fn raise(
        &self,
        key: &Key,
        seen: Option<Counter>,
        not_before: Timestamp,
        now: Timestamp,
    ) -> Result<TransactWriteItem, Error> {
        let fails = seen.map_or(0, |c| c.fails);
        let update = self
            .change_with_others(key)
            .update_expression("SET fails = :next, not_before = :not_before, #ttl = :ttl")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_values(":next", n(fails + 1))
            .expression_attribute_values(":not_before", n(not_before.as_millisecond()))
            .expression_attribute_values(":ttl", n((now + KEPT).as_second()));
        let update = match seen {
            None => update.condition_expression("attribute_not_exists(fails)"),
            Some(seen) => update
                .condition_expression("fails = :seen")
                .expression_attribute_values(":seen", n(seen.fails)),
        };
        part(KIND, update)
    }
}

/// The counters of one guess: its own first, then (for strangers) the address's hour and the gallery's.
fn counters(gallery: GalleryId, who: &Guesser, now: Timestamp) -> Vec<Key> {
    match who {
        Guesser::Device { id } => vec![keys::try_device(gallery, id)],
        Guesser::Stranger { address } => vec![
            keys::try_neighbourhood(gallery, &neighbourhood(*address)),
            keys::try_address(*address, &now.strftime("%Y-%m-%dT%H").to_string()),
            keys::try_gallery(gallery),
        ],
    }
}

pub(crate) fn next_hour(now: Timestamp) -> Timestamp {
    let left = 3600 - now.as_second().rem_euclid(3600);
    now + SignedDuration::from_secs(left)
}

fn counter(item: &Item) -> Counter {
    let number = |name: &str| item.get(name)?.as_n().ok()?.parse::<i64>().ok();
    Counter {
        fails: number("fails")
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or_default(),
        not_before: number("not_before")
            .and_then(|ms| Timestamp::from_millisecond(ms).ok())
            .unwrap_or_default(),
    }
}
