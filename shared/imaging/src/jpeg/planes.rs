//! The decoder's rows into one shrinker a component, and the small planes into pixels.

use fast_image_resize::pixels::U8;
use moxcms::DataColorSpace;
use zune_core::bytestream::ZCursor;
use zune_core::options::DecoderOptions;
use zune_jpeg::{JpegDecoder, RawImcuRowStatus};

use super::header::Header;
use crate::colour::{Pixels, Profile};
use crate::shrink::{Geometry, Shrinker};
use crate::{Limits, Rejection};

/// One plane a component, each at the target size.
pub(super) struct Planes {
    planes: Vec<Vec<u8>>,
    /// Rows were missing, or the file's end was.
    pub truncated: bool,
}

/// Of a photograph with fewer of its rows than this (one in twenty), nothing is worth showing.
const LEAST_ROWS: f64 = 0.05;
/// What missing rows are filled with: mid-grey in every colour model.
const MISSING: u8 = 128;

/// Decodes all rows there are.
pub(super) fn decode(
    bytes: &[u8],
    header: &Header<'_>,
    target: (u32, u32),
    limits: &Limits,
) -> Result<Planes, Rejection> {
    // Only a decoder that sees the end gives what it has of a file whose rows come last of all.
    let ended;
    let bytes = if header.ended || !header.buffered {
        bytes
    } else {
        ended = [bytes, &[0xFF, 0xD9]].concat();
        &ended
    };
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options(header, limits));
    decoder.decode_headers().map_err(|_| Rejection::Damaged)?;
    let mut raw = decoder.raw_output();
    let count = raw
        .num_components()
        .filter(|n| *n == header.components.len())
        .ok_or(Rejection::Damaged)?;
    let layout = raw.layout().ok_or(Rejection::Damaged)?;
    let (h_max, v_max) = super::most_sampling(header);
    let mut shrinkers: Vec<Shrinker<U8>> = Vec::with_capacity(count);
    for (plane, component) in layout[..count].iter().zip(&header.components) {
        let share = |pixels: u32, sampling: u8, most: u8| {
            f64::from(pixels) * f64::from(sampling) / f64::from(most)
        };
        let geometry = Geometry {
            stored: (plane.width, plane.height),
            picture: (
                share(header.width, component.h, h_max),
                share(header.height, component.v, v_max),
            ),
            target,
        };
        let rows = plane.vertical_sampling_factor * 8;
        shrinkers.push(Shrinker::new(geometry, rows));
    }
    let strides: Vec<usize> = layout[..count].iter().map(|plane| plane.width).collect();
    loop {
        let mut spaces = Vec::with_capacity(count);
        for (shrinker, plane) in shrinkers.iter_mut().zip(&layout) {
            let rows = (plane.vertical_sampling_factor * 8).min(shrinker.missing());
            spaces.push(shrinker.space(rows)?);
        }
        // Past an error the rows that came before it are still a photograph.
        let Ok(RawImcuRowStatus::RowReady { rows_written }) =
            raw.decode_next_imcu_row(&mut spaces, &strides)
        else {
            break;
        };
        for (shrinker, rows) in shrinkers.iter_mut().zip(rows_written) {
            shrinker.push(rows);
        }
    }
    let missing = shrinkers.iter().map(Shrinker::missing).max().unwrap_or(0);
    let rows = layout[..count]
        .iter()
        .map(|plane| plane.height)
        .max()
        .unwrap_or(1);
    if (rows - missing.min(rows)) as f64 <= LEAST_ROWS * rows as f64 {
        return Err(if header.ended {
            Rejection::Damaged
        } else {
            Rejection::Truncated { bytes: bytes.len() }
        });
    }
    let planes = shrinkers
        .into_iter()
        .map(|shrinker| shrinker.finish(MISSING))
        .collect::<Result<_, _>>()?;
    Ok(Planes {
        planes,
        truncated: missing > 0 || !header.ended,
    })
}

/// The decoder may take nothing larger than what the walk saw, should the two read the markers differently.
fn options(header: &Header<'_>, limits: &Limits) -> DecoderOptions {
    DecoderOptions::default()
        .set_max_width(header.width as usize)
        .set_max_height(header.height as usize)
        .jpeg_set_max_scans(limits.max_scans as usize)
        .set_strict_mode(false)
}

/// What the components are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Model {
    Gray,
    YCbCr,
    Rgb,
    Cmyk,
    Ycck,
}

/// By the rules all decoders share: the Adobe marker, else JFIF, else the components' names.
fn model(header: &Header<'_>) -> Model {
    let named_rgb = header.components.iter().map(|c| c.id).eq(*b"RGB");
    match (header.components.len(), header.adobe) {
        (1, _) => Model::Gray,
        (4, Some(2)) => Model::Ycck,
        (4, _) => Model::Cmyk,
        (_, Some(0)) if !header.jfif => Model::Rgb,
        (_, None) if !header.jfif && named_rgb => Model::Rgb,
        _ => Model::YCbCr,
    }
}

