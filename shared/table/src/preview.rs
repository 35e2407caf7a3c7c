//! *View as* (P36): an address of its own that opens only beside the cookie it was made with, for an hour.

use crate::Table;
use crate::error::Error;
use crate::item::write;
use crate::keys;
use domain::access::Subject;
use domain::ids::{GalleryId, LinkToken, TokenHash};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
pub(crate) struct PreviewItem {
    pub(crate) gallery: GalleryId,
    pub(crate) subject: Subject,
    /// The hash of the cookie that must come along.
    pub(crate) holder: TokenHash,
    pub(crate) expires: Timestamp,
    ttl: i64,
}

impl Table {
    /// Lets whoever holds that cookie see the gallery as that subject until then, under the address of that token.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn open_preview(
        &self,
        token: &LinkToken,
        gallery: GalleryId,
        subject: &Subject,
        holder: &TokenHash,
        expires: Timestamp,
    ) -> Result<(), Error> {
        let item = PreviewItem {
            gallery,
            subject: subject.clone(),
            holder: holder.clone(),
            expires,
            ttl: expires.as_second(),
        };
        let item = write("preview", &keys::preview(&token.hash()), &item)?;
        self.put_new("preview", item).await
    }
}
