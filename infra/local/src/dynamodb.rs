//! DynamoDB on one machine: dynoxide over one `SQLite` file, with a front that verifies who calls.

mod front;
mod tables;

pub use front::{Front, Permission};
pub use tables::{Opened, open};
