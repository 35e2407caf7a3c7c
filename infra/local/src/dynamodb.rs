//! DynamoDB on one machine: dynoxide over one `SQLite` file, with a front that verifies who calls.

mod backups;
mod front;
mod tables;

pub use backups::Backups;
pub use front::{Front, Permission};
pub use tables::{Opened, open};
