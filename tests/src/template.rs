//! template.yaml as plain JSON, read independently of the reader that runs it on one machine.

use serde_json::{Map, Value};
use serde_yaml_ng::Value as Yaml;

/// The template; short tags become their long forms (`!Ref X` is `{"Ref": "X"}`).
///
/// # Panics
/// When it is not YAML.
#[must_use]
pub fn template() -> Value {
    json(serde_yaml_ng::from_str(&crate::text("template.yaml")).unwrap())
}

/// Its resources of one type: logical id and the whole resource.
///
/// # Panics
/// When it has no resources.
#[must_use]
pub fn resources(kind: &str) -> Vec<(String, Value)> {
    let template = template();
    let all = template["Resources"].as_object().unwrap();
    let found = all.iter().filter(|(_, resource)| resource["Type"] == kind);
    found
        .map(|(id, resource)| (id.clone(), resource.clone()))
        .collect()
}

/// One resource.
///
/// # Panics
/// When it is not there.
#[must_use]
pub fn resource(id: &str) -> Value {
    let resource = template()["Resources"][id].take();
    assert!(!resource.is_null(), "the template has no {id}");
    resource
}

/// A function of the template.
pub struct Function {
    /// Logical id.
    pub id: String,
    /// The package below `functions/`.
    pub package: String,
    /// Its `Properties`.
    pub properties: Value,
}

impl Function {
    /// Its events: name and declaration.
    pub fn events(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.properties["Events"].as_object().into_iter().flatten()
    }

    /// Method and path of its routes, `$default` included, sorted.
    #[must_use]
    pub fn routes(&self) -> Vec<(String, String)> {
        let http = self
            .events()
            .filter(|(_, event)| event["Type"] == "HttpApi");
        let mut routes: Vec<_> = http
            .map(|(_, event)| {
                let text = |name: &str| event["Properties"][name].as_str().map(str::to_owned);
                (
                    text("Method").unwrap_or_else(|| "ANY".into()),
                    text("Path").unwrap_or_else(|| "$default".into()),
                )
            })
            .collect();
        routes.sort();
        routes
    }

    /// The statements of its policies.
    ///
    /// # Panics
    /// When a policy is not a document of its own: a named one grants what this repository does not say.
    #[must_use]
    pub fn statements(&self) -> Vec<Value> {
        let policies = self.properties["Policies"].as_array();
        let policies = policies.unwrap_or_else(|| panic!("{} has no policy of its own", self.id));
        let statements = policies
            .iter()
            .flat_map(|policy| policy["Statement"].as_array().unwrap());
        statements.cloned().collect()
    }
}

/// All functions, in the template's order of names.
///
/// # Panics
/// When one's code lies elsewhere than in `functions/`.
#[must_use]
pub fn functions() -> Vec<Function> {
    let found = resources("AWS::Serverless::Function").into_iter();
    found
        .map(|(id, mut resource)| {
            let properties = resource["Properties"].take();
            let code = properties["CodeUri"].as_str().unwrap();
            let package = code.strip_prefix("functions/").unwrap().to_owned();
            Function {
                id,
                package,
                properties,
            }
        })
        .collect()
}

/// A text or a list of texts, as a list.
#[must_use]
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(written).collect(),
        Value::Null => Vec::new(),
        single => vec![written(single)],
    }
}

/// A value in one line: references as `Table.Arn`, substitutions as they stand.
#[must_use]
pub fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(map) => match map.iter().next() {
            Some((name, Value::String(text))) if name == "Ref" || name == "Fn::Sub" => text.clone(),
            Some((name, Value::Array(parts))) if name == "Fn::GetAtt" => {
                parts.iter().map(written).collect::<Vec<_>>().join(".")
            }
            _ => value.to_string(),
        },
        other => other.to_string(),
    }
}

fn json(yaml: Yaml) -> Value {
    match yaml {
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let (name, value) = match (tag.trim_start_matches('!'), json(tagged.value)) {
                ("GetAtt", Value::String(text)) => {
                    let (id, attribute) = text.split_once('.').unwrap();
                    ("Fn::GetAtt".to_owned(), Value::from(vec![id, attribute]))
                }
                (plain @ ("Ref" | "Condition"), value) => (plain.to_owned(), value),
                (tag, value) => (format!("Fn::{tag}"), value),
            };
            Value::Object(Map::from_iter([(name, value)]))
        }
        Yaml::Mapping(entries) => {
            let entries = entries
                .into_iter()
                .map(|(key, value)| (key.as_str().unwrap().to_owned(), json(value)));
            Value::Object(entries.collect())
        }
        Yaml::Sequence(items) => Value::Array(items.into_iter().map(json).collect()),
        scalar => serde_json::to_value(scalar).unwrap(),
    }
}
