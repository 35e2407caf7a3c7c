//! Trials of the decoder on whole files, made by another project's encoder and compared with its decoder.

mod conformance;
mod damaged;

use std::io::Read;

use libjpeg_turbo_rs::{Encoder, PixelFormat, decompress_raw};

use super::decode::Decoder;
use super::idct::Scale;
use super::restarts::Damage;
use crate::{Failure, Limits};

/// A plane of samples.
#[derive(Clone, PartialEq, Eq)]
struct Samples {
    width: usize,
    height: usize,
    rows: Vec<u8>,
}

/// The same numbers every time.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }
}

/// Smooth parts, grain, and hard edges between the strongest colours.
fn picture(width: usize, height: usize, channels: usize) -> Vec<u8> {
    let mut noise = Noise(0x9E37_79B9);
    let mut pixels = Vec::with_capacity(width * height * channels);
    for y in 0..height {
        for x in 0..width {
            for channel in 0..channels {
                let grain = noise.next() % 25;
                let slope = (x * (channel + 1) + y * 2) as u32 / 3 % 200;
                let edge = (x / 11 + y / 7 + channel) % 5 == 0;
                let flat = (x / 40 + y / 40) % 3 == 0;
                pixels.push(match (edge, flat) {
                    (_, true) => 60 * channel as u8,
                    (true, _) => 255 * ((x / 11) % 2) as u8,
                    _ => (slope + grain) as u8,
                });
            }
        }
    }
    pixels
}

/// An encoder of such a picture.
fn encoder(pixels: &[u8], width: usize, height: usize) -> Encoder<'_> {
    let format = match pixels.len() / (width * height) {
        1 => PixelFormat::Grayscale,
        3 => PixelFormat::Rgb,
        _ => PixelFormat::Cmyk,
    };
    Encoder::new(pixels, width, height, format).quality(88)
}

/// Every plane at a scale, as far as there are rows, and what was concealed.
fn decoded(file: impl Read, scale: Scale) -> Result<(Vec<Samples>, Damage), Failure> {
    let mut decoder = Decoder::open(file, &Limits::default())?;
    let scales = vec![scale; decoder.header().components.len()];
    let planes = decoder.scaled(&scales);
    let mut samples: Vec<_> = planes
        .iter()
        .map(|plane| Samples {
            width: plane.width,
            height: plane.height,
            rows: Vec::new(),
        })
        .collect();
    let mut buffers: Vec<_> = planes
        .iter()
        .map(|plane| vec![77; plane.width * plane.rows])
        .collect();
    loop {
        let mut into = Vec::with_capacity(planes.len());
        for ((plane, buffer), samples) in planes.iter().zip(&mut buffers).zip(&samples) {
            let left = plane.width * plane.height - samples.rows.len();
            let rows = buffer.len().min(left);
            into.push(&mut buffer[..rows]);
        }
        if !decoder.next_rows(&mut into)? {
            break;
        }
        for (samples, rows) in samples.iter_mut().zip(into) {
            samples.rows.extend_from_slice(rows);
        }
    }
    Ok((samples, decoder.damage()))
}

/// The planes of a whole file.
fn whole(file: &[u8], scale: Scale) -> Vec<Samples> {
    let (planes, damage) = decoded(file, scale).unwrap();
    assert_eq!(damage, Damage::default());
    planes
}

/// The planes by the other decoder, cut to the picture.
fn reference(file: &[u8], like: &[Samples]) -> Vec<Samples> {
    let raw = decompress_raw(file).unwrap();
    raw.planes
        .iter()
        .zip(&raw.plane_widths)
        .zip(like)
        .map(|((plane, width), like)| Samples {
            width: like.width,
            height: like.height,
            rows: plane
                .chunks(*width)
                .take(like.height)
                .flat_map(|row| &row[..like.width])
                .copied()
                .collect(),
        })
        .collect()
}

/// Differences of samples: the largest, their sum, how many.
#[derive(Default)]
struct Differences {
    most: u8,
    sum: u64,
    count: u64,
}

impl Differences {
    fn add(&mut self, ours: &[Samples], theirs: &[Samples]) {
        assert_eq!(ours.len(), theirs.len());
        for (a, b) in ours.iter().zip(theirs) {
            assert_eq!(a.rows.len(), b.rows.len());
            for (a, b) in a.rows.iter().zip(&b.rows) {
                let off = a.abs_diff(*b);
                self.most = self.most.max(off);
                self.sum += u64::from(off);
                self.count += 1;
            }
        }
    }

    fn mean(&self) -> f64 {
        self.sum as f64 / self.count as f64
    }
}

/// Where the entropy-coded data of the first scan begins.
fn data_at(file: &[u8]) -> usize {
    let mut at = 2;
    loop {
        let length = usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        let scan = file[at + 1] == 0xDA;
        at += 2 + length;
        if scan {
            return at;
        }
    }
}
