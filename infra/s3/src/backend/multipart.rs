//! Multipart uploads: create, part and abort.

use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Response, S3Result};

use super::put::{attributes, check_attributes, check_length, storage_class};
use super::{Backend, caller, encrypted, etag, tags};
use crate::access::object_arn;
use crate::digest::{Algorithm, Kind, given_checksums, set_checksum_value};
use crate::fault::refuse;
use crate::index::uploads::{self, Part as Stored, Upload};
use crate::intake::{Claims, receive};

pub fn check_number(number: i32) -> S3Result<()> {
    if (1..=10_000).contains(&number) {
        return Ok(());
    }
    let said = "Part number must be an integer between 1 and 10000, inclusive";
    Err(refuse(S3ErrorCode::InvalidArgument, said))
}

/// The upload that a request names.
pub async fn find(backend: &Backend, bucket: &str, key: &str, id: &str) -> S3Result<Upload> {
    let (bucket, key, id) = (bucket.to_owned(), key.to_owned(), id.to_owned());
    let found = backend
        .run(move |index| index.look(|connection| uploads::upload(connection, &bucket, &key, &id)));
    found.await
}

/// The algorithm and kind a client asks for; refused where S3 has no such pair.
fn declared(input: &CreateMultipartUploadInput) -> S3Result<Option<(Algorithm, Kind)>> {
    let invalid = |said: &str| refuse(S3ErrorCode::InvalidRequest, said.to_owned());
    let kind = match input.checksum_type.as_ref().map(ChecksumType::as_str) {
        None => None,
        Some(ChecksumType::COMPOSITE) => Some(Kind::Composite),
        Some(ChecksumType::FULL_OBJECT) => Some(Kind::FullObject),
        Some(_) => return Err(invalid("Value for x-amz-checksum-type header is invalid.")),
    };
    let Some(name) = &input.checksum_algorithm else {
        return match kind {
            None => Ok(None),
            Some(_) => Err(invalid(
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
            )),
        };
    };
    let algorithm = Algorithm::named(name.as_str()).ok_or_else(|| {
        invalid(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid \
                                types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
        )
    })?;
    let kind = kind.unwrap_or_else(|| algorithm.default_kind());
    if !algorithm.can_be(kind) {
        let (kind, name) = (kind.name(), algorithm.name().to_ascii_lowercase());
        let said =
            format!("The {kind} checksum type cannot be used with the {name} checksum algorithm.");
        return Err(invalid(&said));
    }
    Ok(Some((algorithm, kind)))
}

/// `CreateMultipartUpload`.
pub async fn create(
    backend: &Backend,
    request: S3Request<CreateMultipartUploadInput>,
) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    let resource = object_arn(&input.bucket, &input.key);
    let tags = tags::brought(backend, &caller, input.tagging.as_deref(), &resource)?;
    let attributes = attributes!(input);
    check_attributes(&attributes, input.server_side_encryption.as_ref())?;
    let declared = declared(&input)?;
    let upload = Upload {
        id: uuid::Uuid::now_v7().simple().to_string(),
        key: input.key.clone(),
        initiated: 0,
        class: storage_class(input.storage_class.as_ref()),
        declared,
        attributes,
        tags,
    };
    let (id, bucket) = (upload.id.clone(), input.bucket.clone());
    backend
        .run(move |index| index.change(|change| change.begin_upload(&bucket, &upload)))
        .await?;
    Ok(S3Response::new(CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(id),
        checksum_algorithm: declared
            .map(|(algorithm, _)| ChecksumAlgorithm::from_static(algorithm.name())),
        checksum_type: declared.map(|(_, kind)| ChecksumType::from_static(kind.name())),
        server_side_encryption: Some(encrypted()),
        ..CreateMultipartUploadOutput::default()
    }))
}

/// Refuses a part with another checksum than the upload was created for.
fn check_sent(upload: &Upload, sent: Option<Algorithm>) -> S3Result<()> {
    let (Some((expected, _)), Some(sent)) = (upload.declared, sent) else {
        return Ok(());
    };
    if expected == sent {
        return Ok(());
    }
    let (expected, sent) = (
        expected.name().to_ascii_lowercase(),
        sent.name().to_ascii_lowercase(),
    );
    let said = format!(
        "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {sent}"
    );
    Err(refuse(S3ErrorCode::InvalidRequest, said))
}

/// `UploadPart`.
pub async fn part(
    backend: &Backend,
    mut request: S3Request<UploadPartInput>,
) -> S3Result<S3Response<UploadPartOutput>> {
    let body = request.input.body.take();
    let input = &request.input;
    check_number(input.part_number)?;
    check_length(input.content_length)?;
    let (length, md5) = (input.content_length, input.content_md5.as_deref());
    let claims = Claims::of(&request, length, md5, given_checksums!(input))?;
    let upload = find(backend, &input.bucket, &input.key, &input.upload_id).await?;
    let (algorithm, sent) = (upload.algorithm(), claims.algorithm());
    check_sent(&upload, sent)?;
    let received = receive(
        &backend.index,
        body,
        std::iter::once(algorithm).chain(sent).collect(),
    )
    .await?;
    claims.verify(&received.digested)?;
    let part = Stored::new(input.part_number, &received.digested, algorithm);
    let mut output = UploadPartOutput {
        e_tag: Some(etag(&part.etag)),
        server_side_encryption: Some(encrypted()),
        ..UploadPartOutput::default()
    };
    let told = sent.or(upload.declared.map(|(algorithm, _)| algorithm));
    if let Some((algorithm, value)) =
        told.and_then(|told| Some((told, received.digested.value(told)?)))
    {
        set_checksum_value!(output, algorithm, value.to_owned());
    }
    let input = request.input;
    let stored = backend.run(move |index| {
        received.commit(index, |change, content| {
            // It may have been completed or aborted meanwhile.
            uploads::upload(&change.tx, &input.bucket, &input.key, &input.upload_id)?;
            change.put_part(&input.upload_id, &part, &content)
        })
    });
    stored.await?;
    Ok(S3Response::new(output))
}

/// `AbortMultipartUpload`.
pub async fn abort(
    backend: &Backend,
    request: S3Request<AbortMultipartUploadInput>,
) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
    let input = request.input;
    let aborted = backend.run(move |index| {
        index.change(|change| {
            uploads::upload(&change.tx, &input.bucket, &input.key, &input.upload_id)?;
            change.drop_upload(&input.upload_id)
        })
    });
    aborted.await?;
    Ok(S3Response::with_status(
        AbortMultipartUploadOutput::default(),
        http::StatusCode::NO_CONTENT,
    ))
}
