//! The sky: its gradient, the glow around the sun, layers of cloud, and the haze that distance takes on.

use crate::canvas::Rgb;
use crate::noise::{fbm, smooth};

/// A direction or a place: right, up, forward.
pub(crate) type V3 = [f32; 3];

#[inline]
pub(crate) fn dot(a: V3, b: V3) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[inline]
pub(crate) fn unit(v: V3) -> V3 {
    let k = 1.0 / dot(v, v).sqrt().max(1e-9);
    [v[0] * k, v[1] * k, v[2] * k]
}

/// Towards the sun: azimuth to the right of the view, elevation above the horizon, in degrees.
pub(crate) fn sun_at(azimuth: f32, elevation: f32) -> V3 {
    let (a, e) = (azimuth.to_radians(), elevation.to_radians());
    [a.sin() * e.cos(), e.sin(), a.cos() * e.cos()]
}

/// One layer of cloud on a plane above.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clouds {
    /// How much of the sky they cover, −1 none to 1 all.
    pub(crate) cover: f32,
    /// How wide the step from clear to thick is.
    pub(crate) soft: f32,
    /// Features per unit of the plane; stretched to the right by `stretch`.
    pub(crate) scale: f32,
    pub(crate) stretch: f32,
    pub(crate) lit: Rgb,
    pub(crate) shade: Rgb,
    pub(crate) thickness: f32,
}

/// A sky with one source of light.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sky {
    pub(crate) zenith: Rgb,
    pub(crate) horizon: Rgb,
    /// How fast the horizon's colour gives way upwards.
    pub(crate) lapse: f32,
    pub(crate) glow: Rgb,
    pub(crate) sun: V3,
    pub(crate) disc: f32,
    pub(crate) clouds: Option<Clouds>,
    pub(crate) seed: u32,
}

impl Sky {
    /// Without clouds.
    pub(crate) fn clear(&self, d: V3) -> Rgb {
        let up = d[1].max(0.0);
        let base = self.zenith.mix(self.horizon, (-up * self.lapse).exp());
        let s = dot(d, self.sun).max(0.0);
        let s2 = s * s;
        let s8 = s2 * s2 * s2 * s2;
        let s64 = s8 * s8 * s8 * s8 * s8 * s8 * s8 * s8;
        let low = (-up * self.lapse * 0.55).exp();
        let wide = 0.16 * s2 * s2 * low + 0.30 * s8 * s8 * (0.35 + 0.65 * low) + 0.55 * s64 * s64;
        base + self.glow * wide
    }

    /// What far things fade into, in the direction of `d`.
    pub(crate) fn haze(&self, d: V3) -> Rgb {
        // The air in front of a mountain scatters less of the glow than the whole depth of the sky behind it.
        let near = Self {
            glow: self.glow * 0.5,
            ..*self
        };
        near.clear(unit([d[0], 0.012, d[2]])).mix(self.zenith, 0.15)
    }

    /// The sky as seen: clouds over the gradient, and the sun itself.
    pub(crate) fn seen(&self, d: V3) -> Rgb {
        let mut c = self.clear(d);
        let s = dot(d, self.sun).max(0.0);
        if self.disc > 0.0 && s > 0.99 {
            // Half a degree wide; its edge is softened by the air.
            let away = (2.0 - 2.0 * s).max(0.0).sqrt();
            c += self.glow
                * (self.disc * (smooth(0.0065, 0.0040, away) + 0.10 * (-away * 60.0).exp()));
        }
        if let Some(k) = &self.clouds {
            c = self.cloud(k, d, s, c);
        }
        c
    }

    fn cloud(&self, k: &Clouds, d: V3, s: f32, behind: Rgb) -> Rgb {
        if d[1] < 0.002 {
            return behind;
        }
        let h = k.scale / (d[1] + 0.05);
        let (x, z) = (d[0] * h / k.stretch, d[2] * h);
        let (wx, wz) = (
            fbm(x * 0.5, z * 0.5, 3, self.seed ^ 0x51),
            fbm(x * 0.5 + 7.0, z * 0.5, 3, self.seed ^ 0x52),
        );
        let (x, z) = (x + 0.7 * wx, z + 0.7 * wz);
        let n = fbm(x, z, 6, self.seed);
        let dens = smooth(-k.cover, -k.cover + k.soft, n);
        if dens <= 0.0 {
            return behind;
        }
        let (lx, lz) = (self.sun[0] * 0.35 / k.stretch, self.sun[2] * 0.35);
        let toward = smooth(
            -k.cover,
            -k.cover + k.soft * 1.6,
            fbm(x + lx, z + lz, 4, self.seed),
        );
        let lit = (-2.2 * toward * dens * k.thickness).exp();
        let rim = s.powi(12) * (1.0 - dens) * 1.4;
        let body = k.shade.mix(k.lit, lit) + self.glow * rim * 0.6;
        // Low clouds far away take on the haze.
        let far = (-d[1] * 22.0).exp();
        let body = body.mix(self.haze(d), far * 0.75);
        behind.mix(body, (dens * k.thickness).min(1.0))
    }
}

/// Air that dims and tints what is far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Air {
    /// Extinction per metre at height 0, for red, green and blue.
    pub(crate) density: Rgb,
    /// Metres in which the air thins by e.
    pub(crate) scale: f32,
}

impl Air {
    /// What of the light comes through `distance` metres between heights `a` and `b`.
    #[inline]
    pub(crate) fn through(&self, distance: f32, a: f32, b: f32) -> Rgb {
        let (ea, eb) = ((-a / self.scale).exp(), (-b / self.scale).exp());
        let mean = if (b - a).abs() < 1.0 {
            ea
        } else {
            (ea - eb) * self.scale / (b - a)
        };
        let d = distance * mean.max(0.0);
        Rgb(
            (-self.density.0 * d).exp(),
            (-self.density.1 * d).exp(),
            (-self.density.2 * d).exp(),
        )
    }

    /// `c` seen through the air, with `haze` in front of it.
    #[inline]
    pub(crate) fn veil(&self, c: Rgb, haze: Rgb, distance: f32, a: f32, b: f32) -> Rgb {
        let t = self.through(distance, a, b);
        c * t + haze * Rgb(1.0 - t.0, 1.0 - t.1, 1.0 - t.2)
    }
}
