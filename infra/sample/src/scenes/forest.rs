//! Woods in fog: spruces on a slope, tier behind tier, and trunks with light between them.

use super::rgb;
use crate::canvas::{Canvas, Rgb};
use crate::develop::Develop;
use crate::noise::{Rng, fbm, mix, noise, smooth, unit};

/// One spruce: the foot's place, height in pixels, the half width as a share of the height.
struct Spruce {
    x: f32,
    foot: f32,
    height: f32,
    slender: f32,
    seed: u32,
}

impl Spruce {
    /// How much of a point is needles, with `u` from the trunk and `v` from the tip, both in heights.
    fn covers(&self, u: f32, v: f32) -> f32 {
        let side = u.abs();
        let whorls = self.height.sqrt() * 1.1 + 7.0;
        let right = u32::from(u > 0.0);
        // Branches hang: their ends lie lower than where they leave the trunk.
        let q = (v - side * 0.42) * whorls + noise(v * 7.0, u * 9.0, self.seed) * 0.8;
        let (whorl, within) = (q.floor() as i32, q - q.floor());
        let long = mix(0.62, 1.12, unit(whorl, right as i32, self.seed));
        let width = self.slender * v.powf(0.82) * long * (1.0 - 0.55 * within) + 0.0015;
        let ragged = 1.0 + 0.5 * noise(u * 70.0, v * 90.0, self.seed ^ 1);
        let body = smooth(0.0, 0.018, width * ragged - side);
        let gaps = smooth(
            -0.55,
            -0.15,
            noise(u * 34.0, v * 42.0, self.seed ^ 2) + 0.25 - 1.1 * side / self.slender,
        );
        let trunk = smooth(0.0035, 0.0012, side - 0.006 * v);
        (body * gaps).max(trunk)
            * smooth(0.0, 0.01, v)
            * smooth(1.02, 0.90, v + 0.1 * noise(u * 9.0, v * 3.0, self.seed ^ 6))
    }

    fn draw(&self, picture: &mut Canvas, ink: impl Fn(f32) -> Rgb) {
        let reach = self.height * self.slender * 1.5 + 2.0;
        let (w, h) = (picture.w as f32, picture.h as f32);
        let tip = self.foot - self.height;
        for y in tip.max(0.0) as usize..self.foot.clamp(0.0, h) as usize {
            let v = (y as f32 + 0.5 - tip) / self.height;
            let c = ink(y as f32);
            for x in
                (self.x - reach).clamp(0.0, w) as usize..(self.x + reach).clamp(0.0, w) as usize
            {
                let u = (x as f32 + 0.5 - self.x) / self.height;
                let cover = self.covers(u, v);
                if cover > 0.0 {
                    let p = &mut picture.px[y * picture.w + x];
                    *p = p.mix(c, cover);
                }
            }
        }
    }
}

/// Spruces on a slope, tier behind tier, with fog pooled between them.
pub(super) fn spruces(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let mut rng = Rng::new(seed);
    let (fw, fh) = (w as f32, h as f32);
    let long = fw.max(fh);
    let s = seed as u32;
    let fog = |x: f32, y: f32| {
        let drift = fbm(x / long * 2.2, y / long * 5.0, 4, s ^ 0x41);
        let up = 1.0 - y / fh;
        rgb(0.44, 0.50, 0.54).mix(rgb(0.68, 0.67, 0.64), smooth(0.2, 1.0, up))
            * (1.0 + 0.16 * drift)
    };
    let mut picture = Canvas::paint(w, h, fog);
    let tiers = 8;
    for tier in 0..tiers {
        let t = (tier as f32 + 0.6) / tiers as f32;
        let level = mix(0.40, 1.22, t.powf(1.15)) * fh;
        let tall = long * mix(0.055, 0.34, t.powf(1.5));
        let tilt = mix(0.16, -0.10, t) * if s.is_multiple_of(2) { 1.0 } else { -1.0 };
        let line = |x: f32| {
            level
                + (x - fw * 0.5) * tilt
                + 0.10 * long * (1.0 - 0.4 * t) * fbm(x / long * 1.7, t * 9.0, 3, s ^ 7)
        };
        let clear = 1.0 - (-0.22 * (t * 5.2).powf(1.55)).exp();
        let ink = rgb(0.016, 0.027, 0.023).mix(rgb(0.30, 0.34, 0.36), (1.0 - t) * 0.25);
        let count = (fw / tall * 10.5) as usize;
        let mut trees: Vec<Spruce> = (0..count)
            .map(|_| {
                let x = rng.range(-0.05, 1.05) * fw;
                let height = tall * rng.range(0.55, 1.12);
                Spruce {
                    x,
                    foot: line(x) + rng.range(-0.1, 0.25) * tall,
                    height,
                    slender: rng.range(0.17, 0.25),
                    seed: rng.next() as u32,
                }
            })
            .collect();
        trees.sort_by(|a, b| a.foot.total_cmp(&b.foot));
        for tree in &trees {
            let veil = fog(tree.x, tree.foot - tree.height * 0.5);
            tree.draw(&mut picture, |y| {
                let v = (y - tree.foot + tree.height) / tree.height;
                veil.mix(
                    ink,
                    clear * (1.0 - 0.62 * smooth(0.25, 1.0, v) * (1.0 - 0.85 * t)),
                )
            });
        }
        pool(&mut picture, &line, tall, t, s ^ (tier as u32 * 977), fog);
    }
    (
        picture,
        Develop {
            exposure: 1.08,
            bloom: 0.05,
            grain: 1.7,
            vignette: 0.2,
            saturation: 1.0,
            fade: 0.014,
        },
    )
}

