//! The originals bucket: what photographers upload, byte for byte, never rewritten (L25).

use crate::{Body, Error, presigning, wish};
use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart, Tag, Tagging};
use domain::access::ORIGINAL_LIFE;
use domain::file_name::attachment;
use domain::photo::Version;
use domain::replace::Wish;
use jiff::{SignedDuration, Timestamp};

/// The originals bucket.
#[derive(Clone, Debug)]
pub struct Originals {
    client: Client,
    name: String,
}

/// A part's address works so long.
const PART_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// What a HEAD says of the current object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Version, entity tag, size.
    pub version: Version,
    /// When it was stored.
    pub uploaded: Timestamp,
    /// What the upload form said of it.
    pub wish: Wish,
}

/// An object that is being read.
#[derive(Debug)]
pub struct Original {
    /// What the answer's head said: the version these bytes are.
    pub head: Head,
    /// All of it, to come.
    pub body: Body,
}

/// What reading an object came to.
#[derive(Debug)]
pub enum Read {
    /// It begins to come.
    Open(Original),
    /// Larger than was allowed; nothing was read.
    TooLarge(Head),
    /// There is nothing under the key.
    Gone,
}

/// A line of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its key.
    pub key: String,
    /// Its entity tag, without quotes.
    pub etag: String,
    /// Bytes.
    pub size: u64,
    /// When it was stored.
    pub uploaded: Timestamp,
}

/// What lies at the top of the bucket.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Top {
    /// Folders, without their slash.
    pub folders: Vec<String>,
    /// Objects in no folder.
    pub loose: Vec<Listed>,
}

/// A part the bucket holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadedPart {
    /// From 1.
    pub number: i32,
    /// Bytes.
    pub size: u64,
    /// Its entity tag, as it must be repeated.
    pub etag: String,
}

/// What became of an upload's completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completed {
    /// The object stands.
    Done,
    /// There is one of that name already, and it was not to be replaced.
    Exists,
    /// The upload is unknown: completed, aborted or expired.
    Gone,
    /// The parts are not what the bucket holds.
    Mismatch,
}

impl Originals {
    /// The bucket of that name, reached by that client.
    #[must_use]
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// The bucket's name, for the line the photographer copies.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A URL that downloads exactly this version as an attachment under its camera's name, for 15 minutes.
    ///
    /// # Errors
    /// When the client cannot sign.
    pub async fn presign_download(
        &self,
        key: &str,
        version: &str,
        file_name: &str,
        now: Timestamp,
    ) -> Result<String, Error> {
        let request = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            .version_id(version)
            .response_content_disposition(attachment(file_name))
            // never shown in the page's place, whatever the uploader called it
            .response_content_type("application/octet-stream")
            .presigned(presigning(now, ORIGINAL_LIFE)?)
            .await
            .map_err(Error::call("presigning"))?;
        Ok(request.uri().to_owned())
    }

