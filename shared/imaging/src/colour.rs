//! From the photograph's colours to sRGB, at the size of the largest rendition.

use moxcms::{ColorProfile, DataColorSpace, Layout, ToneReprCurve, TransformOptions};

use crate::Warning;
use crate::metadata::Metadata;
use crate::orient;
use crate::ycc::{Chroma, Ycc};

/// Pixels in the photograph's own colours, interleaved.
#[derive(Debug)]
pub(crate) enum Pixels {
    /// Red, green, blue.
    Rgb8(Vec<u8>),
    /// Red, green, blue; what has more than 8 bits keeps them until the conversion is done.
    Rgb16(Vec<u16>),
    /// One value a pixel.
    Gray16(Vec<u16>),
    /// Cyan, magenta, yellow, black; 255 is full ink.
    Cmyk8(Vec<u8>),
    /// Already planes of sRGB's YCbCr, as a JPEG has them.
    Ycc(Ycc),
}

/// What the numbers mean.
#[derive(Debug)]
pub(crate) enum Profile {
    /// sRGB, or nothing recorded, which means the same (and for CMYK: no more than "inks").
    Srgb,
    /// Anything else.
    Other(Box<ColorProfile>),
}

impl Profile {
    /// The embedded profile if it can be read, else what EXIF says, else sRGB. Most exports carry an sRGB profile, and
    /// recognising it saves the conversion.
    pub(crate) fn of(icc: Option<&[u8]>, metadata: &Metadata) -> Self {
        let embedded = icc.and_then(|icc| ColorProfile::new_from_slice(icc).ok());
        match embedded {
            Some(profile) if is_srgb(&profile) => Self::Srgb,
            Some(profile) => Self::Other(Box::new(profile)),
            None if icc.is_none() && metadata.adobe_rgb => {
                Self::Other(Box::new(ColorProfile::new_adobe_rgb()))
            }
            None => Self::Srgb,
        }
    }

    /// Whether an embedded profile can be read at all.
    pub(crate) fn is_readable(icc: &[u8]) -> bool {
        ColorProfile::new_from_slice(icc).is_ok()
    }

    /// Whether pixels of this model must be converted; a profile of another model than the pixels' is ignored.
    pub(crate) fn converts(&self, model: DataColorSpace) -> bool {
        matches!(self, Self::Other(profile) if profile.color_space == model)
    }
}

/// Whether a profile is sRGB in all but name: the primaries and the curve are, within what 8 bits can show.
fn is_srgb(profile: &ColorProfile) -> bool {
    let lut = profile.lut_a_to_b_perceptual.is_some() || profile.lut_a_to_b_colorimetric.is_some();
    if lut || !profile.is_matrix_shaper() {
        return false;
    }
    let srgb = ColorProfile::new_srgb();
    let near = |a: moxcms::Xyzd, b: moxcms::Xyzd| {
        (a.x - b.x).abs() < 0.003 && (a.y - b.y).abs() < 0.003 && (a.z - b.z).abs() < 0.003
    };
    near(profile.red_colorant, srgb.red_colorant)
        && near(profile.green_colorant, srgb.green_colorant)
        && near(profile.blue_colorant, srgb.blue_colorant)
        && [&profile.red_trc, &profile.green_trc, &profile.blue_trc]
            .into_iter()
            .all(|curve| is_srgb_curve(curve.as_ref()))
}

fn is_srgb_curve(curve: Option<&ToneReprCurve>) -> bool {
    let Some(evaluate) = curve.and_then(|curve| curve.make_linear_evaluator().ok()) else {
        return false;
    };
    (0..=32_u8).all(|step| {
        let encoded = f32::from(step) / 32.0;
        let linear = if encoded <= 0.040_45 {
            encoded / 12.92
        } else {
            ((encoded + 0.055) / 1.055).powf(2.4)
        };
        (evaluate.evaluate_value(encoded) - linear).abs() < 0.003
    })
}

/// Converts to planes of sRGB's YCbCr, upright. Of an odd number of pixels the last chroma sample covers one less, so
/// chroma is halved only once it is known which edge is the last.
pub(crate) fn to_ycc(
    pixels: Pixels,
    profile: &Profile,
    size: (u32, u32),
    (chroma, orientation): (Chroma, u8),
    warnings: &mut Vec<Warning>,
) -> Ycc {
    match pixels {
        Pixels::Ycc(planes) if planes.chroma == chroma => planes.upright(orientation),
        pixels => {
            let rgb = orient::upright::<3>(to_srgb(pixels, profile, warnings), size, orientation);
            Ycc::from_rgb(&rgb, orient::turned(size, orientation), chroma)
        }
    }
}

