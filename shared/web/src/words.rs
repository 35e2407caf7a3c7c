//! Numbers and dates in the words of a page.

use askama::filters::{Html, Safe, escape};
use domain::calendar;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _, civil};

/// "1 photograph", "312 photographs".
#[must_use]
pub fn count(n: usize, one: &str, many: &str) -> String {
    if n == 1 {
        format!("1 {one}")
    } else {
        format!("{} {many}", thousands(n))
    }
}

/// "five" up to twelve, figures after that.
#[must_use]
pub fn small_number(n: usize) -> String {
    const WORDS: [&str; 13] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    WORDS
        .get(n)
        .map_or_else(|| thousands(n), ToString::to_string)
}

/// "5 040": groups of three, parted by a narrow space that does not break.
#[must_use]
pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) && digits.len() > 3 {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// "48 seconds", "2 minutes", "1 hour", rounded up: a countdown never promises too much.
#[must_use]
pub fn wait(wait: SignedDuration) -> String {
    let seconds =
        usize::try_from(wait.as_secs()).unwrap_or_default() + usize::from(wait.subsec_nanos() > 0);
    match seconds {
        0..100 => count(seconds.max(1), "second", "seconds"),
        100..5400 => count(seconds.div_ceil(60), "minute", "minutes"),
        _ => count(seconds.div_ceil(3600), "hour", "hours"),
    }
}

/// "14 June 2026, 15:04" of a camera's `2026-06-14T15:04:05[.sss]`; `None` when it is no such time.
#[must_use]
pub fn moment(captured: &str) -> Option<String> {
    let time: civil::DateTime = captured.parse().ok()?;
    Some(time.strftime("%-d %B %Y, %H:%M").to_string())
}

/// "14 June 2026", or "12–14 June 2026", "30 May – 2 June 2026" for the days from the first to the last.
#[must_use]
pub fn days(first: civil::Date, last: civil::Date) -> String {
    let long = |date: civil::Date| date.strftime("%-d %B %Y").to_string();
    if first == last {
        long(first)
    } else if (first.year(), first.month()) == (last.year(), last.month()) {
        format!("{}–{}", first.day(), long(last))
    } else if first.year() == last.year() {
        format!("{} – {}", first.strftime("%-d %B"), long(last))
    } else {
        format!("{} – {}", long(first), long(last))
    }
}

/// "14 September 2027": the last day on which a time that ends then is still open, where the studio is (L40).
#[must_use]
pub fn last_day(end: Timestamp, zone: &TimeZone) -> String {
    let day = calendar::last_day(end, zone);
    days(day, day)
}

/// "Sunday 6 December 2026, 23:59 Stockholm time": a moment at which something ends, where the studio is; midnight is
/// the end of the day before (S17).
#[must_use]
pub fn end(end: Timestamp, zone: &TimeZone) -> String {
    let last = end.checked_sub(1.nanosecond()).unwrap_or(end);
    let (at, last) = (end.to_zoned(zone.clone()), last.to_zoned(zone.clone()));
    // a full minute is shown as itself, midnight as the minute before
    let shown = if at.date() == last.date() { at } else { last };
    let place = zone.iana_name().unwrap_or("UTC");
    let place = match place.rsplit_once('/') {
        Some((_, city)) => format!("{} time", city.replace('_', " ")),
        None => place.to_owned(),
    };
    format!("{} {place}", shown.strftime("%A %-d %B %Y, %H:%M"))
}

/// "24.3 MB": decimal, as shops and phones count.
#[must_use]
pub fn bytes(n: u64) -> String {
    let (unit, size) = match n {
        0..1_000 => return format!("{n} B"),
        1_000..1_000_000 => ("kB", 1_000),
        1_000_000..1_000_000_000 => ("MB", 1_000_000),
        _ => ("GB", 1_000_000_000),
    };
    let tenths = n * 10 / size;
    if tenths >= 1000 {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

/// A title with its ampersands in italics, each kept with the word after it; escaped, so a template prints it as it is.
#[must_use]
pub fn title(text: &str) -> Safe<String> {
    let parts: Vec<String> = text
        .replace("& ", "&\u{a0}")
        .split('&')
        .map(|part| escape(part, Html).map_or_else(|never| match never {}, |safe| safe.to_string()))
        .collect();
    Safe(parts.join("<span class=\"amp\">&amp;</span>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(count(1, "photograph", "photographs"), "1 photograph");
        assert_eq!(
            count(5040, "photograph", "photographs"),
            "5\u{202f}040 photographs"
        );
        assert_eq!(small_number(5), "five");
        assert_eq!(bytes(880_400_000), "880 MB");
        assert_eq!(bytes(24_310_000), "24.3 MB");
    }

    #[test]
    fn a_wait_is_rounded_up() {
        assert_eq!(wait(SignedDuration::from_millis(29_100)), "30 seconds");
        assert_eq!(wait(SignedDuration::from_secs(121)), "3 minutes");
        assert_eq!(wait(SignedDuration::ZERO), "1 second");
    }

    #[test]
    fn days_are_joined_where_they_share_a_month() {
        let day = |text: &str| text.parse::<civil::Date>().unwrap();
        assert_eq!(days(day("2026-06-14"), day("2026-06-14")), "14 June 2026");
        assert_eq!(
            days(day("2026-09-12"), day("2026-09-14")),
            "12–14 September 2026"
        );
        assert_eq!(
            days(day("2026-05-30"), day("2026-06-02")),
            "30 May – 2 June 2026"
        );
        assert_eq!(
            moment("2026-06-14T15:04:05.120"),
            Some("14 June 2026, 15:04".into())
        );
        assert_eq!(moment("soon"), None);
    }

    /// S17: the end of a day is that day's last minute, in the studio's zone.
    #[test]
    fn an_end_is_told_where_the_studio_is() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let told = |text: &str| end(text.parse().unwrap(), &zone);
        assert_eq!(
            told("2026-12-06T23:00:00Z"),
            "Sunday 6 December 2026, 23:59 Stockholm time"
        );
        assert_eq!(
            told("2026-12-06T11:30:00Z"),
            "Sunday 6 December 2026, 12:30 Stockholm time"
        );
        let utc = end("2026-12-07T00:00:00Z".parse().unwrap(), &TimeZone::UTC);
        assert_eq!(utc, "Sunday 6 December 2026, 23:59 UTC");
        let midnight = "2026-12-06T23:00:00Z".parse().unwrap();
        assert_eq!(last_day(midnight, &zone), "6 December 2026");
    }

    #[test]
    fn a_title_is_escaped() {
        assert_eq!(
            title("<b> & Jonas").0,
            "&#60;b&#62; <span class=\"amp\">&amp;</span>\u{a0}Jonas"
        );
    }
}
