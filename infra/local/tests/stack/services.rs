//! The table, the stream, the bucket and the console around a function.

use super::*;

/// `DynamoDB` refuses what is not signed with a known key, was changed, or is old, with AWS's own errors.
#[tokio::test]
async fn the_table_knows_who_signs() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let ready = running.ready();
    let keys = (ready.s3.access_key.as_str(), ready.s3.secret_key.as_str());
    let now = self::now();
    let list = json!({});
    let (status, body) = answer(signed(ready, "ListTables", &list, keys, now)).await;
    assert_eq!(
        (status, &body["TableNames"]),
        (200, &json!([ready.dynamodb.table]))
    );

    let refused = |request: reqwest::Request| async move {
        let (status, body) = answer(request).await;
        assert_eq!(status, 400, "{body}");
        body["__type"]
            .as_str()
            .unwrap()
            .rsplit('#')
            .next()
            .unwrap()
            .to_owned()
    };
    let mut anonymous = signed(ready, "ListTables", &list, keys, now);
    anonymous.headers_mut().remove("authorization");
    assert_eq!(
        refused(anonymous).await,
        "MissingAuthenticationTokenException"
    );
    let stranger = signed(ready, "ListTables", &list, ("AKIAUNKNOWN", keys.1), now);
    assert_eq!(refused(stranger).await, "UnrecognizedClientException");
    let guess = signed(ready, "ListTables", &list, (keys.0, "wrong"), now);
    assert_eq!(refused(guess).await, "InvalidSignatureException");
    let old = signed(
        ready,
        "ListTables",
        &list,
        keys,
        now - Duration::from_secs(3600),
    );
    assert_eq!(refused(old).await, "InvalidSignatureException");
    let mut other_body = signed(ready, "ListTables", &list, keys, now);
    *other_body.body_mut() = Some(r#"{"Limit":1}"#.into());
    assert_eq!(refused(other_body).await, "InvalidSignatureException");
    let mut other_call = signed(ready, "ListTables", &list, keys, now);
    other_call.headers_mut().insert(
        "x-amz-target",
        "DynamoDB_20120810.DescribeLimits".parse().unwrap(),
    );
    assert_eq!(refused(other_call).await, "InvalidSignatureException");
    let mut other_region = signed(ready, "ListTables", &list, keys, now);
    let changed = other_region.headers()["authorization"]
        .to_str()
        .unwrap()
        .replace("us-east-1", "eu-west-1");
    other_region
        .headers_mut()
        .insert("authorization", changed.parse().unwrap());
    assert_eq!(refused(other_region).await, "InvalidSignatureException");
    running.stop().await;
}

/// A function's keys open what its statements in the template say, at the table and at the bucket; the developer's
/// open everything.
#[tokio::test]
async fn a_functions_keys_do_what_its_statements_say() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let ready = running.ready();
    let environment = asked(ready, "/do/environment").await;
    let variable = |name: &str| environment[name].as_str().unwrap().to_owned();
    let (id, secret) = (
        variable("AWS_ACCESS_KEY_ID"),
        variable("AWS_SECRET_ACCESS_KEY"),
    );
    let of_key = |operation: &str, key: &str| {
        let part = if operation == "PutItem" {
            "Item"
        } else {
            "Key"
        };
        let body = json!({ "TableName": ready.dynamodb.table, part: { "PK": { "S": key } } });
        signed(ready, operation, &body, (&id, &secret), now())
    };
    assert_eq!(answer(of_key("GetItem", "MINE#1")).await.0, 200);
    for (operation, key) in [("GetItem", "YOURS#1"), ("PutItem", "MINE#1")] {
        let (status, body) = answer(of_key(operation, key)).await;
        assert_eq!(status, 400, "{body}");
        let kind = "com.amazon.coral.service#AccessDeniedException";
        assert_eq!(body["__type"], kind, "{operation} {key}");
        let message = body["message"].as_str().unwrap();
        assert!(
            message.contains(&format!("dynamodb:{operation} on resource: arn:aws:")),
            "{message}"
        );
    }
    let client = |id: &str, secret: &str| {
        let config = aws_sdk_s3::Config::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new(ready.s3.region.clone()))
            .endpoint_url(&ready.s3.endpoint)
            .credentials_provider(Credentials::new(id, secret, None, None, "test"));
        aws_sdk_s3::Client::from_conf(config.build())
    };
    let bucket = &ready.s3.buckets.originals;
    let list = client(&id, &secret).list_objects_v2().bucket(bucket);
    let refused = list.send().await.unwrap_err().into_service_error();
    assert_eq!(refused.meta().code(), Some("AccessDenied"));
    let developer = client(&ready.s3.access_key, &ready.s3.secret_key);
    let list = developer.list_objects_v2().bucket(bucket).send().await;
    assert_eq!(list.unwrap().contents().len(), 0);
    running.stop().await;
}

