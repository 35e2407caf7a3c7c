//! Which photographs the page shows by what is said of them, and how many there are of each (P30).

use domain::photo::{Photo, Stage};

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Said to be this; [`Stage::Undefined`]: nothing is said.
    Stage(Stage),
    /// Came as a new photograph while names are replaced: perhaps a name that should have matched (4.5).
    Fresh,
    /// The last file that was to replace it could not be read.
    Refused,
}

/// Every filter with its name in addresses and its word.
pub(crate) const FILTERS: [(Filter, &str, &str); 5] = [
    (Filter::Stage(Stage::Proof), "proof", "Proof"),
    (Filter::Stage(Stage::Final), "final", "Final"),
    (Filter::Stage(Stage::Undefined), "none", "No state"),
    (Filter::Fresh, "new", "New"),
    (Filter::Refused, "refused", "Could not be replaced"),
];

impl Filter {
    /// The filter that an address names.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let found = FILTERS.into_iter().find(|(_, its, _)| *its == name);
        found.map(|(filter, ..)| filter)
    }

    /// Its name in addresses.
    pub(crate) fn name(self) -> &'static str {
        let found = FILTERS.into_iter().find(|(filter, ..)| *filter == self);
        found.map(|(_, name, _)| name).unwrap_or_default()
    }

    /// Whether a photograph passes.
    pub(crate) fn keeps(self, photo: &Photo) -> bool {
        match self {
            Self::Stage(stage) => photo.stage == stage,
            Self::Fresh => photo.fresh,
            Self::Refused => photo.refused.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P30: every filter is found by the name it stands under in addresses.
    #[test]
    fn every_filter_has_a_name_of_its_own() {
        for (filter, name, _) in FILTERS {
            assert_eq!(Filter::named(name), Some(filter));
            assert_eq!(filter.name(), name);
        }
        assert_eq!(Filter::named("everything"), None);
    }
}
