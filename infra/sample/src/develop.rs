//! From linear light to a finished JPEG: bloom, enlargement, tone curve, vignette and grain, as a lens and a film would.

use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};

use crate::canvas::{Canvas, Rgb};
use crate::exif::Exif;
use crate::noise::Rng;

/// How a picture is developed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Develop {
    /// Multiplies the light before the tone curve.
    pub(crate) exposure: f32,
    /// Share of the light that a lens scatters around bright things.
    pub(crate) bloom: f32,
    /// Standard deviation of the grain in 8-bit steps at middle grey.
    pub(crate) grain: f32,
    /// Darkening of the corners, 0..1.
    pub(crate) vignette: f32,
    /// 1 leaves colours as they are.
    pub(crate) saturation: f32,
    /// Lift of the darkest tone: a matt print's black.
    pub(crate) fade: f32,
}

impl Default for Develop {
    fn default() -> Self {
        Self {
            exposure: 1.0,
            bloom: 0.06,
            grain: 1.5,
            vignette: 0.22,
            saturation: 1.06,
            fade: 0.012,
        }
    }
}

const STEPS: usize = 4096;

/// The curve from x/(1+x) to an 8-bit tone: filmic shoulder and toe, then sRGB's transfer function.
fn curve(fade: f32) -> Vec<f32> {
    (0..=STEPS)
        .map(|i| {
            let v = (i as f32 / STEPS as f32).min(0.9995);
            let x = v / (1.0 - v) * 0.72;
            let y = ((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14)).clamp(0.0, 1.0);
            let y = fade + y * (0.985 - fade);
            let s = if y <= 0.003_130_8 {
                12.92 * y
            } else {
                1.055 * y.powf(1.0 / 2.4) - 0.055
            };
            s * 255.0
        })
        .collect()
}

fn bloom(picture: &mut Canvas, share: f32) {
    let by = (picture.w.max(picture.h) / 320).max(1);
    let mut near = picture.shrunk(by);
    near.blur(2.2);
    let mut far = near.clone();
    far.blur(13.0);
    let k = 1.0 / by as f32;
    let w = picture.w;
    for (i, p) in picture.px.iter_mut().enumerate() {
        let (x, y) = ((i % w) as f32 + 0.5, (i / w) as f32 + 0.5);
        let halo = near.at(x * k, y * k).mix(far.at(x * k, y * k), 0.5);
        *p = p.mix(halo, share);
    }
}

/// Catmull–Rom weights for a position between two samples.
fn weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [
        0.5 * (-t3 + 2.0 * t2 - t),
        0.5 * (3.0 * t3 - 5.0 * t2 + 2.0),
        0.5 * (-3.0 * t3 + 4.0 * t2 + t),
        0.5 * (t3 - t2),
    ]
}

/// Where the enlarged sample `i` of `to` lies between the four samples of `from` around it.
fn taps(i: usize, from: usize, to: usize) -> ([usize; 4], [f32; 4]) {
    let at = (i as f32 + 0.5) * from as f32 / to as f32 - 0.5;
    let base = at.floor();
    let index = |d: f32| (base + d).clamp(0.0, (from - 1) as f32) as usize;
    (
        [index(-1.0), index(0.0), index(1.0), index(2.0)],
        weights(at - base),
    )
}

