//! Confirming (S22, S34): a snapshot of what exists for the visitor now, once, with letters to both sides.

/// What is typed into such forms.
mod typed;

pub use typed::{contact, key_fits, message, sentence, who};

use crate::Gallery;
use crate::review::{self, Said, rules};
use crate::sheet::{Placed, Sheet};
use crate::visitor::Visitor;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{Refusal, Subject};
use domain::activity::{Event, What, Who};
use domain::email::Email;
use domain::gallery::Kind;
use domain::ids::{CommentId, PhotoId};
use domain::notice;
use domain::order::{Order, Source, Wish, orderable};
use domain::product::{FULL_SIZE, Product};
use domain::selection::{Mode, Picked, Selection, Snapshot, Tally};
use http::StatusCode;
use serde::Deserialize;
use std::collections::HashMap;
use table::{Chosen, Confirmed, Confirming, Mail};
use web::{Caller, Failure, words};

/// What is shown when taps came between the page and the button.
const CHANGED: &str =
    "Your other device changed the choice meanwhile: look once more, then confirm.";

/// What is shown when a list is beyond what one confirmation holds.
const TOO_LARGE: &str = "That is more than one list can hold. Take some out, or ask the studio.";

/// What the form sends.
#[derive(Deserialize)]
pub struct Sent {
    /// Names this one wish to confirm.
    #[serde(default)]
    once: String,
    /// What the page showed, see [`review::Seen`].
    #[serde(default)]
    seen: String,
    /// Whose page it was.
    #[serde(default)]
    who: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    email: String,
}

/// `POST /g/{link}/confirm`: freezes the choice and leads to what was confirmed; sent again, there too.
///
/// # Errors
/// By name what the row, the gallery's status or an earlier confirmation forbids; a key that came with another content;
/// a table that does not answer.
pub async fn submit(
    State(gallery): State<Gallery>,
    caller: Caller,
    Form(sent): Form<Sent>,
) -> Result<Response, Failure> {
    let visitor = match Visitor::of(&gallery, &caller).await? {
        Ok(visitor) => visitor,
        Err(outside) => return Ok(outside.answer(&caller)),
    };
    if visitor.standing.preview() {
        return Ok(caller.refuse(Refusal::Preview, visitor.banner.clone()));
    }
    let sheet = Sheet::of(&visitor);
    if let Err(refusal) = review::may_choose(&visitor, &sheet) {
        // a form that was sent twice finds the choice confirmed, and what it was for is done
        return Ok(match refusal {
            Refusal::Confirmed { .. } if !caller.json => review::to_confirmed(&caller, &visitor),
            refusal => caller.refuse(refusal, None),
        });
    }
    let Some(chosen) = &visitor.chosen else {
        return Ok(caller.refuse(Refusal::NotAllowed, None));
    };
    let list = List {
        gallery: &gallery,
        caller: &caller,
        visitor: &visitor,
        picked: review::picked(&sheet, &chosen.choices),
        chosen,
        sent: &sent,
        message: String::new(),
        contact: None,
    };
    list.look().await
}

/// A list that is about to be frozen.
struct List<'a> {
    gallery: &'a Gallery,
    caller: &'a Caller,
    visitor: &'a Visitor,
    chosen: &'a Chosen,
    /// In the page's order.
    picked: Vec<Placed<'a>>,
    sent: &'a Sent,
    /// What was written with it, once that is known to fit.
    message: String,
    /// Where its letters go, likewise.
    contact: Option<Email>,
}

