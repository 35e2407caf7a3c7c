//! The night sky: stars by their magnitudes, the band of the galaxy, a moon outside the picture.

use super::heights;
use crate::canvas::{Canvas, Rgb};
use crate::develop::Develop;
use crate::noise::{Rng, fbm, smooth};

/// Draws stars wherever `free` says that the sky is seen.
fn stars(picture: &mut Canvas, horizon: f32, seed: u64, free: impl Fn(usize, usize) -> f32) {
    let mut rng = Rng::new(seed ^ 0x57A6);
    let (w, h) = (picture.w, picture.h);
    let long = w.max(h) as f32;
    let count = (w * h) / 380;
    for _ in 0..count {
        let (x, y) = (rng.unit() * w as f32, rng.unit() * h as f32);
        // Each magnitude has about three times as many stars as the one before.
        let strength = 0.075 * (1.0 / (0.0006 + rng.unit())).powf(0.72);
        let temperature = rng.unit();
        let low = smooth(0.0, 0.30, (horizon - y) / h as f32);
        let c = Rgb(1.0, 0.82, 0.62).mix(Rgb(0.72, 0.84, 1.0), temperature)
            * (strength * (0.15 + 0.85 * low));
        let band = galaxy(x / long, y / long, seed as u32);
        if rng.unit() > 0.45 + 0.55 * band {
            continue;
        }
        let r = 0.62 + 0.10 * strength.min(4.0);
        for py in (y - 3.0).max(0.0) as usize..((y + 4.0) as usize).min(h) {
            for px in (x - 3.0).max(0.0) as usize..((x + 4.0) as usize).min(w) {
                let d2 = (px as f32 + 0.5 - x).powi(2) + (py as f32 + 0.5 - y).powi(2);
                picture.px[py * w + px] += c * ((-d2 / (2.0 * r * r)).exp() * free(px, py));
            }
        }
    }
}

/// How bright the galaxy's band is here, 0..1: a leaning stripe with dark lanes.
fn galaxy(u: f32, v: f32, seed: u32) -> f32 {
    let (a, b) = (0.80 * u - 0.60 * v, 0.60 * u + 0.80 * v);
    let across = a - 0.16 + 0.05 * fbm(b * 3.0, 2.0, 3, seed ^ 0x61);
    let body = (-(across / 0.13).powi(2)).exp();
    let lane = (-((across - 0.012) / 0.035).powi(2)).exp()
        * smooth(-0.25, 0.35, fbm(b * 6.0, a * 14.0, 4, seed ^ 0x62));
    let cloud = 0.7 + 0.55 * fbm(u * 7.0, v * 7.0, 5, seed ^ 0x63);
    (body * cloud * (1.0 - 0.75 * lane)).clamp(0.0, 1.0)
}

/// Stars over a moonlit ridge.
pub(super) fn ridge(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let scene = heights::moonlit(w, h, seed as u32);
    let (mut picture, depth) = scene.paint();
    let long = w.max(h) as f32;
    let horizon = scene.view.horizon;
    for y in 0..h {
        for x in 0..w {
            if depth[y * w + x] == 0.0 {
                let band = galaxy(x as f32 / long, y as f32 / long, seed as u32);
                let low = smooth(0.0, 0.35, (horizon - y as f32) / h as f32);
                picture.px[y * w + x] += Rgb(0.055, 0.054, 0.064) * (band * (0.2 + 0.8 * low));
            }
        }
    }
    stars(&mut picture, horizon, seed, |x, y| {
        if depth[y * w + x] == 0.0 { 1.0 } else { 0.0 }
    });
    (
        picture,
        Develop {
            exposure: 1.5,
            bloom: 0.05,
            grain: 3.2,
            vignette: 0.3,
            saturation: 0.85,
            fade: 0.010,
        },
    )
}
