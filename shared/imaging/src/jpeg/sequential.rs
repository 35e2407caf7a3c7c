//! A sequential scan that holds the whole picture: eight MCUs at a time from bits to samples, nothing kept.

use std::io::{self, Read};

use super::entropy::{Bits, Clean, Entropy, REFILLED, Stops};
use super::frame::{Order, Part};
use super::huffman::{END, Pairs, Table, WINDOW};
use super::idct::{Group, LANES, Samples};
use super::input::Input;
use super::restarts::{Damage, Restarts};

/// Both codes of a component, and its last DC coefficient.
pub(super) struct Coding {
    /// Index of the component in the frame.
    pub part: usize,
    pub dc: Box<Table>,
    pub ac: Box<Pairs>,
    pub last: i32,
}

/// Where a scan is.
pub(super) struct Sequential {
    codings: Vec<Coding>,
    entropy: Entropy,
    bits: Bits,
    restarts: Restarts,
    samples: Box<Samples>,
}

impl Sequential {
    /// Begins with the entropy-coded data that comes next.
    pub(super) fn begin<R: Read>(
        input: &mut Input<R>,
        codings: Vec<Coding>,
        interval: u32,
    ) -> io::Result<Self> {
        let mut entropy = Entropy::new();
        let stops = if interval > 0 {
            Stops::Restarts
        } else {
            Stops::Image
        };
        let bits = entropy.begin(input, stops)?;
        Ok(Self {
            codings,
            entropy,
            bits,
            restarts: Restarts::new(interval, stops),
            samples: Box::new([0; 512]),
        })
    }

    /// Decodes a row of `mcus` MCUs into its planes. `false`: nothing of it is there.
    pub(super) fn row<R: Read>(
        &mut self,
        input: &mut Input<R>,
        parts: &mut [Part],
        mcus: usize,
        into: &mut [&mut [u8]],
    ) -> io::Result<bool> {
        if self.restarts.over() {
            return Ok(false);
        }
        let mut found = false;
        for first in (0..mcus).step_by(LANES) {
            for mcu in 0..LANES.min(mcus - first) {
                found |= self.mcu(input, parts, mcu)?;
            }
            for (part, plane) in parts.iter_mut().zip(into.iter_mut()) {
                part.flush(first, plane, &mut self.samples);
            }
        }
        Ok(found || !self.restarts.over())
    }

    /// Reads to the marker behind the scan.
    pub(super) fn finish<R: Read>(&mut self, input: &mut Input<R>) -> io::Result<Damage> {
        self.restarts.finish(&mut self.entropy, &self.bits, input)?;
        Ok(self.restarts.damage)
    }

    /// Decodes one MCU, unless it is missing.
    #[inline(always)]
    fn mcu<R: Read>(
        &mut self,
        input: &mut Input<R>,
        parts: &mut [Part],
        mcu: usize,
    ) -> io::Result<bool> {
        if self.restarts.due()
            && let Some(bits) = self.restarts.next(&mut self.entropy, &self.bits, input)?
        {
            self.bits = bits;
            self.codings.iter_mut().for_each(|coding| coding.last = 0);
        }
        if self.restarts.is_missing() {
            return Ok(false);
        }
        self.entropy.ensure(&mut self.bits, input)?;
        let mut bits = self.bits;
        let mut bad = false;
        for coding in &mut self.codings {
            let part = &mut parts[coding.part];
            for y in 0..part.v {
                for x in 0..part.h {
                    let (at, lane) = part.place(mcu, x, y);
                    let end = block(
                        &mut bits,
                        &self.entropy.clean,
                        coding,
                        part.order,
                        &mut part.groups[at],
                        lane,
                    );
                    part.busy |= u32::from(end != END) << at;
                    bad |= end > 63 && end < END;
                }
            }
        }
        self.bits = bits;
        if self.entropy.overrun(&bits) {
            parts.iter_mut().for_each(|part| part.clear(mcu));
            self.restarts.ran_out();
            return Ok(false);
        }
        self.restarts.decoded(bad);
        Ok(true)
    }
}

/// Decodes a block into a lane of its group. Gives the zigzag index it ended at: 63, or [`END`] and more behind an end
/// code ([`END`] itself where there is nothing but DC); anything between is a fault.
#[inline(always)]
pub(super) fn block(
    bits: &mut Bits,
    clean: &Clean,
    coding: &mut Coding,
    order: &Order,
    group: &mut Group,
    lane: usize,
) -> u32 {
    const FAULT: u32 = 64;
    let mut at = *bits;
    at.refill(clean);
    let mut entry = coding.dc.look(at.peek());
    if entry.is_none() {
        entry = coding.dc.long(at.peek());
        if entry.is_none() {
            at.skip(1);
            *bits = at;
            return FAULT;
        }
    }
    coding.last = coding.last.wrapping_add(entry.value(at.peek()));
    group[lane] = coding.last as i16;
    at.skip(entry.total());
    let mut k = 0;
    'refill: loop {
        at.refill(clean);
        // As many pairs as the bits of a refill are enough for.
        for _ in 0..REFILLED / WINDOW {
            let pair = coding.ac.look(at.peek());
            if pair.is_none() {
                at.refill(clean);
                let mut entry = coding.ac.single.look(at.peek());
                if entry.is_none() {
                    entry = coding.ac.single.long(at.peek());
                    if entry.is_none() {
                        k = FAULT;
                        at.skip(1);
                        break 'refill;
                    }
                }
                k += entry.advance();
                let place = usize::from(order[(k & 255) as usize]) + lane;
                group[place & 1023] = entry.value(at.peek()) as i16;
                at.skip(entry.total());
                if k >= 63 {
                    break 'refill;
                }
                continue 'refill;
            }
            let first = k + pair.first_advance();
            k += pair.advance();
            let values = pair.values();
            let place = usize::from(order[(first & 255) as usize]) + lane;
            group[place & 1023] = values.0;
            let place = usize::from(order[(k & 255) as usize]) + lane;
            group[place & 1023] = values.1;
            if k >= 63 {
                // Behind the last coefficient the next block begins: then the second code was none of this one's.
                if first >= 63 {
                    at.skip(pair.first_total());
                    k = first;
                } else {
                    at.skip(pair.total());
                }
                break 'refill;
            }
            at.skip(pair.total());
        }
    }
    *bits = at;
    k
}
