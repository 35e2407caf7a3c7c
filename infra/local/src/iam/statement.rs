//! A statement of a policy: what it allows or denies, on what, and when.

use serde_json::{Map, Value};

use super::Question;
use super::condition::Condition;
use super::pattern::{matches, matches_arn, parts};
use crate::template::{list, texts};

/// One statement of a role's policies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    deny: bool,
    actions: Vec<String>,
    resources: Vec<String>,
    conditions: Vec<Condition>,
}

/// Whether a role with these statements may: one allows it, and none denies it.
#[must_use]
pub fn allows(statements: &[Statement], question: &Question) -> bool {
    let mut allowed = false;
    for statement in statements.iter().filter(|one| one.applies(question)) {
        if statement.deny {
            return false;
        }
        allowed = true;
    }
    allowed
}

impl Statement {
    /// The statements of a function's `Policies`, resolved.
    ///
    /// # Errors
    /// What cannot be weighed in full: another policy than a document, an element, a condition's operator or key that is
    /// not known here.
    pub fn of_policies(policies: &Value) -> Result<Vec<Self>, String> {
        let mut statements = Vec::new();
        for policy in list(policies) {
            let document = policy.as_object();
            let document = document.filter(|document| document.contains_key("Statement"));
            let document = document.ok_or_else(|| {
                format!("the policy {policy} is not understood on one machine: it must be a document with its statements")
            })?;
            known(document, &["Version", "Id", "Statement"])?;
            for statement in list(&document["Statement"]) {
                statements.push(Self::read(statement)?);
            }
        }
        Ok(statements)
    }

    fn read(statement: &Value) -> Result<Self, String> {
        let elements = statement.as_object().ok_or("a statement is no map")?;
        let name = statement["Sid"].as_str().unwrap_or("without a Sid");
        let within = |reason: String| format!("the statement {name}: {reason}");
        known(
            elements,
            &["Sid", "Effect", "Action", "Resource", "Condition"],
        )
        .map_err(within)?;
        let deny = match statement["Effect"].as_str() {
            Some("Allow") => false,
            Some("Deny") => true,
            _ => return Err(within("Effect is neither Allow nor Deny".to_owned())),
        };
        let actions = all_texts(&statement["Action"]);
        let actions = actions.filter(|all| {
            all.iter()
                .all(|action| action == "*" || action.contains(':'))
        });
        let actions = actions
            .ok_or_else(|| within("Action is no list of names such as s3:GetObject".to_owned()))?;
        let resources = all_texts(&statement["Resource"]);
        let resources = resources.filter(|all| {
            all.iter()
                .all(|arn| arn == "*" || (parts(arn).is_some() && !arn.contains("${")))
        });
        Ok(Self {
            deny,
            actions,
            resources: resources.ok_or_else(|| within("Resource is no list of ARNs".to_owned()))?,
            conditions: Condition::read(&statement["Condition"]).map_err(within)?,
        })
    }

    /// Action, resource and every condition fit. Names of actions have no case.
    fn applies(&self, question: &Question) -> bool {
        let action = question.action.to_ascii_lowercase();
        self.actions
            .iter()
            .any(|pattern| matches(&pattern.to_ascii_lowercase(), &action))
            && self
                .resources
                .iter()
                .any(|pattern| matches_arn(pattern, &question.resource))
            && self
                .conditions
                .iter()
                .all(|condition| condition.holds(question))
    }
}

/// How many values an element has.
pub(super) fn count(value: &Value) -> usize {
    list(value).len()
}

/// The texts of an element that has nothing else, and at least one.
fn all_texts(value: &Value) -> Option<Vec<String>> {
    let texts = texts(value);
    (!texts.is_empty() && texts.len() == count(value)).then_some(texts)
}

