//! Placing an order: one for each form, with letters to both sides (P42, P43).

use super::items::{Cart, digest};
use super::{Said, may_order, show};
use crate::Gallery;
use crate::comments::until_the_hour;
use crate::confirm::{contact, key_fits, message, sentence, who};
use crate::sheet::Sheet;
use crate::visitor::Visitor;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::Refusal;
use domain::activity::{Event, What, Who};
use domain::email::Email;
use domain::ids::{PhotoId, ProductId};
use domain::order::{Line, LineState, Order, Source, Wish};
use http::StatusCode;
use serde::Deserialize;
use table::{Mail, Placed as Outcome};
use web::{Caller, Failure};

/// What is shown when the cart is another than on the page.
const CHANGED: &str = "Something changed meanwhile: look once more, then place the order.";
/// What is shown when nothing in it may be ordered.
const NOTHING: &str = "Nothing in the cart can be ordered now.";

/// What the form sends.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    once: String,
    /// What the page offered to order.
    #[serde(default)]
    seen: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    email: String,
}

/// `POST /g/{link}/order`: places the order and leads to its page; sent again, there too.
///
/// # Errors
/// By name what the row or the gallery's status forbids; a key that came with another content; a table that does not
/// answer.
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
    if let Err(refusal) = may_order(&visitor, &sheet) {
        return Ok(caller.refuse(refusal, None));
    }
    let placing = Placing {
        gallery: &gallery,
        caller: &caller,
        visitor: &visitor,
        sent: &sent,
    };
    if visitor.who().as_deref() != Some(sent.who.as_str()) || !key_fits(&sent.once) {
        return placing.again(CHANGED, StatusCode::CONFLICT).await;
    }
    placing.place(&sheet).await
}

/// A form of somebody who may order.
struct Placing<'a> {
    gallery: &'a Gallery,
    caller: &'a Caller,
    visitor: &'a Visitor,
    sent: &'a Sent,
}

