//! What both sides should be told in time without anybody pressing a button (complaint 9): who must be reminded now. Each
//! notice has a mark of its own; whoever sends it writes the mark with it, and a marked one is never due again.

use crate::access::{Action, Row, Subject, may};
use crate::calendar::days_left;
use crate::gallery::Gallery;
use crate::selection::{Mode, Selection};
use crate::status;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};

/// A gallery that nobody of those invited has opened for so long is told of.
pub const UNOPENED: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A week before the end of choosing, but not when so few days are left: then the last day's notice is near.
const WEEK: std::ops::RangeInclusive<i32> = 3..=7;

/// What is known of a gallery.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The gallery.
    pub gallery: &'a Gallery,
    /// The rows of its table.
    pub rows: &'a [Row],
    /// Every choice in it.
    pub selections: &'a [Selection],
    /// Who was here, by row or by name.
    pub opened: &'a HashSet<Subject>,
    /// Who was invited by mail, and when last.
    pub invited: &'a HashMap<Subject, Timestamp>,
    /// The marks of notices that were sent.
    pub told: &'a HashSet<String>,
}

/// Something to say now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is never said twice by.
    pub marks: Vec<String>,
    /// What.
    pub says: Says,
}

/// What a notice says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Says {
    /// To a client: choosing ends in so many days, and it is not confirmed.
    DeadlineNear {
        /// Whom.
        subject: Subject,
        /// Whole days; 0 on the last.
        days: u32,
        /// So many are chosen.
        chosen: u32,
    },
    /// To the studio: choosing ends, and these are waited for.
    DeadlineForStudio {
        /// Whole days; 0 on the last.
        days: u32,
        /// Who has not confirmed.
        waited: Vec<Subject>,
    },
    /// To the studio: these were invited a week ago and were not here.
    NotOpened {
        /// Who.
        subjects: Vec<Subject>,
    },
}

/// Everything that is due now. Pure: the same again until the marks are written.
#[must_use]
pub fn due(known: &Known<'_>, now: Timestamp, zone: &TimeZone) -> Vec<Notice> {
    let mut notices = deadline(known, now, zone);
    notices.extend(unopened(known, now));
    notices.retain(|notice| !notice.marks.iter().any(|mark| known.told.contains(mark)));
    notices
}

/// Who must choose: people on rows of their own, row *Anybody* where it may, and whoever began to by a group's row.
#[must_use]
pub fn choosers(
    gallery: &Gallery,
    rows: &[Row],
    selections: &[Selection],
    now: Timestamp,
) -> Vec<Subject> {
    let chooses = |row: &&Row| {
        may(row, Action::Enter, None, gallery, now).is_ok()
            && row.rights.select
            && matches!(row.subject, Subject::Person(_) | Subject::Anybody)
    };
    let choosing = rows.iter().filter(chooses);
    let mut subjects: Vec<Subject> = choosing.map(|row| row.subject.clone()).collect();
    let group = rows.iter().any(|row| {
        matches!(row.subject, Subject::Group(_)) && row.stands(now) && row.rights.select
    });
    for selection in selections.iter().filter(|_| group) {
        let own_row = rows.iter().any(|row| row.subject == selection.subject);
        if !own_row && !subjects.contains(&selection.subject) {
            subjects.push(selection.subject.clone());
        }
    }
    subjects
}

