//! Starts the function: reads the environment, builds the clients, serves the router.

use gallery::{Gallery, router};
use runtime::{clock, config, sdk};

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    runtime::logs();
    let sdk = sdk::load().await;
    let gallery = Gallery {
        table: sdk::table(&sdk)?,
        renditions: sdk::renditions(&sdk)?,
        pepper: config::pepper()?,
        name: config::text(config::STUDIO_NAME)?.into(),
        zone: config::zone()?,
        clock: clock::now,
    };
    let address = gallery.renditions.presign("r/", clock::now()).await?;
    let setup = web::Setup::new(&*gallery.name, [address.as_str()]).in_zone(gallery.zone.clone());
    lambda_http::run(router(gallery, setup)).await
}
