//! Rights and changes in the words of the studio's pages and of its activity.

use crate::when;
use domain::access::{ORIGINAL_LIFE, Originals, RENDITION_LIFE, Rights, Row, Web};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use web::words;

/// What somebody may do, as a list: "look, choose, download finals".
pub(crate) fn rights(rights: &Rights) -> String {
    if !rights.enter {
        return "nothing".into();
    }
    let mut words = vec!["look"];
    words.extend(
        flags(rights)
            .into_iter()
            .filter_map(|(on, word)| on.then_some(word)),
    );
    words.extend(web(rights.web));
    words.extend(originals(rights.originals));
    let mut text = words.join(", ");
    if let Some(quota) = rights.quota.filter(|_| rights.originals != Originals::None) {
        let quota = usize::try_from(quota).unwrap_or(usize::MAX);
        text.push_str(&format!(" (at most {})", words::thousands(quota)));
    }
    text
}

fn flags(rights: &Rights) -> [(bool, &'static str); 5] {
    [
        (rights.select, "choose"),
        (rights.comment, "comment"),
        (rights.rate, "rate"),
        (rights.order, "order"),
        (rights.custom, "download custom sizes"),
    ]
}

fn web(web: Web) -> Option<&'static str> {
    match web {
        Web::None => None,
        Web::Marked => Some("download web size with the studio’s name"),
        Web::Clean => Some("download web size"),
    }
}

fn originals(originals: Originals) -> Option<&'static str> {
    match originals {
        Originals::None => None,
        Originals::Final => Some("download finals"),
        Originals::All => Some("download originals"),
    }
}

/// What a row holds, in one line: what the activity keeps of one that is added.
pub(crate) fn row(row: &Row, zone: &TimeZone) -> String {
    let mut text = if row.active {
        rights(&row.rights)
    } else {
        format!("off ({})", rights(&row.rights))
    };
    for (section, own) in &row.sections {
        text.push_str(&format!("; in “{section}”: {}", rights(own)));
    }
    if let Some(until) = row.until {
        text.push_str(&format!("; until {}", when::until(until, zone)));
    }
    text
}

/// A change of a row, column by column, old and new; empty when nothing differs.
pub(crate) fn change(old: &Row, new: &Row, zone: &TimeZone) -> String {
    let (before, after) = (columns(old, zone), columns(new, zone));
    let mut changes: Vec<String> = before
        .into_iter()
        .zip(after)
        .filter(|((_, old), (_, new))| old != new)
        .map(|((column, old), (_, new))| format!("{column}: {old} → {new}"))
        .collect();
    let sections: BTreeSet<&String> = old.sections.keys().chain(new.sections.keys()).collect();
    for section in sections {
        let may = |row: &Row| {
            row.sections
                .get(section)
                .map_or_else(|| "nothing".into(), rights)
        };
        let (old, new) = (may(old), may(new));
        if old != new {
            changes.push(format!("in “{section}”: {old} → {new}"));
        }
    }
    changes.join(", ")
}

fn columns(row: &Row, zone: &TimeZone) -> Vec<(&'static str, String)> {
    let yes = |on: bool| if on { "yes" } else { "no" }.to_owned();
    let mut columns = vec![
        ("row", if row.active { "on" } else { "off" }.to_owned()),
        ("enter", yes(row.rights.enter)),
    ];
    columns.extend(flags(&row.rights).map(|(on, column)| (column, yes(on))));
    columns.extend([
        (
            "web size",
            match row.rights.web {
                Web::None => "none",
                Web::Marked => "with name",
                Web::Clean => "clean",
            }
            .to_owned(),
        ),
        (
            "originals",
            match row.rights.originals {
                Originals::None => "none",
                Originals::Final => "finals",
                Originals::All => "all",
            }
            .to_owned(),
        ),
        (
            "quota",
            row.rights
                .quota
                .map_or_else(|| "any".into(), |n| n.to_string()),
        ),
        (
            "until",
            row.until.map_or_else(
                || "with the gallery".into(),
                |until| when::until(until, zone),
            ),
        ),
    ]);
    columns
}

/// For how long what was handed out before still works: nobody can call back an address a browser already holds.
pub(crate) fn afterglow() -> String {
    format!(
        "What was already opened: pictures up to {}, downloads that have begun up to {}.",
        words::wait(RENDITION_LIFE),
        words::wait(ORIGINAL_LIFE)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Subject;
    use domain::calendar::end_of;
    use jiff::civil;

    fn may(rights: Rights) -> Row {
        Row::new(Subject::Anybody, rights)
    }

    /// 4.4: every column has its word, and a row that may not enter may nothing.
    #[test]
    fn rights_are_told_in_words() {
        let all = Rights {
            select: true,
            comment: true,
            rate: true,
            order: true,
            web: Web::Marked,
            originals: Originals::Final,
            custom: true,
            quota: Some(1200),
            ..Rights::LOOK
        };
        assert_eq!(
            rights(&all),
            "look, choose, comment, rate, order, download custom sizes, download web size with the studio’s name, \
             download finals (at most 1\u{202f}200)"
        );
        assert_eq!(
            rights(&Rights {
                enter: false,
                ..all
            }),
            "nothing"
        );
    }

    /// the activity says what was and what is, of the columns that differ.
    #[test]
    fn a_change_tells_old_and_new() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let old = may(Rights {
            select: true,
            ..Rights::LOOK
        });
        let mut new = may(Rights {
            originals: Originals::Final,
            ..Rights::LOOK
        });
        new.until = end_of(civil::date(2027, 9, 14), &zone);
        new.sections.insert("Boudoir".into(), Rights::LOOK);
        assert_eq!(
            change(&old, &new, &zone),
            "choose: yes → no, originals: none → finals, until: with the gallery → 14 September 2027, \
             in “Boudoir”: nothing → look"
        );
        assert_eq!(change(&old, &old, &zone), "");
        assert_eq!(
            row(&new, &zone),
            "look, download finals; in “Boudoir”: look; until 14 September 2027"
        );
    }

    /// what the studio reads is what the addresses are made with.
    #[test]
    fn the_bound_of_what_was_handed_out_is_said() {
        assert_eq!(
            afterglow(),
            "What was already opened: pictures up to 5 minutes, downloads that have begun up to 15 minutes."
        );
    }
}
