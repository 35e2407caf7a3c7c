//! What a gallery's rules ask of a choice, in the words of the review page (S37).

use domain::selection::{Choosing, Limits, Mode, NotYet, Tally, TooMany};
use web::words::{count, small_number};

/// Tally marks are drawn up to so many.
const MOST_MARKS: u32 = 60;

/// How a choice stands to the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// "of 10–15"; what follows the number.
    pub of: String,
    /// What is missing or left, as a sentence or two.
    pub sentence: String,
    /// It may be confirmed.
    pub enough: bool,
    /// So many more than are included.
    pub extra: u32,
    /// One a photograph, up to what is included; none: nothing is counted.
    pub marks: Vec<Mark>,
    /// Chapters with something chosen or with rules of their own, in their order.
    pub sections: Vec<Section>,
}

/// One tally mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Chosen, not left.
    pub on: bool,
    /// The last of the minimum: a gap follows.
    pub min: bool,
}

/// How a chapter's part of the choice stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// "3", "3 of 2–4".
    pub count: String,
    /// "1 more is needed", "1 too many"; may be empty.
    pub aside: String,
}

impl Standing {
    /// Of so many chosen photographs, with chapters in this order.
    pub fn of<'a>(
        choosing: &Choosing,
        tally: &Tally,
        chapters: impl Iterator<Item = &'a str>,
        studio: &str,
    ) -> Self {
        let selection = choosing.mode == Mode::Selection;
        let limits = if selection {
            choosing.limits
        } else {
            Limits::default()
        };
        let confirmable = choosing.confirmable(tally);
        let extra = confirmable.as_ref().copied().unwrap_or_default();
        let sections = chapters
            .filter_map(|title| section(choosing, tally, title, selection))
            .collect();
        Self {
            of: of(limits),
            sentence: match &confirmable {
                Ok(extra) => enough(limits, tally, *extra),
                Err(not_yet) => missing(not_yet, tally, studio),
            },
            enough: confirmable.is_ok(),
            extra,
            marks: marks(limits, tally.chosen),
            sections,
        }
    }
}

/// "of 10–15", "of at least 10", "of 15"; "chosen" where nothing is asked.
pub fn of(limits: Limits) -> String {
    match (limits.min.filter(|min| *min > 0), limits.max) {
        (Some(min), Some(max)) if min == max => format!("of {max}"),
        (Some(min), Some(max)) => format!("of {min}–{max}"),
        (Some(min), None) => format!("of at least {min}"),
        (None, Some(max)) => format!("of {max}"),
        (None, None) => "chosen".into(),
    }
}

fn enough(limits: Limits, tally: &Tally, extra: u32) -> String {
    if extra > 0 {
        return match limits.max.filter(|max| tally.chosen - extra == *max) {
            Some(max) => format!("{extra} more than the {max} included."),
            None => format!("{extra} more than are included."),
        };
    }
    match limits.max {
        Some(max) if max > tally.chosen => {
            let left = size(max - tally.chosen);
            format!("Enough to confirm. There is room for {}.", more(left))
        }
        Some(_) => "Enough to confirm. That is all that is included.".into(),
        None => "Enough to confirm.".into(),
    }
}

/// What a choice lacks, as its owner reads it.
pub fn missing(not_yet: &NotYet, tally: &Tally, studio: &str) -> String {
    match not_yet {
        NotYet::Favourites => "Favourites are yours alone; nothing has to be confirmed.".into(),
        NotYet::Nothing => {
            "Nothing is chosen yet. Choose with the heart beside a photograph.".into()
        }
        NotYet::TooFew { missing, min } => {
            format!("Choose {missing} more to confirm. {studio} needs at least {min}.")
        }
        NotYet::SectionTooFew {
            section,
            missing,
            min,
        } => format!(
            "Choose {missing} more of “{}” to confirm. {studio} needs at least {min} of it.",
            titled(section)
        ),
        NotYet::TooMany(TooMany::Gallery { max }) => {
            let over = tally.chosen.saturating_sub(*max);
            format!("That is {over} more than the {max} agreed. Take {over} out to confirm.")
        }
        NotYet::TooMany(TooMany::Section { section, max }) => {
            let over = tally.of(section).saturating_sub(*max);
            let section = titled(section);
            format!(
                "That is {over} more of “{section}” than the {max} agreed. Take {over} out to confirm."
            )
        }
    }
}

fn marks(limits: Limits, chosen: u32) -> Vec<Mark> {
    let all = limits.max.or(limits.min).unwrap_or_default().max(chosen);
    if (limits.max.is_none() && limits.min.is_none()) || all > MOST_MARKS {
        return Vec::new();
    }
    let mark = |n| Mark {
        on: n <= chosen,
        min: limits.min == Some(n) && n < all,
    };
    (1..=all).map(mark).collect()
}

fn section(choosing: &Choosing, tally: &Tally, title: &str, selection: bool) -> Option<Section> {
    let rules = choosing.sections.get(title).filter(|_| selection);
    let (chosen, limits) = (tally.of(title), rules.copied().unwrap_or_default());
    let asked = limits.min.is_some() || limits.max.is_some();
    if chosen == 0 && !asked {
        return None;
    }
    let min = limits.min.unwrap_or_default();
    let over = limits.max.map_or(0, |max| chosen.saturating_sub(max));
    let aside = if chosen < min {
        format!("{} needed", more(size(min - chosen)))
    } else if over > 0 && limits.extra {
        format!("{over} extra")
    } else if over > 0 {
        format!("{over} too many")
    } else {
        String::new()
    };
    Some(Section {
        title: titled(title).into(),
        count: if asked {
            format!("{chosen} {}", of(limits))
        } else {
            chosen.to_string()
        },
        aside,
    })
}

