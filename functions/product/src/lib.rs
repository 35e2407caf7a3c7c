//! One file of a download product from an original (P39), or a reason in words why there is none.
//!
//! Who asks puts an object under `jobs/`; S3 says so to a queue. What is made lies under `products/`, named after what was
//! asked: a duplicate finds it made. What will pass is tried again; what never will is written down, once.

/// One job's way: read, make, store.
pub mod make;

pub use bucket::event;
use bucket::{Archives, Originals};
use event::{BatchResponse, Message, SqsEvent};
use imaging::Limits;
use mark::Marks;

/// What the function works with.
#[derive(Clone, Debug)]
pub struct Workshop {
    /// Where photographs come from.
    pub originals: Originals,
    /// Where jobs are asked and files go.
    pub archives: Archives,
    /// What is drawn across files that are marked is made here.
    pub marks: Marks,
    /// What is refused before it is decoded.
    pub limits: Limits,
}

/// Handles a batch; names the messages to be brought again.
pub async fn handle(workshop: &Workshop, batch: SqsEvent) -> BatchResponse {
    let mut response = BatchResponse::default();
    for message in batch.records {
        if let Err(error) = one(workshop, &message).await {
            tracing::error!(
                message.id = %message.message_id,
                error = &error as &dyn std::error::Error,
                "Could not make a file; its job comes again"
            );
            response.fail(message.message_id);
        }
    }
    response
}

async fn one(workshop: &Workshop, message: &Message) -> Result<(), make::Retry> {
    for key in event::keys(&message.body)? {
        make::settle(workshop, &key).await?;
    }
    Ok(())
}
