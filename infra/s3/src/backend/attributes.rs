//! `GetObjectAttributes`.

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result};

use super::{Backend, caller, etag, size, timestamp};
use crate::digest::{set_checksum, set_checksum_value};
use crate::index::objects::Version;

/// `GetObjectAttributes`.
pub async fn object(
    backend: &Backend,
    request: S3Request<GetObjectAttributesInput>,
) -> S3Result<S3Response<GetObjectAttributesOutput>> {
    let caller = caller(&request)?;
    let input = request.input;
    let source = backend
        .source(
            &caller,
            &input.bucket,
            &input.key,
            input.version_id.as_deref(),
        )
        .await?;
    let found = &source.found;
    // s3s takes one header for one value; clients send one list.
    let wanted = input
        .object_attributes
        .iter()
        .flat_map(|header| header.as_str().split(','));
    let wants = |name: &str| wanted.clone().any(|wanted| wanted.trim() == name);
    let mut output = GetObjectAttributesOutput {
        last_modified: Some(timestamp(found.modified)),
        version_id: source.shown.clone(),
        e_tag: wants(ObjectAttributes::ETAG).then(|| etag(&found.etag)),
        object_size: wants(ObjectAttributes::OBJECT_SIZE).then(|| size(found.size)),
        storage_class: wants(ObjectAttributes::STORAGE_CLASS)
            .then(|| StorageClass::from(found.class.clone())),
        ..GetObjectAttributesOutput::default()
    };
    if wants(ObjectAttributes::CHECKSUM) && found.checksum.is_some() {
        let mut checksum = Checksum::default();
        set_checksum!(checksum, &found.checksum);
        output.checksum = Some(checksum);
    }
    if wants(ObjectAttributes::OBJECT_PARTS) && !found.parts.is_empty() {
        output.object_parts = Some(parts(found, input.part_number_marker, input.max_parts));
    }
    Ok(S3Response::new(output))
}

fn parts(found: &Version, after: Option<i32>, max: Option<i32>) -> GetObjectAttributesParts {
    let after = after.unwrap_or(0);
    let limit = usize::try_from(max.unwrap_or(1000)).unwrap_or(0).min(1000);
    let mut left = (1..)
        .zip(&found.parts)
        .filter(|(number, _)| *number > after);
    let algorithm = found.checksum.as_ref().map(|checksum| checksum.algorithm);
    let described = |(number, part): (i32, &crate::index::objects::PartShape)| {
        let mut described = ObjectPart {
            part_number: Some(number),
            size: Some(size(part.size)),
            ..ObjectPart::default()
        };
        if let Some(algorithm) = algorithm {
            set_checksum_value!(described, algorithm, part.checksum.clone());
        }
        described
    };
    let shown: Vec<ObjectPart> = left.by_ref().take(limit).map(described).collect();
    GetObjectAttributesParts {
        is_truncated: Some(left.next().is_some()),
        max_parts: i32::try_from(limit).ok(),
        part_number_marker: Some(after),
        next_part_number_marker: Some(shown.last().and_then(|part| part.part_number).unwrap_or(0)),
        parts: Some(shown),
        total_parts_count: i32::try_from(found.parts.len()).ok(),
    }
}
