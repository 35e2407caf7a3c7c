//! DynamoDB: the only crate that names its SDK. One public function for each access pattern.
//!
//! It knows no rule: what a row means is `domain`'s business. Every write that can race carries a condition, and a
//! failed condition is a named outcome, never an error. The clock is an argument. Reads that decide access are
//! consistent reads of the base table.

mod activity;
mod around;
mod attempt;
mod calls;
mod choice;
mod code;
mod comment;
mod contact;
mod error;
mod gallery;
mod group;
mod guest;
mod invitation;
mod item;
/// Key strings: the only place that has one.
pub mod keys;
mod mark;
mod note;
mod once;
mod order;
mod outbox;
mod overview;
mod person;
mod photo;
mod place;
mod preset;
mod preview;
mod product;
mod quota;
mod row;
mod selection;
mod session;
mod snapshot;
mod stray;
mod team;
mod told;
mod version;
mod visit;
mod waiting;
mod write;

pub use around::Around;
pub use attempt::{GuessRefused, Guesser, Reserved};
pub use choice::{Bound, Chosen, Confirmed, Confirming, Tapped};
pub use code::{CodeOutcome, Realm, SignInCode, TooManyMails};
pub use comment::Said;
pub use contact::Person;
pub use error::Error;
pub use group::Group;
pub use guest::GuestLink;
pub use invitation::Invitation;
pub use note::LastVisit;
pub use order::{Changed, OrderHead, Placed};
pub use outbox::{MOST_NAMES, Mail, OutboxKey};
pub use overview::Overview;
pub use photo::{Claim, Claimed, Committed, Found, Gone, Leaving, Settled, Standing};
pub use product::{MOST_PRODUCTS, ProductOutcome};
pub use quota::QuotaOutcome;
pub use snapshot::MOST_PICKED;
pub use stray::Stray;
pub use team::{MemberRecord, OpenSession, StudioSession};
pub use version::{PhotoVersion, Restored};
pub use visit::{Listing, Proofs, Visit};
pub use waiting::{Choice, ResolvedWaiting, Waiting};

use aws_sdk_dynamodb::Client;
use std::sync::Arc;

/// The table. Cheap to clone; clones share what is remembered between requests.
#[derive(Clone, Debug)]
pub struct Table {
    client: Client,
    name: String,
    calls: calls::Counter,
    memory: Arc<visit::Memory>,
    team: Arc<team::Cache>,
}

impl Table {
    /// The table of that name, reached by that client.
    #[must_use]
    pub fn new(client: &Client, name: String) -> Self {
        let calls = calls::Counter::default();
        let config = client
            .config()
            .to_builder()
            .interceptor(calls.clone())
            .build();
        Self {
            client: Client::from_conf(config),
            name,
            calls,
            memory: Arc::default(),
            team: Arc::default(),
        }
    }

    /// Calls to DynamoDB made so far, retries included: tests hold a page view to two.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.calls.count()
    }
}
