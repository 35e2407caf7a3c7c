//! Rows of samples from any decoder, laid on white paper and shrunk as they come.

use fast_image_resize::PixelTrait;
use fast_image_resize::pixels::{InnerPixel, U8, U8x3, U8x4, U16, U16x3};

use crate::Rejection;
use crate::colour::Pixels;
use crate::shrink::{Geometry, Shrinker};

/// What the samples of a pixel are, alpha aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Model {
    /// One value of light.
    Gray,
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow, black; the largest value is full ink.
    Cmyk,
    /// CIE L*a*b* of D50: L* from 0 to the largest value, a* and b* around the middle one.
    Lab,
}

/// What a sample after the colours means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alpha {
    /// Nothing: there is none, or it is another program's selection.
    Unused,
    /// How much of the colour lies on the paper.
    Straight,
    /// The same, and the colours are multiplied with it already.
    Multiplied,
}

/// How a decoder's rows are made up: interleaved pixels of so many samples.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    pub model: Model,
    pub alpha: Alpha,
    /// Samples of a pixel, those nobody reads included.
    pub samples: usize,
}

impl Model {
    /// Samples that are colour.
    pub(super) fn colours(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::Rgb | Self::Lab => 3,
            Self::Cmyk => 4,
        }
    }
}

/// The picture as it grows, in rows of 8 or of 16 bits a sample.
pub(super) struct Sheet {
    layout: Layout,
    shrinker: Depth,
    rows: u32,
    height: u32,
    width: usize,
}

enum Depth {
    Gray8(Shrinker<U8>),
    Gray16(Shrinker<U16>),
    Rgb8(Shrinker<U8x3>),
    Rgb16(Shrinker<U16x3>),
    Cmyk8(Shrinker<U8x4>),
}

impl Sheet {
    /// A sheet for a picture of `stored` pixels, to become `target`.
    pub(super) fn new(layout: Layout, wide: bool, stored: (u32, u32), target: (u32, u32)) -> Self {
        let (width, height) = (stored.0 as usize, stored.1 as usize);
        let geometry = Geometry {
            stored: (width, height),
            picture: (stored.0.into(), stored.1.into()),
            target,
        };
        let shrinker = match (layout.model, wide) {
            (Model::Gray, false) => Depth::Gray8(Shrinker::new(geometry, 1)),
            (Model::Gray, true) => Depth::Gray16(Shrinker::new(geometry, 1)),
            (Model::Rgb, false) => Depth::Rgb8(Shrinker::new(geometry, 1)),
            (Model::Rgb, true) | (Model::Lab, _) => Depth::Rgb16(Shrinker::new(geometry, 1)),
            (Model::Cmyk, _) => Depth::Cmyk8(Shrinker::new(geometry, 1)),
        };
        Self {
            layout,
            shrinker,
            rows: 0,
            height: stored.1,
            width,
        }
    }

    /// Rows laid so far.
    pub(super) fn rows(&self) -> u32 {
        self.rows
    }

    /// Lays the next row, of 8-bit samples.
    pub(super) fn row_8(&mut self, row: &[u8]) -> Result<(), Rejection> {
        self.rows += 1;
        let layout = self.layout;
        match &mut self.shrinker {
            Depth::Gray8(shrinker) => lay(shrinker, row, layout, |v| v),
            Depth::Rgb8(shrinker) => lay(shrinker, row, layout, |v| v),
            Depth::Cmyk8(shrinker) => lay(shrinker, row, layout, |v| v),
            Depth::Gray16(shrinker) => lay(shrinker, row, layout, |v| u16::from(v) * 257),
            Depth::Rgb16(shrinker) => lay(shrinker, row, layout, |v| u16::from(v) * 257),
        }
    }

