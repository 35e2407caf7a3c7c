//! SDK clients from the environment. An endpoint of one's own (`AWS_ENDPOINT_URL_*`) is all that differs on one machine.

use crate::config::{self, Unset};
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_sdk_s3::config::RequestChecksumCalculation;
use bucket::{Archives, Originals, Renditions};
use std::time::Duration;
use table::Table;

/// Loads region, credentials and endpoints; calls end after seconds, not minutes.
pub async fn load() -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .load()
        .await
}

/// The table.
///
/// # Errors
/// Names the variable that is missing.
pub fn table(sdk: &SdkConfig) -> Result<Table, Unset> {
    let client = aws_sdk_dynamodb::Client::new(sdk);
    Ok(Table::new(&client, config::text(config::TABLE_NAME)?))
}

/// The originals bucket.
///
/// # Errors
/// Names the variable that is missing.
pub fn originals(sdk: &SdkConfig) -> Result<Originals, Unset> {
    Ok(Originals::new(
        s3(sdk),
        config::text(config::ORIGINALS_BUCKET)?,
    ))
}

/// The renditions bucket.
///
/// # Errors
/// Names the variable that is missing.
pub fn renditions(sdk: &SdkConfig) -> Result<Renditions, Unset> {
    Ok(Renditions::new(
        s3(sdk),
        config::text(config::RENDITIONS_BUCKET)?,
    ))
}

/// The archives bucket.
///
/// # Errors
/// Names the variable that is missing.
pub fn archives(sdk: &SdkConfig) -> Result<Archives, Unset> {
    Ok(Archives::new(
        s3(sdk),
        config::text(config::ARCHIVES_BUCKET)?,
    ))
}

/// SES.
#[must_use]
pub fn mail(sdk: &SdkConfig) -> aws_sdk_sesv2::Client {
    aws_sdk_sesv2::Client::new(sdk)
}

/// An S3 client. An endpoint of one's own has no wildcard host name: the bucket then stands in the path. Reading a
/// large original may take longer than one answer from the table.
fn s3(sdk: &SdkConfig) -> aws_sdk_s3::Client {
    let own_endpoint = config::optional("AWS_ENDPOINT_URL_S3").is_some();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(30))
        .build();
    let config = aws_sdk_s3::config::Builder::from(sdk)
        .force_path_style(own_endpoint)
        // else a presigned part would demand the checksum of a body nobody has yet
        .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
        .timeout_config(timeouts)
        .build();
    aws_sdk_s3::Client::from_conf(config)
}
