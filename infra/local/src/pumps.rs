//! Everything that moves without a request: notifications, queues, the stream, schedules, expiry.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::notifications::{self, Drop as DropNotifications};
use crate::queue;
use crate::scheduler::Timer;
use crate::services::Services;
use crate::stream::{Mapping, Reader};
use crate::template::{Event, Stack};

/// The template's schedules.
pub(crate) fn timers(stack: &Stack) -> Vec<Timer> {
    let mut timers = Vec::new();
    for function in &stack.functions {
        for event in &function.events {
            if let Event::Schedule(schedule) = event {
                let (region, account) = (stack.region.clone(), stack.account.clone());
                timers.push(Timer {
                    function: function.id.clone(),
                    schedule: schedule.clone(),
                    region,
                    account,
                });
            }
        }
    }
    timers
}

/// Starts everything that moves without a request.
pub(crate) fn spawn(
    pumps: &mut JoinSet<()>,
    stack: &Stack,
    services: &Services,
    written: &Arc<Notify>,
    lost: Option<DropNotifications>,
) {
    let (queues, functions) = (&services.queues, &services.functions);
    pumps.spawn(notifications::pump(
        services.s3.clone(),
        queues.clone(),
        stack.buckets.clone(),
        lost,
    ));
    for function in &stack.functions {
        for event in &function.events {
            match event {
                Event::Queue(source) => {
                    let (id, region) = (function.id.clone(), stack.region.clone());
                    pumps.spawn(queue::consume(
                        queues.clone(),
                        functions.clone(),
                        id,
                        region,
                        source.clone(),
                    ));
                }
                Event::Stream(source) => {
                    let found = services
                        .streams
                        .iter()
                        .find(|(arn, _)| *arn == source.stream_arn);
                    let Some((arn, engine_arn)) = found.cloned() else {
                        continue;
                    };
                    let mapping = Mapping {
                        function: function.id.clone(),
                        source: source.clone(),
                        reader: Reader::new(
                            services.database.clone(),
                            engine_arn,
                            arn,
                            stack.region.clone(),
                        ),
                        functions: functions.clone(),
                        queues: queues.clone(),
                        written: Arc::clone(written),
                    };
                    pumps.spawn(mapping.run());
                }
                Event::Http(_) | Event::Schedule(_) => {}
            }
        }
    }
    for timer in timers(stack) {
        pumps.spawn(timer.run(functions.clone(), queues.clone()));
    }
    let (functions, database) = (functions.clone(), services.database.clone());
    pumps.spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(30)).await;
            functions.reap();
            let database = database.clone();
            // late here too: AWS itself takes up to days
            let swept = tokio::task::spawn_blocking(move || database.sweep_ttl()).await;
            if let Ok(Err(error)) = swept {
                tracing::warn!("expired items cannot be removed: {error}");
            }
        }
    });
}
