//! Lanczos over one plane of 8-bit samples as its rows come: no more of them are held than the filter reaches over.
//!
//! Down first, then across. Between the two, values keep six bits of fraction, so that they are rounded once.

use fearless_simd::{Level, Simd, dispatch, i16x16, i32x4, i32x8, prelude::*};

/// A weight of one.
const ONE: f64 = 16_384.0;
/// Bits of a weight's fraction, and of the values' between the two passes.
const WEIGHT_BITS: u32 = 14;
const VALUE_BITS: u32 = 6;
/// Weights across are taken so many at once.
const LANES: usize = 16;

/// How the samples of a side become fewer (or, of a small picture's chroma, more).
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    source: usize,
    /// Of each target sample, the source sample its weights begin with.
    first: Vec<u32>,
    /// `taps` weights a target sample, the last ones zero where it needs fewer.
    weights: Vec<i16>,
    taps: usize,
}

impl Axis {
    /// The target's first sample begins `offset` source samples from the first one's edge; each covers `scale` of them.
    /// What would lie outside the source is left out of the sum.
    pub(crate) fn new(source: usize, offset: f64, scale: f64, target: u32) -> Self {
        // Lanczos would ring at every hard edge of what is enlarged.
        let enlarged = scale < 1.0;
        let support = if enlarged { 2.0 } else { 3.0 };
        let stretch = scale.max(1.0);
        let reach = support * stretch;
        let taps = ((2.0 * reach).ceil() as usize + 1).min(source);
        let mut first = Vec::with_capacity(target as usize);
        let mut weights = vec![0; target as usize * taps];
        let mut exact = Vec::with_capacity(taps);
        for (at, weights) in (0..target).zip(weights.chunks_exact_mut(taps)) {
            let centre = offset + (f64::from(at) + 0.5) * scale - 0.5;
            let from = (centre - reach).ceil().clamp(0.0, (source - taps) as f64) as usize;
            exact.clear();
            let distance = (from as f64 - centre) / stretch;
            if enlarged {
                exact.extend((0..taps).map(|tap| catmull_rom(distance + tap as f64 / stretch)));
            } else {
                exact.extend(Lanczos::new(distance, 1.0 / stretch).take(taps));
            }
            let sum: f64 = exact.iter().sum();
            // The rounding of one weight goes into the next, so that flat stays flat.
            let (mut upto, mut given) = (0.0, 0);
            for (weight, exact) in weights.iter_mut().zip(&exact) {
                upto += exact / sum * ONE;
                *weight = (upto.round() as i32 - given) as i16;
                given += i32::from(*weight);
            }
            first.push(from as u32);
        }
        Self {
            source,
            first,
            weights,
            taps,
        }
    }

    fn target(&self) -> usize {
        self.first.len()
    }

    /// With a number of taps that is a multiple of `lanes`, each window beginning at a multiple of `step`; the weights
    /// added are zero and may lie past the source.
    fn padded(mut self, lanes: usize, step: u32) -> Self {
        let taps = (self.taps + step as usize - 1).next_multiple_of(lanes);
        let mut weights = vec![0; self.target() * taps];
        let windows = weights
            .chunks_exact_mut(taps)
            .zip(self.weights.chunks_exact(self.taps));
        for ((to, from), first) in windows.zip(&mut self.first) {
            let before = (*first % step) as usize;
            to[before..before + from.len()].copy_from_slice(from);
            *first -= *first % step;
        }
        Self {
            weights,
            taps,
            ..self
        }
    }
}

/// The values of sinc(x) · sinc(x ∕ 3) at equal distances: both sines are turned on from one to the next, which takes
/// a tenth of the time that computing each of them would.
struct Lanczos {
    x: f64,
    step: f64,
    /// Sine and cosine of πx and of πx ∕ 3, and of what they turn by.
    whole: (f64, f64),
    third: (f64, f64),
    turns: [(f64, f64); 2],
}

impl Lanczos {
    fn new(x: f64, step: f64) -> Self {
        use std::f64::consts::{FRAC_PI_3, PI};
        Self {
            x,
            step,
            whole: (x * PI).sin_cos(),
            third: (x * FRAC_PI_3).sin_cos(),
            turns: [(step * PI).sin_cos(), (step * FRAC_PI_3).sin_cos()],
        }
    }
}

