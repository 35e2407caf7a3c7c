//! Galleries in galleries (P1, P56): where one may stand, and whose authorization table governs it there.

use crate::gallery::Gallery;
use crate::ids::GalleryId;
use std::collections::{HashMap, HashSet};

/// Levels at most, the top one included (P1).
pub const LEVELS: usize = 10;

/// Why a gallery cannot stand there, in words for the studio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Misplaced {
    /// There is no such gallery.
    #[error("There is no such gallery.")]
    Unknown,
    /// In itself, or in one that stands in it.
    #[error("A gallery cannot stand in itself, nor in one that stands in it.")]
    InItself,
    /// Deeper than [`LEVELS`].
    #[error(
        "That would be deeper than ten levels: clients would no longer find their way back. Choose a gallery further up."
    )]
    TooDeep,
}

/// All galleries of a studio by their ids, to ask where they stand.
#[derive(Debug)]
pub struct Tree<'a>(HashMap<GalleryId, &'a Gallery>);

impl<'a> Tree<'a> {
    /// The tree these galleries form.
    pub fn of(galleries: impl IntoIterator<Item = &'a Gallery>) -> Self {
        Self(galleries.into_iter().map(|one| (one.id, one)).collect())
    }

    /// Those it stands in, the top first. A ring that should not be there is cut.
    #[must_use]
    pub fn above(&self, gallery: &Gallery) -> Vec<&'a Gallery> {
        let (mut above, mut seen) = (Vec::new(), HashSet::from([gallery.id]));
        let mut parent = gallery.parent;
        while let Some(one) = parent.and_then(|id| self.0.get(&id)) {
            if !seen.insert(one.id) {
                break;
            }
            above.push(*one);
            parent = one.parent;
        }
        above.reverse();
        above
    }

    /// Those that stand directly in it, the oldest first.
    #[must_use]
    pub fn inside(&self, gallery: GalleryId) -> Vec<&'a Gallery> {
        let mut inside: Vec<_> = self.0.values().copied().collect();
        inside.retain(|one| one.parent == Some(gallery));
        inside.sort_by_key(|one| (one.created, one.id));
        inside
    }

    /// Levels from this gallery down, itself included.
    fn height(&self, gallery: GalleryId, left: usize) -> usize {
        let below = self.inside(gallery).into_iter();
        let below = below.map(|one| match left {
            0 => 0,
            _ => self.height(one.id, left - 1),
        });
        1 + below.max().unwrap_or(0)
    }

    /// Whether `gallery` (none: one that is being made) may stand in `parent`.
    ///
    /// # Errors
    /// Says why not.
    pub fn fits(&self, gallery: Option<GalleryId>, parent: GalleryId) -> Result<(), Misplaced> {
        let parent = self.0.get(&parent).ok_or(Misplaced::Unknown)?;
        let mut path = self.above(parent);
        path.push(parent);
        if gallery.is_some_and(|id| path.iter().any(|one| one.id == id)) {
            return Err(Misplaced::InItself);
        }
        let height = gallery.map_or(1, |id| self.height(id, LEVELS));
        if path.len() + height > LEVELS {
            return Err(Misplaced::TooDeep);
        }
        Ok(())
    }

    /// The galleries below `gallery` whose table changes when `gallery` is governed by `table` from now on: all that
    /// inherit from it, and none that stand on a table of their own.
    #[must_use]
    pub fn heirs(&self, gallery: GalleryId, table: GalleryId) -> Vec<Gallery> {
        let (mut heirs, mut open, mut seen) = (Vec::new(), vec![gallery], HashSet::new());
        while let Some(id) = open.pop() {
            for one in self.inside(id) {
                if one.table == one.id || !seen.insert(one.id) {
                    continue;
                }
                open.push(one.id);
                if one.table != table {
                    heirs.push(Gallery {
                        table,
                        ..one.clone()
                    });
                }
            }
        }
        heirs
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    /// A chain of galleries, each in the one before.
    fn chain(levels: usize) -> Vec<Gallery> {
        let mut chain: Vec<Gallery> = Vec::new();
        for level in 0..levels {
            let mut one = Gallery::new(
                format!("{level}"),
                format!("{level}"),
                Timestamp::UNIX_EPOCH,
            );
            one.parent = chain.last().map(|above| above.id);
            one.table = chain.last().map_or(one.id, |above| above.table);
            chain.push(one);
        }
        chain
    }

    /// P1: ten levels, with a breadcrumb from the top; the eleventh says why not.
    #[test]
    fn ten_levels_and_no_more() {
        let chain = chain(10);
        let tree = Tree::of(&chain);
        assert_eq!(tree.above(&chain[9]).len(), 9);
        assert_eq!(tree.above(&chain[9])[0].id, chain[0].id);
        assert_eq!(tree.fits(None, chain[8].id), Ok(()));
        assert_eq!(tree.fits(None, chain[9].id), Err(Misplaced::TooDeep));
    }

    /// A gallery that is moved takes along what stands in it.
    #[test]
    fn what_stands_in_it_counts_when_it_is_moved() {
        let (one, other) = (chain(6), chain(5));
        let tree = Tree::of(one.iter().chain(&other));
        assert_eq!(
            tree.fits(Some(other[0].id), one[5].id),
            Err(Misplaced::TooDeep)
        );
        assert_eq!(tree.fits(Some(other[0].id), one[4].id), Ok(()));
    }

    /// No gallery is its own ancestor, and a ring in the table does not hang a page.
    #[test]
    fn no_gallery_stands_in_itself() {
        let mut chain = chain(3);
        let tree = Tree::of(&chain);
        assert_eq!(
            tree.fits(Some(chain[0].id), chain[2].id),
            Err(Misplaced::InItself)
        );
        assert_eq!(
            tree.fits(Some(chain[0].id), chain[0].id),
            Err(Misplaced::InItself)
        );
        chain[0].parent = Some(chain[2].id);
        let ring = Tree::of(&chain);
        assert_eq!(ring.above(&chain[0]).len(), 2);
        assert_eq!(
            ring.fits(None, GalleryId::new(Timestamp::MAX)),
            Err(Misplaced::Unknown)
        );
    }

    /// 4.4: a gallery inherits unless it has its own table; what hangs below follows, what stands on its own does not.
    #[test]
    fn heirs_follow_and_owners_do_not() {
        let mut chain = chain(4);
        chain[3].table = chain[3].id;
        let tree = Tree::of(&chain);
        let own = tree.heirs(chain[1].id, chain[1].id);
        assert_eq!(
            own.iter().map(|one| one.id).collect::<Vec<_>>(),
            [chain[2].id]
        );
        assert_eq!(own[0].table, chain[1].id);
        assert!(tree.heirs(chain[1].id, chain[0].id).is_empty());
    }
}
