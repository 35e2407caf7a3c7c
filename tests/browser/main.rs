//! What people see and touch: Chromium at phone size on the whole stack, with the real function binaries.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod accessible;
mod client;
mod dropping;
mod finals;
mod keys;
mod looks;
mod people;
mod phone;
mod photographer;
mod plain;
mod proofing;
mod retouch;
