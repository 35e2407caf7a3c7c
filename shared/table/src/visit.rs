//! What a visitor's request reads: link, session, gallery, row and photographs in at most two calls.
//!
//! A link points to the same gallery for ever, so the pointer is remembered in the process and the first call can
//! already ask for the gallery; the link item itself is still read each time, so that taking it away works at once.
//! The photo list is remembered by (gallery, revision). Only a list that is not remembered costs the second call;
//! galleries whose list is longer than DynamoDB's 1 MB page (about 2,000 photographs) cost one more a page, once a
//! revision and process.

use crate::error::Error;
use crate::gallery::{Pointer, read_gallery, read_row};
use crate::item::{Item, key_of, read};
use crate::keys::{self, Key};
use crate::photo::PhotoItem;
use crate::{Table, session};
use domain::access::{Row, Session, Subject};
use domain::gallery::Gallery;
use domain::ids::{GalleryId, LinkToken, PhotoId, TokenHash};
use domain::photo::Photo;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// What decides a visitor's access, read now and consistently.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The gallery the link opens.
    pub gallery: Gallery,
    /// Its row *Anybody*.
    pub row: Row,
    /// The visitor's session, if the cookie names one; it may be for another gallery.
    pub session: Option<Session>,
}

/// All photographs of a gallery at one revision, in every state: filter with `domain::access::visible`.
#[derive(Debug)]
pub struct Listing {
    /// Unordered.
    pub photos: Vec<Photo>,
    /// The gallery's revision they were read at.
    pub revision: u64,
}

/// How long a remembered list is believed even if the revision still matches: a writer that died between its commit
/// and the revision's bump is healed after this.
const BELIEVED: Duration = Duration::from_secs(30);
/// Remembered links and lists; beyond it all are forgotten.
const REMEMBERED: usize = 256;

/// What a process remembers between requests.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    links: Mutex<HashMap<TokenHash, GalleryId>>,
    listings: Mutex<HashMap<GalleryId, (Instant, Arc<Listing>)>>,
}

impl Cache {
    fn gallery_of(&self, link: &TokenHash) -> Option<GalleryId> {
        let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        links.get(link).copied()
    }

    fn remember_link(&self, link: TokenHash, gallery: GalleryId) {
        let mut links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
        if links.len() >= REMEMBERED {
            links.clear();
        }
        links.insert(link, gallery);
    }

    fn listing(&self, gallery: &Gallery) -> Option<Arc<Listing>> {
        let listings = self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        let (read, listing) = listings.get(&gallery.id)?;
        (listing.revision == gallery.revision && read.elapsed() < BELIEVED)
            .then(|| Arc::clone(listing))
    }

    fn remember_listing(&self, gallery: GalleryId, listing: &Arc<Listing>) {
        let mut listings = self.listings.lock().unwrap_or_else(PoisonError::into_inner);
        if listings.len() >= REMEMBERED {
            listings.clear();
        }
        listings.insert(gallery, (Instant::now(), Arc::clone(listing)));
    }
}

pub(crate) fn read_photo(gallery: GalleryId, item: Item) -> Result<Photo, Error> {
    read::<PhotoItem>("photo", item)?.into_photo(gallery)
}

/// The first call's answer.
struct Opened {
    gallery: GalleryId,
    session: Option<Session>,
    /// Gallery, row and extra items, when the link was known already.
    rest: Option<HashMap<Key, Item>>,
}

