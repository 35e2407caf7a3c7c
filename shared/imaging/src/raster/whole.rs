//! GIF and WebP: their crates give the picture whole.

use std::error::Error;
use std::io::{self, Cursor};

use image::codecs::{gif::GifDecoder, webp::WebPDecoder};
use image::error::ImageError;
use image::{ColorType, ImageDecoder};

use super::sheet::{Alpha, Layout, Model, Sheet};
use super::{Decoded, Ended};
use crate::{Format, Limits, Rejection};

/// What a decoder may take besides the picture and what it makes it of.
const DECODER_MEMORY: u64 = 64 << 20;

/// A decoder that has read its header.
pub(super) struct Whole<'a> {
    decoder: Box<dyn ImageDecoder + 'a>,
    bytes: &'a [u8],
    format: Format,
}

impl<'a> Whole<'a> {
    /// Reads the header.
    pub(super) fn open(bytes: &'a [u8], format: Format) -> Result<Self, Rejection> {
        let failed = |error: ImageError| rejection(&error, bytes);
        let reader = Cursor::new(bytes);
        let decoder: Box<dyn ImageDecoder + 'a> = match format {
            Format::Webp => Box::new(WebPDecoder::new(reader).map_err(failed)?),
            _ => Box::new(GifDecoder::new(reader).map_err(failed)?),
        };
        Ok(Self {
            decoder,
            bytes,
            format,
        })
    }

    /// Pixels across and down, as the decoder sees them.
    pub(super) fn dimensions(&self) -> (u32, u32) {
        self.decoder.dimensions()
    }

    /// Bytes of memory beside the file: the picture, and a second form of it.
    pub(super) fn memory(&self) -> u64 {
        self.decoder.total_bytes().saturating_mul(2)
    }

    /// The embedded profile and the EXIF block.
    pub(super) fn metadata(&mut self) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
        let icc = self.decoder.icc_profile().unwrap_or_default();
        let exif = self.decoder.exif_metadata().unwrap_or_default();
        (icc, exif)
    }

    /// Decodes what there is. Of a WebP that was filled up, `other` is the same filled up otherwise: as far as the two
    /// agree they are the picture.
    pub(super) fn decode(
        self,
        other: Option<Whole<'_>>,
        limits: &Limits,
        target: (u32, u32),
    ) -> Result<Decoded, Rejection> {
        let (stored, bytes) = (self.dimensions(), self.bytes.len());
        let mut picture = self.picture(limits)?;
        if let Some(other) = other {
            let other = other.picture(limits)?;
            let lines = picture.samples.chunks_exact(picture.line);
            let alike = lines.zip(other.samples.chunks_exact(picture.line));
            picture.rows = alike.take_while(|(a, b)| a == b).count();
            picture.ended = Ended::Early;
        }
        let mut sheet = Sheet::new(picture.layout, false, stored, target);
        let lines = picture.samples.chunks_exact(picture.line);
        for row in lines.take(picture.rows) {
            sheet.row_8(row)?;
        }
        super::decoded(sheet, picture.ended, bytes)
    }

    fn picture(mut self, limits: &Limits) -> Result<Picture, Rejection> {
        let (width, height) = self.dimensions();
        let (bytes, format) = (self.bytes, self.format);
        let failed = |error: ImageError| rejection(&error, bytes);
        let mut bounds = image::Limits::no_limits();
        bounds.max_image_width = Some(limits.max_side);
        bounds.max_image_height = Some(limits.max_side);
        bounds.max_alloc = Some(self.memory() + DECODER_MEMORY);
        self.decoder.set_limits(bounds).map_err(failed)?;
        let (model, alpha) = match self.decoder.color_type() {
            ColorType::L8 => (Model::Gray, Alpha::Unused),
            ColorType::La8 => (Model::Gray, Alpha::Straight),
            ColorType::Rgb8 => (Model::Rgb, Alpha::Unused),
            ColorType::Rgba8 => (Model::Rgb, Alpha::Straight),
            _ => return Err(Rejection::Damaged),
        };
        let samples = usize::from(self.decoder.color_type().channel_count());
        let layout = Layout {
            model,
            alpha,
            samples,
        };
        let line = width as usize * samples;
        let mut picture = Picture {
            samples: vec![0; line * height as usize],
            layout,
            line,
            rows: height as usize,
            ended: Ended::Whole,
        };
        if let Err(error) = self.decoder.read_image_boxed(&mut picture.samples) {
            let rejection = rejection(&error, bytes);
            if format != Format::Gif {
                return Err(rejection);
            }
            // the lines that were written: what a GIF leaves out has no alpha
            let written = picture.samples.iter().rposition(|v| *v != 0);
            picture.rows = written.map_or(0, |at| at / line + 1);
            picture.ended = match rejection {
                Rejection::Truncated { .. } => Ended::Early,
                _ => Ended::Damaged,
            };
        }
        Ok(picture)
    }
}

/// What a decoder gave.
struct Picture {
    samples: Vec<u8>,
    layout: Layout,
    /// Samples of a row.
    line: usize,
    /// Rows that can be shown.
    rows: usize,
    ended: Ended,
}

/// Of a WebP less than this part of what it says it is, nothing is tried.
const LEAST_PART: usize = 16;

/// A WebP that ends early twice over, filled up with one value and with another: its decoder wants every byte, and gives
/// from the first that is made up something else for each. `None`: it is all there, or too little of it is.
pub(super) fn filled(bytes: &[u8]) -> Option<[Vec<u8>; 2]> {
    let says = usize::try_from(uint_le(bytes.get(4..8)?) + 8).ok()?;
    let short = bytes.starts_with(b"RIFF") && says > bytes.len();
    (short && says / LEAST_PART < bytes.len()).then(|| {
        [0x00, 0x5A].map(|value| {
            let mut bytes = bytes.to_vec();
            bytes.resize(says, value);
            bytes
        })
    })
}

fn uint_le(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// What a decoder's error means to the photographer.
fn rejection(error: &ImageError, bytes: &[u8]) -> Rejection {
    if matches!(error, ImageError::Unsupported(_)) {
        return Rejection::UnsupportedKind {
            kind: "a picture of an unusual kind",
        };
    }
    if ended_early(error) || is_shorter_than_it_says(bytes) {
        return Rejection::Truncated { bytes: bytes.len() };
    }
    Rejection::Damaged
}

/// Whether the end of the file is behind an error.
fn ended_early(error: &(dyn Error + 'static)) -> bool {
    let io = match error.downcast_ref::<ImageError>() {
        Some(ImageError::IoError(io)) => Some(io),
        _ => error.downcast_ref::<io::Error>(),
    };
    io.is_some_and(|io| io.kind() == io::ErrorKind::UnexpectedEof)
        || error.source().is_some_and(ended_early)
}

/// WebP says in its header how long it is; GIF ends in a semicolon.
fn is_shorter_than_it_says(bytes: &[u8]) -> bool {
    match bytes {
        [b'R', b'I', b'F', b'F', length @ ..] => {
            length.len() >= 4 && uint_le(&length[..4]) + 8 > bytes.len() as u64
        }
        [b'G', b'I', b'F', .., last] => *last != b';',
        _ => false,
    }
}
