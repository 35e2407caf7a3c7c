//! One file from a photograph as a studio wants it handed over (P39): its size, its format, its credits.

use std::io::{Cursor, Read};

use crate::credits::Credits;
use crate::encode::{self, APP1, APP13, EXIF};
use crate::source::Source;
use crate::ycc::{Chroma, Ycc};
use crate::{
    Failure, Limits, Mark, Reduced, Rejection, Texts, Warning, colour, guarded, orient, reduced,
};

/// What an XMP segment begins with.
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// What IPTC-IIM begins with in a segment of Photoshop's: the resource's number and its empty name.
const PHOTOSHOP_IIM: &[u8] = b"Photoshop 3.0\08BIM\x04\x04\0\0";
/// From this quality on colours are kept at full resolution: who asks for it looks closely.
const FULL_CHROMA: u8 = 90;
/// The longest side of a WebP.
const WEBP_SIDE: u32 = 16_383;
/// Bytes a pixel of the made picture, in all its stages: planes, RGB in 16 bits and in 8, turned, encoded.
const BYTES_PER_PIXEL: u64 = 24;

/// How a file is made. Nothing is enlarged; colours become sRGB, the picture upright.
#[derive(Debug, Clone, Copy)]
pub struct Recipe<'a> {
    /// How large.
    pub size: Size,
    /// As what.
    pub encoding: Encoding,
    /// What is written into it.
    pub texts: Texts<'a>,
    /// Drawn across it.
    pub mark: Option<&'a Mark>,
}

/// How large a file is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// As large as the photograph.
    Full,
    /// The longer side at most so many pixels.
    LongEdge(u32),
    /// Within a box of so many pixels across and down, upright.
    Fit(u32, u32),
}

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Of this quality, 1 to 100; 4:2:0 below 90, 4:4:4 from there.
    Jpeg(u8),
    /// 8 bits, lossless.
    Png,
    /// Lossless.
    Webp,
}

impl Encoding {
    /// Full where nothing is lost, too.
    fn chroma(self) -> Chroma {
        match self {
            Self::Jpeg(quality) if quality < FULL_CHROMA => Chroma::Half,
            _ => Chroma::Full,
        }
    }
}

/// A made file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The file.
    pub bytes: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What is wrong with the photograph, each once.
    pub warnings: Vec<Warning>,
}

/// What a decoder is to shrink to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Aim {
    /// The largest rendition.
    Renditions,
    /// A product's size, with chroma as it is encoded.
    Product(Size, Chroma),
}

impl Aim {
    /// Pixels across and down, of a picture stored so and shown in that orientation.
    pub(crate) fn target(self, (width, height): (u32, u32), orientation: u8) -> (u32, u32) {
        match self {
            Self::Renditions => crate::sizes(width, height)[0].pixels,
            Self::Product(Size::Full, _) => (width, height),
            Self::Product(Size::LongEdge(edge), _) => within((width, height), (edge, edge)),
            Self::Product(Size::Fit(across, down), _) => {
                let turned = orient::swaps_sides(orientation);
                let stored = if turned {
                    (down, across)
                } else {
                    (across, down)
                };
                within((width, height), stored)
            }
        }
    }

    /// How large the chroma planes may be at once, of a picture that is already in YCbCr.
    pub(crate) fn chroma(self) -> Chroma {
        match self {
            Self::Renditions => Chroma::Half,
            Self::Product(_, chroma) => chroma,
        }
    }

    /// Bytes that the made picture takes beyond what every job is allowed.
    pub(crate) fn memory(self, (width, height): (u32, u32)) -> u64 {
        match self {
            Self::Renditions => 0,
            Self::Product(..) => u64::from(width) * u64::from(height) * BYTES_PER_PIXEL,
        }
    }
}

/// The largest size of the same shape within a box, never larger than the original.
fn within((width, height): (u32, u32), (across, down): (u32, u32)) -> (u32, u32) {
    let (across, down) = (across.max(1), down.max(1));
    if width <= across && height <= down {
        return (width, height);
    }
    // side × limit ÷ other side, rounded: compared as products, so that nothing is lost to fractions
    let scaled = |side: u32, limit: u32, by: u32| {
        let rounded = (u64::from(side) * u64::from(limit) + u64::from(by) / 2) / u64::from(by);
        u32::try_from(rounded).unwrap_or(u32::MAX).clamp(1, side)
    };
    if u64::from(width) * u64::from(down) >= u64::from(height) * u64::from(across) {
        (across.min(width), scaled(height, across, width))
    } else {
        (scaled(width, down, height), down.min(height))
    }
}

/// Makes one file of a photograph. The input is read to its end.
///
/// # Errors
/// As for [`render`](crate::render).
pub fn make(mut input: impl Read, limits: &Limits, recipe: &Recipe<'_>) -> Result<Made, Failure> {
    guarded(|| made(&mut input, limits, recipe))
}

