//! The data directory: locked by one stack at a time, with what the stack must remember about itself.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rand::Rng;
use rand::distr::{Alphanumeric, SampleString};
use serde::{Deserialize, Serialize};

use crate::error::StartError;

/// Who the developer's keys belong to; every other principal is a function's logical id.
pub const DEVELOPER: &str = "developer";

/// A pair of keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessPair {
    /// Sent with every request.
    pub id: String,
    /// Never sent.
    pub secret: String,
}

// Written by hand so that a secret cannot reach a log.
impl std::fmt::Debug for AccessPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessPair")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl AccessPair {
    /// New random keys in AWS's form.
    fn random() -> Self {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let mut rng = rand::rng();
        let id: String = (0..16)
            .map(|_| char::from(LETTERS[rng.random_range(0..LETTERS.len())]))
            .collect();
        Self {
            id: format!("AKIA{id}"),
            secret: Alphanumeric.sample_string(&mut rng, 40),
        }
    }
}

/// What is remembered between runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Memory {
    /// Keys by principal: presigned URLs outlive a restart.
    pub keys: BTreeMap<String, AccessPair>,
    /// Secret values by logical id.
    pub secrets: BTreeMap<String, String>,
    /// The ports of the last run.
    pub ports: Ports,
    /// How far the sample came.
    pub sample: Option<SampleState>,
}

/// One port for each listener; 0 is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ports {
    /// The HTTP API.
    pub site: u16,
    /// S3.
    pub s3: u16,
    /// `DynamoDB`.
    pub dynamodb: u16,
    /// The mailbox, and SES.
    pub mailbox: u16,
}

/// The sample gallery, begun or made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleState {
    /// The PIN it was or will be created with.
    pub pin: String,
    /// The photographer's cookies while it is made: codes by mail are few, and a killed start goes on without a new one.
    #[serde(default)]
    pub session: Vec<(String, String)>,
    /// The gallery's id, once it exists.
    pub gallery: Option<String>,
    /// The path of the gallery's link, once every photograph is ready.
    pub link: Option<String>,
}

/// The open data directory. The lock is released when it is dropped.
#[derive(Debug)]
pub struct DataDir {
    path: PathBuf,
    memory: Mutex<Memory>,
    _lock: File,
}

impl DataDir {
    /// Opens or creates `path` and locks it.
    ///
    /// # Errors
    /// It cannot be written, another stack uses it, or its memory is damaged.
    pub fn open(path: &Path) -> Result<Self, StartError> {
        let unwritable = |error: std::io::Error| StartError::Unwritable {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        std::fs::create_dir_all(path.join("logs")).map_err(unwritable)?;
        let path = std::path::absolute(path).map_err(unwritable)?;
        let lock = File::options()
            .create(true)
            .write(true)
            .truncate(false)
            .open(path.join("lock"))
            .map_err(unwritable)?;
        // A stack that is stopping, or a process between fork and exec, may hold the lock a moment longer.
        let mut patience = 20;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if patience > 0 => {
                    patience -= 1;
                    std::thread::sleep(Duration::from_millis(25));
                }
                Err(TryLockError::WouldBlock) => return Err(StartError::InUse { path }),
                Err(TryLockError::Error(error)) => return Err(unwritable(error)),
            }
        }
        let memory = read(&path.join("stack.json"))?;
        Ok(Self {
            path,
            memory: Mutex::new(memory),
            _lock: lock,
        })
    }

    /// Where a file of the directory is.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The directory itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is remembered now.
    #[must_use]
    pub fn memory(&self) -> Memory {
        self.memory
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Changes what is remembered, durably.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn remember(&self, change: impl FnOnce(&mut Memory)) -> Result<(), StartError> {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let before = memory.clone();
        change(&mut memory);
        if *memory == before {
            return Ok(());
        }
        let path = self.file("stack.json");
        let text = serde_json::to_vec_pretty(&*memory).map_err(std::io::Error::from);
        let written = text.and_then(|text| write_atomically(&path, &text));
        written.map_err(|error| StartError::Unwritable {
            path,
            reason: error.to_string(),
        })
    }

    /// The keys of `principal`, made when first asked for.
    ///
    /// # Errors
    /// They cannot be written down.
    pub fn keys(&self, principal: &str) -> Result<AccessPair, StartError> {
        if let Some(known) = self.memory().keys.get(principal) {
            return Ok(known.clone());
        }
        let pair = AccessPair::random();
        self.remember(|memory| drop(memory.keys.insert(principal.to_owned(), pair.clone())))?;
        Ok(pair)
    }

    /// The value of the secret `id`, made when first asked for.
    ///
    /// # Errors
    /// It cannot be written down.
    pub fn secret(&self, id: &str) -> Result<String, StartError> {
        if let Some(known) = self.memory().secrets.get(id) {
            return Ok(known.clone());
        }
        let secret = Alphanumeric.sample_string(&mut rand::rng(), 64);
        self.remember(|memory| drop(memory.secrets.insert(id.to_owned(), secret.clone())))?;
        Ok(secret)
    }
}

fn read(path: &Path) -> Result<Memory, StartError> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Memory::default()),
        Err(error) => {
            return Err(StartError::Unwritable {
                path: path.to_owned(),
                reason: error.to_string(),
            });
        }
    };
    serde_json::from_slice(&text).map_err(|_| StartError::Damaged {
        path: path.to_owned(),
        reason: "not the JSON it was".to_owned(),
    })
}

/// Replaces `path` whole or not at all; only its owner can read it, since it may hold keys.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// Whether a `SQLite` file is whole, as far as a glance tells. A missing one is fine.
///
/// # Errors
/// It is damaged or cannot be opened.
pub(crate) fn check_database(path: &Path) -> Result<(), StartError> {
    /// Larger files are not read through at every start.
    const READ_THROUGH: u64 = 32 * 1024 * 1024;
    let damaged = |reason: String| StartError::Damaged {
        path: path.to_owned(),
        reason,
    };
    let Ok(size) = std::fs::metadata(path).map(|file| file.len()) else {
        return Ok(());
    };
    let connection =
        rusqlite::Connection::open(path).map_err(|error| damaged(error.to_string()))?;
    let sizes = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
    let said: i64 = connection
        .query_row(sizes, [], |row| row.get(0))
        .map_err(|error| damaged(error.to_string()))?;
    let checkpointed = !path.with_extension("sqlite-wal").exists();
    if checkpointed && u64::try_from(said).is_ok_and(|said| said > size) {
        return Err(damaged("it was cut short".to_owned()));
    }
    if size < READ_THROUGH {
        let verdict: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(|error| damaged(error.to_string()))?;
        if verdict != "ok" {
            return Err(damaged(
                verdict.lines().next().unwrap_or_default().to_owned(),
            ));
        }
    }
    Ok(())
}
