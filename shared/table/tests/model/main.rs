//! A gallery as people use it, against an independent model, step by step (invariants 4 and 5).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[path = "../contract/engine.rs"]
mod engine;
mod play;

use play::run;

/// Plays of 500 steps: fifty thousand steps in all. A million are a command: `cargo run --release --example model`.
const PLAYS: u32 = 100;

/// S20–S24, S34, P26, P42–P51, complaints 2 and 6: choosing, commenting, replacing, moving, hiding, confirming, reopening,
/// ordering, counting, shipping, cancelling, pausing and revoking, by several people on several devices, with taps that
/// come late and forms that are sent twice: the table ends each step where the model does.
#[test]
fn nothing_that_was_chosen_is_lost_and_each_action_has_one_effect() {
    if let Err(parted) = run(PLAYS) {
        panic!("{parted}");
    }
}
