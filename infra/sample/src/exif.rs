//! The Exif block of a photograph, written by hand: a little-endian TIFF with at most three directories.

/// What a photograph's Exif says. Everything is optional; an empty value leaves the tag out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Exif {
    /// `DateTimeOriginal` as Exif writes it: `2026:09:12 15:04:05`.
    pub captured: Option<String>,
    /// `OffsetTimeOriginal`, for example `+02:00`.
    pub offset: Option<String>,
    /// Orientation, 1 to 8. The pixels are stored as they are: the tag alone turns the picture.
    pub orientation: Option<u16>,
    /// Where it was taken: degrees north, degrees east.
    pub gps: Option<(f64, f64)>,
    /// Exposure time as a fraction of seconds, aperture × 10, ISO speed, focal length in millimetres.
    pub exposure: Option<((u32, u32), u32, u16, u32)>,
}

const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;
const UNDEFINED: u16 = 7;

/// One directory before its place is known: (tag, type, count, value bytes), by ascending tag.
#[derive(Default)]
struct Directory(Vec<(u16, u16, u32, Vec<u8>)>);

impl Directory {
    fn text(&mut self, tag: u16, text: &str) {
        let bytes = [text.as_bytes(), &[0]].concat();
        self.0.push((tag, ASCII, bytes.len() as u32, bytes));
    }

    fn short(&mut self, tag: u16, value: u16) {
        self.0.push((tag, SHORT, 1, value.to_le_bytes().to_vec()));
    }

    fn long(&mut self, tag: u16, value: u32) {
        self.0.push((tag, LONG, 1, value.to_le_bytes().to_vec()));
    }

    fn rationals(&mut self, tag: u16, values: &[(u32, u32)]) {
        let bytes = values
            .iter()
            .flat_map(|(n, d)| [n.to_le_bytes(), d.to_le_bytes()].concat())
            .collect();
        self.0.push((tag, RATIONAL, values.len() as u32, bytes));
    }

    /// Bytes the directory takes, values that do not fit into an entry included.
    fn size(&self) -> u32 {
        let apart: usize = self
            .0
            .iter()
            .filter(|e| e.3.len() > 4)
            .map(|e| e.3.len().next_multiple_of(2))
            .sum();
        (6 + 12 * self.0.len() + apart) as u32
    }

    /// Writes the directory at `out`'s end; offsets count from the TIFF header, where `out` begins.
    fn write(&self, out: &mut Vec<u8>) {
        let mut apart = (out.len() + 6 + 12 * self.0.len()) as u32;
        let mut tail = Vec::new();
        out.extend((self.0.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in &self.0 {
            out.extend(tag.to_le_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(count.to_le_bytes());
            if value.len() <= 4 {
                let mut inline = value.clone();
                inline.resize(4, 0);
                out.extend(inline);
            } else {
                out.extend(apart.to_le_bytes());
                tail.extend_from_slice(value);
                tail.resize(tail.len().next_multiple_of(2), 0);
                apart += value.len().next_multiple_of(2) as u32;
            }
        }
        out.extend(0_u32.to_le_bytes());
        out.extend(tail);
    }
}

impl Exif {
    /// The TIFF structure for the APP1 segment of a `width` × `height` picture, without the `Exif\0\0` in front.
    pub(crate) fn tiff(&self, width: u32, height: u32) -> Vec<u8> {
        let (detail, place) = (self.detail(width, height), self.place());
        let mut main = Directory::default();
        main.0.extend(
            self.orientation
                .map(|o| (0x0112, SHORT, 1, o.to_le_bytes().to_vec())),
        );
        main.rationals(0x011A, &[(300, 1)]);
        main.rationals(0x011B, &[(300, 1)]);
        main.short(0x0128, 2);
        if let Some(at) = &self.captured {
            main.text(0x0132, at);
        }
        // Pointers are one LONG each, so the main directory's size is known before their values are.
        let pointers = 1 + u32::from(place.is_some());
        let first = 8 + main.size() + 12 * pointers;
        main.long(0x8769, first);
        if place.is_some() {
            main.long(0x8825, first + detail.size());
        }
        let mut out = b"II\x2a\0\x08\0\0\0".to_vec();
        main.write(&mut out);
        detail.write(&mut out);
        if let Some(place) = place {
            place.write(&mut out);
        }
        out
    }

    fn detail(&self, width: u32, height: u32) -> Directory {
        let mut d = Directory::default();
        if let Some((time, aperture, ..)) = self.exposure {
            d.rationals(0x829A, &[time]);
            d.rationals(0x829D, &[(aperture, 10)]);
        }
        if let Some((_, _, iso, _)) = self.exposure {
            d.short(0x8827, iso);
        }
        d.0.push((0x9000, UNDEFINED, 4, b"0232".to_vec()));
        if let Some(at) = &self.captured {
            d.text(0x9003, at);
        }
        if let Some(offset) = &self.offset {
            d.text(0x9011, offset);
        }
        if let Some((.., focal)) = self.exposure {
            d.rationals(0x920A, &[(focal, 1)]);
        }
        d.short(0xA001, 1);
        d.long(0xA002, width);
        d.long(0xA003, height);
        d
    }

    fn place(&self) -> Option<Directory> {
        let (north, east) = self.gps?;
        let angle = |v: f64| {
            let v = v.abs();
            let (degrees, minutes) = (v.floor(), (v.fract() * 60.0).floor());
            let seconds = (v - degrees - minutes / 60.0) * 3600.0;
            [
                (degrees as u32, 1),
                (minutes as u32, 1),
                ((seconds * 1000.0).round() as u32, 1000),
            ]
        };
        let mut d = Directory::default();
        d.0.push((0x0000, 1, 4, vec![2, 3, 0, 0]));
        d.text(0x0001, if north < 0.0 { "S" } else { "N" });
        d.rationals(0x0002, &angle(north));
        d.text(0x0003, if east < 0.0 { "W" } else { "E" });
        d.rationals(0x0004, &angle(east));
        Some(d)
    }
}
