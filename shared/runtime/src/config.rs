//! The environment, as template.yaml declares it: every name the code reads stands here.

use domain::email::Email;
use domain::pepper::Pepper;
use jiff::tz::TimeZone;

/// The table's name.
pub const TABLE_NAME: &str = "TABLE_NAME";
/// The originals bucket's name.
pub const ORIGINALS_BUCKET: &str = "ORIGINALS_BUCKET";
/// The renditions bucket's name.
pub const RENDITIONS_BUCKET: &str = "RENDITIONS_BUCKET";
/// The archives bucket's name.
pub const ARCHIVES_BUCKET: &str = "ARCHIVES_BUCKET";
/// The studio's name as clients read it.
pub const STUDIO_NAME: &str = "STUDIO_NAME";
/// The address that may sign in to the studio.
pub const OWNER_EMAIL: &str = "OWNER_EMAIL";
/// The address mail comes from.
pub const MAIL_SENDER: &str = "MAIL_SENDER";
/// The site's address, for links in mails; pages know it from the request.
pub const SITE_URL: &str = "SITE_URL";
/// The studio's time zone by its IANA name, such as `Europe/Stockholm`; its days end there (L40).
pub const STUDIO_TIME_ZONE: &str = "STUDIO_TIME_ZONE";
/// The stack's secrets: one, or two with a comma between, the current first.
pub const PEPPER: &str = "PEPPER";

/// A variable that is missing or unfit: the function does not start. The value is not told.
#[derive(Debug, thiserror::Error)]
#[error("environment variable {name} is {problem}")]
pub struct Unset {
    /// Which.
    pub name: &'static str,
    /// What is wrong.
    pub problem: &'static str,
}

/// A variable that must be there.
///
/// # Errors
/// Names the variable that is missing or empty.
pub fn text(name: &'static str) -> Result<String, Unset> {
    optional(name).ok_or(Unset {
        name,
        problem: "not set",
    })
}

/// A variable that may be missing; empty counts as missing.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
pub fn optional(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// The stack's secrets, from [`PEPPER`].
///
/// # Errors
/// When it is missing, or no ring of keys.
pub fn pepper() -> Result<Pepper, Unset> {
    Pepper::new(text(PEPPER)?).map_err(|_| Unset {
        name: PEPPER,
        problem: "not one secret of 32 characters or more, nor two with a comma between",
    })
}

/// An e-mail address.
///
/// # Errors
/// When it is missing or not one address.
pub fn email(name: &'static str) -> Result<Email, Unset> {
    text(name)?.parse().map_err(|_| Unset {
        name,
        problem: "not an e-mail address",
    })
}

/// The studio's time zone, from [`STUDIO_TIME_ZONE`]; UTC when it is missing.
///
/// # Errors
/// When there is none of that name.
pub fn zone() -> Result<TimeZone, Unset> {
    let name = optional(STUDIO_TIME_ZONE).unwrap_or_else(|| "UTC".into());
    domain::calendar::zone(&name).map_err(|_| Unset {
        name: STUDIO_TIME_ZONE,
        problem: "not the name of a time zone, such as Europe/Stockholm",
    })
}

/// The function's memory in MB, as Lambda says it.
#[must_use]
pub fn memory_mb() -> u32 {
    optional("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        .and_then(|text| text.parse().ok())
        .unwrap_or(2048)
}
