//! Key strings: the only place that has one (design 3).
//!
//! What visitors write has partitions of its own, because IAM (`dynamodb:LeadingKeys`) binds a function to partition
//! keys and never to sort keys: the gallery function must be unable to rewrite a gallery.

mod activity;
mod choice;
mod order;
mod replace;
mod studio;

pub use activity::*;
pub use choice::*;
pub use order::*;
pub use replace::*;
pub use studio::*;

use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::Subject;
use domain::email::Email;
use domain::ids::{GalleryId, GroupId, GuestId, PhotoId, TokenHash};
use std::collections::HashMap;

/// The partition key's attribute.
pub const PK: &str = "PK";
/// The sort key's attribute.
pub const SK: &str = "SK";
/// The time-to-live attribute, epoch seconds. Housekeeping only: nothing is decided by it.
pub const TTL: &str = "ttl";
/// The index of lists.
pub const LISTS: &str = "lists";
/// The index's partition key.
pub const LIST: &str = "list";
/// The index's sort key.
pub const LIST_BY: &str = "list_by";
/// The list of all galleries.
pub const GALLERIES: &str = "GALLERIES";

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self {
            pk: pk.into(),
            sk: sk.into(),
        }
    }

    /// As the SDK wants it.
    #[must_use]
    pub fn attributes(&self) -> HashMap<String, AttributeValue> {
        HashMap::from([
            (PK.to_owned(), AttributeValue::S(self.pk.clone())),
            (SK.to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

/// The partition that holds a gallery, its rows and its photographs.
#[must_use]
pub fn gallery_partition(gallery: GalleryId) -> String {
    format!("GALLERY#{gallery}")
}

/// A gallery.
#[must_use]
pub fn gallery(gallery: GalleryId) -> Key {
    Key::new(gallery_partition(gallery), "GALLERY")
}

/// A photograph. `PHOTO#` sorts between `GALLERY` and `ROW#`, so that one query reads all three; see [`page_range`].
#[must_use]
pub fn photo(gallery: GalleryId, photo: &PhotoId) -> Key {
    Key::new(gallery_partition(gallery), format!("{PHOTO}{photo}"))
}

/// The prefix of photographs' sort keys.
pub const PHOTO: &str = "PHOTO#";

/// A row of the authorization table. A guest link's row has a partition of its own, because clients make such links.
#[must_use]
pub fn row(gallery: GalleryId, subject: &Subject) -> Key {
    match subject {
        Subject::Guest(id) => guest(gallery, *id),
        _ => Key::new(
            gallery_partition(gallery),
            format!("{ROW}{}", self::subject(subject)),
        ),
    }
}

/// The prefix of rows' sort keys.
pub const ROW: &str = "ROW#";

/// A subject in a key, without its address: `anybody`, `person#{hash}`, `group#{id}`, `guest#{id}`.
#[must_use]
pub fn subject(subject: &Subject) -> String {
    match subject {
        Subject::Anybody => "anybody".into(),
        Subject::Person(email) => format!("person#{}", email.hash().as_str()),
        Subject::Group(id) => format!("group#{id}"),
        Subject::Guest(id) => format!("guest#{id}"),
    }
}

/// The list of rows that name a person.
#[must_use]
pub fn rows_of_person(email: &Email) -> String {
    person(email).pk
}

/// The list of rows that name a group.
#[must_use]
pub fn rows_of_group(group: GroupId) -> String {
    format!("GROUP#{group}")
}

/// The partition of a gallery's guest links.
#[must_use]
pub fn guests(gallery: GalleryId) -> String {
    format!("GUESTS#{gallery}")
}

/// The prefix of guest links' sort keys.
pub const GUEST: &str = "GUEST#";

/// A guest link as the studio lists it, and its row.
#[must_use]
pub fn guest(gallery: GalleryId, guest: GuestId) -> Key {
    Key::new(guests(gallery), format!("{GUEST}{guest}"))
}

/// A guest link, by its hash.
#[must_use]
pub fn guest_link(hash: &TokenHash) -> Key {
    Key::new(format!("GUEST#{}", hash.as_str()), "LINK")
}

/// A *View as*, by the hash of its token.
#[must_use]
pub fn preview(hash: &TokenHash) -> Key {
    Key::new(format!("VIEW#{}", hash.as_str()), "VIEW")
}

/// A contact.
#[must_use]
pub fn person(email: &Email) -> Key {
    Key::new(format!("PERSON#{}", email.hash().as_str()), "PERSON")
}

/// The list of contacts.
pub const PEOPLE: &str = "PEOPLE";

/// A subject's last noted visit.
#[must_use]
pub fn last_visit(gallery: GalleryId, subject: &Subject) -> Key {
    Key::new(format!("SEEN#{gallery}"), self::subject(subject))
}

/// The sort keys a page view needs: gallery, photographs, rows, sections; not the versions, which sort after.
#[must_use]
pub fn page_range() -> (&'static str, &'static str) {
    ("GALLERY", "SECTION#~")
}

/// A link, by its hash.
#[must_use]
pub fn link(hash: &TokenHash) -> Key {
    Key::new(format!("LINK#{}", hash.as_str()), "LINK")
}

/// A bucket folder: which gallery it belongs to.
#[must_use]
pub fn folder(folder: &str) -> Key {
    Key::new(format!("FOLDER#{folder}"), "FOLDER")
}

/// A visitor's session, by its hash.
#[must_use]
pub fn session(hash: &TokenHash) -> Key {
    Key::new(format!("SESSION#{}", hash.as_str()), "SESSION")
}

/// The studio's session. A prefix of its own: the gallery function may write `SESSION#` and must not make these.
#[must_use]
pub fn studio_session(hash: &TokenHash) -> Key {
    Key::new(format!("STUDIO-SESSION#{}", hash.as_str()), "SESSION")
}

/// A sign-in code, by the hash of the browser's nonce.
#[must_use]
pub fn code(nonce: &TokenHash) -> Key {
    Key::new(format!("CODE#{}", nonce.as_str()), "CODE")
}

/// Guesses of a neighbourhood in a gallery.
#[must_use]
pub fn try_neighbourhood(gallery: GalleryId, neighbourhood: &str) -> Key {
    Key::new(format!("TRY#{gallery}"), format!("NEAR#{neighbourhood}"))
}

/// Guesses of a known device in a gallery.
#[must_use]
pub fn try_device(gallery: GalleryId, device: &TokenHash) -> Key {
    Key::new(
        format!("TRY#{gallery}"),
        format!("DEVICE#{}", device.as_str()),
    )
}

/// Consecutive wrong guesses of strangers in a gallery.
#[must_use]
pub fn try_gallery(gallery: GalleryId) -> Key {
    Key::new(format!("TRY#{gallery}"), "ALL")
}

/// Guesses of one address over all galleries in one hour (`2026-11-22T10`).
#[must_use]
pub fn try_address(address: std::net::IpAddr, hour: &str) -> Key {
    Key::new(format!("TRY#ADDRESS#{address}"), format!("HOUR#{hour}"))
}

/// Codes mailed to an address.
#[must_use]
pub fn try_mail(email: &Email) -> Key {
    Key::new(format!("TRY#MAIL#{}", email.hash().as_str()), "WINDOW")
}

/// A mail to send. Sixteen shards: no partition is hot when many are posted at once.
#[must_use]
pub fn outbox(id: uuid::Uuid, now: jiff::Timestamp) -> Key {
    let shard = id.as_bytes()[15] % SHARDS;
    Key::new(outbox_shard(shard), format!("{now:.3}#{}", id.simple()))
}

/// Partitions mails are spread over.
const SHARDS: u8 = 16;

fn outbox_shard(shard: u8) -> String {
    format!("OUTBOX#{shard:x}")
}

/// Every partition mails may lie in.
pub fn outbox_shards() -> impl Iterator<Item = String> {
    (0..SHARDS).map(outbox_shard)
}

/// The partition of objects that belong to no gallery.
pub const STRAY: &str = "STRAY";

/// An object that belongs to no gallery.
#[must_use]
pub fn stray(key: &str) -> Key {
    Key::new(STRAY, PhotoId::of_key(key).as_str())
}

/// A key that was read from an item or from the stream.
#[must_use]
pub(crate) fn raw(pk: &str, sk: &str) -> Key {
    Key::new(pk, sk)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One query reads gallery, photographs and rows, and leaves the versions out.
    #[test]
    fn what_a_page_needs_is_one_range() {
        let (from, to) = page_range();
        let id = GalleryId::new(jiff::Timestamp::UNIX_EPOCH);
        let group = Subject::Group(GroupId::new(jiff::Timestamp::UNIX_EPOCH));
        let person = Subject::Person("z@example.com".parse().expect("an address"));
        for key in [
            gallery(id),
            photo(id, &PhotoId::of_key("k")),
            row(id, &Subject::Anybody),
            row(id, &person),
            row(id, &group),
        ] {
            assert_eq!(key.pk, gallery_partition(id));
            assert!(from <= key.sk.as_str() && key.sk.as_str() <= to, "{key:?}");
        }
        assert!("VERSION#x" > to);
    }

    /// The gallery function's IAM pattern `SESSION#*` must not reach the studio's sessions.
    #[test]
    fn a_studio_session_is_not_in_the_visitors_partition() {
        let hash = TokenHash::of("x");
        assert!(!studio_session(&hash).pk.starts_with("SESSION#"));
        assert!(session(&hash).pk.starts_with("SESSION#"));
    }
}
