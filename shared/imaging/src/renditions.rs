//! The sizes, the cascade from one to the next, the encoder and the placeholder.

use crate::encode::{self, APP1, EXIF};
use crate::ycc::Ycc;
use crate::{MARKED, Mark, Rendition, SIZES};

/// 90 would take about half as many bytes again.
const QUALITY: u8 = 80;
/// The longer side thumbhash allows.
const THUMB_EDGE: u32 = 100;

/// A rendition to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// Of [`SIZES`].
    pub long_edge: u32,
    /// Pixels across and down.
    pub pixels: (u32, u32),
}

/// The sizes of a photograph of `width` × `height` pixels, each computed from the photograph's own. The first is
/// always there; where the photograph is smaller than two of [`SIZES`], the larger of them stands for both.
pub(crate) fn sizes(width: u32, height: u32) -> Vec<Size> {
    let mut sizes: Vec<Size> = SIZES
        .map(|long_edge| Size {
            long_edge,
            pixels: fit(width, height, long_edge),
        })
        .into();
    sizes.dedup_by_key(|size| size.pixels);
    sizes
}

/// The largest size of the same shape within a square, never larger than the original.
fn fit(width: u32, height: u32, edge: u32) -> (u32, u32) {
    let long = width.max(height);
    if long <= edge {
        return (width, height);
    }
    let scaled = |side: u32| {
        let rounded = (u64::from(side) * u64::from(edge) + u64::from(long) / 2) / u64::from(long);
        u32::try_from(rounded)
            .expect("no longer than the edge")
            .max(1)
    };
    (scaled(width), scaled(height))
}

/// All that is made of the upright sRGB picture.
pub(crate) struct Made {
    pub renditions: Vec<Rendition>,
    pub thumbhash: Vec<u8>,
    pub average: [u8; 3],
}

/// Makes every size from the one before it; `picture` has the first of `sizes`, and chroma of half its size.
pub(crate) fn make(
    mut picture: Ycc,
    sizes: &[Size],
    exif: Option<&[u8]>,
    mark: Option<&Mark>,
) -> Made {
    let exif = exif.map(|block| [EXIF, block].concat());
    let encoded = |picture: &Ycc| {
        // The notices or no metadata at all.
        let notices = exif.as_deref().map(|exif| (APP1, exif));
        encode::jpeg(picture, QUALITY, notices.as_slice())
    };
    let mut renditions = Vec::with_capacity(sizes.len());
    for size in sizes {
        if size.pixels != picture.size {
            picture = picture.shrunk(size.pixels);
        }
        renditions.push(Rendition {
            long_edge: size.long_edge,
            width: size.pixels.0,
            height: size.pixels.1,
            jpeg: encoded(&picture),
            marked: mark
                .filter(|_| MARKED.contains(&size.long_edge))
                .map(|mark| {
                    // Not drawn once and shrunk: letters are sharp at each size, and the smaller sizes stay clean.
                    let mut proof = picture.clone();
                    let [luma, blue, red] = &mut proof.planes;
                    mark.layer(size.pixels).ycc420(luma, blue, red);
                    encoded(&proof)
                }),
        });
    }
    let (thumbhash, average) = placeholder(&picture);
    Made {
        renditions,
        thumbhash,
        average,
    }
}

/// What the page shows before the picture is there: a thumbhash and the average colour.
fn placeholder(picture: &Ycc) -> (Vec<u8>, [u8; 3]) {
    let to = fit(picture.size.0, picture.size.1, THUMB_EDGE);
    let small = if picture.size == to {
        picture.to_rgb()
    } else {
        picture.shrunk(to).to_rgb()
    };
    let rgba: Vec<u8> = small
        .chunks_exact(3)
        .flat_map(|p| [p[0], p[1], p[2], u8::MAX])
        .collect();
    let thumbhash = thumbhash::rgba_to_thumb_hash(to.0 as usize, to.1 as usize, &rgba);
    let pixels = (small.len() / 3) as u64;
    let average = std::array::from_fn(|channel| {
        let sum: u64 = small
            .iter()
            .skip(channel)
            .step_by(3)
            .map(|v| u64::from(*v))
            .sum();
        u8::try_from((sum + pixels / 2) / pixels).expect("an average of bytes is a byte")
    });
    (thumbhash, average)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ycc::Chroma;

    fn pixels(width: u32, height: u32) -> Vec<(u32, (u32, u32))> {
        sizes(width, height)
            .into_iter()
            .map(|size| (size.long_edge, size.pixels))
            .collect()
    }

    /// From the original's dimensions, not from the size before: 3 × 2 stays 3 × 2 down to the last.
    #[test]
    fn every_size_is_computed_from_the_original() {
        assert_eq!(
            pixels(6_000, 4_000),
            [
                (2_048, (2_048, 1_365)),
                (1_280, (1_280, 853)),
                (640, (640, 427)),
                (320, (320, 213))
            ]
        );
        assert_eq!(
            pixels(3_456, 5_184),
            [
                (2_048, (1_365, 2_048)),
                (1_280, (853, 1_280)),
                (640, (427, 640)),
                (320, (213, 320))
            ]
        );
    }

    #[test]
    fn nothing_is_enlarged_or_made_twice() {
        assert_eq!(
            pixels(1_000, 500),
            [(2_048, (1_000, 500)), (640, (640, 320)), (320, (320, 160))]
        );
        assert_eq!(
            pixels(1_280, 960),
            [(2_048, (1_280, 960)), (640, (640, 480)), (320, (320, 240))]
        );
        assert_eq!(pixels(1, 1), [(2_048, (1, 1))]);
        assert_eq!(
            pixels(65_500, 1),
            [
                (2_048, (2_048, 1)),
                (1_280, (1_280, 1)),
                (640, (640, 1)),
                (320, (320, 1))
            ]
        );
    }

    #[test]
    fn the_average_is_that_of_the_pixels() {
        let half: Vec<u8> = (0..64 * 64)
            .flat_map(|i| {
                if i % 64 < 32 {
                    [200, 0, 100]
                } else {
                    [100, 0, 50]
                }
            })
            .collect();
        let (hash, average) = placeholder(&Ycc::from_rgb(&half, (64, 64), Chroma::Half));
        assert_eq!(average, [150, 0, 75]);
        assert!(!hash.is_empty() && hash.len() <= 25);
    }
}
