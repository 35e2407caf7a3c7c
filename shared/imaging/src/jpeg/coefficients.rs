//! The coefficients of a picture whose scans each hold a part of it: of a block those that its scale needs, and which
//! ones are not zero, which is what refining asks of the others.

use super::frame::Part;
use super::idct::{Group, LANES};
use super::segments::ZIGZAG;

/// The blocks of a component, row by row in whole MCUs.
pub(super) struct Store {
    /// Values kept of a block.
    kept: usize,
    /// Where in a block each is, by zigzag index; at DC, what is not kept.
    place: [u8; 64],
    /// All ones for a zigzag index that is kept.
    is_kept: [i16; 64],
    /// The zigzag indices kept.
    pub keeps: u64,
    /// Those up to the last that is kept.
    reach: u64,
    /// `kept` a block, and one more for what is not.
    values: Vec<i16>,
    /// A bit for each coefficient but DC, by zigzag index: whether it is not zero.
    pub masks: Vec<u64>,
    /// Blocks across.
    pub across: usize,
}

impl Store {
    pub(super) fn new(part: &Part) -> Self {
        let side = part.scale.side();
        let (mut place, mut is_kept) = ([0; 64], [0; 64]);
        let mut keeps = 0_u64;
        for (k, at) in ZIGZAG.iter().enumerate() {
            let (row, column) = (usize::from(*at) / 8, usize::from(*at) % 8);
            if row < side && column < side {
                place[k] = (row * side + column) as u8;
                is_kept[k] = -1;
                keeps |= 1 << k;
            }
        }
        let blocks = part.padded.0 * part.padded.1;
        Self {
            kept: side * side,
            place,
            is_kept,
            keeps,
            reach: u64::MAX >> keeps.leading_zeros(),
            values: vec![0; blocks * side * side + 1],
            masks: vec![0; blocks],
            across: part.padded.0,
        }
    }

    /// The DC coefficient of a block.
    #[inline(always)]
    pub(super) fn dc(&mut self, block: usize) -> &mut i16 {
        &mut self.values[block * self.kept]
    }

    /// Sets a coefficient by its zigzag index, if it is kept.
    #[inline(always)]
    pub(super) fn set(&mut self, block: usize, k: u32, value: i16) {
        let k = (k & 63) as usize;
        // Which ones are kept nobody can foresee: a place for the others is cheaper than a branch.
        let at = match self.is_kept[k] {
            0 => self.values.len() - 1,
            _ => block * self.kept + usize::from(self.place[k]),
        };
        if let Some(kept) = self.values.get_mut(at) {
            *kept = value;
        }
    }

    /// Adds a step, away from zero, to each coefficient of `old` that is kept where its bit is set. The bits are in zigzag
    /// order, the first of them highest.
    #[inline(always)]
    pub(super) fn correct(&mut self, block: usize, old: u64, mut bits: u64, step: i16) {
        let values = &mut self.values[block * self.kept..][..self.kept];
        let mut left = old & self.reach;
        while left != 0 {
            let k = left.trailing_zeros() as usize & 63;
            left &= left - 1;
            let set = (bits as i64 >> 63) as i16;
            bits <<= 1;
            if let Some(value) = values.get_mut(usize::from(self.place[k])) {
                let step = ((*value >> 15) ^ step).wrapping_sub(*value >> 15);
                *value = value.wrapping_add(step & set & self.is_kept[k]);
            }
        }
    }

    /// Takes a block over from the first lane of a group, and leaves that empty.
    pub(super) fn take(&mut self, block: usize, group: &mut Group, busy: bool) {
        let values = &mut self.values[block * self.kept..][..self.kept];
        for (value, from) in values.iter_mut().zip(group.chunks_exact_mut(LANES)) {
            *value = std::mem::take(&mut from[0]);
        }
        self.masks[block] = if busy { u64::MAX } else { 0 };
    }

    /// Copies the blocks of eight MCUs from MCU `mcu` of a row of MCUs on into the part's groups.
    pub(super) fn load(&self, part: &mut Part, row: usize, mcu: usize) {
        for y in 0..part.v {
            let line = (row * part.v + y) * self.across;
            for column in 0..part.h * LANES {
                let x = mcu * part.h + column;
                if x >= self.across {
                    break;
                }
                let block = line + x;
                let (at, lane) = (y * part.h + column / LANES, column % LANES);
                let group = &mut part.groups[at];
                let values = &self.values[block * self.kept..][..self.kept];
                if self.masks[block] & self.keeps == 0 {
                    group[lane] = values[0];
                    continue;
                }
                part.busy |= 1 << at;
                for (into, value) in group.chunks_exact_mut(LANES).zip(values) {
                    into[lane] = *value;
                }
            }
        }
    }
}
