//! The queues' messages in one `SQLite` file: hidden while somebody works on them, dead after too many receives.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::Digest;
use tokio::sync::Notify;

use crate::data::check_database;
use crate::error::StartError;
use crate::template::Queue;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    -- what a killed process wrote is in the file system already; only a power cut could lose the last messages
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS message (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        queue TEXT NOT NULL,
        message_id TEXT NOT NULL,
        body TEXT NOT NULL,
        sent_at INTEGER NOT NULL,
        visible_at INTEGER NOT NULL,
        receives INTEGER NOT NULL DEFAULT 0,
        first_received_at INTEGER,
        receipt TEXT
    );
    CREATE INDEX IF NOT EXISTS message_by_time ON message (queue, visible_at);
    CREATE TABLE IF NOT EXISTS note (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    -- whoever worked on these died with the last process; that receive does not count against the message
    UPDATE message SET visible_at = 0, receives = MAX(receives - 1, 0), receipt = NULL WHERE receipt IS NOT NULL;
";

/// A received message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Names it in a partial batch response.
    pub message_id: String,
    /// Deletes it, as long as nobody received it since.
    pub receipt: String,
    /// The body as it was sent.
    pub body: String,
    /// When it was sent.
    pub sent: Timestamp,
    /// When it was first received.
    pub first_received: Timestamp,
    /// How often it was received, this time included.
    pub receives: u32,
}

/// All queues of the stack. Clones share them.
#[derive(Clone)]
pub struct Queues {
    inner: Arc<Inner>,
}

struct Inner {
    connection: Mutex<Connection>,
    queues: BTreeMap<String, (Queue, Arc<Notify>)>,
}

