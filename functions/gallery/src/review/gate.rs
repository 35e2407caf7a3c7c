//! Whether a visitor may choose now, and in words why not (S20, S24, S32, S34).

use crate::Gallery;
use crate::sheet::Sheet;
use crate::visitor::Visitor;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{self, Action, Refusal};
use domain::photo::Photo;
use domain::selection::Progress;
use domain::status;
use web::{Caller, words};

/// Whether this visitor may choose at all now, as far as the gallery and the row say; *View as* sees what the row sees.
///
/// # Errors
/// Why not: the row, the gallery's status, or that it is confirmed.
pub fn may_choose(visitor: &Visitor, sheet: &Sheet<'_>) -> Result<(), Refusal> {
    let (row, shown) = (visitor.standing.row(), visitor.gallery());
    let may = |photo: &Photo| access::may(row, Action::Select, Some(photo), shown, visitor.now);
    let mut said = Err(Refusal::NotAllowed);
    for placed in sheet.placed() {
        match may(placed.photo) {
            Ok(()) => {
                said = Ok(());
                break;
            }
            Err(Refusal::Closed) => said = Err(Refusal::Closed),
            Err(_) => {}
        }
    }
    // a gallery that is empty still
    if sheet.total() == 0 && visitor.rights().select {
        said = if status::choosing(shown, visitor.now) {
            Ok(())
        } else {
            Err(Refusal::Closed)
        };
    }
    said?;
    match visitor.standing.confirmed_on() {
        Some(on) => Err(Refusal::Confirmed { on }),
        None => Ok(()),
    }
}

/// Where a confirmed choice is.
pub fn to_confirmed(caller: &Caller, visitor: &Visitor) -> Response {
    let number = match visitor.chosen.as_ref().map(|chosen| chosen.selection.state) {
        Some(Progress::Confirmed { snapshot, .. }) => snapshot,
        _ => 0,
    };
    Redirect::to(&format!("{}/confirmed/{number}", caller.path())).into_response()
}

/// Why it cannot be confirmed now, and what is kept (LOOK's voice 6).
pub fn shut(visitor: &Visitor, open: bool, chosen: u32, gallery: &Gallery) -> Option<String> {
    let studio = &gallery.name;
    if visitor.standing.preview() && open {
        return Some(
            "You see this page as somebody else does. Nothing is confirmed from here.".into(),
        );
    }
    if open {
        return None;
    }
    let (shown, now) = (visitor.gallery(), visitor.now);
    let kept = match chosen {
        0 => "Nothing was chosen".to_owned(),
        1 => "The one you chose is saved".to_owned(),
        n => format!("Your {n} are saved"),
    };
    let passed = shown.deadline.filter(|on| now >= *on);
    Some(if status::archived(shown, now) {
        format!("This gallery is kept to look at. {kept}.")
    } else if let Some(on) = passed.filter(|_| !shown.locked) {
        let end = words::end(on, &gallery.zone);
        format!("Choosing ended on {end}. {kept}. Ask {studio} if you need more time.")
    } else if shown.locked {
        format!("{studio} has closed choosing. {kept}. Ask {studio} if something must change.")
    } else {
        format!("The finals are here, so choosing is over. {kept}.")
    })
}
