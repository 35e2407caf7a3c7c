//! How often a secret may be guessed (L6, R-4.2, R-4.3): budgets that slow a guesser and never lock a household out.
//!
//! A guess is reserved in the table *before* it is verified; what is here is the arithmetic of the counters.

use jiff::{SignedDuration, Timestamp};
use std::net::IpAddr;

/// Wrong guesses of one neighbourhood (or one known device) in one gallery before it has to wait.
pub const FREE_GUESSES: u64 = 5;
/// Wrong guesses of one address over all galleries in an hour.
pub const HOURLY_GUESSES: u64 = 30;
/// Consecutive wrong guesses in one gallery before the PIN alone is not enough for a device it has never seen.
pub const GALLERY_GUESSES: u64 = 100;
/// Sign-in codes mailed to one address in [`MAIL_WINDOW`].
pub const MAILS: u64 = 3;
/// See [`MAILS`].
pub const MAIL_WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Tries a sign-in code allows.
pub const CODE_TRIES: u64 = 5;
/// How long a sign-in code works.
pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Sign-in codes one [`caller`] may ask for in an hour, for whatever addresses.
pub const HOURLY_CODES: u64 = 20;
/// Questions one [`caller`] may send the studio in an hour.
pub const HOURLY_QUESTIONS: u64 = 5;
/// Comments one subject may write in one gallery in an hour (S21): many more than anybody means, and no flood.
pub const HOURLY_COMMENTS: u64 = 60;
/// Orders one subject may place in one gallery in an hour: each mails the studio, and an address that whoever holds the PIN
/// may type.
pub const HOURLY_ORDERS: u64 = 20;
/// Taps of one subject in one gallery in an hour, those that are sent again too. Their history only grows; a house full of
/// guests with one PIN, each with hearts on hundreds of photographs, comes to less.
pub const HOURLY_TAPS: u64 = 20_000;
/// Invitations mailed for one gallery in a day.
pub const DAILY_INVITATIONS: u64 = 200;

/// A counter of reserved guesses as the table holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counter {
    /// Guesses reserved and not given back.
    pub fails: u64,
    /// No guess before this moment.
    pub not_before: Timestamp,
}

impl Counter {
    /// The counter after one more reservation, or the moment to wait for.
    ///
    /// # Errors
    /// The moment before which no guess is taken.
    pub fn reserve(self, now: Timestamp) -> Result<Self, Timestamp> {
        if self.fails >= FREE_GUESSES && now < self.not_before {
            return Err(self.not_before);
        }
        let fails = self.fails + 1;
        Ok(Self {
            fails,
            not_before: now + wait_after(fails),
        })
    }

    /// Guesses left before the first wait.
    #[must_use]
    pub fn left(self) -> u64 {
        FREE_GUESSES.saturating_sub(self.fails)
    }
}

/// The wait after that many wrong guesses: none for the first four, then 30 s doubling up to an hour.
#[must_use]
pub fn wait_after(fails: u64) -> SignedDuration {
    match fails.checked_sub(FREE_GUESSES) {
        None => SignedDuration::ZERO,
        Some(n) => SignedDuration::from_secs((30i64 << n.min(7)).min(3600)),
    }
}

/// The neighbourhood an address is counted with: /24 for IPv4, /56 for IPv6.
#[must_use]
pub fn neighbourhood(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{:x}::/56", d & 0xff00)
        }
    }
}

/// The caller an hourly budget counts: the address itself for IPv4; for IPv6 its /64, within which one machine takes as
/// many addresses as it likes (RFC 8981).
#[must_use]
pub fn caller(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// five, then 30 s · 2ⁿ up to an hour.
    #[test]
    fn five_guesses_are_free_and_then_the_wait_doubles_to_an_hour() {
        let mut now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let mut counter = Counter::default();
        let mut waits = Vec::new();
        for _ in 0..14 {
            match counter.reserve(now) {
                Ok(next) => counter = next,
                Err(until) => {
                    waits.push((until - now).get_seconds());
                    now = until;
                    counter = counter.reserve(now).unwrap();
                }
            }
        }
        assert_eq!(waits, [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]);
    }

    #[test]
    fn a_guess_before_its_time_changes_nothing() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let waiting = Counter {
            fails: 7,
            not_before: now + SignedDuration::from_secs(9),
        };
        assert_eq!(waiting.reserve(now), Err(waiting.not_before));
    }

    #[test]
    fn neighbours_share_a_counter() {
        let of = |text: &str| neighbourhood(text.parse().unwrap());
        assert_eq!(of("203.0.113.7"), of("203.0.113.200"));
        assert_ne!(of("203.0.113.7"), of("203.0.114.7"));
        assert_eq!(of("2001:db8:1:2ff::1"), of("2001:db8:1:200:9::1"));
        assert_ne!(of("2001:db8:1:200::1"), of("2001:db8:1:300::1"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.7"));
    }

    /// a machine that changes its IPv6 address within its network is the same caller; two machines behind IPv4
    /// addresses are two.
    #[test]
    fn a_caller_does_not_change_within_its_network() {
        let of = |text: &str| caller(text.parse().unwrap());
        assert_eq!(
            of("2001:db8:1:2::1"),
            of("2001:db8:1:2:aaaa:bbbb:cccc:dddd")
        );
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("203.0.113.7"), of("203.0.113.8"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.7"));
    }
}
