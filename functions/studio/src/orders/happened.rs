//! What happened to an order, the last first: told from the order itself and the versions of its photographs.

use super::words::{stamp, to_usize};
use domain::ids::PhotoId;
use domain::order::{LineState, Order, Source};
use domain::photo::{Photo, Stage};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};
use web::words::count;

/// One line of it.
pub(crate) struct Moment {
    pub(crate) iso: String,
    pub(crate) at: String,
    pub(crate) what: String,
}

/// Everything, the last first.
pub(crate) fn happened(
    order: &Order,
    photos: &HashMap<&PhotoId, &Photo>,
    now: Timestamp,
    zone: &TimeZone,
) -> Vec<Moment> {
    let mut told: Vec<(Timestamp, String)> = vec![(order.placed, placed(order))];
    told.extend(order.deliveries.iter().map(|delivery| {
        let by = if delivery.automatic { " by itself" } else { "" };
        let items = count(to_usize(delivery.lines), "item", "items");
        (delivery.at, format!("{items} shipped{by}"))
    }));
    told.extend(counted(order));
    told.extend(taken_out(order));
    told.extend(came(order, photos));
    told.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let moment = |(at, what): (Timestamp, String)| Moment {
        iso: at.to_string(),
        at: stamp(at, now, zone),
        what,
    };
    told.into_iter().map(moment).collect()
}

fn placed(order: &Order) -> String {
    match order.source {
        Source::Selection { .. } => "Choice confirmed, order placed".into(),
        Source::Cart => "Order placed".into(),
    }
}

/// How many became downloadable is only known while nothing was shipped since.
fn counted(order: &Order) -> Option<(Timestamp, String)> {
    let at = order.counted?;
    let since = order.deliveries.iter().any(|delivery| delivery.at >= at);
    let text = match order.tally().now {
        _ if since => "Methods counted again".to_owned(),
        n => format!("Methods counted again, {n} now downloadable"),
    };
    Some((at, text))
}

fn taken_out(order: &Order) -> Vec<(Timestamp, String)> {
    let mut lines: BTreeMap<Timestamp, usize> = BTreeMap::new();
    for line in &order.lines {
        if let LineState::Cancelled { at } = line.state {
            *lines.entry(at).or_default() += 1;
        }
    }
    let told = lines.into_iter().map(|(at, n)| {
        let items = count(n, "item", "items");
        if order.cancelled == Some(at) && n == order.lines.len() {
            (at, "Order cancelled".to_owned())
        } else {
            (at, format!("{items} taken out"))
        }
    });
    told.collect()
}

/// Versions that came since it was placed, by the minute: a batch is one line.
fn came(order: &Order, photos: &HashMap<&PhotoId, &Photo>) -> Vec<(Timestamp, String)> {
    let mut batches: BTreeMap<(i64, u32), (Timestamp, usize, bool)> = BTreeMap::new();
    let mut once = std::collections::HashSet::new();
    for line in &order.lines {
        let Some(photo) = photos.get(&line.photo) else {
            continue;
        };
        if photo.number <= line.asked || !once.insert(&line.photo) {
            continue;
        }
        let minute = photo.uploaded.as_second() / 60;
        let batch = batches
            .entry((minute, photo.number))
            .or_insert((photo.uploaded, 0, true));
        batch.0 = batch.0.max(photo.uploaded);
        batch.1 += 1;
        batch.2 &= photo.stage == Stage::Final;
    }
    let told = batches.into_iter().map(|((_, version), (at, n, finals))| {
        let what = if finals {
            count(n, "final", "finals")
        } else {
            count(n, "new version", "new versions")
        };
        (at, format!("{what} uploaded, version {version}"))
    });
    told.collect()
}
