//! Keys of what is noted about visitors: when a row was last used, what it fetched, and the log of events.

use super::{Key, subject};
use domain::access::Subject;
use domain::email::Email;
use domain::ids::{GalleryId, PhotoId};
use jiff::Timestamp;

/// The partition of what visitors of a gallery did: visits, quotas, photographs taken.
#[must_use]
pub fn seen_partition(gallery: GalleryId) -> String {
    format!("SEEN#{gallery}")
}

/// How many different originals were taken by a row.
#[must_use]
pub fn quota(gallery: GalleryId, of: &Subject) -> Key {
    Key::new(seen_partition(gallery), format!("{QUOTA}{}", subject(of)))
}

/// The prefix of quotas' sort keys.
pub const QUOTA: &str = "QUOTA#";

/// That a row took this original.
#[must_use]
pub fn taken(gallery: GalleryId, of: &Subject, photo: &PhotoId) -> Key {
    Key::new(
        seen_partition(gallery),
        format!("DOWN#{}#{photo}", subject(of)),
    )
}

/// The sort keys of visits and quotas; not of the photographs taken, which are many and sort before.
#[must_use]
pub fn visits_range() -> (&'static str, &'static str) {
    (QUOTA, "~")
}

/// The partition of a month's events of a gallery, or of those that belong to none; `month` is `202611`.
#[must_use]
pub fn activity_partition(gallery: Option<GalleryId>, month: &str) -> String {
    match gallery {
        Some(gallery) => format!("ACTIVITY#{gallery}#{month}"),
        None => format!("ACTIVITY#STUDIO#{month}"),
    }
}

/// The list of a month's events of all galleries and of the studio.
#[must_use]
pub fn activity_list(month: &str) -> String {
    format!("ACTIVITY#{month}")
}

/// The partition of events that concern a person.
#[must_use]
pub fn activity_of(email: &Email) -> String {
    format!("ACTIVITY#BY#{}", email.hash().as_str())
}

/// An event, in a partition of one of the three kinds above.
#[must_use]
pub fn event(partition: &str, id: &str) -> Key {
    Key::new(partition, id)
}

/// The month an event belongs to, in UTC: `202611`.
#[must_use]
pub fn month(at: Timestamp) -> String {
    at.strftime("%Y%m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::last_visit;

    /// What a gallery's page reads of its visitors leaves out the photographs they took, of which there are thousands.
    #[test]
    fn visits_are_read_without_the_photographs_taken() {
        let gallery = GalleryId::new(Timestamp::UNIX_EPOCH);
        let photo = PhotoId::of_key("a");
        let person = Subject::Person("a@example.com".parse().expect("an address"));
        let (from, to) = visits_range();
        for subject in [&Subject::Anybody, &person] {
            for key in [last_visit(gallery, subject), quota(gallery, subject)] {
                assert!(from <= key.sk.as_str() && key.sk.as_str() <= to, "{key:?}");
            }
            assert!(taken(gallery, subject, &photo).sk.as_str() < from);
        }
    }
}