/// 8-bit RGB of `width` × `height` from a picture of any smaller size.
pub(crate) fn develop(
    mut picture: Canvas,
    width: usize,
    height: usize,
    how: &Develop,
    seed: u64,
) -> Vec<u8> {
    if how.bloom > 0.0 {
        bloom(&mut picture, how.bloom);
    }
    grade(&mut picture, how);
    let tone = curve(how.fade);
    let columns: Vec<_> = (0..width).map(|x| taps(x, picture.w, width)).collect();
    let same = picture.w == width && picture.h == height;
    let mut line = vec![Rgb::BLACK; picture.w];
    let mut grain = Grain::new(width, seed);
    let mut out = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        let (rows, k) = taps(y, picture.h, height);
        let [a, b, c, d] = rows.map(|r| &picture.px[r * picture.w..][..picture.w]);
        for (x, p) in line.iter_mut().enumerate() {
            *p = a[x] * k[0] + b[x] * k[1] + c[x] * k[2] + d[x] * k[3];
        }
        grain.next_row();
        for (x, (from, k)) in columns.iter().enumerate() {
            let p = if same {
                b[x]
            } else {
                line[from[0]] * k[0]
                    + line[from[1]] * k[1]
                    + line[from[2]] * k[2]
                    + line[from[3]] * k[3]
            };
            let (all, tint) = grain.at(x);
            for (v, own) in [(p.0, tint), (p.1, 0.0), (p.2, -tint)] {
                let t = tone[(v.clamp(0.0, 1.0) * STEPS as f32) as usize];
                // Film's grain is strongest in the middle tones and gone in clear highlights.
                let strength =
                    how.grain * (0.35 + 0.0157 * t.min(90.0) - 0.0062 * (t - 90.0).max(0.0));
                out.push(((t + strength * (all + own)).clamp(0.0, 254.6) + 0.5) as u8);
            }
        }
    }
    out
}

/// Exposure, saturation and vignette; leaves x/(1+x), which the enlargement can filter without ringing at lights.
fn grade(picture: &mut Canvas, how: &Develop) {
    let (cx, cy) = (picture.w as f32 * 0.5, picture.h as f32 * 0.5);
    let (k, w) = (1.0 / (cx * cx + cy * cy), picture.w);
    for (i, p) in picture.px.iter_mut().enumerate() {
        let (x, y) = ((i % w) as f32 - cx, (i / w) as f32 - cy);
        let r2 = (x * x + y * y) * k;
        let light = how.exposure * (1.0 - how.vignette * r2 * (0.6 + 0.4 * r2));
        let c = *p * light;
        let grey = Rgb::grey(c.luma());
        let c = grey.mix(c, how.saturation);
        let squash = |v: f32| v.max(0.0) / (1.0 + v.max(0.0));
        *p = Rgb(squash(c.0), squash(c.1), squash(c.2));
    }
}

/// Grain that hangs together a little from pixel to pixel, as scanned film's and a sensor's after demosaicing does.
struct Grain {
    above: Vec<f32>,
    row: Vec<(f32, f32)>,
    rng: Rng,
}

impl Grain {
    fn new(width: usize, seed: u64) -> Self {
        Self {
            above: vec![0.0; width],
            row: vec![(0.0, 0.0); width],
            rng: Rng::new(seed ^ 0x6EA1),
        }
    }

    fn next_row(&mut self) {
        let (mut left, mut tint) = (0.0, 0.0);
        for (above, out) in self.above.iter_mut().zip(&mut self.row) {
            let bits = self.rng.next();
            let part = |shift: u32| ((bits >> shift) & 0xFFFF) as f32 * (1.0 / 32_768.0) - 1.0;
            let fresh = part(0) + part(16) + part(32);
            let v = 0.74 * fresh + 0.36 * left + 0.36 * *above;
            left = fresh;
            *above = fresh;
            tint = 0.6 * tint + 0.22 * part(48);
            *out = (v, tint);
        }
    }

    fn at(&self, x: usize) -> (f32, f32) {
        self.row[x]
    }
}

/// A JPEG of 8-bit RGB with the given Exif.
pub(crate) fn encode(
    rgb: &[u8],
    width: usize,
    height: usize,
    exif: &Exif,
    progressive: bool,
    quality: u8,
) -> Vec<u8> {
    let tiff = exif.tiff(width as u32, height as u32);
    Encoder::new(rgb, width, height, PixelFormat::Rgb)
        .quality(quality)
        .subsampling(Subsampling::S420)
        .progressive(progressive)
        .exif_data(&tiff)
        .encode()
        .expect("a picture in memory with a valid size and quality always encodes")
}
