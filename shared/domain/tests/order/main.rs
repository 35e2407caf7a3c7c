//! Orders and their lines: every transition that is allowed, every forbidden one refused by name.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod machine;
mod model;
mod rules;
