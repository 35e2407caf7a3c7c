//! What the stack on one machine takes: a 24 MP photograph to *ready*, a hundred photographs, a start with data.
//!
//! `cargo run --example measure`, on a machine that does nothing else; the figures stand in ARCHITECTURE.md.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on should stop"
)]

use std::time::{Duration, Instant};
use tests::photographs::jpeg;
use tests::stack::{Made, Photographer, Stack};

#[tokio::main]
async fn main() {
    let data = tempfile::tempdir().unwrap();
    let stack = Stack::start(data.path(), None).await;
    let mut photographer = Photographer::sign_in(&stack.ready).await;

    let large = jpeg(6000, 4000, 1, "2026:06:14 15:00:00");
    let single = photographer.gallery("One at a time", "482916").await;
    let mut waits = Vec::new();
    for number in 1..=5 {
        let file = format!("large-{number}.jpg");
        photographer.put(&single, &file, large.clone()).await;
        let put = Instant::now();
        ready(&mut photographer, &single, number).await;
        waits.push(put.elapsed());
    }
    waits.sort();
    let size = large.len() / 1_000_000;
    say(&format!(
        "24 MP ({size} MB), PUT returned to ready: median {:?}",
        waits[2]
    ));

    let many = photographer.gallery("A hundred", "482917").await;
    let photographs: Vec<_> = (0..100)
        .map(|n| jpeg(2400, 1600, n, "2026:06:14 15:00:00"))
        .collect();
    let started = Instant::now();
    for (n, bytes) in photographs.into_iter().enumerate() {
        photographer
            .put(&many, &format!("Ceremony/{n:03}.jpg"), bytes)
            .await;
    }
    let put = started.elapsed();
    ready(&mut photographer, &many, 100).await;
    say(&format!(
        "100 of 2400 × 1600: put in {put:?}, all ready after {:?}",
        started.elapsed()
    ));

    stack.stop().await;
    let mut starts = Vec::new();
    for _ in 0..5 {
        let started = Instant::now();
        let stack = Stack::start(data.path(), None).await;
        starts.push(started.elapsed());
        stack.stop().await;
    }
    starts.sort();
    say(&format!("start with this data: median {:?}", starts[2]));
}

/// Asks as often as the figure needs until so many are ready.
async fn ready(photographer: &mut Photographer, made: &Made, count: u64) {
    let page = format!("/studio/galleries/{}", made.id);
    loop {
        let shown = photographer.browser.json(&page).await.json();
        if shown["counts"]["ready"] == count {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[expect(clippy::print_stdout, reason = "a measurement is for reading")]
fn say(line: &str) {
    println!("{line}");
}
