//! The form of choosing and orders: names with numbers for sections, because a title is no name of a field.

use domain::gallery::{Gallery, Incoming, Sort};
use domain::ids::ProductId;
use domain::photo::Stage;
use domain::selection::{Choosing, Limits, Mode};
use std::collections::BTreeMap;

/// States with their codes and words.
pub(super) const STATES: [(Stage, &str, &str); 3] = [
    (Stage::Undefined, "undefined", "No state"),
    (Stage::Proof, "proof", "Proof"),
    (Stage::Final, "final", "Final"),
];

/// Orders of photographs with their codes and words.
pub(super) const SORTS: [(Sort, &str, &str); 4] = [
    (
        Sort::Captured,
        "captured",
        "As the day went, by capture time",
    ),
    (
        Sort::CapturedLast,
        "captured-last",
        "The last picture first",
    ),
    (Sort::Name, "name", "By file name"),
    (Sort::NameLast, "name-last", "By file name, from the end"),
];

/// More may not be asked for of a gallery.
const MOST: u32 = 20_000;

/// What the form holds, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// The settings it was made from.
    pub(super) revision: u64,
    /// `selection` or `favourites`.
    pub(super) mode: String,
    /// Of the gallery as a whole.
    pub(super) limits: Typed,
    /// Of each section, by its title.
    pub(super) sections: Vec<(String, Typed)>,
    pub(super) all_must_confirm: bool,
    pub(super) filters: bool,
    pub(super) drawing: bool,
    pub(super) show_states: bool,
    pub(super) sort: String,
    /// `replace` or `new`.
    pub(super) incoming: String,
    pub(super) incoming_stage: String,
    /// `all` or `some`.
    pub(super) offer: String,
    /// Ids of products.
    pub(super) products: Vec<String>,
    pub(super) auto_ship: bool,
}

/// Numbers as they were typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Typed {
    pub(super) min: String,
    pub(super) max: String,
    pub(super) extra: bool,
}

impl Typed {
    fn of(limits: Limits) -> Self {
        let text = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
        Self {
            min: text(limits.min),
            max: text(limits.max),
            extra: limits.extra,
        }
    }

    /// Limits of what `of` names; none where nothing is typed.
    fn limits(&self, of: &str) -> Result<Limits, String> {
        let number = |text: &str| match text.trim() {
            "" => Ok(None),
            text => match text.parse::<u32>() {
                Ok(n) if n <= MOST => Ok(Some(n).filter(|n| *n > 0)),
                _ => Err(format!("{of}: “{text}” is not a number from 1 to {MOST}.")),
            },
        };
        let (min, max) = (number(&self.min)?, number(&self.max)?);
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            return Err(format!(
                "{of}: at least {min} is more than the {max} that are included."
            ));
        }
        Ok(Limits {
            min,
            max,
            extra: self.extra,
        })
    }

    fn empty(&self) -> bool {
        self.min.trim().is_empty() && self.max.trim().is_empty()
    }
}

fn code<T: PartialEq>(known: &[(T, &'static str, &'static str)], value: &T) -> String {
    let mut known = known.iter().filter(|(it, ..)| it == value);
    known.next().map_or("", |(_, code, _)| code).to_owned()
}

fn coded<T: Copy>(known: &[(T, &'static str, &'static str)], code: &str) -> Option<T> {
    let mut known = known.iter().filter(|(_, it, _)| *it == code);
    known.next().map(|(it, ..)| *it)
}

