//! The whole stack on one machine: template.yaml with a local body for everything it declares.
//!
//! The functions are the real compiled binaries behind the Lambda Runtime API. What the template does not declare (a
//! route, an environment variable, an event source, a permission, a CORS rule) does not work here either.

pub mod cli;
mod clock;
mod compile;
mod console;
pub mod data;
pub mod dynamodb;
mod error;
pub mod http_api;
pub mod iam;
pub mod lambda;
mod listeners;
mod mail;
mod notifications;
pub mod parameters;
mod pumps;
pub mod queue;
mod ready;
mod sample;
pub mod schedule;
mod scheduler;
mod services;
pub mod sigv4;
mod stack;
pub mod stream;
pub mod template;

pub use compile::build_functions;
pub use error::StartError;
pub use mail::{Mail, Mails};
pub use notifications::Drop as DropNotifications;
pub use ready::{Buckets, Dynamodb, Ready, S3, Sample};
pub use stack::{Options, Running, start, workspace};
