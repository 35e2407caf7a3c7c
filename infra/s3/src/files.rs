//! Object bytes on the disk: written beside, synced, moved into place, never changed again.
//!
//! A file under `blobs/` that no row of the index names is an orphan: [`Files::sweep`] removes it on the next start.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// A run of bytes of a file; an object is a list of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub blob: String,
    pub start: u64,
    pub len: u64,
}

/// The part of `segments` that holds the bytes from `start` on, `len` of them.
pub fn cut(segments: &[Segment], mut start: u64, mut len: u64) -> Vec<Segment> {
    let mut cut = Vec::new();
    for segment in segments {
        if len == 0 {
            break;
        }
        if start >= segment.len {
            start -= segment.len;
            continue;
        }
        let taken = (segment.len - start).min(len);
        cut.push(Segment {
            blob: segment.blob.clone(),
            start: segment.start + start,
            len: taken,
        });
        len -= taken;
        start = 0;
    }
    cut
}

/// The directories of one data directory.
#[derive(Clone, Debug)]
pub struct Files {
    incoming: PathBuf,
    blobs: PathBuf,
}

impl Files {
    /// Creates what is missing.
    pub fn open(root: &Path) -> io::Result<Self> {
        let files = Self {
            incoming: root.join("incoming"),
            blobs: root.join("blobs"),
        };
        fs::create_dir_all(&files.incoming)?;
        for shard in 0..=u8::MAX {
            fs::create_dir_all(files.blobs.join(format!("{shard:02x}")))?;
        }
        Ok(files)
    }

    /// A new file that is removed again unless it is kept.
    pub fn incoming(&self) -> io::Result<Incoming> {
        let blob = uuid::Uuid::now_v7().simple().to_string();
        let path = self.incoming.join(&blob);
        let file = File::create_new(&path)?;
        Ok(Incoming {
            blob,
            path,
            file: io::BufWriter::with_capacity(1 << 18, file),
            kept: false,
        })
    }

    /// Where a blob's bytes are.
    pub fn path(&self, blob: &str) -> PathBuf {
        // The end of a version 7 UUID is random, its beginning is the time.
        let shard = blob.get(blob.len().saturating_sub(2)..).unwrap_or_default();
        self.blobs.join(shard).join(blob)
    }

    /// Moves a written file to its place; on return it survives a power failure.
    pub fn keep(&self, mut incoming: Incoming) -> io::Result<String> {
        incoming.file.flush()?;
        incoming.file.get_ref().sync_data()?;
        let place = self.path(&incoming.blob);
        fs::rename(&incoming.path, &place)?;
        incoming.kept = true;
        if let Some(shard) = place.parent() {
            File::open(shard)?.sync_all()?;
        }
        Ok(incoming.blob.clone())
    }

    /// Removes a blob that nothing names any more.
    pub fn remove(&self, blob: &str) {
        if let Err(error) = fs::remove_file(self.path(blob)) {
            // The next start sweeps it.
            tracing::warn!(%error, "A file of a deleted object could not be removed");
        }
    }

    /// Hands all bytes of `segments` to `each`, in order.
    pub fn read(&self, segments: &[Segment], mut each: impl FnMut(&[u8])) -> io::Result<()> {
        let mut buffer = vec![0; 1 << 18];
        for segment in segments {
            let mut file = File::open(self.path(&segment.blob))?;
            file.seek(SeekFrom::Start(segment.start))?;
            let mut bytes = file.take(segment.len);
            loop {
                match bytes.read(&mut buffer)? {
                    0 => break,
                    count => each(&buffer[..count]),
                }
            }
            if bytes.limit() != 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(())
    }

    /// Removes what an earlier process left unfinished: every incoming file, and every blob not in `named`.
    ///
    /// Returns how many of `named` are missing.
    pub fn sweep(&self, mut named: HashSet<String>) -> io::Result<usize> {
        for entry in fs::read_dir(&self.incoming)? {
            fs::remove_file(entry?.path())?;
        }
        for shard in fs::read_dir(&self.blobs)? {
            for blob in fs::read_dir(shard?.path())? {
                let blob = blob?;
                if !blob
                    .file_name()
                    .to_str()
                    .is_some_and(|name| named.remove(name))
                {
                    fs::remove_file(blob.path())?;
                }
            }
        }
        Ok(named.len())
    }
}

/// A file being written.
pub struct Incoming {
    blob: String,
    path: PathBuf,
    file: io::BufWriter<File>,
    kept: bool,
}

impl Incoming {
    /// Adds bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept {
            // If this fails the next start sweeps it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(blob: &str, start: u64, len: u64) -> Segment {
        Segment {
            blob: blob.to_owned(),
            start,
            len,
        }
    }

    #[test]
    fn a_cut_crosses_segments_and_keeps_their_offsets() {
        let whole = [segment("a", 10, 5), segment("b", 0, 0), segment("c", 3, 5)];
        assert_eq!(
            cut(&whole, 0, 10),
            [segment("a", 10, 5), segment("c", 3, 5)]
        );
        assert_eq!(cut(&whole, 3, 4), [segment("a", 13, 2), segment("c", 3, 2)]);
        assert_eq!(cut(&whole, 6, 1), [segment("c", 4, 1)]);
        assert_eq!(cut(&whole, 5, 0), []);
    }
}
