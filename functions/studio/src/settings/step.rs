//! Steps of a gallery's life (product 4.3): what each is called, what clients read after it, and taking it.

use super::sheet::{Typed, show};
use super::{form, write};
use crate::member::{From, Me, Named};
use crate::reading::{clients_read, status_in_general};
use crate::{Studio, when};
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::activity::What;
use domain::gallery::Gallery;
use domain::lifecycle::{Step, allowed, take};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;
use web::Failure;

/// A step as a button.
pub(crate) struct Offer {
    /// Its name in the form.
    pub(crate) to: &'static str,
    pub(crate) label: &'static str,
    pub(crate) icon: &'static str,
    /// What it does.
    pub(crate) does: &'static str,
    /// What clients read then.
    pub(crate) then: &'static str,
    /// It asks for a new deadline.
    pub(crate) deadline: bool,
    /// It asks for a new end.
    pub(crate) ends: bool,
    pub(crate) danger: bool,
}

/// A step's name in forms, in the activity and in addresses, its label, its drawing and what it does.
struct Known {
    to: &'static str,
    done: &'static str,
    label: &'static str,
    icon: &'static str,
    does: &'static str,
}

const fn known(
    to: &'static str,
    done: &'static str,
    label: &'static str,
    icon: &'static str,
    does: &'static str,
) -> Known {
    Known {
        to,
        done,
        label,
        icon,
        does,
    }
}

#[rustfmt::skip]
const STEPS: [Known; 9] = [
    known("publish", "published", "Publish", "check", "Opens the gallery to those the table lets in."),
    known("deliver", "delivered", "Publish the delivery", "ready", "Opens the downloads that waited for it, and ends choosing."),
    known("lock", "locked", "Close choosing", "lock", "Nothing can be chosen or commented on any more; looking goes on."),
    known("reopen", "reopened", "Open choosing again", "proofing", "What was chosen is kept. Without a new deadline there is none."),
    known("withdraw", "withdrawn", "Take the delivery back", "undo", "Downloads that wait for the delivery stop at once."),
    known("extend", "extended", "Extend", "clock", "Moves the deadline, the end, or both."),
    known("archive", "archived", "Archive", "archive", "Puts it away as history: it can be looked at, and not chosen from."),
    known("restore", "restored", "Restore", "undo", "Brings it back as it was."),
    known("unpublish", "unpublished", "Take back to draft", "draft", "Closes it to everyone. Links, rights and choices are kept."),
];

/// What the form of a step says.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct To {
    to: String,
    deadline: String,
    ends: String,
}

impl To {
    fn step(&self, zone: &TimeZone) -> Result<Step, Failure> {
        let end = |text: &str| {
            let end = when::typed_end(text, zone);
            end.map_err(|problem| Failure::Unfit(problem.to_string()))
        };
        let (deadline, expires) = (end(&self.deadline)?, end(&self.ends)?);
        step(&self.to, deadline, expires).ok_or(Failure::NotFound)
    }
}

fn step(to: &str, deadline: Option<Timestamp>, expires: Option<Timestamp>) -> Option<Step> {
    Some(match to {
        "publish" => Step::Publish,
        "unpublish" => Step::Unpublish,
        "lock" => Step::Lock,
        "reopen" => Step::Reopen { deadline },
        "deliver" => Step::Deliver,
        "withdraw" => Step::Withdraw,
        "archive" => Step::Archive,
        "restore" => Step::Restore,
        "extend" => Step::Extend { deadline, expires },
        _ => return None,
    })
}

