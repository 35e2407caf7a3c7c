//! Dunes in raking light: crests, slip faces, ripples.

use super::rgb;
use crate::canvas::Canvas;
use crate::develop::Develop;
use crate::noise::{fbm, mix, noise, smooth};
use crate::sky::{Air, Sky, dot, sun_at};
use crate::terrain::{Grid, View, normal, shade, sunlit, trace};

/// Height of the sand at a place, in metres.
fn sand(x: f32, z: f32, seed: u32) -> f32 {
    let turn = 0.5 * noise(x / 260.0, z / 260.0, seed ^ 1) + 1.0;
    let along = z * turn.cos() + x * turn.sin();
    // The windward foot, where the next slope begins.
    const LOW: f32 = 0.057;
    let warp = 26.0 * fbm(x / 95.0, z / 95.0, 3, seed ^ 2);
    let p = (along + warp) / 85.0 + 0.35 * noise(x / 150.0, z / 40.0, seed ^ 3);
    let s = p - p.floor();
    // A long windward slope, a crest with an edge, a short slip face at the angle at which sand rests.
    let profile = if s < 0.72 {
        smooth(-0.15, 0.86, s)
    } else {
        LOW + (0.918 - LOW) * (1.0 - (s - 0.72) / 0.28).powf(1.15)
    };
    let profile = profile - 0.03;
    let size = 0.62 + 0.75 * noise(x / 130.0, z / 130.0, seed ^ 4);
    15.0 * profile * size.max(0.10) + 5.0 * fbm(x / 210.0, z / 210.0, 2, seed ^ 5)
}

/// Dunes with the sun low at the side.
pub(super) fn evening(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let side = if seed.is_multiple_of(2) { -1.0 } else { 1.0 };
    let sky = Sky {
        zenith: rgb(0.16, 0.27, 0.48),
        horizon: rgb(0.72, 0.62, 0.54),
        lapse: 4.0,
        glow: rgb(1.2, 0.75, 0.42),
        sun: sun_at(side * 68.0, 11.0),
        disc: 0.0,
        clouds: None,
        seed,
    };
    let eye = sand(0.0, 2.0, seed)
        .max(sand(0.0, 12.0, seed))
        .max(sand(0.0, 25.0, seed))
        + 3.0;
    let view = View::new(w, h, 36.0, 0.34, eye);
    let air = Air {
        density: rgb(1.0, 1.1, 1.3) * 4.2e-4,
        scale: 200.0,
    };
    let (near, far) = (5.0, 1500.0);
    let grid = Grid::fill(900, 900, 1.4, 0.0, |x, z| sand(x, z, seed));
    let shadow = grid.shadow(sky.sun);
    let hollow = grid.hollow(5);
    let height = |x: f32, z: f32| {
        if z < 200.0 {
            sand(x, z, seed)
        } else {
            grid.spline(x, z)
        }
    };
    let traced = trace(&view, near, far, 0.003, |x, z, _| height(x, z));
    let warm = rgb(2.9, 1.75, 0.92);
    let picture = shade(
        &view,
        &traced,
        |x, y| sky.seen(view.ray(x, y)),
        |px, py, x, z| {
            let foot = z / view.focal;
            let hgt = height(x, z);
            let mut n = normal(x, z, (foot * 2.0).max(0.02), hgt, height);
            // Ripples stand across the wind and die out on the steep side and far away.
            let steep = smooth(0.93, 0.985, n[1]);
            let wave = (x * 0.92
                + z * 0.38
                + 0.55 * noise(x * 0.55, z * 0.55, seed ^ 8)
                + 0.16 * noise(x * 2.3, z * 2.3, seed ^ 7))
                * 31.0;
            let ripple = wave.sin()
                * 0.17
                * steep
                * smooth(0.028, 0.010, foot)
                * mix(
                    0.4,
                    1.0,
                    smooth(-0.3, 0.3, noise(x * 0.2, z * 0.2, seed ^ 9)),
                );
            let rough = fbm(x * 6.0, z * 6.0, 2, seed ^ 11) * 0.05 * smooth(0.05, 0.01, foot);
            n[0] += (ripple + rough) * n[1];
            let lit = sunlit(&shadow, x, z, hgt, 0.22);
            let open = (1.0 - hollow.linear(x, z) / 9.0).clamp(0.5, 1.1);
            let tone = rgb(0.40, 0.29, 0.19) * (1.0 + 0.10 * fbm(x / 9.0, z / 9.0, 3, seed ^ 10));
            let c = tone
                * (warm * (lit * dot(n, sky.sun).max(0.0))
                    + rgb(0.24, 0.28, 0.38) * (open * (0.5 + 0.5 * n[1])));
            air.veil(c, sky.haze(view.ray(px, py)), z, view.eye, hgt)
        },
    );
    (
        picture,
        Develop {
            exposure: 0.95,
            ..Develop::default()
        },
    )
}
