//! What invokes what: S3 to a queue, the queue to rendition, the table's stream to notify, the clock to sweep.

use serde_json::{Value, json};
use tests::template::{functions, resource, resources, texts, written};

/// Every event of one kind, and its function.
fn events(kind: &str) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    for function in functions() {
        for (_, event) in function.events().filter(|(_, event)| event["Type"] == kind) {
            found.push((function.package.clone(), event["Properties"].clone()));
        }
    }
    found
}

/// The only event of one kind, and its function.
fn the_event(kind: &str) -> (String, Value) {
    let mut found = events(kind);
    assert_eq!(found.len(), 1, "events of type {kind}");
    found.remove(0)
}

/// what comes, what goes, and what the sweep says again; all of it to one queue, without a filter.
#[test]
fn originals_tell_one_queue_everything() {
    let originals = resource("Originals");
    let configured = &originals["Properties"]["NotificationConfiguration"];
    let entries = configured["QueueConfigurations"].as_array().unwrap();
    assert_eq!(
        configured.as_object().unwrap().len(),
        1,
        "only queues hear of uploads"
    );
    let mut told: Vec<String> = entries
        .iter()
        .map(|entry| written(&entry["Event"]))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            "s3:ObjectCreated:*",
            "s3:ObjectRemoved:*",
            "s3:ObjectTagging:Put"
        ]
    );
    for entry in entries {
        assert_eq!(written(&entry["Queue"]), "Uploads.Arn");
        assert!(entry["Filter"].is_null());
    }
    assert!(
        resource("Renditions")["Properties"]["NotificationConfiguration"].is_null(),
        "what is made could make a loop"
    );
}

