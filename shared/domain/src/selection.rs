//! What is chosen as a whole (product 4.6): how many may be, when it may be confirmed, what is frozen then, and how two
//! snapshots differ.

use crate::access::Subject;
use crate::choice::{Label, Stars};
use crate::email::Email;
use crate::gallery::Kind;
use crate::ids::{CommentId, PhotoId};
use crate::photo::Photo;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// How clients choose in a gallery (S37).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Choosing {
    /// What a heart means.
    #[serde(default)]
    pub mode: Mode,
    /// How many photographs of the gallery.
    #[serde(default)]
    pub limits: Limits,
    /// How many of a section, by its title.
    #[serde(default)]
    pub sections: BTreeMap<String, Limits>,
    /// The studio begins when everybody who may choose has confirmed.
    #[serde(default)]
    pub all_must_confirm: bool,
    /// Clients may filter the photographs (S18).
    #[serde(default)]
    pub filters: bool,
    /// Comments may be drawn into the photograph (*advanced review*).
    #[serde(default)]
    pub drawing: bool,
}

/// What a heart means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Personal, without consequence (L31).
    #[default]
    Favourites,
    /// A list with rules that is confirmed (S22).
    Selection,
}

/// How many photographs may be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Limits {
    /// At least so many before it can be confirmed.
    #[serde(default)]
    pub min: Option<u32>,
    /// So many are included.
    #[serde(default)]
    pub max: Option<u32>,
    /// More than are included may be chosen all the same; they are counted as extra ones.
    #[serde(default)]
    pub extra: bool,
}

/// How many are chosen, of the photographs that exist for the visitor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// In all.
    pub chosen: u32,
    /// By section; a section without chosen ones is missing.
    pub sections: BTreeMap<String, u32>,
}

/// Why another photograph cannot be chosen (complaint 11).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TooMany {
    /// The gallery's limit is reached.
    #[error("at most {max} may be chosen")]
    Gallery {
        /// The limit.
        max: u32,
    },
    /// The section's limit is reached.
    #[error("at most {max} may be chosen of a section")]
    Section {
        /// Its title.
        section: String,
        /// The limit.
        max: u32,
    },
}

/// Why a choice cannot be confirmed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotYet {
    /// Favourites have no consequence and are not confirmed.
    #[error("favourites are not confirmed")]
    Favourites,
    /// Nothing is chosen.
    #[error("nothing is chosen")]
    Nothing,
    /// Fewer than the gallery asks for.
    #[error("{missing} more must be chosen")]
    TooFew {
        /// So many more.
        missing: u32,
        /// What it asks for.
        min: u32,
    },
    /// Fewer than a section asks for.
    #[error("{missing} more must be chosen of a section")]
    SectionTooFew {
        /// Its title.
        section: String,
        /// So many more.
        missing: u32,
        /// What it asks for.
        min: u32,
    },
    /// More than are allowed: the rules changed, or photographs were moved.
    #[error(transparent)]
    TooMany(#[from] TooMany),
}

impl Choosing {
    /// What a new gallery of this kind starts with.
    #[must_use]
    pub fn for_kind(kind: Kind) -> Self {
        let selection = kind != Kind::Delivery;
        Self {
            mode: if selection {
                Mode::Selection
            } else {
                Mode::Favourites
            },
            filters: selection,
            drawing: kind == Kind::ProofRetouchDeliver,
            ..Self::default()
        }
    }

    /// Whether any number is limited from above without extra ones: only then must choosing be counted.
    #[must_use]
    pub fn bounded(&self) -> bool {
        self.mode == Mode::Selection
            && (self.limits.ceiling().is_some()
                || self
                    .sections
                    .values()
                    .any(|limits| limits.ceiling().is_some()))
    }

