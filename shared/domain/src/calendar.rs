//! Days in the studio's time zone: a date that is typed means the end of that day there (L40, complaint 10).

use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _, civil};

/// Months of access by default, from publishing (L40).
pub const MONTHS_OF_ACCESS: i32 = 12;

/// The moment a day ends in the zone: midnight to the next day.
#[must_use]
pub fn end_of(day: civil::Date, zone: &TimeZone) -> Option<Timestamp> {
    let next = day.tomorrow().ok()?;
    Some(next.to_zoned(zone.clone()).ok()?.timestamp())
}

/// The day that ends at this moment in the zone: the inverse of [`end_of`], and the last day on which a time that ends
/// then is still open.
#[must_use]
pub fn last_day(end: Timestamp, zone: &TimeZone) -> civil::Date {
    let before = end.checked_sub(1.nanosecond()).unwrap_or(end);
    before.to_zoned(zone.clone()).date()
}

/// The end of the day twelve months after this moment, in the zone (L40).
#[must_use]
pub fn default_expiry(published: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let day = published.to_zoned(zone.clone()).date();
    end_of(day.checked_add(MONTHS_OF_ACCESS.months()).ok()?, zone)
}

/// Whole days left until the moment, counted by calendar days in the zone: 0 on the last day; none once it has passed.
#[must_use]
pub fn days_left(end: Timestamp, now: Timestamp, zone: &TimeZone) -> Option<i32> {
    if now >= end {
        return None;
    }
    let today = now.to_zoned(zone.clone()).date();
    today
        .until(last_day(end, zone))
        .ok()
        .map(|span| span.get_days())
}

/// A time zone by its IANA name.
///
/// # Errors
/// When there is none of that name.
pub fn zone(name: &str) -> Result<TimeZone, jiff::Error> {
    TimeZone::get(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    /// L40, complaint 10: end of day in the studio's zone, across a change of the clocks.
    #[test]
    fn a_day_ends_where_the_studio_is() {
        let stockholm = zone("Europe/Stockholm").unwrap();
        let end = end_of(civil::date(2026, 10, 25), &stockholm).unwrap();
        assert_eq!(
            end,
            at("2026-10-25T23:00:00Z"),
            "winter time began that day"
        );
        assert_eq!(last_day(end, &stockholm), civil::date(2026, 10, 25));
        let summer = end_of(civil::date(2026, 6, 14), &stockholm).unwrap();
        assert_eq!(summer, at("2026-06-14T22:00:00Z"));
    }

    /// L40: published on D, open to the end of D + 12 months; a leap day ends on the last of February.
    #[test]
    fn access_lasts_twelve_months_by_default() {
        let zone = zone("America/New_York").unwrap();
        let end = default_expiry(at("2026-11-23T03:00:00Z"), &zone).unwrap();
        assert_eq!(last_day(end, &zone), civil::date(2027, 11, 22));
        let leap = default_expiry(at("2028-02-29T12:00:00Z"), &zone).unwrap();
        assert_eq!(last_day(leap, &zone), civil::date(2029, 2, 28));
    }

    /// S17: days left by the calendar, not by hours.
    #[test]
    fn days_left_count_calendar_days() {
        let zone = zone("Europe/Stockholm").unwrap();
        let end = end_of(civil::date(2026, 12, 6), &zone).unwrap();
        assert_eq!(days_left(end, at("2026-11-22T09:00:00Z"), &zone), Some(14));
        assert_eq!(days_left(end, at("2026-12-06T22:59:59Z"), &zone), Some(0));
        assert_eq!(days_left(end, end, &zone), None);
    }
}
