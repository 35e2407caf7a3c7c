//! The studio's name across a proof: light letters with a thin dark edge, in diagonal rows over the whole picture.

use ttf_parser::{Face, OutlineBuilder};
use unicode_normalization::UnicodeNormalization as _;
use zeno::{Angle, Command, Mask, PathBuilder as _, Point, Stroke, Transform, Vector};

/// Latin, Greek and Cyrillic in 97 KB; a file of this crate's, so that it builds without npm or the network.
const FONT: &[u8] = include_bytes!("../font/Manrope-SemiBold.ttf");
/// Letters of a name that are drawn: more would no longer be read, and each takes memory.
const LETTERS: usize = 80;

/// Rows rise by this, in degrees: no straight crop runs along them.
const RISE: f32 = 30.0;
/// A picture's measure is its long edge, but at most so many times its short one: a panorama's rows must fit its height.
const PANORAMA: u32 = 3;
/// Width of a name, of the picture's measure, as long as that makes an em …
const WIDTH: f32 = 0.34;
/// … no smaller than this, of the picture's measure and in pixels, for below letters close up …
const SMALLEST: (f32, f32) = (1.0 / 75.0, 8.0);
/// … and no larger than this, of the picture's measure: a short name comes more often instead.
const LARGEST: f32 = 1.0 / 18.0;
/// Between a name and the next of its row, in em.
const GAP: f32 = 2.5;
/// From a row to the next, in em: a crop that leaves the marks out keeps nothing worth having.
const ROW: f32 = 4.0;
/// Between letters, in em: what is half transparent and tilted is read more easily a little spaced.
const SPACING: f32 = 0.02;
/// Width of the dark edge outside the letters, in em.
const EDGE: f32 = 0.035;
/// How much of the picture the letters cover, and their edge.
const LIGHT: f32 = 0.36;
const DARK: f32 = 0.34;

/// A studio's name, ready to be drawn at any size.
#[derive(Debug, Clone)]
pub struct Mark {
    /// The outlines in em, y downwards, the middle of the name at the origin.
    outlines: Vec<Command>,
    /// In em.
    width: f32,
}

/// What one pixel of the name does to a channel: `(channel × keep + add) / 256`.
#[derive(Debug, Clone, Copy)]
struct Blend {
    keep: u16,
    add: u16,
}

/// The name at one size: the part of each line of pixels that it touches.
struct Stamp {
    /// Of the first line, from the middle of the name.
    top: i32,
    /// First column, from the middle of the name, and the pixels from there.
    lines: Vec<(i32, Vec<Blend>)>,
}

impl Mark {
    /// A mark of this name, composed (NFC) first. Letters the font does not have are left out.
    ///
    /// `None` if nothing is left to draw: an empty name, or one in a script other than Latin, Greek and Cyrillic.
    #[must_use]
    pub fn new(name: &str) -> Option<Self> {
        let face = Face::parse(FONT, 0).expect("a test parses this very file");
        let em = f32::from(face.units_per_em());
        let mut pen = Pen {
            outlines: Vec::new(),
            x: 0.0,
            baseline: f32::from(face.capital_height().unwrap_or_default()) / em / 2.0,
            em,
        };
        let drawable: String = name
            .nfc()
            .filter(|c| face.glyph_index(*c).is_some())
            .collect();
        let letters = drawable.trim().chars().take(LETTERS);
        for glyph in letters.filter_map(|c| face.glyph_index(c)) {
            face.outline_glyph(glyph, &mut pen);
            pen.x += f32::from(face.glyph_hor_advance(glyph).unwrap_or_default()) / em + SPACING;
        }
        if pen.outlines.is_empty() {
            return None;
        }
        let width = pen.x - SPACING;
        let middle = Transform::translation(-width / 2.0, 0.0);
        let outlines = pen.outlines.iter().map(|c| c.transform(&middle)).collect();
        Some(Self { outlines, width })
    }

