//! One tap, one transaction (complaint 2, R-2.1): the choice, the count, the history, all or nothing.

use super::{KIND, PickItem, TapItem};
use crate::Table;
use crate::error::Error;
use crate::item::{Item, attribute, n, read, s, write};
use crate::keys;
use crate::selection::{Head, read_head};
use crate::write::{part, step_aside};
use aws_sdk_dynamodb::types::TransactWriteItem;
use domain::access::Subject;
use domain::choice::{Applied, Choice, Set, Tap};
use domain::ids::GalleryId;
use domain::photo::Photo;
use domain::selection::{Choosing, Selection, Tally, TooMany};
use jiff::Timestamp;

/// How often the taps of one subject may meet before a device is told to send again: some eight seconds in all, so that
/// fifty devices at once all come through.
pub(crate) const PATIENCE: u64 = 40;
/// Waits grow no more after so many attempts.
const LONGEST_WAIT: u64 = 15;

/// What a tap came to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "one a request")]
pub enum Tapped {
    /// It is kept, now or since it came first.
    Done {
        /// How it changed the choice.
        applied: Applied,
        /// All the subject says of the photograph now.
        choice: Choice,
        /// The whole as of this tap; others may have come since.
        selection: Selection,
    },
    /// The choice was confirmed; nothing is kept (S34).
    Confirmed {
        /// When.
        on: Timestamp,
    },
    /// No more may be chosen; nothing is kept (complaint 11).
    Full(TooMany),
    /// Another tap has this stamp; nothing is kept: stamp it anew.
    Reused,
    /// Too many taps met; nothing is kept, send it again.
    Busy,
}

/// What a tap must be counted against where the number of chosen photographs is limited.
#[derive(Debug, Clone, Copy)]
pub struct Bound<'a> {
    /// The gallery's rules.
    pub choosing: &'a Choosing,
    /// The photographs that exist for the subject: only these count.
    pub photos: &'a [&'a Photo],
}

/// What was read for a tap.
struct Read {
    pick: PickItem,
    head: Head,
    log: Option<TapItem>,
}

/// A moment's wait for those who met over one subject's choices.
pub(crate) async fn wait(attempt: u64) {
    step_aside(attempt.min(LONGEST_WAIT)).await;
}

impl Table {
    /// Keeps a tap, once, whenever and however often it comes. That it came before is found first, then that a later one
    /// stands; only then whether the choice is confirmed or full.
    ///
    /// A tap is kept before a confirmation, and is in its snapshot, or is refused after it: both write the selection
    /// under a condition. Wishes to order are not bound by a confirmation (4.6, 4.7). `bound` is needed where
    /// [`Choosing::bounded`]; then no two devices together choose more than there is room for (S37).
    ///
    /// Whether the subject may at all is the caller's to decide.
    ///
    /// # Errors
    /// When the table does not answer: whether the tap is kept is not known then, and it can be sent again.
    pub async fn tap(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        tap: &Tap,
        bound: Option<Bound<'_>>,
        now: Timestamp,
    ) -> Result<Tapped, Error> {
        for attempt in 0..PATIENCE {
            let outcome = self.tap_once(gallery, subject, tap, bound, now).await?;
            if let Some(outcome) = outcome {
                return Ok(outcome);
            }
            wait(attempt).await;
        }
        Ok(Tapped::Busy)
    }

    /// `None`: it met another; read again.
    async fn tap_once(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        tap: &Tap,
        bound: Option<Bound<'_>>,
        now: Timestamp,
    ) -> Result<Option<Tapped>, Error> {
        let Read { pick, head, log } = self.read_for(gallery, subject, tap).await?;
        let mut choice = pick.choice()?;
        let done = |applied, choice, selection| {
            Ok(Some(Tapped::Done {
                applied,
                choice,
                selection,
            }))
        };
        if let Some(log) = log {
            return if log.photo == tap.photo && log.set == tap.set {
                done(Applied::Again, choice, head.selection)
            } else {
                Ok(Some(Tapped::Reused))
            };
        }
        let was = choice.chosen.value;
        let applied = choice.apply(tap.set, &tap.stamp);
        let history = self.tap_item(gallery, subject, tap, now)?;
        match applied {
            Applied::Again => return Ok(Some(Tapped::Reused)),
            // it changes nothing, whatever comes between: stamps only rise
            Applied::Superseded => {
                return if self.put_once(history).await? {
                    done(applied, choice, head.selection)
                } else {
                    Ok(None)
                };
            }
            Applied::Changed | Applied::Same => {}
        }
        let confirmable = !matches!(tap.set, Set::Wanted(..));
        if let Some(on) = head.selection.confirmed().filter(|_| confirmable) {
            return Ok(Some(Tapped::Confirmed { on }));
        }
        let more = i64::from(choice.chosen.value) - i64::from(was);
        let mut seen = None;
        if let Some(bound) = bound.filter(|bound| more > 0 && bound.choosing.bounded()) {
            match self.room(gallery, subject, tap, bound).await? {
                Ok(revision) => seen = Some(revision),
                Err(full) => return Ok(Some(Tapped::Full(full))),
            }
        }
        let mut kept = pick.with(&choice);
        kept.taps += 1;
        let writes = vec![
            self.put_pick(&keys::pick(gallery, subject, &tap.photo), &pick, &kept)?,
            self.count_tap(gallery, subject, more, confirmable, seen, now)?,
            self.put_new_with_others(history)?,
        ];
        if self.transact_once(writes).await?.is_err() {
            return Ok(None);
        }
        done(applied, choice, head.tapped(more, now))
    }

