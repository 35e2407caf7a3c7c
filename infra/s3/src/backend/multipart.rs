//! Multipart uploads: create, part, complete, abort, and the two listings.

use s3s::dto::*;
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::put::{MAX_PUT, attributes, check_attributes, storage_class};
use super::{Backend, caller, encrypted, etag, tags, timestamp};
use crate::digest::set_checksum_value;
use crate::digest::{
    Algorithm, Checksum, Kind, combine, given_checksums, multipart_etag, set_checksum,
};
use crate::fault::{Fault, refuse};
use crate::index::objects::{NewObject, Origin, PartShape, WriteConditions};
use crate::index::uploads::{self, Part as Stored, Upload};
use crate::intake::{Claims, receive};

/// The least size of every part but the last (S3 User Guide, multipart upload limits).
const MIN_PART: u64 = 5 << 20;

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
    let tags = tags::parse(input.tagging.as_deref())?;
    if !tags.is_empty() {
        let resource = crate::access::object_arn(&input.bucket, &input.key);
        backend
            .access
            .require(&caller, "s3:PutObjectTagging", &resource)?;
    }
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

/// `UploadPart`.
pub async fn part(
    backend: &Backend,
    mut request: S3Request<UploadPartInput>,
) -> S3Result<S3Response<UploadPartOutput>> {
    let body = request.input.body.take();
    let input = &request.input;
    check_number(input.part_number)?;
    if input
        .content_length
        .is_some_and(|length| length > super::size(MAX_PUT))
    {
        let said = "Your proposed upload exceeds the maximum allowed object size.";
        return Err(refuse(S3ErrorCode::EntityTooLarge, said));
    }
    let claims = Claims::of(
        &request,
        input.content_length,
        input.content_md5.as_deref(),
        given_checksums!(input),
    )?;
    let upload = find(backend, &input.bucket, &input.key, &input.upload_id).await?;
    let (algorithm, sent) = (upload.algorithm(), claims.algorithm());
    if let (Some((expected, _)), Some(sent)) = (upload.declared, sent)
        && expected != sent
    {
        let (expected, sent) = (
            expected.name().to_ascii_lowercase(),
            sent.name().to_ascii_lowercase(),
        );
        let said = format!(
            "Checksum Type mismatch occurred, expected checksum Type: {expected}, actual checksum Type: {sent}"
        );
        return Err(refuse(S3ErrorCode::InvalidRequest, said));
    }
    let wanted = std::iter::once(algorithm).chain(sent).collect();
    let received = receive(&backend.index, body, wanted).await?;
    claims.verify(&received.digested)?;
    let digested = &received.digested;
    let mut output = UploadPartOutput {
        e_tag: Some(etag(&digested.etag())),
        server_side_encryption: Some(encrypted()),
        ..UploadPartOutput::default()
    };
    if let Some(algorithm) = sent.or(upload.declared.map(|(algorithm, _)| algorithm)) {
        set_checksum_value!(
            output,
            algorithm,
            digested.value(algorithm).unwrap_or_default().to_owned()
        );
    }
    let part = Stored {
        id: 0,
        number: input.part_number,
        size: digested.size,
        etag: digested.etag(),
        checksum: digested.value(algorithm).unwrap_or_default().to_owned(),
        modified: 0,
    };
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

fn invalid_part() -> S3Error {
    let said = "One or more of the specified parts could not be found. The part may not have been uploaded, or the \
                specified entity tag may not match the part's entity tag.";
    refuse(S3ErrorCode::InvalidPart, said)
}

/// The stored parts that a client lists, in its order; refused as AWS refuses lists that cannot be joined.
fn choose(listed: &[CompletedPart], stored: &[Stored], upload: &Upload) -> S3Result<Vec<Stored>> {
    if listed.is_empty() {
        let said = "The XML you provided was not well-formed or did not validate against our published schema";
        return Err(refuse(S3ErrorCode::MalformedXML, said));
    }
    let mut chosen: Vec<Stored> = Vec::with_capacity(listed.len());
    for part in listed {
        let number = part.part_number.unwrap_or_default();
        if chosen.last().is_some_and(|before| before.number >= number) {
            let said = "The list of parts was not in ascending order. Parts must be ordered by part number.";
            return Err(refuse(S3ErrorCode::InvalidPartOrder, said));
        }
        let found = stored
            .binary_search_by_key(&number, |stored| stored.number)
            .map_err(|_| invalid_part())?;
        let found = &stored[found];
        if part
            .e_tag
            .as_ref()
            .is_none_or(|etag| etag.value() != found.etag)
        {
            return Err(invalid_part());
        }
        check_part_checksum(part, found, upload)?;
        chosen.push(found.clone());
    }
    let before_last = chosen.len() - 1;
    if chosen[..before_last]
        .iter()
        .any(|part| part.size < MIN_PART)
    {
        let said = "Your proposed upload is smaller than the minimum allowed size";
        return Err(refuse(S3ErrorCode::EntityTooSmall, said));
    }
    Ok(chosen)
}

fn check_part_checksum(part: &CompletedPart, found: &Stored, upload: &Upload) -> S3Result<()> {
    let given = given_checksums!(part);
    let of_upload = given
        .iter()
        .find(|(algorithm, _)| *algorithm == upload.algorithm());
    if of_upload.is_some_and(|(_, value)| *value != found.checksum) {
        return Err(invalid_part());
    }
    if let (Some((algorithm, Kind::Composite)), None) = (upload.declared, of_upload) {
        let said = format!(
            "The upload was created using a {} checksum. The complete request must include the checksum for each \
             part. It was missing for part {} in the request.",
            algorithm.name().to_ascii_lowercase(),
            found.number
        );
        return Err(refuse(S3ErrorCode::InvalidRequest, said));
    }
    Ok(())
}

/// The checksum of the whole, compared with the one the client sent.
fn whole(
    input: &CompleteMultipartUploadInput,
    chosen: &[Stored],
    upload: &Upload,
) -> S3Result<Option<Checksum>> {
    if let Some(kind) = &input.checksum_type
        && kind.as_str() != upload.kind().name()
    {
        let said = format!(
            "The upload was created using the {} checksum mode. The complete request must use the same checksum mode.",
            upload.kind().name()
        );
        return Err(refuse(S3ErrorCode::InvalidRequest, said));
    }
    let sums: Vec<(String, u64)> = chosen
        .iter()
        .map(|part| (part.checksum.clone(), part.size))
        .collect();
    let checksum = combine(upload.algorithm(), upload.kind(), &sums);
    for (algorithm, claimed) in given_checksums!(input) {
        // Clients send a composite value with or without the number of parts.
        let found = checksum
            .as_ref()
            .filter(|checksum| checksum.algorithm == algorithm);
        let same =
            |value: &str| value == claimed || value.split('-').next() == Some(claimed.as_str());
        if !found.is_some_and(|checksum| same(&checksum.value)) {
            let said = format!(
                "The {} you specified did not match the calculated checksum.",
                algorithm.name()
            );
            return Err(refuse(S3ErrorCode::BadDigest, said));
        }
    }
    let size: u64 = chosen.iter().map(|part| part.size).sum();
    if input
        .mpu_object_size
        .is_some_and(|claimed| claimed != super::size(size))
    {
        let said = "The provided 'x-amz-mp-object-size' header does not match what was computed.";
        return Err(refuse(S3ErrorCode::InvalidRequest, said));
    }
    Ok(checksum)
}

/// `CompleteMultipartUpload`: the object names the files of its parts; one transaction ends the upload.
pub async fn complete(
    backend: &Backend,
    request: S3Request<CompleteMultipartUploadInput>,
) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    let mut output = CompleteMultipartUploadOutput {
        bucket: Some(input.bucket.clone()),
        key: Some(input.key.clone()),
        location: Some(format!("/{}/{}", input.bucket, input.key)),
        server_side_encryption: Some(encrypted()),
        ..CompleteMultipartUploadOutput::default()
    };
    let joined = backend.run(move |index| {
        index.change(|change| {
            let upload = uploads::upload(&change.tx, &input.bucket, &input.key, &input.upload_id)?;
            let stored = uploads::parts(&change.tx, &upload.id, 0, usize::MAX)?;
            let listed = input
                .multipart_upload
                .as_ref()
                .and_then(|list| list.parts.as_deref())
                .unwrap_or_default();
            let chosen = choose(listed, &stored, &upload)?;
            let checksum = whole(&input, &chosen, &upload)?;
            let object = join(upload, &chosen, checksum, change.content_of(&chosen)?);
            let conditions = WriteConditions {
                if_match: input.if_match.clone(),
                if_none_match: input.if_none_match.clone(),
            };
            let origin = Origin {
                event: "ObjectCreated:CompleteMultipartUpload",
                principal: &caller.0,
            };
            let version =
                change.put_object(&input.bucket, &input.key, &conditions, &object, origin)?;
            change.drop_upload(&input.upload_id)?;
            Ok::<_, Fault>((object.etag, object.checksum, version))
        })
    });
    let (tag, checksum, version_id) = joined.await?;
    output.e_tag = Some(etag(&tag));
    set_checksum!(output, &checksum);
    output.version_id = version_id;
    Ok(S3Response::new(output))
}

