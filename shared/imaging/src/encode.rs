//! Baseline JPEG from planes: one transform of the pixels, Huffman tables made for the picture from its own symbols.
//!
//! Coefficients become tokens (a Huffman symbol and the bits that follow it) that are counted as they are made and
//! written once the tables are known. So the tables that save two to five per cent of the bytes cost no second
//! transform, as they do elsewhere, only the tokens' memory: of a large picture the first [`HELD`] decide for the rest.

mod bits;
mod huffman;
mod transform;

use bits::BitWriter;
use fearless_simd::{Level, Simd, dispatch};
use huffman::{Codes, Counts};
use transform::{Quantiser, ZIGZAG};

use crate::ycc::{Chroma, Ycc};

/// The marker of EXIF and XMP segments, and that of IPTC's.
pub(crate) const APP1: u8 = 0xE1;
pub(crate) const APP13: u8 = 0xED;
/// What an EXIF segment begins with, before its TIFF structure.
pub(crate) const EXIF: &[u8] = b"Exif\0\0";

/// Tokens that are held at most before tables are decided on; four bytes each. A 2048-pixel rendition has half as many.
const HELD: usize = 1 << 21;
/// Coefficients are rounded up only from so much above a half: most in between are grain, and cost more bits than they
/// show. More so in small pictures, of which a grid loads dozens.
const REFUSED: f32 = 0.02;
const REFUSED_SMALL: f32 = 0.05;
/// The long edge of what counts as small.
const SMALL: u32 = 320;
/// Tokens a block makes at most: one for each coefficient and the end.
const BLOCK_TOKENS: usize = 65;

/// A token: the table and symbol in the low ten bits, and from bit 16 the bits that follow the symbol's code, as many
/// as the symbol's low four bits say.
type Token = u32;

/// Encodes a picture, with the given application segments (marker, payload) after JFIF's own.
pub(crate) fn jpeg(picture: &Ycc, quality: u8, segments: &[(u8, &[u8])]) -> Vec<u8> {
    let quality = quality.clamp(1, 100);
    let refused = if picture.size.0.max(picture.size.1) <= SMALL {
        REFUSED_SMALL
    } else {
        REFUSED
    };
    let mut encoder = Encoder {
        picture,
        quantisers: [
            Quantiser::new(&transform::LUMA, quality, refused),
            Quantiser::new(&transform::CHROMA, quality, refused),
        ],
        segments,
        out: BitWriter::with_capacity(picture.planes[0].len() / 6 + 4_096),
        tokens: Vec::new(),
        counts: Counts::default(),
        codes: None,
    };
    let level = Level::new();
    dispatch!(level, simd => encoder.run(simd));
    encoder.out.finish()
}

struct Encoder<'a> {
    picture: &'a Ycc,
    quantisers: [Quantiser; 2],
    segments: &'a [(u8, &'a [u8])],
    out: BitWriter,
    tokens: Vec<Token>,
    counts: Counts,
    codes: Option<Codes>,
}

