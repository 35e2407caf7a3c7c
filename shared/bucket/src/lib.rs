//! S3: the only crate that names its SDK. A type for each bucket, because each may do different things.
//!
//! It decides nothing: whoever asks for a presigned URL has asked `domain::access::may` before.
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

mod archives;
mod body;
mod error;
/// What S3 says to a queue, and what Lambda brings from it.
pub mod event;
mod originals;
mod renditions;
mod wish;

pub use archives::Archives;
pub use body::{Body, Reader};
pub use error::Error;
pub use originals::{Completed, Head, Listed, Original, Originals, Read, Top, UploadedPart};
pub use renditions::Renditions;

use aws_sdk_s3::presigning::PresigningConfig;
use jiff::{SignedDuration, Timestamp};

/// Presigning for `life` from `start`.
fn presigning(start: Timestamp, life: SignedDuration) -> Result<PresigningConfig, Error> {
    let seconds = u64::try_from(start.as_second()).unwrap_or_default();
    PresigningConfig::builder()
        .start_time(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
        .expires_in(life.unsigned_abs())
        .build()
        .map_err(Error::call("presigning"))
}
