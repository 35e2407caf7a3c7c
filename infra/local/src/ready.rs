//! What a program reads to use the running stack: `--ready-file`.

use serde::{Deserialize, Serialize};

/// Everything that answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// The HTTP API's URL, without a trailing slash.
    pub site: String,
    /// Where the photographer signs in.
    pub studio: String,
    /// The mailbox's page.
    pub mailbox: String,
    /// Answers a JSON list of `{to, from, subject, text, html, at}`, newest last.
    pub mail_api: String,
    /// S3.
    pub s3: S3,
    /// `DynamoDB`.
    pub dynamodb: Dynamodb,
    /// Who may sign in to the studio.
    pub owner_email: String,
    /// The sample gallery, if one was made.
    pub sample: Option<Sample>,
}

/// How an S3 client connects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct S3 {
    /// URL.
    pub endpoint: String,
    /// Region to sign for.
    pub region: String,
    /// The developer's access key.
    pub access_key: String,
    /// And its secret.
    pub secret_key: String,
    /// Bucket names.
    pub buckets: Buckets,
}

/// The three buckets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Buckets {
    /// Where photographs are put.
    pub originals: String,
    /// What is made of them.
    pub renditions: String,
    /// Packed downloads.
    pub archives: String,
}

/// How a `DynamoDB` client connects; the keys are those of S3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dynamodb {
    /// URL.
    pub endpoint: String,
    /// The table's name.
    pub table: String,
}

/// The sample gallery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The link a client would get.
    pub gallery: String,
    /// And its PIN.
    pub pin: String,
}
