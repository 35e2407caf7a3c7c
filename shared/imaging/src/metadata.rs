//! What is kept of a photograph's EXIF: which way up, when, in which colours, whose. Nothing else leaves this file.

use crate::ifd::{Directory, Tiff};

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
    /// Maker and model, said once.
    pub camera: Option<String>,
    /// The copyright notice, as recorded.
    pub copyright: Option<Vec<u8>>,
    /// Who took it, as recorded.
    pub artist: Option<Vec<u8>>,
}

/// A notice of more bytes than this is no notice.
const MAX_NOTICE: usize = 1_000;
/// Characters of a camera's name that are kept.
const MAX_CAMERA: usize = 80;
const UNCALIBRATED: u32 = 0xFFFF;

/// Tags of the first directory, of the one for the camera and of the one for interoperability (EXIF 2.32, 4.6).
mod tag {
    pub const MAKE: u16 = 0x010F;
    pub const MODEL: u16 = 0x0110;
    pub const ORIENTATION: u16 = 0x0112;
    pub const ARTIST: u16 = 0x013B;
    pub const COPYRIGHT: u16 = 0x8298;
    pub const EXIF_IFD: u16 = 0x8769;
    pub const ORIGINAL: [u16; 3] = [0x9003, 0x9291, 0x9011];
    pub const DIGITIZED: [u16; 3] = [0x9004, 0x9292, 0x9012];
    pub const COLOUR_SPACE: u16 = 0xA001;
    pub const INTEROPERABILITY_IFD: u16 = 0xA005;
    pub const INTEROPERABILITY_INDEX: u16 = 0x0001;
}

impl Metadata {
    /// Reads a TIFF structure (an EXIF block, or a TIFF file). What is damaged is as if it were not there.
    pub(crate) fn parse(tiff: Option<&[u8]>) -> Self {
        let none = Self {
            orientation: 1,
            ..Self::default()
        };
        let Some(first) = tiff.and_then(Tiff::of).and_then(|tiff| tiff.first()) else {
            return none;
        };
        let camera = first.child(tag::EXIF_IFD);
        let index = camera
            .and_then(|camera| camera.child(tag::INTEROPERABILITY_IFD))
            .and_then(|directory| directory.find(tag::INTEROPERABILITY_INDEX)?.text());
        Self {
            orientation: first
                .uint(tag::ORIENTATION)
                .and_then(|o| u8::try_from(o).ok())
                .filter(|o| (1..=8).contains(o))
                .unwrap_or(1),
            captured: camera.and_then(captured),
            adobe_rgb: camera.and_then(|camera| camera.uint(tag::COLOUR_SPACE))
                == Some(UNCALIBRATED)
                || index.is_some_and(|index| index.starts_with(b"R03")),
            camera: camera_name(text(&first, tag::MAKE), text(&first, tag::MODEL)),
            copyright: notice(&first, tag::COPYRIGHT),
            artist: notice(&first, tag::ARTIST),
        }
    }

    /// A TIFF structure with artist and copyright notice and nothing else, for the renditions' EXIF segment;
    /// `None` when neither is known.
    pub(crate) fn notices_block(&self) -> Option<Vec<u8>> {
        const ASCII: u16 = 2;
        let notices = [
            (tag::ARTIST, &self.artist),
            (tag::COPYRIGHT, &self.copyright),
        ];
        let notices: Vec<(u16, Vec<u8>)> = notices
            .into_iter()
            .filter_map(|(tag, notice)| Some((tag, [notice.as_deref()?, b"\0"].concat())))
            .collect();
        if notices.is_empty() {
            return None;
        }
        let small = |length: usize| u32::try_from(length).expect("two notices of MAX_NOTICE bytes");
        let mut block = b"II*\0\x08\0\0\0".to_vec();
        block.extend([u8::try_from(notices.len()).expect("one or two"), 0]);
        let mut heap_at = block.len() + notices.len() * 12 + 4;
        let mut heap = Vec::new();
        for (tag, mut text) in notices {
            block.extend(tag.to_le_bytes());
            block.extend(ASCII.to_le_bytes());
            block.extend(small(text.len()).to_le_bytes());
            // a value of four bytes or less stands in the entry itself
            if text.len() <= 4 {
                text.resize(4, 0);
                block.extend(text);
            } else {
                block.extend(small(heap_at).to_le_bytes());
                heap_at += text.len();
                heap.extend(text);
            }
        }
        block.extend([0; 4]);
        block.extend(heap);
        Some(block)
    }
}

