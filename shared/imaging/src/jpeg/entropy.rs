//! Entropy-coded data without its stuffing: whole segments between markers as bytes that need no look at each.

use std::io::{self, Read};

use super::input::Input;

/// Bytes of the buffer that bits are taken from; a power of two.
const SIZE: usize = 1 << 16;
/// More than an MCU can take: ten blocks of 64 values with 31 bits each are 2,480 bytes.
const AHEAD: usize = 4_096;

/// Bits there are at least after a refill.
pub(super) const REFILLED: u32 = 56;

/// The buffer, with room for the last word.
pub(super) type Clean = [u8; SIZE + 8];

/// Which bytes behind an 0xFF end a segment. What is damaged must not end a picture that goes on behind it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stops {
    /// The only scan, without restarts: the beginning or end of an image.
    Image,
    /// The only scan, with restarts.
    Restarts,
    /// One of several scans: restarts, and what stands between scans.
    Any,
}

impl Stops {
    fn at(self, byte: u8) -> bool {
        match self {
            Self::Image => matches!(byte, 0xD8 | 0xD9),
            Self::Restarts => matches!(byte, 0xD0..=0xD9),
            Self::Any => matches!(byte, 0xC4 | 0xD0..=0xDD | 0xFE),
        }
    }
}

/// Where the bits are: the first `count` of `bits`, then the bytes from `at`.
#[derive(Clone, Copy)]
pub(super) struct Bits {
    bits: u64,
    count: u32,
    at: usize,
}

impl Bits {
    const NONE: Self = Self {
        bits: 0,
        count: 0,
        at: 0,
    };

    /// At least 56 bits are there afterwards. Past the end they are whatever is in the buffer.
    #[inline(always)]
    pub(super) fn refill(&mut self, clean: &Clean) {
        let at = self.at & (SIZE - 1);
        let word: [u8; 8] = clean[at..at + 8].try_into().expect("eight bytes");
        self.bits |= u64::from_be_bytes(word) >> (self.count & 63);
        self.at += ((63 - self.count) >> 3) as usize;
        self.count |= 56;
    }

    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.bits
    }

    /// Leaves bits behind that were there.
    #[inline(always)]
    pub(super) fn skip(&mut self, count: u32) {
        self.bits <<= count & 63;
        self.count = self.count.wrapping_sub(count);
    }

    /// Takes `count` bits, 1 to 32, that are there.
    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        let taken = (self.bits >> ((64 - count) & 63)) as u32;
        self.skip(count);
        taken
    }

    /// Leaves any number of bits behind.
    pub(super) fn skip_many(&mut self, mut count: u32, clean: &Clean) {
        loop {
            self.refill(clean);
            if count <= 56 {
                return self.skip(count);
            }
            self.skip(56);
            count -= 56;
        }
    }

    /// Bits consumed of the buffer.
    fn consumed(&self) -> usize {
        (self.at * 8).saturating_sub(self.count as usize)
    }
}

/// A segment's bytes as they come.
pub(super) struct Entropy {
    pub(super) clean: Box<Clean>,
    end: usize,
    /// Bits at or behind this byte want [`Entropy::fill`] first.
    limit: usize,
    /// No byte follows those in the buffer: a marker, or the file's end.
    ended: bool,
    stops: Stops,
}

impl Entropy {
    pub(super) fn new() -> Self {
        let clean = vec![0; SIZE + 8].into_boxed_slice();
        Self {
            clean: clean.try_into().expect("of that size"),
            end: 0,
            limit: 0,
            ended: true,
            stops: Stops::Any,
        }
    }

    /// Begins with the segment that comes next in the file.
    pub(super) fn begin<R: Read>(
        &mut self,
        input: &mut Input<R>,
        stops: Stops,
    ) -> io::Result<Bits> {
        self.end = 0;
        self.ended = false;
        self.stops = stops;
        let mut bits = Bits::NONE;
        self.fill(&mut bits, input)?;
        Ok(bits)
    }

    /// Makes sure of all that an MCU can take, as far as there is as much. To be called before each.
    #[inline(always)]
    pub(super) fn ensure<R: Read>(
        &mut self,
        bits: &mut Bits,
        input: &mut Input<R>,
    ) -> io::Result<()> {
        if bits.at >= self.limit && !self.ended {
            self.fill(bits, input)?;
        }
        Ok(())
    }

    /// Whether more was taken than there was.
    #[inline(always)]
    pub(super) fn overrun(&self, bits: &Bits) -> bool {
        self.ended && bits.consumed() > self.end * 8
    }

    /// Bytes in the buffer that nothing was taken of; those behind them in the file do not count.
    pub(super) fn left(&self, bits: &Bits) -> usize {
        (self.end * 8).saturating_sub(bits.consumed()) / 8
    }

    #[cold]
    #[inline(never)]
    fn fill<R: Read>(&mut self, bits: &mut Bits, input: &mut Input<R>) -> io::Result<()> {
        let at = bits.at.min(self.end);
        self.clean.copy_within(at..self.end, 0);
        self.end -= at;
        bits.at -= at;
        // Behind the bits that count there may be some of bytes that are other ones now.
        bits.bits &= !(u64::MAX >> bits.count.min(63));
        while self.end < SIZE - AHEAD && !self.ended {
            self.unstuff(input)?;
        }
        self.limit = self.end.saturating_sub(AHEAD);
        Ok(())
    }

