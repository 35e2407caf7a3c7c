//! Files made for clients (P39), read back by other programs' readers: EXIF by kamadak-exif, XMP by quick-xml, IIM here.

use exif::{In, Reader, Tag};
use imaging::{Encoding, Failure, Limits, Made, Mark, Recipe, Rejection, Size, Texts, make};
use proptest::prelude::*;
use quick_xml::events::Event;
use std::collections::BTreeMap;

use crate::make::{Picture, Value, exif, near, with_exif, with_icc, with_segment};

const SMALL: Recipe<'_> = Recipe {
    size: Size::LongEdge(600),
    encoding: Encoding::Jpeg(85),
    texts: Texts {
        copyright: "",
        creator: "",
        caption: "",
    },
    mark: None,
};

fn made(bytes: &[u8], recipe: &Recipe<'_>) -> Made {
    make(bytes, &Limits::default(), recipe).unwrap()
}

fn opened(made: &Made) -> Picture {
    let image = if made.bytes.starts_with(&[0xFF, 0xD8]) {
        let image =
            libjpeg_turbo_rs::decompress_to(&made.bytes, libjpeg_turbo_rs::PixelFormat::Rgb)
                .unwrap();
        (image.width, image.height, image.data)
    } else {
        let image = image::load_from_memory(&made.bytes).unwrap().into_rgb8();
        let (width, height) = image.dimensions();
        (width as usize, height as usize, image.into_raw())
    };
    assert_eq!(
        (image.0, image.1),
        (made.width as usize, made.height as usize)
    );
    Picture {
        width: image.0,
        height: image.1,
        rgb: image.2,
    }
}

/// A camera's file with all that must not leave: place, serial number, maker's note, another program's XMP.
fn telling() -> Vec<u8> {
    let camera = exif(
        &[
            (0x010F, Value::Text("Darkroom Cameras")),
            (0x013B, Value::Text("Ada Hart")),
            (0x010E, Value::Text("PRIVATE-NOTE")),
            (0x8298, Value::Text("(c) 2026 Ada Hart")),
        ],
        &[
            (0x9003, Value::Text("2026:06:14 15:04:05")),
            (0x9011, Value::Text("+02:00")),
            (0x9291, Value::Text("25")),
            (0x927C, Value::Text("MAKER-NOTE")),
            (0xA431, Value::Text("SERIAL-4711")),
        ],
        &[
            (1, Value::Text("N")),
            (2, Value::Degrees([59, 20, 11])),
            (3, Value::Text("E")),
            (4, Value::Degrees([18, 3, 53])),
        ],
    );
    let file = with_exif(&Picture::landscape(900, 600).jpeg(), &camera);
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><exif:GPSLatitude>59,20N</exif:GPSLatitude></x:xmpmeta>";
    with_segment(&file, 0xE1, xmp)
}

/// The three blocks of credits in a file, wherever its format keeps them.
struct Blocks {
    exif: Vec<u8>,
    xmp: String,
    iim: Vec<u8>,
}

fn blocks(file: &[u8]) -> Blocks {
    match file {
        [0xFF, 0xD8, ..] => of_jpeg(file),
        [0x89, ..] => {
            let reader = png::Decoder::new(std::io::Cursor::new(file))
                .read_info()
                .unwrap();
            let info = reader.info();
            let xmp = info
                .utf8_text
                .iter()
                .find(|t| t.keyword == "XML:com.adobe.xmp");
            Blocks {
                exif: info.exif_metadata.clone().unwrap().into_owned(),
                xmp: xmp.unwrap().get_text().unwrap(),
                iim: Vec::new(),
            }
        }
        _ => {
            let mut decoder = image_webp::WebPDecoder::new(std::io::Cursor::new(file)).unwrap();
            let xmp = decoder.xmp_metadata().unwrap().unwrap();
            Blocks {
                exif: decoder.exif_metadata().unwrap().unwrap(),
                xmp: String::from_utf8(xmp).unwrap(),
                iim: Vec::new(),
            }
        }
    }
}

