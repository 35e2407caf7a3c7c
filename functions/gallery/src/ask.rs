//! A question to the studio (S36): from every page that leads no further, signed in or not. What it is about is said
//! to the studio alone.

use crate::{Gallery, asked, invitation, me};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::PersonSession;
use domain::email::Email;
use domain::ids::{GalleryId, LinkToken, TokenHash};
use http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use table::Mail;
use web::{Caller, Cookies, Failure, Page, Site, html, visit};

/// Characters of a question.
const LONGEST: usize = 2000;
/// What an address waits that has asked too often.
const PAUSE: SignedDuration = SignedDuration::from_hours(1);

#[derive(Template)]
#[template(path = "ask.html")]
struct AskPage<'a> {
    page: Page<'a>,
    /// Who is signed in.
    me: Option<&'a str>,
    about: &'a str,
    back: &'a str,
    text: &'a str,
    email: &'a str,
    text_problem: Option<String>,
    email_problem: Option<String>,
}

#[derive(Template)]
#[template(path = "asked.html")]
struct SentPage<'a> {
    page: Page<'a>,
    back: &'a str,
}

/// What the question is about, and whether it is sent.
#[derive(Deserialize)]
pub struct About {
    #[serde(default)]
    about: String,
    sent: Option<String>,
}

/// What the form sends.
#[derive(Deserialize)]
pub struct Question {
    #[serde(default)]
    about: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    email: String,
}

/// `GET /ask`: the form, or that it is sent.
///
/// # Errors
/// A table that does not answer.
pub async fn form(
    State(gallery): State<Gallery>,
    Query(query): Query<About>,
    cookies: Cookies,
) -> Result<Response, Failure> {
    let about = asked::open(&query.about).unwrap_or_default();
    show(&gallery, &cookies, about, query.sent.is_some()).await
}

/// `GET /g/{link}/ask`: the same, about this gallery, however closed it is; its link stands in no query.
///
/// # Errors
/// A link that is unknown; a table that does not answer.
pub async fn about_gallery(
    State(gallery): State<Gallery>,
    Query(query): Query<About>,
    caller: Caller,
) -> Result<Response, Failure> {
    let (table, now) = (&gallery.table, gallery.now());
    let door = table.door(&caller.token, &caller.proofs, now).await?;
    door.ok_or(Failure::NotFound)?;
    let sent = query.sent.is_some();
    show(&gallery, &caller.cookies, &caller.path(), sent).await
}

/// `GET /i/{token}/ask`: the same, about an invitation, of which the mail's reader may ask before accepting it.
///
/// # Errors
/// A table that does not answer.
pub async fn about_invitation(
    State(gallery): State<Gallery>,
    Path(token): Path<String>,
    Query(query): Query<About>,
    cookies: Cookies,
) -> Result<Response, Failure> {
    if invitation::find(&gallery, &token).await?.is_none() {
        return Ok(invitation::unknown(&gallery));
    }
    let about = format!("/i/{token}");
    show(&gallery, &cookies, &about, query.sent.is_some()).await
}

async fn show(
    gallery: &Gallery,
    cookies: &Cookies,
    about: &str,
    sent: bool,
) -> Result<Response, Failure> {
    let page = Page::new(&gallery.name);
    if sent {
        let back = way_back(about);
        return Ok(html(StatusCode::OK, &SentPage { page, back }));
    }
    let me = me::person(gallery, cookies).await?;
    let page = AskPage {
        page,
        me: me.as_ref().map(|me| me.email.as_str()),
        about,
        back: way_back(about),
        text: "",
        email: "",
        text_problem: None,
        email_problem: None,
    };
    Ok(html(StatusCode::OK, &page))
}

/// `POST /ask`: a mail to the studio, to be answered to who is signed in, or to the address that was typed.
///
/// # Errors
/// Five questions of this connection in an hour; a table that does not answer.
pub async fn send(
    State(gallery): State<Gallery>,
    site: Site,
    cookies: Cookies,
    Form(question): Form<Question>,
) -> Result<Response, Failure> {
    let me = me::person(&gallery, &cookies).await?;
    let (text, from) = (
        words(&question.text),
        reply_to(me.as_ref(), &question.email),
    );
    let (text, from) = match (text, from) {
        (Ok(text), Ok(from)) => (text, from),
        (text, from) => {
            let problems = [text.err(), from.err()];
            return Ok(again(&gallery, me.as_ref(), &question, problems));
        }
    };
    let now = gallery.now();
    if !gallery.table.take_ask(site.address, now).await? {
        return Err(Failure::Wait(PAUSE));
    }
    let about = back(&question.about);
    let found = subject(&gallery, about, me.as_ref(), &cookies).await?;
    // a link that was replaced meanwhile leads nowhere; the question is sent all the same
    let gone = found.is_none() && !about.starts_with(asked::GALLERIES);
    let way = web::ask_about(if gone { "" } else { about });
    let mail = Mail::Question {
        from,
        about: found,
        text,
    };
    gallery.table.post(&mail, now).await?;
    Ok(Redirect::to(&asked::saying(&way, "sent=1")).into_response())
}

