//! Tags of objects.

use percent_encoding::percent_decode_str;
use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Response, S3Result};

use super::{Backend, caller};
use crate::access::Caller;
use crate::fault::{refuse, refuse_as};
use crate::index::buckets;
use crate::index::objects::{Origin, Tags, find};

/// The tags of an `x-amz-tagging` header: a query string.
pub fn parse(header: Option<&str>) -> S3Result<Tags> {
    let decode = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let pairs = header
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty());
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    };
    check(pairs.map(pair).collect())
}

/// The tags that a new object brings, if its writer may tag it.
pub fn brought(
    backend: &Backend,
    caller: &Caller,
    header: Option<&str>,
    resource: &str,
) -> S3Result<Tags> {
    let tags = parse(header)?;
    if !tags.is_empty() {
        backend
            .access
            .require(caller, "s3:PutObjectTagging", resource)?;
    }
    Ok(tags)
}

/// Limits of S3: ten tags, no name twice, 128 and 256 characters.
fn check(tags: Tags) -> S3Result<Tags> {
    if tags.len() > 10 {
        return Err(refuse_as(
            "BadRequest",
            http::StatusCode::BAD_REQUEST,
            "Object tags cannot be greater than 10",
        ));
    }
    for (at, (name, value)) in tags.iter().enumerate() {
        if name.is_empty() || name.chars().count() > 128 {
            return Err(refuse(
                S3ErrorCode::InvalidTag,
                "The TagKey you have provided is invalid",
            ));
        }
        if value.chars().count() > 256 {
            return Err(refuse(
                S3ErrorCode::InvalidTag,
                "The TagValue you have provided is invalid",
            ));
        }
        if tags[..at].iter().any(|(earlier, _)| earlier == name) {
            return Err(refuse(
                S3ErrorCode::InvalidTag,
                "Cannot provide multiple Tags with the same key",
            ));
        }
    }
    Ok(tags)
}

/// `GetObjectTagging`.
pub async fn get(
    backend: &Backend,
    request: S3Request<GetObjectTaggingInput>,
) -> S3Result<S3Response<GetObjectTaggingOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    let name = input.bucket.clone();
    let looked = backend.run(move |index| {
        index.look(|connection| {
            let found = find(
                connection,
                &input.bucket,
                &input.key,
                input.version_id.as_deref(),
            )?;
            let shown = buckets::versioning(connection, &input.bucket)?.shown(&found.version);
            Ok((found.tags, shown))
        })
    });
    let (tags, version_id) = looked
        .await
        .map_err(|error| backend.hide_missing(error, &caller, &name))?;
    let tag = |(key, value)| Tag {
        key: Some(key),
        value: Some(value),
    };
    Ok(S3Response::new(GetObjectTaggingOutput {
        tag_set: tags.into_iter().map(tag).collect(),
        version_id,
    }))
}

/// `PutObjectTagging`.
pub async fn put(
    backend: &Backend,
    request: S3Request<PutObjectTaggingInput>,
) -> S3Result<S3Response<PutObjectTaggingOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    let pairs = input.tagging.tag_set.into_iter();
    let tags = check(
        pairs
            .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()))
            .collect(),
    )?;
    let changed = backend.run(move |index| {
        let origin = Origin {
            event: "ObjectTagging:Put",
            principal: &caller.0,
        };
        index.change(|change| {
            change.set_tags(
                &input.bucket,
                &input.key,
                input.version_id.as_deref(),
                &tags,
                origin,
            )
        })
    });
    Ok(S3Response::new(PutObjectTaggingOutput {
        version_id: changed.await?,
    }))
}

/// `DeleteObjectTagging`.
pub async fn delete(
    backend: &Backend,
    request: S3Request<DeleteObjectTaggingInput>,
) -> S3Result<S3Response<DeleteObjectTaggingOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    let changed = backend.run(move |index| {
        let origin = Origin {
            event: "ObjectTagging:Delete",
            principal: &caller.0,
        };
        index.change(|change| {
            change.set_tags(
                &input.bucket,
                &input.key,
                input.version_id.as_deref(),
                &Tags::new(),
                origin,
            )
        })
    });
    Ok(S3Response::new(DeleteObjectTaggingOutput {
        version_id: changed.await?,
    }))
}
