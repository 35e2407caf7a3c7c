//! The rendition Lambda.

use imaging::Limits;
use lambda_runtime::{LambdaEvent, service_fn};
use rendition::{Workshop, event::SqsEvent, handle};
use runtime::{config, sdk};

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::logs();
    let aws = sdk::load().await;
    let workshop = &Workshop {
        table: sdk::table(&aws)?,
        originals: sdk::originals(&aws)?,
        renditions: sdk::renditions(&aws)?,
        limits: Limits::for_function(config::memory_mb()),
        marks: mark::Marks::new(sdk::renditions(&aws)?),
        studio: config::text(config::STUDIO_NAME)?,
    };
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let deadline = jiff::Timestamp::try_from(event.context.deadline())?;
        Ok::<_, lambda_runtime::Error>(handle(workshop, event.payload, deadline).await)
    }))
    .await
}
