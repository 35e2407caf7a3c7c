//! `CopyObject` and `UploadPartCopy`: the new object names the same files, no byte is written again.

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Response, S3Result};

use super::put::{MAX_PUT, attributes, check_attributes, storage_class};
use super::source::{Conditions, Source};
use super::{Backend, caller, encrypted, etag, multipart, tags, timestamp};
use crate::access::{Caller, object_arn};
use crate::digest::{Algorithm, Digested, Digests, set_checksum, set_checksum_value};
use crate::fault::{Fault, refuse};
use crate::files::{Segment, cut};
use crate::index::Change;
use crate::index::objects::{NewObject, Origin, Version, WriteConditions, no_such_key};
use crate::index::uploads::{self, Part};

/// Takes the conditions on the source out of an s3s input.
macro_rules! source_conditions {
    ($input:expr) => {
        Conditions {
            if_match: $input.copy_source_if_match.clone(),
            if_none_match: $input.copy_source_if_none_match.clone(),
            if_modified_since: $input.copy_source_if_modified_since.clone(),
            if_unmodified_since: $input.copy_source_if_unmodified_since.clone(),
        }
    };
}

/// The source of a copy, which the caller must be allowed to read.
async fn open(
    backend: &Backend,
    caller: &Caller,
    from: &CopySource,
    conditions: &Conditions,
) -> S3Result<Source> {
    let CopySource::Bucket {
        bucket,
        key,
        version_id,
    } = from
    else {
        return Err(refuse(
            S3ErrorCode::NotImplemented,
            "Access points are not implemented.",
        ));
    };
    let action = if version_id.is_some() {
        "s3:GetObjectVersion"
    } else {
        "s3:GetObject"
    };
    backend
        .access
        .require(caller, action, &object_arn(bucket, key))?;
    let source = backend.source(caller, bucket, key, version_id.as_deref()).await.map_err(|error| {
        if *error.code() == S3ErrorCode::MethodNotAllowed {
            let said = "The source of a copy request may not specifically refer to a delete marker by version id.";
            return refuse(S3ErrorCode::InvalidRequest, said);
        }
        error
    })?;
    conditions.check_source(&source.found)?;
    Ok(source)
}

fn copies_onto_itself(input: &CopyObjectInput) -> bool {
    matches!(&input.copy_source, CopySource::Bucket { bucket, key, version_id: None }
        if **bucket == *input.bucket && **key == *input.key)
}

fn says(directive: Option<&str>) -> bool {
    directive == Some("REPLACE")
}

/// Refuses copies that S3 does not make.
fn check_copy(input: &CopyObjectInput, found: &Version) -> S3Result<()> {
    let replaces = says(
        input
            .metadata_directive
            .as_ref()
            .map(MetadataDirective::as_str),
    );
    if copies_onto_itself(input) && !replaces && input.storage_class.is_none() {
        let said = "This copy request is illegal because it is trying to copy an object to itself without changing the \
                    object's metadata, storage class, website redirect location or encryption attributes.";
        return Err(refuse(S3ErrorCode::InvalidRequest, said));
    }
    if found.size > MAX_PUT {
        let said = "The specified copy source is larger than the maximum allowable size for a copy source: 5368709120";
        return Err(refuse(S3ErrorCode::InvalidRequest, said));
    }
    Ok(())
}

/// The object that a copy makes, before its bytes: what the source has, unless the request replaces it.
fn described(input: &CopyObjectInput, found: &Version) -> S3Result<NewObject> {
    let replaces = says(
        input
            .metadata_directive
            .as_ref()
            .map(MetadataDirective::as_str),
    );
    let retags = says(
        input
            .tagging_directive
            .as_ref()
            .map(TaggingDirective::as_str),
    );
    let object = NewObject {
        class: storage_class(input.storage_class.as_ref()),
        attributes: if replaces {
            attributes!(input)
        } else {
            found.attributes.clone()
        },
        tags: if retags {
            tags::parse(input.tagging.as_deref())?
        } else {
            found.tags.clone()
        },
        ..NewObject::default()
    };
    check_attributes(&object.attributes, input.server_side_encryption.as_ref())?;
    Ok(object)
}

