//! What is written into a file that a client takes away: whose it is, what it shows, when it was taken. As EXIF, XMP and
//! IPTC-IIM, because each is the one that some program reads; never a place, a serial number or a maker's note.

use exif::experimental::Writer;
use exif::{Field, In, Tag, Value};
use std::io::Cursor;

use crate::Captured;
use crate::metadata::{Metadata, decoded};

/// Characters of each text that are written: the segments of a JPEG end at 65,533 bytes.
const LONGEST: usize = 2_000;

/// The texts a studio writes into a file; an empty one leaves what the photograph says of its author.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Texts<'a> {
    /// The copyright notice.
    pub copyright: &'a str,
    /// Who took it.
    pub creator: &'a str,
    /// What it shows; never the photograph's own.
    pub caption: &'a str,
}

/// What goes into one file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Credits {
    copyright: String,
    creator: String,
    caption: String,
    captured: Option<Captured>,
}

impl Credits {
    /// The studio's texts over those of the photograph.
    pub(crate) fn of(texts: Texts<'_>, metadata: Metadata) -> Self {
        let or = |text: &str, recorded: Option<Vec<u8>>| {
            let own = clean(text);
            if own.is_empty() {
                recorded
                    .map(|bytes| clean(&decoded(&bytes)))
                    .unwrap_or_default()
            } else {
                own
            }
        };
        Self {
            copyright: or(texts.copyright, metadata.copyright),
            creator: or(texts.creator, metadata.artist),
            caption: clean(texts.caption),
            captured: metadata.captured,
        }
    }

    /// A TIFF structure for the EXIF segment; the pixels are sRGB, and it says so.
    pub(crate) fn exif(&self) -> Vec<u8> {
        let field = |tag, value| Field {
            tag,
            ifd_num: In::PRIMARY,
            value,
        };
        let text = |tag, text: &str| field(tag, Value::Ascii(vec![text.as_bytes().to_vec()]));
        let mut fields = vec![
            field(Tag::ExifVersion, Value::Undefined(b"0232".to_vec(), 0)),
            field(Tag::ColorSpace, Value::Short(vec![1])),
        ];
        let texts = [
            (Tag::ImageDescription, &self.caption),
            (Tag::Artist, &self.creator),
            (Tag::Copyright, &self.copyright),
        ];
        let texts = texts.into_iter().filter(|(_, text)| !text.is_empty());
        fields.extend(texts.map(|(tag, value)| text(tag, value)));
        if let Some(captured) = &self.captured {
            let (seconds, fraction) = self.seconds(captured);
            let seconds = seconds.replace('-', ":").replace('T', " ");
            fields.push(text(Tag::DateTimeOriginal, &seconds));
            fields.extend(fraction.map(|digits| text(Tag::SubSecTimeOriginal, digits)));
            let offset = captured.offset.as_deref();
            fields.extend(offset.map(|offset| text(Tag::OffsetTimeOriginal, offset)));
        }
        let mut writer = Writer::new();
        fields.iter().for_each(|field| writer.push_field(field));
        let mut block = Cursor::new(Vec::new());
        writer
            .write(&mut block, true)
            .expect("one directory of known fields, written to memory");
        block.into_inner()
    }

