//! TIFF: strip by strip or a row of tiles at a time. The crate unpacks; what the numbers mean is read here, because it
//! would leave palettes and CIE Lab unread, and take a selection that Photoshop stored beside the colours for their alpha.

mod plan;

use std::io::Cursor;

use tiff::decoder::{Decoder, Limits as DecoderLimits};

use super::sheet::Sheet;
use super::{Decoded, Ended};
use crate::Rejection;
use plan::Colours;
pub(super) use plan::{Plan, dimensions, icc, warning};

impl Plan {
    /// Decodes what there is. The bytes are changed in one place, so that the crate takes every sample for a number.
    pub(in crate::raster) fn decode(
        self,
        mut bytes: Vec<u8>,
        target: (u32, u32),
    ) -> Result<Decoded, Rejection> {
        let length = bytes.len();
        let told = bytes
            .get_mut(self.photometric_at..self.photometric_at + 2)
            .ok_or(Rejection::Damaged)?;
        const BLACK_IS_ZERO: u16 = 1;
        told.copy_from_slice(&if self.big_endian {
            BLACK_IS_ZERO.to_be_bytes()
        } else {
            BLACK_IS_ZERO.to_le_bytes()
        });
        self.make_up(&mut bytes);
        let mut limits = DecoderLimits::default();
        // what a strip's length claims is held nowhere: it is unpacked as it is read
        limits.intermediate_buffer_size = usize::MAX;
        let mut decoder = Decoder::new(Cursor::new(bytes.as_slice()))
            .map_err(|error| rejection(&error, length))?
            .with_limits(limits);
        let wide = self.bits == 16;
        let stored = (self.width, self.height);
        let mut sheet = Sheet::new(self.layout, wide, stored, target);
        let mut rows = Rows {
            plan: &self,
            chunks: Vec::new(),
            narrow: Vec::new(),
            wide: Vec::new(),
        };
        let mut ended = Ended::Whole;
        for chunk_row in 0..self.height.div_ceil(self.chunk.1) {
            let top = chunk_row * self.chunk.1;
            let high = self.chunk.1.min(self.height - top);
            let read = rows.read(&mut decoder, chunk_row, high, length);
            rows.lay(&mut sheet, read.rows)?;
            if let Some(cause) = read.ended {
                ended = cause;
                break;
            }
        }
        super::decoded(sheet, ended, length)
    }
}

/// A row of chunks, and how its samples become the sheet's.
struct Rows<'a> {
    plan: &'a Plan,
    /// Unpacked chunks, those of a plane together, with the pixels across that each has.
    chunks: Vec<(u32, Vec<u8>)>,
    narrow: Vec<u8>,
    wide: Vec<u16>,
}

/// How far a row of chunks was read.
struct ReadRows {
    rows: u32,
    ended: Option<Ended>,
}

