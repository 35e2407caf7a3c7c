//! Whether who calls may do what a request to `DynamoDB` asks.

use std::sync::Arc;

use serde_json::Value;

use super::questions::Schema;
use crate::data::DEVELOPER;
use crate::iam::{Policies, Question};

/// The template's statements, and the keys they are about.
#[derive(Clone)]
pub struct Permission {
    /// What every function may do.
    pub policies: Arc<Policies>,
    /// What IAM is asked about a request.
    pub schema: Arc<Schema>,
}

impl Permission {
    /// What of a request `principal` may not do, if there is anything.
    pub(super) fn refused(
        &self,
        principal: &str,
        operation: &str,
        request: &Value,
    ) -> Option<Question> {
        // what else may be in a developer's request is the engine's business
        if principal == DEVELOPER {
            return None;
        }
        let questions = self.schema.questions(operation, request);
        let Some(questions) = questions.filter(|questions| !questions.is_empty()) else {
            tracing::warn!(
                "{principal} may not dynamodb:{operation}: table and keys cannot be told from the request"
            );
            return Some(Question::new(format!("dynamodb:{operation}"), "*"));
        };
        let mut questions = questions.into_iter();
        questions.find(|question| !self.policies.allow(principal, question))
    }
}