fn made(input: &mut dyn Read, limits: &Limits, recipe: &Recipe<'_>) -> Result<Made, Failure> {
    let mut source = Source::open(input, limits)?;
    let (_, reduced) = reduced(
        &mut source,
        limits,
        Aim::Product(recipe.size, recipe.encoding.chroma()),
    )?;
    source.finish()?;
    let Reduced {
        target,
        pixels,
        profile,
        metadata,
        mut warnings,
        ..
    } = reduced;
    let (orientation, mark) = (metadata.orientation, recipe.mark);
    let credits = Credits::of(recipe.texts, metadata);
    let (width, height) = orient::turned(target, orientation);
    let bytes = if let Encoding::Jpeg(quality) = recipe.encoding {
        let shape = (recipe.encoding.chroma(), orientation);
        let mut picture = colour::to_ycc(pixels, &profile, target, shape, &mut warnings);
        if let Some(mark) = mark {
            picture = marked(picture, mark);
        }
        jpeg(&picture, quality, &credits)
    } else {
        let rgb = colour::to_srgb(pixels, &profile, &mut warnings);
        let mut rgb = orient::upright::<3>(rgb, target, orientation);
        if let Some(mark) = mark {
            mark.draw(&mut rgb, (width, height));
        }
        let picture = (rgb.as_slice(), width, height);
        match recipe.encoding {
            Encoding::Webp => webp(picture, &credits)?,
            _ => png(picture, &credits).map_err(|_| Rejection::Damaged)?,
        }
    };
    Ok(Made {
        bytes,
        width,
        height,
        warnings,
    })
}

fn marked(mut picture: Ycc, mark: &Mark) -> Ycc {
    match picture.chroma {
        Chroma::Half => {
            let [luma, blue, red] = &mut picture.planes;
            mark.layer(picture.size).ycc420(luma, blue, red);
            picture
        }
        Chroma::Full => {
            let mut rgb = picture.to_rgb();
            mark.draw(&mut rgb, picture.size);
            Ycc::from_rgb(&rgb, picture.size, Chroma::Full)
        }
    }
}

fn jpeg(picture: &Ycc, quality: u8, credits: &Credits) -> Vec<u8> {
    let exif = [EXIF, &credits.exif()].concat();
    let xmp = [XMP, credits.xmp().as_bytes()].concat();
    let iim = credits.iim();
    let mut segments = vec![(APP1, exif.as_slice()), (APP1, xmp.as_slice())];
    let resource;
    if !iim.is_empty() {
        let length = u32::try_from(iim.len()).unwrap_or(u32::MAX).to_be_bytes();
        // A resource has an even length; what makes it even is not counted.
        let even: &[u8] = if iim.len() % 2 == 1 { &[0] } else { &[] };
        resource = [PHOTOSHOP_IIM, &length, &iim, even].concat();
        segments.push((APP13, resource.as_slice()));
    }
    encode::jpeg(picture, quality, &segments)
}

/// RGB, pixels across and down.
type Picture<'a> = (&'a [u8], u32, u32);

/// PNG has no place for IIM that programs agree on; XMP says the same.
fn png(picture: Picture<'_>, credits: &Credits) -> Result<Vec<u8>, png::EncodingError> {
    let (rgb, width, height) = picture;
    let mut info = png::Info::with_size(width, height);
    info.color_type = png::ColorType::Rgb;
    info.bit_depth = png::BitDepth::Eight;
    info.srgb = Some(png::SrgbRenderingIntent::Perceptual);
    info.exif_metadata = Some(credits.exif().into());
    let mut file = Vec::new();
    let mut encoder = png::Encoder::with_info(Cursor::new(&mut file), info)?;
    encoder.add_itxt_chunk("XML:com.adobe.xmp".into(), credits.xmp())?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(rgb)?;
    writer.finish()?;
    Ok(file)
}

fn webp(picture: Picture<'_>, credits: &Credits) -> Result<Vec<u8>, Rejection> {
    let (rgb, width, height) = picture;
    if width.max(height) > WEBP_SIDE {
        return Err(Rejection::TooLarge { width, height });
    }
    let mut file = Vec::new();
    let mut encoder = image_webp::WebPEncoder::new(Cursor::new(&mut file));
    encoder.set_exif_metadata(credits.exif());
    encoder.set_xmp_metadata(credits.xmp().into_bytes());
    encoder
        .encode(rgb, width, height, image_webp::ColorType::Rgb8)
        .map_err(|_| Rejection::Damaged)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P39: the shape stays, the limit that binds is met exactly, nothing grows.
    #[test]
    fn a_picture_fits_its_box() {
        for (stored, size, orientation, expected) in [
            ((6_000, 4_000), Size::LongEdge(2_048), 1, (2_048, 1_365)),
            ((4_000, 6_000), Size::LongEdge(2_048), 1, (1_365, 2_048)),
            ((6_000, 4_000), Size::Full, 6, (6_000, 4_000)),
            ((6_000, 4_000), Size::Fit(1_080, 1_350), 1, (1_080, 720)),
            // stored lying, shown standing: the box is the shown one's
            ((6_000, 4_000), Size::Fit(1_080, 1_350), 6, (1_350, 900)),
            ((1_000, 500), Size::LongEdge(2_048), 1, (1_000, 500)),
            ((65_000, 1), Size::LongEdge(2_048), 1, (2_048, 1)),
            ((100, 100), Size::Fit(0, 0), 1, (1, 1)),
        ] {
            assert_eq!(
                Aim::Product(size, Chroma::Half).target(stored, orientation),
                expected,
                "{size:?}"
            );
        }
    }

    /// The renditions' sizes are what they were.
    #[test]
    fn a_long_edge_is_computed_as_renditions_are() {
        for stored in [
            (6_000, 4_000),
            (3_456, 5_184),
            (1_280, 960),
            (65_500, 1),
            (2_049, 2_047),
        ] {
            let product = Aim::Product(Size::LongEdge(2_048), Chroma::Half).target(stored, 1);
            assert_eq!(product, Aim::Renditions.target(stored, 1));
        }
    }
}
