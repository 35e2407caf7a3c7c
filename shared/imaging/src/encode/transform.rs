//! Samples to quantised coefficients: the cosine transform of Arai, Agui and Nakajima in 32-bit floating point, eight
//! columns at a time, its scale factors taken into the quantiser.

use fearless_simd::{Simd, f32x8, i16x8, i32x8, prelude::*};

/// T.81, tables K.1 and K.2, which quality 50 is.
pub(super) const LUMA: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
    92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
pub(super) const CHROMA: [u16; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99, 24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
];

/// Of each place in zigzag order, the place in the transform's output: column by column.
pub(super) const ZIGZAG: [u8; 64] = transposed_zigzag();

const fn transposed_zigzag() -> [u8; 64] {
    let mut order = [0; 64];
    let (mut x, mut y, mut at) = (0_usize, 0_usize, 0);
    while at < 64 {
        order[at] = (x * 8 + y) as u8;
        // Up and to the right on even diagonals, down and to the left on odd ones, turning at the edges.
        if (x + y) % 2 == 0 {
            if x == 7 {
                y += 1;
            } else if y == 0 {
                x += 1;
            } else {
                x += 1;
                y -= 1;
            }
        } else if y == 7 {
            x += 1;
        } else if x == 0 {
            y += 1;
        } else {
            x -= 1;
            y += 1;
        }
        at += 1;
    }
    order
}

/// For each of the eight bytes of a bit mask in the transform's order, the mask in zigzag order.
static ORDERED: [[u64; 256]; 8] = ordered();

const fn ordered() -> [[u64; 256]; 8] {
    let mut table = [[0; 256]; 8];
    let mut at = 0;
    while at < 64 {
        let from = ZIGZAG[at] as usize;
        let mut mask = 0;
        while mask < 256 {
            if mask >> (from % 8) & 1 == 1 {
                table[from / 8][mask] |= 1 << at;
            }
            mask += 1;
        }
        at += 1;
    }
    table
}

/// What the transform leaves each row and column multiplied by.
const SCALES: [f64; 8] = [
    1.0,
    1.387_039_845,
    1.306_562_965,
    1.175_875_602,
    1.0,
    0.785_694_958,
    0.541_196_100,
    0.275_899_379,
];

/// One component's quantisation.
pub(super) struct Quantiser {
    /// Row by row.
    steps: [u16; 64],
    /// One over step and scale, in the transform's order.
    factors: [f32; 64],
    /// What a coefficient other than DC must be beyond a whole number and a half to be rounded up.
    refused: f32,
}

impl Quantiser {
    /// The table of a quality as the IJG scales it, from that of quality 50.
    pub(super) fn new(standard: &[u16; 64], quality: u8, refused: f32) -> Self {
        let quality = u32::from(quality);
        let percent = if quality < 50 {
            5_000 / quality
        } else {
            200 - 2 * quality
        };
        let steps =
            standard.map(|step| ((u32::from(step) * percent + 50) / 100).clamp(1, 255) as u16);
        let factors = std::array::from_fn(|at| {
            let (x, y) = (at / 8, at % 8);
            (1.0 / (f64::from(steps[y * 8 + x]) * SCALES[x] * SCALES[y] * 8.0)) as f32
        });
        Self {
            steps,
            factors,
            refused,
        }
    }

    /// As a file holds it, in zigzag order.
    pub(super) fn table(&self) -> [u8; 64] {
        ZIGZAG.map(|at| self.steps[usize::from(at % 8 * 8 + at / 8)] as u8)
    }

