//! A gallery as people use it, against an independent model, step by step (invariants 4 and 5).
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use tests::model::{house::House, play, step};

/// Steps of one play.
const STEPS: usize = 500;
/// Plays: fifty thousand steps in all. A million are a command: `cargo run -p tests --example model`.
const PLAYS: u32 = 100;

/// S20–S24, S34, P26, P42–P51, complaints 2 and 6: choosing, commenting, replacing, moving, hiding, confirming, reopening,
/// ordering, counting, shipping, cancelling, pausing and revoking, by several people on several devices, with taps that
/// come late and forms that are sent twice: the table ends each step where the model does.
#[test]
fn nothing_that_was_chosen_is_lost_and_each_action_has_one_effect() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let house = runtime.block_on(House::start());
    let config = Config {
        cases: PLAYS,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let steps = prop::collection::vec(step(), STEPS);
    let outcome = TestRunner::new(config).run(&steps, |steps| {
        runtime
            .block_on(play(&house, &steps))
            .map_err(TestCaseError::fail)
    });
    if let Err(failed) = outcome {
        panic!("{failed}");
    }
}
