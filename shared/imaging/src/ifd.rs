//! The directories of a TIFF structure (TIFF 6.0, its 64-bit form, EXIF), read where they lie: nothing is copied, nothing grows
//! with what a file claims. A reader that collects every field of every directory can be made to fill memory from 64 kB,
//! by directories that lie over one another.

/// Directories of photographs have a few dozen entries; nobody looks further into one than this.
const MAX_ENTRIES: u64 = 4_096;

/// A TIFF structure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tiff<'a> {
    bytes: &'a [u8],
    little: bool,
    /// `BigTIFF` has 64-bit offsets and counts.
    big: bool,
}

/// One directory of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Directory<'a> {
    tiff: Tiff<'a>,
    at: u64,
    entries: u64,
}

/// The value of an entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'a> {
    kind: u16,
    at: usize,
    bytes: &'a [u8],
    little: bool,
}

impl<'a> Tiff<'a> {
    /// `None` when it does not begin as one.
    pub(crate) fn of(bytes: &'a [u8]) -> Option<Self> {
        let little = match bytes {
            [b'I', b'I', ..] => true,
            [b'M', b'M', ..] => false,
            _ => return None,
        };
        let classic = Self {
            bytes,
            little,
            big: false,
        };
        match classic.uint(2, 2)? {
            42 => Some(classic),
            43 => Some(Self {
                big: true,
                ..classic
            }),
            _ => None,
        }
    }

    /// The directory of the picture itself; `None` when it lies outside the bytes there are.
    pub(crate) fn first(&self) -> Option<Directory<'a>> {
        let at = if self.big {
            self.uint(8, 8)?
        } else {
            self.uint(4, 4)?
        };
        self.directory(at)
    }

    /// The directory at an offset.
    pub(crate) fn directory(&self, at: u64) -> Option<Directory<'a>> {
        let count = self.uint(at, self.count_bytes())?;
        Some(Directory {
            tiff: *self,
            at: at.checked_add(self.count_bytes())?,
            entries: count.min(MAX_ENTRIES),
        })
    }

    fn count_bytes(&self) -> u64 {
        if self.big { 8 } else { 2 }
    }

    fn slice(&self, at: u64, length: u64) -> Option<&'a [u8]> {
        let at = usize::try_from(at).ok()?;
        let length = usize::try_from(length).ok()?;
        self.bytes.get(at..at.checked_add(length)?)
    }

    fn uint(&self, at: u64, length: u64) -> Option<u64> {
        Some(uint(self.slice(at, length)?, self.little))
    }
}

fn uint(bytes: &[u8], little: bool) -> u64 {
    let push = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
    if little {
        bytes.iter().rev().fold(0, push)
    } else {
        bytes.iter().fold(0, push)
    }
}

impl<'a> Directory<'a> {
    /// The first entry with this tag whose value lies within the bytes there are.
    pub(crate) fn find(&self, tag: u16) -> Option<Field<'a>> {
        let tiff = &self.tiff;
        let (entry_bytes, offset_bytes) = if tiff.big { (20, 8) } else { (12, 4) };
        (0..self.entries).find_map(|entry| {
            let at = self.at.checked_add(entry * entry_bytes)?;
            if tiff.uint(at, 2)? != u64::from(tag) {
                return None;
            }
            let kind = u16::try_from(tiff.uint(at + 2, 2)?).ok()?;
            let count = tiff.uint(at + 4, offset_bytes)?;
            let length = count.checked_mul(unit(kind)?)?;
            let value_at = at + 4 + offset_bytes;
            let at = if length <= offset_bytes {
                value_at
            } else {
                tiff.uint(value_at, offset_bytes)?
            };
            Some(Field {
                kind,
                at: usize::try_from(at).ok()?,
                bytes: tiff.slice(at, length)?,
                little: tiff.little,
            })
        })
    }

    /// Whether there is an entry with this tag, wherever its value lies.
    pub(crate) fn has(&self, tag: u16) -> bool {
        let entry_bytes = if self.tiff.big { 20 } else { 12 };
        (0..self.entries)
            .filter_map(|entry| self.tiff.uint(self.at.checked_add(entry * entry_bytes)?, 2))
            .any(|found| found == u64::from(tag))
    }

    /// The first number of a field, where it is an unsigned integer of 32 bits at most.
    pub(crate) fn uint(&self, tag: u16) -> Option<u32> {
        u32::try_from(self.find(tag)?.uints().next()?).ok()
    }

    /// The directory that follows: of the next picture.
    pub(crate) fn next(&self) -> Option<Directory<'a>> {
        let (entry_bytes, offset_bytes) = if self.tiff.big { (20, 8) } else { (12, 4) };
        let at = self
            .at
            .checked_add(self.entries.checked_mul(entry_bytes)?)?;
        match self.tiff.uint(at, offset_bytes)? {
            0 => None,
            next => self.tiff.directory(next),
        }
    }

    /// Another directory that an entry points to.
    pub(crate) fn child(&self, tag: u16) -> Option<Directory<'a>> {
        self.tiff.directory(self.find(tag)?.uints().next()?)
    }
}

