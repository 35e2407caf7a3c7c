//! Whole files in, renditions out: photographs made in code, judged by other decoders than the one under test.
#![expect(clippy::unwrap_used, reason = "tests")]

mod colour;
mod formats;
mod hostile;
mod logo;
mod make;
mod marked;
mod metadata;
mod product;
mod raw;
mod upright;
