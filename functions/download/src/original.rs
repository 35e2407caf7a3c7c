//! One original, byte for byte as the camera made it (L17, L25).

use crate::Download;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{Action, Refusal, Standing, may};
use domain::ids::{LinkToken, PhotoId};
use http::{StatusCode, header};
use web::{Cookies, Failure, visit};

/// `GET /download/{link}/{photo}`: 302 to the version the gallery shows. Without a session, 303 to the door.
///
/// # Errors
/// [`Failure::NotFound`] for anything this visitor cannot see, whether or not it exists; [`Failure::Paused`] and
/// [`Failure::NotAllowed`] as the studio wants it.
pub async fn fetch(
    State(download): State<Download>,
    Path((link, photo)): Path<(String, String)>,
    cookies: Cookies,
) -> Result<Response, Failure> {
    let (token, id): (LinkToken, PhotoId) = (link.parse()?, photo.parse()?);
    let now = (download.clock)();
    let session = visit::session(&token, &cookies);
    let found = download.table.photo(&token, session.as_ref(), &id).await?;
    let (seen, photo) = found.ok_or(Failure::NotFound)?;
    let standing = match Standing::of(&seen.gallery, &seen.row, seen.session.as_ref(), now) {
        Ok(standing) => standing,
        Err(Refusal::Door) => return Ok(Redirect::to(&format!("/g/{link}")).into_response()),
        Err(refusal) => return Err(refusal.into()),
    };
    let photo = photo.ok_or(Failure::NotFound)?;
    may(&standing, Action::DownloadOriginal, Some(&photo), now)?;
    let address = download
        .originals
        .presign_download(&photo.key, &photo.version.id, &photo.file_name, now)
        .await
        .map_err(Failure::fault)?;
    // 302 and never kept: the next request is decided anew (C15, R-3.4)
    Ok((StatusCode::FOUND, [(header::LOCATION, address)]).into_response())
}
