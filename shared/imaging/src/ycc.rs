//! Pictures in full-range YCbCr (JFIF), a plane a component: what renditions are shrunk and encoded from.

use crate::lanczos::{self, Axis};
use crate::orient;

/// Luma, and chroma at full or half size. Planes are tightly packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ycc {
    /// Pixels across and down.
    pub size: (u32, u32),
    /// How large the chroma planes are.
    pub chroma: Chroma,
    /// Luma, then blue and red difference.
    pub planes: [Vec<u8>; 3],
}

/// Samples of chroma for those of luma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Chroma {
    /// One a pixel: 4:4:4.
    Full,
    /// One for two by two pixels, in their middle: 4:2:0.
    Half,
}

impl Chroma {
    /// Samples across and down of a picture of so many pixels.
    pub(crate) fn of(self, (width, height): (u32, u32)) -> (u32, u32) {
        match self {
            Self::Full => (width, height),
            Self::Half => (width.div_ceil(2), height.div_ceil(2)),
        }
    }
}

impl Ycc {
    /// From interleaved RGB of 8 bits.
    pub(crate) fn from_rgb(rgb: &[u8], size: (u32, u32), chroma: Chroma) -> Self {
        let (width, height) = (size.0 as usize, size.1 as usize);
        let mut luma = vec![0; width * height];
        let (across, down) = chroma.of(size);
        let (across, down) = (across as usize, down as usize);
        let mut blue = vec![0; across * down];
        let mut red = vec![0; across * down];
        for (y, row) in rgb.chunks_exact(width * 3).enumerate() {
            luma_row(row, &mut luma[y * width..(y + 1) * width]);
        }
        let rows = |y: usize| &rgb[y * width * 3..(y + 1) * width * 3];
        // Four pixels a sample: the same sums as for one, four times.
        for y in 0..down {
            let (blue, red) = (
                &mut blue[y * across..(y + 1) * across],
                &mut red[y * across..(y + 1) * across],
            );
            match chroma {
                Chroma::Full => chroma_row(rows(y), blue, red),
                Chroma::Half => {
                    let below = (2 * y + 1).min(height - 1);
                    halved_chroma_row(rows(2 * y), rows(below), blue, red);
                }
            }
        }
        Self {
            size,
            chroma,
            planes: [luma, blue, red],
        }
    }

    /// One grey picture's, without colour.
    pub(crate) fn gray(luma: Vec<u8>, size: (u32, u32), chroma: Chroma) -> Self {
        let (across, down) = chroma.of(size);
        let none = vec![128; across as usize * down as usize];
        Self {
            size,
            chroma,
            planes: [luma, none.clone(), none],
        }
    }

    /// The same picture upright. Half-size chroma must have been sampled from the edges that become left and top.
    pub(crate) fn upright(self, orientation: u8) -> Self {
        let [luma, blue, red] = self.planes;
        let chroma = self.chroma.of(self.size);
        Self {
            size: orient::turned(self.size, orientation),
            chroma: self.chroma,
            planes: [
                orient::upright::<1>(luma, self.size, orientation),
                orient::upright::<1>(blue, chroma, orientation),
                orient::upright::<1>(red, chroma, orientation),
            ],
        }
    }

    /// The same picture at another size.
    pub(crate) fn shrunk(&self, size: (u32, u32)) -> Self {
        let scale = |from: u32, to: u32| f64::from(from) / f64::from(to);
        let (across, down) = (scale(self.size.0, size.0), scale(self.size.1, size.1));
        let resized = |plane: &[u8], from: (u32, u32), to: (u32, u32)| {
            // Chroma's own count of samples is rounded up: the scale is the pixels'.
            let columns = Axis::new(from.0 as usize, 0.0, across, to.0);
            let rows = Axis::new(from.1 as usize, 0.0, down, to.1);
            lanczos::shrunk(plane, columns, rows)
        };
        let [luma, blue, red] = &self.planes;
        let chroma = (self.chroma.of(self.size), self.chroma.of(size));
        Self {
            size,
            chroma: self.chroma,
            planes: [
                resized(luma, self.size, size),
                resized(blue, chroma.0, chroma.1),
                resized(red, chroma.0, chroma.1),
            ],
        }
    }

    /// As interleaved RGB of 8 bits; a half-size chroma sample stands for its four pixels.
    pub(crate) fn to_rgb(&self) -> Vec<u8> {
        let width = self.size.0 as usize;
        let across = self.chroma.of(self.size).0 as usize;
        let [luma, blue, red] = &self.planes;
        let shift = usize::from(self.chroma == Chroma::Half);
        let mut rgb = vec![0; luma.len() * 3];
        for (y, (row, luma)) in rgb
            .chunks_exact_mut(width * 3)
            .zip(luma.chunks_exact(width))
            .enumerate()
        {
            let from = (y >> shift) * across;
            let (blue, red) = (&blue[from..from + across], &red[from..from + across]);
            for (x, (pixel, luma)) in row.chunks_exact_mut(3).zip(luma).enumerate() {
                pixel.copy_from_slice(&rgb_of(*luma, blue[x >> shift], red[x >> shift], narrow));
            }
        }
        rgb
    }
}

