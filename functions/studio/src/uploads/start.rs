//! Beginning an upload: under which key, and what its object carries of the form (P26–P28).

use super::content::{Content, Likeness};
use super::fit::{self, Kind};
use crate::Studio;
use crate::member::{From, Me, Named as In};
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::activity::What;
use domain::file_name;
use domain::gallery::Gallery;
use domain::ids::PhotoId;
use domain::photo::{Photo, Stage, State as Is};
use domain::replace::{Match, Named, Replaces, Wish, match_name, stem};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use web::Failure;

/// A file as the browser describes it.
#[derive(Deserialize)]
pub(crate) struct File {
    name: String,
    #[serde(default)]
    section: String,
    #[serde(flatten)]
    content: Content,
    /// What the browser takes it for; only used to explain a refusal.
    #[serde(default, rename = "type")]
    kind: String,
    /// *Replace existing files with same file name* (P26).
    #[serde(default)]
    replace: bool,
    /// The state it shall carry (P27); none: Undefined for a new photograph, the old one's for a new version.
    #[serde(default)]
    stage: Option<Stage>,
    /// The photograph it replaces, whatever it is called (P28).
    #[serde(default)]
    target: Option<PhotoId>,
}

/// An upload that was begun.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Started {
    key: String,
    upload_id: String,
    /// The photograph it will become.
    photo: PhotoId,
    /// The version that is there now and will be replaced; its row speaks of it until the new one is read.
    replaces: Option<String>,
    /// A file that was refused before, so that its refusal is not taken for this one's.
    refused: Option<String>,
    /// Whether to complete with `replace`.
    replace: bool,
}

/// Where an upload goes.
struct Aim {
    key: String,
    photo: PhotoId,
    there: Option<Photo>,
    /// The object under the key may be written over.
    over: bool,
    /// There is one, and it was not said that it is to be replaced.
    taken: bool,
    wish: Wish,
}

/// `POST …/uploads`: begins one, or says why not. What is here already, byte for byte, is not sent; its state rises to what
/// is said of it (P48).
pub(crate) async fn start(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    In { gallery, .. }: In,
    Json(file): Json<File>,
) -> Result<Response, Failure> {
    let kind = fit::check(&file.name, file.content.size, &file.kind).map_err(Failure::Unfit)?;
    let aim = match aim(&studio, &gallery, &file, kind).await? {
        Ok(aim) => aim,
        Err(answer) => return Ok(answer),
    };
    if let Some(there) = &aim.there
        && file.content.shown_by(there) == Likeness::Same
    {
        raise(&studio, (&me, &from), &gallery, there, file.stage).await?;
        return Ok(exists(&aim.key, Some(there), Same::Yes));
    }
    if aim.taken {
        let same = Same::of(&file, aim.there.as_ref());
        return Ok(exists(&aim.key, aim.there.as_ref(), same));
    }
    let started = studio
        .originals
        .start_upload(&aim.key, kind.content_type, &aim.wish)
        .await;
    Ok(Json(Started {
        upload_id: started.map_err(Failure::fault)?,
        photo: aim.photo,
        replaces: aim.there.as_ref().map(|photo| photo.version.id.clone()),
        refused: aim
            .there
            .and_then(|photo| photo.refused)
            .map(|refused| refused.version),
        replace: aim.over,
        key: aim.key,
    })
    .into_response())
}

async fn aim(
    studio: &Studio,
    gallery: &Gallery,
    file: &File,
    kind: Kind,
) -> Result<Result<Aim, Response>, Failure> {
    if let Some(target) = &file.target {
        let photos = studio.table.photos_of(gallery.id).await;
        let mut photos = photos.map_err(Failure::fault)?.into_iter();
        let photo = photos.find(|photo| photo.id == *target);
        let photo = photo.ok_or(Failure::NotFound)?;
        return version(studio, gallery, file, kind, photo).await.map(Ok);
    }
    let key = file_name::key(&gallery.folder, &file.section, &file.name);
    let there = studio.table.photo_of_key(gallery.id, &key).await;
    let there = there.map_err(Failure::fault)?;
    let rejected = there
        .as_ref()
        .is_some_and(|photo| matches!(photo.state, Is::Rejected { .. }));
    match there {
        // What no client ever saw is replaced without asking.
        Some(photo) if file.replace || rejected => Ok(Ok(Aim {
            key,
            photo: photo.id.clone(),
            wish: of(Replaces::Photo(photo.id.clone()), file),
            there: Some(photo),
            over: true,
            taken: false,
        })),
        Some(photo) => Ok(Ok(Aim {
            key,
            photo: photo.id.clone(),
            wish: of(Replaces::Photo(photo.id.clone()), file),
            there: Some(photo),
            over: false,
            taken: true,
        })),
        None if file.replace => by_name(studio, gallery, file, kind, key).await,
        None => Ok(Ok(new(key, file))),
    }
}

/// A file whose key is nobody's: what its name means.
async fn by_name(
    studio: &Studio,
    gallery: &Gallery,
    file: &File,
    kind: Kind,
    key: String,
) -> Result<Result<Aim, Response>, Failure> {
    let photos = studio.table.photos_of(gallery.id).await;
    let mut photos = photos.map_err(Failure::fault)?;
    let name = file_name::safe(&file.name);
    match match_name(&name, &named(&photos)) {
        Match::None => Ok(Ok(new(key, file))),
        Match::Several(candidates) => Ok(Err(ambiguous(&name, &candidates))),
        Match::One { photo, .. } => {
            photos.retain(|one| one.id == photo);
            let photo = photos.pop().ok_or(Failure::NotFound)?;
            version(studio, gallery, file, kind, photo).await.map(Ok)
        }
    }
}

