//! What leaves with the renditions, and what is told about the photograph.

use imaging::{Captured, Limits, Mark, SIZES, render};

use crate::make::{Picture, Value, exif, rendered, with_chunk, with_exif, with_icc, with_segment};

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

/// What must not leave: each stands in some block of [`telling`] files.
const SECRETS: [&[u8]; 14] = [
    b"SERIAL-4711",
    b"Darkroom",
    b"DC-1",
    b"LENS-0815",
    b"MAKER-NOTE",
    b"PRIVATE-NOTE",
    b"GPS",
    b"xmpmeta",
    b"photoshop:City",
    b"Secret",
    b"2026:06:14",
    b"THUMBNAIL",
    b"8BIM",
    b"ICC_PROFILE",
];

/// A file of every format, with place, serial numbers, maker's note, thumbnail, caption, XMP, IPTC and comments.
fn telling() -> Vec<(&'static str, Vec<u8>)> {
    let photo = Picture::landscape(2_400, 1_600);
    let mut block = exif(
        &[
            (0x010E, Value::Text("PRIVATE-NOTE")),
            (0x010F, Value::Text("Darkroom Cameras")),
            (0x0110, Value::Text("DC-1")),
            (0x013B, Value::Text("Ada Hart")),
            (0x8298, Value::Text("(c) 2026 Ada Hart")),
        ],
        &[
            (0x9003, Value::Text("2026:06:14 15:04:05")),
            (0x927C, Value::Text("MAKER-NOTE")),
            (0xA431, Value::Text("SERIAL-4711")),
            (0xA435, Value::Text("LENS-0815")),
        ],
        &[
            (1, Value::Text("N")),
            (2, Value::Degrees([59, 20, 11])),
            (3, Value::Text("E")),
            (4, Value::Degrees([18, 3, 53])),
        ],
    );
    // the directory of a smaller picture, as cameras append it
    let next = 8 + 2 + 12 * 7;
    let at = u32::try_from(block.len()).unwrap();
    block[next..next + 4].copy_from_slice(&at.to_le_bytes());
    block.extend(b"\x02\0\x01\x02\x04\0\x01\0\0\0");
    block.extend((at + 30).to_le_bytes());
    block.extend(b"\x02\x02\x04\0\x01\0\0\0\x09\0\0\0\0\0\0\0THUMBNAIL");
    let xmp = "<x:xmpmeta><exif:GPSLatitude>59,20N</exif:GPSLatitude><photoshop:City>Visby</photoshop:City></x:xmpmeta>";
    let in_app1 = [b"http://ns.adobe.com/xap/1.0/\0", xmp.as_bytes()].concat();
    let iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0B\x1C\x02\x78\0\x06Secret\0";
    let jpeg = |file: Vec<u8>| {
        let file = with_segment(&with_exif(&file, &block), 0xE1, &in_app1);
        let file = with_segment(&with_segment(&file, 0xED, iptc), 0xFE, b"Secret comment");
        let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
        with_icc(&file, &profile)
    };
    let png = with_chunk(&photo.png(), b"eXIf", &block);
    let png = with_chunk(&png, b"tEXt", b"Comment\0Secret comment");
    let png = with_chunk(
        &png,
        b"iTXt",
        &[b"XML:com.adobe.xmp\0\0\0\0\0", xmp.as_bytes()].concat(),
    );
    vec![
        ("JPEG", jpeg(photo.jpeg())),
        (
            "progressive JPEG",
            jpeg(photo.encoder().progressive(true).encode().unwrap()),
        ),
        ("PNG", png),
    ]
}

/// nothing of the original's metadata is in any rendition, marked or not, but artist and copyright notice.
#[test]
fn renditions_carry_the_notices_and_nothing_else() {
    let mark = Mark::new("Hedda Lind").unwrap();
    for (format, file) in telling() {
        let made = render(&file[..], &Limits::default(), Some(&mark)).unwrap();
        let edges: Vec<_> = made.renditions.iter().map(|r| r.long_edge).collect();
        assert_eq!(edges, SIZES);
        assert_eq!(
            made.camera.as_deref(),
            Some("Darkroom Cameras DC-1"),
            "{format}"
        );
        let marked = made.renditions.iter().filter_map(|r| r.marked.as_ref());
        let files: Vec<&Vec<u8>> = made
            .renditions
            .iter()
            .map(|r| &r.jpeg)
            .chain(marked)
            .collect();
        assert_eq!(files.len(), 6);
        for jpeg in files {
            for secret in SECRETS {
                let name = String::from_utf8_lossy(secret);
                // Three letters are in any half megabyte of pixels, once in a while; a name is not.
                let told = if secret.len() > 4 {
                    contains(jpeg, secret)
                } else {
                    segments(jpeg)
                        .iter()
                        .any(|(_, part)| contains(part, secret))
                };
                assert!(!told, "{format}: {name}");
            }
            only_the_notices(jpeg);
        }
    }
}

/// One EXIF segment with two fields, beside the JFIF marker.
fn only_the_notices(jpeg: &[u8]) {
    let application: Vec<_> = segments(jpeg)
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
    let text = |text: &str| format!("\"{text}\"");
    assert_eq!(
        fields,
        [
            (exif::Tag::Artist, text("Ada Hart")),
            (exif::Tag::Copyright, text("(c) 2026 Ada Hart"))
        ]
    );
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
