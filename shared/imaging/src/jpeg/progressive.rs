//! Scans that each hold a part of the picture: decoded one after the other into the coefficients that are kept.

mod band;

use std::io::{self, Read};

use band::Band;

use super::coefficients::Store;
use super::entropy::{Bits, Entropy, Stops};
use super::frame::Part;
use super::huffman::{END, Table};
use super::idct::Group;
use super::input::Input;
use super::restarts::{Damage, Restarts};
use super::segments::Scan;
use super::sequential::{Coding, block};

/// The codes of a scan.
pub(super) enum Codes {
    /// All of the blocks of one or more components, sequentially coded.
    Whole(Vec<Coding>),
    /// The DC coefficients, their upper bits, of each component: its index, its code, its last one.
    Dc(Vec<(usize, Box<Table>, i32)>),
    /// One more bit of them, of these components.
    DcBit(Vec<usize>),
    /// A band of a component's AC coefficients, for the first time or once more.
    Band(usize, Box<Table>),
}

/// A picture being put together.
pub(super) struct Layers {
    pub stores: Vec<Store>,
    damage: Damage,
    /// Components that were begun, a bit each.
    begun: u8,
    /// Rows of MCUs of which there is something.
    pub reached: usize,
    /// MCUs across and down.
    mcus: (usize, usize),
    entropy: Entropy,
}

/// Where a scan is.
struct Reading<'a, R> {
    input: &'a mut Input<R>,
    entropy: &'a mut Entropy,
    bits: Bits,
    restarts: Restarts,
}

impl<R: Read> Reading<'_, R> {
    /// Before an MCU: goes on behind a restart; `true` where one did.
    #[inline(always)]
    fn restarted(&mut self) -> io::Result<bool> {
        if self.restarts.due()
            && let Some(bits) = self.restarts.next(self.entropy, &self.bits, self.input)?
        {
            self.bits = bits;
            return Ok(true);
        }
        Ok(false)
    }

    /// Whether what was read was not there.
    #[inline(always)]
    fn ran_out(&mut self) -> bool {
        let ran_out = self.entropy.overrun(&self.bits);
        if ran_out {
            self.restarts.ran_out();
        }
        ran_out
    }
}

impl Layers {
    pub(super) fn new(parts: &[Part], mcus: (usize, usize)) -> Self {
        Self {
            stores: parts.iter().map(Store::new).collect(),
            damage: Damage::default(),
            begun: 0,
            reached: 0,
            mcus,
            entropy: Entropy::new(),
        }
    }

    /// What was concealed up to here; of components that no scan began, everything.
    pub(super) fn damage(&self) -> Damage {
        let absent = self.stores.len() as u64 - u64::from(self.begun.count_ones());
        Damage {
            missing: self.damage.missing + absent * (self.mcus.0 * self.mcus.1) as u64,
            ..self.damage
        }
    }

    /// Counts a scan whose codes are no codes.
    pub(super) fn unreadable(&mut self) {
        self.damage.codes += 1;
    }

    /// The file is over without its last marker.
    pub(super) fn unended(&mut self) {
        self.damage.unended = true;
    }

