//! From a link and cookies to the rows that can concern this visitor, out of what was read so far. It decides nothing:
//! `domain::access::Standing` does.

use super::book::Book;
use super::memory::{Known, KnownPerson, Memory};
use super::{Proofs, Visit, read_photo};
use crate::error::Error;
use crate::gallery::{Pointer, read_gallery};
use crate::guest::{GuestPointer, read_guest};
use crate::item::read;
use crate::keys::{self, Key};
use crate::person::{Membership, read_person_session};
use crate::preview::PreviewItem;
use crate::product::read_products;
use crate::row::read_row;
use crate::session::read_session;
use domain::access::{Arrival, PersonSession, Row, Rows, Session, Subject};
use domain::ids::{GalleryId, GroupId, GuestId, PhotoId, TokenHash};
use domain::photo::Photo;
use jiff::Timestamp;

/// More cookies of visits than this are not looked at.
const VISITS: usize = 12;

/// What is asked.
pub(super) struct Ask<'a> {
    pub(super) link: TokenHash,
    pub(super) proofs: &'a Proofs,
    pub(super) photo: Option<&'a PhotoId>,
    pub(super) now: Timestamp,
}

/// What a token in an address turned out to be.
#[derive(Debug, Clone)]
pub(super) enum Entrance {
    Clients(GalleryId),
    Guest(GalleryId, GuestId),
    Preview(GalleryId, Subject),
}

impl Entrance {
    pub(super) fn gallery(&self) -> GalleryId {
        match self {
            Self::Clients(id) | Self::Guest(id, _) | Self::Preview(id, _) => *id,
        }
    }
}

/// What came of it; `visit` is none where nothing may be shown, or where something is missing still.
#[derive(Default)]
pub(super) struct Resolved {
    pub(super) visit: Option<Visit>,
    pub(super) photo: Option<Photo>,
    /// The gallery the link leads to, as soon as it is known.
    pub(super) gallery: Option<GalleryId>,
    /// Whose choices may be asked for, before the rows are read.
    pub(super) likely: Vec<Subject>,
}

/// What is certainly needed and what will probably be, in one batch.
pub(super) fn prefetch(memory: &Memory, ask: &Ask<'_>) -> Vec<Key> {
    let Some(Known { entrance, table }) = memory.link(&ask.link) else {
        let mut wanted = vec![
            keys::link(&ask.link),
            keys::guest_link(&ask.link),
            keys::preview(&ask.link),
            keys::products(),
        ];
        wanted.extend(ask.tokens().map(keys::session));
        return wanted;
    };
    let id = entrance.gallery();
    let mut wanted = vec![keys::gallery(id), keys::products()];
    wanted.extend(ask.photo.map(|photo| keys::photo(id, photo)));
    match entrance {
        Entrance::Guest(_, guest) => wanted.extend([
            keys::guest_link(&ask.link),
            keys::last_visit(id, &Subject::Guest(guest)),
        ]),
        Entrance::Preview(_, subject) => {
            wanted.extend([keys::preview(&ask.link), keys::row(table, &subject)]);
        }
        Entrance::Clients(_) => {
            wanted.push(keys::link(&ask.link));
            wanted.push(keys::row(table, &Subject::Anybody));
            wanted.push(keys::last_visit(id, &Subject::Anybody));
            wanted.extend(ask.tokens().map(keys::session));
            let person = ask.proofs.person.as_ref();
            if let Some(KnownPerson { email, groups }) = person.and_then(|id| memory.person(id)) {
                let subject = Subject::Person(email.clone());
                wanted.extend([
                    keys::person(&email),
                    keys::row(table, &subject),
                    keys::last_visit(id, &subject),
                ]);
                let groups = groups.into_iter().map(Subject::Group);
                wanted.extend(groups.map(|group| keys::row(table, &group)));
            }
        }
    }
    wanted
}

impl Ask<'_> {
    fn tokens(&self) -> impl Iterator<Item = &TokenHash> {
        let visits = self.proofs.visits.iter().take(VISITS);
        visits.chain(&self.proofs.person)
    }
}

