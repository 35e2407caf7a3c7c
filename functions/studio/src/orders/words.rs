//! Orders and their items in the studio's words: every state by word and shape, every number written out.

use crate::when;
use domain::order::{Counted, Line, LineState, Method, OrderState};
use domain::photo::{Photo, Stage};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use web::words::{count, small_number};

/// A state as a page draws it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// A drawing of `icons.svg`.
    pub(crate) icon: &'static str,
    /// A class of `.status`.
    pub(crate) class: &'static str,
    /// The word.
    pub(crate) word: &'static str,
}

fn word(icon: &'static str, class: &'static str, word: &'static str) -> Word {
    Word { icon, class, word }
}

/// Where an order is.
pub(crate) fn state(state: OrderState) -> Word {
    match state {
        OrderState::Placed => word("clock", "", "Pending"),
        OrderState::PartlyShipped => word("box", "", "Partly shipped"),
        OrderState::Shipped => word("check", "status--ready", "Shipped"),
        OrderState::Cancelled => word("none", "status--quiet", "Cancelled"),
    }
}

/// Where an item is, and the sentence beside it.
pub(crate) fn line(
    line: &Line,
    photo: Option<&Photo>,
    now: Timestamp,
    zone: &TimeZone,
) -> (Word, String) {
    let stage = photo.map(|photo| photo.stage);
    match (line.state, line.method) {
        (LineState::Shipped { version, at, .. }, _) => {
            let mut text = format!("Delivered {}, version {version}.", moment(at, now, zone));
            if let Some(photo) = photo.filter(|photo| photo.number > version) {
                text.push_str(&format!(" Version {} came since.", photo.number));
            }
            (word("check", "status--ready", "Shipped"), text)
        }
        (LineState::Cancelled { at }, _) => {
            let text = format!("Taken out {}.", moment(at, now, zone));
            (word("none", "status--quiet", "Cancelled"), text)
        }
        (LineState::Pending, _) if stage.is_none() => {
            let text = "The photograph is not in the gallery any more.".into();
            (word("warn", "status--warn", "Pending, is gone"), text)
        }
        (LineState::Pending, Method::Now) => {
            let text = "Can be downloaded after shipping.".into();
            (word("download", "", "Pending, can ship now"), text)
        }
        (LineState::Pending, Method::AfterProcessing) if stage == Some(Stage::Final) => {
            let text = "The Final is here. Recalc counts it in.".into();
            (word("retry", "", "Pending, not counted yet"), text)
        }
        (LineState::Pending, Method::AfterProcessing) => {
            let text = match stage {
                Some(Stage::Proof) => "Still Proof.".into(),
                _ => "No state said yet.".into(),
            };
            (
                word("draft", "status--quiet", "Pending, waits for Final"),
                text,
            )
        }
        (LineState::Pending, Method::Manual) => {
            let text = "A print or a disk: you send it by hand.".into();
            (word("box", "", "Pending, by hand"), text)
        }
    }
}

/// "4 shipped, 3 can ship, 5 wait"; what is none is left out.
pub(crate) fn tally(shipped: u32, pending: Counted) -> String {
    let parts = [
        (shipped, "shipped"),
        (pending.now, "can ship"),
        (pending.waiting + pending.missing, "wait"),
    ];
    let parts = parts.iter().filter(|(n, _)| *n > 0);
    let parts: Vec<String> = parts
        .map(|(n, what)| match (n, *what) {
            (1, "wait") => "1 waits".to_owned(),
            (n, what) => format!("{n} {what}"),
        })
        .collect();
    if parts.is_empty() {
        return "nothing left in it".into();
    }
    parts.join(", ")
}

/// How many pending items are in which state: what a count comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Waiting {
    /// Pending, and downloadable by the methods they have.
    pub(crate) now: u32,
    /// Waiting, and still Proof.
    pub(crate) proof: u32,
    /// Waiting without a state.
    pub(crate) unsaid: u32,
    /// Waiting though their Final is here: not counted since.
    pub(crate) uncounted: u32,
    /// Their photographs are gone.
    pub(crate) gone: u32,
}