    /// Moves bytes on until the room, the input's buffer or the segment is at its end.
    fn unstuff<R: Read>(&mut self, input: &mut Input<R>) -> io::Result<()> {
        let room = SIZE - AHEAD - self.end;
        let from = input.buffered();
        let plain = &from[..from.len().min(room)];
        let plain = &plain[..memchr::memchr(0xFF, plain).unwrap_or(plain.len())];
        let count = plain.len();
        self.clean[self.end..self.end + count].copy_from_slice(plain);
        self.end += count;
        input.consume(count);
        if count == room {
            return Ok(());
        }
        match input.buffered() {
            [0xFF, 0x00, ..] => self.push(input, 2),
            [0xFF, 0xFF, ..] => input.consume(1),
            [0xFF, byte, ..] if self.stops.at(*byte) => self.ended = true,
            [0xFF, _, ..] => self.push(input, 1),
            _ => self.ended = !input.more()?,
        }
        Ok(())
    }

    fn push<R: Read>(&mut self, input: &mut Input<R>, count: usize) {
        self.clean[self.end] = 0xFF;
        self.end += 1;
        input.consume(count);
    }

    /// Drops what is left of the segment and gives the marker behind it, not consumed; `None` at the file's end.
    pub(super) fn marker<R: Read>(&mut self, input: &mut Input<R>) -> io::Result<Option<u8>> {
        while !self.ended {
            self.end = 0;
            self.unstuff(input)?;
        }
        input.peek_marker()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Trickle<'a>(&'a [u8], usize);

    impl Read for Trickle<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(into.len()).min(self.0.len());
            let (now, later) = self.0.split_at(count);
            into[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    /// All bits up to the marker, in words of 1 to 32 bits, and the marker.
    fn read(file: &[u8], at_once: usize, stops: Stops) -> (Vec<bool>, Option<u8>) {
        let mut input = Input::new(Trickle(file, at_once));
        let mut entropy = Entropy::new();
        let mut bits = entropy.begin(&mut input, stops).unwrap();
        let mut all = Vec::new();
        let mut size = 0;
        loop {
            size = size % 32 + 1;
            entropy.ensure(&mut bits, &mut input).unwrap();
            bits.refill(&entropy.clean);
            let word = bits.take(size);
            if entropy.overrun(&bits) {
                break;
            }
            all.extend((0..size).rev().map(|bit| word >> bit & 1 == 1));
        }
        (all, entropy.marker(&mut input).unwrap())
    }

    fn bits_of(bytes: &[u8]) -> Vec<bool> {
        let bits = bytes
            .iter()
            .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1));
        bits.collect()
    }

    /// Longer than the buffer, with stuffing all over, however the bytes come in.
    #[test]
    fn stuffing_is_taken_out_wherever_the_windows_edges_are() {
        let plain: Vec<u8> = (0..150_000_u32)
            .map(|i| if i % 13 < 3 { 0xFF } else { (i * 7) as u8 })
            .collect();
        let mut file = Vec::new();
        for byte in &plain {
            file.push(*byte);
            if *byte == 0xFF {
                file.push(0);
            }
        }
        file.extend_from_slice(&[0xFF, 0xFF, 0xFF, 0xD9, 1, 2, 3]);
        let expected = bits_of(&plain);
        for at_once in [1, 2, 3, 64, 4_096, 65_537, 1 << 20] {
            let (bits, marker) = read(&file, at_once, Stops::Any);
            assert_eq!(marker, Some(0xD9));
            // The last word may not have been a whole one.
            assert!(bits.len() + 32 > expected.len());
            assert!(bits == expected[..bits.len()]);
        }
    }

    #[test]
    fn a_segment_ends_where_its_scan_can_end() {
        let file = [
            1, 2, 0xFF, 0xE1, 3, 0xFF, 0xDA, 4, 0xFF, 0xD3, 5, 0xFF, 0xD9, 6,
        ];
        let ends = |stops| {
            let mut input = Input::new(Trickle(&file, 5));
            let mut entropy = Entropy::new();
            let bits = entropy.begin(&mut input, stops).unwrap();
            (entropy.left(&bits), entropy.marker(&mut input).unwrap())
        };
        assert_eq!(ends(Stops::Any), (5, Some(0xDA)));
        assert_eq!(ends(Stops::Restarts), (8, Some(0xD3)));
        assert_eq!(ends(Stops::Image), (11, Some(0xD9)));
    }

    #[test]
    fn the_files_end_is_a_segments_end() {
        for file in [&[][..], &[1], &[0xFF], &[1, 2, 3, 0xFF], &[7; 70_000]] {
            let (bits, marker) = read(file, 1_000, Stops::Any);
            let data = file.iter().filter(|byte| **byte != 0xFF).count();
            assert!(bits.len() <= data * 8 && bits.len() + 32 > data * 8);
            assert_eq!(marker, None);
        }
    }
}
