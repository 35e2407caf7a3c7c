//! Logos as programs export them and as strangers would: every kind of PNG is read, everything else is refused in words.

use imaging::{Limits, Logo, LogoRejection, Mark, Placement, render};
use png::{BitDepth, ColorType};

use crate::make::Picture;

/// A PNG of 96 × 64 pixels of these samples, with what `set` says.
fn png(
    (width, height): (u32, u32),
    kind: (ColorType, BitDepth),
    samples: &[u8],
    set: impl Fn(&mut png::Info<'static>),
) -> Vec<u8> {
    let mut info = png::Info::with_size(width, height);
    (info.color_type, info.bit_depth) = kind;
    set(&mut info);
    let mut file = Vec::new();
    let encoder = png::Encoder::with_info(&mut file, info).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(samples).unwrap();
    writer.finish().unwrap();
    file
}

fn rgba(width: u32, height: u32, pixel: [u8; 4]) -> Vec<u8> {
    let samples = pixel.repeat((width * height) as usize);
    let kind = (ColorType::Rgba, BitDepth::Eight);
    png((width, height), kind, &samples, |_| {})
}

/// The colour in the middle of a grey picture that this logo is drawn on, fully.
fn colour(file: &[u8]) -> [u8; 3] {
    let mark = Mark::of(Logo::read(file).unwrap());
    let mark = mark.placement(Placement::Centre).size(60).opacity(100);
    let grey = Picture {
        width: 600,
        height: 400,
        rgb: vec![128; 600 * 400 * 3],
    };
    let rendered = render(&grey.jpeg()[..], &Limits::default(), Some(&mark)).unwrap();
    let proof = rendered.renditions[0].marked.clone().unwrap();
    let decoded = crate::make::decoded(&imaging::Rendition {
        jpeg: proof,
        ..rendered.renditions[0].clone()
    });
    let at = (200 * decoded.width + 300) * 3;
    [decoded.rgb[at], decoded.rgb[at + 1], decoded.rgb[at + 2]]
}

fn near(found: [u8; 3], meant: [u8; 3]) -> bool {
    found.iter().zip(meant).all(|(a, b)| a.abs_diff(b) <= 6)
}

/// Palette, grey, one bit, 16 bits, with a transparent colour or an alpha channel, interlaced.
#[test]
fn every_kind_of_png_is_a_logo() {
    let size = (96, 64);
    let pixels = 96 * 64;
    let fill = |sample: &[u8]| sample.repeat(pixels);
    let (eight, sixteen) = (BitDepth::Eight, BitDepth::Sixteen);
    let red = [200, 30, 40];
    let cases = [
        (png(size, (ColorType::Rgb, eight), &fill(&red), |_| {}), red),
        (rgba(96, 64, [200, 30, 40, 255]), red),
        (
            png(
                size,
                (ColorType::Rgb, sixteen),
                &fill(&[200, 1, 30, 2, 40, 3]),
                |_| {},
            ),
            red,
        ),
        (
            png(
                size,
                (ColorType::Rgba, sixteen),
                &fill(&[200, 0, 30, 0, 40, 0, 255, 255]),
                |_| {},
            ),
            red,
        ),
        (
            png(size, (ColorType::Grayscale, eight), &fill(&[220]), |_| {}),
            [220; 3],
        ),
        (
            png(
                size,
                (ColorType::Grayscale, sixteen),
                &fill(&[220, 9]),
                |_| {},
            ),
            [220; 3],
        ),
        (
            png(
                size,
                (ColorType::Grayscale, BitDepth::One),
                &vec![0xFF; pixels / 8],
                |_| {},
            ),
            [255; 3],
        ),
        (
            png(
                size,
                (ColorType::GrayscaleAlpha, eight),
                &fill(&[220, 255]),
                |_| {},
            ),
            [220; 3],
        ),
        (
            png(
                size,
                (ColorType::Indexed, BitDepth::Two),
                &vec![0b0101_0101; pixels / 4],
                |info| {
                    info.palette = Some(vec![0, 0, 0, 200, 30, 40].into());
                    info.trns = Some(vec![0, 255].into());
                },
            ),
            red,
        ),
    ];
    for (number, (file, meant)) in cases.iter().enumerate() {
        let found = colour(file);
        assert!(near(found, *meant), "{number}: {found:?}");
    }
}

/// The red of Display P3 is a redder one than sRGB's, and a profile that cannot be read changes nothing.
#[test]
fn a_profile_is_applied() {
    let p3 = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let with = |icc: Vec<u8>| {
        let samples = [180, 90, 60, 255].repeat(96 * 64);
        png(
            (96, 64),
            (ColorType::Rgba, BitDepth::Eight),
            &samples,
            |info| {
                info.icc_profile = Some(icc.clone().into());
            },
        )
    };
    let converted = colour(&with(p3));
    assert!(converted[0] > 186 && converted[1] < 90, "{converted:?}");
    assert!(near(
        colour(&with(b"no profile at all".to_vec())),
        [180, 90, 60]
    ));
}

/// A wide transparent border is no part of a logo, and a box that hides the picture is told from it.
#[test]
fn an_empty_border_is_cut_off() {
    let samples: Vec<u8> = (0..400 * 300_u32)
        .flat_map(|at| {
            let (x, y) = (at % 400, at / 400);
            let seen = (100..250).contains(&x) && (40..90).contains(&y);
            [255, 255, 255, if seen { 200 } else { 0 }]
        })
        .collect();
    let file = png(
        (400, 300),
        (ColorType::Rgba, BitDepth::Eight),
        &samples,
        |_| {},
    );
    let logo = Logo::read(&file).unwrap();
    assert_eq!(logo.dimensions(), (150, 50));
    let kept = Logo::read(&logo.png()).unwrap();
    assert_eq!(
        (kept.dimensions(), kept.png()),
        (logo.dimensions(), logo.png())
    );
    assert!(!logo.is_opaque());
    assert!(
        Logo::read(&rgba(60, 40, [9, 9, 9, 255]))
            .unwrap()
            .is_opaque()
    );
    assert_eq!(
        Logo::read(&rgba(3_000, 1_000, [9; 4]))
            .unwrap()
            .dimensions(),
        (2_048, 683)
    );
}

/// Each with a code and a sentence that says what to do.
#[test]
fn what_is_no_logo_is_refused_in_words() {
    let good = rgba(96, 64, [1, 2, 3, 255]);
    let mut bomb = good.clone();
    bomb[16..24].copy_from_slice(&[0, 0, 0x40, 0, 0, 0, 0x40, 0]);
    let sum = crc32fast::hash(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&sum.to_be_bytes());
    let mut flipped = good.clone();
    flipped[50] ^= 0x40;
    let photograph = Picture::landscape(100, 80).jpeg();
    let cases: [(&[u8], &str, &str); 12] = [
        (b"", "logo-empty", "empty"),
        (&photograph, "logo-not-png", "this is a JPEG"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "logo-not-png",
            "an SVG drawing",
        ),
        (b"what is this", "logo-not-png", "something else"),
        (&vec![0; 4_000_001], "logo-too-many-bytes", "4 MB"),
        (&bomb, "logo-too-large", "16384 × 16384"),
        (&rgba(4_097, 40, [9; 4]), "logo-too-large", "4097 × 40"),
        (&rgba(31, 31, [9; 4]), "logo-too-small", "31 × 31"),
        (&rgba(210, 10, [9; 4]), "logo-too-long", "20 times"),
        (
            &rgba(96, 64, [9, 9, 9, 0]),
            "logo-transparent",
            "transparent everywhere",
        ),
        (&good[..good.len() / 2], "logo-truncated", "too early"),
        (&flipped, "logo-damaged", "damaged"),
    ];
    for (file, code, words) in cases {
        let refused = Logo::read(file).unwrap_err();
        assert_eq!(refused.code(), code);
        assert!(refused.to_string().contains(words), "{refused}");
    }
}

/// whatever is cut off or flipped in a logo, it is read or refused.
#[test]
fn damaged_logos_are_read_or_refused() {
    let samples: Vec<u8> = (0..96 * 64 * 4_u32).map(|i| (i * 31 % 251) as u8).collect();
    let icc = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let file = png(
        (96, 64),
        (ColorType::Rgba, BitDepth::Eight),
        &samples,
        |info| {
            info.icc_profile = Some(icc.clone().into());
        },
    );
    let cut = (0..200).map(|part| file[..file.len() * part / 200].to_vec());
    let flipped = (0..1_000).map(|seed: usize| {
        let mut file = file.clone();
        let at = seed.wrapping_mul(2_654_435_761) % file.len();
        file[at] ^= 1 << (seed % 8);
        // half of them with their sums right again, so that the damage is found later
        if seed.is_multiple_of(2) {
            mend(&mut file);
        }
        file
    });
    let mut refused = 0;
    for file in cut.chain(flipped) {
        match Logo::read(&file) {
            Ok(logo) => assert!(logo.dimensions().0.max(logo.dimensions().1) >= 32),
            Err(LogoRejection::TooManyBytes { .. }) => panic!("no larger than it was"),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 600, "{refused}");
}

/// Writes each chunk's CRC anew.
fn mend(file: &mut [u8]) {
    let mut at = 8;
    while let Some(length) = file.get(at..at + 4) {
        let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
        let end = at + 8 + length;
        if end + 4 > file.len() {
            return;
        }
        let sum = crc32fast::hash(&file[at + 4..end]);
        file[end..end + 4].copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
}
