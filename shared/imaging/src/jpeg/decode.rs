//! The decoder: a stream in, rows of component planes out, at full size or an eighth, a quarter or half of it.

use std::io::Read;

use super::frame::{Part, Plane, mcus};
use super::huffman::{Pairs, Table};
use super::idct::{LANES, Samples, Scale};
use super::input::Input;
use super::progressive::{Codes, Layers};
use super::restarts::Damage;
use super::segments::{Component, Header, Next, Scan, Segments};
use super::sequential::{Coding, Sequential};
use crate::{Failure, Limits, Rejection};

/// A JPEG being decoded.
pub(crate) struct Decoder<R> {
    input: Input<R>,
    segments: Segments,
    limits: Limits,
    scan: Scan,
    parts: Vec<Part>,
    rows: Rows,
    /// Rows of MCUs that were given.
    given: usize,
    damage: Damage,
    samples: Box<Samples>,
}

/// Where rows come from.
enum Rows {
    /// Nowhere yet.
    Unread,
    /// From the file as it is read.
    Streamed(Box<Sequential>),
    /// From all the coefficients.
    Held(Box<Layers>),
    Over,
}

impl<R: Read> Decoder<R> {
    /// Reads up to the first scan; the limits are applied before anything is allocated by the picture's size.
    pub(crate) fn open(input: R, limits: &Limits) -> Result<Self, Failure> {
        let mut input = Input::new(input);
        let mut segments = Segments::default();
        let scan = segments.open(&mut input, limits)?;
        Ok(Self {
            input,
            segments,
            limits: *limits,
            scan,
            parts: Vec::new(),
            rows: Rows::Unread,
            given: 0,
            damage: Damage::default(),
            samples: Box::new([0; 512]),
        })
    }

    /// What the markers before the first scan say.
    pub(crate) fn header(&self) -> &Header {
        &self.segments.header
    }

    /// Bytes the decoder takes at these scales, the input's window and the caller's rows not counted: eight MCUs of a
    /// file that is streamed, all coefficients that are kept of one that is not.
    pub(crate) fn memory(&self, scales: &[Scale]) -> u64 {
        let header = &self.segments.header;
        if !header.buffered {
            return 0;
        }
        let (across, down) = mcus(header);
        let blocks = |c: &Component| (across * usize::from(c.h) * down * usize::from(c.v)) as u64;
        header
            .components
            .iter()
            .zip(scales)
            .map(|(c, scale)| blocks(c) * (2 * scale.side().pow(2) + 8) as u64)
            .sum()
    }

    /// Sets each component's scale, before the first row: how its samples will come.
    pub(crate) fn scaled(&mut self, scales: &[Scale]) -> Vec<Plane> {
        let header = &self.segments.header;
        self.parts = header
            .components
            .iter()
            .zip(scales)
            .map(|(component, scale)| Part::new(header, component, *scale))
            .collect();
        self.parts.iter().map(|part| part.plane).collect()
    }

    /// Decodes the next row of MCUs: of each component's plane the next rows into `into`, tightly packed, as far as they
    /// fit. `false`: the picture is over, or what is left of it is missing.
    ///
    /// # Errors
    /// The reader's, a scan too many, or a first scan that cannot be read at all.
    pub(crate) fn next_rows(&mut self, into: &mut [&mut [u8]]) -> Result<bool, Failure> {
        let (across, down) = mcus(&self.segments.header);
        if let Rows::Unread = self.rows {
            self.rows = self.begin()?;
        }
        if let Rows::Streamed(scan) = &mut self.rows {
            if self.given < down && scan.row(&mut self.input, &mut self.parts, across, into)? {
                self.given += 1;
                return Ok(true);
            }
            self.damage = scan.finish(&mut self.input)?;
            self.damage.missing += (down - self.given) as u64 * across as u64;
        }
        if let Rows::Held(layers) = &mut self.rows
            && self.given < layers.reached.min(down)
        {
            for mcu in (0..across).step_by(LANES) {
                for ((part, store), plane) in
                    self.parts.iter_mut().zip(&layers.stores).zip(&mut *into)
                {
                    store.load(part, self.given, mcu);
                    part.flush(mcu, plane, &mut self.samples);
                }
            }
            self.given += 1;
            return Ok(true);
        }
        self.rows = Rows::Over;
        Ok(false)
    }

    /// What was concealed; complete once the rows are over.
    pub(crate) fn damage(&self) -> Damage {
        self.damage
    }

    /// Bytes of the file that were read so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.input.bytes()
    }

    fn begin(&mut self) -> Result<Rows, Failure> {
        if self.segments.header.buffered {
            return Ok(Rows::Held(Box::new(self.layers()?)));
        }
        let codings = self.codings()?;
        let interval = self.segments.interval;
        let scan = Sequential::begin(&mut self.input, codings, interval)?;
        Ok(Rows::Streamed(Box::new(scan)))
    }

    /// Reads all scans. What is wrong with one that is not the first costs only what it would have added.
    fn layers(&mut self) -> Result<Layers, Failure> {
        let mut layers = Layers::new(&self.parts, mcus(&self.segments.header));
        let mut first = true;
        loop {
            match self.codes() {
                Ok(codes) => {
                    let (parts, interval) = (&self.parts, self.segments.interval);
                    layers.scan(&mut self.input, parts, &self.scan, codes, interval)?;
                }
                Err(rejection) if first => return Err(rejection.into()),
                Err(_) => layers.unreadable(),
            }
            first = false;
            match self.segments.next(&mut self.input, &self.limits)? {
                Next::Scan(scan) => self.scan = scan,
                Next::End => break,
                Next::Missing => {
                    layers.unended();
                    break;
                }
            }
        }
        self.damage = layers.damage();
        Ok(layers)
    }

    /// The codes of the scan that comes next.
    fn codes(&mut self) -> Result<Codes, Rejection> {
        if !self.segments.header.progressive {
            return Ok(Codes::Whole(self.codings()?));
        }
        let scan = &self.scan;
        if let (1.., Some((part, _, ac))) = (scan.first, scan.parts.first()) {
            let code = self.segments.ac[*ac].as_ref().ok_or(Rejection::Damaged)?;
            return Ok(Codes::Band(*part, Table::bands(code)));
        }
        if scan.high > 0 {
            return Ok(Codes::DcBit(
                scan.parts.iter().map(|(part, ..)| *part).collect(),
            ));
        }
        let mut codes = Vec::with_capacity(scan.parts.len());
        for &(part, dc, _) in &self.scan.parts {
            self.parts[part].steps = self.segments.steps(part).ok_or(Rejection::Damaged)?;
            let code = self.segments.dc[dc].as_ref().ok_or(Rejection::Damaged)?;
            codes.push((part, Table::dc(code).map_err(|_| Rejection::Damaged)?, 0));
        }
        Ok(Codes::Dc(codes))
    }

    /// The codes of a sequential scan's components; their quantisation is as of now.
    fn codings(&mut self) -> Result<Vec<Coding>, Rejection> {
        let segments = &self.segments;
        let mut codings = Vec::with_capacity(self.scan.parts.len());
        for &(part, dc, ac) in &self.scan.parts {
            self.parts[part].steps = segments.steps(part).ok_or(Rejection::Damaged)?;
            let dc = segments.dc[dc].as_ref().ok_or(Rejection::Damaged)?;
            let ac = segments.ac[ac].as_ref().ok_or(Rejection::Damaged)?;
            codings.push(Coding {
                part,
                dc: Table::dc(dc).map_err(|_| Rejection::Damaged)?,
                ac: Pairs::new(ac),
                last: 0,
            });
        }
        Ok(codings)
    }
}
