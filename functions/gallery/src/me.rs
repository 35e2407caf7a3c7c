//! Who is signed in as a client: one session for all galleries, read at every request (L44, R-4.8).

use crate::Gallery;
use domain::access::{PersonSession, Subject, VISITOR_LIFE};
use domain::activity::{Event, Origin, What, Who};
use domain::email::Email;
use domain::ids::{GalleryId, SecretToken};
use http::{HeaderMap, header};
use web::{Cookies, Failure, Site, visit};

/// The person whose session the browser carries, if it is current.
///
/// # Errors
/// A table that does not answer.
pub async fn person(
    gallery: &Gallery,
    cookies: &Cookies,
) -> Result<Option<PersonSession>, Failure> {
    let (Some(session), now) = (visit::me(cookies), gallery.now()) else {
        return Ok(None);
    };
    let person = gallery.table.person(&session, now).await?;
    if let Some(person) = &person {
        gallery.table.touch_person(person, now).await?;
    }
    Ok(person)
}

/// Opens a session for a proven address; whatever the browser carried before is worth nothing from then on.
///
/// # Errors
/// A table that does not answer.
pub async fn begin(gallery: &Gallery, cookies: Cookies, email: &Email) -> Result<Cookies, Failure> {
    let cookies = end(gallery, cookies).await?;
    let (token, now) = (SecretToken::random(), gallery.now());
    let table = &gallery.table;
    table.open_person_session(&token.hash(), email, now).await?;
    Ok(cookies.set(visit::ME, token.expose(), Some(VISITOR_LIFE)))
}

/// Ends the session in the table and in the browser.
///
/// # Errors
/// A table that does not answer.
pub async fn end(gallery: &Gallery, cookies: Cookies) -> Result<Cookies, Failure> {
    if let Some(session) = visit::me(&cookies) {
        gallery.table.end_person_session(&session).await?;
    }
    Ok(cookies.remove(visit::ME))
}

/// From where something is done, for the log of what people do.
pub struct From<'a> {
    /// The address, as the gateway saw it.
    pub site: &'a Site,
    /// Names the browser.
    pub headers: &'a HeaderMap,
}

impl From<'_> {
    /// Writes down what somebody did.
    ///
    /// # Errors
    /// A table that does not answer.
    pub async fn log(
        &self,
        gallery: &Gallery,
        at: Option<GalleryId>,
        who: Who,
        what: What,
    ) -> Result<(), Failure> {
        let agent = self.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        let event = Event {
            at: gallery.now(),
            gallery: at,
            who,
            what,
            from: Origin::of(self.site.address, agent.unwrap_or_default()),
        };
        Ok(gallery.table.log(&event).await?)
    }
}

/// A person, as the log names them.
pub fn named(email: &Email) -> Who {
    Who::Visitor(Subject::Person(email.clone()))
}
