//! Counts and states of a choice in the studio's words.

use crate::orders::words::Word;
use crate::when;
use domain::gallery::Gallery;
use domain::selection::{Limits, Mode, Progress, Selection, Tally};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use web::words::small_number;

/// "12 of 10–15", "12 of at least 10", "12 of 15", "12".
pub(super) fn chosen(n: u32, limits: Limits) -> String {
    match (limits.min, limits.max) {
        (Some(min), Some(max)) if min == max => format!("{n} of {max}"),
        (Some(min), Some(max)) if min > 0 => format!("{n} of {min}–{max}"),
        (_, Some(max)) => format!("{n} of {max}"),
        (Some(min), None) if min > 0 => format!("{n} of at least {min}"),
        (_, None) => n.to_string(),
    }
}

/// The same for favourites, which have no rules.
pub(super) fn count(gallery: &Gallery, tally: &Tally) -> String {
    match gallery.choosing.mode {
        Mode::Favourites => tally.chosen.to_string(),
        Mode::Selection => chosen(tally.chosen, gallery.choosing.limits),
    }
}

/// What everybody in a gallery chose, for lists: "12 of 10–15" of one, "15 by 2, 1 confirmed" of several; empty when nobody
/// chose. Hidden photographs count.
pub(crate) fn overview(gallery: &Gallery, selections: &[Selection]) -> String {
    let began: Vec<&Selection> = selections
        .iter()
        .filter(|one| one.chosen > 0 || one.confirmed().is_some())
        .collect();
    let sum: u32 = began.iter().map(|one| one.chosen).sum();
    let text = match (&began[..], gallery.choosing.mode) {
        ([], _) => return String::new(),
        ([_], Mode::Selection) => chosen(sum, gallery.choosing.limits),
        ([_], Mode::Favourites) => sum.to_string(),
        (several, _) => format!("{sum} by {}", several.len()),
    };
    match began.iter().filter(|one| one.confirmed().is_some()).count() {
        0 => text,
        1 if began.len() == 1 => format!("{text}, confirmed"),
        n => format!("{text}, {n} confirmed"),
    }
}

/// Each section with rules of its own: "The coast 5 of at most 4".
pub(super) fn sections(gallery: &Gallery, tally: &Tally) -> Vec<String> {
    if gallery.choosing.mode == Mode::Favourites {
        return Vec::new();
    }
    let one = |(title, limits): (&String, &Limits)| {
        let title = if title.is_empty() {
            "No section"
        } else {
            title
        };
        format!("{title} {}", chosen(tally.of(title), *limits))
    };
    gallery.choosing.sections.iter().map(one).collect()
}

/// Open, or confirmed when and as which snapshot; nothing of favourites.
pub(super) fn state(
    gallery: &Gallery,
    selection: Option<&Selection>,
    zone: &TimeZone,
) -> Option<(Word, String)> {
    if let Some(Progress::Confirmed { snapshot, on }) = selection.map(|one| one.state) {
        let word = Word {
            icon: "check",
            class: "status--ready",
            word: "Confirmed",
        };
        let text = format!("{}, snapshot {snapshot}", when::exact(on, zone));
        return Some((word, text));
    }
    if gallery.choosing.mode == Mode::Favourites {
        return None;
    }
    let before = selection.map_or(0, |one| one.snapshots);
    let word = Word {
        icon: "proofing",
        class: "",
        word: "Open",
    };
    let text = match before {
        0 => String::new(),
        1 => "confirmed once before".into(),
        n => format!("confirmed {n} times before"),
    };
    Some((word, text))
}

/// "2 of 3 have confirmed." (S22); none where there is nobody to wait for.
pub(super) fn confirmed(gallery: &Gallery, done: usize, of: usize) -> Option<String> {
    if gallery.choosing.mode == Mode::Favourites || of == 0 {
        return None;
    }
    let all = gallery.choosing.all_must_confirm;
    Some(match (done, of) {
        (1, 1) => "The choice is confirmed.".into(),
        (0, 1) => "Not confirmed yet.".into(),
        (done, of) if done == of && all => {
            format!("All {} have confirmed: you can begin.", small_number(of))
        }
        (done, of) if all => format!("{done} of {of} have confirmed. All must before you begin."),
        (done, of) => format!("{done} of {of} have confirmed."),
    })
}