impl Form {
    /// The form of a gallery as it is, with a line for each of these sections.
    pub(super) fn of(gallery: &Gallery, titles: &[String]) -> Self {
        let choosing = &gallery.choosing;
        let line = |title: &String| {
            let limits = choosing.sections.get(title).copied().unwrap_or_default();
            (title.clone(), Typed::of(limits))
        };
        Self {
            revision: gallery.settings_revision,
            mode: match choosing.mode {
                Mode::Selection => "selection".into(),
                Mode::Favourites => "favourites".into(),
            },
            limits: Typed::of(choosing.limits),
            sections: titles.iter().map(line).collect(),
            all_must_confirm: choosing.all_must_confirm,
            filters: choosing.filters,
            drawing: choosing.drawing,
            show_states: gallery.show_states,
            sort: code(&SORTS, &gallery.sort),
            incoming: if gallery.incoming.replace {
                "replace"
            } else {
                "new"
            }
            .into(),
            incoming_stage: code(&STATES, &gallery.incoming.stage),
            offer: if gallery.products.is_some() {
                "some"
            } else {
                "all"
            }
            .into(),
            products: gallery
                .products
                .iter()
                .flatten()
                .map(ProductId::to_string)
                .collect(),
            auto_ship: gallery.auto_ship,
        }
    }

    /// What a browser sent; a box that is not ticked is missing from it.
    pub(super) fn read(body: &[u8]) -> Self {
        let mut form = Self::default();
        let mut sections: BTreeMap<usize, (String, Typed)> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(body) {
            let value = value.into_owned();
            let (field, place) = name
                .rsplit_once('-')
                .map_or((&*name, None), |(field, place)| {
                    (field, place.parse::<usize>().ok())
                });
            if let Some(place) = place.filter(|place| *place < 1_000) {
                let (title, typed) = sections.entry(place).or_default();
                match field {
                    "section" => *title = value,
                    "min" => typed.min = value,
                    "max" => typed.max = value,
                    "extra" => typed.extra = true,
                    _ => {}
                }
                continue;
            }
            match &*name {
                "revision" => form.revision = value.parse().unwrap_or_default(),
                "mode" => form.mode = value,
                "min" => form.limits.min = value,
                "max" => form.limits.max = value,
                "extra" => form.limits.extra = true,
                "all_must_confirm" => form.all_must_confirm = true,
                "filters" => form.filters = true,
                "drawing" => form.drawing = true,
                "show_states" => form.show_states = true,
                "sort" => form.sort = value,
                "incoming" => form.incoming = value,
                "incoming_stage" => form.incoming_stage = value,
                "offer" => form.offer = value,
                "product" => form.products.push(value),
                "auto_ship" => form.auto_ship = true,
                _ => {}
            }
        }
        form.sections = sections
            .into_values()
            .filter(|(title, _)| !title.is_empty())
            .collect();
        form
    }

    /// Puts the form into a gallery.
    ///
    /// The error says what is wrong, in words for the photographer.
    pub(super) fn apply(&self, gallery: &mut Gallery) -> Result<(), String> {
        let mut sections = BTreeMap::new();
        for (title, typed) in &self.sections {
            if !typed.empty() {
                sections.insert(title.clone(), typed.limits(title)?);
            }
        }
        let limits = self.limits.limits("The gallery")?;
        let least: u32 = sections.values().filter_map(|limits| limits.min).sum();
        if let Some(max) = limits.max.filter(|max| least > *max && !limits.extra) {
            return Err(format!(
                "The sections ask for {least} together, and the gallery allows {max}: nobody could confirm."
            ));
        }
        gallery.choosing = Choosing {
            mode: match self.mode.as_str() {
                "selection" => Mode::Selection,
                _ => Mode::Favourites,
            },
            limits,
            sections,
            all_must_confirm: self.all_must_confirm,
            filters: self.filters,
            drawing: self.drawing,
        };
        gallery.show_states = self.show_states;
        gallery.sort = coded(&SORTS, &self.sort).unwrap_or(gallery.sort);
        gallery.incoming = Incoming {
            replace: self.incoming == "replace",
            stage: coded(&STATES, &self.incoming_stage).unwrap_or_default(),
        };
        gallery.products = (self.offer == "some").then(|| {
            self.products
                .iter()
                .filter_map(|id| id.parse().ok())
                .collect()
        });
        gallery.auto_ship = self.auto_ship;
        Ok(())
    }
}

