//! One's own account: its sessions, ending them, and proving oneself again before a sensitive task.

use crate::member::{From, Me, forget};
use crate::{Studio, code, when};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::activity::What;
use domain::ids::SecretToken;
use domain::team::{Role, Task};
use domain::throttle::CODE_LIFE;
use http::StatusCode;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use table::{CodeOutcome, OpenSession};
use web::{Cookies, Failure, Page, Site, html};

/// The cookie that binds a fresh code to the browser that asked for it.
const NONCE: &str = "prove";

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    page: Page<'a>,
    email: &'a str,
    owner: bool,
    /// May change the download products.
    products: bool,
    may: Vec<&'static str>,
    sessions: Vec<Line>,
    notice: Option<&'static str>,
}

/// A session in the list.
struct Line {
    id: String,
    label: String,
    prefix: String,
    since: String,
    seen: String,
    this: bool,
}

#[derive(Deserialize)]
pub(crate) struct View {
    done: Option<String>,
}

/// `GET /studio/account`: who one is here, and every browser one is signed in with.
pub(crate) async fn page(
    State(studio): State<Studio>,
    me: Me,
    Query(view): Query<View>,
) -> Result<Response, Failure> {
    let (now, member) = (studio.now(), &me.0.member);
    let sessions = studio.table.studio_sessions(&member.email, now).await?;
    let line = |session: OpenSession| Line {
        this: session.id == me.0.id,
        since: when::exact(session.created, &studio.zone),
        seen: when::moment(session.seen, now, &studio.zone),
        id: session.id.as_str().to_owned(),
        label: session.label,
        prefix: session.prefix,
    };
    let page = AccountPage {
        page: Page::new(&studio.name),
        email: member.email.as_str(),
        owner: member.role == Role::Owner,
        products: me.may(Task::Galleries, now),
        may: allowed(&me, now),
        sessions: sessions.into_iter().map(line).collect(),
        notice: (view.done.as_deref() == Some("ended"))
            .then_some("That browser is signed out, from its next request on."),
    };
    Ok(html(StatusCode::OK, &page))
}

/// What an assistant may, in words; the owner's list is never shown.
fn allowed(me: &Me, now: jiff::Timestamp) -> Vec<&'static str> {
    let tasks = [
        (Task::Arrange, "Upload, replace and mark photographs"),
        (Task::Galleries, "Make galleries and change their settings"),
        (
            Task::Authorizations,
            "Change authorizations, PINs and links",
        ),
        (Task::Contacts, "See and change contacts"),
        (Task::Activity, "Read and export activity"),
    ];
    let mine = tasks.into_iter().filter(|(task, _)| me.may(*task, now));
    mine.map(|(_, words)| words).collect()
}

/// `POST …/sessions/{session}/end`: that browser is out at its next request. An id of somebody else's session is unknown.
pub(crate) async fn end(
    State(studio): State<Studio>,
    me: Me,
    cookies: Cookies,
    Path(session): Path<String>,
) -> Result<Response, Failure> {
    let email = &me.0.member.email;
    if !studio.table.end_studio_session_of(email, &session).await? {
        return Err(Failure::NotFound);
    }
    if session == me.0.id.as_str() {
        let left = Redirect::to("/studio/sign-in");
        return Ok((forget(cookies), left).into_response());
    }
    Ok(Redirect::to("/studio/account?done=ended").into_response())
}

/// `POST /studio/account/everywhere`: every browser is out at its next request, this one too.
pub(crate) async fn everywhere(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    cookies: Cookies,
) -> Result<Response, Failure> {
    studio.table.end_all_sessions(&me.0.member.email).await?;
    studio
        .log(&me, &from, None, What::SignedOutEverywhere)
        .await?;
    let left = Redirect::to("/studio/sign-in");
    Ok((forget(cookies), left).into_response())
}

#[derive(Template)]
#[template(path = "prove.html")]
struct ProvePage<'a> {
    page: Page<'a>,
    email: String,
    then: &'a str,
    sent: bool,
    problem: Option<String>,
}

