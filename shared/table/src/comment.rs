//! Comments (S21, S38): append-only; one that is taken back stays, marked, for the studio.

use crate::error::Error;
use crate::item::{attribute, read, write};
use crate::write::part;
use crate::{Table, keys};
use domain::activity::Event;
use domain::comment::{Author, Comment, Drawing};
use domain::ids::{CommentId, GalleryId, PhotoId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

const KIND: &str = "comment";

/// What became of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// It stands.
    Done,
    /// It came before: the same author, words and drawing.
    Again,
    /// Its id names another one; nothing is kept.
    Taken,
}

#[derive(Serialize, Deserialize)]
struct CommentItem {
    id: CommentId,
    photo: PhotoId,
    version: u32,
    author: Author,
    name: String,
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    drawing: Option<Drawing>,
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    removed: Option<Timestamp>,
}

impl CommentItem {
    fn of(gallery: GalleryId) -> impl Fn(Self) -> Comment {
        move |item| Comment {
            id: item.id,
            gallery,
            photo: item.photo,
            version: item.version,
            author: item.author,
            name: item.name,
            text: item.text,
            drawing: item.drawing,
            at: item.at,
            removed: item.removed,
        }
    }
}

impl Table {
    /// Keeps a comment, once: sent again under its id it is the same one.
    ///
    /// # Errors
    /// When the table does not answer; it can be sent again.
    pub async fn say(&self, comment: &Comment) -> Result<Said, Error> {
        self.say_and_log(comment, None).await
    }

    /// As [`Table::say`], with the line of the activity that tells of it: both or neither.
    ///
    /// # Errors
    /// As [`Table::say`].
    pub async fn say_and_log(
        &self,
        comment: &Comment,
        event: Option<&Event>,
    ) -> Result<Said, Error> {
        let Comment {
            gallery, photo, id, ..
        } = comment;
        let body = CommentItem {
            id: *id,
            photo: photo.clone(),
            version: comment.version,
            author: comment.author.clone(),
            name: comment.name.clone(),
            text: comment.text.clone(),
            drawing: comment.drawing.clone(),
            at: comment.at,
            removed: comment.removed,
        };
        let key = keys::comment(*gallery, photo, *id);
        let said = self.put_new_with_others(write(KIND, &key, &body)?)?;
        let mut writes = vec![said, self.count_talk(*gallery, 1)?];
        if let Some(event) = event {
            writes.extend(self.event_writes(event)?);
        }
        if self.transact(writes).await?.is_ok() {
            return Ok(Said::Done);
        }
        let there = self
            .get(&key)
            .await?
            .map(|item| read::<CommentItem>(KIND, item));
        let same = there.transpose()?.is_some_and(|there| {
            there.author == body.author && there.text == body.text && there.drawing == body.drawing
        });
        Ok(if same { Said::Again } else { Said::Taken })
    }

    /// All comments of a gallery, those that were taken back too: by photograph, the earliest first.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn comments(&self, gallery: GalleryId) -> Result<Vec<Comment>, Error> {
        self.comments_under(gallery, keys::COMMENT).await
    }

    /// All comments of a photograph, those that were taken back too: the earliest first.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn comments_of(
        &self,
        gallery: GalleryId,
        photo: &PhotoId,
    ) -> Result<Vec<Comment>, Error> {
        self.comments_under(gallery, &keys::comments_of(photo))
            .await
    }

    async fn comments_under(
        &self,
        gallery: GalleryId,
        prefix: &str,
    ) -> Result<Vec<Comment>, Error> {
        let items = self.said(gallery, prefix).await?.into_iter();
        let comments = items.map(|item| read(KIND, item).map(CommentItem::of(gallery)));
        comments.collect()
    }

    /// Takes a comment back, if `by` may: its author, or the studio. `false`: there is none of theirs. One that was taken
    /// back stays as it was.
    ///
    /// # Errors
    /// When the table does not answer or the item cannot be read.
    pub async fn unsay(
        &self,
        gallery: GalleryId,
        photo: &PhotoId,
        id: CommentId,
        by: &Author,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let key = keys::comment(gallery, photo, id);
        let Some(item) = self.get(&key).await? else {
            return Ok(false);
        };
        let comment = CommentItem::of(gallery)(read(KIND, item)?);
        if !comment.removable_by(by) {
            return Ok(false);
        }
        let taken = self
            .change_with_others(&key)
            .update_expression("SET removed = :now")
            .condition_expression("attribute_exists(PK) AND attribute_not_exists(removed)")
            .expression_attribute_values(":now", attribute(KIND, now)?);
        let counted = self.count_talk(gallery, -1)?;
        // that it was taken back meanwhile is what was wanted
        let _ = self.transact(vec![part(KIND, taken)?, counted]).await?;
        Ok(true)
    }
}
