//! Fires the template's schedules, and any of them now when the console asks.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;

use crate::clock;
use crate::lambda::{Functions, Outcome};
use crate::queue::Queues;
use crate::template::Schedule;

/// One function's schedule.
#[derive(Clone)]
pub struct Timer {
    /// The function's logical id.
    pub function: String,
    /// When and with what.
    pub schedule: Schedule,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::AccountId`.
    pub account: String,
}

impl Timer {
    /// Fires whenever it is time, until the future is dropped. A time that passed while nothing ran is made up for once.
    pub async fn run(self, functions: Functions, queues: Queues) {
        let note = format!("schedule {} {}", self.function, self.schedule.name);
        let noted = queues
            .note(&note)
            .ok()
            .flatten()
            .and_then(|at| at.parse().ok());
        let mut last: Timestamp = noted.unwrap_or_else(clock::now);
        loop {
            if let Err(error) = queues.write_note(&note, &last.to_string()) {
                tracing::warn!("the last time of {} cannot be kept: {error}", self.function);
            }
            let Some(next) = self.schedule.expression.after(last) else {
                return;
            };
            let wait = clock::now().duration_until(next);
            tokio::time::sleep(Duration::try_from(wait).unwrap_or_default()).await;
            // the pool reports a failure; the next time is the retry
            let _ = self.fire(&functions).await;
            last = clock::now();
        }
    }

    /// Invokes the function with the schedule's event, now.
    pub async fn fire(&self, functions: &Functions) -> Outcome {
        let own = json!({
            "version": "0",
            "id": uuid::Uuid::new_v4().to_string(),
            "detail-type": "Scheduled Event",
            "source": "aws.scheduler",
            "account": self.account,
            "time": clock::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            "region": self.region,
            "resources": [format!(
                "arn:aws:scheduler:{}:{}:schedule/default/{}{}",
                self.region, self.account, self.function, self.schedule.name
            )],
            "detail": "{}",
        });
        let event = self
            .schedule
            .input
            .clone()
            .unwrap_or_else(|| own.to_string());
        functions.invoke(&self.function, event.into()).await
    }
}
