//! template.yaml as the local stack reads it: parsed, resolved, and cut into the things that get a body on this machine.
//!
//! Nothing is assumed that the template does not say. What this reader does not understand is an error that names the
//! resource, never a silent difference from AWS.

mod function;
mod resolve;
mod stack;
mod yaml;

pub use function::{Event, Function, QueueSource, Schedule, StreamSource};
pub use resolve::World;
pub use stack::{Bucket, BucketNotification, Queue, Redrive, Stack, Table};
pub(crate) use stack::{list, texts};

/// What is wrong with the template, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("template.yaml, {place}: {reason}")]
pub struct TemplateError {
    /// A resource's logical id, or a section.
    pub place: String,
    /// One sentence.
    pub reason: String,
}

impl TemplateError {
    pub(crate) fn new(place: &str, reason: impl Into<String>) -> Self {
        Self {
            place: place.to_owned(),
            reason: reason.into(),
        }
    }
}

impl Stack {
    /// Reads a SAM template with `world`'s parameters and pseudo parameters in place.
    ///
    /// # Errors
    /// Not YAML, or something that cannot be resolved or has no body on one machine; the error names the resource.
    pub fn read(text: &str, world: &World) -> Result<Self, TemplateError> {
        let template = yaml::load(text)?;
        stack::build(&template, world)
    }
}

/// Logical ids of a template's secrets, so that the caller can make values for them before it resolves the rest.
///
/// # Errors
/// The text is not YAML.
pub fn secret_ids(text: &str) -> Result<Vec<String>, TemplateError> {
    let template = yaml::load(text)?;
    let resources = template["Resources"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    Ok(resources
        .into_iter()
        .filter(|(_, resource)| resource["Type"] == "AWS::SecretsManager::Secret")
        .map(|(id, _)| id)
        .collect())
}
