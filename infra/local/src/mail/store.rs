//! The mails in one `SQLite` file.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use mail_parser::MessageParser;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

use crate::data::check_database;
use crate::error::StartError;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS mail (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        sender TEXT NOT NULL,
        recipients TEXT NOT NULL,
        subject TEXT NOT NULL,
        text TEXT NOT NULL,
        html TEXT NOT NULL
    );
";

/// A mail as it was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mail {
    /// Its number here.
    pub id: i64,
    /// When it was accepted.
    pub at: Timestamp,
    /// The sender, as the mail names it.
    pub from: String,
    /// Everybody it went to.
    pub to: Vec<String>,
    /// The subject.
    pub subject: String,
    /// The plain part, or empty.
    pub text: String,
    /// The HTML part, or empty.
    pub html: String,
}

/// How the mailbox's API shows a mail.
#[derive(Serialize)]
struct Shown<'a> {
    to: Recipients<'a>,
    from: &'a str,
    subject: &'a str,
    text: &'a str,
    html: &'a str,
    at: Timestamp,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Recipients<'a> {
    One(&'a str),
    Many(&'a [String]),
}

impl Mail {
    /// Reads a MIME message. The envelope's recipients, if given, are who it goes to.
    #[must_use]
    pub fn parse(raw: &[u8], envelope: Vec<String>) -> Option<Self> {
        let message = MessageParser::default().parse(raw)?;
        let addresses = |list: Option<&mail_parser::Address<'_>>| -> Vec<String> {
            list.into_iter()
                .flat_map(|list| list.iter())
                .filter_map(|one| one.address())
                .map(str::to_owned)
                .collect()
        };
        let from = message.from().and_then(|list| list.first());
        let from = from.map(|one| match (one.name(), one.address()) {
            (Some(name), Some(address)) => format!("{name} <{address}>"),
            (_, address) => address.unwrap_or_default().to_owned(),
        });
        let mut to = envelope;
        if to.is_empty() {
            to.extend(addresses(message.to()));
            to.extend(addresses(message.cc()));
            to.extend(addresses(message.bcc()));
        }
        // the parser would make one part of the other; the mailbox shows what is there
        let has = |kind: &str| {
            message.parts.iter().any(|part| match &part.body {
                mail_parser::PartType::Text(_) => kind == "text",
                mail_parser::PartType::Html(_) => kind == "html",
                _ => false,
            })
        };
        let text = message
            .body_text(0)
            .filter(|_| has("text"))
            .unwrap_or_default()
            .into_owned();
        let html = message
            .body_html(0)
            .filter(|_| has("html"))
            .unwrap_or_default()
            .into_owned();
        let subject = message.subject().unwrap_or_default().to_owned();
        Some(Self {
            id: 0,
            at: Timestamp::default(),
            from: from.unwrap_or_default(),
            to,
            subject,
            text,
            html,
        })
    }

    /// The mail as `{to, from, subject, text, html, at}`; `to` is a text for one recipient and a list for several.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        let to = match &self.to[..] {
            [one] => Recipients::One(one),
            many => Recipients::Many(many),
        };
        let shown = Shown {
            to,
            from: &self.from,
            subject: &self.subject,
            text: &self.text,
            html: &self.html,
            at: self.at,
        };
        serde_json::to_value(shown).unwrap_or_default()
    }
}

/// All mails. Clones share them.
#[derive(Clone)]
pub struct Mails {
    connection: Arc<Mutex<Connection>>,
}

impl Mails {
    /// Opens or creates the file.
    ///
    /// # Errors
    /// It is damaged or cannot be written.
    pub fn open(path: &Path) -> Result<Self, StartError> {
        check_database(path)?;
        let damaged = |error: rusqlite::Error| StartError::Damaged {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        let connection = Connection::open(path).map_err(damaged)?;
        connection.execute_batch(SCHEMA).map_err(damaged)?;
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// Keeps a mail; it is durable when this returns its number.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep(&self, mail: &Mail, at: Timestamp) -> Result<i64, rusqlite::Error> {
        let to = serde_json::to_string(&mail.to).unwrap_or_default();
        let connection = self.lock();
        connection.execute(
            "INSERT INTO mail (at, sender, recipients, subject, text, html) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![at.as_millisecond(), mail.from, to, mail.subject, mail.text, mail.html],
        )?;
        Ok(connection.last_insert_rowid())
    }

    /// All mails, newest last.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn all(&self) -> Result<Vec<Mail>, rusqlite::Error> {
        let connection = self.lock();
        let mut rows = connection.prepare_cached(&format!("{COLUMNS} ORDER BY id"))?;
        rows.query_map([], mail)?.collect()
    }

    /// One mail.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn get(&self, id: i64) -> Result<Option<Mail>, rusqlite::Error> {
        self.lock()
            .query_row(&format!("{COLUMNS} WHERE id = ?1"), [id], mail)
            .optional()
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

const COLUMNS: &str = "SELECT id, at, sender, recipients, subject, text, html FROM mail";

fn mail(row: &rusqlite::Row<'_>) -> rusqlite::Result<Mail> {
    let to: String = row.get(3)?;
    Ok(Mail {
        id: row.get(0)?,
        at: Timestamp::from_millisecond(row.get(1)?).unwrap_or_default(),
        from: row.get(2)?,
        to: serde_json::from_str(&to).unwrap_or_default(),
        subject: row.get(4)?,
        text: row.get(5)?,
        html: row.get(6)?,
    })
}
