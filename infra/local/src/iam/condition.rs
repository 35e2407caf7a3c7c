//! One operator of a statement's `Condition` on one key.

use serde_json::Value;

use super::Question;
use super::pattern::matches;
use crate::template::texts;

/// A condition key that a service of this machine tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// `dynamodb:LeadingKeys`: every partition key of a request, the index's own for a query of an index.
    LeadingKeys,
    /// `ses:FromAddress`: the sender's bare address.
    FromAddress,
}

impl Key {
    fn named(name: &str) -> Option<Self> {
        let keys = [
            ("dynamodb:LeadingKeys", Self::LeadingKeys),
            ("ses:FromAddress", Self::FromAddress),
        ];
        let mut keys = keys.into_iter();
        keys.find_map(|(known, key)| known.eq_ignore_ascii_case(name).then_some(key))
    }

    /// Whether a request may have several values for it.
    fn is_set(self) -> bool {
        self == Self::LeadingKeys
    }
}

/// How the request's values are weighed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Among {
    /// The one value there is.
    One,
    /// `ForAllValues`: each of them. As on AWS, a request without any passes.
    All,
    /// `ForAnyValue`: at least one.
    Any,
}

/// A condition that a request must meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    key: Key,
    among: Among,
    wildcards: bool,
    values: Vec<String>,
}

impl Condition {
    /// Every condition of a `Condition` block.
    pub(super) fn read(block: &Value) -> Result<Vec<Self>, String> {
        let mut conditions = Vec::new();
        let block = match block {
            Value::Null => return Ok(conditions),
            block => block.as_object().ok_or("Condition is no map")?,
        };
        for (operator, keys) in block {
            let keys = keys.as_object();
            let keys = keys.ok_or_else(|| format!("the condition {operator} is no map"))?;
            for (key, values) in keys {
                conditions.push(Self::one(operator, key, values)?);
            }
        }
        Ok(conditions)
    }

    fn one(operator: &str, name: &str, values: &Value) -> Result<Self, String> {
        let unknown = |what: &str| format!("{what} is not understood on one machine");
        let (among, comparison) = match operator.split_once(':') {
            None => (Among::One, operator),
            Some(("ForAllValues", comparison)) => (Among::All, comparison),
            Some(("ForAnyValue", comparison)) => (Among::Any, comparison),
            Some(_) => return Err(unknown(&format!("the condition operator {operator}"))),
        };
        let wildcards = match comparison {
            "StringEquals" => false,
            "StringLike" => true,
            _ => return Err(unknown(&format!("the condition operator {operator}"))),
        };
        let key = Key::named(name);
        let key = key.ok_or_else(|| unknown(&format!("the condition key {name}")))?;
        if key.is_set() != (among != Among::One) {
            return Err(format!(
                "{operator} does not fit {name}: a key with several values needs ForAllValues or ForAnyValue, others neither"
            ));
        }
        let texts = texts(values);
        let given = super::statement::count(values);
        if texts.is_empty() || texts.len() != given {
            return Err(format!("the values of {name} are no texts"));
        }
        if let Some(variable) = texts.iter().find(|text| text.contains("${")) {
            return Err(unknown(&format!("the policy variable in {variable}")));
        }
        Ok(Self {
            key,
            among,
            wildcards,
            values: texts,
        })
    }

    /// Whether the request meets it.
    pub(super) fn holds(&self, question: &Question) -> bool {
        let fits = |value: &str| {
            let mut wanted = self.values.iter();
            wanted.any(|wanted| {
                if self.wildcards {
                    matches(wanted, value)
                } else {
                    wanted == value
                }
            })
        };
        let mut values = question.values(self.key);
        match self.among {
            Among::One => values.next().is_some_and(fits) && values.all(fits),
            Among::All => values.all(fits),
            Among::Any => values.any(fits),
        }
    }
}
