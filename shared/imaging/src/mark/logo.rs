//! A studio's logo: a stranger's PNG until it was read within its limits, then pixels to be scaled for each picture.

use std::io::{Cursor, ErrorKind};
use std::panic::catch_unwind;
use std::sync::Arc;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x4;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use png::{ColorType, DecodingError, Transformations};

use super::rejection::LogoRejection;
use super::stamp::{Ink, Stamp};
use crate::sniff;

/// A logo of more bytes is a picture; and a form that carries it, in base64, still fits into a Lambda's 6 MB.
const MAX_BYTES: usize = 4_000_000;
/// Pixels a side, and of all together: 32 MB while it is read.
const MAX_SIDE: u32 = 4_096;
const MAX_PIXELS: u32 = 8_000_000;
/// The longer side, once its transparent border is cut off: less is nothing to recognise.
const MIN_SIDE: u32 = 32;
/// The longer side of the shorter, at most: more is a line.
const MAX_RATIO: u32 = 20;
/// Pixels of the longer side that are kept: larger than a mark is on any rendition.
const KEPT: u32 = 2_048;
/// Bytes the decoder may take for chunks, of which an unpacked colour profile is the largest.
const DECODER_BYTES: usize = 40 << 20;
/// A profile of more bytes is not applied.
const MAX_ICC: usize = 1 << 20;

/// A logo in sRGB with its transparency, its empty border cut off.
#[derive(Debug, Clone)]
pub struct Logo {
    /// Red, green, blue, alpha; not premultiplied.
    rgba: Arc<[u8]>,
    width: u32,
    height: u32,
}

impl Logo {
    /// Reads a PNG of any kind: palette, grey, 16 bits, interlaced, with or without alpha. An RGB profile is applied,
    /// and a border that is fully transparent is cut off, so that sizes and margins are those of what is seen.
    ///
    /// # Errors
    /// A [`LogoRejection`], whose `Display` is for the studio's owner: more than 4 MB, 4,096 pixels a side or 8 million
    /// pixels; smaller than 32 pixels or longer than 20 times its width; fully transparent; damaged; not a PNG.
    pub fn read(file: &[u8]) -> Result<Self, LogoRejection> {
        // The decoder is strangers' code reading a stranger's bytes; this is the last defence, not the first.
        catch_unwind(|| Self::read_unguarded(file)).unwrap_or(Err(LogoRejection::Damaged))
    }

    fn read_unguarded(file: &[u8]) -> Result<Self, LogoRejection> {
        if file.is_empty() {
            return Err(LogoRejection::Empty);
        }
        if file.len() > MAX_BYTES {
            return Err(LogoRejection::TooManyBytes { max: MAX_BYTES });
        }
        if !file.starts_with(b"\x89PNG\r\n\x1a\n") {
            let format = sniff(file).map(crate::Format::name);
            return Err(LogoRejection::NotPng { format });
        }
        let (rgba, size) = decoded(file)?;
        let logo = trimmed(&rgba, size)?;
        let (long, short) = (logo.width.max(logo.height), logo.width.min(logo.height));
        if long < MIN_SIDE {
            return Err(LogoRejection::TooSmall {
                width: logo.width,
                height: logo.height,
                least: MIN_SIDE,
            });
        }
        if long > short * MAX_RATIO {
            return Err(LogoRejection::TooLong { most: MAX_RATIO });
        }
        if long <= KEPT {
            return Ok(logo);
        }
        let kept = |side: u32| (side * KEPT).div_ceil(long);
        logo.scaled(kept(logo.width), kept(logo.height))
            .ok_or(LogoRejection::Damaged)
    }

    /// The logo as it is drawn, as a PNG without metadata: what is to be stored, and is read by [`Logo::read`].
    ///
    /// # Panics
    /// Never: writing into memory does not fail.
    #[must_use]
    pub fn png(&self) -> Vec<u8> {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, self.width, self.height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
        let written = encoder
            .write_header()
            .and_then(|mut writer| writer.write_image_data(&self.rgba));
        written.expect("sides and samples agree, and memory takes all");
        file
    }