/// `POST …/status`: takes a step, or says why it cannot be taken.
pub(crate) async fn status(
    State(studio): State<Studio>,
    me: Me,
    from: From,
    named: Named,
    Form(form): Form<To>,
) -> Result<Response, Failure> {
    let mut changed = named.gallery.clone();
    let step = form.step(&studio.zone)?;
    if let Err(forbidden) = take(&mut changed, step, studio.now(), &studio.zone) {
        let typed = Typed::refused(form::Form::of(&named.gallery, &studio.zone), forbidden);
        return show(&studio, &me, &named, typed, None).await;
    }
    let id = changed.id;
    if !write(&studio, &named.gallery, changed).await? {
        return Err(Failure::Busy);
    }
    let done = STEPS.iter().find(|known| known.to == form.to);
    let done = done.map_or("changed", |known| known.done);
    let what = What::StatusChanged { to: done.into() };
    studio.log(&me, &from, Some(id), what).await?;
    tracing::info!(gallery = %id, status = done, "took a step");
    Ok(Redirect::to(&format!("/studio/galleries/{id}/settings?done={done}")).into_response())
}

/// The steps that can be taken now, with what clients read after each.
pub(super) fn offers(gallery: &Gallery, now: Timestamp, zone: &TimeZone) -> Vec<Offer> {
    let tomorrow = now + jiff::SignedDuration::from_hours(24);
    let can = |to: &str, deadline, expires| {
        step(to, deadline, expires).filter(|step| allowed(gallery, *step, now).is_ok())
    };
    let offer = |known: &Known| {
        let taken = can(known.to, None, Some(tomorrow)).or_else(|| can(known.to, None, None))?;
        let mut then = gallery.clone();
        take(&mut then, taken, now, zone).ok()?;
        let extends = known.to == "extend";
        Some(Offer {
            to: known.to,
            label: known.label,
            icon: known.icon,
            does: known.does,
            then: clients_read(status_in_general(&then, now)),
            deadline: known.to == "reopen"
                || extends && can("extend", Some(tomorrow), None).is_some(),
            ends: extends,
            danger: known.to == "unpublish",
        })
    };
    STEPS.iter().filter_map(offer).collect()
}

/// What to say after a step, by its name in the activity.
pub(super) fn notice(done: &str) -> Option<&'static str> {
    Some(match done {
        "saved" => "Saved. Clients see it from their next click on.",
        "preset" => "Saved as a preset. The form for a new gallery offers it.",
        "published" => "Published. The link works from now on.",
        "unpublished" => "Taken back. Clients read “Unavailable”; nothing is deleted.",
        "paused" => "Paused. Clients read that you paused it; nothing is deleted.",
        "opened" => "Open again, with the same link, rights and choices.",
        "locked" => "Choosing is closed. What was chosen is kept.",
        "reopened" => "Choosing is open again.",
        "delivered" => "The delivery is published.",
        "withdrawn" => "The delivery is taken back.",
        "archived" => "Archived. Clients find it as history.",
        "restored" => "Restored as it was.",
        "extended" => "Extended.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::gallery::Kind;

    fn offered(change: impl FnOnce(&mut Gallery)) -> Vec<(&'static str, &'static str)> {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let mut gallery = Gallery::new("M".into(), "m".into(), now);
        (gallery.kind, gallery.delivered) = (Kind::Proofing, None);
        change(&mut gallery);
        let offers = offers(&gallery, now, &TimeZone::UTC);
        offers.iter().map(|offer| (offer.to, offer.then)).collect()
    }

    /// 4.3: a page offers what can be done, each with the word clients read then.
    #[test]
    fn what_can_be_done_is_offered_with_what_follows() {
        assert_eq!(
            offered(|_| ()),
            [
                ("deliver", "Ready to download"),
                ("lock", "Locked"),
                ("extend", "Proofing"),
                ("archive", "Archived"),
                ("unpublish", "Unavailable"),
            ]
        );
        let draft = offered(|gallery| gallery.published = None);
        assert_eq!(draft[0], ("publish", "Proofing"));
        let archived = offered(|gallery| gallery.archived = true);
        assert!(archived.contains(&("restore", "Proofing")));
        assert!(!archived.iter().any(|(to, _)| *to == "deliver"));
    }

    /// Every step has a sentence for after it, and every name leads to a step.
    #[test]
    fn every_step_is_known_by_its_names() {
        for known in STEPS {
            assert!(step(known.to, None, None).is_some(), "{}", known.to);
            assert!(notice(known.done).is_some(), "{}", known.done);
        }
        assert!(step("explode", None, None).is_none());
    }
}
