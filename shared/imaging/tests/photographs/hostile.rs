//! Files made to harm, and files harmed on the way: what exactly becomes of them. `tests/damaged` has thousands.

use image::ImageFormat;
use imaging::{Limits, Warning, render};

use crate::make::{
    Noise, Picture, decoded, encoded, near, refused, rejection, rendered, with_chunk,
};
use crate::raw::{self, Tiff};

/// A large photograph survives a few bad bytes in its picture data: that is what JPEG's readers are patient for.
#[test]
fn a_photograph_survives_flipped_bits_in_its_middle() {
    let mut file = Picture::landscape(1_200, 900).jpeg();
    let middle = file.len() / 2;
    for at in [middle, middle + 500, middle + 900] {
        file[at] = if file[at] == 0x55 { 0x56 } else { 0x55 };
    }
    let made = rendered(&file);
    assert_eq!((made.width, made.height), (1_200, 900));
}

/// A truncated photograph is kept as what there is of it, and flagged: the upper part is the picture, the rest grey.
#[test]
fn a_truncated_baseline_photograph_is_partial_and_flagged() {
    let photo = Picture::of(1_200, 900, |x, y| [200, (x / 8) as u8, (y / 8) as u8]);
    let file = photo.jpeg();
    let made = rendered(&file[..file.len() / 2]);
    assert!(made.truncated());
    assert_eq!((made.width, made.height), (1_200, 900));
    let partial = decoded(&made.renditions[0]);
    assert!(
        near(partial.at(0.5, 0.1), photo.at(0.5, 0.1), 6),
        "{:?}",
        partial.at(0.5, 0.1)
    );
    assert!(
        near(partial.at(0.5, 0.98), [128, 128, 128], 6),
        "{:?}",
        partial.at(0.5, 0.98)
    );
    assert!(!rendered(&file).truncated());
}

/// A progressive file's first scans are the whole picture, coarsely.
#[test]
fn a_truncated_progressive_photograph_is_coarse_and_flagged() {
    let photo = Picture::of(1_200, 900, |x, y| [200, (x / 8) as u8, (y / 8) as u8]);
    let file = photo.encoder().progressive(true).encode().unwrap();
    let made = rendered(&file[..file.len() * 2 / 3]);
    assert!(made.truncated());
    let coarse = decoded(&made.renditions[0]);
    for (x, y) in [(0.2, 0.2), (0.8, 0.9)] {
        assert!(
            near(coarse.at(x, y), photo.at(x, y), 16),
            "{:?} {:?}",
            coarse.at(x, y),
            photo.at(x, y)
        );
    }
}

#[test]
fn of_a_photograph_cut_before_its_picture_nothing_is_shown() {
    let file = Picture::landscape(1_200, 900).jpeg();
    let scan = file.windows(2).position(|w| w == [0xFF, 0xDA]).unwrap();
    let rejection = rejection(&file[..scan + 14]);
    assert_eq!(rejection.code(), "truncated");
    let said = rejection.to_string();
    assert!(said.contains("the file ends after"), "{said}");
    // with a few rows there is something to show
    let made = rendered(&file[..file.len() / 20]);
    assert_eq!(made.warnings, [Warning::EndsEarly]);
}

/// A PNG, TIFF, GIF or WebP cut short shows the rows there are, and the rest grey.
#[test]
fn other_formats_cut_short_are_partial() {
    let photo = Picture::of(300, 200, |x, y| [200, (x / 2) as u8, (y / 4) as u8]);
    let one_strip = Tiff::of(300, 200, 2, &[8; 3], grainy(&photo).rgb);
    let files = [
        ("PNG", grainy(&photo).png()),
        ("TIFF", grainy(&photo).tiff()),
        ("TIFF, one strip", one_strip.bytes()),
        ("TIFF, one deflated strip", one_strip.deflated(200).bytes()),
        ("GIF", encoded(grainy(&photo).image(), ImageFormat::Gif)),
        ("WebP", encoded(grainy(&photo).image(), ImageFormat::WebP)),
    ];
    for (format, file) in files {
        let made = render(&file[..file.len() / 2], &Limits::default(), None);
        let made = made.unwrap_or_else(|failure| panic!("{format}: {failure}"));
        assert_eq!(made.warnings, [Warning::EndsEarly], "{format}");
        assert_eq!((made.width, made.height), (300, 200));
        let partial = decoded(&made.renditions[0]);
        let upper = partial.at(0.5, 0.1);
        assert!(near(upper, photo.at(0.5, 0.1), 40), "{format}: {upper:?}");
        let lower = partial.at(0.5, 0.98);
        assert!(near(lower, [128; 3], 6), "{format}: {lower:?}");
    }
}

/// With grain, so that half of the file is about half of the picture.
fn grainy(photo: &Picture) -> Picture {
    let mut noise = Noise(99);
    let grain = |v: &u8| v.saturating_add((noise.next() % 32) as u8);
    Picture {
        rgb: photo.rgb.iter().map(grain).collect(),
        ..photo.clone()
    }
}