impl<'a> Field<'a> {
    /// Where its bytes lie in the structure.
    pub(crate) fn at(&self) -> usize {
        self.at
    }

    /// Its text, as recorded; some programs write it as bytes without a kind, and EXIF 3.0 has a kind for UTF-8.
    pub(crate) fn text(&self) -> Option<&'a [u8]> {
        matches!(self.kind, 1 | 2 | 7 | 129).then_some(self.bytes)
    }

    /// Its numbers, where they are unsigned integers.
    pub(crate) fn uints(&self) -> impl Iterator<Item = u64> + use<'a> {
        let width = match self.kind {
            1 | 7 => 1,
            3 => 2,
            4 | 13 => 4,
            16 | 18 => 8,
            _ => usize::MAX,
        };
        let little = self.little;
        self.bytes
            .chunks_exact(width)
            .map(move |bytes| uint(bytes, little))
    }
}

/// Bytes of one value of a kind (TIFF 6.0 page 15, EXIF 3.0, `BigTIFF`); `None`: no such kind.
fn unit(kind: u16) -> Option<u64> {
    match kind {
        1 | 2 | 6 | 7 | 129 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16 | 17 | 18 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same three fields in all four forms: number, text in the entry, text elsewhere.
    #[test]
    fn both_byte_orders_and_both_sizes_are_read() {
        let classic_little =
            b"II*\0\x08\0\0\0\x02\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x31\x01\x02\0\x05\0\0\0\x22\0\0\0abcd\0";
        let classic_big =
            b"MM\0*\0\0\0\x08\0\x02\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\x01\x31\0\x02\0\0\0\x05\0\0\0\x22abcd\0";
        for bytes in [&classic_little[..], classic_big] {
            let directory = Tiff::of(bytes).unwrap().first().unwrap();
            assert_eq!(directory.uint(0x0112), Some(6));
            assert_eq!(directory.find(0x0131).unwrap().text(), Some(&b"abcd\0"[..]));
            assert!(directory.find(0x0100).is_none());
        }
        let mut big = b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0".to_vec();
        big.extend_from_slice(b"\x12\x01\x03\0\x01\0\0\0\0\0\0\0\x08\0\0\0\0\0\0\0");
        let directory = Tiff::of(&big).unwrap().first().unwrap();
        assert_eq!(directory.uint(0x0112), Some(8));
    }

    /// whatever offset and count say, a field ends where the bytes do.
    #[test]
    fn offsets_and_counts_beyond_the_end_are_no_fields() {
        for (offset, count) in [(0xFFFF_FFF0_u32, 16_u32), (8, u32::MAX), (u32::MAX, 5)] {
            let mut bytes = b"II*\0\x08\0\0\0\xFF\xFF\x98\x82\x0C\0".to_vec();
            bytes.extend_from_slice(&count.to_le_bytes());
            bytes.extend_from_slice(&offset.to_le_bytes());
            let directory = Tiff::of(&bytes).unwrap().first().unwrap();
            assert!(directory.find(0x8298).is_none());
        }
        assert!(
            Tiff::of(b"II*\0\xFF\xFF\xFF\xFF")
                .unwrap()
                .first()
                .is_none()
        );
    }
}
