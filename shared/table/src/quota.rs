//! Quotas of originals: each photograph counts once, and the count holds exactly under parallel downloads (P22).

use crate::Table;
use crate::error::Error;
use crate::item::{Item, n};
use crate::keys;
use crate::write::{MEETINGS, part, step_aside};
use domain::access::Subject;
use domain::ids::{GalleryId, PhotoId};
use jiff::Timestamp;

/// What became of a wish to download an original.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaOutcome {
    /// Counted.
    Taken {
        /// Photographs left then, by the count just before; none: any number.
        left: Option<u32>,
    },
    /// This photograph was counted before and costs nothing.
    Again,
    /// The quota is used up, and this photograph is not among those taken.
    Spent,
    /// Too many downloads of the row met; nothing was counted, try again.
    Busy,
}

impl Table {
    /// Counts a photograph against the quota of a row, or says that it may not be had. Without a quota it is counted
    /// all the same, so that a quota that is set later knows what was taken.
    ///
    /// The photograph's mark and the count are written together: a photograph is never counted twice, and no more are
    /// marked than the quota allows.
    ///
    /// # Errors
    /// When the table does not answer: then nothing may be downloaded.
    pub async fn take_quota(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        photo: &PhotoId,
        quota: Option<u32>,
        now: Timestamp,
    ) -> Result<QuotaOutcome, Error> {
        for attempt in 0..MEETINGS {
            let outcome = self.take_once(gallery, subject, photo, quota, now).await?;
            if outcome != QuotaOutcome::Busy {
                return Ok(outcome);
            }
            step_aside(attempt).await;
        }
        Ok(QuotaOutcome::Busy)
    }

    async fn take_once(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        photo: &PhotoId,
        quota: Option<u32>,
        now: Timestamp,
    ) -> Result<QuotaOutcome, Error> {
        let taken = keys::taken(gallery, subject, photo);
        let count = keys::quota(gallery, subject);
        let found = self.get_many(&[taken.clone(), count.clone()]).await?;
        if found.contains_key(&taken) {
            return Ok(QuotaOutcome::Again);
        }
        let used = found.get(&count).map_or(0, used);
        if quota.is_some_and(|quota| used >= u64::from(quota)) {
            return Ok(QuotaOutcome::Spent);
        }

        let mut mark: Item = taken.attributes();
        mark.insert("at".to_owned(), crate::item::s(now.to_string()));
        let mut raise = self
            .change_with_others(&count)
            .update_expression("ADD #used :one")
            .expression_attribute_names("#used", "used")
            .expression_attribute_values(":one", n(1));
        if let Some(quota) = quota {
            raise = raise
                .condition_expression("attribute_not_exists(#used) OR #used < :quota")
                .expression_attribute_values(":quota", n(quota));
        }
        let items = vec![self.put_new_with_others(mark)?, part("quota", raise)?];
        Ok(match self.transact_once(items).await? {
            Ok(()) => QuotaOutcome::Taken {
                left: quota.map(|quota| quota.saturating_sub(used_now(used))),
            },
            Err(cancelled) if cancelled.at(0) => QuotaOutcome::Again,
            Err(cancelled) if cancelled.at(1) => QuotaOutcome::Spent,
            Err(_) => QuotaOutcome::Busy,
        })
    }
}

fn used(item: &Item) -> u64 {
    item.get("used")
        .and_then(|value| value.as_n().ok()?.parse().ok())
        .unwrap_or_default()
}

fn used_now(before: u64) -> u32 {
    u32::try_from(before + 1).unwrap_or(u32::MAX)
}
