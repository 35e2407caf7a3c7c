//! The controls of the pages: each is there where the API takes what it sends, and nowhere else.

use super::super::people::{Entry, May};
use super::super::said::PROOF;
use super::super::states::OWN_SECTION;
use super::super::{exists, states};
use super::{Ask, Check};
use serde_json::Value;

/// What a page or a list shows that is not answered, or lacks that is.
pub fn faults(check: &Check<'_>, said: &str) -> Vec<String> {
    let Entry::As(stand) = check.entry else {
        return Vec::new();
    };
    let may = stand.may();
    match check.ask {
        Ask::PhotoPage => of_photo(check, may, said),
        Ask::ThreadPage => {
            let (id, link) = (&check.behind.shots[check.at].1, &check.caller.link);
            let form = said.contains(&format!("action=\"/g/{link}/photo/{id}/comments\""));
            let taken = check.expected(Ask::Say, check.at).0 == 200;
            wrong("the form of a comment", form, taken)
        }
        Ask::Page => of_page(check, may, said),
        Ask::Frames => of_shape(check, may, &check.answer.json()),
        Ask::Choices => of_choices(check, may, &check.answer.json()),
        _ => Vec::new(),
    }
}

fn wrong(what: &str, is: bool, should: bool) -> Vec<String> {
    match (is, should) {
        (true, false) => vec![format!("shows {what}")],
        (false, true) => vec![format!("lacks {what}")],
        _ => Vec::new(),
    }
}

fn talks(may: May, shot: &states::Shot) -> bool {
    match shot.section == OWN_SECTION {
        true => may.own.comment,
        false => may.does.comment,
    }
}

fn of_photo(check: &Check<'_>, may: May, said: &str) -> Vec<String> {
    let (shot, id) = &check.behind.shots[check.at];
    let photo = format!("/g/{}/photo/{id}", check.caller.link);
    let mut faults = Vec::new();
    for (ask, name) in [
        (Ask::Choose, "choose"),
        (Ask::Rate, "rate"),
        (Ask::Want, "want"),
    ] {
        let form = said.contains(&format!("action=\"{photo}/{name}\""));
        faults.extend(wrong(name, form, check.expected(ask, check.at).0 == 200));
    }
    let thread = said.contains(&format!("href=\"{photo}/comments"));
    faults.extend(wrong("the way to the thread", thread, talks(may, shot)));
    faults
}

fn of_page(check: &Check<'_>, may: May, said: &str) -> Vec<String> {
    let (link, mut faults) = (&check.caller.link, Vec::new());
    let mut orders = false;
    for (at, (shot, id)) in check.behind.shots.iter().enumerate() {
        if !exists(may, shot) {
            continue;
        }
        let taken = |ask| check.expected(ask, at).0 == 200;
        orders |= taken(Ask::Want);
        let form = |name| said.contains(&format!("action=\"/g/{link}/photo/{id}/{name}\""));
        let heart = format!("the heart of {}", shot.name);
        faults.extend(wrong(&heart, form("choose"), taken(Ask::Choose)));
        // stars stand on the frames of one style only
        let stars = format!("the stars of {}", shot.name);
        faults.extend(wrong(&stars, form("rate") && !taken(Ask::Rate), false));
    }
    // what is in a cart stays to be looked at while nothing can be ordered
    let cart = said.contains(&format!("href=\"/g/{link}/cart\""));
    let kept = cart && may.does.order && !check.state.orders.is_empty();
    faults.extend(wrong("the cart", cart, orders || kept));
    let review = said.contains(&format!("href=\"/g/{link}/review\""));
    let reviews = check.expected(Ask::Review, PROOF).0 == 200;
    faults.extend(wrong("the way to the review", review && !reviews, false));
    faults
}

/// The digits of the shape: 1 choose, 2 rate, 4 read the thread, 8 order, 16 confirmed.
fn of_shape(check: &Check<'_>, may: May, shape: &Value) -> Vec<String> {
    let (ids, digits) = (
        shape["ids"].as_str().unwrap(),
        shape["may"].as_str().unwrap(),
    );
    let mut faults = Vec::new();
    let mut shown = 0;
    for (at, (shot, id)) in check.behind.shots.iter().enumerate() {
        let taken = |ask| check.expected(ask, at);
        let place = ids.find(id.as_str()).map(|place| place / 32);
        match (place, exists(may, shot)) {
            (None, false) => {}
            (Some(place), true) => {
                shown += 1;
                let bits = [
                    taken(Ask::Choose).0 == 200,
                    taken(Ask::Rate).0 == 200,
                    talks(may, shot),
                    taken(Ask::Want).0 == 200,
                    taken(Ask::Choose).1 == "confirmed",
                ];
                let sum = bits
                    .iter()
                    .rev()
                    .fold(0, |sum, bit| sum * 2 + u32::from(*bit));
                let got = digits[place..].chars().next().unwrap().to_digit(32);
                if got != Some(sum) {
                    faults.push(format!("{}: {got:?} instead of {sum}", shot.name));
                }
            }
            (is, _) => faults.push(format!("{} stands at {is:?}", shot.name)),
        }
    }
    if digits.len() != shown || ids.len() != 32 * shown {
        faults.push(format!("{} digits of {shown} photographs", digits.len()));
    }
    faults
}

/// Counts of comments are of threads that are read.
fn of_choices(check: &Check<'_>, may: May, choices: &Value) -> Vec<String> {
    let counts = choices["comments"].as_object().unwrap();
    let mut faults = Vec::new();
    for (shot, id) in &check.behind.shots {
        let counted = counts.contains_key(id.as_str());
        if counted && !(exists(may, shot) && talks(may, shot)) {
            faults.push(format!("counts the comments of {}", shot.name));
        }
    }
    let proof = check.behind.shots[PROOF].1.as_str();
    let said = counts.contains_key(proof);
    faults.extend(wrong("the count of the Proof", said, may.does.comment));
    faults
}
