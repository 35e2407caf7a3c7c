//! Galleries beside the one that was asked for: above it, in it, and all that a person finds under *My galleries*.

use crate::Table;
use crate::error::Error;
use crate::gallery::read_gallery;
use crate::item::read;
use crate::keys;
use crate::person::Membership;
use crate::visit::{Book, Listing, row, rows_of, rows_of_groups};
use domain::access::{Arrival, PersonSession, Rows, Subject};
use domain::email::Email;
use domain::gallery::{Gallery, sections};
use domain::ids::{GalleryId, GroupId};
use domain::photo::Photo;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Galleries above and in another, each with the rows that can concern this visitor: what may be shown of them,
/// [`domain::access::Standing::of`] decides.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// The galleries it stands in, the top first.
    pub ancestors: Vec<(Gallery, Rows)>,
    /// The galleries that stand in it, in the order they were made.
    pub children: Vec<(Gallery, Rows)>,
}

/// Whose rows are looked for.
enum Whose<'a> {
    Subject(&'a Subject),
    Person(&'a Email),
    Anybody,
}

impl Table {
    /// What stands above a gallery and in it, consistently. No call when there is nothing; a guest link opens one
    /// gallery and nothing around it (C8).
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn around(
        &self,
        gallery: &Gallery,
        arrival: &Arrival,
        now: Timestamp,
    ) -> Result<Around, Error> {
        let whose = match arrival {
            Arrival::Guest => return Ok(Around::default()),
            Arrival::Preview(subject) => Whose::Subject(subject),
            Arrival::Client { person, .. } => {
                match person.as_ref().filter(|person| person.current(now)) {
                    Some(person) => Whose::Person(&person.email),
                    None => Whose::Anybody,
                }
            }
        };
        let mut book = Book::default();
        loop {
            let mut around = Around::default();
            let mut above = gallery.parent;
            let mut seen = BTreeSet::from([gallery.id]);
            while let Some(id) = above.take_if(|id| seen.insert(*id)) {
                if let Some(found) = with_rows(&mut book, id, &whose)? {
                    above = found.0.parent;
                    around.ancestors.insert(0, found);
                }
            }
            for id in &gallery.children {
                around.children.extend(with_rows(&mut book, *id, &whose)?);
            }
            let missing = book.take_missing();
            if missing.is_empty() {
                return Ok(around);
            }
            self.ask(&mut book, missing).await?;
        }
    }

    /// Every gallery a person is named in, by themselves or by a group, and those that inherit its table; newest first.
    /// The index says where to look, consistent reads what is true.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn galleries_of(
        &self,
        person: &PersonSession,
    ) -> Result<Vec<(Gallery, Rows)>, Error> {
        let own = Subject::Person(person.email.clone());
        let mut tables = BTreeSet::new();
        let groups = person.groups.iter().copied().map(Subject::Group);
        for subject in std::iter::once(own).chain(groups) {
            tables.extend(self.galleries_naming(&subject).await?);
        }
        let mut book = Book::default();
        loop {
            let mut found = Vec::new();
            for table in &tables {
                let rows = listed(&mut book, *table, &person.email, &person.groups)?;
                let mut open = vec![*table];
                let mut seen = BTreeSet::new();
                while let Some(id) = open.pop() {
                    if !seen.insert(id) {
                        continue;
                    }
                    let item = book.look(keys::gallery(id)).cloned();
                    let Some(gallery) = item.map(read_gallery).transpose()? else {
                        continue;
                    };
                    open.extend(&gallery.children);
                    let named = rows.own.is_some() || !rows.groups.is_empty();
                    if named && gallery.table == *table {
                        found.push((gallery, rows.clone()));
                    }
                }
            }
            let missing = book.take_missing();
            if missing.is_empty() {
                found.sort_by_key(|(gallery, _)| std::cmp::Reverse(gallery.id));
                return Ok(found);
            }
            self.ask(&mut book, missing).await?;
        }
    }

    /// The first photograph in the clients' order among those this visitor sees: what a card shows. No call where the
    /// gallery's list is remembered.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn cover_photo(
        &self,
        gallery: &Gallery,
        sees: impl Fn(&Photo) -> bool,
    ) -> Result<Option<Photo>, Error> {
        let listing = match self.memory.listing(gallery) {
            Some(listing) => listing,
            None => {
                let mut book = Book::default();
                match self.read_all(&mut book, gallery.id).await? {
                    Some(listing) => listing,
                    None => return Ok(None),
                }
            }
        };
        Ok(first(&listing, sees))
    }
}

fn first(listing: &Arc<Listing>, sees: impl Fn(&Photo) -> bool) -> Option<Photo> {
    let seen = listing.photos.iter().filter(|photo| sees(photo));
    let sections = sections(seen);
    let first = sections.first()?.photos.first()?;
    Some(Photo::clone(first))
}

fn with_rows(
    book: &mut Book,
    id: GalleryId,
    whose: &Whose<'_>,
) -> Result<Option<(Gallery, Rows)>, Error> {
    let item = book.look(keys::gallery(id)).cloned();
    let gallery = item.map(read_gallery).transpose()?;
    // before the gallery is read, its own table is the likeliest
    let table = gallery.as_ref().map_or(id, |gallery| gallery.table);
    let rows = match whose {
        Whose::Subject(subject) => rows_of(book, table, id, subject)?,
        Whose::Anybody => rows_of(book, table, id, &Subject::Anybody)?,
        Whose::Person(email) => {
            let item = book.look(keys::person(email)).cloned();
            let groups = match item {
                Some(item) => read::<Membership>("contact", item)?.groups,
                None => Vec::new(),
            };
            Rows {
                anybody: row(book, table, &Subject::Anybody)?,
                ..listed(book, table, email, &groups)?
            }
        }
    };
    Ok(gallery.map(|gallery| (gallery, rows)))
}

fn listed(
    book: &mut Book,
    table: GalleryId,
    email: &Email,
    groups: &[GroupId],
) -> Result<Rows, Error> {
    Ok(Rows {
        own: row(book, table, &Subject::Person(email.clone()))?,
        groups: rows_of_groups(book, table, groups)?,
        ..Rows::default()
    })
}
