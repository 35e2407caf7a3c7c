//! Who may do what: rows, sessions, and `may`, the one function every byte goes through (product 4.4, invariant 2).

use crate::gallery::Gallery;
use crate::ids::{GalleryId, TokenHash};
use crate::photo::Photo;
use crate::pin::PinShape;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A visitor's session ends after so long without a request (R-4.8).
pub const VISITOR_IDLE: SignedDuration = SignedDuration::from_hours(12);
/// A visitor's session ends for good after so long (R-4.8).
pub const VISITOR_LIFE: SignedDuration = SignedDuration::from_hours(30 * 24);
/// The studio's session ends after so long without a request (R-4.8).
pub const STUDIO_IDLE: SignedDuration = SignedDuration::from_hours(8);
/// The studio's session ends for good after so long (R-4.8).
pub const STUDIO_LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How long a presigned original may be fetched: long enough to start, short enough to be worth little (R-3.3).
pub const ORIGINAL_LIFE: SignedDuration = SignedDuration::from_mins(15);

/// One row of a gallery's authorization table. It replaces the others, it never adds to them (P12).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Whom it speaks of.
    pub subject: Subject,
    /// Off: nobody enters through it (P13).
    pub active: bool,
    /// What it allows.
    pub rights: Rights,
    /// The PIN that guards row *Anybody*; none: the link alone opens (L3).
    pub pin: Option<PinLock>,
    /// Rises with every change; a session that knows an older one is re-evaluated (R-4.8).
    pub revision: u64,
}

/// Whom a row speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// Everyone who holds the link and knows the PIN, and is on no other row.
    Anybody,
}

/// What a row allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// See the gallery.
    pub enter: bool,
    /// Download originals.
    pub originals: bool,
}

/// A PIN as the table holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinLock {
    /// See [`crate::pin::Pin::hash`].
    pub hash: String,
    /// See [`crate::pin::Pin::seal`].
    pub sealed: String,
    /// What the door draws.
    pub shape: PinShape,
}

/// A visitor who came through the door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The cookie's hash.
    pub id: TokenHash,
    /// The gallery it opens, and no other.
    pub gallery: GalleryId,
    /// The row it came in by.
    pub subject: Subject,
    /// The row's revision then.
    pub revision: u64,
    /// When it began.
    pub created: Timestamp,
    /// When it was last seen, to the hour.
    pub seen: Timestamp,
}

impl Session {
    /// Whether it still stands, by the clock; TTL deletion is housekeeping and comes late (R-2.8).
    #[must_use]
    pub fn current(&self, now: Timestamp) -> bool {
        now < self.created + VISITOR_LIFE && now < self.seen + VISITOR_IDLE
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Open the gallery: its title, chapters, counts.
    Enter,
    /// See a photograph: its renditions, its name.
    View,
    /// Fetch the original bytes.
    DownloadOriginal,
}

/// Why not. None of these says anything about the photographs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The studio has paused the gallery.
    #[error("the gallery is paused")]
    Paused,
    /// No current session: the door asks for the PIN.
    #[error("no current session")]
    Door,
    /// The row does not allow it.
    #[error("the row does not allow it")]
    NotAllowed,
    /// There is nothing a client may see under that name.
    #[error("nothing to see")]
    Nothing,
}

/// Somebody's standing in one gallery, worked out from current rows: the only thing [`may`] believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    gallery: GalleryId,
    rights: Rights,
    subject: Subject,
}

impl Standing {
    /// Works it out from the gallery, the row the session names, and the session, all read now and consistently.
    ///
    /// # Errors
    /// [`Refusal::Paused`] before anything else: a paused gallery says so with or without a PIN. [`Refusal::Door`] when
    /// there is no session for this gallery, it has ended, or the row changed since.
    pub fn of(
        gallery: &Gallery,
        row: &Row,
        session: Option<&Session>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        if !gallery.enabled {
            return Err(Refusal::Paused);
        }
        if !row.active || !row.rights.enter {
            return Err(Refusal::NotAllowed);
        }
        if row.pin.is_some() {
            let session = session.ok_or(Refusal::Door)?;
            let same = session.gallery == gallery.id
                && session.subject == row.subject
                && session.revision == row.revision;
            if !same || !session.current(now) {
                return Err(Refusal::Door);
            }
        }
        Ok(Self {
            gallery: gallery.id,
            rights: row.rights,
            subject: row.subject.clone(),
        })
    }

    /// The row it stands on.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }
}

/// Whether this standing allows the action on this photograph now.
///
/// # Errors
/// The refusal, which carries no fact about the photograph.
pub fn may(
    standing: &Standing,
    action: Action,
    photo: Option<&Photo>,
    _now: Timestamp,
) -> Result<(), Refusal> {
    if let Some(photo) = photo
        && (photo.gallery != standing.gallery || !visible(photo))
    {
        return Err(Refusal::Nothing);
    }
    let allowed = match action {
        Action::Enter => standing.rights.enter,
        Action::View => standing.rights.enter && photo.is_some(),
        Action::DownloadOriginal => standing.rights.originals && photo.is_some(),
    };
    if allowed {
        Ok(())
    } else {
        Err(Refusal::NotAllowed)
    }
}

