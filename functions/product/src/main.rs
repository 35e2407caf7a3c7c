//! The product Lambda.

use imaging::Limits;
use lambda_runtime::{LambdaEvent, service_fn};
use mark::Marks;
use product::{Workshop, event::SqsEvent, handle};
use runtime::{config, sdk};

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::logs();
    let aws = sdk::load().await;
    let workshop = &Workshop {
        originals: sdk::originals(&aws)?,
        archives: sdk::archives(&aws)?,
        marks: Marks::new(sdk::renditions(&aws)?),
        limits: Limits::for_function(config::memory_mb()),
    };
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        Ok::<_, lambda_runtime::Error>(handle(workshop, event.payload).await)
    }))
    .await
}
