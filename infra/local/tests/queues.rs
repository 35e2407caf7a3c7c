//! SQS's promises: hidden while worked on, again after the time-out, dead after too many receives, there after a crash.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use local::queue::{Queues, message_event};
use local::template::{Queue, Redrive};

fn declared() -> Vec<Queue> {
    let queue = |id: &str, redrive| Queue {
        id: id.to_owned(),
        name: id.to_lowercase(),
        arn: format!("arn:aws:sqs:us-east-1:000000000000:{id}"),
        visibility: Duration::from_secs(60),
        retention: Duration::from_secs(3600),
        redrive,
    };
    let redrive = Redrive {
        target: "Dead".to_owned(),
        max_receive_count: 2,
    };
    vec![queue("Work", Some(redrive)), queue("Dead", None)]
}

fn open(directory: &Path) -> Queues {
    Queues::open(&directory.join("queues.sqlite"), &declared()).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000_000 + seconds)
}

fn send(queues: &Queues, bodies: &[&str]) {
    let bodies: Vec<String> = bodies.iter().map(|body| (*body).to_owned()).collect();
    queues.send("Work", &bodies, at(0)).unwrap();
}

#[test]
fn a_received_message_is_hidden_until_its_time_out() {
    let directory = tempfile::tempdir().unwrap();
    let queues = open(directory.path());
    send(&queues, &["a"]);
    let first = queues.receive("Work", 10, at(1)).unwrap();
    assert_eq!((first[0].body.as_str(), first[0].receives), ("a", 1));
    assert!(queues.receive("Work", 10, at(60)).unwrap().is_empty());
    assert_eq!(queues.next_visible("Work").unwrap(), Some(at(61)));
    let again = queues.receive("Work", 10, at(61)).unwrap();
    assert_eq!((again[0].receives, again[0].first_received), (2, at(1)));
    assert_eq!(again[0].message_id, first[0].message_id);
    // the first receipt is no longer worth anything
    assert!(!queues.delete("Work", &first[0].receipt).unwrap());
    assert!(queues.delete("Work", &again[0].receipt).unwrap());
    assert_eq!(queues.next_visible("Work").unwrap(), None);
}

#[test]
fn a_message_received_too_often_goes_to_the_dead_letter_queue() {
    let directory = tempfile::tempdir().unwrap();
    let queues = open(directory.path());
    send(&queues, &["poison"]);
    for receive in 0..2 {
        assert_eq!(
            queues.receive("Work", 10, at(receive * 60)).unwrap().len(),
            1
        );
    }
    assert!(queues.receive("Work", 10, at(200)).unwrap().is_empty());
    let depths = queues.depths(at(200)).unwrap();
    assert_eq!((depths["Work"], depths["Dead"]), ((0, 0), (1, 0)));
    assert_eq!(
        queues.receive("Dead", 1, at(200)).unwrap()[0].body,
        "poison"
    );
}

/// Issue: `kill -9` loses nothing that was acknowledged; the killed process's own work is not held against the message.
#[test]
fn after_a_crash_messages_in_flight_are_visible_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let queues = open(directory.path());
    send(&queues, &["a", "b"]);
    assert_eq!(queues.receive("Work", 1, at(1)).unwrap().len(), 1);
    drop(queues);
    let queues = open(directory.path());
    let mut bodies: Vec<(String, u32)> = queues
        .receive("Work", 10, at(2))
        .unwrap()
        .into_iter()
        .map(|message| (message.body, message.receives))
        .collect();
    bodies.sort();
    assert_eq!(bodies, [("a".to_owned(), 1), ("b".to_owned(), 1)]);
}

#[test]
fn a_message_is_not_kept_longer_than_declared() {
    let directory = tempfile::tempdir().unwrap();
    let queues = open(directory.path());
    send(&queues, &["old"]);
    assert!(queues.receive("Work", 10, at(3601)).unwrap().is_empty());
    assert_eq!(queues.depths(at(3601)).unwrap()["Work"], (0, 0));
}

#[test]
fn lambda_gets_messages_in_its_own_shape() {
    let directory = tempfile::tempdir().unwrap();
    let queues = open(directory.path());
    send(&queues, &["{}"]);
    let messages = queues.receive("Work", 1, at(5)).unwrap();
    let event = message_event(&messages, "arn:of:work", "us-east-1");
    let record = &event["Records"][0];
    assert_eq!(
        (&record["body"], &record["eventSource"]),
        (&"{}".into(), &"aws:sqs".into())
    );
    assert_eq!(record["eventSourceARN"], "arn:of:work");
    assert_eq!(record["messageId"], messages[0].message_id);
    assert_eq!(record["attributes"]["ApproximateReceiveCount"], "1");
    assert_eq!(record["attributes"]["SentTimestamp"], "1000000000");
}

#[test]
fn a_damaged_file_is_one_clear_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("queues.sqlite");
    std::fs::write(&path, b"this was a database once, and is one no more").unwrap();
    let Err(error) = Queues::open(&path, &declared()) else {
        panic!("garbage was opened")
    };
    assert!(error.to_string().contains("is damaged"), "{error}");
}
