//! The cart (P42): photographs a client wants as a product, ordered with one button. There is nothing to pay.

/// What is in it.
mod items;
/// Placing the order.
mod place;

pub use place::submit;

use crate::Gallery;
use crate::confirm::sentence;
use crate::confirmed::small;
use crate::sheet::{Placed, Sheet};
use crate::visitor::Visitor;
use crate::way;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use domain::access::{self, Action, Refusal, Subject};
use domain::ids::SecretToken;
use domain::status;
use http::StatusCode;
use items::{Cart, Item, comes, digest};
use web::{Caller, Failure, Page, html};

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