fn join(
    upload: Upload,
    chosen: &[Stored],
    checksum: Option<Checksum>,
    content: Vec<crate::files::Segment>,
) -> NewObject {
    let shape = |part: &Stored| PartShape {
        number: part.number,
        size: part.size,
        checksum: part.checksum.clone(),
    };
    NewObject {
        size: chosen.iter().map(|part| part.size).sum(),
        etag: multipart_etag(chosen.iter().map(|part| part.etag.as_str())),
        class: upload.class,
        checksum,
        attributes: upload.attributes,
        tags: upload.tags,
        parts: chosen.iter().map(shape).collect(),
        content,
    }
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

/// `ListParts`.
pub async fn list_parts(
    backend: &Backend,
    request: S3Request<ListPartsInput>,
) -> S3Result<S3Response<ListPartsOutput>> {
    let input = request.input;
    let limit = usize::try_from(input.max_parts.unwrap_or(1000))
        .unwrap_or(0)
        .min(1000);
    let after = input.part_number_marker.unwrap_or(0);
    let (bucket, key, id) = (
        input.bucket.clone(),
        input.key.clone(),
        input.upload_id.clone(),
    );
    let looked = backend.run(move |index| {
        index.look(|connection| {
            let upload = uploads::upload(connection, &bucket, &key, &id)?;
            let parts = uploads::parts(connection, &id, after, limit + 1)?;
            Ok((upload, parts))
        })
    });
    let (upload, mut parts) = looked.await?;
    let is_truncated = parts.len() > limit;
    parts.truncate(limit);
    let next = parts.last().map_or(0, |part| part.number);
    let described = parts.iter().map(|part| described(part, &upload)).collect();
    Ok(S3Response::new(ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        max_parts: i32::try_from(limit).ok(),
        part_number_marker: Some(after),
        next_part_number_marker: Some(next),
        is_truncated: Some(is_truncated),
        storage_class: Some(StorageClass::from(upload.class)),
        checksum_algorithm: upload
            .declared
            .map(|(algorithm, _)| ChecksumAlgorithm::from_static(algorithm.name())),
        checksum_type: upload
            .declared
            .map(|(_, kind)| ChecksumType::from_static(kind.name())),
        initiator: Some(Initiator {
            display_name: None,
            id: Some("local".to_owned()),
        }),
        owner: Some(super::list::owner()),
        parts: Some(described),
        ..ListPartsOutput::default()
    }))
}

fn described(stored: &Stored, upload: &Upload) -> Part {
    let mut part = Part {
        part_number: Some(stored.number),
        e_tag: Some(etag(&stored.etag)),
        size: Some(super::size(stored.size)),
        last_modified: Some(timestamp(stored.modified)),
        ..Part::default()
    };
    if let Some((algorithm, _)) = upload.declared {
        set_checksum_value!(part, algorithm, stored.checksum.clone());
    }
    part
}

/// `ListMultipartUploads`.
pub async fn list(
    backend: &Backend,
    request: S3Request<ListMultipartUploadsInput>,
) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
    super::list::uploads(backend, request).await
}
