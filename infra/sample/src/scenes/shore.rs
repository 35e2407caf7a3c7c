//! Recipes for the sea: glitter in the evening, a long exposure.

use super::rgb;
use super::water::Water;
use crate::canvas::{Canvas, Rgb};
use crate::develop::Develop;
use crate::sky::{Clouds, Sky, sun_at};
use crate::terrain::View;

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
    let mut picture = Canvas::paint(w, h, |x, y| sky.seen(view.ray(x, y)));
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
    water.paint(&mut picture, &view, &sky, |_, _| true);
    (
        picture,
        Develop {
            exposure: 0.75,
            ..Develop::default()
        },
    )
}

/// The sea smoothed by half a minute.
pub(super) fn long_exposure(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let view = View::new(w, h, 40.0, 0.45, 4.0);
    let clouds = Clouds {
        cover: 0.15,
        soft: 0.6,
        scale: 0.4,
        stretch: 2.2,
        lit: rgb(0.95, 0.66, 0.50),
        shade: rgb(0.22, 0.23, 0.32),
        thickness: 0.85,
    };
    let sky = Sky {
        disc: 0.0,
        clouds: Some(clouds),
        ..evening(seed)
    };
    let mut picture = Canvas::paint(w, h, |x, y| sky.seen(view.ray(x, y)));
    let water = Water {
        slope: 0.05,
        length: 14.0,
        crest: 2.0,
        gusts: 0.4,
        body: rgb(0.01, 0.03, 0.04),
        glitter: Rgb::BLACK,
        long: true,
        seed,
    };
    water.paint(&mut picture, &view, &sky, |_, _| true);
    (
        picture,
        Develop {
            exposure: 0.75,
            ..Develop::default()
        },
    )
}
