//! Intrinsic functions, conditions, pseudo parameters and dynamic references, evaluated.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::TemplateError;

/// Everything a template's values depend on and do not say themselves.
#[derive(Clone, Debug)]
pub struct World {
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::AccountId`, 12 digits.
    pub account: String,
    /// `AWS::StackName`.
    pub stack_name: String,
    /// What `HttpApi.ApiEndpoint` stands for: scheme, host and port, without a trailing slash.
    pub site_url: String,
    /// Values for the template's parameters; the rest take their `Default`.
    pub parameters: BTreeMap<String, String>,
    /// Secret values by logical id.
    pub secrets: BTreeMap<String, String>,
}

pub(super) struct Resolver<'a> {
    pub(super) world: &'a World,
    resources: &'a Map<String, Value>,
    conditions: &'a Value,
    parameters: BTreeMap<String, String>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(template: &'a Value, world: &'a World) -> Result<Self, TemplateError> {
        let resources = template["Resources"]
            .as_object()
            .ok_or_else(|| TemplateError::new("Resources", "the section is missing"))?;
        let mut parameters = BTreeMap::new();
        for (name, parameter) in template["Parameters"].as_object().into_iter().flatten() {
            let value = world
                .parameters
                .get(name)
                .cloned()
                .or_else(|| text(&parameter["Default"]));
            let value = value.ok_or_else(|| {
                TemplateError::new(
                    &format!("parameter {name}"),
                    "it has no default and no value for a local run",
                )
            })?;
            parameters.insert(name.clone(), value);
        }
        Ok(Self {
            world,
            resources,
            conditions: &template["Conditions"],
            parameters,
        })
    }

    /// The resources whose `Condition` holds.
    pub(super) fn resources(&self) -> Result<Vec<(&'a str, &'a Value)>, TemplateError> {
        let mut held = Vec::new();
        for (id, resource) in self.resources {
            if self.exists(id, resource)? {
                held.push((id.as_str(), resource));
            }
        }
        Ok(held)
    }

    fn exists(&self, id: &str, resource: &Value) -> Result<bool, TemplateError> {
        match resource.get("Condition") {
            Some(name) => self.condition(id, &serde_json::json!({ "Condition": name })),
            None => Ok(true),
        }
    }

    /// `value` with every intrinsic evaluated. `None` is `AWS::NoValue`: the property is not there.
    pub(super) fn resolve(&self, at: &str, value: &Value) -> Result<Option<Value>, TemplateError> {
        Ok(Some(match value {
            Value::Object(map) => {
                if let Some((name, argument)) = intrinsic(map) {
                    return self.intrinsic(at, name, argument);
                }
                let mut resolved = Map::new();
                for (key, value) in map {
                    if let Some(value) = self.resolve(at, value)? {
                        resolved.insert(key.clone(), value);
                    }
                }
                Value::Object(resolved)
            }
            Value::Array(items) => {
                let mut resolved = Vec::new();
                for item in items {
                    resolved.extend(self.resolve(at, item)?);
                }
                Value::Array(resolved)
            }
            Value::String(text) => Value::String(self.dynamic(at, text)?),
            other => other.clone(),
        }))
    }

    fn required(&self, at: &str, value: &Value) -> Result<Value, TemplateError> {
        self.resolve(at, value)?
            .ok_or_else(|| TemplateError::new(at, "AWS::NoValue stands where a value is needed"))
    }

    fn text(&self, at: &str, value: &Value) -> Result<String, TemplateError> {
        let value = self.required(at, value)?;
        text(&value)
            .ok_or_else(|| TemplateError::new(at, format!("{value} stands where a text is needed")))
    }

    fn intrinsic(
        &self,
        at: &str,
        name: &str,
        argument: &Value,
    ) -> Result<Option<Value>, TemplateError> {
        let bad = || TemplateError::new(at, format!("{name} cannot be read: {argument}"));
        Ok(Some(match name {
            "Ref" => match argument.as_str().ok_or_else(bad)? {
                "AWS::NoValue" => return Ok(None),
                target => self.reference(at, target)?.into(),
            },
            "Fn::GetAtt" => {
                let parts: Vec<&str> = argument
                    .as_array()
                    .ok_or_else(bad)?
                    .iter()
                    .filter_map(Value::as_str)
                    .collect();
                let [target, attribute] = parts[..] else {
                    return Err(bad());
                };
                self.attribute(at, target, attribute)?.into()
            }
            "Fn::Sub" => self.sub(at, argument)?.into(),
            "Fn::If" => {
                let [condition, yes, no] = &argument.as_array().ok_or_else(bad)?[..] else {
                    return Err(bad());
                };
                let holds = self.condition(at, &serde_json::json!({ "Condition": condition }))?;
                return self.resolve(at, if holds { yes } else { no });
            }
            "Fn::Join" => {
                let [separator, items] = &argument.as_array().ok_or_else(bad)?[..] else {
                    return Err(bad());
                };
                let items = self.required(at, items)?;
                let items: Vec<String> = items
                    .as_array()
                    .ok_or_else(bad)?
                    .iter()
                    .filter_map(text)
                    .collect();
                items.join(separator.as_str().ok_or_else(bad)?).into()
            }
            "Fn::Equals" | "Fn::Not" | "Fn::And" | "Fn::Or" => {
                let map = Map::from_iter([(name.to_owned(), argument.clone())]);
                self.condition(at, &Value::Object(map))?.into()
            }
            _ => {
                return Err(TemplateError::new(
                    at,
                    format!("{name} is not understood on one machine"),
                ));
            }
        }))
    }

    fn condition(&self, at: &str, value: &Value) -> Result<bool, TemplateError> {
        let bad = || TemplateError::new(at, format!("the condition cannot be read: {value}"));
        let (name, argument) = value.as_object().and_then(intrinsic).ok_or_else(bad)?;
        if name == "Condition" {
            let name = argument.as_str().ok_or_else(bad)?;
            let condition = self.conditions.get(name);
            let condition = condition
                .ok_or_else(|| TemplateError::new(at, format!("there is no condition {name}")))?;
            return self.condition(&format!("condition {name}"), condition);
        }
        let arguments = argument.as_array().ok_or_else(bad)?;
        match (name, &arguments[..]) {
            ("Fn::Equals", [left, right]) => Ok(self.text(at, left)? == self.text(at, right)?),
            ("Fn::Not", [inner]) => Ok(!self.condition(at, inner)?),
            ("Fn::And", all) => all
                .iter()
                .try_fold(true, |held, inner| Ok(held & self.condition(at, inner)?)),
            ("Fn::Or", any) => any
                .iter()
                .try_fold(false, |held, inner| Ok(held | self.condition(at, inner)?)),
            _ => Err(bad()),
        }
    }

    fn sub(&self, at: &str, argument: &Value) -> Result<String, TemplateError> {
        let bad = || TemplateError::new(at, format!("Fn::Sub cannot be read: {argument}"));
        let (pattern, own) = match argument {
            Value::String(pattern) => (pattern.as_str(), None),
            Value::Array(parts) => match &parts[..] {
                [Value::String(pattern), Value::Object(own)] => (pattern.as_str(), Some(own)),
                _ => return Err(bad()),
            },
            _ => return Err(bad()),
        };
        let (mut out, mut rest) = (String::new(), pattern);
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or_else(bad)?;
            out.push_str(before);
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                out.push_str(&format!("${{{literal}}}"));
            } else if let Some(value) = own.and_then(|own| own.get(name)) {
                out.push_str(&self.text(at, value)?);
            } else if let Some((target, attribute)) = name.split_once('.') {
                out.push_str(&self.attribute(at, target, attribute)?);
            } else {
                out.push_str(&self.reference(at, name)?);
            }
        }
        out.push_str(rest);
        self.dynamic(at, &out)
    }

    fn reference(&self, at: &str, target: &str) -> Result<String, TemplateError> {
        let world = self.world;
        match target {
            "AWS::Region" => return Ok(world.region.clone()),
            "AWS::AccountId" => return Ok(world.account.clone()),
            "AWS::StackName" => return Ok(world.stack_name.clone()),
            "AWS::Partition" => return Ok("aws".to_owned()),
            "AWS::URLSuffix" => return Ok("amazonaws.com".to_owned()),
            _ => {}
        }
        if let Some(value) = self.parameters.get(target) {
            return Ok(value.clone());
        }
        let (kind, properties) = self.target(at, target)?;
        match kind {
            "AWS::S3::Bucket" => self.named(target, properties, "BucketName", str::to_lowercase),
            "AWS::DynamoDB::Table" => self.named(target, properties, "TableName", str::to_owned),
            "AWS::SQS::Queue" => {
                let name = self.named(target, properties, "QueueName", str::to_owned)?;
                Ok(format!(
                    "https://sqs.{}.amazonaws.com/{}/{name}",
                    world.region, world.account
                ))
            }
            "AWS::Serverless::Function" => {
                self.named(target, properties, "FunctionName", str::to_owned)
            }
            "AWS::Serverless::HttpApi" => Ok("local".to_owned()),
            "AWS::Logs::LogGroup" => self.named(target, properties, "LogGroupName", str::to_owned),
            "AWS::SecretsManager::Secret" => Ok(self.secret_arn(target)),
            _ => Err(TemplateError::new(
                at,
                format!("!Ref {target} ({kind}) has no value on one machine"),
            )),
        }
    }

    fn attribute(&self, at: &str, target: &str, attribute: &str) -> Result<String, TemplateError> {
        let (kind, properties) = self.target(at, target)?;
        let (region, account) = (&self.world.region, &self.world.account);
        Ok(match (kind, attribute) {
            ("AWS::S3::Bucket", "Arn") => format!("arn:aws:s3:::{}", self.reference(at, target)?),
            ("AWS::DynamoDB::Table", "Arn") => {
                format!(
                    "arn:aws:dynamodb:{region}:{account}:table/{}",
                    self.reference(at, target)?
                )
            }
            ("AWS::DynamoDB::Table", "StreamArn") => {
                format!(
                    "arn:aws:dynamodb:{region}:{account}:table/{}/stream/local",
                    self.reference(at, target)?
                )
            }
            ("AWS::SQS::Queue", "Arn" | "QueueName") => {
                let name = self.named(target, properties, "QueueName", str::to_owned)?;
                if attribute == "Arn" {
                    format!("arn:aws:sqs:{region}:{account}:{name}")
                } else {
                    name
                }
            }
            ("AWS::Serverless::Function", "Arn") => {
                format!(
                    "arn:aws:lambda:{region}:{account}:function:{}",
                    self.reference(at, target)?
                )
            }
            ("AWS::Serverless::HttpApi", "ApiEndpoint") => self.world.site_url.clone(),
            ("AWS::SecretsManager::Secret", "Id") => self.secret_arn(target),
            _ => {
                return Err(TemplateError::new(
                    at,
                    format!("!GetAtt {target}.{attribute} has no value on one machine"),
                ));
            }
        })
    }

    /// A resource's type and properties, if it exists under the present conditions.
    fn target(&self, at: &str, id: &str) -> Result<(&'a str, &'a Value), TemplateError> {
        let missing = || {
            TemplateError::new(
                at,
                format!("it refers to {id}, which the template does not declare"),
            )
        };
        let resource = self.resources.get(id).ok_or_else(missing)?;
        if !self.exists(id, resource)? {
            return Err(TemplateError::new(
                at,
                format!("it refers to {id}, whose condition does not hold"),
            ));
        }
        Ok((
            resource["Type"].as_str().ok_or_else(missing)?,
            &resource["Properties"],
        ))
    }

    fn named(
        &self,
        id: &str,
        properties: &Value,
        property: &str,
        case: fn(&str) -> String,
    ) -> Result<String, TemplateError> {
        match properties.get(property) {
            Some(name) => self.text(id, name),
            None => Ok(case(&format!("{}-{id}", self.world.stack_name))),
        }
    }

    fn secret_arn(&self, id: &str) -> String {
        format!(
            "arn:aws:secretsmanager:{}:{}:secret:{id}",
            self.world.region, self.world.account
        )
    }

    /// Replaces `{{resolve:secretsmanager:ARN:SecretString:::}}`, which CloudFormation itself does when it deploys. A secret has
    /// one version on one machine, the one in the data directory.
    fn dynamic(&self, at: &str, text: &str) -> Result<String, TemplateError> {
        let Some((before, after)) = text.split_once("{{resolve:") else {
            return Ok(text.to_owned());
        };
        let bad = || {
            TemplateError::new(
                at,
                "a dynamic reference that is no whole secret of this template as it is now",
            )
        };
        let (reference, after) = after.split_once("}}").ok_or_else(bad)?;
        let arn = reference.strip_prefix("secretsmanager:").ok_or_else(bad)?;
        // the rest could name a part of a JSON secret, a stage and a version
        let arn = arn.trim_end_matches(':');
        let arn = arn.strip_suffix(":SecretString").unwrap_or(arn);
        let id = arn
            .strip_prefix(self.secret_arn("").as_str())
            .ok_or_else(bad)?;
        let secret = self.world.secrets.get(id).ok_or_else(bad)?;
        Ok(format!("{before}{secret}{}", self.dynamic(at, after)?))
    }
}

/// The name and argument of `{"Ref": …}`, `{"Condition": "…"}` and `{"Fn::…": …}`.
fn intrinsic(map: &Map<String, Value>) -> Option<(&str, &Value)> {
    let (name, argument) = map.iter().next().filter(|_| map.len() == 1)?;
    let known =
        name == "Ref" || name.starts_with("Fn::") || (name == "Condition" && argument.is_string());
    known.then_some((name.as_str(), argument))
}

/// A scalar as CloudFormation writes it where a text is wanted.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}
