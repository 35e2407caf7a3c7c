//! The photographs of a gallery: as rows for the script that watches them, as frames for the page, marked in bulk.

/// Which photographs are shown, by what is said of them.
mod filter;
/// Saying of many photographs at once what they are and who sees them.
mod mark;
/// Moving photographs to a section.
mod section;
/// Which photographs the bar speaks of.
mod ticked;

pub(crate) use filter::{FILTERS, Filter};
pub(crate) use mark::{mark, shown_word, stage_word};
pub(crate) use section::shift;

use crate::Studio;
use crate::member::Named;
use axum::Json;
use axum::extract::{Query, State};
use bucket::Renditions;
use domain::gallery::{Counts, sections};
use domain::photo::{Photo, Shown, Stage, State as Is};
use futures::future::try_join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use table::Waiting;
use web::Failure;

/// Long edge in pixels of what a studio page shows of a photograph, on screens of double density.
const THUMB: u32 = 320;
/// Rows of one answer.
const ROWS: usize = 200;

/// How many photographs are in each state, counted from the rows themselves.
pub(crate) fn count(photos: &[Photo]) -> Counts {
    let mut counts = Counts::default();
    for photo in photos {
        match photo.state {
            Is::Ready(_) => counts.ready += 1,
            Is::Processing => counts.processing += 1,
            Is::Rejected { .. } => counts.rejected += 1,
        }
    }
    counts
}

/// The counts as JSON.
#[derive(Serialize)]
pub(crate) struct CountsJson {
    ready: u64,
    processing: u64,
    rejected: u64,
}

impl From<Counts> for CountsJson {
    fn from(counts: Counts) -> Self {
        Self {
            ready: counts.ready,
            processing: counts.processing,
            rejected: counts.rejected,
        }
    }
}

/// Names what a list of photographs shows: it changes when any photograph's place, state, version or mark does, and with
/// what waits.
pub(crate) fn fingerprint(photos: &[Photo], waiting: &[Waiting]) -> String {
    let mut hasher = DefaultHasher::new();
    for photo in photos {
        (photo.id.as_str(), &photo.version.id, photo.state.name()).hash(&mut hasher);
        let refused = photo.refused.as_ref().map(|refused| &refused.version);
        (photo.stage, photo.shown, photo.number, photo.fresh, refused).hash(&mut hasher);
        photo.section.hash(&mut hasher);
    }
    for waiting in waiting {
        (waiting.id.as_str(), &waiting.version.etag).hash(&mut hasher);
    }
    format!("{:016x}", hasher.finish())
}

/// Which rows are asked for.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    /// Ids with commas between; all if missing.
    ids: Option<String>,
    /// `ready`, `processing` or `rejected`; all if missing.
    state: Option<String>,
    /// Rows left out at the start.
    #[serde(default)]
    offset: usize,
    /// Rows at most.
    limit: Option<usize>,
}

#[derive(Serialize)]
pub(crate) struct Rows {
    fingerprint: String,
    enabled: bool,
    counts: CountsJson,
    photos: Vec<RowJson>,
    /// Where the next rows start; none: these were the last.
    next: Option<usize>,
}

#[derive(Serialize)]
struct RowJson {
    id: String,
    version: String,
    file_name: String,
    section: String,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb: Option<String>,
    truncated: bool,
    /// Which of its versions is shown.
    number: u32,
    /// Came as a new one while names replace.
    fresh: bool,
    /// What was to replace it last and could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<RefusedJson>,
}

#[derive(Serialize)]
struct RefusedJson {
    key: String,
    version: String,
    reason: String,
}