fn deadline(known: &Known<'_>, now: Timestamp, zone: &TimeZone) -> Vec<Notice> {
    let gallery = known.gallery;
    let Some(end) = gallery.deadline else {
        return Vec::new();
    };
    let selecting = gallery.choosing.mode == Mode::Selection && status::choosing(gallery, now);
    let open = gallery.published.is_some() && gallery.enabled && selecting;
    let Some(days) = days_left(end, now, zone).filter(|_| open) else {
        return Vec::new();
    };
    let step = match days {
        0 | 1 => "last",
        _ if WEEK.contains(&days) => "week",
        _ => return Vec::new(),
    };
    let days = u32::try_from(days).unwrap_or_default();
    let mut notices = Vec::new();
    let mut waited = Vec::new();
    for subject in choosers(known.gallery, known.rows, known.selections, now) {
        let selection = known.selections.iter().find(|s| s.subject == subject);
        if selection.is_some_and(|selection| selection.confirmed().is_some()) {
            continue;
        }
        notices.push(Notice {
            marks: vec![format!("deadline-{step}#{end}#{}", mark(&subject))],
            says: Says::DeadlineNear {
                subject: subject.clone(),
                days,
                chosen: selection.map_or(0, |selection| selection.chosen),
            },
        });
        waited.push(subject);
    }
    if step == "last" && !waited.is_empty() {
        notices.push(Notice {
            marks: vec![format!("deadline-last#{end}#studio")],
            says: Says::DeadlineForStudio { days, waited },
        });
    }
    notices
}

fn unopened(known: &Known<'_>, now: Timestamp) -> Option<Notice> {
    let gallery = known.gallery;
    let published = gallery.published.filter(|_| gallery.enabled)?;
    let late = |since: Timestamp| since.max(published) + UNOPENED <= now;
    let enters = |row: &&Row| may(row, Action::Enter, None, gallery, now).is_ok();
    let marked = |subject: &Subject| format!("not-opened#{}", mark(subject));
    let mut subjects = Vec::new();
    for row in known.rows.iter().filter(enters) {
        let since = match &row.subject {
            Subject::Person(_) => known.invited.get(&row.subject).copied(),
            // nobody is invited to it: that nobody at all came is worth telling
            Subject::Anybody if known.opened.is_empty() => Some(published),
            Subject::Anybody | Subject::Group(_) | Subject::Guest(_) => None,
        };
        let unseen =
            !known.opened.contains(&row.subject) && !known.told.contains(&marked(&row.subject));
        if unseen && since.is_some_and(late) {
            subjects.push(row.subject.clone());
        }
    }
    (!subjects.is_empty()).then(|| Notice {
        marks: subjects.iter().map(marked).collect(),
        says: Says::NotOpened { subjects },
    })
}

