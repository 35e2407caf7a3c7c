//! From the decoder's rows to the picture at the size that is aimed at: a scale and a filter a component.

use std::io::Read;

use moxcms::DataColorSpace;

use super::decode::Decoder;
use super::idct::Scale;
use super::segments::Header;
use crate::Failure;
use crate::colour::{Pixels, Profile};
use crate::lanczos::{Axis, Plane};
use crate::orient;
use crate::ycc::{Chroma, Ycc, narrow, rgb_of, wide};

/// What missing rows are filled with: mid-grey in every colour model.
const MISSING: u8 = 128;
/// The decoder's own scaling leaves at least so many samples for one: less, and the filter has nothing to choose from.
const LEAST_LEFT: f64 = 1.25;

/// What the samples become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goal {
    /// Planes of luma and chroma, which need no conversion.
    Planes(Chroma),
    /// Interleaved RGB of 8 or of 16 bits: what is to be converted keeps the fraction of YCbCr's matrix.
    Rgb { wide: bool },
    /// One channel to be converted.
    Gray,
    /// Inks.
    Cmyk,
}

/// How a photograph is decoded and shrunk.
pub(super) struct Plan {
    model: Model,
    adobe: bool,
    goal: Goal,
    target: (u32, u32),
    /// Of each component: its samples across and down at full size (a fraction where pixels do not divide by its
    /// sampling), those of its target, and how many of the picture's pixels each of these covers.
    components: Vec<Component>,
    scales: Vec<Scale>,
    mirrored: (bool, bool),
}

struct Component {
    extent: (f64, f64),
    target: (u32, u32),
    covers: u32,
}

impl Plan {
    pub(super) fn new(
        header: &Header,
        profile: &Profile,
        target: (u32, u32),
        chroma: Chroma,
        orientation: u8,
    ) -> Self {
        let model = model(header);
        let goal = match model {
            Model::Gray if profile.converts(DataColorSpace::Gray) => Goal::Gray,
            Model::YCbCr | Model::Rgb if profile.converts(DataColorSpace::Rgb) => {
                Goal::Rgb { wide: true }
            }
            Model::Rgb => Goal::Rgb { wide: false },
            Model::Gray | Model::YCbCr => Goal::Planes(chroma),
            Model::Cmyk | Model::Ycck => Goal::Cmyk,
        };
        let most = |of: fn(&super::segments::Component) -> u8| {
            f64::from(header.components.iter().map(of).max().unwrap_or(1))
        };
        let (h, v) = (most(|c| c.h), most(|c| c.v));
        let components: Vec<Component> = header
            .components
            .iter()
            .enumerate()
            .map(|(index, component)| {
                let extent = (
                    f64::from(header.width) * f64::from(component.h) / h,
                    f64::from(header.height) * f64::from(component.v) / v,
                );
                let halved = index > 0 && goal == Goal::Planes(Chroma::Half);
                Component {
                    extent,
                    target: if halved {
                        Chroma::Half.of(target)
                    } else {
                        target
                    },
                    covers: if halved { 2 } else { 1 },
                }
            })
            .collect();
        let scales = components.iter().map(|c| c.scale(target)).collect();
        Self {
            model,
            adobe: header.adobe.is_some(),
            goal,
            target,
            components,
            scales,
            mirrored: orient::mirrors(orientation),
        }
    }

    /// How the decoder is to scale each component.
    pub(super) fn scales(&self) -> &[Scale] {
        &self.scales
    }

