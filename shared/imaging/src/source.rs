//! The file as it comes in: read once from its beginning to its end, counted and summed on the way.

use std::io::{self, Read};

use crate::{Failure, Limits, Rejection};

/// What is read before the format is known.
const HEAD: usize = 4_096;
/// What is left behind the picture is read in pieces of this size.
const PIECE: usize = 64 << 10;

/// A reader of a stranger's file that ends at the most bytes allowed.
///
/// A fault of the reader beneath goes through as it is and becomes [`Failure::Read`]; the limit is a [`Rejection`] inside
/// an [`io::Error`], and `Failure::from` finds it there.
pub(crate) struct Source<'a> {
    input: &'a mut dyn Read,
    head: Vec<u8>,
    /// Bytes of the head that were read from it again.
    given: usize,
    sum: crc32fast::Hasher,
    bytes: u64,
    max: u64,
}

impl<'a> Source<'a> {
    /// Reads the first bytes.
    pub(crate) fn open(input: &'a mut dyn Read, limits: &Limits) -> Result<Self, Failure> {
        let mut source = Self {
            input,
            head: Vec::new(),
            given: 0,
            sum: crc32fast::Hasher::new(),
            bytes: 0,
            max: limits.max_bytes,
        };
        let mut head = vec![0; HEAD];
        let mut filled = 0;
        while filled < HEAD {
            match source.fresh(&mut head[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        head.truncate(filled);
        source.head = head;
        Ok(source)
    }

    /// The first bytes of the file, up to 4,096, whatever was read since.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// Everything not read yet.
    pub(crate) fn rest(&mut self) -> Result<Vec<u8>, Failure> {
        let mut rest = Vec::new();
        self.read_to_end(&mut rest)?;
        Ok(rest)
    }

    /// Reads to the end; CRC-32 (IEEE) and length of the whole file.
    pub(crate) fn finish(mut self) -> Result<(u32, u64), Failure> {
        let mut piece = vec![0; PIECE];
        while self.fresh(&mut piece)? > 0 {}
        Ok((self.sum.finalize(), self.bytes))
    }

    /// Reads what nobody has seen yet.
    fn fresh(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = loop {
            match self.input.read(into) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome?,
            }
        };
        self.sum.update(&into[..read]);
        self.bytes += read as u64;
        if self.bytes > self.max {
            return Err(io::Error::other(Rejection::TooManyBytes {
                bytes: self.bytes,
                max: self.max,
            }));
        }
        Ok(read)
    }
}

impl Read for Source<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let again = &self.head[self.given..];
        if again.is_empty() {
            return self.fresh(into);
        }
        let read = again.len().min(into.len());
        into[..read].copy_from_slice(&again[..read]);
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a byte or two at a time, and stumbles in between, as a line does.
    struct Trickle<'a>(&'a [u8], bool);

    impl Read for Trickle<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 = !self.1;
            if self.1 {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let read = self.0.len().min(into.len()).min(2);
            let (now, later) = self.0.split_at(read);
            into[..read].copy_from_slice(now);
            self.0 = later;
            Ok(read)
        }
    }

    #[test]
    fn every_byte_is_summed_once_however_it_comes() {
        for length in [0, 1, 4_095, 4_096, 4_097, 10_000] {
            let file: Vec<u8> = (0..length).map(|i| (i * 7 % 251) as u8).collect();
            let mut input = Trickle(&file, false);
            let mut source = Source::open(&mut input, &Limits::default()).unwrap();
            assert_eq!(source.head(), &file[..length.min(4_096)]);
            let mut some = vec![0; length / 2];
            source.read_exact(&mut some).unwrap();
            assert_eq!(some, file[..length / 2]);
            let sum = source.finish().unwrap();
            assert_eq!(sum, (crc32fast::hash(&file), length as u64));
        }
    }

    /// the limit holds for streams whose length nobody said.
    #[test]
    fn a_stream_ends_at_the_limit() {
        let limits = Limits {
            max_bytes: 10_000,
            ..Limits::default()
        };
        let mut endless = io::repeat(7);
        let mut source = Source::open(&mut endless, &limits).unwrap();
        let failure = source.rest().unwrap_err();
        assert!(
            matches!(failure, Failure::Rejected(Rejection::TooManyBytes { bytes, max: 10_000 }) if bytes < 30_000),
            "{failure:?}"
        );
    }
}
