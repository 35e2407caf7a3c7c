//! What can end a job: the file, for good, or the line it came over, for now.

use std::io;

use crate::Rejection;

/// Why there are no renditions.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The reader failed: nothing is known of the photograph, and another try may succeed.
    #[error("the photograph could not be read to its end")]
    Read(#[source] io::Error),
    /// The photograph is refused.
    #[error(transparent)]
    Rejected(Rejection),
}

impl Failure {
    /// The refusal, where it is one.
    #[must_use]
    pub fn rejection(&self) -> Option<&Rejection> {
        match self {
            Self::Rejected(rejection) => Some(rejection),
            Self::Read(_) => None,
        }
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<io::Error> for Failure {
    /// A limit met while reading comes as an [`io::Error`] with the [`Rejection`] inside.
    fn from(error: io::Error) -> Self {
        match error.downcast::<Rejection>() {
            Ok(rejection) => Self::Rejected(rejection),
            Err(error) => Self::Read(error),
        }
    }
}
