//! A row as its form sends it: boxes, lists, a quota, a last day.

use crate::when;
use domain::access::{Originals, Rights, Row, Web};
use domain::email::Email;
use jiff::tz::TimeZone;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The fields of a form, in order; a name may stand there more than once.
#[derive(Deserialize, Default)]
#[serde(transparent)]
pub(crate) struct Fields(Vec<(String, String)>);

/// Why a row cannot be so, in words for the photographer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnfitRow {
    /// Not a date of the calendar.
    #[error("That last day is not a date. Write it as 2027-09-14, or leave it empty.")]
    Until,
    /// Not a number, or zero.
    #[error("The quota is a number of photographs, or empty for any number.")]
    Quota,
}

impl Fields {
    /// What stands in a field; empty where there is none.
    pub(crate) fn one<'a>(&'a self, name: &str) -> &'a str {
        let named = self.0.iter().find(|(field, _)| field == name);
        named.map_or("", |(_, value)| value.trim())
    }

    /// Everything that was sent under a name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let named = self.0.iter().filter(move |(field, _)| field == name);
        named.map(|(_, value)| value.trim())
    }

    /// Whether a box was ticked.
    pub(crate) fn on(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// The revision the form was drawn with.
    pub(crate) fn seen(&self) -> Option<u64> {
        self.one("seen").parse().ok()
    }

    /// The rights that were ticked.
    pub(crate) fn rights(&self) -> Result<Rights, UnfitRow> {
        Ok(Rights {
            enter: self.on("enter"),
            select: self.on("select"),
            comment: self.on("comment"),
            rate: self.on("rate"),
            order: self.on("order"),
            custom: self.on("custom"),
            web: match self.one("web") {
                "marked" => Web::Marked,
                "clean" => Web::Clean,
                _ => Web::None,
            },
            originals: match self.one("originals") {
                "final" => Originals::Final,
                "all" => Originals::All,
                _ => Originals::None,
            },
            quota: match self.one("quota") {
                "" => None,
                text => Some(
                    text.parse()
                        .ok()
                        .filter(|n| *n > 0)
                        .ok_or(UnfitRow::Quota)?,
                ),
            },
        })
    }

    /// The end of the last day that was typed, in the studio's zone; none: with the gallery.
    pub(crate) fn until(&self, zone: &TimeZone) -> Result<Option<jiff::Timestamp>, UnfitRow> {
        when::typed_end(self.one("until"), zone).map_err(|_| UnfitRow::Until)
    }

    /// The addresses in a field where several may stand, each once; and what in it is none.
    pub(crate) fn addresses(&self, name: &str) -> (Vec<Email>, Vec<String>) {
        let (mut good, mut bad, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        let chunks = self.all(name).flat_map(|text| text.split([',', ';', '\n']));
        let parts = chunks.flat_map(|chunk| match angled(chunk) {
            Some(address) => vec![address],
            None => chunk.split_whitespace().collect(),
        });
        for part in parts {
            match part.parse::<Email>() {
                Ok(email) => {
                    if seen.insert(email.as_str().to_owned()) {
                        good.push(email);
                    }
                }
                Err(_) => bad.push(part.to_owned()),
            }
        }
        (good, bad)
    }

    /// The row as this form changes it: all its columns, or the rights in one section where the form names one.
    pub(crate) fn change(&self, old: &Row, zone: &TimeZone) -> Result<Row, UnfitRow> {
        let mut row = old.clone();
        let rights = self.rights()?;
        if self.on("section") {
            let section = self.one("section").to_owned();
            if rights.enter {
                row.sections.insert(section, rights);
            } else {
                row.sections.remove(&section);
            }
            return Ok(row);
        }
        row.rights = rights;
        row.until = self.until(zone)?;
        if self.on("switch") {
            row.active = self.on("active");
        }
        Ok(row)
    }
}

/// The address in `Marta Lindqvist <marta@example.com>`, as mail programs copy it.
fn angled(chunk: &str) -> Option<&str> {
    let (_, rest) = chunk.split_once('<')?;
    Some(rest.split_once('>')?.0)
}

#[cfg(test)]
impl Fields {
    /// The fields of a form body.
    pub(crate) fn of(pairs: &[(&str, &str)]) -> Self {
        let pair = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self(pairs.iter().map(pair).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Subject;

    fn zone() -> TimeZone {
        TimeZone::get("Europe/Stockholm").unwrap()
    }

    /// P11: each right by itself, and what is not ticked is taken away.
    #[test]
    fn a_form_sets_every_column() {
        let old = Row::new(
            Subject::Anybody,
            Rights {
                comment: true,
                ..Rights::LOOK
            },
        );
        let form = Fields::of(&[
            ("enter", "on"),
            ("select", "on"),
            ("web", "marked"),
            ("originals", "final"),
            ("quota", "12"),
            ("until", "2026-10-25"),
        ]);
        let new = form.change(&old, &zone()).unwrap();
        let expected = Rights {
            select: true,
            web: Web::Marked,
            originals: Originals::Final,
            quota: Some(12),
            ..Rights::LOOK
        };
        assert_eq!(new.rights, expected);
        let winter = "2026-10-25T23:00:00Z".parse().unwrap();
        assert_eq!(new.until, Some(winter), "the end of that day in the zone");
        assert!(new.active, "a form without the switch leaves it as it is");
        let off = Fields::of(&[("switch", "1")])
            .change(&old, &zone())
            .unwrap();
        assert!(!off.active && !off.rights.enter);
    }

    /// 4.4: a section with its own table is open to whom it names; an unticked row is taken out of it.
    #[test]
    fn a_section_has_rights_of_its_own() {
        let old = Row::new(Subject::Anybody, Rights::LOOK);
        let tick = Fields::of(&[("section", "Boudoir"), ("enter", "on"), ("select", "on")]);
        let new = tick.change(&old, &zone()).unwrap();
        assert_eq!(new.rights, old.rights);
        assert!(new.sections["Boudoir"].select);
        let untick = Fields::of(&[("section", "Boudoir"), ("select", "on")]);
        assert_eq!(untick.change(&new, &zone()).unwrap(), old);
    }

    #[test]
    fn what_is_no_date_or_number_is_refused() {
        let form = |name, value| Fields::of(&[(name, value)]);
        assert_eq!(form("quota", "many").rights().unwrap_err(), UnfitRow::Quota);
        assert_eq!(form("quota", "0").rights().unwrap_err(), UnfitRow::Quota);
        let until = form("until", "2026-02-30").until(&zone());
        assert_eq!(until.unwrap_err(), UnfitRow::Until);
    }

    /// P32: several addresses, however they were pasted; what is none is named and loses nothing else.
    #[test]
    fn addresses_are_told_apart() {
        let typed = "Marta L <Marta@example.com>, jonas@example.com;jonas@example.com\n a@b Eva";
        let (good, bad) = Fields::of(&[("addresses", typed)]).addresses("addresses");
        let good: Vec<_> = good.iter().map(Email::as_str).collect();
        assert_eq!(good, ["marta@example.com", "jonas@example.com"]);
        assert_eq!(bad, ["a@b", "Eva"]);
    }
}