    /// What is under the key now; `None`: nothing.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn head(&self, key: &str) -> Result<Option<Head>, Error> {
        let outcome = self
            .client
            .head_object()
            .bucket(&self.name)
            .key(key)
            .send()
            .await;
        match outcome {
            Ok(o) => Ok(Some(Head {
                wish: wish::wish(key, o.metadata()),
                ..head(
                    o.version_id(),
                    o.e_tag(),
                    o.content_length(),
                    o.last_modified(),
                )
            })),
            Err(e) if gone(&e) => Ok(None),
            Err(e) => Err(Error::call("HeadObject")(e)),
        }
    }

    /// Whether exactly this version is kept still. S3 answers 403 in place of 404 to whoever may not list the bucket, and
    /// 400 to a version id that it never gave.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn keeps(&self, key: &str, version: &str) -> Result<bool, Error> {
        let outcome = self
            .client
            .head_object()
            .bucket(&self.name)
            .key(key)
            .version_id(version)
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(true),
            Err(e) if gone(&e) || hidden(&e) => Ok(false),
            Err(e) => Err(Error::call("HeadObject")(e)),
        }
    }

    /// Begins to read what is under the key now, if it is no larger than `limit` bytes.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn read(&self, key: &str, limit: u64) -> Result<Read, Error> {
        self.read_object(key, None, limit).await
    }

    /// Begins to read exactly this version, whatever is under the key now.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn read_version(&self, key: &str, version: &str, limit: u64) -> Result<Read, Error> {
        self.read_object(key, Some(version), limit).await
    }

    async fn read_object(
        &self,
        key: &str,
        version: Option<&str>,
        limit: u64,
    ) -> Result<Read, Error> {
        let outcome = self
            .client
            .get_object()
            .bucket(&self.name)
            .key(key)
            .set_version_id(version.map(str::to_owned))
            .send()
            .await;
        match outcome {
            Ok(o) => {
                let head = Head {
                    wish: wish::wish(key, o.metadata()),
                    ..head(
                        o.version_id(),
                        o.e_tag(),
                        o.content_length(),
                        o.last_modified(),
                    )
                };
                if head.version.size > limit {
                    return Ok(Read::TooLarge(head));
                }
                let body = Body::new(o.body, head.version.size);
                Ok(Read::Open(Original { head, body }))
            }
            Err(e) if gone(&e) => Ok(Read::Gone),
            Err(e) => Err(Error::call("GetObject")(e)),
        }
    }

    /// Every current object under a prefix, to the last page.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn list(&self, prefix: &str) -> Result<Vec<Listed>, Error> {
        let mut pages = self
            .client
            .list_objects_v2()
            .bucket(&self.name)
            .prefix(prefix)
            .into_paginator()
            .send();
        let mut listed = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(Error::call("ListObjectsV2"))?;
            listed.extend(page.contents().iter().map(line));
        }
        Ok(listed)
    }

    /// The bucket's folders and the objects in none, to the last page.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn top(&self) -> Result<Top, Error> {
        let mut pages = self
            .client
            .list_objects_v2()
            .bucket(&self.name)
            .delimiter("/")
            .into_paginator()
            .send();
        let mut top = Top::default();
        while let Some(page) = pages.next().await {
            let page = page.map_err(Error::call("ListObjectsV2"))?;
            top.loose.extend(page.contents().iter().map(line));
            let folders = page.common_prefixes().iter().filter_map(|p| p.prefix());
            top.folders
                .extend(folders.map(|p| p.trim_end_matches('/').to_owned()));
        }
        Ok(top)
    }

    /// Makes S3 say an object again: touching its tags raises an event that takes the ordinary way.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn say_again(&self, key: &str, now: Timestamp) -> Result<(), Error> {
        let tag = Tag::builder()
            .key("swept")
            .value(now.to_string())
            .build()
            .map_err(Error::call("PutObjectTagging"))?;
        let tagging = Tagging::builder()
            .tag_set(tag)
            .build()
            .map_err(Error::call("PutObjectTagging"))?;
        let outcome = self
            .client
            .put_object_tagging()
            .bucket(&self.name)
            .key(key)
            .tagging(tagging)
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(()),
            Err(e) if gone(&e) => Ok(()),
            Err(e) => Err(Error::call("PutObjectTagging")(e)),
        }
    }

    /// Begins a multipart upload of an object that carries what the form said of it; its id.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn start_upload(
        &self,
        key: &str,
        content_type: &str,
        wish: &Wish,
    ) -> Result<String, Error> {
        let answer = self
            .client
            .create_multipart_upload()
            .bucket(&self.name)
            .key(key)
            .content_type(content_type)
            .set_metadata(Some(wish::metadata(key, wish)))
            .send()
            .await
            .map_err(Error::call("CreateMultipartUpload"))?;
        answer
            .upload_id
            .ok_or_else(|| Error::call("CreateMultipartUpload")("no upload id"))
    }

    /// A URL that takes one part, for 15 minutes.
    ///
    /// # Errors
    /// When the client cannot sign.
    pub async fn presign_part(
        &self,
        key: &str,
        upload: &str,
        part: i32,
        now: Timestamp,
    ) -> Result<String, Error> {
        let request = self
            .client
            .upload_part()
            .bucket(&self.name)
            .key(key)
            .upload_id(upload)
            .part_number(part)
            .presigned(presigning(now, PART_LIFE)?)
            .await
            .map_err(Error::call("presigning"))?;
        Ok(request.uri().to_owned())
    }

    /// The parts the bucket holds; `None`: the upload is unknown.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn parts(&self, key: &str, upload: &str) -> Result<Option<Vec<UploadedPart>>, Error> {
        let mut pages = self
            .client
            .list_parts()
            .bucket(&self.name)
            .key(key)
            .upload_id(upload)
            .into_paginator()
            .send();
        let mut parts = Vec::new();
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(e) if gone(&e) => return Ok(None),
                Err(e) => return Err(Error::call("ListParts")(e)),
            };
            parts.extend(page.parts().iter().map(|part| UploadedPart {
                number: part.part_number().unwrap_or_default(),
                size: bytes_of(part.size()),
                etag: part.e_tag().unwrap_or_default().to_owned(),
            }));
        }
        Ok(Some(parts))
    }

    /// Completes an upload; without `replace` never over an object that is there.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn complete_upload(
        &self,
        key: &str,
        upload: &str,
        parts: &[(i32, String)],
        replace: bool,
    ) -> Result<Completed, Error> {
        let parts = parts.iter().map(|(number, etag)| {
            CompletedPart::builder()
                .part_number(*number)
                .e_tag(etag)
                .build()
        });
        let list = CompletedMultipartUpload::builder()
            .set_parts(Some(parts.collect()))
            .build();
        let outcome = self
            .client
            .complete_multipart_upload()
            .bucket(&self.name)
            .key(key)
            .upload_id(upload)
            .multipart_upload(list)
            .set_if_none_match((!replace).then(|| "*".to_owned()))
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(Completed::Done),
            Err(e) => match e.code() {
                Some("PreconditionFailed" | "ConditionalRequestConflict") => Ok(Completed::Exists),
                Some("NoSuchUpload") => Ok(Completed::Gone),
                Some("InvalidPart" | "InvalidPartOrder" | "EntityTooSmall" | "MalformedXML") => {
                    Ok(Completed::Mismatch)
                }
                _ => Err(Error::call("CompleteMultipartUpload")(e)),
            },
        }
    }

    /// Gives an upload up; that it is gone already is fine.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn abort_upload(&self, key: &str, upload: &str) -> Result<(), Error> {
        let outcome = self
            .client
            .abort_multipart_upload()
            .bucket(&self.name)
            .key(key)
            .upload_id(upload)
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(()),
            Err(e) if gone(&e) => Ok(()),
            Err(e) => Err(Error::call("AbortMultipartUpload")(e)),
        }
    }
}