/// Records that pass the filter reach the function; what it fails at ends in the declared queue.
#[tokio::test]
async fn the_stream_delivers_filtered_records_and_gives_up_into_a_queue() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let ready = running.ready().clone();
    put(&ready, "OTHER#1").await;
    put(&ready, "TELL#1").await;
    while depth(&ready, "Dead").await < 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    running.stop().await;
    // the place in the stream is kept: after a restart only what is new is delivered
    let running = started(directory.path()).await;
    let ready = running.ready().clone();
    put(&ready, "OTHER#2").await;
    put(&ready, "TELL#2").await;
    while depth(&ready, "Dead").await < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    put(&ready, "TELL#3").await;
    while depth(&ready, "Dead").await < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(depth(&ready, "Dead").await, 3);
    running.stop().await;
}

/// Notifications reach the queue that the template names, by event and key; a test can lose some of them.
#[tokio::test]
async fn the_bucket_notifies_the_declared_queue() {
    let directory = tempfile::tempdir().unwrap();
    let lost =
        std::sync::Arc::new(|notification: &local_s3::Notification| notification.key == "in/lost");
    let options = Options {
        drop_notifications: Some(lost),
        ..options(directory.path())
    };
    let running = start(options).await.unwrap();
    let ready = running.ready().clone();
    // the first message of all is S3's own test event
    while depth(&ready, "Uploads").await < 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let config = aws_sdk_s3::Config::builder()
        .behavior_version(aws_config::BehaviorVersion::latest())
        .region(aws_config::Region::new(ready.s3.region.clone()))
        .endpoint_url(&ready.s3.endpoint)
        .credentials_provider(Credentials::new(
            &ready.s3.access_key,
            &ready.s3.secret_key,
            None,
            None,
            "test",
        ))
        .build();
    let client = aws_sdk_s3::Client::from_conf(config);
    for key in ["out/a", "in/lost", "in/b"] {
        let put = client
            .put_object()
            .bucket(&ready.s3.buckets.originals)
            .key(key);
        put.body(b"bytes".to_vec().into()).send().await.unwrap();
    }
    client
        .delete_object()
        .bucket(&ready.s3.buckets.originals)
        .key("in/b")
        .send()
        .await
        .unwrap();
    while depth(&ready, "Uploads").await < 2 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // one more to be told: notifications keep their order, so nothing else can be on its way
    let put = client
        .put_object()
        .bucket(&ready.s3.buckets.originals)
        .key("in/c");
    put.body(b"bytes".to_vec().into()).send().await.unwrap();
    while depth(&ready, "Uploads").await < 3 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(depth(&ready, "Uploads").await, 3);
    running.stop().await;
}

/// The console fires a schedule now, and lets nobody in under another name (the mails hold sign-in codes).
#[tokio::test]
async fn the_console_fires_schedules_and_stays_private() {
    let directory = tempfile::tempdir().unwrap();
    let running = started(directory.path()).await;
    let mailbox = running.ready().mailbox.clone();
    let fired = Client::new()
        .post(format!("{mailbox}api/schedule/EchoFunction"))
        .send()
        .await
        .unwrap();
    assert_eq!(fired.json::<Value>().await.unwrap(), json!({ "ok": true }));
    let unknown = Client::new()
        .post(format!("{mailbox}api/schedule/TellFunction"))
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 404);
    let rebound = Client::new()
        .get(format!("{mailbox}api/mail"))
        .header("host", "evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(rebound.status(), 403);
    let page = Client::new()
        .get(&mailbox)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(page.contains("No mail yet"), "{page}");
    let unsigned = Client::new()
        .post(format!("{mailbox}v2/email/outbound-emails"))
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(
        (
            unsigned.status().as_u16(),
            &unsigned.headers()["x-amzn-errortype"]
        ),
        (403, &"MissingAuthenticationTokenException".parse().unwrap())
    );
    running.stop().await;
}
