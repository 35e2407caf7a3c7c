//! What a review page showed: the choice as it stood, and each photograph in the version it had. Nothing else is frozen (S22).

use crate::sheet::Placed;
use std::collections::HashMap;

/// Digits of a photograph's id: enough to tell those of one choice apart.
const DIGITS: usize = 12;

/// As the form's hidden field carries it: `7-0f3a….1_9bc2….2`.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen<'a> {
    /// The selection's.
    pub revision: u64,
    photos: HashMap<&'a str, u32>,
}

/// Writes it down.
pub fn seen(revision: u64, picked: &[Placed<'_>]) -> String {
    let photos = picked
        .iter()
        .map(|placed| format!("{}.{}", key(placed), placed.photo.number));
    format!("{revision}-{}", photos.collect::<Vec<_>>().join("_"))
}

fn key<'a>(placed: &Placed<'a>) -> &'a str {
    &placed.photo.id.as_str()[..DIGITS]
}

impl<'a> Seen<'a> {
    /// Reads it; none: no page wrote it.
    pub fn read(text: &'a str) -> Option<Self> {
        let (revision, photos) = text.split_once('-')?;
        let photos = photos.split('_').filter(|photo| !photo.is_empty());
        let one = |photo: &'a str| {
            let (key, number) = photo.split_once('.')?;
            Some((key, number.parse().ok()?))
        };
        Some(Self {
            revision: revision.parse().ok()?,
            photos: photos.map(one).collect::<Option<_>>()?,
        })
    }

    /// How many photographs of the same choice are not as the page showed them: replaced, hidden or deleted since, or
    /// shown again.
    pub fn changed(&self, picked: &[Placed<'_>]) -> usize {
        let now: HashMap<&str, u32> = picked.iter().map(|p| (key(p), p.photo.number)).collect();
        let gone = self.photos.keys().filter(|key| !now.contains_key(*key));
        let other = now
            .iter()
            .filter(|(key, number)| self.photos.get(*key) != Some(*number));
        gone.count() + other.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S22: what no page wrote is no page that was seen.
    #[test]
    fn a_form_of_no_page_is_not_read() {
        let seen = Seen::read("7-aa.1_bb.12").unwrap();
        assert_eq!((seen.revision, seen.photos["bb"]), (7, 12));
        assert!(Seen::read("0-").unwrap().photos.is_empty());
        for text in ["", "7", "x-aa.1", "7-aa", "7-aa.x", "-", "7-aa.1_bb"] {
            assert_eq!(Seen::read(text), None, "{text:?}");
        }
    }
}
