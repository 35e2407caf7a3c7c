//! What a client says of a photograph with one tap: a heart, stars, a colour label, a wish to order it (L31, P24, P42).
//!
//! A tap says what should be, never "the other way round", and carries when it was made and a name of its own. So it may
//! be sent again, late or from two devices at once: of two taps on the same thing the later made one stands, and the same
//! tap twice is one.

use crate::ids::{Malformed, PhotoId, ProductId};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A device's clock may be so far ahead before its taps are refused: it asks for the time and stamps them anew.
pub const AHEAD: SignedDuration = SignedDuration::from_mins(5);

/// One tap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tap {
    /// On which photograph.
    pub photo: PhotoId,
    /// What should be.
    pub set: Set,
    /// When it was made, and its name.
    pub stamp: Stamp,
}

/// What should be. Each kind is a channel of its own: stars never undo a heart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Set {
    /// Chosen, or not (S20).
    Chosen(bool),
    /// Stars, or none (P24).
    Stars(Option<Stars>),
    /// A colour label, or none.
    Label(Option<Label>),
    /// In the cart as this product, or not (P42).
    Wanted(ProductId, bool),
}

/// One to five stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Stars(u8);

/// A colour label with the meaning and the key it has in Lightroom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Label {
    /// Key 6.
    Red,
    /// Key 7.
    Yellow,
    /// Key 8.
    Green,
    /// Key 9.
    Blue,
}

/// All labels, in the order of their keys.
pub const LABELS: [Label; 4] = [Label::Red, Label::Yellow, Label::Green, Label::Blue];

/// When a tap was made, in milliseconds, and the name its device gave it: what orders taps on the same thing. As text it
/// sorts as it compares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stamp(String);

/// Why a tap's stamp cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadStamp {
    /// Made by a clock that is ahead: ask for the time, stamp it anew.
    #[error("the device's clock is ahead")]
    Ahead,
    /// Not 16 hex digits, or not a time.
    #[error("not a tap")]
    Malformed,
}

impl Stamp {
    /// A stamp of milliseconds since 1970 by the server's time, as the device knows it, and 16 hex digits drawn at random.
    ///
    /// # Errors
    /// See [`BadStamp`].
    pub fn new(at_ms: i64, name: &str, now: Timestamp) -> Result<Self, BadStamp> {
        let hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        if name.len() != 16
            || !name.bytes().all(hex)
            || !(0..1_000_000_000_000_000).contains(&at_ms)
        {
            return Err(BadStamp::Malformed);
        }
        if at_ms > (now + AHEAD).as_millisecond() {
            return Err(BadStamp::Ahead);
        }
        Ok(Self(format!("{at_ms:015}-{name}")))
    }

    /// A stamp made by the server, for forms without a script.
    #[must_use]
    pub fn now(now: Timestamp) -> Self {
        let name = hex::encode(crate::ids::random_bytes::<8>());
        Self(format!("{:015}-{name}", now.as_millisecond().max(0)))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// When the tap was made.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        let ms = self.0.split('-').next().and_then(|ms| ms.parse().ok());
        Timestamp::from_millisecond(ms.unwrap_or_default()).unwrap_or_default()
    }
}

/// A value and the tap that set it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Kept<T> {
    /// What is.
    pub value: T,
    /// By which tap; none: nobody said anything yet.
    pub by: Option<Stamp>,
}

/// What a tap came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Applied {
    /// It stands; the value is another than before.
    Changed,
    /// It stands; the value was that already.
    Same,
    /// This very tap was there before.
    Again,
    /// A later made one stands.
    Superseded,
}

impl<T: PartialEq> Kept<T> {
    /// Applies a tap's value.
    pub fn apply(&mut self, value: T, stamp: &Stamp) -> Applied {
        match self.by.as_ref().map(|by| by.cmp(stamp)) {
            Some(std::cmp::Ordering::Greater) => Applied::Superseded,
            Some(std::cmp::Ordering::Equal) => Applied::Again,
            Some(std::cmp::Ordering::Less) | None => {
                let changed = self.value != value;
                self.value = value;
                self.by = Some(stamp.clone());
                if changed {
                    Applied::Changed
                } else {
                    Applied::Same
                }
            }
        }
    }
}

/// All that one subject says of one photograph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// The heart.
    pub chosen: Kept<bool>,
    /// Stars.
    pub stars: Kept<Option<Stars>>,
    /// The label.
    pub label: Kept<Option<Label>>,
    /// Products it is in the cart as.
    pub wanted: std::collections::BTreeMap<ProductId, Kept<bool>>,
}