/// Fog that lies at the feet of a tier.
fn pool(
    picture: &mut Canvas,
    line: &impl Fn(f32) -> f32,
    tall: f32,
    t: f32,
    seed: u32,
    fog: impl Fn(f32, f32) -> Rgb,
) {
    let (w, h, long) = (picture.w, picture.h, picture.w.max(picture.h) as f32);
    for x in 0..w {
        let foot = line(x as f32);
        for y in (foot - tall).max(0.0) as usize..h {
            let v = (y as f32 - foot) / tall;
            let drift = fbm(x as f32 / long * 3.0, y as f32 / long * 7.0, 3, seed);
            let a = smooth(-0.75, 0.35, v + 0.9 * drift) * mix(0.78, 0.0, t);
            let p = &mut picture.px[y * w + x];
            *p = p.mix(fog(x as f32, y as f32), a.clamp(0.0, 1.0));
        }
    }
}

/// Trunks with the morning between them.
pub(super) fn trunks(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let mut rng = Rng::new(seed);
    let s = seed as u32;
    let (fw, fh) = (w as f32, h as f32);
    let long = fw.max(fh);
    let (sun_x, sun_y, ground) = (fw * rng.range(0.45, 0.62), fh * 0.30, fh * 0.66);
    let air = |x: f32, y: f32| {
        let (dx, dy) = ((x - sun_x) / long, (y - sun_y) / long);
        let r = dx.hypot(dy);
        let beam = fbm(dy.atan2(dx) * 5.5, 0.3, 3, s ^ 0x44);
        let light = (-r * 3.1).exp() * (1.0 + 0.55 * beam * smooth(0.04, 0.3, r));
        rgb(0.19, 0.21, 0.17) + rgb(1.15, 0.98, 0.62) * light
    };
    let mut picture = Canvas::paint(w, h, air);
    floor(&mut picture, ground, s, air);
    let tiers = 9;
    for tier in 0..tiers {
        let near = tier as f32 / (tiers - 1) as f32;
        let depth = mix(9.0, 1.25, near.powf(0.55));
        let foot = ground + 0.20 * fh / depth;
        for _ in 0..(2.2 * depth) as usize {
            let x = rng.range(-0.04, 1.04) * fw;
            let half = long * 0.034 / depth * rng.range(0.7, 1.35);
            let lean = rng.range(-0.03, 0.03);
            trunk(
                &mut picture,
                x,
                foot + rng.range(0.0, 0.05) * fh / depth,
                half,
                lean,
                depth,
                sun_x,
                rng.next() as u32,
                air,
            );
        }
        if depth > 2.4 {
            leaves(&mut picture, depth, s ^ (tier * 131), air);
        }
    }
    (
        picture,
        Develop {
            exposure: 0.85,
            bloom: 0.12,
            grain: 1.7,
            vignette: 0.3,
            saturation: 1.0,
            fade: 0.014,
        },
    )
}

