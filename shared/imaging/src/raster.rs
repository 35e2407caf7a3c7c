//! PNG, TIFF, WebP and GIF: unpacked by their crates, within what their headers were allowed to ask for. PNG and TIFF come
//! by rows, so that no full picture is held, and what there is of a damaged one is shown.

mod lab;
mod png;
mod sheet;
mod tiff;
mod whole;

use crate::colour::{Pixels, Profile};
use crate::metadata::Metadata;
use crate::source::Source;
use crate::{Aim, Failure, Format, Limits, Reduced, Rejection, WORKING_MEMORY, Warning};
use sheet::Sheet;

/// A picture as far as it could be decoded, at the target size.
struct Decoded {
    pixels: Pixels,
    warning: Option<Warning>,
}

/// Why no more rows came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// There are no more.
    Whole,
    /// The file ends.
    Early,
    /// The file ends, and every row was seen coarsely.
    Coarse,
    /// What came is not what was stored.
    Damaged,
}

/// The picture of what was laid: whole, or with a warning, or nothing worth showing.
fn decoded(sheet: Sheet, ended: Ended, bytes: usize) -> Result<Decoded, Rejection> {
    let nothing = sheet.rows() == 0;
    let warning = match ended {
        Ended::Whole => None,
        Ended::Early if nothing => return Err(Rejection::Truncated { bytes }),
        Ended::Damaged if nothing => return Err(Rejection::Damaged),
        Ended::Early => Some(Warning::EndsEarly),
        Ended::Coarse => Some(Warning::EndsCoarse),
        Ended::Damaged => Some(Warning::Damaged),
    };
    Ok(Decoded {
        pixels: sheet.finish()?,
        warning,
    })
}

/// Decodes and shrinks to what is aimed at.
pub(crate) fn reduce(
    source: &mut Source<'_>,
    format: Format,
    limits: &Limits,
    aim: Aim,
) -> Result<Reduced, Failure> {
    // A WebP or GIF says how large it is in its first bytes; nothing that is too large is read to its end.
    if let Some((width, height)) = dimensions(source.head(), format) {
        limits.check_pixels(width, height)?;
    }
    let bytes = source.rest()?;
    Ok(reduced(bytes, format, limits, aim)?)
}

fn reduced(
    bytes: Vec<u8>,
    format: Format,
    limits: &Limits,
    aim: Aim,
) -> Result<Reduced, Rejection> {
    // A raw file is known by a directory that may lie anywhere in it.
    if crate::sniff(&bytes) == Some(Format::Raw) {
        let format = Format::Raw;
        return Err(Rejection::UnsupportedFormat { format });
    }
    let (width, height) =
        dimensions(&bytes, format).ok_or(Rejection::Truncated { bytes: bytes.len() })?;
    limits.check_pixels(width, height)?;
    let (stored, length) = ((width, height), bytes.len());
    let mut job = Job {
        limits,
        aim,
        format,
        stored,
        held: WORKING_MEMORY + bytes.len() as u64,
        several: None,
    };
    match format {
        Format::Png => {
            let chunks = png::walk(&bytes, limits)?;
            let icc = chunks.icc(limits)?;
            let metadata = Metadata::parse(chunks.exif);
            job.several = chunks.warning();
            let target = job.admit(png::memory(&bytes, width, height), &metadata)?;
            let decoded = png::decode(&bytes, stored, target)?;
            Ok(job.done(decoded, target, icc.as_deref(), metadata))
        }
        Format::Tiff => {
            let plan = tiff::Plan::of(&bytes)?;
            let icc = tiff::icc(&bytes);
            limits.check_icc(icc.map_or(0, <[u8]>::len))?;
            let icc = icc.map(<[u8]>::to_vec);
            let metadata = Metadata::parse(Some(&bytes));
            job.several = tiff::warning(&bytes);
            let target = job.admit(plan.memory(), &metadata)?;
            let decoded = plan.decode(bytes, target)?;
            Ok(job.done(decoded, target, icc.as_deref(), metadata))
        }
        Format::Webp | Format::Gif => {
            let [bytes, other] = whole::filled(&bytes).unwrap_or([bytes, Vec::new()]);
            let filled = !other.is_empty();
            let cut = |rejection| match rejection {
                // what is wrong with it is what it was filled up with
                Rejection::Damaged | Rejection::Truncated { .. } if filled => {
                    Rejection::Truncated { bytes: length }
                }
                other => other,
            };
            let mut whole = whole::Whole::open(&bytes, format).map_err(cut)?;
            if whole.dimensions() != stored {
                return Err(Rejection::Damaged);
            }
            let (icc, exif) = whole.metadata();
            limits.check_icc(icc.as_ref().map_or(0, Vec::len))?;
            limits.check_exif(exif.as_ref().map_or(0, Vec::len))?;
            // WebP's chunk may repeat the prefix that JPEG needs.
            let exif = exif
                .as_deref()
                .map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif));
            let metadata = Metadata::parse(exif);
            let once = whole.memory();
            let memory = if filled {
                once * 2 + bytes.len() as u64
            } else {
                once
            };
            let target = job.admit(memory, &metadata)?;
            let other = filled.then(|| whole::Whole::open(&other, format));
            let other = other.transpose().map_err(cut)?;
            let decoded = whole.decode(other, limits, target).map_err(cut)?;
            Ok(job.done(decoded, target, icc.as_deref(), metadata))
        }
        _ => Err(Rejection::UnsupportedFormat { format }),
    }
}

