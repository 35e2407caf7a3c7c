//! The listings of multipart uploads in progress and of their parts.

use std::collections::BTreeSet;

use s3s::dto::*;
use s3s::{S3Request, S3Response, S3Result};

use super::list::{Writing, given, limit, owner};
use super::{Backend, etag, timestamp};
use crate::digest::set_checksum_value;
use crate::index::uploads::{self, Part as Stored, Upload};

/// `ListParts`.
pub async fn parts(
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
        owner: Some(owner()),
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
pub async fn uploads(
    backend: &Backend,
    request: S3Request<ListMultipartUploadsInput>,
) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
    let input = request.input;
    let writing = Writing::of(input.encoding_type.as_ref())?;
    let limit = limit(input.max_uploads)?;
    let (prefix, delimiter) = (input.prefix.unwrap_or_default(), given(input.delimiter));
    let (key_marker, id_marker) = (
        input.key_marker.unwrap_or_default(),
        input.upload_id_marker.unwrap_or_default(),
    );
    // Without an id, all uploads of the marker's key are behind; no id is greater than this.
    let after = (
        key_marker.clone(),
        given(Some(id_marker.clone())).unwrap_or_else(|| "g".to_owned()),
    );
    let (bucket, scope) = (input.bucket.clone(), prefix.clone());
    let looked = backend.run(move |index| {
        index.look(|connection| {
            uploads::all(
                connection,
                &bucket,
                &scope,
                (&after.0, &after.1),
                usize::MAX,
            )
        })
    });
    let (shown, prefixes, more) = roll_up(
        looked.await?,
        &prefix,
        delimiter.as_deref(),
        &key_marker,
        limit,
    );
    let last = shown
        .last()
        .map(|upload| (upload.key.clone(), upload.id.clone()))
        .filter(|_| more);
    let last_prefix = prefixes.last().cloned().filter(|_| more);
    let (next_key, next_id) = match (last, last_prefix) {
        (Some((key, id)), prefix) if prefix.as_ref().is_none_or(|prefix| *prefix < key) => {
            (Some(key), Some(id))
        }
        (_, prefix) => (prefix, None),
    };
    Ok(S3Response::new(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        is_truncated: Some(more),
        next_key_marker: next_key.map(|key| writing.name(key)),
        next_upload_id_marker: next_id,
        uploads: Some(
            shown
                .into_iter()
                .map(|upload| in_progress(&writing, upload))
                .collect(),
        ),
        common_prefixes: writing.prefixes(prefixes.into_iter().collect()),
        prefix: Some(writing.name(prefix)),
        key_marker: Some(writing.name(key_marker)),
        upload_id_marker: Some(id_marker),
        delimiter: delimiter.map(|delimiter| writing.name(delimiter)),
        max_uploads: i32::try_from(limit).ok(),
        encoding_type: input.encoding_type,
        ..ListMultipartUploadsOutput::default()
    }))
}

/// Uploads and common prefixes of one page, and whether there is more. Uploads in progress are few: they are read whole.
fn roll_up(
    all: Vec<Upload>,
    prefix: &str,
    delimiter: Option<&str>,
    after: &str,
    limit: usize,
) -> (Vec<Upload>, BTreeSet<String>, bool) {
    let (mut shown, mut prefixes) = (Vec::new(), BTreeSet::new());
    for upload in all {
        let rest = &upload.key[prefix.len()..];
        let rolled = delimiter
            .and_then(|delimiter| Some(rest.find(delimiter)? + delimiter.len()))
            .map(|end| upload.key[..prefix.len() + end].to_owned());
        if rolled
            .as_ref()
            .is_some_and(|rolled| prefixes.contains(rolled) || rolled.as_str() <= after)
        {
            continue;
        }
        if shown.len() + prefixes.len() == limit {
            return (shown, prefixes, true);
        }
        match rolled {
            Some(rolled) => {
                prefixes.insert(rolled);
            }
            None => shown.push(upload),
        }
    }
    (shown, prefixes, false)
}

fn in_progress(writing: &Writing, upload: Upload) -> MultipartUpload {
    MultipartUpload {
        key: Some(writing.name(upload.key)),
        upload_id: Some(upload.id),
        initiated: Some(timestamp(upload.initiated)),
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
        owner: Some(owner()),
    }
}
