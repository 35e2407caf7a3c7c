//! S3's notifications into the queues that the template names: acknowledged once the queue's row is durable.

use std::sync::Arc;
use std::time::Duration;

use local_s3::{LocalS3, Notification};
use serde_json::json;

use crate::clock;
use crate::queue::Queues;
use crate::template::Bucket;

/// Looked at this often even when nobody wakes the pump.
const POLL: Duration = Duration::from_secs(2);
/// Notifications taken at a time.
const BATCH: usize = 100;

/// Decides which notifications get lost: the fault that the sweep is there for. The default loses none.
pub type Drop = Arc<dyn Fn(&Notification) -> bool + Send + Sync>;

/// Carries notifications until the future is dropped.
pub async fn pump(s3: LocalS3, queues: Queues, buckets: Vec<Bucket>, lost: Option<Drop>) {
    for bucket in &buckets {
        if let Err(error) = say_hello(&queues, bucket) {
            tracing::warn!("the test event of {} cannot be written: {error}", bucket.id);
        }
    }
    let changed = s3.notified();
    loop {
        let woken = changed.notified();
        match carry(&s3, &queues, &buckets, lost.as_ref()) {
            Ok(carried) if carried == BATCH => continue,
            Ok(_) => {}
            Err(reason) => tracing::warn!("S3's notifications cannot be carried: {reason}"),
        }
        tokio::select! {
            () = woken => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

fn carry(
    s3: &LocalS3,
    queues: &Queues,
    buckets: &[Bucket],
    lost: Option<&Drop>,
) -> Result<usize, String> {
    let pending = s3
        .pending_notifications(BATCH)
        .map_err(|error| error.to_string())?;
    for notification in &pending {
        if !lost.is_some_and(|lost| lost(notification)) {
            for queue in targets(buckets, notification) {
                let body = json!({ "Records": [notification.record] }).to_string();
                queues
                    .send(queue, &[body], clock::now())
                    .map_err(|error| error.to_string())?;
            }
        }
        s3.acknowledge_notification(notification.id)
            .map_err(|error| error.to_string())?;
    }
    Ok(pending.len())
}

fn targets<'a>(buckets: &'a [Bucket], notification: &Notification) -> Vec<&'a str> {
    let bucket = buckets
        .iter()
        .find(|bucket| bucket.config.name == notification.bucket);
    let entries = bucket
        .map(|bucket| bucket.notifications.as_slice())
        .unwrap_or_default();
    let mut queues: Vec<&str> = entries
        .iter()
        .filter(|entry| entry.matches(&notification.event_name, &notification.key))
        .map(|entry| entry.queue.as_str())
        .collect();
    queues.dedup();
    queues
}

/// S3 sends `s3:TestEvent` when a notification is configured; the first message a queue ever gets is that one.
fn say_hello(queues: &Queues, bucket: &Bucket) -> Result<(), rusqlite::Error> {
    let mut told: Vec<&str> = bucket
        .notifications
        .iter()
        .map(|entry| entry.queue.as_str())
        .collect();
    told.dedup();
    for queue in told {
        let note = format!("test event {} {queue}", bucket.id);
        if queues.note(&note)?.is_some() {
            continue;
        }
        let now = clock::now();
        let body = json!({
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": now.to_string(),
            "Bucket": bucket.config.name,
            "RequestId": uuid::Uuid::new_v4().simple().to_string(),
            "HostId": "local",
        });
        queues.send(queue, &[body.to_string()], now)?;
        queues.write_note(&note, &now.to_string())?;
    }
    Ok(())
}
