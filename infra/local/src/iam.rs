//! What a function may do: the statements of its role, read strictly and asked at every call, as IAM does on AWS.
//!
//! Nothing is allowed that no statement allows, and a `Deny` wins. A statement that this evaluator cannot weigh in full
//! keeps the stack from starting: ignored, it would allow here what AWS refuses, or the other way round.

mod condition;
mod pattern;
mod statement;

use std::collections::{BTreeMap, BTreeSet};

use crate::data::DEVELOPER;
use crate::template::Function;

pub use condition::Key;
pub use statement::{Statement, allows};

/// One thing somebody wants to do, as a service puts it to IAM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Such as `dynamodb:PutItem`.
    pub action: String,
    /// The ARN of what it is done to.
    pub resource: String,
    /// The request's values for condition keys; a key may have several.
    pub context: Vec<(Key, String)>,
}

impl Question {
    /// A question without condition keys.
    #[must_use]
    pub fn new(action: impl Into<String>, resource: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            resource: resource.into(),
            context: Vec::new(),
        }
    }

    /// The same with values for a condition key.
    #[must_use]
    pub fn with(mut self, key: Key, values: impl IntoIterator<Item = String>) -> Self {
        self.context
            .extend(values.into_iter().map(|value| (key, value)));
        self
    }

    /// The request's values for a condition key.
    pub fn values(&self, key: Key) -> impl Iterator<Item = &str> {
        let of_key = self.context.iter().filter(move |(named, _)| *named == key);
        of_key.map(|(_, value)| value.as_str())
    }
}

/// The statements of every function. The developer's keys are an administrator's: they may do everything.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    statements: BTreeMap<String, Vec<Statement>>,
}

impl Policies {
    /// What these functions may do.
    #[must_use]
    pub fn new(functions: &[Function]) -> Self {
        let statements = functions
            .iter()
            .map(|function| (function.id.clone(), function.statements.clone()));
        Self {
            statements: statements.collect(),
        }
    }

    /// Whether `principal` may; a refusal is one line of the log, because on AWS it would be a fault of the template.
    #[must_use]
    pub fn allow(&self, principal: &str, question: &Question) -> bool {
        if principal == DEVELOPER {
            return true;
        }
        let statements = self.statements.get(principal);
        let allowed = statements.is_some_and(|statements| allows(statements, question));
        if !allowed {
            let kinds: BTreeSet<String> = question.values(Key::LeadingKeys).map(kind).collect();
            let keys: String = kinds.iter().map(|kind| format!(", key {kind}")).collect();
            let (action, resource) = (&question.action, &question.resource);
            tracing::warn!(
                "{principal} may not {action} on {resource}{keys}: template.yaml does not allow it"
            );
        }
        allowed
    }
}

impl local_s3::Authorizer for Policies {
    fn allow(&self, principal: &str, action: &str, resource_arn: &str) -> bool {
        Self::allow(self, principal, &Question::new(action, resource_arn))
    }
}

/// A partition key without what follows its kind: `GALLERY#…`.
fn kind(leading_key: &str) -> String {
    match leading_key.split_once('#') {
        Some((kind, _)) => format!("{kind}#…"),
        None => leading_key.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys that `cargo run` prints are an administrator's; keys of nobody in the template may nothing.
    #[test]
    fn only_the_developer_needs_no_statement() {
        let policies = Policies::default();
        let question = Question::new("s3:GetObject", "arn:aws:s3:::bucket/key");
        assert!(policies.allow(DEVELOPER, &question));
        assert!(!policies.allow("GalleryFunction", &question));
    }

    #[test]
    fn a_log_line_tells_the_kind_of_a_key_and_no_more() {
        assert_eq!(kind("SESSION#0123abcd"), "SESSION#…");
        assert_eq!(kind("GALLERIES"), "GALLERIES");
    }
}
