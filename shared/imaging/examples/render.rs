//! `render FILE… [--out DIR] [--mark NAME | --logo PNG] [--runs N] [--small]` makes each file's renditions and prints what
//! became of it, a JSON line a file.
//!
//! `--out` writes `DIR/NAME-SIZE.jpg` (`DIR` is made if it is not there), and with a mark `DIR/NAME-SIZE-marked.jpg`; where
//! the mark stands and how it looks is said by `--place bottom-right` (`tiled`, `centre`, …), `--size` and `--opacity` in
//! percent. A second file of the same name writes `NAME~2-SIZE.jpg`, and no file that was given is written over. Every file
//! is rendered once; `--runs` renders it so many times more and takes their mean. `--small` makes the product *Small for
//! sharing* instead: one JPEG of 2048 pixels, quality 85. `--megabytes` is the function's memory that limits are for.
//!
//! `cpu_s` is user and system time, of the first file with the process's start; `peak_mb` is the most memory that was
//! resident meanwhile, the process's own included. Both are read from Linux's `/proc`, and null elsewhere. A file that
//! cannot be read or written has an `error`, and the exit status is 1; one that is refused has `code` and `rejected`.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use imaging::{
    Encoding, Failure, Limits, Logo, Mark, Placement, Recipe, Rendered, Rendition, Size, Texts,
    Warning,
};
use imaging::{Made as Product, make, render};
use serde::Serialize;

/// Linux counts a process's time in these, whatever the kernel's own tick.
const TICKS_PER_SECOND: f64 = 100.0;

