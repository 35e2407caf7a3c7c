//! Whether the time of an answer tells who is known: two thousand addresses the studio knows and two thousand it
//! does not, in turn, each asking for a code; the difference of the medians should be five milliseconds at most.
//!
//! `cargo run --release --example enumeration`, on a machine that does nothing else.
#![expect(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on should stop"
)]

use std::time::{Duration, Instant};
use table::Person;
use tests::actors::Browser;
use tests::cast::email;
use tests::emulators::now;
use tests::house::House;

/// Of each kind.
const SAMPLES: usize = 2_000;
/// Asked before anything is measured.
const WARM: usize = 50;

#[tokio::main]
async fn main() {
    let house = House::open().await;
    let table = house.emulators.table();
    for index in 0..SAMPLES + WARM {
        let person = Person {
            email: email(&address(index, true)),
            name: String::new(),
            groups: Vec::new(),
            created: now(),
            revision: 0,
        };
        assert!(table.save_person(&person, None).await.unwrap());
    }
    let mut took = [Vec::new(), Vec::new()];
    for index in 0..SAMPLES + WARM {
        // each kind goes first every second time
        for known in [index % 2 == 0, index % 2 != 0] {
            let elapsed = ask(&house, index, known).await;
            if index >= WARM {
                took[usize::from(known)].push(elapsed);
            }
        }
    }
    let [unknown, known] = took.map(median);
    let difference = known.abs_diff(unknown);
    say(&format!(
        "known {known:?}, unknown {unknown:?} (medians of {SAMPLES}): {difference:?} apart"
    ));
}

fn address(index: usize, known: bool) -> String {
    let host = if known {
        "rows.example"
    } else {
        "else.example"
    };
    format!("somebody{index}@{host}")
}

/// From an address of its own each time: twenty codes an hour are all there are.
async fn ask(house: &House, index: usize, known: bool) -> Duration {
    let caller = index * 2 + usize::from(known);
    let from = format!("{}.{}.113.7", 11 + caller / 250, caller % 250);
    let mut browser = Browser::from(&house.gallery, &from);
    let begun = Instant::now();
    let answer = browser
        .post("/sign-in", &[("email", &address(index, known))])
        .await;
    let elapsed = begun.elapsed();
    assert_eq!(answer.status, 303);
    elapsed
}

fn median(mut took: Vec<Duration>) -> Duration {
    took.sort();
    took[took.len() / 2]
}

#[expect(clippy::print_stdout, reason = "a measurement is for reading")]
fn say(line: &str) {
    println!("{line}");
}
