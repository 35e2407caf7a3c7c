//! An evening feast out of focus: strings of bulbs, the dark garden behind them.

use crate::canvas::{Canvas, Rgb};
use crate::develop::Develop;
use crate::noise::{Rng, fbm, mix, smooth};

/// What hangs and stands in the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lights {
    pub(crate) w: usize,
    pub(crate) h: usize,
    /// Strings of bulbs across the picture.
    pub(crate) strings: usize,
    /// Radius of the nearest blurred bulb as a share of the long edge.
    pub(crate) blur: f32,
    /// Is the nearest string in focus?
    pub(crate) sharp: bool,
    /// What is left of the day, from the top of the picture down to a third.
    pub(crate) dusk: Rgb,
    pub(crate) seed: u64,
}

struct Disc {
    x: f32,
    y: f32,
    r: f32,
    c: Rgb,
}

impl Lights {
    pub(crate) fn paint(&self) -> Canvas {
        let mut rng = Rng::new(self.seed);
        let mut picture = self.garden();
        let long = self.w.max(self.h) as f32;
        for _ in 0..70 {
            // Windows, candles and lanterns far behind: small, low, many colours of the same warm light.
            let y = self.h as f32 * (0.56 + 0.10 * rng.normal());
            let d = Disc {
                x: self.w as f32 * rng.unit(),
                y,
                r: long * self.blur * rng.range(0.22, 0.5),
                c: warm(&mut rng, 0.05, 0.5),
            };
            self.disc(&mut picture, &d, &mut rng);
        }
        for s in (0..self.strings).rev() {
            self.string(&mut picture, s, &mut rng);
        }
        if self.sharp {
            self.near_string(&mut picture, &mut rng);
        }
        picture
    }

    fn garden(&self) -> Canvas {
        let seed = self.seed as u32;
        let (w, h) = (self.w as f32, self.h as f32);
        let k = 1.0 / w.max(h);
        let small = Canvas::paint(self.w / 4, self.h / 4, |x, y| {
            let (u, v) = (x * 4.0 * k, y * 4.0 / h);
            let sky = self.dusk * (1.0 - smooth(0.0, 0.62, v)).powf(1.4);
            let tree = smooth(
                -0.12,
                0.22,
                fbm(u * 5.0, v * 4.0, 4, seed) + 0.75
                    - 1.9 * (v - 0.34).abs()
                    - 0.5 * (0.32 - v).max(0.0),
            );
            let leaf = Rgb(0.018, 0.019, 0.011) * (1.2 + fbm(u * 22.0, v * 20.0, 2, seed ^ 3));
            let ground = Rgb(0.055, 0.030, 0.015)
                * (smooth(0.5, 0.95, v)
                    * (0.7 + 0.6 * fbm(u * 3.0, v * 9.0, 3, seed ^ 5)).max(0.0));
            let glow = Rgb(0.16, 0.075, 0.025)
                * (-((v - 0.55) / 0.16).powi(2)).exp()
                * (0.55 + 0.5 * fbm(u * 2.3, 3.0, 2, seed ^ 7));
            sky.mix(leaf, tree) + ground + glow
        });
        let mut small = small;
        small.blur(long_blur(self.w.max(self.h)));
        Canvas::paint(self.w, self.h, |x, y| small.at(x * 0.25, y * 0.25))
    }

    fn string(&self, picture: &mut Canvas, s: usize, rng: &mut Rng) {
        let (w, h) = (self.w as f32, self.h as f32);
        let near = 1.0 - s as f32 / self.strings.max(1) as f32;
        let (left, right) = (h * rng.range(0.02, 0.36), h * rng.range(0.02, 0.36));
        let sag = h * rng.range(0.06, 0.16);
        let count = (mix(26.0, 11.0, near) * w / w.max(h)).max(5.0);
        let (phase, r) = (
            rng.unit(),
            w.max(h) * self.blur * mix(0.30, 1.0, near * near),
        );
        let down = (1.0 - near) * h * 0.22;
        for i in -1..=(count as i32 + 1) {
            let t = (i as f32 + phase) / count;
            let d = Disc {
                x: w * t + r * 0.2 * rng.normal(),
                y: left
                    + (right - left) * t
                    + sag * 4.0 * t * (1.0 - t)
                    + down
                    + r * 0.12 * rng.normal(),
                r: r * rng.range(0.94, 1.06),
                c: warm(rng, 0.35, 1.1) * mix(1.0, 0.62, near),
            };
            self.disc(picture, &d, rng);
        }
    }

    /// A point of light as a lens out of focus draws it: an even disc, a brighter rim, clipped towards the corners.
    fn disc(&self, picture: &mut Canvas, d: &Disc, rng: &mut Rng) {
        let (cx, cy) = (self.w as f32 * 0.5, self.h as f32 * 0.5);
        let k = 1.0 / cx.hypot(cy);
        // The barrel's edge cuts the disc on the side away from the middle.
        let (ox, oy) = ((d.x - cx) * k * d.r * 0.62, (d.y - cy) * k * d.r * 0.62);
        let soft = (d.r * 0.05).max(0.8);
        let seed = rng.next() as u32;
        let rows = ((d.y - d.r - 1.0).max(0.0) as usize)
            ..((d.y + d.r + 2.0).clamp(0.0, self.h as f32) as usize);
        for y in rows {
            for x in ((d.x - d.r - 1.0).max(0.0) as usize)
                ..((d.x + d.r + 2.0).clamp(0.0, self.w as f32) as usize)
            {
                let (dx, dy) = (x as f32 + 0.5 - d.x, y as f32 + 0.5 - d.y);
                let (a, b) = (dx.hypot(dy), (dx + ox).hypot(dy + oy));
                let edge =
                    smooth(d.r, d.r - soft, a) * smooth(d.r * 1.04, d.r * 1.04 - soft * 1.6, b);
                if edge > 0.0 {
                    let rim = 0.80 + 0.42 * (a.max(b * 0.96) / d.r).powi(7);
                    let dust = 1.0 + 0.10 * fbm(dx / d.r * 3.0, dy / d.r * 3.0, 2, seed);
                    picture.px[y * self.w + x] += d.c * (edge * rim * dust);
                }
            }
        }
    }