impl Iterator for Lanczos {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        let x = self.x * std::f64::consts::PI;
        let value = if self.x.abs() >= 3.0 {
            0.0
        } else if self.x.abs() < 1e-9 {
            1.0
        } else {
            3.0 * self.whole.0 * self.third.0 / (x * x)
        };
        let turned = |(sin, cos): (f64, f64), by: (f64, f64)| {
            (sin * by.1 + cos * by.0, cos * by.1 - sin * by.0)
        };
        self.whole = turned(self.whole, self.turns[0]);
        self.third = turned(self.third, self.turns[1]);
        self.x += self.step;
        Some(value)
    }
}

fn catmull_rom(x: f64) -> f64 {
    let x = x.abs();
    if x >= 2.0 {
        0.0
    } else if x < 1.0 {
        (1.5 * x - 2.5) * x * x + 1.0
    } else {
        ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    }
}

/// Takes a plane's rows from top to bottom, gives the plane at its target size.
pub(crate) struct Plane {
    across: Axis,
    down: Axis,
    /// Rows that were just pushed.
    rows: Vec<u8>,
    /// Rows in pairs, the two of each interleaved, as their weighted sum wants them; pair n is at n modulo their number.
    pairs: Vec<i16>,
    pushed: usize,
    /// Where the pairs of the row being made are.
    window: Vec<usize>,
    /// One row between the passes, with room for the weights beyond its end.
    between: Vec<i16>,
    out: Vec<u8>,
    made: usize,
}

impl Plane {
    /// For a plane into which at most `at_once` rows are pushed together.
    pub(crate) fn new(across: Axis, down: Axis, at_once: usize) -> Self {
        let (across, down) = (across.padded(LANES, 1), down.padded(2, 2));
        let width = across.source;
        Self {
            rows: vec![0; at_once * width],
            pairs: vec![0; (down.taps / 2 + 1) * 2 * width],
            pushed: 0,
            window: Vec::with_capacity(down.taps / 2),
            between: vec![0; width + across.taps],
            out: vec![0; across.target() * down.target()],
            made: 0,
            across,
            down,
        }
    }

    /// Rows not pushed yet.
    pub(crate) fn missing(&self) -> usize {
        self.down.source - self.pushed
    }

    /// Space for the samples of the next `rows` rows (no more than were said to come at once), to be filled and pushed.
    pub(crate) fn space(&mut self, rows: usize) -> &mut [u8] {
        &mut self.rows[..rows * self.across.source]
    }

    /// Takes in the first `rows` rows of the space last given.
    pub(crate) fn push(&mut self, rows: usize) {
        let rows = rows.min(self.missing());
        let level = Level::new();
        dispatch!(level, simd => self.take(simd, rows));
    }

    /// The plane at its target size; rows never pushed have the value `missing`.
    pub(crate) fn finish(mut self, missing: u8) -> Vec<u8> {
        while self.missing() > 0 {
            self.space(1).fill(missing);
            self.push(1);
        }
        self.out
    }

    #[inline(always)]
    fn take<S: Simd>(&mut self, simd: S, rows: usize) {
        let width = self.across.source;
        let mut row = 0;
        while row < rows {
            let at = self.pair(self.pushed / 2);
            let pair = &mut self.pairs[at..at + 2 * width];
            let odd = self.pushed % 2;
            if odd == 0 && row + 1 < rows {
                let (first, second) = self.rows[row * width..(row + 2) * width].split_at(width);
                for ((pair, first), second) in pair.chunks_exact_mut(2).zip(first).zip(second) {
                    pair[0] = i16::from(*first);
                    pair[1] = i16::from(*second);
                }
                self.pushed += 2;
                row += 2;
            } else {
                let source = &self.rows[row * width..(row + 1) * width];
                for (pair, sample) in pair.chunks_exact_mut(2).zip(source) {
                    pair[odd] = i16::from(*sample);
                }
                self.pushed += 1;
                row += 1;
            }
            if self.pushed.is_multiple_of(2) || self.missing() == 0 {
                self.make(simd);
            }
        }
    }

    /// Where a pair of rows begins.
    #[inline(always)]
    fn pair(&self, pair: usize) -> usize {
        let size = 2 * self.across.source;
        pair * size % self.pairs.len()
    }

    /// Makes the rows whose source rows are all here.
    #[inline(always)]
    fn make<S: Simd>(&mut self, simd: S) {
        let (taps, width, target) = (self.down.taps, self.across.source, self.across.target());
        while let Some(&from) = self.down.first.get(self.made) {
            let from = from as usize;
            if (from + taps).min(self.down.source) > self.pushed {
                break;
            }
            self.window.clear();
            for pair in from / 2..(from + taps) / 2 {
                self.window.push(self.pair(pair));
            }
            let weights = &self.down.weights[self.made * taps..(self.made + 1) * taps];
            down(
                simd,
                &self.pairs,
                &self.window,
                weights,
                &mut self.between[..width],
            );
            let out = &mut self.out[self.made * target..(self.made + 1) * target];
            across(simd, &self.between, &self.across, out);
            self.made += 1;
        }
    }
}