/// Where to go on afterwards.
#[derive(Deserialize)]
pub(crate) struct Then {
    #[serde(default)]
    then: String,
    sent: Option<String>,
}

/// `GET /studio/prove`: offers a fresh code, or asks for it once it was sent. Looking sends nothing.
pub(crate) async fn prove_form(
    State(studio): State<Studio>,
    me: Me,
    cookies: Cookies,
    Query(query): Query<Then>,
) -> Response {
    let sent = query.sent.is_some() && cookies.get(NONCE).is_some();
    ask_again(&studio, &me, inside(&query.then), sent, None)
}

#[derive(Deserialize)]
pub(crate) struct Proof {
    #[serde(default)]
    then: String,
    code: Option<String>,
}

/// `POST /studio/prove`: without a code sends one, with one goes on to where a fresh code was asked for.
pub(crate) async fn prove(
    State(studio): State<Studio>,
    me: Me,
    cookies: Cookies,
    site: Site,
    Form(form): Form<Proof>,
) -> Result<Response, Failure> {
    let then = inside(&form.then);
    let Some(typed) = &form.code else {
        return send(&studio, &me, cookies, &site, then).await;
    };
    let problem = match code::check(&studio, &cookies, NONCE, typed).await? {
        CodeOutcome::Right { email } if email == me.0.member.email => {
            if !studio.table.prove_again(&me.0.id, studio.now()).await? {
                return Ok(Redirect::to("/studio/sign-in").into_response());
            }
            return Ok((cookies.remove(NONCE), Redirect::to(then)).into_response());
        }
        CodeOutcome::Right { .. } | CodeOutcome::Over => code::over(),
        CodeOutcome::Wrong { left } => code::wrong(left),
    };
    Ok(ask_again(&studio, &me, then, true, Some(problem)))
}

async fn send(
    studio: &Studio,
    me: &Me,
    cookies: Cookies,
    site: &Site,
    then: &str,
) -> Result<Response, Failure> {
    let nonce = SecretToken::random();
    let sent = code::send(studio, &me.0.member.email, site.address, &nonce).await?;
    let cookies = if sent || cookies.get(NONCE).is_none() {
        cookies.set(NONCE, nonce.expose(), Some(CODE_LIFE))
    } else {
        cookies
    };
    let then = utf8_percent_encode(then, NON_ALPHANUMERIC);
    let form = Redirect::to(&format!("/studio/prove?sent=1&then={then}"));
    Ok((cookies, form).into_response())
}

fn ask_again(
    studio: &Studio,
    me: &Me,
    then: &str,
    sent: bool,
    problem: Option<String>,
) -> Response {
    let status = problem
        .as_ref()
        .map_or(StatusCode::OK, |_| StatusCode::UNPROCESSABLE_ENTITY);
    let page = ProvePage {
        page: Page::new(&studio.name),
        email: me.0.member.email.masked(),
        then,
        sent,
        problem,
    };
    html(status, &page)
}

/// An address of the studio's own pages; anything else leads to its first page, never elsewhere.
fn inside(then: &str) -> &str {
    let own = then == "/studio" || then.starts_with("/studio/");
    let plain = !then.contains(['\\', '\r', '\n']) && then.bytes().all(|c| c.is_ascii_graphic());
    if own && plain { then } else { "/studio" }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a fresh code never leads out of the studio.
    #[test]
    fn one_goes_on_inside_the_studio_only() {
        assert_eq!(inside("/studio/team"), "/studio/team");
        assert_eq!(
            inside("/studio/activity.csv?a=b"),
            "/studio/activity.csv?a=b"
        );
        for then in [
            "",
            "//evil.example/studio/",
            "https://evil.example/studio/",
            "/studiofake",
            "/studio/\\evil",
            "/studio/\r\nset-cookie: a=b",
        ] {
            assert_eq!(inside(then), "/studio", "{then:?}");
        }
    }
}
