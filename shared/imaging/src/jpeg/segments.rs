//! The markers of a JPEG as they come by: what the limits need before the first scan, and the tables before each.

use std::io::Read;

use super::huffman::Code;
use super::idct::Steps;
use super::input::Input;
use super::standard;
use crate::{Failure, Limits, Rejection};

/// What the markers before the first scan say about the picture.
#[derive(Debug, Default)]
pub(crate) struct Header {
    /// Pixels across, as stored.
    pub width: u32,
    /// Pixels down, as stored.
    pub height: u32,
    /// In the frame header's order.
    pub components: Vec<Component>,
    /// The first scan does not hold the whole picture, so all coefficients must be held: progressive, or a scan a
    /// component.
    pub buffered: bool,
    /// Each scan adds to what the ones before it gave.
    pub progressive: bool,
    /// The transform of the Adobe marker (0 none, 1 YCbCr, 2 YCCK), if there is one.
    pub adobe: Option<u8>,
    /// Whether there is a JFIF marker, which promises YCbCr.
    pub jfif: bool,
    /// The embedded profile, put together; `None` too when pieces are missing.
    pub icc: Option<Vec<u8>>,
    /// Whether there were pieces of a profile.
    pub icc_claimed: bool,
    /// The TIFF structure of the EXIF segment.
    pub exif: Option<Vec<u8>>,
}

/// One component of the frame header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Component {
    /// The selector: 1, 2, 3 for YCbCr as a rule, `R`, `G`, `B` for RGB.
    pub id: u8,
    /// Horizontal sampling factor, 1–4; 1 for a component alone, whose factors say nothing.
    pub h: u8,
    /// Vertical sampling factor likewise.
    pub v: u8,
    /// Which quantisation table.
    pub quantisation: u8,
}

/// Something a marker segment says is not a JPEG's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

/// What a scan header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scan {
    /// Index of the component, of its DC table, of its AC table.
    pub parts: Vec<(usize, usize, usize)>,
    /// First and last coefficient in zigzag order.
    pub first: u8,
    pub last: u8,
    /// Bit positions: of the scan before (0 for none) and of this one.
    pub high: u8,
    pub low: u8,
}

/// What comes next in the file.
pub(super) enum Next {
    Scan(Scan),
    /// The end-of-image marker, or what can only follow it.
    End,
    /// The file is over without one.
    Missing,
}

/// The state of the markers: tables hold until they are replaced.
#[derive(Default)]
pub(super) struct Segments {
    pub header: Header,
    /// In natural order.
    quantisation: [Option<[u16; 64]>; 4],
    pub dc: [Option<Code>; 4],
    pub ac: [Option<Code>; 4],
    /// MCUs between two restarts; 0 for none.
    pub interval: u32,
    /// The file has codes of its own.
    coded: bool,
    scans: u32,
    exif_bytes: usize,
    icc_bytes: usize,
    icc: Vec<(u8, u8, Vec<u8>)>,
}

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const ICC_TAG: &[u8] = b"ICC_PROFILE\0";

/// Natural (row by row) index of each coefficient in zigzag order.
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20,
    13, 6, 7, 14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59,
    52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

impl Segments {
    /// The quantisation of a component as of now.
    pub(super) fn steps(&self, component: usize) -> Option<Steps> {
        let slot = self.header.components.get(component)?.quantisation;
        self.quantisation[usize::from(slot & 3)]
            .as_ref()
            .map(Steps::new)
    }

    /// Reads on up to the header of the first scan, within the limits of.
    pub(super) fn open<R: Read>(
        &mut self,
        input: &mut Input<R>,
        limits: &Limits,
    ) -> Result<Scan, Failure> {
        match self.next(input, limits)? {
            Next::Scan(scan) => {
                self.header.buffered =
                    self.header.progressive || scan.parts.len() != self.header.components.len();
                if !self.coded {
                    for (at, (dc, ac)) in standard::codes().into_iter().enumerate() {
                        (self.dc[at], self.ac[at]) = (Some(dc), Some(ac));
                    }
                }
                self.header.icc_claimed = !self.icc.is_empty();
                self.header.icc = joined(std::mem::take(&mut self.icc));
                Ok(scan)
            }
            Next::End => Err(Rejection::Damaged.into()),
            Next::Missing => Err(Rejection::Truncated {
                bytes: input.bytes() as usize,
            }
            .into()),
        }
    }

