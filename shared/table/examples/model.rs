//! A million steps of the play in `tests/model`: people choose, confirm, order and ship in a real table beside a model of it.
//!
//! `cargo run --release --example model`; it takes the machine for a while, and says how long.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on should stop"
)]

#[path = "../tests/contract/engine.rs"]
mod engine;
#[path = "../tests/model/play.rs"]
mod play;

use std::io::Write as _;
use std::time::Instant;

/// Two thousand plays of five hundred steps.
const PLAYS: u32 = 2_000;

fn main() {
    let started = Instant::now();
    if let Err(parted) = play::run(PLAYS) {
        panic!("{parted}");
    }
    let steps = PLAYS as usize * play::STEPS;
    let minutes = started.elapsed().as_secs_f64() / 60.0;
    let line = format!(
        "{steps} steps, and the table was where the model was after each: {minutes:.1} minutes"
    );
    std::io::stdout().write_all(line.as_bytes()).unwrap();
}
