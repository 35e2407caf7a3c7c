//! The form for a new gallery, and the gallery it becomes.

use crate::when;
use domain::access::Row;
use domain::calendar::end_of;
use domain::file_name;
use domain::gallery::{Gallery, title};
use domain::nesting::Misplaced;
use domain::pin::Pin;
use domain::preset::Settings;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;

/// What the form holds. A title and a PIN are enough: the rest is as in the first preset, published at once.
#[derive(Deserialize, Default, Debug, Clone)]
#[serde(default)]
pub(crate) struct Form {
    pub(crate) preset: String,
    pub(crate) title: String,
    pub(crate) pin: String,
    pub(crate) shoot_date: String,
    pub(crate) deadline: String,
    /// `usual` (what the preset says), `day` or `never`.
    pub(crate) ends_how: String,
    pub(crate) ends: String,
    pub(crate) parent: String,
    /// `own`, or as in the gallery it stands in.
    pub(crate) table: String,
    /// Listed in the gallery it stands in, whatever the preset says (P6).
    pub(crate) listed: Option<String>,
    /// `draft`, or published at once.
    pub(crate) publish: String,
}

/// What is wrong with it, each beside its field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Problems {
    pub(crate) title: Option<Box<str>>,
    pub(crate) pin: Option<Box<str>>,
    pub(crate) shoot_date: Option<Box<str>>,
    pub(crate) deadline: Option<Box<str>>,
    pub(crate) ends: Option<Box<str>>,
    pub(crate) parent: Option<Box<str>>,
}

impl Problems {
    pub(crate) fn any(&self) -> bool {
        *self != Self::default()
    }

    /// It cannot stand there.
    pub(crate) fn misplaced(misplaced: Misplaced) -> Self {
        Self {
            parent: Some(misplaced.to_string().into()),
            ..Self::default()
        }
    }
}

/// A gallery ready to be written; the PIN is still to be locked.
pub(crate) struct Made {
    pub(crate) gallery: Gallery,
    pub(crate) row: Row,
    pub(crate) pin: Option<Pin>,
}

/// Keeps what can be read of a field, and says what is wrong with the rest.
fn or_say<T, E: ToString>(read: Result<T, E>, problem: &mut Option<Box<str>>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(unfit) => {
            *problem = Some(unfit.to_string().into());
            None
        }
    }
}

impl Form {
    /// The preset's name; the first when none was chosen.
    pub(crate) fn preset(&self) -> &str {
        if self.preset.is_empty() {
            "private"
        } else {
            &self.preset
        }
    }

    /// Whether people enter by the table of the gallery it stands in.
    fn inherits(&self) -> bool {
        !self.parent.is_empty() && self.table != "own"
    }