    /// Reads on up to the next scan or the end of the image.
    pub(super) fn next<R: Read>(
        &mut self,
        input: &mut Input<R>,
        limits: &Limits,
    ) -> Result<Next, Failure> {
        loop {
            let Some(marker) = input.marker()? else {
                return Ok(Next::Missing);
            };
            if marker == EOI || (marker == SOI && self.scans > 0) {
                return Ok(Next::End);
            }
            if matches!(marker, 0x01 | 0xD0..=SOI) {
                continue;
            }
            let Some(length) = input.segment()? else {
                return Ok(Next::Missing);
            };
            let body = &input.buffered()[..length];
            if marker == SOS {
                let scan = self.scan(body, limits);
                input.consume(length);
                match scan {
                    Err(Stop::Malformed) if self.scans > 1 => continue,
                    outcome => return Ok(Next::Scan(outcome?)),
                }
            }
            let outcome = self.segment(marker, body, limits);
            input.consume(length);
            match outcome {
                // Scans that do not need it can still be read.
                Err(Stop::Malformed) if self.scans > 0 => {}
                outcome => outcome?,
            }
        }
    }

    fn segment(&mut self, marker: u8, body: &[u8], limits: &Limits) -> Result<(), Stop> {
        match marker {
            0xC4 => self.huffman(body)?,
            0xDB => self.quantise(body)?,
            0xDD => {
                let [high, low, ..] = body else {
                    return Err(Stop::Malformed);
                };
                self.interval = u16::from_be_bytes([*high, *low]).into();
            }
            0xC0..=0xCF if !matches!(marker, 0xC8 | 0xCC) => self.frame(marker, body, limits)?,
            0xE0 => self.header.jfif |= body.starts_with(b"JFIF\0"),
            0xE1 if self.scans == 0 => {
                if let Some(exif) = body.strip_prefix(b"Exif\0\0") {
                    self.exif_bytes += exif.len();
                    limits.check_exif(self.exif_bytes)?;
                    self.header.exif.get_or_insert_with(|| exif.to_vec());
                }
            }
            0xE2 if self.scans == 0 => {
                if let Some([sequence, count, piece @ ..]) = body.strip_prefix(ICC_TAG) {
                    self.icc_bytes += piece.len();
                    limits.check_icc(self.icc_bytes)?;
                    // One more than there can be is as good as any number of them: not a profile.
                    if self.icc.len() < 256 {
                        self.icc.push((*sequence, *count, piece.to_vec()));
                    }
                }
            }
            0xEE if body.starts_with(b"Adobe") => {
                self.header.adobe = body.get(11).copied().or(self.header.adobe);
            }
            _ => {}
        }
        Ok(())
    }

    fn huffman(&mut self, mut body: &[u8]) -> Result<(), Malformed> {
        self.coded = true;
        while let [slot, rest @ ..] = body {
            let (counts, rest) = rest.split_first_chunk::<16>().ok_or(Malformed)?;
            let total = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(total).ok_or(Malformed)?;
            let tables = match slot >> 4 {
                0 => &mut self.dc,
                1 => &mut self.ac,
                _ => return Err(Malformed),
            };
            let table = tables.get_mut(usize::from(slot & 15)).ok_or(Malformed)?;
            // Not the one before it, should this one be no code.
            *table = None;
            *table = Some(Code::new(*counts, symbols)?);
            body = rest;
        }
        Ok(())
    }

    fn quantise(&mut self, mut body: &[u8]) -> Result<(), Malformed> {
        while let [slot, rest @ ..] = body {
            let bytes = if slot >> 4 == 0 { 1 } else { 2 };
            let (values, rest) = rest.split_at_checked(64 * bytes).ok_or(Malformed)?;
            let mut table = [0; 64];
            for (at, value) in ZIGZAG.iter().zip(values.chunks_exact(bytes)) {
                table[usize::from(*at)] = value
                    .iter()
                    .fold(0, |sum, byte| sum << 8 | u16::from(*byte));
            }
            *self
                .quantisation
                .get_mut(usize::from(slot & 15))
                .ok_or(Malformed)? = Some(table);
            body = rest;
        }
        Ok(())
    }

