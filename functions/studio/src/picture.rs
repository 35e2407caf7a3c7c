//! Small pictures of photographs, of whichever version.

use crate::Studio;
use bucket::Renditions;
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Photo, Picture, Stage};
use jiff::Timestamp;
use web::Failure;

/// Long edge in pixels, on screens of double density.
const THUMB: u32 = 320;

/// A small picture as a page draws it.
#[derive(Debug, Clone)]
pub(crate) struct Thumb {
    /// Presigned.
    pub(crate) url: String,
    /// Pixels.
    pub(crate) width: u32,
    /// Pixels.
    pub(crate) height: u32,
    /// What is there until it has loaded.
    pub(crate) average: String,
}

impl Thumb {
    /// Width over height, within what a row can hold.
    pub(crate) fn ratio(&self) -> String {
        let ratio = f64::from(self.width) / f64::from(self.height.max(1));
        format!("{:.4}", ratio.clamp(0.4, 3.0))
    }
}

/// A version's small picture; none where it has no rendition.
pub(crate) async fn thumb(
    renditions: &Renditions,
    (gallery, photo): (GalleryId, &PhotoId),
    picture: &Picture,
    now: Timestamp,
) -> Result<Option<Thumb>, Failure> {
    let Some((edge, width, height)) = picture.rendition(THUMB) else {
        return Ok(None);
    };
    let key = Renditions::key(gallery, photo, &picture.tag, edge);
    let signed = renditions.presign(&key, now).await;
    Ok(Some(Thumb {
        url: signed.map_err(Failure::fault)?,
        width,
        height,
        average: picture.average.clone(),
    }))
}

/// The small picture of one version of a photograph, and the state it had; none where nothing is left of it. `photo` is
/// what the photograph is now, if it is still there.
pub(crate) async fn of_version(
    studio: &Studio,
    (gallery, id): (GalleryId, &PhotoId),
    photo: Option<&Photo>,
    version: u32,
) -> Result<Option<(Thumb, Stage)>, Failure> {
    let draw = async |picture: &Picture, stage| {
        let drawn = thumb(&studio.renditions, (gallery, id), picture, studio.now()).await?;
        Ok::<_, Failure>(drawn.map(|drawn| (drawn, stage)))
    };
    if let Some(photo) = photo.filter(|photo| photo.number == version) {
        return match photo.picture() {
            Some(picture) => draw(picture, photo.stage).await,
            None => Ok(None),
        };
    }
    match studio.table.version(gallery, id, version).await? {
        Some(earlier) => draw(&earlier.picture, earlier.stage).await,
        None => Ok(None),
    }
}
