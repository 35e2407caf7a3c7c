//! The studio function: configuration, clients, routes.

use runtime::{clock, config, sdk};
use studio::Studio;

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    runtime::logs();
    let loaded = sdk::load().await;
    let studio = Studio {
        table: sdk::table(&loaded)?,
        originals: sdk::originals(&loaded)?,
        renditions: sdk::renditions(&loaded)?,
        pepper: config::pepper()?,
        name: config::text(config::STUDIO_NAME)?.into(),
        owner: config::email(config::OWNER_EMAIL)?,
        endpoint: config::optional("AWS_ENDPOINT_URL_S3").map(Into::into),
        zone: config::zone()?,
        clock: clock::now,
    };
    lambda_http::run(studio::app(studio).await?).await
}
