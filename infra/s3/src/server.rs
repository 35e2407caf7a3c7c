//! The handle on a running server.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use crate::access::Access;
use crate::backend::Backend;
use crate::fault::Fault;
use crate::index::{Index, notices};
use crate::{AccessKey, AllowAll, Authorizer, BucketConfig, Notification, connections};

/// The data directory cannot be used; one sentence for whoever started the program.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OpenError(String);

impl OpenError {
    pub(crate) fn unwritable(dir: &Path, error: &io::Error) -> Self {
        Self(format!(
            "The directory {} cannot be used: {error}.",
            dir.display()
        ))
    }

    pub(crate) fn in_use(dir: &Path) -> Self {
        Self(format!(
            "The directory {} is in use by another process.",
            dir.display()
        ))
    }

    pub(crate) fn damaged(dir: &Path, error: &rusqlite::Error) -> Self {
        Self(format!(
            "The directory {} is damaged: its index cannot be read ({error}).",
            dir.display()
        ))
    }

    pub(crate) fn incomplete(dir: &Path, missing: usize) -> Self {
        Self(format!(
            "The directory {} is damaged: {missing} files that its index names are missing.",
            dir.display()
        ))
    }
}

/// The index could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the index of the local S3 failed")]
pub struct Error(#[source] Fault);

/// An S3 server over one directory. Clones share it.
#[derive(Clone)]
pub struct LocalS3 {
    pub(crate) index: Arc<Index>,
    pub(crate) access: Arc<Access>,
    pub(crate) region: Arc<str>,
}

impl LocalS3 {
    /// Opens or creates `dir`. Buckets of `buckets` that are missing are created, and the configuration of each is replaced.
    ///
    /// # Errors
    /// The directory cannot be written, another process uses it, or what is in it is damaged.
    pub fn open(dir: &Path, region: &str, buckets: Vec<BucketConfig>) -> Result<Self, OpenError> {
        let index = Index::open(dir)?;
        index
            .change(|change| {
                buckets
                    .iter()
                    .try_for_each(|bucket| change.declare_bucket(bucket))
            })
            .map_err(|fault| {
                OpenError(format!(
                    "The directory {} cannot be used: {fault}.",
                    dir.display()
                ))
            })?;
        let access = Access {
            keys: RwLock::new(HashMap::new()),
            authorizer: RwLock::new(Arc::new(AllowAll)),
        };
        Ok(Self {
            index: Arc::new(index),
            access: Arc::new(access),
            region: region.into(),
        })
    }

    /// Replaces the keys that requests may be signed with; may be called while serving.
    pub fn set_keys(&self, keys: Vec<AccessKey>) {
        let keys = keys.into_iter().map(|key| (key.id.clone(), key)).collect();
        *self
            .access
            .keys
            .write()
            .unwrap_or_else(PoisonError::into_inner) = keys;
    }

    /// Replaces who decides what a principal may do; may be called while serving.
    pub fn set_authorizer(&self, authorizer: Arc<dyn Authorizer>) {
        *self
            .access
            .authorizer
            .write()
            .unwrap_or_else(PoisonError::into_inner) = authorizer;
    }

    /// Answers requests until `shutdown`, then lets those in progress end, for ten seconds at most.
    ///
    /// # Errors
    /// The listener failed.
    pub async fn serve(
        self,
        listener: tokio::net::TcpListener,
        shutdown: impl Future<Output = ()> + Send,
    ) -> io::Result<()> {
        connections::serve(self, listener, shutdown).await
    }

    /// Up to `limit` notifications nobody acknowledged, oldest first.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn pending_notifications(&self, limit: usize) -> Result<Vec<Notification>, Error> {
        self.index
            .look(|connection| notices::pending(connection, &self.region, limit))
            .map_err(Error)
    }

    /// Forgets a notification that has been delivered. Unknown ids are fine.
    ///
    /// # Errors
    /// The index cannot be written.
    pub fn acknowledge_notification(&self, id: i64) -> Result<(), Error> {
        self.index
            .change(|change| change.acknowledge(id))
            .map_err(Error)
    }

    /// Woken on every new notification. A wake-up while nobody waits is kept for the next who does.
    #[must_use]
    pub fn notified(&self) -> Arc<tokio::sync::Notify> {
        Arc::clone(&self.index.changed)
    }

    pub(crate) fn backend(&self) -> Backend {
        Backend {
            index: Arc::clone(&self.index),
            access: Arc::clone(&self.access),
            region: Arc::clone(&self.region),
        }
    }
}
