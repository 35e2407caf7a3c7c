//! One row of the table as the page draws it: whom it is about, its boxes, when they were here, whether they were
//! invited.

use super::super::key::key;
use super::super::words;
use crate::when;
use domain::access::{Originals, Rights, Row, Subject, Web};
use domain::activity::Who;
use domain::email::Email;
use domain::ids::GroupId;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};
use table::{Group, GuestLink, Invitation, LastVisit, Person};
use web::{Site, words as web_words};

/// What contacts and groups are called.
#[derive(Default)]
pub(crate) struct Names {
    people: HashMap<Email, String>,
    groups: HashMap<GroupId, (String, usize)>,
}

impl Names {
    pub(crate) fn of_contacts(people: &[Person], groups: &[Group]) -> Self {
        let members = |group: &Group| {
            let of = |person: &&Person| person.groups.contains(&group.id);
            people.iter().filter(of).count()
        };
        Self {
            people: people
                .iter()
                .filter(|person| !person.name.is_empty())
                .map(|person| (person.email.clone(), person.name.clone()))
                .collect(),
            groups: groups
                .iter()
                .map(|group| (group.id, (group.name.clone(), members(group))))
                .collect(),
        }
    }

    /// What a row is called.
    pub(crate) fn of(&self, subject: &Subject) -> String {
        match subject {
            Subject::Anybody => "Anybody".into(),
            Subject::Person(email) => email.as_str().to_owned(),
            Subject::Group(group) => match self.groups.get(group) {
                Some((name, _)) => name.clone(),
                None => "A group that was removed".into(),
            },
            Subject::Guest(_) => "Guest link".into(),
        }
    }

    fn note(&self, subject: &Subject) -> String {
        match subject {
            Subject::Person(email) => self.people.get(email).cloned().unwrap_or_default(),
            Subject::Group(group) => {
                let members = self.groups.get(group).map_or(0, |(_, members)| *members);
                web_words::count(members, "person", "people")
            }
            Subject::Anybody | Subject::Guest(_) => String::new(),
        }
    }
}

/// A row.
#[derive(Clone)]
pub(crate) struct Line {
    pub(crate) key: String,
    /// Tells the forms of one row apart: one for the gallery, one for each section.
    pub(crate) suffix: String,
    pub(crate) name: String,
    /// What controls are called after: the name, and the section where it is about one.
    pub(crate) called: String,
    pub(crate) note: String,
    pub(crate) anybody: bool,
    pub(crate) person: bool,
    pub(crate) active: bool,
    pub(crate) rights: Rights,
    pub(crate) quota: String,
    pub(crate) until: String,
    pub(crate) until_words: String,
    pub(crate) last: String,
    pub(crate) may: String,
    pub(crate) invited: bool,
    pub(crate) revision: u64,
    ended: bool,
    entered: bool,
    email: Option<Email>,
    seen_by: String,
    sections: BTreeMap<String, Rights>,
}

impl Line {
    pub(super) fn of(row: &Row, names: &Names, now: Timestamp, zone: &TimeZone) -> Self {
        let until = row.until.map(|until| when::until(until, zone));
        Self {
            key: key(&row.subject),
            suffix: String::new(),
            name: names.of(&row.subject),
            called: names.of(&row.subject),
            note: names.note(&row.subject),
            anybody: row.subject == Subject::Anybody,
            person: matches!(row.subject, Subject::Person(_)),
            active: row.active,
            rights: row.rights,
            quota: row.rights.quota.map_or_else(String::new, |n| n.to_string()),
            until: when::field(row.until, zone),
            until_words: until.unwrap_or_else(|| "with the gallery".into()),
            last: String::new(),
            may: if row.active {
                words::rights(&row.rights)
            } else {
                "nothing, it is switched off".into()
            },
            invited: false,
            revision: row.revision,
            ended: row.until.is_some_and(|until| now >= until),
            entered: false,
            email: match &row.subject {
                Subject::Person(email) => Some(email.clone()),
                _ => None,
            },
            seen_by: table::keys::subject(&row.subject),
            sections: row.sections.clone(),
        }
    }

    /// With when somebody last came by this row.
    pub(super) fn visited(
        mut self,
        seen: &HashMap<String, LastVisit>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Self {
        let last = seen.get(&self.seen_by).and_then(|visit| visit.last);
        self.entered = last.is_some();
        self.last = last.map_or_else(|| "never".into(), |at| when::moment(at, now, zone));
        self
    }

    /// With how far the newest invitation has come: sent, accepted, entered. `invitations`: the newest first.
    pub(super) fn invited(
        mut self,
        invitations: &[Invitation],
        now: Timestamp,
        zone: &TimeZone,
    ) -> Self {
        let Some(email) = &self.email else {
            return self;
        };
        let newest = invitations
            .iter()
            .find(|invitation| invitation.email == *email);
        self.invited = newest.is_some();
        let state = match newest {
            _ if self.entered => "entered".into(),
            None => "not invited yet".into(),
            Some(Invitation {
                accepted: Some(at), ..
            }) => {
                format!("accepted {}", when::moment(*at, now, zone))
            }
            Some(invitation) => format!("invited {}", when::moment(invitation.created, now, zone)),
        };
        self.note = match self.note.as_str() {
            "" => state,
            name => format!("{name}, {state}"),
        };
        self
    }

    /// The same row with what it may in a section that has a table of its own.
    pub(super) fn in_section(&self, id: &str, section: &str) -> Self {
        let rights = self.sections.get(section).copied().unwrap_or(Rights::NONE);
        Self {
            suffix: format!("-{id}"),
            called: format!("{} in “{section}”", self.name),
            may: words::rights(&rights),
            rights,
            ..self.clone()
        }
    }

    /// Whether nobody comes in by it now.
    pub(crate) fn off(&self) -> bool {
        !self.active || self.ended
    }

    pub(crate) fn web(&self) -> &'static str {
        web_code(self.rights.web)
    }