/// The first passes of an interlaced picture are the whole of it, coarsely.
#[test]
fn an_interlaced_png_cut_short_is_coarse() {
    let photo = Picture::of(300, 200, |x, y| [200, (x / 2) as u8, (y / 2) as u8]);
    let passes = raw::adam7(300, 200, &grainy(&photo).rgb);
    let file = raw::png((300, 200), 8, 2, true, &[], &passes);
    let made = rendered(&file[..file.len() / 3]);
    assert_eq!(made.warnings, [Warning::EndsCoarse]);
    let coarse = decoded(&made.renditions[0]);
    for (x, y) in [(0.1, 0.1), (0.9, 0.1), (0.5, 0.95)] {
        let (actual, expected) = (coarse.at(x, y), photo.at(x, y));
        assert!(near(actual, expected, 50), "{actual:?}, not {expected:?}");
    }
}

/// A PNG that is damaged in between shows what came before.
#[test]
fn a_png_damaged_in_between_is_partial() {
    let photo = grainy(&Picture::of(300, 200, |_, _| [100; 3]));
    let mut file = photo.png();
    let middle = file.len() * 2 / 3;
    file[middle] ^= 0xFF;
    let made = rendered(&file);
    assert_eq!(made.warnings, [Warning::Damaged]);
    assert!(made.truncated());
}

/// headers that promise more than memory holds are refused by their numbers, in every format.
#[test]
fn bombs_are_refused_by_their_headers() {
    let mut jpeg = Picture::landscape(64, 64).jpeg();
    let frame = jpeg.windows(2).position(|w| w == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    assert_eq!(refused(&jpeg), "too-large");

    let mut png = Picture::landscape(64, 64).png();
    png[16..24].copy_from_slice(&[0, 0, 0xC3, 0x50, 0, 0, 0xC3, 0x50]);
    assert_eq!(refused(&png), "too-large");

    let mut gif = encoded(Picture::landscape(64, 64).image(), ImageFormat::Gif);
    gif[6..10].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF]);
    assert_eq!(refused(&gif), "too-large");

    let vp8x = [&b"RIFF\x16\0\0\0WEBPVP8X\x0A\0\0\0\0\0\0\0"[..], &[0xFF; 6]].concat();
    assert_eq!(refused(&vp8x), "too-large");

    let mut tiff = b"II*\0\x08\0\0\0\x02\0".to_vec();
    for tag in [0x00_u8, 0x01] {
        tiff.extend([tag, 1, 4, 0, 1, 0, 0, 0, 0x60, 0xEA, 0, 0]);
    }
    assert_eq!(refused(&tiff), "too-large");
}

/// ten thousand scans over one picture.
#[test]
fn a_jpeg_of_ten_thousand_scans_is_refused() {
    let file = Picture::landscape(64, 64)
        .encoder()
        .progressive(true)
        .encode()
        .unwrap();
    let last = file.windows(2).rposition(|w| w == [0xFF, 0xDA]).unwrap();
    let (start, scan) = (&file[..last], &file[last..file.len() - 2]);
    let bomb = [start, &scan.repeat(10_000), &[0xFF, 0xD9]].concat();
    assert_eq!(refused(&bomb), "too-many-scans");
}

/// profile and EXIF are bounded, whatever container they come in.
#[test]
fn outsized_metadata_is_refused() {
    let png = with_chunk(
        &Picture::landscape(64, 64).png(),
        b"eXIf",
        &vec![0; 1_000_001],
    );
    assert_eq!(refused(&png), "metadata-too-large");
    let mut jpeg = Picture::landscape(64, 64).jpeg();
    for piece in 1..=70_u8 {
        let body = [&b"ICC_PROFILE\0"[..], &[piece, 70], &[0; 65_000]].concat();
        jpeg = crate::make::with_segment(&jpeg, 0xE2, &body);
    }
    assert_eq!(refused(&jpeg), "profile-too-large");
}

/// The compressed data of a PNG is a deflate stream: here, twenty megabytes of zeros in a few kilobytes.
fn deflated_zeros() -> Vec<u8> {
    let black = image::GrayImage::new(5_000, 4_100);
    let png = encoded(black.into(), ImageFormat::Png);
    let mut at = 8;
    let mut stream = Vec::new();
    while at < png.len() {
        let length = u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
        if &png[at + 4..at + 8] == b"IDAT" {
            stream.extend(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    stream
}

/// a profile or a text that unpacks to more than the picture.
#[test]
fn compressed_chunks_do_not_explode() {
    let bomb = deflated_zeros();
    assert!(bomb.len() < 1_000_000);
    let png = Picture::landscape(64, 64).png();
    let text = with_chunk(&png, b"zTXt", &[b"Comment\0\0", &bomb[..]].concat());
    assert_eq!(rendered(&text).width, 64);
    let profile = with_chunk(&png, b"iCCP", &[b"Profile\0\0", &bomb[..]].concat());
    assert_eq!(refused(&profile), "profile-too-large");
}

/// a page behind a photograph stays behind: the renditions are made of pixels.
#[test]
fn what_hides_behind_a_photograph_is_left_there() {
    let script = b"<html><script>alert(document.cookie)</script></html>";
    let file = crate::make::with_segment(&Picture::landscape(300, 200).jpeg(), 0xFE, script);
    let file = [&file[..], script, b"PK\x03\x04"].concat();
    let made = rendered(&file);
    assert!(!made.truncated());
    assert!(
        made.renditions
            .iter()
            .all(|r| !r.jpeg.windows(6).any(|w| w == b"script"))
    );
}
