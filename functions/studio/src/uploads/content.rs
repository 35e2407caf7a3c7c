//! Whether a file that was not sent yet is one that is here: its bytes are compared by length and CRC-32.

use domain::photo::Photo;
use serde::Deserialize;

/// What a browser says of a file's bytes.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Content {
    pub(super) size: u64,
    /// CRC-32 (IEEE 802.3); the browser reads a file for it only where one of its name has as many bytes.
    #[serde(default)]
    pub(super) crc32: Option<u32>,
}

/// How a file compares with one that is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// Another one. An uncompressed file keeps its size when it is retouched.
    Other,
    /// It has as many bytes; which, was not said.
    Perhaps,
    /// The same.
    Same,
}

impl Content {
    /// Beside bytes of this length and CRC-32. Of what nobody could read there is none, and it is sent again.
    pub(super) fn beside(self, (size, crc32): (u64, Option<u32>)) -> Likeness {
        match (self.crc32, crc32) {
            _ if self.size != size => Likeness::Other,
            (Some(mine), Some(there)) if mine == there => Likeness::Same,
            (None, Some(_)) => Likeness::Perhaps,
            _ => Likeness::Other,
        }
    }

    /// Beside what a photograph shows.
    pub(super) fn shown_by(self, photo: &Photo) -> Likeness {
        let crc32 = photo.picture().map(|picture| picture.crc32);
        self.beside((photo.version.size, crc32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// P26: only equal bytes are the same; as many of them say nothing.
    #[test]
    fn as_many_bytes_are_not_the_same_bytes() {
        let content = |crc32| Content { size: 10, crc32 };
        for (mine, there, likeness) in [
            (Some(1), (10, Some(1)), Likeness::Same),
            (Some(1), (10, Some(2)), Likeness::Other),
            (Some(1), (11, Some(1)), Likeness::Other),
            (Some(1), (10, None), Likeness::Other),
            (None, (10, Some(1)), Likeness::Perhaps),
            (None, (11, Some(1)), Likeness::Other),
            (None, (10, None), Likeness::Other),
        ] {
            assert_eq!(content(mine).beside(there), likeness, "{mine:?} {there:?}");
        }
    }
}