    /// The gallery, its row *Anybody* and its PIN.
    pub(crate) fn make(
        &self,
        settings: &Settings,
        parent: Option<&Gallery>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Made, Problems> {
        let mut problems = Problems::default();
        let title = or_say(title(&self.title), &mut problems.title).unwrap_or_default();
        let mut gallery = Gallery::new(title.clone(), file_name::folder(&title), now);
        settings.apply(&mut gallery);
        let day = when::typed(&self.shoot_date);
        gallery.shoot_date = or_say(day, &mut problems.shoot_date).flatten();
        let deadline = when::typed_end(&self.deadline, zone);
        gallery.deadline = or_say(deadline, &mut problems.deadline).flatten();
        gallery.expires = or_say(self.end(settings, now, zone), &mut problems.ends).flatten();
        if self.publish == "draft" {
            (gallery.published, gallery.delivered) = (None, None);
        }
        if let Some(parent) = parent {
            gallery.parent = Some(parent.id);
            gallery.hidden &= self.listed.is_none();
            gallery.table = if self.inherits() {
                parent.table
            } else {
                gallery.id
            };
        }
        // A gallery that inherits keeps its own row for the day it stands on its own; without a PIN it lets nobody in.
        let wanted = settings.anybody && settings.pin;
        let pin = if wanted && !(self.inherits() && self.pin.trim().is_empty()) {
            or_say(Pin::chosen(&self.pin), &mut problems.pin)
        } else {
            None
        };
        let mut row = settings.anybody_row();
        row.active &= pin.is_some() || !settings.pin;
        if problems.any() {
            return Err(problems);
        }
        Ok(Made { gallery, row, pin })
    }

    fn end(
        &self,
        settings: &Settings,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Option<Timestamp>, String> {
        match self.ends_how.as_str() {
            "never" => Ok(None),
            "day" => {
                let end = when::typed_end(&self.ends, zone).map_err(|unfit| unfit.to_string())?;
                match end {
                    Some(end) if end <= now => Err("That day has passed.".into()),
                    Some(end) => Ok(Some(end)),
                    None => Err("Choose the last day, or “never”.".into()),
                }
            }
            _ => Ok(settings.months.and_then(|months| {
                let today = now.to_zoned(zone.clone()).date();
                end_of(today.checked_add(i32::from(months).months()).ok()?, zone)
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Originals;
    use domain::calendar::{default_expiry, zone};
    use domain::gallery::Style;
    use domain::preset::Preset;

    fn now() -> Timestamp {
        "2026-11-22T10:00:00Z".parse().unwrap()
    }

    fn form() -> Form {
        Form {
            title: "Marta & Jonas".into(),
            pin: "402913".into(),
            ..Form::default()
        }
    }

    fn make(form: &Form, preset: Preset, parent: Option<&Gallery>) -> Result<Made, Problems> {
        let stockholm = zone("Europe/Stockholm").unwrap();
        form.make(&preset.settings(), parent, now(), &stockholm)
    }

    /// P2, L40: title and PIN make a published, hidden gallery with a general password, open for twelve months.
    #[test]
    fn title_and_pin_are_enough() {
        let made = make(&form(), Preset::Private, None).unwrap();
        assert!(made.pin.is_some() && made.row.active);
        assert_eq!(made.row.rights.originals, Originals::All);
        let gallery = made.gallery;
        assert_eq!(
            (gallery.published, gallery.delivered),
            (Some(now()), Some(now()))
        );
        assert!(gallery.hidden && gallery.style == Style::Standard);
        let stockholm = zone("Europe/Stockholm").unwrap();
        assert_eq!(gallery.expires, default_expiry(now(), &stockholm));
    }

    /// P3, P4: people by name only: no PIN is asked for, and Anybody is off.
    #[test]
    fn a_protected_gallery_has_no_pin() {
        for preset in [Preset::Professional, Preset::ProofRetouchDeliver] {
            let made = make(&form(), preset, None).unwrap();
            assert!(made.pin.is_none() && !made.row.active, "{preset:?}");
            assert_eq!(made.gallery.delivered, None);
            assert_eq!(made.gallery.style, Style::Proofing);
        }
    }

    /// S31: a draft is neither published nor delivered.
    #[test]
    fn a_draft_is_not_published() {
        let form = Form {
            publish: "draft".into(),
            ends_how: "never".into(),
            ..form()
        };
        let gallery = make(&form, Preset::Private, None).unwrap().gallery;
        assert_eq!((gallery.published, gallery.delivered), (None, None));
        assert_eq!(gallery.expires, None);
    }

    /// 4.4: inside another gallery its table governs unless an own one was chosen; without a PIN the sleeping row is off.
    #[test]
    fn a_nested_gallery_inherits_unless_it_has_its_own() {
        let above = Gallery::new("Lindqvist".into(), "l".into(), now());
        let nested = Form {
            parent: above.id.to_string(),
            pin: String::new(),
            ..form()
        };
        let made = make(&nested, Preset::Private, Some(&above)).unwrap();
        assert_eq!(
            (made.gallery.parent, made.gallery.table),
            (Some(above.id), above.id)
        );
        assert!(!made.row.active && made.pin.is_none());
        let own = Form {
            listed: Some("on".into()),
            table: "own".into(),
            pin: "402913".into(),
            ..nested.clone()
        };
        let made = make(&own, Preset::Private, Some(&above)).unwrap();
        assert_eq!(made.gallery.table, made.gallery.id);
        assert!(made.row.active && !made.gallery.hidden);
        let without = Form {
            table: "own".into(),
            ..nested
        };
        assert!(
            make(&without, Preset::Private, Some(&above)).is_err(),
            "a PIN is missing"
        );
    }

    #[test]
    fn each_problem_stands_beside_its_field() {
        let form = Form {
            title: " ".into(),
            pin: "1".into(),
            ends_how: "day".into(),
            ends: "2026-11-20".into(),
            shoot_date: "June".into(),
            ..Form::default()
        };
        let problems = make(&form, Preset::Private, None).err().unwrap();
        assert!(problems.title.is_some() && problems.pin.is_some());
        assert!(problems.ends.is_some() && problems.shoot_date.is_some());
        assert_eq!(problems.deadline, None);
    }
}
