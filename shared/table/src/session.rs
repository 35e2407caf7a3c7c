//! Visitors' sessions: opaque rows, found by the hash of their cookie.

use crate::Table;
use crate::error::Error;
use crate::item::{Item, n, read, s, write};
use crate::keys::{self, Key};
use crate::write::if_held;
use domain::access::{Session, VISITOR_LIFE};
use domain::ids::{GalleryId, TokenHash};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct SessionItem {
    gallery: GalleryId,
    /// Visits from before the door stood by itself name the row's revision.
    #[serde(alias = "revision")]
    door: u64,
    created: Timestamp,
    seen: Timestamp,
    ttl: i64,
}

/// A session's last sight is written at most this often.
pub(crate) const TOUCH: SignedDuration = SignedDuration::from_hours(1);

/// A visit, or none where the cookie of a person stands in the place of a visit's.
pub(crate) fn read_session(id: TokenHash, item: Item) -> Result<Option<Session>, Error> {
    if !item.contains_key("gallery") {
        return Ok(None);
    }
    let item: SessionItem = read("session", item)?;
    Ok(Some(Session {
        id,
        gallery: item.gallery,
        door: item.door,
        created: item.created,
        seen: item.seen,
    }))
}

impl Table {
    /// Writes a new visitor's session.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn open_session(&self, session: &Session) -> Result<(), Error> {
        let item = SessionItem {
            gallery: session.gallery,
            door: session.door,
            created: session.created,
            seen: session.seen,
            ttl: (session.created + VISITOR_LIFE).as_second(),
        };
        let item = write("session", &keys::session(&session.id), &item)?;
        self.put_new("session", item).await
    }

    /// Notes that a visitor's session was seen; writes at most once an hour, else costs nothing.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn touch_session(&self, session: &Session, now: Timestamp) -> Result<(), Error> {
        if now < session.seen + TOUCH {
            return Ok(());
        }
        self.touch(&keys::session(&session.id), now).await
    }

    /// Ends a visitor's session.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn end_session(&self, id: &TokenHash) -> Result<(), Error> {
        self.remove(&keys::session(id)).await
    }

    /// A session that was ended meanwhile is not brought back.
    pub(crate) async fn touch(&self, key: &Key, now: Timestamp) -> Result<(), Error> {
        let outcome = self
            .change(key)
            .update_expression("SET seen = :now")
            .condition_expression("attribute_exists(PK) AND #ttl > :second")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_values(":now", s(now.to_string()))
            .expression_attribute_values(":second", n(now.as_second()))
            .send()
            .await;
        if_held("UpdateItem", outcome).map(drop)
    }
}
