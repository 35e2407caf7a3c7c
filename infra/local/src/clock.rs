//! The wall clock of the local services; the functions have one of their own.

use jiff::Timestamp;

/// What the clock says.
#[expect(
    clippy::disallowed_methods,
    reason = "the stack on one machine stands in for AWS, whose clock this is"
)]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
