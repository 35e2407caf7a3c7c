//! Starts the function: reads the environment, builds the clients, serves the router.

use download::{Download, router};
use runtime::{clock, config, sdk};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    runtime::logs();
    let sdk = sdk::load().await;
    let download = Download {
        table: sdk::table(&sdk)?,
        originals: sdk::originals(&sdk)?,
        renditions: sdk::renditions(&sdk)?,
        archives: sdk::archives(&sdk)?,
        studio: config::text(config::STUDIO_NAME)?.into(),
        clock: clock::now,
    };
    let setup = web::Setup::new(&*download.studio, []).in_zone(config::zone()?);
    lambda_http::run(router(download, setup)).await
}
