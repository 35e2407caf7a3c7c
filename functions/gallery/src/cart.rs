//! The cart (P42): photographs a client wants as a product, ordered with one button. There is nothing to pay.

use crate::Gallery;
use crate::confirm::{contact, key_fits, message, sentence, who};
use crate::confirmed::small;
use crate::sheet::{Placed, Sheet};
use crate::visitor::Visitor;
use crate::way;
use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use domain::access::{self, Action, Refusal, Subject};
use domain::activity::{Event, What, Who};
use domain::ids::{PhotoId, ProductId, SecretToken, TokenHash};
use domain::order::{Forbidden, Line, LineState, Method, Order, Source, Wish, method, orderable};
use domain::photo::Photo;
use domain::product::{How, Offer, Product, immediate, of_gallery, offered};
use domain::status;
use http::StatusCode;
use serde::Deserialize;
use table::{Mail, Placed as Outcome};
use web::{Caller, Failure, Page, html};

/// What is shown when the cart is another than on the page.
const CHANGED: &str = "Something changed meanwhile: look once more, then place the order.";

#[derive(Template)]
#[template(path = "cart.html")]
struct CartPage<'a> {
    page: Page<'a>,
    link: &'a str,
    title: &'a str,
    who: String,
    /// Milliseconds since 1970: the script's clock.
    clock: i64,
    items: Vec<Shown<'a>>,
    /// How many of them can be ordered.
    ready: usize,
    /// Why nothing can be ordered.
    shut: Option<String>,
    /// Items can be taken out.
    open: bool,
    notice: Option<&'a str>,
    once: String,
    seen: String,
    asks_email: bool,
    known: Option<String>,
    email: String,
    said: Said<'a>,
}

/// What a form sent, and what came of it.
#[derive(Debug, Clone, Copy, Default)]
struct Said<'a> {
    message: &'a str,
    email: &'a str,
    message_problem: Option<&'a str>,
    email_problem: Option<&'a str>,
    notice: Option<&'a str>,
}

/// An item as the page shows it.
struct Shown<'a> {
    number: usize,
    id: &'a str,
    name: &'a str,
    chapter: &'a str,
    product: String,
    product_name: &'a str,
    src: String,
    ratio: f64,
    average: &'a str,
    width: u32,
    height: u32,
    /// When it comes, or why it cannot be ordered.
    words: String,
    refused: bool,
}

/// A photograph in the cart as one product.
struct Item<'a> {
    placed: Placed<'a>,
    product: ProductId,
    product_name: &'a str,
    /// How it may be ordered, or why not.
    wish: Result<Wish<'a>, Forbidden>,
}

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

/// What an order is made from.
struct Cart {
    products: Vec<Product>,
    /// Lines of this subject's orders.
    earlier: Vec<Line>,
}

/// `GET /g/{link}/cart`.
///
/// # Errors
/// Whoever may not order; a table that does not answer.
pub async fn page(State(gallery): State<Gallery>, caller: Caller) -> Result<Response, Failure> {
    let visitor = match Visitor::of(&gallery, &caller).await? {
        Ok(visitor) => visitor,
        Err(outside) => return Ok(way::to_the_door(&caller, *outside, "cart")),
    };
    show(&gallery, &caller, &visitor, Said::default(), StatusCode::OK).await
}

async fn show(
    gallery: &Gallery,
    caller: &Caller,
    visitor: &Visitor,
    said: Said<'_>,
    status: StatusCode,
) -> Result<Response, Failure> {
    let sheet = Sheet::of(visitor);
    let (shut, status) = match may_order(visitor, &sheet) {
        Ok(()) => (None, status),
        Err(refusal @ (Refusal::Closed | Refusal::Archived)) => (
            Some(closed(visitor, gallery, refusal)),
            StatusCode::FORBIDDEN,
        ),
        Err(refusal) => return Ok(caller.refuse(refusal, visitor.banner.clone())),
    };
    let open = shut.is_none() && !visitor.standing.preview();
    let shut = shut.or_else(|| {
        let preview = visitor.standing.preview();
        preview.then(|| {
            "You see this page as somebody else does. Nothing is ordered from here.".into()
        })
    });
    let cart = Cart::of(gallery, visitor).await?;
    let items = cart.items(visitor, &sheet);
    let mut shown = Vec::new();
    for item in &items {
        shown.push(item.shown(gallery, visitor).await?);
    }
    let asks_email = visitor.standing.subject() == Subject::Anybody;
    let signed_in = visitor.standing.person().map(|p| p.email.as_str());
    let before = visitor
        .chosen
        .as_ref()
        .and_then(|c| c.selection.contact.as_ref());
    let path = caller.path();
    let page = CartPage {
        page: visitor.page(gallery, &path),
        link: caller.token.expose(),
        title: &visitor.gallery().title,
        who: visitor.who().unwrap_or_default(),
        clock: visitor.now.as_millisecond(),
        ready: items.iter().filter(|item| item.wish.is_ok()).count(),
        items: shown,
        shut,
        open,
        notice: said.notice,
        once: SecretToken::random().expose().to_owned(),
        seen: digest(&items),
        asks_email,
        known: before
            .filter(|_| asks_email)
            .map(domain::email::Email::masked),
        email: match (said.email, signed_in) {
            ("", Some(me)) => me.to_owned(),
            (typed, _) => typed.to_owned(),
        },
        said,
    };
    Ok(html(status, &page))
}