    /// Draws the name all over a picture of interleaved RGB; a row of names goes through its middle.
    pub(crate) fn draw(&self, rgb: &mut [u8], (width, height): (u32, u32)) {
        let em = self.em(width, height);
        let stamp = self.stamp(em);
        let (sin, cos) = RISE.to_radians().sin_cos();
        let (along, across) = ((self.width + GAP) * em, ROW * em);
        let half = ((width as f32).hypot(height as f32) + along) / 2.0;
        let (columns, rows) = ((half / along).ceil() as i32, (half / across).ceil() as i32);
        for row in -rows..=rows {
            // Names stand over the gaps of the row below.
            let shift = (row & 1) as f32 / 2.0;
            for column in -columns - 1..=columns {
                let (u, v) = ((column as f32 + shift) * along, row as f32 * across);
                let x = width as f32 / 2.0 + u * cos + v * sin;
                let y = height as f32 / 2.0 - u * sin + v * cos;
                stamp.press(rgb, width as usize, (x.round() as i32, y.round() as i32));
            }
        }
    }

    /// The height of an em in pixels, for a picture of these dimensions.
    fn em(&self, width: u32, height: u32) -> f32 {
        let (long, short) = (width.max(height), width.min(height));
        let measure = long.min(short.saturating_mul(PANORAMA)) as f32;
        let em = (WIDTH / self.width).clamp(SMALLEST.0, LARGEST) * measure;
        em.max(SMALLEST.1)
    }

    /// The name, tilted, with `em` pixels to the em.
    fn stamp(&self, em: f32) -> Stamp {
        let tilt = Transform::scale(em, em).then_rotate(Angle::from_degrees(-RISE));
        let outlines: Vec<Command> = self.outlines.iter().map(|c| c.transform(&tilt)).collect();
        let (edge, place) = Mask::new(&outlines)
            .style(Stroke::new(2.0 * EDGE * em).join(zeno::Join::Round))
            .render();
        let (letters, _) = Mask::new(&outlines)
            .size(place.width, place.height)
            .offset(Vector::new(-place.left as f32, -place.top as f32))
            .render();
        let width = place.width.max(1) as usize;
        let lines = letters.chunks_exact(width).zip(edge.chunks_exact(width));
        let lines = lines.map(|(letters, edge)| line(letters, edge));
        Stamp {
            top: place.top,
            lines: lines
                .map(|(first, blends)| (place.left + first, blends))
                .collect(),
        }
    }
}

/// One line of a stamp: its first pixel that changes anything, and from there to the last.
fn line(letters: &[u8], edge: &[u8]) -> (i32, Vec<Blend>) {
    let touched = |i: &usize| letters[*i] > 0 || edge[*i] > 0;
    let (Some(first), Some(last)) = (
        (0..letters.len()).find(touched),
        (0..letters.len()).rev().find(touched),
    ) else {
        return (0, Vec::new());
    };
    let blends = (first..=last).map(|i| {
        let light = LIGHT * f32::from(letters[i]) / 255.0;
        // The stroke lies on both sides of the outline; its inner half is the letter's.
        let dark = DARK * f32::from(edge[i].saturating_sub(letters[i])) / 255.0;
        Blend {
            keep: ((1.0 - light - dark) * 256.0).round() as u16,
            add: (light * 255.0 * 256.0).round() as u16,
        }
    });
    let first = i32::try_from(first).expect("no wider than a picture");
    (first, blends.collect())
}

impl Stamp {
    /// Blends the name into the picture, its middle at `(x, y)`; what lies outside is cut off.
    fn press(&self, rgb: &mut [u8], width: usize, (x, y): (i32, i32)) {
        for (line, (first, blends)) in (y + self.top..).zip(&self.lines) {
            let Ok(row) = usize::try_from(line) else {
                continue;
            };
            let Some(row) = rgb.chunks_exact_mut(width * 3).nth(row) else {
                return;
            };
            let start = x + first;
            let hidden = usize::try_from(-start).unwrap_or(0);
            let from = usize::try_from(start).unwrap_or(0);
            let pixels = row.chunks_exact_mut(3).skip(from);
            for (pixel, blend) in pixels.zip(blends.iter().skip(hidden)) {
                for channel in pixel {
                    let mixed =
                        u32::from(*channel) * u32::from(blend.keep) + u32::from(blend.add) + 128;
                    *channel = u8::try_from(mixed >> 8).unwrap_or(u8::MAX);
                }
            }
        }
    }
}

