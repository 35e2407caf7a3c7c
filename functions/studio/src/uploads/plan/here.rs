//! What is here already, and what a file would be beside it.

use super::Kind;
use crate::uploads::content::{Content, Likeness};
use domain::ids::PhotoId;
use domain::photo::{Photo, Stage, State as Is};
use domain::replace::Planned;
use std::collections::HashMap;
use table::Settled;

/// What is here already, to plan beside.
pub(super) struct Here<'a> {
    pub(super) folder: &'a str,
    pub(super) photos: &'a [Photo],
    pub(super) by_id: HashMap<&'a PhotoId, &'a Photo>,
    settled: HashMap<&'a str, &'a Settled>,
}

/// How a batch is meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meant {
    /// *Replace existing files with same file name*.
    pub(super) replace: bool,
    /// The state it shall carry.
    pub(super) stage: Option<Stage>,
}

/// One file's plan before candidates are drawn.
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) photo: Option<PhotoId>,
    pub(super) candidates: Vec<PhotoId>,
    pub(super) reason: Option<String>,
}

impl Found {
    pub(super) fn of(kind: Kind, photo: Option<PhotoId>) -> Self {
        Self {
            kind,
            photo,
            candidates: Vec::new(),
            reason: None,
        }
    }
}

impl<'a> Here<'a> {
    pub(super) fn new(folder: &'a str, photos: &'a [Photo], settled: &'a [Settled]) -> Self {
        Self {
            folder,
            photos,
            by_id: photos.iter().map(|photo| (&photo.id, photo)).collect(),
            settled: settled
                .iter()
                .map(|object| (object.key.as_str(), object))
                .collect(),
        }
    }

    /// The photograph that a key belongs to.
    pub(super) fn of_key(&self, key: &str) -> Option<&'a Photo> {
        let remembered = self
            .settled
            .get(key)
            .and_then(|object| object.photo.as_ref());
        let own = PhotoId::of_key(key);
        self.by_id.get(remembered.unwrap_or(&own)).copied()
    }

    /// What a file under this key would be, whose name was planned so.
    pub(super) fn file(&self, key: &str, file: Content, meant: Meant, planned: Planned) -> Found {
        if !meant.replace {
            return match self.of_key(key) {
                Some(photo) if !matches!(photo.state, Is::Rejected { .. }) => {
                    self.beside(key, file, meant, photo, Kind::Exists)
                }
                Some(photo) => Found::of(Kind::Replaces, Some(photo.id.clone())),
                None => Found::of(Kind::New, None),
            };
        }
        match planned {
            Planned::New => Found::of(Kind::New, None),
            Planned::Replaces { photo, .. } => match self.by_id.get(&photo) {
                Some(photo) => self.beside(key, file, meant, photo, Kind::Replaces),
                None => Found::of(Kind::Replaces, Some(photo)),
            },
            Planned::Ambiguous(candidates) => {
                let only = self.only_of(file, meant, &candidates);
                only.unwrap_or_else(|| ambiguous(candidates))
            }
        }
    }

    /// A file whose photograph is known: the same, to be compared, or else what it is then.
    fn beside(&self, key: &str, file: Content, meant: Meant, photo: &Photo, other: Kind) -> Found {
        let shown = file.shown_by(photo);
        let kind = match shown.max(self.was(key, file)) {
            Likeness::Same if shown == Likeness::Same => meant.same(photo),
            Likeness::Same => Kind::Same,
            Likeness::Perhaps => Kind::Compare,
            Likeness::Other => other,
        };
        Found::of(kind, Some(photo.id.clone()))
    }

    /// Of several photographs of a name, the only one that shows this very file: a folder that is put twice asks nothing
    /// twice (P31).
    fn only_of(&self, file: Content, meant: Meant, candidates: &[PhotoId]) -> Option<Found> {
        if candidates.len() < 2 {
            return None;
        }
        let of = |likeness: Likeness| {
            let photos = candidates.iter().filter_map(|id| self.by_id.get(id));
            photos.filter(move |photo| file.shown_by(photo) == likeness)
        };
        if of(Likeness::Perhaps).next().is_some() {
            return Some(Found::of(Kind::Compare, None));
        }
        let mut same = of(Likeness::Same);
        let one = same.next()?;
        let found = || Found::of(meant.same(one), Some(one.id.clone()));
        same.next().is_none().then(found)
    }

    /// Beside what was put under this key last, whatever its photograph shows by now.
    fn was(&self, key: &str, file: Content) -> Likeness {
        let last = self.settled.get(key);
        last.map_or(Likeness::Other, |last| file.beside((last.size, last.crc32)))
    }
}

impl Meant {
    /// Of a file that the photograph shows: its state may rise to what is said (P48).
    fn same(self, photo: &Photo) -> Kind {
        match self.stage {
            Some(stage) if stage > photo.stage => Kind::Raises,
            _ => Kind::Same,
        }
    }
}

fn ambiguous(candidates: Vec<PhotoId>) -> Found {
    let reason = match candidates.as_slice() {
        [] => "Another file of this upload has the same name but for its ending.",
        [_] => "Another file of this upload means the same photograph.",
        _ => "Several photographs have this name.",
    };
    Found {
        candidates,
        reason: Some(reason.into()),
        ..Found::of(Kind::Ambiguous, None)
    }
}
