//! What is worth asking: everything once, and of whoever is like somebody else only whether that holds.

use super::people::{Entry, Who};
use super::states::State;
use super::world::Behind;
use super::{Ask, EACH};

/// Who stands on a row, or at a door, that another of [`PEOPLE`] asks everything at.
const LIKE_OTHERS: [Who; 19] = [
    Who::WrongPin,
    Who::VisitWithNewPin,
    Who::VisitWithOldPin,
    Who::Left,
    Who::VisitOver,
    Who::Removed,
    Who::NotInvited,
    Who::SessionOver,
    Who::OtherVisit,
    Who::OtherPerson,
    Who::GuestWhoIsInvited,
    Who::EntersWithPin,
    Who::NotInvitedWithPin,
    Who::OwnAndGroup,
    Who::SignedOut,
    Who::ViewerAtTheDoor,
    Who::Assistant,
    Who::AssistantWithTicks,
    Who::Owner,
];

/// What is worth asking of which photograph: everything at the door with the PIN, a part of it at the others, and of one
/// and of none for whoever is like others or is not inside.
pub fn worth(behind: &Behind, who: Who, entry: Entry, state: &State) -> Vec<(Ask, usize)> {
    let last = behind.shots.len() - 1;
    let inside = matches!(entry, Entry::As(_)) && state.closed.is_none();
    let photos = match inside && !LIKE_OTHERS.contains(&who) {
        true if behind.door == 0 => (0..=last).collect(),
        true => vec![1, 2, 3, 4, 7, last],
        false => vec![2, last],
    };
    // a product is refused and given as its original is: of a Proof, a Final, in the section of others, of none
    let products = [1, 2, 7, last];
    let product = |ask| matches!(ask, Ask::FullSize | Ask::Small);
    let each = photos.iter().flat_map(|at| EACH.map(|ask| (ask, *at)));
    each.filter(|(ask, at)| !product(*ask) || products.contains(at))
        .collect()
}
