//! A page view with the visitor's own choices (C7): asked for beside what is asked for anyway, so that they cost calls
//! but no round trip.
//!
//! Whose choices they are follows from the rows, which are read in the last round trip. So it is guessed: from what the
//! process remembers, else from the session. A guess that was wrong costs a third round trip, never somebody else's
//! choices: what is handed out is always that of [`Standing::subject`].

use super::memory::Known;
use super::resolve::{self, Ask, Entrance, Resolved};
use super::{Book, Listing, Proofs, Visit};
use crate::Table;
use crate::choice::{Chosen, read_choice, read_chosen};
use crate::error::Error;
use crate::item::Item;
use crate::keys;
use crate::selection::read_head;
use domain::access::{Standing, Subject};
use domain::choice::Choice;
use domain::ids::{GalleryId, LinkToken, PhotoId};
use domain::photo::Photo;
use domain::selection::Selection;
use futures::future::{try_join_all, try_join3};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;

/// A page view: who visits, the photographs, and what the visitor chose; none of a guest's, or where nobody stands.
type Page = (Visit, Arc<Listing>, Option<Chosen>);

/// One photograph's view: who visits, the photograph, and what the visitor says of it.
type One = (Visit, Option<Photo>, Option<(Choice, Selection)>);

/// Choices by whose they are, as they were read.
type Picks = HashMap<Subject, Vec<Item>>;