fn main() -> ExitCode {
    let asked = match Asked::of(std::env::args_os().skip(1)) {
        Ok(asked) => asked,
        Err(wrong) => {
            let usage = "render FILE... [--out DIR] [--mark NAME | --logo PNG] [--place tiled|centre|top-left|...] \
                 [--size PERCENT] [--opacity PERCENT] [--runs N] [--megabytes N] [--small]";
            let _ = writeln!(io::stderr(), "{wrong}\nusage: {usage}");
            return ExitCode::from(2);
        }
    };
    let mut names = Names::of(&asked.files);
    let mut whole = true;
    let mut used = 0.0;
    for file in &asked.files {
        let mut line = asked.line(file, &mut names);
        if line.cpu_s.is_none() {
            line.cpu_s = cpu_seconds().map(|now| rounded(now - used));
        }
        line.peak_mb = peak_megabytes();
        used = cpu_seconds().unwrap_or(0.0);
        forget_peak();
        whole &= line.error.is_none();
        let json = serde_json::to_string(&line).expect("a line is strings and numbers");
        if writeln!(io::stdout(), "{json}").is_err() {
            return ExitCode::FAILURE; // nobody listens
        }
    }
    if whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What is said of a file.
#[derive(Default, Serialize)]
struct Line {
    photo: String,
    cpu_s: Option<f64>,
    peak_mb: Option<f64>,
    #[serde(flatten)]
    picture: Option<Picture>,
    #[serde(flatten)]
    product: Option<Made>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Line {
    fn fail(&mut self, failure: Failure) {
        match failure {
            Failure::Rejected(rejection) => {
                self.code = Some(rejection.code());
                self.rejected = Some(rejection.to_string());
            }
            Failure::Read(error) => self.error = Some(error.to_string()),
        }
    }
}

/// What became of a photograph.
#[derive(Serialize)]
struct Picture {
    format: String,
    width: u32,
    height: u32,
    stored: (u32, u32),
    file_bytes: u64,
    crc32: String,
    captured: Option<String>,
    camera: Option<String>,
    copyright: Option<String>,
    artist: Option<String>,
    average: [u8; 3],
    thumbhash: String,
    truncated: bool,
    warnings: Vec<Told>,
    /// Bytes of each rendition, largest first.
    bytes: Vec<usize>,
    sizes: Vec<Made>,
}

#[derive(Serialize)]
struct Told {
    code: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Made {
    long_edge: u32,
    width: u32,
    height: u32,
    bytes: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
}

impl Made {
    fn of(made: &Rendition, file: Option<String>) -> Self {
        Self {
            long_edge: made.long_edge,
            width: made.width,
            height: made.height,
            bytes: made.jpeg.len(),
            file,
        }
    }

    fn of_product(made: &Product) -> Self {
        Self {
            long_edge: made.width.max(made.height),
            width: made.width,
            height: made.height,
            bytes: made.bytes.len(),
            file: None,
        }
    }
}

/// What the command line asks for.
struct Asked {
    files: Vec<PathBuf>,
    out: Option<PathBuf>,
    mark: Option<Mark>,
    limits: Limits,
    runs: u32,
    small: bool,
}

impl Asked {
    fn of(arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut asked = Self {
            files: Vec::new(),
            out: None,
            mark: None,
            limits: Limits::default(),
            runs: 0,
            small: false,
        };
        let mut arguments = arguments.peekable();
        let mut options = true;
        let (mut place, mut size, mut opacity) = (None, None, None);
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy().into_owned();
            if !options || !text.starts_with("--") {
                asked.files.push(argument.into());
                continue;
            }
            let (name, value) = match text.split_once('=') {
                Some((name, value)) => (name, Some(OsString::from(value))),
                None => (text.as_str(), None),
            };
            let mut value = || {
                value
                    .clone()
                    .or_else(|| arguments.next())
                    .ok_or_else(|| format!("{name} needs a value"))
            };
            match name {
                "--" => options = false,
                "--small" => asked.small = true,
                "--out" => asked.out = Some(value()?.into()),
                "--runs" => asked.runs = number(name, &value()?)?,
                "--megabytes" => asked.limits = Limits::for_function(number(name, &value()?)?),
                "--mark" => {
                    let name = value()?;
                    let mark = Mark::new(&name.to_string_lossy());
                    asked.mark = Some(mark.ok_or("no letter of that mark can be drawn")?);
                }
                "--logo" => {
                    let png = std::fs::read(value()?).map_err(|e| e.to_string())?;
                    asked.mark = Some(Mark::of(Logo::read(&png).map_err(|e| e.to_string())?));
                }
                "--place" => place = Some(placed(&value()?)?),
                "--size" => size = Some(percent(name, &value()?)?),
                "--opacity" => opacity = Some(percent(name, &value()?)?),
                _ => return Err(format!("{name} is no option")),
            }
        }
        if asked.files.is_empty() {
            return Err("no file was given".to_owned());
        }
        asked.mark = asked.mark.map(|mark| {
            let mark = place.map_or(mark.clone(), |place| mark.placement(place));
            let mark = size.map_or(mark.clone(), |size| mark.size(size));
            opacity.map_or(mark.clone(), |opacity| mark.opacity(opacity))
        });
        Ok(asked)
    }

    fn line(&self, file: &Path, names: &mut Names) -> Line {
        let mut line = Line {
            photo: file.to_string_lossy().into_owned(),
            ..Line::default()
        };
        if self.small {
            match self.timed(&mut line, || self.product(file)) {
                Ok(made) => line.product = Some(Made::of_product(&made)),
                Err(failure) => line.fail(failure),
            }
            return line;
        }
        match self.timed(&mut line, || self.render(file)) {
            Ok(rendered) => match self.kept(file, &rendered, names) {
                Ok(files) => line.picture = Some(Picture::of(rendered, files)),
                Err(error) => line.error = Some(error.to_string()),
            },
            Err(failure) => line.fail(failure),
        }
        line
    }

    /// Does it once, and as often again as is asked for.
    fn timed<T>(&self, line: &mut Line, once: impl Fn() -> T) -> T {
        let outcome = once();
        if self.runs > 0 {
            let before = cpu_seconds();
            (0..self.runs).for_each(|_| drop(once()));
            line.cpu_s = before
                .zip(cpu_seconds())
                .map(|(from, to)| rounded((to - from) / f64::from(self.runs)));
        }
        outcome
    }

    fn render(&self, file: &Path) -> Result<Rendered, Failure> {
        let input = File::open(file).map_err(Failure::Read)?;
        render(input, &self.limits, self.mark.as_ref())
    }

    /// *Small for sharing*.
    fn product(&self, file: &Path) -> Result<Product, Failure> {
        let input = File::open(file).map_err(Failure::Read)?;
        make(
            input,
            &self.limits,
            &Recipe {
                size: Size::LongEdge(2_048),
                encoding: Encoding::Jpeg(85),
                texts: Texts::default(),
                mark: self.mark.as_ref(),
            },
        )
    }

    /// Writes the renditions, if that is asked for; the names they got.
    fn kept(
        &self,
        file: &Path,
        rendered: &Rendered,
        names: &mut Names,
    ) -> io::Result<Vec<Option<String>>> {
        let Some(out) = &self.out else {
            return Ok(vec![None; rendered.renditions.len()]);
        };
        std::fs::create_dir_all(out)?;
        let stem = names.free(file.file_stem().unwrap_or_default());
        let written = |name: OsString, jpeg: &[u8]| {
            let path = out.join(&name);
            if names.is_given(&path) {
                let kind = io::ErrorKind::AlreadyExists;
                return Err(io::Error::new(
                    kind,
                    "would write over a file that was given",
                ));
            }
            std::fs::write(path, jpeg)?;
            Ok(name.to_string_lossy().into_owned())
        };
        let with = |ending: String| {
            [&stem, OsStr::new(&ending)]
                .into_iter()
                .collect::<OsString>()
        };
        rendered
            .renditions
            .iter()
            .map(|made| {
                if let Some(marked) = &made.marked {
                    written(with(format!("-{}-marked.jpg", made.long_edge)), marked)?;
                }
                let name = with(format!("-{}.jpg", made.long_edge));
                written(name, &made.jpeg).map(Some)
            })
            .collect()
    }
}

fn percent(name: &str, value: &OsStr) -> Result<u8, String> {
    let percent = u8::try_from(number(name, value)?);
    percent.map_err(|_| format!("{name} is in percent"))
}

fn placed(value: &OsStr) -> Result<Placement, String> {
    match value.to_string_lossy().as_ref() {
        "tiled" => Ok(Placement::Tiled),
        "top-left" => Ok(Placement::TopLeft),
        "top-right" => Ok(Placement::TopRight),
        "bottom-left" => Ok(Placement::BottomLeft),
        "bottom-right" => Ok(Placement::BottomRight),
        "centre" => Ok(Placement::Centre),
        other => Err(format!("{other} is no place for a mark")),
    }
}

fn number(name: &str, value: &OsStr) -> Result<u32, String> {
    let value = value.to_string_lossy();
    value
        .parse()
        .map_err(|_| format!("{name} {value} is no number"))
}

impl Picture {
    fn of(rendered: Rendered, files: Vec<Option<String>>) -> Self {
        let told = |warning: &Warning| Told {
            code: warning.code(),
            text: warning.to_string(),
        };
        Self {
            format: format!("{:?}", rendered.format),
            width: rendered.width,
            height: rendered.height,
            stored: rendered.stored,
            file_bytes: rendered.bytes,
            crc32: format!("{:08x}", rendered.crc32),
            average: rendered.average,
            thumbhash: rendered
                .thumbhash
                .iter()
                .map(|b| format!("{b:02x}"))
                .collect(),
            truncated: rendered.truncated(),
            warnings: rendered.warnings.iter().map(told).collect(),
            bytes: rendered.renditions.iter().map(|r| r.jpeg.len()).collect(),
            sizes: rendered
                .renditions
                .iter()
                .zip(files)
                .map(|(made, file)| Made::of(made, file))
                .collect(),
            captured: rendered
                .captured
                .map(|c| c.local + &c.offset.unwrap_or_default()),
            camera: rendered.camera,
            copyright: rendered.copyright,
            artist: rendered.artist,
        }
    }
}

/// Names in the directory of results: each once, and none of a file that was given.
struct Names {
    taken: HashSet<OsString>,
    given: HashSet<PathBuf>,
}

impl Names {
    fn of(files: &[PathBuf]) -> Self {
        let given = files.iter().filter_map(|file| file.canonicalize().ok());
        Self {
            taken: HashSet::new(),
            given: given.collect(),
        }
    }

    /// The stem, or that with a number behind it.
    fn free(&mut self, stem: &OsStr) -> OsString {
        let numbered = (2..).map(|n| {
            let mut name = stem.to_owned();
            name.push(format!("~{n}"));
            name
        });
        let name = std::iter::once(stem.to_owned())
            .chain(numbered)
            .find(|name| !self.taken.contains(&name.to_ascii_lowercase()))
            .expect("numbers do not end");
        self.taken.insert(name.to_ascii_lowercase());
        name
    }

    fn is_given(&self, path: &Path) -> bool {
        path.canonicalize()
            .is_ok_and(|path| self.given.contains(&path))
    }
}

/// User and system time of this process: of its threads to the nanosecond, where the kernel says it, or in ticks.
fn cpu_seconds() -> Option<f64> {
    let threads = std::fs::read_dir("/proc/self/task").ok()?;
    let nanoseconds: Option<f64> = threads
        .map(|thread| {
            let stat = std::fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            stat.split_whitespace().next()?.parse::<f64>().ok()
        })
        .sum();
    if let Some(nanoseconds) = nanoseconds.filter(|ns| *ns > 0.0) {
        return Some(nanoseconds / 1e9);
    }
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the name and may hold spaces; utime and stime are the 12th and 13th after it.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let ticks: f64 = fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?;
    Some(ticks / TICKS_PER_SECOND)
}

/// The most memory this process had resident since it was last forgotten, in megabytes (2^20).
fn peak_megabytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some((kilobytes / 102.4).round() / 10.0)
}

/// Lets the next file have its own peak (proc(5), `clear_refs`); where that may not be, the peak is that of all so far.
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn rounded(seconds: f64) -> f64 {
    (seconds * 1e4).round() / 1e4
}
