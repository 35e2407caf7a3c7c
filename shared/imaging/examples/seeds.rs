//! `seeds DIR` writes what fuzzing begins with: a small file of every kind, in a directory for each target of `fuzz/`.
#![expect(clippy::unwrap_used, reason = "a tool for developers")]

#[expect(dead_code, reason = "what tests are made with")]
#[path = "../tests/photographs/make.rs"]
mod make;
#[path = "../tests/photographs/raw.rs"]
mod raw;

use std::fs;
use std::path::Path;

use image::ImageFormat;
use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};
use make::{Picture, Value, encoded, exif, with_chunk, with_exif, with_icc};
use moxcms::ColorProfile;

fn main() -> std::io::Result<()> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "corpus".into());
    let directory = Path::new(&directory);
    let (jpegs, rasters) = (jpegs(), rasters());
    let (exif, profiles) = (camera(), profiles());
    for target in ["header", "whole"] {
        write(&directory.join(target), "jpeg", &jpegs)?;
    }
    write(&directory.join("whole"), "raster", &rasters)?;
    // the first byte chooses the scale, or the signature that the others get
    let scaled = jpegs
        .iter()
        .zip([0, 0b0101_0101, 0b1010_1001, 0xFF].iter().cycle());
    let scaled: Vec<Vec<u8>> = scaled
        .map(|(file, scale)| [&[*scale], &file[..]].concat())
        .collect();
    write(&directory.join("decoder"), "jpeg", &scaled)?;
    let signature = |file: &Vec<u8>| match file[0] {
        0x89 => 0,
        b'I' => 1,
        b'M' => 2,
        b'R' => 3,
        _ => 4,
    };
    let signed: Vec<Vec<u8>> = rasters
        .iter()
        .map(|f| [&[signature(f)], &f[..]].concat())
        .collect();
    write(&directory.join("raster"), "raster", &signed)?;
    write(&directory.join("metadata"), "exif", &[exif])?;
    write(&directory.join("metadata"), "profile", &profiles)
}

fn write(directory: &Path, kind: &str, files: &[Vec<u8>]) -> std::io::Result<()> {
    fs::create_dir_all(directory)?;
    for (number, file) in files.iter().enumerate() {
        fs::write(directory.join(format!("{kind}-{number}")), file)?;
    }
    Ok(())
}

fn camera() -> Vec<u8> {
    exif(
        &[
            (0x010F, Value::Text("Darkroom Cameras")),
            (0x0110, Value::Text("DC-1")),
            (0x0112, Value::Short(6)),
            (0x013B, Value::Text("Ada Hart")),
            (0x8298, Value::Text("(c) 2026 Ada Hart")),
        ],
        &[
            (0x9003, Value::Text("2026:06:14 15:04:05")),
            (0x9011, Value::Text("+02:00")),
            (0xA001, Value::Short(0xFFFF)),
        ],
        &[(1, Value::Text("N"))],
    )
}

fn profiles() -> Vec<Vec<u8>> {
    let made = [
        ColorProfile::new_srgb(),
        ColorProfile::new_display_p3(),
        ColorProfile::new_pro_photo_rgb(),
        ColorProfile::new_gray_with_gamma(2.2),
    ];
    made.iter()
        .map(|profile| profile.encode().unwrap())
        .collect()
}

/// Every sampling, script of scans and model, 40 × 24 pixels.
fn jpegs() -> Vec<Vec<u8>> {
    let photo = Picture::landscape(40, 24);
    let encoder = || photo.encoder().quality(60);
    let mut files: Vec<Vec<u8>> = [
        Subsampling::S444,
        Subsampling::S422,
        Subsampling::S420,
        Subsampling::S440,
        Subsampling::S411,
    ]
    .map(|sampling| encoder().subsampling(sampling).encode().unwrap())
    .to_vec();
    files.push(encoder().progressive(true).encode().unwrap());
    files.push(encoder().restart_rows(1).encode().unwrap());
    files.push(encoder().optimize_huffman(true).encode().unwrap());
    let gray: Vec<u8> = photo.rgb.iter().step_by(3).copied().collect();
    let gray = Encoder::new(&gray, 40, 24, PixelFormat::Grayscale);
    files.push(gray.encode().unwrap());
    let inks = [40, 80, 120, 200].repeat(40 * 24);
    let inks = Encoder::new(&inks, 40, 24, PixelFormat::Cmyk);
    files.push(inks.encode().unwrap());
    let told = with_icc(&with_exif(&files[2], &camera()), &profiles()[1]);
    files.push(told);
    files
}

fn rasters() -> Vec<Vec<u8>> {
    let photo = Picture::landscape(24, 16);
    let flat = |model, bits, pixel: &[u16]| raw::Tiff::flat(model, bits, pixel).deflated(8).bytes();
    let passes = raw::adam7(24, 16, &photo.rgb);
    let colours: &[u8] = &[0, 0, 0, 200, 100, 50];
    let palette: &[(&[u8; 4], &[u8])] = &[(b"PLTE", colours), (b"tRNS", &[255, 128])];
    let profile = [&b"Profile\0\0"[..], &raw::deflated(&profiles()[1])].concat();
    vec![
        photo.png(),
        with_chunk(
            &with_chunk(&photo.png(), b"iCCP", &profile),
            b"eXIf",
            &camera(),
        ),
        raw::png((24, 16), 8, 2, true, &[], &passes),
        raw::png(
            (24, 16),
            1,
            3,
            false,
            palette,
            &raw::unfiltered(3, &[0xA5; 48]),
        ),
        raw::png(
            (24, 16),
            16,
            4,
            false,
            &[],
            &raw::unfiltered(96, &[0x80; 96 * 16]),
        ),
        photo.tiff(),
        raw::Tiff::of(24, 16, 2, &[8; 3], photo.rgb.clone()).bytes(),
        flat(5, 8, &[0, 128, 255, 0]),
        flat(8, 16, &[35_579, 20_687, 17_892]),
        raw::Tiff::flat(1, 16, &[30_000])
            .with(0x013D, &[2])
            .deflated(8)
            .bytes(),
        encoded(photo.image(), ImageFormat::WebP),
        include_bytes!("../tests/damaged/lossy.webp").to_vec(),
        encoded(photo.image(), ImageFormat::Gif),
    ]
}
