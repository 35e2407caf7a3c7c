//! What the studio may do to a gallery's status, from where (product 4.3): the machine behind the buttons.
//!
//! Pausing and opening are not steps: they are possible in every status and change none of its fields (C15, C16).

use crate::calendar::default_expiry;
use crate::gallery::{Gallery, Kind};
use crate::status::{archived, locked};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Something the studio does to a gallery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Opens a draft to its clients; a gallery of kind *delivery* is delivered with it (S31).
    Publish,
    /// Takes it back: Unavailable to everyone until it is published again (S31).
    Unpublish,
    /// Closes choosing (S24).
    Lock,
    /// Opens choosing again; a deadline that has passed is lifted, or replaced by the new one (S32).
    Reopen {
        /// The new deadline, if there is to be one.
        deadline: Option<Timestamp>,
    },
    /// Publishes the finals (S35).
    Deliver,
    /// Takes the delivery back.
    Withdraw,
    /// Puts it away as history (S26).
    Archive,
    /// Brings it back as it was.
    Restore,
    /// Moves the deadline, the end, or both.
    Extend {
        /// The new deadline; none: it stays.
        deadline: Option<Timestamp>,
        /// The new end; none: it stays.
        expires: Option<Timestamp>,
    },
}

/// Why a step cannot be taken now, in words for the studio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Forbidden {
    /// It is published already.
    #[error("The gallery is published already.")]
    AlreadyPublished,
    /// It is a draft.
    #[error("The gallery is a draft. Publish it first.")]
    Draft,
    /// Choosing is closed already.
    #[error("Choosing is closed already.")]
    AlreadyLocked,
    /// Choosing is open.
    #[error("Choosing is open already.")]
    NotLocked,
    /// Nothing is chosen in a gallery that is already delivered.
    #[error(
        "The delivery is published, and nothing is chosen any more. Withdraw the delivery first."
    )]
    Delivered,
    /// There is no delivery to take back.
    #[error("No delivery is published.")]
    NotDelivered,
    /// It is put away.
    #[error("The gallery is archived. Restore it first.")]
    Archived,
    /// It is not put away.
    #[error("The gallery is not archived.")]
    NotArchived,
    /// Its time is over.
    #[error("The gallery’s time is over. Give it a new end first.")]
    Ended,
    /// Neither a new deadline nor a new end.
    #[error("Choose a new deadline or a new end.")]
    NoDate,
    /// A date that has passed.
    #[error("That day has passed. Choose today or a later day.")]
    Passed,
}