impl Queues {
    /// Opens or creates the file; every message in flight is visible again.
    ///
    /// # Errors
    /// The file is damaged or cannot be written.
    pub fn open(path: &Path, queues: &[Queue]) -> Result<Self, StartError> {
        check_database(path)?;
        let damaged = |error: rusqlite::Error| StartError::Damaged {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let connection = Connection::open(path).map_err(damaged)?;
        connection.execute_batch(SCHEMA).map_err(damaged)?;
        let queues = queues
            .iter()
            .map(|queue| (queue.id.clone(), (queue.clone(), Arc::default())))
            .collect();
        Ok(Self {
            inner: Arc::new(Inner {
                connection: Mutex::new(connection),
                queues,
            }),
        })
    }

    /// Sends `bodies` to the queue with this logical id: all of them are durable when it returns.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn send(
        &self,
        queue: &str,
        bodies: &[String],
        now: Timestamp,
    ) -> Result<(), rusqlite::Error> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        for body in bodies {
            let id = uuid::Uuid::now_v7().to_string();
            transaction.execute(
                "INSERT INTO message (queue, message_id, body, sent_at, visible_at) VALUES (?1, ?2, ?3, ?4, ?4)",
                params![queue, id, body, now.as_millisecond()],
            )?;
        }
        transaction.commit()?;
        drop(connection);
        self.wake(queue);
        Ok(())
    }

    /// Receives up to `limit` visible messages and hides them for the queue's visibility time-out. Messages received too
    /// often go to the dead-letter queue instead, expired ones nowhere.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn receive(
        &self,
        queue: &str,
        limit: usize,
        now: Timestamp,
    ) -> Result<Vec<Message>, rusqlite::Error> {
        let Some((declared, _)) = self.inner.queues.get(queue) else {
            return Ok(Vec::new());
        };
        let millis = now.as_millisecond();
        let expired = millis - i64::try_from(declared.retention.as_millis()).unwrap_or(i64::MAX);
        let hidden_until =
            millis + i64::try_from(declared.visibility.as_millis()).unwrap_or(i64::MAX / 2);
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        transaction.execute(
            "DELETE FROM message WHERE queue = ?1 AND sent_at < ?2",
            params![queue, expired],
        )?;
        let mut dead = None;
        if let Some(redrive) = &declared.redrive {
            // the clock of retention goes on, as in AWS's standard queues
            let moved = transaction.execute(
                "UPDATE message SET queue = ?1, receives = 0, first_received_at = NULL, receipt = NULL
                 WHERE queue = ?2 AND visible_at <= ?3 AND receives >= ?4",
                params![redrive.target, queue, millis, redrive.max_receive_count],
            )?;
            dead = (moved > 0).then_some(redrive.target.as_str());
        }
        let mut messages = Vec::new();
        {
            let mut rows = transaction.prepare_cached(
                "UPDATE message SET receives = receives + 1, visible_at = ?1, receipt = ?2,
                     first_received_at = COALESCE(first_received_at, ?3)
                 WHERE id = (SELECT id FROM message WHERE queue = ?4 AND visible_at <= ?3 ORDER BY visible_at, id LIMIT 1)
                 RETURNING message_id, receipt, body, sent_at, first_received_at, receives",
            )?;
            while messages.len() < limit {
                let receipt = uuid::Uuid::new_v4().to_string();
                let row = rows
                    .query_row(params![hidden_until, receipt, millis, queue], message)
                    .optional()?;
                let Some(message) = row else { break };
                messages.push(message);
            }
        }
        transaction.commit()?;
        drop(connection);
        if let Some(target) = dead {
            tracing::warn!("a message of {queue} was received too often and went to {target}");
            self.wake(target);
        }
        Ok(messages)
    }

    /// Deletes a message for good, unless somebody received it since.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn delete(&self, queue: &str, receipt: &str) -> Result<bool, rusqlite::Error> {
        let sql = "DELETE FROM message WHERE queue = ?1 AND receipt = ?2";
        Ok(self.lock().execute(sql, params![queue, receipt])? > 0)
    }

    /// When the next message of `queue` becomes visible.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn next_visible(&self, queue: &str) -> Result<Option<Timestamp>, rusqlite::Error> {
        let sql = "SELECT MIN(visible_at) FROM message WHERE queue = ?1";
        let at: Option<i64> = self.lock().query_row(sql, [queue], |row| row.get(0))?;
        Ok(at.and_then(|millis| Timestamp::from_millisecond(millis).ok()))
    }

    /// For every queue: messages visible at `now`, and messages hidden.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn depths(&self, now: Timestamp) -> Result<BTreeMap<String, (u64, u64)>, rusqlite::Error> {
        let mut depths: BTreeMap<String, (u64, u64)> = self
            .inner
            .queues
            .keys()
            .map(|id| (id.clone(), (0, 0)))
            .collect();
        let connection = self.lock();
        let mut rows = connection.prepare_cached(
            "SELECT queue, SUM(visible_at <= ?1), SUM(visible_at > ?1) FROM message GROUP BY queue",
        )?;
        let found = rows.query_map([now.as_millisecond()], |row| {
            Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))
        })?;
        for row in found {
            let (queue, depth) = row?;
            depths.insert(queue, depth);
        }
        Ok(depths)
    }

    /// Woken when a message arrives.
    pub(crate) fn arrived(&self, queue: &str) -> Option<Arc<Notify>> {
        self.inner
            .queues
            .get(queue)
            .map(|(_, notify)| Arc::clone(notify))
    }

    /// A queue's declaration.
    pub(crate) fn declared(&self, queue: &str) -> Option<&Queue> {
        self.inner.queues.get(queue).map(|(queue, _)| queue)
    }

    /// Reads a note: a checkpoint, or when a schedule last fired.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn note(&self, name: &str) -> Result<Option<String>, rusqlite::Error> {
        self.lock()
            .query_row("SELECT value FROM note WHERE name = ?1", [name], |row| {
                row.get(0)
            })
            .optional()
    }

    /// Writes a note, durably.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write_note(&self, name: &str, value: &str) -> Result<(), rusqlite::Error> {
        let sql = "INSERT INTO note VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2";
        self.lock().execute(sql, params![name, value]).map(drop)
    }

    fn wake(&self, queue: &str) {
        if let Some((_, notify)) = self.inner.queues.get(queue) {
            notify.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.inner
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn message(row: &rusqlite::Row<'_>) -> rusqlite::Result<Message> {
    let time = |at: usize| {
        Ok::<_, rusqlite::Error>(Timestamp::from_millisecond(row.get(at)?).unwrap_or_default())
    };
    Ok(Message {
        message_id: row.get(0)?,
        receipt: row.get(1)?,
        body: row.get(2)?,
        sent: time(3)?,
        first_received: time(4)?,
        receives: row.get(5)?,
    })
}

/// MD5 is not at hand and nobody checks it here; the field keeps its length.
pub(super) fn body_digest(body: &str) -> String {
    hex::encode(&sha2::Sha256::digest(body.as_bytes())[..16])
}
