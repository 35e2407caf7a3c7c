//! What a batch of files would do, before one of them travels: *48 replace, 2 to decide, 1 new* (P26, 4.5).

use super::{fit, start};
use crate::Studio;
use crate::member::Named as In;
use crate::photos::thumb;
use axum::Json;
use axum::extract::State;
use domain::file_name;
use domain::ids::PhotoId;
use domain::photo::{Photo, State as Is};
use domain::replace::{Asked, Planned};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use table::Settled;
use web::Failure;

/// Files of one question at most; a browser asks of more in several.
const FILES: usize = 5_000;

#[derive(Deserialize)]
pub(crate) struct Batch {
    files: Vec<File>,
    #[serde(default)]
    replace: bool,
}

#[derive(Deserialize)]
struct File {
    name: String,
    #[serde(default)]
    section: String,
    size: u64,
    #[serde(default, rename = "type")]
    kind: String,
}

/// What becomes of the batch, file by file and counted.
#[derive(Debug, Serialize)]
pub(crate) struct Plan {
    files: Vec<FilePlan>,
    totals: Totals,
    /// The totals in words.
    sentence: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    New,
    Replaces,
    /// The same file is here: as many bytes under the same name.
    Same,
    /// There is one of that name, and files are not to be replaced.
    Exists,
    Ambiguous,
    Unfit,
}

#[derive(Debug, Serialize)]
struct FilePlan {
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    photo: Option<PhotoId>,
    /// The photograph it replaces or is.
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<Candidate>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Candidate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A photograph that may be meant.
#[derive(Debug, Serialize)]
struct Candidate {
    id: PhotoId,
    file_name: String,
    section: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumb: Option<String>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
struct Totals {
    new: usize,
    replaces: usize,
    same: usize,
    exists: usize,
    ambiguous: usize,
    unfit: usize,
}

/// What is here already, to plan beside.
struct Here<'a> {
    folder: &'a str,
    photos: &'a [Photo],
    by_id: HashMap<&'a PhotoId, &'a Photo>,
    settled: HashMap<&'a str, &'a Settled>,
}

/// One file's plan before candidates are drawn.
struct Found {
    kind: Kind,
    photo: Option<PhotoId>,
    candidates: Vec<PhotoId>,
    reason: Option<String>,
}

/// `POST …/uploads/plan`: says it and changes nothing.
pub(crate) async fn plan(
    State(studio): State<Studio>,
    In { gallery, .. }: In,
    Json(batch): Json<Batch>,
) -> Result<Json<Plan>, Failure> {
    if batch.files.len() > FILES {
        return Err(Failure::Unfit("These are too many files at once.".into()));
    }
    let photos = studio.table.photos_of(gallery.id).await;
    let photos = photos.map_err(Failure::fault)?;
    let settled = studio.table.settled(gallery.id).await;
    let settled = settled.map_err(Failure::fault)?;
    let here = Here::new(&gallery.folder, &photos, &settled);
    let now = studio.now();
    let (mut files, mut totals) = (Vec::with_capacity(batch.files.len()), Totals::default());
    for found in found(&batch, &here) {
        totals.add(found.kind);
        let mut candidates = Vec::with_capacity(found.candidates.len());
        for photo in found.candidates.iter().filter_map(|id| here.by_id.get(id)) {
            candidates.push(candidate(&studio, photo, now).await?);
        }
        let shown = found.photo.as_ref().and_then(|id| here.by_id.get(id));
        files.push(FilePlan {
            here: match shown {
                Some(photo) => Some(candidate(&studio, photo, now).await?),
                None => None,
            },
            kind: found.kind,
            photo: found.photo,
            candidates,
            reason: found.reason,
        });
    }
    Ok(Json(Plan {
        files,
        sentence: totals.sentence(),
        totals,
    }))
}

async fn candidate(studio: &Studio, photo: &Photo, now: Timestamp) -> Result<Candidate, Failure> {
    Ok(Candidate {
        id: photo.id.clone(),
        file_name: photo.file_name.clone(),
        section: photo.section.clone(),
        thumb: thumb(&studio.renditions, photo, now).await?,
    })
}

impl<'a> Here<'a> {
    fn new(folder: &'a str, photos: &'a [Photo], settled: &'a [Settled]) -> Self {
        Self {
            folder,
            photos,
            by_id: photos.iter().map(|photo| (&photo.id, photo)).collect(),
            settled: settled
                .iter()
                .map(|object| (object.key.as_str(), object))
                .collect(),
        }
    }

