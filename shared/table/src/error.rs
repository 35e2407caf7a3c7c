//! What can go wrong outside: a call that failed, an item that cannot be read.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// A fault of the outside. Refusals are not errors: they are named outcomes of each call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// DynamoDB refused or could not be reached.
    #[error("the table did not answer {operation}")]
    Call {
        /// Which operation.
        operation: &'static str,
        /// The SDK's error.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An item is not what this version writes.
    #[error("a {kind} item cannot be read")]
    Corrupt {
        /// Which kind of item.
        kind: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Something that must be there is not.
    #[error("the {kind} is not there")]
    Gone {
        /// Which kind of item.
        kind: &'static str,
    },
    /// Others wrote the same items all the time; nothing was written.
    #[error("a write met others for too long")]
    Met,
    /// Something that must be new exists already.
    #[error("the {kind} exists already")]
    Exists {
        /// Which kind of item.
        kind: &'static str,
    },
}

impl Error {
    pub(crate) fn corrupt(
        kind: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Corrupt {
            kind,
            source: source.into(),
        }
    }

    /// Wraps an SDK error as a failed call.
    pub(crate) fn call<E, R>(operation: &'static str) -> impl Fn(SdkError<E, R>) -> Self
    where
        SdkError<E, R>: std::error::Error + Send + Sync + 'static,
    {
        move |source| Self::Call {
            operation,
            source: Box::new(source),
        }
    }
}

/// Whether a single write lost against its condition.
pub(crate) fn condition_failed<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.code() == Some("ConditionalCheckFailedException")
}

/// Whether a single write met a transaction over the same item.
pub(crate) fn met_transaction<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    error.code() == Some("TransactionConflictException")
}

type Failure<R> =
    SdkError<aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError, R>;

fn codes<R>(failure: &Failure<R>) -> impl Iterator<Item = &str> {
    use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException;
    let reasons = match failure.as_service_error() {
        Some(TransactionCanceledException(canceled)) => canceled.cancellation_reasons(),
        _ => &[],
    };
    reasons
        .iter()
        .map(|reason| reason.code().unwrap_or_default())
}

/// The places of the writes of a transaction that lost against their conditions.
pub(crate) fn lost<R>(failure: &Failure<R>) -> Vec<usize> {
    let places = codes(failure).enumerate();
    let lost = places.filter(|(_, code)| *code == "ConditionalCheckFailed");
    lost.map(|(place, _)| place).collect()
}

/// Whether a transaction only met another, or too many at once for the partition they write to: the SDK tries neither
/// again, because both come as a cancelled transaction.
pub(crate) fn met<R>(failure: &Failure<R>) -> bool {
    const AGAIN: [&str; 3] = [
        "TransactionConflict",
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
    ];
    codes(failure).any(|code| AGAIN.contains(&code))
        || failure.code() == Some("TransactionInProgressException")
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
    use aws_sdk_dynamodb::types::CancellationReason;
    use aws_sdk_dynamodb::types::error::TransactionCanceledException;

    /// a crowd at one door is slowed, not faulted: what was throttled is tried again, what is wrong is not.
    #[test]
    fn a_throttled_transaction_may_be_tried_again() {
        for (code, again, places) in [
            ("TransactionConflict", true, vec![]),
            ("ThrottlingError", true, vec![]),
            ("ProvisionedThroughputExceeded", true, vec![]),
            ("ConditionalCheckFailed", false, vec![1]),
            ("ValidationError", false, vec![]),
        ] {
            let reason = |code: &str| CancellationReason::builder().code(code).build();
            let error = TransactionCanceledException::builder()
                .cancellation_reasons(reason("None"))
                .cancellation_reasons(reason(code))
                .build();
            let error = TransactWriteItemsError::TransactionCanceledException(error);
            let error = SdkError::service_error(error, ());
            assert_eq!(met(&error), again, "{code}");
            assert_eq!(lost(&error), places, "{code}");
        }
    }
}
