//! Huffman codes as the tables of a scan: what is looked up says all there is to do with a code.

use super::segments::Malformed;

/// Codes of so many bits are found by one look.
pub(super) const LOOK: u32 = 10;
/// The advance of an entry that ends the block; no run reaches it.
pub(super) const END: u32 = 128;

/// A table as a file defines it: codes a length, and the symbols in the order of their codes.
#[derive(Clone)]
pub(super) struct Code {
    counts: [u8; 16],
    symbols: Vec<u8>,
}

impl Code {
    /// Checks that there is a prefix code with so many codes of each length.
    pub(super) fn new(counts: [u8; 16], symbols: &[u8]) -> Result<Self, Malformed> {
        let mut free = 1_u32;
        for count in counts {
            // Every length doubles what the shorter ones left free.
            free = (free * 2).checked_sub(u32::from(count)).ok_or(Malformed)?;
        }
        let total: usize = counts.iter().map(|count| usize::from(*count)).sum();
        if total != symbols.len() || total > 256 {
            return Err(Malformed);
        }
        Ok(Self {
            counts,
            symbols: symbols.to_vec(),
        })
    }

    /// Whether every symbol is a category of DC differences.
    fn is_dc(&self) -> bool {
        self.symbols.iter().all(|symbol| *symbol <= 15)
    }
}

/// What to do with a code, in one word: bits 0–5 how many bits it and its value take, bits 8–15 how far it leads in the
/// block, bits 16–21 63 less the bits of the value, bits 24–28 the bits of the code. Zero is no entry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Entry(u32);

impl Entry {
    const NONE: Self = Self(0);

    fn new(length: u32, advance: u32, size: u32) -> Self {
        Self((length + size) | advance << 8 | (63 - size) << 16 | length << 24)
    }

    #[inline(always)]
    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Bits of the code and its value, at most 31.
    #[inline(always)]
    pub(super) fn total(self) -> u32 {
        self.0 & 63
    }

    /// Coefficients from the one before to this one, or at least [`END`].
    #[inline(always)]
    pub(super) fn advance(self) -> u32 {
        (self.0 >> 8) & 0xFF
    }

    /// Bits of the value.
    #[inline(always)]
    pub(super) fn size(self) -> u32 {
        63 - ((self.0 >> 16) & 63)
    }

    /// All ones where the value behind the code is positive.
    #[inline(always)]
    pub(super) fn sign(self, bits: u64) -> u64 {
        ((bits << (self.length() & 63)) as i64 >> 63) as u64
    }

    /// The blocks of an end of so many, the one it stands in included (T.81 G.1.2.2).
    #[inline(always)]
    pub(super) fn blocks(self, bits: u64) -> u32 {
        let size = self.size();
        let more = ((bits << (self.length() & 63)) >> 1) >> (63 - size);
        (1 << size) + more as u32
    }

    /// Bits of the code alone.
    #[inline(always)]
    pub(super) fn length(self) -> u32 {
        self.0 >> 24
    }

    /// The signed value behind the code (T.81 F.2.2.1) of bits that begin with the code.
    #[inline(always)]
    pub(super) fn value(self, bits: u64) -> i32 {
        let from = bits << (self.length() & 63);
        // All ones where the first bit is clear: then the value is negative and its complement the magnitude.
        let negative = !((from as i64 >> 63) as u64);
        let magnitude = ((from ^ negative) >> 1) >> ((self.0 >> 16) & 63);
        (magnitude as i32 ^ negative as i32).wrapping_sub(negative as i32)
    }
}

/// What to do with one or two codes and their values that lie within [`WINDOW`] bits, in one word: bits 0–7 how many bits
/// both take, 8–15 how far the first leads, 16–23 how far both lead, 24–31 how many bits the first takes, 32–47 its
/// value, 48–63 the value of the second. Zero is no entry; one code alone stands as both.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Pair(u64);

/// Bits that a [`Pair`] is found by.
pub(super) const WINDOW: u32 = 11;

impl Pair {
    const NONE: Self = Self(0);

    fn new(table: &Table, window: u64) -> Self {
        let Some((first, value)) = table.within(window, WINDOW) else {
            return Self::NONE;
        };
        let left = WINDOW - first.total();
        let second = match first.advance() {
            END => None,
            _ => table.within(window << first.total(), left),
        };
        let (total, advance, other) = match second {
            Some((second, other)) => (second.total(), second.advance(), other),
            None => (0, 0, value),
        };
        Self(
            u64::from(first.total() + total)
                | u64::from(first.advance()) << 8
                | u64::from(first.advance() + advance) << 16
                | u64::from(first.total()) << 24
                | u64::from(value as u16) << 32
                | u64::from(other as u16) << 48,
        )
    }

    #[inline(always)]
    pub(super) fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Bits of both; more than these count stands above the lowest byte.
    #[inline(always)]
    pub(super) fn total(self) -> u32 {
        self.0 as u32 & 0xFF
    }

    /// Bits of the first.
    #[inline(always)]
    pub(super) fn first_total(self) -> u32 {
        (self.0 >> 24) as u32 & 0xFF
    }

