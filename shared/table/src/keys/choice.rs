//! Keys of what clients say of photographs: their choices, every tap, what they confirmed, their comments.

use super::{Key, subject};
use domain::access::Subject;
use domain::choice::Stamp;
use domain::ids::{CommentId, GalleryId, PhotoId};

/// The partition of what clients of a gallery said. Nothing in it is ever deleted.
#[must_use]
pub fn picks_partition(gallery: GalleryId) -> String {
    format!("PICKS#{gallery}")
}

/// What a subject says of a photograph, one item.
#[must_use]
pub fn pick(gallery: GalleryId, of: &Subject, photo: &PhotoId) -> Key {
    Key::new(picks_partition(gallery), format!("{}{photo}", picks_of(of)))
}

/// The prefix of all choices' sort keys.
pub const PICK: &str = "PICK#";

/// The prefix of a subject's choices' sort keys.
#[must_use]
pub fn picks_of(of: &Subject) -> String {
    format!("{PICK}{}#", subject(of))
}

/// One tap; append-only.
#[must_use]
pub fn tap(gallery: GalleryId, of: &Subject, stamp: &Stamp) -> Key {
    Key::new(
        picks_partition(gallery),
        format!("{}{}", taps_of(of), stamp.as_str()),
    )
}

/// The prefix of a subject's taps' sort keys, which go on with the stamp: sorted as the taps were made.
#[must_use]
pub fn taps_of(of: &Subject) -> String {
    format!("LOG#{}#", subject(of))
}

/// A subject's choice as a whole.
#[must_use]
pub fn selection(gallery: GalleryId, of: &Subject) -> Key {
    Key::new(
        picks_partition(gallery),
        format!("{SELECTION}{}", subject(of)),
    )
}

/// The prefix of selections' sort keys.
pub const SELECTION: &str = "SET#";
/// The list of all galleries' selections.
pub const SELECTIONS: &str = "SELECTIONS";
/// The list of all galleries' numbers of comments.
pub const TALKS: &str = "TALKS";

/// How many comments a gallery has.
#[must_use]
pub fn talk(gallery: GalleryId) -> Key {
    Key::new(picks_partition(gallery), "TALK")
}

/// What a subject confirmed; append-only.
#[must_use]
pub fn snapshot(gallery: GalleryId, of: &Subject, number: u32) -> Key {
    Key::new(
        picks_partition(gallery),
        format!("{}{number:06}", snapshots_of(of)),
    )
}

/// A part of a snapshot's photographs; sorts right after its snapshot.
#[must_use]
pub fn snapshot_part(gallery: GalleryId, of: &Subject, number: u32, part: usize) -> Key {
    Key::new(
        picks_partition(gallery),
        format!("{}{number:06}#{part:03}", snapshots_of(of)),
    )
}

/// The prefix of a subject's snapshots' sort keys.
#[must_use]
pub fn snapshots_of(of: &Subject) -> String {
    format!("SNAP#{}#", subject(of))
}

/// A comment.
#[must_use]
pub fn comment(gallery: GalleryId, photo: &PhotoId, id: CommentId) -> Key {
    Key::new(
        picks_partition(gallery),
        format!("{}{id}", comments_of(photo)),
    )
}

/// The prefix of all comments' sort keys.
pub const COMMENT: &str = "SAID#";

/// The prefix of a photograph's comments' sort keys.
#[must_use]
pub fn comments_of(photo: &PhotoId) -> String {
    format!("{COMMENT}{photo}#")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::GroupId;
    use jiff::Timestamp;

    /// C7: nobody's choices lie within the range of somebody else's.
    #[test]
    fn choices_of_one_subject_are_one_range() {
        let now = Timestamp::UNIX_EPOCH;
        let gallery = GalleryId::new(now);
        let person = |text: &str| Subject::Person(text.parse().expect("an address"));
        let everyone = [
            Subject::Anybody,
            person("a@example.com"),
            person("b@example.com"),
            Subject::Group(GroupId::new(now)),
        ];
        for one in &everyone {
            for other in &everyone {
                let within = |key: Key, prefix: String| key.sk.starts_with(&prefix);
                let photo = PhotoId::of_key("a");
                let same = one == other;
                let stamp = Stamp::now(now);
                assert_eq!(within(pick(gallery, one, &photo), picks_of(other)), same);
                assert_eq!(within(tap(gallery, one, &stamp), taps_of(other)), same);
                assert_eq!(within(snapshot(gallery, one, 1), snapshots_of(other)), same);
            }
        }
    }

    /// S22: a snapshot comes before its parts, and they before the next one.
    #[test]
    fn a_snapshot_is_followed_by_its_parts() {
        let gallery = GalleryId::new(Timestamp::UNIX_EPOCH);
        let of = &Subject::Anybody;
        let keys = [
            snapshot(gallery, of, 1).sk,
            snapshot_part(gallery, of, 1, 0).sk,
            snapshot_part(gallery, of, 1, 11).sk,
            snapshot(gallery, of, 2).sk,
            snapshot(gallery, of, 10).sk,
        ];
        assert!(keys.is_sorted(), "{keys:?}");
    }
}
