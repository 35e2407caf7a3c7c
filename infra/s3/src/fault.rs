//! What can go wrong below the protocol: a refusal the caller is told, or a failure that is only logged.

use std::borrow::Cow;

use s3s::{S3Error, S3ErrorCode};

/// A refusal with AWS's code and sentence, or a failure of the index or the disk.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// What the client is told.
    #[error("refused: {0}")]
    Refused(#[from] S3Error),
    /// The index failed.
    #[error("the index failed")]
    Index(#[from] rusqlite::Error),
    /// The disk failed.
    #[error("a file failed")]
    File(#[from] std::io::Error),
    /// The index holds what this version cannot read.
    #[error("the index holds an unreadable value")]
    Stored(#[from] serde_json::Error),
}

impl From<Fault> for S3Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Refused(error) => error,
            // The cause was logged where it happened; a client learns nothing about the disk.
            Fault::Index(_) | Fault::File(_) | Fault::Stored(_) => internal_error(),
        }
    }
}

/// An error answer with AWS's code and sentence.
pub fn refuse(code: S3ErrorCode, message: impl Into<Cow<'static, str>>) -> S3Error {
    S3Error::with_message(code, message)
}

/// What a client is told of a failure: nothing.
pub fn internal_error() -> S3Error {
    refuse(
        S3ErrorCode::InternalError,
        "We encountered an internal error. Please try again.",
    )
}

/// The answer to a wrong signature.
pub fn signature_does_not_match() -> S3Error {
    let said = "The request signature we calculated does not match the signature you provided. Check your key and \
                signing method.";
    refuse(S3ErrorCode::SignatureDoesNotMatch, said)
}

/// A code that s3s has no name for, with its status.
pub fn refuse_as(
    code: &'static str,
    status: http::StatusCode,
    message: impl Into<Cow<'static, str>>,
) -> S3Error {
    let mut error = S3Error::with_message(S3ErrorCode::Custom(code.into()), message);
    error.set_status_code(status);
    error
}
