//! What is encoded is what another decoder reads.

use libjpeg_turbo_rs::{PixelFormat, decompress_to};

use super::*;

/// Waves with grain: every symbol of the tables that ordinary pictures have.
fn picture(size: (u32, u32), chroma: Chroma, grain: u32) -> Ycc {
    let mut state = 1_u32;
    let rgb: Vec<u8> = (0..size.0 * size.1)
        .flat_map(|i| {
            let (x, y) = (i % size.0, i / size.0);
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let wave = 100.0 + 60.0 * (x as f32 / 9.0).sin() + 40.0 * (y as f32 / 5.0).cos();
            let light = wave + ((state >> 16) % (grain + 1)) as f32;
            [light, light * 0.8, 255.0 - light].map(|v| v as u8)
        })
        .collect();
    Ycc::from_rgb(&rgb, size, chroma)
}

/// The mean square of the differences to what another decoder makes of the file.
fn error(picture: &Ycc, file: &[u8]) -> f64 {
    let decoded = decompress_to(file, PixelFormat::Rgb).unwrap();
    assert_eq!(
        (decoded.width, decoded.height),
        (picture.size.0 as usize, picture.size.1 as usize)
    );
    let theirs = Ycc::from_rgb(&decoded.data, picture.size, Chroma::Full);
    let squares = picture.planes[0]
        .iter()
        .zip(&theirs.planes[0])
        .map(|(a, b)| {
            let apart = f64::from(a.abs_diff(*b));
            apart * apart
        });
    squares.sum::<f64>() / picture.planes[0].len() as f64
}

/// Sizes that are no multiple of a block or of two, and both samplings.
#[test]
fn another_decoder_reads_what_was_encoded() {
    for size in [
        (64, 48),
        (61, 43),
        (17, 1),
        (1, 17),
        (1, 1),
        (8, 8),
        (16, 33),
    ] {
        for chroma in [Chroma::Full, Chroma::Half] {
            let picture = picture(size, chroma, 3);
            let error = error(&picture, &jpeg(&picture, 95, &[]));
            assert!(error < 2.5, "{size:?} {chroma:?}: {error}");
        }
    }
}

#[test]
fn quality_buys_likeness_with_bytes() {
    let picture = picture((200, 120), Chroma::Half, 20);
    let files = [30, 80, 100].map(|quality| jpeg(&picture, quality, &[]));
    assert!(files.is_sorted_by_key(Vec::len));
    let errors = files.each_ref().map(|file| error(&picture, file));
    assert!(errors[0] > errors[1] && errors[1] > errors[2], "{errors:?}");
    assert!(errors[2] < 0.5, "{errors:?}");
}

/// Tables are decided on before all of a large picture is known: what comes later must have codes too.
#[test]
fn what_comes_after_the_tables_were_made_can_be_written() {
    let mut picture = picture((1_600, 1_600), Chroma::Full, 255);
    // A quiet beginning, so that the symbols of the rest have not come yet.
    let quiet = picture.planes[0].len() / 8;
    for plane in &mut picture.planes {
        plane[..quiet].fill(128);
    }
    let file = jpeg(&picture, 97, &[]);
    let error = error(&picture, &file);
    assert!(error < 4.0, "{error}");
    assert!(
        file.len() > HELD,
        "the picture is no longer large enough for this test"
    );
}

#[test]
fn segments_stand_behind_jfif_and_one_too_long_is_left_out() {
    let picture = picture((8, 8), Chroma::Half, 0);
    let long = vec![0; 65_534];
    let file = jpeg(&picture, 80, &[(APP1, b"Exif\0\0block"), (APP13, &long)]);
    assert_eq!(file[..4], [0xFF, 0xD8, 0xFF, 0xE0]);
    assert_eq!(file[20..24], [0xFF, APP1, 0, 13]);
    assert_eq!(&file[24..35], b"Exif\0\0block");
    assert!(file.len() < 2_000);
    assert!(error(&picture, &file) < 8.0);
}
