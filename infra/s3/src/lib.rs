//! S3 on one machine: an s3s backend over files and an `SQLite` index.
//!
//! What an application sees of Amazon S3, kept in one directory: signatures and presigned links, versions, conditional
//! requests, checksums, multipart uploads, CORS and notifications. Who may do what is the [`Authorizer`]'s business, and
//! which notification goes where is the caller's.
//!
//! In the directory, `index.sqlite` says what there is and `blobs/` holds the bytes; an object is a list of runs of
//! bytes, so that neither a copy nor the end of a multipart upload writes any of them again. These hold at every moment,
//! and therefore after `kill -9` as well:
//!
//! - a row names only files that are in place and synced, and is itself synced before a client hears of it;
//! - a change and its notification are one transaction;
//! - a file that no row names is nothing but disk space, and the next start takes it back.
//!
//! Where AWS refuses, this refuses, with the same code. Not here: other storage classes than by name, encryption with
//! keys, object lock, access control lists, bucket policies, lifecycle rules and `${filename}` in posted forms.

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
