//! Which records of a stream a function hears of, and when a schedule fires.

#![expect(clippy::unwrap_used, reason = "tests")]

use jiff::Timestamp;
use local::schedule::Expression;
use local::stream::Filter;
use serde_json::{Value, json};

fn record(name: &str, key: &str) -> Value {
    json!({ "eventName": name, "dynamodb": { "Keys": { "PK": { "S": key } }, "NewImage": { "n": { "N": "5" } } } })
}

fn matches(pattern: &Value, record: &Value) -> bool {
    pattern
        .to_string()
        .parse::<Filter>()
        .unwrap()
        .matches(record)
}

/// The pattern of template.yaml: new rows of the outbox, nothing else.
#[test]
fn the_outbox_filter_takes_new_mail_only() {
    let pattern = json!({ "eventName": ["INSERT"], "dynamodb": { "Keys": { "PK": { "S": [{ "prefix": "OUTBOX#" }] } } } });
    assert!(matches(&pattern, &record("INSERT", "OUTBOX#3")));
    assert!(!matches(&pattern, &record("MODIFY", "OUTBOX#3")));
    assert!(!matches(&pattern, &record("INSERT", "GALLERY#3")));
    assert!(!matches(&pattern, &json!({ "eventName": "INSERT" })));
}

#[test]
fn the_pattern_language_is_lambdas() {
    let image = |test: Value| json!({ "dynamodb": { "NewImage": { "n": { "N": [test] } } } });
    let five = record("INSERT", "a");
    assert!(matches(&image(json!("5")), &five));
    assert!(matches(
        &image(json!({ "numeric": [">", 4, "<=", 5] })),
        &five
    ));
    assert!(!matches(&image(json!({ "numeric": [">", 5] })), &five));
    assert!(matches(&image(json!({ "anything-but": ["6"] })), &five));
    assert!(!matches(&image(json!({ "anything-but": "5" })), &five));
    assert!(matches(&image(json!({ "exists": true })), &five));
    assert!(matches(
        &json!({ "dynamodb": { "OldImage": { "n": { "N": [{ "exists": false }] } } } }),
        &five
    ));
    assert!(matches(
        &json!({ "eventName": [{ "suffix": "ERT" }, { "equals-ignore-case": "modify" }] }),
        &five
    ));
    assert!(r#"{"a":[{"wildcard":"x*"}]}"#.parse::<Filter>().is_err());
    assert!(r#"{"a":"not a list"}"#.parse::<Filter>().is_err());
}

fn next(expression: &str, last: &str) -> Option<Timestamp> {
    expression
        .parse::<Expression>()
        .unwrap()
        .after(last.parse().unwrap())
}

#[test]
fn schedules_fire_when_aws_would() {
    let at = |text: &str| Some(text.parse::<Timestamp>().unwrap());
    assert_eq!(
        next("rate(15 minutes)", "2026-06-01T08:03:00Z"),
        at("2026-06-01T08:18:00Z")
    );
    assert_eq!(
        next("rate(1 day)", "2026-06-01T08:03:00Z"),
        at("2026-06-02T08:03:00Z")
    );
    assert_eq!(
        next("cron(0 6 * * ? *)", "2026-06-01T06:00:00Z"),
        at("2026-06-02T06:00:00Z")
    );
    assert_eq!(
        next("cron(0/20 8-9 ? * MON-FRI *)", "2026-06-05T09:40:30Z"),
        at("2026-06-08T08:00:00Z")
    );
    assert_eq!(
        next("cron(30 12 31 DEC ? 2027)", "2026-06-01T00:00:00Z"),
        at("2027-12-31T12:30:00Z")
    );
    assert_eq!(next("cron(0 0 1 1 ? 2020)", "2026-06-01T00:00:00Z"), None);
    for wrong in [
        "rate(0 minutes)",
        "rate(5 fortnights)",
        "cron(* * *)",
        "cron(61 * * * ? *)",
        "daily",
    ] {
        assert!(wrong.parse::<Expression>().is_err(), "{wrong}");
    }
}
