//! Keys of what replacing needs. All lie in the gallery's partition and outside [`super::page_range`]: no page reads them.

use super::{Key, gallery_partition};
use domain::ids::{GalleryId, PhotoId, TokenHash};

/// The prefix of what is remembered of object keys.
pub const ALIAS: &str = "ALIAS#";

/// What is remembered of an object key, named by [`PhotoId::of_key`]: its photograph, and what of it was settled last.
#[must_use]
pub fn alias(gallery: GalleryId, key: &PhotoId) -> Key {
    Key::new(gallery_partition(gallery), format!("{ALIAS}{key}"))
}

/// The last object that was matched by this folded stem, so that two of one batch are told apart.
#[must_use]
pub fn batch(gallery: GalleryId, stem: &str) -> Key {
    let hash = TokenHash::of(stem);
    Key::new(
        gallery_partition(gallery),
        format!("BATCH#{}", &hash.as_str()[..32]),
    )
}

/// The prefix of versions' sort keys.
pub const VERSION: &str = "VERSION#";

/// One version of a photograph.
#[must_use]
pub fn version(gallery: GalleryId, photo: &PhotoId, number: u32) -> Key {
    Key::new(
        gallery_partition(gallery),
        format!("{}{number:06}", versions(photo)),
    )
}

/// The prefix of a photograph's versions.
#[must_use]
pub fn versions(photo: &PhotoId) -> String {
    format!("{VERSION}{photo}#")
}

/// The prefix of objects that wait.
pub const WAITING: &str = "WAITING#";

/// An object that waits for the photographer to say which photograph it is.
#[must_use]
pub fn waiting(gallery: GalleryId, key: &PhotoId) -> Key {
    Key::new(gallery_partition(gallery), format!("{WAITING}{key}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::page_range;

    /// what replacing remembers is read by no page.
    #[test]
    fn no_page_reads_what_replacing_remembers() {
        let (from, to) = page_range();
        let gallery = GalleryId::new(jiff::Timestamp::UNIX_EPOCH);
        let id = PhotoId::of_key("k");
        for key in [
            alias(gallery, &id),
            batch(gallery, "img_1"),
            version(gallery, &id, 1),
            waiting(gallery, &id),
        ] {
            assert_eq!(key.pk, gallery_partition(gallery));
            assert!(!(from..=to).contains(&key.sk.as_str()), "{key:?}");
        }
        assert!(version(gallery, &id, 9).sk < version(gallery, &id, 10).sk);
    }
}
