//! The families of pictures and how each of them is looked at and developed.

mod dunes;
mod forest;
mod heights;
mod lakes;
mod lights;
mod meadow;
mod mist;
mod night;
mod ranges;
mod rooms;
mod shore;
mod water;

use crate::canvas::{Canvas, Rgb};
use crate::develop::Develop;

/// What a photograph shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scene {
    /// Ranges behind ranges against the first light.
    Dawn,
    /// Mountains in the forenoon, clouds above.
    Ridges,
    /// Snow in the first sun.
    Alpenglow,
    /// Mountains mirrored in a lake.
    Lake,
    /// A lake in the blue hour.
    LakeDusk,
    /// A lake in the morning, mist on it.
    LakeMist,
    /// Peaks over a sea of clouds.
    CloudSea,
    /// Stars over a moonlit ridge.
    Stars,
    /// Spruces on a slope, tiers of them in fog.
    Spruces,
    /// Trunks with the morning between them.
    Trunks,
    /// Dunes with the sun low at the side.
    Dunes,
    /// A window's light on a wall.
    Window,
    /// A sheer curtain in front of a window.
    Curtain,
    /// Grasses in the last sun.
    Grasses,
    /// Headlands against the evening.
    Headlands,
    /// The sun's glitter on the sea.
    Glitter,
    /// The sea smoothed by half a minute.
    LongExposure,
    /// Strings of lights out of focus.
    Strings,
    /// A string of bulbs in focus, others behind it.
    Bulbs,
}

/// The size to render at: fine grain and enlargement hide the factor, the scene's own softness decides it.
fn inner(width: usize, height: usize, factor: f32) -> (usize, usize) {
    (
        (width as f32 / factor).round() as usize,
        (height as f32 / factor).round() as usize,
    )
}

/// Renders a scene in linear light, smaller than `width` × `height`, and says how to develop it.
pub(crate) fn render(scene: Scene, width: usize, height: usize, seed: u64) -> (Canvas, Develop) {
    let (w, h) = inner(width, height, 1.7);
    let (half_w, half_h) = inner(width, height, 2.0);
    match scene {
        Scene::Dawn => heights::dawn(w, h, seed),
        Scene::Ridges => heights::ridges(w, h, seed),
        Scene::Alpenglow => heights::alpenglow(w, h, seed),
        Scene::Lake => lakes::day(w, h, seed),
        Scene::LakeDusk => lakes::dusk(w, h, seed),
        Scene::LakeMist => lakes::mist(w, h, seed),
        Scene::CloudSea => heights::cloud_sea(w, h, seed),
        Scene::Stars => night::ridge(w, h, seed),
        Scene::Headlands => shore::headlands(w, h, seed),
        Scene::Spruces => forest::spruces(half_w, half_h, seed),
        Scene::Trunks => forest::trunks(half_w, half_h, seed),
        Scene::Dunes => dunes::evening(w, h, seed),
        Scene::Window => rooms::window(half_w, half_h, seed),
        Scene::Curtain => rooms::curtain(w, h, seed),
        Scene::Grasses => meadow::grasses(half_w, half_h, seed),
        Scene::Glitter => shore::glitter(w, h, seed),
        Scene::LongExposure => shore::long_exposure(w, h, seed),
        Scene::Strings => lights::strings(half_w, half_h, seed),
        Scene::Bulbs => lights::bulbs(half_w, half_h, seed),
    }
}

/// A sunset sea at a tenth of the cost: what a test needs of a photograph is its size, its tones and its grain.
pub(crate) fn quick(width: usize, height: usize, seed: u64) -> (Canvas, Develop) {
    let shrink = (width.max(height) as f32 / 1200.0).max(1.0);
    let (w, h) = inner(width, height, shrink);
    let (picture, how) = shore::glitter(w.max(1), h.max(1), seed);
    (picture, Develop { bloom: 0.0, ..how })
}

/// A colour from linear parts, short in recipes.
const fn rgb(r: f32, g: f32, b: f32) -> Rgb {
    Rgb(r, g, b)
}
