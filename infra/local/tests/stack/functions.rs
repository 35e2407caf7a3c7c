//! Processes, routes and limits: what a function sees and what its end costs.

use super::*;

/// Only declared routes answer, and a function sees only what the template declares.
#[tokio::test]
async fn a_function_has_its_declared_routes_and_environment() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let ready = running.ready();
    let environment = asked(ready, "/do/environment").await;
    assert_eq!(environment["TABLE_NAME"], ready.dynamodb.table.as_str());
    assert_eq!(
        environment["AWS_ENDPOINT_URL_S3"],
        ready.s3.endpoint.as_str()
    );
    assert_ne!(
        environment["AWS_ACCESS_KEY_ID"],
        ready.s3.access_key.as_str()
    );
    for inherited in ["PATH", "HOME", "ALWAYS", "CARGO_MANIFEST_DIR"] {
        assert_eq!(environment[inherited], Value::Null, "{inherited}");
    }
    let response = get(ready, "/do/cookies").await;
    assert_eq!(response.status(), 201);
    assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    assert_eq!(response.headers()["x-y"], "z");
    let missing = get(ready, "/undeclared").await;
    assert_eq!(
        (
            missing.status().as_u16(),
            missing.text().await.unwrap().as_str()
        ),
        (404, r#"{"message":"Not Found"}"#)
    );
    running.stop().await;
}

/// One process serves one event after the other; a crash or a time-out costs that event only.
#[tokio::test]
async fn a_crash_or_a_time_out_costs_one_event() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let ready = running.ready();
    let process = asked(ready, "/do/process").await;
    assert_eq!(asked(ready, "/do/process").await, process);
    assert_eq!(get(ready, "/do/fail").await.status(), 500);
    assert_eq!(asked(ready, "/do/process").await, process);
    assert_eq!(get(ready, "/do/crash").await.status(), 500);
    let second = asked(ready, "/do/process").await;
    assert_ne!(second, process);
    let hung = get(ready, "/do/hang").await;
    assert_eq!(
        (hung.status().as_u16(), hung.text().await.unwrap().as_str()),
        (500, r#"{"message":"Internal Server Error"}"#)
    );
    assert_ne!(asked(ready, "/do/process").await, second);
    running.stop().await;
}

/// The gateway's and Lambda's limits on a request.
#[tokio::test]
async fn what_is_too_large_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let url = format!("{}/do/echo", running.ready().site);
    let post = |size: usize| {
        Client::new()
            .post(&url)
            .header("content-type", "text/plain")
            .body("x".repeat(size))
            .send()
    };
    assert_eq!(post(7 * 1024 * 1024).await.unwrap().status(), 413);
    assert_eq!(post(1024).await.unwrap().status(), 200);
    let headers = Client::new()
        .get(&url)
        .header("x-long", "x".repeat(11_000))
        .send()
        .await
        .unwrap();
    assert_eq!(headers.status(), 431);
    running.stop().await;
}