impl Placing<'_> {
    async fn place(&self, sheet: &Sheet<'_>) -> Result<Response, Failure> {
        let (message, contact) = match self.typed() {
            Ok(typed) => typed,
            Err(problems) => return self.mistyped(problems).await,
        };
        if let Some(order) = self.sent_before().await? {
            return if order.message == message {
                Ok(to_order(self.caller, &order))
            } else {
                Err(Failure::Reused)
            };
        }
        let (shown, now) = (self.visitor.gallery(), self.visitor.now);
        let cart = Cart::of(self.gallery, self.visitor).await?;
        let items = cart.items(self.visitor, sheet);
        let ready = items.iter().filter_map(|item| item.wish.as_ref().ok());
        let wishes: Vec<Wish<'_>> = ready.cloned().collect();
        if wishes.is_empty() {
            return self.again(NOTHING, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        if digest(&items) != self.sent.seen {
            return self.again(CHANGED, StatusCode::CONFLICT).await;
        }
        let subject = self.visitor.standing.subject();
        let table = &self.gallery.table;
        if !table.take_order(shown.id, &subject, now).await? {
            return Err(Failure::Wait(until_the_hour(now)));
        }
        let whose = (subject, contact);
        let order = Order::place(shown, whose, Source::Cart, &wishes, &cart.earlier, now);
        let order = order.map_err(|why| Failure::Conflict(sentence(&why.to_string())))?;
        self.write(&Order { message, ..order }, &wishes).await
    }

    /// One transaction: the order, the emptied cart, letters and event.
    async fn write(&self, order: &Order, wishes: &[Wish<'_>]) -> Result<Response, Failure> {
        let pair = |wish: &Wish<'_>| (wish.photo.id.clone(), wish.product);
        let empties: Vec<(PhotoId, ProductId)> = wishes.iter().map(pair).collect();
        let tell = |order: &Order| letters(self.visitor, self.caller, order);
        let (table, once) = (&self.gallery.table, &self.sent.once);
        let (shown, now) = (self.visitor.gallery(), self.visitor.now);
        let placed = table.place_order(shown, order, once, &empties, tell, now);
        match placed.await? {
            Outcome::Done(order) | Outcome::Again(order) => Ok(to_order(self.caller, &order)),
            Outcome::Changed => self.again(CHANGED, StatusCode::CONFLICT).await,
            Outcome::Reused => Err(Failure::Reused),
            Outcome::Busy => Err(Failure::Busy),
        }
    }

    /// A form that is sent again finds its order, though the cart is empty by now.
    async fn sent_before(&self) -> Result<Option<Order>, Failure> {
        let (id, subject) = (self.visitor.gallery().id, self.visitor.standing.subject());
        let (table, once) = (&self.gallery.table, &self.sent.once);
        Ok(table
            .placed_order(id, &subject, once, self.visitor.now)
            .await?)
    }

    /// What was typed, or what is wrong with it.
    fn typed(&self) -> Result<(String, Option<Email>), [Option<String>; 2]> {
        let chosen = self.visitor.chosen.as_ref();
        let before = chosen.and_then(|chosen| chosen.selection.contact.as_ref());
        let contact = contact(self.visitor, before, &self.sent.email);
        match (message(&self.sent.message), contact) {
            (Ok(message), Ok(contact)) => Ok((message, contact)),
            (message, contact) => Err([message.err(), contact.err()]),
        }
    }

    async fn mistyped(&self, [message, contact]: [Option<String>; 2]) -> Result<Response, Failure> {
        let said = Said {
            message_problem: message.as_deref(),
            email_problem: contact.as_deref(),
            ..self.sent.said()
        };
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        show(self.gallery, self.caller, self.visitor, said, status).await
    }

    /// The page anew, and why.
    async fn again(&self, why: &str, status: StatusCode) -> Result<Response, Failure> {
        if self.caller.json {
            return Err(Failure::Conflict(why.into()));
        }
        let said = Said {
            notice: Some(why),
            ..self.sent.said()
        };
        show(self.gallery, self.caller, self.visitor, said, status).await
    }
}

fn to_order(caller: &Caller, order: &Order) -> Response {
    Redirect::to(&format!("{}/orders/{}", caller.path(), order.id)).into_response()
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

/// Letters to both, and the line of the activity (P42, P43).
fn letters(visitor: &Visitor, caller: &Caller, order: &Order) -> (Vec<Mail>, Event) {
    let shown = visitor.gallery();
    let names = names(&order.lines);
    let shipped = |line: &&Line| matches!(line.state, LineState::Shipped { .. });
    let size = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let client = order.contact.as_ref().map(|to| Mail::OrderPlaced {
        to: to.clone(),
        title: shown.title.clone(),
        path: format!("/g/{}/orders/{}", shown.link, order.id),
        number: order.number,
        names: names.clone(),
        ready: size(order.lines.iter().filter(shipped).count()),
    });
    let studio = Mail::OrderForStudio {
        title: shown.title.clone(),
        who: who(&order.subject),
        reply_to: order.contact.clone(),
        path: format!("/studio/galleries/{}/orders/{}", shown.id, order.id),
        number: order.number,
        names,
        message: order.message.clone(),
    };
    let event = Event {
        at: visitor.now,
        gallery: Some(shown.id),
        who: Who::Visitor(visitor.standing.subject()),
        what: What::Ordered {
            number: order.number,
            count: size(order.lines.len()),
        },
        from: caller.origin.clone(),
    };
    (client.into_iter().chain([studio]).collect(), event)
}

/// File names, with what they are ordered as where that differs.
fn names(lines: &[Line]) -> Vec<String> {
    let one = lines.iter().all(|line| line.product == lines[0].product);
    let name = |line: &Line| match one {
        true => line.file_name.clone(),
        false => format!("{} ({})", line.file_name, line.product_name),
    };
    lines.iter().map(name).collect()
}
