//! Grasses against a low sun, one of them in focus.

use super::rgb;
use crate::canvas::{Canvas, Rgb};
use crate::develop::Develop;
use crate::noise::{Rng, fbm, mix, noise, smooth};

/// Paint and how much of it covers, blurred together before it is laid on the picture.
struct Layer {
    paint: Canvas,
    cover: Canvas,
}

impl Layer {
    fn new(w: usize, h: usize) -> Self {
        Self {
            paint: Canvas::new(w, h),
            cover: Canvas::new(w, h),
        }
    }

    fn dab(&mut self, x: f32, y: f32, r: f32, c: Rgb, strength: f32) {
        let (w, h) = (self.paint.w, self.paint.h);
        for py in (y - r - 1.0).max(0.0) as usize..(y + r + 2.0).clamp(0.0, h as f32) as usize {
            for px in (x - r - 1.0).max(0.0) as usize..(x + r + 2.0).clamp(0.0, w as f32) as usize {
                let d = (px as f32 + 0.5 - x).hypot(py as f32 + 0.5 - y);
                let a = smooth(r + 0.6, (r - 0.6).max(0.0), d) * strength;
                if a > 0.0 {
                    let i = py * w + px;
                    self.paint.px[i] = self.paint.px[i].mix(c, a);
                    self.cover.px[i].0 += (1.0 - self.cover.px[i].0) * a;
                }
            }
        }
    }

    fn lay(mut self, picture: &mut Canvas, blur: f32) {
        if blur > 0.6 {
            self.paint.blur(blur);
            self.cover.blur(blur);
        }
        let k = self.paint.w as f32 / picture.w as f32;
        let w = picture.w;
        for (i, p) in picture.px.iter_mut().enumerate() {
            let (x, y) = (((i % w) as f32 + 0.5) * k, ((i / w) as f32 + 0.5) * k);
            let a = self.cover.at(x, y).0.clamp(0.0, 1.0);
            *p = *p * (1.0 - a) + self.paint.at(x, y);
        }
    }
}

/// A stalk from its foot to its tip, bent by its own weight: points and headings along it.
fn stalk(foot: (f32, f32), height: f32, lean: f32, bend: f32) -> Vec<(f32, f32, f32)> {
    let steps = (height * 1.1).max(8.0) as usize;
    (0..=steps)
        .map(|i| {
            let t = i as f32 / steps as f32;
            let x = foot.0 + height * (lean * t + bend * t * t * t);
            let y = foot.1 - height * (t - 0.22 * bend.abs() * t * t * t);
            (x, y, (lean + 3.0 * bend * t * t).atan())
        })
        .collect()
}

/// A panicle: seeds along the last part of a stalk, each with a lit fringe.
fn ear(layer: &mut Layer, line: &[(f32, f32, f32)], size: f32, light: Rgb, rng: &mut Rng) {
    let start = line.len() * 66 / 100;
    let part = &line[start..];
    for (i, &(x, y, heading)) in part.iter().enumerate() {
        let t = i as f32 / part.len() as f32;
        let width = size * (0.25 + 1.5 * t * (1.0 - t) * (1.6 - t)) * 1.25;
        if i % 2 == 0 {
            for _ in 0..3 {
                let off = rng.normal() * width * 0.55;
                let (sx, sy) = (
                    x + off * heading.cos(),
                    y + off * heading.sin() * 0.4 + rng.normal() * size * 0.12,
                );
                let edge = (off.abs() / width.max(0.1)).min(1.0);
                let c = (rgb(0.16, 0.10, 0.045)).mix(light, 0.25 + 0.6 * edge * rng.unit());
                layer.dab(sx, sy, size * rng.range(0.10, 0.19), c, 0.85);
            }
            // Awns catch the sun far outside of the seeds.
            let side = if rng.unit() < 0.5 { 1.0 } else { -1.0 };
            let reach = width * rng.range(1.0, 1.9);
            for s in 0..(reach * 0.8) as usize {
                let d = s as f32 / 0.8;
                layer.dab(
                    x + side * d * 0.55,
                    y - d * 0.85,
                    0.35,
                    light,
                    0.20 * (1.0 - d / reach),
                );
            }
        }
    }
}