/// Sets glyphs one after the other, in em.
struct Pen {
    outlines: Vec<Command>,
    x: f32,
    baseline: f32,
    em: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> Point {
        Point::new(self.x + x / self.em, self.baseline - y / self.em)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.outlines.move_to(to);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let to = self.at(x, y);
        self.outlines.line_to(to);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let (by, to) = (self.at(x1, y1), self.at(x, y));
        self.outlines.quad_to(by, to);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let (from, by, to) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.outlines.curve_to(from, by, to);
    }

    fn close(&mut self) {
        self.outlines.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of one level with the name across it: what it lost and gained.
    fn drawn(name: &str, level: u8, size: (u32, u32)) -> Vec<u8> {
        let mut rgb = vec![level; (size.0 * size.1 * 3) as usize];
        Mark::new(name).unwrap().draw(&mut rgb, size);
        rgb
    }

    /// How far above and below the level the name goes.
    fn contrast(level: u8) -> (u8, u8) {
        let rgb = drawn("Hedda Lind", level, (1_280, 853));
        let (least, most) = (rgb.iter().min().unwrap(), rgb.iter().max().unwrap());
        (most - level, level - least)
    }

    /// P21: on black the letters show, on white their edge, in between both; the picture stays to be judged.
    #[test]
    fn it_is_read_on_light_and_on_dark() {
        let (lighter, darker) = contrast(0);
        assert!((80..=95).contains(&lighter) && darker == 0, "{lighter}");
        let (lighter, darker) = contrast(255);
        assert!((80..=95).contains(&darker) && lighter == 0, "{darker}");
        let (lighter, darker) = contrast(128);
        assert!(lighter >= 40 && darker >= 40, "{lighter}, {darker}");
    }

    /// P21: whatever the name and the shape, no third of the width by a third of the height is free of it.
    #[test]
    fn no_crop_of_a_third_is_without_it() {
        let long =
            "A Studio Whose Name Is Rather Longer Than Anyone Would Like to Read Across a Photo";
        for name in ["Bo", "Hedda Lind Photography", long] {
            for (width, height) in [
                (1_280, 853),
                (853, 1_280),
                (1_280, 1_280),
                (2_048, 300),
                (500, 333),
            ] {
                let rgb = drawn(name, 128, (width, height));
                let touched = |x: u32, y: u32| rgb[((y * width + x) * 3) as usize] != 128;
                for left in (0..=width * 2 / 3).step_by(width as usize / 30) {
                    for top in (0..=height * 2 / 3).step_by(height as usize / 30) {
                        let marked = (top..top + height / 3)
                            .flat_map(|y| (left..left + width / 3).map(move |x| (x, y)))
                            .filter(|(x, y)| touched(*x, *y))
                            .count();
                        assert!(marked > 50, "{name}, {width} × {height} at {left}, {top}");
                    }
                }
            }
        }
    }

    /// Latin Extended, Greek and Cyrillic have their own letters, and the ring of an Å is not lost.
    #[test]
    fn names_beyond_ascii_are_drawn() {
        let draw = |name| drawn(name, 0, (640, 427));
        assert_ne!(draw("Åsa Öberg"), draw("Asa Oberg"));
        assert_eq!(draw("Åsa"), draw("A\u{30A}sa"), "composed or not");
        for name in ["Łódź", "ñ", "İğdır", "Țară", "Phở", "Φωτό", "Андрій"] {
            let all = Mark::new(name).unwrap();
            let letters = name.nfc().count();
            let alone = name.nfc().filter_map(|c| Mark::new(&c.to_string()));
            assert_eq!(alone.count(), letters, "{name}");
            assert!(all.width > 0.0);
        }
    }

    #[test]
    fn what_the_font_lacks_is_left_out() {
        let draw = |name| drawn(name, 0, (640, 427));
        assert_eq!(draw("写真館 Lind 🎞"), draw("Lind"));
        for nothing in ["", "   ", "写真館", "🎞"] {
            assert!(Mark::new(nothing).is_none(), "{nothing}");
        }
    }

    /// A line of pixels, a single one, and a name far wider than the picture.
    #[test]
    fn no_size_is_too_small() {
        for size in [(1, 1), (2_048, 1), (1, 2_048), (3, 7)] {
            drawn("Hedda Lind Photography", 128, size);
        }
    }
}
