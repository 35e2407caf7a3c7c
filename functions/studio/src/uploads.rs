//! Multipart uploads from the browser straight to the bucket: the server starts, signs, lists and completes them.
//!
//! Completing is the server's: only so can it insist that nothing is overwritten unless that was asked for.
//! A key that does not lie in the gallery's own folder is refused in every call.

use crate::Studio;
use crate::member::Named;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use bucket::Completed;
use domain::file_name::{self, Place};
use domain::gallery::Gallery;
use domain::ids::{LinkToken, PhotoId};
use domain::photo::{Photo, State as Stage};
use domain::replace::Wish;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use web::{Failure, words};

/// Bytes of one photograph at most.
const MAX_BYTES: u64 = 200_000_000;
/// S3's own limit of parts in an upload.
const MAX_PARTS: i32 = 10_000;

/// A file as the browser describes it.
#[derive(Deserialize)]
pub(crate) struct File {
    name: String,
    #[serde(default)]
    section: String,
    size: u64,
    /// What the browser takes it for; only used to explain a refusal.
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    replace: bool,
}

/// An upload that was begun.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Started {
    key: String,
    upload_id: String,
    /// The photograph it will become.
    photo: String,
    /// The version that is there now and will be replaced; its row speaks of it until the new one is read.
    replaces: Option<String>,
    /// Whether to complete with `replace`.
    replace: bool,
}

/// `POST …/uploads`: begins one, or says why not.
pub(crate) async fn start(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Json(file): Json<File>,
) -> Result<Response, Failure> {
    let content_type = check(&file).map_err(Failure::Unfit)?;
    let key = file_name::key(&gallery.folder, &file.section, &file.name);
    let photo = PhotoId::of_key(&key);
    let there = find(&studio, &gallery, &photo).await?;
    let rejected = there
        .as_ref()
        .is_some_and(|p| matches!(p.state, Stage::Rejected { .. }));
    if let Some(there) = &there
        && !file.replace
        && !rejected
    {
        return Ok(exists(&photo, &key, Some(there), Some(file.size)));
    }
    let started = studio
        .originals
        .start_upload(&key, content_type, &Wish::default())
        .await;
    Ok(Json(Started {
        upload_id: started.map_err(Failure::fault)?,
        photo: photo.to_string(),
        replaces: there.map(|photo| photo.version.id),
        // What no client ever saw is replaced without asking.
        replace: file.replace || rejected,
        key,
    })
    .into_response())
}

async fn find(
    studio: &Studio,
    gallery: &Gallery,
    photo: &PhotoId,
) -> Result<Option<Photo>, Failure> {
    let link: LinkToken = gallery.link.parse()?;
    let found = studio
        .table
        .photo(&link, &table::Proofs::default(), photo, studio.now())
        .await
        .map_err(Failure::fault)?;
    Ok(found.and_then(|(_, photo)| photo))
}

/// Why nothing was begun or completed: there is one of that name.
#[derive(Serialize)]
struct Exists {
    error: &'static str,
    message: String,
    photo: String,
    /// The version that is there.
    replaces: Option<String>,
    /// As many bytes as the one that is there: most likely the same file, picked again to go on with a folder.
    same: bool,
}

fn exists(photo: &PhotoId, key: &str, there: Option<&Photo>, size: Option<u64>) -> Response {
    let name = key.rsplit('/').next().unwrap_or(key);
    let body = Exists {
        error: "conflict",
        message: format!("{name} is here already. Replace it, or leave this one out."),
        photo: photo.to_string(),
        replaces: there.map(|there| there.version.id.clone()),
        same: there.is_some_and(|there| Some(there.version.size) == size),
    };
    (StatusCode::CONFLICT, Json(body)).into_response()
}

/// What is refused before a byte travels. What is in the file is looked at when it has arrived. Content type by name.
fn check(file: &File) -> Result<&'static str, String> {
    if file.size == 0 {
        return Err("The file is empty.".into());
    }
    if file.size > MAX_BYTES {
        return Err(format!(
            "The file is too large: {} of at most {}. Export a smaller JPEG.",
            words::bytes(file.size),
            words::bytes(MAX_BYTES)
        ));
    }
    let extension = file
        .name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_lowercase());
    match extension.as_deref().unwrap_or_default() {
        "jpg" | "jpeg" | "jpe" => Ok("image/jpeg"),
        "png" => Ok("image/png"),
        "webp" => Ok("image/webp"),
        "tif" | "tiff" => Ok("image/tiff"),
        "gif" => Ok("image/gif"),
        "heic" | "heif" => Err("This is a HEIC picture. Export a JPEG, or set the phone’s camera to “Most compatible”.".into()),
        "cr2" | "cr3" | "nef" | "arw" | "dng" | "raf" | "orf" | "rw2" | "pef" | "srw" => {
            Err("This is a camera raw file. Develop it and export a JPEG.".into())
        }
        _ if file.kind.starts_with("video/") => Err("This is a video. Galleries show photographs only.".into()),
        _ => Err("Not a photograph by its name. JPEG, PNG, WebP, TIFF and GIF are taken.".into()),
    }
}

/// The key an upload was begun with.
#[derive(Deserialize)]
pub(crate) struct Key {
    key: String,
}

/// A key of another gallery's folder is as good as unknown.
fn own<'a>(gallery: &Gallery, key: &'a str) -> Result<&'a str, Failure> {
    match Place::of_key(key) {
        Some(place) if place.folder == gallery.folder => Ok(key),
        _ => Err(Failure::NotFound),
    }
}