/// The meadow behind: a low sun, a dark wood, blurred past recognition.
fn backdrop(w: usize, h: usize, sun: (f32, f32), seed: u32) -> Canvas {
    let (sw, sh) = (w / 6, h / 6);
    let mut small = Canvas::paint(sw, sh, |x, y| {
        let (u, v) = (x / sw as f32, y / sh as f32);
        let r = ((u - sun.0) * sw as f32 / sh as f32).hypot(v - sun.1);
        let sky = rgb(0.50, 0.43, 0.35) + rgb(2.6, 1.35, 0.48) * (-r * 3.4).exp();
        let wood = rgb(0.040, 0.046, 0.026) + rgb(0.34, 0.20, 0.07) * (-r * 2.2).exp();
        let line = 0.40 + 0.10 * fbm(u * 4.0, 1.0, 3, seed);
        let c = sky.mix(wood, smooth(line - 0.07, line + 0.05, v));
        let field = rgb(0.15, 0.125, 0.045) * (1.0 + 0.5 * fbm(u * 7.0, v * 16.0, 3, seed ^ 1))
            + rgb(0.40, 0.23, 0.07) * (-r * 2.4).exp();
        c.mix(
            field,
            smooth(0.58, 0.72, v + 0.04 * noise(u * 3.0, 0.0, seed ^ 2)),
        )
    });
    small.blur(sw.max(sh) as f32 * 0.012);
    Canvas::paint(w, h, |x, y| small.at(x / 6.0, y / 6.0))
}

/// Grasses in the last sun.
pub(super) fn grasses(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let mut rng = Rng::new(seed);
    let (fw, fh) = (w as f32, h as f32);
    let long = fw.max(fh);
    let sun = (rng.range(0.2, 0.8), 0.26);
    let mut picture = backdrop(w, h, sun, seed as u32);
    // Drops and blades far behind become discs of light.
    for _ in 0..46 {
        let (x, y) = (fw * rng.unit(), fh * (0.66 + 0.13 * rng.normal()));
        let near = (-((x / fw - sun.0).powi(2) * 5.0)).exp();
        disc(
            &mut picture,
            x,
            y,
            long * rng.range(0.010, 0.024),
            rgb(0.50, 0.33, 0.12) * (near * rng.range(0.15, 0.8)),
        );
    }
    for (tier, &(count, blur, tall)) in [
        (70, 0.0075, 0.50),
        (46, 0.0042, 0.58),
        (13, 0.0, 0.70),
        (9, 0.020, 0.95),
    ]
    .iter()
    .enumerate()
    {
        let coarse = if blur > 0.003 { 2 } else { 1 };
        let (lw, lh) = (w / coarse, h / coarse);
        let k = 1.0 / coarse as f32;
        let mut layer = Layer::new(lw, lh);
        for _ in 0..count {
            let foot = (fw * rng.range(-0.05, 1.05) * k, fh * 1.04 * k);
            let height = long * tall * rng.range(0.55, 1.05) * k * if w > h { 0.82 } else { 1.0 };
            let line = stalk(foot, height, rng.range(-0.12, 0.16), rng.range(-0.10, 0.26));
            let near = (-((foot.0 / lw as f32 - sun.0) * 1.9).powi(2)).exp();
            let light = rgb(1.15, 0.74, 0.30) * mix(0.35, 1.25, near);
            let dark = tier == 3;
            let blade = if dark {
                rgb(0.05, 0.045, 0.018)
            } else {
                rgb(0.13, 0.105, 0.035).mix(light, 0.22)
            };
            let thick = long * if dark { 0.0030 } else { 0.0011 } * k;
            for (i, &(x, y, _)) in line.iter().enumerate() {
                let t = i as f32 / line.len() as f32;
                layer.dab(x, y, thick * (1.25 - t), blade, 0.9);
            }
            if rng.unit() < 0.8 && !dark {
                ear(&mut layer, &line, long * 0.0125 * k, light, &mut rng);
            }
        }
        layer.lay(&mut picture, blur * long * k);
    }
    (
        picture,
        Develop {
            exposure: 0.9,
            bloom: 0.14,
            grain: 1.7,
            vignette: 0.25,
            saturation: 1.0,
            fade: 0.016,
        },
    )
}

fn disc(picture: &mut Canvas, x: f32, y: f32, r: f32, c: Rgb) {
    for py in (y - r).max(0.0) as usize..(y + r + 1.0).clamp(0.0, picture.h as f32) as usize {
        for px in (x - r).max(0.0) as usize..(x + r + 1.0).clamp(0.0, picture.w as f32) as usize {
            let d = (px as f32 + 0.5 - x).hypot(py as f32 + 0.5 - y) / r;
            picture.px[py * picture.w + px] +=
                c * (smooth(1.0, 0.86, d) * (0.75 + 0.25 * d.powi(4)));
        }
    }
}
