//! Coefficients to samples, eight neighbouring blocks at a time: what is done to one is done to all, lane by lane, which
//! is what vector units are for.
//!
//! 16-bit arithmetic with three bits behind the point and the products' upper halves; adds saturate, so that what no
//! encoder makes comes out as an extreme and not as its opposite.

/// Blocks side by side.
pub(super) const LANES: usize = 8;

/// The coefficients of eight blocks: coefficient by coefficient, each with a lane a block. Only as many are in use as the
/// scale has; the place behind them takes what is not kept.
pub(super) type Group = [i16; 1024];

/// Samples of a group, row by row, `LANES` blocks a row.
pub(super) type Samples = [u8; 64 * LANES];

/// Samples a block's side: what of the picture's size is decoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    /// 8 × 8 samples a block.
    Full,
    /// 4 × 4.
    Half,
    /// 2 × 2.
    Quarter,
    /// One.
    Eighth,
}

impl Scale {
    /// Samples a block's side.
    pub(crate) fn side(self) -> usize {
        match self {
            Self::Full => 8,
            Self::Half => 4,
            Self::Quarter => 2,
            Self::Eighth => 1,
        }
    }
}

/// Bits behind the point.
const FRACTION: u32 = 3;
/// What is left to shift away after both passes, which together multiply by four.
const DOWN: u32 = FRACTION + 2;

// cos(nπ/16), of 2^15 where it is half or more (the factor is doubled then), else of 2^16.
const C1: i16 = 32_138;
const C2: i16 = 30_274;
const C3: i16 = 27_246;
const C4: i16 = 23_170;
const C5: i16 = 18_205;
const C6: i16 = 25_080;
const C7: i16 = 12_785;

/// The upper half of the product.
#[inline(always)]
fn mul(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b)) >> 16) as i16
}

#[inline(always)]
fn twice(a: i16) -> i16 {
    a.saturating_add(a)
}

#[inline(always)]
fn add(a: i16, b: i16) -> i16 {
    a.saturating_add(b)
}

#[inline(always)]
fn sub(a: i16, b: i16) -> i16 {
    a.saturating_sub(b)
}

/// One dimension of eight, √2 times the orthonormal transform.
#[inline(always)]
fn eight(v: [i16; 8]) -> [i16; 8] {
    let (x1, x2, x3, x5) = (twice(v[1]), twice(v[2]), twice(v[3]), twice(v[5]));
    let (x6, x7) = (twice(v[6]), twice(v[7]));
    let e0 = mul(twice(add(v[0], v[4])), C4);
    let e1 = mul(twice(sub(v[0], v[4])), C4);
    let e2 = sub(mul(v[2], C6), mul(x6, C2));
    let e3 = add(mul(x2, C2), mul(v[6], C6));
    let a4 = sub(mul(v[1], C7), mul(x7, C1));
    let a7 = add(mul(x1, C1), mul(v[7], C7));
    let a5 = sub(mul(x5, C3), mul(x3, C5));
    let a6 = add(mul(x5, C5), mul(x3, C3));
    let (b4, b5) = (add(a4, a5), sub(a4, a5));
    let (b7, b6) = (add(a7, a6), sub(a7, a6));
    let o5 = mul(twice(sub(b6, b5)), C4);
    let o6 = mul(twice(add(b6, b5)), C4);
    let (s0, s3) = (add(e0, e3), sub(e0, e3));
    let (s1, s2) = (add(e1, e2), sub(e1, e2));
    [
        add(s0, b7),
        add(s1, o6),
        add(s2, o5),
        add(s3, b4),
        sub(s3, b4),
        sub(s2, o5),
        sub(s1, o6),
        sub(s0, b7),
    ]
}

/// One dimension of four, √2 times the orthonormal transform.
#[inline(always)]
fn four(v: [i16; 4]) -> [i16; 4] {
    let (x1, x3) = (twice(v[1]), twice(v[3]));
    let e0 = mul(twice(add(v[0], v[2])), C4);
    let e1 = mul(twice(sub(v[0], v[2])), C4);
    let o0 = sub(mul(v[1], C6), mul(x3, C2));
    let o1 = add(mul(x1, C2), mul(v[3], C6));
    [add(e0, o1), add(e1, o0), sub(e1, o0), sub(e0, o1)]
}

/// To a sample, with mid-grey at 128.
#[inline(always)]
fn sample(v: i16) -> u8 {
    let rounded = v.saturating_add((128 << DOWN) + (1 << (DOWN - 1))) >> DOWN;
    rounded.clamp(0, 255) as u8
}

/// A quantisation table as the transforms take it: natural order, the bits behind the point included.
#[derive(Clone)]
pub(super) struct Steps([i16; 64]);

impl Steps {
    pub(super) fn new(table: &[u16; 64]) -> Self {
        Self(table.map(|step| i16::try_from(u32::from(step) << FRACTION).unwrap_or(i16::MAX)))
    }