/// P39: the archives say what is asked for, and nothing of what was made.
#[test]
fn archives_tell_of_jobs_alone() {
    let archives = resource("Archives");
    let configured = &archives["Properties"]["NotificationConfiguration"];
    assert_eq!(configured.as_object().unwrap().len(), 1);
    let entries = configured["QueueConfigurations"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(written(&entries[0]["Event"]), "s3:ObjectCreated:*");
    assert_eq!(written(&entries[0]["Queue"]), "Jobs.Arn");
    let rules = &entries[0]["Filter"]["S3Key"]["Rules"];
    assert_eq!(
        *rules,
        json!([{ "Name": "prefix", "Value": domain::product::JOBS }])
    );
    let ends = &archives["Properties"]["LifecycleConfiguration"]["Rules"][0];
    assert_eq!(ends["ExpirationInDays"], 7, "what was made is kept a week");
}

/// Only S3, only for this account's own bucket, may write into the queue.
#[test]
fn only_the_bucket_writes_into_its_queue() {
    only_from("Originals", "UploadsPolicy");
    only_from("Archives", "JobsPolicy");
}

fn only_from(bucket: &str, policy_id: &str) {
    let policy = resource(policy_id);
    let statements = policy["Properties"]["PolicyDocument"]["Statement"]
        .as_array()
        .unwrap();
    assert_eq!(statements.len(), 1);
    assert_eq!(
        statements[0]["Principal"],
        json!({ "Service": "s3.amazonaws.com" })
    );
    assert_eq!(texts(&statements[0]["Action"]), ["sqs:SendMessage"]);
    assert_eq!(
        statements[0]["Condition"]["StringEquals"]["aws:SourceAccount"]["Ref"],
        "AWS::AccountId"
    );
    let name = written(&resource(bucket)["Properties"]["BucketName"]);
    let from = written(&statements[0]["Condition"]["ArnEquals"]["aws:SourceArn"]);
    assert_eq!(from, format!("arn:${{AWS::Partition}}:s3:::{name}"));
    assert_eq!(
        resource(bucket)["DependsOn"],
        policy_id,
        "S3 checks that it may write when it is told to"
    );
}

/// one message an invocation, only that one comes again; hidden for six times the function's time-out.
#[test]
fn workers_take_one_object_at_a_time() {
    let mut workers = events("SQS");
    workers.sort_by(|a, b| a.0.cmp(&b.0));
    let names: Vec<_> = workers
        .iter()
        .map(|(package, _)| package.as_str())
        .collect();
    assert_eq!(names, ["product", "rendition"]);
    for ((package, event), queue) in workers.iter().zip(["Jobs", "Uploads"]) {
        one_at_a_time(package, event, queue);
    }
}

fn one_at_a_time(package: &str, event: &Value, queue: &str) {
    assert_eq!(written(&event["Queue"]), format!("{queue}.Arn"));
    assert_eq!(event["BatchSize"], 1);
    assert_eq!(
        texts(&event["FunctionResponseTypes"]),
        ["ReportBatchItemFailures"]
    );
    assert_eq!(
        written(&event["ScalingConfig"]["MaximumConcurrency"]),
        "RenditionConcurrency"
    );
    let timeout = functions()
        .iter()
        .find(|f| f.package == package)
        .unwrap()
        .properties["Timeout"]
        .as_u64();
    let hidden = resource(queue)["Properties"]["VisibilityTimeout"].as_u64();
    assert!(
        hidden >= timeout.map(|seconds| seconds * 6),
        "{hidden:?} for {timeout:?}"
    );
}

/// Invariant: a job never dies silently.
#[test]
fn what_fails_ends_in_a_dead_letter_queue() {
    for queue in ["Uploads", "Jobs"] {
        let redrive = resource(queue)["Properties"]["RedrivePolicy"].clone();
        let dead = written(&redrive["deadLetterTargetArn"]);
        assert_eq!(dead, format!("{queue}Dead.Arn"));
        assert!(redrive["maxReceiveCount"].as_u64() >= Some(3));
    }
    let fortnight = 1_209_600;
    for (id, queue) in resources("AWS::SQS::Queue") {
        assert_eq!(queue["Properties"]["SqsManagedSseEnabled"], true, "{id}");
        if id.ends_with("Dead") {
            assert_eq!(
                queue["Properties"]["MessageRetentionPeriod"], fortnight,
                "{id}"
            );
        }
    }
}

/// Design 6: nothing but notify sends, and it hears of new mail only.
#[test]
fn notify_hears_of_the_outbox_only() {
    let (package, event) = the_event("DynamoDB");
    assert_eq!(package, "notify");
    assert_eq!(written(&event["Stream"]), "Table.StreamArn");
    assert_eq!(event["StartingPosition"], "TRIM_HORIZON");
    assert_eq!(
        texts(&event["FunctionResponseTypes"]),
        ["ReportBatchItemFailures"]
    );
    assert_eq!(
        written(&event["DestinationConfig"]["OnFailure"]["Destination"]),
        "MailDead.Arn"
    );
    let filters = event["FilterCriteria"]["Filters"].as_array().unwrap();
    assert_eq!(filters.len(), 1);
    let pattern: Value = serde_json::from_str(filters[0]["Pattern"].as_str().unwrap()).unwrap();
    let expected = json!({
        "eventName": ["INSERT"],
        "dynamodb": { "Keys": { table::keys::PK: { "S": [{ "prefix": "OUTBOX#" }] } } },
    });
    assert_eq!(pattern, expected);
    let key = table::keys::outbox(
        "01939c5e-0000-7000-8000-00000000000f".parse().unwrap(),
        jiff::Timestamp::UNIX_EPOCH,
    );
    assert!(key.pk.starts_with("OUTBOX#"));
}

/// every quarter of an hour, which is what `sweep` takes a day apart by.
#[test]
fn sweep_runs_every_quarter_of_an_hour() {
    let (package, event) = the_event("ScheduleV2");
    assert_eq!(package, "sweep");
    assert_eq!(event["ScheduleExpression"], "rate(15 minutes)");
}

/// Every function is one of ours, on arm64, in the runtime of compiled binaries, and logs JSON lines.
#[test]
fn functions_are_compiled_for_arm() {
    let globals = tests::template::template()["Globals"]["Function"].clone();
    assert_eq!(globals["Runtime"], "provided.al2023");
    assert_eq!(globals["Architectures"], json!(["arm64"]));
    assert_eq!(globals["LoggingConfig"]["LogFormat"], "JSON");
    let mut packages: Vec<String> = std::fs::read_dir(tests::root().join("functions"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    packages.sort();
    let mut declared = Vec::new();
    for function in functions() {
        let name = function.id.strip_suffix("Function").unwrap().to_lowercase();
        assert_eq!(
            name, function.package,
            "a function is named after its package"
        );
        let resource = resource(&function.id);
        assert_eq!(
            resource["Metadata"]["BuildMethod"], "rust-cargolambda",
            "{}",
            function.id
        );
        declared.push(function.package);
    }
    declared.sort();
    assert_eq!(declared, packages);
}
