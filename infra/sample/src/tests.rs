//! What the generated photographs promise: determinism, valid JPEG and Exif, tones like a photograph's.

use std::collections::HashSet;
use std::io::Cursor;

use zune_jpeg::JpegDecoder;

use crate::{
    Exif, Finish, Shot, TITLE, gallery, photograph, test_photograph, test_photograph_with,
};

/// The picture's size and its 8-bit RGB.
fn decoded(jpeg: &[u8]) -> (usize, usize, Vec<u8>) {
    let mut decoder = JpegDecoder::new(Cursor::new(jpeg));
    let pixels = decoder.decode().unwrap();
    let (w, h) = decoder.dimensions().unwrap();
    (w, h, pixels)
}

fn small(shot: &Shot) -> Shot {
    Shot {
        width: shot.width / 8,
        height: shot.height / 8,
        ..shot.clone()
    }
}

fn exif_of(jpeg: &[u8]) -> exif::Exif {
    exif::Reader::new()
        .read_from_container(&mut Cursor::new(jpeg))
        .unwrap()
}

fn field(of: &exif::Exif, tag: exif::Tag) -> Option<String> {
    of.get_field(tag, exif::In::PRIMARY)
        .map(|f| f.display_value().to_string())
}

#[test]
fn the_same_shot_gives_the_same_bytes_and_another_seed_others() {
    let shot = small(&gallery()[0]);
    assert_eq!(photograph(&shot), photograph(&shot));
    assert_ne!(
        photograph(&shot),
        photograph(&Shot {
            seed: shot.seed + 1,
            ..shot.clone()
        })
    );
}

#[test]
fn the_gallery_has_four_sections_in_one_piece_each_and_unique_names_in_both_formats() {
    let shots = gallery();
    let mut sections: Vec<_> = shots.iter().map(|s| s.section).collect();
    sections.dedup();
    assert_eq!(sections.len(), 4, "{sections:?}");
    assert!(!TITLE.is_empty());
    assert_eq!(
        shots
            .iter()
            .map(|s| &s.file_name)
            .collect::<HashSet<_>>()
            .len(),
        shots.len()
    );
    assert!(shots.iter().any(|s| s.width < s.height) && shots.iter().any(|s| s.width > s.height));
    assert!(
        shots.is_sorted_by_key(|s| s.file_name.clone()),
        "cameras count upwards"
    );
    assert!(shots.iter().all(|s| s.width.max(s.height) >= 2250));
}

#[test]
fn capture_times_rise_within_each_section() {
    for pair in gallery()
        .windows(2)
        .filter(|p| p[0].section == p[1].section)
    {
        assert!(
            pair[0].captured < pair[1].captured,
            "{} then {}",
            pair[0].captured,
            pair[1].captured
        );
    }
}

#[test]
fn every_shot_decodes_with_tones_like_a_photograph_and_no_two_are_alike() {
    let mut seen: Vec<(String, Vec<f32>)> = Vec::new();
    for shot in gallery() {
        let shot = small(&shot);
        let (w, h, pixels) = decoded(&photograph(&shot));
        assert_eq!((w as u32, h as u32), (shot.width, shot.height));
        let luma: Vec<f32> = pixels
            .chunks(3)
            .map(|p| 0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2]))
            .collect();
        let n = luma.len() as f32;
        let mean = luma.iter().sum::<f32>() / n;
        let deviation = (luma.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n).sqrt();
        let share = |f: &dyn Fn(f32) -> bool| luma.iter().filter(|v| f(**v)).count() as f32 / n;
        let name = format!("{} {:?}", shot.file_name, shot.scene);
        assert!((18.0..225.0).contains(&mean), "{name}: mean {mean}");
        assert!(deviation > 9.0, "{name}: flat, deviation {deviation}");
        assert!(share(&|v| v > 253.0) < 0.06, "{name}: burnt out");
        assert!(share(&|v| v < 4.0) < 0.25, "{name}: drowned");
        // A coarse print of the picture: 8 × 8 means.
        let print: Vec<f32> = (0..64)
            .map(|i| {
                let (bx, by) = ((i % 8) * w / 8, (i / 8) * h / 8);
                let rows =
                    (by..by + h / 8).flat_map(|y| luma[y * w + bx..y * w + bx + w / 8].iter());
                rows.sum::<f32>() / ((w / 8) * (h / 8)) as f32
            })
            .collect();
        for (other, theirs) in &seen {
            let apart = print
                .iter()
                .zip(theirs)
                .map(|(a, b)| (a - b).abs())
                .sum::<f32>()
                / 64.0;
            assert!(apart > 3.0, "{name} looks like {other}: {apart}");
        }
        seen.push((name, print));
    }
}

