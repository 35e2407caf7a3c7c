//! Huffman tables made from a picture's own symbols (T.81, annex K.2).

use super::Token;

/// How often each symbol of each table came: DC and AC of luma, DC and AC of chroma.
pub(super) struct Counts([u32; 1_024]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; 1_024])
    }
}

impl Counts {
    #[inline(always)]
    pub(super) fn add(&mut self, token: Token) {
        self.0[token as usize & 1_023] += 1;
    }
}

/// A table as a file holds it.
pub(super) struct Table {
    /// How many codes there are of each length from 1 to 16.
    pub lengths: [u8; 16],
    /// The symbols, shortest code first.
    pub symbols: Vec<u8>,
}

/// The codes of all four tables.
pub(super) struct Codes {
    tables: [Table; 4],
    /// Code in the high 16 bits and its length below, by the token's low ten bits.
    codes: [u32; 1_024],
}

impl Codes {
    /// The shortest codes for symbols that come so often; with `open`, symbols that have not come yet have one too.
    pub(super) fn new(counts: &Counts, open: bool) -> Self {
        let mut codes = [0; 1_024];
        let tables = std::array::from_fn(|index| {
            let mut counted = [0; 256];
            counted.copy_from_slice(&counts.0[index << 8..(index + 1) << 8]);
            if open {
                for (symbol, count) in counted.iter_mut().enumerate() {
                    *count += u32::from(is_symbol(symbol, index & 1 == 1));
                }
            }
            let table = Table::optimal(&counted);
            table.assign(&mut codes[index << 8..(index + 1) << 8]);
            table
        });
        Self { tables, codes }
    }

    /// A token's code and how long it is.
    #[inline(always)]
    pub(super) fn of(&self, token: Token) -> (u32, u32) {
        let entry = self.codes[token as usize & 1_023];
        (entry >> 16, entry & 0xFFFF)
    }

    pub(super) fn tables(&self) -> &[Table; 4] {
        &self.tables
    }
}

/// Whether a symbol can come in a picture of 8 bits: lengths up to 11 for DC, up to 10 after any run for AC, and the
/// two symbols of zeros alone.
fn is_symbol(symbol: usize, ac: bool) -> bool {
    let (run, length) = (symbol >> 4, symbol & 15);
    if ac {
        (1..=10).contains(&length) || (length == 0 && (run == 0 || run == 15))
    } else {
        run == 0 && length <= 11
    }
}

impl Table {
    /// Joins the two rarest until one is left; then no code is longer than 16 bits, and none is all ones.
    fn optimal(counts: &[u32; 256]) -> Self {
        // One symbol more than there are takes the code of all ones, which a file may not use.
        let mut weights: Vec<(u64, Vec<u16>)> = counts
            .iter()
            .zip(0..)
            .filter(|(count, _)| **count > 0)
            .map(|(count, symbol)| (u64::from(*count), vec![symbol]))
            .collect();
        weights.push((0, vec![256]));
        let mut depths = [0_usize; 257];
        while weights.len() > 1 {
            weights.sort_unstable_by_key(|(weight, _)| std::cmp::Reverse(*weight));
            let (Some(rarest), Some((weight, symbols))) = (weights.pop(), weights.last_mut())
            else {
                break;
            };
            *weight += rarest.0;
            symbols.extend(rarest.1);
            for symbol in symbols {
                depths[usize::from(*symbol)] += 1;
            }
        }
        let mut of_depth = [0_usize; 258];
        depths.iter().for_each(|depth| of_depth[*depth] += 1);
        // A pair too deep moves up: one takes its parent's place, the other halves a leaf from further up.
        for depth in (17..of_depth.len()).rev() {
            while of_depth[depth] > 0 {
                let leaf = (1..depth - 1)
                    .rev()
                    .find(|shorter| of_depth[*shorter] > 0)
                    .unwrap_or(1);
                of_depth[depth] -= 2;
                of_depth[depth - 1] += 1;
                of_depth[leaf + 1] += 2;
                of_depth[leaf] -= 1;
            }
        }
        // The one more: of the longest codes, the last.
        if let Some(longest) = (1..=16).rev().find(|depth| of_depth[*depth] > 0) {
            of_depth[longest] -= 1;
        }
        let mut symbols: Vec<u8> = (0..=255)
            .filter(|symbol| counts[usize::from(*symbol)] > 0)
            .collect();
        // Deepest last; among equals the commoner first, so that what moved up is the commonest of its depth.
        symbols.sort_by_key(|symbol| {
            let symbol = usize::from(*symbol);
            (depths[symbol], std::cmp::Reverse(counts[symbol]))
        });
        let lengths = std::array::from_fn(|index| of_depth[index + 1] as u8);
        Self { lengths, symbols }
    }

    /// Consecutive numbers within a length, doubled from one to the next (T.81, annex C).
    fn assign(&self, codes: &mut [u32]) {
        let mut symbols = self.symbols.iter();
        let mut code = 0_u32;
        for (length, count) in (1..).zip(self.lengths) {
            for symbol in symbols.by_ref().take(usize::from(count)) {
                codes[usize::from(*symbol)] = code << 16 | length;
                code += 1;
            }
            code <<= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every symbol has a code, no code begins another, none is all ones or longer than 16 bits.
    fn check(counts: &[u32; 256]) -> [u32; 256] {
        let table = Table::optimal(counts);
        let total: usize = table.lengths.iter().map(|n| usize::from(*n)).sum();
        assert_eq!(total, table.symbols.len());
        let mut codes = [0; 256];
        table.assign(&mut codes);
        let room: u64 = (1..)
            .zip(table.lengths)
            .map(|(length, n)| u64::from(n) << (16 - length))
            .sum();
        assert!(room < 1 << 16, "the code of all ones is used");
        for (symbol, count) in counts.iter().enumerate() {
            assert_eq!(codes[symbol] > 0, *count > 0, "symbol {symbol}");
        }
        codes
    }

    #[test]
    fn commoner_symbols_have_shorter_codes() {
        let mut counts = [0; 256];
        counts[..5].copy_from_slice(&[1_000, 500, 250, 125, 1]);
        let lengths = check(&counts).map(|code| code & 0xFFFF);
        assert_eq!(lengths[..5], [1, 2, 3, 4, 5]);
    }

    /// Counts like Fibonacci's numbers would make codes of 40 bits.
    #[test]
    fn no_code_is_longer_than_sixteen_bits() {
        let mut counts = [0; 256];
        let (mut a, mut b) = (1, 1);
        for count in &mut counts[..40] {
            *count = a;
            (a, b) = (b, a + b);
        }
        check(&counts);
        check(&[1; 256].map(|n: u32| n));
        let mut one = [0; 256];
        one[0] = 7;
        assert_eq!(check(&one)[0] & 0xFFFF, 1);
        check(&[0; 256]);
    }
}
