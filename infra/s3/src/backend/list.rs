//! The listings of a bucket.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use s3s::dto::*;
use s3s::{S3Error, S3ErrorCode, S3Request, S3Response, S3Result};

use super::{Backend, etag, size, timestamp};
use crate::fault::refuse;
use crate::index::listing::{self, Entry, Page, Wanted};
use crate::notification::encode;

pub fn owner() -> Owner {
    Owner {
        display_name: None,
        id: Some("local".to_owned()),
    }
}

/// At most a thousand names a page, whatever is asked for.
pub fn limit(asked: Option<i32>) -> S3Result<usize> {
    let invalid = |_| {
        refuse(
            S3ErrorCode::InvalidArgument,
            "Argument maxKeys must be an integer between 0 and 2147483647",
        )
    };
    Ok(usize::try_from(asked.unwrap_or(1000))
        .map_err(invalid)?
        .min(1000))
}

/// How names are written: as they are, or encoded for XML that cannot hold every character.
pub struct Writing(bool);

impl Writing {
    pub fn of(encoding: Option<&EncodingType>) -> S3Result<Self> {
        match encoding.map(EncodingType::as_str) {
            None => Ok(Self(false)),
            Some(EncodingType::URL) => Ok(Self(true)),
            Some(_) => Err(refuse(
                S3ErrorCode::InvalidArgument,
                "Invalid Encoding Method specified in Request",
            )),
        }
    }

    pub fn name(&self, name: impl Into<String>) -> String {
        let name = name.into();
        if self.0 { encode(&name) } else { name }
    }

    pub fn prefixes(&self, prefixes: Vec<String>) -> Option<Vec<CommonPrefix>> {
        let common = |prefix: String| CommonPrefix {
            prefix: Some(self.name(prefix)),
        };
        (!prefixes.is_empty()).then(|| prefixes.into_iter().map(common).collect())
    }

    fn object(&self, entry: Entry, with_owner: bool) -> Object {
        let (checksum_algorithm, checksum_type) = checksum_of(&entry);
        Object {
            checksum_algorithm,
            checksum_type,
            key: Some(self.name(entry.key)),
            e_tag: Some(etag(&entry.etag)),
            size: Some(size(entry.size)),
            last_modified: Some(timestamp(entry.modified)),
            storage_class: Some(ObjectStorageClass::from(entry.class)),
            owner: with_owner.then(owner),
            ..Object::default()
        }
    }
}

fn checksum_of(entry: &Entry) -> (Option<Vec<ChecksumAlgorithm>>, Option<ChecksumType>) {
    let checksum = entry.checksum.as_ref();
    (
        checksum.map(|checksum| vec![ChecksumAlgorithm::from_static(checksum.algorithm.name())]),
        checksum.map(|checksum| ChecksumType::from_static(checksum.kind.name())),
    )
}

async fn page(
    backend: &Backend,
    bucket: &str,
    prefix: Option<&str>,
    delimiter: Option<&str>,
    after: &str,
    limit: usize,
) -> S3Result<Page> {
    let (bucket, after) = (bucket.to_owned(), after.to_owned());
    let (prefix, delimiter) = (
        prefix.unwrap_or_default().to_owned(),
        delimiter.map(str::to_owned),
    );
    let looked = backend.run(move |index| {
        let wanted = Wanted {
            prefix: &prefix,
            delimiter: delimiter.as_deref(),
            after: &after,
            limit,
        };
        index.look(|connection| listing::objects(connection, &bucket, &wanted))
    });
    looked.await
}

pub fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// `ListObjects`.
pub async fn first_form(
    backend: &Backend,
    request: S3Request<ListObjectsInput>,
) -> S3Result<S3Response<ListObjectsOutput>> {
    let input = request.input;
    let writing = Writing::of(input.encoding_type.as_ref())?;
    let limit = limit(input.max_keys)?;
    let (marker, delimiter) = (input.marker.unwrap_or_default(), given(input.delimiter));
    let page = page(
        backend,
        &input.bucket,
        input.prefix.as_deref(),
        delimiter.as_deref(),
        &marker,
        limit,
    )
    .await?;
    Ok(S3Response::new(ListObjectsOutput {
        name: Some(input.bucket),
        is_truncated: Some(page.next.is_some()),
        // Without a delimiter the last key is the marker, and AWS leaves this out.
        next_marker: page
            .next
            .filter(|_| delimiter.is_some())
            .map(|next| writing.name(next)),
        contents: Some(
            page.entries
                .into_iter()
                .map(|entry| writing.object(entry, true))
                .collect(),
        ),
        common_prefixes: writing.prefixes(page.prefixes),
        prefix: Some(writing.name(input.prefix.unwrap_or_default())),
        marker: Some(writing.name(marker)),
        delimiter: delimiter.map(|delimiter| writing.name(delimiter)),
        max_keys: i32::try_from(limit).ok(),
        encoding_type: input.encoding_type,
        ..ListObjectsOutput::default()
    }))
}

fn unreadable_token() -> S3Error {
    refuse(
        S3ErrorCode::InvalidArgument,
        "The continuation token provided is incorrect",
    )
}

