//! Photographs, EXIF blocks and containers, made in code.

use crate::raw::Tiff;
use imaging::{Failure, Limits, Rejection, Rendered, Rendition, render};
use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling, decompress_to};

/// A picture in memory: interleaved RGB.
#[derive(Clone)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub rgb: Vec<u8>,
}

impl Picture {
    pub fn of(width: usize, height: usize, pixel: impl Fn(usize, usize) -> [u8; 3]) -> Self {
        let rgb = (0..width * height)
            .flat_map(|i| pixel(i % width, i / width))
            .collect();
        Self { width, height, rgb }
    }

    /// Light falling off over a gradient, with grain: what a coder finds neither flat nor random.
    pub fn landscape(width: usize, height: usize) -> Self {
        let mut noise = Noise(0x9E37_79B9);
        let rgb = (0..width * height)
            .flat_map(|i| {
                let (x, y) = (
                    (i % width) as f32 / width as f32,
                    (i / width) as f32 / height as f32,
                );
                let grain = (noise.next() % 17) as f32 - 8.0;
                let hills = (x * 19.0).sin() * 20.0;
                [
                    200.0 - 120.0 * y + hills,
                    150.0 - 60.0 * (x - 0.5).abs(),
                    90.0 + 100.0 * (1.0 - y),
                ]
                .map(|v| (v + grain).clamp(0.0, 255.0) as u8)
            })
            .collect();
        Self { width, height, rgb }
    }

    /// The pixel at a fraction of the width and height.
    pub fn at(&self, x: f64, y: f64) -> [u8; 3] {
        let (x, y) = (
            (x * self.width as f64) as usize,
            (y * self.height as f64) as usize,
        );
        let i = (y * self.width + x) * 3;
        [self.rgb[i], self.rgb[i + 1], self.rgb[i + 2]]
    }

    pub fn jpeg(&self) -> Vec<u8> {
        self.encoder().encode().unwrap()
    }

    pub fn encoder(&self) -> Encoder<'_> {
        Encoder::new(&self.rgb, self.width, self.height, PixelFormat::Rgb)
            .quality(92)
            .subsampling(Subsampling::S420)
    }

    pub fn png(&self) -> Vec<u8> {
        encoded(self.image(), image::ImageFormat::Png)
    }

    /// Deflated strips of 16 rows.
    pub fn tiff(&self) -> Vec<u8> {
        let (width, height) = (
            self.width.try_into().unwrap(),
            self.height.try_into().unwrap(),
        );
        Tiff::of(width, height, 2, &[8; 3], self.rgb.clone())
            .deflated(16)
            .bytes()
    }

    pub fn image(&self) -> image::DynamicImage {
        let (width, height) = (
            self.width.try_into().unwrap(),
            self.height.try_into().unwrap(),
        );
        image::RgbImage::from_raw(width, height, self.rgb.clone())
            .unwrap()
            .into()
    }
}

/// The same bytes every time; not the kind of randomness anything depends on.
pub struct Noise(pub u32);

impl Noise {
    pub fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }
}

pub fn encoded(image: image::DynamicImage, format: image::ImageFormat) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Renders what must be accepted.
pub fn rendered(bytes: &[u8]) -> Rendered {
    render(bytes, &Limits::default(), None).unwrap()
}

/// Why a file is refused that must be.
pub fn rejection(bytes: &[u8]) -> Rejection {
    match render(bytes, &Limits::default(), None) {
        Err(Failure::Rejected(rejection)) => rejection,
        other => panic!("not refused: {other:?}"),
    }
}

/// The code of what must be refused.
pub fn refused(bytes: &[u8]) -> &'static str {
    rejection(bytes).code()
}

/// A rendition decoded again, by another decoder.
pub fn decoded(rendition: &Rendition) -> Picture {
    let image = decompress_to(&rendition.jpeg, PixelFormat::Rgb).unwrap();
    assert_eq!(
        (image.width, image.height),
        (rendition.width as usize, rendition.height as usize)
    );
    Picture {
        width: image.width,
        height: image.height,
        rgb: image.data,
    }
}

