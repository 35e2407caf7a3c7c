//! Visits: when a row was last used and how often (P20), and the budget of questions to the studio.

use crate::Table;
use crate::error::Error;
use crate::item::{key_of, n, read, s};
use crate::keys::{self, Key};
use crate::write::if_held;
use domain::access::Subject;
use domain::ids::GalleryId;
use domain::throttle::{HOURLY_COMMENTS, HOURLY_ORDERS, HOURLY_QUESTIONS, HOURLY_TAPS, caller};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::collections::HashMap;
use std::net::IpAddr;

/// What is noted about a row of a gallery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LastVisit {
    /// When it was last used, to the hour; none: only files were fetched.
    pub last: Option<Timestamp>,
    /// Visits, at most one an hour counted.
    pub visits: u64,
    /// Different originals fetched, each counted once.
    pub downloads: u64,
}

#[derive(Deserialize)]
struct SeenItem {
    #[serde(default)]
    last: Option<Timestamp>,
    #[serde(default)]
    visits: u64,
    /// Of a quota item.
    #[serde(default)]
    used: u64,
}

/// Visits closer together than this are one.
const ONE_VISIT: SignedDuration = SignedDuration::from_hours(1);

impl Table {
    /// Notes that somebody entered by this row; `true`: for the first time in an hour, which is worth an event.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn note_entry(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<bool, Error> {
        // Milliseconds always: times are compared as texts.
        let (now, before) = (format!("{now:.3}"), format!("{:.3}", now - ONE_VISIT));
        let outcome = self
            .change(&keys::last_visit(gallery, subject))
            .update_expression("SET #last = :now ADD #visits :one")
            .condition_expression("attribute_not_exists(#last) OR #last <= :before")
            .expression_attribute_names("#last", "last")
            .expression_attribute_names("#visits", "visits")
            .expression_attribute_values(":now", s(now))
            .expression_attribute_values(":before", s(before))
            .expression_attribute_values(":one", n(1))
            .send()
            .await;
        Ok(if_held("UpdateItem", outcome)?.is_some())
    }

    /// What is noted about each row of a gallery, by [`keys::subject`]; rows that were never used are missing.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn last_visits(
        &self,
        gallery: GalleryId,
    ) -> Result<HashMap<String, LastVisit>, Error> {
        let (from, to) = keys::visits_range();
        let items = self.range(&keys::seen_partition(gallery), from, to).await?;
        let mut visits: HashMap<String, LastVisit> = HashMap::new();
        for item in items {
            let Some(key) = key_of(&item) else { continue };
            let item: SeenItem = read("visit", item)?;
            if let Some(subject) = key.sk.strip_prefix(keys::QUOTA) {
                visits.entry(subject.to_owned()).or_default().downloads = item.used;
            } else {
                let visit = visits.entry(key.sk).or_default();
                (visit.last, visit.visits) = (item.last, item.visits);
            }
        }
        Ok(visits)
    }

    /// Takes one of the caller's questions to the studio for this hour; `false`: they are spent.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn take_ask(&self, address: IpAddr, now: Timestamp) -> Result<bool, Error> {
        let key = keys::try_questions(&caller(address), now);
        self.take_hourly(&key, HOURLY_QUESTIONS, now).await
    }

    /// Takes one comment from the subject's budget of this hour in the gallery; `false`: it is spent until the next.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn take_comment(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let key = keys::try_comments(gallery, subject, now);
        self.take_hourly(&key, HOURLY_COMMENTS, now).await
    }

    /// Takes one order from the subject's budget of this hour in the gallery; `false`: it is spent until the next.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn take_order(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let key = keys::try_orders(gallery, subject, now);
        self.take_hourly(&key, HOURLY_ORDERS, now).await
    }

    /// Takes one tap from the subject's budget of this hour in the gallery; `false`: it is spent until the next.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn take_tap(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let key = keys::try_taps(gallery, subject, now);
        self.take_hourly(&key, HOURLY_TAPS, now).await
    }

    async fn take_hourly(&self, key: &Key, budget: u64, now: Timestamp) -> Result<bool, Error> {
        let ttl = (now + SignedDuration::from_hours(2)).as_second();
        let outcome = self
            .change(key)
            .update_expression("SET #ttl = :ttl ADD #sent :one")
            .condition_expression("attribute_not_exists(#sent) OR #sent < :budget")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_names("#sent", "sent")
            .expression_attribute_values(":ttl", n(ttl))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":budget", n(budget))
            .send()
            .await;
        Ok(if_held("UpdateItem", outcome)?.is_some())
    }
}
