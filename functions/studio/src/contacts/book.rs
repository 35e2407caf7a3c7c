//! Who is known, in which groups, and in which galleries they have a row, alone or by a group.

use crate::Studio;
use domain::access::{Row, Subject};
use domain::email::Email;
use domain::gallery::Gallery;
use domain::ids::GroupId;
use futures::stream::{self, StreamExt as _, TryStreamExt as _};
use table::{Group, Person};
use web::{Failure, words};

/// Tables read at the same time.
const AT_ONCE: usize = 16;

/// The contacts as their page shows them.
pub(super) struct Book {
    pub(super) people: Vec<Entry>,
    pub(super) groups: Vec<GroupEntry>,
}

/// A contact.
pub(super) struct Entry {
    /// Names the contact in addresses; does not tell the e-mail address.
    pub(super) key: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) groups: Vec<String>,
    pub(super) galleries: Vec<String>,
    pub(super) since: String,
}

/// A group.
pub(super) struct GroupEntry {
    pub(super) id: GroupId,
    pub(super) name: String,
    pub(super) members: Vec<String>,
    pub(super) size: String,
    pub(super) galleries: Vec<String>,
}

impl Book {
    /// Reads contacts, groups and every table.
    pub(super) async fn of(studio: &Studio) -> Result<Self, Failure> {
        let table = &studio.table;
        let (people, groups, galleries) =
            tokio::try_join!(table.people(), table.groups(), table.galleries())?;
        let own = galleries
            .into_iter()
            .filter(|gallery| gallery.table == gallery.id);
        let tables: Vec<(Gallery, Vec<Row>)> = stream::iter(own)
            .map(async |gallery: Gallery| {
                let rows = table.rows(gallery.id).await?;
                Ok::<_, table::Error>((gallery, rows))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(Self {
            people: people
                .iter()
                .map(|person| Entry::of(person, &groups, &tables))
                .collect(),
            groups: groups
                .iter()
                .map(|group| GroupEntry::of(group, &people, &tables))
                .collect(),
        })
    }
}

impl Entry {
    fn of(person: &Person, groups: &[Group], tables: &[(Gallery, Vec<Row>)]) -> Self {
        let mine = |group: &&Group| person.groups.contains(&group.id);
        Self {
            key: key(&person.email),
            name: person.name.clone(),
            email: person.email.as_str().to_owned(),
            groups: groups
                .iter()
                .filter(mine)
                .map(|group| group.name.clone())
                .collect(),
            galleries: titles(tables, |subject| match subject {
                Subject::Person(email) => *email == person.email,
                Subject::Group(group) => person.groups.contains(group),
                Subject::Anybody | Subject::Guest(_) => false,
            }),
            since: person
                .created
                .to_zoned(jiff::tz::TimeZone::UTC)
                .date()
                .to_string(),
        }
    }

    /// Whether name or address contains what is looked for.
    pub(super) fn fits(&self, wanted: &str) -> bool {
        let wanted = wanted.to_lowercase();
        self.name.to_lowercase().contains(&wanted) || self.email.contains(&wanted)
    }
}

impl GroupEntry {
    fn of(group: &Group, people: &[Person], tables: &[(Gallery, Vec<Row>)]) -> Self {
        let members: Vec<String> = people
            .iter()
            .filter(|person| person.groups.contains(&group.id))
            .map(|person| person.email.as_str().to_owned())
            .collect();
        Self {
            id: group.id,
            name: group.name.clone(),
            size: words::count(members.len(), "person", "people"),
            members,
            galleries: titles(tables, |subject| *subject == Subject::Group(group.id)),
        }
    }
}

/// The galleries whose table has such a row.
fn titles(tables: &[(Gallery, Vec<Row>)], wanted: impl Fn(&Subject) -> bool) -> Vec<String> {
    let named = |rows: &[Row]| rows.iter().any(|row| wanted(&row.subject));
    tables
        .iter()
        .filter(|(_, rows)| named(rows))
        .map(|(gallery, _)| gallery.title.clone())
        .collect()
}

/// The contact's name in addresses.
pub(super) fn key(email: &Email) -> String {
    email.hash().as_str().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::access::Rights;

    /// P15: a contact is on a table by their own row or by their group's.
    #[test]
    fn a_contact_has_galleries_by_name_and_by_group() {
        let now: jiff::Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let family = Group {
            id: GroupId::new(now),
            name: "Family".into(),
            created: now,
        };
        let marta = Person {
            email: "marta@example.com".parse().unwrap(),
            name: "Marta".into(),
            groups: vec![family.id],
            created: now,
            revision: 1,
        };
        let tables = [
            ("Own", Subject::Person(marta.email.clone())),
            ("Group", Subject::Group(family.id)),
            ("Open", Subject::Anybody),
        ];
        let tables = tables.map(|(title, subject)| {
            let gallery = Gallery::new(title.into(), title.into(), now);
            (gallery, vec![Row::new(subject, Rights::LOOK)])
        });
        let entry = Entry::of(&marta, std::slice::from_ref(&family), &tables);
        assert_eq!(entry.galleries, ["Own", "Group"]);
        assert_eq!(entry.groups, ["Family"]);
        assert!(entry.fits("MART") && !entry.fits("jonas"));
        let group = GroupEntry::of(&family, &[marta], &tables);
        assert_eq!(group.galleries, ["Group"]);
        assert_eq!(group.members, ["marta@example.com"]);
    }
}
