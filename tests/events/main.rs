//! Every file of `events/` is read by the function it is for, and a file that no test uses fails.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod http_api;
mod jobs;
mod notify_stream;
mod replacing;
mod sweep_schedule;
mod uploads;

use serde_json::Value;
use std::collections::BTreeSet;

/// An event as AWS sends it.
fn event(path: &str) -> Value {
    serde_json::from_str(&tests::text(&format!("events/{path}"))).unwrap()
}

/// Every file that a test names.
fn used() -> impl Iterator<Item = String> {
    let uploads = uploads::CASES
        .iter()
        .map(|(file, _)| format!("rendition/{file}"));
    let jobs = jobs::CASES
        .iter()
        .map(|(file, _)| format!("product/{file}"));
    let stream = notify_stream::FILES
        .iter()
        .map(|file| format!("notify/{file}"));
    let schedule = sweep_schedule::FILES
        .iter()
        .map(|file| format!("sweep/{file}"));
    let http = http_api::FILES.iter().map(|file| format!("http/{file}"));
    let uploads = uploads.chain(jobs);
    uploads.chain(stream).chain(schedule).chain(http)
}

#[test]
fn every_file_is_used_by_a_test() {
    let root = tests::root().join("events");
    let mut there = BTreeSet::new();
    for group in std::fs::read_dir(&root).unwrap().flatten() {
        for file in std::fs::read_dir(group.path()).unwrap().flatten() {
            let path = file.path();
            there.insert(path.strip_prefix(&root).unwrap().display().to_string());
        }
    }
    assert_eq!(there, used().collect::<BTreeSet<String>>());
}