    /// An XMP packet (ISO 16684-1): Dublin Core, and when it was taken as Photoshop and XMP name it.
    pub(crate) fn xmp(&self) -> String {
        let mut body = String::new();
        let mut put = |open: &str, text: &str, close: &str| {
            if !text.is_empty() {
                body.extend([open, &escaped(text), close]);
            }
        };
        const LANGUAGE: &str = "<rdf:Alt><rdf:li xml:lang=\"x-default\">";
        let rights = format!("<dc:rights>{LANGUAGE}");
        put(&rights, &self.copyright, "</rdf:li></rdf:Alt></dc:rights>");
        let marked = if self.copyright.is_empty() {
            ""
        } else {
            "True"
        };
        put("<xmpRights:Marked>", marked, "</xmpRights:Marked>");
        let creator = "<dc:creator><rdf:Seq><rdf:li>";
        put(creator, &self.creator, "</rdf:li></rdf:Seq></dc:creator>");
        let caption = format!("<dc:description>{LANGUAGE}");
        put(
            &caption,
            &self.caption,
            "</rdf:li></rdf:Alt></dc:description>",
        );
        let captured = self.captured.as_ref().map(|captured| {
            let offset = captured.offset.as_deref().unwrap_or_default();
            format!("{}{offset}", captured.local)
        });
        let captured = captured.unwrap_or_default();
        put(
            "<photoshop:DateCreated>",
            &captured,
            "</photoshop:DateCreated>",
        );
        put("<xmp:CreateDate>", &captured, "</xmp:CreateDate>");
        format!(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
             <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
             xmlns:xmpRights=\"http://ns.adobe.com/xap/1.0/rights/\">{body}</rdf:Description>\
             </rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
        )
    }

    /// IPTC-IIM 4.2 datasets in UTF-8; texts end at the lengths IIM has, the whole stands in XMP. Empty: nothing to say.
    pub(crate) fn iim(&self) -> Vec<u8> {
        let mut application = Vec::new();
        let mut put = |dataset: u8, text: &str, most: usize| {
            if !text.is_empty() {
                application.extend(record(2, dataset, cut(text, most).as_bytes()));
            }
        };
        if let Some(captured) = &self.captured {
            let digits = |text: &str| text.replace(['-', ':', 'T'], "");
            let (seconds, _) = self.seconds(captured);
            let (date, time) = seconds.split_once('T').unwrap_or((seconds, ""));
            put(55, &digits(date), 8);
            // a time of day in IIM has its offset from UTC, or is not written
            if let Some(offset) = &captured.offset {
                let offset = offset.replace(':', "");
                put(60, &format!("{}{offset}", digits(time)), 11);
            }
        }
        put(80, &self.creator, 32);
        put(116, &self.copyright, 128);
        put(120, &self.caption, 2_000);
        if application.is_empty() {
            return application;
        }
        const UTF_8: &[u8] = b"\x1B%G";
        [record(1, 90, UTF_8), record(2, 0, &[0, 4]), application].concat()
    }

    /// The time of capture to the second, and the digits after it.
    fn seconds<'a>(&self, captured: &'a Captured) -> (&'a str, Option<&'a str>) {
        match captured.local.split_once('.') {
            Some((seconds, fraction)) => (seconds, Some(fraction)),
            None => (&captured.local, None),
        }
    }
}

/// One IIM dataset.
fn record(record: u8, dataset: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).expect("texts are cut to IIM's lengths");
    [&[0x1C, record, dataset], &length.to_be_bytes()[..], data].concat()
}

/// The beginning of a text within so many bytes.
fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// A text that every one of the three can hold: XML 1.0 has no control characters but tab and line ends, and nothing
/// beyond U+FFFD in the first plane.
fn clean(text: &str) -> String {
    let fit = |c: &char| {
        matches!(c, '\n' | '\t') || (!c.is_control() && !matches!(c, '\u{fffe}' | '\u{ffff}'))
    };
    let fitting: String = text.chars().filter(fit).take(LONGEST).collect();
    fitting.trim().to_owned()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P39: a letter is never cut in two.
    #[test]
    fn texts_end_at_a_letter() {
        assert_eq!(cut("ÅÄÖ", 5), "ÅÄ");
        assert_eq!(cut("abc", 5), "abc");
        let long = clean(&"ö".repeat(3_000));
        assert_eq!(long.chars().count(), LONGEST);
    }

    /// P39: a photograph about which nothing is known gets no IIM, and its other blocks are read.
    #[test]
    fn nothing_to_say_is_not_said() {
        let none = Credits::default();
        assert!(none.iim().is_empty());
        let exif = exif::Reader::new().read_raw(none.exif()).unwrap();
        assert_eq!(exif.fields().len(), 2);
    }
}
