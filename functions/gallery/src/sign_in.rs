//! Signing in as a client: an address, then the six digits or the link from the mail. There is no account
//! to make and no password (L44), and no answer tells whether an address is known.

use crate::asked::{self, Asked};
use crate::me::{self, From};
use crate::{Gallery, invitation, way};
use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::activity::{What, Who};
use domain::email::Email;
use domain::ids::SecretToken;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use table::{CodeOutcome, Realm};
use web::{Caller, Cookies, Failure, Page, Site, html, words};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage<'a> {
    page: Page<'a>,
    me: Option<&'a str>,
    then: &'a str,
    /// The way on is a door with a PIN.
    door: bool,
    email: &'a str,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage<'a> {
    page: Page<'a>,
    masked: &'a str,
    then: &'a str,
    /// Where another address is typed.
    again: String,
    door: bool,
    /// The address is the invitation's and not typed.
    invited: bool,
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "sign_in_link.html")]
struct LinkPage<'a> {
    page: Page<'a>,
    /// None: this browser asked for nothing.
    masked: Option<&'a str>,
    token: &'a str,
}

/// Where to go afterwards, and whether to begin again.
#[derive(Deserialize)]
pub struct Way {
    then: Option<String>,
    again: Option<String>,
    /// Where in the gallery to go on to, at its door.
    to: Option<String>,
}

/// What the first form sends.
#[derive(Deserialize)]
pub struct Address {
    #[serde(default)]
    email: String,
    #[serde(default)]
    then: String,
}

/// What the second form sends.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    code: String,
    #[serde(default)]
    then: String,
}

/// Where to go after signing out.
#[derive(Deserialize)]
pub struct After {
    then: Option<String>,
}

/// `GET /sign-in`: asks for the address, or for the code once one was asked for in this browser.
///
/// # Errors
/// A table that does not answer.
pub async fn form(
    State(gallery): State<Gallery>,
    Query(way): Query<Way>,
    cookies: Cookies,
) -> Result<Response, Failure> {
    let then = way.then.as_deref().and_then(asked::open);
    show(&gallery, &cookies, then, way.again.is_some()).await
}

/// `GET /g/{link}/sign-in`: the same, and on to this gallery. The link stands in no query: the forms carry the
/// way back, then the cookie of the code does.
///
/// # Errors
/// A link that is unknown; a table that does not answer.
pub async fn at_door(
    State(gallery): State<Gallery>,
    Query(way): Query<Way>,
    caller: Caller,
) -> Result<Response, Failure> {
    let (table, now) = (&gallery.table, gallery.now());
    let door = table.door(&caller.token, &caller.proofs, now).await?;
    door.ok_or(Failure::NotFound)?;
    let again = way.again.is_some();
    let then = way::on(&caller.path(), way.to.as_deref().unwrap_or_default());
    show(&gallery, &caller.cookies, Some(&then), again).await
}

/// The form for the address, or for the code unless it is to begin again. Without a way on, the code's own stays.
///
/// # Errors
/// A table that does not answer.
pub async fn show(
    gallery: &Gallery,
    cookies: &Cookies,
    then: Option<&str>,
    again: bool,
) -> Result<Response, Failure> {
    if let Some(mut asked) = Asked::of(cookies).filter(|_| !again) {
        if let Some(then) = then {
            then.clone_into(&mut asked.then);
        }
        return Ok(ask_code(gallery, &asked, None));
    }
    let me = me::person(gallery, cookies).await?;
    let page = SignInPage {
        me: me.as_ref().map(|me| me.email.as_str()),
        ..ask_address(gallery, then.unwrap_or(asked::GALLERIES))
    };
    Ok(html(StatusCode::OK, &page))
}

fn ask_address<'a>(gallery: &'a Gallery, then: &'a str) -> SignInPage<'a> {
    SignInPage {
        page: Page::new(&gallery.name).asking(then),
        me: None,
        then,
        door: then.starts_with("/g/"),
        email: "",
        problem: None,
    }
}