/// Works out the visit from what was read; what it needs and was not asked for is noted in the book.
pub(super) fn resolve(book: &mut Book, memory: &Memory, ask: &Ask<'_>) -> Result<Resolved, Error> {
    let Some(found) = entrance(book, ask)? else {
        return Ok(Resolved::default());
    };
    let id = found.entrance.gallery();
    let gallery = book.look(keys::gallery(id)).cloned();
    let gallery = gallery.map(read_gallery).transpose()?;
    // before the gallery is read, its own table is the likeliest
    let table = gallery.as_ref().map_or(id, |gallery| gallery.table);
    let around = gallery
        .as_ref()
        .is_some_and(|gallery| gallery.parent.is_some() || !gallery.children.is_empty());
    let photo = match ask.photo {
        Some(photo) => book.look(keys::photo(id, photo)).cloned(),
        None => None,
    };
    let (arrival, rows) = match &found.entrance {
        Entrance::Guest(..) => {
            let rows = Rows {
                guest: found.guest,
                ..Rows::default()
            };
            (Arrival::Guest, rows)
        }
        Entrance::Preview(_, subject) => (
            Arrival::Preview(subject.clone()),
            rows_of(book, table, id, subject)?,
        ),
        Entrance::Clients(_) => client(book, memory, ask, table, around)?,
    };
    memory.remember_link(
        &ask.link,
        Known {
            entrance: found.entrance,
            table,
        },
    );
    let seen = last_seen(book, id, &arrival, &rows);
    let likely = likely(&arrival);
    let products = read_products(book.look(keys::products()).cloned())?;
    Ok(Resolved {
        visit: gallery.map(|gallery| Visit {
            gallery,
            rows,
            products: products.into(),
            arrival,
            seen,
            preview_until: found.until,
        }),
        photo: photo.map(|item| read_photo(id, item)).transpose()?,
        gallery: Some(id),
        likely,
    })
}

/// Whose choices somebody who arrives so may see: a person's own; where a visit was opened with the PIN, or nobody is
/// signed in, everybody's who comes so.
fn likely(arrival: &Arrival) -> Vec<Subject> {
    match arrival {
        Arrival::Guest => Vec::new(),
        Arrival::Preview(subject) => vec![subject.clone()],
        Arrival::Client { visit, person } => {
            let person = person.as_ref();
            let named = person.map(|person| Subject::Person(person.email.clone()));
            let anybody = (person.is_none() || visit.is_some()).then_some(Subject::Anybody);
            named.into_iter().chain(anybody).collect()
        }
    }
}

struct Found {
    entrance: Entrance,
    guest: Option<Row>,
    until: Option<Timestamp>,
}

/// A token is random, so at most one of the three is there.
fn entrance(book: &mut Book, ask: &Ask<'_>) -> Result<Option<Found>, Error> {
    let (link, guest) = (keys::link(&ask.link), keys::guest_link(&ask.link));
    let preview = keys::preview(&ask.link);
    if let Some(item) = book.peek(&link).cloned() {
        let gallery = read::<Pointer>("link", item)?.gallery;
        return Ok(Some(Found {
            entrance: Entrance::Clients(gallery),
            guest: None,
            until: None,
        }));
    }
    if let Some(item) = book.peek(&guest).cloned() {
        let pointer: GuestPointer = read("guest link", item)?;
        return Ok(Some(Found {
            entrance: Entrance::Guest(pointer.gallery, pointer.guest),
            guest: pointer.row(),
            until: None,
        }));
    }
    if let Some(item) = book.peek(&preview).cloned() {
        let preview: PreviewItem = read("preview", item)?;
        let held = ask.proofs.preview.as_ref() == Some(&preview.holder);
        let open = held && ask.now < preview.expires;
        return Ok(open.then_some(Found {
            entrance: Entrance::Preview(preview.gallery, preview.subject),
            guest: None,
            until: Some(preview.expires),
        }));
    }
    for key in [link, guest, preview] {
        book.look(key);
    }
    Ok(None)
}

fn client(
    book: &mut Book,
    memory: &Memory,
    ask: &Ask<'_>,
    table: GalleryId,
    around: bool,
) -> Result<(Arrival, Rows), Error> {
    let anybody = row(book, table, &Subject::Anybody)?;
    let visit = opened(book, ask, table, anybody.as_ref())?;
    let mut rows = Rows {
        anybody,
        ..Rows::default()
    };
    let person = match &ask.proofs.person {
        Some(id) => match book.look(keys::session(id)).cloned() {
            Some(item) => read_person_session(id.clone(), item)?,
            None => None,
        },
        None => None,
    };
    let person = person.filter(|person| person.current(ask.now));
    let person = match person {
        Some(person) => Some(named(book, memory, (table, around), person, &mut rows)?),
        None => None,
    };
    Ok((Arrival::Client { visit, person }, rows))
}

