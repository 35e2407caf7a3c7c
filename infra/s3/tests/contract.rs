//! What clients may expect of the local S3, by theme: the Rust SDK and plain HTTP against a server on a free port.

#![expect(clippy::unwrap_used, reason = "a test ends where it must not go on")]
#![expect(
    clippy::disallowed_methods,
    reason = "the server looks at the real clock, and so must its clients"
)]

mod contract {
    mod access;
    mod buckets;
    mod checksums;
    mod conditions;
    mod copying;
    mod cors;
    mod crash;
    mod forms;
    mod listing;
    mod multipart;
    mod notifications;
    mod objects;
    mod presigned;
    mod sums;
    mod support;
    mod versions;
}
