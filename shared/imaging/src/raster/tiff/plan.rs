//! What a TIFF's first directory says of its picture, and where its strips and tiles lie.

use crate::ifd::{Directory, Tiff};
use crate::raster::sheet::{Alpha, Layout, Model};
use crate::{Rejection, Warning};

/// Tags (TIFF 6.0).
mod tag {
    pub const NEW_SUBFILE_TYPE: u16 = 0x00FE;
    pub const WIDTH: u16 = 0x0100;
    pub const HEIGHT: u16 = 0x0101;
    pub const BITS_PER_SAMPLE: u16 = 0x0102;
    pub const COMPRESSION: u16 = 0x0103;
    pub const PHOTOMETRIC: u16 = 0x0106;
    pub const STRIP_OFFSETS: u16 = 0x0111;
    pub const STRIP_BYTES: u16 = 0x0117;
    pub const SAMPLES_PER_PIXEL: u16 = 0x0115;
    pub const ROWS_PER_STRIP: u16 = 0x0116;
    pub const PLANAR_CONFIGURATION: u16 = 0x011C;
    pub const PREDICTOR: u16 = 0x013D;
    pub const COLOUR_MAP: u16 = 0x0140;
    pub const TILE_WIDTH: u16 = 0x0142;
    pub const TILE_HEIGHT: u16 = 0x0143;
    pub const TILE_OFFSETS: u16 = 0x0144;
    pub const TILE_BYTES: u16 = 0x0145;
    pub const EXTRA_SAMPLES: u16 = 0x0152;
    pub const SAMPLE_FORMAT: u16 = 0x0153;
    pub const ICC: u16 = 0x8773;
}

/// Samples of a pixel beyond which nothing is a photograph.
const MAX_SAMPLES: u32 = 16;
/// A tile of less is all overhead (TIFF 6.0 asks for multiples of 16).
const LEAST_TILE: u32 = 16;

/// What the first directory says of the picture.
#[derive(Debug)]
pub(in crate::raster) struct Plan {
    pub width: u32,
    pub height: u32,
    pub bits: u32,
    pub compression: u32,
    pub predictor: u32,
    pub colours: Colours,
    pub layout: Layout,
    /// Planes stored one after the other; 1 when the samples of a pixel stand together.
    pub planes: usize,
    pub tiled: bool,
    /// Pixels across and down of a strip or tile.
    pub chunk: (u32, u32),
    /// Where the value lies that says what the samples are.
    pub photometric_at: usize,
    pub big_endian: bool,
}

/// How a sample becomes the model's.
#[derive(Debug)]
pub(in crate::raster) enum Colours {
    AsTheyAre,
    /// Black is the largest value.
    Inverted,
    /// Signed a* and b*.
    Signed,
    /// Red, green and blue of each index.
    Palette(Vec<[u16; 3]>),
}

/// Pixels across and down, as the first directory has them.
pub(in crate::raster) fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    let first = Tiff::of(bytes)?.first()?;
    Some((first.uint(tag::WIDTH)?, first.uint(tag::HEIGHT)?))
}

/// The embedded profile.
pub(in crate::raster) fn icc(bytes: &[u8]) -> Option<&[u8]> {
    Tiff::of(bytes)?.first()?.find(tag::ICC)?.text()
}

/// Whether another picture follows that is not a smaller form of the first.
pub(in crate::raster) fn warning(bytes: &[u8]) -> Option<Warning> {
    let next = Tiff::of(bytes)?.first()?.next()?;
    let reduced = next.uint(tag::NEW_SUBFILE_TYPE).unwrap_or(0) & 1 == 1;
    let picture = next.has(tag::WIDTH) && !reduced;
    picture.then_some(Warning::FirstOfSeveral)
}