pub(super) fn named(photos: &[Photo]) -> Vec<Named> {
    let one = |photo: &Photo| Named {
        photo: photo.id.clone(),
        file_name: photo.file_name.clone(),
    };
    photos.iter().map(one).collect()
}

fn new(key: String, file: &File) -> Aim {
    Aim {
        photo: PhotoId::of_key(&key),
        key,
        there: None,
        over: false,
        taken: false,
        wish: of(Replaces::New, file),
    }
}

/// A new version of a photograph: under its key if the kind of file is the same, else under one of its own, beside it
/// and with the camera's stem, whatever the file is called here (P28).
async fn version(
    studio: &Studio,
    gallery: &Gallery,
    file: &File,
    kind: Kind,
    photo: Photo,
) -> Result<Aim, Failure> {
    let (mut key, mut over) = (photo.key.clone(), true);
    if fit::kind(&key) != Some(kind) {
        let section = photo.section.replace(" / ", "/");
        let stem = stem(&photo.file_name);
        let own = |stem: &str| {
            let name = format!("{stem}.{}", kind.extension);
            file_name::key(&gallery.folder, &section, &name)
        };
        key = own(stem);
        (over, key) = match owner(studio, gallery, &key).await? {
            Owner::Nobody => (false, key),
            Owner::Photo(id) if id == photo.id => (true, key),
            _ => (true, own(&format!("{stem}-{}", &photo.id.as_str()[..8]))),
        };
    }
    Ok(Aim {
        key,
        photo: photo.id.clone(),
        wish: of(Replaces::Photo(photo.id.clone()), file),
        there: Some(photo),
        over,
        taken: false,
    })
}

enum Owner {
    Nobody,
    Photo(PhotoId),
    /// It waits, was left out, or belongs to a photograph that went.
    Somebody,
}

async fn owner(studio: &Studio, gallery: &Gallery, key: &str) -> Result<Owner, Failure> {
    let table = &studio.table;
    if let Some(photo) = table
        .photo_of_key(gallery.id, key)
        .await
        .map_err(Failure::fault)?
    {
        return Ok(Owner::Photo(photo.id));
    }
    let free = table.key_is_free(gallery.id, key).await;
    Ok(if free.map_err(Failure::fault)? {
        Owner::Nobody
    } else {
        Owner::Somebody
    })
}

fn of(replaces: Replaces, file: &File) -> Wish {
    Wish {
        replaces: Some(replaces),
        stage: file.stage,
    }
}

/// Marks a photograph whose very file was chosen again with a higher state. Its orders are shipped as those of finals that
/// arrive: by the studio, or by the sweep, all that came together.
async fn raise(
    studio: &Studio,
    (me, from): (&Me, &From),
    gallery: &Gallery,
    photo: &Photo,
    stage: Option<Stage>,
) -> Result<(), Failure> {
    let Some(stage) = stage.filter(|stage| *stage > photo.stage) else {
        return Ok(());
    };
    let ids = std::slice::from_ref(&photo.id);
    let marked = studio
        .table
        .mark_photos(gallery.id, ids, Some(stage), None)
        .await?;
    if marked == 0 {
        return Err(Failure::NotFound);
    }
    let what = What::Replaced {
        photo: photo.id.clone(),
        file_name: photo.file_name.clone(),
        change: format!("the same file came again as {}", stage.word()),
    };
    studio.log(me, from, Some(gallery.id), what).await
}

/// Whether a file is the one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Same {
    Yes,
    No,
    /// It has as many bytes: asked again with its CRC-32, this is known.
    Compare,
}

impl Same {
    /// What is still prepared has no CRC-32 yet. As many bytes are taken for the same then: a folder that is picked again
    /// while the first pick is on its way.
    fn of(file: &File, there: Option<&Photo>) -> Self {
        let Some(there) = there else { return Self::No };
        match file.content.shown_by(there) {
            Likeness::Same => Self::Yes,
            Likeness::Perhaps => Self::Compare,
            Likeness::Other if there.state != Is::Processing => Self::No,
            Likeness::Other if there.version.size == file.content.size => Self::Yes,
            Likeness::Other => Self::No,
        }
    }
}

/// Why nothing was begun or completed: there is one of that name.
#[derive(Serialize)]
struct Exists<'a> {
    error: &'static str,
    message: String,
    photo: String,
    /// The version that is there.
    replaces: Option<&'a str>,
    /// The one that is there, picked again to go on with a folder.
    same: bool,
    /// To be asked again with the file's CRC-32.
    compare: bool,
}

pub(super) fn exists(key: &str, there: Option<&Photo>, same: Same) -> Response {
    let name = key.rsplit('/').next().unwrap_or(key);
    let photo = there.map_or_else(|| PhotoId::of_key(key), |photo| photo.id.clone());
    let body = Exists {
        error: "conflict",
        message: format!("{name} is here already. Replace it, or leave this one out."),
        photo: photo.to_string(),
        replaces: there.map(|there| there.version.id.as_str()),
        same: same == Same::Yes,
        compare: same == Same::Compare,
    };
    (StatusCode::CONFLICT, Json(body)).into_response()
}

/// Why nothing was begun: the photographer says first which photograph is meant.
fn ambiguous(name: &str, candidates: &[PhotoId]) -> Response {
    let message = format!("Several photographs may be meant by {name}. Say which one it replaces.");
    let body =
        serde_json::json!({ "error": "ambiguous", "message": message, "candidates": candidates });
    (StatusCode::CONFLICT, Json(body)).into_response()
}
