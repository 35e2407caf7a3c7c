//! Rights and changes in the words of the studio's pages and of its activity.

use crate::when;
use domain::access::{ORIGINAL_LIFE, Originals, RENDITION_LIFE, Rights, Row, Web};
use jiff::tz::TimeZone;
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

/// What a row holds, in one line: what the activity keeps of it.
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

/// A change of a row, old and new; none when they read the same.
pub(crate) fn change(old: &Row, new: &Row, zone: &TimeZone) -> Option<String> {
    let (old, new) = (row(old, zone), row(new, zone));
    (old != new).then(|| format!("{old} → {new}"))
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

    /// the activity says what was and what is.
    #[test]
    fn a_change_tells_old_and_new() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let old = may(Rights {
            select: true,
            ..Rights::LOOK
        });
        let mut new = may(Rights::LOOK);
        new.until = end_of(civil::date(2027, 9, 14), &zone);
        new.sections.insert("Boudoir".into(), Rights::LOOK);
        assert_eq!(
            change(&old, &new, &zone).unwrap(),
            "look, choose → look; in “Boudoir”: look; until 14 September 2027"
        );
        assert_eq!(change(&old, &old, &zone), None);
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