    /// Lays the next row, of 16-bit samples.
    pub(super) fn row_16(&mut self, row: &[u16]) -> Result<(), Rejection> {
        self.rows += 1;
        let layout = self.layout;
        let narrow = |v: u16| u8::try_from(v >> 8).unwrap_or(u8::MAX);
        match &mut self.shrinker {
            Depth::Gray8(shrinker) => lay(shrinker, row, layout, narrow),
            Depth::Rgb8(shrinker) => lay(shrinker, row, layout, narrow),
            Depth::Cmyk8(shrinker) => lay(shrinker, row, layout, narrow),
            Depth::Gray16(shrinker) => lay(shrinker, row, layout, |v| v),
            Depth::Rgb16(shrinker) => lay(shrinker, row, layout, |v| v),
        }
    }

    /// The shrunk picture; rows that never came are mid-grey.
    pub(super) fn finish(mut self) -> Result<Pixels, Rejection> {
        if self.rows < self.height {
            let pixel: &[u8] = match self.layout.model {
                Model::Gray => &[128],
                Model::Rgb => &[128; 3],
                Model::Lab => &[137, 128, 128],
                Model::Cmyk => &[0, 0, 0, 127],
            };
            self.layout.alpha = Alpha::Unused;
            self.layout.samples = pixel.len();
            let grey = pixel.repeat(self.width);
            while self.rows < self.height {
                self.row_8(&grey)?;
            }
        }
        Ok(match self.shrinker {
            Depth::Gray8(shrinker) => {
                let gray = shrinker.finish(0)?;
                Pixels::Gray16(gray.into_iter().map(|v| u16::from(v) * 257).collect())
            }
            Depth::Gray16(shrinker) => Pixels::Gray16(shrinker.finish(0)?),
            Depth::Rgb8(shrinker) => Pixels::Rgb8(shrinker.finish(0)?),
            Depth::Rgb16(shrinker) if self.layout.model == Model::Lab => {
                Pixels::Rgb8(super::lab::to_srgb(&shrinker.finish(0)?))
            }
            Depth::Rgb16(shrinker) => Pixels::Rgb16(shrinker.finish(0)?),
            Depth::Cmyk8(shrinker) => Pixels::Cmyk8(shrinker.finish(0)?),
        })
    }
}

/// A sample's type: 8 or 16 bits.
trait Sample: Copy + Into<u64> + TryFrom<u64> {
    const FULL: Self;
}

impl Sample for u8 {
    const FULL: Self = Self::MAX;
}

impl Sample for u16 {
    const FULL: Self = Self::MAX;
}

/// Drops what is no colour, lays the rest on paper, and gives it to the shrinker.
fn lay<P, S>(
    shrinker: &mut Shrinker<P>,
    row: &[S],
    layout: Layout,
    convert: impl Fn(S) -> P::Component,
) -> Result<(), Rejection>
where
    P: PixelTrait + InnerPixel,
    S: Sample,
    P::Component: Default,
{
    let space = shrinker.space(1)?;
    let kept = P::count_of_components();
    // Paper is light, or no ink.
    let paper: u64 = match layout.model {
        Model::Cmyk => 0,
        _ => S::FULL.into(),
    };
    let full: u64 = S::FULL.into();
    for (flat, source) in space
        .chunks_exact_mut(kept)
        .zip(row.chunks_exact(layout.samples))
    {
        let alpha: u64 = match (layout.alpha, source.get(kept)) {
            (Alpha::Unused, _) | (_, None) => full,
            (_, Some(alpha)) => (*alpha).into(),
        };
        for (flat, &value) in flat.iter_mut().zip(source) {
            let on_paper = match layout.alpha {
                _ if alpha == full => value,
                Alpha::Multiplied => {
                    let sum = value.into() + paper * (full - alpha) / full;
                    S::try_from(sum.min(full)).unwrap_or(S::FULL)
                }
                Alpha::Unused | Alpha::Straight => {
                    let sum = value.into() * alpha + paper * (full - alpha);
                    S::try_from((sum + full / 2) / full).unwrap_or(S::FULL)
                }
            };
            *flat = convert(on_paper);
        }
    }
    shrinker.push(1);
    Ok(())
}
