//! The object a request reads: conditions on it, and its bytes as a stream.

use std::collections::VecDeque;
use std::io::{self, SeekFrom};

use bytes::{Bytes, BytesMut};
use futures::stream;
use s3s::dto::{ETagCondition, StreamingBlob, Timestamp};
use s3s::{S3Error, S3ErrorCode, S3Result};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::{Backend, seconds};
use crate::access::{Caller, access_denied, bucket_arn};
use crate::fault::refuse;
use crate::files::{Files, Segment};
use crate::index::objects::{self, Version, precondition_failed};
use crate::index::{Pin, buckets};

/// The conditions of a read.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    pub if_match: Option<ETagCondition>,
    pub if_none_match: Option<ETagCondition>,
    pub if_modified_since: Option<Timestamp>,
    pub if_unmodified_since: Option<Timestamp>,
}

/// Takes the conditions out of an s3s input.
macro_rules! conditions {
    ($input:expr) => {
        $crate::backend::source::Conditions {
            if_match: $input.if_match.clone(),
            if_none_match: $input.if_none_match.clone(),
            if_modified_since: $input.if_modified_since.clone(),
            if_unmodified_since: $input.if_unmodified_since.clone(),
        }
    };
}
pub(super) use conditions;

impl Conditions {
    /// Whether the read may go on. `If-Match` outweighs `If-Unmodified-Since`, and `If-None-Match` outweighs
    /// `If-Modified-Since` (RFC 9110 §13.2.2).
    pub fn check(&self, found: &Version) -> S3Result<()> {
        let is = |condition: &ETagCondition| match condition {
            ETagCondition::Any => true,
            ETagCondition::ETag(etag) => etag.value() == found.etag,
        };
        let modified = found.modified.div_euclid(1000);
        let goes_on = match (&self.if_match, &self.if_unmodified_since) {
            (Some(condition), _) => is(condition),
            (None, Some(since)) => modified <= seconds(since),
            (None, None) => true,
        };
        if !goes_on {
            return Err(precondition_failed());
        }
        let is_new = match (&self.if_none_match, &self.if_modified_since) {
            (Some(condition), _) => !is(condition),
            (None, Some(since)) => modified > seconds(since),
            (None, None) => true,
        };
        if is_new {
            Ok(())
        } else {
            Err(not_modified(found))
        }
    }

    /// As [`Self::check`], for the source of a copy, where every failure is a 412.
    pub fn check_source(&self, found: &Version) -> S3Result<()> {
        self.check(found).map_err(|_| precondition_failed())
    }
}

fn not_modified(found: &Version) -> S3Error {
    let mut error = refuse(S3ErrorCode::NotModified, "Not Modified");
    let mut headers = http::HeaderMap::new();
    let modified = super::timestamp(found.modified);
    let mut date = Vec::new();
    if modified
        .format(s3s::dto::TimestampFormat::HttpDate, &mut date)
        .is_ok()
        && let Ok(date) = http::HeaderValue::from_bytes(&date)
    {
        headers.insert(http::header::LAST_MODIFIED, date);
    }
    if let Ok(etag) = http::HeaderValue::from_str(&format!("\"{}\"", found.etag)) {
        headers.insert(http::header::ETAG, etag);
    }
    error.set_headers(headers);
    error
}

/// A version to read, and its bytes held in place.
pub struct Source {
    pub found: Version,
    /// The version as answers show it.
    pub shown: Option<String>,
    pub content: Vec<Segment>,
    pub pin: Pin,
}

impl Backend {
    /// Finds what a request reads. Who may not list the bucket is not told that a key is missing.
    pub(super) async fn source(
        &self,
        caller: &Caller,
        bucket: &str,
        key: &str,
        version: Option<&str>,
    ) -> S3Result<Source> {
        let (name, key, version) = (
            bucket.to_owned(),
            key.to_owned(),
            version.map(str::to_owned),
        );
        let found = self.run(move |index| {
            let ((found, shown), content, pin) = index.look_and_pin(|connection| {
                let (found, content) =
                    objects::find_content(connection, &name, &key, version.as_deref())?;
                let shown = buckets::versioning(connection, &name)?.shown(&found.version);
                Ok(((found, shown), content))
            })?;
            Ok(Source {
                found,
                shown,
                content,
                pin,
            })
        });
        found
            .await
            .map_err(|error| self.hide_missing(error, caller, bucket))
    }

    pub(super) fn hide_missing(&self, error: S3Error, caller: &Caller, bucket: &str) -> S3Error {
        let missing = matches!(
            error.code(),
            S3ErrorCode::NoSuchKey | S3ErrorCode::NoSuchVersion
        );
        if missing
            && !self
                .access
                .allows(caller, "s3:ListBucket", &bucket_arn(bucket))
        {
            return access_denied();
        }
        error
    }
}

struct Reading {
    files: Files,
    left: VecDeque<Segment>,
    open: Option<(File, u64)>,
    // Dropped with the stream, read to its end or not.
    _pin: Pin,
}

/// The bytes of `content`, read as the client takes them.
pub fn stream_of(files: Files, content: Vec<Segment>, pin: Pin) -> StreamingBlob {
    let reading = Reading {
        files,
        left: content.into(),
        open: None,
        _pin: pin,
    };
    StreamingBlob::wrap(stream::try_unfold(reading, next))
}

async fn next(mut reading: Reading) -> io::Result<Option<(Bytes, Reading)>> {
    const PIECE: u64 = 1 << 18;
    loop {
        let Some((file, left)) = reading.open.as_mut().filter(|(_, left)| *left > 0) else {
            let Some(segment) = reading.left.pop_front() else {
                return Ok(None);
            };
            let mut file = File::open(reading.files.path(&segment.blob)).await?;
            file.seek(SeekFrom::Start(segment.start)).await?;
            reading.open = Some((file, segment.len));
            continue;
        };
        let wanted = usize::try_from(PIECE.min(*left)).unwrap_or(usize::MAX);
        let mut bytes = BytesMut::with_capacity(wanted);
        let count = (&mut *file)
            .take(wanted as u64)
            .read_buf(&mut bytes)
            .await?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        *left -= count as u64;
        return Ok(Some((bytes.freeze(), reading)));
    }
}
