//! The PIN of row *Anybody* (L28, L3) and the clients' link (L29): set, changed, taken away, replaced.

use super::form::Fields;
use super::sheet::View;
use super::{Desk, Sure, words};
use crate::galleries::lock;
use axum::Form;
use axum::response::Response;
use domain::activity::What;
use domain::ids::LinkToken;
use domain::pin::{Pin, UnfitPin};
use web::{Failure, Page};

/// `POST …/pin`: a new PIN, one drawn at random, or none when the field is empty. Everyone who came in with the old one
/// must enter the new one at their next request.
pub(crate) async fn change_pin(
    desk: Desk,
    Form(fields): Form<Fields>,
) -> Result<Response, Failure> {
    desk.own()?;
    let pin = match wanted(&fields) {
        Ok(pin) => pin,
        Err(problem) => {
            let view = View::unfit_pin(fields.one("pin"), problem);
            return desk.show(&view).await;
        }
    };
    let (done, gallery) = (
        if pin.is_some() { "pin" } else { "no-pin" },
        desk.gallery.id,
    );
    let lock = match pin {
        Some(pin) => Some(lock(pin, gallery, &desk.studio.pepper).await?),
        None => None,
    };
    if !desk.studio.table.set_pin(gallery, lock.as_ref()).await? {
        return Err(Failure::Busy);
    }
    desk.log(What::PinChanged).await?;
    Ok(desk.back(done))
}

/// The PIN the form asks for; none: it is taken away.
fn wanted(fields: &Fields) -> Result<Option<Pin>, UnfitPin> {
    match fields.one("pin") {
        _ if fields.on("draw") => Ok(Some(Pin::proposed())),
        "" => Ok(None),
        text => Pin::chosen(text).map(Some),
    }
}

/// `GET …/link`: asks first.
pub(crate) async fn link_form(desk: Desk) -> Response {
    let sure = Sure {
        page: Page::new(&desk.studio.name),
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
        action: format!("/studio/galleries/{}/link", desk.gallery.id),
        button: "Replace the link",
        back: desk.path(),
    };
    sure.ask()
}

/// `POST …/link`: the old link is dead at once, and the visits that were opened with it.
pub(crate) async fn replace_link(desk: Desk) -> Result<Response, Failure> {
    let (table, link) = (&desk.studio.table, LinkToken::random());
    if !table.replace_link(&desk.gallery, &link).await? {
        let why = "Somebody replaced the link a moment before you. It is new already.";
        return Err(Failure::Conflict(why.into()));
    }
    desk.log(What::LinkReplaced).await?;
    Ok(desk.back("link"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// L28: set, drawn, or taken away; a PIN that is among the first to be guessed is not taken for none.
    #[test]
    fn a_pin_is_set_drawn_or_taken_away() {
        let asked = |pairs: &[(&str, &str)]| wanted(&Fields::of(pairs));
        assert_eq!(asked(&[("pin", "480 912")]), Ok(Some(Pin::typed("480912"))));
        assert_eq!(asked(&[("pin", " ")]), Ok(None));
        assert!(asked(&[("pin", ""), ("draw", "yes")]).unwrap().is_some());
        assert_eq!(asked(&[("pin", "123456")]), Err(UnfitPin::TooCommon));
    }
}