    /// Whether one more photograph of this section may be chosen.
    ///
    /// # Errors
    /// Which limit is reached.
    pub fn room(&self, tally: &Tally, section: &str) -> Result<(), TooMany> {
        if self.mode == Mode::Favourites {
            return Ok(());
        }
        if let Some(max) = self.limits.ceiling().filter(|max| tally.chosen >= *max) {
            return Err(TooMany::Gallery { max });
        }
        let limits = self.sections.get(section).copied().unwrap_or_default();
        match limits.ceiling() {
            Some(max) if tally.of(section) >= max => Err(TooMany::Section {
                section: section.to_owned(),
                max,
            }),
            _ => Ok(()),
        }
    }

    /// Whether what is chosen may be confirmed; how many of it are extra ones.
    ///
    /// # Errors
    /// The first rule it does not meet, the gallery's before its sections'.
    pub fn confirmable(&self, tally: &Tally) -> Result<u32, NotYet> {
        if self.mode == Mode::Favourites {
            return Err(NotYet::Favourites);
        }
        if tally.chosen == 0 {
            return Err(NotYet::Nothing);
        }
        let min = self.limits.min.unwrap_or_default();
        if tally.chosen < min {
            let missing = min - tally.chosen;
            return Err(NotYet::TooFew { missing, min });
        }
        if let Some(max) = self.limits.ceiling().filter(|max| tally.chosen > *max) {
            return Err(TooMany::Gallery { max }.into());
        }
        let mut extra = self.limits.over(tally.chosen);
        let mut of_sections = 0;
        for (section, limits) in &self.sections {
            let chosen = tally.of(section);
            let min = limits.min.unwrap_or_default();
            if chosen < min {
                return Err(NotYet::SectionTooFew {
                    section: section.clone(),
                    missing: min - chosen,
                    min,
                });
            }
            if let Some(max) = limits.ceiling().filter(|max| chosen > *max) {
                let section = section.clone();
                return Err(TooMany::Section { section, max }.into());
            }
            of_sections += limits.over(chosen);
        }
        // one photograph is extra once, by whichever rule counts more of them
        extra = extra.max(of_sections);
        Ok(extra)
    }
}

impl Limits {
    /// What may not be exceeded.
    fn ceiling(self) -> Option<u32> {
        self.max.filter(|_| !self.extra)
    }

    /// How many are more than are included.
    fn over(self, chosen: u32) -> u32 {
        self.max.map_or(0, |max| chosen.saturating_sub(max))
    }
}

impl Tally {
    /// Counts the chosen of these photographs.
    #[must_use]
    pub fn of_photos<'a>(chosen: impl IntoIterator<Item = &'a Photo>) -> Self {
        let mut tally = Self::default();
        for photo in chosen {
            tally.chosen += 1;
            *tally.sections.entry(photo.section.clone()).or_default() += 1;
        }
        tally
    }

    /// How many of a section.
    #[must_use]
    pub fn of(&self, section: &str) -> u32 {
        self.sections.get(section).copied().unwrap_or_default()
    }
}

/// One subject's choice in one gallery, apart from the taps: whether it is confirmed, and its place in the order of writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    /// Whose.
    pub subject: Subject,
    /// Open or confirmed.
    pub state: Progress,
    /// Snapshots taken so far; they are numbered from 1 and kept for ever.
    pub snapshots: u32,
    /// Rises with every tap, confirmation and reopening.
    pub revision: u64,
    /// When it was last changed; none: never.
    pub updated: Option<Timestamp>,
    /// How many are chosen, for lists; hidden photographs count.
    pub chosen: u32,
    /// Where its letters go, when the subject names no address.
    pub contact: Option<Email>,
}

/// *open → confirmed → open …* (product 4.3, 4.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Progress {
    /// Hearts may come and go.
    #[default]
    Open,
    /// Frozen; only the studio opens it again (S34).
    Confirmed {
        /// Which snapshot.
        snapshot: u32,
        /// When.
        on: Timestamp,
    },
}

/// Why a selection cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Forbidden {
    /// It is confirmed already.
    #[error("the choice is confirmed already")]
    AlreadyConfirmed,
    /// It is open already.
    #[error("the choice is open already")]
    NotConfirmed,
}