/// Luma's shares of red, green and blue (BT.601) and those of the differences, in 65,536ths.
const LUMA: [i32; 3] = [19_595, 38_470, 7_471];
const BLUE: [i32; 3] = [-11_059, -21_709, 32_768];
const RED: [i32; 3] = [32_768, -27_439, -5_329];

fn weighted(shares: [i32; 3], rgb: [i32; 3]) -> i32 {
    shares[0] * rgb[0] + shares[1] * rgb[1] + shares[2] * rgb[2]
}

fn luma_row(rgb: &[u8], luma: &mut [u8]) {
    for (pixel, luma) in rgb.chunks_exact(3).zip(luma) {
        let rgb = [pixel[0], pixel[1], pixel[2]].map(i32::from);
        *luma = ((weighted(LUMA, rgb) + 32_768) >> 16) as u8;
    }
}

fn chroma_row(rgb: &[u8], blue: &mut [u8], red: &mut [u8]) {
    for ((pixel, blue), red) in rgb.chunks_exact(3).zip(blue).zip(red) {
        let rgb = [pixel[0], pixel[1], pixel[2]].map(i32::from);
        // 128 more, and rounded so that pure blue and red stay within a byte
        *blue = ((weighted(BLUE, rgb) + (128 << 16) + 32_767) >> 16) as u8;
        *red = ((weighted(RED, rgb) + (128 << 16) + 32_767) >> 16) as u8;
    }
}

fn halved_chroma_row(above: &[u8], below: &[u8], blue: &mut [u8], red: &mut [u8]) {
    let pairs = above.chunks(6).zip(below.chunks(6));
    for (((above, below), blue), red) in pairs.zip(blue).zip(red) {
        // The last column of an odd width stands beside itself.
        let right = above.len() - 3;
        let sum = |c: usize| {
            let at = [above[c], above[right + c], below[c], below[right + c]];
            at.into_iter().map(i32::from).sum::<i32>()
        };
        let rgb = [sum(0), sum(1), sum(2)];
        *blue = ((weighted(BLUE, rgb) + (128 << 18) + 131_071) >> 18) as u8;
        *red = ((weighted(RED, rgb) + (128 << 18) + 131_071) >> 18) as u8;
    }
}

/// Red, green and blue of a sample, of 16.16 fixed point turned into values by `value`.
pub(crate) fn rgb_of<S>(luma: u8, blue: u8, red: u8, value: impl Fn(i32) -> S) -> [S; 3] {
    let (y, cb, cr) = (
        i32::from(luma) << 16,
        i32::from(blue) - 128,
        i32::from(red) - 128,
    );
    [
        value(y + 91_881 * cr),
        value(y - 22_554 * cb - 46_802 * cr),
        value(y + 116_130 * cb),
    ]
}

/// 16.16 fixed point to 8 bits.
pub(crate) fn narrow(fixed: i32) -> u8 {
    ((fixed + (1 << 15)) >> 16).clamp(0, 255) as u8
}

/// 16.16 fixed point of 0–255 to 16 bits; the fraction is kept.
pub(crate) fn wide(fixed: i32) -> u16 {
    // × 257, rounded, without leaving 32 bits: 255 · 65,536 is 65,535 · 65,280 / 256 …
    let clamped = fixed.clamp(0, 255 << 16) as u32;
    ((clamped >> 8) + (clamped >> 16) + ((clamped >> 7) & 1)).min(65_535) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ycbcr_becomes_rgb() {
        assert_eq!(rgb_of(76, 85, 255, narrow), [254, 0, 0]);
        assert_eq!(rgb_of(0, 128, 128, narrow), [0; 3]);
        assert_eq!(rgb_of(255, 128, 128, narrow), [255; 3]);
        assert_eq!(rgb_of(0, 128, 128, wide), [0; 3]);
        assert_eq!(rgb_of(255, 128, 128, wide), [65_535; 3]);
        assert_eq!(rgb_of(128, 128, 128, wide), [128 * 257; 3]);
    }

    /// JFIF's matrix, rounded to the nearest byte, there and back: nothing moves by more than one step a channel.
    #[test]
    fn rgb_survives_the_way_there_and_back() {
        let rgb: Vec<u8> = (0..64_u32 * 64)
            .flat_map(|i| [(i % 64) * 4, (i / 64) * 4, (i * 7) % 256].map(|v| v as u8))
            .collect();
        let back = Ycc::from_rgb(&rgb, (64, 64), Chroma::Full).to_rgb();
        let worst = rgb.iter().zip(&back).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(worst <= Some(1), "{worst:?}");
    }

    #[test]
    fn half_chroma_is_the_mean_of_its_pixels_also_at_an_odd_edge() {
        let red = [255, 0, 0];
        let black = [0, 0, 0];
        let rgb = [red, black, red, red, black, red].concat();
        let ycc = Ycc::from_rgb(&rgb, (3, 2), Chroma::Half);
        assert_eq!(ycc.planes[0], [76, 0, 76, 76, 0, 76]);
        // two of four red; the last column twice
        assert_eq!(ycc.planes[2], [192, 255]);
        assert_eq!(ycc.planes[1].len(), 2);
    }
}
