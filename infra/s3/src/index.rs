//! The index: what every bucket holds, in `SQLite`, beside the files with the bytes.
//!
//! - A row is committed only after the files it names are in place and synced.
//! - A change and its notification are one transaction.
//! - A file is removed only after the last row that named it is gone and the last reader let go of it.

pub mod buckets;
pub mod listing;
pub mod notices;
pub mod objects;
pub mod removal;
pub mod uploads;

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::fault::Fault;
use crate::files::{Files, Segment};
use crate::server::OpenError;

const SCHEMA: &str = include_str!("index/schema.sql");
const SCHEMA_VERSION: i64 = 1;

/// The index and the files of one data directory.
pub struct Index {
    write: Mutex<Connection>,
    read: Mutex<Reader>,
    pub files: Files,
    pub changed: Arc<tokio::sync::Notify>,
    // Held as long as the process uses the directory: a second one would sweep this one's files.
    _lock: File,
}

struct Reader {
    connection: Connection,
    pins: HashMap<String, usize>,
    doomed: HashSet<String>,
}

/// A change in progress: a transaction, and what to do when it is committed.
pub struct Change<'a> {
    pub tx: Transaction<'a>,
    /// Milliseconds since 1970: the time of everything this change writes.
    pub now: i64,
    released: HashSet<String>,
    notices: usize,
}

/// Keeps the files of an object that is being read.
pub struct Pin {
    index: Arc<Index>,
    blobs: Vec<String>,
}

/// A lock that a panic elsewhere does not take away: every change is a transaction, so nothing is half done.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the time S3 stores things at is its own, as on AWS"
)]
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl Index {
    /// Opens or creates the index of `dir` and removes what an earlier process left unfinished.
    pub fn open(dir: &Path) -> Result<Self, OpenError> {
        let unwritable = |error: std::io::Error| OpenError::unwritable(dir, &error);
        std::fs::create_dir_all(dir).map_err(unwritable)?;
        let lock = File::create(dir.join("lock")).map_err(unwritable)?;
        hold(&lock).map_err(|()| OpenError::in_use(dir))?;
        let files = Files::open(dir).map_err(unwritable)?;
        let damaged = |error: rusqlite::Error| OpenError::damaged(dir, &error);
        let (write, read) = connect(&dir.join("index.sqlite")).map_err(damaged)?;
        let named = named_blobs(&write).map_err(damaged)?;
        let missing = files.sweep(named).map_err(unwritable)?;
        if missing > 0 {
            return Err(OpenError::incomplete(dir, missing));
        }
        Ok(Self {
            write: Mutex::new(write),
            read: Mutex::new(Reader {
                connection: read,
                pins: HashMap::new(),
                doomed: HashSet::new(),
            }),
            files,
            changed: Arc::new(tokio::sync::Notify::new()),
            _lock: lock,
        })
    }

    /// Makes a change: all of it, on the disk, or none.
    pub fn change<T>(
        &self,
        work: impl FnOnce(&mut Change<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let (done, garbage, notices) = {
            let mut connection = lock(&self.write);
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let mut change = Change {
                tx,
                now: now(),
                released: HashSet::new(),
                notices: 0,
            };
            let done = work(&mut change)?;
            let garbage = change.unnamed()?;
            let notices = change.notices;
            change.tx.commit()?;
            (done, garbage, notices)
        };
        self.discard(garbage);
        if notices > 0 {
            self.changed.notify_one();
        }
        Ok(done)
    }

    /// Reads what is committed.
    pub fn look<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        work(&lock(&self.read).connection)
    }

    /// Reads, and keeps the files of the segments that were found until the pin is dropped.
    ///
    /// Lookup and pin are one step under the lock that [`Self::discard`] takes after its commit: either the reader is
    /// first and the removal waits for it, or it already sees that the object is gone.
    pub fn look_and_pin<T>(
        self: &Arc<Self>,
        work: impl FnOnce(&Connection) -> Result<(T, Vec<Segment>), Fault>,
    ) -> Result<(T, Vec<Segment>, Pin), Fault> {
        let mut reader = lock(&self.read);
        let (found, segments) = work(&reader.connection)?;
        let blobs: Vec<String> = segments
            .iter()
            .map(|segment| segment.blob.clone())
            .collect();
        for blob in &blobs {
            *reader.pins.entry(blob.clone()).or_default() += 1;
        }
        Ok((
            found,
            segments,
            Pin {
                index: Arc::clone(self),
                blobs,
            },
        ))
    }

    fn discard(&self, garbage: Vec<String>) {
        if garbage.is_empty() {
            return;
        }
        let mut reader = lock(&self.read);
        for blob in garbage {
            if reader.pins.contains_key(&blob) {
                reader.doomed.insert(blob);
            } else {
                self.files.remove(&blob);
            }
        }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut reader = lock(&self.index.read);
        for blob in &self.blobs {
            let Some(count) = reader.pins.get_mut(blob) else {
                continue;
            };
            *count -= 1;
            if *count == 0 {
                reader.pins.remove(blob);
                if reader.doomed.remove(blob) {
                    self.index.files.remove(blob);
                }
            }
        }
    }
}

