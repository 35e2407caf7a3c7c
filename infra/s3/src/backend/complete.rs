//! `CompleteMultipartUpload`: which parts, and what they make.

use s3s::dto::*;
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::{Backend, caller, encrypted, etag};
use crate::digest::{Checksum, Kind, combine, given_checksums, multipart_etag, set_checksum};
use crate::fault::{Fault, refuse};
use crate::files::Segment;
use crate::index::objects::{NewObject, Origin, PartShape, WriteConditions};
use crate::index::uploads::{self, Part as Stored, Upload};

/// The least size of every part but the last (S3 User Guide, multipart upload limits).
const MIN_PART: u64 = 5 << 20;

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
pub async fn upload(
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
    content: Vec<Segment>,
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