/// Converts to interleaved 8-bit sRGB. A profile that nothing can be converted with is warned of, and taken for sRGB.
pub(crate) fn to_srgb(pixels: Pixels, profile: &Profile, warnings: &mut Vec<Warning>) -> Vec<u8> {
    let converted = match (&pixels, profile) {
        (Pixels::Rgb8(rgb), Profile::Other(from)) if profile.converts(DataColorSpace::Rgb) => {
            let wide: Vec<u16> = rgb.iter().map(|v| u16::from(*v) * 257).collect();
            converted_16(&wide, from, Layout::Rgb)
        }
        (Pixels::Rgb16(rgb), Profile::Other(from)) if profile.converts(DataColorSpace::Rgb) => {
            converted_16(rgb, from, Layout::Rgb)
        }
        (Pixels::Gray16(gray), Profile::Other(from)) if profile.converts(DataColorSpace::Gray) => {
            converted_16(gray, from, Layout::Gray)
        }
        (Pixels::Cmyk8(cmyk), Profile::Other(from)) if profile.converts(DataColorSpace::Cmyk) => {
            cmyk_converted(cmyk, from)
        }
        _ => return as_srgb(pixels),
    };
    converted.unwrap_or_else(|| {
        if !warnings.contains(&Warning::ProfileUnreadable) {
            warnings.push(Warning::ProfileUnreadable);
        }
        as_srgb(pixels)
    })
}

/// Takes the numbers for what they would be in sRGB.
fn as_srgb(pixels: Pixels) -> Vec<u8> {
    match pixels {
        Pixels::Rgb8(rgb) => rgb,
        Pixels::Rgb16(rgb) => rgb.into_iter().map(to_8).collect(),
        Pixels::Gray16(gray) => gray.into_iter().flat_map(|v| [to_8(v); 3]).collect(),
        Pixels::Cmyk8(cmyk) => cmyk
            .chunks_exact(4)
            .flat_map(|ink| inks(ink[0], ink[1], ink[2], ink[3]))
            .collect(),
        Pixels::Ycc(planes) => planes.to_rgb(),
    }
}

/// Inks over white paper, for CMYK without a profile.
fn inks(c: u8, m: u8, y: u8, k: u8) -> [u8; 3] {
    [c, m, y].map(|ink| {
        let light = (255 - u32::from(ink)) * (255 - u32::from(k));
        u8::try_from((light + 127) / 255).expect("a product of two bytes over 255 is a byte")
    })
}

/// 16 bits to 8, rounded.
fn to_8(v: u16) -> u8 {
    u8::try_from((u32::from(v) * 255 + 32_895) >> 16).expect("65,535 becomes 255")
}

/// 8 bits on both sides of a wide profile show as bands; 16 bits do not. A strip of pixels at a time, in little memory.
fn converted_16(pixels: &[u16], from: &ColorProfile, layout: Layout) -> Option<Vec<u8>> {
    const STRIP: usize = 4_096;
    // Fixed point has 13 bits for linear light, and the shadows need more.
    let options = TransformOptions {
        prefer_fixed_point: false,
        ..TransformOptions::default()
    };
    let transform = from
        .create_transform_16bit(layout, &ColorProfile::new_srgb(), Layout::Rgb, options)
        .ok()?;
    let mut out = Vec::with_capacity(pixels.len() / layout.channels() * 3);
    let mut strip = [0_u16; STRIP * 3];
    for source in pixels.chunks(STRIP * layout.channels()) {
        let target = &mut strip[..source.len() / layout.channels() * 3];
        transform.transform(source, target).ok()?;
        out.extend(target.iter().copied().map(to_8));
    }
    Some(out)
}

