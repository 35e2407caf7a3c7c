//! Accepting an invitation (S28, S29): it belongs to the address it was sent to, is accepted once, and no page that is
//! merely fetched accepts it.

use crate::me::{self, From};
use crate::{Gallery, asked, sign_in};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{Arrival, PersonSession, Standing};
use domain::activity::What;
use domain::email::Email;
use domain::ids::TokenHash;
use http::{HeaderMap, StatusCode};
use table::Invitation;
use web::{Cookies, Failure, Page, Site, html};

#[derive(Template)]
#[template(path = "invitation.html")]
struct InvitationPage<'a> {
    page: Page<'a>,
    token: &'a str,
    masked: String,
    /// Who is signed in: the invited person.
    me: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "wrong_account.html")]
struct WrongAccount<'a> {
    page: Page<'a>,
    token: &'a str,
    about: &'a str,
    masked: String,
    me: &'a str,
}

#[derive(Template)]
#[template(path = "no_invitation.html")]
struct NoInvitation<'a> {
    page: Page<'a>,
}

/// How somebody stands to an invitation.
enum Reader {
    /// The invited person.
    Invited(PersonSession),
    /// Somebody else.
    Other(PersonSession),
    /// Nobody has proven an address here.
    Nobody,
}

/// `GET /i/{token}`: says to whom it was sent and offers one button; whoever accepted it before goes on.
///
/// # Errors
/// A table that does not answer.
pub async fn page(
    State(gallery): State<Gallery>,
    Path(token): Path<String>,
    cookies: Cookies,
) -> Result<Response, Failure> {
    let Some(invitation) = find(&gallery, &token).await? else {
        return Ok(unknown(&gallery));
    };
    let reader = reader(&gallery, &invitation, &cookies).await?;
    let here = format!("/i/{token}");
    let me = match &reader {
        Reader::Other(other) => return Ok(wrong_account(&gallery, &token, &invitation, other)),
        Reader::Invited(me) if invitation.accepted.is_some() => {
            let path = way_on(&gallery, &invitation, me).await?;
            return Ok(Redirect::to(&path).into_response());
        }
        Reader::Nobody if invitation.accepted.is_some() => {
            return sign_in::show(&gallery, &cookies, Some(&here), true).await;
        }
        Reader::Invited(me) => Some(me.email.as_str()),
        Reader::Nobody => None,
    };
    let page = InvitationPage {
        page: Page::new(&gallery.name).asking(&here),
        token: &token,
        masked: invitation.email.masked(),
        me,
    };
    Ok(html(StatusCode::OK, &page))
}

/// `POST /i/{token}`: the invited person accepts it; nobody else can. Who has not proven the address gets a code mailed
/// to it, whatever they would have typed.
///
/// # Errors
/// A table that does not answer.
pub async fn submit(
    State(gallery): State<Gallery>,
    Path(token): Path<String>,
    site: Site,
    headers: HeaderMap,
    cookies: Cookies,
) -> Result<Response, Failure> {
    let Some(invitation) = find(&gallery, &token).await? else {
        return Ok(unknown(&gallery));
    };
    let from = From {
        site: &site,
        headers: &headers,
    };
    match reader(&gallery, &invitation, &cookies).await? {
        Reader::Other(other) => Ok(wrong_account(&gallery, &token, &invitation, &other)),
        Reader::Invited(me) => {
            accept(&gallery, &from, &token, &me.email).await?;
            let path = way_on(&gallery, &invitation, &me).await?;
            Ok(Redirect::to(&path).into_response())
        }
        Reader::Nobody => {
            let (to, here) = (&invitation.email, format!("/i/{token}"));
            let cookies = asked::send(&gallery, cookies, &site, to, true, &here).await?;
            Ok((cookies, Redirect::to("/sign-in")).into_response())
        }
    }
}

/// Accepts the invitation if it was sent to this address, once.
///
/// # Errors
/// A table that does not answer.
pub async fn accept(
    gallery: &Gallery,
    from: &From<'_>,
    token: &str,
    email: &Email,
) -> Result<(), Failure> {
    let invitation = find(gallery, token).await?;
    let Some(invitation) = invitation.filter(|invitation| invitation.email == *email) else {
        return Ok(());
    };
    let (now, hash) = (gallery.now(), TokenHash::of(token));
    if gallery.table.accept_invitation(&hash, email, now).await? {
        let who = me::named(email);
        from.log(gallery, Some(invitation.gallery), who, What::Accepted)
            .await?;
    }
    Ok(())
}

/// The invitation of a token, if there is one; what is no token is not looked up.
///
/// # Errors
/// A table that does not answer.
pub async fn find(gallery: &Gallery, token: &str) -> Result<Option<Invitation>, Failure> {
    let fit = |c: u8| c.is_ascii_alphanumeric() || b"-_".contains(&c);
    if !(20..=64).contains(&token.len()) || !token.bytes().all(fit) {
        return Ok(None);
    }
    Ok(gallery
        .table
        .invitation(&TokenHash::of(token), gallery.now())
        .await?)
}

async fn reader(
    gallery: &Gallery,
    invitation: &Invitation,
    cookies: &Cookies,
) -> Result<Reader, Failure> {
    Ok(match me::person(gallery, cookies).await? {
        Some(person) if person.email == invitation.email => Reader::Invited(person),
        Some(person) => Reader::Other(person),
        None => Reader::Nobody,
    })
}

/// Into the gallery while the invited person's row lets them in, else to the list, which says what became of it: the
/// link may be a newer one than theirs, and then it is not for them (L29).
async fn way_on(
    gallery: &Gallery,
    invitation: &Invitation,
    me: &PersonSession,
) -> Result<String, Failure> {
    let mine = gallery.table.galleries_of(me).await?;
    let arrival = Arrival::Client {
        visit: None,
        person: Some(me.clone()),
    };
    let there = mine.iter().find(|(shared, rows)| {
        shared.id == invitation.gallery
            && Standing::of(shared, rows, &arrival, gallery.now()).is_ok()
    });
    let list = || asked::GALLERIES.to_owned();
    Ok(there.map_or_else(list, |(shared, _)| format!("/g/{}", shared.link)))
}

/// The page for a token that is none, or none any more.
pub fn unknown(gallery: &Gallery) -> Response {
    let page = Page::new(&gallery.name).asking("");
    html(StatusCode::NOT_FOUND, &NoInvitation { page })
}

fn wrong_account(
    gallery: &Gallery,
    token: &str,
    invitation: &Invitation,
    other: &PersonSession,
) -> Response {
    let about = format!("/i/{token}");
    let page = WrongAccount {
        page: Page::new(&gallery.name).asking(&about),
        token,
        about: &about,
        masked: invitation.email.masked(),
        me: other.email.as_str(),
    };
    html(StatusCode::FORBIDDEN, &page)
}
