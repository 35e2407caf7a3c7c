//! Sessions of the studio: opaque rows, found by the hash of their cookie; what the holder may is read with them at
//! every request, so that a tick taken away, a removal and *sign out everywhere* work at the next one.

use super::read_member;
use crate::Table;
use crate::error::Error;
use crate::item::{n, read, s, write};
use crate::keys;
use crate::write::if_held;
use domain::access::{STUDIO_IDLE, STUDIO_LIFE};
use domain::email::Email;
use domain::ids::TokenHash;
use domain::team::Member;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// A current session of the studio, and who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudioSession {
    /// The cookie's hash.
    pub id: TokenHash,
    /// Who is signed in, and what they are now.
    pub member: Member,
    /// What the browser called itself, such as *Firefox on Linux*.
    pub label: String,
    /// The network it was opened from.
    pub prefix: String,
    /// When it began.
    pub created: Timestamp,
    /// When it was last seen, to the hour.
    pub seen: Timestamp,
}

/// A session in the list a member reads of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSession {
    /// The cookie's hash.
    pub id: TokenHash,
    /// What the browser called itself.
    pub label: String,
    /// The network it was opened from.
    pub prefix: String,
    /// When it began.
    pub created: Timestamp,
    /// When it was last seen, to the hour.
    pub seen: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct SessionItem {
    id: TokenHash,
    email: Email,
    epoch: u64,
    proven: Timestamp,
    label: String,
    prefix: String,
    created: Timestamp,
    seen: Timestamp,
    ttl: i64,
    list: String,
    list_by: String,
}

/// A session's last sight is written at most this often.
const TOUCH: SignedDuration = SignedDuration::from_hours(1);
/// Remembered sessions; beyond it all are forgotten.
const REMEMBERED: usize = 256;

/// Whose session is whose, remembered by the process so that one call reads both items. A session never changes hands.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<HashMap<TokenHash, Email>>);

impl Cache {
    fn holder(&self, session: &TokenHash) -> Option<Email> {
        let holders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        holders.get(session).cloned()
    }

    fn remember(&self, session: &TokenHash, holder: &Email) {
        let mut holders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if holders.len() >= REMEMBERED {
            holders.clear();
        }
        holders.insert(session.clone(), holder.clone());
    }
}

impl SessionItem {
    fn stands(&self, now: Timestamp) -> bool {
        now < self.created + STUDIO_LIFE && now < self.seen + STUDIO_IDLE
    }

    fn open(self) -> OpenSession {
        OpenSession {
            id: self.id,
            label: self.label,
            prefix: self.prefix,
            created: self.created,
            seen: self.seen,
        }
    }
}

impl Table {
    /// Writes a new session for an address that has just proven itself; what it may is decided when it is read.
    ///
    /// # Errors
    /// When the table does not answer or the member's item cannot be read.
    pub async fn open_studio_session(
        &self,
        id: &TokenHash,
        email: &Email,
        label: &str,
        prefix: &str,
        now: Timestamp,
    ) -> Result<(), Error> {
        let item = SessionItem {
            id: id.clone(),
            email: email.clone(),
            epoch: self.member_item(email).await?.epoch,
            proven: now,
            label: label.to_owned(),
            prefix: prefix.to_owned(),
            created: now,
            seen: now,
            ttl: (now + STUDIO_LIFE).as_second(),
            list: keys::studio_sessions(email),
            list_by: format!("{now:.3}"),
        };
        let item = write("session", &keys::studio_session(id), &item)?;
        self.put_new("session", item).await
    }

    /// The studio's session, if it stands (8 hours idle, 14 days at most) and its holder still is who they were; notes
    /// the sight at most once an hour. One call for the owner, and for whom the process has met before; else two.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn studio_session(
        &self,
        id: &TokenHash,
        owner: &Email,
        now: Timestamp,
    ) -> Result<Option<StudioSession>, Error> {
        let guess = self.team.holder(id).unwrap_or_else(|| owner.clone());
        let (key, guessed) = (keys::studio_session(id), keys::member(&guess));
        let mut found = self.get_many(&[key.clone(), guessed.clone()]).await?;
        // A session from before there were members names nobody, and is over.
        let Some(item) = found.remove(&key).filter(|i| i.contains_key("email")) else {
            return Ok(None);
        };
        let session: SessionItem = read("session", item)?;
        let member = if session.email == guess {
            read_member(found.remove(&guessed))?
        } else {
            self.team.remember(id, &session.email);
            self.member_item(&session.email).await?
        };
        let Some(role) = member
            .role(&session.email, session.epoch, owner)
            .filter(|_| session.stands(now))
        else {
            return Ok(None);
        };
        if now >= session.seen + TOUCH {
            self.set_time(id, "seen", now).await?;
        }
        Ok(Some(StudioSession {
            id: id.clone(),
            member: Member {
                email: session.email,
                role,
                proven: session.proven,
            },
            label: session.label,
            prefix: session.prefix,
            created: session.created,
            seen: session.seen,
        }))
    }

    /// The sessions a member has open, newest first. From the index: for the list, never to decide.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn studio_sessions(
        &self,
        email: &Email,
        now: Timestamp,
    ) -> Result<Vec<OpenSession>, Error> {
        let epoch = self.member_item(email).await?.epoch;
        let items = self.listed(&keys::studio_sessions(email)).await?;
        let mut sessions = Vec::with_capacity(items.len());
        for item in items.into_iter().rev() {
            let session: SessionItem = read("session", item)?;
            if session.epoch == epoch && session.stands(now) {
                sessions.push(session.open());
            }
        }
        Ok(sessions)
    }

    /// Ends a session of the studio.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn end_studio_session(&self, id: &TokenHash) -> Result<(), Error> {
        self.remove(&keys::studio_session(id)).await
    }

    /// Ends the session of that id if this member holds it. `false`: they hold none of that id.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn end_studio_session_of(&self, email: &Email, id: &str) -> Result<bool, Error> {
        for item in self.listed(&keys::studio_sessions(email)).await? {
            let session: SessionItem = read("session", item)?;
            if session.id.as_str() == id {
                self.end_studio_session(&session.id).await?;
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Ends all sessions of a member, the owner's too, effective at the next request: the epoch rises, and no session
    /// of an older one stands.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn end_all_sessions(&self, email: &Email) -> Result<(), Error> {
        self.change(&keys::member(email))
            .update_expression("ADD #epoch :one")
            .expression_attribute_names("#epoch", "epoch")
            .expression_attribute_values(":one", n(1))
            .send()
            .await
            .map_err(Error::call("UpdateItem"))?;
        Ok(())
    }

    /// Notes that the holder has typed a fresh code in this session. `false`: it has ended meanwhile.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn prove_again(&self, id: &TokenHash, now: Timestamp) -> Result<bool, Error> {
        self.set_time(id, "proven", now).await
    }

    /// A session that was ended meanwhile is not brought back.
    async fn set_time(
        &self,
        id: &TokenHash,
        attribute: &str,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let outcome = self
            .change(&keys::studio_session(id))
            .update_expression("SET #time = :now")
            .condition_expression("attribute_exists(PK) AND #ttl > :second")
            .expression_attribute_names("#time", attribute)
            .expression_attribute_names("#ttl", keys::TTL)
            .expression_attribute_values(":now", s(now.to_string()))
            .expression_attribute_values(":second", n(now.as_second()))
            .send()
            .await;
        Ok(if_held("UpdateItem", outcome)?.is_some())
    }
}
