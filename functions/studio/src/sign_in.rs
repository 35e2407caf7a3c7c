//! Signing in by a six-digit code from a mail: the answer is the same whoever's address is typed.

use crate::{Studio, owner};
use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::email::{Email, NotAnEmail};
use domain::ids::{SecretToken, TokenHash, six_digits};
use domain::throttle::CODE_LIFE;
use http::StatusCode;
use serde::Deserialize;
use table::{CodeOutcome, Mail, SignInCode};
use web::{Cookies, Failure, Page, html, words};

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

/// `POST /studio/sign-in`: mails a code if the address is the owner's; the answer does not tell whether it is.
pub(crate) async fn ask(
    State(studio): State<Studio>,
    cookies: Cookies,
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
    // Over the budget of mails the code of the last one goes on working in this browser.
    let cookies = if open_code(&studio, &address, &nonce).await? || !asked_here {
        cookies.set(NONCE, nonce.expose(), Some(CODE_LIFE))
    } else {
        cookies
    };
    Ok((cookies, Redirect::to("/studio/sign-in")).into_response())
}

/// Writes a code and, for the owner, its mail. For any other address the same is written, without a mail and with a
/// code that no digits make: neither the answer nor its time tells who the owner is, and guessing it opens nothing.
/// `false`: over the budget of mails, nothing was written; the page's hint names the budget for everyone.
async fn open_code(studio: &Studio, address: &Email, nonce: &SecretToken) -> Result<bool, Failure> {
    let (now, digits) = (studio.now(), six_digits());
    let owner = *address == studio.owner;
    let code = SignInCode {
        nonce: nonce.hash(),
        code: if owner {
            code_hash(nonce, &digits)
        } else {
            SecretToken::random().hash()
        },
        expires: now + CODE_LIFE,
    };
    let mail = owner.then(|| Mail::SignInCode {
        to: address.clone(),
        code: digits,
    });
    let opened = studio
        .table
        .open_code(&code, address, mail.as_ref(), now)
        .await;
    Ok(opened.map_err(Failure::fault)?.is_ok())
}

/// `POST /studio/code`: opens the studio, or says how many tries are left.
pub(crate) async fn code(
    State(studio): State<Studio>,
    cookies: Cookies,
    Form(form): Form<Typed>,
) -> Result<Response, Failure> {
    let problem = match try_code(&studio, &cookies, &form.code).await? {
        CodeOutcome::Right => {
            let cookies = owner::begin(&studio, cookies.remove(NONCE)).await?;
            return Ok((cookies, Redirect::to("/studio")).into_response());
        }
        CodeOutcome::Wrong { left: 0 } | CodeOutcome::Over => {
            "This code no longer works. Send another code and use the newest mail.".to_owned()
        }
        CodeOutcome::Wrong { left } => {
            let left = usize::try_from(left).unwrap_or_default();
            let times = words::count(left, "more time", "more times");
            format!("That is not the code in the newest mail. You can try {times}.")
        }
    };
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    Ok(ask_code(&studio, status, Some(problem)))
}

/// Tries what was typed against the code this browser asked for.
async fn try_code(studio: &Studio, cookies: &Cookies, typed: &str) -> Result<CodeOutcome, Failure> {
    let nonce = cookies.get(NONCE).and_then(|text| text.parse().ok());
    let nonce: SecretToken = match nonce {
        Some(nonce) => nonce,
        None => return Ok(CodeOutcome::Over),
    };
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    let (nonce, hash) = (nonce.hash(), code_hash(&nonce, &digits));
    let tried = studio.table.try_code(&nonce, &hash, studio.now()).await;
    tried.map_err(Failure::fault)
}

/// `POST /studio/sign-out`.
pub(crate) async fn sign_out(
    State(studio): State<Studio>,
    cookies: Cookies,
) -> Result<Response, Failure> {
    let cookies = owner::end(&studio, cookies).await?;
    Ok((cookies, Redirect::to("/studio/sign-in")).into_response())
}

fn ask_code(studio: &Studio, status: StatusCode, problem: Option<String>) -> Response {
    let page = Page::new(&studio.name);
    html(status, &CodePage { page, problem })
}

/// The code as the table knows it: without the browser's nonce a leaked table tells nothing about six digits.
fn code_hash(nonce: &SecretToken, digits: &str) -> TokenHash {
    TokenHash::of(&format!("{}:{digits}", nonce.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// the same digits in another browser are another code.
    #[test]
    fn a_code_is_bound_to_its_browser() {
        let (one, other) = (SecretToken::random(), SecretToken::random());
        assert_eq!(code_hash(&one, "482916"), code_hash(&one, "482916"));
        assert_ne!(code_hash(&one, "482916"), code_hash(&other, "482916"));
        assert_ne!(code_hash(&one, "482916"), code_hash(&one, "482917"));
    }

    #[test]
    fn a_code_has_six_digits() {
        for _ in 0..1000 {
            let code = six_digits();
            assert!(code.len() == 6 && code.bytes().all(|c| c.is_ascii_digit()));
        }
    }
}
