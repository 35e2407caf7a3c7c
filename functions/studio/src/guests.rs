//! Guest links made by the studio (C7, C8): to look and nothing else, with an end of their own.

use crate::Studio;
use crate::authorizations::form::Fields;
use crate::authorizations::{View, back, show};
use crate::member::{From, Me, Named};
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use domain::activity::{What, Who};
use domain::gallery::title;
use domain::ids::{GuestId, LinkToken};
use http::StatusCode;
use serde::Deserialize;
use table::GuestLink;
use web::{Failure, Site};

/// `POST …/guests`: makes a link. Its row stands in the table, where it is shown again and ended.
pub(crate) async fn make(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    site: Site,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    let (label, until) = (title(fields.one("label")), fields.until(&studio.zone));
    let (Ok(label), Ok(until)) = (label, until) else {
        let why =
            "A guest link needs a name that says for whom, and a last day as 2027-09-14 or none.";
        let view = View::problem(StatusCode::UNPROCESSABLE_ENTITY, why.into());
        return show(&studio, &me, &gallery, &site, &view).await;
    };
    let now = studio.now();
    let guest = GuestLink {
        id: GuestId::new(now),
        gallery: gallery.id,
        label: label.clone(),
        link: LinkToken::random().expose().to_owned(),
        made_by: Who::Member(me.0.member.email.clone()),
        created: now,
        until,
        ended: false,
    };
    studio.table.make_guest(&guest).await?;
    studio
        .log(&me, &from, Some(gallery.id), What::GuestLinkMade { label })
        .await?;
    Ok(back(&gallery, "guest"))
}

/// Which link the path names.
#[derive(Deserialize)]
pub(crate) struct At {
    guest: String,
}

/// `POST …/guests/{guest}/end`: dead at its holder's next request.
pub(crate) async fn end(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    Path(at): Path<At>,
) -> Result<Response, Failure> {
    let guest: GuestId = at.guest.parse()?;
    let ended = studio.table.end_guest(gallery.id, guest).await?;
    let label = ended.ok_or(Failure::NotFound)?.label;
    studio
        .log(&me, &from, Some(gallery.id), What::GuestLinkEnded { label })
        .await?;
    Ok(back(&gallery, "guest-ended"))
}