/// `GET …/photos`: counts and rows, as often as the page asks.
pub(crate) async fn rows(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Rows>, Failure> {
    let (photos, waiting) = tokio::try_join!(
        studio.table.photos_of(gallery.id),
        studio.table.waiting(gallery.id)
    )
    .map_err(Failure::fault)?;
    let asked = asked(&photos, &wanted);
    let end = asked.len().min(
        wanted
            .offset
            .saturating_add(wanted.limit.unwrap_or(ROWS).min(ROWS)),
    );
    let start = wanted.offset.min(end);
    let now = studio.now();
    let page = asked[start..end]
        .iter()
        .map(|photo| row(&studio.renditions, photo, now));
    Ok(Json(Rows {
        fingerprint: fingerprint(&photos, &waiting),
        enabled: gallery.enabled,
        counts: count(&photos).into(),
        photos: try_join_all(page).await?,
        next: (end < asked.len()).then_some(end),
    }))
}

/// In the clients' order: the first is the cover of a list.
fn asked<'a>(photos: &'a [Photo], wanted: &Wanted) -> Vec<&'a Photo> {
    let ids: Option<HashSet<&str>> = wanted.ids.as_deref().map(|ids| ids.split(',').collect());
    sections(photos)
        .into_iter()
        .flat_map(|section| section.photos)
        .filter(|photo| {
            ids.as_ref()
                .is_none_or(|ids| ids.contains(photo.id.as_str()))
        })
        .filter(|photo| {
            wanted
                .state
                .as_deref()
                .is_none_or(|state| state == photo.state.name())
        })
        .collect()
}

async fn row(renditions: &Renditions, photo: &Photo, now: Timestamp) -> Result<RowJson, Failure> {
    let reason = match &photo.state {
        Is::Rejected { reason, .. } => Some(reason.clone()),
        Is::Processing | Is::Ready(_) => None,
    };
    Ok(RowJson {
        id: photo.id.to_string(),
        version: photo.version.id.clone(),
        file_name: photo.file_name.clone(),
        section: photo.section.clone(),
        state: photo.state.name(),
        reason,
        thumb: thumb(renditions, photo, now).await?,
        truncated: photo.picture().is_some_and(|picture| picture.truncated),
        number: photo.number,
        fresh: photo.fresh,
        refused: photo.refused.as_ref().map(|refused| RefusedJson {
            key: refused.key.clone(),
            version: refused.version.clone(),
            reason: refused.reason.clone(),
        }),
    })
}

/// A presigned address of the photograph's small rendition, if clients may see the photograph.
pub(crate) async fn thumb(
    renditions: &Renditions,
    photo: &Photo,
    now: Timestamp,
) -> Result<Option<String>, Failure> {
    let Some(picture) = photo.picture() else {
        return Ok(None);
    };
    let Some((edge, ..)) = picture.rendition(THUMB) else {
        return Ok(None);
    };
    let key = Renditions::key(photo.gallery, &photo.id, &picture.tag, edge);
    let url = renditions
        .presign(&key, now)
        .await
        .map_err(Failure::fault)?;
    Ok(Some(url))
}

/// A ready photograph as the page's grid draws it.
pub(crate) struct Frame {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) file_name: String,
    pub(crate) thumb: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Width over height, within what a row can hold.
    pub(crate) ratio: String,
    pub(crate) average: String,
    pub(crate) truncated: bool,
    /// Where it stands, for its name.
    pub(crate) section: String,
    pub(crate) stage: Stage,
    pub(crate) shown: Shown,
    pub(crate) fresh: bool,
    /// Why the last file that was to replace it could not.
    pub(crate) refused: Option<String>,
}

impl Frame {
    /// What its box is called: `IMG_2041.jpg, Ceremony, Final, hidden from guests` (5.4).
    pub(crate) fn name(&self) -> String {
        let section = (!self.section.is_empty()).then_some(self.section.as_str());
        let stage = (self.stage != Stage::Undefined).then(|| mark::stage_word(self.stage));
        let shown = (self.shown != Shown::Everyone).then(|| mark::shown_word(self.shown));
        let fresh = self.fresh.then_some("new");
        let refused = self.refused.as_ref().map(|_| "could not be replaced");
        let name = Some(self.file_name.as_str());
        let words = [name, section, stage, shown, fresh, refused];
        words.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// The word in its strip; none when the photographer has said nothing.
    pub(crate) fn stage_word(&self) -> Option<&'static str> {
        (self.stage != Stage::Undefined).then(|| mark::stage_word(self.stage))
    }