fn text<'a>(directory: &Directory<'a>, tag: u16) -> Option<&'a [u8]> {
    let text = directory.find(tag)?.text()?;
    text.split(|byte| *byte == 0).next()
}

/// A text about the author; a notice's parts (photographer, editor) are separated by NUL, as EXIF has it.
fn notice(directory: &Directory<'_>, tag: u16) -> Option<Vec<u8>> {
    let text = directory.find(tag)?.text()?;
    let end = text.iter().rposition(|byte| !matches!(byte, 0 | b' '))?;
    let notice = &text[..=end];
    let blank = notice
        .iter()
        .all(|byte| byte.is_ascii_whitespace() || *byte == 0);
    (!blank && notice.len() <= MAX_NOTICE).then(|| notice.to_vec())
}

/// EXIF is ASCII, in practice UTF-8, and in old files Latin-1. A notice may have two parts.
pub(crate) fn decoded(recorded: &[u8]) -> String {
    let text = match std::str::from_utf8(recorded) {
        Ok(text) => text.to_owned(),
        Err(_) => recorded.iter().map(|byte| char::from(*byte)).collect(),
    };
    let parts: Vec<&str> = text
        .split('\0')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("; ")
}

/// One line of text to show: no control characters, and nothing that turns the writing around it.
pub(crate) fn shown(recorded: &[u8], most: usize) -> Option<String> {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}');
    let text: String = decoded(recorded)
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .filter(|c| !turns(*c))
        .collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().take(most).collect();
    let line = line.trim_end();
    (!line.is_empty()).then(|| line.to_owned())
}

/// What makers write behind their names.
const COMPANY: [&str; 9] = [
    "corporation",
    "corp",
    "company",
    "co",
    "ltd",
    "inc",
    "ag",
    "gmbh",
    "camera",
];

/// "Canon" and "Canon EOS R5" are one name, "NIKON CORPORATION" and "NIKON Z 9" too, "SONY" and "ILCE-7M4" are two.
fn camera_name(make: Option<&[u8]>, model: Option<&[u8]>) -> Option<String> {
    let make = make.and_then(|make| shown(make, MAX_CAMERA));
    let model = model.and_then(|model| shown(model, MAX_CAMERA));
    let (make, model) = match (make, model) {
        (Some(make), Some(model)) => (make, model),
        (one, other) => return one.or(other),
    };
    let plain = |word: &str| word.trim_matches(['.', ',']).to_lowercase();
    let words: Vec<&str> = make.split(' ').collect();
    let company = |word: &&str| plain(word).split('.').any(|part| COMPANY.contains(&part));
    let named = words.iter().skip(1).position(company);
    let name = &words[..named.map_or(words.len(), |at| at + 1)];
    let first = name[0];
    let repeated = model
        .get(..first.len())
        .is_some_and(|start| plain(start) == plain(first))
        && !model[first.len()..].starts_with(char::is_alphanumeric);
    let full = if repeated {
        model
    } else {
        let name = name.join(" ");
        format!("{} {model}", name.trim_end_matches([',', '.']))
    };
    Some(full.chars().take(MAX_CAMERA).collect())
}

