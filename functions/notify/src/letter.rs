//! What the mails say, and how they become MIME: real text and HTML, typed headers, from the studio's name.

use askama::Template;
use domain::email::Email;
use jiff::Timestamp;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::{Address, Message};
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

#[derive(Template)]
#[template(path = "code.txt")]
struct CodeText<'a> {
    head: &'a Letterhead,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodeHtml<'a> {
    head: &'a Letterhead,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "attack.txt")]
struct AttackText<'a> {
    head: &'a Letterhead,
    title: &'a str,
    link: &'a str,
}

#[derive(Template)]
#[template(path = "attack.html")]
struct AttackHtml<'a> {
    head: &'a Letterhead,
    title: &'a str,
    link: &'a str,
}

/// Writes the letter of a mail.
///
/// # Errors
/// When a template fails or an address cannot stand in a mail.
pub fn write(mail: &Mail, head: &Letterhead, now: Timestamp) -> Result<Letter, Unwritable> {
    let (to, subject, text, html) = match mail {
        Mail::SignInCode { to, code } => (
            to,
            format!("{code} is your code for {}", head.studio),
            CodeText { head, code }.render()?,
            CodeHtml { head, code }.render()?,
        ),
        Mail::PinUnderAttack { gallery, title } => {
            let link = &format!("{}/studio/galleries/{gallery}", head.site);
            (
                &head.owner,
                format!("Somebody is guessing the PIN of {title}"),
                AttackText { head, title, link }.render()?,
                AttackHtml { head, title, link }.render()?,
            )
        }
    };
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    let message = Message::builder()
        .from(mailbox(Some(&head.studio), &head.sender)?)
        .to(mailbox(None, to)?)
        .subject(one_line(&subject))
        .date(now.into())
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .multipart(MultiPart::alternative_plain_html(text, html))?;
    Ok(Letter {
        to: to.clone(),
        message: message.formatted(),
    })
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
mod tests {
    use super::*;
    use domain::ids::GalleryId;
    use mail_parser::MessageParser;

    fn head(studio: &str) -> Letterhead {
        Letterhead {
            studio: studio.into(),
            sender: "post@example.com".parse().unwrap(),
            owner: "hedda@example.com".parse().unwrap(),
            site: "https://photos.example.com".into(),
        }
    }

    fn code() -> Mail {
        Mail::SignInCode {
            to: "hedda@example.com".parse().unwrap(),
            code: "482916".into(),
        }
    }

    fn parts(mail: &Mail, head: &Letterhead) -> (String, String, String) {
        let letter = write(mail, head, Timestamp::UNIX_EPOCH).unwrap();
        let parsed = MessageParser::default().parse(&letter.message).unwrap();
        (
            parsed.subject().unwrap().to_owned(),
            parsed.body_text(0).unwrap().into_owned(),
            parsed.body_html(0).unwrap().into_owned(),
        )
    }

    /// the code stands where a phone's notice shows it, and nothing in the mail signs in by itself.
    #[test]
    fn the_code_comes_first_and_there_is_no_link_to_follow() {
        let (subject, text, html) = parts(&code(), &head("Hedda Lind"));
        assert_eq!(subject, "482916 is your code for Hedda Lind");
        assert!(text.lines().next().unwrap().contains("482916"));
        assert!(html.contains("482916") && html.contains("prefers-color-scheme: dark"));
        assert!(!text.contains("http") && !html.contains("href"));
    }

    /// an attack is told to the studio, with the way to the gallery's page.
    #[test]
    fn an_attack_is_told_to_the_owner() {
        let gallery = GalleryId::new(Timestamp::UNIX_EPOCH);
        let title = "Marta & <Jonas>".to_owned();
        let mail = Mail::PinUnderAttack { gallery, title };
        let letter = write(&mail, &head("Hedda Lind"), Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(letter.to.as_str(), "hedda@example.com");
        let (subject, text, html) = parts(&mail, &head("Hedda Lind"));
        assert!(subject.contains("Marta & <Jonas>"));
        let link = format!("https://photos.example.com/studio/galleries/{gallery}");
        assert!(text.contains(&link) && html.contains(&link));
        assert!(html.contains("&#60;Jonas&#62;") && !html.contains("<Jonas>"));
    }

    /// A name or a title cannot add a header or a recipient.
    #[test]
    fn a_line_break_does_not_reach_a_header() {
        let gallery = GalleryId::new(Timestamp::UNIX_EPOCH);
        let title = "A\r\nBcc: thief@example.com".to_owned();
        let mail = Mail::PinUnderAttack { gallery, title };
        let studio = head("Hedda\r\nBcc: thief@example.com");
        let letter = write(&mail, &studio, Timestamp::UNIX_EPOCH).unwrap();
        let parsed = MessageParser::default().parse(&letter.message).unwrap();
        assert!(parsed.bcc().is_none());
        assert_eq!(parsed.to().unwrap().iter().count(), 1);
        let from = parsed.from().unwrap().first().unwrap();
        assert_eq!(from.address(), Some("post@example.com"));
    }

    /// Names beyond ASCII arrive as they are written.
    #[test]
    fn a_studio_keeps_its_letters() {
        let letter = write(&code(), &head("Åsa Öberg · Foto"), Timestamp::UNIX_EPOCH).unwrap();
        let parsed = MessageParser::default().parse(&letter.message).unwrap();
        let from = parsed.from().unwrap().first().unwrap();
        assert_eq!(from.name(), Some("Åsa Öberg · Foto"));
    }
}