impl List<'_> {
    /// Looks at the form, and confirms what it is about.
    async fn look(mut self) -> Result<Response, Failure> {
        if self.visitor.gallery().choosing.mode == Mode::Favourites {
            let why = "Favourites are yours alone; nothing has to be confirmed.";
            return Err(Failure::Conflict(why.into()));
        }
        // a form of somebody else who used this browser, or of no page at all
        let who = self.visitor.who();
        if who.as_deref() != Some(self.sent.who.as_str()) || !key_fits(&self.sent.once) {
            return self.again(CHANGED, StatusCode::CONFLICT).await;
        }
        let before = self.chosen.selection.contact.as_ref();
        let contact = contact(self.visitor, before, &self.sent.email);
        match (message(&self.sent.message), contact) {
            (Ok(message), Ok(contact)) => (self.message, self.contact) = (message, contact),
            (message, contact) => return self.mistyped([message.err(), contact.err()]).await,
        }
        self.confirm(self.sent).await
    }

    async fn mistyped(&self, [message, contact]: [Option<String>; 2]) -> Result<Response, Failure> {
        let said = Said {
            message_problem: message.as_deref(),
            email_problem: contact.as_deref(),
            ..self.sent.said()
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        review::again(self.gallery, self.caller, self.visitor, said, status).await
    }

    async fn confirm(&self, sent: &Sent) -> Result<Response, Failure> {
        let (shown, now) = (self.visitor.gallery(), self.visitor.now);
        let tally = Tally::of_photos(self.picked.iter().map(|placed| placed.photo));
        let extra = match shown.choosing.confirmable(&tally) {
            Ok(extra) => extra,
            Err(not_yet) => {
                let why = rules::missing(&not_yet, &tally, &self.gallery.name);
                return self.again(&why, StatusCode::UNPROCESSABLE_ENTITY).await;
            }
        };
        let seen = review::Seen::read(&sent.seen);
        let revision = self.chosen.selection.revision;
        let Some(seen) = seen.filter(|seen| seen.revision == revision) else {
            return self.again(CHANGED, StatusCode::CONFLICT).await;
        };
        // the same choice; but what the studio replaced or took away meanwhile was not looked at
        if let n @ 1.. = seen.changed(&self.picked) {
            let these = words::count(n, "photograph", "photographs");
            let why = format!("{these} changed while you looked: look once more, then confirm.");
            return self.again(&why, StatusCode::CONFLICT).await;
        }
        let confirming = Confirming {
            gallery: shown,
            subject: self.chosen.selection.subject.clone(),
            contact: self.contact.clone(),
            snapshot: self.snapshot(extra).await?,
            order: self.order().await?,
            once: &sent.once,
            seen: revision,
        };
        let all = self.all().await?;
        let tell = |snapshot: &Snapshot, order: Option<&Order>| self.tell(snapshot, order, all);
        match self.gallery.table.confirm(&confirming, tell, now).await? {
            Confirmed::Done(selection, _) | Confirmed::Already(selection) => {
                Ok(self.done(selection.snapshots))
            }
            Confirmed::Changed => self.again(CHANGED, StatusCode::CONFLICT).await,
            Confirmed::Reused => Err(Failure::Reused),
            Confirmed::TooLarge => {
                self.again(TOO_LARGE, StatusCode::UNPROCESSABLE_ENTITY)
                    .await
            }
            Confirmed::Busy => Err(Failure::Busy),
        }
    }

    fn done(&self, number: u32) -> Response {
        Redirect::to(&format!("{}/confirmed/{number}", self.caller.path())).into_response()
    }

    async fn again(&self, why: &str, status: StatusCode) -> Result<Response, Failure> {
        if self.caller.json {
            return Err(Failure::Conflict(why.into()));
        }
        let said = Said {
            notice: Some(why),
            ..self.sent.said()
        };
        review::again(self.gallery, self.caller, self.visitor, said, status).await
    }

    async fn snapshot(&self, extra: u32) -> Result<Snapshot, Failure> {
        let gallery = self.visitor.gallery().id;
        let mut comments: HashMap<PhotoId, Vec<CommentId>> = HashMap::new();
        for comment in self.gallery.table.comments(gallery).await? {
            if comment.removed.is_none() {
                comments.entry(comment.photo).or_default().push(comment.id);
            }
        }
        let picked = self.picked.iter().map(|placed| {
            let choice = self.chosen.choices.get(&placed.photo.id);
            let talks = self.visitor.standing.talks(placed.photo);
            Picked {
                photo: placed.photo.id.clone(),
                version: placed.photo.number,
                file_name: placed.photo.file_name.clone(),
                section: placed.chapter.to_owned(),
                stars: choice.and_then(|choice| choice.stars.value),
                label: choice.and_then(|choice| choice.label.value),
                comments: comments
                    .remove(&placed.photo.id)
                    .filter(|_| talks)
                    .unwrap_or_default(),
            }
        });
        Ok(Snapshot {
            number: self.chosen.selection.snapshots + 1,
            at: self.visitor.now,
            subject: self.chosen.selection.subject.clone(),
            message: self.message.clone(),
            extra,
            picked: picked.collect(),
        })
    }

    /// The order that a confirmed selection is where the studio retouches (4.6): of what is not ordered already.
    async fn order(&self) -> Result<Option<Order>, Failure> {
        let (shown, table) = (self.visitor.gallery(), &self.gallery.table);
        if shown.kind != Kind::ProofRetouchDeliver {
            return Ok(None);
        }
        let subject = &self.chosen.selection.subject;
        let orders = table.orders_of(shown.id, subject).await?;
        let earlier: Vec<_> = orders.into_iter().flat_map(|order| order.lines).collect();
        let products = table.products().await?;
        let full_size = products.iter().find(|product| product.id == FULL_SIZE);
        let defaults = domain::product::defaults();
        let full_size: &Product = full_size.unwrap_or(&defaults[0]);
        let wishes = self.picked.iter().map(|p| Wish::chosen(p.photo, full_size));
        let wishes: Vec<_> = wishes
            .filter(|wish| orderable(wish, &earlier).is_ok())
            .collect();
        if wishes.is_empty() {
            return Ok(None);
        }
        let source = Source::Selection {
            snapshot: self.chosen.selection.snapshots + 1,
        };
        let whose = (subject.clone(), self.contact.clone());
        let order = Order::place(shown, whose, source, &wishes, &earlier, self.visitor.now);
        let order = order.map_err(|why| Failure::Conflict(sentence(&why.to_string())))?;
        Ok(Some(Order {
            message: self.message.clone(),
            ..order
        }))
    }

    /// Letters to both, and the lines of the activity (S22).
    fn tell(
        &self,
        snapshot: &Snapshot,
        order: Option<&Order>,
        all: Option<(u32, u32)>,
    ) -> (Vec<Mail>, Vec<Event>) {
        let shown = self.visitor.gallery();
        let names: Vec<String> = snapshot
            .picked
            .iter()
            .map(|p| p.file_name.clone())
            .collect();
        let client = self.contact.as_ref().map(|to| Mail::Confirmed {
            to: to.clone(),
            title: shown.title.clone(),
            path: format!("/g/{}/confirmed/{}", shown.link, snapshot.number),
            names: names.clone(),
            extra: snapshot.extra,
            finals_follow: order.is_some_and(Order::open),
        });
        let studio = format!("/studio/galleries/{}", shown.id);
        let studio = Mail::ConfirmedForStudio {
            title: shown.title.clone(),
            who: who(&snapshot.subject),
            reply_to: self.contact.clone(),
            path: match order {
                Some(order) => format!("{studio}/orders/{}", order.id),
                None => format!("{studio}/selection"),
            },
            names,
            extra: snapshot.extra,
            message: snapshot.message.clone(),
            all,
        };
        let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let event = |what| Event {
            at: self.visitor.now,
            gallery: Some(shown.id),
            who: Who::Visitor(snapshot.subject.clone()),
            what,
            from: self.caller.origin.clone(),
        };
        let mut events = vec![event(What::Confirmed {
            snapshot: snapshot.number,
            count: size(snapshot.picked.len()),
        })];
        events.extend(order.map(|order| {
            event(What::Ordered {
                number: order.number,
                count: size(order.lines.len()),
            })
        }));
        (client.into_iter().chain([studio]).collect(), events)
    }

    /// Where everybody must confirm: how many have, with this one, of how many.
    async fn all(&self) -> Result<Option<(u32, u32)>, Failure> {
        let (shown, table) = (self.visitor.gallery(), &self.gallery.table);
        if !shown.choosing.all_must_confirm {
            return Ok(None);
        }
        let rows = table.rows(shown.table).await?;
        let selections = table.selections(shown.id).await?;
        let choosers = notice::choosers(shown, &rows, &selections, self.visitor.now);
        let mine = &self.chosen.selection.subject;
        let has = |subject: &&Subject| {
            let of = |selection: &&Selection| selection.subject == **subject;
            let found = selections.iter().find(of);
            *subject == mine || found.is_some_and(|selection| selection.confirmed().is_some())
        };
        let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(Some((
            size(choosers.iter().filter(has).count()),
            size(choosers.len()),
        )))
    }
}

impl Sent {
    fn said(&self) -> Said<'_> {
        Said {
            message: &self.message,
            email: &self.email,
            ..Said::default()
        }
    }
}
