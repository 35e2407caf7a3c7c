//! Where an authorization table contradicts itself or says what the studio hardly means (P16).

use super::{Originals, Rights, Row, Subject, Web};
use jiff::Timestamp;

/// Something the studio should look at; each has one way out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Warning {
    /// *Anybody* and named people are both on: whoever has the link enters without a name (P16).
    AnybodyBesideNames,
    /// A PIN and named people are both on: the named ones never need the PIN (P16).
    PinBesideNames,
    /// *Anybody* is on without a PIN and may do more than look.
    OpenToAll,
    /// *Anybody* may do more than somebody who is named.
    NamedMayLess,
    /// No row lets anybody in.
    NobodyEnters,
    /// A row has rights and may not enter.
    RightsWithoutEntry,
    /// Originals may be fetched clean while web size carries the studio's name.
    MarkedBesideOriginals,
    /// A row ended and still stands in the table.
    Ended,
}

/// The warnings of a table, each once, the gravest first.
#[must_use]
pub fn warnings(rows: &[Row], now: Timestamp) -> Vec<Warning> {
    let entering = |row: &&Row| row.stands(now) && row.rights.enter;
    let anybody = rows
        .iter()
        .filter(entering)
        .find(|row| row.subject == Subject::Anybody);
    let named: Vec<&Row> = rows
        .iter()
        .filter(|row| row.subject.identified() && row.active)
        .collect();
    let checks = [
        (
            Warning::NobodyEnters,
            !rows.iter().any(|row| entering(&row)),
        ),
        (
            Warning::OpenToAll,
            anybody.is_some_and(|row| row.pin.is_none() && row.rights.acts()),
        ),
        (
            Warning::NamedMayLess,
            anybody.is_some_and(|row| named.iter().any(|other| less(other, row))),
        ),
        (
            Warning::AnybodyBesideNames,
            anybody.is_some_and(|row| row.pin.is_none()) && !named.is_empty(),
        ),
        (
            Warning::PinBesideNames,
            anybody.is_some_and(|row| row.pin.is_some()) && !named.is_empty(),
        ),
        (
            Warning::RightsWithoutEntry,
            rows.iter()
                .any(|row| !row.rights.enter && row.rights.acts()),
        ),
        (
            Warning::MarkedBesideOriginals,
            rows.iter()
                .any(|row| row.rights.web == Web::Marked && row.rights.originals == Originals::All),
        ),
        (
            Warning::Ended,
            rows.iter()
                .any(|row| row.until.is_some_and(|until| now >= until)),
        ),
    ];
    checks
        .into_iter()
        .filter_map(|(warning, holds)| holds.then_some(warning))
        .collect()
}

/// Whether `one` lacks a right that `other` has.
fn less(one: &Row, other: &Row) -> bool {
    let (a, b) = (&one.rights, &other.rights);
    let web = |web| match web {
        Web::None => 0,
        Web::Marked => 1,
        Web::Clean => 2,
    };
    let originals = |originals| match originals {
        Originals::None => 0,
        Originals::Final => 1,
        Originals::All => 2,
    };
    let quota = |rights: &Rights| rights.quota.unwrap_or(u32::MAX);
    let flags = [
        (a.enter, b.enter),
        (a.select, b.select),
        (a.comment, b.comment),
        (a.rate, b.rate),
        (a.order, b.order),
        (a.custom, b.custom),
    ];
    flags.iter().any(|(a, b)| !a && *b)
        || web(a.web) < web(b.web)
        || originals(a.originals) < originals(b.originals)
        || (b.originals != Originals::None && quota(a) < quota(b))
}