    /// Coefficients to the first.
    #[inline(always)]
    pub(super) fn first_advance(self) -> u32 {
        (self.0 >> 8) as u32 & 0xFF
    }

    /// Coefficients to the second.
    #[inline(always)]
    pub(super) fn advance(self) -> u32 {
        (self.0 >> 16) as u32 & 0xFF
    }

    #[inline(always)]
    pub(super) fn values(self) -> (i16, i16) {
        ((self.0 >> 32) as i16, (self.0 >> 48) as i16)
    }
}

/// AC codes of a sequential scan, two at a time where they are short.
pub(super) struct Pairs {
    pairs: [Pair; 1 << WINDOW],
    pub single: Table,
}

impl Pairs {
    pub(super) fn new(code: &Code) -> Box<Self> {
        let mut pairs = Box::new(Self {
            pairs: [Pair::NONE; 1 << WINDOW],
            single: *Table::ac(code),
        });
        for window in 0..1 << WINDOW {
            pairs.pairs[window] = Pair::new(&pairs.single, (window as u64) << (64 - WINDOW));
        }
        pairs
    }

    /// What `bits` begin with; none where the first code and its value take more than the window.
    #[inline(always)]
    pub(super) fn look(&self, bits: u64) -> Pair {
        self.pairs[(bits >> (64 - WINDOW)) as usize]
    }
}

/// A code ready to be read.
pub(super) struct Table {
    look: [Entry; 1 << LOOK],
    /// For each length the first 16-bit window beyond its codes.
    beyond: [u32; 17],
    /// For each length what leads from a code to its entry.
    offset: [u32; 17],
    entries: [Entry; 256],
}

impl Table {
    /// Differences of DC coefficients: the symbol is the size of the value.
    pub(super) fn dc(code: &Code) -> Result<Box<Self>, Malformed> {
        if !code.is_dc() {
            return Err(Malformed);
        }
        Ok(Self::new(code, |symbol, length| {
            Entry::new(length, 1, symbol)
        }))
    }

    /// AC coefficients of a sequential scan: run and size, the end of the block, or sixteen zeros.
    fn ac(code: &Code) -> Box<Self> {
        Self::new(code, |symbol, length| match (symbol >> 4, symbol & 15) {
            (15, 0) => Entry::new(length, 16, 0),
            (_, 0) => Entry::new(length, END, 0),
            (run, size) => Entry::new(length, run + 1, size),
        })
    }

    /// AC coefficients of a progressive scan: as a sequential one's, but a run of size 0 ends as many blocks as its
    /// bits, its value, say.
    pub(super) fn bands(code: &Code) -> Box<Self> {
        Self::new(code, |symbol, length| match (symbol >> 4, symbol & 15) {
            (15, 0) => Entry::new(length, 16, 0),
            (run, 0) => Entry::new(length, END, run),
            (run, size) => Entry::new(length, run + 1, size),
        })
    }

    fn new(code: &Code, entry: impl Fn(u32, u32) -> Entry) -> Box<Self> {
        let mut table = Box::new(Self {
            look: [Entry::NONE; 1 << LOOK],
            beyond: [0; 17],
            offset: [0; 17],
            entries: [Entry::NONE; 256],
        });
        let mut next = 0_u32;
        let mut at = 0_usize;
        for (length, count) in (1_u32..).zip(code.counts) {
            next <<= 1;
            table.offset[length as usize] = (at as u32).wrapping_sub(next);
            for _ in 0..count {
                let entry = entry(code.symbols[at].into(), length);
                table.entries[at] = entry;
                if length <= LOOK {
                    let spare = LOOK - length;
                    let from = (next << spare) as usize;
                    table.look[from..from + (1 << spare)].fill(entry);
                }
                at += 1;
                next += 1;
            }
            table.beyond[length as usize] = next << (16 - length);
        }
        table
    }

    /// The entry and the value that `bits` begin with, where both take no more than `most` bits.
    fn within(&self, bits: u64, most: u32) -> Option<(Entry, i16)> {
        let mut entry = self.look(bits);
        if entry.is_none() {
            entry = self.long(bits);
        }
        let fits = !entry.is_none() && entry.total() <= most;
        fits.then(|| (entry, entry.value(bits) as i16))
    }

    /// The entry of the code that `bits` begin with; none for a long one.
    #[inline(always)]
    pub(super) fn look(&self, bits: u64) -> Entry {
        self.look[(bits >> (64 - LOOK)) as usize]
    }

