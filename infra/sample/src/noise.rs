//! Deterministic randomness: a hash, a generator and the gradient noises the scenes are built from.

/// A point hashed to 32 well-mixed bits; the same on every machine.
#[inline]
pub(crate) fn hash(x: i32, y: i32, seed: u32) -> u32 {
    let mut h = (x as u32).wrapping_mul(0x9E37_79B1)
        ^ (y as u32).wrapping_mul(0x85EB_CA77).rotate_left(13)
        ^ seed.wrapping_mul(0xC2B2_AE3D);
    h ^= h >> 15;
    h = h.wrapping_mul(0x2C1B_3C6D);
    h ^= h >> 12;
    h = h.wrapping_mul(0x297A_2D39);
    h ^ (h >> 15)
}

/// A hashed point as a number in 0..1.
#[inline]
pub(crate) fn unit(x: i32, y: i32, seed: u32) -> f32 {
    (hash(x, y, seed) >> 8) as f32 / 16_777_216.0
}

/// `SplitMix64`: a stream of numbers for placing things.
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed ^ 0x5DEE_CE66_D1CE_4E5B)
    }

    #[inline]
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number in 0..1.
    pub(crate) fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / 16_777_216.0
    }

    /// A number in `low..high`.
    pub(crate) fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Roughly normal, mean 0, standard deviation 1.
    pub(crate) fn normal(&mut self) -> f32 {
        (self.unit() + self.unit() + self.unit() + self.unit() - 2.0) * 1.732
    }
}

#[inline]
fn split(v: f32) -> (i32, f32) {
    // `f32::floor` is a library call without SSE 4.1, and this is the hottest line of the package.
    let i = v as i32;
    let i = i - i32::from(v < i as f32);
    (i, v - i as f32)
}

#[inline]
fn gradient(h: u32) -> (f32, f32) {
    const S: f32 = 1.0 / 32_768.0;
    ((h & 0xFFFF) as f32 * S - 1.0, (h >> 16) as f32 * S - 1.0)
}

/// Gradient noise with its slope: (value, d/dx, d/dy), the value about −0.7..0.7.
#[inline]
pub(crate) fn sloped(x: f32, y: f32, seed: u32) -> (f32, f32, f32) {
    let ((ix, fx), (iy, fy)) = (split(x), split(y));
    let u = fx * fx * fx * (fx * (fx * 6.0 - 15.0) + 10.0);
    let v = fy * fy * fy * (fy * (fy * 6.0 - 15.0) + 10.0);
    let du = 30.0 * fx * fx * (fx * (fx - 2.0) + 1.0);
    let dv = 30.0 * fy * fy * (fy * (fy - 2.0) + 1.0);
    let (ax, ay) = gradient(hash(ix, iy, seed));
    let (bx, by) = gradient(hash(ix.wrapping_add(1), iy, seed));
    let (cx, cy) = gradient(hash(ix, iy.wrapping_add(1), seed));
    let (dx, dy) = gradient(hash(ix.wrapping_add(1), iy.wrapping_add(1), seed));
    let a = ax * fx + ay * fy;
    let b = bx * (fx - 1.0) + by * fy;
    let c = cx * fx + cy * (fy - 1.0);
    let d = dx * (fx - 1.0) + dy * (fy - 1.0);
    let k = a - b - c + d;
    (
        a + u * (b - a) + v * (c - a) + u * v * k,
        ax + u * (bx - ax) + v * (cx - ax) + u * v * (ax - bx - cx + dx) + du * (b - a + v * k),
        ay + u * (by - ay) + v * (cy - ay) + u * v * (ay - by - cy + dy) + dv * (c - a + u * k),
    )
}

/// Gradient noise, about −0.7..0.7.
#[inline]
pub(crate) fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let ((ix, fx), (iy, fy)) = (split(x), split(y));
    let u = fx * fx * fx * (fx * (fx * 6.0 - 15.0) + 10.0);
    let v = fy * fy * fy * (fy * (fy * 6.0 - 15.0) + 10.0);
    let (ax, ay) = gradient(hash(ix, iy, seed));
    let (bx, by) = gradient(hash(ix.wrapping_add(1), iy, seed));
    let (cx, cy) = gradient(hash(ix, iy.wrapping_add(1), seed));
    let (dx, dy) = gradient(hash(ix.wrapping_add(1), iy.wrapping_add(1), seed));
    let a = ax * fx + ay * fy;
    let b = bx * (fx - 1.0) + by * fy;
    let c = cx * fx + cy * (fy - 1.0);
    let d = dx * (fx - 1.0) + dy * (fy - 1.0);
    let top = a + u * (b - a);
    top + v * (c + u * (d - c) - top)
}

/// Turned between octaves, so that the lattice of one never lies on the next one's.
#[inline]
fn turn(x: f32, y: f32) -> (f32, f32) {
    (1.62 * x - 1.20 * y + 17.3, 1.20 * x + 1.62 * y - 9.1)
}

/// Octaves of noise, each half as strong: about −1..1.
pub(crate) fn fbm(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut amp) = (0.0, 1.0);
    for o in 0..octaves {
        sum += amp * noise(x, y, seed.wrapping_add(o));
        amp *= 0.5;
        (x, y) = turn(x, y);
    }
    sum
}

/// Ridged octaves: sharp crests, smooth valleys, 0..about 1.
pub(crate) fn ridged(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut amp, mut weight) = (0.0, 0.55, 1.0);
    for o in 0..octaves {
        let n = 1.0 - (noise(x, y, seed.wrapping_add(o)) * 1.6).abs();
        let n = n * n * weight;
        sum += n * amp;
        weight = (n * 1.6).clamp(0.0, 1.0);
        amp *= 0.5;
        (x, y) = turn(x, y);
    }
    sum
}

/// Octaves that fade where the ground is already steep: what water leaves of a mountain. About −0.9..0.9.
pub(crate) fn eroded(mut x: f32, mut y: f32, octaves: u32, seed: u32) -> f32 {
    let (mut sum, mut amp, mut sx, mut sy) = (0.0, 1.0, 0.0, 0.0);
    for o in 0..octaves {
        let (n, dx, dy) = sloped(x, y, seed.wrapping_add(o));
        sx += dx * 0.9;
        sy += dy * 0.9;
        sum += amp * n / (1.0 + sx * sx + sy * sy);
        amp *= 0.52;
        // The slope is kept in the frame of the octave it came from: the turn is part of the sum's history.
        (x, y) = turn(x, y);
        (sx, sy) = (0.8 * sx - 0.6 * sy, 0.6 * sx + 0.8 * sy);
    }
    sum
}

/// Hermite step from 0 at `a` to 1 at `b`.
#[inline]
pub(crate) fn smooth(a: f32, b: f32, v: f32) -> f32 {
    let t = ((v - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// From `a` at 0 to `b` at 1.
#[inline]
pub(crate) fn mix(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}
