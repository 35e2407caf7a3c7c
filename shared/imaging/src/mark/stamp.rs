//! A mark at one size as what it does to pixels, and its blending into a picture in either of two colour spaces.

/// What one pixel of the mark does to a channel: `(channel × keep + add) / 256`.
#[derive(Debug, Clone, Copy, Default)]
struct Blend {
    keep: u16,
    add: u16,
}

impl Blend {
    fn over(self, channel: &mut u8) {
        let mixed = u32::from(*channel) * u32::from(self.keep) + u32::from(self.add) + 128;
        *channel = u8::try_from(mixed >> 8).unwrap_or(u8::MAX);
    }
}

/// One pixel of a mark: how much of the picture it covers, and its colour premultiplied by that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ink {
    /// Of the picture, in 256ths.
    keep: u16,
    /// Red, green, blue, in 256ths.
    add: [u16; 3],
}

impl Ink {
    const NONE: Self = Self {
        keep: 256,
        add: [0; 3],
    };

    /// Covers so much (0 to 1); the colour is premultiplied, of 255.
    pub(crate) fn new(covers: f32, colour: [f32; 3]) -> Self {
        let keep = ((1.0 - covers.clamp(0.0, 1.0)) * 256.0).round() as u16;
        // no brighter than full where all of the picture is kept but this
        let most = u16::from(u8::MAX) * (256 - keep);
        Self {
            keep,
            add: colour.map(|c| ((c * 256.0).round() as u16).min(most)),
        }
    }

    fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// How much of the picture it covers, 0 to 1.
    pub(crate) fn covers(self) -> f32 {
        f32::from(256 - self.keep) / 256.0
    }

    fn rgb(self) -> [Blend; 3] {
        self.add.map(|add| Blend {
            keep: self.keep,
            add,
        })
    }

    /// The same in luma, blue and red difference (JFIF 1.02, full range): the matrix is linear, so it turns the
    /// premultiplied colour as it turns the picture's, and what is covered of the chroma's middle comes along.
    fn ycc(self) -> [Blend; 3] {
        let [r, g, b] = self.add.map(f32::from);
        let middle = 128.0 * f32::from(256 - self.keep);
        [
            0.299 * r + 0.587 * g + 0.114 * b,
            middle - 0.168_736 * r - 0.331_264 * g + 0.5 * b,
            middle + 0.5 * r - 0.418_688 * g - 0.081_312 * b,
        ]
        .map(|add| Blend {
            keep: self.keep,
            add: add.round() as u16,
        })
    }
}

/// The lines of a stamp from `top` on, each from its first column that changes anything to its last. Rows and columns
/// count from the middle of the mark.
#[derive(Debug)]
struct Lines<T> {
    top: i32,
    lines: Vec<(i32, Vec<T>)>,
}

/// A mark at one size.
#[derive(Debug)]
pub(crate) struct Stamp(Lines<Ink>);

impl Stamp {
    /// From a rectangle of inks `width` wide, its first pixel at `(left, top)` from the middle of the mark.
    pub(crate) fn new(inks: &[Ink], width: usize, (left, top): (i32, i32)) -> Self {
        let lines = inks.chunks_exact(width.max(1)).map(|line| {
            let first = line.iter().position(|ink| !ink.is_none());
            let last = line.iter().rposition(|ink| !ink.is_none());
            match first.zip(last) {
                Some((first, last)) => (left + offset(first), line[first..=last].to_vec()),
                None => (0, Vec::new()),
            }
        });
        Self(Lines {
            top,
            lines: lines.collect(),
        })
    }

    /// The first and last column and row that it touches, from its middle: left, top, right, bottom, the latter two
    /// one past the end. Zeros if it touches nothing.
    pub(crate) fn bounds(&self) -> (i32, i32, i32, i32) {
        let rows = self.rows().filter(|(_, _, inks)| !inks.is_empty());
        rows.fold(None, |bounds, (row, first, inks)| {
            let end = first + offset(inks.len());
            let (left, top, right, _) = bounds.unwrap_or((first, row, end, row));
            Some((left.min(first), top, right.max(end), row + 1))
        })
        .unwrap_or_default()
    }

