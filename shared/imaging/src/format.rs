//! Which format a file is, by its first bytes: names and content types are strangers' claims.

use crate::ifd::Tiff;

/// A format recognised by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Baseline, extended or progressive JPEG.
    Jpeg,
    /// PNG, first frame if animated.
    Png,
    /// WebP, first frame if animated.
    Webp,
    /// TIFF, first page.
    Tiff,
    /// GIF, first frame.
    Gif,
    /// HEIC/HEIF of a phone.
    Heic,
    /// AVIF.
    Avif,
    /// JPEG XL.
    JpegXl,
    /// JPEG 2000.
    Jpeg2000,
    /// A camera's raw file.
    Raw,
    /// A moving picture.
    Video,
    /// PDF.
    Pdf,
    /// SVG.
    Svg,
    /// A web page.
    Html,
    /// ZIP, and what is built on it: office documents, Lightroom presets.
    Zip,
    /// Photoshop document.
    Psd,
    /// Windows bitmap.
    Bmp,
}

impl Format {
    /// Whether [`render`](crate::render) can make renditions of it.
    #[must_use]
    pub fn is_readable(self) -> bool {
        matches!(
            self,
            Self::Jpeg | Self::Png | Self::Webp | Self::Tiff | Self::Gif
        )
    }

    /// What it is, with its article, to stand in a sentence.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "a JPEG",
            Self::Png => "a PNG",
            Self::Webp => "a WebP picture",
            Self::Tiff => "a TIFF",
            Self::Gif => "a GIF",
            Self::Heic => "a HEIC picture",
            Self::Avif => "an AVIF picture",
            Self::JpegXl => "a JPEG XL picture",
            Self::Jpeg2000 => "a JPEG 2000 picture",
            Self::Raw => "a camera raw file",
            Self::Video => "a video",
            Self::Pdf => "a PDF document",
            Self::Svg => "an SVG drawing",
            Self::Html => "a web page",
            Self::Zip => "a ZIP archive",
            Self::Psd => "a Photoshop document",
            Self::Bmp => "a Windows bitmap",
        }
    }

    /// What the photographer can do about a format that is not read.
    pub(crate) fn way_out(self) -> &'static str {
        match self {
            Self::Heic => "Export a JPEG, or set the phone's camera to \"Most compatible\".",
            Self::Raw => "Develop it and export a JPEG.",
            Self::Video => "Galleries show photographs only.",
            Self::Zip => "Unpack it and upload the JPEGs.",
            _ => "Export a JPEG.",
        }
    }

    /// What the photographer can do about a picture that must be held in memory whole.
    pub(crate) fn lighter(self) -> &'static str {
        match self {
            Self::Jpeg => "Export a baseline (not progressive) JPEG.",
            _ => "Export a JPEG.",
        }
    }
}

/// The format of a file from its first bytes (64 are enough for all but TIFF-based raw files, SVG and HTML; give 4,096).
#[must_use]
pub fn sniff(first_bytes: &[u8]) -> Option<Format> {
    let b = first_bytes;
    let at = |offset: usize, magic: &[u8]| b.get(offset..offset + magic.len()) == Some(magic);
    let format = match b {
        [0xFF, 0xD8, 0xFF, ..] => Format::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Format::Png,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Format::Gif,
        [b'R', b'I', b'F', b'F', ..] if at(8, b"WEBP") => Format::Webp,
        [b'R', b'I', b'F', b'F', ..] if at(8, b"AVI ") => Format::Video,
        [b'I', b'I', b'*', 0, ..]
        | [b'M', b'M', 0, b'*', ..]
        | [b'I', b'I', b'+', 0, ..]
        | [b'M', b'M', 0, b'+', ..] => tiff_or_raw(b),
        // Olympus, Panasonic, Fujifilm and Sigma have magic numbers of their own.
        [b'I', b'I', b'R', b'O' | b'S', ..]
        | [b'M', b'M', b'O', b'R', ..]
        | [b'I', b'I', b'U', 0, ..] => Format::Raw,
        _ if b.starts_with(b"FUJIFILMCCD-RAW") || b.starts_with(b"FOVb") => Format::Raw,
        _ if at(4, b"ftyp") => iso_media(b)?,
        [0xFF, 0x0A, ..] => Format::JpegXl,
        _ if at(4, b"JXL \r\n\x87\n") => Format::JpegXl,
        _ if at(4, b"jP  \r\n\x87\n") || b.starts_with(&[0xFF, 0x4F, 0xFF, 0x51]) => {
            Format::Jpeg2000
        }
        [0x1A, 0x45, 0xDF, 0xA3, ..] | [0, 0, 1, 0xBA | 0xB3, ..] | [b'F', b'L', b'V', 1, ..] => {
            Format::Video
        }
        [0x30, 0x26, 0xB2, 0x75, 0x8E, 0x66, 0xCF, 0x11, ..] => Format::Video,
        _ if at(4, b"moov") || at(4, b"mdat") || at(4, b"wide") => Format::Video,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Format::Zip,
        _ if b.starts_with(b"8BPS") => Format::Psd,
        _ if b.starts_with(b"BM") && at(6, &[0, 0, 0, 0]) => Format::Bmp,
        _ if b.starts_with(b"%PDF-") => Format::Pdf,
        _ => return markup(b),
    };
    Some(format)
}

