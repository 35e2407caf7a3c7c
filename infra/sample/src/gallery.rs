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

/// Section, scene, seed, size, day and time, and the exposure: one over the time in seconds (negative: seconds),
/// aperture × 10, ISO, millimetres.
type Row = (&'static str, Scene, u64, (u32, u32), &'static str, [i32; 4]);

const SHOTS: &[Row] = &[
    (
        COAST,
        Scene::Glitter,
        41,
        WIDE,
        "12 17:48:12",
        [1000, 80, 100, 35],
    ),
    (
        COAST,
        Scene::LongExposure,
        42,
        TALL,
        "12 18:56:40",
        [-30, 110, 64, 24],
    ),
    (
        WEATHER,
        Scene::Dawn,
        43,
        WIDE,
        "13 06:41:09",
        [125, 80, 200, 85],
    ),
    (
        WEATHER,
        Scene::Ridges,
        44,
        PANORAMA,
        "13 10:20:55",
        [500, 71, 100, 35],
    ),
    (
        WEATHER,
        Scene::Alpenglow,
        45,
        WIDE,
        "13 18:32:31",
        [250, 80, 200, 135],
    ),
    (
        LAKE,
        Scene::Lake,
        46,
        WIDE,
        "13 15:31:02",
        [320, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::LakeDusk,
        51,
        WIDE,
        "13 18:31:02",
        [125, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::LakeMist,
        52,
        TALL,
        "13 18:32:02",
        [125, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::CloudSea,
        53,
        WIDE,
        "13 18:33:02",
        [125, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::Stars,
        54,
        TALL,
        "13 18:34:02",
        [-15, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::Headlands,
        55,
        WIDE,
        "13 18:35:02",
        [125, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::Spruces,
        56,
        WIDE,
        "13 18:36:02",
        [125, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::Trunks,
        57,
        TALL,
        "13 18:37:02",
        [125, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::Dunes,
        58,
        WIDE,
        "13 18:38:02",
        [125, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::Window,
        59,
        TALL,
        "13 18:39:02",
        [125, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::Linen,
        60,
        WIDE,
        "13 18:40:02",
        [125, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::Grasses,
        61,
        WIDE,
        "13 18:41:02",
        [125, 80, 100, 35],
    ),
    (
        EVENING,
        Scene::Strings,
        47,
        WIDE,
        "14 21:15:44",
        [125, 14, 1600, 85],
    ),
    (
        EVENING,
        Scene::Bulbs,
        48,
        PLATE,
        "14 21:32:18",
        [125, 14, 1600, 85],
    ),
];

/// The sample gallery's shots in order.
pub fn gallery() -> Vec<Shot> {
    let mut number = 2000;
    let shot = |&(section, scene, seed, (width, height), time, exposure): &Row| {
        // A selection leaves gaps in the camera's numbers.
        number += 1 + (seed * 7 % 5) as u32;
        let [time_of, aperture, iso, focal] = exposure.map(i32::unsigned_abs);
        Shot {
            section,
            file_name: format!("HL_{number}.jpg"),
            scene,
            seed,
            width,
            height,
            captured: format!("2026:09:{time}"),
            exposure: (
                if exposure[0] < 0 {
                    (time_of, 1)
                } else {
                    (1, time_of)
                },
                aperture,
                iso as u16,
                focal,
            ),
        }
    };
    SHOTS.iter().map(shot).collect()
}
