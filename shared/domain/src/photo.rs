//! A photograph, what is known of its current version, and its states.

use crate::ids::{GalleryId, PhotoId};
use crate::replace::stem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The long edges of the renditions in pixels, largest first. The last is the grid's smallest.
pub const SIZES: [u32; 4] = [2048, 1280, 640, 320];

/// The sizes that also exist with the studio's name across them: those worth keeping. Nothing is drawn over the grid's.
pub const MARKED: [u32; 2] = [2048, 1280];

/// One photograph of a gallery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// Follows from the key it first came under, and stays whatever key its current version comes from.
    pub id: PhotoId,
    /// The gallery it belongs to.
    pub gallery: GalleryId,
    /// Object key of the current version in the originals bucket.
    pub key: String,
    /// The chapter it stands in; empty for none.
    pub section: String,
    /// The camera's file name, kept for ever: what its later versions are called changes nothing.
    pub file_name: String,
    /// The object this row speaks of.
    pub version: Version,
    /// Where it is on its way.
    pub state: State,
    /// When the object was stored.
    pub uploaded: Timestamp,
    /// What the photographer says of it: nothing, Proof or Final (4.5).
    #[serde(default)]
    pub stage: Stage,
    /// To whom the studio shows it.
    #[serde(default)]
    pub shown: Shown,
    /// The number of its current version, from 1; it rises with every replacement and every restoring (P26).
    pub number: u32,
    /// Came as a new photograph while the gallery replaces by name: most likely a name that should have matched (4.5).
    #[serde(default)]
    pub fresh: bool,
    /// The last file that was to replace it and could not be read; the version before is shown still.
    #[serde(default)]
    pub refused: Option<Refused>,
}

/// A replacement that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Its object key.
    pub key: String,
    /// S3's version id of it.
    pub version: String,
    /// Stable code, such as `not-an-image`.
    pub code: String,
    /// The sentence the photographer reads.
    pub reason: String,
    /// When that was found.
    pub at: Timestamp,
}

/// What the photographer says of a photograph (P27, P29); it decides what may be downloaded (P22, P58).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Nothing said.
    #[default]
    Undefined,
    /// To choose from.
    Proof,
    /// Finished.
    Final,
}

impl Stage {
    /// As people read it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Undefined => "no state",
            Self::Proof => "Proof",
            Self::Final => "Final",
        }
    }
}

/// To whom the studio shows a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// Everyone who may enter.
    #[default]
    Everyone,
    /// Everyone but holders of a guest link (C8).
    NotToGuests,
    /// Nobody outside the studio.
    ToStudio,
}

/// Which object in the bucket: its S3 version and what S3 says of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// S3's version id.
    pub id: String,
    /// S3's entity tag, without quotes.
    pub etag: String,
    /// Bytes.
    pub size: u64,
}

/// *queued → processing → ready | rejected(reason)* (product 4.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum State {
    /// A function holds it.
    Processing,
    /// Clients see it.
    Ready(Picture),
    /// Not a photograph we can show; said to the photographer only.
    Rejected {
        /// Stable code, such as `not-an-image`.
        code: String,
        /// The sentence the photographer reads.
        reason: String,
    },
}

/// What is known of a readable picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Upright width of the original in pixels.
    pub width: u32,
    /// Upright height of the original in pixels.
    pub height: u32,
    /// CRC-32 (IEEE) of the original's bytes.
    pub crc32: u32,
    /// Thumbhash, hex.
    pub thumbhash: String,
    /// Average colour, sRGB as six hex digits.
    pub average: String,
    /// What the camera says, local time: `2026-06-14T15:04:05[.sss]`.
    pub captured: Option<String>,
    /// The file ends early; the upper part is shown, and the photographer told.
    pub truncated: bool,
    /// Names the renditions of exactly this version in the renditions bucket.
    pub tag: String,
    /// Renditions that exist: (nominal long edge, width, height), largest first.
    pub renditions: Vec<(u32, u32, u32)>,
    /// The renditions of [`MARKED`] also exist with the studio's name across them (P21). Not of a version rendered
    /// before there were any.
    #[serde(default)]
    pub marked: bool,
}

impl State {
    /// `processing`, `ready` or `rejected`: the same word in the table, in JSON and in logs.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Ready(_) => "ready",
            Self::Rejected { .. } => "rejected",
        }
    }
}

impl Photo {
    /// The picture, when clients may see it.
    #[must_use]
    pub fn picture(&self) -> Option<&Picture> {
        match &self.state {
            State::Ready(picture) => Some(picture),
            State::Processing | State::Rejected { .. } => None,
        }
    }
}

impl Photo {
    /// What its original is called when it is saved: the camera's name, with the ending of the file that is shown, which
    /// may be of another kind than the first one (P28).
    #[must_use]
    pub fn saved_as(&self) -> String {
        let ending = |name: &str| name.rsplit_once('.').map(|(_, ending)| ending.to_owned());
        let object = self.key.rsplit('/').next().unwrap_or_default();
        match (ending(object), ending(&self.file_name)) {
            (Some(now), Some(then)) if !now.eq_ignore_ascii_case(&then) => {
                format!("{}.{now}", stem(&self.file_name))
            }
            _ => self.file_name.clone(),
        }
    }
}

impl Picture {
    /// The smallest rendition whose long edge is at least `pixels`, else the largest.
    #[must_use]
    pub fn rendition(&self, pixels: u32) -> Option<(u32, u32, u32)> {
        let fits = |r: &&(u32, u32, u32)| r.1.max(r.2) >= pixels;
        self.renditions
            .iter()
            .rev()
            .find(fits)
            .or_else(|| self.renditions.first())
            .copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P28: a JPEG that took a TIFF's place is saved under the camera's name, and opens.
    #[test]
    fn a_file_is_saved_with_the_ending_it_has() {
        for (name, key, saved) in [
            ("IMG_1.tif", "f/IMG_1.jpg", "IMG_1.jpg"),
            ("IMG_1.JPG", "f/Finals/img_1.jpg", "IMG_1.JPG"),
            ("IMG_1.jpg", "f/retouched.final.png", "IMG_1.png"),
            ("a.b.tif", "f/a.b/x", "a.b.tif"),
            ("noname", "f/x.jpg", "noname"),
        ] {
            let photo = Photo {
                id: PhotoId::of_key(key),
                gallery: GalleryId::new(Timestamp::UNIX_EPOCH),
                key: key.into(),
                section: String::new(),
                file_name: name.into(),
                version: Version {
                    id: "1".into(),
                    etag: "e".into(),
                    size: 1,
                },
                state: State::Processing,
                uploaded: Timestamp::UNIX_EPOCH,
                stage: Stage::Undefined,
                shown: Shown::Everyone,
                number: 1,
                fresh: false,
                refused: None,
            };
            assert_eq!(photo.saved_as(), saved, "{name} from {key}");
        }
    }
}