    /// Quantised coefficients, column by column, and which of them are not zero, in zigzag order.
    #[inline(always)]
    pub(super) fn transform<S: Simd>(&self, simd: S, samples: &[[u8; 8]; 8]) -> ([i16; 64], u64) {
        // No closures around lanes: one that is not inlined first is compiled for the plainest processor.
        let mut rows = [f32x8::splat(simd, 0.0); 8];
        for (row, samples) in rows.iter_mut().zip(samples) {
            let mut wide = [0.0; 8];
            for (wide, sample) in wide.iter_mut().zip(samples) {
                *wide = f32::from(i16::from(*sample) - 128);
            }
            *row = f32x8::from_slice(simd, &wide);
        }
        let columns = transposed(butterflies(simd, rows));
        let columns = butterflies(simd, columns);
        let mut coefficients = [0; 64];
        let mut order = 0;
        let r = self.refused;
        let mut refused = f32x8::from_slice(simd, &[0.0, r, r, r, r, r, r, r]);
        for index in 0..8 {
            let factors = f32x8::from_slice(simd, &self.factors[index * 8..index * 8 + 8]);
            let exact = columns[index] * factors;
            let whole: i32x8<S> = (exact - refused.copysign(exact)).round_ties_even().to_int();
            refused = f32x8::splat(simd, r);
            let (low, high) = whole.split();
            let narrow: i16x8<S> = low.saturating_narrow(high);
            narrow.store_slice(&mut coefficients[index * 8..index * 8 + 8]);
            let zero = narrow.simd_eq(i16x8::splat(simd, 0)).to_bitmask();
            order |= ORDERED[index][!zero as usize & 255];
        }
        (coefficients, order)
    }
}

/// The eight-point transform of each lane.
#[inline(always)]
fn butterflies<S: Simd>(simd: S, d: [f32x8<S>; 8]) -> [f32x8<S>; 8] {
    let (s0, s1, s2, s3) = (d[0] + d[7], d[1] + d[6], d[2] + d[5], d[3] + d[4]);
    let (t7, t6, t5, t4) = (d[0] - d[7], d[1] - d[6], d[2] - d[5], d[3] - d[4]);
    let (e0, e3, e1, e2) = (s0 + s3, s0 - s3, s1 + s2, s1 - s2);
    let z1 = (e2 + e3) * f32x8::splat(simd, 0.707_106_77);
    let (o0, o1, o2) = (t4 + t5, t5 + t6, t6 + t7);
    let z5 = (o0 - o2) * f32x8::splat(simd, 0.382_683_43);
    let z2 = (o0) * f32x8::splat(simd, 0.541_196_1) + z5;
    let z4 = (o2) * f32x8::splat(simd, 1.306_563) + z5;
    let z3 = (o1) * f32x8::splat(simd, 0.707_106_77);
    let (z11, z13) = (t7 + z3, t7 - z3);
    [
        e0 + e1,
        z11 + z4,
        e3 + z1,
        z13 - z2,
        e0 - e1,
        z13 + z2,
        e3 - z1,
        z11 - z4,
    ]
}

/// Rows become columns: three times each is interleaved with the one four further on.
#[inline(always)]
fn transposed<S: Simd>(mut rows: [f32x8<S>; 8]) -> [f32x8<S>; 8] {
    for _ in 0..3 {
        let [a, b, c, d, e, f, g, h] = rows;
        rows = [
            a.zip_low(e),
            a.zip_high(e),
            b.zip_low(f),
            b.zip_high(f),
            c.zip_low(g),
            c.zip_high(g),
            d.zip_low(h),
            d.zip_high(h),
        ];
    }
    rows
}

/// The samples of the block at a place counted in blocks; beyond the plane its last row and column go on.
#[inline(always)]
pub(super) fn samples(plane: &[u8], size: (usize, usize), at: (usize, usize)) -> [[u8; 8]; 8] {
    let (left, top) = (at.0 * 8, at.1 * 8);
    let mut block = [[0; 8]; 8];
    if left + 8 <= size.0 && top + 8 <= size.1 {
        for (y, row) in block.iter_mut().enumerate() {
            let from = (top + y) * size.0 + left;
            row.copy_from_slice(&plane[from..from + 8]);
        }
        return block;
    }
    for (y, row) in block.iter_mut().enumerate() {
        let from = (top + y).min(size.1 - 1) * size.0;
        for (x, sample) in row.iter_mut().enumerate() {
            *sample = plane[from + (left + x).min(size.0 - 1)];
        }
    }
    block
}
