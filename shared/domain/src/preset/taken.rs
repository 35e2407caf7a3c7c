//! Settings taken from a gallery, to make others like it (P7).

use super::{PRESETS, Settings};
use crate::access::{Rights, Row, Subject};
use crate::calendar::MONTHS_OF_ACCESS;
use crate::gallery::{Gallery, Kind};

impl Settings {
    /// The settings of a gallery and of the rows of its table: dates, photographs and people are not among them. What
    /// the first named person may do is what a named person of the next gallery may do.
    #[must_use]
    pub fn taken_from(gallery: &Gallery, rows: &[Row]) -> Self {
        let anybody = rows.iter().find(|row| row.subject == Subject::Anybody);
        let named = rows.iter().find(|row| row.subject.identified());
        Self {
            kind: gallery.kind,
            style: gallery.style,
            hidden: gallery.hidden,
            anybody: anybody.is_some_and(|row| row.active),
            pin: anybody.is_some_and(|row| row.pin.is_some()),
            anybody_rights: anybody.map_or(Rights::LOOK, |row| row.rights),
            person_rights: named.map_or_else(|| usual(gallery.kind), |row| row.rights),
            wait_for_delivery: gallery.wait_for_delivery,
            guest_links: gallery.guest_links,
            title_at_door: gallery.title_at_door,
            months: gallery.expires.and(u8::try_from(MONTHS_OF_ACCESS).ok()),
            history: gallery.history,
            archive_downloads: gallery.archive_downloads,
            welcome: gallery.welcome.clone(),
            choosing: gallery.choosing.clone(),
            incoming: gallery.incoming,
            products: gallery.products.clone(),
            auto_ship: gallery.auto_ship,
            sort: gallery.sort,
            show_states: gallery.show_states,
        }
    }

    /// Row *Anybody* of a gallery made with these settings; its PIN is put in when it is known.
    #[must_use]
    pub fn anybody_row(&self) -> Row {
        Row {
            active: self.anybody,
            ..Row::new(Subject::Anybody, self.anybody_rights)
        }
    }
}

/// What a person's row starts with in the product's own preset of this kind.
fn usual(kind: Kind) -> Rights {
    let settings = PRESETS.into_iter().map(super::Preset::settings);
    settings
        .filter(|settings| settings.kind == kind)
        .map(|settings| settings.person_rights)
        .next()
        .unwrap_or(Rights::LOOK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Preset;
    use jiff::Timestamp;

    /// P7: what a preset puts into a gallery is what is taken from it again; neither people nor dates come along.
    #[test]
    fn a_gallery_made_from_a_preset_gives_it_back() {
        for preset in PRESETS {
            let settings = preset.settings();
            let mut gallery = Gallery::new("M".into(), "m".into(), Timestamp::UNIX_EPOCH);
            settings.apply(&mut gallery);
            gallery.expires = Some(Timestamp::MAX);
            let mut row = settings.anybody_row();
            row.pin = settings.pin.then(|| crate::access::PinLock {
                hash: String::new(),
                sealed: String::new(),
                shape: crate::pin::PinShape::SixDigits,
            });
            assert_eq!(
                Settings::taken_from(&gallery, &[row]),
                settings,
                "{preset:?}"
            );
        }
    }

    /// P7: a person's rights are reused, the person is not.
    #[test]
    fn rights_come_along_and_people_do_not() {
        let gallery = Gallery::new("M".into(), "m".into(), Timestamp::UNIX_EPOCH);
        let rights = Preset::ProofRetouchDeliver.settings().person_rights;
        let marta = Subject::Person("marta@example.com".parse().unwrap());
        let taken = Settings::taken_from(&gallery, &[Row::new(marta, rights)]);
        assert_eq!(taken.person_rights, rights);
        assert!(!taken.anybody && taken.months.is_none());
        assert!(!format!("{taken:?}").contains("marta"));
    }
}
