//! SQS on one machine: durable queues, and the event source mappings that empty them.

mod consumer;
mod store;

pub use consumer::{consume, message_event};
pub use store::{Message, Queues};
