//! Removing objects: versions, delete markers, and what the next newest version is.

use rusqlite::OptionalExtension as _;

use crate::fault::Fault;
use crate::index::buckets::{self, Versioning};
use crate::index::notices::Notice;
use crate::index::objects::NewObject;
use crate::index::{Change, objects::WriteConditions};

/// What a delete did.
#[derive(Debug, Default)]
pub struct Deleted {
    /// What was named or created, as the answer shows it.
    pub version: Option<String>,
    /// Whether that is a delete marker.
    pub marker: bool,
}

impl Change<'_> {
    /// Deletes a key: the named version for good, otherwise the object, leaving a marker where versions are kept.
    /// Deleting what is not there succeeds.
    pub fn delete_object(
        &mut self,
        bucket: &str,
        key: &str,
        wanted: Option<&str>,
        conditions: &WriteConditions,
        principal: &str,
    ) -> Result<Deleted, Fault> {
        let versioning = buckets::versioning(&self.tx, bucket)?;
        conditions.check(&self.tx, bucket, key)?;
        match wanted {
            Some(version) => self.delete_version(bucket, key, version, principal),
            None if versioning == Versioning::Never => {
                if self.remove_version(bucket, key, "null")?.is_some() {
                    self.notice_removal("ObjectRemoved:Delete", bucket, key, None, principal)?;
                }
                Ok(Deleted::default())
            }
            None => self.mark_deleted(bucket, key, versioning, principal),
        }
    }

    fn delete_version(
        &mut self,
        bucket: &str,
        key: &str,
        version: &str,
        principal: &str,
    ) -> Result<Deleted, Fault> {
        let removed = self.remove_version(bucket, key, version)?;
        self.promote(bucket, key)?;
        if removed.is_some() {
            self.notice_removal(
                "ObjectRemoved:Delete",
                bucket,
                key,
                Some(version),
                principal,
            )?;
        }
        Ok(Deleted {
            version: Some(version.to_owned()),
            marker: removed == Some(true),
        })
    }

    fn mark_deleted(
        &mut self,
        bucket: &str,
        key: &str,
        versioning: Versioning,
        principal: &str,
    ) -> Result<Deleted, Fault> {
        let version = versioning.next_version();
        self.insert_version(bucket, key, &version, true, &NewObject::default())?;
        self.notice_removal(
            "ObjectRemoved:DeleteMarkerCreated",
            bucket,
            key,
            Some(&version),
            principal,
        )?;
        Ok(Deleted {
            version: Some(version),
            marker: true,
        })
    }

    fn notice_removal(
        &mut self,
        event: &str,
        bucket: &str,
        key: &str,
        version: Option<&str>,
        principal: &str,
    ) -> Result<(), Fault> {
        self.notice(&Notice {
            event,
            bucket,
            key,
            size: 0,
            etag: "",
            version,
            principal,
        })
    }

    /// Takes a version and its bytes away; tells whether it was a delete marker, or `None` if it was not there.
    pub fn remove_version(
        &mut self,
        bucket: &str,
        key: &str,
        version: &str,
    ) -> Result<Option<bool>, Fault> {
        let row: Option<(i64, bool)> = self
            .tx
            .prepare_cached(
                "SELECT id, marker FROM versions WHERE bucket = ?1 AND key = ?2 AND version = ?3",
            )?
            .query_row([bucket, key, version], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((id, marker)) = row else {
            return Ok(None);
        };
        self.drop_segments(&format!("v{id}"))?;
        self.tx
            .prepare_cached("DELETE FROM versions WHERE id = ?1")?
            .execute([id])?;
        Ok(Some(marker))
    }

    /// Makes the newest version that is left the latest.
    fn promote(&mut self, bucket: &str, key: &str) -> Result<(), Fault> {
        self.tx
            .prepare_cached(
                "UPDATE versions SET latest = 1 WHERE id =
                 (SELECT id FROM versions WHERE bucket = ?1 AND key = ?2 ORDER BY id DESC LIMIT 1)",
            )?
            .execute([bucket, key])?;
        Ok(())
    }
}
