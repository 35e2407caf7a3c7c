//! What a file takes, as the kernel counts it.

use std::fs;
use std::process::Command;

/// The counts before a file.
pub struct Before {
    resident: u64,
    seconds: f64,
}

/// Ends this process, should it take more processor time than so many seconds, or 4 GB of addresses (setrlimit(2)).
pub fn limit(seconds: u64) {
    let pid = std::process::id().to_string();
    let cpu = format!("--cpu={seconds}");
    // without the tool the bounds are still looked at after every file
    let _ = Command::new("prlimit")
        .args(["--pid", &pid, &cpu, "--as=4294967296"])
        .status();
}

pub fn begin() -> Before {
    // proc(5): lets the peak be what is resident now
    let _ = fs::write("/proc/self/clear_refs", "5");
    Before {
        resident: kilobytes("VmRSS:"),
        seconds: seconds(),
    }
}

/// Megabytes that were resident at most beyond those before, and seconds of processor time of this thread.
pub fn taken(before: &Before) -> (u64, f64) {
    let peak = kilobytes("VmHWM:").saturating_sub(before.resident);
    (peak / 1_024, seconds() - before.seconds)
}

fn kilobytes(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}

fn seconds() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = stat
        .split_whitespace()
        .next()
        .and_then(|ns| ns.parse::<f64>().ok());
    nanoseconds.unwrap_or(0.0) / 1e9
}