impl Table {
    /// Gallery, row and session; `None`: no such link.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn door(
        &self,
        link: &LinkToken,
        session: Option<&TokenHash>,
    ) -> Result<Option<Visit>, Error> {
        Ok(self
            .open(link, session, None)
            .await?
            .map(|(visit, _)| visit))
    }

    /// The same and one photograph of the gallery, if there is one of that id.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn photo(
        &self,
        link: &LinkToken,
        session: Option<&TokenHash>,
        photo: &PhotoId,
    ) -> Result<Option<(Visit, Option<Photo>)>, Error> {
        self.open(link, session, Some(photo)).await
    }

    /// The same and all photographs.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn visit(
        &self,
        link: &LinkToken,
        session: Option<&TokenHash>,
    ) -> Result<Option<(Visit, Arc<Listing>)>, Error> {
        let Some(opened) = self.first_call(link, session, None).await? else {
            return Ok(None);
        };
        if let Some(rest) = opened.rest {
            let Some(visit) = assemble(opened.gallery, opened.session.clone(), rest)? else {
                return Ok(None);
            };
            if let Some(listing) = self.cache.listing(&visit.gallery) {
                return Ok(Some((visit, listing)));
            }
        }
        self.read_all(opened.gallery, opened.session).await
    }

    async fn open(
        &self,
        link: &LinkToken,
        session: Option<&TokenHash>,
        photo: Option<&PhotoId>,
    ) -> Result<Option<(Visit, Option<Photo>)>, Error> {
        let Some(opened) = self.first_call(link, session, photo).await? else {
            return Ok(None);
        };
        let id = opened.gallery;
        let mut rest = match opened.rest {
            Some(rest) => rest,
            None => self.get_many(&gallery_keys(id, photo)).await?,
        };
        let photo = photo
            .and_then(|photo| rest.remove(&keys::photo(id, photo)))
            .map(|item| read_photo(id, item))
            .transpose()?;
        Ok(assemble(id, opened.session, rest)?.map(|visit| (visit, photo)))
    }

    /// Link and session, and what belongs to the gallery when the link is remembered.
    async fn first_call(
        &self,
        link: &LinkToken,
        session: Option<&TokenHash>,
        photo: Option<&PhotoId>,
    ) -> Result<Option<Opened>, Error> {
        let hash = link.hash();
        let link_key = keys::link(&hash);
        let remembered = self.cache.gallery_of(&hash);
        let mut wanted = vec![link_key.clone()];
        wanted.extend(session.map(keys::session));
        wanted.extend(remembered.iter().flat_map(|id| gallery_keys(*id, photo)));
        let mut found = self.get_many(&wanted).await?;

        let Some(item) = found.remove(&link_key) else {
            return Ok(None);
        };
        let gallery = read::<Pointer>("link", item)?.gallery;
        self.cache.remember_link(hash, gallery);
        let session = match session {
            Some(hash) => found
                .remove(&keys::session(hash))
                .map(|item| session::read_session(hash.clone(), item))
                .transpose()?,
            None => None,
        };
        let rest = (remembered == Some(gallery)).then_some(found);
        Ok(Some(Opened {
            gallery,
            session,
            rest,
        }))
    }

    /// The second call of a page view: one query over gallery, photographs and rows.
    async fn read_all(
        &self,
        id: GalleryId,
        session: Option<Session>,
    ) -> Result<Option<(Visit, Arc<Listing>)>, Error> {
        let (from, to) = keys::page_range();
        let items = self.range(&keys::gallery_partition(id), from, to).await?;
        let mut photos = Vec::with_capacity(items.len());
        let mut rest = HashMap::new();
        for item in items {
            match key_of(&item) {
                Some(key) if key.sk.starts_with(keys::PHOTO) => photos.push(read_photo(id, item)?),
                Some(key) => drop(rest.insert(key, item)),
                None => {}
            }
        }
        let Some(visit) = assemble(id, session, rest)? else {
            return Ok(None);
        };
        let listing = Arc::new(Listing {
            photos,
            revision: visit.gallery.revision,
        });
        self.cache.remember_listing(id, &listing);
        Ok(Some((visit, listing)))
    }
}

fn gallery_keys(id: GalleryId, photo: Option<&PhotoId>) -> Vec<Key> {
    let mut wanted = vec![keys::gallery(id), keys::row(id, &Subject::Anybody)];
    wanted.extend(photo.map(|photo| keys::photo(id, photo)));
    wanted
}

fn assemble(
    id: GalleryId,
    session: Option<Session>,
    mut items: HashMap<Key, Item>,
) -> Result<Option<Visit>, Error> {
    let gallery = items.remove(&keys::gallery(id));
    let row = items.remove(&keys::row(id, &Subject::Anybody));
    match (gallery, row) {
        (Some(gallery), Some(row)) => Ok(Some(Visit {
            gallery: read_gallery(gallery)?,
            row: read_row(Subject::Anybody, row)?,
            session,
        })),
        _ => Ok(None),
    }
}
