//! Scans that each hold a part of the picture: decoded one after the other into the coefficients that are kept.

use std::io::{self, Read};

use super::coefficients::Store;
use super::entropy::{Bits, Clean, Entropy, Stops};
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
    pub damage: Damage,
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
        if self.restarts.due() {
            if let Some(bits) = self.restarts.next(self.entropy, &self.bits, self.input)? {
                self.bits = bits;
                return Ok(true);
            }
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
            reached: 0,
            mcus,
            entropy: Entropy::new(),
        }
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

/// A band of AC coefficients.
struct Band<'a> {
    table: &'a Table,
    /// Zigzag indices.
    first: u32,
    last: u32,
    low: u8,
}

impl Band<'_> {
    /// The zigzag indices from `k` to the last.
    #[inline(always)]
    fn from(&self, k: u32) -> u64 {
        (u64::MAX << (k & 63)) & (u64::MAX >> (63 - self.last))
    }

    /// Goes over `own` blocks in stretches between restarts. `read` decodes one block, given its index and the blocks
    /// that are at their end without bits, and gives how many are so from here on; `skip` passes over as many.
    #[inline(always)]
    fn each<R: Read>(
        &self,
        reading: &mut Reading<'_, R>,
        store: &mut Store,
        own: (usize, usize),
        mut read: impl FnMut(&mut Reading<'_, R>, &mut Store, usize) -> Option<u32>,
        mut skip: impl FnMut(&mut Reading<'_, R>, &mut Store, usize, usize) -> io::Result<usize>,
    ) -> io::Result<()> {
        let mut ended = 0_usize;
        for row in 0..own.1 {
            let line = row * store.across;
            let mut x = 0;
            while x < own.0 {
                if reading.restarted()? {
                    ended = 0;
                }
                let lost = reading.restarts.skip_lost(own.0 - x);
                if lost > 0 {
                    ended = 0;
                    x += lost;
                    continue;
                }
                if ended > 0 {
                    let count = reading.restarts.stretch(ended.min(own.0 - x));
                    let passed = skip(reading, store, line + x, count)?;
                    reading.restarts.passed(passed);
                    x += passed;
                    ended -= passed;
                    if passed < count {
                        reading.restarts.ran_out();
                        ended = 0;
                        x += 1;
                    }
                    continue;
                }
                reading.entropy.ensure(&mut reading.bits, reading.input)?;
                let outcome = read(reading, store, line + x);
                x += 1;
                if reading.ran_out() {
                    ended = 0;
                } else {
                    reading.restarts.decoded(outcome.is_none());
                    ended = outcome.unwrap_or(0) as usize;
                }
            }
        }
        Ok(())
    }

    /// The first scan of the band.
    fn begin<R: Read>(
        &self,
        reading: &mut Reading<'_, R>,
        store: &mut Store,
        own: (usize, usize),
    ) -> io::Result<()> {
        self.each(
            reading,
            store,
            own,
            |reading, store, at| {
                self.begin_block(&mut reading.bits, &reading.entropy.clean, store, at)
            },
            |_, _, _, count| Ok(count),
        )
    }

    #[inline(always)]
    fn begin_block(
        &self,
        bits: &mut Bits,
        clean: &Clean,
        store: &mut Store,
        block: usize,
    ) -> Option<u32> {
        let mut at = *bits;
        let mut mask = 0_u64;
        let mut k = self.first - 1;
        let ended = loop {
            at.refill(clean);
            let mut entry = self.table.look(at.peek());
            if entry.is_none() {
                entry = self.table.long(at.peek());
                if entry.is_none() {
                    at.skip(1);
                    break None;
                }
            }
            k += entry.advance();
            if k >= END {
                let blocks = entry.blocks(at.peek());
                at.skip(entry.total());
                break Some(blocks - 1);
            }
            let value = entry.value(at.peek());
            at.skip(entry.total());
            if k > self.last {
                // A run of zeros may only lead past the band where it is at fault.
                break None;
            }
            if value != 0 {
                mask |= 1 << k;
                if let Some(kept) = store.value(block, k) {
                    *kept = (value << self.low) as i16;
                }
            }
            if k == self.last {
                break Some(0);
            }
        };
        store.masks[block] |= mask;
        *bits = at;
        ended
    }

    /// Another scan of the band: one bit more of what is there, and what comes to be there by it.
    fn refine<R: Read>(
        &self,
        reading: &mut Reading<'_, R>,
        store: &mut Store,
        own: (usize, usize),
    ) -> io::Result<()> {
        self.each(
            reading,
            store,
            own,
            |reading, store, at| {
                self.refine_block(&mut reading.bits, &reading.entropy.clean, store, at)
            },
            |reading, store, from, count| {
                let all = self.from(self.first);
                for block in from..from + count {
                    let present = store.masks[block] & all;
                    if present != 0 {
                        reading.entropy.ensure(&mut reading.bits, reading.input)?;
                        self.correct(
                            &mut reading.bits,
                            &reading.entropy.clean,
                            store,
                            block,
                            present,
                        );
                        if reading.entropy.overrun(&reading.bits) {
                            return Ok(block - from);
                        }
                    }
                }
                Ok(count)
            },
        )
    }

    /// What is there already has a bit each, in zigzag order among the codes: these are put together first, and the block
    /// is touched once, at the end.
    #[inline(always)]
    fn refine_block(
        &self,
        bits: &mut Bits,
        clean: &Clean,
        store: &mut Store,
        block: usize,
    ) -> Option<u32> {
        let band = self.from(self.first);
        let present = store.masks[block];
        let old = present & band;
        let mut absent = !present & band;
        let mut next = self.first;
        let (mut new, mut positive) = (0_u64, 0_u64);
        let mut corrections = Corrections::of(old);
        let mut at = *bits;
        let ended = loop {
            at.refill(clean);
            let mut entry = self.table.look(at.peek());
            if entry.is_none() {
                entry = self.table.long(at.peek());
                if entry.is_none() {
                    at.skip(1);
                    break None;
                }
            }
            let advance = entry.advance();
            if advance >= END {
                let blocks = entry.blocks(at.peek());
                at.skip(entry.total());
                corrections.take(corrections.left, &mut at, clean);
                break Some(blocks - 1);
            }
            let value = entry.value(at.peek());
            at.skip(entry.total());
            // The run counts only what is zero yet. Most runs are short, and not foreseeable: no branch for those.
            for step in 1..4 {
                let fewer = absent & absent.wrapping_sub(1);
                absent = if advance > step { fewer } else { absent };
            }
            for _ in 4..advance {
                absent &= absent.wrapping_sub(1);
            }
            let to = absent.trailing_zeros();
            let place = absent & absent.wrapping_neg();
            absent ^= place;
            let passed = if place == 0 {
                corrections.left
            } else {
                to + 1 - next - advance
            };
            corrections.take(passed, &mut at, clean);
            new |= if value == 0 { 0 } else { place };
            positive |= if value > 0 { place } else { 0 };
            next = to + 1;
            if next > self.last {
                break Some(0);
            }
        };
        store.masks[block] = present | new;
        let mut kept = new & store.keeps;
        while kept != 0 {
            let place = kept & kept.wrapping_neg();
            kept ^= place;
            let step = 1_i16 << self.low;
            if let Some(value) = store.value(block, place.trailing_zeros()) {
                *value = if positive & place == 0 { -step } else { step };
            }
        }
        corrections.apply(store, block, self.low);
        *bits = at;
        ended
    }

    /// A block without a new coefficient.
    #[inline(always)]
    fn correct(
        &self,
        bits: &mut Bits,
        clean: &Clean,
        store: &mut Store,
        block: usize,
        present: u64,
    ) {
        let mut corrections = Corrections::of(present);
        if present & store.keeps == 0 {
            return bits.skip_many(corrections.left, clean);
        }
        bits.refill(clean);
        corrections.take(corrections.left, bits, clean);
        corrections.apply(store, block, self.low);
    }
}

/// The bits that refine a block's coefficients, the first of them highest.
struct Corrections {
    /// The coefficients, by zigzag index.
    old: u64,
    bits: u64,
    /// How many are to come.
    left: u32,
}

impl Corrections {
    #[inline(always)]
    fn of(old: u64) -> Self {
        Self {
            old,
            bits: 0,
            left: old.count_ones(),
        }
    }

    /// Takes so many of them, shortly behind a refill.
    #[inline(always)]
    fn take(&mut self, count: u32, bits: &mut Bits, clean: &Clean) {
        // The longest code and value leave 25 bits.
        if count > 24 {
            // A copy, for what is lent out stays in memory.
            let mut copy = Self { ..*self };
            *bits = copy.take_many(count, *bits, clean);
            *self = copy;
            return;
        }
        self.bits = self.bits << count | (bits.peek() >> 1) >> (63 - count);
        bits.skip(count);
        self.left = self.left.saturating_sub(count);
    }

    #[cold]
    #[inline(never)]
    fn take_many(&mut self, mut count: u32, mut bits: Bits, clean: &Clean) -> Bits {
        while count > 0 {
            let now = count.min(24);
            bits.refill(clean);
            self.bits = self.bits << now | u64::from(bits.take(now));
            self.left = self.left.saturating_sub(now);
            count -= now;
        }
        bits
    }

    /// Adds them to those of the coefficients that are kept.
    #[inline(always)]
    fn apply(&self, store: &mut Store, block: usize, low: u8) {
        let mut kept = self.old & store.keeps;
        if self.left > 0 {
            // The scan broke off: the highest bit is no longer the first.
            return;
        }
        let mut rank = self.old.count_ones();
        let mut rest = self.old;
        while kept != 0 {
            let place = kept & kept.wrapping_neg();
            kept ^= place;
            let passed = rest & (place | place.wrapping_sub(1));
            rank -= passed.count_ones();
            rest ^= passed;
            let bit = (self.bits >> (rank & 63)) as i16 & 1;
            if let Some(value) = store.value(block, place.trailing_zeros()) {
                *value = value.wrapping_add(((*value >> 15) | 1) * (bit << low));
            }
        }
    }
}
