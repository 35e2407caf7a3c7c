//! Entropy-coded bits into bytes, with a zero after each 0xFF (T.81, B.1.1.5).

/// A file being written.
pub(super) struct BitWriter {
    /// The bytes so far, headers included.
    pub bytes: Vec<u8>,
    /// Bits that make no full word yet, right-aligned, and how many.
    held: u64,
    count: u32,
}

impl BitWriter {
    /// Starts a file: SOI is written.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        let mut all = Vec::with_capacity(bytes);
        all.extend_from_slice(&[0xFF, 0xD8]);
        Self {
            bytes: all,
            held: 0,
            count: 0,
        }
    }

    /// Appends the low `length` bits of `bits`; at most 32, and no bit above them is set.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u64, length: u32) {
        self.held = self.held << length | bits;
        self.count += length;
        if self.count >= 32 {
            self.count -= 32;
            self.word((self.held >> self.count) as u32);
        }
    }

    #[inline(always)]
    fn word(&mut self, word: u32) {
        // A byte of ones is the one whose increment carries out of its eighth bit while that bit was set.
        let ones = word & word.wrapping_add(0x0101_0101) & !word.wrapping_add(0x0101_0101)
            | (word & 0x8080_8080);
        let bytes = word.to_be_bytes();
        if ones & 0x8080_8080 == 0 || !bytes.contains(&0xFF) {
            self.bytes.extend_from_slice(&bytes);
        } else {
            for byte in bytes {
                self.byte(byte);
            }
        }
    }

    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        if byte == 0xFF {
            self.bytes.push(0);
        }
    }

    /// Fills the last byte with ones and ends the file.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let fill = self.count.next_multiple_of(8) - self.count;
        self.held = self.held << fill | ((1 << fill) - 1);
        self.count += fill;
        while self.count > 0 {
            self.count -= 8;
            self.byte((self.held >> self.count) as u8);
        }
        self.bytes.extend_from_slice(&[0xFF, 0xD9]);
        self.bytes
    }
}
