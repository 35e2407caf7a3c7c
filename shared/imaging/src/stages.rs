//! The way's parts one by one, for `benches/`. Not part of the API: what is here may change with any version.

use std::io::Read;

use moxcms::ColorProfile;

use crate::colour::{self, Pixels, Profile};
use crate::jpeg::decode::Decoder;
use crate::jpeg::idct::Scale;
use crate::source::Source;
use crate::ycc::{Chroma, Ycc};
use crate::{Aim, Failure, Limits, encode, jpeg};

/// A picture in planes, as renditions are made from.
pub struct Planes(Ycc);

/// Decodes all rows of a JPEG with blocks of so many samples a side (8, 4, 2 or 1; of 1, all but reading the codes is
/// left out), and counts the samples.
///
/// # Errors
/// As for [`render`](crate::render).
pub fn decode(mut file: &[u8], side: usize) -> Result<usize, Failure> {
    let limits = Limits::default();
    let mut source = Source::open(&mut file as &mut dyn Read, &limits)?;
    let mut decoder = Decoder::open(&mut source, &limits)?;
    let scale = match side {
        8 => Scale::Full,
        4 => Scale::Half,
        2 => Scale::Quarter,
        _ => Scale::Eighth,
    };
    let scales = vec![scale; decoder.header().components.len()];
    let planes = decoder.scaled(&scales);
    let mut rows: Vec<Vec<u8>> = planes.iter().map(|p| vec![0; p.width * p.rows]).collect();
    let mut spaces: Vec<&mut [u8]> = rows.iter_mut().map(Vec::as_mut_slice).collect();
    let mut samples = 0;
    while decoder.next_rows(&mut spaces)? {
        samples += planes.iter().map(|p| p.width * p.rows).sum::<usize>();
    }
    Ok(samples)
}

/// Decodes a JPEG in sRGB and shrinks it to the largest rendition.
///
/// # Errors
/// As for [`render`](crate::render).
pub fn reduce(mut file: &[u8]) -> Result<Planes, Failure> {
    let limits = Limits::default();
    let mut source = Source::open(&mut file as &mut dyn Read, &limits)?;
    let reduced = jpeg::reduce(&mut source, &limits, Aim::Renditions)?;
    let (pixels, profile, size) = (reduced.pixels, reduced.profile, reduced.target);
    let planes = colour::to_ycc(pixels, &profile, size, (Chroma::Half, 1), &mut Vec::new());
    Ok(Planes(planes))
}

impl Planes {
    /// The same picture with a long edge of so many pixels.
    #[must_use]
    pub fn shrunk(&self, edge: u32) -> Self {
        let (width, height) = self.0.size;
        let side = |side: u32| (side * edge / width.max(height)).max(1);
        Self(self.0.shrunk((side(width), side(height))))
    }

    /// The same picture, its numbers taken for Display P3's and converted.
    #[must_use]
    pub fn converted(&self) -> Self {
        let rgb = Pixels::Rgb8(self.0.to_rgb());
        let profile = Profile::Other(Box::new(ColorProfile::new_display_p3()));
        let size = self.0.size;
        Self(colour::to_ycc(
            rgb,
            &profile,
            size,
            (Chroma::Half, 1),
            &mut Vec::new(),
        ))
    }

    /// A JPEG of quality 80.
    #[must_use]
    pub fn encoded(&self) -> Vec<u8> {
        encode::jpeg(&self.0, 80, &[])
    }
}