    /// Pixels across and down, without the transparent border; at most 2,048.
    #[must_use]
    pub fn dimensions(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// Nothing shows through it: it will be seen as a box with the logo's ground.
    #[must_use]
    pub fn is_opaque(&self) -> bool {
        self.rgba.chunks_exact(4).all(|pixel| pixel[3] == u8::MAX)
    }

    /// `None` never for sides above zero, which the resizer asks to be told.
    fn scaled(&self, width: u32, height: u32) -> Option<Self> {
        if (width, height) == (self.width, self.height) {
            return Some(self.clone());
        }
        // Lanczos would ring at the edges of what it enlarges
        let filter = if width < self.width {
            FilterType::Lanczos3
        } else {
            FilterType::CatmullRom
        };
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(filter));
        let mut rgba = vec![0; width as usize * height as usize * 4];
        let source =
            TypedImageRef::<U8x4>::from_buffer(self.width, self.height, &self.rgba).ok()?;
        let mut target = TypedImage::<U8x4>::from_buffer(width, height, &mut rgba).ok()?;
        // weighs colours by their alpha, so that what lies under the transparent parts does not bleed into the edges
        Resizer::new()
            .resize_typed(&source, &mut target, &options)
            .ok()?;
        Some(Self {
            rgba: rgba.into(),
            width,
            height,
        })
    }

    /// The logo with its longer side `long` pixels, rising by `rise` degrees, at `opacity` (0 to 1) of its own.
    pub(crate) fn stamp(&self, long: f32, rise: f32, opacity: f32) -> Stamp {
        // a tilted one is sampled, and from twice its size it stays as sharp as an upright one
        let fine = if rise == 0.0 { 1.0 } else { 2.0 };
        let scale = long * fine / self.width.max(self.height) as f32;
        let side = |side: u32| ((side as f32 * scale).round() as u32).max(1);
        let Some(scaled) = self.scaled(side(self.width), side(self.height)) else {
            return Stamp::new(&[], 1, (0, 0));
        };
        if rise == 0.0 {
            let inks: Vec<Ink> = (scaled.rgba.chunks_exact(4))
                .map(|p| {
                    let covers = f32::from(p[3]) / 255.0 * opacity;
                    Ink::new(covers, [p[0], p[1], p[2]].map(|c| f32::from(c) * covers))
                })
                .collect();
            let middle = |side: u32| -i32::try_from(side / 2).unwrap_or_default();
            let corner = (middle(scaled.width), middle(scaled.height));
            return Stamp::new(&inks, scaled.width as usize, corner);
        }
        scaled.tilted(fine, rise, opacity)
    }

    /// A stamp `1 / fine` of this size, turned about its middle.
    fn tilted(&self, fine: f32, rise: f32, opacity: f32) -> Stamp {
        let (sin, cos) = rise.to_radians().sin_cos();
        let (width, height) = (self.width as f32, self.height as f32);
        // half the sides of the turned rectangle
        let across = ((width * cos + height * sin) / 2.0 / fine).ceil() as i32 + 1;
        let down = ((width * sin + height * cos) / 2.0 / fine).ceil() as i32 + 1;
        let premultiplied: Vec<[f32; 4]> = (self.rgba.chunks_exact(4))
            .map(|p| {
                let covers = f32::from(p[3]) / 255.0;
                let [r, g, b] = [p[0], p[1], p[2]].map(|c| f32::from(c) * covers);
                [r, g, b, covers]
            })
            .collect();
        let sample = |x: f32, y: f32| {
            // from the middle of the mark to the logo's own pixels
            let (x, y) = (x * fine, y * fine);
            let u = x * cos - y * sin + width / 2.0 - 0.5;
            let v = x * sin + y * cos + height / 2.0 - 0.5;
            self.between(&premultiplied, u, v)
        };
        let mut inks = Vec::with_capacity((4 * across * down) as usize);
        for y in -down..down {
            for x in -across..across {
                // the mean of four, a quarter pixel from its middle each way
                let mut sum = [0.0; 4];
                for (right, lower) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                    let point = sample(x as f32 + right, y as f32 + lower);
                    for (sum, value) in sum.iter_mut().zip(point) {
                        *sum += value / 4.0;
                    }
                }
                let [r, g, b, covers] = sum.map(|value| value * opacity);
                inks.push(Ink::new(covers, [r, g, b]));
            }
        }
        Stamp::new(&inks, 2 * across as usize, (-across, -down))
    }

    /// The four pixels around a point, by how near they are; outside is nothing.
    fn between(&self, premultiplied: &[[f32; 4]], u: f32, v: f32) -> [f32; 4] {
        let (left, top) = (u.floor(), v.floor());
        let (right, lower) = (u - left, v - top);
        let weights = [
            (0, 0, (1.0 - right) * (1.0 - lower)),
            (1, 0, right * (1.0 - lower)),
            (0, 1, (1.0 - right) * lower),
            (1, 1, right * lower),
        ];
        let (width, height) = (self.width as i32, self.height as i32);
        let mut mean = [0.0; 4];
        for (x, y, weight) in weights {
            let (x, y) = (left as i32 + x, top as i32 + y);
            if (0..width).contains(&x) && (0..height).contains(&y) {
                let pixel = premultiplied[(y * width + x) as usize];
                for (mean, value) in mean.iter_mut().zip(pixel) {
                    *mean += value * weight;
                }
            }
        }
        mean
    }
}

