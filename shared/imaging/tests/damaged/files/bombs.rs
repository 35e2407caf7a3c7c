//! Small files that ask for much: memory, by what their headers claim; time, by how often they go over the same.

use image::ImageFormat;

use super::Case;
use crate::make::{Picture, encoded, with_chunk, with_exif, with_segment};
use crate::raw::{self, Tiff, deflated};

/// Every one of them, with the codes that it may end in.
pub fn bombs() -> Vec<Case> {
    let mut cases = jpegs();
    cases.extend(pngs());
    cases.extend(tiffs());
    cases.extend(others());
    cases
}

/// A file whose frame claims other dimensions than it has.
fn claiming(mut jpeg: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = |w: &[u8]| w[0] == 0xFF && matches!(w[1], 0xC0 | 0xC2);
    let at = jpeg.windows(2).position(frame).unwrap();
    jpeg[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

/// A file whose last scan is there so many times.
fn repeated_scan(jpeg: &[u8], times: usize) -> Vec<u8> {
    let last = jpeg.windows(2).rposition(|w| w == [0xFF, 0xDA]).unwrap();
    let (start, scan) = (&jpeg[..last], &jpeg[last..jpeg.len() - 2]);
    [start, &scan.repeat(times), &[0xFF, 0xD9]].concat()
}

fn jpegs() -> Vec<Case> {
    let photo = Picture::landscape(64, 64);
    let plain = photo.jpeg();
    let progressive = photo.encoder().progressive(true).encode().unwrap();
    let after_start = |middle: &[u8]| [&plain[..2], middle, &plain[2..]].concat();
    let quantisation = {
        let at = plain.windows(2).position(|w| w == [0xFF, 0xDB]).unwrap();
        let length = usize::from(u16::from_be_bytes([plain[at + 2], plain[at + 3]]));
        plain[at..at + 2 + length].to_vec()
    };
    let scan = plain.windows(2).position(|w| w == [0xFF, 0xDA]).unwrap();
    let every_restart: Vec<u8> = (0..1_000_000_u32)
        .flat_map(|i| [0xFF, 0xD0 + (i % 8) as u8])
        .collect();
    vec![
        (
            "JPEG 65,500 × 65,500",
            claiming(plain.clone(), 65_500, 65_500),
            &["too-large"],
        ),
        (
            "JPEG 65,500 × 4,500 of 64 × 64",
            claiming(plain.clone(), 65_500, 4_500),
            &["truncated", "damaged", "damaged-in-between"],
        ),
        (
            "JPEG of no height",
            claiming(plain.clone(), 64, 0),
            &["damaged", "unsupported-kind"],
        ),
        (
            "progressive 65,500 × 4,500",
            claiming(progressive.clone(), 65_500, 4_500),
            &["too-much-memory", "damaged-in-between"],
        ),
        (
            "progressive 4,096 × 4,096 of 64 × 64",
            claiming(progressive.clone(), 4_096, 4_096),
            &[
                "truncated",
                "damaged",
                "damaged-in-between",
                "ends-early",
                "ends-coarse",
            ],
        ),
        (
            "10,000 scans",
            repeated_scan(&progressive, 10_000),
            &["too-many-scans"],
        ),
        (
            "100 scans over 65,500 × 2,000",
            repeated_scan(&claiming(progressive, 65_500, 2_000), 100),
            &["too-many-scans", "too-much-memory"],
        ),
        (
            "10,000 baseline scans",
            repeated_scan(&plain, 10_000),
            &["damaged-in-between", "too-many-scans"],
        ),
        (
            "five megabytes of fill bytes",
            after_start(&vec![0xFF; 5_000_000]),
            &["whole"],
        ),
        (
            "16 MB of comments",
            after_start(&with_segment(&[0; 2], 0xFE, &[0; 65_000])[2..].repeat(250)),
            &["whole"],
        ),
        (
            "50,000 tables",
            after_start(&quantisation.repeat(50_000)),
            &["whole"],
        ),
        (
            "two million bytes of restarts",
            [&plain[..scan + 14], &every_restart].concat(),
            &["truncated", "damaged", "damaged-in-between", "ends-early"],
        ),
        (
            "directories over one another",
            with_exif(&plain, &overlapping()),
            &["whole"],
        ),
        (
            "megabytes of EXIF",
            {
                let block = [&b"Exif\0\0"[..], &[0; 65_000]].concat();
                (0..17).fold(plain.clone(), |file, _| with_segment(&file, 0xE1, &block))
            },
            &["metadata-too-large"],
        ),
    ]
}

/// An EXIF block of two thousand pointers to directories that each claim all of it.
fn overlapping() -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    block.extend(2_000_u16.to_le_bytes());
    for pointer in 0..2_000_u32 {
        block.extend(b"\x69\x87\x04\0\x01\0\0\0");
        block.extend((24_100 + pointer * 4).to_le_bytes());
    }
    block.resize(64_000, 0xFF);
    block
}

fn pngs() -> Vec<Case> {
    let small = Picture::landscape(64, 64).png();
    let claiming = |side: u32| {
        let mut png = small.clone();
        png[16..20].copy_from_slice(&side.to_be_bytes());
        png[20..24].copy_from_slice(&side.to_be_bytes());
        png
    };
    let zeros = vec![0; 20_000_000];
    let packed = deflated(&zeros);
    let named = |name: &[u8]| [name, b"\0\0", &packed].concat();
    let rows = vec![0; 12_000 * 1_501];
    vec![
        ("PNG 50,000 × 50,000", claiming(50_000), &["too-large"]),
        // the checksum of its header is wrong, which is as good a reason
        (
            "PNG 17,000 × 17,000 of 64 × 64",
            claiming(17_000),
            &["truncated", "damaged"],
        ),
        (
            "PNG of 144 million zeros",
            raw::png((12_000, 12_000), 1, 0, false, &[], &rows),
            &["whole"],
        ),
        (
            "PNG interlaced 17,000 × 17,000",
            raw::png((17_000, 17_000), 16, 6, true, &[], &[]),
            &["too-much-memory"],
        ),
        (
            "zTXt bomb",
            with_chunk(&small, b"zTXt", &named(b"Comment")),
            &["whole"],
        ),
        (
            "iTXt bomb",
            with_chunk(&small, b"iTXt", &named(b"Comment")),
            &["whole"],
        ),
        (
            "iCCP bomb",
            with_chunk(&small, b"iCCP", &named(b"Profile")),
            &["profile-too-large"],
        ),
        (
            "eXIf of two megabytes",
            with_chunk(&small, b"eXIf", &zeros[..2_000_000]),
            &["metadata-too-large"],
        ),
        (
            "eXIf of directories over one another",
            with_chunk(&small, b"eXIf", &overlapping()),
            &["whole"],
        ),
        (
            "100,000 chunks",
            {
                let with_one = with_chunk(&small, b"tEXt", b"a\0b");
                let chunk = &with_one[33..33 + 15];
                [&small[..33], &chunk.repeat(100_000), &small[33..]].concat()
            },
            &["whole"],
        ),
        (
            "PNG of 100,000 frames",
            with_chunk(&small, b"acTL", &[0, 1, 0x86, 0xA0, 0, 0, 0, 0]),
            &["first-of-several"],
        ),
        (
            "PNG of no width",
            {
                let mut png = small.clone();
                png[16..20].fill(0);
                png
            },
            &["damaged"],
        ),
    ]
}

fn tiffs() -> Vec<Case> {
    let claiming = |width, height, more: &[(u16, u16)]| {
        let mut tiff = Tiff::of(width, height, 2, &[8; 3], vec![7; 3_000]);
        for (tag, value) in more {
            tiff = tiff.with(*tag, &[*value]);
        }
        tiff
    };
    let broken = &["damaged", "truncated", "unsupported-kind", "ends-early"];
    let zeros = deflated(&vec![0; 20_000_000]);
    let mut deep = claiming(12_000, 12_000, &[]);
    deep.compression = 8;
    deep.strips = vec![zeros.clone()];
    let mut many = claiming(12_000, 12_000, &[]);
    many.compression = 8;
    many.rows_per_strip = 1;
    many.strips = vec![deflated(&[0; 36_000]); 12_000];
    let mut looped = Tiff::of(16, 16, 1, &[8], vec![9; 256]).bytes();
    let fields = usize::from(looped[8]);
    looped[10 + fields * 12] = 8;
    let mut nowhere = Tiff::of(16, 16, 1, &[8], vec![9; 256]).bytes();
    nowhere[4..8].fill(0xFF);
    vec![
        (
            "TIFF 60,000 × 60,000",
            claiming(60_000, 60_000, &[]).bytes(),
            &["too-large"],
        ),
        (
            "TIFF of one strip of 300 MB",
            claiming(10_000, 10_000, &[]).bytes(),
            &["too-much-memory"],
        ),
        (
            "TIFF of one deflated strip of 432 MB",
            deep.bytes(),
            &["too-much-memory"],
        ),
        ("TIFF of 12,000 deflated strips", many.bytes(), &["whole"]),
        (
            "TIFF of tiles of a pixel",
            claiming(9_000, 9_000, &[(0x0142, 1), (0x0143, 1)]).bytes(),
            broken,
        ),
        (
            "TIFF of tiles of gigabytes",
            claiming(64, 64, &[(0x0142, 65_535), (0x0143, 65_535)]).bytes(),
            broken,
        ),
        (
            "TIFF of no bits",
            Tiff::of(64, 64, 1, &[0], vec![7; 3_000]).bytes(),
            broken,
        ),
        (
            "TIFF of 64 bits",
            Tiff::of(64, 64, 1, &[64], vec![7; 3_000]).bytes(),
            broken,
        ),
        (
            "TIFF of 60,000 samples",
            claiming(64, 64, &[(0x0115, 60_000)]).bytes(),
            broken,
        ),
        (
            "TIFF of strips of no rows",
            {
                let mut tiff = claiming(64, 64, &[]);
                tiff.rows_per_strip = 0;
                tiff.bytes()
            },
            broken,
        ),
        (
            "TIFF of an unknown compression",
            {
                let mut tiff = claiming(64, 64, &[]);
                tiff.compression = 7;
                tiff.bytes()
            },
            &["unsupported-kind"],
        ),
        (
            "TIFF of directories in a ring",
            looped,
            // the crate reads no picture of a ring
            &["damaged"],
        ),
        ("TIFF whose directory is nowhere", nowhere, &["truncated"]),
    ]
}

/// RIFF around chunks.
fn webp(chunks: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (kind, data) in chunks {
        body.extend(*kind);
        body.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        body.extend(data);
        if data.len() % 2 == 1 {
            body.push(0);
        }
    }
    [
        &b"RIFF"[..],
        &u32::try_from(body.len()).unwrap().to_le_bytes(),
        &body,
    ]
    .concat()
}

fn others() -> Vec<Case> {
    let photo = Picture::landscape(64, 64);
    let gif = encoded(photo.image(), ImageFormat::Gif);
    let mut large_gif = gif.clone();
    large_gif[6..10].copy_from_slice(&[0xFF; 4]);
    let mut wide_gif = gif.clone();
    wide_gif[6..10].copy_from_slice(&[0x20, 0x4E, 0x98, 0x3A]);
    let lossless = encoded(photo.image(), ImageFormat::WebP);
    let frame = lossless[12..].to_vec();
    let animated = {
        let header = (b"VP8X", vec![2, 0, 0, 0, 63, 0, 0, 63, 0, 0]);
        let timing = (b"ANIM", vec![0; 6]);
        let one = [
            &[0, 0, 0, 0, 0, 0, 63, 0, 0, 63, 0, 0, 0, 0, 0, 0][..],
            &frame,
        ]
        .concat();
        let once = webp(&[header.clone(), timing.clone()]);
        let next = webp(&[(b"ANMF", one)])[12..].to_vec();
        let few = webp(&[]).len();
        let mut file = [&once[..], &next, &next].concat();
        // empty frames, a hundred thousand of them
        file.extend(
            [&b"ANMF"[..], &[16, 0, 0, 0], &[0; 16]]
                .concat()
                .repeat(100_000),
        );
        let length = u32::try_from(file.len() - few + 4).unwrap();
        file[4..8].copy_from_slice(&length.to_le_bytes());
        file
    };
    let frames = {
        let descriptor = gif.iter().position(|byte| *byte == b',').unwrap();
        let one = &gif[descriptor..gif.len() - 1];
        [
            &gif[..descriptor],
            &one.repeat(20_000_000 / one.len()),
            b";",
        ]
        .concat()
    };
    let largest = vec![2, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    let any = &["truncated", "damaged", "first-of-several", "whole"];
    vec![
        (
            "WebP of 2^24 pixels a side",
            webp(&[(b"VP8X", largest)]),
            &["too-large"],
        ),
        (
            "WebP lossless 16,384 × 16,384",
            webp(&[(b"VP8L", vec![0x2F, 0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0])]),
            &["too-much-memory", "damaged"],
        ),
        ("WebP of 100,000 frames", animated, any),
        ("GIF 65,535 × 65,535", large_gif, &["too-large"]),
        ("GIF 20,000 × 15,000", wide_gif, &["too-much-memory"]),
        (
            "GIF of thousands of frames",
            frames,
            &["whole", "first-of-several"],
        ),
    ]
}