impl Encoder<'_> {
    #[inline(always)]
    fn run<S: Simd>(&mut self, simd: S) {
        let side = match self.picture.chroma {
            Chroma::Full => 1,
            Chroma::Half => 2,
        };
        let (width, height) = (self.picture.size.0 as usize, self.picture.size.1 as usize);
        let chroma = self.picture.chroma.of(self.picture.size);
        let chroma = (chroma.0 as usize, chroma.1 as usize);
        let (across, down) = (width.div_ceil(8 * side), height.div_ceil(8 * side));
        let row_tokens = across * (side * side + 2) * BLOCK_TOKENS;
        let expected = (down * row_tokens / 4).min(HELD);
        self.tokens = Vec::with_capacity(expected + row_tokens);
        let mut predicted = [0_i32; 3];
        let picture = self.picture;
        for row in 0..down {
            if self.tokens.len() + row_tokens > self.tokens.capacity() {
                self.tokens.reserve(row_tokens);
            }
            for column in 0..across {
                for block in 0..side * side {
                    let at = (column * side + block % side, row * side + block / side);
                    self.block(
                        simd,
                        &picture.planes[0],
                        (width, height),
                        at,
                        0,
                        &mut predicted[0],
                    );
                }
                for (plane, predicted) in picture.planes[1..].iter().zip(&mut predicted[1..]) {
                    self.block(simd, plane, chroma, (column, row), 1, predicted);
                }
            }
            if self.codes.is_some() || self.tokens.len() >= HELD {
                self.write(row + 1 == down);
            }
        }
        self.write(true);
    }

    /// Transforms a block and appends its tokens.
    #[inline(always)]
    fn block<S: Simd>(
        &mut self,
        simd: S,
        plane: &[u8],
        size: (usize, usize),
        at: (usize, usize),
        table: usize,
        predicted: &mut i32,
    ) {
        let samples = transform::samples(plane, size, at);
        let (coefficients, mut there) = self.quantisers[table].transform(simd, &samples);
        let dc = i32::from(coefficients[0]);
        let table = (table as u32) << 9;
        let mut tokens = [0; BLOCK_TOKENS];
        tokens[0] = token(table, 0, dc - *predicted);
        self.counts.add(tokens[0]);
        *predicted = dc;
        let table = table | 1 << 8;
        let mut count = 1;
        there &= !1;
        let mut last = 0;
        while there != 0 {
            let at = there.trailing_zeros();
            there &= there - 1;
            let mut run = at - last - 1;
            last = at;
            while run > 15 {
                tokens[count] = table | 0xF0;
                self.counts.add(tokens[count]);
                count += 1;
                run -= 16;
            }
            let value = i32::from(coefficients[ZIGZAG[at as usize & 63] as usize & 63]);
            tokens[count & 127] = token(table, run, value);
            self.counts.add(tokens[count & 127]);
            count += 1;
        }
        if last < 63 {
            tokens[count] = table;
            self.counts.add(table);
            count += 1;
        }
        self.tokens.extend_from_slice(&tokens[..count]);
    }

    /// Writes the tokens held; before the first of them, the tables and all else a decoder needs to know.
    fn write(&mut self, all: bool) {
        let codes = self.codes.get_or_insert_with(|| {
            let codes = Codes::new(&self.counts, !all);
            header(
                &mut self.out.bytes,
                self.picture,
                &self.quantisers,
                &codes,
                self.segments,
            );
            codes
        });
        for token in &self.tokens {
            let token = *token;
            let (code, length) = codes.of(token);
            let extra = token & 15;
            self.out.put(
                u64::from(code) << extra | u64::from(token >> 16),
                length + extra,
            );
        }
        self.tokens.clear();
    }
}

/// The symbol of a run of zeros and the value after it (of DC: no run and the difference), and the value's bits.
#[inline(always)]
fn token(table: u32, run: u32, value: i32) -> Token {
    let length = 32 - value.unsigned_abs().leading_zeros();
    // Negative values are written as one less, in as many bits.
    let bits = (value + (value >> 31)) as u32 & ((1 << length) - 1);
    bits << 16 | table | run << 4 | length
}

/// All from the start of the file to the start of the scan.
fn header(
    out: &mut Vec<u8>,
    picture: &Ycc,
    quantisers: &[Quantiser; 2],
    codes: &Codes,
    segments: &[(u8, &[u8])],
) {
    let mut segment = |marker: u8, payload: &[&[u8]]| {
        let length = payload.iter().map(|part| part.len()).sum::<usize>() + 2;
        let Ok(length) = u16::try_from(length) else {
            return; // longer than a segment can be: left out rather than a broken file
        };
        out.extend_from_slice(&[0xFF, marker]);
        out.extend_from_slice(&length.to_be_bytes());
        payload.iter().for_each(|part| out.extend_from_slice(part));
    };
    segment(0xE0, &[b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"]);
    for (marker, payload) in segments {
        segment(*marker, &[payload]);
    }
    for (id, quantiser) in [0, 1].into_iter().zip(quantisers) {
        segment(0xDB, &[&[id], &quantiser.table()]);
    }
    let side = |pixels: u32| u16::try_from(pixels).unwrap_or(u16::MAX).to_be_bytes();
    let sampling = match picture.chroma {
        Chroma::Full => 0x11,
        Chroma::Half => 0x22,
    };
    let components = [3, 1, sampling, 0, 2, 0x11, 1, 3, 0x11, 1];
    segment(
        0xC0,
        &[
            &[8],
            &side(picture.size.1),
            &side(picture.size.0),
            &components,
        ],
    );
    for (id, table) in [0x00, 0x10, 0x01, 0x11].into_iter().zip(codes.tables()) {
        segment(0xC4, &[&[id], &table.lengths, &table.symbols]);
    }
    segment(0xDA, &[&[3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]]);
}

#[cfg(test)]
mod tests;
