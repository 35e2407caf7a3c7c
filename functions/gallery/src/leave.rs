//! Ending the visit on this device: the session row goes, so the cookie is worth nothing wherever it was copied to.

use crate::Gallery;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use domain::access::Arrival;
use domain::ids::{LinkToken, TokenHash};
use web::{Caller, Cookies, Failure, visit};

/// `POST /g/{link}/leave`: back to the door. It ends every visit of this browser that opens the gallery: under a shared
/// table one that began at another link does. Signing out as a person is `/sign-out`.
///
/// # Errors
/// A link that is not one; a table that does not answer.
pub async fn submit(
    State(gallery): State<Gallery>,
    caller: Caller,
) -> Result<impl IntoResponse, Failure> {
    let there = Redirect::to(&caller.path());
    let mut cookies = caller.cookies;
    // by its cookie, for the studio may have made a new link meanwhile
    if let Some(own) = visit::session(&caller.token, &cookies) {
        cookies = end(&gallery, &own, cookies).await?;
    }
    while let Some(other) = opening(&gallery, &caller.token, &cookies).await? {
        cookies = end(&gallery, &other, cookies).await?;
    }
    Ok((cookies, there))
}

/// A visit that opens this gallery, if the browser still carries one.
async fn opening(
    gallery: &Gallery,
    link: &LinkToken,
    cookies: &Cookies,
) -> Result<Option<TokenHash>, Failure> {
    let proofs = visit::proofs(link, cookies);
    if proofs.visits.is_empty() {
        return Ok(None);
    }
    let found = gallery.table.door(link, &proofs, gallery.now()).await?;
    Ok(match found.map(|found| found.arrival) {
        Some(Arrival::Client { visit, .. }) => visit.map(|visit| visit.id),
        Some(Arrival::Guest | Arrival::Preview(_)) | None => None,
    })
}

async fn end(gallery: &Gallery, session: &TokenHash, cookies: Cookies) -> Result<Cookies, Failure> {
    gallery.table.end_session(session).await?;
    Ok(visit::forget(session, cookies))
}
