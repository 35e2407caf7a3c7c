//! An object's bytes as they come: a reader for work that blocks, so that no whole file is held between S3 and a decoder.

use std::io;

use aws_sdk_s3::primitives::ByteStream;
use bytes::{Buf as _, Bytes};
use tokio::runtime::Handle;

/// What an object holds, not read yet.
#[derive(Debug)]
pub struct Body {
    stream: ByteStream,
    /// Bytes that the answer's head promised.
    size: u64,
}

/// The bytes, one piece of the answer after the other. A line that drops, or an answer shorter than its head said, is an
/// error and never an early end.
#[derive(Debug)]
pub struct Reader {
    body: Body,
    piece: Bytes,
    runtime: Handle,
}

impl Body {
    pub(crate) fn new(stream: ByteStream, size: u64) -> Self {
        Self { stream, size }
    }

    /// A reader to move to a thread that may block (`spawn_blocking`): it waits there for what the runtime brings.
    ///
    /// # Panics
    /// Outside of a runtime; its `read` on a thread that must not block.
    #[must_use]
    pub fn reader(self) -> Reader {
        Reader {
            body: self,
            piece: Bytes::new(),
            runtime: Handle::current(),
        }
    }
}

impl io::Read for Reader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !into.is_empty() {
            match self.runtime.block_on(self.body.stream.try_next()) {
                Ok(Some(piece)) => self.piece = piece,
                Ok(None) if self.body.size > 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(None) => return Ok(0),
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        let read = self.piece.len().min(into.len());
        self.piece.copy_to_slice(&mut into[..read]);
        self.body.size = self.body.size.saturating_sub(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    async fn read(stream: &'static [u8], size: u64) -> io::Result<Vec<u8>> {
        let reader = Body::new(ByteStream::from_static(stream), size).reader();
        let work = move || {
            let mut reader = reader;
            let mut whole = Vec::new();
            reader.read_to_end(&mut whole).map(|_| whole)
        };
        tokio::task::spawn_blocking(work).await.unwrap()
    }

    /// half a file is not a damaged photograph; it is read again.
    #[tokio::test]
    async fn a_body_that_breaks_off_is_an_error() {
        assert_eq!(read(b"light", 5).await.unwrap(), b"light");
        assert_eq!(read(b"", 0).await.unwrap(), b"");
        let error = read(b"ligh", 5).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }
}
