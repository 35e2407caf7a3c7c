//! What the studio says of photographs: Proof or Final, who sees them, and in which section they stand.

use crate::Table;
use crate::error::Error;
use crate::item::{attribute, n};
use crate::keys;
use crate::write::part;
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::ids::{GalleryId, PhotoId};
use domain::photo::{Shown, Stage};

/// Photographs in one transaction: it takes a hundred items, and one is the gallery.
const BATCH: usize = 99;

/// What is said; what is not stays as it is.
#[derive(Debug, Clone, Copy, Default)]
struct Said<'a> {
    stage: Option<Stage>,
    shown: Option<Shown>,
    section: Option<&'a str>,
}

impl Table {
    /// Says of photographs which stage they are in and to whom they are shown; `None` leaves that as it is. How many
    /// there were of them. Each batch also raises the gallery's revision, so that no remembered list shows a photograph
    /// that was hidden: it bites at the next request.
    ///
    /// # Errors
    /// When the table does not answer; earlier batches are written then, and the call can be made again.
    pub async fn mark_photos(
        &self,
        gallery: GalleryId,
        photos: &[PhotoId],
        stage: Option<Stage>,
        shown: Option<Shown>,
    ) -> Result<usize, Error> {
        if stage.is_none() && shown.is_none() {
            return Ok(0);
        }
        let said = Said {
            stage,
            shown,
            section: None,
        };
        self.say_of(gallery, photos, said).await
    }

    /// Moves photographs to a section; an empty title: to none (L12). How many there were of them. Nothing else of them
    /// changes: not their id, and nothing that was said or chosen.
    ///
    /// # Errors
    /// As [`Table::mark_photos`].
    pub async fn move_photos(
        &self,
        gallery: GalleryId,
        photos: &[PhotoId],
        section: &str,
    ) -> Result<usize, Error> {
        let said = Said {
            section: Some(section),
            ..Said::default()
        };
        self.say_of(gallery, photos, said).await
    }

    async fn say_of(
        &self,
        gallery: GalleryId,
        photos: &[PhotoId],
        said: Said<'_>,
    ) -> Result<usize, Error> {
        let mut photos = photos.to_vec();
        photos.sort_unstable();
        photos.dedup();
        let mut marked = 0;
        for batch in photos.chunks(BATCH) {
            marked += self.mark_batch(gallery, batch, said).await?;
        }
        Ok(marked)
    }

    /// Photographs that are not there (any more) are left out, and the rest is tried again.
    async fn mark_batch(
        &self,
        gallery: GalleryId,
        photos: &[PhotoId],
        said: Said<'_>,
    ) -> Result<usize, Error> {
        let mut photos = photos.to_vec();
        while !photos.is_empty() {
            let mut writes = Vec::with_capacity(photos.len() + 1);
            for photo in &photos {
                writes.push(self.mark(gallery, photo, said)?);
            }
            writes.push(self.seen_anew(gallery)?);
            match self.transact(writes).await? {
                Ok(()) => return Ok(photos.len()),
                Err(lost) if lost.at(photos.len()) => return Ok(0),
                Err(lost) => {
                    let mut place = 0..;
                    photos.retain(|_| place.next().is_none_or(|place| !lost.at(place)));
                }
            }
        }
        Ok(0)
    }

    /// Raises the gallery's revision, so that no remembered list is shown.
    pub(super) fn seen_anew(&self, gallery: GalleryId) -> Result<TransactWriteItem, Error> {
        let revision = self
            .change_with_others(&keys::gallery(gallery))
            .update_expression("ADD revision :one")
            .condition_expression("attribute_exists(PK)")
            .expression_attribute_values(":one", n(1));
        part("gallery", revision)
    }

    fn mark(
        &self,
        gallery: GalleryId,
        photo: &PhotoId,
        said: Said<'_>,
    ) -> Result<TransactWriteItem, Error> {
        let mut set = Vec::new();
        let mut change = self
            .change_with_others(&keys::photo(gallery, photo))
            .condition_expression("attribute_exists(PK)");
        if let Some(stage) = said.stage {
            set.push("#stage = :stage");
            change = change
                .expression_attribute_names("#stage", "stage")
                .expression_attribute_values(":stage", attribute("photo", stage)?);
        }
        if let Some(shown) = said.shown {
            set.push("#shown = :shown");
            change = change
                .expression_attribute_names("#shown", "shown")
                .expression_attribute_values(":shown", attribute("photo", shown)?);
        }
        if let Some(section) = said.section {
            set.push("#section = :section");
            change = change
                .expression_attribute_names("#section", "section")
                .expression_attribute_values(":section", attribute("photo", section)?);
        }
        part(
            "photo",
            change.update_expression(format!("SET {}", set.join(", "))),
        )
    }
}