/// Red, green, blue and alpha in sRGB, and pixels across and down.
fn decoded(file: &[u8]) -> Result<(Vec<u8>, (u32, u32)), LogoRejection> {
    let limits = png::Limits {
        bytes: DECODER_BYTES,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let header = decoder.read_header_info().map_err(|e| refused(&e))?;
    let (width, height) = (header.width, header.height);
    let pixels = width.checked_mul(height).filter(|&p| p <= MAX_PIXELS);
    if width.max(height) > MAX_SIDE || pixels.is_none() {
        return Err(LogoRejection::TooLarge {
            width,
            height,
            side: MAX_SIDE,
        });
    }
    let mut reader = decoder.read_info().map_err(|e| refused(&e))?;
    let bytes = reader.output_buffer_size().ok_or(LogoRejection::Damaged)?;
    let mut samples = vec![0; bytes];
    let frame = reader.next_frame(&mut samples).map_err(|e| refused(&e))?;
    samples.truncate(frame.buffer_size());
    let mut rgba = match frame.color_type {
        ColorType::Rgba => samples,
        ColorType::GrayscaleAlpha => {
            let pixels = samples.chunks_exact(2);
            pixels.flat_map(|p| [p[0], p[0], p[0], p[1]]).collect()
        }
        _ => return Err(LogoRejection::Damaged),
    };
    // an animation's first picture may be smaller than what its header says
    if (frame.width, frame.height) != (width, height) || rgba.len() != (width * height * 4) as usize
    {
        return Err(LogoRejection::Damaged);
    }
    if let Some(icc) = &reader.info().icc_profile
        && icc.len() <= MAX_ICC
        && let Some(converted) = to_srgb(&rgba, icc)
    {
        rgba = converted;
    }
    Ok((rgba, (width, height)))
}

/// `None` where the profile is not one for RGB, or cannot be read: then the numbers are taken for sRGB.
fn to_srgb(rgba: &[u8], icc: &[u8]) -> Option<Vec<u8>> {
    let profile = ColorProfile::new_from_slice(icc).ok()?;
    if profile.color_space != DataColorSpace::Rgb {
        return None;
    }
    let srgb = ColorProfile::new_srgb();
    let options = TransformOptions::default();
    let transform = profile
        .create_transform_8bit(Layout::Rgba, &srgb, Layout::Rgba, options)
        .ok()?;
    let mut converted = vec![0; rgba.len()];
    transform.transform(rgba, &mut converted).ok()?;
    // a profile has nothing to say about transparency
    for (to, from) in converted.chunks_exact_mut(4).zip(rgba.chunks_exact(4)) {
        to[3] = from[3];
    }
    Some(converted)
}

/// What a decoder's error means to the owner.
fn refused(error: &DecodingError) -> LogoRejection {
    match error {
        DecodingError::IoError(io) if io.kind() == ErrorKind::UnexpectedEof => {
            LogoRejection::Truncated
        }
        _ => LogoRejection::Damaged,
    }
}

/// The rectangle that is seen.
fn trimmed(rgba: &[u8], (width, height): (u32, u32)) -> Result<Logo, LogoRejection> {
    let across = width as usize;
    let seen = |pixel: &[u8]| pixel[3] > 0;
    let mut rows = rgba
        .chunks_exact(across * 4)
        .enumerate()
        .filter(|(_, row)| row.chunks_exact(4).any(seen))
        .map(|(y, _)| y);
    let top = rows.next().ok_or(LogoRejection::Transparent)?;
    let bottom = rows.next_back().unwrap_or(top);
    let (mut left, mut right) = (across, 0);
    for row in rgba.chunks_exact(across * 4) {
        let mut pixels = row.chunks_exact(4);
        if let Some(first) = pixels.position(seen) {
            left = left.min(first);
        }
        if let Some(last) = row.chunks_exact(4).rposition(seen) {
            right = right.max(last);
        }
    }
    let cut = rgba
        .chunks_exact(across * 4)
        .skip(top)
        .take(bottom - top + 1)
        .flat_map(|row| &row[left * 4..(right + 1) * 4]);
    let side = |from: usize, to: usize| u32::try_from(to + 1 - from).unwrap_or_default();
    debug_assert!(bottom < height as usize);
    Ok(Logo {
        rgba: cut.copied().collect(),
        width: side(left, right),
        height: side(top, bottom),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A logo whose pixels are all of one colour.
    pub(crate) fn plain(width: u32, height: u32, pixel: [u8; 4]) -> Logo {
        Logo {
            rgba: pixel.repeat((width * height) as usize).into(),
            width,
            height,
        }
    }

    /// Whatever the size and tilt, a square of one colour stays that colour, and its middle covers what it did.
    #[test]
    fn scaling_and_tilting_keep_colour_and_transparency() {
        let logo = plain(64, 64, [200, 40, 80, 128]);
        for (long, rise) in [(20.0, 0.0), (200.0, 0.0), (64.0, 30.0), (33.0, 30.0)] {
            let stamp = logo.stamp(long, rise, 0.5);
            let (left, top, right, bottom) = stamp.bounds();
            assert!((left + right).abs() <= 2 && (top + bottom).abs() <= 2);
            let inside = stamp.rows().find(|(row, _, _)| *row == 0).unwrap();
            let ink = inside.2[usize::try_from(-inside.1).unwrap()];
            assert!((ink.covers() - 0.25).abs() < 0.01, "{}", ink.covers());
            let expected = Ink::new(0.251, [200.0, 40.0, 80.0].map(|c| c * 0.251));
            let mut there = vec![0; 3];
            let mut meant = vec![0; 3];
            Stamp::new(&[ink], 1, (0, 0)).rgb(&mut there, 1, &[(0, 0)]);
            Stamp::new(&[expected], 1, (0, 0)).rgb(&mut meant, 1, &[(0, 0)]);
            for (there, meant) in there.iter().zip(&meant) {
                assert!(there.abs_diff(*meant) <= 1, "{there} {meant}");
            }
        }
    }

    /// The colour under fully transparent pixels (often white or black) does not bleed into the edges.
    #[test]
    fn what_is_transparent_has_no_colour() {
        let mut rgba = Vec::new();
        for _ in 0..64 {
            rgba.extend([0, 0, 0, 0].repeat(32));
            rgba.extend([255, 255, 255, 255].repeat(32));
        }
        let logo = Logo {
            rgba: rgba.into(),
            width: 64,
            height: 64,
        };
        for rise in [0.0, 30.0] {
            let mut white = vec![255; 60 * 60 * 3];
            logo.stamp(40.0, rise, 1.0).rgb(&mut white, 60, &[(30, 30)]);
            assert!(white.iter().all(|channel| *channel >= 254));
        }
    }
}