    /// Decodes the entropy-coded data that comes next; the marker behind it is left in the input.
    pub(super) fn scan<R: Read>(
        &mut self,
        input: &mut Input<R>,
        parts: &[Part],
        scan: &Scan,
        codes: Codes,
        interval: u32,
    ) -> io::Result<()> {
        let bits = self.entropy.begin(input, Stops::Any)?;
        let mut reading = Reading {
            input,
            entropy: &mut self.entropy,
            bits,
            restarts: Restarts::new(interval, Stops::Any),
        };
        let mut visit = Visit {
            parts,
            stores: &mut self.stores,
            mcus: self.mcus,
            reached: 0,
        };
        let low = scan.low;
        match codes {
            Codes::Whole(mut codings) => {
                let mut scratch = Box::new([0; 1024]);
                visit.each(&mut reading, &mut codings, |reading, coding, at, store| {
                    whole(reading, coding, parts, at, store, &mut scratch)
                })?;
            }
            Codes::Dc(mut codings) => {
                visit.each(&mut reading, &mut codings, |reading, coding, at, store| {
                    let bits = &mut reading.bits;
                    bits.refill(&reading.entropy.clean);
                    let mut entry = coding.1.look(bits.peek());
                    if entry.is_none() {
                        entry = coding.1.long(bits.peek());
                        if entry.is_none() {
                            bits.skip(1);
                            return true;
                        }
                    }
                    coding.2 = coding.2.wrapping_add(entry.value(bits.peek()));
                    bits.skip(entry.total());
                    *store.dc(at) = (coding.2 << low) as i16;
                    false
                })?;
            }
            Codes::DcBit(mut indices) => {
                visit.each(&mut reading, &mut indices, |reading, _, at, store| {
                    reading.bits.refill(&reading.entropy.clean);
                    *store.dc(at) |= (reading.bits.take(1) << low) as i16;
                    false
                })?;
            }
            Codes::Band(index, table) => {
                let band = Band {
                    table: &table,
                    first: scan.first.into(),
                    last: scan.last.into(),
                    low,
                };
                let store = &mut visit.stores[index];
                if scan.high == 0 {
                    band.begin(&mut reading, store, parts[index].own)?;
                } else {
                    band.refine(&mut reading, store, parts[index].own)?;
                }
            }
        }
        reading
            .restarts
            .finish(reading.entropy, &reading.bits, reading.input)?;
        let damage = reading.restarts.damage;
        self.damage.restarts += damage.restarts;
        self.damage.codes += damage.codes;
        if scan.first == 0 && scan.high == 0 {
            for (part, ..) in &scan.parts {
                self.begun |= 1 << part;
            }
            self.reached = self.reached.max(visit.reached);
            self.damage.missing += damage.missing;
        } else {
            self.damage.coarse += damage.missing;
        }
        Ok(())
    }
}

/// The way of a scan over the blocks.
struct Visit<'a> {
    parts: &'a [Part],
    stores: &'a mut [Store],
    mcus: (usize, usize),
    /// Rows of MCUs of which something was read.
    reached: usize,
}

/// What a scan has of each of its components.
trait Coded {
    fn part(&self) -> usize;
    fn restart(&mut self) {}
}

impl Coded for Coding {
    fn part(&self) -> usize {
        self.part
    }

    fn restart(&mut self) {
        self.last = 0;
    }
}

impl Coded for (usize, Box<Table>, i32) {
    fn part(&self) -> usize {
        self.0
    }

    fn restart(&mut self) {
        self.2 = 0;
    }
}

impl Coded for usize {
    fn part(&self) -> usize {
        *self
    }
}

impl Visit<'_> {
    /// Calls `read` for each block in the order of the scan: its code, its index, its store. `read` says whether it met
    /// a fault.
    #[inline(always)]
    fn each<R: Read, C: Coded>(
        &mut self,
        reading: &mut Reading<'_, R>,
        codings: &mut [C],
        mut read: impl FnMut(&mut Reading<'_, R>, &mut C, usize, &mut Store) -> bool,
    ) -> io::Result<()> {
        // A component alone comes block by block, without those that only fill its last MCUs.
        let alone = match codings {
            [only] => Some(only.part()),
            _ => None,
        };
        let (across, down) = alone.map_or(self.mcus, |part| self.parts[part].own);
        let units = alone.map_or(1, |part| self.parts[part].v);
        for row in 0..down {
            for mcu in 0..across {
                if reading.restarted()? {
                    codings.iter_mut().for_each(Coded::restart);
                }
                if reading.restarts.is_missing() {
                    continue;
                }
                reading.entropy.ensure(&mut reading.bits, reading.input)?;
                let mut fault = false;
                for coding in codings.iter_mut() {
                    let part = coding.part();
                    let store = &mut self.stores[part];
                    let (h, v) = match alone {
                        Some(_) => (1, 1),
                        None => (self.parts[part].h, self.parts[part].v),
                    };
                    for y in 0..v {
                        let line = (row * v + y) * store.across + mcu * h;
                        for x in 0..h {
                            fault |= read(reading, coding, line + x, store);
                        }
                    }
                }
                if !reading.ran_out() {
                    reading.restarts.decoded(fault);
                    self.reached = row / units + 1;
                }
            }
            if reading.restarts.over() {
                let left = (down - row - 1) * across;
                reading.restarts.skip_lost(left);
                break;
            }
        }
        Ok(())
    }
}

/// Decodes a block of a sequential scan.
fn whole<R: Read>(
    reading: &mut Reading<'_, R>,
    coding: &mut Coding,
    parts: &[Part],
    at: usize,
    store: &mut Store,
    scratch: &mut Group,
) -> bool {
    let order = parts[coding.part].order;
    let clean = &reading.entropy.clean;
    let end = block(&mut reading.bits, clean, coding, order, scratch, 0);
    store.take(at, scratch, end != END);
    end > 63 && end < END
}