    /// Decodes all rows there are, if there are any.
    pub(super) fn decode<R: Read>(
        self,
        decoder: &mut Decoder<R>,
    ) -> Result<Option<Pixels>, Failure> {
        let layout = decoder.scaled(&self.scales);
        let mut planes: Vec<Plane> = self
            .components
            .iter()
            .zip(&self.scales)
            .zip(&layout)
            .map(|((component, scale), plane)| {
                let share = scale.side() as f64 / 8.0;
                let axis = |source, extent: f64, pixels: u32, target: u32, mirrored: bool| {
                    let scale = extent * share / f64::from(pixels) * f64::from(component.covers);
                    // Of an odd number of pixels the last sample covers one that is not there; upright, it is the last.
                    let beyond = component.covers * target - pixels;
                    let offset = if mirrored {
                        -f64::from(beyond) * scale / f64::from(component.covers)
                    } else {
                        0.0
                    };
                    Axis::new(source, offset, scale, target)
                };
                let (extent, target) = (component.extent, component.target);
                let (mirrored, flipped) = self.mirrored;
                let across = axis(plane.width, extent.0, self.target.0, target.0, mirrored);
                let down = axis(plane.height, extent.1, self.target.1, target.1, flipped);
                Plane::new(across, down, plane.rows)
            })
            .collect();
        let mut any = false;
        loop {
            let mut spaces: Vec<&mut [u8]> = planes
                .iter_mut()
                .zip(&layout)
                .map(|(plane, layout)| plane.space(layout.rows.min(plane.missing())))
                .collect();
            if !decoder.next_rows(&mut spaces)? {
                break;
            }
            any = true;
            for (plane, layout) in planes.iter_mut().zip(&layout) {
                plane.push(layout.rows);
            }
        }
        if !any {
            return Ok(None);
        }
        let planes: Vec<Vec<u8>> = planes
            .into_iter()
            .map(|plane| plane.finish(MISSING))
            .collect();
        Ok(Some(self.pixels(planes)))
    }

    fn pixels(&self, planes: Vec<Vec<u8>>) -> Pixels {
        let mut planes = planes.into_iter();
        let mut next = || planes.next().unwrap_or_default();
        let [first, second, third] = [next(), next(), next()];
        match (self.goal, self.model) {
            (Goal::Planes(chroma), Model::Gray) => {
                Pixels::Ycc(Ycc::gray(first, self.target, chroma))
            }
            (Goal::Planes(chroma), _) => Pixels::Ycc(Ycc {
                size: self.target,
                chroma,
                planes: [first, second, third],
            }),
            (Goal::Gray, _) => Pixels::Gray16(first.iter().map(|v| u16::from(*v) * 257).collect()),
            (Goal::Rgb { .. }, Model::Rgb) => Pixels::Rgb8(interleaved([&first, &second, &third])),
            (Goal::Rgb { wide: true }, _) => {
                Pixels::Rgb16(converted([&first, &second, &third], wide))
            }
            (Goal::Rgb { wide: false }, _) => {
                Pixels::Rgb8(converted([&first, &second, &third], narrow))
            }
            (Goal::Cmyk, model) => {
                let three = if model == Model::Ycck {
                    converted([&first, &second, &third], narrow)
                } else {
                    interleaved([&first, &second, &third])
                };
                Pixels::Cmyk8(inked(&three, &next(), model, self.adobe))
            }
        }
    }
}

impl Component {
    /// The smallest scale that leaves enough.
    fn scale(&self, pixels: (u32, u32)) -> Scale {
        let left = |extent: f64, pixels: u32| extent * f64::from(self.covers) / f64::from(pixels);
        let left = left(self.extent.0, pixels.0).min(left(self.extent.1, pixels.1));
        [Scale::Eighth, Scale::Quarter, Scale::Half]
            .into_iter()
            .find(|scale| left * scale.side() as f64 / 8.0 >= LEAST_LEFT)
            .unwrap_or(Scale::Full)
    }
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
fn model(header: &Header) -> Model {
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

fn interleaved([a, b, c]: [&[u8]; 3]) -> Vec<u8> {
    let mut all = vec![0; a.len() * 3];
    for (((pixel, a), b), c) in all.chunks_exact_mut(3).zip(a).zip(b).zip(c) {
        pixel.copy_from_slice(&[*a, *b, *c]);
    }
    all
}

/// YCbCr to interleaved RGB.
fn converted<S: Copy + Default>([y, cb, cr]: [&[u8]; 3], value: impl Fn(i32) -> S) -> Vec<S> {
    let mut rgb = vec![S::default(); y.len() * 3];
    for (((pixel, y), cb), cr) in rgb.chunks_exact_mut(3).zip(y).zip(cb).zip(cr) {
        pixel.copy_from_slice(&rgb_of(*y, *cb, *cr, &value));
    }
    rgb
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

#[cfg(test)]
mod tests {
    use super::*;

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
