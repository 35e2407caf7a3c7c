//! YAML with CloudFormation's short tags, as the JSON that the long forms would be.

use serde_json::{Map, Value};
use serde_yaml_ng::Value as Yaml;

use super::TemplateError;

/// Parses `text`; `!Ref X` becomes `{"Ref": "X"}`, `!Sub X` becomes `{"Fn::Sub": "X"}` and so on.
pub(super) fn load(text: &str) -> Result<Value, TemplateError> {
    let yaml: Yaml = serde_yaml_ng::from_str(text)
        .map_err(|error| TemplateError::new("the file", format!("not YAML: {error}")))?;
    convert(yaml)
}

fn convert(yaml: Yaml) -> Result<Value, TemplateError> {
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => Value::Bool(value),
        Yaml::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) => whole.into(),
            (None, Some(float)) => float.into(),
            (None, None) => {
                return Err(TemplateError::new(
                    "the file",
                    format!("{number} is not a number"),
                ));
            }
        },
        Yaml::String(text) => Value::String(text),
        Yaml::Sequence(items) => {
            Value::Array(items.into_iter().map(convert).collect::<Result<_, _>>()?)
        }
        Yaml::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                map.insert(key_text(key)?, convert(value)?);
            }
            Value::Object(map)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            long_form(tag.trim_start_matches('!'), convert(tagged.value)?)
        }
    })
}

fn key_text(key: Yaml) -> Result<String, TemplateError> {
    match key {
        Yaml::String(text) => Ok(text),
        Yaml::Number(number) => Ok(number.to_string()),
        Yaml::Bool(value) => Ok(value.to_string()),
        other => Err(TemplateError::new(
            "the file",
            format!("{other:?} cannot be a key"),
        )),
    }
}

fn long_form(tag: &str, value: Value) -> Value {
    let (name, value) = match (tag, value) {
        ("Ref" | "Condition", value) => (tag.to_owned(), value),
        // `!GetAtt A.B.C` is the resource A and its attribute B.C
        ("GetAtt", Value::String(text)) => {
            let parts = text.split_once('.').map_or_else(
                || vec![text.as_str()],
                |(id, attribute)| vec![id, attribute],
            );
            ("Fn::GetAtt".to_owned(), Value::from(parts))
        }
        (_, value) => (format!("Fn::{tag}"), value),
    };
    Value::Object(Map::from_iter([(name, value)]))
}
