//! The sweep Lambda.

use lambda_runtime::{LambdaEvent, service_fn};
use runtime::sdk;
use sweep::{Broom, sweep};

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::logs();
    let aws = sdk::load().await;
    let broom = &Broom {
        table: sdk::table(&aws)?,
        originals: sdk::originals(&aws)?,
        renditions: sdk::renditions(&aws)?,
        zone: runtime::config::zone()?,
    };
    lambda_runtime::run(service_fn(async |_: LambdaEvent<serde_json::Value>| {
        let report = sweep(broom, runtime::clock::now()).await?;
        Ok::<_, lambda_runtime::Error>(report)
    }))
    .await
}
