//! Rules without I/O: who may do what, what a PIN is, what a gallery shows, what a file is called, what a status is.
//!
//! Nothing here reads a clock, a table or a bucket: the time is an argument, and so is every row.
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

/// Who may do what: rows, sessions and the one decision function.
pub mod access;
/// What happened, for the studio to read: who entered, who downloaded what, who changed what.
pub mod activity;
/// Days in the studio's time zone.
pub mod calendar;
/// What a client says of a photograph with one tap: a heart, stars, a label.
pub mod choice;
/// What is said of a photograph, in words and with the pen.
pub mod comment;
/// E-mail addresses: parsed once, never logged.
pub mod email;
/// What leaves the studio's pages for other programs: names, tables, sidecars.
pub mod export;
/// What a file is called in a bucket, on a disk and in a header.
pub mod file_name;
/// A gallery and the order of what it shows.
pub mod gallery;
/// Identifiers and secrets that are compared by their hash.
pub mod ids;
/// What the studio may do to a gallery's status, from where.
pub mod lifecycle;
/// The studio's mark across its proofs: its name or its logo, where, how large and how strong.
pub mod mark;
/// Galleries in galleries: where one may stand, and whose table governs it.
pub mod nesting;
/// What both sides should be told in time, each once.
pub mod notice;
/// Orders and their lines: placed, shipped in parts, each once.
pub mod order;
/// Keys derived from the stack's pepper.
pub mod pepper;
/// A photograph, its versions and its states.
pub mod photo;
/// The PIN of a gallery: parsed, proposed, hashed, sealed.
pub mod pin;
/// What a new gallery starts with.
pub mod preset;
/// Files the studio offers beside its originals, made when they are asked for.
pub mod product;
/// Which renditions a visitor gets of a picture.
pub mod rendition;
/// Which photograph a file means that comes under its name.
pub mod replace;
/// What is chosen as a whole: its rules, its confirmation, its snapshots.
pub mod selection;
/// What clients read about a gallery, worked out from its fields and the clock.
pub mod status;
/// Who works in the studio, and what they may do there.
pub mod team;
/// How often a secret may be guessed.
pub mod throttle;
