//! Objects and their versions.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use s3s::dto::ETagCondition;
use s3s::{S3Error, S3ErrorCode};
use serde::{Deserialize, Serialize};

use crate::digest::{Algorithm, Checksum, Digested, Kind};
use crate::fault::{Fault, refuse};
use crate::files::Segment;
use crate::index::notices::Notice;
use crate::index::{Change, buckets, segments};

/// Headers and user metadata that come back as they were sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attributes {
    pub content_type: Option<String>,
    pub content_disposition: Option<String>,
    pub content_encoding: Option<String>,
    pub content_language: Option<String>,
    pub cache_control: Option<String>,
    /// An HTTP date.
    pub expires: Option<String>,
    pub metadata: BTreeMap<String, String>,
}

/// A part of an object that was uploaded in parts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartShape {
    pub number: i32,
    pub size: u64,
    pub checksum: String,
}

/// Pairs of a tag's name and value.
pub type Tags = Vec<(String, String)>;

/// What is stored about a version.
#[derive(Clone, Debug)]
pub struct Version {
    pub id: i64,
    pub version: String,
    pub marker: bool,
    pub size: u64,
    pub etag: String,
    /// Milliseconds since 1970.
    pub modified: i64,
    pub class: String,
    pub checksum: Option<Checksum>,
    pub attributes: Attributes,
    pub tags: Tags,
    /// Empty if it was not uploaded in parts.
    pub parts: Vec<PartShape>,
}

const COLUMNS: &str =
    "id, version, marker, size, etag, modified, class, checksum, attributes, tags, parts";

impl Version {
    /// Who owns its bytes in the index.
    pub fn owner(&self) -> String {
        owner(self.id)
    }

    fn from_row(row: &Row<'_>) -> Result<Self, Fault> {
        let optional = |at: usize| -> Result<Option<String>, rusqlite::Error> { row.get(at) };
        Ok(Self {
            id: row.get(0)?,
            version: row.get(1)?,
            marker: row.get(2)?,
            size: row.get::<_, i64>(3)? as u64,
            etag: row.get(4)?,
            modified: row.get(5)?,
            class: row.get(6)?,
            checksum: optional(7)?
                .map(|json| serde_json::from_str(&json))
                .transpose()?,
            attributes: serde_json::from_str(&row.get::<_, String>(8)?)?,
            tags: serde_json::from_str(&row.get::<_, String>(9)?)?,
            parts: optional(10)?
                .map(|json| serde_json::from_str(&json))
                .transpose()?
                .unwrap_or_default(),
        })
    }
}

fn owner(id: i64) -> String {
    format!("v{id}")
}

/// A new object, its bytes in place.
#[derive(Clone, Debug, Default)]
pub struct NewObject {
    pub size: u64,
    pub etag: String,
    pub class: String,
    pub checksum: Option<Checksum>,
    pub attributes: Attributes,
    pub tags: Tags,
    pub parts: Vec<PartShape>,
    pub content: Vec<Segment>,
}

impl NewObject {
    /// Takes over what was found while its bytes were read in one piece.
    pub fn summed(&mut self, found: &Digested, algorithm: Algorithm) {
        self.size = found.size;
        self.etag = found.etag();
        let kept = |value: &str| Checksum {
            algorithm,
            kind: Kind::FullObject,
            value: value.to_owned(),
        };
        self.checksum = found.value(algorithm).map(kept);
    }
}

/// `If-Match` and `If-None-Match` of a write.
#[derive(Clone, Debug, Default)]
pub struct WriteConditions {
    pub if_match: Option<ETagCondition>,
    pub if_none_match: Option<ETagCondition>,
}

/// Where a change of an object comes from.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    /// Such as `ObjectCreated:Put`.
    pub event: &'a str,
    pub principal: &'a str,
}

/// The sentence AWS has for every condition that did not hold.
pub fn precondition_failed() -> S3Error {
    refuse(
        S3ErrorCode::PreconditionFailed,
        "At least one of the pre-conditions you specified did not hold",
    )
}

pub fn no_such_key() -> S3Error {
    refuse(S3ErrorCode::NoSuchKey, "The specified key does not exist.")
}

/// The newest version, a delete marker included.
pub fn latest(connection: &Connection, bucket: &str, key: &str) -> Result<Option<Version>, Fault> {
    let query = format!("SELECT {COLUMNS} FROM versions WHERE bucket = ?1 AND key = ?2 AND latest");
    let mut query = connection.prepare_cached(&query)?;
    query
        .query_row([bucket, key], |row| Ok(Version::from_row(row)))
        .optional()?
        .transpose()
}

/// The version called `version`, a delete marker included.
pub fn version(
    connection: &Connection,
    bucket: &str,
    key: &str,
    version: &str,
) -> Result<Option<Version>, Fault> {
    let query =
        format!("SELECT {COLUMNS} FROM versions WHERE bucket = ?1 AND key = ?2 AND version = ?3");
    let mut query = connection.prepare_cached(&query)?;
    query
        .query_row([bucket, key, version], |row| Ok(Version::from_row(row)))
        .optional()?
        .transpose()
}

