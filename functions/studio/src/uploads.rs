//! Multipart uploads from the browser straight to the bucket: the server starts, signs, lists and completes them.
//!
//! Completing is the server's: only so can it insist that nothing is overwritten unless that was asked for.
//! A key that does not lie in the gallery's own folder is refused in every call.

/// Whether a file is one that is here.
mod content;
/// What a file may be, before a byte of it travels.
mod fit;
/// What a batch of files would do, before it is begun.
mod plan;
/// Beginning one: its key, and what its object carries of the form.
mod start;

pub(crate) use plan::plan;
pub(crate) use start::start;

use start::Same;

use crate::Studio;
use crate::member::Named;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use bucket::Completed;
use domain::file_name::Place;
use domain::gallery::Gallery;
use domain::ids::PhotoId;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use web::Failure;

/// S3's own limit of parts in an upload.
const MAX_PARTS: i32 = 10_000;

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
    let there = studio.table.photo_of_key(gallery.id, key).await;
    let there = there.map_err(Failure::fault)?;
    match outcome.map_err(Failure::fault)? {
        Completed::Done => {
            // of a key that is new it is known when its object is read; what `start` said holds
            let photo = there.map_or_else(|| PhotoId::of_key(key), |photo| photo.id);
            Ok(Json(serde_json::json!({ "photo": photo })).into_response())
        }
        Completed::Exists => Ok(start::exists(key, there.as_ref(), Same::No)),
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