fn floor(picture: &mut Canvas, ground: f32, seed: u32, air: impl Fn(f32, f32) -> Rgb) {
    let (w, long) = (picture.w, picture.w.max(picture.h) as f32);
    for y in ground as usize..picture.h {
        let below = (y as f32 + 0.5 - ground) / long;
        let z = 0.16 / (below + 0.012);
        for x in 0..w {
            let side = (x as f32 / w as f32 - 0.5) * z;
            let heap = fbm(side * 3.0, z * 3.0, 3, seed ^ 0x45);
            let leaf = fbm(side * 26.0, z * 22.0, 3, seed ^ 0x46) * smooth(9.0, 2.0, z);
            let litter =
                rgb(0.12, 0.066, 0.030).mix(rgb(0.055, 0.075, 0.028), smooth(-0.1, 0.35, heap));
            let c = litter * (1.0 + 0.9 * leaf + 0.35 * heap).max(0.1);
            let veil = 1.0 - (-z * 0.16).exp();
            let light = air(x as f32, y as f32);
            picture.px[y * w + x] = (c * light * 1.9).mix(light, veil);
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "a trunk's place, shape and light"
)]
fn trunk(
    picture: &mut Canvas,
    x: f32,
    foot: f32,
    half: f32,
    lean: f32,
    depth: f32,
    sun_x: f32,
    seed: u32,
    air: impl Fn(f32, f32) -> Rgb,
) {
    let (w, h) = (picture.w, picture.h);
    let veil = 1.0 - (-depth * 0.17).exp();
    for y in 0..(foot + half * 0.5).clamp(0.0, h as f32) as usize {
        let up = foot - y as f32;
        let flare = 1.0 + 0.5 * (-up.max(0.0) / (half * 2.6)).exp();
        let r = half * flare * (1.0 - 0.25 * up / foot.max(1.0));
        let cx = x + lean * up + half * 0.9 * noise(up / (half * 24.0), 0.5, seed);
        for px in (cx - r - 1.0).clamp(0.0, w as f32) as usize
            ..(cx + r + 2.0).clamp(0.0, w as f32) as usize
        {
            let u = (px as f32 + 0.5 - cx) / r;
            // Round at the foot, and sunk into the leaves.
            let sunk = half
                * (0.22 * noise(u * 2.2, 0.7, seed ^ 5) - 0.38 * (1.0 - u * u).max(0.0).sqrt());
            let cover = smooth(1.0 + 0.8 / r, 1.0 - 0.8 / r, u.abs())
                * smooth(sunk, sunk + half * 0.22, up);
            if cover == 0.0 {
                continue;
            }
            let bark = fbm(
                u.clamp(-1.0, 1.0).asin() * 4.0,
                up / half * 0.55,
                3,
                seed ^ 3,
            );
            let moss = smooth(0.0, 0.5, noise(u * 1.5, up / half * 0.2, seed ^ 4));
            let skin = rgb(0.070, 0.062, 0.050).mix(rgb(0.060, 0.075, 0.030), moss * 0.5)
                * (1.0 + 0.7 * bark)
                * (1.0 - 0.6 * (-up.max(0.0) / (half * 1.6)).exp());
            // The side towards the light has an edge of it, the middle is nearly a silhouette.
            let toward = if sun_x > cx { u } else { -u };
            let rim = smooth(0.35, 1.0, toward) * 1.2 + 0.32;
            let light = air(px as f32, y as f32);
            let c = (skin * light * (rim * 1.7)).mix(
                light,
                veil * (1.0 - 0.35 * (-up.max(0.0) / (half * 2.0)).exp()),
            );
            let p = &mut picture.px[y * w + px];
            *p = p.mix(c, cover);
        }
    }
}

/// Leaves of one tier, lit from behind.
fn leaves(picture: &mut Canvas, depth: f32, seed: u32, air: impl Fn(f32, f32) -> Rgb) {
    let (w, h, long) = (picture.w, picture.h, picture.w.max(picture.h) as f32);
    let scale = depth * 2.4 / long;
    let veil = 1.0 - (-depth * 0.17).exp();
    for y in 0..(h as f32 * 0.62) as usize {
        let high = 1.0 - y as f32 / (h as f32 * 0.62);
        for x in 0..w {
            let (u, v) = (x as f32 * scale, y as f32 * scale);
            let bough = fbm(u * 1.1, v * 1.7, 3, seed);
            let bound = bough + 0.62 * high - 0.50;
            if bound < -0.12 {
                continue;
            }
            let leaf =
                noise(u * 26.0, v * 26.0, seed ^ 1) + 0.5 * noise(u * 47.0, v * 47.0, seed ^ 2);
            let a = smooth(0.02, 0.22, bound * 0.9 + 0.42 * leaf) * 0.9;
            if a > 0.0 {
                let light = air(x as f32, y as f32);
                let tone = rgb(0.055, 0.065, 0.018)
                    .mix(rgb(0.19, 0.165, 0.04), smooth(-0.2, 0.4, leaf + bough));
                let p = &mut picture.px[y * w + x];
                *p = p.mix((tone * light * 2.0).mix(light, veil), a);
            }
        }
    }
}
