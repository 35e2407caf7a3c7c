//! An object that was removed: its photograph shows the newest other version whose object still stands, and goes only
//! when there is none.

use super::{Alias, Row};
use crate::Table;
use crate::error::Error;
use crate::gallery::read_gallery;
use crate::item::{n, s};
use crate::keys;
use crate::version::PhotoVersion;
use crate::write::{MEETINGS, if_held, part, step_aside};
use aws_sdk_dynamodb::types::{Delete, ReturnValue, TransactWriteItem};
use domain::ids::{GalleryId, PhotoId};
use domain::photo::Picture;
use jiff::Timestamp;

/// A claim on the key of an object that a HEAD did not find.
#[derive(Debug, Clone)]
pub struct Leaving {
    gallery: GalleryId,
    key: String,
    alias: Alias,
    /// Other keys whose objects are versions of the same photograph.
    others: Vec<Alias>,
    /// The camera's file name of the photograph that shows this object.
    shown: Option<String>,
    /// Names replace in this gallery.
    by_name: bool,
}

/// An object that is there, under one of [`Leaving::others`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Its key.
    pub key: String,
    /// Its entity tag.
    pub etag: String,
    /// When it was stored.
    pub uploaded: Timestamp,
}

/// What became of a removal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// It was not what clients see: nothing changed for them.
    Unseen,
    /// An earlier version took its place.
    Fell,
    /// The object under this key shall take its place and was never read as a version: work on it now.
    Say(String),
    /// The photograph is gone; these are its renditions, of all its versions.
    Removed(PhotoId, Vec<Picture>),
    /// Something came meanwhile, whose own event follows.
    Overtaken,
}

impl Leaving {
    /// Keys under which to look for objects that may take the place of the one that is gone.
    pub fn others(&self) -> impl Iterator<Item = &str> {
        self.others.iter().map(|alias| alias.key.as_str())
    }

    /// The camera's name of the photograph that goes with the object, where one that nobody has seen yet may have come in
    /// its place, under a name that means the same: that one is to be worked on first (C23).
    #[must_use]
    pub fn heirs_name(&self) -> Option<&str> {
        self.shown.as_deref().filter(|_| self.by_name)
    }

    fn photo(&self) -> PhotoId {
        let own = || PhotoId::of_key(&self.key);
        self.alias.photo.clone().unwrap_or_else(own)
    }
}

