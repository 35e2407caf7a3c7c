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
            x += heading.cos() * long * 0.014;
            y += heading.sin() * long * 0.014;
            leaf(&mut mask, x, y, heading, long * 0.010, long * 0.0013);
            if step > 3 {
                let side = if step % 2 == 0 { 0.9 } else { -0.9 };
                let a = heading + side + 0.3 * rng.normal();
                let size = long * rng.range(0.013, 0.024);
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
            + rgb(0.125, 0.135, 0.155) * (bounce * relief);
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

/// The height of the cloth, folds within folds.
fn cloth(u: f32, v: f32, seed: u32) -> f32 {
    let (wx, wy) = (
        fbm(u * 1.1, v * 1.1, 3, seed ^ 1),
        fbm(u * 1.1 + 4.0, v * 1.1, 3, seed ^ 2),
    );
    let (a, b) = (u + 0.42 * wx, v + 0.42 * wy);
    let lean = a * 0.82 - b * 0.58;
    let run = a * 0.58 + b * 0.82;
    let fold = |f: f32, k: u32, stretch: f32| {
        let n = noise(lean * f, run * f * stretch, seed ^ k);
        // Rounded ridges with narrow valleys.
        1.0 - (n * n * 3.2 + 0.012).sqrt()
    };
    0.30 * fold(1.35, 3, 0.30)
        + 0.13 * fold(2.9, 4, 0.34)
        + 0.034 * fold(6.5, 5, 0.5)
        + 0.012 * fbm(a * 12.0, b * 12.0, 2, seed ^ 6)
}

/// Crumpled linen beside a window.
pub(super) fn linen(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let s = seed as u32;
    let long = w.max(h) as f32;
    let step = 1.6 / long;
    let (cw, ch) = (w + 2, h + 2);
    let heights: Vec<f32> = (0..cw * ch)
        .map(|i| {
            cloth(
                (i % cw) as f32 / long * 1.5,
                (i / cw) as f32 / long * 1.5,
                s,
            )
        })
        .collect();
    let mut soft = Canvas::new(cw, ch);
    for (p, h) in soft.px.iter_mut().zip(&heights) {
        *p = Rgb(*h, 0.0, 0.0);
    }
    soft.blur(long * 0.022);
    let picture = Canvas::paint(w, h, |x, y| {
        let i = y as usize * cw + x as usize;
        let (dx, dy) = (
            (heights[i + 1] - heights[i]) / step,
            (heights[i + cw] - heights[i]) / step,
        );
        let k = 1.0 / (dx * dx + dy * dy + 1.0).sqrt();
        // A large window at the upper left: light wraps around the folds.
        let face = ((-dx * -0.62 + -dy * -0.42 + 0.55) * k)
            .mul_add(0.86, 0.14)
            .max(0.0);
        let open = (1.0 + (heights[i] - soft.px[i].0) * 7.5).clamp(0.35, 1.15);
        let (tu, tv) = (
            x + 2.5 * noise(x * 0.02, y * 0.02, s ^ 7) + 40.0 * heights[i],
            y + 40.0 * heights[i],
        );
        let thread = (tu * 1.9).sin() * 0.5 + (tv * 1.9).sin() * 0.5;
        let slub = fbm(x * 0.35, y * 0.06, 2, s ^ 8) + fbm(x * 0.06, y * 0.35, 2, s ^ 9);
        let weave = 1.0 + 0.022 * thread + 0.045 * slub;
        let away = 1.15 - 0.55 * ((x / w as f32) * 0.7 + (y / h as f32) * 0.3);
        let flax = rgb(0.68, 0.64, 0.575) * weave;
        flax * (rgb(1.10, 1.06, 1.0) * (face.powf(1.25) * open * away)
            + rgb(0.10, 0.105, 0.12) * open)
    });
    (
        picture,
        Develop {
            exposure: 0.92,
            bloom: 0.06,
            grain: 1.6,
            vignette: 0.2,
            saturation: 0.95,
            fade: 0.014,
        },
    )
}
