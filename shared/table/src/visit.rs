//! What a visitor's request reads: link, sessions, gallery, rows and photographs in at most two calls.
//!
//! What decides access is read each time, consistently. What the process remembers (where a link led, whose session it
//! was) only lets the first call ask for everything at once. The photo list is remembered by (gallery, revision); one
//! that is not costs the second call, a query that also brings all rows. More than two calls need: a table that is
//! inherited, or a person who is on no row but may be on a group's, both in a process that knows neither yet; and a list
//! longer than DynamoDB's 1 MB page (about 2,000 photographs), one a page, once a revision and process.
//! The visitor's own choices are asked for beside the rest: [`Table::visit_and_choices`].

mod book;
mod choices;
mod memory;
mod resolve;

pub(crate) use book::Book;
pub(crate) use memory::{KnownPerson, Memory};
pub(crate) use resolve::{row, rows_of, rows_of_groups};

use crate::Table;
use crate::error::Error;
use crate::item::{Item, key_of, read};
use crate::keys::{self, Key};
use crate::photo::PhotoItem;
use domain::access::{Arrival, Rows};
use domain::gallery::Gallery;
use domain::ids::{GalleryId, LinkToken, PhotoId, TokenHash};
use domain::photo::Photo;
use domain::product::Product;
use jiff::Timestamp;
use resolve::{Ask, Resolved};
use std::sync::Arc;

/// What a browser carries that may open a gallery, as the table knows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proofs {
    /// Visits that were opened with a PIN; the first twelve are looked at.
    pub visits: Vec<TokenHash>,
    /// The person's session.
    pub person: Option<TokenHash>,
    /// The cookie that holds *View as*.
    pub preview: Option<TokenHash>,
}

/// What decides a visitor's access, read now and consistently: what [`domain::access::Standing::of`] wants.
#[derive(Debug, Clone)]
pub struct Visit {
    /// The gallery the link opens.
    pub gallery: Gallery,
    /// The rows of its table that can concern this visitor.
    pub rows: Rows,
    /// The studio's download products, switched off or not, in the order of lists.
    pub products: Arc<[Product]>,
    /// How they arrive. A person's groups are only those that can matter here.
    pub arrival: Arrival,
    /// When this visitor's last visit was noted; none: not yet, or not read. A hint that spares a write.
    pub seen: Option<Timestamp>,
    /// When *View as* ends; none: nobody views as somebody else.
    pub preview_until: Option<Timestamp>,
}

/// All photographs of a gallery at one revision, in every state: filter with `domain::access::visible`.
#[derive(Debug)]
pub struct Listing {
    /// Unordered.
    pub photos: Vec<Photo>,
    /// The gallery's revision they were read at.
    pub revision: u64,
}

pub(crate) fn read_photo(gallery: GalleryId, item: Item) -> Result<Photo, Error> {
    read::<PhotoItem>("photo", item)?.into_photo(gallery)
}

impl Table {
    /// Gallery, rows and sessions behind a clients' link, a guest link or a *View as*; `None`: no such link, or a
    /// *View as* that has ended or is somebody else's.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn door(
        &self,
        link: &LinkToken,
        proofs: &Proofs,
        now: Timestamp,
    ) -> Result<Option<Visit>, Error> {
        Ok(self.open(link, proofs, None, now).await?.visit)
    }

    /// The same and one photograph of the gallery, if there is one of that id.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn photo(
        &self,
        link: &LinkToken,
        proofs: &Proofs,
        photo: &PhotoId,
        now: Timestamp,
    ) -> Result<Option<(Visit, Option<Photo>)>, Error> {
        let found = self.open(link, proofs, Some(photo), now).await?;
        Ok(found.visit.map(|visit| (visit, found.photo)))
    }

    /// The same and all photographs.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn visit(
        &self,
        link: &LinkToken,
        proofs: &Proofs,
        now: Timestamp,
    ) -> Result<Option<(Visit, Arc<Listing>)>, Error> {
        let ask = Ask {
            link: link.hash(),
            proofs,
            photo: None,
            now,
        };
        let mut book = Book::default();
        self.ask(&mut book, resolve::prefetch(&self.memory, &ask))
            .await?;
        let (mut listing, mut read) = (None, false);
        loop {
            let found = resolve::resolve(&mut book, &self.memory, &ask)?;
            let missing = book.take_missing();
            if let Some(visit) = &found.visit {
                listing = listing.or_else(|| self.memory.listing(&visit.gallery));
            }
            match found.gallery {
                // the query brings the rows too, so it comes before what is missing
                Some(id) if listing.is_none() && !read => {
                    listing = self.read_all(&mut book, id).await?;
                    read = true;
                }
                _ if missing.is_empty() => return Ok(found.visit.zip(listing)),
                _ => self.ask(&mut book, missing).await?,
            }
        }
    }

    async fn open(
        &self,
        link: &LinkToken,
        proofs: &Proofs,
        photo: Option<&PhotoId>,
        now: Timestamp,
    ) -> Result<Resolved, Error> {
        let ask = Ask {
            link: link.hash(),
            proofs,
            photo,
            now,
        };
        let mut book = Book::default();
        let mut missing = resolve::prefetch(&self.memory, &ask);
        loop {
            self.ask(&mut book, missing).await?;
            let found = resolve::resolve(&mut book, &self.memory, &ask)?;
            missing = book.take_missing();
            if missing.is_empty() {
                return Ok(found);
            }
        }
    }

    pub(crate) async fn ask(&self, book: &mut Book, wanted: Vec<Key>) -> Result<(), Error> {
        let found = self.get_many(&wanted).await?;
        book.add(wanted, found);
        Ok(())
    }

    /// One query over gallery, photographs and rows; `None`: there is no such gallery.
    pub(crate) async fn read_all(
        &self,
        book: &mut Book,
        id: GalleryId,
    ) -> Result<Option<Arc<Listing>>, Error> {
        let (from, to) = keys::page_range();
        let items = self.range(&keys::gallery_partition(id), from, to).await?;
        let (photos, rest): (Vec<_>, Vec<_>) = items
            .into_iter()
            .partition(|item| key_of(item).is_some_and(|key| key.sk.starts_with(keys::PHOTO)));
        let photos = photos.into_iter().map(|item| read_photo(id, item));
        let photos = photos.collect::<Result<Vec<_>, _>>()?;
        book.add_whole(id, rest);
        let Some(gallery) = book.look(keys::gallery(id)).cloned() else {
            return Ok(None);
        };
        let listing = Arc::new(Listing {
            photos,
            revision: crate::gallery::read_gallery(gallery)?.revision,
        });
        self.memory.remember_listing(id, &listing);
        Ok(Some(listing))
    }
}
