//! What is kept of a photograph's EXIF: which way up, when, in which colours, whose. Nothing else leaves this file.

use exif::{Exif, Field, In, Reader, Tag, Value};

/// When the photograph was taken, as the camera's clock had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captured {
    /// `2026-06-14T15:04:05`, with `.SSS` if the camera recorded fractions of a second.
    pub local: String,
    /// The camera's offset from UTC, `+02:00`, if it recorded one.
    pub offset: Option<String>,
}

/// The parts of EXIF that renditions and rows need.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Metadata {
    /// 1–8; 1 when not recorded.
    pub orientation: u8,
    /// When it was taken.
    pub captured: Option<Captured>,
    /// The colours are Adobe RGB by the camera's convention (DCF 2.0 option file): "uncalibrated" and no profile.
    pub adobe_rgb: bool,
    /// The copyright notice, as recorded.
    pub copyright: Option<Vec<u8>>,
    /// Who took it, as recorded.
    pub artist: Option<Vec<u8>>,
}

/// A notice longer than this is no notice.
const MAX_COPYRIGHT: usize = 1_000;
const UNCALIBRATED: u32 = 0xFFFF;

impl Metadata {
    /// Reads a TIFF structure (an EXIF block, or a TIFF file). What is damaged is as if it were not there.
    pub(crate) fn parse(tiff: Option<&[u8]>) -> Self {
        let none = Self {
            orientation: 1,
            ..Self::default()
        };
        let Some(tiff) = tiff else { return none };
        let parsed = Reader::new()
            .continue_on_error(true)
            .read_raw(tiff.to_vec());
        let Ok(exif) = parsed.or_else(|error| error.distill_partial_result(|_| {})) else {
            return none;
        };
        let uint = |tag| {
            exif.get_field(tag, In::PRIMARY)
                .and_then(|field| field.value.get_uint(0))
        };
        Self {
            orientation: uint(Tag::Orientation)
                .and_then(|o| u8::try_from(o).ok())
                .filter(|o| (1..=8).contains(o))
                .unwrap_or(1),
            captured: captured(&exif),
            adobe_rgb: uint(Tag::ColorSpace) == Some(UNCALIBRATED)
                || ascii(&exif, Tag::InteroperabilityIndex).is_some_and(|i| i.starts_with(b"R03")),
            copyright: notice(&exif, Tag::Copyright),
            artist: notice(&exif, Tag::Artist),
        }
    }
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match exif.get_field(tag, In::PRIMARY) {
        Some(Field {
            value: Value::Ascii(parts),
            ..
        }) => parts.first().map(Vec::as_slice),
        _ => None,
    }
}

/// A text about the author; a notice's parts (photographer, editor) are separated by NUL, as EXIF has it.
fn notice(exif: &Exif, tag: Tag) -> Option<Vec<u8>> {
    let Some(Field {
        value: Value::Ascii(parts),
        ..
    }) = exif.get_field(tag, In::PRIMARY)
    else {
        return None;
    };
    let notice = parts.join(&0);
    let blank = notice
        .iter()
        .all(|byte| byte.is_ascii_whitespace() || *byte == 0);
    (!blank && notice.len() <= MAX_COPYRIGHT).then_some(notice)
}

fn captured(exif: &Exif) -> Option<Captured> {
    // Not DateTime: that is when an editor last wrote the file.
    let times = [
        (
            Tag::DateTimeOriginal,
            Tag::SubSecTimeOriginal,
            Tag::OffsetTimeOriginal,
        ),
        (
            Tag::DateTimeDigitized,
            Tag::SubSecTimeDigitized,
            Tag::OffsetTimeDigitized,
        ),
    ];
    times.into_iter().find_map(|(time, fraction, offset)| {
        let mut local = local_time(ascii(exif, time)?)?;
        if let Some(milliseconds) = ascii(exif, fraction).and_then(milliseconds) {
            local.push('.');
            local.push_str(&milliseconds);
        }
        Some(Captured {
            local,
            offset: ascii(exif, offset).and_then(utc_offset),
        })
    })
}