impl Table {
    /// Claims the key of an object that a HEAD did not find; `None`: nothing is known of it.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn claim_gone(
        &self,
        gallery: GalleryId,
        key: &str,
    ) -> Result<Option<Leaving>, Error> {
        let own = PhotoId::of_key(key);
        let alias = self.alias(gallery, &own).await?;
        let photo = alias.as_ref().and_then(|alias| alias.photo.as_ref());
        let row = self.row_of(gallery, photo.unwrap_or(&own)).await?;
        let row = row.filter(|row| row.photo.key == key);
        // a row alone is from before keys were remembered
        if alias.is_none() && row.is_none() {
            return Ok(None);
        }
        let item = self.get(&keys::gallery(gallery)).await?;
        let by_name = item.map(read_gallery).transpose()?;
        let answer = self
            .change(&keys::alias(gallery, &own))
            .update_expression("SET #key = :key ADD fence :one REMOVE lease, claimed")
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":key", s(key))
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::AllNew)
            .send()
            .await
            .map_err(Error::call("UpdateItem"))?;
        let alias: Alias = crate::item::read("alias", answer.attributes.unwrap_or_default())?;
        let photo = alias.photo.clone().unwrap_or(own);
        let others = self.aliases(gallery).await?.into_iter();
        let others =
            others.filter(|other| other.photo.as_ref() == Some(&photo) && other.key != key);
        Ok(Some(Leaving {
            gallery,
            key: key.to_owned(),
            alias,
            others: others.collect(),
            shown: row.map(|row| row.photo.file_name),
            by_name: by_name.is_some_and(|gallery| gallery.incoming.replace),
        }))
    }

    /// Makes the photograph show what is left of it, or removes it. `standing`: what is there under the other keys.
    ///
    /// # Errors
    /// When the table does not answer, an item cannot be read, or others moved the photograph all the time.
    pub async fn commit_gone(
        &self,
        leaving: &Leaving,
        standing: &[Standing],
        now: Timestamp,
    ) -> Result<Gone, Error> {
        for attempt in 0..MEETINGS {
            let photo = leaving.photo();
            let row = self.row_of(leaving.gallery, &photo).await?;
            let Some(row) = row.filter(|row| row.photo.key == leaving.key) else {
                return self.leave_unseen(leaving, &photo).await;
            };
            let newest = standing
                .iter()
                .max_by_key(|object| (object.uploaded, &object.key));
            let left = match newest {
                Some(object) => self.fall_back(leaving, &row, object, now).await?,
                None => self.remove_photo(leaving, &row, now).await?,
            };
            if let Some(left) = left {
                return Ok(left);
            }
            step_aside(attempt).await;
        }
        Err(Error::Met)
    }

    /// The object was not the current version, or waited. Of a key whose photograph shows another version the content
    /// stays known, so that the same file put again changes nothing, in whatever order that is heard of.
    async fn leave_unseen(&self, leaving: &Leaving, photo: &PhotoId) -> Result<Gone, Error> {
        self.forgive(leaving.gallery, photo, &leaving.key).await?;
        if leaving.alias.photo.is_some() {
            let known = self
                .held(leaving.gallery, &leaving.key, leaving.alias.fence)
                .update_expression("REMOVE v");
            return Ok(match self.transact(vec![part("alias", known)?]).await? {
                Ok(()) => Gone::Unseen,
                Err(_) => Gone::Overtaken,
            });
        }
        let writes = vec![
            self.forget_held(leaving.gallery, &leaving.alias)?,
            self.not_waiting(leaving.gallery, &PhotoId::of_key(&leaving.key))?,
        ];
        Ok(match self.transact(writes).await? {
            Ok(()) => Gone::Unseen,
            Err(_) => Gone::Overtaken,
        })
    }

    /// `None`: the photograph moved meanwhile.
    async fn fall_back(
        &self,
        leaving: &Leaving,
        row: &Row,
        object: &Standing,
        now: Timestamp,
    ) -> Result<Option<Gone>, Error> {
        let versions = self.versions_of(leaving.gallery, &row.photo.id).await?;
        let is = |version: &&PhotoVersion| {
            version.key == object.key && version.version.etag == object.etag
        };
        let Some(version) = versions.iter().find(is) else {
            let other = leaving.others.iter().find(|other| other.key == object.key);
            if let Some(other) = other.filter(|other| other.etag.is_some())
                && !self.unsettle(leaving.gallery, other).await?
            {
                return Ok(Some(Gone::Overtaken));
            }
            return Ok(Some(Gone::Say(object.key.clone())));
        };
        let held = self
            .held(leaving.gallery, &leaving.key, leaving.alias.fence)
            .update_expression("REMOVE v, etag, #size, crc, n")
            .expression_attribute_names("#size", "size");
        let mut writes = vec![part("alias", held)?];
        writes.extend(self.step_back(row, version, now)?);
        Ok(match self.transact(writes).await? {
            Ok(()) => Some(Gone::Fell),
            Err(lost) if lost.at(0) => Some(Gone::Overtaken),
            Err(_) => None,
        })
    }

    /// `None`: the photograph moved meanwhile.
    async fn remove_photo(
        &self,
        leaving: &Leaving,
        row: &Row,
        now: Timestamp,
    ) -> Result<Option<Gone>, Error> {
        let (gallery, id) = (leaving.gallery, &row.photo.id);
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(keys::photo(gallery, id).attributes()))
            .condition_expression("#key = :key AND v = :v")
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":key", s(&row.photo.key))
            .expression_attribute_values(":v", s(&row.photo.version.id))
            .build()
            .map_err(|e| Error::corrupt("photo", e))?;
        let mut writes = Vec::new();
        for alias in std::iter::once(&leaving.alias).chain(&leaving.others) {
            // numbers go on where they stopped, should the photograph come back
            if PhotoId::of_key(&alias.key) == *id {
                let last = self
                    .held(gallery, &alias.key, alias.fence)
                    .update_expression(
                        "SET #last = :last REMOVE photo, v, etag, #size, crc, n, stage",
                    )
                    .expression_attribute_names("#last", "last")
                    .expression_attribute_names("#size", "size")
                    .expression_attribute_values(":last", n(row.numbered()));
                writes.push(part("alias", last)?);
            } else {
                writes.push(self.forget_held(gallery, alias)?);
            }
        }
        writes.push(TransactWriteItem::builder().delete(delete).build());
        if row.stands() {
            writes.push(self.keep_version(&row.photo, row.numbered())?);
        }
        match self.transact(writes).await? {
            Ok(()) => {
                self.count(gallery, Some(row.photo.state.name()), None, now)
                    .await?;
                let pictures = self.leave_versions(gallery, row, now).await?;
                Ok(Some(Gone::Removed(id.clone(), pictures)))
            }
            Err(lost) if lost.at(0) => Ok(Some(Gone::Overtaken)),
            Err(_) => Ok(None),
        }
    }

    /// Says of the versions of a photograph that is gone that they are history: what was shipped of them can be fetched as
    /// long as the bucket keeps it. The pictures of all of them.
    async fn leave_versions(
        &self,
        gallery: GalleryId,
        row: &Row,
        now: Timestamp,
    ) -> Result<Vec<Picture>, Error> {
        let mut pictures: Vec<Picture> = row.photo.picture().cloned().into_iter().collect();
        for version in self.versions_of(gallery, &row.photo.id).await? {
            let key = keys::version(gallery, &row.photo.id, version.number);
            self.end_version(&key, now).await?;
            if pictures
                .iter()
                .all(|known| known.tag != version.picture.tag)
            {
                pictures.push(version.picture);
            }
        }
        Ok(pictures)
    }

    fn forget_held(&self, gallery: GalleryId, alias: &Alias) -> Result<TransactWriteItem, Error> {
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(
                keys::alias(gallery, &PhotoId::of_key(&alias.key)).attributes(),
            ))
            .condition_expression("fence = :fence")
            .expression_attribute_values(":fence", n(alias.fence))
            .build()
            .map_err(|e| Error::corrupt("alias", e))?;
        Ok(TransactWriteItem::builder().delete(delete).build())
    }

    /// Forgets what was settled under the key of a version whose object is gone, in the transaction that takes its place.
    pub(super) fn forget(&self, gallery: GalleryId, key: &str) -> Result<TransactWriteItem, Error> {
        let change = self
            .change_with_others(&keys::alias(gallery, &PhotoId::of_key(key)))
            .update_expression("SET #key = :key REMOVE v, etag, #size, crc, n")
            .expression_attribute_names("#key", "key")
            .expression_attribute_names("#size", "size")
            .expression_attribute_values(":key", s(key));
        part("alias", change)
    }

    /// A refusal is over when what came under its key is settled otherwise, or gone.
    pub(super) async fn forgive(
        &self,
        gallery: GalleryId,
        photo: &PhotoId,
        key: &str,
    ) -> Result<(), Error> {
        let outcome = self
            .change(&keys::photo(gallery, photo))
            .update_expression("REMOVE refused")
            .condition_expression("refused.#key = :key")
            .expression_attribute_names("#key", "key")
            .expression_attribute_values(":key", s(key))
            .send()
            .await;
        if_held("UpdateItem", outcome).map(drop)
    }
}