impl Selection {
    /// Nothing yet.
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            state: Progress::Open,
            snapshots: 0,
            revision: 0,
            updated: None,
            chosen: 0,
            contact: None,
        }
    }

    /// When it was confirmed, if it is.
    #[must_use]
    pub fn confirmed(&self) -> Option<Timestamp> {
        match self.state {
            Progress::Open => None,
            Progress::Confirmed { on, .. } => Some(on),
        }
    }

    /// Freezes it; the number of its snapshot.
    ///
    /// # Errors
    /// [`Forbidden::AlreadyConfirmed`].
    pub fn confirm(&mut self, now: Timestamp) -> Result<u32, Forbidden> {
        if self.confirmed().is_some() {
            return Err(Forbidden::AlreadyConfirmed);
        }
        self.snapshots += 1;
        self.revision += 1;
        self.updated = Some(now);
        self.state = Progress::Confirmed {
            snapshot: self.snapshots,
            on: now,
        };
        Ok(self.snapshots)
    }

    /// Opens it again; every snapshot stays.
    ///
    /// # Errors
    /// [`Forbidden::NotConfirmed`].
    pub fn reopen(&mut self, now: Timestamp) -> Result<(), Forbidden> {
        if self.confirmed().is_none() {
            return Err(Forbidden::NotConfirmed);
        }
        self.revision += 1;
        self.updated = Some(now);
        self.state = Progress::Open;
        Ok(())
    }
}

/// What was confirmed, as it was then (S22): nothing in it ever changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// From 1, for each subject.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub subject: Subject,
    /// What they wrote to the studio with it; may be empty.
    pub message: String,
    /// So many are more than were included.
    pub extra: u32,
    /// In the order they stood in.
    pub picked: Vec<Picked>,
}

/// One chosen photograph as it was when it was confirmed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picked {
    /// Which.
    pub photo: PhotoId,
    /// The version that was seen.
    pub version: u32,
    /// The camera's file name.
    pub file_name: String,
    /// Where it stood.
    pub section: String,
    /// Stars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stars: Option<Stars>,
    /// Colour label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// What was said of it; comments are never rewritten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<CommentId>,
}

/// How a choice differs from an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// Chosen since.
    pub added: Vec<PhotoId>,
    /// Not chosen any more.
    pub removed: Vec<PhotoId>,
    /// Chosen in both, and replaced by another version between.
    pub replaced: Vec<PhotoId>,
}

