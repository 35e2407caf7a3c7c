//! S3 on one machine: an s3s backend over files and an `SQLite` index.
//!
//! What an application sees of Amazon S3 (signatures, versions, conditions, checksums, multipart uploads, CORS,
//! notifications), kept in one directory. Who may do what is the [`Authorizer`]'s business, and which notification goes
//! where is the caller's.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "tests"))]

mod access;
mod backend;
mod config;
mod connections;
mod cors;
mod digest;
mod fault;
mod files;
mod front;
mod index;
mod intake;
mod notification;
mod rest;
mod server;
mod signing;

pub use config::{AccessKey, AllowAll, Authorizer, BucketConfig, CorsRule};
pub use notification::Notification;
pub use server::{Error, LocalS3, OpenError};
