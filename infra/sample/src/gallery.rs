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
        Scene::Headlands,
        55,
        WIDE,
        "12 17:12:20",
        [500, 80, 100, 35],
    ),
    (
        COAST,
        Scene::Dunes,
        58,
        WIDE,
        "12 17:31:47",
        [640, 80, 100, 50],
    ),
    (
        COAST,
        Scene::Dunes,
        63,
        TALL,
        "12 17:36:05",
        [640, 80, 100, 50],
    ),
    (
        COAST,
        Scene::Grasses,
        61,
        WIDE,
        "12 18:02:33",
        [1250, 20, 100, 85],
    ),
    (
        COAST,
        Scene::Glitter,
        41,
        WIDE,
        "12 18:21:12",
        [1000, 80, 100, 35],
    ),
    (
        COAST,
        Scene::Grasses,
        66,
        PLATE,
        "12 18:29:58",
        [1250, 20, 100, 85],
    ),
    (
        COAST,
        Scene::LongExposure,
        42,
        TALL,
        "12 19:08:40",
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
        Scene::CloudSea,
        53,
        PANORAMA,
        "13 07:03:26",
        [200, 80, 100, 50],
    ),
    (
        WEATHER,
        Scene::Spruces,
        56,
        TALL,
        "13 08:14:51",
        [160, 56, 200, 70],
    ),
    (
        WEATHER,
        Scene::Ridges,
        44,
        WIDE,
        "13 10:20:55",
        [500, 71, 100, 35],
    ),
    (
        WEATHER,
        Scene::Spruces,
        67,
        WIDE,
        "13 11:47:30",
        [160, 56, 200, 70],
    ),
    (
        WEATHER,
        Scene::Ridges,
        70,
        PLATE,
        "13 14:09:12",
        [500, 71, 100, 50],
    ),
    (
        WEATHER,
        Scene::Alpenglow,
        45,
        WIDE,
        "13 18:52:31",
        [250, 80, 200, 135],
    ),
    (
        WEATHER,
        Scene::Dawn,
        71,
        TALL,
        "13 19:16:44",
        [125, 80, 200, 135],
    ),
    (
        LAKE,
        Scene::LakeMist,
        52,
        TALL,
        "14 06:58:02",
        [125, 80, 100, 50],
    ),
    (
        LAKE,
        Scene::Trunks,
        57,
        TALL,
        "14 08:20:15",
        [200, 40, 400, 50],
    ),
    (
        LAKE,
        Scene::Lake,
        46,
        WIDE,
        "14 10:31:02",
        [320, 80, 100, 35],
    ),
    (
        LAKE,
        Scene::Trunks,
        68,
        WIDE,
        "14 11:05:38",
        [200, 40, 400, 35],
    ),
    (
        LAKE,
        Scene::Curtain,
        60,
        PLATE,
        "14 15:42:10",
        [125, 28, 200, 50],
    ),
    (
        LAKE,
        Scene::Window,
        59,
        TALL,
        "14 17:26:44",
        [160, 40, 200, 50],
    ),
    (
        LAKE,
        Scene::LakeDusk,
        51,
        WIDE,
        "14 18:47:19",
        [125, 80, 100, 50],
    ),
    (
        EVENING,
        Scene::LakeDusk,
        73,
        PANORAMA,
        "14 19:12:05",
        [60, 56, 200, 70],
    ),
    (
        EVENING,
        Scene::Strings,
        47,
        WIDE,
        "14 20:15:44",
        [125, 14, 1600, 85],
    ),
    (
        EVENING,
        Scene::Bulbs,
        48,
        PLATE,
        "14 20:32:18",
        [125, 14, 1600, 85],
    ),
    (
        EVENING,
        Scene::Strings,
        74,
        TALL,
        "14 20:58:27",
        [125, 14, 1600, 85],
    ),
    (
        EVENING,
        Scene::Bulbs,
        76,
        WIDE,
        "14 21:20:03",
        [125, 14, 1600, 85],
    ),
    (
        EVENING,
        Scene::Stars,
        54,
        TALL,
        "14 23:41:36",
        [-15, 20, 3200, 20],
    ),
    (
        EVENING,
        Scene::Stars,
        78,
        WIDE,
        "14 23:58:09",
        [-15, 20, 3200, 20],
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
