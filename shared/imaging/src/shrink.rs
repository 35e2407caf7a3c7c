//! Lanczos over a strip of rows at a time, so that the full picture never exists in memory.
//!
//! The filter of an output row reaches over a few source rows on either side. A strip therefore keeps the rows its
//! successor still needs, and the crop box tells the filter where in the strip the output rows lie: the result is that
//! of one pass over the whole picture.

use bytemuck::Pod;
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::Rejection;

/// Bytes of source rows a strip holds as a rule. The filter's weights are computed anew for every strip, so it should
/// be large; this is what a second-level cache and a 2 GB function both forgive.
const STRIP_BYTES: usize = 4 << 20;

/// What a shrinker makes of one picture or plane.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Geometry {
    /// Samples across and down that are pushed.
    pub stored: (usize, usize),
    /// The part of them that is picture, from the top left; smaller by a fraction when a chroma plane is rounded up.
    pub picture: (f64, f64),
    /// Pixels across and down to make.
    pub target: (u32, u32),
}

/// Takes rows from top to bottom, gives the picture at its target size.
pub(crate) struct Shrinker<S> {
    geometry: Geometry,
    pixel: PixelType,
    /// Samples a row.
    stride: usize,
    resizer: Resizer,
    options: ResizeOptions,
    /// Source rows the filter reaches to either side of an output row's centre.
    reach: f64,
    /// Source rows an output row.
    scale: f64,
    strip: Vec<S>,
    /// The source row the strip begins with, and how many it holds.
    first: usize,
    held: usize,
    made: u32,
    out: Vec<S>,
}

impl<S: Pod> Shrinker<S> {
    /// A shrinker of pixels of `channels` samples, of which at most `at_once` rows are pushed together.
    pub(crate) fn new(
        geometry: Geometry,
        pixel: PixelType,
        channels: usize,
        at_once: usize,
    ) -> Self {
        let scale = geometry.picture.1 / f64::from(geometry.target.1);
        let across = geometry.picture.0 / f64::from(geometry.target.0);
        // Chroma of a small picture is enlarged; Lanczos would ring at every hard edge.
        let (filter, support) = if scale.min(across) < 1.0 {
            (FilterType::CatmullRom, 2.0)
        } else {
            (FilterType::Lanczos3, 3.0)
        };
        let reach = support * scale.max(1.0) + 1.0;
        let stride = geometry.stored.0 * channels;
        let least = (2.0 * reach + scale).ceil() as usize + 2 + at_once;
        let rows =
            (STRIP_BYTES / (stride * size_of::<S>())).clamp(least, geometry.stored.1.max(least));
        Self {
            geometry,
            pixel,
            stride,
            resizer: Resizer::new(),
            options: ResizeOptions::new()
                .resize_alg(ResizeAlg::Convolution(filter))
                .use_alpha(false),
            reach,
            scale,
            strip: vec![S::zeroed(); rows * stride],
            first: 0,
            held: 0,
            made: 0,
            out: vec![
                S::zeroed();
                geometry.target.0 as usize * geometry.target.1 as usize * channels
            ],
        }
    }

    /// Rows not pushed yet.
    pub(crate) fn missing(&self) -> usize {
        self.geometry.stored.1 - self.first - self.held
    }

    /// Space for the next `rows` rows of [`Self::stride`] samples, to be filled and then pushed.
    pub(crate) fn space(&mut self, rows: usize) -> Result<&mut [S], Rejection> {
        if (self.held + rows) * self.stride > self.strip.len() {
            self.make()?;
        }
        let start = self.held * self.stride;
        self.strip
            .get_mut(start..start + rows * self.stride)
            .ok_or(Rejection::Damaged)
    }

    /// Samples a row.
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    /// Takes in the first `rows` rows of the space last given.
    pub(crate) fn push(&mut self, rows: usize) {
        self.held += rows.min(self.missing());
    }

    /// The target picture; rows never pushed have the value `missing`.
    pub(crate) fn finish(mut self, missing: S) -> Result<Vec<S>, Rejection> {
        while self.missing() > 0 {
            let rows = self.missing().min(8);
            self.space(rows)?.fill(missing);
            self.push(rows);
        }
        self.make()?;
        Ok(self.out)
    }