/// Whether this visitor may order anything now; *View as* sees what the row sees.
fn may_order(visitor: &Visitor, sheet: &Sheet<'_>) -> Result<(), Refusal> {
    let (row, shown, now) = (visitor.standing.row(), visitor.gallery(), visitor.now);
    if visitor.chosen.is_none() {
        return Err(Refusal::NotAllowed);
    }
    let mut said = Err(Refusal::NotAllowed);
    for placed in sheet.placed() {
        match access::may(row, Action::Order, Some(placed.photo), shown, now) {
            Ok(()) => return Ok(()),
            Err(Refusal::NotAllowed) => {}
            Err(refusal) => said = Err(refusal),
        }
    }
    if sheet.total() > 0 || !visitor.rights().order {
        return said;
    }
    // a gallery that is empty still
    match (status::locked(shown, now), status::archived(shown, now)) {
        (true, _) => Err(Refusal::Closed),
        (_, true) => Err(Refusal::Archived),
        (false, false) => Ok(()),
    }
}

fn closed(visitor: &Visitor, gallery: &Gallery, refusal: Refusal) -> String {
    let studio = &gallery.name;
    match (refusal, visitor.gallery().locked) {
        (Refusal::Archived, _) => {
            "This gallery is kept to look at. What is in the cart stays here.".into()
        }
        (_, true) => format!("{studio} has closed ordering. What is in the cart stays here."),
        (_, false) => {
            format!(
                "The time for orders is over. What is in the cart stays here. Ask {studio} if you need more time."
            )
        }
    }
}

impl Cart {
    async fn of(gallery: &Gallery, visitor: &Visitor) -> Result<Self, Failure> {
        let (table, subject) = (&gallery.table, visitor.standing.subject());
        let orders = table.orders_of(visitor.gallery().id, &subject).await?;
        Ok(Self {
            products: table.products().await?,
            earlier: orders.into_iter().flat_map(|order| order.lines).collect(),
        })
    }

    /// What is in it of what exists for the visitor, in the page's order.
    fn items<'a>(&'a self, visitor: &'a Visitor, sheet: &Sheet<'a>) -> Vec<Item<'a>> {
        let (row, shown, now) = (visitor.standing.row(), visitor.gallery(), visitor.now);
        let mut items = Vec::new();
        for placed in sheet.placed() {
            let choice = visitor
                .chosen
                .as_ref()
                .and_then(|c| c.choices.get(&placed.photo.id));
            let Some(choice) = choice.filter(|choice| choice.cart().next().is_some()) else {
                continue;
            };
            let may = |action| access::may(row, action, Some(placed.photo), shown, now).is_ok();
            for id in choice.cart() {
                let product = self.products.iter().find(|product| product.id == id);
                let wish = product.and_then(|product| wish(placed.photo, product, shown, may));
                items.push(Item {
                    placed,
                    product: id,
                    product_name: product.map_or("A size that is gone", |p| p.name.as_str()),
                    wish: wish
                        .ok_or_else(|| Forbidden::NotOffered {
                            file_name: placed.photo.file_name.clone(),
                        })
                        .and_then(|wish| orderable(&wish, &self.earlier).map(|()| wish)),
                });
            }
        }
        items
    }
}

/// How a product may be ordered of a photograph; none: it is not offered in this state or not here (P40, P51, P57). What
/// the rights keep back until it is Final waits for that (P22).
fn wish<'a>(
    photo: &'a Photo,
    product: &'a Product,
    shown: &domain::gallery::Gallery,
    may: impl Fn(Action) -> bool,
) -> Option<Wish<'a>> {
    let is = of_gallery(product, shown) && offered(product, photo.stage) && may(Action::Order);
    let how = if immediate(product, photo.stage) && may(product.action()) {
        How::Now
    } else {
        How::Order
    };
    is.then(|| Wish::offered(photo, &Offer { product, how }))
}

