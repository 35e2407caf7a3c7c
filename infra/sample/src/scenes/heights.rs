//! Recipes for mountains: where one stands, the hour, the air.

use super::mist::Mist;
use super::ranges::{Cover, Ranges};
use super::rgb;
use crate::canvas::Canvas;
use crate::develop::Develop;
use crate::noise::Rng;
use crate::sky::{Air, Clouds, Sky, sun_at};
use crate::terrain::View;

pub(super) const AUTUMN: Cover = Cover {
    snow: 9000.0,
    woods: 600.0,
    rock: rgb(0.16, 0.15, 0.135),
    grass: rgb(0.115, 0.105, 0.045),
};

/// The first light, the sun just over the horizon ahead.
pub(super) fn warm_dawn(seed: u32) -> Sky {
    let azimuth = Rng::new(u64::from(seed)).range(-24.0, 24.0);
    Sky {
        zenith: rgb(0.12, 0.22, 0.46),
        horizon: rgb(0.90, 0.58, 0.38),
        lapse: 6.0,
        glow: rgb(1.6, 0.85, 0.38),
        sun: sun_at(azimuth, 4.0),
        disc: 0.0,
        clouds: None,
        seed,
    }
}

/// Blue sky with fair clouds, the sun at the right.
pub(super) fn clear_day(seed: u32) -> Sky {
    Sky {
        zenith: rgb(0.13, 0.28, 0.60),
        horizon: rgb(0.60, 0.72, 0.87),
        lapse: 5.0,
        glow: rgb(0.9, 0.85, 0.75),
        sun: sun_at(70.0, 26.0),
        disc: 0.0,
        clouds: Some(Clouds {
            cover: 0.05,
            soft: 0.5,
            scale: 0.5,
            stretch: 1.6,
            lit: rgb(1.5, 1.45, 1.4),
            shade: rgb(0.55, 0.6, 0.7),
            thickness: 0.9,
        }),
        seed,
    }
}

/// Ranges behind ranges against the first light.
pub(super) fn dawn(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let scene = Ranges {
        view: View::new(w, h, 24.0, 0.40, 2100.0),
        sky: warm_dawn(seed),
        air: Air {
            density: rgb(1.0, 1.25, 1.6) * 3.8e-5,
            scale: 1400.0,
        },
        sun: rgb(2.6, 1.45, 0.75),
        ambient: rgb(0.18, 0.26, 0.42),
        cover: AUTUMN,
        relief: 2600.0,
        spacing: 5200.0,
        reach: (2500.0, 60_000.0),
        floor: -500.0,
        basin: 0.0,
        sink: 0.0,
        seed,
    };
    (
        scene.paint().0,
        Develop {
            exposure: 0.95,
            ..Develop::default()
        },
    )
}

/// Mountains in the forenoon, clouds above.
pub(super) fn ridges(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let scene = Ranges {
        view: View::new(w, h, 38.0, 0.45, 1500.0),
        sky: clear_day(seed),
        air: Air {
            density: rgb(0.75, 1.1, 1.8) * 1.6e-5,
            scale: 1800.0,
        },
        sun: rgb(2.7, 2.4, 2.0),
        ambient: rgb(0.26, 0.36, 0.55),
        cover: Cover {
            snow: 1500.0,
            ..AUTUMN
        },
        relief: 2400.0,
        spacing: 6000.0,
        reach: (900.0, 40_000.0),
        floor: -500.0,
        basin: 0.0,
        sink: 0.0,
        seed,
    };
    (scene.paint().0, Develop::default())
}

/// Snow in the first sun.
pub(super) fn alpenglow(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let scene = Ranges {
        view: View::new(w, h, 18.0, 0.36, 2600.0),
        sky: Sky {
            zenith: rgb(0.18, 0.22, 0.38),
            horizon: rgb(0.62, 0.42, 0.42),
            lapse: 9.0,
            glow: rgb(0.8, 0.4, 0.25),
            sun: sun_at(-75.0, 7.0),
            disc: 0.0,
            clouds: None,
            seed,
        },
        air: Air {
            density: rgb(1.0, 1.15, 1.4) * 4.5e-5,
            scale: 900.0,
        },
        sun: rgb(2.6, 1.35, 0.85),
        ambient: rgb(0.22, 0.26, 0.42),
        cover: Cover {
            snow: 1700.0,
            woods: 900.0,
            ..AUTUMN
        },
        relief: 3000.0,
        spacing: 8200.0,
        reach: (5000.0, 42_000.0),
        floor: -500.0,
        basin: 0.0,
        sink: 0.0,
        seed,
    };
    let (mut picture, depth) = scene.paint();
    let mist = Mist {
        level: 780.0,
        swell: 160.0,
        width: 2100.0,
        depth: 900.0,
        sun: rgb(0.80, 0.52, 0.44),
        ambient: rgb(0.27, 0.31, 0.44),
        seed,
    };
    mist.lay(
        &mut picture,
        &depth,
        &scene.view,
        &scene.sky,
        &scene.air,
        scene.reach,
    );
    (picture, Develop::default())
}

/// Peaks over a sea of clouds.
pub(super) fn cloud_sea(w: usize, h: usize, seed: u64) -> (Canvas, Develop) {
    let seed = seed as u32;
    let scene = Ranges {
        view: View::new(w, h, 30.0, 0.34, 2500.0),
        sky: Sky {
            sun: sun_at(-48.0, 9.0),
            ..warm_dawn(seed)
        },
        air: Air {
            density: rgb(0.9, 1.15, 1.6) * 1.4e-5,
            scale: 2600.0,
        },
        sun: rgb(2.5, 1.6, 1.0),
        ambient: rgb(0.20, 0.27, 0.42),
        cover: Cover {
            snow: 2300.0,
            ..AUTUMN
        },
        relief: 3300.0,
        spacing: 7000.0,
        reach: (2500.0, 55_000.0),
        floor: -500.0,
        basin: 0.0,
        sink: 0.0,
        seed,
    };
    let (mut picture, depth) = scene.paint();
    let mist = Mist {
        level: 1150.0,
        swell: 420.0,
        width: 2700.0,
        depth: 700.0,
        sun: rgb(1.25, 0.84, 0.56),
        ambient: rgb(0.26, 0.32, 0.45),
        seed,
    };
    mist.lay(
        &mut picture,
        &depth,
        &scene.view,
        &scene.sky,
        &scene.air,
        scene.reach,
    );
    (
        picture,
        Develop {
            exposure: 0.9,
            ..Develop::default()
        },
    )
}

/// A ridge in the moon's light, for a long exposure.
pub(super) fn moonlit(w: usize, h: usize, seed: u32) -> Ranges {
    Ranges {
        view: View::new(w, h, 44.0, 0.78, 700.0),
        sky: Sky {
            zenith: rgb(0.009, 0.015, 0.033),
            horizon: rgb(0.075, 0.088, 0.115),
            lapse: 3.2,
            glow: rgb(0.05, 0.035, 0.02),
            sun: sun_at(-80.0, 28.0),
            disc: 0.0,
            clouds: None,
            seed,
        },
        air: Air {
            density: rgb(0.9, 1.1, 1.5) * 2.0e-5,
            scale: 1600.0,
        },
        sun: rgb(0.42, 0.47, 0.60),
        ambient: rgb(0.020, 0.029, 0.052),
        cover: Cover {
            snow: 1500.0,
            ..AUTUMN
        },
        relief: 2300.0,
        spacing: 6500.0,
        reach: (700.0, 22_000.0),
        floor: -500.0,
        basin: 0.0,
        sink: 0.0,
        seed,
    }
}