#[derive(Deserialize)]
pub(crate) struct Upload {
    upload: String,
    #[serde(default)]
    part: i32,
}

#[derive(Serialize)]
struct PartJson {
    number: i32,
    size: u64,
    etag: String,
}

/// `GET …/uploads/{upload}/parts`: what the bucket holds already, so that a resumed upload sends the rest only.
pub(crate) async fn parts(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Path(path): Path<Upload>,
    Query(query): Query<Key>,
) -> Result<Response, Failure> {
    let key = own(&gallery, &query.key)?;
    let parts = studio.originals.parts(key, &path.upload).await;
    let parts = parts.map_err(Failure::fault)?.ok_or(Failure::NotFound)?;
    let parts: Vec<PartJson> = parts
        .into_iter()
        .map(|part| PartJson {
            number: part.number,
            size: part.size,
            etag: part.etag,
        })
        .collect();
    Ok(Json(parts).into_response())
}

#[derive(Serialize)]
pub(crate) struct Signed {
    url: String,
}

/// `GET …/uploads/{upload}/parts/{part}`: where to PUT that part within the next 15 minutes.
pub(crate) async fn sign(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Path(path): Path<Upload>,
    Query(query): Query<Key>,
) -> Result<Json<Signed>, Failure> {
    let key = own(&gallery, &query.key)?;
    if !(1..=MAX_PARTS).contains(&path.part) {
        return Err(Failure::NotFound);
    }
    let url = studio
        .originals
        .presign_part(key, &path.upload, path.part, studio.now())
        .await;
    Ok(Json(Signed {
        url: url.map_err(Failure::fault)?,
    }))
}

/// The parts of an upload, as the bucket named them when it took them.
#[derive(Deserialize)]
pub(crate) struct Complete {
    key: String,
    parts: Vec<Part>,
    #[serde(default)]
    replace: bool,
}

#[derive(Deserialize)]
struct Part {
    number: i32,
    etag: String,
}

/// `POST …/uploads/{upload}/complete`: makes the object; without `replace` never over one that is there.
pub(crate) async fn complete(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Path(path): Path<Upload>,
    Json(mut body): Json<Complete>,
) -> Result<Response, Failure> {
    let key = own(&gallery, &body.key)?;
    body.parts.sort_by_key(|part| part.number);
    let parts: Vec<(i32, String)> = body
        .parts
        .into_iter()
        .map(|part| (part.number, part.etag))
        .collect();
    let outcome = studio
        .originals
        .complete_upload(key, &path.upload, &parts, body.replace)
        .await;
    let photo = PhotoId::of_key(key);
    match outcome.map_err(Failure::fault)? {
        Completed::Done => Ok(Json(serde_json::json!({ "photo": photo.as_str() })).into_response()),
        Completed::Exists => {
            let there = find(&studio, &gallery, &photo).await?;
            Ok(exists(&photo, key, there.as_ref(), None))
        }
        Completed::Gone => Err(Failure::NotFound),
        Completed::Mismatch => Err(Failure::Unfit(
            "Not all of the file arrived. Try it again.".into(),
        )),
    }
}

/// `DELETE …/uploads/{upload}`: gives it up; what was sent is thrown away.
pub(crate) async fn cancel(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
    Path(path): Path<Upload>,
    Query(query): Query<Key>,
) -> Result<StatusCode, Failure> {
    let key = own(&gallery, &query.key)?;
    let given_up = studio.originals.abort_upload(key, &path.upload).await;
    given_up.map_err(Failure::fault)?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str, size: u64) -> File {
        File {
            name: name.into(),
            section: String::new(),
            size,
            kind: String::new(),
            replace: false,
        }
    }

    /// what cannot become a photograph is refused before it travels, in words that say what to do.
    #[test]
    fn unfit_files_are_refused_with_a_sentence() {
        assert_eq!(check(&file("IMG_1.JPG", 24_000_000)), Ok("image/jpeg"));
        assert!(check(&file("IMG_1.jpg", 0)).unwrap_err().contains("empty"));
        assert!(
            check(&file("IMG_1.jpg", MAX_BYTES + 1))
                .unwrap_err()
                .contains("too large")
        );
        assert!(check(&file("IMG_1.CR3", 9)).unwrap_err().contains("raw"));
        assert!(check(&file("IMG_1.heic", 9)).unwrap_err().contains("JPEG"));
        assert!(
            check(&file("notes.txt", 9))
                .unwrap_err()
                .contains("Not a photograph")
        );
        assert!(check(&file("jpg", 9)).is_err());
    }

    /// a key leads into this gallery's folder or nowhere.
    #[test]
    fn a_key_of_another_folder_is_unknown() {
        let gallery = Gallery::new(
            "Marta & Jonas".into(),
            "marta-jonas-7k2qm4".into(),
            jiff::Timestamp::UNIX_EPOCH,
        );
        assert!(own(&gallery, "marta-jonas-7k2qm4/Ceremony/IMG_1.jpg").is_ok());
        for key in [
            "other-folder/IMG_1.jpg",
            "marta-jonas-7k2qm4x/IMG_1.jpg",
            "marta-jonas-7k2qm4",
            "marta-jonas-7k2qm4/",
            "/marta-jonas-7k2qm4/IMG_1.jpg",
        ] {
            assert_eq!(own(&gallery, key), Err(Failure::NotFound), "{key}");
        }
    }
}
