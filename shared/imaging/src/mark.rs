//! A studio's mark across its proofs (P21): its name or its logo, in diagonal rows over the whole picture or once.

mod layer;
mod logo;
mod name;
mod rejection;
mod stamp;

use std::ops::RangeInclusive;

pub(crate) use layer::Layer;
pub use logo::Logo;
use name::Name;
pub use rejection::LogoRejection;
use stamp::Stamp;

/// A picture's measure is its long edge, but at most so many times its short one: a panorama's rows must fit its height.
const PANORAMA: u32 = 3;
/// An em is no smaller than this, of the picture's measure and in pixels, for below letters close up …
const SMALLEST: (f32, f32) = (1.0 / 75.0, 8.0);
/// … and no larger than this at the usual size, of the picture's measure: a short name comes more often instead.
const LARGEST: f32 = 1.0 / 18.0;
/// A logo's longer side in pixels is at least this.
const SMALLEST_LOGO: f32 = 16.0;
/// Between a name and the next of its row, and between rows, in em: a crop that leaves the marks out keeps nothing
/// worth having.
const NAME_GAPS: (f32, f32) = (2.5, 2.7);
/// The same for a logo, of its longer side.
const LOGO_GAPS: (f32, f32) = (0.25, 0.3);
/// What the usual size and strength of a mark are, in percent.
const USUAL: (u8, u8) = (34, 36);

/// Where a mark stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Placement {
    /// In rows that rise by 30°, so dense that no crop of a third of the width by a third of the height is free of it.
    Tiled,
    /// Once, 3 % of the picture's shorter side away from its edges.
    TopLeft,
    /// As [`Placement::TopLeft`].
    TopRight,
    /// As [`Placement::TopLeft`].
    BottomLeft,
    /// As [`Placement::TopLeft`].
    BottomRight,
    /// Once.
    Centre,
}

/// A studio's name or logo, ready to be drawn at any size.
///
/// ```
/// # use imaging::{Mark, Placement};
/// let mark = Mark::new("Åsa Öberg Foto").expect("Latin letters");
/// let mark = mark.placement(Placement::BottomRight).size(20).opacity(60);
/// ```
#[derive(Debug, Clone)]
pub struct Mark {
    figure: Figure,
    placement: Placement,
    /// In percent.
    size: u8,
    /// In percent.
    opacity: u8,
}

#[derive(Debug, Clone)]
enum Figure {
    Name(Name),
    Logo(Logo),
}

impl Mark {
    /// What [`Mark::size`] takes, in percent.
    pub const SIZES: RangeInclusive<u8> = 5..=100;
    /// What [`Mark::opacity`] takes, in percent.
    pub const OPACITIES: RangeInclusive<u8> = 10..=100;

    /// A mark of this name, composed (NFC) first: light letters with a thin dark edge. Letters the font does not have
    /// are left out, and those beyond the eightieth.
    ///
    /// `None` if nothing is left to draw: an empty name, or one in a script other than Latin, Greek and Cyrillic.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        Name::new(name).map(|name| Self::usual(Figure::Name(name)))
    }

    /// A mark of this logo, in its own colours.
    #[must_use]
    pub fn of(logo: Logo) -> Self {
        Self::usual(Figure::Logo(logo))
    }

    fn usual(figure: Figure) -> Self {
        Self {
            figure,
            placement: Placement::Tiled,
            size: USUAL.0,
            opacity: USUAL.1,
        }
    }

    /// Where it stands; in rows unless this is said.
    #[must_use]
    pub fn placement(self, placement: Placement) -> Self {
        Self { placement, ..self }
    }

    /// How long it is: percent of the picture's longer side (or of three times its shorter, if that is less), 34 unless
    /// this is said. What is outside of [`Mark::SIZES`] is taken for the nearest in it.
    ///
    /// A short name stays smaller, and a mark that would not fit into its corner, or in rows would leave a third of
    /// the picture free, is drawn as large as it may be.
    #[must_use]
    pub fn size(self, percent: u8) -> Self {
        let size = percent.clamp(*Self::SIZES.start(), *Self::SIZES.end());
        Self { size, ..self }
    }

    /// How much of the picture it covers where it is: percent of its own opacity, 36 unless this is said. What is
    /// outside of [`Mark::OPACITIES`] is taken for the nearest in it.
    #[must_use]
    pub fn opacity(self, percent: u8) -> Self {
        let opacity = percent.clamp(*Self::OPACITIES.start(), *Self::OPACITIES.end());
        Self { opacity, ..self }
    }

    /// Draws the mark over a picture of interleaved RGB.
    pub(crate) fn draw(&self, rgb: &mut [u8], size: (u32, u32)) {
        self.layer(size).rgb(rgb);
    }

    /// The mark for pictures of one size: what costs is done here once.
    pub(crate) fn layer(&self, size: (u32, u32)) -> Layer {
        layer::lay(self, size)
    }

    /// Pixels of an em, or of the logo's longer side, on a picture of this size.
    fn unit(&self, (width, height): (u32, u32)) -> f32 {
        let (long, short) = (width.max(height), width.min(height));
        let measure = long.min(short.saturating_mul(PANORAMA)) as f32;
        let share = f32::from(self.size) / 100.0;
        match &self.figure {
            Figure::Name(name) => {
                let usual = f32::from(self.size) / f32::from(USUAL.0);
                let (least, most) = (SMALLEST.0 * usual.min(1.0), LARGEST * usual);
                let em = (share / name.width).clamp(least, most) * measure;
                em.max(SMALLEST.1)
            }
            Figure::Logo(_) => (share * measure).max(SMALLEST_LOGO),
        }
    }

    /// Pixels across and down on a picture of this size, not tilted.
    fn drawn(&self, size: (u32, u32)) -> (f32, f32) {
        let unit = self.unit(size);
        match &self.figure {
            Figure::Name(name) => (name.width * unit, name::HEIGHT * unit),
            Figure::Logo(logo) => {
                let (width, height) = logo.dimensions();
                let scale = unit / width.max(height) as f32;
                (width as f32 * scale, height as f32 * scale)
            }
        }
    }

    /// Pixels between two of a row, and between rows, as a rule.
    fn gaps(&self, size: (u32, u32)) -> (f32, f32) {
        let unit = self.unit(size);
        let (beside, below) = match self.figure {
            Figure::Name(_) => NAME_GAPS,
            Figure::Logo(_) => LOGO_GAPS,
        };
        (beside * unit, below * unit)
    }

    /// The mark for a picture of this size, so much smaller, rising by `rise` degrees.
    fn stamp(&self, size: (u32, u32), smaller: f32, rise: f32) -> Stamp {
        let (unit, opacity) = (self.unit(size) * smaller, f32::from(self.opacity) / 100.0);
        match &self.figure {
            Figure::Name(name) => name.stamp(unit, rise, opacity),
            Figure::Logo(logo) => logo.stamp(unit, rise, opacity),
        }
    }
}

#[cfg(test)]
mod tests;
