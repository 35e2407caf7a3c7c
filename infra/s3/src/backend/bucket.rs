//! Buckets themselves, and as much of their configuration as clients ask for.

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Response, S3Result};

use super::{Backend, timestamp};
use crate::CorsRule;
use crate::fault::refuse;
use crate::index::buckets::{self, Versioning};

/// Refuses a bucket that is not there; tells whether it keeps versions.
async fn find(backend: &Backend, bucket: &str) -> S3Result<Versioning> {
    let bucket = bucket.to_owned();
    backend
        .run(move |index| index.look(|connection| buckets::versioning(connection, &bucket)))
        .await
}

/// `ListBuckets`.
pub async fn list(
    backend: &Backend,
    request: S3Request<ListBucketsInput>,
) -> S3Result<S3Response<ListBucketsOutput>> {
    let prefix = request.input.prefix.unwrap_or_default();
    let all = backend.run(|index| index.look(buckets::all)).await?;
    let described = |(name, created)| Bucket {
        bucket_region: Some(backend.region.to_string()),
        creation_date: Some(timestamp(created)),
        name: Some(name),
    };
    let buckets = all
        .into_iter()
        .filter(|(name, _)| name.starts_with(&prefix))
        .map(described)
        .collect();
    Ok(S3Response::new(ListBucketsOutput {
        buckets: Some(buckets),
        owner: Some(super::list::owner()),
        ..ListBucketsOutput::default()
    }))
}

/// `CreateBucket`.
pub async fn create(
    backend: &Backend,
    request: S3Request<CreateBucketInput>,
) -> S3Result<S3Response<CreateBucketOutput>> {
    let bucket = request.input.bucket;
    let location = format!("/{bucket}");
    backend
        .run(move |index| index.change(|change| change.create_bucket(&bucket)))
        .await?;
    Ok(S3Response::new(CreateBucketOutput {
        location: Some(location),
    }))
}

