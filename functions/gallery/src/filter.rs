//! Filters over the whole gallery (S18), as the query of its page says them; the script reads the same query.

use crate::sheet::Placed;
use crate::visitor::Visitor;
use domain::choice::{LABELS, Label};
use domain::ids::PhotoId;
use domain::photo::Stage;
use domain::product::STAGES;
use serde::Deserialize;
use std::collections::HashMap;

/// How often photographs are commented on; none: nobody has looked.
pub type Comments = HashMap<PhotoId, usize>;

/// What a query asks for. What cannot be read filters nothing.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Filter {
    /// `1` what is chosen, `0` what is not.
    #[serde(default)]
    chosen: String,
    /// `1`: with comments.
    #[serde(default)]
    commented: String,
    /// So many stars at least.
    #[serde(default)]
    stars: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    section: String,
    /// `proof`, `final` or `none`.
    #[serde(default)]
    stage: String,
}

/// One line of the form.
pub struct Choice {
    /// Its field.
    pub name: &'static str,
    /// What it sends.
    pub value: String,
    /// What it says.
    pub words: String,
    /// How many photographs it would leave by itself; none: not counted.
    pub count: Option<usize>,
    /// It is set.
    pub on: bool,
}

impl Choice {
    /// The query of this choice alone.
    pub fn query(&self) -> String {
        let value =
            percent_encoding::utf8_percent_encode(&self.value, percent_encoding::NON_ALPHANUMERIC);
        format!("{}={value}", self.name)
    }
}

/// Choices of which one holds; a single one is on or off.
pub struct Group {
    /// What they are about.
    pub title: &'static str,
    /// All of them, but for the first of several: that is "All".
    pub choices: Vec<Choice>,
    /// None of them is set.
    pub all: bool,
}

impl Filter {
    /// Without the studio's filters what is chosen can still be looked at by itself: the selection bar leads there.
    pub fn only_chosen(asked: &Self) -> Self {
        Self {
            chosen: asked.chosen.clone(),
            ..Self::default()
        }
    }

    /// Whether anything is left out.
    pub fn active(&self) -> bool {
        let stars = self.stars().is_some() || self.label().is_some();
        let said = !self.section.is_empty() || self.stage().is_some();
        self.chosen().is_some() || self.commented() || stars || said
    }

    fn chosen(&self) -> Option<bool> {
        match self.chosen.as_str() {
            "1" => Some(true),
            "0" => Some(false),
            _ => None,
        }
    }

    /// Comments must be counted for it.
    pub fn commented(&self) -> bool {
        self.commented == "1"
    }

    fn stars(&self) -> Option<u8> {
        self.stars.parse().ok().filter(|n| (1..=5).contains(n))
    }

    fn label(&self) -> Option<Label> {
        self.label.parse().ok()
    }

    fn stage(&self) -> Option<Stage> {
        STAGES.into_iter().find(|stage| word(*stage) == self.stage)
    }

    /// Whether a photograph is left.
    pub fn leaves(&self, placed: &Placed<'_>, visitor: &Visitor, comments: &Comments) -> bool {
        let choice = visitor.choice(&placed.photo.id);
        let stars = choice.and_then(|c| c.stars.value).map_or(0, u8::from);
        let label = choice.and_then(|c| c.label.value);
        let id = &placed.photo.id;
        self.chosen()
            .is_none_or(|chosen| visitor.chose(id) == chosen)
            && (!self.commented() || comments.get(id).is_some_and(|n| *n > 0))
            && self.stars().is_none_or(|least| stars >= least)
            && self.label().is_none_or(|wanted| label == Some(wanted))
            && (self.section.is_empty() || placed.chapter == self.section)
            && self.stage().is_none_or(|stage| placed.photo.stage == stage)
    }

    /// The query that asks for it, after other fields; empty: everything.
    pub fn query(&self) -> String {
        let encode = |text: &str| {
            percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
                .to_string()
        };
        let fields = [
            ("chosen", &self.chosen),
            ("commented", &self.commented),
            ("stars", &self.stars),
            ("label", &self.label),
            ("section", &self.section),
            ("stage", &self.stage),
        ];
        let said = fields.iter().filter(|(_, value)| !value.is_empty());
        let said: Vec<String> = said
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        said.join("&")
    }