fn cmyk_converted(cmyk: &[u8], from: &ColorProfile) -> Option<Vec<u8>> {
    let transform = from
        .create_transform_8bit(
            Layout::Rgba,
            &ColorProfile::new_srgb(),
            Layout::Rgb,
            TransformOptions::default(),
        )
        .ok()?;
    let mut out = vec![0; cmyk.len() / 4 * 3];
    transform.transform(cmyk, &mut out).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(profile: ColorProfile, rgb: [u8; 3]) -> [u8; 3] {
        let out = to_srgb(
            Pixels::Rgb8(rgb.to_vec()),
            &Profile::Other(Box::new(profile)),
            &mut Vec::new(),
        );
        [out[0], out[1], out[2]]
    }

    fn near(actual: [u8; 3], expected: [u8; 3]) -> bool {
        actual.iter().zip(expected).all(|(a, e)| a.abs_diff(e) <= 1)
    }

    /// Computed from the definitions (primaries, white, curve), not with a colour library.
    #[test]
    fn adobe_rgb_and_display_p3_become_the_expected_srgb() {
        let cases = [
            (
                ColorProfile::new_adobe_rgb(),
                [128, 128, 128],
                [129, 129, 129],
            ),
            (
                ColorProfile::new_adobe_rgb(),
                [200, 100, 50],
                [227, 100, 42],
            ),
            (
                ColorProfile::new_adobe_rgb(),
                [90, 150, 120],
                [36, 151, 119],
            ),
            (
                ColorProfile::new_display_p3(),
                [128, 128, 128],
                [128, 128, 128],
            ),
            (
                ColorProfile::new_display_p3(),
                [200, 100, 50],
                [215, 93, 31],
            ),
            (
                ColorProfile::new_display_p3(),
                [90, 150, 120],
                [67, 152, 118],
            ),
        ];
        for (profile, from, expected) in cases {
            let actual = convert(profile, from);
            assert!(
                near(actual, expected),
                "{from:?} became {actual:?}, not {expected:?}"
            );
        }
    }

    #[test]
    fn srgb_is_recognised_and_nothing_else_is() {
        let none = Metadata::parse(None);
        let read = |profile: ColorProfile| Profile::of(Some(&profile.encode().unwrap()), &none);
        assert!(matches!(read(ColorProfile::new_srgb()), Profile::Srgb));
        assert!(matches!(
            read(ColorProfile::new_adobe_rgb()),
            Profile::Other(_)
        ));
        assert!(matches!(
            read(ColorProfile::new_display_p3()),
            Profile::Other(_)
        ));
        assert!(matches!(
            read(ColorProfile::new_pro_photo_rgb()),
            Profile::Other(_)
        ));
        assert!(matches!(
            Profile::of(Some(b"no profile"), &none),
            Profile::Srgb
        ));
    }

    /// EXIF "uncalibrated" means Adobe RGB only where no profile says better.
    #[test]
    fn uncalibrated_without_a_profile_is_adobe_rgb() {
        let uncalibrated = Metadata {
            adobe_rgb: true,
            ..Metadata::parse(None)
        };
        assert!(matches!(
            Profile::of(None, &uncalibrated),
            Profile::Other(_)
        ));
        let srgb = ColorProfile::new_srgb().encode().unwrap();
        assert!(matches!(
            Profile::of(Some(&srgb), &uncalibrated),
            Profile::Srgb
        ));
        assert!(matches!(
            Profile::of(None, &Metadata::parse(None)),
            Profile::Srgb
        ));
    }

    /// A ramp finer than 8 bits in the widest profile uses every grey of sRGB, with no step of more than one.
    #[test]
    fn pro_photo_does_not_band() {
        let ramp: Vec<u16> = (0..4_096_u16).flat_map(|v| [v * 16; 3]).collect();
        let profile = Profile::Other(Box::new(ColorProfile::new_pro_photo_rgb()));
        let out = to_srgb(Pixels::Rgb16(ramp), &profile, &mut Vec::new());
        let steps = out.chunks_exact(3).zip(out.chunks_exact(3).skip(1));
        let worst = steps.map(|(a, b)| b[1].abs_diff(a[1])).max();
        assert_eq!(worst, Some(1));
    }

    #[test]
    fn inks_without_a_profile_darken_paper() {
        assert_eq!(inks(0, 0, 0, 0), [255, 255, 255]);
        assert_eq!(inks(0, 0, 0, 255), [0, 0, 0]);
        assert_eq!(inks(255, 0, 0, 0), [0, 255, 255]);
        assert_eq!(to_8(65_535), 255);
        assert_eq!(to_8(128 * 257), 128);
    }

    /// A profile of another model than the pixels' would give noise; the pixels are worth more.
    #[test]
    fn a_profile_of_another_model_is_ignored() {
        let gray = Profile::Other(Box::new(ColorProfile::new_gray_with_gamma(1.8)));
        assert_eq!(
            to_srgb(Pixels::Rgb8(vec![1, 2, 3]), &gray, &mut Vec::new()),
            [1, 2, 3]
        );
        let bright = to_srgb(Pixels::Gray16(vec![128 * 257]), &gray, &mut Vec::new());
        assert!(bright[0] > 140 && bright[0] == bright[1], "{bright:?}");
    }

    /// Pairs of pixels are counted from the edge that is shown as the left one, not from the one that is stored first.
    #[test]
    fn chroma_is_halved_once_the_picture_is_upright() {
        let row = [[0, 0, 0], [0, 0, 0], [255, 0, 0]].concat();
        let mirrored = to_ycc(
            Pixels::Rgb8(row.repeat(2)),
            &Profile::Srgb,
            (3, 2),
            (Chroma::Half, 2),
            &mut Vec::new(),
        );
        assert_eq!(mirrored.planes[0], [76, 0, 0, 76, 0, 0]);
        assert_eq!(mirrored.planes[2], [192, 128]);
    }
}
