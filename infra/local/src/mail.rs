//! SES on one machine: what is sent goes to a mailbox that the developer reads.

mod mailbox;
mod ses;
mod store;

pub use mailbox::router as mailbox_router;
pub use ses::{Ses, router as ses_router};
pub use store::{Mail, Mails};
