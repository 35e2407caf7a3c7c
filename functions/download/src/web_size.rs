//! One photograph in web size, marked or clean as the row says (P21).

use crate::Download;
use crate::asked::Asked;
use axum::extract::{Path, State};
use axum::response::Response;
use bucket::Renditions;
use domain::rendition::{web_file, web_name};
use web::{Caller, Failure};

/// `GET /download/{link}/{photo}/web`: 302 to the largest rendition. Without a session, 303 to the door.
///
/// # Errors
/// As for the original. [`Failure::NotMarked`] while a photograph has no marked rendition and the row gets no other.
pub async fn fetch(
    State(download): State<Download>,
    caller: Caller,
    Path((_, photo)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let asked = match Asked::of(&download, &caller, &photo).await? {
        Ok(asked) => asked,
        Err(answer) => return Ok(answer),
    };
    let photo = &asked.photo;
    let picture = photo.picture().ok_or(Failure::NotFound)?;
    let Some(file) = web_file(picture, asked.standing.web_size(photo)) else {
        return Ok(Failure::NotMarked.under(asked.banner));
    };
    let (key, size) = if file.marked {
        let key = Renditions::marked_key(photo.gallery, &photo.id, &picture.tag, file.edge);
        (key, "web-marked")
    } else {
        let key = Renditions::key(photo.gallery, &photo.id, &picture.tag, file.edge);
        (key, "web")
    };
    let address = download
        .renditions
        .presign_download(&key, &web_name(&photo.file_name), asked.now)
        .await
        .map_err(Failure::fault)?;
    asked.give(address, size, None).await
}
