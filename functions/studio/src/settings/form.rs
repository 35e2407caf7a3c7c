//! The settings of a gallery as their form sends and shows them.

use crate::when;
use domain::gallery::{Gallery, Kind, Style, title};
use domain::ids::GalleryId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

/// Characters of the welcome note at most.
const WELCOME: usize = 4000;

/// What the form holds. A box that is not ticked is missing from what a browser sends.
#[derive(Deserialize, Default, Debug, Clone, PartialEq, Eq)]
#[serde(default)]
pub(crate) struct Form {
    /// The settings this form was made from.
    pub(crate) revision: u64,
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) style: String,
    pub(crate) hidden: Option<String>,
    /// The id of the gallery it stands in; empty: at the top.
    pub(crate) parent: String,
    /// `own`, or the parent's.
    pub(crate) table: String,
    pub(crate) shoot_date: String,
    pub(crate) deadline: String,
    /// The last day; empty: never.
    pub(crate) ends: String,
    pub(crate) history: Option<String>,
    pub(crate) archive_downloads: Option<String>,
    pub(crate) guest_links: Option<String>,
    pub(crate) title_at_door: Option<String>,
    pub(crate) wait_for_delivery: Option<String>,
    pub(crate) welcome: String,
}

/// What is wrong with a form, each beside its field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    pub(crate) title: Option<Box<str>>,
    pub(crate) parent: Option<Box<str>>,
    pub(crate) shoot_date: Option<Box<str>>,
    pub(crate) deadline: Option<Box<str>>,
    pub(crate) ends: Option<Box<str>>,
    pub(crate) welcome: Option<Box<str>>,
}

impl Problems {
    pub(crate) fn any(&self) -> bool {
        *self != Self::default()
    }
}

/// The kinds with their codes and names.
pub(crate) const KINDS: [(Kind, &str, &str); 3] = [
    (Kind::Delivery, "delivery", "Finished photographs"),
    (Kind::Proofing, "proofing", "Photographs to choose from"),
    (
        Kind::ProofRetouchDeliver,
        "proof-retouch-deliver",
        "Proofs to choose from, finals in their place",
    ),
];

/// The kind of that code; a gallery keeps its own when a form names none.
fn kind(code: &str) -> Option<Kind> {
    let mut kinds = KINDS.iter().filter(|(_, known, _)| *known == code);
    kinds.next().map(|(kind, ..)| *kind)
}

fn box_of(on: bool) -> Option<String> {
    on.then(|| "on".to_owned())
}

impl Form {
    /// The form of a gallery as it is.
    pub(crate) fn of(gallery: &Gallery, zone: &TimeZone) -> Self {
        let kind = KINDS.iter().find(|(kind, ..)| *kind == gallery.kind);
        Self {
            revision: gallery.settings_revision,
            title: gallery.title.clone(),
            kind: kind.map_or("", |(_, code, _)| code).to_owned(),
            style: match gallery.style {
                Style::Standard => "standard".into(),
                Style::Proofing => "proofing".into(),
            },
            hidden: box_of(gallery.hidden),
            parent: gallery.parent.map(|id| id.to_string()).unwrap_or_default(),
            table: if gallery.table == gallery.id {
                "own"
            } else {
                "inherit"
            }
            .into(),
            shoot_date: gallery
                .shoot_date
                .map(|day| day.to_string())
                .unwrap_or_default(),
            deadline: when::field(gallery.deadline, zone),
            ends: when::field(gallery.expires, zone),
            history: box_of(gallery.history),
            archive_downloads: box_of(gallery.archive_downloads),
            guest_links: box_of(gallery.guest_links),
            title_at_door: box_of(gallery.title_at_door),
            wait_for_delivery: box_of(gallery.wait_for_delivery),
            welcome: gallery.welcome.clone(),
        }
    }

    /// Puts the form into a gallery, but for its place among the others. A date that was not touched stays to the
    /// second.
    pub(crate) fn apply(&self, gallery: &mut Gallery, zone: &TimeZone) -> Result<(), Problems> {
        let before = Self::of(gallery, zone);
        let mut problems = Problems::default();
        let end = |typed: &str, before: &str, now: Option<Timestamp>| match typed == before {
            true => (now, None),
            false => match when::typed_end(typed, zone) {
                Ok(end) => (end, None),
                Err(problem) => (now, Some(problem.to_string().into())),
            },
        };
        (gallery.deadline, problems.deadline) =
            end(&self.deadline, &before.deadline, gallery.deadline);
        (gallery.expires, problems.ends) = end(&self.ends, &before.ends, gallery.expires);
        match when::typed(&self.shoot_date) {
            Ok(day) => gallery.shoot_date = day,
            Err(problem) => problems.shoot_date = Some(problem.to_string().into()),
        }
        match title(&self.title) {
            Ok(title) => gallery.title = title,
            Err(problem) => problems.title = Some(problem.to_string().into()),
        }
        if self.welcome.chars().count() > WELCOME {
            problems.welcome = Some(format!("Use at most {WELCOME} characters.").into());
        }
        self.apply_choices(gallery);
        if problems.any() {
            Err(problems)
        } else {
            Ok(())
        }
    }

