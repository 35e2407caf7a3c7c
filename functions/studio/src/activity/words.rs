//! An event in the studio's words: who, by which row, did what.

use crate::Studio;
use domain::access::{Row, Subject};
use domain::activity::{Event, What, Who};
use domain::gallery::Gallery;
use domain::ids::{GalleryId, GroupId, GuestId};
use futures::future::try_join_all;
use std::collections::{BTreeSet, HashMap};
use table::GuestLink;
use web::{Failure, words};

/// What ids in events are called.
#[derive(Default)]
pub(crate) struct Names {
    groups: HashMap<GroupId, String>,
    guests: HashMap<GuestId, String>,
    galleries: HashMap<GalleryId, String>,
    /// Galleries whose row *Anybody* has no PIN.
    without_pin: BTreeSet<GalleryId>,
    /// The same for the gallery whose events are read.
    pinless: bool,
}

impl Names {
    /// The names these events need. `rows` and `guests` are of the gallery they are read of; of all galleries' events
    /// each gallery's row is asked for, once.
    pub(crate) async fn of(
        studio: &Studio,
        events: &[Event],
        rows: &[Row],
        guests: &[GuestLink],
        galleries: &[Gallery],
    ) -> Result<Self, Failure> {
        let anybody = rows.iter().find(|row| row.subject == Subject::Anybody);
        let groups = studio.table.groups().await?.into_iter();
        let named = guests.iter().map(|guest| (guest.id, guest.label.clone()));
        let titled = galleries.iter().map(|one| (one.id, one.title.clone()));
        let mut names = Self {
            groups: groups.map(|group| (group.id, group.name)).collect(),
            guests: named.collect(),
            galleries: titled.collect(),
            without_pin: BTreeSet::new(),
            pinless: anybody.is_some_and(|row| row.pin.is_none()),
        };
        names.look_up(studio, events, galleries).await?;
        Ok(names)
    }

    /// Of each gallery that anybody or a guest was in: whether it has a PIN, and what its guest links are called.
    async fn look_up(
        &mut self,
        studio: &Studio,
        events: &[Event],
        galleries: &[Gallery],
    ) -> Result<(), Failure> {
        let unnamed = events.iter().filter(|event| {
            matches!(
                event.who,
                Who::Visitor(Subject::Anybody | Subject::Guest(_))
            )
        });
        let ids: BTreeSet<GalleryId> = unnamed.filter_map(|event| event.gallery).collect();
        let visited = galleries.iter().filter(|one| ids.contains(&one.id));
        let one = async |gallery: &Gallery| {
            let (governing, guests) = tokio::try_join!(
                studio.table.gallery(gallery.table),
                studio.table.guests(gallery.id)
            )?;
            let pinless = governing.is_some_and(|(_, row)| row.pin.is_none());
            Ok::<_, table::Error>((gallery.id, pinless, guests))
        };
        for (id, pinless, guests) in try_join_all(visited.map(one)).await? {
            if pinless {
                self.without_pin.insert(id);
            }
            let named = guests.into_iter().map(|guest| (guest.id, guest.label));
            self.guests.extend(named);
        }
        Ok(())
    }

    /// A gallery's title, where events of several are read.
    pub(crate) fn gallery(&self, id: GalleryId) -> Option<String> {
        if self.galleries.is_empty() {
            return None;
        }
        let title = self.galleries.get(&id).cloned();
        Some(title.unwrap_or_else(|| "a gallery that is gone".into()))
    }

    /// Who did it. With a general PIN the studio learns that somebody did, not who (P10).
    pub(crate) fn who(&self, who: &Who, gallery: Option<GalleryId>) -> String {
        match who {
            Who::Visitor(subject) => self.subject(subject, gallery),
            Who::Member(email) => format!("{} (studio)", email.as_str()),
            Who::Stranger => "Somebody who proved nothing".into(),
            Who::Itself => "By itself".into(),
        }
    }

    /// A row by its name.
    pub(crate) fn subject(&self, subject: &Subject, gallery: Option<GalleryId>) -> String {
        let pinless = self.pinless || gallery.is_some_and(|id| self.without_pin.contains(&id));
        match subject {
            Subject::Anybody if pinless => "Anybody (link)".into(),
            Subject::Anybody => "Anybody (PIN)".into(),
            Subject::Person(email) => email.as_str().to_owned(),
            Subject::Group(id) => {
                let name = self.groups.get(id).map_or("removed", String::as_str);
                format!("Group {name}")
            }
            Subject::Guest(id) => match self.guests.get(id).map(String::as_str) {
                Some("") | None => "Guest link".into(),
                Some(label) => format!("Guest link “{label}”"),
            },
        }
    }

