//! Notifications that wait for their acknowledgement.

use rusqlite::{Connection, params};

use crate::fault::Fault;
use crate::index::Change;
use crate::notification::Notification;

/// What happened to which object.
pub struct Notice<'a> {
    pub event: &'a str,
    pub bucket: &'a str,
    pub key: &'a str,
    pub size: u64,
    pub etag: &'a str,
    pub version: Option<&'a str>,
    pub principal: &'a str,
}

impl Change<'_> {
    /// Writes a notification with the change that it tells of.
    pub fn notice(&mut self, notice: &Notice<'_>) -> Result<(), Fault> {
        self.tx
            .prepare_cached(
                "INSERT INTO notices (event, bucket, key, size, etag, version, principal, time)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                notice.event,
                notice.bucket,
                notice.key,
                notice.size as i64,
                notice.etag,
                notice.version,
                notice.principal,
                self.now
            ])?;
        self.notices += 1;
        Ok(())
    }

    /// Forgets a notification.
    pub fn acknowledge(&mut self, id: i64) -> Result<(), Fault> {
        self.tx
            .prepare_cached("DELETE FROM notices WHERE id = ?1")?
            .execute([id])?;
        Ok(())
    }
}

/// The oldest `limit` notifications.
pub fn pending(
    connection: &Connection,
    region: &str,
    limit: usize,
) -> Result<Vec<Notification>, Fault> {
    let mut query = connection.prepare_cached(
        "SELECT id, event, bucket, key, size, etag, version, principal, time FROM notices ORDER BY id LIMIT ?1",
    )?;
    let rows = query.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
        let mut notification = Notification {
            id: row.get(0)?,
            event_name: row.get(1)?,
            bucket: row.get(2)?,
            key: row.get(3)?,
            size: row.get::<_, i64>(4)? as u64,
            etag: row.get(5)?,
            version_id: row.get(6)?,
            sequencer: format!("{:018X}", row.get::<_, i64>(0)?),
            time: jiff::Timestamp::from_millisecond(row.get(8)?).unwrap_or_default(),
            record: serde_json::Value::Null,
        };
        notification.record = notification.to_record(region, &row.get::<_, String>(7)?);
        Ok(notification)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
