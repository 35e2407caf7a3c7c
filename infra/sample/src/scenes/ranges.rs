//! Mountains: ranges behind ranges, with air between them.

use crate::canvas::{Canvas, Rgb};
use crate::noise::{eroded, fbm, mix, noise, ridged, smooth};
use crate::sky::{Air, Sky, dot};
use crate::terrain::{Dome, Grid, View, normal, shade, sunlit, trace};

/// What grows and lies on the slopes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cover {
    /// Height in metres above which gentle slopes carry snow.
    pub(crate) snow: f32,
    /// Height in metres up to which the slopes are wooded.
    pub(crate) woods: f32,
    pub(crate) rock: Rgb,
    pub(crate) grass: Rgb,
}

/// Everything a view of mountains needs.
pub(crate) struct Ranges {
    pub(crate) view: View,
    pub(crate) sky: Sky,
    pub(crate) air: Air,
    pub(crate) sun: Rgb,
    pub(crate) ambient: Rgb,
    pub(crate) cover: Cover,
    /// Height of the highest crests in metres.
    pub(crate) relief: f32,
    /// Metres from one range to the next.
    pub(crate) spacing: f32,
    /// Depths in metres between which the ground lies.
    pub(crate) reach: (f32, f32),
    /// Valley floor that the ground never falls below (a lake lies there), in metres.
    pub(crate) floor: f32,
    /// Depth in metres up to which the valley lies under the floor; 0 where there is no water in front.
    pub(crate) basin: f32,
    /// Metres by which all ground is lowered: what stays above the floor becomes islands.
    pub(crate) sink: f32,
    pub(crate) seed: u32,
}

impl Ranges {
    fn base(&self, x: f32, z: f32) -> f32 {
        let (u, v) = (x / self.spacing, z / self.spacing);
        let (wx, wz) = (
            noise(u * 0.7, v * 0.7, self.seed ^ 3),
            noise(u * 0.7 + 5.0, v * 0.7, self.seed ^ 4),
        );
        let (u, v) = (u + 0.35 * wx, v + 0.35 * wz);
        let crest = ridged(u, v, 5, self.seed);
        let body = eroded(u * 1.3 + 3.0, v * 1.3, 7, self.seed ^ 9);
        // The ground climbs away from the eye, so that each range looks over the one before it.
        let t = ((z - self.reach.0) / (self.reach.1 - self.reach.0)).clamp(0.0, 1.0);
        let gain = mix(0.35, 1.0, t.sqrt());
        let h = self.relief * gain * (0.72 * crest + 0.42 * body + 0.06) - self.sink;
        if self.basin == 0.0 {
            return h;
        }
        // The shore winds: bays and headlands, and a lake that narrows away from the eye.
        let edge = self.basin
            * (1.0 + 0.55 * noise(x / self.basin * 1.4, z / self.basin * 0.5, self.seed ^ 6))
            - 0.9 * x.hypot(0.35 * self.basin);
        let land = smooth(-0.1, 1.0, (z - edge) / (0.9 * self.basin));
        (h + 0.12 * self.relief) * land - 0.02 * self.relief * (1.0 - land)
            + 0.02 * self.relief * (land - 0.12)
    }

    /// Renders the view; the second value is the depth per pixel.
    pub(crate) fn paint(&self) -> (Canvas, Vec<f32>) {
        self.paint_under(&Dome::new(&self.sky, &self.view, 0.0))
    }

