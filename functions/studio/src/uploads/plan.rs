//! What a batch of files would do, before one of them travels: *48 replace, 2 to decide, 1 new* (P26, 4.5).

/// What is here already, and what a file would be beside it.
mod here;
#[cfg(test)]
mod tests;

use super::content::Content;
use super::{fit, start};
use crate::Studio;
use crate::member::Named as In;
use crate::photos::thumb;
use axum::Json;
use axum::extract::State;
use domain::file_name;
use domain::ids::PhotoId;
use domain::photo::{Photo, Stage};
use domain::replace::{Asked, Planned};
use here::{Found, Here, Meant};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use web::Failure;

/// Files of one question at most; a browser asks of more in several.
const FILES: usize = 5_000;

#[derive(Deserialize)]
pub(crate) struct Batch {
    files: Vec<File>,
    #[serde(default)]
    replace: bool,
    /// The state that everything in it shall carry.
    #[serde(default)]
    stage: Option<Stage>,
}

#[derive(Deserialize)]
struct File {
    name: String,
    #[serde(default)]
    section: String,
    #[serde(flatten)]
    content: Content,
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
    /// The same file is here: the same bytes under the same name.
    Same,
    /// It is, and its state rises to what is said; nothing is sent.
    Raises,
    /// As many bytes are here under the same name: asked again with its CRC-32, this says whether they are the same.
    Compare,
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
    raises: usize,
    compare: usize,
    exists: usize,
    ambiguous: usize,
    unfit: usize,
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
        .map(|file| fit::check(&file.name, file.content.size, &file.kind).map(drop))
        .collect();
    let fitting = || (0..batch.files.len()).filter(|place| fit[*place].is_ok());
    let asked: Vec<Asked<'_>> = fitting()
        .map(|place| Asked {
            file_name: &names[place],
            photo: here.of_key(&keys[place]).map(|photo| photo.id.clone()),
        })
        .collect();
    let mut planned = domain::replace::plan(&asked, &named).into_iter();
    let meant = Meant {
        replace: batch.replace,
        stage: batch.stage,
    };
    let one = |place: usize| match &fit[place] {
        Err(reason) => Found {
            reason: Some(reason.clone()),
            ..Found::of(Kind::Unfit, None)
        },
        Ok(()) => {
            let planned = planned.next().unwrap_or(Planned::New);
            here.file(&keys[place], batch.files[place].content, meant, planned)
        }
    };
    (0..batch.files.len()).map(one).collect()
}

impl Totals {
    fn add(&mut self, kind: Kind) {
        let count = match kind {
            Kind::New => &mut self.new,
            Kind::Replaces => &mut self.replaces,
            Kind::Same => &mut self.same,
            Kind::Raises => &mut self.raises,
            Kind::Compare => &mut self.compare,
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
            (self.raises, "to mark only"),
            (self.same, "here already"),
            (self.compare, "to compare"),
            (self.exists, "of a name that is taken"),
            (self.unfit, "unreadable"),
        ];
        let said = parts.iter().filter(|(count, _)| *count > 0);
        let said = said.map(|(count, what)| format!("{count} {what}"));
        said.collect::<Vec<_>>().join(", ")
    }
}