/// `POST /sign-in`: mails a code if the address is known; the answer is the same if not.
///
/// # Errors
/// A table that does not answer.
pub async fn ask(
    State(gallery): State<Gallery>,
    site: Site,
    cookies: Cookies,
    Form(form): Form<Address>,
) -> Result<Response, Failure> {
    let then = asked::local(&form.then);
    let email: Email = match form.email.parse() {
        Ok(email) => email,
        Err(problem) => {
            let page = SignInPage {
                email: &form.email,
                problem: Some(problem.to_string()),
                ..ask_address(&gallery, then)
            };
            return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let known = gallery.table.known_person(&email).await?;
    let cookies = asked::send(&gallery, cookies, &site, &email, known, then).await?;
    Ok((cookies, Redirect::to("/sign-in")).into_response())
}

fn ask_code(gallery: &Gallery, asked: &Asked, problem: Option<String>) -> Response {
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let page = CodePage {
        page: Page::new(&gallery.name).asking(&asked.then),
        masked: &asked.masked,
        then: &asked.then,
        again: asked::saying(&web::sign_in_for(&asked.then), "again=1"),
        door: asked.then.starts_with("/g/"),
        invited: asked.then.starts_with("/i/"),
        problem,
    };
    html(status, &page)
}

/// `POST /sign-in/code`: signs in, or says how many tries are left.
///
/// # Errors
/// A table that does not answer.
pub async fn code(
    State(gallery): State<Gallery>,
    site: Site,
    headers: HeaderMap,
    cookies: Cookies,
    Form(form): Form<Typed>,
) -> Result<Response, Failure> {
    let Some(mut asked) = Asked::of(&cookies) else {
        return Ok(Redirect::to(&web::sign_in_for(asked::local(&form.then))).into_response());
    };
    if !form.then.is_empty() {
        asked.then = asked::local(&form.then).to_owned();
    }
    let digits: String = form.code.chars().filter(char::is_ascii_digit).collect();
    if digits.len() != 6 {
        let problem = "The code has six digits. This one was not counted.".to_owned();
        return Ok(ask_code(&gallery, &asked, Some(problem)));
    }
    let (nonce, code) = (asked.nonce.hash(), asked::code_hash(&asked.nonce, &digits));
    let table = &gallery.table;
    let outcome = table
        .try_code(Realm::Client, &nonce, &code, gallery.now())
        .await?;
    let from = From {
        site: &site,
        headers: &headers,
    };
    answer(&gallery, from, cookies, &asked, outcome).await
}

/// `GET /sign-in/link/{token}`: offers one button in the browser that asked. It changes nothing, however often and by
/// whomever it is fetched, so it does not even look the token up.
///
/// # Errors
/// What cannot be a token: it stands in the address that the button leads to.
pub async fn link(
    State(gallery): State<Gallery>,
    Path(token): Path<String>,
    cookies: Cookies,
) -> Result<Response, Failure> {
    let token: SecretToken = token.parse()?;
    let asked = Asked::of(&cookies);
    Ok(offer(&gallery, StatusCode::OK, &token, asked.as_ref()))
}

fn offer(
    gallery: &Gallery,
    status: StatusCode,
    token: &SecretToken,
    asked: Option<&Asked>,
) -> Response {
    let page = LinkPage {
        page: Page::new(&gallery.name).asking(""),
        masked: asked.map(|asked| asked.masked.as_str()),
        token: token.expose(),
    };
    html(status, &page)
}

/// `POST /sign-in/link/{token}`: signs in in the browser that asked; in any other it says so and changes nothing.
///
/// # Errors
/// A token that is not one; a table that does not answer.
pub async fn use_link(
    State(gallery): State<Gallery>,
    Path(token): Path<String>,
    site: Site,
    headers: HeaderMap,
    cookies: Cookies,
) -> Result<Response, Failure> {
    let token: SecretToken = token.parse()?;
    let Some(asked) = Asked::of(&cookies) else {
        return Ok(offer(&gallery, StatusCode::FORBIDDEN, &token, None));
    };
    let (table, nonce, link) = (&gallery.table, asked.nonce.hash(), token.hash());
    let outcome = table
        .try_code_link(Realm::Client, &nonce, &link, gallery.now())
        .await?;
    let from = From {
        site: &site,
        headers: &headers,
    };
    answer(&gallery, from, cookies, &asked, outcome).await
}

/// What a tried code or link came to.
async fn answer(
    gallery: &Gallery,
    from: From<'_>,
    cookies: Cookies,
    asked: &Asked,
    outcome: CodeOutcome,
) -> Result<Response, Failure> {
    let left = match outcome {
        CodeOutcome::Right { email } => {
            return enter(gallery, from, cookies, &email, &asked.then).await;
        }
        CodeOutcome::Wrong { left } => {
            // only what was counted: the log grows no faster than codes may be asked for
            from.log(gallery, None, Who::Stranger, What::SignInFailed)
                .await?;
            usize::try_from(left).unwrap_or_default()
        }
        CodeOutcome::Over => 0,
    };
    let problem = match left {
        0 => "This code no longer works. Ask for another one, and use the newest mail.".to_owned(),
        left => {
            let times = words::count(left, "more time", "more times");
            format!("That is not the code in the newest mail. You can try {times}.")
        }
    };
    Ok(ask_code(gallery, asked, Some(problem)))
}

/// Signs in, accepts the invitation that brought the person here, and goes on.
async fn enter(
    gallery: &Gallery,
    from: From<'_>,
    cookies: Cookies,
    email: &Email,
    then: &str,
) -> Result<Response, Failure> {
    let cookies = me::begin(gallery, asked::forget(cookies), email).await?;
    from.log(gallery, None, me::named(email), What::SignedIn)
        .await?;
    if let Some(token) = then.strip_prefix("/i/") {
        // its page then leads on, if the row still does
        invitation::accept(gallery, &from, token, email).await?;
    }
    Ok((cookies, Redirect::to(then)).into_response())
}

/// `POST /sign-out`: ends the session everywhere this cookie may have been copied to.
///
/// # Errors
/// A table that does not answer.
pub async fn out(
    State(gallery): State<Gallery>,
    cookies: Cookies,
    Form(after): Form<After>,
) -> Result<Response, Failure> {
    let cookies = me::end(&gallery, asked::forget(cookies)).await?;
    let then = match &after.then {
        Some(then) => asked::local(then),
        None => "/sign-in",
    };
    Ok((cookies, Redirect::to(then)).into_response())
}