/// `CopyObject`.
pub async fn object(
    backend: &Backend,
    request: S3Request<CopyObjectInput>,
) -> S3Result<S3Response<CopyObjectOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    let source = open(
        backend,
        &caller,
        &input.copy_source,
        &source_conditions!(input),
    )
    .await?;
    check_copy(&input, &source.found)?;
    let mut object = described(&input, &source.found)?;
    let named = input
        .checksum_algorithm
        .as_ref()
        .and_then(|name| Algorithm::named(name.as_str()));
    let kept = source
        .found
        .checksum
        .as_ref()
        .map(|checksum| checksum.algorithm);
    let algorithm = named.or(kept).unwrap_or(Algorithm::Crc64Nvme);
    object.summed(
        &sum(backend, source.content.clone(), algorithm).await?,
        algorithm,
    );
    object.content = source.content;
    let mut result = CopyObjectResult {
        e_tag: Some(etag(&object.etag)),
        ..CopyObjectResult::default()
    };
    set_checksum!(result, &object.checksum);
    let pin = source.pin;
    let stored = backend.run(move |index| {
        let origin = Origin {
            event: "ObjectCreated:Copy",
            principal: &caller.0,
        };
        let stored = index.change(|change| {
            still_there(change, &object.content)?;
            let version = change.put_object(
                &input.bucket,
                &input.key,
                &WriteConditions::default(),
                &object,
                origin,
            )?;
            Ok((version, change.now))
        });
        drop(pin);
        stored
    });
    let (version_id, modified) = stored.await?;
    result.last_modified = Some(timestamp(modified));
    Ok(S3Response::new(CopyObjectOutput {
        copy_object_result: Some(result),
        copy_source_version_id: source.shown,
        server_side_encryption: Some(encrypted()),
        version_id,
        ..CopyObjectOutput::default()
    }))
}

/// A source deleted while it was read has files only until its readers are done: they cannot be named again.
fn still_there(change: &Change<'_>, content: &[Segment]) -> Result<(), Fault> {
    for segment in content {
        if !change.names(&segment.blob)? {
            return Err(no_such_key().into());
        }
    }
    Ok(())
}

/// Reads the bytes that a copy names: its `ETag` is that of the bytes, however they came.
async fn sum(backend: &Backend, content: Vec<Segment>, algorithm: Algorithm) -> S3Result<Digested> {
    let summed = backend.run(move |index| {
        let mut digests = Digests::new(&[algorithm]);
        index.files.read(&content, |bytes| digests.update(bytes))?;
        Ok(digests.finish())
    });
    summed.await
}

/// The bytes of `bytes=first-last`; S3 wants both ends and both inside the source.
fn part_range(range: Option<&str>, size: u64) -> S3Result<(u64, u64)> {
    let Some(range) = range else {
        return Ok((0, size));
    };
    let Ok(Range::Int {
        first,
        last: Some(last),
    }) = Range::parse(range)
    else {
        let said = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are \
                    the zero-based offsets of the first and last bytes to copy";
        return Err(refuse(S3ErrorCode::InvalidArgument, said));
    };
    if last >= size {
        let said = format!("Range specified is not valid for source object of size: {size}");
        return Err(refuse(S3ErrorCode::InvalidArgument, said));
    }
    Ok((first, last - first + 1))
}

/// `UploadPartCopy`.
pub async fn part(
    backend: &Backend,
    request: S3Request<UploadPartCopyInput>,
) -> S3Result<S3Response<UploadPartCopyOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    multipart::check_number(input.part_number)?;
    let source = open(
        backend,
        &caller,
        &input.copy_source,
        &source_conditions!(input),
    )
    .await?;
    let (start, len) = part_range(input.copy_source_range.as_deref(), source.found.size)?;
    let content = cut(&source.content, start, len);
    let upload = multipart::find(backend, &input.bucket, &input.key, &input.upload_id).await?;
    let algorithm = upload.algorithm();
    let part = Part::new(
        input.part_number,
        &sum(backend, content.clone(), algorithm).await?,
        algorithm,
    );
    let mut result = CopyPartResult {
        e_tag: Some(etag(&part.etag)),
        ..CopyPartResult::default()
    };
    if upload.declared.is_some() {
        set_checksum_value!(result, algorithm, part.checksum.clone());
    }
    let pin = source.pin;
    let stored = backend.run(move |index| {
        let stored = index.change(|change| {
            still_there(change, &content)?;
            uploads::upload(&change.tx, &input.bucket, &input.key, &input.upload_id)?;
            change.put_part(&input.upload_id, &part, &content)
        });
        drop(pin);
        stored
    });
    result.last_modified = Some(timestamp(stored.await?));
    Ok(S3Response::new(UploadPartCopyOutput {
        copy_part_result: Some(result),
        copy_source_version_id: source.shown,
        server_side_encryption: Some(encrypted()),
        ..UploadPartCopyOutput::default()
    }))
}
