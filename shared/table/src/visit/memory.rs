//! What a process remembers between requests: hints only. Whatever decides access is read again each time.

use super::Listing;
use super::resolve::Entrance;
use domain::access::Subject;
use domain::email::Email;
use domain::gallery::Gallery;
use domain::ids::{GalleryId, GroupId, TokenHash};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a remembered list is believed even if the revision still matches: a writer that died between its commit
/// and the revision's bump is healed after this.
const BELIEVED: Duration = Duration::from_secs(30);
/// Remembered things of one kind; beyond it all are forgotten.
const REMEMBERED: usize = 256;

/// Where a link led last time.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) entrance: Entrance,
    /// The gallery whose table governed.
    pub(super) table: GalleryId,
}

/// Who a session was last time.
#[derive(Debug, Clone)]
pub(crate) struct KnownPerson {
    pub(crate) email: Email,
    pub(crate) groups: Vec<GroupId>,
}

/// What a process remembers.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    links: Mutex<HashMap<TokenHash, Known>>,
    persons: Mutex<HashMap<TokenHash, KnownPerson>>,
    listings: Mutex<HashMap<GalleryId, (Instant, Arc<Listing>)>>,
    /// By link and person's session.
    subjects: Mutex<HashMap<(TokenHash, TokenHash), Subject>>,
}

impl Memory {
    pub(super) fn link(&self, link: &TokenHash) -> Option<Known> {
        lock(&self.links).get(link).cloned()
    }

    pub(super) fn remember_link(&self, link: &TokenHash, known: Known) {
        insert(&self.links, link.clone(), known);
    }

    pub(crate) fn person(&self, session: &TokenHash) -> Option<KnownPerson> {
        lock(&self.persons).get(session).cloned()
    }

    pub(crate) fn remember_person(&self, session: &TokenHash, person: KnownPerson) {
        insert(&self.persons, session.clone(), person);
    }

    /// As whom a person chose behind a link.
    pub(super) fn subject(&self, link: &TokenHash, person: &TokenHash) -> Option<Subject> {
        let key = (link.clone(), person.clone());
        lock(&self.subjects).get(&key).cloned()
    }

    pub(super) fn remember_subject(&self, link: &TokenHash, person: &TokenHash, subject: &Subject) {
        insert(
            &self.subjects,
            (link.clone(), person.clone()),
            subject.clone(),
        );
    }

    pub(crate) fn listing(&self, gallery: &Gallery) -> Option<Arc<Listing>> {
        let listings = lock(&self.listings);
        let (read, listing) = listings.get(&gallery.id)?;
        (listing.revision == gallery.revision && read.elapsed() < BELIEVED)
            .then(|| Arc::clone(listing))
    }

    pub(super) fn remember_listing(&self, gallery: GalleryId, listing: &Arc<Listing>) {
        insert(
            &self.listings,
            gallery,
            (Instant::now(), Arc::clone(listing)),
        );
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn insert<K: Eq + std::hash::Hash, V>(map: &Mutex<HashMap<K, V>>, key: K, value: V) {
    let mut map = lock(map);
    if map.len() >= REMEMBERED {
        map.clear();
    }
    map.insert(key, value);
}
