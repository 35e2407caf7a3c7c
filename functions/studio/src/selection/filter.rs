//! What of the page is asked for: whose choice, together how, and which photographs of it. The same words filter what is
//! exported.

use domain::choice::{Choice, Label};
use domain::photo::{Photo, Stage};
use url::form_urlencoded;

/// What is asked for, out of an address.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Asked {
    /// The clients, by their names in addresses; empty: all of them.
    pub(super) who: Vec<String>,
    /// What all of them said; else what any of them did.
    pub(super) all: bool,
    /// Which photographs.
    pub(super) show: Show,
    /// Only with this label.
    pub(super) label: Option<Label>,
    /// Only of this section.
    pub(super) section: Option<String>,
    /// Only in this state.
    pub(super) stage: Option<Stage>,
    /// As it was confirmed then; of files.
    pub(super) snapshot: Option<u32>,
    /// How many frames.
    pub(super) frames: Option<usize>,
    /// How many threads.
    pub(super) threads: Option<usize>,
    /// What was done just now.
    pub(super) done: String,
}

/// Which photographs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Show {
    /// Those with a heart.
    #[default]
    Chosen,
    /// Those with stars or a label.
    Rated,
    /// Those that were spoken of.
    Commented,
}

/// Every one with its name in addresses and on the page.
pub(super) const SHOWS: [(Show, &str, &str); 3] = [
    (Show::Chosen, "", "Chosen"),
    (Show::Rated, "rated", "Rated or labelled"),
    (Show::Commented, "commented", "Commented on"),
];

/// Every state with its name in addresses and on the page.
pub(super) const STAGES: [(Stage, &str, &str); 3] = [
    (Stage::Final, "final", "Final"),
    (Stage::Proof, "proof", "Proof"),
    (Stage::Undefined, "none", "No state"),
];

impl Asked {
    /// Reads an address; what is not understood is not asked.
    pub(super) fn read(query: &str) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.into_owned();
            match name.as_ref() {
                "who" if !value.is_empty() => asked.who.push(value),
                "how" => asked.all = value == "all",
                "show" => asked.show = named(&SHOWS, &value).unwrap_or_default(),
                "label" => asked.label = value.parse().ok(),
                "section" if value != "*" => asked.section = Some(value),
                "state" => asked.stage = named(&STAGES, &value),
                "snapshot" => asked.snapshot = value.parse().ok(),
                "frames" => asked.frames = value.parse().ok(),
                "threads" => asked.threads = value.parse().ok(),
                "done" => asked.done = value,
                _ => {}
            }
        }
        asked
    }

    /// The same as part of an address, with its question mark: of the filter, nothing else.
    pub(super) fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for who in &self.who {
            query.append_pair("who", who);
        }
        if self.all {
            query.append_pair("how", "all");
        }
        if let Some((_, name, _)) = SHOWS.iter().find(|(show, ..)| *show == self.show)
            && !name.is_empty()
        {
            query.append_pair("show", name);
        }
        if let Some(label) = self.label {
            query.append_pair("label", label.name());
        }
        if let Some(section) = &self.section {
            query.append_pair("section", section);
        }
        if let Some((_, name, _)) = STAGES.iter().find(|(stage, ..)| Some(*stage) == self.stage) {
            query.append_pair("state", name);
        }
        let query = query.finish();
        if query.is_empty() {
            return query;
        }
        format!("?{query}")
    }

    /// Whether a photograph stays. `said` is what each of the clients said of it, none where one said nothing;
    /// `commented` whether anybody spoke of it.
    pub(super) fn keeps(&self, photo: &Photo, said: &[Option<&Choice>], commented: bool) -> bool {
        let section = self.section.as_deref();
        let fits = section.is_none_or(|section| section == photo.section)
            && self.stage.is_none_or(|stage| stage == photo.stage);
        fits && self.said(said, commented)
    }

    fn said(&self, said: &[Option<&Choice>], commented: bool) -> bool {
        let one = |choice: &Option<&Choice>| {
            let Some(choice) = choice else {
                return false;
            };
            let label = self
                .label
                .is_none_or(|label| choice.label.value == Some(label));
            let shown = match self.show {
                Show::Chosen => choice.chosen.value,
                Show::Rated => choice.stars.value.is_some() || choice.label.value.is_some(),
                Show::Commented => true,
            };
            label && shown
        };
        if self.show == Show::Commented {
            // words are the photograph's, not one client's
            let label = self.label.is_none() || said.iter().any(one);
            return commented && label;
        }
        if self.all {
            !said.is_empty() && said.iter().all(one)
        } else {
            said.iter().any(one)
        }
    }
}

