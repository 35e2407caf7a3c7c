//! One original, byte for byte as the camera made it (L17, L25).

use crate::Download;
use crate::asked::Asked;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::Action;
use web::{Caller, Failure};

/// `GET /download/{link}/{photo}`: 302 to the version the gallery shows. Without a session, 303 to the door.
///
/// # Errors
/// [`Failure::NotFound`] for anything this visitor cannot see, whether or not it exists; a refusal's own page otherwise.
pub async fn fetch(
    State(download): State<Download>,
    caller: Caller,
    Path((_, photo)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let asked = match Asked::of(&download, &caller, &photo).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    if !asked.within_quota().await? {
        let spent = Failure::QuotaSpent;
        return asked.refuse(Action::DownloadOriginal, spent).await;
    }
    let photo = &asked.photo;
    let address = download
        .originals
        .presign_download(&photo.key, &photo.version.id, &photo.saved_as(), asked.now)
        .await
        .map_err(Failure::fault)?;
    let bytes = photo.version.size;
    asked.give(address, "original", Some(bytes)).await
}