/// ISO base media file: the brands say which of a dozen formats it is.
fn iso_media(b: &[u8]) -> Option<Format> {
    let length = u32::from_be_bytes(b.get(..4)?.try_into().ok()?) as usize;
    let brands = b.get(8..length.clamp(12, 256).min(b.len()))?;
    let has = |wanted: &[&[u8; 4]]| {
        brands
            .chunks_exact(4)
            .any(|brand| wanted.iter().any(|w| w.as_slice() == brand))
    };
    let major = brands.get(..4)?;
    Some(match major {
        b"crx " => Format::Raw,
        _ if has(&[b"avif", b"avis"]) => Format::Avif,
        _ if has(&[
            b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
        ]) =>
        {
            Format::Heic
        }
        b"jxl " => Format::JpegXl,
        _ => Format::Video,
    })
}

/// Most raw files are TIFF with a sensor in it. DNG says so in a tag; Canon in its header; the others keep a reduced
/// picture in the first directory and the sensor in another.
fn tiff_or_raw(b: &[u8]) -> Format {
    if b.get(8..10) == Some(b"CR") {
        return Format::Raw;
    }
    let Some(first) = Tiff::of(b).and_then(|tiff| tiff.first()) else {
        return Format::Tiff;
    };
    const NEW_SUBFILE_TYPE: u16 = 0x00FE;
    const PHOTOMETRIC: u16 = 0x0106;
    const SUB_IFDS: u16 = 0x014A;
    const DNG_VERSION: u16 = 0xC612;
    const COLOUR_FILTER_ARRAY: u32 = 32_803;
    let reduced = first
        .uint(NEW_SUBFILE_TYPE)
        .is_some_and(|kind| kind & 1 == 1);
    if first.has(DNG_VERSION)
        || first.uint(PHOTOMETRIC) == Some(COLOUR_FILTER_ARRAY)
        || (reduced && first.has(SUB_IFDS))
    {
        return Format::Raw;
    }
    Format::Tiff
}

/// Text formats people rename to .jpg.
fn markup(b: &[u8]) -> Option<Format> {
    let text = b
        .strip_prefix(&[0xEF, 0xBB, 0xBF])
        .unwrap_or(b)
        .trim_ascii_start();
    let head = text.get(..text.len().min(1_024))?.to_ascii_lowercase();
    let contains = |what: &[u8]| head.windows(what.len()).any(|window| window == what);
    if !head.starts_with(b"<") {
        return None;
    }
    if head.starts_with(b"<svg") || (head.starts_with(b"<?xml") && contains(b"<svg")) {
        return Some(Format::Svg);
    }
    (head.starts_with(b"<!doctype html") || contains(b"<html") || contains(b"<head"))
        .then_some(Format::Html)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// files renamed to .jpg are known by what they are.
    #[test]
    fn formats_are_known_by_their_first_bytes() {
        let cases: &[(&[u8], Option<Format>)] = &[
            (b"\xFF\xD8\xFF\xE0", Some(Format::Jpeg)),
            (b"\x89PNG\r\n\x1A\n", Some(Format::Png)),
            (b"RIFF\x10\0\0\0WEBPVP8 ", Some(Format::Webp)),
            (b"RIFF\x10\0\0\0AVI LIST", Some(Format::Video)),
            (b"GIF89a", Some(Format::Gif)),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Some(Format::Heic)),
            (
                b"\0\0\0\x1Cftypmif1\0\0\0\0mif1avifmiaf",
                Some(Format::Avif),
            ),
            (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", Some(Format::Raw)),
            (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", Some(Format::Video)),
            (b"II*\0\x10\0\0\0CR\x02\0", Some(Format::Raw)),
            (b"II*\0\x08\0\0\0\0\0\0\0", Some(Format::Tiff)),
            (b"FUJIFILMCCD-RAW 0201", Some(Format::Raw)),
            (b"%PDF-1.7", Some(Format::Pdf)),
            (b"\xEF\xBB\xBF  <svg xmlns=", Some(Format::Svg)),
            (b"<?xml version='1.0'?>\n<!-- x --><svg>", Some(Format::Svg)),
            (b"<!DOCTYPE html><title>", Some(Format::Html)),
            (b"PK\x03\x04", Some(Format::Zip)),
            (b"8BPS\0\x01", Some(Format::Psd)),
            (b"\xFF\xD8", None),
            (b"Dear customer, <html>", None),
            (b"", None),
        ];
        for (bytes, expected) in cases {
            assert_eq!(
                sniff(bytes),
                *expected,
                "{:?}",
                String::from_utf8_lossy(bytes)
            );
        }
    }

    #[test]
    fn a_dng_is_raw_though_it_is_a_tiff() {
        let mut dng = b"II*\0\x08\0\0\0\x01\0".to_vec();
        dng.extend_from_slice(&[0x12, 0xC6, 1, 0, 4, 0, 0, 0, 1, 4, 0, 0, 0, 0, 0, 0]);
        assert_eq!(sniff(&dng), Some(Format::Raw));
    }
}
