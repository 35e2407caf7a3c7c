//! What can go wrong outside.

/// A call to S3 that failed. What S3 answers on purpose (gone, exists) is a named outcome of each function instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// S3 refused or could not be reached.
    #[error("the bucket did not answer {operation}")]
    Call {
        /// Which operation.
        operation: &'static str,
        /// The SDK's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    pub(crate) fn call<E>(operation: &'static str) -> impl Fn(E) -> Self
    where
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        move |source| Self::Call {
            operation,
            source: source.into(),
        }
    }
}
