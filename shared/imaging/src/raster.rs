//! PNG, WebP, TIFF and GIF: decoded whole by their crates, within what their headers were allowed to ask for.

use std::error::Error;
use std::io::{self, Cursor};

use fast_image_resize::PixelTrait;
use fast_image_resize::pixels::{InnerPixel, U8, U8x3, U16, U16x3};
use image::codecs::{gif::GifDecoder, png::PngDecoder, tiff::TiffDecoder, webp::WebPDecoder};
use image::error::ImageError;
use image::{DynamicImage, ImageDecoder};

use crate::colour::{Pixels, Profile};
use crate::ifd::Tiff;
use crate::metadata::Metadata;
use crate::shrink::{Geometry, Shrinker};
use crate::source::Source;
use crate::{Aim, Failure, Format, Limits, Reduced, Rejection, WORKING_MEMORY, Warning};

/// Memory a decoder may take besides the picture: rows, tables, and a profile unpacked.
const DECODER_MEMORY: u64 = 64 << 20;

/// Decodes and shrinks to what is aimed at.
pub(crate) fn reduce(
    source: &mut Source<'_>,
    format: Format,
    limits: &Limits,
    aim: Aim,
) -> Result<Reduced, Failure> {
    let bytes = source.rest()?;
    decoded(&bytes, format, limits, aim).map_err(Failure::Rejected)
}

fn decoded(bytes: &[u8], format: Format, limits: &Limits, aim: Aim) -> Result<Reduced, Rejection> {
    let (width, height) =
        dimensions(bytes, format).ok_or(Rejection::Truncated { bytes: bytes.len() })?;
    limits.check_pixels(width, height)?;
    let failed = |error: ImageError| rejection(&error, bytes);
    let reader = Cursor::new(bytes);
    let mut decoder: Box<dyn ImageDecoder + '_> = match format {
        Format::Png => {
            Box::new(PngDecoder::with_limits(reader, decoder_limits(limits)).map_err(failed)?)
        }
        Format::Webp => Box::new(WebPDecoder::new(reader).map_err(failed)?),
        Format::Tiff => Box::new(TiffDecoder::new(reader).map_err(failed)?),
        Format::Gif => Box::new(GifDecoder::new(reader).map_err(failed)?),
        _ => return Err(Rejection::UnsupportedFormat { format }),
    };
    if decoder.dimensions() != (width, height) {
        return Err(Rejection::Damaged);
    }
    // All but PNG hold a second form of the picture while they make the first, and EXIF is read from a copy of a TIFF.
    let copies = if format == Format::Png { 1 } else { 2 };
    let held = decoder.total_bytes().saturating_add(bytes.len() as u64);
    let predicted = held.saturating_mul(copies).saturating_add(WORKING_MEMORY);
    limits.check_memory(predicted, format, width, height)?;
    if format != Format::Png {
        let max_alloc = Some(decoder.total_bytes() * copies + DECODER_MEMORY);
        decoder
            .set_limits(image_limits(limits, max_alloc))
            .map_err(failed)?;
    }
    let icc = decoder.icc_profile().unwrap_or_default();
    limits.check_icc(icc.as_ref().map_or(0, Vec::len))?;
    let metadata = if format == Format::Tiff {
        Metadata::parse(Some(bytes))
    } else {
        let exif = decoder.exif_metadata().unwrap_or_default();
        limits.check_exif(exif.as_ref().map_or(0, Vec::len))?;
        // WebP's chunk may repeat the prefix that JPEG needs.
        Metadata::parse(
            exif.as_deref()
                .map(|exif| exif.strip_prefix(b"Exif\0\0").unwrap_or(exif)),
        )
    };
    let profile = Profile::of(icc.as_deref(), &metadata);
    let target = aim.target((width, height), metadata.orientation);
    limits.check_memory(predicted + aim.memory(target), format, width, height)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(failed)?;
    let pixels = shrunk(&picture, (width, height), target)?;
    Ok(Reduced {
        stored: (width, height),
        target,
        pixels,
        profile,
        metadata,
        warnings: Vec::from_iter(Warning::of_profile(icc.as_deref())),
    })
}

fn image_limits(limits: &Limits, max_alloc: Option<u64>) -> image::Limits {
    let mut bounds = image::Limits::no_limits();
    bounds.max_image_width = Some(limits.max_side);
    bounds.max_image_height = Some(limits.max_side);
    bounds.max_alloc = max_alloc;
    bounds
}

fn decoder_limits(limits: &Limits) -> image::Limits {
    image_limits(limits, Some(DECODER_MEMORY))
}

