//! What a restart keeps, and what prevents a start.

use super::*;

/// Issue: presigned URLs and keys outlive a restart.
#[tokio::test]
async fn a_restart_keeps_keys_ports_and_items() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let before = running.ready().clone();
    put(&before, "KEPT#1").await;
    running.stop().await;
    let running = started(directory.path()).await;
    let after = running.ready().clone();
    assert_eq!(after.s3.access_key, before.s3.access_key);
    assert_eq!(after.s3.secret_key, before.s3.secret_key);
    let keys = (after.s3.access_key.as_str(), after.s3.secret_key.as_str());
    let get = json!({ "TableName": after.dynamodb.table, "Key": { "PK": { "S": "KEPT#1" } } });
    let (_, item) = answer(signed(&after, "GetItem", &get, keys, now())).await;
    assert_eq!(item["Item"]["PK"]["S"], "KEPT#1");
    running.stop().await;
}

async fn sentence(options: Options) -> String {
    match start(options).await {
        Ok(_) => panic!("it started"),
        Err(error) => error.to_string(),
    }
}

/// Issue: a port in use, an unwritable directory, a damaged data directory: one clear sentence.
#[tokio::test]
async fn what_prevents_a_start_is_said_in_one_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let said = sentence(Options {
        port,
        ..options(directory.path())
    })
    .await;
    assert!(said.contains(&format!("Port {port} is in use")), "{said}");

    let running = started(directory.path()).await;
    let error = start(options(directory.path())).await.err().unwrap();
    assert!(matches!(error, StartError::InUse { .. }), "{error}");
    running.stop().await;

    let file = directory.path().join("a file");
    std::fs::write(&file, "").unwrap();
    let said = sentence(Options {
        data: file.join("data"),
        ..options(directory.path())
    })
    .await;
    assert!(said.contains("cannot be written"), "{said}");

    let data = directory.path().join("data");
    let table = data.join("table.sqlite");
    let whole = std::fs::read(&table).unwrap();
    std::fs::write(&table, &whole[..whole.len() / 2]).unwrap();
    let said = sentence(options(directory.path())).await;
    assert!(said.contains("table.sqlite is damaged"), "{said}");
    std::fs::write(&table, whole).unwrap();
    std::fs::write(data.join("stack.json"), "{").unwrap();
    let said = sentence(options(directory.path())).await;
    assert!(said.contains("stack.json is damaged"), "{said}");
}