#[test]
fn exif_says_when_and_how_a_shot_was_taken_and_no_place() {
    let shot = small(&gallery()[0]);
    let read = exif_of(&photograph(&shot));
    let captured = shot.captured.replacen(':', "-", 2);
    assert_eq!(field(&read, exif::Tag::DateTimeOriginal), Some(captured));
    assert_eq!(
        field(&read, exif::Tag::PixelXDimension),
        Some(shot.width.to_string())
    );
    assert_eq!(
        field(&read, exif::Tag::PhotographicSensitivity),
        Some(shot.exposure.2.to_string())
    );
    assert_eq!(
        field(&read, exif::Tag::FocalLength),
        Some(shot.exposure.3.to_string())
    );
    assert_eq!(field(&read, exif::Tag::GPSLatitude), None);
    assert_eq!(field(&read, exif::Tag::Make), None);
}

#[test]
fn a_test_photograph_carries_the_orientation_and_place_it_was_given() {
    let given = Exif {
        captured: Some("2026:09:12 15:04:05".to_owned()),
        orientation: Some(6),
        gps: Some((59.5, -10.25)),
        ..Exif::default()
    };
    let jpeg = test_photograph(640, 480, 1, &given);
    let read = exif_of(&jpeg);
    let orientation = read
        .get_field(exif::Tag::Orientation, exif::In::PRIMARY)
        .unwrap();
    assert_eq!(orientation.value.get_uint(0), Some(6));
    assert_eq!(
        field(&read, exif::Tag::GPSLatitude).unwrap(),
        "59 deg 30 min 0 sec"
    );
    assert_eq!(
        field(&read, exif::Tag::GPSLongitude).unwrap(),
        "10 deg 15 min 0 sec"
    );
    assert_eq!(field(&read, exif::Tag::GPSLongitudeRef).unwrap(), "W");
    assert_eq!(
        decoded(&jpeg).0,
        640,
        "the tag turns the picture, not the pixels"
    );
    assert!(
        exif_of(&test_photograph(64, 48, 1, &Exif::default()))
            .get_field(exif::Tag::Orientation, exif::In::PRIMARY)
            .is_none()
    );
}

#[test]
fn a_test_photograph_can_be_progressive_and_grain_makes_it_larger() {
    let exif = Exif::default();
    let plain = test_photograph(900, 600, 3, &exif);
    let finish = Finish {
        progressive: true,
        ..Finish::default()
    };
    let progressive = test_photograph_with(900, 600, 3, &exif, &finish);
    let frame = |jpeg: &[u8], marker: u8| jpeg.windows(2).any(|w| w == [0xFF, marker]);
    assert!(frame(&plain, 0xC0) && !frame(&plain, 0xC2));
    assert!(frame(&progressive, 0xC2) && !frame(&progressive, 0xC0));
    assert_eq!(decoded(&progressive).2.len(), 900 * 600 * 3);
    let coarse = test_photograph_with(
        900,
        600,
        3,
        &exif,
        &Finish {
            grain: 9.0,
            ..Finish::default()
        },
    );
    assert!(
        coarse.len() > plain.len() * 3 / 2,
        "{} against {}",
        coarse.len(),
        plain.len()
    );
}
