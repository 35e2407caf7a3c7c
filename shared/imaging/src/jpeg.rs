//! JPEG: rows of component planes straight to the size that is aimed at. The decoder gives them at full size, a half, a
//! quarter or an eighth, whatever leaves enough for the filter; chroma is never enlarged to the photograph's size, and no
//! full picture of a baseline file is ever in memory.

mod coefficients;
pub(crate) mod decode;
mod entropy;
pub(crate) mod frame;
mod huffman;
pub(crate) mod idct;
mod input;
mod planes;
mod progressive;
pub(crate) mod restarts;
pub(crate) mod segments;
mod sequential;
mod standard;
#[cfg(test)]
mod trials;

use crate::colour::Profile;
use crate::metadata::Metadata;
use crate::source::Source;
use crate::{Aim, Failure, Format, Limits, Reduced, Rejection, WORKING_MEMORY, Warning};
use decode::Decoder;
use planes::Plan;
use restarts::Damage;

/// Decodes and shrinks to what is aimed at.
pub(crate) fn reduce(
    source: &mut Source<'_>,
    limits: &Limits,
    aim: Aim,
) -> Result<Reduced, Failure> {
    let mut decoder = Decoder::open(source, limits)?;
    let header = decoder.header();
    let (width, height) = (header.width, header.height);
    let metadata = Metadata::parse(header.exif.as_deref());
    let target = aim.target((width, height), metadata.orientation);
    let profile = Profile::of(header.icc.as_deref(), &metadata);
    let mut warnings = Vec::from_iter(Warning::of_profile(header.icc.as_deref()));
    if header.icc_claimed && header.icc.is_none() {
        warnings.push(Warning::ProfileUnreadable);
    }
    let plan = Plan::new(header, &profile, target, aim.chroma(), metadata.orientation);
    let predicted = decoder.memory(plan.scales()) + WORKING_MEMORY + aim.memory(target);
    limits.check_memory(predicted, Format::Jpeg, width, height)?;
    let buffered = header.buffered;
    let pixels = plan.decode(&mut decoder)?;
    let damage = decoder.damage();
    // Of a file without a single row nothing is worth showing.
    let pixels = match (pixels, damage.unended) {
        (Some(pixels), _) => pixels,
        (None, true) => {
            let bytes = decoder.bytes() as usize;
            return Err(Rejection::Truncated { bytes }.into());
        }
        (None, false) => return Err(Rejection::Damaged.into()),
    };
    warnings.extend(warning(damage, buffered));
    Ok(Reduced {
        stored: (width, height),
        target,
        pixels,
        profile,
        metadata,
        warnings,
    })
}

/// What to say of what was concealed.
fn warning(damage: Damage, buffered: bool) -> Option<Warning> {
    let lost = damage.missing > 0 || damage.restarts > 0 || damage.codes > 0;
    if damage.unended {
        // A file whose every scan is the whole picture lacks detail, not a part.
        let coarse = buffered && damage.missing == 0;
        return Some(if coarse {
            Warning::EndsCoarse
        } else {
            Warning::EndsEarly
        });
    }
    (lost || damage.coarse > 0).then_some(Warning::Damaged)
}
