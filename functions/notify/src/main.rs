//! The notify Lambda.

use lambda_runtime::{LambdaEvent, service_fn};
use notify::event::StreamEvent;
use notify::letter::Letterhead;
use notify::{Post, handle};
use runtime::{clock, config, sdk};

#[tokio::main]
async fn main() -> Result<(), lambda_runtime::Error> {
    runtime::logs();
    let aws = sdk::load().await;
    let head = Letterhead {
        studio: config::text(config::STUDIO_NAME)?,
        sender: config::email(config::MAIL_SENDER)?,
        owner: config::email(config::OWNER_EMAIL)?,
        site: config::text(config::SITE_URL)?,
    };
    let (table, ses) = (sdk::table(&aws)?, sdk::mail(&aws));
    let post = &Post { table, ses, head };
    let take = async |event: LambdaEvent<StreamEvent>| {
        Ok::<_, lambda_runtime::Error>(handle(post, event.payload, clock::now()).await)
    };
    lambda_runtime::run(service_fn(take)).await
}
