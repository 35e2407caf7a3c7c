//! The browser's rules that need no browser, run by the same Node.js that builds the pages.

use std::process::Command;

/// The grid's arithmetic (product 5.1.3): in order, never cropped, full rows.
#[test]
fn rows_keep_the_order_and_fill_the_sheet() {
    passes("rows");
}

/// Advanced review: what is drawn comes back as it was, and is told in words (5.4).
#[test]
fn drawings_are_read_written_and_told() {
    passes("draw");
}

/// Complaint 2: taps that are lost on the way, doubled, late or tapped before a reload end as they were made, in their
/// order; the sixteenth of fifteen is known in the browser too (S37).
#[test]
fn taps_come_through_any_weather() {
    passes("choices");
}

/// Runs the tests of `tests/{name}.test.mjs`.
fn passes(name: &str) {
    let run = Command::new("node")
        .args(["--test", &format!("tests/{name}.test.mjs")])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the build needs Node.js, so it is here");
    assert!(
        run.status.success(),
        "{}{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
}