/// What exists for a client: the filter of every list, count, archive and preview (invariant 2).
#[must_use]
pub fn visible(photo: &Photo) -> bool {
    photo.picture().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gallery::Counts;
    use crate::ids::PhotoId;
    use crate::photo::{State, Version};

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn gallery() -> Gallery {
        Gallery {
            id: GalleryId::new(at("2026-11-22T10:00:00Z")),
            title: "T".into(),
            folder: "f".into(),
            link: "l".into(),
            enabled: true,
            created: at("2026-11-22T10:00:00Z"),
            updated: at("2026-11-22T10:00:00Z"),
            revision: 1,
            counts: Counts::default(),
        }
    }

    fn row(pin: bool) -> Row {
        Row {
            subject: Subject::Anybody,
            active: true,
            rights: Rights {
                enter: true,
                originals: true,
            },
            pin: pin.then(|| PinLock {
                hash: "h".into(),
                sealed: "s".into(),
                shape: PinShape::SixDigits,
            }),
            revision: 4,
        }
    }

    fn session(gallery: &Gallery) -> Session {
        Session {
            id: TokenHash::of("x"),
            gallery: gallery.id,
            subject: Subject::Anybody,
            revision: 4,
            created: at("2026-11-22T10:00:00Z"),
            seen: at("2026-11-22T10:00:00Z"),
        }
    }

    const NOON: &str = "2026-11-22T12:00:00Z";

    /// L3: the decision table of link and PIN.
    #[test]
    fn a_pin_gallery_asks_for_a_session_and_a_link_gallery_does_not() {
        let g = gallery();
        let s = session(&g);
        assert_eq!(
            Standing::of(&g, &row(true), None, at(NOON)),
            Err(Refusal::Door)
        );
        assert!(Standing::of(&g, &row(true), Some(&s), at(NOON)).is_ok());
        assert!(Standing::of(&g, &row(false), None, at(NOON)).is_ok());
    }

    /// C15, L28, P13, P17: pausing, a new PIN, a row switched off bite at the next request.
    #[test]
    fn every_change_of_the_studio_ends_a_standing() {
        let g = gallery();
        let s = session(&g);
        let paused = Gallery {
            enabled: false,
            ..g.clone()
        };
        let repinned = Row {
            revision: 5,
            ..row(true)
        };
        let off = Row {
            active: false,
            ..row(true)
        };
        assert_eq!(
            Standing::of(&paused, &row(true), Some(&s), at(NOON)),
            Err(Refusal::Paused)
        );
        assert_eq!(
            Standing::of(&g, &repinned, Some(&s), at(NOON)),
            Err(Refusal::Door)
        );
        assert_eq!(
            Standing::of(&g, &off, Some(&s), at(NOON)),
            Err(Refusal::NotAllowed)
        );
    }

    /// R-4.8, R-2.8: 12 hours idle or 30 days, whether or not the row was deleted in time.
    #[test]
    fn a_session_ends_by_the_clock() {
        let g = gallery();
        let fresh = session(&g);
        assert!(fresh.current(at("2026-11-22T21:59:59Z")));
        assert!(!fresh.current(at("2026-11-22T22:00:00Z")));
        let busy = Session {
            seen: at("2026-12-22T09:00:00Z"),
            ..fresh
        };
        assert!(busy.current(at("2026-12-22T09:59:59Z")));
        assert!(!busy.current(at("2026-12-22T10:00:00Z")));
    }

    /// GHSA-g94x's class: a session for one gallery opens no other, and no photograph of another.
    #[test]
    fn a_session_opens_its_own_gallery_only() {
        let (mine, other) = (gallery(), gallery());
        let s = session(&mine);
        assert_eq!(
            Standing::of(&other, &row(true), Some(&s), at(NOON)),
            Err(Refusal::Door)
        );
        let standing = Standing::of(&mine, &row(true), Some(&s), at(NOON)).unwrap();
        let foreign = photo(other.id, State::Processing);
        assert_eq!(
            may(&standing, Action::View, Some(&foreign), at(NOON)),
            Err(Refusal::Nothing)
        );
    }

    /// Invariant 2: what is not ready, or was rejected, does not exist for a client.
    #[test]
    fn an_unready_photograph_does_not_exist_for_a_client() {
        let g = gallery();
        let standing = Standing::of(&g, &row(false), None, at(NOON)).unwrap();
        for state in [
            State::Processing,
            State::Rejected {
                code: "c".into(),
                reason: "r".into(),
            },
        ] {
            let photo = photo(g.id, state);
            for action in [Action::View, Action::DownloadOriginal] {
                assert_eq!(
                    may(&standing, action, Some(&photo), at(NOON)),
                    Err(Refusal::Nothing)
                );
            }
        }
        assert_eq!(
            may(&standing, Action::View, None, at(NOON)),
            Err(Refusal::NotAllowed)
        );
    }

    /// P11: entering and downloading are separate rights.
    #[test]
    fn a_row_without_originals_views_and_does_not_download() {
        let g = gallery();
        let looking = Row {
            rights: Rights {
                enter: true,
                originals: false,
            },
            ..row(false)
        };
        let standing = Standing::of(&g, &looking, None, at(NOON)).unwrap();
        assert_eq!(may(&standing, Action::Enter, None, at(NOON)), Ok(()));
        assert_eq!(
            may(&standing, Action::DownloadOriginal, None, at(NOON)),
            Err(Refusal::NotAllowed)
        );
    }

    fn photo(gallery: GalleryId, state: State) -> Photo {
        Photo {
            id: PhotoId::of_key("k"),
            gallery,
            key: "k".into(),
            section: String::new(),
            file_name: "k".into(),
            version: Version {
                id: "1".into(),
                etag: "e".into(),
                size: 1,
            },
            state,
            uploaded: at(NOON),
        }
    }
}
