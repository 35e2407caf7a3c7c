//! The sample gallery: its title and its shots, in the order a photographer would deliver them.

use crate::{Scene, Shot};

/// The sample gallery's title.
pub const TITLE: &str = "Ida & Jonas";

/// The clock of the camera: Central European Summer Time.
pub const OFFSET: &str = "+02:00";

const WIDE: (u32, u32) = (2400, 1600);
const TALL: (u32, u32) = (1600, 2400);
const PLATE: (u32, u32) = (1800, 2250);
const PANORAMA: (u32, u32) = (2560, 1440);

/// Time in seconds as a fraction, aperture × 10, ISO, millimetres.
type Exposure = ((u32, u32), u32, u16, u32);

const DAY: Exposure = ((1, 500), 80, 100, 35);
const TELE: Exposure = ((1, 250), 80, 200, 135);
const CLOSE: Exposure = ((1, 1250), 20, 100, 85);
const LONG: Exposure = ((30, 1), 110, 64, 24);
const WOOD: Exposure = ((1, 160), 40, 400, 50);
const ROOM: Exposure = ((1, 125), 28, 200, 50);
const DUSK: Exposure = ((1, 60), 56, 400, 70);
const FEAST: Exposure = ((1, 125), 14, 1600, 85);
const NIGHT: Exposure = ((15, 1), 20, 3200, 20);

/// Scene, seed, size, day and time, exposure.
type Row = (Scene, u64, (u32, u32), &'static str, Exposure);

const WEATHER: &[Row] = &[
    (Scene::CloudSea, 53, PANORAMA, "12 06:41:09", DAY),
    (Scene::Dawn, 43, WIDE, "12 06:58:26", TELE),
    (Scene::Spruces, 56, TALL, "12 08:14:51", WOOD),
    (Scene::Ridges, 44, WIDE, "12 10:20:55", DAY),
    (Scene::Spruces, 67, WIDE, "12 11:47:30", WOOD),
    (Scene::Ridges, 70, PLATE, "12 14:09:12", DAY),
    (Scene::Alpenglow, 45, WIDE, "12 18:52:31", TELE),
    (Scene::Dawn, 71, TALL, "12 19:16:44", TELE),
];

const COAST: &[Row] = &[
    (Scene::Headlands, 55, WIDE, "13 17:12:20", DAY),
    (Scene::Dunes, 58, WIDE, "13 17:31:47", DAY),
    (Scene::Dunes, 63, TALL, "13 17:36:05", DAY),
    (Scene::Grasses, 61, WIDE, "13 18:02:33", CLOSE),
    (Scene::Glitter, 41, WIDE, "13 18:21:12", DAY),
    (Scene::Grasses, 66, PLATE, "13 18:29:58", CLOSE),
    (Scene::LongExposure, 42, TALL, "13 19:08:40", LONG),
];

const LAKE: &[Row] = &[
    (Scene::LakeMist, 52, TALL, "14 06:58:02", DAY),
    (Scene::Trunks, 57, TALL, "14 08:20:15", WOOD),
    (Scene::Lake, 46, WIDE, "14 10:31:02", DAY),
    (Scene::Trunks, 68, WIDE, "14 11:05:38", WOOD),
    (Scene::Curtain, 60, PLATE, "14 15:42:10", ROOM),
    (Scene::Window, 59, TALL, "14 17:26:44", ROOM),
];

const EVENING: &[Row] = &[
    (Scene::LakeDusk, 73, PANORAMA, "14 19:12:05", DUSK),
    (Scene::Strings, 47, WIDE, "14 20:15:44", FEAST),
    (Scene::Bulbs, 48, PLATE, "14 20:32:18", FEAST),
    (Scene::Strings, 74, TALL, "14 20:58:27", FEAST),
    (Scene::Bulbs, 76, WIDE, "14 21:20:03", FEAST),
    (Scene::Stars, 54, TALL, "14 23:41:36", NIGHT),
    (Scene::Stars, 78, WIDE, "14 23:58:09", NIGHT),
];

const SECTIONS: &[(&str, &[Row])] = &[
    ("Up in the weather", WEATHER),
    ("The coast", COAST),
    ("The lake", LAKE),
    ("The evening", EVENING),
];

/// The sample gallery's shots in order.
pub fn gallery() -> Vec<Shot> {
    let mut number = 2000;
    let mut shots = Vec::new();
    for &(section, rows) in SECTIONS {
        for &(scene, seed, (width, height), time, exposure) in rows {
            // A selection leaves gaps in the camera's numbers.
            number += 1 + (seed * 7 % 5) as u32;
            shots.push(Shot {
                section,
                file_name: format!("HL_{number}.jpg"),
                scene,
                seed,
                width,
                height,
                captured: format!("2026:09:{time}"),
                exposure,
            });
        }
    }
    shots
}
