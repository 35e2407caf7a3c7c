//! Filter patterns of an event source mapping: the part of `EventBridge`'s pattern language that Lambda takes.

use std::str::FromStr;

use serde_json::Value;

/// A parsed `Pattern`.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter(Vec<(String, Rule)>);

#[derive(Clone, Debug, PartialEq)]
enum Rule {
    Inside(Filter),
    Any(Vec<Test>),
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Is(Value),
    Prefix(String),
    Suffix(String),
    SameLetters(String),
    Exists(bool),
    NoneOf(Vec<Value>),
    Numeric(Vec<(Comparison, f64)>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Equal,
    GreaterOrEqual,
    Greater,
}

impl FromStr for Filter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let pattern: Value =
            serde_json::from_str(text).map_err(|_| format!("the pattern {text} is not JSON"))?;
        parse(&pattern)
    }
}

fn parse(pattern: &Value) -> Result<Filter, String> {
    let map = pattern
        .as_object()
        .ok_or_else(|| format!("the pattern {pattern} is no object"))?;
    let rules = map.iter().map(|(key, value)| {
        let rule = match value {
            Value::Object(_) => Rule::Inside(parse(value)?),
            Value::Array(tests) => Rule::Any(tests.iter().map(test).collect::<Result<_, _>>()?),
            _ => {
                return Err(format!(
                    "the pattern's {key} is neither an object nor a list"
                ));
            }
        };
        Ok((key.clone(), rule))
    });
    Ok(Filter(rules.collect::<Result<_, String>>()?))
}

fn test(value: &Value) -> Result<Test, String> {
    let Some(map) = value.as_object() else {
        return Ok(Test::Is(value.clone()));
    };
    let unknown = || format!("the pattern's {value} is not understood");
    let (operator, argument) = map
        .iter()
        .next()
        .filter(|_| map.len() == 1)
        .ok_or_else(unknown)?;
    let text = || argument.as_str().map(str::to_owned).ok_or_else(unknown);
    Ok(match operator.as_str() {
        "prefix" => Test::Prefix(text()?),
        "suffix" => Test::Suffix(text()?),
        "equals-ignore-case" => Test::SameLetters(text()?.to_lowercase()),
        "exists" => Test::Exists(argument.as_bool().ok_or_else(unknown)?),
        "anything-but" => Test::NoneOf(match argument {
            Value::Array(values) => values.clone(),
            Value::Object(_) => return Err(unknown()),
            single => vec![single.clone()],
        }),
        "numeric" => {
            Test::Numeric(numeric(argument.as_array().ok_or_else(unknown)?).ok_or_else(unknown)?)
        }
        _ => return Err(unknown()),
    })
}

fn numeric(parts: &[Value]) -> Option<Vec<(Comparison, f64)>> {
    let pairs = parts.chunks(2).map(|pair| {
        let [operator, bound] = pair else { return None };
        let comparison = match operator.as_str()? {
            "<" => Comparison::Less,
            "<=" => Comparison::LessOrEqual,
            "=" => Comparison::Equal,
            ">=" => Comparison::GreaterOrEqual,
            ">" => Comparison::Greater,
            _ => return None,
        };
        Some((comparison, bound.as_f64()?))
    });
    pairs
        .collect::<Option<Vec<_>>>()
        .filter(|pairs| !pairs.is_empty())
}

impl Filter {
    /// Whether `record` is delivered: every key of the pattern matches.
    #[must_use]
    pub fn matches(&self, record: &Value) -> bool {
        self.0.iter().all(|(key, rule)| {
            let value = record.get(key);
            match rule {
                Rule::Inside(filter) => filter.matches(value.unwrap_or(&Value::Null)),
                Rule::Any(tests) => tests.iter().any(|test| test.holds(value)),
            }
        })
    }
}

impl Test {
    fn holds(&self, value: Option<&Value>) -> bool {
        // only leaves exist for a pattern, as AWS documents it for `exists`
        let leaf = value.filter(|value| !value.is_object());
        if let Self::Exists(wanted) = self {
            return leaf.is_some() == *wanted;
        }
        match leaf {
            Some(Value::Array(values)) => values.iter().any(|value| self.holds_for(value)),
            Some(value) => self.holds_for(value),
            None => false,
        }
    }

    fn holds_for(&self, value: &Value) -> bool {
        let text = value.as_str();
        match self {
            Self::Is(wanted) => wanted == value,
            Self::Prefix(prefix) => text.is_some_and(|text| text.starts_with(prefix)),
            Self::Suffix(suffix) => text.is_some_and(|text| text.ends_with(suffix)),
            Self::SameLetters(wanted) => text.is_some_and(|text| text.to_lowercase() == *wanted),
            Self::NoneOf(values) => !values.contains(value),
            Self::Numeric(bounds) => {
                let number = value.as_f64().or_else(|| text?.parse().ok());
                number.is_some_and(|number| {
                    bounds
                        .iter()
                        .all(|(comparison, bound)| comparison.holds(number, *bound))
                })
            }
            Self::Exists(_) => true,
        }
    }
}

impl Comparison {
    fn holds(self, left: f64, right: f64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Equal => (left - right).abs() < f64::EPSILON,
            Self::GreaterOrEqual => left >= right,
            Self::Greater => left > right,
        }
    }
}