fn known(elements: &Map<String, Value>, names: &[&str]) -> Result<(), String> {
    match elements.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("{name} is not understood on one machine")),
        None => Ok(()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::Key;
    use super::*;
    use serde_json::json;

    const TABLE: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/t";
    const SES: &str = "arn:aws:ses:us-east-1:000000000000:identity/gallery@studio.example";

    fn role() -> Vec<Statement> {
        let policies = json!([{ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Action": ["dynamodb:GetItem", "dynamodb:BatchGet*"], "Resource": TABLE,
              "Condition": { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["GALLERY#*", "STRAY"] } } },
            { "Effect": "Allow", "Action": "dynamodb:Query", "Resource": format!("{TABLE}/index/*"),
              "Condition": { "ForAnyValue:StringEquals": { "dynamodb:LeadingKeys": "GALLERIES" } } },
            { "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/*" },
            { "Effect": "Deny", "Action": ["s3:Delete*"], "Resource": "*" },
            { "Effect": "Allow", "Action": "ses:SendRawEmail", "Resource": SES,
              "Condition": { "StringEquals": { "ses:FromAddress": "gallery@studio.example" } } },
        ] }]);
        Statement::of_policies(&policies).unwrap()
    }

    #[test]
    fn a_role_may_what_its_statements_say() {
        let index = format!("{TABLE}/index/lists");
        let keys = Key::LeadingKeys;
        for (action, resource, key, values, expected) in [
            ("dynamodb:GetItem", TABLE, keys, vec!["GALLERY#1"], true),
            ("dynamodb:getitem", TABLE, keys, vec!["GALLERY#1"], true),
            ("dynamodb:GetItem", TABLE, keys, vec!["LINK#1"], false),
            ("dynamodb:GetItem", TABLE, keys, vec!["STRAY#1"], false),
            ("dynamodb:GetItem", &index, keys, vec!["GALLERY#1"], false),
            ("dynamodb:PutItem", TABLE, keys, vec!["GALLERY#1"], false),
            // each of several keys must fit; AWS lets a request without any pass, which is why no role here has Scan
            (
                "dynamodb:BatchGetItem",
                TABLE,
                keys,
                vec!["GALLERY#1", "STRAY"],
                true,
            ),
            (
                "dynamodb:BatchGetItem",
                TABLE,
                keys,
                vec!["GALLERY#1", "LINK#1"],
                false,
            ),
            ("dynamodb:BatchGetItem", TABLE, keys, vec![], true),
            ("dynamodb:Query", &index, keys, vec!["GALLERIES"], true),
            ("dynamodb:Query", &index, keys, vec!["PEOPLE"], false),
            ("dynamodb:Query", &index, keys, vec![], false),
            ("dynamodb:Query", TABLE, keys, vec!["GALLERIES"], false),
            ("s3:GetObject", "arn:aws:s3:::b/k", keys, vec![], true),
            ("s3:GetObject", "arn:aws:s3:::other/k", keys, vec![], false),
            ("s3:ListBucket", "arn:aws:s3:::b", keys, vec![], false),
            ("s3:DeleteObject", "arn:aws:s3:::b/k", keys, vec![], false),
            (
                "ses:SendRawEmail",
                SES,
                Key::FromAddress,
                vec!["gallery@studio.example"],
                true,
            ),
            (
                "ses:SendRawEmail",
                SES,
                Key::FromAddress,
                vec!["other@studio.example"],
                false,
            ),
            ("ses:SendRawEmail", SES, Key::FromAddress, vec![], false),
        ] {
            let at = format!("{action} on {resource} with {values:?}");
            let values = values.into_iter().map(str::to_owned);
            let question = Question::new(action, resource).with(key, values);
            assert_eq!(allows(&role(), &question), expected, "{at}");
        }
        assert!(!allows(
            &[],
            &Question::new("s3:GetObject", "arn:aws:s3:::b/k")
        ));
    }

    /// Ignored, each of these would make this machine's answer another than AWS's.
    #[test]
    fn what_cannot_be_weighed_is_an_error() {
        let with = |change: Value| {
            let mut statement =
                json!({ "Sid": "S", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*" });
            for (name, value) in change.as_object().unwrap() {
                statement[name] = value.clone();
            }
            json!([{ "Statement": [statement] }])
        };
        let condition = |operator: &str, key: &str, value: Value| {
            with(json!({ "Condition": { operator: { key: value } } }))
        };
        assert!(Statement::of_policies(&with(json!({}))).is_ok());
        for (policies, part) in [
            (json!("AmazonS3ReadOnlyAccess"), "AmazonS3ReadOnlyAccess"),
            (
                json!([{ "DynamoDBReadPolicy": { "TableName": "t" } }]),
                "DynamoDBReadPolicy",
            ),
            (with(json!({ "NotAction": "s3:*" })), "NotAction"),
            (with(json!({ "NotResource": "*" })), "NotResource"),
            (with(json!({ "Principal": "*" })), "Principal"),
            (with(json!({ "Effect": "allow" })), "Effect"),
            (with(json!({ "Action": [] })), "Action"),
            (with(json!({ "Action": "GetObject" })), "Action"),
            (with(json!({ "Resource": null })), "Resource"),
            (with(json!({ "Resource": ["bucket"] })), "Resource"),
            (
                with(json!({ "Resource": "arn:aws:s3:::b/${aws:username}" })),
                "Resource",
            ),
            (with(json!({ "Condition": "none" })), "Condition"),
            (
                condition("StringNotLike", "ses:FromAddress", json!("a")),
                "StringNotLike",
            ),
            (
                condition("StringLikeIfExists", "ses:FromAddress", json!("a")),
                "StringLikeIfExists",
            ),
            (
                condition(
                    "ForSomeValues:StringLike",
                    "dynamodb:LeadingKeys",
                    json!("a"),
                ),
                "ForSomeValues",
            ),
            (
                condition("Bool", "aws:SecureTransport", json!(true)),
                "Bool",
            ),
            (
                condition("StringEquals", "aws:SourceIp", json!("a")),
                "aws:SourceIp",
            ),
            (
                condition("StringLike", "dynamodb:LeadingKeys", json!("a")),
                "ForAllValues",
            ),
            (
                condition("ForAllValues:StringEquals", "ses:FromAddress", json!("a")),
                "ForAllValues",
            ),
            (
                condition("StringLike", "ses:FromAddress", json!("${aws:username}")),
                "aws:username",
            ),
            (
                condition("StringLike", "ses:FromAddress", json!([1])),
                "ses:FromAddress",
            ),
            (
                condition("StringLike", "ses:FromAddress", json!([])),
                "ses:FromAddress",
            ),
        ] {
            let error = Statement::of_policies(&policies).unwrap_err();
            assert!(error.contains(part), "{policies}: {error}");
        }
    }
}
