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

    /// Decodes what there is: of a GIF the lines before it broke off, of a WebP all or nothing.
    pub(super) fn decode(
        mut self,
        limits: &Limits,
        target: (u32, u32),
    ) -> Result<Decoded, Rejection> {
        let (width, height) = self.dimensions();
        let (bytes, format) = (self.bytes, self.format);
        let failed = |error: ImageError| rejection(&error, bytes);
        let mut bounds = image::Limits::no_limits();
        bounds.max_image_width = Some(limits.max_side);
        bounds.max_image_height = Some(limits.max_side);
        bounds.max_alloc = Some(self.memory() + DECODER_MEMORY);
        self.decoder.set_limits(bounds).map_err(failed)?;
        let colour = self.decoder.color_type();
        let (model, alpha) = match colour {
            ColorType::L8 => (Model::Gray, Alpha::Unused),
            ColorType::La8 => (Model::Gray, Alpha::Straight),
            ColorType::Rgb8 => (Model::Rgb, Alpha::Unused),
            ColorType::Rgba8 => (Model::Rgb, Alpha::Straight),
            _ => return Err(Rejection::Damaged),
        };
        let samples = usize::from(colour.channel_count());
        let layout = Layout {
            model,
            alpha,
            samples,
        };
        let line = width as usize * samples;
        let mut picture = vec![0; line * height as usize];
        let outcome = self.decoder.read_image_boxed(&mut picture);
        let (rows, ended) = match outcome {
            // a decoder may make up for the last bytes
            Ok(()) if format == Format::Webp && is_shorter_than_it_says(bytes) => {
                (height as usize, Ended::Early)
            }
            Ok(()) => (height as usize, Ended::Whole),
            Err(error) => {
                let rejection = rejection(&error, bytes);
                if format != Format::Gif {
                    return Err(rejection);
                }
                // the lines that were written: what a GIF leaves out has no alpha
                let written = picture
                    .iter()
                    .rposition(|v| *v != 0)
                    .map_or(0, |at| at / line + 1);
                let ended = match rejection {
                    Rejection::Truncated { .. } => Ended::Early,
                    _ => Ended::Damaged,
                };
                (written, ended)
            }
        };
        let mut sheet = Sheet::new(layout, false, (width, height), target);
        for row in picture.chunks_exact(line).take(rows) {
            sheet.row_8(row)?;
        }
        super::decoded(sheet, ended, bytes.len())
    }
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
        [b'R', b'I', b'F', b'F', a, b, c, d, ..] => {
            u64::from(u32::from_le_bytes([*a, *b, *c, *d])) + 8 > bytes.len() as u64
        }
        [b'G', b'I', b'F', .., last] => *last != b';',
        _ => false,
    }
}
