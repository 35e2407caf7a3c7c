//! What everybody is answered: worked out from the tables beside this, which know nothing of the rules' code.

use super::super::exists;
use super::super::people::{Entry, May, Stand, Who};
use super::super::states::{OWN_SECTION, Shot, State};
use super::Ask;

type Answered = (u16, &'static str);

const DONE: Answered = (200, "");
const NOT_ALLOWED: Answered = (403, "not-allowed");
const PREVIEW: Answered = (403, "preview");
const NOTHING: Answered = (404, "not-found");
/// A form that is of no page: everything but the form was right.
const NO_SUCH_FORM: Answered = (409, "conflict");

/// The status, and what JSON calls it where it is no success.
pub fn expected(ask: Ask, who: Who, entry: Entry, state: &State, shot: &Shot) -> Answered {
    match (entry, state.closed) {
        (Entry::Nothing, _) => NOTHING,
        (_, Some(closed)) => closed,
        (Entry::Door, _) if ask.script() => (401, "door"),
        (Entry::NotInvited, _) if ask.script() => (403, "not-invited"),
        (Entry::Door | Entry::NotInvited, _) => (303, ""),
        (Entry::RowEnded, _) => (403, "row-ended"),
        (Entry::NotAllowed, _) => NOT_ALLOWED,
        (Entry::As(stand), None) => match ask {
            Ask::Choose
            | Ask::Rate
            | Ask::Want
            | Ask::Thread
            | Ask::ThreadPage
            | Ask::Say
            | Ask::Unsay
            | Ask::PhotoPage => of_one(ask, who, stand.may(), state, shot),
            _ => of_all(ask, who, stand.may(), state),
        },
    }
}

fn of_all(ask: Ask, who: Who, may: May, state: &State) -> Answered {
    let selects = may.does.select || (may.own_section && may.own.select);
    let orders = may.does.order || (may.own_section && may.own.order);
    let views = who == Who::ViewAsAnna;
    let theirs = who == Who::Orders;
    match ask {
        Ask::Review if !selects => NOT_ALLOWED,
        Ask::Review if !state.choosing.is_empty() => (403, state.choosing),
        Ask::Review if may.confirmed => (303, ""),
        Ask::Confirm if views => PREVIEW,
        Ask::Confirm if !selects => NOT_ALLOWED,
        Ask::Confirm if !state.choosing.is_empty() => (403, state.choosing),
        Ask::Confirm if may.confirmed => (403, "confirmed"),
        Ask::Confirmed if !may.confirmed => NOTHING,
        Ask::Order if views => PREVIEW,
        Ask::Cart | Ask::Order if !orders => NOT_ALLOWED,
        Ask::Cart | Ask::Order if !state.orders.is_empty() => (403, state.orders),
        Ask::Confirm | Ask::Order => NO_SUCH_FORM,
        Ask::Orders if may.stand == Stand::Guest => NOT_ALLOWED,
        Ask::TheOrder | Ask::Shipped if !theirs => NOTHING,
        Ask::Shipped => (state.shipped, "archived"),
        _ => DONE,
    }
}

fn of_one(ask: Ask, who: Who, may: May, state: &State, shot: &Shot) -> Answered {
    if !exists(may, shot) {
        return NOTHING;
    }
    let does = match shot.section == OWN_SECTION {
        true => may.own,
        false => may.does,
    };
    let views = who == Who::ViewAsAnna;
    // until the studio opens it again; a cart is no choice
    let chooses = |right: bool| match (right, state.choosing) {
        _ if views => PREVIEW,
        (false, _) => NOT_ALLOWED,
        (true, "") if may.confirmed => (403, "confirmed"),
        (true, "") => DONE,
        (true, why) => (403, why),
    };
    match ask {
        Ask::Choose => chooses(does.select),
        Ask::Rate => chooses(does.rate),
        Ask::Want if views => PREVIEW,
        Ask::Want if !does.order => NOT_ALLOWED,
        Ask::Want if !state.orders.is_empty() => (403, state.orders),
        // whoever may comment reads what was said, however closed choosing is
        Ask::Thread | Ask::ThreadPage | Ask::Say | Ask::Unsay if !does.comment => NOT_ALLOWED,
        Ask::Say => chooses(true),
        Ask::Unsay => match chooses(true) {
            DONE => NOTHING,
            refused => refused,
        },
        _ => DONE,
    }
}