/// What a decoder's error means to the photographer.
fn rejection(error: &ImageError, bytes: &[u8]) -> Rejection {
    if matches!(error, ImageError::Unsupported(_)) {
        return Rejection::UnsupportedKind {
            kind: "a picture of an unusual kind",
        };
    }
    if ended_early(error) || is_shorter_than_it_says(bytes) {
        return Rejection::Truncated { bytes: bytes.len() };
    }
    Rejection::Damaged
}

/// Whether the end of the file is behind an error.
fn ended_early(error: &(dyn Error + 'static)) -> bool {
    let io = match error.downcast_ref::<ImageError>() {
        Some(ImageError::IoError(io)) => Some(io),
        _ => error.downcast_ref::<io::Error>(),
    };
    io.is_some_and(|io| io.kind() == io::ErrorKind::UnexpectedEof)
        || error.source().is_some_and(ended_early)
}

/// WebP says in its header how long it is; GIF ends in a semicolon.
fn is_shorter_than_it_says(bytes: &[u8]) -> bool {
    match bytes {
        [b'R', b'I', b'F', b'F', a, b, c, d, ..] => {
            u64::from(u32::from_le_bytes([*a, *b, *c, *d])) + 8 > bytes.len() as u64
        }
        [b'G', b'I', b'F', .., last] => *last != b';',
        _ => false,
    }
}

/// Gray becomes RGB only where no gray profile could want it otherwise: here it keeps one channel, in 16 bits.
fn shrunk(
    picture: &DynamicImage,
    stored: (u32, u32),
    target: (u32, u32),
) -> Result<Pixels, Rejection> {
    use DynamicImage as D;
    let rgb8 = |samples, channels| shrink::<U8x3>(samples, channels, u8::MAX, stored, target);
    let rgb16 = |samples, channels| shrink::<U16x3>(samples, channels, u16::MAX, stored, target);
    let gray16 = |samples, channels| shrink::<U16>(samples, channels, u16::MAX, stored, target);
    let gray8 = |samples, channels| {
        let gray = shrink::<U8>(samples, channels, u8::MAX, stored, target)?;
        Ok(Pixels::Gray16(
            gray.into_iter().map(|v| u16::from(v) * 257).collect(),
        ))
    };
    match picture {
        D::ImageRgb8(p) => Ok(Pixels::Rgb8(rgb8(p.as_raw(), 3)?)),
        D::ImageRgba8(p) => Ok(Pixels::Rgb8(rgb8(p.as_raw(), 4)?)),
        D::ImageRgb16(p) => Ok(Pixels::Rgb16(rgb16(p.as_raw(), 3)?)),
        D::ImageRgba16(p) => Ok(Pixels::Rgb16(rgb16(p.as_raw(), 4)?)),
        D::ImageLuma8(p) => gray8(p.as_raw(), 1),
        D::ImageLumaA8(p) => gray8(p.as_raw(), 2),
        D::ImageLuma16(p) => Ok(Pixels::Gray16(gray16(p.as_raw(), 1)?)),
        D::ImageLumaA16(p) => Ok(Pixels::Gray16(gray16(p.as_raw(), 2)?)),
        _ => Err(Rejection::UnsupportedKind {
            kind: "a floating-point picture",
        }),
    }
}

/// Shrinks as many of the `channels` as `P` has; one more is alpha, and the photograph lies on white paper.
fn shrink<P>(
    samples: &[P::Component],
    channels: usize,
    white: P::Component,
    stored: (u32, u32),
    target: (u32, u32),
) -> Result<Vec<P::Component>, Rejection>
where
    P: PixelTrait + InnerPixel,
    P::Component: Into<u64> + TryFrom<u64>,
{
    let (width, height) = (stored.0 as usize, stored.1 as usize);
    let picture = (stored.0.into(), stored.1.into());
    let mut shrinker = Shrinker::<P>::new(
        Geometry {
            stored: (width, height),
            picture,
            target,
        },
        1,
    );
    let kept = P::count_of_components();
    let full: u64 = white.into();
    for row in samples.chunks_exact(width * channels).take(height) {
        let space = shrinker.space(1)?;
        if channels == kept {
            space.copy_from_slice(row);
        } else {
            for (flat, source) in space.chunks_exact_mut(kept).zip(row.chunks_exact(channels)) {
                let alpha: u64 = source[kept].into();
                for (flat, &value) in flat.iter_mut().zip(source) {
                    let on_paper = (value.into() * alpha + full * (full - alpha) + full / 2) / full;
                    *flat = P::Component::try_from(on_paper).unwrap_or(white);
                }
            }
        }
        shrinker.push(1);
    }
    shrinker.finish(white)
}

/// Pixels across and down, by the header alone.
fn dimensions(bytes: &[u8], format: Format) -> Option<(u32, u32)> {
    let be32 = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
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
        Format::Tiff => {
            let first = Tiff::of(bytes)?.first()?;
            Some((first.uint(0x0100)?, first.uint(0x0101)?))
        }
        _ => None,
    }
}
