//! Only the owner gets past here: a current studio session, read from the table at every request.

use crate::Studio;
use axum::Json;
use axum::extract::{FromRequestParts, RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{Row, STUDIO_LIFE};
use domain::gallery::Gallery;
use domain::ids::{GalleryId, SecretToken, TokenHash};
use http::StatusCode;
use http::request::Parts;
use web::{Cookies, Failure};

/// Name of the cookie that holds the session.
const COOKIE: &str = "studio";

/// The session the request's cookie names, current or not.
pub(crate) fn session(cookies: &Cookies) -> Option<TokenHash> {
    let token: SecretToken = cookies.get(COOKIE)?.parse().ok()?;
    Some(token.hash())
}

/// Opens a session and puts it into the browser.
pub(crate) async fn begin(studio: &Studio, cookies: Cookies) -> Result<Cookies, Failure> {
    let token = SecretToken::random();
    let opened = studio
        .table
        .open_studio_session(&token.hash(), studio.now())
        .await;
    opened.map_err(Failure::fault)?;
    Ok(cookies.set(COOKIE, token.expose(), Some(STUDIO_LIFE)))
}

/// Ends the session in the table and in the browser.
pub(crate) async fn end(studio: &Studio, cookies: Cookies) -> Result<Cookies, Failure> {
    if let Some(session) = session(&cookies) {
        let ended = studio.table.end_studio_session(&session).await;
        ended.map_err(Failure::fault)?;
    }
    Ok(cookies.remove(COOKIE))
}

/// Lets a request through that carries a current session; sends a page to the sign-in and tells a script 401.
pub(crate) async fn only(
    State(studio): State<Studio>,
    cookies: Cookies,
    request: Request,
    next: Next,
) -> Response {
    let current = match session(&cookies) {
        Some(session) => studio.table.studio_session(&session, studio.now()).await,
        None => Ok(false),
    };
    match current {
        Ok(true) => next.run(request).await,
        Ok(false) if for_a_script(&request) => (
            StatusCode::UNAUTHORIZED,
            Json(serde_json::json!({
                "error": "sign-in",
                "message": "Your session has ended. Sign in again.",
            })),
        )
            .into_response(),
        Ok(false) => Redirect::to("/studio/sign-in").into_response(),
        Err(fault) => Failure::fault(fault).into_response(),
    }
}

/// Whether the answer is read by a script: it says so, or the route answers nothing else.
fn for_a_script(request: &Request) -> bool {
    let path = request.uri().path();
    path.ends_with("/photos") || path.contains("/uploads") || web::wants_json(request.headers())
}

/// The gallery that the path names, with its row *Anybody*; unknown and malformed ids are 404.
pub(crate) struct Named {
    pub(crate) gallery: Gallery,
    pub(crate) row: Row,
}

impl FromRequestParts<Studio> for Named {
    type Rejection = Failure;
    async fn from_request_parts(parts: &mut Parts, studio: &Studio) -> Result<Self, Failure> {
        let params = RawPathParams::from_request_parts(parts, studio).await;
        let params = params.map_err(|_| Failure::NotFound)?;
        let mut named = params.iter().filter(|(name, _)| *name == "gallery");
        let (_, id) = named.next().ok_or(Failure::NotFound)?;
        let id: GalleryId = id.parse()?;
        let found = studio.table.gallery(id).await.map_err(Failure::fault)?;
        let (gallery, row) = found.ok_or(Failure::NotFound)?;
        Ok(Self { gallery, row })
    }
}
