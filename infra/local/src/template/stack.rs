//! The template's resources, as typed values.

use std::time::Duration;

use local_s3::{BucketConfig, CorsRule};
use serde_json::{Map, Value, json};

use super::resolve::Resolver;
use super::{Function, TemplateError, World, function};

/// Types that change nothing about how the stack behaves on one machine.
const WITHOUT_A_BODY: [&str; 6] = [
    "AWS::S3::BucketPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::Logs::LogGroup",
    "AWS::CloudWatch::Alarm",
];

/// Everything the template declares that runs on this machine.
#[derive(Clone, Debug)]
pub struct Stack {
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::AccountId`.
    pub account: String,
    /// DynamoDB tables.
    pub tables: Vec<Table>,
    /// S3 buckets.
    pub buckets: Vec<Bucket>,
    /// SQS queues.
    pub queues: Vec<Queue>,
    /// Lambda functions.
    pub functions: Vec<Function>,
}

/// A DynamoDB table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Logical id.
    pub id: String,
    /// `TableName`.
    pub name: String,
    /// The stream's ARN, for event source mappings.
    pub stream_arn: String,
    /// The `CreateTable` request that makes it.
    pub create: Value,
    /// The attribute that holds an item's expiry, in epoch seconds.
    pub ttl: Option<String>,
    /// Whether point-in-time recovery is on.
    pub recovery: bool,
}

/// An S3 bucket.
#[derive(Clone, Debug, PartialEq)]
pub struct Bucket {
    /// Logical id.
    pub id: String,
    /// Name, versions and CORS.
    pub config: BucketConfig,
    /// `NotificationConfiguration`.
    pub notifications: Vec<BucketNotification>,
}

/// One `QueueConfigurations` entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketNotification {
    /// Such as `s3:ObjectCreated:*`.
    pub event: String,
    /// Keys must begin with it.
    pub prefix: String,
    /// Keys must end with it.
    pub suffix: String,
    /// The queue's logical id.
    pub queue: String,
}

impl BucketNotification {
    /// Whether an event such as `ObjectCreated:Put` on `key` is told to the queue.
    #[must_use]
    pub fn matches(&self, event: &str, key: &str) -> bool {
        let wanted = self.event.trim_start_matches("s3:");
        let event = event.trim_start_matches("s3:");
        let named = wanted
            .strip_suffix('*')
            .map_or(wanted == event, |family| event.starts_with(family));
        named && key.starts_with(&self.prefix) && key.ends_with(&self.suffix)
    }
}

/// An SQS queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Logical id.
    pub id: String,
    /// `QueueName`.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// How long a received message stays hidden.
    pub visibility: Duration,
    /// How long a message is kept at all.
    pub retention: Duration,
    /// Where a message goes that was received too often.
    pub redrive: Option<Redrive>,
}

/// `RedrivePolicy`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redrive {
    /// The dead-letter queue's logical id.
    pub target: String,
    /// Receives after which a message is dead.
    pub max_receive_count: u32,
}

pub(super) fn build(template: &Value, world: &World) -> Result<Stack, TemplateError> {
    let resolver = Resolver::new(template, world)?;
    let mut stack = Stack {
        region: world.region.clone(),
        account: world.account.clone(),
        tables: Vec::new(),
        buckets: Vec::new(),
        queues: Vec::new(),
        functions: Vec::new(),
    };
    let globals = &template["Globals"]["Function"];
    for (id, resource) in resolver.resources()? {
        let kind = resource["Type"].as_str().unwrap_or_default();
        let properties = resolver
            .resolve(id, &resource["Properties"])?
            .unwrap_or_default();
        let own = |property: &str| own_value(&resolver, id, property);
        match kind {
            "AWS::DynamoDB::Table" => {
                stack
                    .tables
                    .push(table(id, own("Ref")?, own("StreamArn")?, &properties)?)
            }
            "AWS::S3::Bucket" => stack.buckets.push(bucket(id, own("Ref")?, &properties)?),
            "AWS::SQS::Queue" => {
                stack
                    .queues
                    .push(queue(id, own("QueueName")?, own("Arn")?, &properties)?)
            }
            "AWS::Serverless::Function" => {
                let globals = resolver.resolve(id, globals)?.unwrap_or_default();
                let properties = merged(globals, properties);
                stack
                    .functions
                    .push(function::build(id, own("Ref")?, own("Arn")?, &properties)?);
            }
            // one listener and the secrets in the data directory are their bodies
            "AWS::Serverless::HttpApi" | "AWS::SecretsManager::Secret" => {}
            kind if WITHOUT_A_BODY.contains(&kind) => {}
            kind => {
                return Err(TemplateError::new(
                    id,
                    format!("{kind} has no body on one machine"),
                ));
            }
        }
    }
    link(&mut stack)?;
    Ok(stack)
}

fn own_value(resolver: &Resolver<'_>, id: &str, attribute: &str) -> Result<String, TemplateError> {
    let value = if attribute == "Ref" {
        json!({ "Ref": id })
    } else {
        json!({ "Fn::GetAtt": [id, attribute] })
    };
    let value = resolver.resolve(id, &value)?.unwrap_or_default();
    Ok(value.as_str().unwrap_or_default().to_owned())
}

/// SAM's `Globals`: what the function says itself wins, maps are merged.
fn merged(globals: Value, own: Value) -> Value {
    match (globals, own) {
        (Value::Object(mut globals), Value::Object(own)) => {
            for (key, value) in own {
                let under = globals.remove(&key).unwrap_or_default();
                globals.insert(key, merged(under, value));
            }
            Value::Object(globals)
        }
        (globals, Value::Null) => globals,
        (_, own) => own,
    }
}

fn table(
    id: &str,
    name: String,
    stream_arn: String,
    properties: &Value,
) -> Result<Table, TemplateError> {
    let mut create = Map::from_iter([("TableName".to_owned(), Value::from(name.clone()))]);
    for (key, value) in properties.as_object().into_iter().flatten() {
        match key.as_str() {
            "KeySchema"
            | "AttributeDefinitions"
            | "GlobalSecondaryIndexes"
            | "LocalSecondaryIndexes"
            | "BillingMode"
            | "ProvisionedThroughput"
            | "DeletionProtectionEnabled" => {
                create.insert(key.clone(), value.clone());
            }
            "StreamSpecification" => {
                let kind = &value["StreamViewType"];
                create.insert(
                    key.clone(),
                    json!({ "StreamEnabled": true, "StreamViewType": kind }),
                );
            }
            // encryption at rest and names change nothing here; recovery is a switch and no more
            "TimeToLiveSpecification"
            | "TableName"
            | "PointInTimeRecoverySpecification"
            | "SSESpecification"
            | "Tags" => {}
            _ => {
                return Err(TemplateError::new(
                    id,
                    format!("{key} is not understood on one machine"),
                ));
            }
        }
    }
    let ttl = &properties["TimeToLiveSpecification"];
    let ttl = if ttl["Enabled"] == json!(true) {
        ttl["AttributeName"].as_str().map(str::to_owned)
    } else {
        None
    };
    Ok(Table {
        id: id.to_owned(),
        name,
        stream_arn,
        create: Value::Object(create),
        ttl,
        recovery: properties["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
            == json!(true),
    })
}

fn bucket(id: &str, name: String, properties: &Value) -> Result<Bucket, TemplateError> {
    let cors = list(&properties["CorsConfiguration"]["CorsRules"])
        .iter()
        .map(|rule| CorsRule {
            allowed_origins: texts(&rule["AllowedOrigins"]),
            allowed_methods: texts(&rule["AllowedMethods"]),
            allowed_headers: texts(&rule["AllowedHeaders"]),
            expose_headers: texts(&rule["ExposedHeaders"]),
            max_age_seconds: number(&rule["MaxAge"])
                .and_then(|seconds| u32::try_from(seconds).ok()),
        })
        .collect();
    let configured = &properties["NotificationConfiguration"];
    if let Some((kind, _)) = configured
        .as_object()
        .into_iter()
        .flatten()
        .find(|(kind, _)| *kind != "QueueConfigurations")
    {
        return Err(TemplateError::new(
            id,
            format!("{kind} is not understood: notifications go to queues"),
        ));
    }
    let mut notifications = Vec::new();
    for entry in list(&configured["QueueConfigurations"]) {
        let missing = |what: &str| TemplateError::new(id, format!("a notification without {what}"));
        let mut notification = BucketNotification {
            event: entry["Event"]
                .as_str()
                .ok_or_else(|| missing("Event"))?
                .to_owned(),
            prefix: String::new(),
            suffix: String::new(),
            queue: entry["Queue"]
                .as_str()
                .ok_or_else(|| missing("Queue"))?
                .to_owned(),
        };
        for rule in list(&entry["Filter"]["S3Key"]["Rules"]) {
            let value = rule["Value"].as_str().unwrap_or_default().to_owned();
            match rule["Name"].as_str() {
                Some("prefix") => notification.prefix = value,
                Some("suffix") => notification.suffix = value,
                _ => {
                    return Err(TemplateError::new(
                        id,
                        "a notification filter is neither prefix nor suffix",
                    ));
                }
            }
        }
        notifications.push(notification);
    }
    let versioning = properties["VersioningConfiguration"]["Status"] == json!("Enabled");
    Ok(Bucket {
        id: id.to_owned(),
        config: BucketConfig {
            name,
            versioning,
            cors,
        },
        notifications,
    })
}

fn queue(id: &str, name: String, arn: String, properties: &Value) -> Result<Queue, TemplateError> {
    let seconds = |property: &str, default| {
        Duration::from_secs(number(&properties[property]).unwrap_or(default))
    };
    let policy = &properties["RedrivePolicy"];
    let redrive = match policy["deadLetterTargetArn"].as_str() {
        Some(target) => Some(Redrive {
            target: target.to_owned(),
            max_receive_count: number(&policy["maxReceiveCount"])
                .and_then(|count| u32::try_from(count).ok())
                .ok_or_else(|| TemplateError::new(id, "RedrivePolicy needs maxReceiveCount"))?,
        }),
        None => None,
    };
    Ok(Queue {
        id: id.to_owned(),
        name,
        arn,
        visibility: seconds("VisibilityTimeout", 30),
        retention: seconds("MessageRetentionPeriod", 345_600),
        redrive,
    })
}

/// Turns the ARNs that point at queues and streams into logical ids.
fn link(stack: &mut Stack) -> Result<(), TemplateError> {
    let queues: Vec<(String, String)> = stack
        .queues
        .iter()
        .map(|queue| (queue.arn.clone(), queue.id.clone()))
        .collect();
    let by_arn = |at: &str, arn: &mut String| {
        let found = queues.iter().find(|(known, _)| known == arn);
        *arn = found
            .ok_or_else(|| TemplateError::new(at, format!("{arn} is no queue of this template")))?
            .1
            .clone();
        Ok(())
    };
    for bucket in &mut stack.buckets {
        bucket
            .notifications
            .iter_mut()
            .try_for_each(|entry| by_arn(&bucket.id, &mut entry.queue))?;
    }
    for queue in &mut stack.queues {
        queue
            .redrive
            .iter_mut()
            .try_for_each(|redrive| by_arn(&queue.id, &mut redrive.target))?;
    }
    for function in &mut stack.functions {
        for event in &mut function.events {
            match event {
                super::Event::Queue(source) => by_arn(&function.id, &mut source.queue)?,
                super::Event::Stream(source) => {
                    if !stack
                        .tables
                        .iter()
                        .any(|table| table.stream_arn == source.stream_arn)
                    {
                        return Err(TemplateError::new(
                            &function.id,
                            "its stream belongs to no table of this template",
                        ));
                    }
                    source
                        .on_failure
                        .iter_mut()
                        .try_for_each(|arn| by_arn(&function.id, arn))?;
                }
                super::Event::Http(_) | super::Event::Schedule(_) => {}
            }
        }
    }
    Ok(())
}

/// A list, a single value as a list of one, or nothing as an empty one.
pub(crate) fn list(value: &Value) -> &[Value] {
    match value {
        Value::Array(items) => items,
        Value::Null => &[],
        single => std::slice::from_ref(single),
    }
}

pub(crate) fn texts(value: &Value) -> Vec<String> {
    list(value)
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// A whole number, also where a parameter made a text of it.
pub(super) fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str()?.parse().ok())
}