impl Planes {
    /// Interleaves, in 16 bits where a profile is to be applied.
    pub(super) fn into_pixels(self, header: &Header<'_>, profile: &Profile) -> Pixels {
        let model = model(header);
        let wide = profile.converts(DataColorSpace::Rgb);
        match (model, self.planes.as_slice()) {
            (Model::Gray, [gray]) => {
                Pixels::Gray16(gray.iter().map(|v| u16::from(*v) * 257).collect())
            }
            (Model::YCbCr, [y, cb, cr]) if wide => Pixels::Rgb16(ycc_pixels(y, cb, cr, wide_value)),
            (Model::YCbCr, [y, cb, cr]) => Pixels::Rgb8(ycc_pixels(y, cb, cr, narrow_value)),
            (Model::Rgb, [r, g, b]) => Pixels::Rgb8(
                r.iter()
                    .zip(g)
                    .zip(b)
                    .flat_map(|((r, g), b)| [*r, *g, *b])
                    .collect(),
            ),
            (Model::Cmyk | Model::Ycck, [a, b, c, k]) => {
                let three = if model == Model::Ycck {
                    ycc_pixels(a, b, c, narrow_value)
                } else {
                    a.iter()
                        .zip(b)
                        .zip(c)
                        .flat_map(|((a, b), c)| [*a, *b, *c])
                        .collect()
                };
                Pixels::Cmyk8(inked(&three, k, model, header.adobe.is_some()))
            }
            _ => unreachable!(
                "the walk lets 1, 3 and 4 components pass, and there is a plane for each"
            ),
        }
    }
}

/// Adobe stores paper as 255. Its YCCK is that of the inverted inks, whose red, green and blue are the inks themselves.
fn inked(three: &[u8], black: &[u8], model: Model, adobe: bool) -> Vec<u8> {
    let inverted = adobe && model == Model::Cmyk;
    let colour = |v: u8| if inverted { 255 - v } else { v };
    three
        .chunks_exact(3)
        .zip(black)
        .flat_map(|(c, k)| {
            [
                colour(c[0]),
                colour(c[1]),
                colour(c[2]),
                if adobe { 255 - k } else { *k },
            ]
        })
        .collect()
}

/// 16.16 fixed point to 8 bits.
fn narrow_value(fixed: i32) -> u8 {
    u8::try_from((fixed + (1 << 15)).clamp(0, 255 << 16) >> 16).unwrap_or(u8::MAX)
}

/// 16.16 fixed point of 0–255 to 16 bits; the fraction is kept.
fn wide_value(fixed: i32) -> u16 {
    u16::try_from((i64::from(fixed.clamp(0, 255 << 16)) * 257 + (1 << 15)) >> 16)
        .unwrap_or(u16::MAX)
}

/// JFIF's YCbCr (full-range BT.601) to red, green and blue.
fn ycc_pixels<S: Copy + Default>(
    y: &[u8],
    cb: &[u8],
    cr: &[u8],
    value: impl Fn(i32) -> S,
) -> Vec<S> {
    let mut rgb = vec![S::default(); y.len() * 3];
    for (((pixel, y), cb), cr) in rgb.chunks_exact_mut(3).zip(y).zip(cb).zip(cr) {
        let (y, cb, cr) = (
            i32::from(*y) << 16,
            i32::from(*cb) - 128,
            i32::from(*cr) - 128,
        );
        pixel[0] = value(y + 91_881 * cr);
        pixel[1] = value(y - 22_554 * cb - 46_802 * cr);
        pixel[2] = value(y + 116_130 * cb);
    }
    rgb
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ycbcr_becomes_rgb() {
        assert_eq!(ycc_pixels(&[76], &[85], &[255], narrow_value), [254, 0, 0]);
        assert_eq!(
            ycc_pixels(&[0, 255], &[128, 128], &[128, 128], narrow_value),
            [0, 0, 0, 255, 255, 255]
        );
        assert_eq!(
            ycc_pixels(&[0, 255], &[128, 128], &[128, 128], wide_value),
            [0, 0, 0, 65_535, 65_535, 65_535]
        );
        assert_eq!(
            ycc_pixels(&[128], &[128], &[128], wide_value),
            [128 * 257; 3]
        );
    }

    /// A file from Photoshop stores 0 for full ink, in both of its CMYK forms.
    #[test]
    fn adobes_inversion_is_undone() {
        assert_eq!(
            inked(&[0, 255, 255], &[255], Model::Cmyk, true),
            [255, 0, 0, 0]
        );
        assert_eq!(
            inked(&[255, 0, 0], &[0], Model::Cmyk, false),
            [255, 0, 0, 0]
        );
        assert_eq!(
            inked(&[255, 0, 0], &[255], Model::Ycck, true),
            [255, 0, 0, 0]
        );
    }
}
