//! JPEG: the header walk, then rows of component planes straight to the largest rendition's size. Chroma is never
//! enlarged to the photograph's size, and no full picture of a baseline file is ever in memory.

pub(crate) mod header;
mod planes;

use crate::colour::Profile;
use crate::metadata::Metadata;
use crate::source::Source;
use crate::{Aim, Failure, Format, Limits, Reduced, WORKING_MEMORY, Warning};
use header::Header;

/// Decodes and shrinks to what is aimed at.
pub(crate) fn reduce(
    source: &mut Source<'_>,
    limits: &Limits,
    aim: Aim,
) -> Result<Reduced, Failure> {
    let bytes = source.rest()?;
    let header = header::walk(&bytes, limits)?;
    let (width, height) = (header.width, header.height);
    let metadata = Metadata::parse(header.exif);
    let target = aim.target((width, height), metadata.orientation);
    limits.check_memory(
        predicted_memory(&header, bytes.len()) + aim.memory(target),
        Format::Jpeg,
        width,
        height,
    )?;
    let profile = Profile::of(header.icc.as_deref(), &metadata);
    let planes = planes::decode(&bytes, &header, target, limits)?;
    let mut warnings = Vec::from_iter(Warning::of_profile(header.icc.as_deref()));
    if planes.truncated {
        warnings.push(match (header.ended, header.buffered) {
            (false, true) => Warning::EndsCoarse,
            (false, false) => Warning::EndsEarly,
            (true, _) => Warning::Damaged,
        });
    }
    let pixels = planes.into_pixels(&header, &profile);
    Ok(Reduced {
        stored: (width, height),
        target,
        pixels,
        profile,
        metadata,
        warnings,
    })
}

/// Bytes: the file, the strips and the small picture; a file whose rows come last of all holds every coefficient
/// (16 bits) twice in the decoder.
fn predicted_memory(header: &Header<'_>, file_bytes: usize) -> u64 {
    let blocks_of = |pixels: u32, sampling: u8, most: u8| {
        (u64::from(pixels) * u64::from(sampling)).div_ceil(u64::from(most) * 8) * 8
    };
    let (h, v) = most_sampling(header);
    let samples: u64 = header
        .components
        .iter()
        .map(|c| blocks_of(header.width, c.h, h) * blocks_of(header.height, c.v, v))
        .sum();
    let buffered = if header.buffered {
        // The file once more, should its end have to be put to it.
        samples * 2 * 2 + file_bytes as u64
    } else {
        0
    };
    file_bytes as u64 + WORKING_MEMORY + buffered
}

/// The largest sampling factors, horizontal and vertical.
fn most_sampling(header: &Header<'_>) -> (u8, u8) {
    header
        .components
        .iter()
        .fold((1, 1), |(h, v), c| (h.max(c.h), v.max(c.v)))
}
