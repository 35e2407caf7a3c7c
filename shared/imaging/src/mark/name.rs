//! A studio's name as outlines, and its letters at one size: light, with a thin dark edge.

use ttf_parser::{Face, OutlineBuilder};
use unicode_normalization::UnicodeNormalization as _;
use zeno::{Angle, Command, Mask, PathBuilder as _, Point, Stroke, Transform, Vector};

use super::stamp::{Ink, Stamp};

/// Latin, Greek and Cyrillic in 97 KB; a file of this crate's, so that it builds without npm or the network.
const FONT: &[u8] = include_bytes!("../../font/Manrope-SemiBold.ttf");
/// Letters of a name that are drawn: more would no longer be read, and each takes memory.
const LETTERS: usize = 80;
/// Between letters, in em: what is half transparent and tilted is read more easily a little spaced.
const SPACING: f32 = 0.02;
/// Width of the dark edge outside the letters, in em.
const EDGE: f32 = 0.035;
/// How strong the edge is, of the letters' own strength.
const DARK: f32 = 0.94;
/// From the deepest descender to the highest accent, in em.
pub(crate) const HEIGHT: f32 = 1.3;

/// A name, ready to be drawn at any size.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    /// The outlines in em, y downwards, the middle of the name at the origin.
    outlines: Vec<Command>,
    /// In em.
    pub width: f32,
}

impl Name {
    /// `None` if the font has none of its letters.
    pub(crate) fn new(name: &str) -> Option<Self> {
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

    /// The name with `em` pixels to the em, rising by `rise` degrees; of letters, `opacity` (0 to 1) is the strength.
    pub(crate) fn stamp(&self, em: f32, rise: f32, opacity: f32) -> Stamp {
        let tilt = Transform::scale(em, em).then_rotate(Angle::from_degrees(-rise));
        let outlines: Vec<Command> = self.outlines.iter().map(|c| c.transform(&tilt)).collect();
        let (edge, place) = Mask::new(&outlines)
            .style(Stroke::new(2.0 * EDGE * em).join(zeno::Join::Round))
            .render();
        let (letters, _) = Mask::new(&outlines)
            .size(place.width, place.height)
            .offset(Vector::new(-place.left as f32, -place.top as f32))
            .render();
        let inks = letters.iter().zip(&edge).map(|(&letter, &edge)| {
            let light = opacity * f32::from(letter) / 255.0;
            // The stroke lies on both sides of the outline; its inner half is the letter's.
            let dark = DARK * opacity * f32::from(edge.saturating_sub(letter)) / 255.0;
            Ink::new(light + dark, [light * 255.0; 3])
        });
        let inks: Vec<Ink> = inks.collect();
        Stamp::new(&inks, place.width as usize, (place.left, place.top))
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

    /// Latin Extended, Greek and Cyrillic have their own letters, and the ring of an Å is not lost.
    #[test]
    fn names_beyond_ascii_are_drawn() {
        let outlines = |name| Name::new(name).unwrap().outlines;
        assert_ne!(outlines("Åsa Öberg"), outlines("Asa Oberg"));
        assert_eq!(outlines("Åsa"), outlines("A\u{30A}sa"), "composed or not");
        for name in ["Łódź", "ñ", "İğdır", "Țară", "Phở", "Φωτό", "Андрій"] {
            let letters = name.nfc().count();
            let alone = name.nfc().filter_map(|c| Name::new(&c.to_string()));
            assert_eq!(alone.count(), letters, "{name}");
        }
    }

    #[test]
    fn what_the_font_lacks_is_left_out() {
        let outlines = |name| Name::new(name).unwrap().outlines;
        assert_eq!(outlines("写真館 Lind 🎞"), outlines("Lind"));
        for nothing in ["", "   ", "写真館", "🎞"] {
            assert!(Name::new(nothing).is_none(), "{nothing}");
        }
    }

    /// A stamp is no higher than what the layout keeps free for it.
    #[test]
    fn accents_and_descenders_fit_their_height() {
        let stamp = Name::new("ÅgÖjỞ").unwrap().stamp(100.0, 0.0, 1.0);
        let (_, top, _, bottom) = stamp.bounds();
        assert!(
            bottom - top <= (HEIGHT * 100.0) as i32 + 8,
            "{top} {bottom}"
        );
    }
}
