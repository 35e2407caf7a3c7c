//! Ending the visit on this device: the session row goes, so the cookie is worth nothing wherever it was copied to.

use crate::Gallery;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use domain::ids::LinkToken;
use web::{Cookies, Failure, visit};

/// `POST /g/{link}/leave`: back to the door.
///
/// # Errors
/// A link that is not one; a table that does not answer.
pub async fn submit(
    State(gallery): State<Gallery>,
    Path(link): Path<String>,
    cookies: Cookies,
) -> Result<impl IntoResponse, Failure> {
    let token: LinkToken = link.parse()?;
    if let Some(session) = visit::session(&token, &cookies) {
        gallery.table.end_session(&session).await?;
    }
    let cookies = cookies.remove(&visit::name(&token));
    Ok((cookies, Redirect::to(&format!("/g/{link}"))))
}
