//! Profiles, inks and depth, through whole files.

use imaging::Warning;
use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};
use moxcms::ColorProfile;

use crate::make::{self, Picture, Value, decoded, exif, near, rendered, with_exif, with_icc};

fn flat(rgb: [u8; 3]) -> Vec<u8> {
    Picture::of(96, 64, |_, _| rgb)
        .encoder()
        .quality(100)
        .subsampling(Subsampling::S444)
        .encode()
        .unwrap()
}

fn shown(file: &[u8]) -> [u8; 3] {
    decoded(&rendered(file).renditions[0]).at(0.5, 0.5)
}

/// The expected values follow from the profiles' definitions (primaries, white point, curve), computed outside.
#[test]
fn embedded_profiles_become_srgb() {
    let adobe = ColorProfile::new_adobe_rgb().encode().unwrap();
    let p3 = ColorProfile::new_display_p3().encode().unwrap();
    let cases = [
        (&adobe, [200, 100, 50], [227, 100, 42]),
        (&adobe, [90, 150, 120], [36, 151, 119]),
        (&p3, [200, 100, 50], [215, 93, 31]),
        (&p3, [90, 150, 120], [67, 152, 118]),
    ];
    for (profile, from, expected) in cases {
        let actual = shown(&with_icc(&flat(from), profile));
        assert!(
            near(actual, expected, 3),
            "{from:?} is shown as {actual:?}, not {expected:?}"
        );
    }
}

/// Cameras set to Adobe RGB say "uncalibrated" in EXIF and embed nothing.
#[test]
fn uncalibrated_exif_means_adobe_rgb() {
    let uncalibrated = exif(&[], &[(0xA001, Value::Short(0xFFFF))], &[]);
    let srgb = exif(&[], &[(0xA001, Value::Short(1))], &[]);
    let file = flat([200, 100, 50]);
    assert!(near(
        shown(&with_exif(&file, &uncalibrated)),
        [227, 100, 42],
        3
    ));
    assert!(near(shown(&with_exif(&file, &srgb)), [200, 100, 50], 3));
}

/// An sRGB profile costs nothing and changes nothing: the renditions are the same bytes.
#[test]
fn an_srgb_profile_changes_nothing() {
    let file = Picture::landscape(900, 600).jpeg();
    let profile = ColorProfile::new_srgb().encode().unwrap();
    let with = rendered(&with_icc(&file, &profile));
    assert!(with.renditions == rendered(&file).renditions);
    assert_eq!(with.warnings, []);
}

#[test]
fn a_damaged_profile_is_as_none_and_said() {
    let file = Picture::landscape(300, 200).jpeg();
    let with = rendered(&with_icc(&file, b"not a profile at all"));
    assert!(with.renditions == rendered(&file).renditions);
    assert_eq!(with.warnings, [Warning::ProfileUnreadable]);
    assert!(!with.truncated());
}

/// A ramp in 16-bit ProPhoto stays a ramp: neighbouring columns differ by a level or two, not by a band.
#[test]
fn pro_photo_does_not_band() {
    let ramp = image::ImageBuffer::<image::Rgb<u16>, _>::from_fn(1_536, 64, |x, _| {
        image::Rgb([u16::try_from(x * 42).unwrap(); 3])
    });
    let png = make::encoded(ramp.into(), image::ImageFormat::Png);
    let profile = ColorProfile::new_pro_photo_rgb().encode().unwrap();
    // A stored (uncompressed) deflate stream is enough for a chunk made by hand.
    let length = u16::try_from(profile.len()).unwrap();
    let mut adler = (1_u32, 0_u32);
    for byte in &profile {
        adler.0 = (adler.0 + u32::from(*byte)) % 65_521;
        adler.1 = (adler.1 + adler.0) % 65_521;
    }
    let stream = [
        &b"ProPhoto\0\0\x78\x01\x01"[..],
        &length.to_le_bytes(),
        &(!length).to_le_bytes(),
        &profile,
        &(adler.1 << 16 | adler.0).to_be_bytes(),
    ]
    .concat();
    let made = rendered(&make::with_chunk(&png, b"iCCP", &stream));
    let picture = decoded(&made.renditions[0]);
    let row = &picture.rgb[32 * 1_536 * 3..33 * 1_536 * 3];
    let greens: Vec<i32> = row.chunks_exact(3).map(|p| i32::from(p[1])).collect();
    let worst = greens
        .windows(2)
        .map(|w| (w[1] - w[0]).abs())
        .max()
        .unwrap();
    assert!(worst <= 3, "a step of {worst}");
    // A grey of ProPhoto is a lighter grey of sRGB; without its profile the middle would be 127.
    assert!((140..=150).contains(&greens[768]), "{}", greens[768]);
}

/// A file with Adobe's marker, holding these four values in every pixel.
fn four_values(stored: [u8; 4], transform: u8) -> Vec<u8> {
    let pixels = stored.repeat(64 * 64);
    let mut file = Encoder::new(&pixels, 64, 64, PixelFormat::Cmyk)
        .quality(100)
        .encode()
        .unwrap();
    let marker = file.windows(5).position(|w| w == b"Adobe").unwrap();
    file[marker + 11] = transform;
    file
}

/// CMYK as Photoshop writes it, inverted and in both of its forms: as it is, and with the colours as YCbCr.
#[test]
fn cmyk_without_a_profile_is_ink_on_paper() {
    let cases = [
        ([0, 0, 0, 0], [255, 255, 255]),
        ([0, 0, 0, 255], [0, 0, 0]),
        ([255, 0, 0, 0], [0, 255, 255]),
        ([0, 128, 255, 0], [255, 127, 0]),
    ];
    for (inks, expected) in cases {
        let cmyk = four_values(inks.map(|ink| 255 - ink), 0);
        let [r, g, b, k] = inks.map(f64::from);
        let y = 0.299 * r + 0.587 * g + 0.114 * b;
        let ycc = [
            y,
            128.0 + (b - y) / 1.772,
            128.0 + (r - y) / 1.402,
            255.0 - k,
        ];
        let ycck = four_values(ycc.map(|v| v.round() as u8), 2);
        for (form, file) in [("CMYK", cmyk), ("YCCK", ycck)] {
            let actual = shown(&file);
            assert!(
                near(actual, expected, 6),
                "{form} {inks:?}: {actual:?}, not {expected:?}"
            );
        }
    }
}

/// Black and white stays black and white.
#[test]
fn a_gray_jpeg_has_no_tint() {
    let gray: Vec<u8> = (0..200 * 120).map(|i| (i % 200) as u8).collect();
    let file = Encoder::new(&gray, 200, 120, PixelFormat::Grayscale)
        .quality(95)
        .encode()
        .unwrap();
    let [r, g, b] = shown(&file);
    assert!(r == g && g == b && r.abs_diff(100) <= 3, "{r} {g} {b}");
    assert_eq!(
        rendered(&file).average.iter().max(),
        rendered(&file).average.iter().min()
    );
}
