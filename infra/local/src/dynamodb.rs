//! DynamoDB on one machine: dynoxide over one `SQLite` file, with a front that verifies who calls.

mod backups;
mod expression;
mod front;
mod permission;
mod questions;
mod tables;

pub use backups::Backups;
pub use front::Front;
pub use permission::Permission;
pub use questions::Schema;
pub use tables::{Opened, open};