    /// The photograph that a key belongs to.
    fn of_key(&self, key: &str) -> Option<&'a Photo> {
        let remembered = self
            .settled
            .get(key)
            .and_then(|object| object.photo.as_ref());
        let own = PhotoId::of_key(key);
        self.by_id.get(remembered.unwrap_or(&own)).copied()
    }
}

fn found(batch: &Batch, here: &Here<'_>) -> Vec<Found> {
    let named = start::named(here.photos);
    let names: Vec<String> = batch
        .files
        .iter()
        .map(|file| file_name::safe(&file.name))
        .collect();
    let keys: Vec<String> = batch
        .files
        .iter()
        .map(|file| file_name::key(here.folder, &file.section, &file.name))
        .collect();
    let fit: Vec<Result<(), String>> = batch
        .files
        .iter()
        .map(|file| fit::check(&file.name, file.size, &file.kind).map(drop))
        .collect();
    let fitting = || (0..batch.files.len()).filter(|place| fit[*place].is_ok());
    let asked: Vec<Asked<'_>> = fitting()
        .map(|place| Asked {
            file_name: &names[place],
            photo: here.of_key(&keys[place]).map(|photo| photo.id.clone()),
        })
        .collect();
    let mut planned = domain::replace::plan(&asked, &named).into_iter();
    let one = |place: usize| match &fit[place] {
        Err(reason) => Found {
            reason: Some(reason.clone()),
            ..Found::of(Kind::Unfit, None)
        },
        Ok(()) => {
            let planned = planned.next().unwrap_or(Planned::New);
            here.file(
                &keys[place],
                batch.files[place].size,
                batch.replace,
                planned,
            )
        }
    };
    (0..batch.files.len()).map(one).collect()
}

impl Here<'_> {
    fn file(&self, key: &str, size: u64, replace: bool, planned: Planned) -> Found {
        let own = self.of_key(key);
        if !replace {
            return match own {
                Some(photo) if !matches!(photo.state, Is::Rejected { .. }) => {
                    let same = photo.version.size == size || self.was(key, size);
                    let kind = if same { Kind::Same } else { Kind::Exists };
                    Found::of(kind, Some(photo.id.clone()))
                }
                Some(photo) => Found::of(Kind::Replaces, Some(photo.id.clone())),
                None => Found::of(Kind::New, None),
            };
        }
        match planned {
            Planned::New => Found::of(Kind::New, None),
            Planned::Replaces { photo, .. } => {
                let shown = self.by_id.get(&photo).map(|photo| photo.version.size);
                let same = shown == Some(size) || self.was(key, size);
                let kind = if same { Kind::Same } else { Kind::Replaces };
                Found::of(kind, Some(photo))
            }
            Planned::Ambiguous(candidates) => {
                if let Some(photo) = self.only_of(size, &candidates) {
                    return Found::of(Kind::Same, Some(photo));
                }
                let reason = match candidates.as_slice() {
                    [] => "Another file of this upload has the same name but for its ending.",
                    [_] => "Another file of this upload means the same photograph.",
                    _ => "Several photographs have this name.",
                };
                Found {
                    candidates,
                    reason: Some(reason.into()),
                    ..Found::of(Kind::Ambiguous, None)
                }
            }
        }
    }

    /// Of several photographs of a name, the only one that shows a file of so many bytes: a folder that is put twice asks
    /// nothing twice (P31).
    fn only_of(&self, size: u64, candidates: &[PhotoId]) -> Option<PhotoId> {
        let shows = |id: &&PhotoId| self.by_id.get(id).is_some_and(|p| p.version.size == size);
        let mut same = candidates.iter().filter(shows);
        let one = same.next().filter(|_| candidates.len() > 1)?;
        same.next().is_none().then(|| one.clone())
    }

    /// Whether a file of so many bytes was put under this key last, whatever its photograph shows by now.
    fn was(&self, key: &str, size: u64) -> bool {
        self.settled
            .get(key)
            .is_some_and(|object| object.size == size)
    }
}

impl Found {
    fn of(kind: Kind, photo: Option<PhotoId>) -> Self {
        Self {
            kind,
            photo,
            candidates: Vec::new(),
            reason: None,
        }
    }
}