    #[inline(always)]
    fn apply(&self, at: usize, value: i16) -> i16 {
        value.wrapping_mul(self.0[at])
    }
}

/// The samples of eight blocks; `flat` promises that there is nothing but DC in any of them.
pub(super) fn transform(
    scale: Scale,
    group: &Group,
    steps: &Steps,
    flat: bool,
    samples: &mut Samples,
) {
    match scale {
        Scale::Eighth => {
            let row: &mut [u8; LANES] = samples.first_chunk_mut().expect("one row");
            *row = means(group, steps);
        }
        _ if flat => fill(scale.side(), means(group, steps), samples),
        Scale::Full => full(group, steps, samples),
        Scale::Half => half(group, steps, samples),
        Scale::Quarter => quarter(group, steps, samples),
    }
}

/// The mean of each block.
fn means(group: &Group, steps: &Steps) -> [u8; LANES] {
    std::array::from_fn(|lane| {
        let dc = steps.apply(0, group[lane]);
        ((i32::from(dc) + (4 << FRACTION)) >> (3 + FRACTION))
            .saturating_add(128)
            .clamp(0, 255) as u8
    })
}

fn fill(side: usize, means: [u8; LANES], samples: &mut Samples) {
    for row in samples[..side * side * LANES].chunks_exact_mut(side * LANES) {
        for (block, mean) in row.chunks_exact_mut(side).zip(means) {
            block.fill(mean);
        }
    }
}

#[inline(never)]
fn full(group: &Group, steps: &Steps, samples: &mut Samples) {
    let mut between = [0_i16; 64 * LANES];
    for column in 0..8 {
        for lane in 0..LANES {
            let out = eight(std::array::from_fn(|row| {
                let at = row * 8 + column;
                steps.apply(at, group[at * LANES + lane])
            }));
            for (row, value) in out.into_iter().enumerate() {
                between[(row * 8 + column) * LANES + lane] = value;
            }
        }
    }
    for (row, into) in between
        .as_chunks::<64>()
        .0
        .iter()
        .zip(samples.as_chunks_mut::<64>().0)
    {
        let mut planes = [0_u8; 64];
        for lane in 0..LANES {
            let out = eight(std::array::from_fn(|column| row[column * LANES + lane]));
            for (column, value) in out.into_iter().enumerate() {
                planes[column * LANES + lane] = sample(value);
            }
        }
        *into = woven(&woven(&woven(&planes)));
    }
}

#[inline(never)]
fn half(group: &Group, steps: &Steps, samples: &mut Samples) {
    let mut between = [0_i16; 16 * LANES];
    for column in 0..4 {
        for lane in 0..LANES {
            let out = four(std::array::from_fn(|row| {
                let value = group[(row * 4 + column) * LANES + lane];
                steps.apply(row * 8 + column, value)
            }));
            for (row, value) in out.into_iter().enumerate() {
                between[(row * 4 + column) * LANES + lane] = value;
            }
        }
    }
    for (row, into) in between
        .as_chunks::<32>()
        .0
        .iter()
        .zip(samples.as_chunks_mut::<32>().0)
    {
        let mut planes = [0_u8; 32];
        for lane in 0..LANES {
            let out = four(std::array::from_fn(|column| row[column * LANES + lane]));
            for (column, value) in out.into_iter().enumerate() {
                planes[column * LANES + lane] = sample(value);
            }
        }
        *into = woven(&woven(&planes));
    }
}

/// Two by two is sums and differences alone.
#[inline(never)]
fn quarter(group: &Group, steps: &Steps, samples: &mut Samples) {
    let (upper, rest) = samples.split_at_mut(16);
    let lower = &mut rest[..16];
    for lane in 0..LANES {
        let value = |at: usize, step: usize| steps.apply(step, group[at * LANES + lane]) >> 1;
        let (a, b, c, d) = (value(0, 0), value(1, 1), value(2, 8), value(3, 9));
        let (left, right) = (add(a, b), sub(a, b));
        let (fall, rise) = (add(c, d), sub(c, d));
        // Eight times the sample, with a bit less behind the point.
        upper[lane * 2] = sample(add(left, fall));
        upper[lane * 2 + 1] = sample(add(right, rise));
        lower[lane * 2] = sample(sub(left, fall));
        lower[lane * 2 + 1] = sample(sub(right, rise));
    }
}

/// Interleaves the two halves: after as many times as a block's side is a power of two, samples that came column by
/// column with a lane a block stand block by block.
#[inline(always)]
fn woven<const N: usize>(from: &[u8; N]) -> [u8; N] {
    let mut into = [0; N];
    let (first, second) = from.split_at(N / 2);
    for (pair, (a, b)) in into.chunks_exact_mut(2).zip(first.iter().zip(second)) {
        pair[0] = *a;
        pair[1] = *b;
    }
    into
}
