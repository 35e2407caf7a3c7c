//! Procedural photographs: what the sample gallery and the tests are made of.
//!
//! Nothing here is a picture file: every photograph is rendered from a seed (ground, sky, water, lamps, cloth), then
//! developed with a lens's and a film's faults, and written as a JPEG with Exif. The same seed gives the same bytes.
#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod canvas;
mod develop;
mod exif;
mod gallery;
mod noise;
mod scenes;
mod sky;
mod terrain;
#[cfg(test)]
mod tests;

pub use exif::Exif;
pub use gallery::{OFFSET, TITLE, gallery};
pub use scenes::Scene;

/// One photograph of the sample gallery before it is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Shot {
    /// The section (a subfolder of the gallery's folder) it belongs to; empty for none.
    pub section: &'static str,
    /// As a camera numbers them: `HL_2041.jpg`.
    pub file_name: String,
    /// What it shows.
    pub scene: Scene,
    /// The same scene with another seed is another picture.
    pub seed: u64,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Local time of the exposure as Exif writes it: `2026:09:12 15:04:05`.
    pub captured: String,
    /// Exposure time in seconds as a fraction, aperture × 10, ISO speed, focal length in millimetres.
    pub exposure: ((u32, u32), u32, u16, u32),
}

/// Renders a shot to a finished JPEG with Exif; the same shot gives the same bytes.
pub fn photograph(shot: &Shot) -> Vec<u8> {
    let (width, height) = (shot.width as usize, shot.height as usize);
    let (picture, how) = scenes::render(shot.scene, width, height, shot.seed);
    let rgb = develop::develop(picture, width, height, &how, shot.seed);
    let exif = Exif {
        captured: Some(shot.captured.clone()),
        offset: Some(OFFSET.to_owned()),
        orientation: Some(1),
        gps: None,
        exposure: Some(shot.exposure),
    };
    develop::encode(&rgb, width, height, &exif, false, 90)
}

/// How a test photograph is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finish {
    /// Progressive instead of baseline.
    pub progressive: bool,
    /// Standard deviation of the grain in 8-bit steps; it decides how large the file gets.
    pub grain: f32,
    /// JPEG quality, 1 to 100.
    pub quality: u8,
}

impl Default for Finish {
    fn default() -> Self {
        Self {
            progressive: false,
            grain: 3.0,
            quality: 92,
        }
    }
}

/// A test photograph of any size, baseline, with the given Exif: a view at dusk, cheap to make at 24 megapixels.
///
/// Width and height are those of the stored pixels; an orientation in `exif` turns the picture for the viewer only.
pub fn test_photograph(width: u32, height: u32, seed: u64, exif: &Exif) -> Vec<u8> {
    test_photograph_with(width, height, seed, exif, &Finish::default())
}

/// [`test_photograph`] with another finish.
pub fn test_photograph_with(
    width: u32,
    height: u32,
    seed: u64,
    exif: &Exif,
    finish: &Finish,
) -> Vec<u8> {
    let (picture, how) = scenes::quick(width as usize, height as usize, seed);
    let how = develop::Develop {
        grain: finish.grain,
        ..how
    };
    let rgb = develop::develop(picture, width as usize, height as usize, &how, seed);
    develop::encode(
        &rgb,
        width as usize,
        height as usize,
        exif,
        finish.progressive,
        finish.quality,
    )
}
