//! What a file is called in a bucket, on a disk and in a header.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::cmp::Ordering;
use unicode_normalization::UnicodeNormalization as _;

/// Where an object of the originals bucket belongs: `FOLDER/Chapter/IMG_1.jpg`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The gallery's folder.
    pub folder: String,
    /// The chapter; deeper folders are joined with " / "; empty for none.
    pub section: String,
    /// The camera's file name.
    pub file_name: String,
}

impl Place {
    /// Reads a key. `None` for a key outside any folder and for a folder marker (a key that ends with a slash).
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        let (folder, rest) = key.split_once('/')?;
        let (path, file_name) = rest.rsplit_once('/').unwrap_or(("", rest));
        if folder.is_empty() || file_name.is_empty() {
            return None;
        }
        let section = path
            .split('/')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" / ");
        Some(Self {
            folder: folder.to_owned(),
            section: section.nfc().filter(|c| !c.is_control()).collect(),
            file_name: file_name.nfc().filter(|c| !c.is_control()).collect(),
        })
    }
}

/// The key under which a browser upload is stored; names are made safe first, see [`safe`].
#[must_use]
pub fn key(folder: &str, section: &str, file_name: &str) -> String {
    let section = section
        .split('/')
        .map(|part| safe(part.trim()))
        .filter(|part| part != "photograph")
        .collect::<Vec<_>>()
        .join("/");
    let file_name = safe(file_name);
    if section.is_empty() {
        format!("{folder}/{file_name}")
    } else {
        format!("{folder}/{section}/{file_name}")
    }
}

/// A name that every disk takes: NFC, no path, no control, bidirectional or zero-width characters, none of
/// `<>:"/\|?*`, no leading dot or dash, no trailing dot or space, no reserved device name, at most 180 bytes with its
/// extension kept. Never empty. What is safe stays as it is.
#[must_use]
pub fn safe(name: &str) -> String {
    let mut safe = cleaned(name);
    loop {
        // a name that was cut may have another extension than before, with dots in front of it
        let again = cleaned(&safe);
        if again == safe {
            return safe;
        }
        safe = again;
    }
}

fn cleaned(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .nfc()
        .filter(|c| !c.is_control() && !invisible(*c))
        .map(|c| if "<>:\"/\\|?*".contains(c) { '_' } else { c })
        .collect();
    let clean = clean
        .trim_start_matches(['.', '-', ' '])
        .trim_end_matches(['.', ' ']);
    let (stem, extension) = match clean.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 10 => {
            (stem, format!(".{extension}"))
        }
        _ => (clean, String::new()),
    };
    let stem = shorten(stem, 180 - extension.len());
    let base = stem.split('.').next().unwrap_or_default().to_uppercase();
    let device = ["CON", "PRN", "AUX", "NUL"].contains(&base.as_str())
        || (base.len() == 4
            && (base.starts_with("COM") || base.starts_with("LPT"))
            && base.ends_with(|c: char| c.is_ascii_digit() && c != '0'));
    match (stem.is_empty(), device) {
        (true, _) => format!("photograph{extension}"),
        (_, true) => format!("_{stem}{extension}"),
        _ => format!("{stem}{extension}"),
    }
}

/// Directional overrides and characters without width: a name must be what it looks like.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn shorten(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].trim_end_matches(['.', ' '])
}

/// RFC 8187 attr-char: what may stand unescaped in `filename*`.
const ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// `attachment; filename="ascii"; filename*=UTF-8''…` (RFC 6266): every browser saves the camera's name.
#[must_use]
pub fn attachment(name: &str) -> String {
    let name = safe(name);
    let ascii: String = name
        .chars()
        .map(|c| {
            if c.is_ascii() && !c.is_ascii_control() && c != '"' && c != '\\' && c != '%' {
                c
            } else {
                '_'
            }
        })
        .collect();
    let encoded = utf8_percent_encode(&name, ATTR_CHAR);
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// The folder of a new gallery: its title in plain letters and six random ones, so that two "Anna & Mats" differ.
#[must_use]
pub fn folder(title: &str) -> String {
    let plain: String = title
        .nfkd()
        .filter(char::is_ascii)
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    let words: Vec<&str> = plain.split('-').filter(|word| !word.is_empty()).collect();
    let slug = shorten(&words.join("-"), 40)
        .trim_end_matches('-')
        .to_owned();
    let suffix: String = crate::ids::LinkToken::random().expose()[..6].to_owned();
    if slug.is_empty() {
        format!("gallery-{suffix}")
    } else {
        format!("{slug}-{suffix}")
    }
}

/// Compares names as people do: case-insensitive, digit runs as numbers (`IMG_9` before `IMG_10`).
#[must_use]
pub fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a.chars().peekable(), b.chars().peekable());
    loop {
        match (x.peek().copied(), y.peek().copied()) {
            (Some(c), Some(d)) if c.is_ascii_digit() && d.is_ascii_digit() => {
                let (m, n) = (digits(&mut x), digits(&mut y));
                let order = m.len().cmp(&n.len()).then_with(|| m.cmp(&n));
                if order != Ordering::Equal {
                    return order;
                }
            }
            (Some(c), Some(d)) => {
                let order = c.to_lowercase().cmp(d.to_lowercase());
                if order != Ordering::Equal {
                    return order;
                }
                x.next();
                y.next();
            }
            (None, None) => return a.cmp(b),
            (x, y) => return x.is_some().cmp(&y.is_some()),
        }
    }
}

