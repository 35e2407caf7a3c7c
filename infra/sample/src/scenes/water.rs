//! Water in front of a view: what stands above it mirrored by waves, and the sun's glitter.

use std::f32::consts::TAU;

use crate::canvas::{Canvas, Rgb};
use crate::noise::{fbm, hash, mix, sloped, smooth};
use crate::sky::{Sky, dot, unit};
use crate::terrain::{Dome, View};

/// What stands over the water.
pub(crate) struct Above<'a> {
    pub(crate) view: &'a View,
    pub(crate) sky: &'a Sky,
    pub(crate) dome: &'a Dome,
}

/// A stretch of land in one column of the picture: the row where it leaves the water, and the row of its top.
type Shore = (f32, f32);

impl Above<'_> {
    /// The land of a column, nearest first.
    fn shores(&self, x: usize, land: &impl Fn(usize, usize) -> bool) -> Vec<Shore> {
        let mut shores = Vec::new();
        let mut y = self.view.h;
        while y > 0 {
            y -= 1;
            if land(x, y) {
                let foot = (y + 1) as f32;
                while y > 0 && land(x, y - 1) {
                    y -= 1;
                }
                shores.push((foot, y as f32));
            }
        }
        shores
    }

    /// What a facet of slope (right, forward) shows at a pixel.
    fn mirrored(
        &self,
        dry: &Canvas,
        (px, py): (f32, f32),
        shores: &[Shore],
        (sx, sz): (f32, f32),
    ) -> Rgb {
        let v = self.view;
        let (column, shift) = (px + sx * v.focal, py + 2.0 * sz * v.focal);
        for &(foot, top) in shores.iter().filter(|s| s.0 <= py) {
            // Each stretch of land is mirrored at its own foot.
            let row = 2.0 * foot - shift;
            if row >= top {
                return dry.at(column, row.min(foot - 0.5));
            }
        }
        self.dome.at(column, 2.0 * v.horizon - shift)
    }
}

/// A surface at height 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Water {
    /// Mean slope of the waves; 0.01 is a mirror, 0.12 a fresh breeze.
    pub(crate) slope: f32,
    /// Length of the longest waves in metres.
    pub(crate) length: f32,
    /// How much wider than long a wave is.
    pub(crate) crest: f32,
    /// How unevenly the wind lies on it, 0..1.
    pub(crate) gusts: f32,
    /// Light that comes back out of the water itself.
    pub(crate) body: Rgb,
    /// The sun's strength in the glitter; 0 without a sun.
    pub(crate) glitter: Rgb,
    /// A long exposure: waves are smeared to mist.
    pub(crate) long: bool,
    pub(crate) seed: u32,
}

impl Water {
    /// Resolved slope at a place, and the variance of what is finer than `foot` metres.
    fn waves(&self, x: f32, z: f32, foot: f32, deep: f32) -> (f32, f32, f32) {
        let gust = 1.0
            - self.gusts
                * smooth(
                    -0.25,
                    0.35,
                    fbm(
                        x / (self.length * 14.0),
                        z / (self.length * 45.0),
                        3,
                        self.seed ^ 5,
                    ),
                );
        let amp = self.slope * gust;
        let (mut sx, mut sz, mut rest) = (0.0, 0.0, 0.0);
        let (mut l, mut k) = (self.length, 1.0);
        for o in 0..6 {
            let shown = if self.long {
                0.0
            } else {
                smooth(foot * 1.2, foot * 4.0, l) * smooth(deep * 0.25, deep * 1.2, l)
            };
            let a = amp * k;
            if shown > 0.01 {
                let t = o as f32 * 0.5 - 0.9;
                let (u, v) = (x * t.cos() + z * t.sin(), z * t.cos() - x * t.sin());
                let (_, du, dv) = sloped(u / (l * self.crest), v / l, self.seed.wrapping_add(o));
                sx += a * shown * (du / self.crest * t.cos() - dv * t.sin());
                sz += a * shown * (dv * t.cos() + du / self.crest * t.sin());
            }
            rest += a * a * (1.0 - shown * shown) * 0.35;
            l *= 0.47;
            k *= 0.86;
        }
        (sx, sz, rest)
    }

    /// Paints the water over everything below the horizon that is not `land`; what is above must be painted already.
    pub(crate) fn paint(
        &self,
        picture: &mut Canvas,
        over: &Above<'_>,
        land: impl Fn(usize, usize) -> bool,
    ) {
        let v = over.view;
        let dry = picture.clone();
        for x in 0..v.w {
            let shores = over.shores(x, &land);
            for y in v.horizon.max(0.0) as usize..v.h {
                if !land(x, y) {
                    picture.px[y * v.w + x] = self.pixel(&dry, over, (x, y), &shores);
                }
            }
        }
    }

    fn pixel(
        &self,
        dry: &Canvas,
        over: &Above<'_>,
        (x, y): (usize, usize),
        shores: &[Shore],
    ) -> Rgb {
        let v = over.view;
        let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
        let below = (py - v.horizon).max(0.35);
        let z = v.focal * v.eye / below;
        let side = v.side(px, z);
        let (foot, deep) = (z / v.focal, z * z / (v.focal * v.eye));
        let (sx, sz, rest) = self.waves(side, z, foot, deep);
        let ray = v.ray(px, py);
        let graze = (-ray[1]).max(0.0005);
        let sigma = rest.sqrt();
        // At grazing angles only the faces turned to the eye are seen: the mean slope leans back.
        let lean = 0.9 * sigma * (1.0 - smooth(0.0, 0.35, graze));
        let mut sum = Rgb::BLACK;
        // Facets too small to be drawn hang together along a row: dashes, not dots.
        let dash = |i: usize| hash(i as i32, y as i32, self.seed ^ 0xB1);
        let (left, right, t) = (dash(x / 4), dash(x / 4 + 1), (x % 4) as f32 * 0.25);
        let samples = if self.long { 12 } else { 3 };
        for k in 0..samples {
            let part = |bits: u32| (bits.rotate_left(k * 9) & 511) as f32 / 511.0;
            let jitter = mix(part(left), part(right), t);
            let own = ((k as f32 + jitter) / samples as f32 - 0.5) * 3.3 * sigma;
            let (mx, mz) = (sx + 0.5 * sigma * (0.5 - jitter), sz + own + lean);
            sum += over.mirrored(dry, (px, py), shores, (mx, mz.max(-graze * 0.9)));
        }
        let facing = (graze + 0.6 * sigma - sz * 0.8).clamp(0.01, 1.0);
        let fresnel = 0.02 + 0.98 * (1.0 - facing).powi(5);
        let mut c = self.body.mix(sum * (1.0 / samples as f32), fresnel);
        if self.glitter.luma() > 0.0 {
            c += self.glitter * (glint(ray, over.sky, sx, sz, rest) * fresnel);
        }
        c
    }
}

/// The sun in the facets of the water, by how many of them are turned to it.
fn glint(ray: [f32; 3], sky: &Sky, sx: f32, sz: f32, rest: f32) -> f32 {
    let s = sky.sun;
    let half = unit([s[0] - ray[0], s[1] - ray[1], s[2] - ray[2]]);
    if half[1] <= 0.01 {
        return 0.0;
    }
    let (nx, nz) = (-half[0] / half[1], -half[2] / half[1]);
    let var = rest + 0.00035;
    let (dx, dz) = (nx - sx, nz - sz);
    let p = (-(dx * dx + dz * dz) / (2.0 * var)).exp() / (TAU * var);
    let up = dot([sx, 1.0, sz], ray).abs().max(0.02);
    (p * 0.02 / up).min(60.0)
}
