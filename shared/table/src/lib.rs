//! DynamoDB: the only crate that names its SDK.