fn captured(camera: Directory<'_>) -> Option<Captured> {
    // Not DateTime: that is when an editor last wrote the file.
    [tag::ORIGINAL, tag::DIGITIZED]
        .into_iter()
        .find_map(|[time, fraction, offset]| {
            let mut local = local_time(text(&camera, time)?)?;
            if let Some(milliseconds) = text(&camera, fraction).and_then(milliseconds) {
                local.push('.');
                local.push_str(&milliseconds);
            }
            Some(Captured {
                local,
                offset: text(&camera, offset).and_then(utc_offset),
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

    /// the block we write is read back by another reader as these fields and no others.
    #[test]
    fn the_notices_block_has_notices_only() {
        use exif::{Reader, Tag};
        let notices: [Option<&[u8]>; 4] = [
            None,
            Some(b"AH"),
            Some(b"(c) Ada Hart"),
            Some("© Ada Hart\0Studio Nord".as_bytes()),
        ];
        for (artist, copyright) in notices.iter().flat_map(|a| notices.map(|c| (*a, c))) {
            let metadata = Metadata {
                orientation: 1,
                artist: artist.map(<[u8]>::to_vec),
                copyright: copyright.map(<[u8]>::to_vec),
                ..Metadata::default()
            };
            let Some(block) = metadata.notices_block() else {
                assert_eq!((artist, copyright), (None, None));
                continue;
            };
            assert_eq!(Metadata::parse(Some(&block)), metadata);
            let other = Reader::new().read_raw(block).unwrap();
            let tags: Vec<Tag> = other.fields().map(|field| field.tag).collect();
            let expected = [
                artist.map(|_| Tag::Artist),
                copyright.map(|_| Tag::Copyright),
            ];
            assert_eq!(tags, expected.into_iter().flatten().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_camera_is_called_by_its_name_once() {
        let cases = [
            (Some("Canon"), Some("Canon EOS R5"), Some("Canon EOS R5")),
            (
                Some("NIKON CORPORATION"),
                Some("NIKON Z 9"),
                Some("NIKON Z 9"),
            ),
            (Some("SONY"), Some("ILCE-7M4"), Some("SONY ILCE-7M4")),
            (Some("FUJIFILM  "), Some(" X-T5 "), Some("FUJIFILM X-T5")),
            (Some("LEICA CAMERA AG"), Some("M10"), Some("LEICA M10")),
            (Some("Leica Camera AG"), Some("LEICA Q2"), Some("LEICA Q2")),
            (
                Some("RICOH IMAGING COMPANY, LTD."),
                Some("GR III"),
                Some("RICOH IMAGING GR III"),
            ),
            (
                Some("OLYMPUS IMAGING CORP."),
                Some("E-M5"),
                Some("OLYMPUS IMAGING E-M5"),
            ),
            (Some("OM Digital Solutions"), Some("OM-1"), Some("OM-1")),
            (
                Some("Apple"),
                Some("iPhone 15 Pro"),
                Some("Apple iPhone 15 Pro"),
            ),
            (Some("HP"), Some("HPX 200"), Some("HP HPX 200")),
            (None, Some("DSC-F828"), Some("DSC-F828")),
            (Some("Phase One"), None, Some("Phase One")),
            (Some(" \n"), Some("\u{202e}\0"), None),
            (Some("Ö"), Some("Öx"), Some("Ö Öx")),
        ];
        for (make, model, expected) in cases {
            let name = camera_name(make.map(str::as_bytes), model.map(str::as_bytes));
            assert_eq!(name.as_deref(), expected, "{make:?} {model:?}");
        }
        let long = "x".repeat(60_000);
        let name = camera_name(Some(b"Maker"), Some(long.as_bytes())).unwrap();
        assert_eq!(name.len(), MAX_CAMERA);
    }

    #[test]
    fn a_line_to_show_has_nothing_hidden_in_it() {
        let shown = |bytes: &[u8]| shown(bytes, 20);
        assert_eq!(shown(b"\xA9 Ada\tHart \0").as_deref(), Some("© Ada Hart"));
        assert_eq!(
            shown("a\u{202e}b\u{7}c\r\nd".as_bytes()).as_deref(),
            Some("ab c d")
        );
        assert_eq!(
            shown("© Ada\0 Studio Nord\0".as_bytes()).as_deref(),
            Some("© Ada; Studio Nord")
        );
        assert_eq!(shown(b" \0 "), None);
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
