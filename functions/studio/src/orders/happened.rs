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
    // what was sent with the order itself came after it
    told.sort_by_key(|(at, _)| *at);
    told.reverse();
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

/// How many became downloadable is only known while nothing was shipped or taken out since.
fn counted(order: &Order) -> Option<(Timestamp, String)> {
    let at = order.counted?;
    let shipped = order.deliveries.iter().any(|delivery| delivery.at >= at);
    let mut states = order.lines.iter().map(|line| line.state);
    let since =
        shipped || states.any(|s| matches!(s, LineState::Cancelled { at: out } if out >= at));
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Subject;
    use domain::ids::{GalleryId, OrderId, ProductId};
    use domain::order::{Line, Method};
    use jiff::ToSpan as _;

    /// What happened stays as it was told: cancelling does not change what a count had said of items by their number.
    #[test]
    fn a_later_cancelling_does_not_change_what_was_counted() {
        let now = Timestamp::UNIX_EPOCH;
        let line = Line {
            photo: PhotoId::of_key("a"),
            file_name: "HL_2001.jpg".into(),
            section: String::new(),
            product: ProductId::built_in(1),
            product_name: "Full size".into(),
            asked: 1,
            price: 0,
            method: Method::Now,
            kept_back: false,
            state: LineState::Pending,
        };
        let mut order = Order {
            id: OrderId::new(now),
            number: 1,
            gallery: GalleryId::new(now),
            subject: Subject::Anybody,
            contact: None,
            message: String::new(),
            placed: now,
            source: Source::Cart,
            lines: vec![line],
            deliveries: vec![],
            cancelled: None,
            auto_ship: false,
            counted: Some(now + 1.minute()),
            revision: 1,
        };
        let told = |order: &Order| {
            let told = happened(order, &HashMap::new(), now, &TimeZone::UTC).into_iter();
            told.map(|moment| moment.what).collect::<Vec<_>>()
        };
        assert_eq!(
            told(&order),
            ["Methods counted again, 1 now downloadable", "Order placed"]
        );
        order.cancel(now + 2.minutes()).unwrap();
        assert_eq!(
            told(&order),
            ["Order cancelled", "Methods counted again", "Order placed"]
        );
    }
}
