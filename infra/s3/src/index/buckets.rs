//! Buckets: which there are, whether they keep versions, and their CORS rules.

use rusqlite::{Connection, OptionalExtension as _, params};
use s3s::S3ErrorCode;

use crate::config::{BucketConfig, CorsRule};
use crate::fault::{Fault, refuse};
use crate::index::Change;

/// Whether a bucket keeps versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Versioning {
    /// It never did.
    Never,
    Enabled,
    Suspended,
}

impl Versioning {
    /// The name in the API; empty if it was never on.
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "",
            Self::Enabled => "Enabled",
            Self::Suspended => "Suspended",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "Enabled" => Self::Enabled,
            "Suspended" => Self::Suspended,
            _ => Self::Never,
        }
    }

    /// What the next object's version is called.
    pub fn next_version(self) -> String {
        if self == Self::Enabled {
            uuid::Uuid::now_v7().simple().to_string()
        } else {
            "null".to_owned()
        }
    }

    /// The version as answers show it: not at all where there never were versions.
    pub fn shown(self, version: &str) -> Option<String> {
        (self != Self::Never || version != "null").then(|| version.to_owned())
    }
}

fn no_such_bucket() -> Fault {
    refuse(
        S3ErrorCode::NoSuchBucket,
        "The specified bucket does not exist",
    )
    .into()
}

/// Whether the bucket keeps versions; refused if there is no such bucket.
pub fn versioning(connection: &Connection, bucket: &str) -> Result<Versioning, Fault> {
    let mut query = connection.prepare_cached("SELECT versioning FROM buckets WHERE name = ?1")?;
    let name: Option<String> = query.query_row([bucket], |row| row.get(0)).optional()?;
    name.map(|name| Versioning::named(&name))
        .ok_or_else(no_such_bucket)
}

/// The bucket's CORS rules; refused if there is no such bucket.
pub fn cors(connection: &Connection, bucket: &str) -> Result<Vec<CorsRule>, Fault> {
    let mut query = connection.prepare_cached("SELECT cors FROM buckets WHERE name = ?1")?;
    let rules: Option<String> = query.query_row([bucket], |row| row.get(0)).optional()?;
    Ok(serde_json::from_str(&rules.ok_or_else(no_such_bucket)?)?)
}

/// Every bucket and when it was created, in milliseconds since 1970.
pub fn all(connection: &Connection) -> Result<Vec<(String, i64)>, Fault> {
    let mut query = connection.prepare_cached("SELECT name, created FROM buckets ORDER BY name")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

impl Change<'_> {
    /// Creates what the template declares and replaces the configuration of what is there.
    pub fn declare_bucket(&mut self, config: &BucketConfig) -> Result<(), Fault> {
        let cors = serde_json::to_string(&config.cors)?;
        // A bucket that had versions cannot become one that never had.
        self.tx.execute(
            "INSERT INTO buckets (name, created, versioning, cors) VALUES (?1, ?2, iif(?3, 'Enabled', ''), ?4)
             ON CONFLICT (name) DO UPDATE SET cors = ?4,
               versioning = iif(?3, 'Enabled', iif(versioning = '', '', 'Suspended'))",
            params![config.name, self.now, config.versioning, cors],
        )?;
        Ok(())
    }

    /// Creates an empty bucket.
    pub fn create_bucket(&mut self, name: &str) -> Result<(), Fault> {
        let created = self.tx.execute(
            "INSERT INTO buckets (name, created, versioning, cors) VALUES (?1, ?2, '', '[]') ON CONFLICT DO NOTHING",
            params![name, self.now],
        )?;
        if created == 0 {
            let said = "Your previous request to create the named bucket succeeded and you already own it.";
            return Err(refuse(S3ErrorCode::BucketAlreadyOwnedByYou, said).into());
        }
        Ok(())
    }

    /// Deletes a bucket without versions or delete markers; its unfinished uploads go with it.
    pub fn delete_bucket(&mut self, name: &str) -> Result<(), Fault> {
        versioning(&self.tx, name)?;
        if self
            .tx
            .prepare_cached("SELECT 1 FROM versions WHERE bucket = ?1 LIMIT 1")?
            .exists([name])?
        {
            return Err(refuse(
                S3ErrorCode::BucketNotEmpty,
                "The bucket you tried to delete is not empty",
            )
            .into());
        }
        let uploads: Vec<String> = self
            .tx
            .prepare("SELECT id FROM uploads WHERE bucket = ?1")?
            .query_map([name], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for upload in uploads {
            self.drop_upload(&upload)?;
        }
        self.tx
            .execute("DELETE FROM buckets WHERE name = ?1", [name])?;
        Ok(())
    }

    /// Turns versions on or off.
    pub fn set_versioning(&mut self, bucket: &str, enabled: bool) -> Result<(), Fault> {
        versioning(&self.tx, bucket)?;
        let state = if enabled {
            Versioning::Enabled
        } else {
            Versioning::Suspended
        };
        self.tx.execute(
            "UPDATE buckets SET versioning = ?2 WHERE name = ?1",
            [bucket, state.name()],
        )?;
        Ok(())
    }

    /// Replaces the CORS rules.
    pub fn set_cors(&mut self, bucket: &str, rules: &[CorsRule]) -> Result<(), Fault> {
        versioning(&self.tx, bucket)?;
        let rules = serde_json::to_string(rules)?;
        self.tx.execute(
            "UPDATE buckets SET cors = ?2 WHERE name = ?1",
            [bucket, &rules],
        )?;
        Ok(())
    }
}
