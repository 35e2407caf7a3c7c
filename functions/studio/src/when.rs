//! Days and times as the studio types and reads them, in its own time zone (L40).

use domain::calendar::{end_of, last_day};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

/// "today 09:12", "yesterday 21:40", "12 September 2026".
pub(crate) fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (there, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    let clock = there.strftime("%H:%M");
    if there.date() == today {
        format!("today {clock}")
    } else if today.yesterday().is_ok_and(|day| there.date() == day) {
        format!("yesterday {clock}")
    } else {
        day(there.date())
    }
}

/// "22 November 2026, 09:14".
pub(crate) fn exact(at: Timestamp, zone: &TimeZone) -> String {
    let there = at.to_zoned(zone.clone());
    there.strftime("%-d %B %Y, %H:%M").to_string()
}

/// "12 September 2026".
pub(crate) fn day(date: civil::Date) -> String {
    web::words::days(date, date)
}

/// The last day before an end, in words.
pub(crate) fn until(end: Timestamp, zone: &TimeZone) -> String {
    day(last_day(end, zone))
}

/// The last day before an end, as a date field holds it; empty when there is no end.
pub(crate) fn field(end: Option<Timestamp>, zone: &TimeZone) -> String {
    end.map_or_else(String::new, |end| last_day(end, zone).to_string())
}

/// Not a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("That is not a day. Write it as 2026-12-31.")]
pub(crate) struct NotADay;

/// The day that was typed; none when the field was left empty.
pub(crate) fn typed(text: &str) -> Result<Option<civil::Date>, NotADay> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| NotADay)
}

/// The end of the day that was typed.
pub(crate) fn typed_end(text: &str, zone: &TimeZone) -> Result<Option<Timestamp>, NotADay> {
    let Some(day) = typed(text)? else {
        return Ok(None);
    };
    end_of(day, zone).map(Some).ok_or(NotADay)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::calendar::zone;

    /// L40: what is typed as a day comes back as that day, wherever the studio is.
    #[test]
    fn a_day_is_typed_and_read_in_the_studios_zone() {
        let auckland = zone("Pacific/Auckland").unwrap();
        let end = typed_end("2026-12-06", &auckland).unwrap();
        assert_eq!(field(end, &auckland), "2026-12-06");
        assert_eq!(until(end.unwrap(), &auckland), "6 December 2026");
        assert_eq!(typed_end("  ", &auckland), Ok(None));
        assert_eq!(typed_end("6 December", &auckland), Err(NotADay));
    }

    #[test]
    fn what_was_today_is_said_so() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let stockholm = zone("Europe/Stockholm").unwrap();
        let now = at("2026-11-22T10:00:00Z");
        let said = |text| moment(at(text), now, &stockholm);
        assert_eq!(said("2026-11-22T08:12:00Z"), "today 09:12");
        assert_eq!(said("2026-11-21T22:59:00Z"), "yesterday 23:59");
        assert_eq!(said("2026-11-01T22:59:00Z"), "1 November 2026");
    }
}
