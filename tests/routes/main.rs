//! Every route for every kind of visitor, through the gateway's events and the real table: who gets what, and that
//! nobody else learns anything.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

mod addresses;
mod attack;
mod case;
mod chosen;
mod crossing;
mod desk;
mod door;
mod failures;
mod faults;
mod flood;
mod foreign;
mod garbage;
mod headers;
mod leaks;
mod many;
mod mark;
mod matrix;
mod members;
mod nonsense;
mod products;
mod proofs;
mod replacing;
mod rules;
mod secrets;
mod sign_in;
mod stale;
mod style;
mod threads;
mod to_files;
mod traces;
mod unseen;
mod uploads;
mod versions;
mod views;
mod waiting;
mod writes;
