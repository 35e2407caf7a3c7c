//! Ground as a height over a plane: its grid, the shadows and hollows on it, and a column-by-column view of it.

use crate::canvas::{Canvas, Rgb};
use crate::noise::smooth;
use crate::sky::{Sky, V3, unit};

/// Heights in metres on a grid of square cells.
#[derive(Clone)]
pub(crate) struct Grid {
    pub(crate) nx: usize,
    pub(crate) nz: usize,
    pub(crate) cell: f32,
    pub(crate) x0: f32,
    pub(crate) z0: f32,
    pub(crate) data: Vec<f32>,
}

impl Grid {
    /// `nx` × `nz` cells of `cell` metres, centred on x = 0, from `z0` on.
    pub(crate) fn fill(
        nx: usize,
        nz: usize,
        cell: f32,
        z0: f32,
        mut f: impl FnMut(f32, f32) -> f32,
    ) -> Self {
        let x0 = -(nx as f32) * cell * 0.5;
        let mut data = Vec::with_capacity(nx * nz);
        for j in 0..nz {
            for i in 0..nx {
                data.push(f(x0 + i as f32 * cell, z0 + j as f32 * cell));
            }
        }
        Self {
            nx,
            nz,
            cell,
            x0,
            z0,
            data,
        }
    }

    /// Smooth (quadratic B-spline): no facets in raking light.
    #[inline]
    pub(crate) fn spline(&self, x: f32, z: f32) -> f32 {
        let u = ((x - self.x0) / self.cell).clamp(1.0, (self.nx - 2) as f32 - 0.51);
        let v = ((z - self.z0) / self.cell).clamp(1.0, (self.nz - 2) as f32 - 0.51);
        let (i, j) = ((u + 0.5) as usize, (v + 0.5) as usize);
        let (fu, fv) = (u - i as f32, v - j as f32);
        let k = |f: f32| {
            [
                0.5 * (0.5 - f) * (0.5 - f),
                0.75 - f * f,
                0.5 * (0.5 + f) * (0.5 + f),
            ]
        };
        let (ku, kv) = (k(fu), k(fv));
        let mut sum = 0.0;
        for (dj, kv) in kv.iter().enumerate() {
            let row = &self.data[(j + dj - 1) * self.nx + i - 1..][..3];
            sum += kv * (row[0] * ku[0] + row[1] * ku[1] + row[2] * ku[2]);
        }
        sum
    }

    #[inline]
    pub(crate) fn linear(&self, x: f32, z: f32) -> f32 {
        let u = ((x - self.x0) / self.cell).clamp(0.0, (self.nx - 2) as f32 + 0.999);
        let v = ((z - self.z0) / self.cell).clamp(0.0, (self.nz - 2) as f32 + 0.999);
        let (i, j) = (u as usize, v as usize);
        let (fu, fv) = (u - i as f32, v - j as f32);
        let (a, b) = (
            &self.data[j * self.nx + i..][..2],
            &self.data[(j + 1) * self.nx + i..][..2],
        );
        let top = a[0] + (a[1] - a[0]) * fu;
        top + (b[0] + (b[1] - b[0]) * fu - top) * fv
    }

    /// The height below which a cell lies in shadow, swept away from the sun line by line.
    pub(crate) fn shadow(&self, sun: V3) -> Self {
        let mut out = Self {
            data: vec![f32::MIN; self.data.len()],
            ..self.clone_shape()
        };
        let deep = sun[2].abs() >= sun[0].abs();
        let (main, side) = if deep {
            (sun[2], sun[0])
        } else {
            (sun[0], sun[2])
        };
        let shift = side / main.abs();
        let drop = sun[1] / main.abs() * self.cell;
        let (lines, length) = if deep {
            (self.nz, self.nx)
        } else {
            (self.nx, self.nz)
        };
        let index = |line: usize, k: usize| {
            if deep {
                line * self.nx + k
            } else {
                k * self.nx + line
            }
        };
        for step in 1..lines {
            let (line, from) = if main > 0.0 {
                (lines - 1 - step, lines - step)
            } else {
                (step, step - 1)
            };
            for k in 0..length {
                let at = (k as f32 + shift).clamp(0.0, (length - 1) as f32);
                let (a, t) = (at as usize, at.fract());
                let b = (a + 1).min(length - 1);
                let top = |i: usize| self.data[index(from, i)].max(out.data[index(from, i)]);
                let v = top(a) * (1.0 - t) + top(b) * t - drop;
                out.data[index(line, k)] = v;
            }
        }
        out
    }

