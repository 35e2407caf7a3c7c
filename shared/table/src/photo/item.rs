//! A photograph as an item.

use crate::error::Error;
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Photo, Picture, Shown, Stage, State, Version};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A photograph as an item: short names, because a page reads thousands of them.
#[derive(Serialize, Deserialize)]
pub(crate) struct PhotoItem {
    key: String,
    section: String,
    name: String,
    /// What the studio says of it; a commit leaves it alone, so that it outlives a replaced file.
    #[serde(default)]
    stage: Stage,
    #[serde(default)]
    shown: Shown,
    /// The version's number; none in rows from before versions were counted, which have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<u32>,
    #[serde(flatten)]
    facts: Facts,
}

/// What a commit writes. Key, section and name are not among them: they are the studio's once the row exists.
#[derive(Serialize, Deserialize)]
pub(super) struct Facts {
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

impl PhotoItem {
    pub(crate) fn into_photo(self, gallery: GalleryId) -> Result<Photo, Error> {
        let facts = self.facts;
        let missing = |what| Error::corrupt("photo", format!("a ready photograph without {what}"));
        let state = match facts.state.as_str() {
            "processing" => State::Processing,
            "rejected" => State::Rejected {
                code: facts.code.unwrap_or_default(),
                reason: facts.reason.unwrap_or_default(),
            },
            "ready" => State::Ready(Picture {
                width: facts.w.ok_or_else(|| missing("width"))?,
                height: facts.h.ok_or_else(|| missing("height"))?,
                crc32: facts.crc.ok_or_else(|| missing("CRC-32"))?,
                thumbhash: facts.thumb.unwrap_or_default(),
                average: facts.avg.unwrap_or_default(),
                captured: facts.captured,
                truncated: facts.truncated.unwrap_or_default(),
                tag: facts.tag.ok_or_else(|| missing("tag"))?,
                renditions: renditions(&facts.rend.unwrap_or_default())
                    .ok_or_else(|| missing("renditions"))?,
                marked: facts.marked.unwrap_or_default(),
            }),
            other => return Err(Error::corrupt("photo", format!("state {other:?}"))),
        };
        Ok(Photo {
            id: PhotoId::of_key(&self.key),
            gallery,
            key: self.key,
            section: self.section,
            file_name: self.name,
            version: Version {
                id: facts.v,
                etag: facts.etag,
                size: facts.size,
            },
            state,
            uploaded: facts.uploaded,
            stage: self.stage,
            shown: self.shown,
            number: self.n.unwrap_or(1),
            fresh: false,
            refused: None,
        })
    }
}

impl From<&Photo> for Facts {
    fn from(photo: &Photo) -> Self {
        let picture = photo.picture();
        let (code, reason) = match &photo.state {
            State::Rejected { code, reason } => (Some(code.clone()), Some(reason.clone())),
            State::Processing | State::Ready(_) => (None, None),
        };
        Self {
            v: photo.version.id.clone(),
            etag: photo.version.etag.clone(),
            size: photo.version.size,
            uploaded: photo.uploaded,
            state: photo.state.name().into(),
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
