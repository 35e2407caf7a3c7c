//! Bytes to pixels to renditions; knows nothing of AWS, of files, or of the clock.
//!
//! [`render`] reads a photograph and gives JPEGs in [`SIZES`], upright, in sRGB, without metadata but artist and
//! copyright notice. The order is what keeps it cheap and safe: the header is walked and the [`Limits`] applied before
//! a decoder sees a byte; a baseline JPEG is decoded by rows and shrunk by strips, so that no full picture exists;
//! colour and orientation are applied at the size of the largest rendition; each smaller one is made from the one
//! before it. [`make`] goes the same way to one file of a size that is asked for, with its credits written into it.
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod colour;
mod credits;
mod encode;
mod failure;
mod format;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod ifd;
mod jpeg;
mod lanczos;
mod limits;
mod mark;
mod metadata;
mod orient;
mod product;
mod raster;
mod rejection;
mod renditions;
mod shrink;
mod source;
#[doc(hidden)]
pub mod stages;
mod warning;
mod ycc;

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

pub use credits::Texts;
pub use failure::Failure;
pub use format::{Format, sniff};
pub use limits::Limits;
pub use mark::{Logo, LogoRejection, Mark, Placement};
pub use metadata::Captured;
use product::Aim;
pub use product::{Encoding, Made, Recipe, Size, make};
pub use rejection::Rejection;
use renditions::sizes;
use source::Source;
pub use warning::Warning;
use ycc::Chroma;

/// Long edges of the renditions in pixels, largest first. A size larger than the photograph is made at the
/// photograph's own size, once.
pub const SIZES: [u32; 4] = [2048, 1280, 640, 320];

/// The [`SIZES`] that are made with a [`Mark`] too: those worth keeping. Nothing is drawn over a grid's small ones.
pub const MARKED: [u32; 2] = [2048, 1280];

/// Characters of a notice that are told.
const MAX_TEXT: usize = 1_000;

/// Bytes beside the file and the decoder's own: strips, the small picture in its stages, the encoder's output.
const WORKING_MEMORY: u64 = 96 << 20;

/// What became of a photograph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Pixels across of the original, upright.
    pub width: u32,
    /// Pixels down of the original, upright.
    pub height: u32,
    /// Pixels across and down of the original, as stored.
    pub stored: (u32, u32),
    /// Largest first; never empty.
    pub renditions: Vec<Rendition>,
    /// Placeholder (<https://evanw.github.io/thumbhash/>), at most 25 bytes.
    pub thumbhash: Vec<u8>,
    /// Average colour in sRGB.
    pub average: [u8; 3],
    /// When it was taken, if the camera says.
    pub captured: Option<Captured>,
    /// Maker and model of the camera, at most 80 characters, if it says.
    pub camera: Option<String>,
    /// The original's copyright notice on one line, at most 1,000 characters.
    pub copyright: Option<String>,
    /// Who took it, as the original says; the same limits.
    pub artist: Option<String>,
    /// CRC-32 (IEEE) of the whole file.
    pub crc32: u32,
    /// Length of the whole file.
    pub bytes: u64,
    /// What is wrong with the photograph, each once. To be shown to the studio.
    pub warnings: Vec<Warning>,
    /// What the original is.
    pub format: Format,
}

impl Rendered {
    /// The picture is not all that was exported: the file is damaged or ends early.
    #[must_use]
    pub fn truncated(&self) -> bool {
        self.warnings.iter().any(|warning| warning.is_partial())
    }
}

/// One JPEG: baseline, quality 80, 4:2:0, sRGB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// The entry of [`SIZES`] it was made for; its own long edge is smaller when the photograph's is.
    pub long_edge: u32,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The file.
    pub jpeg: Vec<u8>,
    /// The same picture with the mark across it, of the same dimensions; for [`MARKED`] when there is a mark to draw.
    pub marked: Option<Vec<u8>>,
}

/// A photograph at the size that is asked for: not upright yet, in its own colours.
struct Reduced {
    /// Pixels across and down, as stored.
    stored: (u32, u32),
    /// Pixels across and down of `pixels`.
    target: (u32, u32),
    pixels: colour::Pixels,
    profile: colour::Profile,
    metadata: metadata::Metadata,
    warnings: Vec<Warning>,
}

/// Makes the renditions of a photograph, and with a mark those of [`MARKED`] a second time. The clean ones are the same
/// bytes either way.
///
/// The input is read once, to its end. Bytes are a reader too: `render(&bytes[..], …)`.
///
/// # Errors
/// A [`Failure::Rejected`] is permanent: the same bytes are refused every time, and the rest of the input is not read.
/// A [`Failure::Read`] is the reader's own. No input makes this panic.
pub fn render(
    mut input: impl Read,
    limits: &Limits,
    mark: Option<&Mark>,
) -> Result<Rendered, Failure> {
    guarded(|| rendered(&mut input, limits, mark))
}

/// The decoders are strangers' code reading strangers' bytes; this is the last defence, not the first.
fn guarded<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    // Nothing that the work borrows is looked at again after a panic.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Rejection::Unforeseen.into()))
}

fn rendered(
    input: &mut dyn Read,
    limits: &Limits,
    mark: Option<&Mark>,
) -> Result<Rendered, Failure> {
    let mut source = Source::open(input, limits)?;
    let (format, reduced) = reduced(&mut source, limits, Aim::Renditions)?;
    let (crc32, bytes) = source.finish()?;
    let Reduced {
        stored,
        target,
        pixels,
        profile,
        metadata,
        mut warnings,
    } = reduced;
    let shape = (Chroma::Half, metadata.orientation);
    let picture = colour::to_ycc(pixels, &profile, target, shape, &mut warnings);
    let (width, height) = orient::turned(stored, metadata.orientation);
    let sizes = sizes(width, height);
    let notices = metadata.notices_block();
    let made = renditions::make(picture, &sizes, notices.as_deref(), mark);
    let told = |notice: &Option<Vec<u8>>| metadata::shown(notice.as_deref()?, MAX_TEXT);
    Ok(Rendered {
        width,
        height,
        stored,
        renditions: made.renditions,
        thumbhash: made.thumbhash,
        average: made.average,
        copyright: told(&metadata.copyright),
        artist: told(&metadata.artist),
        captured: metadata.captured,
        camera: metadata.camera,
        crc32,
        bytes,
        warnings,
        format,
    })
}

/// Decodes and shrinks what is a readable photograph within the limits.
fn reduced(
    source: &mut Source<'_>,
    limits: &Limits,
    aim: Aim,
) -> Result<(Format, Reduced), Failure> {
    if source.head().is_empty() {
        return Err(Rejection::Empty.into());
    }
    let format = sniff(source.head()).ok_or(Rejection::NotAnImage)?;
    let reduced = match format {
        Format::Jpeg => jpeg::reduce(source, limits, aim)?,
        readable if readable.is_readable() => raster::reduce(source, format, limits, aim)?,
        _ => return Err(Rejection::UnsupportedFormat { format }.into()),
    };
    Ok((format, reduced))
}
