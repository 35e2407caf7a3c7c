//! Rules without I/O: who may do what, what a PIN is, what a gallery shows, what a file is called.
//!
//! Nothing here reads a clock, a table or a bucket: the time is an argument, and so is every row.
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

/// Who may do what: rows, sessions and the one decision function.
pub mod access;
/// E-mail addresses: parsed once, never logged.
pub mod email;
/// What a file is called in a bucket, on a disk and in a header.
pub mod file_name;
/// A gallery and the order of what it shows.
pub mod gallery;
/// Identifiers and secrets that are compared by their hash.
pub mod ids;
/// Keys derived from the stack's pepper.
pub mod pepper;
/// A photograph, its versions and its states.
pub mod photo;
/// The PIN of a gallery: parsed, proposed, hashed, sealed.
pub mod pin;
/// How often a secret may be guessed.
pub mod throttle;
