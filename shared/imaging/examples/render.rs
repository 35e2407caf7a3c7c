//! `render [--runs=N] [--mark=NAME] [--out=DIR] [--small] FILE…` makes each file's renditions and prints what became of
//! it, a JSON line a file. `--small` makes the product *Small for sharing* instead: one JPEG of 2048 pixels, quality 85.
//!
//! `cpu_s` is user and system time, the mean of the runs (6; 0 leaves only the one to warm up); `peak_mb` is the most
//! memory the process had resident so far. Both are read from Linux's `/proc` and null elsewhere. `--out` also writes
//! `DIR/NAME-SIZE.jpg`, and with `--mark` `DIR/NAME-SIZE-marked.jpg`.

use std::io::Write;
use std::path::Path;

use imaging::{Encoding, Limits, Mark, Recipe, Rejection, Size, Texts, make, render_marked};

/// Linux counts a process's time in these, whatever the kernel's own tick.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> std::io::Result<()> {
    let (options, files): (Vec<String>, Vec<String>) = std::env::args()
        .skip(1)
        .partition(|argument| argument.starts_with("--"));
    let option = |name: &str| options.iter().find_map(|option| option.strip_prefix(name));
    let runs = option("--runs=")
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(6_u32);
    let out = option("--out=");
    let mark = option("--mark=").and_then(Mark::new);
    let render = |bytes: &[u8]| render_marked(bytes, &Limits::default(), mark.as_ref());
    if options.iter().any(|option| option == "--small") {
        return files.iter().try_for_each(|file| small(file, runs));
    }
    for file in files {
        let path = Path::new(&file);
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let bytes = std::fs::read(path)?;
        let rendered = render(&bytes);
        let before = cpu_seconds();
        for _ in 0..runs {
            let again = render(&bytes);
            assert_eq!(
                again.is_ok(),
                rendered.is_ok(),
                "the same bytes have the same fate"
            );
        }
        let cpu = before
            .zip(cpu_seconds())
            .map(|(from, to)| (to - from) / f64::from(runs.max(1)));
        let photo = path.file_name().unwrap_or_default().to_string_lossy();
        let figures = format!(
            r#""photo":{photo:?},"cpu_s":{},"peak_mb":{}"#,
            cpu.map_or("null".to_owned(), |s| format!("{s:.3}")),
            peak_megabytes().map_or("null".to_owned(), |mb| mb.to_string()),
        );
        let fate = match &rendered {
            Ok(made) => format!(
                r#""format":"{:?}","width":{},"height":{},"truncated":{},"bytes":{:?},"average":{:?}"#,
                made.format,
                made.width,
                made.height,
                made.truncated,
                made.renditions
                    .iter()
                    .map(|r| r.jpeg.len())
                    .collect::<Vec<_>>(),
                made.average,
            ),
            Err(rejection) => format!(
                r#""code":{:?},"rejected":{:?}"#,
                rejection.code(),
                rejection.to_string()
            ),
        };
        writeln!(std::io::stdout(), "{{{figures},{fate}}}")?;
        if let (Some(out), Ok(made)) = (out, &rendered) {
            for rendition in &made.renditions {
                let stem = format!("{out}/{name}-{}", rendition.long_edge);
                std::fs::write(format!("{stem}.jpg"), &rendition.jpeg)?;
                if let Some(marked) = &rendition.marked {
                    std::fs::write(format!("{stem}-marked.jpg"), marked)?;
                }
            }
        }
    }
    Ok(())
}

/// Makes the product of a file, and prints its size and what it took.
fn small(file: &str, runs: u32) -> std::io::Result<()> {
    let bytes = std::fs::read(file)?;
    let recipe = Recipe {
        size: Size::LongEdge(2_048),
        encoding: Encoding::Jpeg(85),
        texts: Texts::default(),
        mark: None,
    };
    let once = || make(&bytes, &Limits::default(), &recipe);
    let said = |rejection: Rejection| std::io::Error::other(rejection.to_string());
    let made = once().map_err(said)?;
    let before = cpu_seconds();
    for _ in 0..runs {
        once().map_err(said)?;
    }
    let cpu = before
        .zip(cpu_seconds())
        .map(|(from, to)| (to - from) / f64::from(runs.max(1)));
    writeln!(
        std::io::stdout(),
        r#"{{"photo":{file:?},"cpu_s":{},"peak_mb":{},"width":{},"height":{},"bytes":{}}}"#,
        cpu.map_or("null".to_owned(), |s| format!("{s:.3}")),
        peak_megabytes().map_or("null".to_owned(), |mb| mb.to_string()),
        made.width,
        made.height,
        made.bytes.len(),
    )
}

/// User and system time of this process.
fn cpu_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the name and may hold spaces; utime and stime are the 12th and 13th after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: f64 = fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?;
    Some(ticks / TICKS_PER_SECOND)
}

/// The most memory this process had resident, in megabytes.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? / 1_024)
}