fn named<T: Copy>(all: &[(T, &str, &str)], name: &str) -> Option<T> {
    let mut found = all.iter().filter(|(_, known, _)| *known == name);
    found.next().map(|(it, ..)| *it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::choice::{Kept, Stars};
    use domain::gallery::Gallery;
    use domain::ids::PhotoId;
    use domain::photo::{Shown, State, Version};
    use jiff::Timestamp;

    fn photo() -> Photo {
        let gallery = Gallery::new("M".into(), "m".into(), Timestamp::UNIX_EPOCH);
        Photo {
            id: PhotoId::of_key("a"),
            gallery: gallery.id,
            key: "a".into(),
            section: "The coast".into(),
            file_name: "a.jpg".into(),
            version: Version {
                id: "1".into(),
                etag: String::new(),
                size: 1,
            },
            state: State::Processing,
            uploaded: Timestamp::UNIX_EPOCH,
            stage: Stage::Proof,
            shown: Shown::default(),
            number: 1,
            fresh: false,
            refused: None,
        }
    }

    fn choice(chosen: bool, stars: u8, label: Option<Label>) -> Choice {
        fn kept<T>(value: T) -> Kept<T> {
            Kept { value, by: None }
        }
        Choice {
            chosen: kept(chosen),
            stars: kept(Stars::try_from(stars).ok()),
            label: kept(label),
            ..Choice::default()
        }
    }

    fn keeps(query: &str, said: &[Option<&Choice>], commented: bool) -> bool {
        Asked::read(query).keeps(&photo(), said, commented)
    }

    /// L32: union is what any of them chose, intersection what all did.
    #[test]
    fn union_and_intersection() {
        let (heart, none) = (choice(true, 0, None), choice(false, 0, None));
        assert!(keeps("", &[Some(&heart), None], false));
        assert!(!keeps("how=all", &[Some(&heart), None], false));
        assert!(!keeps("how=all", &[Some(&heart), Some(&none)], false));
        assert!(keeps("how=all", &[Some(&heart), Some(&heart)], false));
        assert!(!keeps("how=all", &[], false), "nobody chose nothing");
    }

    /// L32, S18: chosen, rated, commented on; by label, section and state.
    #[test]
    fn every_filter_leaves_what_it_says() {
        let rated = choice(false, 3, Some(Label::Red));
        let said = [Some(&rated)];
        assert!(!keeps("", &said, true));
        assert!(keeps("show=rated", &said, false) && keeps("show=commented", &said, true));
        assert!(!keeps("show=commented", &said, false));
        assert!(keeps("show=rated&label=red", &said, false));
        assert!(!keeps("show=rated&label=blue", &said, false));
        assert!(keeps(
            "show=rated&section=The+coast&state=proof",
            &said,
            false
        ));
        assert!(!keeps("show=rated&section=", &said, false));
        assert!(!keeps("show=rated&state=final", &said, false));
    }

    /// P44: what is exported carries the page's filter.
    #[test]
    fn an_address_comes_back() {
        let asked = Asked::read(
            "who=anybody&who=person-a&how=all&show=rated&label=blue&section=A+%26+B&state=none",
        );
        let query = asked.query();
        assert_eq!(Asked::read(query.trim_start_matches('?')), asked);
        assert_eq!(Asked::read("section=*&show=&done=x").query(), "");
    }
}
