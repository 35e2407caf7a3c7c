//! Thousands of damaged and malicious files, one after the other in a process that nothing else runs in: each ends
//! in a picture, with a warning where something is missing, or in a coded refusal; none panics, and none takes more memory
//! or work than its bounds.
//!
//! Memory is the kernel's own count of what was resident at most (`VmHWM`), forgotten before every file; work is the
//! processor time of the thread, bounded far above what any file takes, and that of the process by a hard limit that
//! would end it. Both are Linux's; elsewhere only the outcomes are shown.
#![expect(clippy::unwrap_used, reason = "tests")]

mod files;
#[expect(dead_code, reason = "what photographs are made with")]
#[path = "../photographs/make.rs"]
mod make;
mod meter;
#[expect(dead_code, reason = "what photographs are made with")]
#[path = "../photographs/raw.rs"]
mod raw;

use std::collections::BTreeMap;

use imaging::{Failure, Limits, Rendered, render};

/// A function of 512 MB may take 409; files this small have no business with more than this.
const MAX_MEGABYTES: u64 = 260;
/// Seconds of processor time for a file; the largest that is decoded takes about three in a dev build.
const MAX_SECONDS: f64 = 25.0;
/// Seconds of processor time for all of them together.
const ALL_SECONDS: u64 = 600;

/// What became of the files of one kind.
#[derive(Default)]
struct Tally {
    files: usize,
    fates: BTreeMap<&'static str, usize>,
    megabytes: u64,
    seconds: f64,
}

/// Renders a file within its bounds; the code of its refusal or of its first warning, or what was made of it.
fn fate(name: &str, bytes: &[u8]) -> (Option<Rendered>, &'static str, u64, f64) {
    let before = meter::begin();
    let outcome = render(bytes, &Limits::for_function(512), None);
    let (megabytes, seconds) = meter::taken(&before);
    assert!(megabytes <= MAX_MEGABYTES, "{name}: {megabytes} MB");
    assert!(seconds <= MAX_SECONDS, "{name}: {seconds} s");
    match outcome {
        Ok(rendered) => {
            assert!(!rendered.renditions.is_empty(), "{name}");
            let whole =
                |jpeg: &[u8]| jpeg.starts_with(&[0xFF, 0xD8]) && jpeg.ends_with(&[0xFF, 0xD9]);
            assert!(rendered.renditions.iter().all(|r| whole(&r.jpeg)), "{name}");
            let code = rendered.warnings.first().map_or("whole", |w| w.code());
            (Some(rendered), code, megabytes, seconds)
        }
        Err(Failure::Rejected(rejection)) => {
            // what a panic within becomes
            assert_ne!(rejection.code(), "unforeseen", "{name}");
            assert!(rejection.to_string().ends_with('.'), "{name}: {rejection}");
            (None, rejection.code(), megabytes, seconds)
        }
        Err(Failure::Read(error)) => panic!("{name}: bytes are always read: {error}"),
    }
}

#[test]
fn every_damaged_file_ends_within_its_bounds() {
    meter::limit(ALL_SECONDS);
    let mut unexpected: Vec<String> = Vec::new();
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    let mut count = |kind, (_, code, megabytes, seconds): (Option<Rendered>, _, u64, f64)| {
        let tally = tallies.entry(kind).or_default();
        tally.files += 1;
        *tally.fates.entry(code).or_default() += 1;
        tally.megabytes = tally.megabytes.max(megabytes);
        tally.seconds = tally.seconds.max(seconds);
    };
    for (name, file) in files::whole() {
        let original = render(&file[..], &Limits::for_function(512), None).unwrap();
        assert_eq!(original.warnings, [], "{name}");
        for (length, cut) in files::truncations(&file) {
            let name = format!("{name} of {length} bytes");
            let fate = fate(&name, cut);
            if let Some(made) = &fate.0
                && !made.truncated()
            {
                // nothing is said against it: then nothing may be missing
                assert!(made.renditions == original.renditions, "{name}");
            }
            count("cut short", fate);
        }
        for (number, damaged) in files::flips(&file).into_iter().enumerate() {
            count(
                "flipped bits",
                fate(&format!("{name}, flip {number}"), &damaged),
            );
        }
    }
    for (name, bomb, expected) in files::bombs() {
        let fate = fate(name, &bomb);
        unexpected.extend((!expected.contains(&fate.1)).then(|| format!("{name}: {}", fate.1)));
        count("bombs", fate);
    }
    for (name, file, expected) in files::impostors() {
        let fate = fate(name, &file);
        unexpected.extend((!expected.contains(&fate.1)).then(|| format!("{name}: {}", fate.1)));
        count("impostors and polyglots", fate);
    }
    let total: usize = tallies.values().map(|tally| tally.files).sum();
    for (kind, tally) in &tallies {
        eprintln!(
            "{kind}: {} files, at most {} MB and {:.2} s: {:?}",
            tally.files, tally.megabytes, tally.seconds, tally.fates
        );
    }
    assert_eq!(unexpected, Vec::<String>::new());
    assert!(total >= 2_000, "{total} files");
}