impl Totals {
    fn add(&mut self, kind: Kind) {
        let count = match kind {
            Kind::New => &mut self.new,
            Kind::Replaces => &mut self.replaces,
            Kind::Same => &mut self.same,
            Kind::Exists => &mut self.exists,
            Kind::Ambiguous => &mut self.ambiguous,
            Kind::Unfit => &mut self.unfit,
        };
        *count += 1;
    }

    /// `48 replace, 2 to decide, 1 new`; what there is none of is left out.
    fn sentence(&self) -> String {
        let parts = [
            (self.replaces, "replace"),
            (self.ambiguous, "to decide"),
            (self.new, "new"),
            (self.same, "here already"),
            (self.exists, "of a name that is taken"),
            (self.unfit, "unreadable"),
        ];
        let said = parts.iter().filter(|(count, _)| *count > 0);
        let said = said.map(|(count, what)| format!("{count} {what}"));
        said.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::GalleryId;
    use domain::photo::{Shown, Stage, Version};

    fn photo(key: &str, name: &str, size: u64) -> Photo {
        Photo {
            id: PhotoId::of_key(key),
            gallery: GalleryId::new(Timestamp::UNIX_EPOCH),
            key: key.into(),
            section: String::new(),
            file_name: name.into(),
            version: Version {
                id: "1".into(),
                etag: String::new(),
                size,
            },
            state: Is::Processing,
            uploaded: Timestamp::UNIX_EPOCH,
            stage: Stage::default(),
            shown: Shown::default(),
            number: 1,
            fresh: false,
            refused: None,
        }
    }

    fn kinds(files: &[(&str, &str, u64)], replace: bool, here: &Here<'_>) -> (Vec<Kind>, String) {
        let file = |(section, name, size): &(&str, &str, u64)| File {
            name: (*name).into(),
            section: (*section).into(),
            size: *size,
            kind: String::new(),
        };
        let files = files.iter().map(file).collect();
        let batch = Batch { files, replace };
        let mut totals = Totals::default();
        let found = found(&batch, here);
        found.iter().for_each(|found| totals.add(found.kind));
        let kinds = found.iter().map(|found| found.kind).collect();
        (kinds, totals.sentence())
    }

    /// P26: the preview says of each file what it would do, and counts.
    #[test]
    fn a_batch_is_told_before_it_travels() {
        let photos = [
            photo("f/A/IMG_1.jpg", "IMG_1.jpg", 10),
            photo("f/A/IMG_2.jpg", "IMG_2.jpg", 20),
            photo("f/A/x.jpg", "x.jpg", 30),
            photo("f/B/x.jpg", "x.jpg", 31),
        ];
        let settled = [Settled {
            key: "f/A/IMG_2.jpg".into(),
            etag: "proof".into(),
            size: 15,
            photo: Some(photos[1].id.clone()),
        }];
        let here = Here::new("f", &photos, &settled);
        let files = [
            ("", "img_1.TIF", 99),
            ("", "IMG_2.jpg", 20),
            ("A", "IMG_2.jpg", 15),
            ("", "x.png", 1),
            ("B", "x.jpg", 1),
            ("", "new.jpg", 1),
            ("", "IMG_1.CR3", 1),
        ];
        use Kind::{Ambiguous, Exists, New, Replaces, Same, Unfit};
        let (told, sentence) = kinds(&[files[0], files[3], files[4], files[5]], true, &here);
        assert_eq!(told, [Replaces, Ambiguous, Replaces, New]);
        assert_eq!(sentence, "2 replace, 1 to decide, 1 new");
        // P31: a folder picked again, also its proofs after the finals took their place
        assert_eq!(kinds(&files[1..2], true, &here).0, [Same]);
        assert_eq!(kinds(&files[2..3], true, &here).0, [Same]);
        assert_eq!(kinds(&files[1..3], true, &here).0, [Ambiguous, Ambiguous]);
        assert_eq!(kinds(&[("", "x.jpg", 31)], true, &here).0, [Same]);
        let (told, sentence) = kinds(&files, false, &here);
        assert_eq!(told, [New, New, Same, New, Exists, New, Unfit]);
        assert_eq!(
            sentence,
            "4 new, 1 here already, 1 of a name that is taken, 1 unreadable"
        );
    }
}