fn of_jpeg(file: &[u8]) -> Blocks {
    let (mut at, mut found) = (2, BTreeMap::new());
    while file[at + 1] != 0xDA {
        let length = usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        let body = &file[at + 4..at + 2 + length];
        for (name, head) in [
            ("exif", &b"Exif\0\0"[..]),
            ("xmp", b"http://ns.adobe.com/xap/1.0/\0"),
            ("iim", b"Photoshop 3.0\08BIM\x04\x04\0\0"),
        ] {
            if let Some(rest) = body.strip_prefix(head) {
                assert!(found.insert(name, rest.to_vec()).is_none(), "{name} twice");
            }
        }
        at += 2 + length;
    }
    let mut take = |name| found.remove(name).unwrap_or_default();
    // a Photoshop resource has its length before it, and an even end
    let iim = take("iim");
    let length = iim
        .get(..4)
        .map_or(0, |b| u32::from_be_bytes(b.try_into().unwrap()));
    Blocks {
        exif: take("exif"),
        xmp: String::from_utf8(take("xmp")).unwrap(),
        iim: iim.get(4..4 + length as usize).unwrap_or_default().to_vec(),
    }
}

/// IIM datasets by record and number.
fn datasets(mut iim: &[u8]) -> BTreeMap<(u8, u8), Vec<u8>> {
    let mut found = BTreeMap::new();
    while let [0x1C, record, number, high, low, rest @ ..] = iim {
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        found.insert((*record, *number), rest[..length].to_vec());
        iim = &rest[length..];
    }
    assert!(iim.is_empty(), "{iim:?}");
    found
}