impl Rows<'_> {
    fn read(
        &mut self,
        decoder: &mut Decoder<Cursor<&[u8]>>,
        chunk_row: u32,
        high: u32,
        length: usize,
    ) -> ReadRows {
        let plan = self.plan;
        let across = plan.width.div_ceil(plan.chunk.0);
        let down = plan.height.div_ceil(plan.chunk.1);
        self.chunks.clear();
        for plane in 0..plan.planes as u32 {
            for column in 0..across {
                let pixels = plan.chunk.0.min(plan.width - column * plan.chunk.0);
                let size = plan.row_bytes(pixels) * u64::from(high);
                let mut chunk = vec![0; usize::try_from(size).unwrap_or(0)];
                let index = (plane * down + chunk_row) * across + column;
                let outcome = decoder.read_chunk_bytes(index, &mut chunk);
                self.chunks.push((pixels, chunk));
                if outcome.is_err() {
                    let place = plan.place(decoder.inner().get_ref(), index);
                    let cut = place.is_none_or(|(_, end)| end > length as u64);
                    let only = !plan.tiled && plan.planes == 1;
                    return ReadRows {
                        rows: if only { self.begun(high) } else { 0 },
                        ended: Some(if cut { Ended::Early } else { Ended::Damaged }),
                    };
                }
            }
        }
        let there = if plan.compression == 1 && !plan.tiled && plan.planes == 1 {
            let place = plan.place(decoder.inner().get_ref(), chunk_row);
            place.map_or(high, |(offset, _)| plan.rows_there(offset, high, length))
        } else {
            high
        };
        ReadRows {
            rows: there,
            ended: (there < high).then_some(Ended::Early),
        }
    }

    /// Rows of a strip that were unpacked before it broke off: those from which on it is all zeros were not, perhaps.
    /// Rows are not ready for use when differences were stored, or bytes the other way round.
    fn begun(&self, high: u32) -> u32 {
        let plan = self.plan;
        if plan.predictor != 1
            || (plan.bits == 16 && plan.big_endian != cfg!(target_endian = "big"))
        {
            return 0;
        }
        let Some((pixels, strip)) = self.chunks.last() else {
            return 0;
        };
        let row_bytes = usize::try_from(plan.row_bytes(*pixels))
            .unwrap_or(usize::MAX)
            .max(1);
        let bytes = strip
            .iter()
            .rposition(|byte| *byte != 0)
            .map_or(0, |at| at + 1);
        u32::try_from(bytes / row_bytes).unwrap_or(high).min(high)
    }

    fn lay(&mut self, sheet: &mut Sheet, rows: u32) -> Result<(), Rejection> {
        let plan = self.plan;
        let across = plan.width.div_ceil(plan.chunk.0) as usize;
        for y in 0..rows as usize {
            self.narrow.clear();
            self.wide.clear();
            if plan.planes == 1 {
                for (pixels, chunk) in &self.chunks {
                    let row = row_of(plan, *pixels, chunk, y)?;
                    let count = *pixels as usize * plan.together();
                    plan.unpack(row, count, &mut self.narrow, &mut self.wide);
                }
            } else {
                let total = plan.width as usize * plan.planes;
                self.narrow
                    .resize(if plan.bits == 16 { 0 } else { total }, 0);
                self.wide.resize(if plan.bits == 16 { total } else { 0 }, 0);
                for (plane, chunks) in self.chunks.chunks(across).enumerate() {
                    let (mut narrow, mut wide) = (Vec::new(), Vec::new());
                    for (pixels, chunk) in chunks {
                        let row = row_of(plan, *pixels, chunk, y)?;
                        plan.unpack(row, *pixels as usize, &mut narrow, &mut wide);
                    }
                    let places = self.narrow.iter_mut().skip(plane).step_by(plan.planes);
                    places.zip(narrow).for_each(|(place, v)| *place = v);
                    let places = self.wide.iter_mut().skip(plane).step_by(plan.planes);
                    places.zip(wide).for_each(|(place, v)| *place = v);
                }
            }
            self.interpret(sheet)?;
        }
        Ok(())
    }

    /// Turns the row's samples into the model's and lays them.
    fn interpret(&mut self, sheet: &mut Sheet) -> Result<(), Rejection> {
        let samples = self.plan.layout.samples;
        let wide = self.plan.bits == 16;
        match &self.plan.colours {
            Colours::AsTheyAre => {}
            Colours::Inverted => {
                self.narrow
                    .iter_mut()
                    .step_by(samples)
                    .for_each(|v| *v = !*v);
                self.wide.iter_mut().step_by(samples).for_each(|v| *v = !*v);
            }
            Colours::Signed => {
                for pixel in self.narrow.chunks_exact_mut(samples) {
                    pixel[1..3].iter_mut().for_each(|v| *v ^= 0x80);
                }
                for pixel in self.wide.chunks_exact_mut(samples) {
                    pixel[1..3].iter_mut().for_each(|v| *v ^= 0x8000);
                }
            }
            Colours::Palette(colours) => {
                let index = |i: usize| colours.get(i).copied().unwrap_or_default();
                let row: Vec<u8> = if wide {
                    let pixels = self.wide.iter().map(|v| index((*v).into()));
                    pixels.flatten().map(|v| (v >> 8) as u8).collect()
                } else {
                    let pixels = self.narrow.iter().map(|v| index((*v).into()));
                    pixels.flatten().map(|v| (v >> 8) as u8).collect()
                };
                return sheet.row_8(&row);
            }
        }
        if wide {
            sheet.row_16(&self.wide)
        } else {
            sheet.row_8(&self.narrow)
        }
    }
}

fn row_of<'a>(plan: &Plan, pixels: u32, chunk: &'a [u8], y: usize) -> Result<&'a [u8], Rejection> {
    let bytes = usize::try_from(plan.row_bytes(pixels)).map_err(|_| Rejection::Damaged)?;
    chunk
        .get(y * bytes..(y + 1) * bytes)
        .ok_or(Rejection::Damaged)
}

impl Plan {
    /// Appends a row's samples: indices as they are, other values of less than 8 bits spread over them.
    fn unpack(&self, row: &[u8], count: usize, narrow: &mut Vec<u8>, wide: &mut Vec<u16>) {
        match self.bits {
            16 => wide.extend(
                row.chunks_exact(2)
                    .map(|s| u16::from_ne_bytes([s[0], s[1]]))
                    .take(count),
            ),
            8 => narrow.extend(row.iter().take(count)),
            bits => {
                let mask = (1_u8 << bits) - 1;
                let spread = match self.colours {
                    Colours::Palette(_) => 1,
                    _ => u8::MAX / mask,
                };
                let per_byte = 8 / bits as usize;
                narrow.extend((0..count).map(|i| {
                    let byte = row.get(i / per_byte).copied().unwrap_or(0);
                    let shift = 8 - bits as usize * (i % per_byte + 1);
                    (byte >> shift & mask) * spread
                }));
            }
        }
    }
}

fn rejection(error: &tiff::TiffError, bytes: usize) -> Rejection {
    match error {
        tiff::TiffError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Rejection::Truncated { bytes }
        }
        tiff::TiffError::UnsupportedError(_) => Rejection::UnsupportedKind {
            kind: "a TIFF of an unusual kind",
        },
        _ => Rejection::Damaged,
    }
}