    /// How much lower than its surroundings each cell lies, in metres: what little sky it sees.
    pub(crate) fn hollow(&self, radius: usize) -> Self {
        let soft = self.softened(radius);
        let data = soft
            .data
            .iter()
            .zip(&self.data)
            .map(|(s, h)| s - h)
            .collect();
        Self {
            data,
            ..self.clone_shape()
        }
    }

    /// Two box blurs each way.
    pub(crate) fn softened(&self, radius: usize) -> Self {
        let mut c = Canvas::new(self.nx, self.nz);
        for (p, h) in c.px.iter_mut().zip(&self.data) {
            *p = Rgb(*h, 0.0, 0.0);
        }
        c.blur(radius as f32);
        Self {
            data: c.px.iter().map(|p| p.0).collect(),
            ..self.clone_shape()
        }
    }

    fn clone_shape(&self) -> Self {
        Self {
            nx: self.nx,
            nz: self.nz,
            cell: self.cell,
            x0: self.x0,
            z0: self.z0,
            data: Vec::new(),
        }
    }
}

/// Where the picture is taken from. The view is level; the horizon is shifted, so that verticals stay upright.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    pub(crate) w: usize,
    pub(crate) h: usize,
    /// Focal length in pixels.
    pub(crate) focal: f32,
    /// The horizon's row in pixels from the top.
    pub(crate) horizon: f32,
    /// Height of the eye in metres.
    pub(crate) eye: f32,
}

impl View {
    /// `across` degrees wide, the horizon at a share of the height.
    pub(crate) fn new(w: usize, h: usize, across: f32, horizon: f32, eye: f32) -> Self {
        let focal = w as f32 * 0.5 / (across.to_radians() * 0.5).tan();
        Self {
            w,
            h,
            focal,
            horizon: h as f32 * horizon,
            eye,
        }
    }

    #[inline]
    pub(crate) fn ray(&self, x: f32, y: f32) -> V3 {
        unit([
            (x - self.w as f32 * 0.5) / self.focal,
            (self.horizon - y) / self.focal,
            1.0,
        ])
    }

    /// The row on which a point of height `h` at depth `z` appears.
    #[inline]
    pub(crate) fn row(&self, h: f32, z: f32) -> f32 {
        self.horizon - self.focal * (h - self.eye) / z
    }

    /// The point on the plane seen in column `x` at depth `z`.
    #[inline]
    pub(crate) fn side(&self, x: f32, z: f32) -> f32 {
        (x - self.w as f32 * 0.5) / self.focal * z
    }
}

/// A sky rendered once at half the picture's size, from above its upper edge (for what water mirrors) to the horizon.
pub(crate) struct Dome {
    canvas: Canvas,
    above: f32,
}

impl Dome {
    /// `above` is how many rows over the picture it reaches.
    pub(crate) fn new(sky: &Sky, v: &View, above: f32) -> Self {
        let rows = ((v.horizon.clamp(0.0, v.h as f32) + above) * 0.5) as usize + 3;
        let canvas = Canvas::paint(v.w / 2 + 1, rows, |x, y| {
            sky.seen(v.ray(x * 2.0, y * 2.0 - above))
        });
        Self { canvas, above }
    }

