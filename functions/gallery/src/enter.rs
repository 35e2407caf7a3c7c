//! Typing the PIN: the guess is reserved in the table, then verified, then answered.

use crate::door::{self, Said};
use crate::{Gallery, device, way};
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{Arrival, PinLock, Refusal, Session, Standing, VISITOR_LIFE};
use domain::activity::{Event, What, Who};
use domain::ids::{GalleryId, SecretToken, random_bytes};
use domain::pin::{Pin, PinShape};
use domain::throttle;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::time::Duration;
use table::{GuessRefused, Guesser, Mail, Proofs, Reserved, Visit};
use web::{Banner, Caller, Failure};

/// What the door's form sends.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    pin: String,
    /// Where in the gallery to go on to.
    #[serde(default)]
    to: String,
}

/// `POST /g/{link}`: opens a session for the right PIN, else shows the door again with what can be done.
///
/// # Errors
/// Unknown link, a gallery or a row that no PIN opens, a table that does not answer.
pub async fn submit(
    State(gallery): State<Gallery>,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Failure> {
    let now = gallery.now();
    // a visit that is open already does not spare the guess: what is typed here is judged
    let proofs = Proofs {
        visits: Vec::new(),
        ..caller.proofs.clone()
    };
    let visit = gallery.table.door(&caller.token, &proofs, now).await?;
    let visit = visit.ok_or(Failure::NotFound)?;
    if let Arrival::Preview(_) = visit.arrival {
        let banner = Banner::of(&visit.gallery, &visit.arrival);
        return Ok(Failure::Preview.under(banner));
    }
    match Standing::of(&visit.gallery, &visit.rows, &visit.arrival, now) {
        Err(Refusal::Door) => {}
        Ok(_) => return Ok(Redirect::to(&way::on(&caller.path(), &typed.to)).into_response()),
        Err(refusal) => return Err(refusal.into()),
    }
    let lock = door::lock(&visit, now).cloned().ok_or(Failure::Door)?;
    let pin = Pin::typed(&typed.pin);
    let show = |said| Ok(door::page(&gallery, &caller, &visit, said, &typed.to, now));
    if !could_be(&pin, lock.shape) {
        return show(Said::Incomplete);
    }
    let who = guesser(&gallery, &caller, &visit, now);
    let reserved = match reserve(&gallery, visit.gallery.table, &who).await? {
        Ok(reserved) => reserved,
        Err(GuessRefused::Wait { until }) => return show(Said::Wait(until.duration_since(now))),
        Err(GuessRefused::StepUp) => return Ok(door::step_up(&gallery, &caller, &typed.to)),
        Err(GuessRefused::Busy) => return show(Said::Busy),
    };
    if verify(&gallery, pin, lock, visit.gallery.table).await? {
        let there = way::on(&caller.path(), &typed.to);
        return let_in(&gallery, caller, &visit, &who, &there).await;
    }
    if reserved.last_of_gallery {
        tell_the_studio(&gallery, &caller, &visit, now).await?;
    }
    let Reserved { left, wait, .. } = reserved;
    show(Said::Wrong { left, wait })
}

/// Whose budget the guess counts against. The PIN is the table's, so all galleries under it share one.
fn guesser(gallery: &Gallery, caller: &Caller, visit: &Visit, now: Timestamp) -> Guesser {
    let Caller {
        cookies,
        token,
        site,
        ..
    } = caller;
    let id = visit.gallery.table;
    device::guesser(cookies, token, id, &gallery.pepper, site, now)
}

/// What cannot be the PIN is not worth a guess: nothing typed, or fewer digits than the door draws cells for.
fn could_be(pin: &Pin, shape: PinShape) -> bool {
    match shape {
        PinShape::SixDigits => pin.shape() == PinShape::SixDigits,
        PinShape::Digits | PinShape::Text => !pin.expose().is_empty(),
    }
}

/// Looks at a wait that has just begun.
const ATTEMPTS: u64 = 6;
/// A wait that began less than a second ago may come from right PINs that are being verified at this moment: a party
/// on one line that opens the gallery together. They are given back in a blink, so it is worth another look.
const FRESH_WAIT: SignedDuration = SignedDuration::from_secs(29);

/// Reserves a guess; behind a wait that has just begun it looks again a little later, each time a little more apart.
async fn reserve(
    gallery: &Gallery,
    id: GalleryId,
    who: &Guesser,
) -> Result<Result<Reserved, GuessRefused>, Failure> {
    let mut outcome = Err(GuessRefused::Busy);
    for attempt in 1..=ATTEMPTS {
        let now = gallery.now();
        outcome = gallery.table.reserve_guess(id, who, now).await?;
        let again = match outcome {
            Err(GuessRefused::Wait { until }) => {
                let wait = until.duration_since(now);
                wait > FRESH_WAIT && wait <= throttle::wait_after(throttle::FREE_GUESSES)
            }
            _ => false,
        };
        if !again {
            break;
        }
        let [jitter] = random_bytes::<1>();
        let pause = attempt * (10 + u64::from(jitter) / 5);
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    Ok(outcome)
}

/// argon2id takes tens of milliseconds of CPU: not on the thread that serves others.
async fn verify(
    gallery: &Gallery,
    pin: Pin,
    lock: PinLock,
    id: GalleryId,
) -> Result<bool, Failure> {
    let pepper = gallery.pepper.clone();
    tokio::task::spawn_blocking(move || pin.matches(&lock.hash, id, &pepper))
        .await
        .map_err(Failure::fault)
}

async fn let_in(
    gallery: &Gallery,
    caller: Caller,
    visit: &Visit,
    who: &Guesser,
    there: &str,
) -> Result<Response, Failure> {
    let (id, now) = (visit.gallery.table, gallery.now());
    gallery.table.give_back(id, who, now).await?;
    let token = SecretToken::random();
    let session = Session {
        id: token.hash(),
        gallery: id,
        door: visit.rows.anybody.as_ref().map_or(0, |row| row.door),
        created: now,
        seen: now,
    };
    gallery.table.open_session(&session).await?;
    let name = web::visit::name(&caller.token);
    let cookies = device::remember(caller.cookies, &caller.token, id, &gallery.pepper, now);
    let cookies = cookies.set(&name, token.expose(), Some(VISITOR_LIFE));
    Ok((cookies, Redirect::to(there)).into_response())
}

async fn tell_the_studio(
    gallery: &Gallery,
    caller: &Caller,
    visit: &Visit,
    now: Timestamp,
) -> Result<(), Failure> {
    let mail = Mail::PinUnderAttack {
        gallery: visit.gallery.id,
        title: visit.gallery.title.clone(),
    };
    gallery.table.post(&mail, now).await?;
    let event = Event {
        at: now,
        gallery: Some(visit.gallery.id),
        who: Who::Stranger,
        what: What::PinGuessesSpent,
        from: caller.origin.clone(),
    };
    Ok(gallery.table.log(&event).await?)
}
