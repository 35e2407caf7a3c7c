//! Low cloud that fills valleys: a soft second ground over the first one.

use crate::canvas::{Canvas, Rgb};
use crate::noise::{fbm, noise, smooth};
use crate::sky::{Air, Sky, dot};
use crate::terrain::{Grid, View, normal, sunlit, trace};

/// A layer of cloud seen from above or from its edge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mist {
    /// Mean height of its top in metres.
    pub(crate) level: f32,
    /// Height of its billows in metres.
    pub(crate) swell: f32,
    /// Width of its billows in metres.
    pub(crate) width: f32,
    /// Metres of it that hide two thirds of what is behind.
    pub(crate) depth: f32,
    pub(crate) sun: Rgb,
    pub(crate) ambient: Rgb,
    pub(crate) seed: u32,
}

impl Mist {
    fn top(&self, x: f32, z: f32) -> f32 {
        let (u, v) = (x / self.width, z / self.width);
        let warp = noise(u * 0.6, v * 0.6, self.seed ^ 2);
        let wide = fbm(u * 0.33 + 0.5 * warp, v * 0.25, 3, self.seed ^ 3);
        let billow = 1.0 - 1.7 * noise(u + warp, v, self.seed).abs();
        let small = 1.0 - 1.7 * noise(u * 2.3 + warp, v * 2.3, self.seed ^ 5).abs();
        let fine = fbm(u * 5.1, v * 5.1, 3, self.seed ^ 4);
        self.level + self.swell * (0.9 * wide + 0.42 * billow + 0.20 * small + 0.10 * fine)
    }

    /// Lays the cloud over a painted view whose ground is at `depth` (0: sky).
    pub(crate) fn lay(
        &self,
        picture: &mut Canvas,
        depth: &[f32],
        v: &View,
        sky: &Sky,
        air: &Air,
        reach: (f32, f32),
    ) {
        let cell = self.width / 9.0;
        let span = reach.1 * v.w as f32 / v.focal * 1.05;
        let cell = cell.max((span * (reach.1 - reach.0) / 400_000.0).sqrt());
        let (nx, nz) = (
            (span / cell) as usize + 4,
            ((reach.1 - reach.0) / cell) as usize + 4,
        );
        let grid = Grid::fill(nx, nz, cell, reach.0 - cell, |x, z| self.top(x, z));
        let shadow = grid.shadow(sky.sun);
        let hollow = grid.hollow(5);
        let traced = trace(v, reach.0, reach.1, 0.004, |x, z, _| grid.spline(x, z));
        for y in 0..v.h {
            for x in 0..v.w {
                let (i, px, py) = (y * v.w + x, x as f32 + 0.5, y as f32 + 0.5);
                let (near, solid) = (traced.depth[i], depth[i]);
                if near == 0.0 || (solid > 0.0 && solid <= near) {
                    continue;
                }
                let ray = v.ray(px, py);
                let side = v.side(px, near);
                let h = grid.spline(side, near);
                let n = normal(
                    side,
                    near,
                    (near / v.focal * 3.0).max(cell * 0.5),
                    h,
                    |x, z| self.top(x, z),
                );
                let behind = if solid > 0.0 {
                    solid - near
                } else {
                    f32::INFINITY
                };
                let hides = 1.0 - (-behind / self.depth).exp();
                let lit = 0.25 + 0.75 * sunlit(&shadow, side, near, h, self.swell * 0.12);
                let face = ((dot(n, sky.sun) + 0.35) / 1.35).max(0.0);
                let open = (1.0 - hollow.linear(side, near) / self.swell * 1.1).clamp(0.45, 1.2);
                // Light that came in at the back shines through towards the eye.
                let through = dot(ray, sky.sun).max(0.0).powi(6) * 0.35;
                let c = self.sun * (lit * face + through) + self.ambient * open;
                let c = air.veil(c, sky.haze(ray), near, v.eye, h);
                // Only where the cloud's edge stands before something farther is its last row thin.
                let open_above = y > 0 && {
                    let above = i - v.w;
                    let (mist, ground) = (traced.depth[above], depth[above]);
                    mist == 0.0 || (ground > 0.0 && ground <= mist)
                };
                let edge = if open_above { traced.cover[i] } else { 1.0 };
                let alpha = edge * hides * smooth(reach.1, reach.1 * 0.8, near);
                picture.px[i] = picture.px[i].mix(c, alpha);
            }
        }
    }
}