    /// The sky at a pixel of the picture; rows above it are negative.
    #[inline]
    pub(crate) fn at(&self, x: f32, y: f32) -> Rgb {
        self.canvas.at(x * 0.5, (y + self.above) * 0.5)
    }
}

/// Depth of the ground per pixel (0: sky), and the share of a ridge's topmost pixel that the ridge fills.
pub(crate) struct Traced {
    pub(crate) depth: Vec<f32>,
    pub(crate) cover: Vec<f32>,
}

/// Marches every column from near to far; the step grows with the distance by `stride` (0.002 is fine, 0.005 coarse).
pub(crate) fn trace(
    v: &View,
    near: f32,
    far: f32,
    stride: f32,
    height: impl Fn(f32, f32, f32) -> f32,
) -> Traced {
    let mut out = Traced {
        depth: vec![0.0; v.w * v.h],
        cover: vec![1.0; v.w * v.h],
    };
    for x in 0..v.w {
        let px = x as f32 + 0.5;
        let mut top = v.h as f32;
        let mut z = near;
        let (mut last_z, mut last_row) = (z, v.row(height(v.side(px, z), z, z / v.focal), z));
        if last_row < top {
            last_row = top;
        }
        while z < far && top > 0.0 {
            z += z * stride;
            let row = v.row(height(v.side(px, z), z, z / v.focal), z);
            if row < top {
                let fresh = last_row > top + 0.001;
                let first = top.ceil() as usize;
                // The pixel in which this surface rises over a nearer ridge belongs to that ridge in part.
                if fresh && top < v.h as f32 {
                    let edge = top as usize;
                    out.cover[edge * v.w + x] = 1.0 - top.fract();
                }
                let end = row.max(0.0);
                for y in (end as usize..first.min(v.h)).rev() {
                    let cell = y * v.w + x;
                    if out.depth[cell] == 0.0 {
                        let t = ((last_row - (y as f32 + 0.5)) / (last_row - row).max(1e-6))
                            .clamp(0.0, 1.0);
                        out.depth[cell] = last_z + (z - last_z) * t;
                    }
                }
                top = row.max(0.0);
            }
            (last_z, last_row) = (z, row);
        }
        if top > 0.0 && top < v.h as f32 {
            out.cover[top as usize * v.w + x] = 1.0 - top.fract();
        }
    }
    out
}

/// Paints sky and ground from a trace; `ground` gets the column, row, side, depth.
pub(crate) fn shade(
    v: &View,
    traced: &Traced,
    sky: impl Fn(f32, f32) -> Rgb,
    ground: impl Fn(f32, f32, f32, f32) -> Rgb,
) -> Canvas {
    let mut out = Canvas::new(v.w, v.h);
    for y in 0..v.h {
        for x in 0..v.w {
            let (px, py) = (x as f32 + 0.5, y as f32 + 0.5);
            let cell = y * v.w + x;
            let z = traced.depth[cell];
            if z == 0.0 {
                out.px[cell] = sky(px, py);
                continue;
            }
            let c = ground(px, py, v.side(px, z), z);
            let cover = traced.cover[cell];
            out.px[cell] = if cover < 1.0 && y > 0 {
                out.px[cell - v.w].mix(c, cover)
            } else {
                c
            };
        }
    }
    out
}

/// The slope of a ground around a point of height `h` as an upward unit vector, over `span` metres.
#[inline]
pub(crate) fn normal(x: f32, z: f32, span: f32, h: f32, height: impl Fn(f32, f32) -> f32) -> V3 {
    let (dx, dz) = (height(x + span, z) - h, height(x, z + span) - h);
    unit([-dx, span, -dz])
}

/// Light that reaches a point of height `h`, 0..1, by the shadow swept over the grid; `soft` metres of penumbra.
#[inline]
pub(crate) fn sunlit(shadow: &Grid, x: f32, z: f32, h: f32, soft: f32) -> f32 {
    smooth(-soft, soft, h - shadow.linear(x, z))
}