    pub(crate) fn originals(&self) -> &'static str {
        originals_code(self.rights.originals)
    }
}

/// The value of the choice in a form.
pub(crate) fn web_code(web: Web) -> &'static str {
    match web {
        Web::None => "none",
        Web::Marked => "marked",
        Web::Clean => "clean",
    }
}

/// The value of the choice in a form.
pub(crate) fn originals_code(originals: Originals) -> &'static str {
    match originals {
        Originals::None => "none",
        Originals::Final => "final",
        Originals::All => "all",
    }
}

/// A guest link that is open.
pub(crate) struct GuestLine {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) note: String,
    pub(crate) link: String,
    pub(crate) until: String,
    pub(crate) last: String,
}

impl GuestLine {
    pub(super) fn of(
        guest: &GuestLink,
        seen: &HashMap<String, LastVisit>,
        site: &Site,
        now: Timestamp,
        zone: &TimeZone,
    ) -> Self {
        let subject = Subject::Guest(guest.id);
        let visit = seen
            .get(&table::keys::subject(&subject))
            .copied()
            .unwrap_or_default();
        let visits = usize::try_from(visit.visits).unwrap_or(usize::MAX);
        let visits = web_words::count(visits, "visit", "visits");
        Self {
            id: guest.id.to_string(),
            key: key(&subject),
            label: guest.label.clone(),
            note: format!("guest link, made by {}, {visits}", maker(&guest.made_by)),
            link: format!("{}/g/{}", site.origin, guest.link),
            until: guest
                .until
                .map_or_else(|| "with the gallery".into(), |at| when::until(at, zone)),
            last: visit
                .last
                .map_or_else(|| "never".into(), |at| when::moment(at, now, zone)),
        }
    }
}

/// Whose a guest link is.
fn maker(who: &Who) -> String {
    match who {
        Who::Visitor(Subject::Person(email)) => email.as_str().to_owned(),
        Who::Visitor(_) => "a client with the PIN".into(),
        Who::Member(_) | Who::Stranger | Who::Itself => "the studio".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ids::{GalleryId, TokenHash};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn line(rows: &Row) -> Line {
        Line::of(
            rows,
            &Names::default(),
            at("2026-11-22T10:00:00Z"),
            &TimeZone::UTC,
        )
    }

    /// P32, S28: the studio reads how far an invitation has come.
    #[test]
    fn a_row_tells_how_far_its_invitation_has_come() {
        let now = at("2026-11-22T10:00:00Z");
        let email: Email = "marta@example.com".parse().unwrap();
        let row = Row::new(Subject::Person(email.clone()), Rights::LOOK);
        let mut invitation = Invitation {
            token: TokenHash::of("x"),
            gallery: GalleryId::new(now),
            email: email.clone(),
            by: Who::Stranger,
            created: at("2026-11-22T08:00:00Z"),
            accepted: None,
        };
        let said = |line: Line, invitations: &[Invitation]| {
            line.invited(invitations, now, &TimeZone::UTC).note
        };
        assert_eq!(said(line(&row), &[]), "not invited yet");
        assert_eq!(
            said(line(&row), &[invitation.clone()]),
            "invited today 08:00"
        );
        invitation.accepted = Some(at("2026-11-22T09:00:00Z"));
        assert_eq!(
            said(line(&row), &[invitation.clone()]),
            "accepted today 09:00"
        );
        let visit = LastVisit {
            last: Some(now),
            visits: 1,
            downloads: 0,
        };
        let seen = HashMap::from([(table::keys::subject(&row.subject), visit)]);
        let visited = line(&row).visited(&seen, now, &TimeZone::UTC);
        assert_eq!(said(visited, &[invitation]), "entered");
    }

    /// 4.4: in a section with its own table a row that is not named there may nothing.
    #[test]
    fn a_row_is_drawn_with_its_rights_in_the_section() {
        let mut row = Row::new(Subject::Anybody, Rights::LOOK);
        assert!(!line(&row).in_section("b", "Boudoir").rights.enter);
        row.sections.insert("Boudoir".into(), Rights::LOOK);
        assert!(line(&row).in_section("b", "Boudoir").rights.enter);
        assert_eq!(line(&row).in_section("b", "Boudoir").may, "look");
    }
}