    /// Makes the output rows whose source rows are all here, and lets go of what no later one needs.
    fn make(&mut self) -> Result<(), Rejection> {
        let end = self.first + self.held;
        let target = self.geometry.target.1;
        let upto = if end == self.geometry.stored.1 {
            target
        } else {
            // Output row o is centred on source row (o + ½) · scale.
            (((end as f64 - self.reach) / self.scale - 0.5).floor() + 1.0)
                .clamp(f64::from(self.made), f64::from(target)) as u32
        };
        if upto > self.made {
            self.resize_to(upto)?;
            self.made = upto;
        }
        let needed = ((f64::from(self.made) + 0.5) * self.scale - self.reach)
            .floor()
            .max(0.0) as usize;
        let gone = needed.saturating_sub(self.first).min(self.held);
        self.strip
            .copy_within(gone * self.stride..self.held * self.stride, 0);
        self.first += gone;
        self.held -= gone;
        Ok(())
    }

    fn resize_to(&mut self, upto: u32) -> Result<(), Rejection> {
        let (stored_width, target_width) = (self.geometry.stored.0, self.geometry.target.0);
        let top = f64::from(self.made) * self.scale - self.first as f64;
        let height = (f64::from(upto - self.made) * self.scale).min(self.held as f64 - top);
        let source = ImageRef::new(
            u32::try_from(stored_width).map_err(|_| Rejection::Damaged)?,
            u32::try_from(self.held).map_err(|_| Rejection::Damaged)?,
            bytemuck::cast_slice(&self.strip[..self.held * self.stride]),
            self.pixel,
        )
        .map_err(|_| Rejection::Damaged)?;
        let out_stride = self.out.len() / self.geometry.target.1 as usize;
        let rows = &mut self.out[self.made as usize * out_stride..upto as usize * out_stride];
        let mut out = Image::from_slice_u8(
            target_width,
            upto - self.made,
            bytemuck::cast_slice_mut(rows),
            self.pixel,
        )
        .map_err(|_| Rejection::Damaged)?;
        let options = self.options.crop(0.0, top, self.geometry.picture.0, height);
        self.resizer
            .resize(&source, &mut out, &options)
            .map_err(|_| Rejection::Damaged)
    }
}

/// One RGB picture from another, for the smaller renditions.
pub(crate) fn resized(rgb: &[u8], from: (u32, u32), to: (u32, u32)) -> Result<Vec<u8>, Rejection> {
    let mut out = vec![0; to.0 as usize * to.1 as usize * 3];
    let source =
        ImageRef::new(from.0, from.1, rgb, PixelType::U8x3).map_err(|_| Rejection::Damaged)?;
    let mut target = Image::from_slice_u8(to.0, to.1, &mut out, PixelType::U8x3)
        .map_err(|_| Rejection::Damaged)?;
    Resizer::new()
        .resize(&source, &mut target, None)
        .map_err(|_| Rejection::Damaged)?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(width: usize, height: usize) -> Vec<u8> {
        (0..width * height)
            .map(|i| ((i % width) * 7 ^ (i / width) * 13) as u8)
            .collect()
    }

    /// The strips' seams must not show: a tall plane gives the same bytes as one pass over all of it.
    #[test]
    fn strips_equal_one_pass() {
        let (width, height, target) = (9_001, 2_300, (640, 163));
        let source = plane(width, height);
        let geometry = Geometry {
            stored: (width, height),
            picture: (width as f64, height as f64),
            target,
        };
        let mut shrinker = Shrinker::<u8>::new(geometry, PixelType::U8, 1, 16);
        assert!(shrinker.strip.len() < source.len() / 4);
        for rows in source.chunks(16 * width) {
            let count = rows.len() / width;
            shrinker.space(count).unwrap()[..rows.len()].copy_from_slice(rows);
            shrinker.push(count);
        }
        let strips = shrinker.finish(0).unwrap();
        let whole = ImageRef::new(width as u32, height as u32, &source, PixelType::U8).unwrap();
        let mut once = Image::new(target.0, target.1, PixelType::U8);
        Resizer::new().resize(&whole, &mut once, None).unwrap();
        let worst = strips
            .iter()
            .zip(once.buffer())
            .map(|(a, b)| a.abs_diff(*b))
            .max();
        // The weights of a row may differ in the last bit, because its strip counts from another origin.
        assert!(worst <= Some(1), "{worst:?}");
    }

    #[test]
    fn missing_rows_are_padded() {
        let geometry = Geometry {
            stored: (100, 100),
            picture: (100.0, 100.0),
            target: (10, 10),
        };
        let mut shrinker = Shrinker::<u8>::new(geometry, PixelType::U8, 1, 8);
        shrinker.space(8).unwrap().fill(255);
        shrinker.push(8);
        assert_eq!(shrinker.missing(), 92);
        let out = shrinker.finish(128).unwrap();
        assert!(
            out[..3].iter().all(|v| *v > 200) && out[30..].iter().all(|v| v.abs_diff(128) < 30)
        );
        assert_eq!(out[95], 128);
    }
}