/// The weighted sum of rows, from pairs of them.
#[inline(always)]
fn down<S: Simd>(simd: S, pairs: &[i16], window: &[usize], weights: &[i16], out: &mut [i16]) {
    const DROPPED: u32 = WEIGHT_BITS - VALUE_BITS;
    let width = out.len();
    let half = 1 << (DROPPED - 1);
    let whole = width / 32 * 32;
    for (at, out) in (0..whole).step_by(32).zip(out.chunks_exact_mut(32)) {
        let mut sums = [i32x8::splat(simd, half); 4];
        for (from, weights) in window.iter().zip(weights.chunks_exact(2)) {
            let both = i32::from(weights[0]) & 0xFFFF | i32::from(weights[1]) << 16;
            let both: i16x16<S> = i32x8::splat(simd, both).bitcast();
            let source = &pairs[from + 2 * at..from + 2 * at + 64];
            for part in 0..4 {
                let values = i16x16::from_slice(simd, &source[part * 16..part * 16 + 16]);
                sums[part] += values.pairwise_dot_product(both);
            }
        }
        let low = (sums[0] >> DROPPED).saturating_narrow(sums[1] >> DROPPED);
        let high = (sums[2] >> DROPPED).saturating_narrow(sums[3] >> DROPPED);
        low.store_slice(&mut out[..16]);
        high.store_slice(&mut out[16..]);
    }
    for (at, out) in (whole..width).zip(&mut out[whole..]) {
        let mut sum = half;
        for (from, weights) in window.iter().zip(weights.chunks_exact(2)) {
            sum += i32::from(pairs[from + 2 * at]) * i32::from(weights[0]);
            sum += i32::from(pairs[from + 2 * at + 1]) * i32::from(weights[1]);
        }
        *out = (sum >> DROPPED) as i16;
    }
}

/// A row of the target from one of the source, four samples at a time.
#[inline(always)]
fn across<S: Simd>(simd: S, row: &[i16], axis: &Axis, out: &mut [u8]) {
    const DROPPED: u32 = WEIGHT_BITS + VALUE_BITS;
    let taps = axis.taps;
    let eights = out.chunks_exact_mut(8).zip(axis.first.chunks_exact(8));
    for ((out, first), weights) in eights.zip(axis.weights.chunks_exact(8 * taps)) {
        let (low, high) = weights.split_at(4 * taps);
        let low = four(simd, row, &first[..4], low, taps) >> DROPPED;
        let high = four(simd, row, &first[4..], high, taps) >> DROPPED;
        let mut values = [0_i16; 8];
        low.saturating_narrow(high).store_slice(&mut values);
        for (out, value) in out.iter_mut().zip(values) {
            *out = value.clamp(0, 255) as u8;
        }
    }
    let rest = axis.target() / 8 * 8;
    for (at, out) in (rest..axis.target()).zip(&mut out[rest..]) {
        let weights = &axis.weights[at * taps..(at + 1) * taps];
        let sum = dot(simd, row, axis.first[at] as usize, weights).reduce_sum();
        *out = ((sum + (1 << (DROPPED - 1))) >> DROPPED).clamp(0, 255) as u8;
    }
}

/// The sums of four samples, and a half to round them.
#[inline(always)]
fn four<S: Simd>(simd: S, row: &[i16], first: &[u32], weights: &[i16], taps: usize) -> i32x4<S> {
    let a = dot(simd, row, first[0] as usize, &weights[..taps]);
    let b = dot(simd, row, first[1] as usize, &weights[taps..2 * taps]);
    let c = dot(simd, row, first[2] as usize, &weights[2 * taps..3 * taps]);
    let d = dot(simd, row, first[3] as usize, &weights[3 * taps..4 * taps]);
    let ab = a.unzip_low(b) + a.unzip_high(b);
    let cd = c.unzip_low(d) + c.unzip_high(d);
    let half = i32x4::splat(simd, 1 << (WEIGHT_BITS + VALUE_BITS - 1));
    ab.unzip_low(cd) + ab.unzip_high(cd) + half
}

/// Four partial sums of a row's values from `first` on times their weights.
#[inline(always)]
fn dot<S: Simd>(simd: S, row: &[i16], first: usize, weights: &[i16]) -> i32x4<S> {
    let mut sum = i32x8::splat(simd, 0);
    let row = &row[first..first + weights.len()];
    for (values, weights) in row.chunks_exact(LANES).zip(weights.chunks_exact(LANES)) {
        let values = i16x16::from_slice(simd, values);
        sum += values.pairwise_dot_product(i16x16::from_slice(simd, weights));
    }
    let (low, high) = sum.split();
    low + high
}

