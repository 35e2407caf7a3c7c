//! What the reader makes of template.yaml, and what it says about templates it cannot run.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use local::parameters;
use local::template::{Event, Stack, TemplateError, World, secret_ids};

fn world() -> World {
    World {
        region: parameters::REGION.to_owned(),
        account: parameters::ACCOUNT.to_owned(),
        stack_name: parameters::STACK_NAME.to_owned(),
        site_url: "http://127.0.0.1:3000".to_owned(),
        parameters: parameters::parameters(),
        secrets: BTreeMap::from([("Pepper".to_owned(), "grains".to_owned())]),
    }
}

fn read(resources: &str) -> Result<Stack, TemplateError> {
    let text = format!(
        "Parameters: {{ Domain: {{ Default: '' }}, Given: {{ Type: String }} }}\n\
         Conditions: {{ HasDomain: !Not [!Equals [!Ref Domain, '']] }}\nResources:\n{resources}"
    );
    let mut world = world();
    world
        .parameters
        .insert("Given".to_owned(), "told".to_owned());
    Stack::read(&text, &world)
}

fn product() -> Stack {
    let text = std::fs::read_to_string(local::workspace().join("template.yaml")).unwrap();
    assert_eq!(secret_ids(&text).unwrap(), ["Pepper"]);
    Stack::read(&text, &world()).unwrap()
}

/// What the product's own template declares is all there, with no intrinsic left.
#[test]
fn the_products_template_resolves() {
    let stack = product();
    let function = |id: &str| {
        stack
            .functions
            .iter()
            .find(|function| function.id == id)
            .unwrap()
    };
    let gallery = function("GalleryFunction");
    assert_eq!(
        gallery.environment["RENDITIONS_BUCKET"],
        "darkslide-renditions-000000000000"
    );
    assert_eq!(gallery.environment["PEPPER"], "grains");
    assert_eq!(gallery.environment["TABLE_NAME"], stack.tables[0].name);
    assert_eq!(
        function("NotifyFunction").environment["SITE_URL"],
        "http://127.0.0.1:3000"
    );
    // Globals, and what overrides them
    assert_eq!((gallery.timeout.as_secs(), gallery.memory), (10, 512));
    assert_eq!(
        (
            function("RenditionFunction").timeout.as_secs(),
            function("RenditionFunction").memory
        ),
        (60, 1024)
    );
    assert_eq!(gallery.logging["AWS_LAMBDA_LOG_FORMAT"], "JSON");
    let everything = format!("{stack:?}");
    for leftover in ["Fn::", "\"Ref\"", "AWS::", "{{resolve"] {
        assert!(!everything.contains(leftover), "{leftover} is left");
    }
}

#[test]
fn queues_notifications_and_sources_are_linked_by_logical_id() {
    let stack = product();
    let originals = stack
        .buckets
        .iter()
        .find(|bucket| bucket.id == "Originals")
        .unwrap();
    assert!(originals.config.versioning);
    assert_eq!(
        originals.config.cors[0].allowed_origins,
        ["http://127.0.0.1:3000"]
    );
    let told = |event: &str| {
        originals
            .notifications
            .iter()
            .any(|entry| entry.queue == "Uploads" && entry.matches(event, "a"))
    };
    assert!(
        told("ObjectCreated:Put")
            && told("ObjectCreated:CompleteMultipartUpload")
            && told("ObjectTagging:Put")
    );
    assert!(!told("ObjectTagging:Delete"));
    let uploads = stack
        .queues
        .iter()
        .find(|queue| queue.id == "Uploads")
        .unwrap();
    assert_eq!(uploads.redrive.as_ref().unwrap().target, "UploadsDead");
    let events: Vec<&Event> = stack
        .functions
        .iter()
        .flat_map(|function| &function.events)
        .collect();
    assert!(events.iter().any(
        |event| matches!(event, Event::Queue(source) if source.queue == "Uploads" && source.partial)
    ));
    assert!(events.iter().any(
        |event| matches!(event, Event::Stream(source) if source.on_failure.as_deref() == Some("MailDead") && source.bisect)
    ));
    assert!(
        events
            .iter()
            .any(|event| matches!(event, Event::Schedule(_)))
    );
}

