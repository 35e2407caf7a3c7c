//! template.yaml says what the code does: routes, environment, keys, events, permissions; and the docs name what is there.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod choosing;
mod environment;
mod events;
mod layout;
mod permissions;
mod refusals;
mod routes;
mod secrets;
mod storage;