/// What is the same for every format.
struct Job<'a> {
    limits: &'a Limits,
    aim: Aim,
    format: Format,
    stored: (u32, u32),
    /// Bytes of memory taken whatever the decoder takes.
    held: u64,
    several: Option<Warning>,
}

impl Job<'_> {
    /// Pixels across and down to make, if a decoder that takes so much memory may run.
    fn admit(&self, decoder: u64, metadata: &Metadata) -> Result<(u32, u32), Rejection> {
        let target = self.aim.target(self.stored, metadata.orientation);
        let predicted = self.held + self.aim.memory(target);
        let (width, height) = self.stored;
        self.limits.check_memory(
            predicted.saturating_add(decoder),
            self.format,
            width,
            height,
        )?;
        Ok(target)
    }

    fn done(
        self,
        decoded: Decoded,
        target: (u32, u32),
        icc: Option<&[u8]>,
        metadata: Metadata,
    ) -> Reduced {
        let warnings = [decoded.warning, Warning::of_profile(icc), self.several];
        Reduced {
            stored: self.stored,
            target,
            pixels: decoded.pixels,
            profile: Profile::of(icc, &metadata),
            metadata,
            warnings: warnings.into_iter().flatten().collect(),
        }
    }
}

/// A big-endian number of so many bytes.
fn uint_be(bytes: &[u8], at: usize, length: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(
        bytes
            .iter()
            .fold(0, |value, byte| value << 8 | u32::from(*byte)),
    )
}

/// Pixels across and down, by the header alone.
fn dimensions(bytes: &[u8], format: Format) -> Option<(u32, u32)> {
    let be32 = |at: usize| uint_be(bytes, at, 4);
    let le16 = |at: usize| {
        Some(u32::from(u16::from_le_bytes(
            bytes.get(at..at + 2)?.try_into().ok()?,
        )))
    };
    let le24 = |at: usize| Some(le16(at)? | u32::from(*bytes.get(at + 2)?) << 16);
    match format {
        Format::Png => Some((be32(16)?, be32(20)?)),
        Format::Gif => Some((le16(6)?, le16(8)?)),
        Format::Webp => match bytes.get(12..16)? {
            b"VP8X" => Some((le24(24)? + 1, le24(27)? + 1)),
            b"VP8L" => {
                let bits = le16(21)? | le16(23)? << 16;
                Some(((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1))
            }
            _ => Some((le16(26)? & 0x3FFF, le16(28)? & 0x3FFF)),
        },
        Format::Tiff => tiff::dimensions(bytes),
        _ => None,
    }
}
