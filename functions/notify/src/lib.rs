//! Table stream to mail; the only sender (invariant 5).
//!
//! The stream says that a mail was posted, perhaps twice and perhaps late; what it says lies in the table, and whoever
//! takes it there first sends it. What was posted for an unknown address is taken and dropped the same way (R-4.7).
//! Nothing of a mail is ever logged: it holds codes and addresses.
#![cfg_attr(
    test,
    expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")
)]

/// The stream's records and the answer to them.
pub mod event;
/// What the mails say.
pub mod letter;

use aws_sdk_sesv2::error::ProvideErrorMetadata as _;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, RawMessage};
use event::{BatchResponse, Failure, Record, StreamEvent};
use jiff::Timestamp;
use letter::{Letter, Letterhead, Unwritable};
use table::{OutboxKey, Table};

/// What the function works with.
#[derive(Debug, Clone)]
pub struct Post {
    /// The outbox.
    pub table: Table,
    /// SES.
    pub ses: aws_sdk_sesv2::Client,
    /// Name, addresses and site of the studio.
    pub head: Letterhead,
}

/// Why a mail did not go. No text of SES's: it may name the address.
#[derive(Debug, thiserror::Error)]
enum Unsent {
    #[error("the outbox did not answer")]
    Table(#[from] table::Error),
    #[error("the mail cannot be written")]
    Letter(#[from] Unwritable),
    #[error("SES did not take the mail ({0})")]
    Refused(String),
}

/// Sends the mails of a batch; names those that must come again.
pub async fn handle(post: &Post, batch: StreamEvent, now: Timestamp) -> BatchResponse {
    let mut response = BatchResponse::default();
    for Record { change } in batch.records {
        if let Err(error) = deliver(post, &change.key(), now).await {
            tracing::error!(
                record = %change.sequence_number,
                error = &error as &dyn std::error::Error,
                "Could not send a mail; it comes again"
            );
            let item = change.sequence_number;
            response.failures.push(Failure { item });
        }
    }
    response
}

/// Takes one mail, sends it, removes it. One that could not be sent is put back for the stream's next try; one that
/// was sent and not removed is held by its lease until that try finds it taken.
async fn deliver(post: &Post, key: &OutboxKey, now: Timestamp) -> Result<(), Unsent> {
    let Some(mail) = post.table.take(key, now).await? else {
        return Ok(());
    };
    let sent = match letter::write(&mail, &post.head, now) {
        Ok(Some(letter)) => send(post, letter).await,
        Ok(None) => Ok(()), // posted for an unknown address
        Err(fault) => Err(fault.into()),
    };
    if let Err(fault) = sent {
        post.table.put_back(key).await?;
        return Err(fault);
    }
    post.table.sent(key).await?;
    Ok(())
}

async fn send(post: &Post, letter: Letter) -> Result<(), Unsent> {
    let refused = |code: Option<&str>| Unsent::Refused(code.unwrap_or("no answer").to_owned());
    let raw = RawMessage::builder()
        .data(Blob::new(letter.message))
        .build();
    let raw = raw.map_err(|_| refused(Some("empty message")))?;
    let to = Destination::builder().to_addresses(letter.to.as_str());
    post.ses
        .send_email()
        .from_email_address(post.head.sender.as_str())
        .destination(to.build())
        .content(EmailContent::builder().raw(raw).build())
        .send()
        .await
        .map_err(|fault| refused(fault.code()))?;
    tracing::info!("sent a mail");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stream's own shape, and the answer's.
    #[test]
    fn a_record_names_the_mail_and_the_answer_names_the_record() {
        let event = r#"{"Records":[{"eventID":"1","eventName":"INSERT","eventSource":"aws:dynamodb","dynamodb":{
            "Keys":{"PK":{"S":"OUTBOX#3"},"SK":{"S":"2026-11-22T14:45:50Z#x"}},
            "NewImage":{"PK":{"S":"OUTBOX#3"}},"SequenceNumber":"111","SizeBytes":26,"StreamViewType":"NEW_IMAGE"}}]}"#;
        let event: StreamEvent = serde_json::from_str(event).unwrap();
        let change = &event.records[0].change;
        assert_eq!(change.key().pk, "OUTBOX#3");
        assert_eq!(change.key().sk, "2026-11-22T14:45:50Z#x");
        let item = change.sequence_number.clone();
        let answer = BatchResponse {
            failures: vec![Failure { item }],
        };
        assert_eq!(
            serde_json::to_string(&answer).unwrap(),
            r#"{"batchItemFailures":[{"itemIdentifier":"111"}]}"#
        );
    }
}
