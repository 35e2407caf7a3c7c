//! The form that confirms: what it warns of, and what follows.

use super::Said;
use super::rules::Standing;
use super::seen::seen;
use crate::Gallery;
use crate::sheet::Placed;
use crate::visitor::Visitor;
use domain::access::Subject;
use domain::gallery::Kind;
use domain::ids::SecretToken;
use domain::selection::Selection;
use web::words;

/// The form that confirms.
pub struct Form<'a> {
    pub once: String,
    /// What the page shows, see [`super::Seen`].
    pub seen: String,
    pub said: Said<'a>,
    /// Row *Anybody*: an address may be given.
    pub asks_email: bool,
    /// Where the list went before, hidden but for its ends.
    pub known: Option<String>,
    /// What is already typed into the field, or who is signed in.
    pub email: String,
    pub warning: String,
    /// What happens next, below the button.
    pub after: String,
}

/// The form for this choice, with what was typed into it before.
pub fn form<'a>(
    gallery: &Gallery,
    visitor: &Visitor,
    selection: &Selection,
    picked: &[Placed<'_>],
    rules: &Standing,
    said: Said<'a>,
) -> Form<'a> {
    let (shown, studio) = (visitor.gallery(), &gallery.name);
    let asks_email = visitor.standing.subject() == Subject::Anybody;
    let signed_in = visitor.standing.person().map(|p| p.email.as_str());
    let known = selection.contact.as_ref().filter(|_| asks_email);
    let these = match picked.len() {
        0 => "these".into(),
        1 => "this one".into(),
        n => format!("these {}", words::small_number(n)),
    };
    let begins = match shown.kind {
        Kind::ProofRetouchDeliver => format!("{studio} retouches {these} and nothing else."),
        Kind::Proofing | Kind::Delivery => format!("{studio} begins to work from {these}."),
    };
    let extra = match rules.extra {
        0 => String::new(),
        n => format!(
            " {n} of them {} more than was included.",
            if n == 1 { "is" } else { "are" }
        ),
    };
    let retouched = shown.kind == Kind::ProofRetouchDeliver;
    let after = match (asks_email, retouched) {
        (true, false) => {
            format!("{studio} gets the list by mail; so do you, if you give an address.")
        }
        (true, true) => format!(
            "{studio} gets the list by mail; so do you, if you give an address, and a word when they are finished."
        ),
        (false, false) => "You both get a mail with the list.".into(),
        (false, true) => {
            "You both get a mail with the list, and you another when they are finished.".into()
        }
    };
    let until = shown
        .deadline
        .map(|on| format!(" Open until {}.", words::end(on, &gallery.zone)));
    Form {
        once: SecretToken::random().expose().to_owned(),
        seen: seen(selection.revision, picked),
        asks_email,
        known: known.map(domain::email::Email::masked),
        email: match (said.email, signed_in) {
            ("", Some(me)) => me.to_owned(),
            (typed, _) => typed.to_owned(),
        },
        said,
        warning: format!("{begins}{extra} After that only {studio} can open it again."),
        after: format!("{after}{}", until.unwrap_or_default()),
    }
}
