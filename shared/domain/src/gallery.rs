//! A gallery and the order of what it shows.

use crate::file_name::natural_order;
use crate::ids::{GalleryId, LinkToken, ProductId};
use crate::photo::{Photo, Stage};
use crate::selection::Choosing;
use jiff::{Timestamp, civil};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::BTreeSet;

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
    /// The gallery it stands in (P1); none: at the top.
    pub parent: Option<GalleryId>,
    /// Galleries that stand in it, in the order they were made.
    pub children: Vec<GalleryId>,
    /// The gallery whose authorization table governs this one: itself, or the one it inherits from (4.4).
    pub table: GalleryId,
    /// Absent from its parent's page; its own link opens it all the same (P6).
    pub hidden: bool,
    /// What it is for (L43).
    pub kind: Kind,
    /// How it looks; rights do not follow from it (P5).
    pub style: Style,
    /// When the studio published it; none: a draft (S31).
    pub published: Option<Timestamp>,
    /// Off: every link, page and image address stops at once, nothing is deleted (C15).
    pub enabled: bool,
    /// The studio has closed choosing (S24).
    pub locked: bool,
    /// When the studio published the delivery (S35); none: not yet, or taken back.
    pub delivered: Option<Timestamp>,
    /// Downloads wait for the delivery (S35); off: the rights alone decide.
    pub wait_for_delivery: bool,
    /// The studio has put it away (S26).
    pub archived: bool,
    /// Choosing closes then (S32); access does not.
    pub deadline: Option<Timestamp>,
    /// Access ends then (L40); none: never.
    pub expires: Option<Timestamp>,
    /// After it has expired it may still be looked at, as archived; off: it is closed.
    pub history: bool,
    /// Files may be downloaded from it while it is archived.
    pub archive_downloads: bool,
    /// Clients may make guest links (C8).
    pub guest_links: bool,
    /// The title stands at the door, before any proof (5.1).
    pub title_at_door: bool,
    /// The day of the shoot (S11).
    pub shoot_date: Option<civil::Date>,
    /// The studio's words to the client (S16); may be empty.
    pub welcome: String,
    /// Sections with a table of their own, by title: only rows that name them enter ([`crate::access::Row::sections`]).
    pub own_sections: BTreeSet<String>,
    /// How clients choose in it (S37).
    pub choosing: Choosing,
    /// What a file becomes that is put straight into its folder (P26, P27).
    pub incoming: Incoming,
    /// The download products it offers (P39); none: all that are switched on.
    pub products: Option<Vec<ProductId>>,
    /// New orders ship by themselves when all their photographs are Final.
    pub auto_ship: bool,
    /// The order photographs stand in (L15, C22).
    pub sort: Sort,
    /// States stand beside the photographs for clients (P50).
    pub show_states: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When a photograph last came, changed or went.
    pub updated: Timestamp,
    /// Rises with every change of what it shows: names a cached photo list.
    pub revision: u64,
    /// Rises with every change of its settings: a form that knows an older one is refused.
    pub settings_revision: u64,
    /// How many photographs are in each state, for lists.
    pub counts: Counts,
}

/// What a gallery is for (L43): it decides wording and when a gallery counts as delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Final, edited photographs: publishing it is the delivery.
    #[default]
    Delivery,
    /// Photographs to choose from.
    Proofing,
    /// Proofs to choose from, finals delivered in their place (P4).
    ProofRetouchDeliver,
}

/// How a gallery looks (P5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// Balance: large pictures, little text.
    #[default]
    Standard,
    /// Function first: smaller frames, names and states.
    Proofing,
}

/// What a file becomes that is put straight into the gallery's folder by any S3 client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Incoming {
    /// A file with the name of a photograph that is here becomes a new version of it (P26); off: a photograph of its own.
    pub replace: bool,
    /// The state such files carry (P27).
    pub stage: Stage,
}

/// The order photographs stand in within a section (C22).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// As the day went: by capture time, then by name.
    #[default]
    Captured,
    /// The last picture first.
    CapturedLast,
    /// By file name, numbers as numbers.
    Name,
    /// By file name, from the end.
    NameLast,
}

impl Gallery {
    /// Whether downloads wait for a delivery that the studio has not published (S35).
    #[must_use]
    pub fn awaits_delivery(&self) -> bool {
        self.wait_for_delivery && self.delivered.is_none()
    }

    /// A published gallery at the top, of kind *delivery*, with a table of its own; what a preset changes is changed
    /// afterwards.
    #[must_use]
    pub fn new(title: String, folder: String, now: Timestamp) -> Self {
        let id = GalleryId::new(now);
        Self {
            id,
            title,
            folder,
            link: LinkToken::random().expose().to_owned(),
            parent: None,
            children: Vec::new(),
            table: id,
            hidden: true,
            kind: Kind::Delivery,
            style: Style::Standard,
            published: Some(now),
            enabled: true,
            locked: false,
            delivered: Some(now),
            wait_for_delivery: false,
            archived: false,
            deadline: None,
            expires: None,
            history: false,
            archive_downloads: false,
            guest_links: true,
            title_at_door: false,
            shoot_date: None,
            welcome: String::new(),
            own_sections: BTreeSet::new(),
            choosing: Choosing::for_kind(Kind::Delivery),
            incoming: Incoming::default(),
            products: None,
            auto_ship: false,
            sort: Sort::default(),
            show_states: false,
            created: now,
            updated: now,
            revision: 0,
            settings_revision: 0,
            counts: Counts::default(),
        }
    }
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

/// Puts photographs in the order of the day: see [`sorted`].
#[must_use]
pub fn sections<'a>(photos: impl IntoIterator<Item = &'a Photo>) -> Vec<Section<'a>> {
    sorted(photos, Sort::Captured)
}

/// Puts photographs in the order clients see: chapters by their first capture time (by name where a chapter has none),
/// those without a chapter first; within a chapter as the gallery says.
#[must_use]
pub fn sorted<'a>(photos: impl IntoIterator<Item = &'a Photo>, sort: Sort) -> Vec<Section<'a>> {
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
    for section in &mut sections {
        match sort {
            Sort::Captured => {}
            Sort::CapturedLast => section.photos.reverse(),
            Sort::Name => section.photos.sort_by(|a, b| by_name(a, b)),
            Sort::NameLast => section.photos.sort_by(|a, b| by_name(b, a)),
        }
    }
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
        .then_with(|| by_name(a, b))
}

fn by_name(a: &Photo, b: &Photo) -> Ordering {
    natural_order(&a.file_name, &b.file_name).then_with(|| a.id.cmp(&b.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PhotoId;
    use crate::photo::{Picture, Shown, State, Version};

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
            stage: Stage::Undefined,
            shown: Shown::Everyone,
            number: 1,
            fresh: false,
            refused: None,
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