    async fn read_for(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        tap: &Tap,
    ) -> Result<Read, Error> {
        let pick = keys::pick(gallery, subject, &tap.photo);
        let selection = keys::selection(gallery, subject);
        let log = keys::tap(gallery, subject, &tap.stamp);
        let wanted = [pick.clone(), selection.clone(), log.clone()];
        let mut found = self.get_many(&wanted).await?;
        let pick = found.remove(&pick).map(|item| read(KIND, item));
        let log = found.remove(&log).map(|item| read("tap", item));
        Ok(Read {
            pick: pick
                .transpose()?
                .unwrap_or_else(|| PickItem::new(tap.photo.clone())),
            head: read_head(subject, found.remove(&selection))?,
            log: log.transpose()?,
        })
    }

    /// Whether there is room for one more; the revision at which there was.
    async fn room(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        tap: &Tap,
        Bound { choosing, photos }: Bound<'_>,
    ) -> Result<Result<u64, TooMany>, Error> {
        let chosen = self.choices(gallery, subject).await?;
        let stands = |photo: &&&Photo| {
            let choice = chosen.choices.get(&photo.id);
            choice.is_some_and(|choice| choice.chosen.value)
        };
        let tally = Tally::of_photos(photos.iter().filter(stands).copied());
        let this = photos.iter().find(|photo| photo.id == tap.photo);
        let section = this.map_or("", |photo| &photo.section);
        let room = choosing.room(&tally, section);
        Ok(room.map(|()| chosen.selection.revision))
    }

    fn tap_item(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        tap: &Tap,
        now: Timestamp,
    ) -> Result<Item, Error> {
        let body = TapItem {
            stamp: tap.stamp.clone(),
            photo: tap.photo.clone(),
            set: tap.set,
            at: now,
        };
        write("tap", &keys::tap(gallery, subject, &tap.stamp), &body)
    }

    /// Counts a tap in the subject's selection: only while it is open, if it must be, and at the revision that was seen,
    /// if there is one.
    fn count_tap(
        &self,
        gallery: GalleryId,
        subject: &Subject,
        more: i64,
        open: bool,
        seen: Option<u64>,
        now: Timestamp,
    ) -> Result<TransactWriteItem, Error> {
        let mut conditions = Vec::new();
        let mut change = self
            .change_with_others(&keys::selection(gallery, subject))
            .update_expression(
                "SET subject = :subject, updated = :now, #list = :list, #by = :by \
                 ADD revision :one, taps :one, chosen :more",
            )
            .expression_attribute_names("#list", keys::LIST)
            .expression_attribute_names("#by", keys::LIST_BY)
            .expression_attribute_values(":list", s(keys::SELECTIONS))
            .expression_attribute_values(":by", s(gallery.to_string()))
            .expression_attribute_values(":subject", attribute(KIND, subject)?)
            .expression_attribute_values(":now", attribute(KIND, now)?)
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":more", n(more));
        if open {
            conditions.push("attribute_not_exists(confirmed)");
        }
        match seen {
            Some(0) => conditions.push("attribute_not_exists(revision)"),
            Some(seen) => {
                conditions.push("revision = :seen");
                change = change.expression_attribute_values(":seen", n(seen));
            }
            None => {}
        }
        if !conditions.is_empty() {
            change = change.condition_expression(conditions.join(" AND "));
        }
        part("selection", change)
    }
}
