//! The PIN of row *Anybody* (L28, L3) and the clients' link (L29): set, changed, taken away, replaced.

use super::form::Fields;
use super::{Sure, View, back, own, path, show, words};
use crate::Studio;
use crate::galleries::lock;
use crate::member::{From, Me, Named};
use axum::Form;
use axum::extract::State;
use axum::response::Response;
use domain::activity::What;
use domain::ids::LinkToken;
use domain::pin::Pin;
use web::{Failure, Page, Site};

/// `POST …/pin`: a new PIN, one drawn at random, or none when the field is empty. Everyone who came in with the old one
/// must enter the new one at their next request.
pub(crate) async fn change_pin(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
    site: Site,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    own(&gallery)?;
    let typed = fields.one("pin");
    let pin = match (fields.on("draw"), typed) {
        (true, _) => Some(Pin::proposed()),
        (false, "") => None,
        (false, text) => match Pin::chosen(text) {
            Ok(pin) => Some(pin),
            Err(problem) => {
                let view = View::unfit_pin(text, problem);
                return show(&studio, &me, &gallery, &site, &view).await;
            }
        },
    };
    let done = if pin.is_some() { "pin" } else { "no-pin" };
    let lock = match pin {
        Some(pin) => Some(lock(pin, gallery.id, &studio.pepper).await?),
        None => None,
    };
    if !studio.table.set_pin(gallery.id, lock.as_ref()).await? {
        return Err(Failure::Busy);
    }
    studio
        .log(&me, &from, Some(gallery.id), What::PinChanged)
        .await?;
    Ok(back(&gallery, done))
}

/// `GET …/link`: asks first.
pub(crate) async fn link_form(
    State(studio): State<Studio>,
    Named { gallery, .. }: Named,
) -> Response {
    let sure = Sure {
        page: Page::new(&studio.name),
        contacts: false,
        question: "Replace the link?".into(),
        sentences: vec![
            "The old link is dead at once, in every message it was sent in, and everyone who came in by PIN must enter \
             it again by the new link."
                .into(),
            "People on a row keep their row: they find the gallery under “Your galleries” or by an invitation. Guest \
             links go on working."
                .into(),
            words::afterglow(),
        ],
        action: format!("/studio/galleries/{}/link", gallery.id),
        seen: None,
        button: "Replace the link",
        back: path(&gallery),
    };
    sure.ask()
}

/// `POST …/link`: the old link is dead at once, and the visits that were opened with it.
pub(crate) async fn replace_link(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    Named { gallery, .. }: Named,
) -> Result<Response, Failure> {
    if !studio
        .table
        .replace_link(&gallery, &LinkToken::random())
        .await?
    {
        let why = "Somebody replaced the link a moment before you. It is new already.";
        return Err(Failure::Conflict(why.into()));
    }
    studio
        .log(&me, &from, Some(gallery.id), What::LinkReplaced)
        .await?;
    Ok(back(&gallery, "link"))
}
