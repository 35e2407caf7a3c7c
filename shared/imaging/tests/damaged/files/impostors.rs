//! Files that are not what they are called, and files that are two things at once.

use image::ImageFormat;

use super::Case;
use crate::make::{Picture, encoded, with_chunk, with_segment};
use crate::raw::Tiff;

const SCRIPT: &[u8] = b"<html><script>alert(document.cookie)</script></html>";
const PHP: &[u8] = b"<?php system($_GET['c']); ?>";

/// Every one of them, with the codes that it may end in.
pub fn impostors() -> Vec<Case> {
    let mut cases = renamed();
    cases.extend(polyglots());
    cases
}

fn renamed() -> Vec<Case> {
    let other: &[&str] = &["unsupported-format"];
    let none: &[&str] = &["not-an-image"];
    let raw = b"II*\0\x10\0\0\0CR\x02\0".to_vec();
    let dng = Tiff::of(16, 16, 1, &[8], vec![7; 256])
        .with(0xC612, &[1, 4])
        .bytes();
    let far_dng = {
        // the directory behind the first bytes that are looked at
        let mut tiff = Tiff::of(16, 16, 32_803, &[8], vec![7; 256]).bytes();
        let directory = tiff.split_off(8);
        tiff.resize(8_192, 0);
        tiff[4..8].copy_from_slice(&8_192_u32.to_le_bytes());
        [tiff, directory].concat()
    };
    let svg = b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>";
    vec![
        ("nothing", Vec::new(), &["empty"]),
        ("HTML", SCRIPT.to_vec(), other),
        (
            "HTML with a mark before it",
            [b"\xEF\xBB\xBF \n", SCRIPT].concat(),
            other,
        ),
        ("SVG", svg.to_vec(), other),
        ("PDF", b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n".to_vec(), other),
        ("ZIP", b"PK\x03\x04\x14\0\0\0\x08\0".to_vec(), other),
        (
            "MP4",
            b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08mdat".to_vec(),
            other,
        ),
        (
            "HEIC",
            b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec(),
            other,
        ),
        (
            "AVIF",
            b"\0\0\0\x1Cftypavif\0\0\0\0avifmif1miaf".to_vec(),
            other,
        ),
        ("Canon raw", raw, other),
        ("DNG", dng, other),
        ("raw, its directory far behind", far_dng, other),
        ("Photoshop", b"8BPS\0\x01\0\0\0\0\0\0\0\x03".to_vec(), other),
        ("program", b"\x7FELF\x02\x01\x01\0\0\0\0\0".to_vec(), none),
        ("text", b"Dear Ada, the pictures are lovely.".to_vec(), none),
        ("zeros", vec![0; 100_000], none),
        ("ones", vec![0xFF; 100_000], none),
        ("PHP", PHP.to_vec(), none),
        ("start of a JPEG", vec![0xFF, 0xD8, 0xFF], &["truncated"]),
        (
            "start and end of a JPEG",
            vec![0xFF, 0xD8, 0xFF, 0xD9],
            &["damaged", "truncated"],
        ),
        (
            "signature of a PNG",
            b"\x89PNG\r\n\x1A\n".to_vec(),
            &["truncated"],
        ),
        (
            "HTML behind the signature of a PNG",
            [b"\x89PNG\r\n\x1A\n", SCRIPT].concat(),
            &["too-large", "damaged"],
        ),
        ("start of a TIFF", b"II*\0".to_vec(), &["truncated"]),
        (
            "start of a WebP",
            b"RIFF\x10\0\0\0WEBP".to_vec(),
            &["truncated"],
        ),
        (
            "script behind the start of a GIF",
            b"GIF89a=1;alert(document.cookie)//".to_vec(),
            &["too-large"],
        ),
    ]
}

fn polyglots() -> Vec<Case> {
    let photo = Picture::landscape(64, 48);
    let (jpeg, png) = (photo.jpeg(), photo.png());
    let gif = encoded(photo.image(), ImageFormat::Gif);
    let webp = encoded(photo.image(), ImageFormat::WebP);
    let archive = b"PK\x03\x04\x14\0\0\0\0\0archive.class".repeat(50);
    let whole: &[&str] = &["whole"];
    let behind = |file: &[u8], tail: &[u8]| [file, tail].concat();
    let mut claimed = gif.clone();
    // GIFAR's cousin: dimensions that are the beginning of a comment in a script
    claimed[6..8].copy_from_slice(b"/*");
    vec![
        ("JPEG and HTML", with_segment(&jpeg, 0xFE, SCRIPT), whole),
        ("JPEG and PHP", with_segment(&jpeg, 0xE7, PHP), whole),
        ("JPEG and ZIP", behind(&jpeg, &archive), whole),
        ("JPEG and another JPEG", behind(&jpeg, &jpeg), whole),
        ("PNG and ZIP", behind(&png, &archive), whole),
        (
            "PNG and PHP",
            with_chunk(&png, b"tEXt", &[b"Comment\0", PHP].concat()),
            whole,
        ),
        ("GIF and ZIP", behind(&gif, &archive), whole),
        (
            "GIF and script",
            claimed,
            &["whole", "damaged", "ends-early", "damaged-in-between"],
        ),
        ("WebP and HTML", behind(&webp, SCRIPT), whole),
        (
            "PDF with a JPEG in it",
            behind(b"%PDF-1.4\n", &jpeg),
            &["unsupported-format"],
        ),
        (
            "JPEG that begins a byte late",
            behind(&[0], &jpeg),
            &["not-an-image"],
        ),
        (
            "JPEG turned around",
            jpeg.iter().rev().copied().collect(),
            &["not-an-image"],
        ),
    ]
}
