//! The operations of S3 that exist here; every other is answered `NotImplemented` by s3s.

mod attributes;
mod bucket;
mod complete;
mod copy;
mod delete;
mod get;
mod list;
mod multipart;
mod put;
mod source;
mod tags;
mod unfinished;

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use s3s::dto::*;
use s3s::{S3, S3Request, S3Response, S3Result};

use crate::access::{Access, Caller, access_denied};
use crate::fault::{Fault, internal_error};
use crate::index::Index;

/// What the operations work on.
#[derive(Clone)]
pub struct Backend {
    pub index: Arc<Index>,
    pub access: Arc<Access>,
    pub region: Arc<str>,
}

impl Backend {
    /// Runs what touches the disk where it may wait for it, and logs a failure once.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Arc<Index>) -> Result<T, Fault> + Send + 'static,
    ) -> S3Result<T> {
        let index = Arc::clone(&self.index);
        let ran = tokio::task::spawn_blocking(move || {
            let done = work(&index);
            match &done {
                Ok(_) | Err(Fault::Refused(_)) => {}
                Err(fault) => {
                    let cause = std::error::Error::source(fault).map(ToString::to_string);
                    tracing::error!(error = %fault, cause, "The local S3 failed");
                }
            }
            done
        });
        match ran.await {
            Ok(done) => Ok(done?),
            Err(_) => Err(internal_error()),
        }
    }
}

/// Who sent a request; the gate let nobody through without a name.
fn caller<T>(request: &S3Request<T>) -> S3Result<Caller> {
    request
        .extensions
        .get::<Caller>()
        .cloned()
        .ok_or_else(access_denied)
}

fn timestamp(milliseconds: i64) -> Timestamp {
    Timestamp::from(UNIX_EPOCH + Duration::from_millis(milliseconds.try_into().unwrap_or(0)))
}

/// Whole seconds since 1970, which is what HTTP dates can tell apart.
fn seconds(timestamp: &Timestamp) -> i64 {
    let mut text = Vec::new();
    let written = timestamp.format(TimestampFormat::EpochSeconds, &mut text);
    let text = String::from_utf8(text).unwrap_or_default();
    let whole = text.split('.').next().and_then(|whole| whole.parse().ok());
    written.ok().and(whole).unwrap_or_default()
}

fn size(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

fn etag(value: &str) -> ETag {
    ETag::Strong(value.to_owned())
}

fn encrypted() -> ServerSideEncryption {
    ServerSideEncryption::from_static(ServerSideEncryption::AES256)
}

macro_rules! operations {
    ($($name:ident($input:ident) -> $output:ident = $function:path;)*) => {
        #[async_trait::async_trait]
        impl S3 for Backend {
            $(async fn $name(&self, request: S3Request<$input>) -> S3Result<S3Response<$output>> {
                $function(self, request).await
            })*
        }
    };
}

operations! {
    get_object(GetObjectInput) -> GetObjectOutput = get::object;
    head_object(HeadObjectInput) -> HeadObjectOutput = get::head;
    get_object_attributes(GetObjectAttributesInput) -> GetObjectAttributesOutput = attributes::object;
    put_object(PutObjectInput) -> PutObjectOutput = put::object;
    copy_object(CopyObjectInput) -> CopyObjectOutput = copy::object;
    delete_object(DeleteObjectInput) -> DeleteObjectOutput = delete::object;
    delete_objects(DeleteObjectsInput) -> DeleteObjectsOutput = delete::objects;
    create_multipart_upload(CreateMultipartUploadInput) -> CreateMultipartUploadOutput = multipart::create;
    upload_part(UploadPartInput) -> UploadPartOutput = multipart::part;
    upload_part_copy(UploadPartCopyInput) -> UploadPartCopyOutput = copy::part;
    complete_multipart_upload(CompleteMultipartUploadInput) -> CompleteMultipartUploadOutput = complete::upload;
    abort_multipart_upload(AbortMultipartUploadInput) -> AbortMultipartUploadOutput = multipart::abort;
    list_parts(ListPartsInput) -> ListPartsOutput = unfinished::parts;
    list_multipart_uploads(ListMultipartUploadsInput) -> ListMultipartUploadsOutput = unfinished::uploads;
    list_objects(ListObjectsInput) -> ListObjectsOutput = list::first_form;
    list_objects_v2(ListObjectsV2Input) -> ListObjectsV2Output = list::second_form;
    list_object_versions(ListObjectVersionsInput) -> ListObjectVersionsOutput = list::versions;
    get_object_tagging(GetObjectTaggingInput) -> GetObjectTaggingOutput = tags::get;
    put_object_tagging(PutObjectTaggingInput) -> PutObjectTaggingOutput = tags::put;
    delete_object_tagging(DeleteObjectTaggingInput) -> DeleteObjectTaggingOutput = tags::delete;
    list_buckets(ListBucketsInput) -> ListBucketsOutput = bucket::list;
    create_bucket(CreateBucketInput) -> CreateBucketOutput = bucket::create;
    delete_bucket(DeleteBucketInput) -> DeleteBucketOutput = bucket::delete;
    head_bucket(HeadBucketInput) -> HeadBucketOutput = bucket::head;
    get_bucket_location(GetBucketLocationInput) -> GetBucketLocationOutput = bucket::location;
    get_bucket_versioning(GetBucketVersioningInput) -> GetBucketVersioningOutput = bucket::versioning;
    put_bucket_versioning(PutBucketVersioningInput) -> PutBucketVersioningOutput = bucket::set_versioning;
    get_bucket_cors(GetBucketCorsInput) -> GetBucketCorsOutput = bucket::cors;
    put_bucket_cors(PutBucketCorsInput) -> PutBucketCorsOutput = bucket::set_cors;
    delete_bucket_cors(DeleteBucketCorsInput) -> DeleteBucketCorsOutput = bucket::delete_cors;
    get_bucket_encryption(GetBucketEncryptionInput) -> GetBucketEncryptionOutput = bucket::encryption;
    get_bucket_notification_configuration(GetBucketNotificationConfigurationInput)
        -> GetBucketNotificationConfigurationOutput = bucket::notification;
    get_public_access_block(GetPublicAccessBlockInput) -> GetPublicAccessBlockOutput = bucket::public_access;
}