/// `DeleteBucket`.
pub async fn delete(
    backend: &Backend,
    request: S3Request<DeleteBucketInput>,
) -> S3Result<S3Response<DeleteBucketOutput>> {
    let bucket = request.input.bucket;
    backend
        .run(move |index| index.change(|change| change.delete_bucket(&bucket)))
        .await?;
    Ok(S3Response::with_status(
        DeleteBucketOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

/// `HeadBucket`.
pub async fn head(
    backend: &Backend,
    request: S3Request<HeadBucketInput>,
) -> S3Result<S3Response<HeadBucketOutput>> {
    find(backend, &request.input.bucket).await?;
    let output = HeadBucketOutput {
        bucket_region: Some(backend.region.to_string()),
        ..HeadBucketOutput::default()
    };
    Ok(S3Response::new(output))
}

/// `GetBucketLocation`: empty in the region that had no name at first.
pub async fn location(
    backend: &Backend,
    request: S3Request<GetBucketLocationInput>,
) -> S3Result<S3Response<GetBucketLocationOutput>> {
    find(backend, &request.input.bucket).await?;
    let region = backend.region.to_string();
    let location_constraint =
        (region != "us-east-1").then(|| BucketLocationConstraint::from(region));
    Ok(S3Response::new(GetBucketLocationOutput {
        location_constraint,
    }))
}

/// `GetBucketVersioning`.
pub async fn versioning(
    backend: &Backend,
    request: S3Request<GetBucketVersioningInput>,
) -> S3Result<S3Response<GetBucketVersioningOutput>> {
    let found = find(backend, &request.input.bucket).await?;
    let status =
        (found != Versioning::Never).then(|| BucketVersioningStatus::from_static(found.name()));
    Ok(S3Response::new(GetBucketVersioningOutput {
        mfa_delete: None,
        status,
    }))
}

/// `PutBucketVersioning`.
pub async fn set_versioning(
    backend: &Backend,
    request: S3Request<PutBucketVersioningInput>,
) -> S3Result<S3Response<PutBucketVersioningOutput>> {
    let input = request.input;
    let enabled = match input
        .versioning_configuration
        .status
        .as_ref()
        .map(BucketVersioningStatus::as_str)
    {
        Some(BucketVersioningStatus::ENABLED) => true,
        Some(BucketVersioningStatus::SUSPENDED) => false,
        _ => {
            let said = "The Versioning element must be specified";
            return Err(refuse(
                S3ErrorCode::IllegalVersioningConfigurationException,
                said,
            ));
        }
    };
    backend
        .run(move |index| index.change(|change| change.set_versioning(&input.bucket, enabled)))
        .await?;
    Ok(S3Response::new(PutBucketVersioningOutput::default()))
}

/// `GetBucketCors`.
pub async fn cors(
    backend: &Backend,
    request: S3Request<GetBucketCorsInput>,
) -> S3Result<S3Response<GetBucketCorsOutput>> {
    let bucket = request.input.bucket;
    let rules = backend
        .run(move |index| index.look(|connection| buckets::cors(connection, &bucket)))
        .await?;
    if rules.is_empty() {
        return Err(refuse(
            S3ErrorCode::NoSuchCORSConfiguration,
            "The CORS configuration does not exist",
        ));
    }
    let some = |list: Vec<String>| (!list.is_empty()).then_some(list);
    let shown = |rule: CorsRule| CORSRule {
        allowed_headers: some(rule.allowed_headers),
        allowed_methods: rule.allowed_methods,
        allowed_origins: rule.allowed_origins,
        expose_headers: some(rule.expose_headers),
        id: None,
        max_age_seconds: rule
            .max_age_seconds
            .and_then(|seconds| i32::try_from(seconds).ok()),
    };
    Ok(S3Response::new(GetBucketCorsOutput {
        cors_rules: Some(rules.into_iter().map(shown).collect()),
    }))
}

/// `PutBucketCors`.
pub async fn set_cors(
    backend: &Backend,
    request: S3Request<PutBucketCorsInput>,
) -> S3Result<S3Response<PutBucketCorsOutput>> {
    let input = request.input;
    let kept = |rule: CORSRule| CorsRule {
        allowed_origins: rule.allowed_origins,
        allowed_methods: rule.allowed_methods,
        allowed_headers: rule.allowed_headers.unwrap_or_default(),
        expose_headers: rule.expose_headers.unwrap_or_default(),
        max_age_seconds: rule
            .max_age_seconds
            .and_then(|seconds| u32::try_from(seconds).ok()),
    };
    let rules: Vec<CorsRule> = input
        .cors_configuration
        .cors_rules
        .into_iter()
        .map(kept)
        .collect();
    backend
        .run(move |index| index.change(|change| change.set_cors(&input.bucket, &rules)))
        .await?;
    Ok(S3Response::new(PutBucketCorsOutput::default()))
}

/// `DeleteBucketCors`.
pub async fn delete_cors(
    backend: &Backend,
    request: S3Request<DeleteBucketCorsInput>,
) -> S3Result<S3Response<DeleteBucketCorsOutput>> {
    let bucket = request.input.bucket;
    backend
        .run(move |index| index.change(|change| change.set_cors(&bucket, &[])))
        .await?;
    Ok(S3Response::with_status(
        DeleteBucketCorsOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}

/// `GetBucketEncryption`: as every bucket on AWS has it.
pub async fn encryption(
    backend: &Backend,
    request: S3Request<GetBucketEncryptionInput>,
) -> S3Result<S3Response<GetBucketEncryptionOutput>> {
    find(backend, &request.input.bucket).await?;
    let default = ServerSideEncryptionByDefault {
        kms_master_key_id: None,
        sse_algorithm: super::encrypted(),
    };
    let rule = ServerSideEncryptionRule {
        apply_server_side_encryption_by_default: Some(default),
        bucket_key_enabled: Some(false),
    };
    let configuration = ServerSideEncryptionConfiguration { rules: vec![rule] };
    let output = GetBucketEncryptionOutput {
        server_side_encryption_configuration: Some(configuration),
    };
    Ok(S3Response::new(output))
}

/// `GetBucketNotificationConfiguration`: who is notified is decided outside, so nothing is shown here.
pub async fn notification(
    backend: &Backend,
    request: S3Request<GetBucketNotificationConfigurationInput>,
) -> S3Result<S3Response<GetBucketNotificationConfigurationOutput>> {
    find(backend, &request.input.bucket).await?;
    Ok(S3Response::new(
        GetBucketNotificationConfigurationOutput::default(),
    ))
}

/// `GetPublicAccessBlock`: nothing here is ever public.
pub async fn public_access(
    backend: &Backend,
    request: S3Request<GetPublicAccessBlockInput>,
) -> S3Result<S3Response<GetPublicAccessBlockOutput>> {
    find(backend, &request.input.bucket).await?;
    let blocked = PublicAccessBlockConfiguration {
        block_public_acls: Some(true),
        block_public_policy: Some(true),
        ignore_public_acls: Some(true),
        restrict_public_buckets: Some(true),
    };
    Ok(S3Response::new(GetPublicAccessBlockOutput {
        public_access_block_configuration: Some(blocked),
    }))
}
