//! Recipes for the sea: glitter in the evening, a long exposure.

use super::ranges::{Cover, Ranges};
use super::rgb;
use super::water::{Above, Water};
use crate::canvas::{Canvas, Rgb};
use crate::develop::Develop;
use crate::sky::{Air, Clouds, Sky, sun_at};
use crate::terrain::{Dome, View};

fn evening(seed: u32) -> Sky {
    Sky {
        zenith: rgb(0.12, 0.20, 0.38),
        horizon: rgb(0.80, 0.54, 0.38),
        lapse: 4.5,
        glow: rgb(1.5, 0.80, 0.36),
        sun: sun_at(-11.0, 5.0),
        disc: 6.0,
        clouds: None,
        seed,
    }
}

/// The sun's glitter on the sea.
pub(super) fn glitter(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let view = View::new(w, h, 40.0, 0.45, 12.0);
    let sky = evening(seed);
    let dome = Dome::new(&sky, &view, h as f32 * 0.6);
    let mut picture = Canvas::paint(w, h, |x, y| dome.at(x, y));
    let water = Water {
        slope: 0.10,
        length: 14.0,
        crest: 2.0,
        gusts: 0.4,
        body: rgb(0.01, 0.03, 0.04),
        glitter: rgb(2.6, 1.45, 0.7),
        long: false,
        seed,
    };
    water.paint(
        &mut picture,
        &Above {
            view: &view,
            sky: &sky,
            dome: &dome,
        },
        |_, _| false,
    );
    (
        picture,
        Develop {
            exposure: 0.9,
            ..Develop::default()
        },
    )
}

/// The sea between skerries, smoothed by half a minute.
pub(super) fn long_exposure(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let clouds = Clouds {
        cover: 0.12,
        soft: 0.6,
        scale: 0.4,
        stretch: 2.2,
        lit: rgb(0.95, 0.62, 0.46),
        shade: rgb(0.22, 0.24, 0.34),
        thickness: 0.85,
    };
    let scene = Ranges {
        view: View::new(w, h, 40.0, 0.42, 2.6),
        sky: Sky {
            disc: 0.0,
            clouds: Some(clouds),
            ..evening(seed)
        },
        air: Air {
            density: rgb(1.0, 1.1, 1.2) * 1.2e-3,
            scale: 60.0,
        },
        sun: rgb(1.2, 0.66, 0.34),
        ambient: rgb(0.20, 0.23, 0.32),
        cover: Cover {
            snow: 9000.0,
            woods: -900.0,
            rock: rgb(0.060, 0.055, 0.052),
            grass: rgb(0.045, 0.042, 0.036),
        },
        relief: 3.4,
        spacing: 12.0,
        reach: (8.0, 420.0),
        floor: 0.0,
        basin: 0.0,
        sink: 1.22,
        seed,
    };
    let dome = Dome::new(&scene.sky, &scene.view, h as f32 * 0.6);
    let (mut picture, depth) = scene.paint_under(&dome);
    let water = Water {
        slope: 0.022,
        length: 14.0,
        crest: 2.0,
        gusts: 0.4,
        body: rgb(0.05, 0.065, 0.085),
        glitter: Rgb::BLACK,
        long: true,
        seed,
    };
    water.paint(
        &mut picture,
        &Above {
            view: &scene.view,
            sky: &scene.sky,
            dome: &dome,
        },
        |x, y| {
            let z = depth[y * w + x];
            z > 0.0 && !scene.wet(y, z)
        },
    );
    (
        picture,
        Develop {
            exposure: 0.95,
            ..Develop::default()
        },
    )
}

/// Headlands against the evening.
pub(super) fn headlands(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let clouds = Clouds {
        cover: -0.1,
        soft: 0.6,
        scale: 0.5,
        stretch: 2.6,
        lit: rgb(1.1, 0.74, 0.52),
        shade: rgb(0.30, 0.29, 0.36),
        thickness: 0.7,
    };
    let scene = Ranges {
        view: View::new(w, h, 44.0, 0.46, 9.0),
        sky: Sky {
            sun: sun_at(9.0, 6.0),
            disc: 0.0,
            clouds: Some(clouds),
            ..evening(seed)
        },
        air: Air {
            density: rgb(1.0, 1.2, 1.5) * 1.5e-4,
            scale: 500.0,
        },
        sun: rgb(2.2, 1.2, 0.6),
        ambient: rgb(0.17, 0.21, 0.30),
        cover: Cover {
            snow: 9000.0,
            woods: -900.0,
            rock: rgb(0.13, 0.12, 0.11),
            grass: rgb(0.085, 0.08, 0.035),
        },
        relief: 260.0,
        spacing: 1100.0,
        reach: (30.0, 9000.0),
        floor: 0.0,
        basin: 900.0,
        sink: 0.0,
        seed,
    };
    let dome = Dome::new(&scene.sky, &scene.view, h as f32 * 0.6);
    let (mut picture, depth) = scene.paint_under(&dome);
    let water = Water {
        slope: 0.05,
        length: 9.0,
        crest: 2.2,
        gusts: 0.4,
        body: rgb(0.01, 0.025, 0.032),
        glitter: rgb(1.6, 0.9, 0.45),
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
        |x, y| {
            let z = depth[y * w + x];
            z > 0.0 && !scene.wet(y, z)
        },
    );
    (
        picture,
        Develop {
            exposure: 0.95,
            ..Develop::default()
        },
    )
}
