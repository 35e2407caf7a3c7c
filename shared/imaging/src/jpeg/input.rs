//! The window over the file: markers and entropy-coded data are read from one buffer, however the bytes come in.

use std::io::{self, Read};

/// Bytes of the window: more than the longest segment, few enough to stay in a cache.
const CAPACITY: usize = 96 << 10;

/// A reader with what was read ahead of it.
pub(super) struct Input<R> {
    source: R,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    /// The source gives no more.
    over: bool,
    /// Bytes read from the source.
    read: u64,
}

impl<R: Read> Input<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; CAPACITY].into(),
            start: 0,
            end: 0,
            over: false,
            read: 0,
        }
    }

    /// What was read and not consumed.
    pub(super) fn buffered(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Bytes that came in so far.
    pub(super) fn bytes(&self) -> u64 {
        self.read
    }

    /// Leaves the first `count` buffered bytes behind.
    pub(super) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.end);
    }

    /// Reads at least one byte more; `false` when there is none.
    pub(super) fn more(&mut self) -> io::Result<bool> {
        if self.over {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let read = loop {
            match self.source.read(&mut self.buffer[self.end..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome?,
            }
        };
        self.over = read == 0;
        self.end += read;
        self.read += read as u64;
        Ok(!self.over)
    }

    /// Whether `count` bytes are buffered, having read on as far as that takes; at most a segment's 65,535.
    pub(super) fn need(&mut self, count: usize) -> io::Result<bool> {
        while self.end - self.start < count {
            if !self.more()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The next marker, consumed; what is no marker is skipped, as decoders do.
    pub(super) fn marker(&mut self) -> io::Result<Option<u8>> {
        let marker = self.peek_marker()?;
        self.consume(2);
        Ok(marker)
    }

    /// The next marker, at which the buffered bytes begin afterwards.
    pub(super) fn peek_marker(&mut self) -> io::Result<Option<u8>> {
        loop {
            let ahead = self.buffered();
            let skipped = memchr::memchr(0xFF, ahead).unwrap_or(ahead.len());
            self.consume(skipped);
            if !self.need(2)? {
                return Ok(None);
            }
            match self.buffered() {
                [0xFF, 0xFF, ..] => self.consume(1),
                [0xFF, 0x00, ..] => self.consume(2),
                [0xFF, marker, ..] => return Ok(Some(*marker)),
                _ => {}
            }
        }
    }

    /// Buffers the segment whose length field comes next and gives the length of its body, the field consumed. `None`
    /// when the file ends within it.
    pub(super) fn segment(&mut self) -> io::Result<Option<usize>> {
        if !self.need(2)? {
            return Ok(None);
        }
        let [high, low, ..] = self.buffered() else {
            return Ok(None);
        };
        let length = usize::from(u16::from_be_bytes([*high, *low])).saturating_sub(2);
        self.consume(2);
        Ok(self.need(length)?.then_some(length))
    }
}