/// A notification's filter is prefix and suffix of the key.
#[test]
fn notification_filters_are_kept() {
    let stack = read(
        "  Q: { Type: AWS::SQS::Queue }
  B:
    Type: AWS::S3::Bucket
    Properties:
      NotificationConfiguration:
        QueueConfigurations:
          - Event: s3:ObjectCreated:*
            Queue: !GetAtt Q.Arn
            Filter: { S3Key: { Rules: [{ Name: prefix, Value: in/ }, { Name: suffix, Value: .json }] } }",
    )
    .unwrap();
    let entry = &stack.buckets[0].notifications[0];
    assert!(entry.matches("ObjectCreated:Put", "in/a.json"));
    assert!(!entry.matches("ObjectCreated:Put", "in/a.jpg"));
    assert!(!entry.matches("ObjectRemoved:Delete", "in/a.json"));
}

/// A secret is whole or nothing: on one machine it has no parts, no stages and one version.
#[test]
fn a_secret_is_read_as_cloudformation_reads_it() {
    let function = |reference: &str| {
        read(&format!(
            "  Pepper: {{ Type: AWS::SecretsManager::Secret }}
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/f
      Environment: {{ Variables: {{ V: !Sub 'a {{{{resolve:secretsmanager:{reference}}}}} b' }} }}"
        ))
    };
    for whole in ["", "::::", ":SecretString", ":SecretString:::"] {
        let stack = function(&format!("${{Pepper}}{whole}")).unwrap();
        assert_eq!(stack.functions[0].environment["V"], "a grains b", "{whole}");
    }
    for other in [
        "${Pepper}:SecretString:part",
        "${Pepper}:SecretString::AWSPREVIOUS:",
        "${Pepper}:SecretString:::0a1b2c3d",
        "${AWS::StackName}",
    ] {
        let error = function(other).unwrap_err();
        assert!(error.reason.contains("dynamic reference"), "{error}");
        assert!(!error.to_string().contains("grains"), "{error}");
    }
}

#[test]
fn what_a_condition_rules_out_is_not_there() {
    let stack = read(
        "  A: { Type: AWS::SQS::Queue, Condition: HasDomain }
  B:
    Type: AWS::SQS::Queue
    Properties: { QueueName: !If [HasDomain, !Ref A, !Sub 'q-${Given}-${AWS::Region}'] }",
    )
    .unwrap();
    let names: Vec<&str> = stack
        .queues
        .iter()
        .map(|queue| queue.name.as_str())
        .collect();
    assert_eq!(names, ["q-told-us-east-1"]);
}

/// Every complaint names the resource that causes it.
#[test]
fn errors_name_the_resource() {
    let cases = [
        (
            "  Odd: { Type: AWS::Kinesis::Stream }",
            "Odd",
            "AWS::Kinesis::Stream",
        ),
        (
            "  Q: { Type: AWS::SQS::Queue, Properties: { QueueName: !Ref Nowhere } }",
            "Q",
            "Nowhere",
        ),
        (
            "  Q: { Type: AWS::SQS::Queue, Properties: { QueueName: !ImportValue X } }",
            "Q",
            "Fn::ImportValue",
        ),
        (
            "  Q: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub '${Q.Colour}' } }",
            "Q",
            "Colour",
        ),
        (
            "  F: { Type: AWS::Serverless::Function, Properties: { CodeUri: functions/f, Events: { E: { Type: SNS } } } }",
            "F",
            "SNS",
        ),
        (
            "  F: { Type: AWS::Serverless::Function, Properties: { CodeUri: elsewhere } }",
            "F",
            "CodeUri",
        ),
        (
            "  F: { Type: AWS::Serverless::Function, Properties: { CodeUri: functions/f, Policies: [AWSLambda_FullAccess] } }",
            "F",
            "AWSLambda_FullAccess",
        ),
        (
            "  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/f
      Policies: [{ Statement: [{ Effect: Allow, Action: s3:GetObject, Resource: '*',
                                 Condition: { IpAddress: { aws:SourceIp: 192.0.2.0/24 } } }] }]",
            "F",
            "IpAddress",
        ),
        (
            "  F: { Type: AWS::Serverless::Function, Properties: { CodeUri: functions/f, Role: !Sub 'arn:aws:iam::${AWS::AccountId}:role/r' } }",
            "F",
            "Role",
        ),
    ];
    for (resources, place, reason) in cases {
        let error = read(resources).unwrap_err();
        assert_eq!(error.place, place, "{error}");
        assert!(error.reason.contains(reason), "{error}");
    }
}

#[test]
fn a_parameter_without_a_value_is_an_error() {
    let mut world = world();
    world.parameters.clear();
    let error = Stack::read(
        "Parameters: { OwnerEmail: { Type: String } }\nResources: {}",
        &world,
    )
    .unwrap_err();
    assert!(error.to_string().contains("OwnerEmail"), "{error}");
}