/// `ListObjectsV2`.
pub async fn second_form(
    backend: &Backend,
    request: S3Request<ListObjectsV2Input>,
) -> S3Result<S3Response<ListObjectsV2Output>> {
    let input = request.input;
    let writing = Writing::of(input.encoding_type.as_ref())?;
    let limit = limit(input.max_keys)?;
    let delimiter = given(input.delimiter);
    let after = match &input.continuation_token {
        None => input.start_after.clone().unwrap_or_default(),
        Some(token) => {
            let name = URL_SAFE_NO_PAD
                .decode(token)
                .map_err(|_| unreadable_token())?;
            String::from_utf8(name).map_err(|_| unreadable_token())?
        }
    };
    let page = page(
        backend,
        &input.bucket,
        input.prefix.as_deref(),
        delimiter.as_deref(),
        &after,
        limit,
    )
    .await?;
    let with_owner = input.fetch_owner.unwrap_or(false);
    Ok(S3Response::new(ListObjectsV2Output {
        name: Some(input.bucket),
        is_truncated: Some(page.next.is_some()),
        key_count: i32::try_from(page.entries.len() + page.prefixes.len()).ok(),
        next_continuation_token: page.next.map(|next| URL_SAFE_NO_PAD.encode(next)),
        contents: Some(
            page.entries
                .into_iter()
                .map(|entry| writing.object(entry, with_owner))
                .collect(),
        ),
        common_prefixes: writing.prefixes(page.prefixes),
        prefix: Some(writing.name(input.prefix.unwrap_or_default())),
        start_after: input.start_after.map(|after| writing.name(after)),
        continuation_token: input.continuation_token,
        delimiter: delimiter.map(|delimiter| writing.name(delimiter)),
        max_keys: i32::try_from(limit).ok(),
        encoding_type: input.encoding_type,
        ..ListObjectsV2Output::default()
    }))
}

/// `ListObjectVersions`.
pub async fn versions(
    backend: &Backend,
    request: S3Request<ListObjectVersionsInput>,
) -> S3Result<S3Response<ListObjectVersionsOutput>> {
    let input = request.input;
    let writing = Writing::of(input.encoding_type.as_ref())?;
    let limit = limit(input.max_keys)?;
    let delimiter = given(input.delimiter);
    let (key_marker, version_marker) = (given(input.key_marker), given(input.version_id_marker));
    if version_marker.is_some() && key_marker.is_none() {
        let said = "A version-id marker cannot be specified without a key marker.";
        return Err(refuse(S3ErrorCode::InvalidArgument, said));
    }
    let looked = {
        let (bucket, prefix) = (
            input.bucket.clone(),
            input.prefix.clone().unwrap_or_default(),
        );
        let (delimiter, after, version) = (
            delimiter.clone(),
            key_marker.clone(),
            version_marker.clone(),
        );
        backend.run(move |index| {
            let after = after.unwrap_or_default();
            let wanted = Wanted {
                prefix: &prefix,
                delimiter: delimiter.as_deref(),
                after: &after,
                limit,
            };
            index.look(|connection| {
                listing::versions(connection, &bucket, &wanted, version.as_deref())
            })
        })
    };
    let page = looked.await?;
    let (markers, kept): (Vec<Entry>, Vec<Entry>) =
        page.entries.into_iter().partition(|entry| entry.marker);
    Ok(S3Response::new(ListObjectVersionsOutput {
        name: Some(input.bucket),
        is_truncated: Some(page.next.is_some()),
        next_key_marker: page.next.map(|next| writing.name(next)),
        next_version_id_marker: page.next_version,
        versions: Some(
            kept.into_iter()
                .map(|entry| version(&writing, entry))
                .collect(),
        ),
        delete_markers: Some(
            markers
                .into_iter()
                .map(|entry| marker(&writing, entry))
                .collect(),
        ),
        common_prefixes: writing.prefixes(page.prefixes),
        prefix: Some(writing.name(input.prefix.unwrap_or_default())),
        key_marker: Some(writing.name(key_marker.unwrap_or_default())),
        version_id_marker: version_marker,
        delimiter: delimiter.map(|delimiter| writing.name(delimiter)),
        max_keys: i32::try_from(limit).ok(),
        encoding_type: input.encoding_type,
        ..ListObjectVersionsOutput::default()
    }))
}

fn version(writing: &Writing, entry: Entry) -> ObjectVersion {
    let (checksum_algorithm, checksum_type) = checksum_of(&entry);
    ObjectVersion {
        checksum_algorithm,
        checksum_type,
        key: Some(writing.name(entry.key)),
        version_id: Some(entry.version),
        is_latest: Some(entry.latest),
        e_tag: Some(etag(&entry.etag)),
        size: Some(size(entry.size)),
        last_modified: Some(timestamp(entry.modified)),
        storage_class: Some(ObjectVersionStorageClass::from(entry.class)),
        owner: Some(owner()),
        ..ObjectVersion::default()
    }
}

fn marker(writing: &Writing, entry: Entry) -> DeleteMarkerEntry {
    DeleteMarkerEntry {
        key: Some(writing.name(entry.key)),
        version_id: Some(entry.version),
        is_latest: Some(entry.latest),
        last_modified: Some(timestamp(entry.modified)),
        owner: Some(owner()),
    }
}
