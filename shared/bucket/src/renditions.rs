//! The renditions bucket: pictures we encoded ourselves, immutable, one name for each version and size; and the studio's
//! logos, which are drawn and never shown.

use crate::{Error, presigning};
use aws_sdk_s3::Client;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use domain::access::{ORIGINAL_LIFE, RENDITION_LIFE};
use domain::file_name::attachment;
use domain::ids::{GalleryId, PhotoId};
use domain::mark::LogoId;
use domain::photo::{MARKED, Picture};
use jiff::Timestamp;

/// The renditions bucket.
#[derive(Clone, Debug)]
pub struct Renditions {
    client: Client,
    name: String,
}

/// Addresses start at full two minutes, so that a view right after another names the same pictures and the browser
/// shows them from its cache; each has at least three minutes left.
const STEP: i64 = 120;

impl Renditions {
    /// The bucket of that name, reached by that client.
    #[must_use]
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// Where a rendition lies: `r/{gallery}/{photo}/{tag}-{long edge}.jpg`.
    #[must_use]
    pub fn key(gallery: GalleryId, photo: &PhotoId, tag: &str, long_edge: u32) -> String {
        format!("r/{gallery}/{photo}/{tag}-{long_edge}.jpg")
    }

    /// Where the same rendition lies with the studio's name across it, for the sizes of [`MARKED`]:
    /// `r/{gallery}/{photo}/{tag}-{long edge}-marked.jpg`.
    #[must_use]
    pub fn marked_key(gallery: GalleryId, photo: &PhotoId, tag: &str, long_edge: u32) -> String {
        format!("r/{gallery}/{photo}/{tag}-{long_edge}-marked.jpg")
    }

    /// Stores a JPEG we encoded.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn put(&self, key: &str, jpeg: Vec<u8>) -> Result<(), Error> {
        self.client
            .put_object()
            .bucket(&self.name)
            .key(key)
            .content_type("image/jpeg")
            .cache_control("private, max-age=31536000, immutable")
            .body(jpeg.into())
            .send()
            .await
            .map_err(Error::call("PutObject"))?;
        Ok(())
    }

    /// Where a logo lies: `mark/{name}.png`. What visitors are given addresses of lies under `r/`.
    #[must_use]
    pub fn logo_key(logo: &LogoId) -> String {
        format!("mark/{logo}.png")
    }

    /// Stores a logo we encoded, under the name of its bytes.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn put_logo(&self, logo: &LogoId, png: Vec<u8>) -> Result<(), Error> {
        self.client
            .put_object()
            .bucket(&self.name)
            .key(Self::logo_key(logo))
            .content_type("image/png")
            .body(png.into())
            .send()
            .await
            .map_err(Error::call("PutObject"))?;
        Ok(())
    }

    /// A stored logo. None is ever removed.
    ///
    /// # Errors
    /// When the bucket does not answer or the line drops; also when it has no such logo, which was stored before
    /// anything named it.
    pub async fn logo(&self, logo: &LogoId) -> Result<Vec<u8>, Error> {
        let call = self.client.get_object().bucket(&self.name);
        let object = call
            .key(Self::logo_key(logo))
            .send()
            .await
            .map_err(Error::call("GetObject"))?;
        let body = object.body.collect().await;
        Ok(body.map_err(Error::call("GetObject"))?.to_vec())
    }

    /// A URL that shows the rendition for three to five minutes.
    ///
    /// # Errors
    /// When the client cannot sign.
    pub async fn presign(&self, key: &str, now: Timestamp) -> Result<String, Error> {
        let second = now.as_second();
        let start = Timestamp::from_second(second - second.rem_euclid(STEP)).unwrap_or(now);
        let request = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            .presigned(presigning(start, RENDITION_LIFE)?)
            .await
            .map_err(Error::call("presigning"))?;
        Ok(request.uri().to_owned())
    }

    /// A URL that downloads the rendition as an attachment under this name, for 15 minutes.
    ///
    /// # Errors
    /// When the client cannot sign.
    pub async fn presign_download(
        &self,
        key: &str,
        file_name: &str,
        now: Timestamp,
    ) -> Result<String, Error> {
        let request = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            .response_content_disposition(attachment(file_name))
            .response_cache_control("private, no-store")
            .presigned(presigning(now, ORIGINAL_LIFE)?)
            .await
            .map_err(Error::call("presigning"))?;
        Ok(request.uri().to_owned())
    }

    /// Removes the renditions of a version nobody can see any more, marked ones too; that they are gone already is fine.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn remove(
        &self,
        gallery: GalleryId,
        photo: &PhotoId,
        picture: &Picture,
    ) -> Result<(), Error> {
        let edges = || picture.renditions.iter().map(|(edge, ..)| *edge);
        let clean = edges().map(|edge| Self::key(gallery, photo, &picture.tag, edge));
        let marked = edges()
            .filter(|edge| picture.marked && MARKED.contains(edge))
            .map(|edge| Self::marked_key(gallery, photo, &picture.tag, edge));
        let ids = clean
            .chain(marked)
            .map(|key| ObjectIdentifier::builder().key(key).build())
            .collect::<Result<Vec<_>, _>>()
            .map_err(Error::call("DeleteObjects"))?;
        if ids.is_empty() {
            return Ok(());
        }
        let delete = Delete::builder()
            .set_objects(Some(ids))
            .quiet(true)
            .build()
            .map_err(Error::call("DeleteObjects"))?;
        self.client
            .delete_objects()
            .bucket(&self.name)
            .delete(delete)
            .send()
            .await
            .map_err(Error::call("DeleteObjects"))?;
        Ok(())
    }
}
