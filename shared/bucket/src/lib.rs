//! S3: the only crate that names its SDK.
