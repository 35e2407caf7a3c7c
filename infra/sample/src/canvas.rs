//! Linear light: a colour, a picture of them, and the blurs a lens makes.

use std::ops::{Add, AddAssign, Mul};

/// Linear red, green and blue (sRGB primaries); 1.0 is about a sunlit white wall.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Rgb(pub(crate) f32, pub(crate) f32, pub(crate) f32);

impl Rgb {
    pub(crate) const BLACK: Self = Self(0.0, 0.0, 0.0);

    pub(crate) fn grey(v: f32) -> Self {
        Self(v, v, v)
    }

    #[inline]
    pub(crate) fn mix(self, other: Self, t: f32) -> Self {
        Self(
            self.0 + (other.0 - self.0) * t,
            self.1 + (other.1 - self.1) * t,
            self.2 + (other.2 - self.2) * t,
        )
    }

    #[inline]
    pub(crate) fn luma(self) -> f32 {
        0.2126 * self.0 + 0.7152 * self.1 + 0.0722 * self.2
    }
}

impl Add for Rgb {
    type Output = Self;
    #[inline]
    fn add(self, o: Self) -> Self {
        Self(self.0 + o.0, self.1 + o.1, self.2 + o.2)
    }
}

impl AddAssign for Rgb {
    #[inline]
    fn add_assign(&mut self, o: Self) {
        *self = *self + o;
    }
}

impl Mul<f32> for Rgb {
    type Output = Self;
    #[inline]
    fn mul(self, k: f32) -> Self {
        Self(self.0 * k, self.1 * k, self.2 * k)
    }
}

impl Mul for Rgb {
    type Output = Self;
    #[inline]
    fn mul(self, o: Self) -> Self {
        Self(self.0 * o.0, self.1 * o.1, self.2 * o.2)
    }
}

/// A picture in linear light, row by row.
#[derive(Clone)]
pub(crate) struct Canvas {
    pub(crate) w: usize,
    pub(crate) h: usize,
    pub(crate) px: Vec<Rgb>,
}

impl Canvas {
    pub(crate) fn new(w: usize, h: usize) -> Self {
        Self {
            w,
            h,
            px: vec![Rgb::BLACK; w * h],
        }
    }

    /// Every pixel from its centre, in pixels.
    pub(crate) fn paint(w: usize, h: usize, mut f: impl FnMut(f32, f32) -> Rgb) -> Self {
        let mut px = Vec::with_capacity(w * h);
        for y in 0..h {
            for x in 0..w {
                px.push(f(x as f32 + 0.5, y as f32 + 0.5));
            }
        }
        Self { w, h, px }
    }

    /// Bilinear, clamped at the edges; coordinates in pixels.
    #[inline]
    pub(crate) fn at(&self, x: f32, y: f32) -> Rgb {
        let x = (x - 0.5).clamp(0.0, (self.w - 1) as f32);
        let y = (y - 0.5).clamp(0.0, (self.h - 1) as f32);
        let (ix, iy) = (x as usize, y as usize);
        let (jx, jy) = ((ix + 1).min(self.w - 1), (iy + 1).min(self.h - 1));
        let (fx, fy) = (x - ix as f32, y - iy as f32);
        let top = self.px[iy * self.w + ix].mix(self.px[iy * self.w + jx], fx);
        top.mix(
            self.px[jy * self.w + ix].mix(self.px[jy * self.w + jx], fx),
            fy,
        )
    }

    /// Averaged down by a whole factor.
    pub(crate) fn shrunk(&self, by: usize) -> Self {
        let (w, h) = ((self.w / by).max(1), (self.h / by).max(1));
        let mut out = Self::new(w, h);
        let k = 1.0 / (by * by) as f32;
        for y in 0..h {
            for dy in 0..by {
                let row = &self.px[(y * by + dy).min(self.h - 1) * self.w..][..self.w];
                for x in 0..w {
                    for p in row.iter().skip(x * by).take(by) {
                        out.px[y * w + x] += *p * k;
                    }
                }
            }
        }
        out
    }

    /// Three box blurs: close to a Gaussian of `sigma` pixels.
    pub(crate) fn blur(&mut self, sigma: f32) {
        let r = ((sigma * sigma * 4.0 + 1.0).sqrt() * 0.5 - 0.5).round() as usize;
        for _ in 0..if r == 0 { 0 } else { 3 } {
            self.box_rows(r);
            self.box_columns(r);
        }
    }

    fn box_rows(&mut self, r: usize) {
        let (w, k) = (self.w, 1.0 / (2 * r + 1) as f32);
        let mut line = vec![Rgb::BLACK; w];
        for y in 0..self.h {
            let row = &mut self.px[y * w..][..w];
            line.copy_from_slice(row);
            let at = |i: isize| line[i.clamp(0, w as isize - 1) as usize];
            let mut sum = Rgb::BLACK;
            for i in -(r as isize)..=r as isize {
                sum += at(i);
            }
            for (x, p) in row.iter_mut().enumerate() {
                *p = sum * k;
                sum += at((x + r + 1) as isize) + at(x as isize - r as isize) * -1.0;
            }
        }
    }

    fn box_columns(&mut self, r: usize) {
        let (w, h, k) = (self.w, self.h, 1.0 / (2 * r + 1) as f32);
        let source = self.px.clone();
        let row = |i: isize| &source[i.clamp(0, h as isize - 1) as usize * w..][..w];
        let mut sum = vec![Rgb::BLACK; w];
        for i in -(r as isize)..=r as isize {
            for (s, p) in sum.iter_mut().zip(row(i)) {
                *s += *p;
            }
        }
        for y in 0..h {
            let (enter, leave) = (row((y + r + 1) as isize), row(y as isize - r as isize));
            for x in 0..w {
                self.px[y * w + x] = sum[x] * k;
                sum[x] += enter[x] + leave[x] * -1.0;
            }
        }
    }
}
