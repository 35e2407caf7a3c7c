//! Indoors: the window's light on a wall, and linen beside a window.

use super::rgb;
use crate::canvas::{Canvas, Rgb};
use crate::develop::Develop;
use crate::noise::{Rng, fbm, mix, noise, smooth};

/// The shadow of a branch with leaves, 0 dark to 1 clear, blurred by the sun's width.
fn branch_shadow(w: usize, h: usize, rng: &mut Rng) -> Canvas {
    let mut mask = Canvas::paint(w, h, |_, _| Rgb::grey(1.0));
    let long = w.max(h) as f32;
    for _ in 0..4 {
        let (mut x, mut y) = (
            w as f32 * rng.range(0.55, 1.1),
            h as f32 * rng.range(-0.05, 0.25),
        );
        let mut heading = rng.range(2.1, 2.9);
        for step in 0..34 {
            heading += 0.07 * rng.normal();
            x += heading.cos() * long * 0.021;
            y += heading.sin() * long * 0.021;
            leaf(&mut mask, x, y, heading, long * 0.010, long * 0.0013);
            if step > 3 {
                let side = if step % 2 == 0 { 0.9 } else { -0.9 };
                let a = heading + side + 0.3 * rng.normal();
                let size = long * rng.range(0.020, 0.038);
                leaf(
                    &mut mask,
                    x + a.cos() * size,
                    y + a.sin() * size,
                    a,
                    size,
                    size * rng.range(0.25, 0.42),
                );
            }
        }
    }
    mask.blur(long * 0.0042);
    mask
}

fn leaf(mask: &mut Canvas, x: f32, y: f32, heading: f32, long: f32, wide: f32) {
    let (c, s) = (heading.cos(), heading.sin());
    for py in (y - long).max(0.0) as usize..(y + long + 1.0).clamp(0.0, mask.h as f32) as usize {
        for px in (x - long).max(0.0) as usize..(x + long + 1.0).clamp(0.0, mask.w as f32) as usize
        {
            let (dx, dy) = (px as f32 - x, py as f32 - y);
            let (u, v) = ((dx * c + dy * s) / long, (dy * c - dx * s) / wide.max(0.8));
            let inside = smooth(1.05, 0.85, u.abs().powf(1.6) + v.abs());
            let p = &mut mask.px[py * mask.w + px];
            *p = *p * (1.0 - 0.93 * inside);
        }
    }
}

/// Panes of a window thrown on a wall: 1 in the light.
fn panes(u: f32, v: f32, soft: f32) -> f32 {
    let bar = |t: f32, count: f32, width: f32| {
        let cell = t * count;
        let d = (cell - cell.round()).abs() / count;
        smooth(width * 0.5 - soft * 0.5, width * 0.5 + soft, d)
    };
    let frame = smooth(-soft, soft, u)
        * smooth(-soft, soft, 1.0 - u)
        * smooth(-soft, soft, v)
        * smooth(-soft, soft, 1.0 - v);
    let inner = if (0.04..0.96).contains(&u) {
        bar(u, 2.0, 0.045)
    } else {
        1.0
    };
    let cross = if (0.04..0.96).contains(&v) {
        bar(v, 3.0, 0.032)
    } else {
        1.0
    };
    frame * inner * cross
}

