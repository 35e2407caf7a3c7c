//! What the server is told: buckets as the template declares them, keys, and who may do what.

/// A bucket as the template declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketConfig {
    /// The bucket's full name.
    pub name: String,
    /// Whether every overwrite and delete keeps the version before.
    pub versioning: bool,
    /// `CorsConfiguration`, in the template's order: the first rule that matches answers.
    pub cors: Vec<CorsRule>,
}

/// One rule of a bucket's `CorsConfiguration`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct CorsRule {
    /// Origins with at most one `*` each, such as `https://*.example.org`.
    pub allowed_origins: Vec<String>,
    /// Upper-case methods of GET, PUT, HEAD, POST and DELETE.
    pub allowed_methods: Vec<String>,
    /// Request headers with at most one `*` each, compared without case.
    pub allowed_headers: Vec<String>,
    /// Response headers a page may read.
    pub expose_headers: Vec<String>,
    /// How many seconds a browser may remember a preflight answer.
    pub max_age_seconds: Option<u32>,
}

/// A pair of keys and who signs with it.
#[derive(Clone)]
pub struct AccessKey {
    /// The public half, sent with every request.
    pub id: String,
    /// The secret half, never sent.
    pub secret: String,
    /// Who calls: `developer`, or a function's logical id.
    pub principal: String,
}

// Written by hand so that a secret cannot reach a log.
impl std::fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("principal", &self.principal)
            .finish_non_exhaustive()
    }
}

/// Decides what a principal may do: the place of IAM.
pub trait Authorizer: Send + Sync + 'static {
    /// Whether `principal` may do `action` (such as `s3:GetObject`) on `resource_arn` (such as `arn:aws:s3:::bucket/key`,
    /// with the key as it is, not encoded).
    fn allow(&self, principal: &str, action: &str, resource_arn: &str) -> bool;
}

/// The default [`Authorizer`]: whoever has a key may do everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct AllowAll;

impl Authorizer for AllowAll {
    fn allow(&self, _principal: &str, _action: &str, _resource_arn: &str) -> bool {
        true
    }
}
