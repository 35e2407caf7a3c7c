//! `GetObject` and `HeadObject`.

use http::HeaderValue;
use s3s::dto::*;
use s3s::{S3ErrorCode, S3Request, S3Response, S3Result};

use super::source::{Source, conditions, stream_of};
use super::{Backend, caller, encrypted, etag, size, timestamp};
use crate::digest::{Checksum, Kind, set_checksum, set_checksum_value};
use crate::fault::refuse;
use crate::fault::refuse_as;
use crate::files::cut;
use crate::index::objects::Version;

/// The bytes a request asks for.
struct Slice {
    start: u64,
    len: u64,
    /// Whether the answer is 206.
    partial: bool,
    /// Of a part that was asked for by its number.
    part_checksum: Option<(crate::digest::Algorithm, String)>,
}

fn slice(found: &Version, range: Option<Range>, part: Option<i32>) -> S3Result<Slice> {
    match (range, part) {
        (Some(_), Some(_)) => Err(refuse(
            S3ErrorCode::InvalidRequest,
            "Cannot specify both Range header and partNumber query parameter",
        )),
        (None, None) => Ok(Slice {
            start: 0,
            len: found.size,
            partial: false,
            part_checksum: None,
        }),
        (Some(range), None) => {
            let bytes = range
                .check(found.size)
                .map_err(|_| invalid_range(found.size))?;
            Ok(Slice {
                start: bytes.start,
                len: bytes.end - bytes.start,
                partial: true,
                part_checksum: None,
            })
        }
        (None, Some(number)) => part_slice(found, number),
    }
}

fn part_slice(found: &Version, number: i32) -> S3Result<Slice> {
    if found.parts.is_empty() && number == 1 {
        return Ok(Slice {
            start: 0,
            len: found.size,
            partial: found.size > 0,
            part_checksum: None,
        });
    }
    let mut start = 0;
    for (index, part) in (1..).zip(&found.parts) {
        if index == number {
            let composite = found
                .checksum
                .as_ref()
                .filter(|checksum| checksum.kind == Kind::Composite);
            let part_checksum =
                composite.map(|checksum| (checksum.algorithm, part.checksum.clone()));
            return Ok(Slice {
                start,
                len: part.size,
                partial: true,
                part_checksum,
            });
        }
        start += part.size;
    }
    let status = http::StatusCode::RANGE_NOT_SATISFIABLE;
    Err(refuse_as(
        "InvalidPartNumber",
        status,
        "The requested partnumber is not satisfiable",
    ))
}

fn invalid_range(size: u64) -> s3s::S3Error {
    let mut error = refuse(
        S3ErrorCode::InvalidRange,
        "The requested range is not satisfiable",
    );
    let mut headers = http::HeaderMap::new();
    headers.insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/xml"),
    );
    if let Ok(range) = HeaderValue::from_str(&format!("bytes */{size}")) {
        headers.insert(http::header::CONTENT_RANGE, range);
    }
    error.set_headers(headers);
    error
}

/// Fills the fields that both answers have.
macro_rules! describe {
    ($output:ident, $source:expr, $slice:expr, $with_checksum:expr) => {{
        let (source, slice): (&Source, &Slice) = ($source, $slice);
        let found = &source.found;
        $output.accept_ranges = Some("bytes".to_owned());
        $output.content_length = Some(size(slice.len));
        if slice.partial {
            let end = (slice.start + slice.len).saturating_sub(1);
            $output.content_range = Some(format!("bytes {}-{end}/{}", slice.start, found.size));
        }
        $output.e_tag = Some(etag(&found.etag));
        $output.last_modified = Some(timestamp(found.modified));
        $output.version_id = source.shown.clone();
        $output.server_side_encryption = Some(encrypted());
        if found.class != StorageClass::STANDARD {
            $output.storage_class = Some(StorageClass::from(found.class.clone()));
        }
        if $with_checksum {
            set_checksum!($output, whole_checksum(found, slice));
            if let Some((algorithm, value)) = &slice.part_checksum {
                set_checksum_value!($output, *algorithm, value.clone());
            }
        }
        let attributes = &found.attributes;
        $output.content_type = Some(
            attributes
                .content_type
                .clone()
                .unwrap_or_else(|| "binary/octet-stream".to_owned()),
        );
        $output.content_disposition = attributes.content_disposition.clone();
        $output.content_encoding = attributes.content_encoding.clone();
        $output.content_language = attributes.content_language.clone();
        $output.cache_control = attributes.cache_control.clone();
        $output.expires = attributes
            .expires
            .as_deref()
            .and_then(|date| Timestamp::parse(TimestampFormat::HttpDate, date).ok());
        $output.metadata = Some(attributes.metadata.clone().into_iter().collect());
    }};
}