/// Takes a run of digits without its leading zeros.
fn digits(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> String {
    let mut run = String::new();
    while let Some(c) = chars.next_if(char::is_ascii_digit) {
        if c != '0' || !run.is_empty() {
            run.push(c);
        }
    }
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a name that was cut has an extension it did not have, and the dot in front of that one goes too.
    #[test]
    fn what_is_safe_stays_as_it_is() {
        let long = format!("{}..bbcccccccccccc", "a".repeat(174));
        let once = safe(&long);
        assert_eq!(once, format!("{}.bbcc", "a".repeat(174)));
        assert_eq!(safe(&once), once);
    }

    /// A subfolder is a section.
    #[test]
    fn a_key_says_folder_section_and_name() {
        let place = Place::of_key("anna-7k3q2m/Ceremony/IMG 1.jpg").unwrap();
        assert_eq!(
            (
                place.folder.as_str(),
                place.section.as_str(),
                place.file_name.as_str()
            ),
            ("anna-7k3q2m", "Ceremony", "IMG 1.jpg")
        );
        assert_eq!(Place::of_key("f/a.jpg").unwrap().section, "");
        assert_eq!(Place::of_key("f/A/B//c.jpg").unwrap().section, "A / B");
        assert_eq!(Place::of_key("loose.jpg"), None);
        assert_eq!(Place::of_key("f/Ceremony/"), None);
    }

    ///
    #[test]
    fn names_are_made_safe_for_every_disk() {
        for (name, expected) in [
            ("IMG_1.jpg", "IMG_1.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\photos\\a.jpg", "a.jpg"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
            ("con.jpg", "_con.jpg"),
            ("COM1", "_COM1"),
            ("-rf.jpg", "rf.jpg"),
            ("a?b*.jpg", "a_b_.jpg"),
            ("...", "photograph"),
            ("", "photograph"),
            ("e\u{301}.jpg", "é.jpg"),
            ("a.jpg. .", "a.jpg"),
        ] {
            assert_eq!(safe(name), expected, "{name:?}");
        }
        let long = safe(&format!("{}.jpg", "ä".repeat(200)));
        assert!(long.len() <= 180 && long.ends_with(".jpg"));
    }

    /// no name splits a header, and every name comes back.
    #[test]
    fn a_disposition_never_splits_a_header() {
        for name in [
            "a\r\nSet-Cookie: x.jpg",
            "q\"uote.jpg",
            "100%.jpg",
            "🌋 Ätna.jpg",
            "a;b=c.jpg",
        ] {
            let header = attachment(name);
            assert!(
                header
                    .chars()
                    .all(|c| c.is_ascii() && !c.is_ascii_control()),
                "{header}"
            );
            assert_eq!(header.matches('"').count(), 2, "{header}");
            let encoded = header.split("UTF-8''").nth(1).unwrap();
            let back = percent_encoding::percent_decode_str(encoded)
                .decode_utf8()
                .unwrap();
            assert_eq!(back, safe(name));
        }
    }

    #[test]
    fn folders_are_readable_and_differ() {
        let (a, b) = (folder("Zoë & Mats — Sommer"), folder("Zoë & Mats — Sommer"));
        assert!(a.starts_with("zoe-mats-sommer-"), "{a}");
        assert_ne!(a, b);
        assert!(folder("婚礼").starts_with("gallery-"));
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        assert_eq!(natural_order("IMG_9.jpg", "img_10.jpg"), Ordering::Less);
        assert_eq!(natural_order("a", "a"), Ordering::Equal);
        assert_eq!(natural_order("a2", "a02b"), Ordering::Less);
    }
}
