//! Schedules: `rate(…)` and `cron(…)`, computed from the clock and the last time that is written down.

use std::str::FromStr;

use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

/// A parsed `ScheduleExpression`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// `rate(15 minutes)`.
    Rate(SignedDuration),
    /// `cron(minute hour day-of-month month day-of-week year)`, in UTC.
    Cron(Box<Cron>),
}

/// The six fields of a cron expression, each as the values it allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: Vec<u16>,
    hours: Vec<u16>,
    days: Vec<u16>,
    months: Vec<u16>,
    weekdays: Vec<u16>,
    years: Vec<u16>,
}

const MONTHS: [&str; 12] = [
    "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

impl FromStr for Expression {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let inside = |name: &str| {
            text.strip_prefix(name)?
                .strip_prefix('(')?
                .strip_suffix(')')
        };
        if let Some(rate) = inside("rate") {
            let wrong = || format!("{text} is no rate of minutes, hours or days");
            let (count, unit) = rate.trim().split_once(' ').ok_or_else(wrong)?;
            let count: i64 = count
                .parse()
                .ok()
                .filter(|count| *count > 0)
                .ok_or_else(wrong)?;
            let seconds = match unit.trim() {
                "minute" | "minutes" => 60,
                "hour" | "hours" => 3_600,
                "day" | "days" => 86_400,
                _ => return Err(wrong()),
            };
            return Ok(Self::Rate(SignedDuration::from_secs(count * seconds)));
        }
        let fields =
            inside("cron").ok_or_else(|| format!("{text} is neither rate(…) nor cron(…)"))?;
        let fields: Vec<&str> = fields.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays, years] = fields[..] else {
            return Err(format!("{text} has not six fields"));
        };
        Ok(Self::Cron(Box::new(Cron {
            minutes: field(minutes, 0, 59, &[])?,
            hours: field(hours, 0, 23, &[])?,
            days: field(days, 1, 31, &[])?,
            months: field(months, 1, 12, &MONTHS)?,
            weekdays: field(weekdays, 1, 7, &WEEKDAYS)?,
            years: field(years, 1970, 2199, &[])?,
        })))
    }
}

/// The values a field allows; names count from `low`.
fn field(text: &str, low: u16, high: u16, names: &[&str]) -> Result<Vec<u16>, String> {
    let wrong = || format!("the cron field {text} is not understood");
    let value = |text: &str| {
        let named = names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        let named = named
            .and_then(|at| u16::try_from(at).ok())
            .map(|at| at + low);
        named
            .or_else(|| text.parse().ok())
            .filter(|value| (low..=high).contains(value))
            .ok_or_else(wrong)
    };
    let mut values = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (
                range,
                step.parse()
                    .ok()
                    .filter(|step: &usize| *step > 0)
                    .ok_or_else(wrong)?,
            ),
            None => (part, 1),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" || range == "?" => (low, high),
            Some((from, to)) => (value(from)?, value(to)?),
            None if step > 1 => (value(range)?, high),
            None => (value(range)?, value(range)?),
        };
        values.extend((from..=to).step_by(step));
    }
    Ok(values)
}

impl Expression {
    /// When it fires next after `last`, the last time it fired or was made. `None`: never again.
    #[must_use]
    pub fn after(&self, last: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Rate(period) => last.checked_add(*period).ok(),
            Self::Cron(cron) => cron.after(last),
        }
    }
}

impl Cron {
    fn after(&self, last: Timestamp) -> Option<Timestamp> {
        let mut at = last
            .to_zoned(TimeZone::UTC)
            .datetime()
            .with()
            .second(0)
            .subsec_nanosecond(0)
            .build()
            .ok()?;
        at = at.checked_add(1.minute()).ok()?;
        let has = |values: &[u16], value: i16| {
            u16::try_from(value).is_ok_and(|value| values.contains(&value))
        };
        // years are at most 230 days-by-day steps of 366: a bounded walk, a minute at a time only within a day that fits
        for _ in 0..84_000 {
            if !has(&self.years, at.year())
                && self
                    .years
                    .iter()
                    .all(|year| i32::from(*year) < i32::from(at.year()))
            {
                return None;
            }
            let weekday = i16::from(at.weekday().since(Weekday::Sunday)) + 1;
            let fits = has(&self.years, at.year())
                && has(&self.months, i16::from(at.month()))
                && has(&self.days, i16::from(at.day()))
                && has(&self.weekdays, weekday);
            if !fits {
                at = at
                    .date()
                    .checked_add(1.day())
                    .ok()?
                    .to_datetime(jiff::civil::Time::midnight());
                continue;
            }
            let day = at.date();
            while at.date() == day {
                if has(&self.hours, i16::from(at.hour()))
                    && has(&self.minutes, i16::from(at.minute()))
                {
                    return at.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
                }
                at = at.checked_add(1.minute()).ok()?;
            }
        }
        None
    }
}
