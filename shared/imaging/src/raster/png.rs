//! PNG: row by row, so that no full picture is held unless it is interlaced; what is packed in chunks is bounded here.

use std::io::{Cursor, Read as _};

use flate2::read::ZlibDecoder;
use png::{BitDepth, ColorType, Decoder, DecodingError, InterlaceInfo, Reader, Transformations};

use super::sheet::{Alpha, Layout, Model, Sheet};
use super::{Decoded, Ended, uint_be};
use crate::{Limits, Rejection, Warning};

/// Rows and tables of the decoder; the picture is not among them.
const DECODER_MEMORY: usize = 16 << 20;

/// What the chunks before the picture say, read without the decoder.
#[derive(Default)]
pub(super) struct Chunks<'a> {
    pub exif: Option<&'a [u8]>,
    /// The packed profile.
    profile: Option<&'a [u8]>,
    frames: u32,
}

/// Walks the chunks up to the picture, and applies the limits that hold for them.
pub(super) fn walk<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Chunks<'a>, Rejection> {
    let mut chunks = Chunks::default();
    let mut at = 8;
    while let Some(length) = uint_be(bytes, at, 4) {
        let Some(kind) = bytes.get(at + 4..at + 8) else {
            break;
        };
        let body = bytes.get(at + 8..at + 8 + length as usize);
        match (kind, body) {
            (b"IDAT", _) | (_, None) => break,
            (b"eXIf", Some(body)) => {
                limits.check_exif(body.len())?;
                chunks.exif.get_or_insert(body);
            }
            (b"iCCP", Some(body)) => {
                limits.check_icc(body.len())?;
                // a name, its NUL, and the method
                let name = body.iter().take(80).position(|byte| *byte == 0);
                let packed = name.and_then(|end| body.get(end + 2..));
                chunks.profile.get_or_insert(packed.unwrap_or_default());
            }
            (b"acTL", Some(body)) => chunks.frames = uint_be(body, 0, 4).unwrap_or(0),
            _ => {}
        }
        at += 12 + length as usize;
    }
    Ok(chunks)
}

impl Chunks<'_> {
    /// The profile, unpacked no further than the limit allows; of a damaged one what there is of it.
    pub(super) fn icc(&self, limits: &Limits) -> Result<Option<Vec<u8>>, Rejection> {
        let Some(packed) = self.profile else {
            return Ok(None);
        };
        let mut profile = Vec::new();
        let most = limits.max_icc as u64 + 1;
        let _ = ZlibDecoder::new(packed)
            .take(most)
            .read_to_end(&mut profile);
        limits.check_icc(profile.len())?;
        Ok(Some(profile))
    }

    /// Whether there are more pictures than the one shown.
    pub(super) fn warning(&self) -> Option<Warning> {
        (self.frames > 1).then_some(Warning::FirstOfSeveral)
    }
}

/// Bytes of memory the decoder takes beside the file.
pub(super) fn memory(bytes: &[u8], width: u32, height: u32) -> u64 {
    // sixteen bits of four channels, as the decoder gives them
    let row = u64::from(width) * 8;
    let interlaced = bytes.get(28).is_some_and(|method| *method != 0);
    let rows = if interlaced { u64::from(height) } else { 4 };
    row * rows + DECODER_MEMORY as u64
}

