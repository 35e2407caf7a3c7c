//! One `AWS::Serverless::Function` and what invokes it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::TemplateError;
use super::resolve::text;
use super::stack::{list, number, texts};
use crate::http_api::Route;
use crate::iam::Statement;
use crate::stream::Filter;

/// A Lambda function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Logical id.
    pub id: String,
    /// `FunctionName`.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// The package below `functions/`, which is also the compiled binary's name.
    pub package: String,
    /// MB.
    pub memory: u64,
    /// How long one invocation may take.
    pub timeout: Duration,
    /// `Environment.Variables`.
    pub environment: BTreeMap<String, String>,
    /// `LoggingConfig`, as Lambda's reserved variables.
    pub logging: BTreeMap<String, String>,
    /// The statements of its `Policies`, resolved: what its role may do.
    pub statements: Vec<Statement>,
    /// What invokes it.
    pub events: Vec<Event>,
}

/// One entry of `Events`.
#[derive(Clone, Debug)]
pub enum Event {
    /// A route of the HTTP API.
    Http(Route),
    /// A queue.
    Queue(QueueSource),
    /// A table's stream.
    Stream(StreamSource),
    /// A schedule.
    Schedule(Schedule),
}

/// An event source mapping on a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueSource {
    /// The queue's logical id.
    pub queue: String,
    /// Messages an invocation gets at most.
    pub batch_size: usize,
    /// Invocations at the same time.
    pub max_concurrency: Option<usize>,
    /// Whether the function says which messages failed.
    pub partial: bool,
}

/// An event source mapping on a table's stream.
#[derive(Clone, Debug)]
pub struct StreamSource {
    /// The stream's ARN.
    pub stream_arn: String,
    /// Records an invocation gets at most.
    pub batch_size: usize,
    /// Whether it begins with what happens from now on, not with the oldest record.
    pub from_latest: bool,
    /// Repeats after the first failure; `None` is until the record expires.
    pub max_retries: Option<u32>,
    /// Whether a batch that fails is cut in two.
    pub bisect: bool,
    /// Whether the function says which records failed.
    pub partial: bool,
    /// The logical id of the queue that hears of batches given up.
    pub on_failure: Option<String>,
    /// A record is delivered when any of them matches; an empty list delivers all.
    pub filters: Vec<Filter>,
}

/// An entry of `Type: ScheduleV2` or `Schedule`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Its name in `Events`.
    pub name: String,
    /// When it fires.
    pub expression: crate::schedule::Expression,
    /// The event it sends; `None` is the scheduler's own.
    pub input: Option<String>,
}

pub(super) fn build(
    id: &str,
    name: String,
    arn: String,
    properties: &Value,
) -> Result<Function, TemplateError> {
    let wrong = |reason: &str| TemplateError::new(id, reason);
    let code = properties["CodeUri"]
        .as_str()
        .ok_or_else(|| wrong("CodeUri is missing"))?;
    let package = code.trim_end_matches('/').strip_prefix("functions/");
    let package = package
        .ok_or_else(|| wrong("CodeUri is no directory below functions/"))?
        .to_owned();
    let mut environment = BTreeMap::new();
    for (variable, value) in properties["Environment"]["Variables"]
        .as_object()
        .into_iter()
        .flatten()
    {
        let value = text(value)
            .ok_or_else(|| wrong(&format!("the environment variable {variable} is no text")))?;
        environment.insert(variable.clone(), value);
    }
    let logging = [
        ("LogFormat", "AWS_LAMBDA_LOG_FORMAT"),
        ("ApplicationLogLevel", "AWS_LAMBDA_LOG_LEVEL"),
    ];
    let logging = logging.into_iter().filter_map(|(property, variable)| {
        Some((
            variable.to_owned(),
            properties["LoggingConfig"][property].as_str()?.to_owned(),
        ))
    });
    if !properties["Role"].is_null() {
        return Err(wrong(
            "Role is not understood on one machine: what it may do stands in no Policies",
        ));
    }
    let statements = Statement::of_policies(&properties["Policies"]).map_err(|why| wrong(&why))?;
    let mut events = Vec::new();
    for (event, declared) in properties["Events"].as_object().into_iter().flatten() {
        events.push(self::event(id, event, declared)?);
    }
    Ok(Function {
        id: id.to_owned(),
        name,
        arn,
        package,
        memory: number(&properties["MemorySize"]).unwrap_or(128),
        timeout: Duration::from_secs(number(&properties["Timeout"]).unwrap_or(3)),
        environment,
        logging: logging.collect(),
        statements,
        events,
    })
}