/// The visit that opens this table. Of several, the one that knows the PIN of today.
fn opened(
    book: &mut Book,
    ask: &Ask<'_>,
    table: GalleryId,
    anybody: Option<&Row>,
) -> Result<Option<Session>, Error> {
    let door = anybody.map(|row| row.door);
    let mut best: Option<Session> = None;
    for id in ask.proofs.visits.iter().take(VISITS) {
        let Some(item) = book.look(keys::session(id)).cloned() else {
            continue;
        };
        let rank = |s: &Session| (Some(s.door) == door && s.current(ask.now), s.created);
        if let Some(session) = read_session(id.clone(), item)?.filter(|s| s.gallery == table)
            && best.as_ref().is_none_or(|best| rank(&session) > rank(best))
        {
            best = Some(session);
        }
    }
    Ok(best)
}

/// Adds a person's own row, or their groups' where they have none. Groups that cannot matter are not asked for; in
/// galleries around this one they may.
fn named(
    book: &mut Book,
    memory: &Memory,
    (table, around): (GalleryId, bool),
    mut person: PersonSession,
    rows: &mut Rows,
) -> Result<PersonSession, Error> {
    let contact = keys::person(&person.email);
    rows.own = row(book, table, &Subject::Person(person.email.clone()))?;
    let matter = around || (rows.own.is_none() && !book.without_groups(table));
    let item = if matter {
        book.look(contact).cloned()
    } else {
        book.peek(&contact).cloned()
    };
    if let Some(item) = item {
        person.groups = read::<Membership>("contact", item)?.groups;
    }
    if rows.own.is_none() {
        rows.groups = rows_of_groups(book, table, &person.groups)?;
    }
    let known = KnownPerson {
        email: person.email.clone(),
        groups: person.groups.clone(),
    };
    memory.remember_person(&person.id, known);
    Ok(person)
}

/// The groups' rows, in the order the groups were made: their ids sort so.
pub(crate) fn rows_of_groups(
    book: &mut Book,
    table: GalleryId,
    groups: &[GroupId],
) -> Result<Vec<Row>, Error> {
    let mut groups = groups.to_vec();
    groups.sort_unstable();
    let mut rows = Vec::new();
    for group in groups {
        rows.extend(row(book, table, &Subject::Group(group))?);
    }
    Ok(rows)
}

/// The row of exactly this subject, in its place.
pub(crate) fn rows_of(
    book: &mut Book,
    table: GalleryId,
    gallery: GalleryId,
    subject: &Subject,
) -> Result<Rows, Error> {
    let mut rows = Rows::default();
    match subject {
        Subject::Anybody => rows.anybody = row(book, table, subject)?,
        Subject::Person(_) => rows.own = row(book, table, subject)?,
        Subject::Group(_) => rows.groups.extend(row(book, table, subject)?),
        Subject::Guest(id) => {
            let item = book.look(keys::guest(gallery, *id)).cloned();
            let guest = item.map(read_guest).transpose()?;
            rows.guest = guest.map(|guest| guest.row());
        }
    }
    Ok(rows)
}

pub(crate) fn row(
    book: &mut Book,
    table: GalleryId,
    subject: &Subject,
) -> Result<Option<Row>, Error> {
    let item = book.look(keys::row(table, subject)).cloned();
    item.map(read_row).transpose()
}

/// When this visitor's last visit was noted, where that happens to have been read.
fn last_seen(book: &Book, gallery: GalleryId, arrival: &Arrival, rows: &Rows) -> Option<Timestamp> {
    let subject = match arrival {
        Arrival::Preview(_) => return None,
        Arrival::Guest => rows.guest.as_ref()?.subject.clone(),
        Arrival::Client { person, .. } => match person {
            Some(person) if rows.own.is_some() || !rows.groups.is_empty() => {
                Subject::Person(person.email.clone())
            }
            _ => Subject::Anybody,
        },
    };
    let item = book.peek(&keys::last_visit(gallery, &subject))?;
    item.get("last")?.as_s().ok()?.parse().ok()
}