    /// The entry of a code longer than [`LOOK`]; none when no code begins so.
    #[cold]
    #[inline(never)]
    pub(super) fn long(&self, bits: u64) -> Entry {
        let window = (bits >> 48) as u32;
        (LOOK + 1..=16)
            .find(|length| window < self.beyond[*length as usize])
            .map_or(Entry::NONE, |length| {
                let code = window >> (16 - length);
                let at = code.wrapping_add(self.offset[length as usize]);
                self.entries[(at & 255) as usize]
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts of codes by length, the rest zero.
    fn counts(some: &[u8]) -> [u8; 16] {
        std::array::from_fn(|i| some.get(i).copied().unwrap_or(0))
    }

    /// T.81 C.2: each length's codes must fit into what the shorter ones left.
    #[test]
    fn more_codes_than_there_can_be_are_refused() {
        assert!(Code::new(counts(&[2]), &[0, 1]).is_ok());
        assert!(Code::new(counts(&[3]), &[0, 1, 2]).is_err());
        assert!(Code::new(counts(&[1, 2]), &[0, 1, 2]).is_ok());
        assert!(Code::new(counts(&[1, 3]), &[0, 1, 2, 3]).is_err());
        assert!(Code::new(counts(&[2, 1]), &[0, 1, 2]).is_err());
        assert!(Code::new([255; 16], &[0; 4_080]).is_err());
    }

    #[test]
    fn symbols_are_as_many_as_codes() {
        assert!(Code::new(counts(&[1, 1]), &[0]).is_err());
        assert!(Code::new(counts(&[1]), &[0, 1]).is_err());
        assert!(Code::new(counts(&[]), &[]).is_ok());
    }

    #[test]
    fn a_dc_table_has_no_runs() {
        let code = Code::new(counts(&[1]), &[0x10]).unwrap();
        assert!(Table::dc(&code).is_err());
    }

    /// Codes of every length are found, by one look or a long one, and what is no code by neither.
    #[test]
    fn codes_of_every_length_are_found() {
        // One code a length: 0, 10, 110, … with the symbol 0/1, 0/2, … in turn.
        let symbols: Vec<u8> = (0..16).map(|i| i << 4 | 1).collect();
        let code = Code::new([1; 16], &symbols).unwrap();
        let table = Table::ac(&code);
        for length in 1..=16_u32 {
            // As many ones as come before it, a zero, and a one for the value.
            let bits = !(u64::MAX >> (length - 1)) | 1 << (63 - length);
            let entry = match table.look(bits) {
                Entry::NONE => table.long(bits),
                entry => entry,
            };
            assert_eq!((entry.length(), entry.total()), (length, length + 1));
            assert_eq!((entry.advance(), entry.value(bits)), (length, 1));
        }
        assert!(table.look(u64::MAX).is_none() && table.long(u64::MAX).is_none());
    }

    /// T.81 table F.1: a value's first bit is its sign, and a size of n bits holds ±2^(n-1) to ±(2^n - 1).
    #[test]
    fn values_of_every_size_are_extended() {
        for size in 1..=15_u32 {
            let entry = Entry::new(3, 1, size);
            let value = |raw: u64| entry.value(0b101 << 61 | raw << (61 - size) | 0x55);
            assert_eq!(value(0), 1 - (1 << size));
            assert_eq!(value((1 << size) - 1), (1 << size) - 1);
            assert_eq!(value(1 << (size - 1)), 1 << (size - 1));
        }
        assert_eq!(Entry::new(5, 1, 0).value(u64::MAX), 0);
    }

    /// T.81 G.1.2.2: an end of band of n bits stands for 2^n blocks and as many more as the bits say.
    #[test]
    fn ends_of_bands_count_their_blocks() {
        let entry = Entry::new(2, END, 3);
        assert_eq!(entry.blocks(0b11_101 << 59), 8 + 5);
        assert_eq!(Entry::new(2, END, 0).blocks(u64::MAX), 1);
        assert_eq!(Entry::new(1, END, 14).blocks(u64::MAX), (1 << 15) - 1);
    }

    /// Two codes at a look say the same as one after the other.
    #[test]
    fn pairs_are_what_single_codes_are() {
        // 00: 0/1, 01: 0/2, 100: end, 101: 1/1, 110: sixteen zeros, 1110: 2/5.
        let code = Code::new(counts(&[0, 2, 3, 1]), &[0x01, 0x02, 0x00, 0x11, 0xF0, 0x25]);
        let pairs = Pairs::new(&code.unwrap());
        for window in 0..1_u64 << WINDOW {
            let bits = window << (64 - WINDOW);
            let pair = pairs.look(bits);
            let first = pairs.single.look(bits);
            if pair.is_none() {
                assert!(first.is_none() || first.total() > WINDOW);
                continue;
            }
            assert_eq!(pair.first_total(), first.total());
            assert_eq!(pair.first_advance(), first.advance());
            assert_eq!(i32::from(pair.values().0), first.value(bits));
            let second = pairs.single.look(bits << first.total());
            if pair.total() == first.total() {
                let alone = first.advance() == END || second.is_none();
                assert!(alone || first.total() + second.total() > WINDOW);
                assert_eq!(pair.advance(), first.advance());
                assert_eq!(pair.values().1, pair.values().0);
            } else {
                assert_eq!(pair.total(), first.total() + second.total());
                assert_eq!(pair.advance(), first.advance() + second.advance());
                let value = second.value(bits << first.total());
                assert_eq!(i32::from(pair.values().1), value);
            }
        }
    }
}