/// The form as it was sent, with what is wrong with it.
fn again(
    gallery: &Gallery,
    me: Option<&PersonSession>,
    question: &Question,
    [text_problem, email_problem]: [Option<String>; 2],
) -> Response {
    let about = back(&question.about);
    let page = AskPage {
        page: Page::new(&gallery.name),
        me: me.map(|me| me.email.as_str()),
        about,
        back: way_back(about),
        text: &question.text,
        email: &question.email,
        text_problem,
        email_problem,
    };
    html(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// Where *Back* leads: what a question about a gallery of the list is about is no page.
fn way_back(about: &str) -> &str {
    if about.starts_with("/galleries/") {
        asked::GALLERIES
    } else {
        about
    }
}

/// The page the question comes from, if it is one of ours for clients; else nothing.
fn back(about: &str) -> &str {
    let path = asked::local(about);
    if path == about { path } else { "" }
}

fn words(text: &str) -> Result<String, String> {
    let text = text.trim().replace("\r\n", "\n");
    match text.chars().count() {
        0 => Err("Write your question first.".into()),
        1..=LONGEST => Ok(text),
        n => Err(format!(
            "Use at most {} characters; these are {}.",
            web::words::thousands(LONGEST),
            web::words::thousands(n)
        )),
    }
}

/// Whoever is signed in has proven an address; anyone else may type one, or none.
fn reply_to(me: Option<&PersonSession>, typed: &str) -> Result<Option<Email>, String> {
    match me {
        Some(me) => Ok(Some(me.email.clone())),
        None if typed.trim().is_empty() => Ok(None),
        None => typed
            .parse()
            .map(Some)
            .map_err(|e: domain::email::NotAnEmail| e.to_string()),
    }
}

/// The gallery the page belongs to, for the studio to read; the asker learns nothing of what is found.
async fn subject(
    gallery: &Gallery,
    about: &str,
    me: Option<&PersonSession>,
    cookies: &Cookies,
) -> Result<Option<(GalleryId, String)>, Failure> {
    let mut parts = about.trim_start_matches('/').split(['/', '?', '#']);
    let (kind, name) = (parts.next(), parts.next().unwrap_or_default());
    let (table, now) = (&gallery.table, gallery.now());
    let found = match (kind, me) {
        (Some("g"), _) => match name.parse::<LinkToken>() {
            Ok(link) => {
                let proofs = visit::proofs(&link, cookies);
                let visit = table.door(&link, &proofs, now).await?;
                visit.map(|visit| visit.gallery)
            }
            Err(_) => None,
        },
        (Some("i"), _) => match table.invitation(&TokenHash::of(name), now).await? {
            Some(invitation) => table.gallery(invitation.gallery).await?.map(|(it, _)| it),
            None => None,
        },
        (Some("galleries"), Some(me)) if !name.is_empty() => {
            let mut mine = table.galleries_of(me).await?.into_iter();
            mine.find(|(it, _)| crate::galleries::mark(it) == name)
                .map(|(it, _)| it)
        }
        _ => None,
    };
    Ok(found.map(|gallery| (gallery.id, gallery.title)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// S36: short enough to read, and never empty.
    #[test]
    fn a_question_has_words_and_an_end() {
        assert_eq!(words(" May I?\r\nM. "), Ok("May I?\nM.".into()));
        assert!(words(" \n ").is_err());
        assert!(words(&"ä".repeat(2000)).is_ok());
        assert!(words(&"ä".repeat(2001)).is_err());
    }

    /// The way back leads to clients' pages only.
    #[test]
    fn a_question_is_about_a_page_of_ours() {
        assert_eq!(back("/g/abc/photo/def"), "/g/abc/photo/def");
        assert_eq!(back("https://evil.example"), "");
        assert_eq!(back("/studio/galleries/x"), "");
        assert_eq!(back(""), "");
    }

    /// what is typed is one address or nothing.
    #[test]
    fn an_answer_goes_to_one_address() {
        assert_eq!(reply_to(None, " "), Ok(None));
        assert!(reply_to(None, "a@example.com").unwrap().is_some());
        assert!(reply_to(None, "a@example.com, b@example.com").is_err());
    }
}
