//! What the mails say, and how they become MIME: real text and HTML, typed headers, from the studio's name.

/// Letters about choices and orders.
mod choosing;
/// Letters that tell in time.
mod reminders;
/// The words of every mail.
mod sheet;

use domain::email::Email;
use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
use sheet::Sheet;
use table::Mail;

/// Whom mails come from and where their links lead.
#[derive(Debug, Clone)]
pub struct Letterhead {
    /// The studio's name (L7).
    pub studio: String,
    /// The address mails are sent from.
    pub sender: Email,
    /// The studio's own address.
    pub owner: Email,
    /// `https://host` of the site, without a slash at the end.
    pub site: String,
}

/// A letter cannot be written. Names neither address nor words.
#[derive(Debug, thiserror::Error)]
pub enum Unwritable {
    /// A template failed.
    #[error("a mail's template failed")]
    Template(#[from] askama::Error),
    /// An address that is none for a mail.
    #[error("an address cannot stand in a mail")]
    Address,
    /// The message is incomplete.
    #[error("a mail is incomplete")]
    Message(#[from] lettre::error::Error),
}

/// A letter, ready for the post.
#[derive(Debug)]
pub struct Letter {
    /// Whom it goes to.
    pub to: Email,
    /// The whole message (RFC 5322).
    pub message: Vec<u8>,
}

/// Writes the letter of a mail; none for what is not to be sent ([`Mail::Decoy`]).
///
/// # Errors
/// When a template fails or an address cannot stand in a mail.
pub fn write(mail: &Mail, head: &Letterhead, now: Timestamp) -> Result<Option<Letter>, Unwritable> {
    let Some(sheet) = Sheet::of(mail, head) else {
        return Ok(None);
    };
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    let mut message = Message::builder()
        .from(mailbox(Some(&head.studio), &head.sender)?)
        .to(mailbox(None, &sheet.to)?)
        .subject(one_line(&sheet.subject))
        .date(now.into())
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()));
    if let Some(reply_to) = &sheet.reply_to {
        message = message.reply_to(mailbox(None, reply_to)?);
    }
    let (text, html) = (sheet.text(&head.studio)?, sheet.html(&head.studio)?);
    let message = message.multipart(MultiPart::alternative_plain_html(text, html))?;
    Ok(Some(Letter {
        to: sheet.to,
        message: message.formatted(),
    }))
}

fn mailbox(name: Option<&str>, email: &Email) -> Result<Mailbox, Unwritable> {
    let address: Address = email.as_str().parse().map_err(|_| Unwritable::Address)?;
    Ok(Mailbox::new(name.map(one_line), address))
}

/// A header is one line, whatever a name or a title holds.
fn one_line(text: &str) -> String {
    let spaced = text.replace(char::is_control, " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
