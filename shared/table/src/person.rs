//! Sessions of people who have proven an e-mail address: one cookie for all galleries (P14, L44).

use crate::Table;
use crate::error::Error;
use crate::item::{Item, read, write};
use crate::keys;
use crate::session::TOUCH;
use crate::visit::KnownPerson;
use domain::access::{PersonSession, VISITOR_LIFE};
use domain::email::Email;
use domain::ids::{GroupId, TokenHash};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct PersonSessionItem {
    email: Email,
    created: Timestamp,
    seen: Timestamp,
    ttl: i64,
}

/// What a contact's item says that decides access.
#[derive(Deserialize)]
pub(crate) struct Membership {
    #[serde(default)]
    pub(crate) groups: Vec<GroupId>,
}

/// A person's session without groups, or none where a visit's cookie stands in its place.
pub(crate) fn read_person_session(
    id: TokenHash,
    item: Item,
) -> Result<Option<PersonSession>, Error> {
    if !item.contains_key("email") {
        return Ok(None);
    }
    let item: PersonSessionItem = read("session", item)?;
    Ok(Some(PersonSession {
        id,
        email: item.email,
        groups: Vec::new(),
        created: item.created,
        seen: item.seen,
    }))
}

impl Table {
    /// Writes a new session of a person.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn open_person_session(
        &self,
        id: &TokenHash,
        email: &Email,
        now: Timestamp,
    ) -> Result<(), Error> {
        let item = PersonSessionItem {
            email: email.clone(),
            created: now,
            seen: now,
            ttl: (now + VISITOR_LIFE).as_second(),
        };
        let item = write("session", &keys::session(id), &item)?;
        self.put_new("session", item).await
    }

    /// The person whose session stands now, with the groups the studio has put them into, consistently. One call when
    /// the session was seen before, else two.
    ///
    /// # Errors
    /// When the table does not answer or an item cannot be read.
    pub async fn person(
        &self,
        id: &TokenHash,
        now: Timestamp,
    ) -> Result<Option<PersonSession>, Error> {
        let known = self.memory.person(id);
        let mut wanted = vec![keys::session(id)];
        wanted.extend(known.as_ref().map(|known| keys::person(&known.email)));
        let mut found = self.get_many(&wanted).await?;
        let Some(item) = found.remove(&keys::session(id)) else {
            return Ok(None);
        };
        let session = read_person_session(id.clone(), item)?;
        let Some(mut session) = session.filter(|session| session.current(now)) else {
            return Ok(None);
        };
        let contact = keys::person(&session.email);
        let item = if wanted.contains(&contact) {
            found.remove(&contact)
        } else {
            self.get(&contact).await?
        };
        if let Some(item) = item {
            session.groups = read::<Membership>("contact", item)?.groups;
        }
        let known = KnownPerson {
            email: session.email.clone(),
            groups: session.groups.clone(),
        };
        self.memory.remember_person(id, known);
        Ok(Some(session))
    }

    /// Notes that a person's session was seen; writes at most once an hour, else costs nothing.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn touch_person(&self, session: &PersonSession, now: Timestamp) -> Result<(), Error> {
        if now < session.seen + TOUCH {
            return Ok(());
        }
        self.touch(&keys::session(&session.id), now).await
    }

    /// Ends a person's session on this device.
    ///
    /// # Errors
    /// When the table does not answer.
    pub async fn end_person_session(&self, id: &TokenHash) -> Result<(), Error> {
        self.remove(&keys::session(id)).await
    }
}