/// A checksum of all bytes says nothing about some of them.
fn whole_checksum<'v>(found: &'v Version, slice: &Slice) -> Option<&'v Checksum> {
    found
        .checksum
        .as_ref()
        .filter(|_| slice.len == found.size && slice.part_checksum.is_none())
}

fn parts_count(found: &Version, asked: Option<i32>) -> Option<i32> {
    asked
        .and_then(|_| i32::try_from(found.parts.len()).ok())
        .filter(|count| *count > 0)
}

/// `GetObject`.
pub async fn object(
    backend: &Backend,
    request: S3Request<GetObjectInput>,
) -> S3Result<S3Response<GetObjectOutput>> {
    let caller = caller(&request)?;
    let input = &request.input;
    let source = backend
        .source(
            &caller,
            &input.bucket,
            &input.key,
            input.version_id.as_deref(),
        )
        .await?;
    conditions!(input).check(&source.found)?;
    let range = input
        .range
        .filter(|_| still_the_same(request.headers.get(http::header::IF_RANGE), &source.found));
    let slice = slice(&source.found, range, input.part_number)?;
    let with_checksum = input
        .checksum_mode
        .as_ref()
        .is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED);
    let mut output = GetObjectOutput::default();
    describe!(output, &source, &slice, with_checksum);
    output.parts_count = parts_count(&source.found, input.part_number);
    output.tag_count = i32::try_from(source.found.tags.len())
        .ok()
        .filter(|count| *count > 0);
    let content = cut(&source.content, slice.start, slice.len);
    output.body = Some(stream_of(backend.index.files.clone(), content, source.pin));
    Ok(S3Response::new(output))
}

/// A browser that continues a download wants the rest only of the version it has the beginning of (RFC 9110 §13.1.5).
fn still_the_same(if_range: Option<&HeaderValue>, found: &Version) -> bool {
    if_range.is_none_or(|etag| etag.as_bytes() == format!("\"{}\"", found.etag).as_bytes())
}

/// `HeadObject`.
pub async fn head(
    backend: &Backend,
    request: S3Request<HeadObjectInput>,
) -> S3Result<S3Response<HeadObjectOutput>> {
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
    conditions!(input).check(&source.found)?;
    let slice = slice(&source.found, input.range, input.part_number)?;
    let with_checksum = input
        .checksum_mode
        .as_ref()
        .is_some_and(|mode| mode.as_str() == ChecksumMode::ENABLED);
    let mut output = HeadObjectOutput::default();
    describe!(output, &source, &slice, with_checksum);
    output.parts_count = parts_count(&source.found, input.part_number);
    output.content_type = input.response_content_type.or(output.content_type);
    output.content_disposition = input
        .response_content_disposition
        .or(output.content_disposition);
    output.content_encoding = input.response_content_encoding.or(output.content_encoding);
    output.content_language = input.response_content_language.or(output.content_language);
    output.cache_control = input.response_cache_control.or(output.cache_control);
    output.expires = input.response_expires.or(output.expires);
    let status = if slice.partial {
        http::StatusCode::PARTIAL_CONTENT
    } else {
        http::StatusCode::OK
    };
    Ok(S3Response::with_status(output, status))
}