/// Decodes what there is.
pub(super) fn decode(
    bytes: &[u8],
    stored: (u32, u32),
    target: (u32, u32),
) -> Result<Decoded, Rejection> {
    let row_memory = stored.0 as usize * 8 * 4;
    let mut decoder = Decoder::new_with_limits(
        Cursor::new(bytes),
        png::Limits {
            bytes: DECODER_MEMORY + row_memory,
        },
    );
    decoder.set_transformations(Transformations::EXPAND);
    // Texts are read by nobody, and profiles were unpacked within their limit.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    let rejection = |error: DecodingError| rejection(&error, bytes.len());
    let mut reader = decoder.read_info().map_err(rejection)?;
    let info = reader.info();
    if (info.width, info.height) != stored {
        return Err(Rejection::Damaged);
    }
    let interlaced = info.interlaced;
    let (colour, depth) = reader.output_color_type();
    let wide = depth == BitDepth::Sixteen;
    let (model, alpha) = match colour {
        ColorType::Grayscale => (Model::Gray, Alpha::Unused),
        ColorType::GrayscaleAlpha => (Model::Gray, Alpha::Straight),
        ColorType::Rgb => (Model::Rgb, Alpha::Unused),
        ColorType::Rgba => (Model::Rgb, Alpha::Straight),
        ColorType::Indexed => return Err(Rejection::Damaged),
    };
    let layout = Layout {
        model,
        alpha,
        samples: colour.samples(),
    };
    let mut sheet = Sheet::new(layout, wide, stored, target);
    let ended = if interlaced {
        whole(&mut reader, &mut sheet, wide, stored, bytes.len())?
    } else {
        rows(&mut reader, &mut sheet, wide, stored.1)?
    };
    super::decoded(sheet, ended, bytes.len())
}

fn rows(
    reader: &mut Reader<Cursor<&[u8]>>,
    sheet: &mut Sheet,
    wide: bool,
    height: u32,
) -> Result<Ended, Rejection> {
    let mut samples = Vec::new();
    while sheet.rows() < height {
        match reader.next_row() {
            Ok(Some(row)) => lay(sheet, row.data(), wide, &mut samples)?,
            Ok(None) => return Ok(Ended::Damaged),
            Err(error) => return Ok(ended(&error)),
        }
    }
    Ok(Ended::Whole)
}

/// Adam7: every pass is laid over the coarser ones, so that a file cut short is the whole picture, coarsely.
fn whole(
    reader: &mut Reader<Cursor<&[u8]>>,
    sheet: &mut Sheet,
    wide: bool,
    (width, height): (u32, u32),
    bytes: usize,
) -> Result<Ended, Rejection> {
    let line = reader.output_line_size(width).ok_or(Rejection::Damaged)?;
    let pixel_bytes = line / width as usize;
    let bits = u8::try_from(pixel_bytes * 8).map_err(|_| Rejection::Damaged)?;
    let mut picture = vec![0; line * height as usize];
    let mut last = 0;
    let ended = loop {
        match reader.next_interlaced_row() {
            Ok(Some(row)) => {
                let InterlaceInfo::Adam7(pass) = row.interlace() else {
                    break Ended::Damaged;
                };
                png::splat_interlaced_row(&mut picture, line, row.data(), pass, bits);
                last += 1;
            }
            Ok(None) => break Ended::Whole,
            Err(error) => break ended(&error),
        }
    };
    // The first pass has every eighth row: without it there are rows nobody knows.
    if last < height.div_ceil(8) {
        return Err(match ended {
            Ended::Early => Rejection::Truncated { bytes },
            _ => Rejection::Damaged,
        });
    }
    let mut samples = Vec::new();
    for row in picture.chunks_exact(line) {
        lay(sheet, row, wide, &mut samples)?;
    }
    Ok(match ended {
        Ended::Early => Ended::Coarse,
        other => other,
    })
}

fn lay(sheet: &mut Sheet, row: &[u8], wide: bool, samples: &mut Vec<u16>) -> Result<(), Rejection> {
    if !wide {
        return sheet.row_8(row);
    }
    samples.clear();
    samples.extend(
        row.chunks_exact(2)
            .map(|s| u16::from_be_bytes([s[0], s[1]])),
    );
    sheet.row_16(samples)
}

fn ended(error: &DecodingError) -> Ended {
    match error {
        DecodingError::IoError(_) => Ended::Early,
        _ => Ended::Damaged,
    }
}

fn rejection(error: &DecodingError, bytes: usize) -> Rejection {
    match ended(error) {
        Ended::Early => Rejection::Truncated { bytes },
        _ => Rejection::Damaged,
    }
}
