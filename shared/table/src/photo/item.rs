//! A photograph as an item, and what is known of one version of it.

use crate::error::Error;
use crate::item::Item;
use crate::keys;
use domain::ids::GalleryId;
use domain::photo::{Photo, Picture, Refused, Shown, Stage, State, Version};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A photograph as an item: short names, because a page reads thousands of them.
#[derive(Serialize, Deserialize)]
pub(crate) struct PhotoItem {
    /// Carries the photograph's id: its key may be another's than the one it came under.
    #[serde(rename = "SK", skip_serializing)]
    sk: String,
    key: String,
    section: String,
    name: String,
    /// What the studio says of it; a commit leaves it alone, so that it outlives a replaced file.
    #[serde(default)]
    stage: Stage,
    #[serde(default)]
    shown: Shown,
    /// The current version's number; none in rows from before versions were counted, which have one once they are
    /// ready, and in rows that no readable file has come for yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<u32>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fresh: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<Refused>,
    #[serde(flatten)]
    facts: Facts,
}

/// What is known of one version. Section and name are not among it: they are the studio's once the row exists.
#[derive(Serialize, Deserialize)]
pub(crate) struct Facts {
    v: String,
    etag: String,
    size: u64,
    uploaded: Timestamp,
    state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    w: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    h: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crc: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thumb: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    avg: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    captured: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    truncated: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    /// `2048:2048x1365 1280:1280x853`: nominal long edge, width, height.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rend: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    marked: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Every attribute of [`Facts`]: what a commit does not set, it removes.
pub(super) const FACTS: [&str; 17] = [
    "v",
    "etag",
    "size",
    "uploaded",
    "state",
    "w",
    "h",
    "crc",
    "thumb",
    "avg",
    "captured",
    "truncated",
    "tag",
    "rend",
    "marked",
    "code",
    "reason",
];

/// A row as it was read: the photograph, and what its item says of numbers.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) photo: Photo,
    /// As it stands in the item.
    pub(crate) n: Option<u32>,
}

impl Row {
    pub(crate) fn read(gallery: GalleryId, item: Item) -> Result<Self, Error> {
        let item: PhotoItem = crate::item::read("photo", item)?;
        let n = item.n;
        Ok(Self {
            photo: item.into_photo(gallery)?,
            n,
        })
    }

    /// Whether clients see it.
    pub(crate) fn stands(&self) -> bool {
        self.photo.picture().is_some()
    }

    /// How many numbers were given out; a row from before they were counted has one, once it is ready.
    pub(crate) fn numbered(&self) -> u32 {
        self.n.unwrap_or_else(|| u32::from(self.stands()))
    }
}

impl PhotoItem {
    /// A row for an object that nobody has read yet. `last`: the last number of a photograph of this id that went.
    pub(super) fn processing(
        key: &str,
        place: &domain::file_name::Place,
        version: &Version,
        uploaded: Timestamp,
    ) -> Self {
        Self {
            sk: String::new(),
            key: key.to_owned(),
            section: place.section.clone(),
            name: place.file_name.clone(),
            stage: Stage::default(),
            shown: Shown::default(),
            n: None,
            fresh: false,
            refused: None,
            facts: Facts::new(version, &State::Processing, uploaded),
        }
    }

    pub(super) fn of_stage(self, stage: Stage) -> Self {
        Self { stage, ..self }
    }

    pub(super) fn fresh(self, fresh: bool) -> Self {
        Self { fresh, ..self }
    }

    pub(super) fn after(self, last: Option<u32>) -> Self {
        Self { n: last, ..self }
    }

    pub(crate) fn into_photo(self, gallery: GalleryId) -> Result<Photo, Error> {
        let id = self.sk.strip_prefix(keys::PHOTO).unwrap_or_default();
        Ok(Photo {
            id: id.parse().map_err(|e| Error::corrupt("photo", e))?,
            gallery,
            key: self.key,
            section: self.section,
            file_name: self.name,
            version: self.facts.version(),
            uploaded: self.facts.uploaded,
            state: self.facts.state()?,
            stage: self.stage,
            shown: self.shown,
            number: self.n.unwrap_or(1).max(1),
            fresh: self.fresh,
            refused: self.refused,
        })
    }
}

impl Facts {
    pub(crate) fn new(version: &Version, state: &State, uploaded: Timestamp) -> Self {
        let picture = match state {
            State::Ready(picture) => Some(picture),
            State::Processing | State::Rejected { .. } => None,
        };
        let (code, reason) = match state {
            State::Rejected { code, reason } => (Some(code.clone()), Some(reason.clone())),
            State::Processing | State::Ready(_) => (None, None),
        };
        Self {
            v: version.id.clone(),
            etag: version.etag.clone(),
            size: version.size,
            uploaded,
            state: state.name().into(),
            w: picture.map(|p| p.width),
            h: picture.map(|p| p.height),
            crc: picture.map(|p| p.crc32),
            thumb: picture.map(|p| p.thumbhash.clone()),
            avg: picture.map(|p| p.average.clone()),
            captured: picture.and_then(|p| p.captured.clone()),
            truncated: picture.filter(|p| p.truncated).map(|_| true),
            tag: picture.map(|p| p.tag.clone()),
            rend: picture.map(|p| {
                let list = p
                    .renditions
                    .iter()
                    .map(|(edge, w, h)| format!("{edge}:{w}x{h}"));
                list.collect::<Vec<_>>().join(" ")
            }),
            marked: picture.filter(|p| p.marked).map(|_| true),
            code,
            reason,
        }
    }

    pub(crate) fn version(&self) -> Version {
        Version {
            id: self.v.clone(),
            etag: self.etag.clone(),
            size: self.size,
        }
    }

    pub(crate) fn uploaded(&self) -> Timestamp {
        self.uploaded
    }

    pub(crate) fn state(self) -> Result<State, Error> {
        let missing = |what| Error::corrupt("photo", format!("a ready photograph without {what}"));
        match self.state.as_str() {
            "processing" => Ok(State::Processing),
            "rejected" => Ok(State::Rejected {
                code: self.code.unwrap_or_default(),
                reason: self.reason.unwrap_or_default(),
            }),
            "ready" => Ok(State::Ready(Picture {
                width: self.w.ok_or_else(|| missing("width"))?,
                height: self.h.ok_or_else(|| missing("height"))?,
                crc32: self.crc.ok_or_else(|| missing("CRC-32"))?,
                thumbhash: self.thumb.unwrap_or_default(),
                average: self.avg.unwrap_or_default(),
                captured: self.captured,
                truncated: self.truncated.unwrap_or_default(),
                tag: self.tag.ok_or_else(|| missing("tag"))?,
                renditions: renditions(&self.rend.unwrap_or_default())
                    .ok_or_else(|| missing("renditions"))?,
                marked: self.marked.unwrap_or_default(),
            })),
            other => Err(Error::corrupt("photo", format!("state {other:?}"))),
        }
    }
}

fn renditions(text: &str) -> Option<Vec<(u32, u32, u32)>> {
    text.split_whitespace()
        .map(|one| {
            let (edge, size) = one.split_once(':')?;
            let (w, h) = size.split_once('x')?;
            Some((edge.parse().ok()?, w.parse().ok()?, h.parse().ok()?))
        })
        .collect()
}