/// `2026:06:14 15:04:05` as `2026-06-14T15:04:05`; a clock never set writes blanks or zeros.
fn local_time(recorded: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(recorded)
        .ok()?
        .trim_end_matches(['\0', ' ']);
    let (date, time) = text.split_once(' ')?;
    let part = |text: &str, digits: usize, range: std::ops::RangeInclusive<u32>| {
        let plain = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
        plain
            .then(|| text.parse().ok())
            .flatten()
            .filter(|n| range.contains(n))
    };
    let mut date = date.splitn(3, [':', '-']);
    let (year, month, day) = (
        part(date.next()?, 4, 1..=9999)?,
        part(date.next()?, 2, 1..=12)?,
        part(date.next()?, 2, 1..=31)?,
    );
    let mut time = time.splitn(3, ':');
    let (hour, minute, second) = (
        part(time.next()?, 2, 0..=23)?,
        part(time.next()?, 2, 0..=59)?,
        part(time.next()?, 2, 0..=60)?,
    );
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    ))
}

/// Digits after the decimal point, to three.
fn milliseconds(recorded: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(recorded)
        .ok()?
        .trim_matches([' ', '\0']);
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| format!("{text:0<3}").chars().take(3).collect())
}

fn utc_offset(recorded: &[u8]) -> Option<String> {
    match recorded.trim_ascii() {
        b"Z" => Some("+00:00".to_owned()),
        offset @ [b'+' | b'-', h1, h0, b':', m1, m0]
            if [h1, h0, m1, m0].iter().all(|b| b.is_ascii_digit())
                && (*h1, *h0) <= (b'1', b'4')
                && *m1 <= b'5' =>
        {
            String::from_utf8(offset.to_vec()).ok()
        }
        _ => None,
    }
}

/// A TIFF structure with the copyright notice and nothing else, for the renditions' EXIF segment.
pub(crate) fn copyright_block(notice: &[u8]) -> Vec<u8> {
    const COPYRIGHT: u16 = 0x8298;
    const ASCII: u16 = 2;
    let mut text = notice.to_vec();
    text.push(0);
    // A value of four bytes or less stands in the entry itself.
    let inline = text.len() <= 4;
    let count = u32::try_from(text.len()).expect("a notice is at most MAX_COPYRIGHT bytes");
    let mut block = b"II*\0\x08\0\0\0\x01\0".to_vec();
    block.extend_from_slice(&COPYRIGHT.to_le_bytes());
    block.extend_from_slice(&ASCII.to_le_bytes());
    block.extend_from_slice(&count.to_le_bytes());
    if inline {
        text.resize(4, 0);
        block.extend_from_slice(&text);
    } else {
        block.extend_from_slice(&26_u32.to_le_bytes());
    }
    block.extend_from_slice(&0_u32.to_le_bytes());
    if !inline {
        block.extend_from_slice(&text);
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn camera_times_are_read_and_unset_clocks_are_not() {
        let cases: &[(&[u8], Option<&str>)] = &[
            (b"2026:06:14 15:04:05", Some("2026-06-14T15:04:05")),
            (b"2026-06-14 15:04:05\0", Some("2026-06-14T15:04:05")),
            (b"0000:00:00 00:00:00", None),
            (b"    :  :     :  :  ", None),
            (b"2026:13:14 15:04:05", None),
            (b"2026:06:14 +5:04:05", None),
            (b"2026:06:14", None),
            (b"\xFF\xFE", None),
        ];
        for (recorded, expected) in cases {
            assert_eq!(local_time(recorded).as_deref(), *expected);
        }
        assert_eq!(milliseconds(b"5 ").as_deref(), Some("500"));
        assert_eq!(milliseconds(b"123456").as_deref(), Some("123"));
        assert_eq!(milliseconds(b"  "), None);
        assert_eq!(utc_offset(b"-03:30").as_deref(), Some("-03:30"));
        assert_eq!(utc_offset(b"+25:00"), None);
        assert_eq!(utc_offset(b"   :  "), None);
    }

    /// the block we write is read back as the notice and one field.
    #[test]
    fn the_copyright_block_has_one_field() {
        for notice in [
            &b"(c) Ada Hart"[..],
            b"AH",
            "© Ada Hart\0Studio Nord".as_bytes(),
        ] {
            let block = copyright_block(notice);
            let exif = Reader::new().read_raw(block.clone()).unwrap();
            assert_eq!(exif.fields().len(), 1);
            assert_eq!(
                Metadata::parse(Some(&block)).copyright.as_deref(),
                Some(notice)
            );
        }
    }

    #[test]
    fn a_damaged_block_is_as_none() {
        assert_eq!(
            Metadata::parse(Some(b"II*\0\xFF\xFF\xFF\xFF")),
            Metadata::parse(None)
        );
        assert_eq!(Metadata::parse(None).orientation, 1);
    }
}
