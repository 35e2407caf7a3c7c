//! Who calls, and whether they may: keys, and the IAM action of every operation.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use s3s::access::{S3Access, S3AccessContext};
use s3s::auth::{S3Auth, SecretKey};
use s3s::path::S3Path;
use s3s::{S3Error, S3ErrorCode, S3Result};

use crate::fault::refuse;
use crate::{AccessKey, Authorizer};

/// Keys and decisions; both may change while serving.
pub struct Access {
    pub keys: RwLock<HashMap<String, AccessKey>>,
    pub authorizer: RwLock<Arc<dyn Authorizer>>,
}

/// The principal of a request, in its extensions.
#[derive(Clone, Debug)]
pub struct Caller(pub Arc<str>);

pub fn access_denied() -> S3Error {
    refuse(S3ErrorCode::AccessDenied, "Access Denied")
}

pub fn object_arn(bucket: &str, key: &str) -> String {
    format!("arn:aws:s3:::{bucket}/{key}")
}

pub fn bucket_arn(bucket: &str) -> String {
    format!("arn:aws:s3:::{bucket}")
}

impl Access {
    /// Whether the principal may.
    pub fn allows(&self, caller: &Caller, action: &str, resource: &str) -> bool {
        let authorizer = Arc::clone(
            &self
                .authorizer
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        );
        authorizer.allow(&caller.0, action, resource)
    }

    /// Refuses what the principal may not.
    pub fn require(&self, caller: &Caller, action: &str, resource: &str) -> S3Result<()> {
        if self.allows(caller, action, resource) {
            Ok(())
        } else {
            Err(access_denied())
        }
    }

    fn key<T>(&self, id: &str, part: impl FnOnce(&AccessKey) -> T) -> Option<T> {
        self.keys
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .map(part)
    }
}

/// The part of [`Access`] that s3s asks.
#[derive(Clone)]
pub struct Gate(pub Arc<Access>);

#[async_trait::async_trait]
impl S3Auth for Gate {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        self.0
            .key(access_key, |key| SecretKey::from(key.secret.as_str()))
            .ok_or_else(|| {
                let said = "The AWS Access Key Id you provided does not exist in our records.";
                refuse(S3ErrorCode::InvalidAccessKeyId, said)
            })
    }
}

#[async_trait::async_trait]
impl S3Access for Gate {
    async fn check(&self, context: &mut S3AccessContext<'_>) -> S3Result<()> {
        let principal = context
            .credentials()
            .and_then(|credentials| {
                self.0
                    .key(&credentials.access_key, |key| key.principal.clone())
            })
            .ok_or_else(access_denied)?;
        let caller = Caller(principal.into());
        if context.headers().keys().any(|name| {
            name.as_str()
                .ends_with("server-side-encryption-customer-algorithm")
        }) {
            let said = "Encryption with keys of the customer's own is not implemented.";
            return Err(refuse(S3ErrorCode::NotImplemented, said));
        }
        let names_version = context
            .uri()
            .query()
            .is_some_and(|query| query.contains("versionId="));
        let resource = match context.s3_path() {
            S3Path::Root => "*".to_owned(),
            S3Path::Bucket { bucket } => bucket_arn(bucket),
            S3Path::Object { bucket, key } => object_arn(bucket, key),
        };
        // A posted form and a batch name their keys in the body: the operation asks for each.
        if !matches!(context.s3_op().name(), "PostObject" | "DeleteObjects") {
            self.0.require(
                &caller,
                &action(context.s3_op().name(), names_version),
                &resource,
            )?;
        }
        context.extensions_mut().insert(caller);
        Ok(())
    }
}

/// The IAM action of an operation, where its name differs (Service Authorization Reference, Amazon S3).
fn action(operation: &str, names_version: bool) -> String {
    let action = match (operation, names_version) {
        ("HeadObject" | "GetObject" | "GetObjectAttributes", false) => "GetObject",
        ("HeadObject" | "GetObject" | "GetObjectAttributes", true) => "GetObjectVersion",
        ("DeleteObject", true) => "DeleteObjectVersion",
        ("GetObjectTagging", true) => "GetObjectVersionTagging",
        ("PutObjectTagging", true) => "PutObjectVersionTagging",
        ("DeleteObjectTagging", true) => "DeleteObjectVersionTagging",
        (
            "CopyObject"
            | "CreateMultipartUpload"
            | "UploadPart"
            | "UploadPartCopy"
            | "CompleteMultipartUpload",
            _,
        ) => "PutObject",
        ("ListParts", _) => "ListMultipartUploadParts",
        ("ListMultipartUploads", _) => "ListBucketMultipartUploads",
        ("ListObjects" | "ListObjectsV2" | "HeadBucket", _) => "ListBucket",
        ("ListObjectVersions", _) => "ListBucketVersions",
        ("ListBuckets", _) => "ListAllMyBuckets",
        ("GetBucketCors", _) => "GetBucketCORS",
        ("PutBucketCors" | "DeleteBucketCors", _) => "PutBucketCORS",
        ("GetBucketEncryption", _) => "GetEncryptionConfiguration",
        ("GetBucketNotificationConfiguration", _) => "GetBucketNotification",
        ("GetBucketLifecycleConfiguration", _) => "GetLifecycleConfiguration",
        ("GetPublicAccessBlock", _) => "GetBucketPublicAccessBlock",
        (other, _) => other,
    };
    format!("s3:{action}")
}

#[cfg(test)]
mod tests {
    use super::action;

    #[test]
    fn operations_have_the_actions_that_policies_name() {
        assert_eq!(action("HeadObject", false), "s3:GetObject");
        assert_eq!(action("GetObject", true), "s3:GetObjectVersion");
        assert_eq!(action("UploadPart", false), "s3:PutObject");
        assert_eq!(action("ListObjectsV2", false), "s3:ListBucket");
        assert_eq!(action("DeleteObject", false), "s3:DeleteObject");
    }
}