impl Change<'_> {
    /// Gives `owner` (`v…` a version, `p…` a part) its bytes.
    pub fn put_segments(&self, owner: &str, segments: &[Segment]) -> Result<(), Fault> {
        let mut insert = self.tx.prepare_cached(
            "INSERT INTO segments (owner, seq, blob, start, len) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for (seq, segment) in segments.iter().enumerate() {
            insert.execute(params![
                owner,
                seq as i64,
                segment.blob,
                segment.start as i64,
                segment.len as i64
            ])?;
        }
        Ok(())
    }

    /// Takes the bytes of `owner` away; files that nothing else names go with the commit.
    pub fn drop_segments(&mut self, owner: &str) -> Result<(), Fault> {
        let blobs: Vec<String> = self
            .tx
            .prepare_cached("SELECT DISTINCT blob FROM segments WHERE owner = ?1")?
            .query_map([owner], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        self.tx
            .prepare_cached("DELETE FROM segments WHERE owner = ?1")?
            .execute([owner])?;
        self.released.extend(blobs);
        Ok(())
    }

    /// The released files that nothing names at the end of the change: a copy onto itself names its file again.
    fn unnamed(&mut self) -> Result<Vec<String>, Fault> {
        let mut unnamed = Vec::new();
        for blob in std::mem::take(&mut self.released) {
            if !self.names(&blob)? {
                unnamed.push(blob);
            }
        }
        Ok(unnamed)
    }

    /// Whether any version or part names a file.
    pub fn names(&self, blob: &str) -> Result<bool, Fault> {
        Ok(self
            .tx
            .prepare_cached("SELECT 1 FROM segments WHERE blob = ?1 LIMIT 1")?
            .exists([blob])?)
    }
}

/// The bytes of `owner`.
pub fn segments(connection: &Connection, owner: &str) -> Result<Vec<Segment>, Fault> {
    let mut query = connection
        .prepare_cached("SELECT blob, start, len FROM segments WHERE owner = ?1 ORDER BY seq")?;
    let rows = query.query_map([owner], |row| {
        Ok(Segment {
            blob: row.get(0)?,
            start: row.get::<_, i64>(1)? as u64,
            len: row.get::<_, i64>(2)? as u64,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A process that has just been killed may hold its lock for a moment more.
fn hold(lock: &File) -> Result<(), ()> {
    for _ in 0..20 {
        if lock.try_lock().is_ok() {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Err(())
}

fn connect(path: &Path) -> rusqlite::Result<(Connection, Connection)> {
    let write = Connection::open(path)?;
    write.busy_timeout(Duration::from_secs(10))?;
    write.pragma_update(None, "journal_mode", "WAL")?;
    // Every commit is on the disk before it is acknowledged.
    write.pragma_update(None, "synchronous", "FULL")?;
    let state: String = write.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if state != "ok" {
        return Err(rusqlite::Error::InvalidParameterName(state));
    }
    match write.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0))? {
        0 => {
            write.execute_batch(&format!(
                "BEGIN;{SCHEMA};PRAGMA user_version = {SCHEMA_VERSION};COMMIT;"
            ))?;
        }
        SCHEMA_VERSION => {}
        other => return Err(rusqlite::Error::IntegralValueOutOfRange(0, other)),
    }
    let read = Connection::open(path)?;
    read.busy_timeout(Duration::from_secs(10))?;
    read.pragma_update(None, "query_only", true)?;
    for connection in [&write, &read] {
        connection.set_prepared_statement_cache_capacity(64);
    }
    Ok((write, read))
}

fn named_blobs(connection: &Connection) -> rusqlite::Result<HashSet<String>> {
    connection
        .prepare("SELECT DISTINCT blob FROM segments")?
        .query_map([], |row| row.get(0))?
        .collect()
}