    /// The string in focus: cable, sockets, glass and filament.
    fn near_string(&self, picture: &mut Canvas, rng: &mut Rng) {
        let (w, h) = (self.w as f32, self.h as f32);
        let long = w.max(h);
        let (left, right, sag) = (
            h * rng.range(0.16, 0.26),
            h * rng.range(0.06, 0.16),
            h * rng.range(0.12, 0.2),
        );
        let line = |t: f32| left + (right - left) * t + sag * 4.0 * t * (1.0 - t);
        let thick = long * 0.0016;
        for x in 0..self.w {
            let t = x as f32 / w;
            let yc = line(t);
            let rows = ((yc - thick * 3.0).max(0.0) as usize)
                ..((yc + thick * 3.0).clamp(0.0, h - 1.0) as usize);
            for y in rows {
                let d = ((y as f32 + 0.5 - yc) / thick).abs();
                let p = &mut picture.px[y * self.w + x];
                *p = p.mix(Rgb(0.012, 0.010, 0.009), smooth(1.5, 0.6, d));
            }
        }
        let count = if w > h { 6 } else { 4 };
        for i in 0..count {
            let t = (i as f32 + 0.5 + 0.1 * rng.normal()) / count as f32;
            self.bulb(
                picture,
                w * t,
                line(t),
                long * 0.019,
                rng.range(-0.08, 0.08),
            );
        }
    }

    fn bulb(&self, picture: &mut Canvas, x: f32, y: f32, r: f32, tilt: f32) {
        let reach = r * 7.0;
        for py in
            ((y - reach).max(0.0) as usize)..((y + reach + r * 3.0).min(self.h as f32) as usize)
        {
            for px in ((x - reach).max(0.0) as usize)..((x + reach).min(self.w as f32) as usize) {
                let (u, v) = ((px as f32 + 0.5 - x) / r, (py as f32 + 0.5 - y) / r);
                let u = u - tilt * v;
                let socket =
                    smooth(0.46, 0.40, u.abs()) * smooth(-0.1, 0.05, v) * smooth(1.25, 1.15, v);
                let glass = ((u / 0.95).powi(2) + ((v - 2.25) / 1.15).powi(2)).sqrt();
                let (inside, shell) = (smooth(1.03, 0.97, glass), (glass.min(1.0)).powi(5));
                let coil = (-((u * 1.9).powi(2) + ((v - 2.15) * 1.35).powi(2)) * 3.0).exp();
                let halo = (-(u * u + (v - 2.2) * (v - 2.2)).sqrt() * 0.9).exp();
                let p = &mut picture.px[py * self.w + px];
                *p = p.mix(Rgb(0.014, 0.011, 0.009), socket);
                *p = p.mix(Rgb(1.1, 0.55, 0.20), inside * 0.55);
                *p += Rgb(1.0, 0.5, 0.17) * (inside * (0.35 + 0.5 * shell))
                    + Rgb(9.0, 5.6, 2.6) * coil;
                *p += Rgb(1.0, 0.46, 0.15) * (halo * 0.55);
            }
        }
    }
}

fn long_blur(long: usize) -> f32 {
    long as f32 / 240.0
}

/// Tungsten between candle and bulb, with a strength between `low` and `high`.
fn warm(rng: &mut Rng, low: f32, high: f32) -> Rgb {
    let strength = low * (high / low).powf(rng.unit());
    Rgb(1.0, 0.50, 0.17).mix(Rgb(1.0, 0.68, 0.38), rng.unit()) * strength
}

const NIGHT: Develop = Develop {
    exposure: 1.0,
    bloom: 0.10,
    grain: 2.0,
    vignette: 0.2,
    saturation: 1.05,
    fade: 0.010,
};

/// Strings of lights out of focus; the seed decides how far out.
pub(super) fn strings(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let dusk = Rgb(0.035, 0.06, 0.12);
    let (strings, blur) = if seed.is_multiple_of(2) {
        (2, 0.052)
    } else {
        (4, 0.026)
    };
    (
        Lights {
            w,
            h,
            strings,
            blur,
            sharp: false,
            dusk,
            seed,
        }
        .paint(),
        NIGHT,
    )
}

/// A string of bulbs in focus, others behind it.
pub(super) fn bulbs(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let (dusk, blur) = if w > h {
        (Rgb(0.10, 0.17, 0.33), 0.019)
    } else {
        (Rgb(0.04, 0.07, 0.14), 0.032)
    };
    (
        Lights {
            w,
            h,
            strings: 5,
            blur,
            sharp: true,
            dusk,
            seed,
        }
        .paint(),
        NIGHT,
    )
}