    fn frame(&mut self, marker: u8, body: &[u8], limits: &Limits) -> Result<(), Stop> {
        // A second frame could be larger than the one the limits saw.
        if !self.header.components.is_empty() {
            return Err(Stop::Malformed);
        }
        let [precision, h1, h0, w1, w0, count, rest @ ..] = body else {
            return Err(Stop::Malformed);
        };
        let (width, height) = (
            u16::from_be_bytes([*w1, *w0]).into(),
            u16::from_be_bytes([*h1, *h0]).into(),
        );
        let kind = match marker {
            0xC0..=0xC2 if *precision != 8 => Some("a 12-bit JPEG"),
            0xC0..=0xC2 if height == 0 && width != 0 => Some("a JPEG that does not say its height"),
            0xC0..=0xC2 => None,
            0xC3 | 0xC7 | 0xCB | 0xCF => Some("a lossless JPEG"),
            0xC9 | 0xCA | 0xCD | 0xCE => Some("an arithmetic-coded JPEG"),
            _ => Some("a hierarchical JPEG"),
        };
        if kind.is_none() {
            limits.check_pixels(width, height)?;
        }
        let mut components: Vec<_> = rest
            .chunks_exact(3)
            .take((*count).into())
            .map(|c| Component {
                id: c[0],
                h: c[1] >> 4,
                v: c[1] & 15,
                quantisation: c[2],
            })
            .collect();
        let sound =
            |c: &Component| (1..=4).contains(&c.h) && (1..=4).contains(&c.v) && c.quantisation < 4;
        if let Some(kind) = kind {
            return Err(Rejection::UnsupportedKind { kind }.into());
        }
        if components.len() != usize::from(*count) || !components.iter().all(sound) {
            return Err(Stop::Malformed);
        }
        if !matches!(count, 1 | 3 | 4) {
            return Err(Rejection::UnsupportedKind {
                kind: "a JPEG of an unusual kind",
            }
            .into());
        }
        if let [only] = components.as_mut_slice() {
            (only.h, only.v) = (1, 1);
        }
        self.header = Header {
            width,
            height,
            components,
            progressive: marker == 0xC2,
            ..std::mem::take(&mut self.header)
        };
        Ok(())
    }

    /// Counts a scan and reads its header.
    fn scan(&mut self, body: &[u8], limits: &Limits) -> Result<Scan, Stop> {
        let header = &self.header;
        self.scans += 1;
        limits.check_scans(
            self.scans,
            u64::from(header.width) * u64::from(header.height),
        )?;
        let [count, rest @ ..] = body else {
            return Err(Stop::Malformed);
        };
        let (parts, rest) = rest
            .split_at_checked(usize::from(*count) * 2)
            .ok_or(Malformed)?;
        let [first, last, bits, ..] = rest else {
            return Err(Stop::Malformed);
        };
        let mut scan = Scan {
            parts: Vec::new(),
            first: *first,
            last: *last,
            high: bits >> 4,
            low: bits & 15,
        };
        for part in parts.chunks_exact(2) {
            let index = header.components.iter().position(|c| c.id == part[0]);
            let index = index.ok_or(Malformed)?;
            let tables = (usize::from(part[1] >> 4), usize::from(part[1] & 15));
            let new = scan.parts.iter().all(|(other, ..)| *other != index);
            if tables.0 > 3 || tables.1 > 3 || !new {
                return Err(Stop::Malformed);
            }
            scan.parts.push((index, tables.0, tables.1));
        }
        let blocks: u32 = scan
            .parts
            .iter()
            .map(|(index, ..)| &header.components[*index])
            .map(|c| u32::from(c.h) * u32::from(c.v))
            .sum();
        if scan.parts.is_empty() || (scan.parts.len() > 1 && blocks > 10) {
            return Err(Stop::Malformed);
        }
        if !header.progressive {
            // Some writers leave the band empty; there is but one a sequential scan can mean.
            (scan.first, scan.last, scan.high, scan.low) = (0, 63, 0, 0);
        } else if scan.last > 63
            || scan.first > scan.last
            || (scan.first == 0 && scan.last != 0)
            || (scan.first > 0 && scan.parts.len() > 1)
            || scan.low > 13
        {
            return Err(Stop::Malformed);
        }
        Ok(scan)
    }
}

/// Why a segment ends the reading.
enum Stop {
    Malformed,
    Rejected(Rejection),
}

impl From<Malformed> for Stop {
    fn from(_: Malformed) -> Self {
        Self::Malformed
    }
}

impl From<Rejection> for Stop {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl From<Stop> for Failure {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Malformed => Rejection::Damaged.into(),
            Stop::Rejected(rejection) => rejection.into(),
        }
    }
}

/// The profile from its numbered pieces (ICC.1 annex B.4), whatever order they came in.
fn joined(mut pieces: Vec<(u8, u8, Vec<u8>)>) -> Option<Vec<u8>> {
    pieces.sort_by_key(|(sequence, ..)| *sequence);
    let count = usize::from(pieces.first()?.1);
    let complete = pieces.len() == count
        && pieces
            .iter()
            .zip(1..)
            .all(|((sequence, ..), n)| usize::from(*sequence) == n);
    complete.then(|| pieces.into_iter().flat_map(|(.., piece)| piece).collect())
}

#[cfg(test)]
mod tests;
