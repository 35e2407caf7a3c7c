//! S3 upload event to renditions, or to a rejection with a reason the photographer understands.
//!
//! Events are hints: each one only names a key. What is in the bucket under it is looked up, and the row is made to
//! say that. A fault that will pass is reported for a retry; a file that cannot be read is a result.

/// One object's way: claim, read, render, store, commit.
pub mod upload;

pub use bucket::event;
use bucket::{Originals, Renditions};
use domain::mark::Look;
use event::{BatchResponse, Message, SqsEvent};
use imaging::{Limits, Mark};
use jiff::Timestamp;
use mark::Marks;
use table::Table;

/// What the function works with.
#[derive(Clone, Debug)]
pub struct Workshop {
    /// Rows.
    pub table: Table,
    /// Where photographs come from.
    pub originals: Originals,
    /// Where renditions go.
    pub renditions: Renditions,
    /// What is refused before it is decoded.
    pub limits: Limits,
    /// What is drawn across the proofs is made here …
    pub marks: Marks,
    /// … and is this name until the studio sets something else.
    pub studio: String,
}

impl Workshop {
    /// The mark as it is set now, for every photograph: whether anyone is shown the marked renditions is for the
    /// gallery's rights to say, and may change after the upload (P21). `None`: no letter of it can be drawn, and there
    /// are no marked ones.
    async fn mark(&self) -> Result<Option<Mark>, upload::Retry> {
        let set = self.table.studio_mark().await?;
        let look = set.map_or_else(|| Look::usual(&self.studio), |set| set.look());
        let mark = self.marks.of(&look).await?;
        if mark.is_none() {
            tracing::warn!("Cannot draw the studio's name: photographs get no marked renditions");
        }
        Ok(mark)
    }
}

/// Handles a batch; names the messages to be brought again. The deadline is the function's own.
pub async fn handle(workshop: &Workshop, batch: SqsEvent, deadline: Timestamp) -> BatchResponse {
    let mut response = BatchResponse::default();
    for message in batch.records {
        if let Err(error) = one(workshop, &message, deadline).await {
            tracing::error!(
                message.id = %message.message_id,
                error = &error as &dyn std::error::Error,
                "Could not finish an upload event; it comes again"
            );
            response.fail(message.message_id);
        }
    }
    response
}

async fn one(
    workshop: &Workshop,
    message: &Message,
    deadline: Timestamp,
) -> Result<(), upload::Retry> {
    for key in event::keys(&message.body)? {
        upload::settle(workshop, &key, deadline).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    /// Pages ask for the sizes that are made; `imaging` stands alone and names them itself.
    #[test]
    fn the_sizes_that_are_made_are_the_sizes_pages_ask_for() {
        assert_eq!(imaging::SIZES, domain::photo::SIZES);
        assert_eq!(imaging::MARKED, domain::photo::MARKED);
    }
}
