//! The rest of a body that a refused request left unread.
//!
//! A client that is still sending when the connection closes sees a broken line and not the refusal, so the rest is
//! read and thrown away while the answer is on its way.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};

use crate::index::lock;

/// How long a client may go on sending what nobody wants.
const PATIENCE: Duration = Duration::from_secs(60);

/// A body whose rest can still be read when its reader is gone.
#[derive(Clone)]
pub struct Shared(Arc<Mutex<Incoming>>);

impl Shared {
    pub fn new(body: Incoming) -> Self {
        Self(Arc::new(Mutex::new(body)))
    }

    /// Throws the rest away, without keeping the answer waiting.
    pub fn discard(mut self) {
        if self.is_end_stream() {
            return;
        }
        tokio::spawn(async move {
            let all = async { while let Some(Ok(_)) = self.frame().await {} };
            // After that the connection may break.
            let _ = tokio::time::timeout(PATIENCE, all).await;
        });
    }
}

impl Body for Shared {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut *lock(&self.0)).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        lock(&self.0).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        lock(&self.0).size_hint()
    }
}