/// A HEAD has no body and so no code: its status says it.
pub(crate) fn gone<E: ProvideErrorMetadata>(
    error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>,
) -> bool {
    matches!(
        error.code(),
        Some("NoSuchKey" | "NotFound" | "NoSuchUpload" | "NoSuchVersion")
    ) || error
        .raw_response()
        .is_some_and(|answer| answer.status().as_u16() == 404)
}

fn hidden<E>(error: &SdkError<E, aws_sdk_s3::config::http::HttpResponse>) -> bool {
    let answer = error.raw_response();
    answer.is_some_and(|answer| matches!(answer.status().as_u16(), 400 | 403))
}

fn head(
    version: Option<&str>,
    etag: Option<&str>,
    size: Option<i64>,
    uploaded: Option<&aws_sdk_s3::primitives::DateTime>,
) -> Head {
    Head {
        version: Version {
            id: version.unwrap_or("null").to_owned(),
            etag: etag.unwrap_or_default().trim_matches('"').to_owned(),
            size: bytes_of(size),
        },
        uploaded: uploaded
            .and_then(|time| Timestamp::from_second(time.secs()).ok())
            .unwrap_or_default(),
        wish: Wish::default(),
    }
}

fn line(object: &aws_sdk_s3::types::Object) -> Listed {
    let head = head(None, object.e_tag(), object.size(), object.last_modified());
    Listed {
        key: object.key().unwrap_or_default().to_owned(),
        etag: head.version.etag,
        size: head.version.size,
        uploaded: head.uploaded,
    }
}

pub(crate) fn bytes_of(size: Option<i64>) -> u64 {
    u64::try_from(size.unwrap_or_default()).unwrap_or_default()
}
