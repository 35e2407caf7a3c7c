//! *View as* (P36): the gallery as one row sees it, under an address of its own that opens only in this browser, for an
//! hour. It is neither a visit nor the studio's session: another cookie, another address, and nothing is counted.

use crate::Studio;
use crate::authorizations::key::key;
use crate::member::{From, Me, Named};
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{PREVIEW_LIFE, Subject};
use domain::activity::What;
use domain::gallery::Gallery;
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
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    cookies: Cookies,
    Form(form): Form<As>,
) -> Result<Response, Failure> {
    let subject = subject(&studio, &gallery, &form.subject).await?;
    let (token, now) = (LinkToken::random(), studio.now());
    let holder = cookies.get(VIEW).and_then(|text| text.parse().ok());
    // One holder for all previews of this browser, so that two can be compared side by side.
    let holder = holder.unwrap_or_else(SecretToken::random);
    let (hash, until) = (holder.hash(), now + PREVIEW_LIFE);
    studio
        .table
        .open_preview(&token, gallery.id, &subject, &hash, until)
        .await?;
    studio
        .log(&me, &from, Some(gallery.id), What::ViewedAs { subject })
        .await?;
    let cookies = cookies.set(VIEW, holder.expose(), Some(PREVIEW_LIFE));
    Ok((cookies, Redirect::to(&format!("/g/{}", token.expose()))).into_response())
}

/// The subject of that name among the rows and guest links that govern the gallery.
async fn subject(studio: &Studio, gallery: &Gallery, name: &str) -> Result<Subject, Failure> {
    let (rows, guests) = tokio::try_join!(
        studio.table.rows(gallery.table),
        studio.table.guests(gallery.id)
    )?;
    let rows = rows.into_iter().map(|row| row.subject);
    let guests = guests.into_iter().map(|guest| Subject::Guest(guest.id));
    let mut all = rows.chain(guests);
    all.find(|subject| key(subject) == name)
        .ok_or(Failure::NotFound)
}