/// Takes a step.
///
/// # Errors
/// Says why it cannot be taken; the gallery is as it was.
pub fn take(
    gallery: &mut Gallery,
    step: Step,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<(), Forbidden> {
    allowed(gallery, step, now)?;
    match step {
        Step::Publish => publish(gallery, now, zone),
        Step::Unpublish => gallery.published = None,
        Step::Lock => gallery.locked = true,
        Step::Reopen { deadline } => {
            gallery.locked = false;
            if deadline.is_some() || gallery.deadline.is_some_and(|on| now >= on) {
                gallery.deadline = deadline;
            }
        }
        Step::Deliver => {
            renew(gallery, now, zone);
            gallery.delivered = Some(now);
        }
        Step::Withdraw => {
            gallery.delivered = None;
            gallery.locked = gallery.kind != Kind::Delivery || gallery.locked;
        }
        Step::Archive => gallery.archived = true,
        Step::Restore => gallery.archived = false,
        Step::Extend { deadline, expires } => {
            gallery.deadline = deadline.or(gallery.deadline);
            gallery.expires = expires.or(gallery.expires);
        }
    }
    Ok(())
}

/// Whether a step can be taken now.
///
/// # Errors
/// Says why not.
pub fn allowed(gallery: &Gallery, step: Step, now: Timestamp) -> Result<(), Forbidden> {
    let ended = gallery.expires.is_some_and(|on| now >= on);
    let chosen_from = gallery.delivered.is_none();
    let is = |holds: bool, otherwise: Forbidden| if holds { Ok(()) } else { Err(otherwise) };
    let at_work = || {
        is(gallery.published.is_some(), Forbidden::Draft)?;
        is(!gallery.archived, Forbidden::Archived)?;
        is(!archived(gallery, now), Forbidden::Ended)
    };
    match step {
        Step::Publish => {
            is(!gallery.archived, Forbidden::Archived)?;
            is(gallery.published.is_none(), Forbidden::AlreadyPublished)?;
            is(!ended, Forbidden::Ended)
        }
        Step::Unpublish => is(gallery.published.is_some(), Forbidden::Draft),
        Step::Lock => {
            at_work()?;
            is(chosen_from, Forbidden::Delivered)?;
            is(!locked(gallery, now), Forbidden::AlreadyLocked)
        }
        Step::Reopen { deadline } => {
            at_work()?;
            is(chosen_from, Forbidden::Delivered)?;
            is(locked(gallery, now), Forbidden::NotLocked)?;
            is(deadline.is_none_or(|on| now < on), Forbidden::Passed)
        }
        Step::Deliver => {
            at_work()?;
            is(chosen_from, Forbidden::Delivered)
        }
        Step::Withdraw => {
            at_work()?;
            is(!chosen_from, Forbidden::NotDelivered)
        }
        Step::Archive => is(!gallery.archived, Forbidden::Archived),
        Step::Restore => {
            is(gallery.archived, Forbidden::NotArchived)?;
            is(!ended, Forbidden::Ended)
        }
        Step::Extend { deadline, expires } => {
            is(deadline.or(expires).is_some(), Forbidden::NoDate)?;
            is(deadline.is_none() || chosen_from, Forbidden::Delivered)?;
            let mut dates = deadline.iter().chain(&expires);
            is(dates.all(|on| now < *on), Forbidden::Passed)
        }
    }
}

fn publish(gallery: &mut Gallery, now: Timestamp, zone: &TimeZone) {
    renew(gallery, now, zone);
    gallery.published = Some(now);
    if gallery.kind == Kind::Delivery {
        gallery.delivered.get_or_insert(now);
    }
}

/// An end that nobody chose counts from publishing, and from the delivery when that comes (L40): twelve months again.
/// One that was chosen stays.
fn renew(gallery: &mut Gallery, now: Timestamp, zone: &TimeZone) {
    let since = gallery.published.unwrap_or(gallery.created);
    if gallery.expires.is_some() && gallery.expires == default_expiry(since, zone) {
        gallery.expires = default_expiry(now, zone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Refusal, Rights};
    use crate::calendar::{last_day, zone};
    use crate::status::{Lock, Status, status};
    use Forbidden as No;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    const NOW: &str = "2026-11-22T10:00:00Z";
    const PAST: &str = "2026-11-01T00:00:00Z";
    const FUTURE: &str = "2026-12-06T23:00:00Z";

    /// A published gallery to choose from.
    fn proofing() -> Gallery {
        Gallery {
            kind: Kind::Proofing,
            delivered: None,
            ..Gallery::new("Marta".into(), "marta".into(), at("2026-10-01T10:00:00Z"))
        }
    }

    fn read(gallery: &Gallery) -> Status {
        let rights = Rights {
            select: true,
            ..Rights::LOOK
        };
        let standing = if gallery.published.is_none() {
            Err(Refusal::Unpublished)
        } else {
            Ok(&rights)
        };
        status(gallery, standing, None, at(NOW))
    }

    fn froms() -> [(&'static str, Gallery); 8] {
        let base = proofing();
        let with = |change: fn(&mut Gallery)| {
            let mut gallery = proofing();
            change(&mut gallery);
            gallery
        };
        [
            ("draft", with(|g| g.published = None)),
            ("proofing", base),
            ("locked", with(|g| g.locked = true)),
            ("deadline", with(|g| g.deadline = Some(at(PAST)))),
            ("ready", with(|g| g.delivered = Some(at(PAST)))),
            ("archived", with(|g| g.archived = true)),
            ("ended", with(|g| g.expires = Some(at(PAST)))),
            (
                "archived and ended",
                with(|g| (g.archived, g.expires) = (true, Some(at(PAST)))),
            ),
        ]
    }

    /// 4.3: from × event → to, and each step that is refused by its name. Columns as in [`froms`].
    #[test]
    fn steps_lead_where_the_table_says() {
        let to_proofing = Ok(Status::Proofing);
        let by_studio = Ok(Status::Locked(Lock::ByStudio));
        let ready = Ok(Status::Ready);
        let away = Ok(Status::Archived);
        let off = Ok(Status::Unavailable(Refusal::Unpublished));
        let extend = Step::Extend {
            deadline: Some(at(FUTURE)),
            expires: Some(at(FUTURE)),
        };
        let reopen = Step::Reopen { deadline: None };
        #[rustfmt::skip]
        let table: [(Step, [Result<Status, No>; 8]); 9] = [
            // step           draft                     proofing                   locked                     deadline                   ready                      archived             ended                archived and ended
            (Step::Publish,   [to_proofing,             Err(No::AlreadyPublished), Err(No::AlreadyPublished), Err(No::AlreadyPublished), Err(No::AlreadyPublished), Err(No::Archived),   Err(No::AlreadyPublished), Err(No::Archived)]),
            (Step::Unpublish, [Err(No::Draft),          off,                       off,                       off,                       off,                       off,                 off,                 off]),
            (Step::Lock,      [Err(No::Draft),          by_studio,                 Err(No::AlreadyLocked),    Err(No::AlreadyLocked),    Err(No::Delivered),        Err(No::Archived),   Err(No::Ended),      Err(No::Archived)]),
            (reopen,          [Err(No::Draft),          Err(No::NotLocked),        to_proofing,               to_proofing,               Err(No::Delivered),        Err(No::Archived),   Err(No::Ended),      Err(No::Archived)]),
            (Step::Deliver,   [Err(No::Draft),          ready,                     ready,                     ready,                     Err(No::Delivered),        Err(No::Archived),   Err(No::Ended),      Err(No::Archived)]),
            (Step::Withdraw,  [Err(No::Draft),          Err(No::NotDelivered),     Err(No::NotDelivered),     Err(No::NotDelivered),     by_studio,                 Err(No::Archived),   Err(No::Ended),      Err(No::Archived)]),
            (Step::Archive,   [off,                     away,                      away,                      away,                      away,                      Err(No::Archived),   away,                Err(No::Archived)]),
            (Step::Restore,   [Err(No::NotArchived),    Err(No::NotArchived),      Err(No::NotArchived),      Err(No::NotArchived),      Err(No::NotArchived),      to_proofing,         Err(No::NotArchived), Err(No::Ended)]),
            (extend,          [off,                     to_proofing,               by_studio,                 to_proofing,               Err(No::Delivered),        away,                to_proofing,         away]),
        ];
        for (step, expected) in table {
            for ((name, from), expected) in froms().into_iter().zip(expected) {
                let mut gallery = from.clone();
                let outcome = take(&mut gallery, step, at(NOW), &TimeZone::UTC);
                let outcome = outcome.map(|()| read(&gallery));
                assert_eq!(outcome, expected, "{step:?} from {name}");
                assert_eq!(
                    outcome,
                    allowed(&from, step, at(NOW)).and(outcome),
                    "{name}"
                );
                if outcome.is_err() {
                    assert_eq!(gallery, from, "a refused step changes nothing: {name}");
                }
            }
        }
    }

    /// 4.3: publishing a gallery of kind *delivery* is its delivery, and taking it back and publishing again keeps it.
    #[test]
    fn publishing_finals_delivers_them() {
        let mut gallery = Gallery::new("Marta".into(), "marta".into(), at(PAST));
        (gallery.published, gallery.delivered) = (None, None);
        take(&mut gallery, Step::Publish, at(NOW), &TimeZone::UTC).unwrap();
        assert_eq!(read(&gallery), Status::Ready);
        take(&mut gallery, Step::Unpublish, at(NOW), &TimeZone::UTC).unwrap();
        take(&mut gallery, Step::Publish, at(NOW), &TimeZone::UTC).unwrap();
        assert_eq!(gallery.delivered, Some(at(NOW)));
        take(&mut gallery, Step::Withdraw, at(NOW), &TimeZone::UTC).unwrap();
        assert_eq!(read(&gallery), Status::Locked(Lock::InPreparation));
    }

    /// L40: twelve months from publishing, and from the delivery once that comes; an end that was chosen stays.
    #[test]
    fn an_end_that_nobody_chose_counts_from_the_delivery() {
        let stockholm = zone("Europe/Stockholm").unwrap();
        let mut gallery = proofing();
        gallery.expires = default_expiry(gallery.created, &stockholm);
        take(&mut gallery, Step::Deliver, at(NOW), &stockholm).unwrap();
        let end = gallery.expires.unwrap();
        assert_eq!(last_day(end, &stockholm), jiff::civil::date(2027, 11, 22));
        let mut chosen = proofing();
        chosen.expires = Some(at(FUTURE));
        take(&mut chosen, Step::Deliver, at(NOW), &stockholm).unwrap();
        assert_eq!(chosen.expires, Some(at(FUTURE)));
    }

    /// S32: nothing is extended into the past, and not without a date.
    #[test]
    fn a_new_date_lies_ahead() {
        let step = |deadline, expires| Step::Extend { deadline, expires };
        let gallery = proofing();
        let ask = |step| allowed(&gallery, step, at(NOW));
        assert_eq!(ask(step(None, None)), Err(No::NoDate));
        assert_eq!(ask(step(Some(at(PAST)), None)), Err(No::Passed));
        assert_eq!(ask(step(None, Some(at(PAST)))), Err(No::Passed));
        assert_eq!(ask(step(None, Some(at(FUTURE)))), Ok(()));
    }
}
