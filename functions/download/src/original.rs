//! One original, byte for byte as the camera made it (L17, L25).

use crate::Download;
use crate::asked::Asked;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::access::Action;
use table::QuotaOutcome;
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
    if !within_quota(&download, &asked).await? {
        let spent = Failure::QuotaSpent;
        return asked.refuse(Action::DownloadOriginal, spent).await;
    }
    let photo = &asked.photo;
    let address = download
        .originals
        .presign_download(&photo.key, &photo.version.id, &photo.file_name, asked.now)
        .await
        .map_err(Failure::fault)?;
    let bytes = photo.version.size;
    asked.give(address, "original", Some(bytes)).await
}

/// Counts the photograph against its row's quota, each once; *View as* takes nothing from anybody's (P36).
async fn within_quota(download: &Download, asked: &Asked<'_>) -> Result<bool, Failure> {
    if asked.standing.preview() {
        return Ok(true);
    }
    let (gallery, row, photo) = (asked.standing.gallery(), asked.standing.row(), &asked.photo);
    let own = gallery.own_sections.contains(&photo.section);
    let quota = row.rights_in(&photo.section, own).quota;
    let outcome = download
        .table
        .take_quota(gallery.id, &row.subject, &photo.id, quota, asked.now)
        .await?;
    match outcome {
        QuotaOutcome::Taken { .. } | QuotaOutcome::Again => Ok(true),
        QuotaOutcome::Spent => Ok(false),
        QuotaOutcome::Busy => Err(Failure::Busy),
    }
}