/// The version that a request names, or the newest; refused as AWS refuses what is not there or is a delete marker.
pub fn find(
    connection: &Connection,
    bucket: &str,
    key: &str,
    wanted: Option<&str>,
) -> Result<Version, Fault> {
    buckets::versioning(connection, bucket)?;
    let Some(wanted) = wanted else {
        return match latest(connection, bucket, key)? {
            Some(found) if found.marker => Err(of_marker(no_such_key(), &found).into()),
            found => Ok(found.ok_or_else(no_such_key)?),
        };
    };
    match version(connection, bucket, key, wanted)? {
        Some(found) if found.marker => {
            let said = "The specified method is not allowed against this resource.";
            Err(of_marker(refuse(S3ErrorCode::MethodNotAllowed, said), &found).into())
        }
        Some(found) => Ok(found),
        None if wanted == "null" || wanted.len() == 32 => Err(refuse(
            S3ErrorCode::NoSuchVersion,
            "The specified version does not exist.",
        )
        .into()),
        None => Err(refuse(S3ErrorCode::InvalidArgument, "Invalid version id specified").into()),
    }
}

fn of_marker(mut error: S3Error, marker: &Version) -> S3Error {
    let mut headers = http::HeaderMap::new();
    headers.insert(
        http::header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/xml"),
    );
    headers.insert(
        "x-amz-delete-marker",
        http::HeaderValue::from_static("true"),
    );
    if let Ok(version) = http::HeaderValue::from_str(&marker.version) {
        headers.insert("x-amz-version-id", version);
    }
    error.set_headers(headers);
    error
}

/// A version with its bytes.
pub fn find_content(
    connection: &Connection,
    bucket: &str,
    key: &str,
    wanted: Option<&str>,
) -> Result<(Version, Vec<Segment>), Fault> {
    let found = find(connection, bucket, key, wanted)?;
    let content = segments(connection, &found.owner())?;
    Ok((found, content))
}

impl WriteConditions {
    /// Whether a write may go on over what is there now.
    pub fn check(&self, connection: &Connection, bucket: &str, key: &str) -> Result<(), Fault> {
        if self.if_match.is_none() && self.if_none_match.is_none() {
            return Ok(());
        }
        let there = latest(connection, bucket, key)?.filter(|found| !found.marker);
        let is = |condition: &ETagCondition, found: &Version| match condition {
            ETagCondition::Any => true,
            ETagCondition::ETag(etag) => etag.value() == found.etag,
        };
        match (&self.if_match, &there) {
            (Some(_), None) => return Err(no_such_key().into()),
            (Some(condition), Some(found)) if !is(condition, found) => {
                return Err(precondition_failed().into());
            }
            _ => {}
        }
        match (&self.if_none_match, &there) {
            (Some(condition), Some(found)) if is(condition, found) => {
                Err(precondition_failed().into())
            }
            _ => Ok(()),
        }
    }
}

impl Change<'_> {
    /// Makes `object` the newest version of `key`; returns the version as the answer shows it.
    pub fn put_object(
        &mut self,
        bucket: &str,
        key: &str,
        conditions: &WriteConditions,
        object: &NewObject,
        origin: Origin<'_>,
    ) -> Result<Option<String>, Fault> {
        let versioning = buckets::versioning(&self.tx, bucket)?;
        conditions.check(&self.tx, bucket, key)?;
        let version = versioning.next_version();
        let id = self.insert_version(bucket, key, &version, false, object)?;
        self.put_segments(&owner(id), &object.content)?;
        let shown = versioning.shown(&version);
        self.notice(&Notice {
            event: origin.event,
            bucket,
            key,
            size: object.size,
            etag: &object.etag,
            version: shown.as_deref(),
            principal: origin.principal,
        })?;
        Ok(shown)
    }

    /// Replaces the version of the same name and becomes the newest.
    pub fn insert_version(
        &mut self,
        bucket: &str,
        key: &str,
        version: &str,
        marker: bool,
        object: &NewObject,
    ) -> Result<i64, Fault> {
        self.remove_version(bucket, key, version)?;
        self.tx
            .prepare_cached(
                "UPDATE versions SET latest = 0 WHERE bucket = ?1 AND key = ?2 AND latest",
            )?
            .execute([bucket, key])?;
        let checksum = object
            .checksum
            .as_ref()
            .map(serde_json::to_string)
            .transpose()?;
        let parts = (!object.parts.is_empty())
            .then(|| serde_json::to_string(&object.parts))
            .transpose()?;
        self.tx
            .prepare_cached(
                "INSERT INTO versions
                 (bucket, key, version, latest, marker, size, etag, modified, class, checksum, attributes, tags, parts)
                 VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute(params![
                bucket,
                key,
                version,
                marker,
                object.size as i64,
                object.etag,
                self.now,
                object.class,
                checksum,
                serde_json::to_string(&object.attributes)?,
                serde_json::to_string(&object.tags)?,
                parts
            ])?;
        Ok(self.tx.last_insert_rowid())
    }

    /// Replaces the tags of a version.
    pub fn set_tags(
        &mut self,
        bucket: &str,
        key: &str,
        wanted: Option<&str>,
        tags: &Tags,
        origin: Origin<'_>,
    ) -> Result<Option<String>, Fault> {
        let found = find(&self.tx, bucket, key, wanted)?;
        let tags = serde_json::to_string(tags)?;
        self.tx.execute(
            "UPDATE versions SET tags = ?2 WHERE id = ?1",
            params![found.id, tags],
        )?;
        let shown = buckets::versioning(&self.tx, bucket)?.shown(&found.version);
        self.notice(&Notice {
            event: origin.event,
            bucket,
            key,
            size: found.size,
            etag: &found.etag,
            version: shown.as_deref(),
            principal: origin.principal,
        })?;
        Ok(shown)
    }
}
