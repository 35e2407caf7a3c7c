//! *View as* (P36): the gallery as one row sees it, under an address of its own that opens only in this browser, for an
//! hour. It is neither a visit nor the studio's session: another cookie, another address, and nothing is counted.

use crate::authorizations::Desk;
use crate::authorizations::key::key;
use axum::Form;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{PREVIEW_LIFE, Subject};
use domain::activity::What;
use domain::ids::{LinkToken, SecretToken};
use serde::Deserialize;
use web::visit::VIEW;
use web::{Cookies, Failure};

/// As whom.
#[derive(Deserialize)]
pub(crate) struct As {
    #[serde(default)]
    subject: String,
}

/// `POST …/view-as`: opens it and goes there.
pub(crate) async fn open(
    desk: Desk,
    cookies: Cookies,
    Form(form): Form<As>,
) -> Result<Response, Failure> {
    let subject = subject(&desk, &form.subject).await?;
    let (token, until) = (LinkToken::random(), desk.studio.now() + PREVIEW_LIFE);
    let holder = cookies.get(VIEW).and_then(|text| text.parse().ok());
    // One holder for all previews of this browser, so that two can be compared side by side.
    let holder = holder.unwrap_or_else(SecretToken::random);
    let (table, gallery, hash) = (&desk.studio.table, desk.gallery.id, holder.hash());
    table
        .open_preview(&token, gallery, &subject, &hash, until)
        .await?;
    desk.log(What::ViewedAs { subject }).await?;
    let cookies = cookies.set(VIEW, holder.expose(), Some(PREVIEW_LIFE));
    Ok((cookies, Redirect::to(&format!("/g/{}", token.expose()))).into_response())
}

/// The subject of that name among the rows and guest links that govern the gallery.
async fn subject(desk: &Desk, name: &str) -> Result<Subject, Failure> {
    let (table, gallery) = (&desk.studio.table, &desk.gallery);
    let (rows, guests) = tokio::try_join!(table.rows(gallery.table), table.guests(gallery.id))?;
    let rows = rows.into_iter().map(|row| row.subject);
    let guests = guests.into_iter().map(|guest| Subject::Guest(guest.id));
    let mut all = rows.chain(guests);
    all.find(|subject| key(subject) == name)
        .ok_or(Failure::NotFound)
}