/// "today 09:12", "never".
pub(super) fn changed(at: Option<Timestamp>, now: Timestamp, zone: &TimeZone) -> String {
    at.map_or_else(|| "never".into(), |at| when::moment(at, now, zone))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::gallery::Kind;
    use domain::selection::Choosing;

    fn limits(min: Option<u32>, max: Option<u32>) -> Limits {
        Limits {
            min,
            max,
            extra: false,
        }
    }

    fn gallery(all: bool) -> Gallery {
        let mut gallery = Gallery::new("M".into(), "m".into(), Timestamp::UNIX_EPOCH);
        gallery.choosing = Choosing {
            all_must_confirm: all,
            ..Choosing::for_kind(Kind::Proofing)
        };
        gallery
    }

    /// S37: "12 of 10–15", and what is said where only one end is set.
    #[test]
    fn a_count_is_said_with_its_limits() {
        assert_eq!(chosen(12, limits(Some(10), Some(15))), "12 of 10–15");
        assert_eq!(chosen(12, limits(Some(10), None)), "12 of at least 10");
        assert_eq!(chosen(12, limits(None, Some(15))), "12 of 15");
        assert_eq!(chosen(12, limits(Some(12), Some(12))), "12 of 12");
        assert_eq!(chosen(12, limits(Some(0), None)), "12");
    }

    /// Product 5.2: the list says how many are chosen, by how many, and who has confirmed.
    #[test]
    fn a_list_says_what_was_chosen() {
        let mut gallery = gallery(false);
        gallery.choosing.limits = limits(Some(10), Some(15));
        let mut one = Selection::new(domain::access::Subject::Anybody);
        assert_eq!(overview(&gallery, &[]), "");
        assert_eq!(overview(&gallery, &[one.clone()]), "");
        one.chosen = 12;
        assert_eq!(overview(&gallery, &[one.clone()]), "12 of 10–15");
        let mut other = one.clone();
        other.confirm(Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(
            overview(&gallery, &[other.clone()]),
            "12 of 10–15, confirmed"
        );
        assert_eq!(overview(&gallery, &[one, other]), "24 by 2, 1 confirmed");
    }

    /// S22: how many of those who must have confirmed.
    #[test]
    fn who_is_waited_for_is_counted() {
        assert_eq!(
            confirmed(&gallery(true), 2, 3).unwrap(),
            "2 of 3 have confirmed. All must before you begin."
        );
        assert_eq!(
            confirmed(&gallery(true), 3, 3).unwrap(),
            "All three have confirmed: you can begin."
        );
        assert_eq!(
            confirmed(&gallery(false), 2, 3).unwrap(),
            "2 of 3 have confirmed."
        );
        let mut favourites = gallery(true);
        favourites.choosing.mode = Mode::Favourites;
        assert_eq!(confirmed(&favourites, 0, 3), None);
    }

    /// S34: confirmed when and as which snapshot; reopened, it says that it was confirmed before.
    #[test]
    fn a_choice_has_its_state_in_words() {
        let (gallery, zone) = (gallery(false), TimeZone::UTC);
        let mut one = Selection::new(domain::access::Subject::Anybody);
        assert_eq!(state(&gallery, None, &zone).unwrap().0.word, "Open");
        one.confirm("2026-11-22T09:14:00Z".parse().unwrap())
            .unwrap();
        let (word, text) = state(&gallery, Some(&one), &zone).unwrap();
        assert_eq!(
            (word.word, &*text),
            ("Confirmed", "22 November 2026, 09:14, snapshot 1")
        );
        one.reopen(Timestamp::UNIX_EPOCH).unwrap();
        let (word, text) = state(&gallery, Some(&one), &zone).unwrap();
        assert_eq!((word.word, &*text), ("Open", "confirmed once before"));
    }
}
