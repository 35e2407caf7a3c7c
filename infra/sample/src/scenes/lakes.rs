//! Recipes for lakes: by day, in the mist, in the blue hour with windows lit on the far shore.

use super::heights::{AUTUMN, clear_day};
use super::ranges::{Cover, Ranges};
use super::rgb;
use super::water::{Above, Water};
use crate::canvas::{Canvas, Rgb};
use crate::develop::Develop;
use crate::noise::Rng;
use crate::sky::{Air, Clouds, Sky, sun_at};
use crate::terrain::{Dome, View};

/// A lake under mountains and the water on it; `lamps` are windows lit along the shore.
fn mirrored(scene: &Ranges, slope: f32, body: Rgb, lamps: usize) -> Canvas {
    let dome = Dome::new(&scene.sky, &scene.view, scene.view.h as f32 * 0.6);
    let (mut picture, depth) = scene.paint_under(&dome);
    let w = scene.view.w;
    let land = |x: usize, y: usize| {
        let z = depth[y * w + x];
        z > 0.0 && !scene.wet(y, z)
    };
    let mut rng = Rng::new(u64::from(scene.seed) ^ 0x1A);
    let village = w as f32 * rng.range(0.25, 0.75);
    for _ in 0..lamps {
        let x = village + w as f32 * 0.09 * rng.normal();
        let column = x.clamp(2.0, w as f32 - 3.0) as usize;
        let Some(shore) = (scene.view.horizon as usize..scene.view.h).find(|y| !land(column, *y))
        else {
            continue;
        };
        let y = shore as f32 - rng.range(1.5, 9.0);
        lamp(&mut picture, column as f32, y, rng.range(0.5, 3.5), shore);
    }
    let seed = scene.seed;
    let water = Water {
        slope,
        length: 2.5,
        crest: 2.5,
        gusts: 0.85,
        body,
        glitter: Rgb::BLACK,
        long: false,
        seed,
    };
    water.paint(
        &mut picture,
        &Above {
            view: &scene.view,
            sky: &scene.sky,
            dome: &dome,
        },
        land,
    );
    picture
}

fn lamp(picture: &mut Canvas, x: f32, y: f32, strength: f32, shore: usize) {
    for py in (y as usize).saturating_sub(5)..(y as usize + 6).min(shore) {
        for px in (x as usize).saturating_sub(5)..(x as usize + 6).min(picture.w) {
            let d2 = (px as f32 - x).powi(2) + (py as f32 - y).powi(2);
            picture.px[py * picture.w + px] +=
                rgb(1.0, 0.56, 0.22) * (strength * (-d2 / 1.6).exp());
        }
    }
}

fn lakeside(w: usize, h: usize, across: f32, horizon: f32, seed: u32) -> Ranges {
    Ranges {
        view: View::new(w, h, across, horizon, 6.0),
        sky: clear_day(seed),
        air: Air {
            density: rgb(0.75, 1.1, 1.8) * 1.8e-5,
            scale: 1800.0,
        },
        sun: rgb(2.7, 2.4, 2.0),
        ambient: rgb(0.26, 0.36, 0.55),
        cover: Cover {
            snow: 1300.0,
            woods: 500.0,
            ..AUTUMN
        },
        relief: 1500.0,
        spacing: 4200.0,
        reach: (60.0, 18_000.0),
        floor: 0.0,
        basin: 3600.0,
        sink: 0.0,
        seed,
    }
}

/// Mountains mirrored in a lake.
pub(super) fn day(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let scene = lakeside(w, h, 52.0, 0.54, seed as u32);
    (
        mirrored(&scene, 0.010, rgb(0.012, 0.03, 0.032), 0),
        Develop::default(),
    )
}

/// A lake in the blue hour, the first windows lit.
pub(super) fn dusk(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let clouds = Clouds {
        cover: -0.05,
        soft: 0.6,
        scale: 0.42,
        stretch: 2.4,
        lit: rgb(0.62, 0.34, 0.27),
        shade: rgb(0.13, 0.16, 0.27),
        thickness: 0.8,
    };
    let scene = Ranges {
        sky: Sky {
            zenith: rgb(0.055, 0.11, 0.27),
            horizon: rgb(0.74, 0.41, 0.27),
            lapse: 7.5,
            glow: rgb(0.55, 0.28, 0.13),
            sun: sun_at(Rng::new(u64::from(seed)).range(-16.0, 16.0), 1.0),
            disc: 0.0,
            clouds: Some(clouds),
            seed,
        },
        air: Air {
            density: rgb(1.0, 1.15, 1.4) * 3.2e-5,
            scale: 1500.0,
        },
        sun: rgb(0.1, 0.05, 0.03),
        ambient: rgb(0.11, 0.15, 0.26),
        relief: 1050.0,
        spacing: 5200.0,
        basin: 4600.0,
        ..lakeside(w, h, 34.0, 0.55, seed)
    };
    let how = Develop {
        exposure: 1.25,
        grain: 1.9,
        ..Develop::default()
    };
    (mirrored(&scene, 0.008, rgb(0.008, 0.016, 0.028), 16), how)
}

/// A lake in the morning, mist on it.
pub(super) fn mist(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let scene = Ranges {
        sky: Sky {
            zenith: rgb(0.34, 0.42, 0.52),
            horizon: rgb(0.74, 0.75, 0.75),
            lapse: 3.0,
            glow: rgb(0.5, 0.42, 0.32),
            sun: sun_at(35.0, 12.0),
            disc: 0.0,
            clouds: None,
            seed,
        },
        air: Air {
            density: rgb(1.0, 1.05, 1.12) * 3.4e-4,
            scale: 260.0,
        },
        sun: rgb(0.7, 0.62, 0.5),
        ambient: rgb(0.40, 0.44, 0.50),
        relief: 1000.0,
        basin: 2200.0,
        ..lakeside(w, h, 34.0, 0.56, seed)
    };
    (
        mirrored(&scene, 0.006, rgb(0.03, 0.045, 0.05), 0),
        Develop {
            exposure: 1.0,
            ..Develop::default()
        },
    )
}
