//! What clients may expect of the local S3, by theme: the Rust SDK and plain HTTP against a server on a free port.

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
    mod support;
    mod versions;
}
