//! The sample gallery: its title and its shots, in the order a photographer would deliver them.

use crate::{Scene, Shot};

/// The sample gallery's title.
pub const TITLE: &str = "Ida & Jonas";

/// The clock of the camera: Central European Summer Time.
pub const OFFSET: &str = "+02:00";

const COAST: &str = "The coast";
const WEATHER: &str = "Up in the weather";
const LAKE: &str = "The lake";
const EVENING: &str = "The evening";

const WIDE: (u32, u32) = (2400, 1600);
const TALL: (u32, u32) = (1600, 2400);
const PLATE: (u32, u32) = (1800, 2250);
const PANORAMA: (u32, u32) = (2560, 1440);

type Row = (
    &'static str,
    Scene,
    u64,
    (u32, u32),
    &'static str,
    ((u32, u32), u32, u16, u32),
);

/// Section, scene, seed, size, time and exposure; the file numbers follow from the order, with the gaps of a selection.
const SHOTS: &[Row] = &[
    (
        COAST,
        Scene::Glitter,
        41,
        WIDE,
        "12 17:48:12",
        ((1, 1000), 80, 100, 35),
    ),
    (
        COAST,
        Scene::LongExposure,
        42,
        TALL,
        "12 18:56:40",
        ((30, 1), 110, 64, 24),
    ),
    (
        WEATHER,
        Scene::Dawn,
        43,
        WIDE,
        "13 06:41:09",
        ((1, 125), 80, 200, 85),
    ),
    (
        WEATHER,
        Scene::Ridges,
        44,
        PANORAMA,
        "13 10:20:55",
        ((1, 500), 71, 100, 35),
    ),
    (
        WEATHER,
        Scene::Alpenglow,
        45,
        WIDE,
        "13 18:32:31",
        ((1, 250), 80, 200, 135),
    ),
    (
        LAKE,
        Scene::Lake,
        46,
        WIDE,
        "13 15:31:02",
        ((1, 320), 80, 100, 35),
    ),
    (
        EVENING,
        Scene::Strings,
        47,
        WIDE,
        "14 21:15:44",
        ((1, 125), 14, 1600, 85),
    ),
    (
        EVENING,
        Scene::Bulbs,
        48,
        PLATE,
        "14 21:32:18",
        ((1, 125), 14, 1600, 85),
    ),
];

/// The sample gallery's shots in order.
pub fn gallery() -> Vec<Shot> {
    let mut number = 2000;
    SHOTS
        .iter()
        .map(|&(section, scene, seed, (width, height), time, exposure)| {
            number += 1 + (seed * 7 % 5) as u32;
            Shot {
                section,
                file_name: format!("HL_{number}.jpg"),
                scene,
                seed,
                width,
                height,
                captured: format!("2026:09:{time}"),
                exposure,
            }
        })
        .collect()
}