    /// What was done.
    pub(crate) fn what(&self, what: &What) -> String {
        match what {
            What::Entered => "entered".into(),
            What::Downloaded {
                file_name,
                size,
                bytes,
                ..
            } => downloaded(file_name, size, *bytes),
            What::Accepted => "accepted the invitation".into(),
            What::Refused { wanted } => format!("was refused: {}", wanted.replace('-', " ")),
            What::PinGuessesSpent => "a hundred wrong PINs in a row: new devices are out".into(),
            What::GuestLinkMade { label } => format!("made the guest link “{label}”"),
            What::GuestLinkEnded { label } => format!("ended the guest link “{label}”"),
            What::SignedIn => "signed in".into(),
            What::SignInFailed => "typed a wrong sign-in code".into(),
            What::SignedOutEverywhere => "signed out everywhere".into(),
            What::Invited { email } => format!("invited {}", email.as_str()),
            What::RowSaved { subject, rights } => {
                format!("row {}: {rights}", self.subject(subject, None))
            }
            What::RowRemoved { subject } => {
                format!("removed the row {}", self.subject(subject, None))
            }
            What::PinChanged => "changed the PIN".into(),
            What::LinkReplaced => "replaced the link".into(),
            What::GalleryMade => "made the gallery".into(),
            What::SettingsSaved { changes } => changes.clone(),
            What::StatusChanged { to } => to.clone(),
            What::ViewedAs { subject } => format!("viewed as {}", self.subject(subject, None)),
            What::Exported { what } => format!("exported {what}"),
            What::Confirmed { snapshot, count } => {
                let photographs = words::count(*count as usize, "photograph", "photographs");
                format!("confirmed {photographs} (list {snapshot})")
            }
            What::Reopened { subject } => {
                format!("opened the choice of {} again", self.subject(subject, None))
            }
            What::Ordered { number, count } => {
                let photographs = words::count(*count as usize, "photograph", "photographs");
                format!("placed order {number}: {photographs}")
            }
            What::Shipped {
                number,
                count,
                automatic,
            } => {
                let items = words::count(*count as usize, "item", "items");
                let how = if *automatic { ", by itself" } else { "" };
                format!("shipped {items} of order {number}{how}")
            }
            What::OrderChanged { number, change } => format!("order {number}: {change}"),
            What::Commented { file_name, .. } => format!("commented on {file_name}"),
            What::Replaced {
                file_name, change, ..
            } => format!("{file_name}: {change}"),
            What::ProductSaved { name, change } => format!("product {name}: {change}"),
            What::TeamChanged { email, change } => {
                format!("team: {} {change}", email.as_str())
            }
        }
    }
}

/// `downloaded IMG_2041.jpg, original, 24.3 MB`.
fn downloaded(file_name: &str, size: &str, bytes: Option<u64>) -> String {
    let size = match size {
        "web" => "web size",
        "web-marked" => "web size with the studio’s name",
        size => size,
    };
    match bytes {
        Some(bytes) => format!("downloaded {file_name}, {size}, {}", words::bytes(bytes)),
        None => format!("downloaded {file_name}, {size}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::PhotoId;
    use jiff::Timestamp;

    /// P10: with a general PIN the studio reads that somebody came, not who.
    #[test]
    fn anybody_has_no_name() {
        let id = GalleryId::new(Timestamp::UNIX_EPOCH);
        let mut names = Names::default();
        let anybody = Who::Visitor(Subject::Anybody);
        assert_eq!(names.who(&anybody, Some(id)), "Anybody (PIN)");
        names.without_pin.insert(id);
        assert_eq!(names.who(&anybody, Some(id)), "Anybody (link)");
    }

    /// P20: who, what, in which size.
    #[test]
    fn a_download_says_file_and_size() {
        let downloaded = What::Downloaded {
            photo: PhotoId::of_key("a"),
            file_name: "IMG_2041.jpg".into(),
            size: "web-marked".into(),
            bytes: Some(24_310_000),
        };
        assert_eq!(
            Names::default().what(&downloaded),
            "downloaded IMG_2041.jpg, web size with the studio’s name, 24.3 MB"
        );
        let marta = Who::Visitor(Subject::Person("marta@example.com".parse().unwrap()));
        assert_eq!(Names::default().who(&marta, None), "marta@example.com");
    }

    #[test]
    fn a_guest_link_is_named_by_its_label() {
        let id = GuestId::new(Timestamp::UNIX_EPOCH);
        let mut names = Names::default();
        let guest = Subject::Guest(id);
        assert_eq!(names.subject(&guest, None), "Guest link");
        names.guests.insert(id, "Grandparents".into());
        assert_eq!(names.subject(&guest, None), "Guest link “Grandparents”");
    }
}