/// What changed from one choice to another, each as photographs with the version that was seen; in the order of the lists.
#[must_use]
pub fn difference(before: &[(PhotoId, u32)], after: &[(PhotoId, u32)]) -> Difference {
    let old: HashMap<&PhotoId, u32> = before.iter().map(|(id, n)| (id, *n)).collect();
    let new: HashMap<&PhotoId, u32> = after.iter().map(|(id, n)| (id, *n)).collect();
    let only = |list: &[(PhotoId, u32)], other: &HashMap<&PhotoId, u32>| {
        let missing = list.iter().filter(|(id, _)| !other.contains_key(id));
        missing.map(|(id, _)| id.clone()).collect()
    };
    let replaced = after
        .iter()
        .filter(|(id, n)| old.get(id).is_some_and(|was| was != n));
    Difference {
        added: only(after, &old),
        removed: only(before, &new),
        replaced: replaced.map(|(id, _)| id.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tally(sections: &[(&str, u32)]) -> Tally {
        Tally {
            chosen: sections.iter().map(|(_, n)| n).sum(),
            sections: sections
                .iter()
                .map(|(s, n)| ((*s).to_owned(), *n))
                .collect(),
        }
    }

    fn limits(min: u32, max: u32, extra: bool) -> Limits {
        Limits {
            min: Some(min),
            max: Some(max),
            extra,
        }
    }

    fn selection(limits: Limits) -> Choosing {
        Choosing {
            mode: Mode::Selection,
            limits,
            ..Choosing::default()
        }
    }

    /// S37: "12 of 10–15": nine is too few, the sixteenth does not go in, and extra ones count where they are allowed.
    #[test]
    fn ten_to_fifteen_means_that() {
        let rules = selection(limits(10, 15, false));
        let too_few = NotYet::TooFew {
            missing: 1,
            min: 10,
        };
        assert_eq!(rules.confirmable(&tally(&[("", 9)])), Err(too_few));
        assert_eq!(rules.confirmable(&tally(&[("", 10)])), Ok(0));
        assert_eq!(rules.room(&tally(&[("", 14)]), ""), Ok(()));
        let full = TooMany::Gallery { max: 15 };
        assert_eq!(rules.room(&tally(&[("", 15)]), ""), Err(full));
        let open = selection(limits(10, 15, true));
        assert_eq!(open.room(&tally(&[("", 15)]), ""), Ok(()));
        assert_eq!(open.confirmable(&tally(&[("", 17)])), Ok(2));
    }

    /// S37: a section has limits of its own, and they name it.
    #[test]
    fn a_section_has_limits_of_its_own() {
        let mut rules = selection(Limits::default());
        rules.sections.insert("Party".into(), limits(1, 2, false));
        let full = tally(&[("Party", 2), ("Ceremony", 9)]);
        let refused = rules.room(&full, "Party").unwrap_err();
        assert!(matches!(refused, TooMany::Section { max: 2, .. }));
        assert_eq!(rules.room(&full, "Ceremony"), Ok(()));
        let none = rules.confirmable(&tally(&[("Ceremony", 9)]));
        assert!(matches!(
            none,
            Err(NotYet::SectionTooFew { missing: 1, .. })
        ));
    }

    /// S22, S34: confirmed once; reopened, its snapshots stay counted.
    #[test]
    fn a_choice_is_confirmed_once_until_the_studio_opens_it() {
        let now = Timestamp::UNIX_EPOCH;
        let mut choice = Selection::new(Subject::Anybody);
        assert_eq!(choice.reopen(now), Err(Forbidden::NotConfirmed));
        assert_eq!(choice.confirm(now), Ok(1));
        assert_eq!(choice.confirm(now), Err(Forbidden::AlreadyConfirmed));
        assert_eq!(choice.confirmed(), Some(now));
        assert_eq!(choice.reopen(now), Ok(()));
        assert_eq!((choice.confirm(now), choice.revision), (Ok(2), 3));
    }

    proptest! {
        /// S37: filling up while there is room never leads past what can be confirmed.
        #[test]
        fn what_there_was_room_for_can_be_confirmed(
            max in 1u32..20, party in 1u32..8, order in prop::collection::vec(any::<bool>(), 0..60)
        ) {
            let mut rules = selection(limits(0, max, false));
            rules.sections.insert("Party".into(), limits(0, party, false));
            let mut now = Tally::default();
            for at_party in order {
                let section = if at_party { "Party" } else { "Ceremony" };
                if rules.room(&now, section).is_ok() {
                    now.chosen += 1;
                    *now.sections.entry(section.into()).or_default() += 1;
                }
            }
            prop_assert!(now.chosen <= max && now.of("Party") <= party);
            prop_assert!(now.chosen == 0 || rules.confirmable(&now) == Ok(0));
        }

        /// S34: the difference says exactly what turns one list into the other.
        #[test]
        fn a_difference_turns_one_choice_into_the_other(
            before in prop::collection::btree_map(0u8..20, 1u32..3, 0..20),
            after in prop::collection::btree_map(0u8..20, 1u32..3, 0..20),
        ) {
            let list = |map: &BTreeMap<u8, u32>| -> Vec<(PhotoId, u32)> {
                map.iter().map(|(k, n)| (PhotoId::of_key(&k.to_string()), *n)).collect()
            };
            let difference = difference(&list(&before), &list(&after));
            prop_assert_eq!(difference.added.len(), after.keys().filter(|k| !before.contains_key(k)).count());
            prop_assert_eq!(difference.removed.len(), before.keys().filter(|k| !after.contains_key(k)).count());
            let replaced = after.iter().filter(|(k, n)| before.get(k).is_some_and(|was| was != *n)).count();
            prop_assert_eq!(difference.replaced.len(), replaced);
        }
    }
}
