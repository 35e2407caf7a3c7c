//! A function for the tests of the Runtime API: does what its event says.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(answer)).await
}

#[expect(
    clippy::disallowed_methods,
    reason = "what the environment holds is what the tests ask"
)]
async fn answer(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let event = event.payload;
    // an HTTP event's wish is its path; ALWAYS is for events nobody can word
    let always = std::env::var("ALWAYS").ok();
    let wish = always
        .as_deref()
        .or_else(|| event["rawPath"].as_str()?.rsplit('/').next());
    match wish.unwrap_or_default() {
        "environment" => Ok(json!(
            std::env::vars().collect::<std::collections::BTreeMap<_, _>>()
        )),
        "process" => Ok(json!(std::process::id())),
        "crash" => std::process::exit(7),
        "hang" => std::future::pending().await,
        "fail" => Err("as asked".into()),
        "cookies" => Ok(
            json!({ "statusCode": 201, "cookies": ["a=1", "b=2"], "headers": { "x-y": "z" }, "body": "made" }),
        ),
        _ => Ok(event),
    }
}
