//! What an invocation's end means for the records it got.

use serde_json::Value;

use crate::lambda::Outcome;

/// How a batch went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All records are done.
    Done,
    /// The record at this place and everything after it comes again.
    FailedFrom(usize),
}

/// Reads a stream function's answer; in a stream the lowest failed record decides.
pub(super) fn verdict(outcome: &Outcome, sequences: &[&str], partial: bool) -> Verdict {
    let Outcome::Answered(payload) = outcome else {
        return Verdict::FailedFrom(0);
    };
    if !partial {
        return Verdict::Done;
    }
    let answer: Value = serde_json::from_slice(payload).unwrap_or_default();
    let failures = answer["batchItemFailures"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let places = failures.iter().map(|item| {
        let sequence = item["itemIdentifier"].as_str()?;
        sequences.iter().position(|known| *known == sequence)
    });
    // an identifier that is empty, missing or unknown fails the whole batch, as on AWS
    let places: Option<Vec<usize>> = places.collect();
    match places {
        None => Verdict::FailedFrom(0),
        Some(places) => places
            .into_iter()
            .min()
            .map_or(Verdict::Done, Verdict::FailedFrom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(answer: &str) -> Verdict {
        verdict(
            &Outcome::Answered(answer.to_owned().into()),
            &["1", "2", "3"],
            true,
        )
    }

    /// Lambda's contract of `ReportBatchItemFailures` for streams.
    #[test]
    fn the_lowest_failed_record_decides_where_to_go_on() {
        assert_eq!(of("null"), Verdict::Done);
        assert_eq!(of(r#"{"batchItemFailures":[]}"#), Verdict::Done);
        assert_eq!(
            of(r#"{"batchItemFailures":[{"itemIdentifier":"3"},{"itemIdentifier":"2"}]}"#),
            Verdict::FailedFrom(1)
        );
        assert_eq!(
            of(r#"{"batchItemFailures":[{"itemIdentifier":"9"}]}"#),
            Verdict::FailedFrom(0)
        );
    }
}