    /// Row, first column, inks.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (i32, i32, &[Ink])> {
        let rows = (self.0.top..).zip(&self.0.lines);
        rows.map(|(row, (first, inks))| (row, *first, inks.as_slice()))
    }

    /// Blends the mark into interleaved RGB, its middle at each of `places`; what lies outside is cut off.
    pub(crate) fn rgb(&self, rgb: &mut [u8], width: usize, places: &[(i32, i32)]) {
        let blends = self.0.each(|ink| ink.rgb());
        for &place in places {
            blends.press(rgb, width, 3, place, |pixel, blends| {
                for (channel, blend) in pixel.iter_mut().zip(blends) {
                    blend.over(channel);
                }
            });
        }
    }

    /// Blends the mark into planes of luma and halved chroma. Places are even, so that a chroma sample stands for the
    /// same four pixels of the mark everywhere, and blending their mean is exact.
    pub(crate) fn ycc420(&self, planes: [&mut [u8]; 3], width: usize, places: &[(i32, i32)]) {
        let luma = self.0.each(|ink| ink.ycc()[0]);
        let chroma = self.halved();
        let [y, cb, cr] = planes;
        for &place in places {
            luma.press(y, width, 1, place, |sample, blend| {
                blend.over(&mut sample[0])
            });
            let (place, width) = ((place.0 / 2, place.1 / 2), width.div_ceil(2));
            chroma.press(cb, width, 1, place, |sample, blend| {
                blend[0].over(&mut sample[0])
            });
            chroma.press(cr, width, 1, place, |sample, blend| {
                blend[1].over(&mut sample[0])
            });
        }
    }

    /// Blue and red difference of every two by two pixels.
    fn halved(&self) -> Lines<[Blend; 2]> {
        let (left, top, right, bottom) = self.bounds();
        let (left, top) = (left.div_euclid(2), top.div_euclid(2));
        let (right, bottom) = ((right + 1).div_euclid(2), (bottom + 1).div_euclid(2));
        let across = usize::try_from(right - left).unwrap_or_default();
        let down = usize::try_from(bottom - top).unwrap_or_default();
        // what four pixels keep and add together, as what they do not cover is kept
        let mut sums = vec![[(4 * 256_u32, 0_u32); 2]; across * down];
        for (row, first, inks) in self.rows() {
            for (column, ink) in (first..).zip(inks) {
                let at = usize::try_from(column.div_euclid(2) - left)
                    .ok()
                    .zip(usize::try_from(row.div_euclid(2) - top).ok());
                let Some(sum) = at.and_then(|(x, y)| sums.get_mut(y * across + x)) else {
                    continue;
                };
                let [_, blue, red] = ink.ycc();
                for (sum, blend) in sum.iter_mut().zip([blue, red]) {
                    sum.0 -= 256 - u32::from(blend.keep);
                    sum.1 += u32::from(blend.add);
                }
            }
        }
        let quarter = |(keep, add): (u32, u32)| Blend {
            keep: u16::try_from((keep + 2) / 4).unwrap_or(256),
            add: u16::try_from((add + 2) / 4).unwrap_or(u16::MAX),
        };
        let lines = sums.chunks_exact(across.max(1)).map(|line| {
            let blends = line.iter().map(|sum| sum.map(quarter));
            (left, blends.collect())
        });
        Lines {
            top,
            lines: lines.collect(),
        }
    }
}

impl Lines<Ink> {
    fn each<T>(&self, make: impl Fn(Ink) -> T) -> Lines<T> {
        let lines = self.lines.iter();
        let lines =
            lines.map(|(first, inks)| (*first, inks.iter().map(|ink| make(*ink)).collect()));
        Lines {
            top: self.top,
            lines: lines.collect(),
        }
    }
}

impl<T> Lines<T> {
    /// Goes over the samples of a plane `width` samples of so many `channels` wide that lie under the stamp.
    fn press(
        &self,
        plane: &mut [u8],
        width: usize,
        channels: usize,
        (x, y): (i32, i32),
        blend: impl Fn(&mut [u8], &T),
    ) {
        for (line, (first, blends)) in (y + self.top..).zip(&self.lines) {
            let Ok(row) = usize::try_from(line) else {
                continue;
            };
            let start = row * width * channels;
            let Some(row) = plane.get_mut(start..start + width * channels) else {
                return;
            };
            let start = x + first;
            let hidden = usize::try_from(-start).unwrap_or(0);
            let from = usize::try_from(start).unwrap_or(0);
            let pixels = row.chunks_exact_mut(channels).skip(from);
            for (pixel, mark) in pixels.zip(blends.iter().skip(hidden)) {
                blend(pixel, mark);
            }
        }
    }
}

/// A stamp is no wider than a picture can be.
fn offset(pixels: usize) -> i32 {
    i32::try_from(pixels).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The four corners of what an ink can do, in both colour spaces, to black, grey and white.
    #[test]
    fn both_colour_spaces_blend_to_the_same_picture() {
        let colours = [[255.0, 0.0, 0.0], [0.0, 255.0, 0.0], [20.0, 60.0, 200.0]];
        for (covers, colour) in [0.0, 0.25, 0.6, 1.0]
            .into_iter()
            .zip(colours.iter().cycle())
        {
            let ink = Ink::new(covers, colour.map(|c| c * covers));
            let stamp = Stamp::new(&[ink; 16], 4, (-2, -2));
            for level in [0, 128, 255] {
                let mut rgb = vec![level; 4 * 4 * 3];
                stamp.rgb(&mut rgb, 4, &[(2, 2)]);
                let (mut y, mut cb, mut cr) = (vec![level; 16], vec![128; 4], vec![128; 4]);
                stamp.ycc420([&mut y, &mut cb, &mut cr], 4, &[(2, 2)]);
                let [y, cb, cr] = [y[5], cb[0], cr[0]].map(f32::from);
                let (cb, cr) = (cb - 128.0, cr - 128.0);
                let turned = [
                    y + 1.402 * cr,
                    y - 0.344_136 * cb - 0.714_136 * cr,
                    y + 1.772 * cb,
                ];
                for (turned, channel) in turned.into_iter().zip(&rgb[15..18]) {
                    let off = (turned.clamp(0.0, 255.0) - f32::from(*channel)).abs();
                    assert!(
                        off < 3.0,
                        "{covers} {colour:?} on {level}: {turned} {channel}"
                    );
                }
            }
        }
    }

    /// Half a chroma sample's pixels covered is half of the ink's chroma; what is outside the picture is cut off.
    #[test]
    fn chroma_at_an_edge_is_the_mean() {
        let red = Ink::new(1.0, [255.0, 0.0, 0.0]);
        let stamp = Stamp::new(&[red; 2], 1, (0, 0));
        let (mut y, mut cb, mut cr) = (vec![0; 9], vec![128; 4], vec![128; 4]);
        stamp.ycc420(
            [&mut y, &mut cb, &mut cr],
            3,
            &[(0, 0), (2, 2), (-40, 6), (2, -2)],
        );
        assert_eq!(y, [76, 0, 0, 76, 0, 0, 0, 0, 76]);
        // full red is 255 in theory, and 255.5 rounds there
        let half = 128 + 64;
        assert!(cr[0].abs_diff(half) <= 1 && cr[1] == 128, "{cr:?}");
        assert_eq!(stamp.bounds(), (0, 0, 1, 2));
    }
}
