//! A gallery and the order of what it shows.

use crate::file_name::natural_order;
use crate::ids::GalleryId;
use crate::photo::Photo;
use jiff::Timestamp;
use std::cmp::Ordering;

/// One gallery as the studio made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gallery {
    /// Names it.
    pub id: GalleryId,
    /// What clients read on the cover.
    pub title: String,
    /// Its folder in the originals bucket, without slashes.
    pub folder: String,
    /// The secret part of its link; see [`crate::ids::LinkToken`]. Shown to the studio only.
    pub link: String,
    /// Off: every link, page and image address stops at once, nothing is deleted (C15).
    pub enabled: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When a photograph last came, changed or went.
    pub updated: Timestamp,
    /// Rises with every change of what it shows: names a cached photo list.
    pub revision: u64,
    /// How many photographs are in each state, for lists.
    pub counts: Counts,
}

/// How many photographs are in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Clients see them.
    pub ready: u64,
    /// A function holds them.
    pub processing: u64,
    /// Could not be read.
    pub rejected: u64,
}

/// Why a text cannot be a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnfitTitle {
    /// Nothing but space.
    #[error("Give the gallery a title.")]
    Empty,
    /// More than 120 characters.
    #[error("Use at most 120 characters for the title.")]
    TooLong,
}

/// A title: one line, trimmed, without control characters, 1 to 120 characters.
///
/// # Errors
/// Says what is wrong, in words for the photographer.
pub fn title(text: &str) -> Result<String, UnfitTitle> {
    let line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.chars().count() {
        0 => Err(UnfitTitle::Empty),
        121.. => Err(UnfitTitle::TooLong),
        _ => Ok(line),
    }
}

/// A chapter and its photographs, in order (L13, L15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section<'a> {
    /// Empty for photographs that stand in no chapter.
    pub title: &'a str,
    /// At least one.
    pub photos: Vec<&'a Photo>,
}

/// Puts photographs in the order clients see: chapters by their first capture time (by name where a chapter has none),
/// those without a chapter first; within a chapter by capture time, then by name.
#[must_use]
pub fn sections<'a>(photos: impl IntoIterator<Item = &'a Photo>) -> Vec<Section<'a>> {
    let mut sections: Vec<Section<'a>> = Vec::new();
    for photo in photos {
        match sections.iter_mut().find(|s| s.title == photo.section) {
            Some(section) => section.photos.push(photo),
            None => sections.push(Section {
                title: &photo.section,
                photos: vec![photo],
            }),
        }
    }
    for section in &mut sections {
        section.photos.sort_by(|a, b| by_capture(a, b));
    }
    let timed = sections.iter().all(|s| captured(s.photos[0]).is_some());
    sections.sort_by(|a, b| {
        let unsectioned = b.title.is_empty().cmp(&a.title.is_empty());
        let time = if timed {
            captured(a.photos[0]).cmp(&captured(b.photos[0]))
        } else {
            Ordering::Equal
        };
        unsectioned
            .then(time)
            .then_with(|| natural_order(a.title, b.title))
    });
    sections
}

fn captured(photo: &Photo) -> Option<&str> {
    photo.picture()?.captured.as_deref()
}

/// Known capture times first, in order; then by name, numbers as numbers.
fn by_capture(a: &Photo, b: &Photo) -> Ordering {
    let (x, y) = (captured(a), captured(b));
    x.is_none()
        .cmp(&y.is_none())
        .then_with(|| x.cmp(&y))
        .then_with(|| natural_order(&a.file_name, &b.file_name))
        .then_with(|| a.id.cmp(&b.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PhotoId;
    use crate::photo::{Picture, State, Version};

    fn photo(section: &str, name: &str, captured: Option<&str>) -> Photo {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let key = format!("f/{section}/{name}");
        Photo {
            id: PhotoId::of_key(&key),
            gallery: GalleryId::new(now),
            key,
            section: section.into(),
            file_name: name.into(),
            version: Version {
                id: "1".into(),
                etag: "e".into(),
                size: 1,
            },
            state: State::Ready(Picture {
                width: 3,
                height: 2,
                crc32: 0,
                thumbhash: String::new(),
                average: "808080".into(),
                captured: captured.map(Into::into),
                truncated: false,
                tag: "t".into(),
                renditions: vec![],
                marked: false,
            }),
            uploaded: now,
        }
    }

    /// L13, L15: the day's order, across two cameras, whatever order the events came in.
    #[test]
    fn chapters_follow_the_day_and_photographs_the_clock() {
        let photos = [
            photo("Party", "B_1.jpg", Some("2026-06-14T21:00:00")),
            photo("Ceremony", "A_9.jpg", Some("2026-06-14T15:00:02")),
            photo("Ceremony", "B_2.jpg", Some("2026-06-14T15:00:01")),
            photo("", "cover.jpg", Some("2026-06-14T23:00:00")),
        ];
        let order: Vec<_> = sections(&photos)
            .iter()
            .map(|s| {
                (
                    s.title,
                    s.photos
                        .iter()
                        .map(|p| p.file_name.as_str())
                        .collect::<Vec<_>>(),
                )
            })
            .collect();
        assert_eq!(
            order,
            [
                ("", vec!["cover.jpg"]),
                ("Ceremony", vec!["B_2.jpg", "A_9.jpg"]),
                ("Party", vec!["B_1.jpg"]),
            ]
        );
    }

    /// L16: without capture times names decide, and 10 comes after 9.
    #[test]
    fn without_times_names_decide_with_numbers_as_numbers() {
        let photos = [
            photo("10 Late", "a.jpg", None),
            photo("9 Early", "IMG_10.jpg", None),
            photo("9 Early", "IMG_9.jpg", None),
        ];
        let order: Vec<_> = sections(&photos)
            .iter()
            .flat_map(|s| s.photos.iter().map(|p| p.file_name.clone()))
            .collect();
        assert_eq!(order, ["IMG_9.jpg", "IMG_10.jpg", "a.jpg"]);
    }

    #[test]
    fn titles_are_one_line() {
        assert_eq!(title("  Anna\n & Mats "), Ok("Anna & Mats".into()));
        assert_eq!(title(" \t"), Err(UnfitTitle::Empty));
        assert_eq!(title(&"x".repeat(121)), Err(UnfitTitle::TooLong));
    }
}
