//! What leaves with the renditions, and what is told about the photograph.

use imaging::{Captured, SIZES};

use crate::make::{Picture, Value, exif, rendered, with_exif, with_segment};

/// A camera's EXIF: serial number, time, place, notice.
fn camera_exif() -> Vec<u8> {
    exif(
        &[
            (0x010F, Value::Text("Darkroom Cameras")),
            (0x0110, Value::Text("DC-1")),
            (0x013B, Value::Text("Ada Hart")),
            (0x8298, Value::Text("(c) 2026 Ada Hart")),
        ],
        &[
            (0x9003, Value::Text("2026:06:14 15:04:05")),
            (0x9011, Value::Text("+02:00")),
            (0x9291, Value::Text("25")),
            (0xA431, Value::Text("SERIAL-4711")),
        ],
        &[
            (1, Value::Text("N")),
            (2, Value::Degrees([59, 20, 11])),
            (3, Value::Text("E")),
            (4, Value::Degrees([18, 3, 53])),
        ],
    )
}

fn contains(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

/// The markers of a JPEG before its picture data, with their segments.
fn segments(jpeg: &[u8]) -> Vec<(u8, &[u8])> {
    let mut at = 2;
    let mut segments = Vec::new();
    while jpeg[at + 1] != 0xDA {
        let length = usize::from(u16::from_be_bytes([jpeg[at + 2], jpeg[at + 3]]));
        segments.push((jpeg[at + 1], &jpeg[at + 4..at + 2 + length]));
        at += 2 + length;
    }
    segments
}

/// What is told of a photograph beside its pixels.
#[test]
fn camera_author_size_and_sum_are_told() {
    let file = with_exif(&Picture::landscape(96, 64).jpeg(), &camera_exif());
    let made = rendered(&file);
    assert_eq!(made.camera.as_deref(), Some("Darkroom Cameras DC-1"));
    assert_eq!(made.artist.as_deref(), Some("Ada Hart"));
    assert_eq!(made.copyright.as_deref(), Some("(c) 2026 Ada Hart"));
    assert_eq!(made.crc32, crc32fast::hash(&file));
    assert_eq!(made.bytes, file.len() as u64);
    assert_eq!((made.stored, made.width, made.height), ((96, 64), 96, 64));
    // what follows the picture is the file's too
    let longer = [&file[..], &[7; 100_000]].concat();
    let again = rendered(&longer);
    assert_eq!(
        (again.crc32, again.bytes),
        (crc32fast::hash(&longer), longer.len() as u64)
    );
    assert_eq!(again.renditions, made.renditions);
}

/// no place, serial number, maker or XMP in a rendition; artist, copyright notice and nothing else.
#[test]
fn renditions_carry_the_notices_and_nothing_else() {
    let file = with_exif(&Picture::landscape(2_400, 1_600).jpeg(), &camera_exif());
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><exif:GPSLatitude>59,20N</exif:GPSLatitude></x:xmpmeta>";
    let file = with_segment(&file, 0xE1, xmp);
    let file = with_segment(&file, 0xFE, b"Secret comment");
    let made = rendered(&file);
    assert_eq!(
        made.renditions
            .iter()
            .map(|r| r.long_edge)
            .collect::<Vec<_>>(),
        SIZES
    );
    for rendition in &made.renditions {
        for secret in [
            &b"SERIAL-4711"[..],
            b"Darkroom",
            b"GPS",
            b"xmpmeta",
            b"Secret",
            b"2026:06:14",
        ] {
            assert!(
                !contains(&rendition.jpeg, secret),
                "{:?}",
                String::from_utf8_lossy(secret)
            );
        }
        let application: Vec<_> = segments(&rendition.jpeg)
            .into_iter()
            .filter(|(m, _)| *m >= 0xE0)
            .collect();
        let markers: Vec<u8> = application.iter().map(|(marker, _)| *marker).collect();
        assert_eq!(markers, [0xE0, 0xE1]);
        let block = application[1].1.strip_prefix(b"Exif\0\0").unwrap();
        let kept = exif::Reader::new().read_raw(block.to_vec()).unwrap();
        let fields: Vec<_> = kept
            .fields()
            .map(|field| (field.tag, field.display_value().to_string()))
            .collect();
        assert_eq!(
            fields,
            [
                (exif::Tag::Artist, "\"Ada Hart\"".to_owned()),
                (exif::Tag::Copyright, "\"(c) 2026 Ada Hart\"".to_owned())
            ]
        );
    }
}

#[test]
fn without_a_notice_there_is_no_metadata_at_all() {
    let made = rendered(&Picture::landscape(400, 300).jpeg());
    for rendition in &made.renditions {
        assert!(
            segments(&rendition.jpeg)
                .iter()
                .all(|(marker, _)| *marker <= 0xE0)
        );
    }
    assert_eq!(made.captured, None);
}

#[test]
fn the_time_of_capture_is_the_cameras() {
    let made = rendered(&with_exif(
        &Picture::landscape(64, 64).jpeg(),
        &camera_exif(),
    ));
    let expected = Captured {
        local: "2026-06-14T15:04:05.250".to_owned(),
        offset: Some("+02:00".to_owned()),
    };
    assert_eq!(made.captured, Some(expected));
    let plain = exif(&[], &[(0x9003, Value::Text("2026:06:14 15:04:05"))], &[]);
    let made = rendered(&with_exif(&Picture::landscape(64, 64).jpeg(), &plain));
    assert_eq!(
        made.captured,
        Some(Captured {
            local: "2026-06-14T15:04:05".to_owned(),
            offset: None
        })
    );
}

/// The placeholder is small, and is the picture's: its average is near that of the pixels.
#[test]
fn the_placeholder_looks_like_the_photograph() {
    let made = rendered(
        &Picture::of(800, 500, |x, _| {
            if x < 400 {
                [240, 30, 30]
            } else {
                [30, 30, 240]
            }
        })
        .jpeg(),
    );
    assert!(made.thumbhash.len() <= 25);
    let (width, height, rgba) = thumbhash::thumb_hash_to_rgba(&made.thumbhash).unwrap();
    let left = &rgba[..4];
    let right = &rgba[(width - 1) * 4..width * 4];
    assert!(width > height && left[0] > left[2] + 60 && right[2] > right[0] + 60);
    assert!(
        made.average
            .iter()
            .zip([135, 30, 135])
            .all(|(a, e)| a.abs_diff(e) <= 5),
        "{:?}",
        made.average
    );
}