    /// The form: what this visitor can filter by, in these chapters.
    pub fn groups(&self, visitor: &Visitor, all: &[Placed<'_>]) -> Vec<Group> {
        let left = |filter: &Self| {
            let none = Comments::new();
            let left = all.iter().filter(|p| filter.leaves(p, visitor, &none));
            left.count()
        };
        let choice = |name, value: &str, words: String, filter: Self, on| Choice {
            name,
            value: value.to_owned(),
            words,
            count: (name != "commented").then(|| left(&filter)),
            on,
        };
        let only = |set: &dyn Fn(&mut Self)| {
            let mut filter = Self::default();
            set(&mut filter);
            filter
        };
        let mut groups = Vec::new();
        if visitor.chosen.is_some() {
            let chosen = [("1", "Chosen"), ("0", "Not chosen")];
            let chosen = chosen.map(|(value, words)| {
                let filter = only(&|f| f.chosen = value.into());
                choice("chosen", value, words.into(), filter, self.chosen == value)
            });
            groups.push(Group::new("Your choice", chosen.into()));
        }
        if all.iter().any(|p| visitor.standing.talks(p.photo)) {
            let filter = only(&|f| f.commented = "1".into());
            let words = "With comments".to_owned();
            let on = self.commented();
            groups.push(Group::new(
                "Comments",
                vec![choice("commented", "1", words, filter, on)],
            ));
        }
        if visitor.rights().rate {
            let stars = (1..=5u8).rev().map(|n| {
                let filter = only(&|f| f.stars = n.to_string());
                let words = match n {
                    5 => "5 stars".to_owned(),
                    1 => "1 star or more".to_owned(),
                    n => format!("{n} stars or more"),
                };
                let on = self.stars() == Some(n);
                choice("stars", &n.to_string(), words, filter, on)
            });
            groups.push(Group::new("Stars", stars.collect()));
            let labels = LABELS.into_iter().map(|label| {
                let filter = only(&|f| f.label = label.to_string());
                let mut words = label.to_string();
                words[..1].make_ascii_uppercase();
                let on = self.label() == Some(label);
                choice("label", label.name(), words, filter, on)
            });
            groups.push(Group::new("Label", labels.collect()));
        }
        let mut stages = STAGES.into_iter().collect::<Vec<_>>();
        stages.retain(|stage| all.iter().any(|p| p.photo.stage == *stage));
        if stages.len() > 1 {
            let stages = stages.into_iter().map(|stage| {
                let filter = only(&|f| f.stage = word(stage).into());
                let words = match stage {
                    Stage::Undefined => "No state",
                    Stage::Proof => "Proof",
                    Stage::Final => "Final",
                };
                let on = self.stage() == Some(stage);
                choice("stage", word(stage), words.into(), filter, on)
            });
            groups.push(Group::new("State", stages.collect()));
        }
        let mut titles: Vec<&str> = all.iter().map(|placed| placed.chapter).collect();
        titles.dedup();
        titles.retain(|title| !title.is_empty());
        if titles.len() > 1 {
            let sections = titles.into_iter().map(|title| {
                let filter = only(&|f| f.section = title.into());
                choice(
                    "section",
                    title,
                    title.into(),
                    filter,
                    self.section == title,
                )
            });
            groups.push(Group::new("Chapter", sections.collect()));
        }
        groups
    }
}

impl Group {
    fn new(title: &'static str, choices: Vec<Choice>) -> Self {
        let all = choices.iter().all(|choice| !choice.on);
        Self {
            title,
            choices,
            all,
        }
    }
}

fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Undefined => "none",
        Stage::Proof => "proof",
        Stage::Final => "final",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S18: what a query cannot mean filters nothing, and what it means comes back.
    #[test]
    fn a_query_that_says_nothing_filters_nothing() {
        let of = |query: &str| {
            let uri: http::Uri = format!("/?{query}").parse().unwrap();
            let filter = axum::extract::Query::<Filter>::try_from_uri(&uri);
            filter.unwrap().0
        };
        for nothing in ["", "chosen=2", "stars=9&label=pink", "stage=x&commented=0"] {
            assert!(!of(nothing).active(), "{nothing}");
        }
        for query in [
            "chosen=1",
            "stars=3&label=red",
            "section=Party%20time",
            "stage=none",
        ] {
            assert!(of(query).active(), "{query}");
            assert_eq!(of(query).query(), query);
        }
    }
}