    /// The same under a sky that is rendered already.
    pub(crate) fn paint_under(&self, dome: &Dome) -> (Canvas, Vec<f32>) {
        let v = &self.view;
        let (near, far) = self.reach;
        let span = far * v.w as f32 / v.focal * 1.08;
        let cell = (span * (far - near) / 560_000.0).sqrt();
        let grid = Grid::fill(
            (span / cell) as usize,
            ((far - near) / cell) as usize + 4,
            cell,
            near - cell,
            |x, z| self.base(x, z),
        );
        let shadow = grid.shadow(self.sky.sun);
        let hollow = grid.hollow(6);
        let seed = self.seed ^ 0x77;
        let fine = |x: f32, z: f32, foot: f32| {
            let first = cell * 2.2;
            let octaves = ((first / foot).log2() + 1.0).clamp(0.0, 6.0) as u32;
            if octaves == 0 {
                0.0
            } else {
                fbm(x / first, z / first, octaves, seed) * first * 0.17
            }
        };
        let height = |x: f32, z: f32, foot: f32| {
            let h = grid.spline(x, z);
            if h < self.floor - cell {
                return self.floor;
            }
            let rough = smooth(0.02, 0.3, h / self.relief);
            (h + fine(x, z, foot) * (0.35 + 0.65 * rough)).max(self.floor)
        };
        let traced = trace(v, near, far, 0.0027, |x, z, foot| height(x, z, foot * 2.5));
        let painted = shade(
            v,
            &traced,
            |x, y| dome.at(x, y),
            |px, py, x, z| {
                if self.basin + self.sink > 0.0 && self.wet(py as usize, z) {
                    // Water will be painted over it.
                    return Rgb::BLACK;
                }
                let foot = z / v.focal;
                let h = height(x, z, foot);
                let n = normal(x, z, foot * 1.6, h, |x, z| height(x, z, foot));
                let c = self.surface(x, z, h, n, foot);
                let lit = sunlit(&shadow, x, z, h, cell * 0.35);
                let face = (dot(n, self.sky.sun)).max(0.0);
                let open = (1.0 - hollow.linear(x, z) / (cell * 7.0)).clamp(0.25, 1.15);
                let light = self.sun * (lit * face) + self.ambient * (open * (0.55 + 0.45 * n[1]));
                let d = v.ray(px, py);
                let distance = z * (1.0 + ((px - v.w as f32 * 0.5) / v.focal).powi(2)).sqrt();
                // Thin air scatters blue; the sun's colour comes with the whole depth of it.

                let far_haze = self.sky.haze(d);
                let near_haze = self.sky.zenith * 0.8 + far_haze * 0.13;
                let haze = near_haze.mix(far_haze, smooth(-0.12, 0.75, distance / far));
                self.air.veil(c * light, haze, distance, v.eye, h)
            },
        );
        (painted, traced.depth)
    }

    /// Is this point of the picture, seen at `depth`, on the floor?
    pub(crate) fn wet(&self, y: usize, depth: f32) -> bool {
        let v = &self.view;
        v.eye - (y as f32 + 0.5 - v.horizon) / v.focal * depth < self.floor + 0.0008 * depth
    }

    fn surface(&self, x: f32, z: f32, h: f32, n: [f32; 3], foot: f32) -> Rgb {
        let k = &self.cover;
        let patch = fbm(x / 310.0, z / 310.0, 4, self.seed ^ 0x31);
        let streak = noise(x / 40.0, h / 14.0, self.seed ^ 0x32);
        let rock = k.rock * (1.0 + 0.28 * patch + 0.18 * streak);
        let gentle = smooth(0.62, 0.86, n[1] + 0.12 * patch);
        let mut c = rock.mix(k.grass * (1.0 + 0.3 * patch), gentle);
        let woods = smooth(0.10, -0.10, (h - k.woods) / self.relief + 0.16 * patch)
            * smooth(0.35, 0.55, n[1]);
        if woods > 0.0 {
            let crowns = if foot < 9.0 {
                noise(x / 9.0, z / 9.0, self.seed ^ 0x33)
            } else {
                0.0
            };
            let tree = Rgb(0.020, 0.030, 0.017) * (1.0 + 0.9 * crowns + 0.3 * patch);
            c = c.mix(tree, woods * smooth(-0.75, -0.35, patch - 0.2 * crowns));
        }
        let snow = smooth(-0.05, 0.09, (h - k.snow) / self.relief + 0.12 * patch)
            * smooth(0.48, 0.72, n[1] + 0.15 * patch);
        c.mix(Rgb(0.78, 0.80, 0.84), snow)
    }
}