/// Photographs in no chapter are a chapter without a name.
pub fn titled(section: &str) -> &str {
    if section.is_empty() {
        "Photographs"
    } else {
        section
    }
}

fn more(n: usize) -> String {
    format!("{} more", small_number(n))
}

fn size(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// "Twelve photographs chosen".
pub fn heading(chosen: u32) -> String {
    let n = size(chosen);
    match n {
        0 => "Nothing chosen yet".into(),
        1..=12 => {
            let mut word = small_number(n);
            word[..1].make_ascii_uppercase();
            let noun = if n == 1 { "photograph" } else { "photographs" };
            format!("{word} {noun} chosen")
        }
        n => format!("{} chosen", count(n, "photograph", "photographs")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(min: Option<u32>, max: Option<u32>, extra: bool) -> Choosing {
        Choosing {
            mode: Mode::Selection,
            limits: Limits { min, max, extra },
            ..Choosing::default()
        }
    }

    fn tally(sections: &[(&str, u32)]) -> Tally {
        Tally {
            chosen: sections.iter().map(|(_, n)| n).sum(),
            sections: sections.iter().map(|(s, n)| ((*s).into(), *n)).collect(),
        }
    }

    fn standing(choosing: &Choosing, sections: &[(&str, u32)]) -> Standing {
        let chapters = ["", "Ceremony", "Party"];
        Standing::of(choosing, &tally(sections), chapters.into_iter(), "Hedda")
    }

    /// S37: what is missing is said with the number and who asks for it; the ways to say it are LOOK's voice 7 and 8.
    #[test]
    fn what_is_missing_is_a_number_in_words() {
        let rules = rules(Some(10), Some(15), false);
        let few = standing(&rules, &[("Party", 8)]);
        assert!(!few.enough);
        assert_eq!(
            few.sentence,
            "Choose 2 more to confirm. Hedda needs at least 10."
        );
        assert_eq!(few.of, "of 10–15");
        let enough = standing(&rules, &[("Party", 12)]);
        assert!(enough.enough);
        assert_eq!(
            enough.sentence,
            "Enough to confirm. There is room for three more."
        );
        let full = standing(&rules, &[("Party", 15)]);
        assert_eq!(
            full.sentence,
            "Enough to confirm. That is all that is included."
        );
        let over = standing(&rules, &[("Party", 16)]);
        assert!(!over.enough);
        assert_eq!(
            over.sentence,
            "That is 1 more than the 15 agreed. Take 1 out to confirm."
        );
        let none = standing(&rules, &[]);
        assert!(none.sentence.starts_with("Nothing is chosen yet."));
    }

    /// S37, complaint 11: extra ones are counted where they are allowed.
    #[test]
    fn extra_ones_are_counted() {
        let extra = standing(&rules(None, Some(10), true), &[("Party", 12)]);
        assert!(extra.enough);
        assert_eq!(extra.extra, 2);
        assert_eq!(extra.sentence, "2 more than the 10 included.");
        assert_eq!(extra.of, "of 10");
    }

    /// S37: each chapter with rules is listed with them, and what it lacks; chapters nobody chose from are not.
    #[test]
    fn chapters_with_rules_are_listed() {
        let mut rules = rules(None, None, false);
        let limits = |min, max, extra| Limits {
            min: Some(min),
            max: Some(max),
            extra,
        };
        rules.sections.insert("Party".into(), limits(3, 4, false));
        let said = standing(&rules, &[("Ceremony", 2), ("Party", 1)]);
        let lines: Vec<_> = said
            .sections
            .iter()
            .map(|s| (s.title.as_str(), s.count.as_str(), s.aside.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                ("Ceremony", "2", ""),
                ("Party", "1 of 3–4", "two more needed")
            ]
        );
        assert_eq!(
            said.sentence,
            "Choose 2 more of “Party” to confirm. Hedda needs at least 3 of it."
        );
        assert!(said.marks.is_empty(), "the gallery itself asks for nothing");
        rules.sections.insert("Party".into(), limits(0, 1, false));
        let over = standing(&rules, &[("Party", 3)]);
        assert_eq!(over.sections[0].aside, "2 too many");
        rules.sections.insert("Party".into(), limits(0, 1, true));
        assert_eq!(
            standing(&rules, &[("Party", 3)]).sections[0].aside,
            "2 extra"
        );
    }

    /// LOOK: tally marks have a gap after the minimum and are grey for what is left; hundreds are not drawn.
    #[test]
    fn marks_are_drawn_up_to_what_is_included() {
        let said = standing(&rules(Some(2), Some(4), false), &[("Party", 3)]);
        let drawn: Vec<_> = said.marks.iter().map(|m| (m.on, m.min)).collect();
        assert_eq!(
            drawn,
            [(true, false), (true, true), (true, false), (false, false)]
        );
        assert!(
            standing(&rules(None, Some(300), false), &[])
                .marks
                .is_empty()
        );
        assert_eq!(heading(12), "Twelve photographs chosen");
        assert_eq!(heading(1), "One photograph chosen");
        assert_eq!(heading(13), "13 photographs chosen");
    }
}