impl<'a> Item<'a> {
    async fn shown(&self, gallery: &Gallery, visitor: &Visitor) -> Result<Shown<'a>, Failure> {
        let Placed {
            number,
            chapter,
            photo,
            picture,
        } = self.placed;
        let sources = small(gallery, visitor, photo).await?;
        Ok(Shown {
            number,
            id: photo.id.as_str(),
            name: &photo.file_name,
            chapter,
            product: self.product.to_string(),
            product_name: self.product_name,
            src: sources.first().map(|s| s.url.clone()).unwrap_or_default(),
            ratio: self.placed.ratio(),
            average: &picture.average,
            width: picture.width,
            height: picture.height,
            words: match &self.wish {
                Ok(wish) => comes(wish, visitor, &gallery.name),
                Err(why) => sentence(&why.to_string()),
            },
            refused: self.wish.is_err(),
        })
    }
}

/// When it comes.
fn comes(wish: &Wish<'_>, visitor: &Visitor, studio: &str) -> String {
    let waits = wish.only_final || wish.kept_back;
    match method(waits, visitor.gallery(), wish.photo.stage) {
        Method::Now => "To download as soon as it is ordered.".into(),
        Method::AfterProcessing => format!("{studio} finishes it first, then it comes."),
        Method::Manual => format!("{studio} brings it to you."),
    }
}

/// Names exactly what can be ordered: photograph, version, product.
fn digest(items: &[Item<'_>]) -> String {
    let ready = items.iter().filter(|item| item.wish.is_ok());
    let lines = ready.map(|item| {
        let photo = item.placed.photo;
        format!("{}.{}.{}\n", photo.id, photo.number, item.product)
    });
    TokenHash::of(&lines.collect::<String>()).as_str()[..16].to_owned()
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
    let again = |why: &'static str, status| anew(&gallery, &caller, &visitor, &sent, why, status);
    if visitor.who().as_deref() != Some(sent.who.as_str()) || !key_fits(&sent.once) {
        return again(CHANGED, StatusCode::CONFLICT).await;
    }
    let before = visitor
        .chosen
        .as_ref()
        .and_then(|c| c.selection.contact.as_ref());
    let typed = (
        message(&sent.message),
        contact(&visitor, before, &sent.email),
    );
    let (message, contact) = match typed {
        (Ok(message), Ok(contact)) => (message, contact),
        (message, contact) => {
            let (message, contact) = (message.err(), contact.err());
            let said = Said {
                message_problem: message.as_deref(),
                email_problem: contact.as_deref(),
                ..sent.said()
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return show(&gallery, &caller, &visitor, said, status).await;
        }
    };
    let (shown, subject, now) = (visitor.gallery(), visitor.standing.subject(), visitor.now);
    // a form that is sent again finds its order, though the cart is empty by now
    if let Some(order) = gallery
        .table
        .placed_order(shown.id, &subject, &sent.once, now)
        .await?
    {
        return if order.message == message {
            Ok(to_order(&caller, &order))
        } else {
            Err(Failure::Reused)
        };
    }
    let cart = Cart::of(&gallery, &visitor).await?;
    let items = cart.items(&visitor, &sheet);
    let wishes: Vec<Wish<'_>> = items
        .iter()
        .filter_map(|i| i.wish.as_ref().ok().cloned())
        .collect();
    if wishes.is_empty() {
        let why = "Nothing in the cart can be ordered now.";
        return again(why, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    if digest(&items) != sent.seen {
        return again(CHANGED, StatusCode::CONFLICT).await;
    }
    let whose = (subject, contact);
    let order = match Order::place(shown, whose, Source::Cart, &wishes, &cart.earlier, now) {
        Ok(order) => Order { message, ..order },
        Err(why) => return Err(Failure::Conflict(sentence(&why.to_string()))),
    };
    let empties: Vec<(PhotoId, ProductId)> = wishes
        .iter()
        .map(|wish| (wish.photo.id.clone(), wish.product))
        .collect();
    let tell = |order: &Order| letters(&visitor, &caller, order);
    let table = &gallery.table;
    match table
        .place_order(shown, &order, &sent.once, &empties, tell, now)
        .await?
    {
        Outcome::Done(order) | Outcome::Again(order) => Ok(to_order(&caller, &order)),
        Outcome::Changed => again(CHANGED, StatusCode::CONFLICT).await,
        Outcome::Reused => Err(Failure::Reused),
        Outcome::Busy => Err(Failure::Busy),
    }
}

fn to_order(caller: &Caller, order: &Order) -> Response {
    Redirect::to(&format!("{}/orders/{}", caller.path(), order.id)).into_response()
}

async fn anew(
    gallery: &Gallery,
    caller: &Caller,
    visitor: &Visitor,
    sent: &Sent,
    why: &'static str,
    status: StatusCode,
) -> Result<Response, Failure> {
    if caller.json {
        return Err(Failure::Conflict(why.into()));
    }
    let said = Said {
        notice: Some(why),
        ..sent.said()
    };
    show(gallery, caller, visitor, said, status).await
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