/// Every text of an XMP packet by the property it stands in.
fn properties(xmp: &str) -> BTreeMap<String, String> {
    let mut reader = quick_xml::Reader::from_str(xmp);
    let (mut path, mut found): (Vec<String>, BTreeMap<String, String>) = Default::default();
    loop {
        let event = reader.read_event().unwrap();
        let property = path.get(3).cloned().unwrap_or_default();
        match event {
            Event::Start(start) => {
                path.push(String::from_utf8(start.name().as_ref().to_vec()).unwrap());
            }
            Event::End(_) => assert!(path.pop().is_some()),
            Event::Text(text) => {
                found
                    .entry(property)
                    .or_default()
                    .push_str(&text.decode().unwrap());
            }
            Event::GeneralRef(name) => {
                let text = match name.as_ref() {
                    b"amp" => "&",
                    b"lt" => "<",
                    b"gt" => ">",
                    other => panic!("&{};", String::from_utf8_lossy(other)),
                };
                found.entry(property).or_default().push_str(text);
            }
            Event::Eof => break,
            Event::PI(_) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(path.is_empty(), "{path:?}");
    found
}

fn field(block: &[u8], tag: Tag) -> Option<Vec<u8>> {
    let read = Reader::new().read_raw(block.to_vec()).unwrap();
    let field = read.get_field(tag, In::PRIMARY)?;
    match &field.value {
        exif::Value::Ascii(parts) => Some(parts.concat()),
        other => panic!("{other:?}"),
    }
}

/// P39: the studio's notice, creator and caption and the time of capture are written as EXIF, XMP and IIM.
#[test]
fn credits_are_written_three_times() {
    let texts = Texts {
        copyright: "© 2026 Hedda Lind <Foto> & Söner",
        creator: "Hedda Lind",
        caption: "Anna & Mats, \"Sommar\"",
    };
    for encoding in [Encoding::Jpeg(85), Encoding::Png, Encoding::Webp] {
        let file = made(
            &telling(),
            &Recipe {
                texts,
                encoding,
                ..SMALL
            },
        );
        let blocks = blocks(&file.bytes);
        let exif = |tag| String::from_utf8(field(&blocks.exif, tag).unwrap()).unwrap();
        assert_eq!(exif(Tag::Copyright), texts.copyright);
        assert_eq!(exif(Tag::Artist), texts.creator);
        assert_eq!(exif(Tag::ImageDescription), texts.caption);
        assert_eq!(exif(Tag::DateTimeOriginal), "2026:06:14 15:04:05");
        assert_eq!(exif(Tag::OffsetTimeOriginal), "+02:00");
        let xmp = properties(&blocks.xmp);
        assert_eq!(xmp["dc:rights"], texts.copyright);
        assert_eq!(xmp["dc:creator"], texts.creator);
        assert_eq!(xmp["dc:description"], texts.caption);
        assert_eq!(
            xmp["photoshop:DateCreated"],
            "2026-06-14T15:04:05.250+02:00"
        );
        assert_eq!(xmp["xmp:CreateDate"], xmp["photoshop:DateCreated"]);
        if encoding == Encoding::Jpeg(85) {
            let iim = datasets(&blocks.iim);
            let text = |number| std::str::from_utf8(&iim[&(2, number)]).unwrap();
            assert_eq!(iim[&(1, 90)], b"\x1B%G", "UTF-8");
            assert_eq!(text(80), texts.creator);
            assert_eq!(text(116), texts.copyright);
            assert_eq!(text(120), texts.caption);
            assert_eq!((text(55), text(60)), ("20260614", "150405+0200"));
        }
    }
}

/// P39, R-6.4: place, serial number, maker's note and other programs' XMP do not leave with a made file, nor the
/// caption the camera file had.
#[test]
fn what_tells_on_people_is_removed() {
    for encoding in [Encoding::Jpeg(85), Encoding::Png, Encoding::Webp] {
        let file = made(&telling(), &Recipe { encoding, ..SMALL });
        for secret in [
            "GPS",
            "59,20N",
            "SERIAL-4711",
            "MAKER-NOTE",
            "Darkroom",
            "PRIVATE-NOTE",
        ] {
            let there = file
                .bytes
                .windows(secret.len())
                .any(|w| w == secret.as_bytes());
            assert!(!there, "{secret} in {encoding:?}");
        }
        let blocks = blocks(&file.bytes);
        let read = Reader::new().read_raw(blocks.exif.clone()).unwrap();
        let tags: Vec<_> = read.fields().map(|field| field.tag).collect();
        let allowed = [
            Tag::ExifVersion,
            Tag::ColorSpace,
            Tag::Artist,
            Tag::Copyright,
            Tag::DateTimeOriginal,
            Tag::SubSecTimeOriginal,
            Tag::OffsetTimeOriginal,
        ];
        assert!(tags.iter().all(|tag| allowed.contains(tag)), "{tags:?}");
        // without texts of the studio's, the photograph's own author stays
        assert_eq!(
            field(&blocks.exif, Tag::Copyright).unwrap(),
            b"(c) 2026 Ada Hart"
        );
        assert_eq!(properties(&blocks.xmp)["dc:creator"], "Ada Hart");
    }
}

/// P39: sRGB, upright, of the size that is asked for, in each format.
#[test]
fn a_file_is_upright_and_in_srgb() {
    let quarters = Picture::of(800, 600, |x, y| match (x < 400, y < 300) {
        (true, true) => [200, 40, 40],
        (false, true) => [40, 200, 40],
        (true, false) => [40, 40, 200],
        (false, false) => [200, 200, 200],
    });
    let wide = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let stored = with_icc(
        &quarters
            .encoder()
            .subsampling(libjpeg_turbo_rs::Subsampling::S444)
            .encode()
            .unwrap(),
        &wide,
    );
    let file = with_exif(&stored, &exif(&[(0x0112, Value::Short(6))], &[], &[]));
    for encoding in [Encoding::Jpeg(95), Encoding::Png, Encoding::Webp] {
        for (size, expected) in [
            (Size::Full, (600, 800)),
            (Size::LongEdge(400), (300, 400)),
            (Size::Fit(150, 400), (150, 200)),
            (Size::LongEdge(5_000), (600, 800)),
        ] {
            let made = made(
                &file,
                &Recipe {
                    size,
                    encoding,
                    ..SMALL
                },
            );
            assert_eq!((made.width, made.height), expected, "{encoding:?} {size:?}");
            let picture = opened(&made);
            // turned right: what was at the lower left is at the upper left
            let corner = picture.at(0.25, 0.25);
            assert!(corner[2] > 190 && corner[0] < 60, "{corner:?}");
            let red = picture.at(0.75, 0.25);
            // Display P3's red lies outside sRGB: it comes out redder than its numbers
            assert!(red[0] > 205 && red[1] < 40, "{red:?}");
        }
    }
}

/// P39: lossless formats lose nothing, and a better JPEG is a larger one.
#[test]
fn formats_and_qualities_are_what_they_say() {
    let picture = Picture::landscape(500, 400);
    let original = picture.png();
    for encoding in [Encoding::Png, Encoding::Webp] {
        let made = made(
            &original,
            &Recipe {
                size: Size::Full,
                encoding,
                ..SMALL
            },
        );
        assert!(opened(&made).rgb == picture.rgb, "{encoding:?}");
    }
    let size = |quality| {
        let encoding = Encoding::Jpeg(quality);
        made(&original, &Recipe { encoding, ..SMALL }).bytes.len()
    };
    assert!(size(50) < size(75) && size(75) < size(95));
}

/// P39: the mark is drawn where the recipe has one, and nowhere else.
#[test]
fn a_mark_is_drawn_on_request() {
    let grey = Picture::of(800, 600, |_, _| [128; 3]).png();
    let mark = Mark::new("Hedda Lind").unwrap();
    let lossless = Recipe {
        encoding: Encoding::Png,
        ..SMALL
    };
    let clean = opened(&made(&grey, &lossless));
    assert!(clean.rgb.iter().all(|v| *v == 128));
    let marked = opened(&made(
        &grey,
        &Recipe {
            mark: Some(&mark),
            ..lossless
        },
    ));
    assert!(marked.rgb.iter().any(|v| *v > 150));
    assert!(near(marked.at(0.0, 0.0), [128; 3], 127));
}

/// what does not fit into the function's memory is refused before it is decoded; at another size it is made.
#[test]
fn a_file_too_large_for_the_function_is_refused() {
    let file = Picture::landscape(3_000, 2_000).jpeg();
    let limits = Limits {
        max_memory: 200 << 20,
        ..Limits::default()
    };
    let full = Recipe {
        size: Size::Full,
        ..SMALL
    };
    let refused = make(&file[..], &limits, &full).unwrap_err();
    assert!(
        matches!(refused, Failure::Rejected(Rejection::TooMuchMemory { .. })),
        "{refused:?}"
    );
    assert!(make(&file[..], &limits, &SMALL).is_ok());
    for (bytes, code) in [(&b""[..], "empty"), (b"plain text", "not-an-image")] {
        let failure = make(bytes, &limits, &SMALL).unwrap_err();
        assert_eq!(failure.rejection().unwrap().code(), code);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// P39: whatever is typed, the packet is well-formed XML that says exactly that, and IIM keeps to its lengths.
    #[test]
    fn no_text_breaks_the_credits(
        copyright in "\\PC{0,60}|[<>&\"'\\]]{0,12}|\\]\\]>|<!--|<\\?x\\?>",
        creator in any::<String>(),
        caption in "(\\PC|\n){0,80}|[&]{2000}|[💛]{2000}",
    ) {
        let texts = Texts { copyright: &copyright, creator: &creator, caption: &caption };
        let tiny = Picture::of(16, 16, |_, _| [90; 3]).png();
        let file = made(&tiny, &Recipe { texts, ..SMALL });
        let blocks = blocks(&file.bytes);
        let xmp = properties(&blocks.xmp);
        let said = |property: &str| xmp.get(property).cloned().unwrap_or_default();
        prop_assert_eq!(said("dc:rights"), plain(&copyright));
        prop_assert_eq!(said("dc:creator"), plain(&creator));
        prop_assert_eq!(said("dc:description"), plain(&caption));
        let exif = field(&blocks.exif, Tag::ImageDescription).unwrap_or_default();
        prop_assert_eq!(String::from_utf8(exif).unwrap(), plain(&caption));
        let iim = datasets(&blocks.iim);
        for (number, most) in [(80, 32), (116, 128), (120, 2_000)] {
            let text = iim.get(&(2, number)).cloned().unwrap_or_default();
            prop_assert!(text.len() <= most && String::from_utf8(text).is_ok());
        }
    }
}

/// What any of the three blocks can hold of a text.
fn plain(text: &str) -> String {
    let fit = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let fitting = text
        .chars()
        .filter(fit)
        .filter(|c| !matches!(c, '\u{fffe}' | '\u{ffff}'));
    fitting.take(2_000).collect::<String>().trim().to_owned()
}