fn event(id: &str, name: &str, declared: &Value) -> Result<Event, TemplateError> {
    let properties = &declared["Properties"];
    let wrong = |reason: String| TemplateError::new(id, format!("event {name}: {reason}"));
    match declared["Type"].as_str().unwrap_or_default() {
        "HttpApi" => {
            let route = match (properties["Method"].as_str(), properties["Path"].as_str()) {
                (None, None) => Route::default_route(id),
                (method, Some(path)) => {
                    Route::new(method.unwrap_or("ANY"), path, id).map_err(wrong)?
                }
                (Some(_), None) => return Err(wrong("a Method without a Path".to_owned())),
            };
            Ok(Event::Http(route))
        }
        "SQS" => Ok(Event::Queue(QueueSource {
            queue: properties["Queue"]
                .as_str()
                .ok_or_else(|| wrong("Queue is missing".to_owned()))?
                .to_owned(),
            batch_size: size(&properties["BatchSize"], 10),
            max_concurrency: number(&properties["ScalingConfig"]["MaximumConcurrency"])
                .and_then(|limit| usize::try_from(limit).ok()),
            partial: partial(properties),
        })),
        "DynamoDB" => stream(properties).map(Event::Stream).map_err(wrong),
        "ScheduleV2" | "Schedule" => {
            let expression = properties["ScheduleExpression"]
                .as_str()
                .or_else(|| properties["Schedule"].as_str());
            let expression = expression.ok_or_else(|| wrong("it has no expression".to_owned()))?;
            Ok(Event::Schedule(Schedule {
                name: name.to_owned(),
                expression: expression.parse().map_err(wrong)?,
                input: properties["Input"].as_str().map(str::to_owned),
            }))
        }
        other => Err(wrong(format!("{other} is not understood on one machine"))),
    }
}

fn stream(properties: &Value) -> Result<StreamSource, String> {
    let mut filters = Vec::new();
    for filter in list(&properties["FilterCriteria"]["Filters"]) {
        let pattern = filter["Pattern"]
            .as_str()
            .ok_or("a filter without a Pattern")?;
        filters.push(pattern.parse()?);
    }
    let destination = &properties["DestinationConfig"]["OnFailure"];
    if !destination.is_null() && destination["Type"] != json!("SQS") {
        return Err("OnFailure must be of type SQS".to_owned());
    }
    Ok(StreamSource {
        stream_arn: properties["Stream"]
            .as_str()
            .ok_or("Stream is missing")?
            .to_owned(),
        batch_size: size(&properties["BatchSize"], 100),
        from_latest: properties["StartingPosition"] == json!("LATEST"),
        max_retries: number(&properties["MaximumRetryAttempts"])
            .and_then(|count| u32::try_from(count).ok()),
        bisect: properties["BisectBatchOnFunctionError"] == json!(true),
        partial: partial(properties),
        on_failure: destination["Destination"].as_str().map(str::to_owned),
        filters,
    })
}

fn partial(properties: &Value) -> bool {
    texts(&properties["FunctionResponseTypes"])
        .iter()
        .any(|kind| kind == "ReportBatchItemFailures")
}

fn size(value: &Value, default: usize) -> usize {
    number(value)
        .and_then(|size| usize::try_from(size).ok())
        .unwrap_or(default)
        .max(1)
}
