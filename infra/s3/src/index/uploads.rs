//! Multipart uploads in progress and their parts.

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use s3s::S3ErrorCode;

use crate::digest::{Algorithm, Digested, Kind};
use crate::fault::{Fault, refuse};
use crate::files::Segment;
use crate::index::objects::{Attributes, Tags};
use crate::index::{Change, buckets, segments};

/// An upload in progress.
#[derive(Clone, Debug)]
pub struct Upload {
    pub id: String,
    pub key: String,
    /// Milliseconds since 1970.
    pub initiated: i64,
    pub class: String,
    /// What the client asked for when it began.
    pub declared: Option<(Algorithm, Kind)>,
    pub attributes: Attributes,
    pub tags: Tags,
}

/// A part that was uploaded.
#[derive(Clone, Debug)]
pub struct Part {
    pub id: i64,
    pub number: i32,
    pub size: u64,
    pub etag: String,
    /// Base64, of [`Upload::algorithm`].
    pub checksum: String,
    /// Milliseconds since 1970.
    pub modified: i64,
}

const UPLOAD: &str = "id, key, initiated, class, algorithm, kind, attributes, tags";
const PART: &str = "id, number, size, etag, checksum, modified";

impl Upload {
    /// The algorithm its parts are summed with: S3 takes CRC-64/NVME where the client names none.
    pub fn algorithm(&self) -> Algorithm {
        self.declared
            .map_or(Algorithm::Crc64Nvme, |(algorithm, _)| algorithm)
    }

    /// The kind of the whole object's checksum.
    pub fn kind(&self) -> Kind {
        self.declared.map_or(Kind::FullObject, |(_, kind)| kind)
    }

    fn from_row(row: &Row<'_>) -> Result<Self, Fault> {
        let algorithm: Option<String> = row.get(4)?;
        let kind: Option<String> = row.get(5)?;
        let declared = match (algorithm, kind) {
            (Some(algorithm), Some(kind)) => Some((
                serde_json::from_str(&algorithm)?,
                serde_json::from_str(&kind)?,
            )),
            _ => None,
        };
        Ok(Self {
            id: row.get(0)?,
            key: row.get(1)?,
            initiated: row.get(2)?,
            class: row.get(3)?,
            declared,
            attributes: serde_json::from_str(&row.get::<_, String>(6)?)?,
            tags: serde_json::from_str(&row.get::<_, String>(7)?)?,
        })
    }
}

impl Part {
    /// A part that is about to be stored.
    pub fn new(number: i32, found: &Digested, algorithm: Algorithm) -> Self {
        let checksum = found.value(algorithm).unwrap_or_default().to_owned();
        Self {
            id: 0,
            number,
            size: found.size,
            etag: found.etag(),
            checksum,
            modified: 0,
        }
    }

    /// Who owns its bytes in the index.
    pub fn owner(&self) -> String {
        format!("p{}", self.id)
    }

    fn from_row(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            number: row.get(1)?,
            size: row.get::<_, i64>(2)? as u64,
            etag: row.get(3)?,
            checksum: row.get(4)?,
            modified: row.get(5)?,
        })
    }
}

/// The upload; refused if the bucket or the upload is not there, or belongs to another key.
pub fn upload(connection: &Connection, bucket: &str, key: &str, id: &str) -> Result<Upload, Fault> {
    buckets::versioning(connection, bucket)?;
    let query = format!("SELECT {UPLOAD} FROM uploads WHERE id = ?1 AND bucket = ?2 AND key = ?3");
    let mut query = connection.prepare_cached(&query)?;
    let found = query
        .query_row([id, bucket, key], |row| Ok(Upload::from_row(row)))
        .optional()?
        .transpose()?;
    Ok(found.ok_or_else(|| {
        let said = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
                    aborted or completed.";
        refuse(S3ErrorCode::NoSuchUpload, said)
    })?)
}

