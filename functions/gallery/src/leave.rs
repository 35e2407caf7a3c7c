//! Ending the visit on this device: the session row goes, so the cookie is worth nothing wherever it was copied to.

use crate::Gallery;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use web::{Caller, Failure, visit};

/// `POST /g/{link}/leave`: back to the door. It ends this link's visit and no other; signing out as a person is
/// `/sign-out`.
///
/// # Errors
/// A link that is not one; a table that does not answer.
pub async fn submit(
    State(gallery): State<Gallery>,
    caller: Caller,
) -> Result<impl IntoResponse, Failure> {
    if let Some(session) = visit::session(&caller.token, &caller.cookies) {
        gallery.table.end_session(&session).await?;
    }
    let there = Redirect::to(&caller.path());
    let cookies = caller.cookies.remove(&visit::name(&caller.token));
    Ok((cookies, there))
}