    fn apply_choices(&self, gallery: &mut Gallery) {
        let kind = kind(&self.kind).unwrap_or(gallery.kind);
        if kind != gallery.kind {
            // Publishing a gallery of kind *delivery* is its delivery; the others are delivered by a step of their own.
            gallery.delivered = match kind {
                Kind::Delivery => gallery.delivered.or(gallery.published),
                _ if gallery.kind == Kind::Delivery => None,
                _ => gallery.delivered,
            };
            gallery.kind = kind;
        }
        gallery.style = match self.style.as_str() {
            "standard" => Style::Standard,
            "proofing" => Style::Proofing,
            _ => gallery.style,
        };
        gallery.hidden = self.hidden.is_some();
        gallery.history = self.history.is_some();
        gallery.archive_downloads = self.archive_downloads.is_some();
        gallery.guest_links = self.guest_links.is_some();
        gallery.title_at_door = self.title_at_door.is_some();
        gallery.wait_for_delivery = self.wait_for_delivery.is_some();
        gallery.welcome = self.welcome.replace("\r\n", "\n").trim().to_owned();
    }

    /// The gallery it is to stand in; a name that is no id is a gallery that is not there.
    pub(crate) fn parent(&self) -> Result<Option<GalleryId>, domain::ids::Malformed> {
        if self.parent.is_empty() {
            return Ok(None);
        }
        self.parent.parse().map(Some)
    }

    /// What each setting is called, and what it is.
    fn facts(&self) -> [(&'static str, String); 15] {
        let yes = |on: &Option<String>| if on.is_some() { "yes" } else { "no" }.to_owned();
        let or = |text: &str, none: &str| match text {
            "" => none.to_owned(),
            text => text.to_owned(),
        };
        [
            ("title", self.title.clone()),
            ("kind", self.kind.clone()),
            ("style", self.style.clone()),
            ("shoot date", or(&self.shoot_date, "none")),
            ("deadline", or(&self.deadline, "none")),
            ("end", or(&self.ends, "never")),
            ("hidden", yes(&self.hidden)),
            ("place", or(&self.parent, "at the top")),
            ("table", self.table.clone()),
            ("history after the end", yes(&self.history)),
            ("downloads while archived", yes(&self.archive_downloads)),
            ("guest links by clients", yes(&self.guest_links)),
            ("title at the door", yes(&self.title_at_door)),
            (
                "downloads wait for the delivery",
                yes(&self.wait_for_delivery),
            ),
            ("welcome note", or(&self.welcome, "none")),
        ]
    }

    /// The settings in which this form differs from another, as that other one has them.
    pub(crate) fn differing(&self, other: &Self) -> Vec<(&'static str, String)> {
        let pairs = self.facts().into_iter().zip(other.facts());
        let differing = pairs.filter(|((_, mine), (_, theirs))| {
            mine.replace("\r\n", "\n").trim() != theirs.replace("\r\n", "\n").trim()
        });
        differing.map(|(_, theirs)| theirs).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gallery() -> Gallery {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let mut gallery = Gallery::new("Marta & Jonas".into(), "marta".into(), now);
        gallery.expires = Some("2027-06-14T12:34:56Z".parse().unwrap());
        gallery
    }

    /// What a form shows and is sent back untouched changes nothing, not even the second at which a gallery ends.
    #[test]
    fn an_untouched_form_changes_nothing() {
        let (before, zone) = (gallery(), TimeZone::UTC);
        let mut after = before.clone();
        Form::of(&before, &zone).apply(&mut after, &zone).unwrap();
        assert_eq!(after, before);
        assert!(
            Form::of(&before, &zone)
                .differing(&Form::of(&after, &zone))
                .is_empty()
        );
    }

    /// P5: the style is not a right, and the kind moves nothing but when it counts as delivered.
    #[test]
    fn style_and_kind_are_separate() {
        let (mut changed, zone) = (gallery(), TimeZone::UTC);
        let form = Form {
            style: "proofing".into(),
            ..Form::of(&changed, &zone)
        };
        form.apply(&mut changed, &zone).unwrap();
        assert_eq!(
            (changed.style, changed.kind),
            (Style::Proofing, Kind::Delivery)
        );
        assert!(changed.delivered.is_some());
        let form = Form {
            kind: "proofing".into(),
            ..Form::of(&changed, &zone)
        };
        form.apply(&mut changed, &zone).unwrap();
        assert_eq!((changed.kind, changed.delivered), (Kind::Proofing, None));
    }

    /// what somebody else saved is named with its value.
    #[test]
    fn what_differs_is_named_as_it_stands() {
        let (now, zone) = (gallery(), TimeZone::UTC);
        let stands = Form::of(&now, &zone);
        let typed = Form {
            ends: String::new(),
            hidden: None,
            ..stands.clone()
        };
        let differing = typed.differing(&stands);
        assert_eq!(
            differing,
            [
                ("end", "2027-06-14".to_owned()),
                ("hidden", "yes".to_owned())
            ]
        );
    }

    #[test]
    fn each_problem_stands_beside_its_field() {
        let (mut gallery, zone) = (gallery(), TimeZone::UTC);
        let form = Form {
            title: " ".into(),
            ends: "soon".into(),
            ..Form::of(&gallery, &zone)
        };
        let problems = form.apply(&mut gallery, &zone).unwrap_err();
        assert!(problems.title.is_some() && problems.ends.is_some());
        assert!(problems.deadline.is_none() && problems.any());
    }
}