/// Up to `limit` parts with a number above `after`, in order.
pub fn parts(
    connection: &Connection,
    upload: &str,
    after: i32,
    limit: usize,
) -> Result<Vec<Part>, Fault> {
    let query = format!(
        "SELECT {PART} FROM parts WHERE upload = ?1 AND number > ?2 ORDER BY number LIMIT ?3"
    );
    let mut query = connection.prepare_cached(&query)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = query.query_map(params![upload, after, limit], Part::from_row)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Up to `limit` uploads of keys with `prefix`, ordered by key and then by when they began, after that key and id.
pub fn all(
    connection: &Connection,
    bucket: &str,
    prefix: &str,
    after: (&str, &str),
    limit: usize,
) -> Result<Vec<Upload>, Fault> {
    buckets::versioning(connection, bucket)?;
    // Upload ids are version 7 UUIDs: their order is that of their beginning.
    let query = format!(
        "SELECT {UPLOAD} FROM uploads WHERE bucket = ?1 AND substr(key, 1, length(?2)) = ?2
         AND (key, id) > (?3, ?4) ORDER BY key, id LIMIT ?5"
    );
    let mut query = connection.prepare_cached(&query)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = query.query_map(params![bucket, prefix, after.0, after.1, limit], |row| {
        Ok(Upload::from_row(row))
    })?;
    rows.map(|row| row?).collect()
}

impl Change<'_> {
    /// Begins an upload.
    pub fn begin_upload(&mut self, bucket: &str, upload: &Upload) -> Result<(), Fault> {
        buckets::versioning(&self.tx, bucket)?;
        let (algorithm, kind) = upload.declared.unzip();
        self.tx.execute(
            "INSERT INTO uploads (id, bucket, key, initiated, class, algorithm, kind, attributes, tags)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                upload.id,
                bucket,
                upload.key,
                self.now,
                upload.class,
                algorithm.map(|algorithm| serde_json::to_string(&algorithm)).transpose()?,
                kind.map(|kind| serde_json::to_string(&kind)).transpose()?,
                serde_json::to_string(&upload.attributes)?,
                serde_json::to_string(&upload.tags)?
            ],
        )?;
        Ok(())
    }

    /// Puts a part in place of one with the same number; returns when it was stored.
    pub fn put_part(
        &mut self,
        upload: &str,
        part: &Part,
        content: &[Segment],
    ) -> Result<i64, Fault> {
        let query = format!("SELECT {PART} FROM parts WHERE upload = ?1 AND number = ?2");
        let old = self
            .tx
            .prepare_cached(&query)?
            .query_row(params![upload, part.number], Part::from_row)
            .optional()?;
        if let Some(old) = old {
            self.drop_segments(&old.owner())?;
            self.tx
                .execute("DELETE FROM parts WHERE id = ?1", [old.id])?;
        }
        self.tx.execute(
            "INSERT INTO parts (upload, number, size, etag, checksum, modified) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![upload, part.number, part.size as i64, part.etag, part.checksum, self.now],
        )?;
        self.put_segments(&format!("p{}", self.tx.last_insert_rowid()), content)?;
        Ok(self.now)
    }

    /// Ends an upload. Bytes of its parts stay only where a version names them too.
    pub fn drop_upload(&mut self, upload: &str) -> Result<(), Fault> {
        for part in parts(&self.tx, upload, 0, usize::MAX)? {
            self.drop_segments(&part.owner())?;
        }
        self.tx
            .execute("DELETE FROM parts WHERE upload = ?1", [upload])?;
        self.tx
            .execute("DELETE FROM uploads WHERE id = ?1", [upload])?;
        Ok(())
    }

    /// The bytes of `chosen`, in their order.
    pub fn content_of(&self, chosen: &[Part]) -> Result<Vec<Segment>, Fault> {
        let mut content = Vec::new();
        for part in chosen {
            content.extend(segments(&self.tx, &part.owner())?);
        }
        Ok(content)
    }
}
