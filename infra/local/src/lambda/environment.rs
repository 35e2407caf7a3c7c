//! A process's whole environment: Lambda's reserved variables, its endpoints and credentials, and what the template says.

use crate::data::AccessPair;
use crate::template::Function;

/// Where a function finds the other services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoints {
    /// `AWS_REGION`.
    pub region: String,
    /// Host and port of the Runtime API.
    pub runtime: String,
    /// URL of S3.
    pub s3: String,
    /// URL of `DynamoDB`.
    pub dynamodb: String,
    /// URL of SES v2.
    pub sesv2: String,
}

/// Everything a process of `function` sees; nothing of ours is inherited, not even `PATH`.
pub(super) fn variables(
    function: &Function,
    keys: &AccessPair,
    endpoints: &Endpoints,
    instance: &str,
) -> Vec<(String, String)> {
    // AWS gives host and port only; lambda_runtime takes a path as well, if the scheme is there
    let api = format!("http://{}/rt/{}/{instance}", endpoints.runtime, function.id);
    let memory = function.memory.to_string();
    let group = format!("/aws/lambda/{}", function.name);
    let reserved = [
        ("AWS_LAMBDA_RUNTIME_API", api.as_str()),
        ("AWS_LAMBDA_FUNCTION_NAME", &function.name),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &memory),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", &group),
        ("AWS_LAMBDA_LOG_STREAM_NAME", instance),
        ("AWS_REGION", &endpoints.region),
        ("AWS_DEFAULT_REGION", &endpoints.region),
        ("AWS_ACCESS_KEY_ID", &keys.id),
        ("AWS_SECRET_ACCESS_KEY", &keys.secret),
        ("AWS_ENDPOINT_URL_S3", &endpoints.s3),
        ("AWS_ENDPOINT_URL_DYNAMODB", &endpoints.dynamodb),
        ("AWS_ENDPOINT_URL_SESV2", &endpoints.sesv2),
        ("_HANDLER", "bootstrap"),
        ("LANG", "en_US.UTF-8"),
        ("TZ", ":UTC"),
    ];
    let mut variables: Vec<(String, String)> = reserved
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into_iter()
        .collect();
    variables.extend(function.logging.clone());
    variables.extend(function.environment.clone());
    variables
}
