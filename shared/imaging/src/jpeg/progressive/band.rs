//! The AC coefficients of a component in a progressive scan: a band of them, for the first time or with one bit more.

use std::io::{self, Read};

use super::Reading;
use crate::jpeg::coefficients::Store;
use crate::jpeg::entropy::{Bits, Clean, REFILLED};
use crate::jpeg::huffman::{END, Table};

/// A band of AC coefficients.
pub(super) struct Band<'a> {
    pub table: &'a Table,
    /// Zigzag indices.
    pub first: u32,
    pub last: u32,
    /// The bit position of this scan.
    pub low: u8,
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
    pub(super) fn begin<R: Read>(
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
                store.set(block, k, (value << self.low) as i16);
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
    pub(super) fn refine<R: Read>(
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
            let plus = entry.sign(at.peek());
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
            let coded = if entry.size() == 0 { 0 } else { place };
            new |= coded;
            positive |= coded & plus;
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
            let value = if positive & place == 0 { -step } else { step };
            store.set(block, place.trailing_zeros(), value);
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
            bits.refill(clean);
            if count > REFILLED {
                // A copy, for what is lent out stays in memory.
                let mut copy = Self { ..*self };
                *bits = copy.take_many(count, *bits, clean);
                *self = copy;
                return;
            }
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
        // Where the scan broke off, the highest bit is not the first.
        if self.left == 0 && self.old & store.keeps != 0 {
            let bits = self.bits << (64 - self.old.count_ones());
            store.correct(block, self.old, bits, 1 << low);
        }
    }
}