impl Table {
    /// Gallery, rows and sessions, all photographs, and this visitor's own choices; see [`Table::visit`].
    ///
    /// The choices are none for guests and where [`Standing::of`] refuses. The standing of whoever chooses, comments or
    /// rates is made with [`Standing::confirmed`] of the selection.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn visit_and_choices(
        &self,
        link: &LinkToken,
        proofs: &Proofs,
        now: Timestamp,
    ) -> Result<Option<Page>, Error> {
        let ask = Ask {
            link: link.hash(),
            proofs,
            photo: None,
            now,
        };
        let mut book = Book::default();
        let mut picks = Picks::new();
        let mut wanted = resolve::prefetch(&self.memory, &ask);
        let mut whose = self.remembered(&ask);
        let (mut listing, mut reading, mut read) = (None, None, false);
        loop {
            let selections = whose
                .iter()
                .map(|(id, subject)| keys::selection(*id, subject));
            wanted.extend(selections);
            let (listed, found, brought) = try_join3(
                async {
                    match reading {
                        Some(id) => self.read_all(&mut book, id).await,
                        None => Ok(None),
                    }
                },
                self.get_many(&wanted),
                try_join_all(
                    whose
                        .iter()
                        .map(|(id, subject)| self.picks_of(*id, subject)),
                ),
            )
            .await?;
            book.add(wanted, found);
            picks.extend(whose.into_iter().map(|(_, subject)| subject).zip(brought));
            listing = listing.or(listed);

            let found = resolve::resolve(&mut book, &self.memory, &ask)?;
            let missing = book.take_missing();
            if let Some(visit) = &found.visit {
                listing = listing.or_else(|| self.memory.listing(&visit.gallery));
            }
            reading = found.gallery.filter(|_| listing.is_none() && !read);
            read |= reading.is_some();
            let complete = missing.is_empty();
            whose = self.whose(&ask, &found, complete);
            whose.retain(|(_, subject)| !picks.contains_key(subject));
            if complete && reading.is_none() && whose.is_empty() {
                return self.assemble(&mut book, picks, &ask, found, listing).await;
            }
            // the query brings the rows too, so it comes before what is missing
            wanted = if reading.is_some() {
                Vec::new()
            } else {
                missing
            };
        }
    }

    async fn assemble(
        &self,
        book: &mut Book,
        mut picks: Picks,
        ask: &Ask<'_>,
        found: Resolved,
        listing: Option<Arc<Listing>>,
    ) -> Result<Option<Page>, Error> {
        let Some((visit, listing)) = found.visit.zip(listing) else {
            return Ok(None);
        };
        let Some(subject) = subject_of(&visit, ask.now) else {
            return Ok(Some((visit, listing, None)));
        };
        let id = visit.gallery.id;
        let selection = book.look(keys::selection(id, &subject)).cloned();
        let picks = picks.remove(&subject).unwrap_or_default();
        let chosen = match read_chosen(&subject, selection, picks)? {
            Some(chosen) => chosen,
            None => self.choices(id, &subject).await?,
        };
        Ok(Some((visit, listing, Some(chosen))))
    }

    /// Gallery, rows and sessions, one photograph, and what this visitor says of it; see [`Table::photo`]. What they say
    /// is none for guests and where [`Standing::of`] refuses.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn photo_and_choice(
        &self,
        link: &LinkToken,
        proofs: &Proofs,
        photo: &PhotoId,
        now: Timestamp,
    ) -> Result<Option<One>, Error> {
        let ask = Ask {
            link: link.hash(),
            proofs,
            photo: Some(photo),
            now,
        };
        let mut book = Book::default();
        let mut wanted = resolve::prefetch(&self.memory, &ask);
        let mut whose = self.remembered(&ask);
        loop {
            for (id, subject) in &whose {
                wanted.push(keys::selection(*id, subject));
                wanted.push(keys::pick(*id, subject, photo));
            }
            self.ask(&mut book, wanted).await?;
            let found = resolve::resolve(&mut book, &self.memory, &ask)?;
            wanted = book.take_missing();
            whose = self.whose(&ask, &found, wanted.is_empty());
            whose.retain(|(id, subject)| !book.asked(&keys::selection(*id, subject)));
            if !wanted.is_empty() || !whose.is_empty() {
                continue;
            }
            let Some(visit) = found.visit else {
                return Ok(None);
            };
            let Some(subject) = subject_of(&visit, now) else {
                return Ok(Some((visit, found.photo, None)));
            };
            let id = visit.gallery.id;
            let choice = book.look(keys::pick(id, &subject, photo)).cloned();
            let selection = book.look(keys::selection(id, &subject)).cloned();
            let head = read_head(&subject, selection)?;
            let said = (read_choice(choice)?, head.selection);
            return Ok(Some((visit, found.photo, Some(said))));
        }
    }

    /// Whose choices this browser got behind this link last time.
    fn remembered(&self, ask: &Ask<'_>) -> Vec<(GalleryId, Subject)> {
        let Some(Known { entrance, .. }) = self.memory.link(&ask.link) else {
            return Vec::new();
        };
        let subject = match &entrance {
            Entrance::Guest(..) => None,
            Entrance::Preview(_, subject) => Some(subject.clone()),
            Entrance::Clients(_) => match &ask.proofs.person {
                Some(person) => self.memory.subject(&ask.link, person),
                None => Some(Subject::Anybody),
            },
        };
        let whose = subject.map(|subject| (entrance.gallery(), subject));
        whose.into_iter().collect()
    }

    /// Whose choices they are, once everything is read; before, whose they may be.
    fn whose(&self, ask: &Ask<'_>, found: &Resolved, complete: bool) -> Vec<(GalleryId, Subject)> {
        let Some(id) = found.gallery else {
            return Vec::new();
        };
        let whose = match &found.visit {
            Some(visit) if complete => {
                let subject = subject_of(visit, ask.now);
                if let (Some(person), Some(subject)) = (&ask.proofs.person, &subject) {
                    self.memory.remember_subject(&ask.link, person, subject);
                }
                subject.into_iter().collect()
            }
            _ if complete => Vec::new(),
            _ => found.likely.clone(),
        };
        whose.into_iter().map(|subject| (id, subject)).collect()
    }
}

/// Whose choices a visitor sees and changes; guests have none.
fn subject_of(visit: &Visit, now: Timestamp) -> Option<Subject> {
    let standing = Standing::of(&visit.gallery, &visit.rows, &visit.arrival, now).ok()?;
    (!standing.guest()).then(|| standing.subject())
}
