//! Where the table contradicts itself (P16): each a sentence with the one action that resolves it.

use super::key::key;
use super::sheet::Names;
use domain::access::{Originals, Row, Subject, Warning, Web, warnings};
use jiff::Timestamp;

/// A warning as the page says it.
pub(super) struct Alert {
    pub(super) head: &'static str,
    pub(super) sentence: String,
    pub(super) way: Way,
}

/// The way out.
pub(super) enum Way {
    /// One change of one row.
    Fix {
        row: String,
        seen: u64,
        fix: &'static str,
        label: String,
    },
    /// A PIN, drawn at random.
    Pin,
    /// Naming people.
    Add,
    /// Removing one row, which asks first.
    Remove { row: String, label: String },
}

/// The warnings of a table, the gravest first.
pub(super) fn alerts(rows: &[Row], names: &Names, now: Timestamp) -> Vec<Alert> {
    let found = warnings(rows, now);
    found
        .into_iter()
        .map(|warning| alert(warning, rows, names, now))
        .collect()
}

fn alert(warning: Warning, rows: &[Row], names: &Names, now: Timestamp) -> Alert {
    match warning {
        Warning::NobodyEnters => Alert {
            head: "Nobody can enter.",
            sentence: "No row is open. Name the people who should see the photographs.".into(),
            way: Way::Add,
        },
        Warning::OpenToAll => Alert {
            head: "The link alone is enough.",
            sentence: "Whoever it is passed on to may do what row Anybody allows, and you do not learn who."
                .into(),
            way: Way::Pin,
        },
        Warning::NamedMayLess => Alert {
            head: "Anybody may do more than somebody you named.",
            sentence: "A row replaces the others: that person has less than a stranger with the link.".into(),
            way: off(rows),
        },
        Warning::AnybodyBesideNames => Alert {
            head: "Anybody and named people are both open.",
            sentence: "Whoever has the link can look without you knowing who. If only the people you named should \
                       enter, switch Anybody off."
                .into(),
            way: off(rows),
        },
        Warning::PinBesideNames => Alert {
            head: "Anybody and named people are both open.",
            sentence: "Whoever has the link and the PIN can look without you knowing who; the people you named never \
                       need the PIN. If only they should enter, switch Anybody off."
                .into(),
            way: off(rows),
        },
        Warning::RightsWithoutEntry => {
            let row = rows.iter().find(|row| !row.rights.enter && row.rights.acts());
            let who = who(row, names);
            Alert {
                head: "A row has rights and may not enter.",
                sentence: format!("What {who} may do counts only inside the gallery."),
                way: fix(row, "enter", format!("Let {who} in")),
            }
        }
        Warning::MarkedBesideOriginals => {
            let marked = |row: &&Row| {
                row.rights.web == Web::Marked && row.rights.originals == Originals::All
            };
            let row = rows.iter().find(marked);
            Alert {
                head: "Originals are clean, web size is not.",
                sentence: format!(
                    "{} may download every original, so your name across the small files protects nothing.",
                    who(row, names)
                ),
                way: fix(row, "clean", "Give web size clean".into()),
            }
        }
        Warning::Ended => ended(rows, names, now),
    }
}

fn ended(rows: &[Row], names: &Names, now: Timestamp) -> Alert {
    let over = |row: &&Row| row.until.is_some_and(|until| now >= until);
    let row = rows.iter().find(over);
    let who = who(row, names);
    let way = match row {
        Some(row) if row.subject != Subject::Anybody => Way::Remove {
            row: key(&row.subject),
            label: format!("Remove {who}"),
        },
        row => fix(row, "lasting", "Open it for as long as the gallery".into()),
    };
    Alert {
        head: "A row has ended and still stands here.",
        sentence: format!("{who} no longer enters, and gets no other row while this one stands."),
        way,
    }
}

fn who(row: Option<&Row>, names: &Names) -> String {
    row.map_or_else(String::new, |row| names.of(&row.subject))
}

fn off(rows: &[Row]) -> Way {
    let anybody = rows.iter().find(|row| row.subject == Subject::Anybody);
    fix(anybody, "off", "Switch Anybody off".into())
}

fn fix(row: Option<&Row>, fix: &'static str, label: String) -> Way {
    match row {
        Some(row) => Way::Fix {
            row: key(&row.subject),
            seen: row.revision,
            fix,
            label,
        },
        None => Way::Add,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Rights;

    /// P16: every warning of the domain has its sentence and a way out of exactly the row it is about.
    #[test]
    fn every_warning_names_its_way_out() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let marta = Subject::Person("marta@example.com".parse().unwrap());
        let mut anybody = Row::new(
            Subject::Anybody,
            Rights {
                select: true,
                ..Rights::LOOK
            },
        );
        let mut named = Row::new(
            marta.clone(),
            Rights {
                enter: false,
                web: Web::Marked,
                originals: Originals::All,
                ..Rights::NONE
            },
        );
        named.until = Some(now);
        let names = Names::default();
        let all = alerts(&[anybody.clone(), named.clone()], &names, now);
        assert!(all.iter().any(|alert| matches!(alert.way, Way::Pin)));
        let removes =
            |alert: &Alert| matches!(&alert.way, Way::Remove { row, .. } if *row == key(&marta));
        assert!(all.iter().any(removes));
        for wanted in ["off", "enter", "clean"] {
            let has = |alert: &Alert| matches!(&alert.way, Way::Fix { fix, .. } if *fix == wanted);
            assert!(all.iter().any(has), "{wanted}");
        }
        anybody.active = false;
        let shut = alerts(&[anybody.clone()], &names, now);
        assert!(matches!(shut[0].way, Way::Add), "nobody enters");
        anybody.active = true;
        anybody.until = Some(now);
        let over = alerts(&[anybody], &names, now);
        let lasting = |alert: &Alert| matches!(alert.way, Way::Fix { fix: "lasting", .. });
        assert!(over.iter().any(lasting));
    }
}