impl Choice {
    /// Applies a tap.
    pub fn apply(&mut self, set: Set, stamp: &Stamp) -> Applied {
        match set {
            Set::Chosen(value) => self.chosen.apply(value, stamp),
            Set::Stars(value) => self.stars.apply(value, stamp),
            Set::Label(value) => self.label.apply(value, stamp),
            Set::Wanted(product, value) => {
                self.wanted.entry(product).or_default().apply(value, stamp)
            }
        }
    }

    /// Products it is in the cart as.
    pub fn cart(&self) -> impl Iterator<Item = ProductId> + '_ {
        self.wanted
            .iter()
            .filter(|(_, kept)| kept.value)
            .map(|(id, _)| *id)
    }
}

impl Stars {
    /// How many.
    #[must_use]
    pub fn count(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Stars {
    type Error = Malformed;
    fn try_from(count: u8) -> Result<Self, Malformed> {
        if (1..=5).contains(&count) {
            Ok(Self(count))
        } else {
            Err(Malformed("number of stars"))
        }
    }
}

impl From<Stars> for u8 {
    fn from(stars: Stars) -> Self {
        stars.0
    }
}

impl Label {
    /// `red`, `yellow`, `green`, `blue`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
        }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Label {
    type Err = Malformed;
    fn from_str(text: &str) -> Result<Self, Malformed> {
        let label = LABELS.into_iter().find(|label| label.name() == text);
        label.ok_or(Malformed("label"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn now() -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000).unwrap()
    }

    fn stamp(at: i64, name: u64) -> Stamp {
        Stamp::new(at, &format!("{name:016x}"), now()).unwrap()
    }

    /// Complaint 2: a clock that is ahead cannot shut out every later tap.
    #[test]
    fn a_tap_from_the_future_is_refused() {
        let ahead = (now() + AHEAD).as_millisecond();
        assert!(Stamp::new(ahead, "0123456789abcdef", now()).is_ok());
        assert_eq!(
            Stamp::new(ahead + 1, "0123456789abcdef", now()),
            Err(BadStamp::Ahead)
        );
        for (at, name) in [
            (-1, "0123456789abcdef"),
            (1, "0123"),
            (1, "0123456789ABCDEF"),
        ] {
            assert_eq!(Stamp::new(at, name, now()), Err(BadStamp::Malformed));
        }
        assert_eq!(stamp(1_234, 7).at().as_millisecond(), 1_234);
    }

    /// Labels have Lightroom's order, and names that come back.
    #[test]
    fn labels_are_lightrooms() {
        assert_eq!(LABELS.map(Label::name), ["red", "yellow", "green", "blue"]);
        assert!(
            LABELS
                .iter()
                .all(|label| label.name().parse() == Ok(*label))
        );
        assert!("purple".parse::<Label>().is_err());
        assert!(Stars::try_from(0).is_err() && Stars::try_from(6).is_err());
    }

    proptest! {
        /// Complaint 2: taps that come twice, late and in any order end as if each had come once, in the order they were
        /// made.
        #[test]
        fn taps_end_the_same_in_whatever_order_they_come(
            taps in prop::collection::vec((0i64..30, any::<u64>(), any::<bool>(), 0u8..6), 1..30),
            order in prop::collection::vec(any::<prop::sample::Index>(), 0..90),
        ) {
            let set = |(at, name, chosen, stars): &(i64, u64, bool, u8)| {
                let set = if *stars == 0 { Set::Chosen(*chosen) } else { Set::Stars(Stars::try_from(*stars).ok()) };
                (set, stamp(*at, *name))
            };
            let mut sorted: Vec<_> = taps.iter().map(set).collect();
            sorted.sort_by(|a, b| a.1.cmp(&b.1));
            sorted.dedup_by(|a, b| a.1 == b.1);
            let mut expected = Choice::default();
            for (set, stamp) in &sorted {
                expected.apply(*set, stamp);
            }
            let mut choice = Choice::default();
            for index in order {
                let (set, stamp) = &sorted[index.index(sorted.len())];
                choice.apply(*set, stamp);
            }
            for (set, stamp) in sorted.iter().rev() {
                choice.apply(*set, stamp);
                prop_assert!(matches!(choice.apply(*set, stamp), Applied::Again | Applied::Superseded));
            }
            prop_assert_eq!(choice, expected);
        }

        /// As text a stamp sorts as it compares: the table compares texts.
        #[test]
        fn stamps_sort_as_texts(a in (0i64..1_800_000_000_000, any::<u64>()), b in (0i64..1_800_000_000_000, any::<u64>())) {
            let (x, y) = (stamp(a.0, a.1), stamp(b.0, b.1));
            prop_assert_eq!(x.as_str().cmp(y.as_str()), a.cmp(&b));
        }
    }
}
