//! The archives bucket: what is made for a download and asked for there, each object for a week.

use crate::originals::{bytes_of, gone};
use crate::{Error, presigning};
use aws_sdk_s3::Client;
use domain::access::ORIGINAL_LIFE;
use domain::file_name::attachment;
use jiff::{SignedDuration, Timestamp};

/// The archives bucket.
#[derive(Clone, Debug)]
pub struct Archives {
    client: Client,
    name: String,
}

/// An object that asks for something is at most so large, and so is one that says why there is nothing.
const TEXT: u64 = 64 << 10;

impl Archives {
    /// The bucket of that name, reached by that client.
    #[must_use]
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// When the object under the key was stored; `None`: there is none.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn stored(&self, key: &str) -> Result<Option<Timestamp>, Error> {
        let call = self.client.head_object().bucket(&self.name).key(key);
        match call.send().await {
            Ok(head) => {
                let time = head.last_modified().map(|time| time.secs());
                let time = time.and_then(|second| Timestamp::from_second(second).ok());
                Ok(Some(time.unwrap_or_default()))
            }
            Err(e) if gone(&e) => Ok(None),
            Err(e) => Err(Error::call("HeadObject")(e)),
        }
    }

    /// A small object; `None`: there is none, or it is none of ours.
    ///
    /// # Errors
    /// When the bucket does not answer, or the line drops.
    pub async fn text(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        let call = self.client.get_object().bucket(&self.name).key(key);
        match call.send().await {
            Ok(object) if bytes_of(object.content_length()) <= TEXT => {
                let body = object.body.collect().await;
                let body = body.map_err(Error::call("GetObject"))?;
                Ok(Some(body.to_vec()))
            }
            Ok(_) => Ok(None),
            Err(e) if gone(&e) => Ok(None),
            Err(e) => Err(Error::call("GetObject")(e)),
        }
    }

    /// Asks for something by an object that says what. Once: whoever asks again meets the object, unless it has stood
    /// unanswered for `patience`, because the worker or its message was lost.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn ask(
        &self,
        key: &str,
        text: String,
        patience: SignedDuration,
        now: Timestamp,
    ) -> Result<(), Error> {
        match self.stored(key).await? {
            Some(asked) if now.duration_since(asked) < patience => Ok(()),
            _ => self.put(key, text.into_bytes(), "application/json").await,
        }
    }

    /// Stores an object.
    ///
    /// # Errors
    /// When the bucket does not answer.
    pub async fn put(&self, key: &str, bytes: Vec<u8>, mime: &str) -> Result<(), Error> {
        self.client
            .put_object()
            .bucket(&self.name)
            .key(key)
            .content_type(mime)
            .body(bytes.into())
            .send()
            .await
            .map_err(Error::call("PutObject"))?;
        Ok(())
    }

    /// A URL that downloads the object as an attachment under this name, for 15 minutes.
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
}