/// What was changed, for the activity.
pub(super) fn in_words(before: &Gallery, after: &Gallery) -> String {
    let mut changes = Vec::new();
    if before.choosing != after.choosing {
        let Choosing { mode, limits, .. } = &after.choosing;
        let number = |n: Option<u32>| n.map_or_else(|| "any".to_owned(), |n| n.to_string());
        changes.push(match mode {
            Mode::Favourites => "choosing: favourites".to_owned(),
            Mode::Selection => {
                let (min, max) = (number(limits.min), number(limits.max));
                format!("choosing: a selection, {min} to {max}")
            }
        });
    }
    if before.incoming != after.incoming {
        let stage = coded_word(after.incoming.stage);
        changes.push(if after.incoming.replace {
            format!("files in the folder replace by name, {stage}")
        } else {
            format!("files in the folder are new photographs, {stage}")
        });
    }
    if before.products != after.products {
        changes.push("download products".into());
    }
    if before.auto_ship != after.auto_ship {
        let word = if after.auto_ship {
            "by themselves"
        } else {
            "by hand"
        };
        changes.push(format!("orders ship {word}"));
    }
    if (before.sort, before.show_states) != (after.sort, after.show_states) {
        changes.push("order and states of photographs".into());
    }
    if changes.is_empty() {
        return "choosing and orders saved as they were".into();
    }
    changes.join(", ")
}

fn coded_word(stage: Stage) -> &'static str {
    let mut states = STATES.iter().filter(|(it, ..)| *it == stage);
    states.next().map_or("", |(_, _, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gallery() -> Gallery {
        Gallery::new("M".into(), "m".into(), jiff::Timestamp::UNIX_EPOCH)
    }

    fn applied(body: &str) -> Result<Gallery, String> {
        let mut gallery = gallery();
        Form::read(body.as_bytes())
            .apply(&mut gallery)
            .map(|()| gallery)
    }

    /// S37: "10 to 15, at least 2 of the ceremony": what was typed is what holds, and comes back into the form.
    #[test]
    fn rules_are_kept_as_they_were_typed() {
        let body = "mode=selection&min=10&max=15&section-0=Ceremony&min-0=2&max-0=&section-1=Party&min-1=&max-1=&extra-1=on\
                    &drawing=on&incoming=replace&incoming_stage=final&offer=some&auto_ship=on&sort=name";
        let gallery = applied(body).unwrap();
        let choosing = &gallery.choosing;
        assert_eq!(choosing.mode, Mode::Selection);
        assert_eq!(
            (choosing.limits.min, choosing.limits.max),
            (Some(10), Some(15))
        );
        assert_eq!(
            choosing.sections.len(),
            1,
            "a section without numbers has no rule"
        );
        assert_eq!(choosing.sections["Ceremony"].min, Some(2));
        assert!(choosing.drawing && !choosing.filters && gallery.auto_ship);
        assert!(gallery.incoming.replace && gallery.incoming.stage == Stage::Final);
        assert_eq!(
            (gallery.sort, gallery.products.clone()),
            (Sort::Name, Some(Vec::new()))
        );
        let again = Form::of(&gallery, &["Ceremony".into(), "Party".into()]);
        assert_eq!(again.sections[0].1.min, "2");
        assert_eq!(
            (again.limits.max.as_str(), again.incoming.as_str()),
            ("15", "replace")
        );
    }

    /// S37: rules that nobody could meet are refused in words.
    #[test]
    fn rules_that_cannot_be_met_are_refused() {
        for (body, why) in [
            ("mode=selection&min=16&max=15", "more than the 15"),
            ("mode=selection&max=ten", "not a number"),
            ("mode=selection&max=99999", "not a number"),
            (
                "mode=selection&max=3&section-0=A&min-0=2&section-1=B&min-1=2",
                "nobody could confirm",
            ),
        ] {
            let problem = applied(body).unwrap_err();
            assert!(problem.contains(why), "{problem}");
        }
        let extra = "mode=selection&max=3&extra=on&section-0=A&min-0=2&section-1=B&min-1=2";
        assert!(applied(extra).is_ok(), "extra ones may be chosen");
    }
}
