//! The coefficients of a picture whose scans each hold a part of it: of a block those that its scale needs, and which
//! ones are not zero, which is what refining asks of the others.

use super::frame::Part;
use super::idct::{Group, LANES};
use super::segments::ZIGZAG;

/// Of a zigzag index that is not kept.
const DROPPED: u8 = u8::MAX;

/// The blocks of a component, row by row in whole MCUs.
pub(super) struct Store {
    /// Values kept of a block.
    kept: usize,
    /// Where in a block each is, by zigzag index.
    place: [u8; 64],
    /// The zigzag indices kept.
    pub keeps: u64,
    /// `kept` a block.
    values: Vec<i16>,
    /// A bit for each coefficient but DC, by zigzag index: whether it is not zero.
    pub masks: Vec<u64>,
    /// Blocks across.
    pub across: usize,
}

impl Store {
    pub(super) fn new(part: &Part) -> Self {
        let side = part.scale.side();
        let mut place = [DROPPED; 64];
        let mut keeps = 0;
        for (k, at) in ZIGZAG.iter().enumerate() {
            let (row, column) = (usize::from(*at) / 8, usize::from(*at) % 8);
            if row < side && column < side {
                place[k] = (row * side + column) as u8;
                keeps |= 1 << k;
            }
        }
        let blocks = part.padded.0 * part.padded.1;
        Self {
            kept: side * side,
            place,
            keeps,
            values: vec![0; blocks * side * side],
            masks: vec![0; blocks],
            across: part.padded.0,
        }
    }

    /// The DC coefficient of a block.
    #[inline(always)]
    pub(super) fn dc(&mut self, block: usize) -> &mut i16 {
        &mut self.values[block * self.kept]
    }

    /// A coefficient that is kept, by its zigzag index.
    #[inline(always)]
    pub(super) fn value(&mut self, block: usize, k: u32) -> Option<&mut i16> {
        let place = self.place[(k & 63) as usize];
        if place == DROPPED {
            return None;
        }
        self.values.get_mut(block * self.kept + usize::from(place))
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
