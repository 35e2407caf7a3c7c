//! Guest links made by the studio (C7, C8): to look and nothing else, with an end of their own.

use crate::authorizations::Desk;
use crate::authorizations::form::Fields;
use axum::Form;
use axum::extract::Path;
use axum::response::Response;
use domain::activity::{What, Who};
use domain::gallery::title;
use domain::ids::{GuestId, LinkToken};
use http::StatusCode;
use serde::Deserialize;
use table::GuestLink;
use web::Failure;

const UNFIT: &str =
    "A guest link needs a name that says for whom, and a last day as 2027-09-14 or none.";

/// `POST …/guests`: makes a link. Its row stands in the table, where it is shown again and ended.
pub(crate) async fn make(desk: Desk, Form(fields): Form<Fields>) -> Result<Response, Failure> {
    let (label, until) = (title(fields.one("label")), fields.until(&desk.studio.zone));
    let (Ok(label), Ok(until)) = (label, until) else {
        return desk.refuse(StatusCode::UNPROCESSABLE_ENTITY, UNFIT).await;
    };
    let now = desk.studio.now();
    let guest = GuestLink {
        id: GuestId::new(now),
        gallery: desk.gallery.id,
        label: label.clone(),
        link: LinkToken::random().expose().to_owned(),
        made_by: Who::Member(desk.me.0.member.email.clone()),
        created: now,
        until,
        ended: false,
    };
    desk.studio.table.make_guest(&guest).await?;
    desk.log(What::GuestLinkMade { label }).await?;
    Ok(desk.back("guest"))
}

/// Which link the path names.
#[derive(Deserialize)]
pub(crate) struct At {
    guest: String,
}

/// `POST …/guests/{guest}/end`: dead at its holder's next request.
pub(crate) async fn end(desk: Desk, Path(at): Path<At>) -> Result<Response, Failure> {
    let guest: GuestId = at.guest.parse()?;
    let ended = desk.studio.table.end_guest(desk.gallery.id, guest).await?;
    let label = ended.ok_or(Failure::NotFound)?.label;
    desk.log(What::GuestLinkEnded { label }).await?;
    Ok(desk.back("guest-ended"))
}
