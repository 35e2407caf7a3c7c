//! The story, through the real binaries: a photograph's whole way, and what must hold when things go wrong.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod crash;
mod events;
mod logs;
mod products;
mod restart;
mod rotation;
mod sample_gallery;
mod way;
