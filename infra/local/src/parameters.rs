//! Values that a deployment asks its owner for, and that one machine makes up: sample data, all of it.

use std::collections::BTreeMap;

/// `AWS::Region` here. Most tools assume it when nobody tells them.
pub const REGION: &str = "us-east-1";
/// `AWS::AccountId` here.
pub const ACCOUNT: &str = "000000000000";
/// `AWS::StackName` here.
pub const STACK_NAME: &str = "darkslide";
/// The studio that the sample belongs to.
pub const STUDIO_NAME: &str = "Hedda Lind Photography";
/// Who may sign in to the studio.
pub const OWNER_EMAIL: &str = "owner@studio.example";
/// The one identity that SES knows.
pub const SENDER_EMAIL: &str = "gallery@studio.example";

/// The template's parameters for a local run; the others keep their defaults.
#[must_use]
pub fn parameters() -> BTreeMap<String, String> {
    let values = [
        ("StudioName", STUDIO_NAME),
        ("OwnerEmail", OWNER_EMAIL),
        ("SenderEmail", SENDER_EMAIL),
    ];
    values
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}
