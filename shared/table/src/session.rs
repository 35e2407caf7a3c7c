//! Visitors' sessions: opaque rows, found by the hash of their cookie.

use crate::Table;
use crate::error::{Error, condition_failed};
use crate::item::{Item, n, read, s, write};
use crate::keys::{self, Key};
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
        self.put_new(write("session", &keys::session(&session.id), &item)?)
            .await
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

    pub(crate) async fn put_new(&self, item: Item) -> Result<(), Error> {
        self.client
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(PK)")
            .send()
            .await
            .map_err(Error::call("PutItem"))?;
        Ok(())
    }

    /// A session that was ended meanwhile is not brought back.
    pub(crate) async fn touch(&self, key: &Key, now: Timestamp) -> Result<(), Error> {
        let outcome = self
            .client
            .update_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .update_expression("SET seen = :now")
            .condition_expression("attribute_exists(PK) AND #ttl > :second")
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_values(":now", s(now.to_string()))
            .expression_attribute_values(":second", n(now.as_second()))
            .send()
            .await;
        match outcome {
            Ok(_) => Ok(()),
            Err(e) if condition_failed(&e) => Ok(()),
            Err(e) => Err(Error::call("UpdateItem")(e)),
        }
    }
}
