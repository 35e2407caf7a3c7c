//! The files: whole ones of every kind, what transport does to them, and what malice makes.

mod bombs;
mod impostors;

pub use bombs::bombs;
pub use impostors::impostors;

use image::ImageFormat;
use libjpeg_turbo_rs::Subsampling;

use crate::make::{Noise, Picture, encoded};
use crate::raw;

/// Places at which each file is cut.
const CUTS: usize = 200;
/// Files with a few bits changed that are made of each.
const FLIPS: usize = 60;

/// A name, the bytes, and the codes one of which it must end in.
pub type Case = (&'static str, Vec<u8>, &'static [&'static str]);

/// A picture in every format and in every way that a decoder goes through its own code for.
pub fn whole() -> Vec<(&'static str, Vec<u8>)> {
    let photo = Picture::landscape(144, 96);
    let encoder = || photo.encoder().quality(80);
    let jpeg = |sampling| encoder().subsampling(sampling).encode().unwrap();
    let passes = raw::adam7(144, 96, &photo.rgb);
    vec![
        ("JPEG 4:2:0", jpeg(Subsampling::S420)),
        ("JPEG 4:4:4", jpeg(Subsampling::S444)),
        (
            "JPEG progressive",
            encoder().progressive(true).encode().unwrap(),
        ),
        ("JPEG restarts", encoder().restart_rows(1).encode().unwrap()),
        ("PNG", photo.png()),
        (
            "PNG interlaced",
            raw::png((144, 96), 8, 2, true, &[], &passes),
        ),
        ("TIFF", photo.tiff()),
        (
            "TIFF plain",
            raw::Tiff::of(144, 96, 2, &[8; 3], photo.rgb.clone()).bytes(),
        ),
        ("WebP lossless", encoded(photo.image(), ImageFormat::WebP)),
        ("WebP lossy", include_bytes!("lossy.webp").to_vec()),
        ("GIF", encoded(photo.image(), ImageFormat::Gif)),
    ]
}

/// The file's beginnings: at two hundred lengths from nothing to all but a byte.
pub fn truncations(file: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    (0..CUTS).map(|i| {
        let length = i * (file.len() - 1) / (CUTS - 1);
        (length, &file[..length])
    })
}

/// A third each with bits flipped in the header, in the tables behind it, and anywhere.
pub fn flips(file: &[u8]) -> Vec<Vec<u8>> {
    let mut noise = Noise(4_711);
    (0..FLIPS)
        .map(|i| {
            let reach = [64, 700, file.len()][i % 3].min(file.len());
            let mut damaged = file.to_vec();
            for _ in 0..=noise.next() % 12 {
                damaged[noise.next() as usize % reach] ^= 1 << (noise.next() % 8);
            }
            damaged
        })
        .collect()
}
