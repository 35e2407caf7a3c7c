//! Bytes to pixels to renditions; knows nothing of AWS, of files, or of the clock.
//!
//! [`render`] takes a photograph's bytes and gives JPEGs in [`SIZES`], upright, in sRGB, without metadata but the
//! copyright notice. The order is what keeps it cheap and safe: the header is walked and the [`Limits`] applied before
//! a decoder sees a byte; a baseline JPEG is decoded by rows and shrunk by strips, so that no full picture exists;
//! colour and orientation are applied at the size of the largest rendition; each smaller one is made from the one
//! before it. [`make`] goes the same way to one file of a size that is asked for, with its credits written into it.
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod colour;
mod credits;
mod format;
mod jpeg;
mod limits;
mod mark;
mod metadata;
mod orient;
mod product;
mod raster;
mod rejection;
mod renditions;
mod shrink;

use std::panic::catch_unwind;

pub use credits::Texts;
pub use format::{Format, sniff};
pub use limits::Limits;
pub use mark::Mark;
pub use metadata::Captured;
use product::Aim;
pub use product::{Encoding, Made, Recipe, Size, make};
pub use rejection::Rejection;
use renditions::sizes;

/// Long edges of the renditions in pixels, largest first. A size larger than the photograph is made at the
/// photograph's own size, once.
pub const SIZES: [u32; 4] = [2048, 1280, 640, 320];

/// The [`SIZES`] that are made with a [`Mark`] too: those worth keeping. Nothing is drawn over a grid's small ones.
pub const MARKED: [u32; 2] = [2048, 1280];

/// Bytes beside the file and the decoder's own: strips, the small picture in its stages, the encoder's output.
const WORKING_MEMORY: u64 = 96 << 20;

/// What became of a photograph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Pixels across of the original, upright.
    pub width: u32,
    /// Pixels down of the original, upright.
    pub height: u32,
    /// Largest first; never empty.
    pub renditions: Vec<Rendition>,
    /// Placeholder (<https://evanw.github.io/thumbhash/>), at most 25 bytes.
    pub thumbhash: Vec<u8>,
    /// Average colour in sRGB.
    pub average: [u8; 3],
    /// When it was taken, if the camera says.
    pub captured: Option<Captured>,
    /// The file is damaged or ends early: the picture is partial, the rest grey. To be shown to the studio.
    pub truncated: bool,
    /// What the original is.
    pub format: Format,
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
    truncated: bool,
}

/// Makes the renditions of a photograph, without a mark.
///
/// # Errors
/// A [`Rejection`] is permanent: the same bytes are refused every time. No input makes this panic.
pub fn render(bytes: &[u8], limits: &Limits) -> Result<Rendered, Rejection> {
    render_marked(bytes, limits, None)
}

/// Makes the renditions of a photograph, and those of [`MARKED`] a second time with the mark. The clean ones are the
/// same bytes either way.
///
/// # Errors
/// As for [`render`].
pub fn render_marked(
    bytes: &[u8],
    limits: &Limits,
    mark: Option<&Mark>,
) -> Result<Rendered, Rejection> {
    // The decoders are strangers' code reading strangers' bytes; this is the last defence, not the first.
    catch_unwind(|| render_unguarded(bytes, limits, mark)).unwrap_or(Err(Rejection::Damaged))
}

fn render_unguarded(
    bytes: &[u8],
    limits: &Limits,
    mark: Option<&Mark>,
) -> Result<Rendered, Rejection> {
    let (format, reduced) = reduced(bytes, limits, Aim::Renditions)?;
    let Reduced {
        stored,
        target,
        pixels,
        profile,
        metadata,
        truncated,
    } = reduced;
    let rgb = colour::to_srgb(pixels, &profile)?;
    let rgb = orient::upright(
        rgb,
        target.0 as usize,
        target.1 as usize,
        metadata.orientation,
    );
    let (width, height) = if orient::swaps_sides(metadata.orientation) {
        (stored.1, stored.0)
    } else {
        stored
    };
    let sizes = sizes(width, height);
    let made = renditions::make(rgb, &sizes, metadata.copyright.as_deref(), mark)?;
    Ok(Rendered {
        width,
        height,
        renditions: made.renditions,
        thumbhash: made.thumbhash,
        average: made.average,
        captured: metadata.captured,
        truncated,
        format,
    })
}

/// Decodes and shrinks what is a readable photograph within the limits.
fn reduced(bytes: &[u8], limits: &Limits, aim: Aim) -> Result<(Format, Reduced), Rejection> {
    if bytes.is_empty() {
        return Err(Rejection::Empty);
    }
    limits.check_bytes(bytes.len())?;
    let format = sniff(bytes).ok_or(Rejection::NotAnImage)?;
    let reduced = match format {
        Format::Jpeg => jpeg::reduce(bytes, limits, aim)?,
        readable if readable.is_readable() => raster::reduce(bytes, format, limits, aim)?,
        _ => return Err(Rejection::UnsupportedFormat { format }),
    };
    Ok((format, reduced))
}