/// A subject in a mark, without its address.
#[must_use]
pub fn mark(subject: &Subject) -> String {
    match subject {
        Subject::Anybody => "anybody".into(),
        Subject::Person(email) => format!("person#{}", email.hash().as_str()),
        Subject::Group(id) => format!("group#{id}"),
        Subject::Guest(id) => format!("guest#{id}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Rights;
    use crate::gallery::Kind;
    use crate::preset::Preset;
    use crate::selection::Choosing;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn person(name: &str) -> Subject {
        Subject::Person(format!("{name}@example.com").parse().unwrap())
    }

    fn gallery() -> Gallery {
        let mut gallery = Gallery::new("N".into(), "n".into(), at("2026-11-01T10:00:00Z"));
        Preset::ProofRetouchDeliver.settings().apply(&mut gallery);
        gallery.deadline = Some(at("2026-11-20T23:00:00Z"));
        gallery
    }

    struct World {
        gallery: Gallery,
        rows: Vec<Row>,
        selections: Vec<Selection>,
        opened: HashSet<Subject>,
        invited: HashMap<Subject, Timestamp>,
        told: HashSet<String>,
    }

    impl World {
        fn new() -> Self {
            let rights = Preset::ProofRetouchDeliver.settings().person_rights;
            Self {
                gallery: gallery(),
                rows: vec![
                    Row::new(person("ada"), rights),
                    Row::new(person("leo"), rights),
                ],
                selections: Vec::new(),
                opened: HashSet::from([person("ada"), person("leo")]),
                invited: HashMap::new(),
                told: HashSet::new(),
            }
        }

        fn due(&self, now: &str) -> Vec<Notice> {
            let known = Known {
                gallery: &self.gallery,
                rows: &self.rows,
                selections: &self.selections,
                opened: &self.opened,
                invited: &self.invited,
                told: &self.told,
            };
            due(
                &known,
                at(now),
                &crate::calendar::zone("Europe/Stockholm").unwrap(),
            )
        }

        /// Sends what is due: what it says.
        fn send(&mut self, now: &str) -> Vec<Says> {
            let due = self.due(now);
            self.told
                .extend(due.iter().flat_map(|notice| notice.marks.clone()));
            due.into_iter().map(|notice| notice.says).collect()
        }
    }

    fn whom(says: &[Says]) -> Vec<&Subject> {
        let whom = says.iter().filter_map(|says| match says {
            Says::DeadlineNear { subject, .. } => Some(subject),
            _ => None,
        });
        whom.collect()
    }

    /// Complaint 9: reminded a week and a day before, each once; who has confirmed is left in peace; the studio reads on
    /// the last day whom it waits for.
    #[test]
    fn a_deadline_is_told_twice_and_only_to_those_who_have_not_confirmed() {
        let mut world = World::new();
        assert_eq!(world.send("2026-11-10T12:00:00Z"), []);
        assert_eq!(whom(&world.send("2026-11-13T12:00:00Z")).len(), 2);
        assert_eq!(world.send("2026-11-13T12:15:00Z"), [], "each once");
        let mut confirmed = Selection::new(person("ada"));
        confirmed.confirm(at("2026-11-14T12:00:00Z")).unwrap();
        world.selections.push(confirmed);
        let last = world.send("2026-11-19T12:00:00Z");
        assert_eq!(whom(&last), [&person("leo")]);
        let waited = vec![person("leo")];
        assert!(last.contains(&Says::DeadlineForStudio { days: 1, waited }));
        assert_eq!(world.send("2026-11-20T12:00:00Z"), []);
        world.gallery.deadline = Some(at("2026-11-27T23:00:00Z"));
        assert_eq!(
            whom(&world.send("2026-11-21T12:00:00Z")),
            [&person("leo")],
            "a new deadline"
        );
    }

    /// S32: nobody is reminded where choosing is closed, paused, or without consequence.
    #[test]
    fn a_closed_choice_reminds_nobody() {
        let day = "2026-11-19T12:00:00Z";
        let changed = |change: fn(&mut Gallery)| {
            let mut world = World::new();
            change(&mut world.gallery);
            world.due(day)
        };
        assert!(!changed(|_| ()).is_empty());
        assert_eq!(changed(|g| g.locked = true), []);
        assert_eq!(changed(|g| g.enabled = false), []);
        assert_eq!(changed(|g| g.published = None), []);
        assert_eq!(
            changed(|g| g.choosing = Choosing::for_kind(Kind::Delivery)),
            []
        );
        let mut looking = World::new();
        for row in &mut looking.rows {
            row.rights = Rights::LOOK;
        }
        assert_eq!(looking.due(day), []);
    }

    /// Complaint 9: not opened after seven days, counted from the invitation; told once for each.
    #[test]
    fn who_has_not_opened_it_for_a_week_is_named_once() {
        let mut world = World::new();
        world.gallery.deadline = None;
        world.opened.clear();
        world
            .invited
            .insert(person("ada"), at("2026-11-02T10:00:00Z"));
        world
            .invited
            .insert(person("leo"), at("2026-11-05T10:00:00Z"));
        assert_eq!(world.send("2026-11-08T12:00:00Z"), []);
        let subjects = vec![person("ada")];
        assert_eq!(
            world.send("2026-11-09T12:00:00Z"),
            [Says::NotOpened { subjects }]
        );
        assert_eq!(world.send("2026-11-10T12:00:00Z"), []);
        world.opened.insert(person("leo"));
        assert_eq!(world.send("2026-11-20T12:00:00Z"), []);
    }
}