/// A whole plane at another size.
pub(crate) fn shrunk(plane: &[u8], across: Axis, down: Axis) -> Vec<u8> {
    let width = across.source;
    let mut shrinker = Plane::new(across, down, 2);
    for rows in plane.chunks(2 * width) {
        shrinker.space(rows.len() / width).copy_from_slice(rows);
        shrinker.push(rows.len() / width);
    }
    shrinker.finish(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(count: usize) -> Vec<u8> {
        let mut state = 7_u32;
        let mut next = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        std::iter::repeat_with(&mut next).take(count).collect()
    }

    /// The definition, in floating point: every source sample weighed, sums divided by the weights'.
    fn exact(row: &[f64], offset: f64, scale: f64, target: usize) -> Vec<f64> {
        let lanczos = |x: f64| {
            let sinc = |x: f64| if x == 0.0 { 1.0 } else { x.sin() / x };
            let x = x * std::f64::consts::PI;
            if x.abs() < 3.0 * std::f64::consts::PI {
                sinc(x) * sinc(x / 3.0)
            } else {
                0.0
            }
        };
        (0..target)
            .map(|at| {
                let centre = offset + (at as f64 + 0.5) * scale;
                let weights = (0..row.len()).map(|i| lanczos((i as f64 + 0.5 - centre) / scale));
                let total: f64 = weights.clone().sum();
                row.iter().zip(weights).map(|(v, w)| v * w).sum::<f64>() / total
            })
            .collect()
    }

    /// Pushed in strips of any height, at whole and odd scales, with a grid that begins outside.
    #[test]
    fn planes_are_those_of_the_definition() {
        for (width, height, target, offset, rows) in [
            (150, 90, (100, 61), 0.0, 8),
            (333, 70, (33, 7), -0.4, 1),
            (97, 101, (97, 50), 0.0, 16),
            (40, 41, (13, 17), -1.2, 2),
        ] {
            let plane = noise(width * height);
            let scale = |from: usize, to: u32| from as f64 / f64::from(to);
            let (across, down) = (scale(width, target.0), scale(height, target.1));
            let mut shrinker = Plane::new(
                Axis::new(width, offset, across, target.0),
                Axis::new(height, offset, down, target.1),
                rows,
            );
            for strip in plane.chunks(rows * width) {
                let count = strip.len() / width;
                shrinker.space(count).copy_from_slice(strip);
                shrinker.push(count);
            }
            let made = shrinker.finish(0);
            let columns: Vec<Vec<f64>> = (0..width)
                .map(|x| {
                    let column: Vec<f64> =
                        (0..height).map(|y| plane[y * width + x].into()).collect();
                    exact(&column, offset, down, target.1 as usize)
                })
                .collect();
            for y in 0..target.1 as usize {
                let row: Vec<f64> = columns.iter().map(|column| column[y]).collect();
                let expected = exact(&row, offset, across, target.0 as usize);
                for (x, expected) in expected.into_iter().enumerate() {
                    let value = f64::from(made[y * target.0 as usize + x]);
                    let apart = (value - expected.clamp(0.0, 255.0)).abs();
                    assert!(
                        apart < 0.7,
                        "{width}×{height} at {x}, {y}: {value}, not {expected}"
                    );
                }
            }
        }
    }

    #[test]
    fn flat_stays_flat_also_enlarged() {
        for (source, target) in [(50, 20), (50, 50), (20, 50), (1, 1), (1, 3)] {
            for value in [0, 1, 128, 255] {
                let scale = f64::from(source) / f64::from(target);
                let axis = Axis::new(source as usize, 0.0, scale, target);
                let plane = vec![value; (source * source) as usize];
                let made = shrunk(&plane, axis.clone(), axis);
                assert_eq!(
                    made,
                    vec![value; (target * target) as usize],
                    "{source} to {target}"
                );
            }
        }
    }

    #[test]
    fn rows_that_never_come_are_filled() {
        let axis = || Axis::new(100, 0.0, 10.0, 10);
        let mut shrinker = Plane::new(axis(), axis(), 8);
        shrinker.space(8).fill(255);
        shrinker.push(8);
        assert_eq!(shrinker.missing(), 92);
        let out = shrinker.finish(128);
        assert!(out[..3].iter().all(|v| *v > 200), "{out:?}");
        assert!(out[30..].iter().all(|v| *v == 128), "{out:?}");
    }
}