pub fn near(actual: [u8; 3], expected: [u8; 3], tolerance: u8) -> bool {
    actual
        .iter()
        .zip(expected)
        .all(|(a, e)| a.abs_diff(e) <= tolerance)
}

/// A JPEG with a segment after its start.
pub fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, body, &jpeg[2..]].concat()
}

pub fn with_exif(jpeg: &[u8], tiff: &[u8]) -> Vec<u8> {
    with_segment(jpeg, 0xE1, &[b"Exif\0\0", tiff].concat())
}

pub fn with_icc(jpeg: &[u8], profile: &[u8]) -> Vec<u8> {
    with_segment(jpeg, 0xE2, &[b"ICC_PROFILE\0\x01\x01", profile].concat())
}

/// A PNG with a chunk after its header.
pub fn with_chunk(png: &[u8], kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    const AFTER_IHDR: usize = 33;
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    let sum = crc32fast::hash(&[kind, body].concat()).to_be_bytes();
    [
        &png[..AFTER_IHDR],
        &length,
        kind,
        body,
        &sum,
        &png[AFTER_IHDR..],
    ]
    .concat()
}

/// A field of an EXIF directory.
pub enum Value {
    Short(u16),
    Text(&'static str),
    /// Degrees, minutes, seconds.
    Degrees([u32; 3]),
}

/// A little-endian TIFF structure with its three directories.
pub fn exif(
    primary: &[(u16, Value)],
    camera: &[(u16, Value)],
    position: &[(u16, Value)],
) -> Vec<u8> {
    const EXIF_IFD: u16 = 0x8769;
    const GPS_IFD: u16 = 0x8825;
    let size = |fields: usize| 2 + 12 * fields + 4;
    let camera_at = 8 + size(primary.len() + 2);
    let position_at = camera_at + size(camera.len());
    let mut heap_at = position_at + size(position.len());
    let mut heap = Vec::new();
    let mut out = b"II*\0\x08\0\0\0".to_vec();
    let mut directory = |fields: &[(u16, Value)], pointers: &[(u16, usize)]| {
        out.extend(
            u16::try_from(fields.len() + pointers.len())
                .unwrap()
                .to_le_bytes(),
        );
        for (tag, value) in fields {
            let (kind, count, mut data) = match value {
                Value::Short(v) => (3_u16, 1, v.to_le_bytes().to_vec()),
                Value::Text(text) => (2, text.len() + 1, [text.as_bytes(), b"\0"].concat()),
                Value::Degrees(v) => (
                    5,
                    3,
                    v.iter()
                        .flat_map(|n| [n.to_le_bytes(), 1_u32.to_le_bytes()].concat())
                        .collect(),
                ),
            };
            out.extend(tag.to_le_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(u32::try_from(count).unwrap().to_le_bytes());
            if data.len() <= 4 {
                data.resize(4, 0);
                out.extend(data);
            } else {
                out.extend(u32::try_from(heap_at).unwrap().to_le_bytes());
                heap_at += data.len();
                heap.extend(data);
            }
        }
        for (tag, at) in pointers {
            out.extend(tag.to_le_bytes());
            out.extend([4, 0, 1, 0, 0, 0]);
            out.extend(u32::try_from(*at).unwrap().to_le_bytes());
        }
        out.extend([0; 4]);
    };
    directory(primary, &[(EXIF_IFD, camera_at), (GPS_IFD, position_at)]);
    directory(camera, &[]);
    directory(position, &[]);
    [out, heap].concat()
}

/// An EXIF block with an orientation only.
pub fn oriented(orientation: u16) -> Vec<u8> {
    exif(&[(0x0112, Value::Short(orientation))], &[], &[])
}