/// The late sun through a window on a plaster wall.
pub(super) fn window(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let mut rng = Rng::new(seed);
    let s = seed as u32;
    let long = w.max(h) as f32;
    let shadow = branch_shadow(w / 2, h / 2, &mut rng);
    let tall = h > w;
    let (ox, oy, wide, high) = if tall {
        (0.16, 0.22, 0.62, 0.62)
    } else {
        (0.30, 0.10, 0.44, 0.86)
    };
    let picture = Canvas::paint(w, h, |x, y| {
        let (a, b) = (x / w as f32, y / h as f32);
        // Sheared by the sun's height: the panes' sides lean, their tops stay nearly level.
        let v = (b - oy - 0.16 * (a - ox)) / high;
        let u = (a - ox + 0.10 * (b - oy)) / wide;
        let soft = mix(0.006, 0.020, smooth(0.0, 1.0, v));
        let sun = panes(u, v, soft) * shadow.at(x * 0.5, y * 0.5).0;
        let trowel = fbm(
            x / long * 9.0 + 0.4 * noise(x / long * 4.0, y / long * 4.0, s),
            y / long * 22.0,
            5,
            s ^ 1,
        );
        let pit = fbm(x / long * 130.0, y / long * 130.0, 3, s ^ 2);
        let relief = 1.0 + 0.055 * trowel + 0.05 * pit;
        let bounce = 0.62 + 0.5 * (-((a - 0.55).powi(2) + (b - 0.55).powi(2)) * 5.0).exp()
            - 0.22 * smooth(0.55, 0.0, a)
            - 0.12 * b;
        let wall =
            rgb(0.66, 0.62, 0.56) * (1.0 + 0.05 * fbm(x / long * 2.0, y / long * 2.0, 3, s ^ 3));
        let light = rgb(1.55, 1.10, 0.66) * (sun * (relief * 1.5 - 0.5))
            + rgb(0.20, 0.205, 0.225) * (bounce * relief);
        wall * light
    });
    (
        picture,
        Develop {
            exposure: 1.0,
            bloom: 0.10,
            grain: 1.7,
            vignette: 0.25,
            saturation: 0.98,
            fade: 0.014,
        },
    )
}

/// The height of a hanging cloth: folds that run down, shift and join.
fn hanging(u: f32, v: f32, seed: u32) -> f32 {
    let sway = 0.05 * noise(u * 1.5, v * 0.9, seed ^ 1) + 0.02 * noise(u * 4.0, v * 1.8, seed ^ 2);
    let a = u + sway;
    let fold = |f: f32, k: u32, run: f32| {
        let n = noise(a * f, v * run, seed ^ k);
        (n * n * 2.2 + 0.02).sqrt()
    };
    0.15 * fold(5.5, 3, 0.35) + 0.085 * fold(12.0, 4, 0.5) + 0.010 * fold(27.0, 5, 0.9)
}

/// A sheer curtain in front of a window.
pub(super) fn curtain(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let s = seed as u32;
    let long = w.max(h) as f32;
    let (step, cw) = (1.0 / long, w + 1);
    let heights: Vec<f32> = (0..cw * h)
        .map(|i| hanging((i % cw) as f32 * step, (i / cw) as f32 * step, s))
        .collect();
    let shift = 0.1 * noise(3.0, 0.5, s);
    let picture = Canvas::paint(w, h, |x, y| {
        let i = y as usize * cw + x as usize;
        let slope = (heights[i + 1] - heights[i]) / step;
        let (a, b) = (x / w as f32 + heights[i] * 0.16, y / h as f32);
        // The window behind: two casements and their frame, blurred by the cloth's threads.
        let bar =
            |t: f32, at: f32, wide: f32| 1.0 - smooth(wide + 0.022, wide - 0.012, (t - at).abs());
        let glass = bar(a, 0.46 + shift, 0.020)
            * bar(b, 0.36, 0.012)
            * smooth(0.03, 0.14, a)
            * smooth(0.97, 0.84, a)
            * smooth(0.96, 0.86, b);
        let garden = smooth(0.30, 0.75, b + 0.12 * fbm(a * 4.0, b * 4.0, 3, s ^ 6));
        let outside =
            rgb(1.70, 1.46, 1.12).mix(rgb(0.62, 0.60, 0.36), garden) * (0.16 + 0.84 * glass);
        // Seen along its surface the cloth is thicker: less comes through, more is thrown back.
        let along = (1.0 + slope * slope).sqrt();
        let through = (-0.50 * along).exp();
        let thrown = 0.12 + 0.11 * (slope * 0.9).clamp(-1.0, 1.0);
        let (tu, tv) = (x + 60.0 * heights[i], y);
        let slub = fbm(tu * 0.45, tv * 0.035, 2, s ^ 8) + 0.7 * fbm(tu * 0.04, tv * 0.5, 2, s ^ 9);
        let weave = 1.0 + 0.06 * slub;
        (outside * through + rgb(0.82, 0.77, 0.70) * thrown) * weave
    });
    (
        picture,
        Develop {
            exposure: 0.98,
            bloom: 0.14,
            grain: 1.6,
            vignette: 0.28,
            saturation: 0.95,
            fade: 0.014,
        },
    )
}