impl Plan {
    /// Reads it, and refuses what no library here decodes.
    pub(in crate::raster) fn of(bytes: &[u8]) -> Result<Self, Rejection> {
        let first = Tiff::of(bytes).and_then(|tiff| tiff.first());
        let first = first.ok_or(Rejection::Truncated { bytes: bytes.len() })?;
        let one = |tag| first.uint(tag);
        let (Some(width), Some(height)) = (one(tag::WIDTH), one(tag::HEIGHT)) else {
            return Err(Rejection::Damaged);
        };
        let unsupported = |kind| Rejection::UnsupportedKind { kind };
        let samples = one(tag::SAMPLES_PER_PIXEL).unwrap_or(1);
        let bits = one(tag::BITS_PER_SAMPLE).unwrap_or(1);
        if !(1..=MAX_SAMPLES).contains(&samples) {
            return Err(unsupported("a TIFF of many layers"));
        }
        if one(tag::SAMPLE_FORMAT).is_some_and(|format| !matches!(format, 1 | 2 | 4)) {
            return Err(unsupported("a floating-point picture"));
        }
        if !matches!(bits, 1 | 2 | 4 | 8 | 16) {
            return Err(unsupported("a TIFF of unusual depth"));
        }
        let compression = one(tag::COMPRESSION).unwrap_or(1);
        if !matches!(compression, 1 | 5 | 8 | 32_773 | 32_946) {
            return Err(unsupported("a TIFF with an unusual compression"));
        }
        let photometric = first.find(tag::PHOTOMETRIC).ok_or(Rejection::Damaged)?;
        let (model, colours) = match (photometric.uints().next(), samples) {
            (Some(0), _) => (Model::Gray, Colours::Inverted),
            (Some(1), _) => (Model::Gray, Colours::AsTheyAre),
            (Some(2), 3..) => (Model::Rgb, Colours::AsTheyAre),
            (Some(3), _) => (Model::Rgb, palette(&first, bits)?),
            (Some(5), 4..) => (Model::Cmyk, Colours::AsTheyAre),
            (Some(8), 3..) => (Model::Lab, Colours::Signed),
            (Some(9), 3..) => (Model::Lab, Colours::AsTheyAre),
            _ => return Err(unsupported("a TIFF of an unusual kind")),
        };
        let samples = samples as usize;
        let stored = match colours {
            Colours::Palette(_) => 1,
            _ => model.colours(),
        };
        let extra = first.find(tag::EXTRA_SAMPLES);
        let alpha = match extra.and_then(|extra| extra.uints().next()) {
            Some(1) if samples > stored => Alpha::Multiplied,
            Some(2) if samples > stored => Alpha::Straight,
            _ => Alpha::Unused,
        };
        let tiled = first.has(tag::TILE_WIDTH);
        let chunk = if tiled {
            let side = |tag| one(tag).filter(|side| *side >= LEAST_TILE);
            side(tag::TILE_WIDTH).zip(side(tag::TILE_HEIGHT))
        } else {
            let rows = one(tag::ROWS_PER_STRIP).unwrap_or(height);
            Some((width, rows.min(height)))
        };
        let planar = one(tag::PLANAR_CONFIGURATION) == Some(2) && samples > 1;
        let palette = matches!(colours, Colours::Palette(_));
        Ok(Self {
            width,
            height,
            bits,
            compression,
            predictor: one(tag::PREDICTOR).unwrap_or(1),
            layout: Layout {
                model,
                // a palette's colours are put in the pixel's place, and the rest is left out
                alpha: if palette { Alpha::Unused } else { alpha },
                samples: if palette { 3 } else { samples },
            },
            colours,
            planes: if planar { samples } else { 1 },
            tiled,
            chunk: chunk
                .filter(|chunk| chunk.0 > 0 && chunk.1 > 0)
                .ok_or(Rejection::Damaged)?,
            photometric_at: photometric.at(),
            big_endian: bytes.starts_with(b"MM"),
        })
    }

    /// Samples of a pixel as they are stored.
    pub(super) fn stored_samples(&self) -> usize {
        match self.colours {
            Colours::Palette(_) => 1,
            _ => self.layout.samples,
        }
    }

    /// Samples that stand together in one chunk.
    pub(super) fn together(&self) -> usize {
        self.stored_samples() / self.planes
    }

    /// Bytes of a row of `pixels` in a chunk.
    pub(super) fn row_bytes(&self, pixels: u32) -> u64 {
        (u64::from(pixels) * self.together() as u64 * u64::from(self.bits)).div_ceil(8)
    }

    /// Bytes of memory beside the file: a row of chunks of every plane, and a row of samples.
    pub(in crate::raster) fn memory(&self) -> u64 {
        let across = u64::from(self.width.div_ceil(self.chunk.0));
        let chunk = self
            .row_bytes(self.chunk.0)
            .saturating_mul(self.chunk.1.min(self.height).into());
        let chunks = chunk
            .saturating_mul(across)
            .saturating_mul(self.planes as u64);
        // one more of a strip that is cut short and made up for
        chunks.saturating_mul(2) + u64::from(self.width) * self.layout.samples as u64 * 4
    }

    /// An uncompressed strip that the file ends within is filled up, so that the rows before the end can be read.
    pub(super) fn make_up(&self, bytes: &mut Vec<u8>) {
        if self.compression != 1 || self.tiled || self.planes > 1 {
            return;
        }
        let length = bytes.len() as u64;
        let strip = self.row_bytes(self.width) * u64::from(self.chunk.1);
        let ends = Tiff::of(bytes)
            .and_then(|tiff| tiff.first()?.find(tag::STRIP_OFFSETS))
            .into_iter()
            .flat_map(|offsets| offsets.uints())
            .find(|at| *at < length && at.saturating_add(strip) > length);
        if let Some(end) = ends.and_then(|at| usize::try_from(at + strip).ok()) {
            bytes.resize(end, 0);
        }
    }

    /// Where a chunk begins in the file and where it ends.
    pub(super) fn place(&self, bytes: &[u8], index: u32) -> Option<(u64, u64)> {
        let first = Tiff::of(bytes)?.first()?;
        let (offsets, lengths) = if self.tiled {
            (tag::TILE_OFFSETS, tag::TILE_BYTES)
        } else {
            (tag::STRIP_OFFSETS, tag::STRIP_BYTES)
        };
        let value = |tag| first.find(tag)?.uints().nth(index as usize);
        let offset = value(offsets)?;
        Some((offset, offset.saturating_add(value(lengths)?)))
    }

    /// Rows of an uncompressed strip that lie within the file.
    pub(super) fn rows_there(&self, offset: u64, high: u32, length: usize) -> u32 {
        let there = (length as u64).saturating_sub(offset) / self.row_bytes(self.width).max(1);
        u32::try_from(there).unwrap_or(u32::MAX).min(high)
    }
}

fn palette(first: &Directory<'_>, bits: u32) -> Result<Colours, Rejection> {
    let map = first.find(tag::COLOUR_MAP).ok_or(Rejection::Damaged)?;
    let map: Vec<u16> = map
        .uints()
        .take(3 << 16)
        .filter_map(|v| u16::try_from(v).ok())
        .collect();
    let size = 1_usize << bits;
    if map.len() != 3 * size {
        return Err(Rejection::Damaged);
    }
    let colour = |index: usize| [map[index], map[index + size], map[index + 2 * size]];
    Ok(Colours::Palette((0..size).map(colour).collect()))
}
