//! Lanczos over a strip of rows at a time, so that the full picture never exists in memory.
//!
//! The filter of an output row reaches over a few source rows on either side. A strip therefore keeps the rows its
//! successor still needs, and the crop box tells the filter where in the strip the output rows lie: the result is that
//! of one pass over the whole picture.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::InnerPixel;
use fast_image_resize::{FilterType, PixelTrait, ResizeAlg, ResizeOptions, Resizer};

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
pub(crate) struct Shrinker<P> {
    geometry: Geometry,
    resizer: Resizer,
    options: ResizeOptions,
    /// Source rows the filter reaches to either side of an output row's centre.
    reach: f64,
    /// Source rows an output row.
    scale: f64,
    strip: Vec<P>,
    /// The source row the strip begins with, and how many it holds.
    first: usize,
    held: usize,
    made: u32,
    out: Vec<P>,
}

impl<P: PixelTrait + InnerPixel> Shrinker<P> {
    /// A shrinker into which at most `at_once` rows are pushed together.
    pub(crate) fn new(geometry: Geometry, at_once: usize) -> Self {
        let scale = geometry.picture.1 / f64::from(geometry.target.1);
        let across = geometry.picture.0 / f64::from(geometry.target.0);
        // Chroma of a small picture is enlarged; Lanczos would ring at every hard edge.
        let (filter, support) = if scale.min(across) < 1.0 {
            (FilterType::CatmullRom, 2.0)
        } else {
            (FilterType::Lanczos3, 3.0)
        };
        let reach = support * scale.max(1.0) + 1.0;
        let least = (2.0 * reach + scale).ceil() as usize + 2 + at_once;
        let rows = (STRIP_BYTES / (geometry.stored.0 * P::size()))
            .clamp(least, geometry.stored.1.max(least));
        Self {
            geometry,
            resizer: Resizer::new(),
            options: ResizeOptions::new()
                .resize_alg(ResizeAlg::Convolution(filter))
                .use_alpha(false),
            reach,
            scale,
            strip: vec![P::default(); rows * geometry.stored.0],
            first: 0,
            held: 0,
            made: 0,
            out: vec![P::default(); geometry.target.0 as usize * geometry.target.1 as usize],
        }
    }

    /// Rows not pushed yet.
    pub(crate) fn missing(&self) -> usize {
        self.geometry.stored.1 - self.first - self.held
    }

    /// Space for the samples of the next `rows` rows, to be filled and then pushed.
    pub(crate) fn space(&mut self, rows: usize) -> Result<&mut [P::Component], Rejection> {
        let width = self.geometry.stored.0;
        if (self.held + rows) * width > self.strip.len() {
            self.make()?;
        }
        let (start, end) = (self.held * width, (self.held + rows) * width);
        let space = self.strip.get_mut(start..end).ok_or(Rejection::Damaged)?;
        Ok(P::components_mut(space))
    }

    /// Takes in the first `rows` rows of the space last given.
    pub(crate) fn push(&mut self, rows: usize) {
        self.held += rows.min(self.missing());
    }

    /// The samples of the target picture; rows never pushed have the value `missing`.
    pub(crate) fn finish(mut self, missing: P::Component) -> Result<Vec<P::Component>, Rejection> {
        while self.missing() > 0 {
            let rows = self.missing().min(8);
            self.space(rows)?.fill(missing);
            self.push(rows);
        }
        self.make()?;
        Ok(P::components(&self.out).to_vec())
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
        let width = self.geometry.stored.0;
        self.strip.copy_within(gone * width..self.held * width, 0);
        self.first += gone;
        self.held -= gone;
        Ok(())
    }

    fn resize_to(&mut self, upto: u32) -> Result<(), Rejection> {
        let top = f64::from(self.made) * self.scale - self.first as f64;
        let height = (f64::from(upto - self.made) * self.scale).min(self.held as f64 - top);
        let options = self.options.crop(0.0, top, self.geometry.picture.0, height);
        let (width, held) = (self.geometry.stored.0, self.held);
        let side = |pixels: usize| u32::try_from(pixels).map_err(|_| Rejection::Damaged);
        let source = TypedImageRef::new(side(width)?, side(held)?, &self.strip[..held * width])
            .map_err(|_| Rejection::Damaged)?;
        let target_width = self.geometry.target.0;
        let across = target_width as usize;
        let rows = &mut self.out[self.made as usize * across..upto as usize * across];
        let mut out = TypedImage::from_pixels_slice(target_width, upto - self.made, rows)
            .map_err(|_| Rejection::Damaged)?;
        self.resizer
            .resize_typed(&source, &mut out, &options)
            .map_err(|_| Rejection::Damaged)
    }
}

#[cfg(test)]
mod tests {
    use fast_image_resize::pixels::U8;

    use super::*;

    fn plane(width: usize, height: usize) -> Vec<u8> {
        (0..width * height)
            .map(|i| (((i % width) * 7) ^ ((i / width) * 13)) as u8)
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
        let mut shrinker = Shrinker::<U8>::new(geometry, 16);
        assert!(shrinker.strip.len() < source.len() / 4);
        for rows in source.chunks(16 * width) {
            let count = rows.len() / width;
            shrinker.space(count).unwrap()[..rows.len()].copy_from_slice(rows);
            shrinker.push(count);
        }
        let strips = shrinker.finish(0).unwrap();
        let whole = TypedImageRef::<U8>::from_buffer(width as u32, height as u32, &source).unwrap();
        let mut once = TypedImage::<U8>::new(target.0, target.1);
        Resizer::new()
            .resize_typed(&whole, &mut once, None)
            .unwrap();
        let worst = strips
            .iter()
            .zip(U8::components(once.pixels()))
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
        let mut shrinker = Shrinker::<U8>::new(geometry, 8);
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
