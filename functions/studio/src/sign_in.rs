//! Signing in by a six-digit code from a mail: the answer is the same whoever's address is typed.

use crate::member::{From, agent, forget, keep, session};
use crate::{Studio, code, device};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::activity::{What, Who};
use domain::email::{Email, NotAnEmail};
use domain::ids::SecretToken;
use domain::throttle::CODE_LIFE;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use table::CodeOutcome;
use web::{Cookies, Failure, Page, Site, html};

/// The cookie that binds a code to the browser that asked for it.
const NONCE: &str = "sign-in";

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    page: Page<'a>,
    email: &'a str,
    problem: Option<NotAnEmail>,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage<'a> {
    page: Page<'a>,
    problem: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Again {
    again: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Address {
    #[serde(default)]
    email: String,
}

#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    code: String,
}

/// `GET /studio/sign-in`: asks for the address, or for the code once one was asked for in this browser.
pub(crate) async fn form(
    State(studio): State<Studio>,
    cookies: Cookies,
    Query(query): Query<Again>,
) -> Response {
    if cookies.get(NONCE).is_some() && query.again.is_none() {
        return ask_code(&studio, StatusCode::OK, None);
    }
    let page = SignInPage {
        page: Page::new(&studio.name),
        email: "",
        problem: None,
    };
    html(StatusCode::OK, &page)
}

/// `POST /studio/sign-in`: mails a code if the address is a member's; the answer does not tell whether it is.
pub(crate) async fn ask(
    State(studio): State<Studio>,
    cookies: Cookies,
    site: Site,
    Form(form): Form<Address>,
) -> Result<Response, Failure> {
    let address: Email = match form.email.parse() {
        Ok(address) => address,
        Err(problem) => {
            let page = SignInPage {
                page: Page::new(&studio.name),
                email: &form.email,
                problem: Some(problem),
            };
            return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let nonce = SecretToken::random();
    let asked_here = cookies.get(NONCE).is_some();
    let sent = code::send(&studio, &address, site.address, &nonce).await?;
    // Over the budget of mails the code of the last one goes on working in this browser.
    let cookies = if sent || !asked_here {
        cookies.set(NONCE, nonce.expose(), Some(CODE_LIFE))
    } else {
        cookies
    };
    Ok((cookies, Redirect::to("/studio/sign-in")).into_response())
}

/// `POST /studio/code`: opens the studio, or says how many tries are left.
pub(crate) async fn code(
    State(studio): State<Studio>,
    cookies: Cookies,
    from: From,
    headers: HeaderMap,
    Form(form): Form<Typed>,
) -> Result<Response, Failure> {
    let problem = match code::check(&studio, &cookies, NONCE, &form.code).await? {
        CodeOutcome::Right { email } => {
            let label = device::label(agent(&headers));
            let cookies = begin(&studio, cookies, &from, &email, &label).await?;
            return Ok((cookies, Redirect::to("/studio")).into_response());
        }
        CodeOutcome::Wrong { left } => {
            let failed = studio.log_of(Who::Stranger, &from, None, What::SignInFailed);
            failed.await?;
            code::wrong(left)
        }
        CodeOutcome::Over => code::over(),
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(ask_code(&studio, status, Some(problem)))
}

/// Opens a session for the address that was proven, and puts it into the browser.
async fn begin(
    studio: &Studio,
    cookies: Cookies,
    from: &From,
    email: &Email,
    label: &str,
) -> Result<Cookies, Failure> {
    let (token, now) = (SecretToken::random(), studio.now());
    studio
        .table
        .open_studio_session(&token.hash(), email, label, &from.0.prefix, now)
        .await?;
    let who = Who::Member(email.clone());
    studio.log_of(who, from, None, What::SignedIn).await?;
    Ok(keep(cookies.remove(NONCE), &token))
}

/// `POST /studio/sign-out`: ends the session in the table and in the browser.
pub(crate) async fn sign_out(
    State(studio): State<Studio>,
    cookies: Cookies,
) -> Result<Response, Failure> {
    if let Some(session) = session(&cookies) {
        studio.table.end_studio_session(&session).await?;
    }
    let left = Redirect::to("/studio/sign-in");
    Ok((forget(cookies), left).into_response())
}

fn ask_code(studio: &Studio, status: StatusCode, problem: Option<String>) -> Response {
    let page = Page::new(&studio.name);
    html(status, &CodePage { page, problem })
}