    /// The words in its strip when not everyone sees it.
    pub(crate) fn shown_word(&self) -> Option<&'static str> {
        (self.shown != Shown::Everyone).then(|| mark::shown_word(self.shown))
    }
}

/// Draws one; `None` for a photograph clients do not see.
pub(crate) async fn frame(
    renditions: &Renditions,
    photo: &Photo,
    now: Timestamp,
) -> Result<Option<Frame>, Failure> {
    let (Some(picture), Some(thumb)) = (photo.picture(), thumb(renditions, photo, now).await?)
    else {
        return Ok(None);
    };
    let ratio = f64::from(picture.width) / f64::from(picture.height.max(1));
    Ok(Some(Frame {
        id: photo.id.to_string(),
        version: photo.version.id.clone(),
        file_name: photo.file_name.clone(),
        thumb,
        width: picture.width,
        height: picture.height,
        ratio: format!("{:.4}", ratio.clamp(0.4, 3.0)),
        average: picture.average.clone(),
        truncated: picture.truncated,
        section: photo.section.clone(),
        stage: photo.stage,
        shown: photo.shown,
        fresh: photo.fresh,
        refused: photo.refused.as_ref().map(|refused| refused.reason.clone()),
    }))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use domain::ids::{GalleryId, PhotoId};
    use domain::photo::{Picture, Version};

    pub(crate) fn ready() -> Is {
        Is::Ready(Picture {
            width: 3,
            height: 2,
            crc32: 0,
            thumbhash: String::new(),
            average: String::new(),
            captured: None,
            truncated: false,
            tag: String::new(),
            renditions: vec![],
            marked: false,
        })
    }

    pub(crate) fn photo(key: &str, version: &str, state: Is) -> Photo {
        Photo {
            id: PhotoId::of_key(key),
            gallery: GalleryId::new(Timestamp::UNIX_EPOCH),
            key: key.into(),
            section: String::new(),
            file_name: key.into(),
            version: Version {
                id: version.into(),
                etag: String::new(),
                size: 1,
            },
            state,
            uploaded: Timestamp::UNIX_EPOCH,
            stage: Stage::default(),
            shown: Shown::default(),
            number: 1,
            fresh: false,
            refused: None,
        }
    }

    fn rejected() -> Is {
        Is::Rejected {
            code: "empty".into(),
            reason: "The file is empty.".into(),
        }
    }

    /// What the page watches changes with a state, a version and a mark.
    #[test]
    fn a_fingerprint_changes_with_state_version_and_mark() {
        let before = [photo("a", "1", Is::Processing)];
        let of = |photos: &[Photo]| fingerprint(photos, &[]);
        assert_eq!(of(&before), of(&before.clone()));
        assert_ne!(of(&before), of(&[photo("a", "1", rejected())]));
        assert_ne!(of(&before), of(&[photo("a", "2", Is::Processing)]));
        let changed = |change: fn(&mut Photo)| {
            let mut after = before.clone();
            change(&mut after[0]);
            of(&after)
        };
        assert_ne!(of(&before), changed(|photo| photo.stage = Stage::Final));
        assert_ne!(of(&before), changed(|photo| photo.section = "A".into()));
        assert_ne!(of(&before), changed(|photo| photo.fresh = true));
    }

    #[test]
    fn rows_are_chosen_by_id_and_state() {
        let photos = [photo("a", "1", Is::Processing), photo("b", "1", rejected())];
        let wanted = |ids: Option<String>, state: Option<&str>| Wanted {
            ids,
            state: state.map(str::to_owned),
            offset: 0,
            limit: None,
        };
        assert_eq!(asked(&photos, &wanted(None, None)).len(), 2);
        assert_eq!(
            asked(&photos, &wanted(None, Some("rejected"))),
            [&photos[1]]
        );
        let id = photos[0].id.to_string();
        assert_eq!(asked(&photos, &wanted(Some(id), None)), [&photos[0]]);
        assert_eq!(asked(&photos, &wanted(Some("x".into()), None)).len(), 0);
    }
}