impl Waiting {
    /// Counts the pending lines, each with its photograph.
    pub(crate) fn of<'a>(lines: impl Iterator<Item = (&'a Line, Option<&'a Photo>)>) -> Self {
        let mut waiting = Self::default();
        for (line, photo) in lines.filter(|(line, _)| line.state == LineState::Pending) {
            let of = match (photo.map(|photo| photo.stage), line.method) {
                (None, _) => &mut waiting.gone,
                (_, Method::Now) => &mut waiting.now,
                (Some(Stage::Final), _) => &mut waiting.uncounted,
                (Some(Stage::Proof), _) => &mut waiting.proof,
                (Some(Stage::Undefined), _) => &mut waiting.unsaid,
            };
            *of += 1;
        }
        waiting
    }

    /// "3 can ship now, 5 are still Proof." (P45)
    pub(crate) fn sentence(self) -> String {
        let plural = |n: u32, one: &str, many: &str| {
            let verb = if n == 1 { one } else { many };
            (n > 0).then(|| format!("{n} {verb}"))
        };
        let now = match self.now {
            0 => Some("None can ship now".to_owned()),
            n => Some(format!("{n} can ship now")),
        };
        let parts = [
            now,
            plural(self.proof, "is still Proof", "are still Proof"),
            plural(self.unsaid, "has no state", "have no state"),
            plural(
                self.uncounted,
                "is Final and not counted",
                "are Final and not counted",
            ),
            plural(self.gone, "is gone", "are gone"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        format!("{}.", parts.join(", "))
    }

    /// Why nothing can ship (LOOK, voice 20); none: something can.
    pub(crate) fn reason(self) -> Option<String> {
        let waits = self.proof + self.unsaid;
        match (self.now, self.uncounted, waits, self.gone) {
            (1.., ..) => None,
            (0, 1, ..) => {
                Some("Nothing can ship yet: 1 Final is here and not counted. Recalc first.".into())
            }
            (0, n @ 2.., ..) => Some(format!(
                "Nothing can ship yet: {n} Finals are here and not counted. Recalc first."
            )),
            (0, 0, 0, 0) => Some("Nothing can ship: no item waits.".into()),
            (0, 0, 0, n) => {
                let photographs = count(to_usize(n), "photograph is", "photographs are");
                Some(format!(
                    "Nothing can ship: {photographs} not in the gallery any more."
                ))
            }
            (0, 0, n, _) => {
                let items = count(to_usize(n), "item waits", "items wait");
                Some(format!(
                    "Nothing can ship: {items} for a Final. Upload finals, then count again."
                ))
            }
        }
    }
}

/// "Ship 3 pending items now".
pub(crate) fn ship(now: u32) -> String {
    match now {
        0 => "Ship pending items now".into(),
        1 => "Ship 1 pending item now".into(),
        n => format!("Ship {n} pending items now"),
    }
}

/// What pressing it does, whom it reaches.
pub(crate) fn sends(now: u32, to: Option<&str>) -> String {
    let these = match now {
        1 => "this one".to_owned(),
        n => format!("these {}", small_number(to_usize(n))),
    };
    match to {
        Some(to) => format!("Sends one mail to {to} with {these}. A second click sends nothing."),
        None => format!(
            "Nobody’s address is known, so no mail goes out: whoever holds link and PIN finds {these} in the gallery. A second click ships nothing."
        ),
    }
}

/// "Twelve items".
pub(crate) fn items(n: usize) -> String {
    let text = match n {
        1 => "one item".to_owned(),
        n => format!("{} items", small_number(n)),
    };
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// A number of lines as the domain counts them.
pub(crate) fn to_usize(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// "today 14:52", "20 November 2026": within a sentence.
pub(crate) fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    when::moment(at, now, zone)
}

/// "Today 14:52", "Fri 20 Nov, 18:03": at the head of a line.
pub(crate) fn stamp(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (there, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()).date());
    if there.date() == today {
        return there.strftime("Today %H:%M").to_string();
    }
    let format = if there.year() == today.year() {
        "%a %-d %b, %H:%M"
    } else {
        "%a %-d %b %Y, %H:%M"
    };
    there.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{PhotoId, ProductId};

    fn pending(method: Method) -> Line {
        Line {
            photo: PhotoId::of_key("a"),
            file_name: "HL_2001.jpg".into(),
            section: String::new(),
            product: ProductId::built_in(1),
            product_name: "Full size".into(),
            asked: 1,
            price: 0,
            method,
            kept_back: false,
            state: LineState::Pending,
        }
    }

    /// P45: a count says how many can ship and what the others are.
    #[test]
    fn a_count_says_what_the_others_are() {
        let waiting = Waiting {
            now: 3,
            proof: 5,
            ..Waiting::default()
        };
        assert_eq!(waiting.sentence(), "3 can ship now, 5 are still Proof.");
        assert_eq!(waiting.reason(), None);
        let one = Waiting {
            unsaid: 1,
            gone: 1,
            ..Waiting::default()
        };
        assert_eq!(
            one.sentence(),
            "None can ship now, 1 has no state, 1 is gone."
        );
    }

    /// P46, LOOK voice 20: when nothing can ship, the reason and the next step are said.
    #[test]
    fn nothing_to_ship_has_a_reason() {
        let waiting = Waiting {
            proof: 5,
            ..Waiting::default()
        };
        assert_eq!(
            waiting.reason().unwrap(),
            "Nothing can ship: 5 items wait for a Final. Upload finals, then count again."
        );
        let uncounted = Waiting {
            uncounted: 2,
            ..waiting
        };
        assert!(
            uncounted
                .reason()
                .unwrap()
                .contains("2 Finals are here and not counted")
        );
        assert!(Waiting::default().reason().is_some());
    }

    /// P46: the button says how many, the sentence whom it reaches and that a second click sends nothing.
    #[test]
    fn shipping_says_how_many_and_to_whom() {
        assert_eq!(ship(3), "Ship 3 pending items now");
        assert_eq!(ship(1), "Ship 1 pending item now");
        assert_eq!(
            sends(3, Some("bild@example.com")),
            "Sends one mail to bild@example.com with these three. A second click sends nothing."
        );
        assert!(sends(1, None).contains("no mail"));
    }

    /// P44: every state of an item has its word; a photograph that is gone is not waited for in silence.
    #[test]
    fn an_item_has_its_state_in_words() {
        let (now, zone) = (Timestamp::UNIX_EPOCH, TimeZone::UTC);
        let said = |of: &Line| line(of, None, now, &zone).0.word;
        assert_eq!(said(&pending(Method::Now)), "Pending, is gone");
        let mut sent = pending(Method::Now);
        sent.state = LineState::Shipped {
            version: 2,
            delivery: 1,
            at: now,
        };
        let (word, text) = line(&sent, None, now, &zone);
        assert_eq!(
            (word.word, &*text),
            ("Shipped", "Delivered today 00:00, version 2.")
        );
        sent.state = LineState::Cancelled { at: now };
        assert_eq!(said(&sent), "Cancelled");
    }

    #[test]
    fn numbers_are_written_out() {
        let counted = Counted {
            now: 3,
            waiting: 5,
            missing: 0,
        };
        assert_eq!(tally(4, counted), "4 shipped, 3 can ship, 5 wait");
        assert_eq!(tally(0, Counted::default()), "nothing left in it");
        assert_eq!(
            (items(12), items(1), items(40)),
            ("Twelve items".into(), "One item".into(), "40 items".into())
        );
        let at = "2026-11-20T18:03:00Z".parse().unwrap();
        let now = "2026-11-22T18:03:00Z".parse().unwrap();
        assert_eq!(stamp(at, now, &TimeZone::UTC), "Fri 20 Nov, 18:03");
        assert_eq!(stamp(now, now, &TimeZone::UTC), "Today 18:03");
    }
}
