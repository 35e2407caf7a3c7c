//! What is in a cart, and what of it may be ordered now (P42, P51, P57).

use crate::Gallery;
use crate::sheet::{Placed, Sheet};
use crate::visitor::Visitor;
use domain::access::{self, Action};
use domain::ids::{ProductId, TokenHash};
use domain::order::{Forbidden, Line, Method, Wish, method, orderable};
use domain::photo::Photo;
use domain::product::{How, Offer, Product, immediate, of_gallery, offered};
use web::Failure;

/// A photograph in the cart as one product.
pub struct Item<'a> {
    pub placed: Placed<'a>,
    pub product: ProductId,
    pub product_name: &'a str,
    /// How it may be ordered, or why not.
    pub wish: Result<Wish<'a>, Forbidden>,
}

/// What an order is made from.
pub struct Cart {
    pub products: Vec<Product>,
    /// Lines of this subject's orders.
    pub earlier: Vec<Line>,
}

impl Cart {
    /// The studio's products, and this visitor's orders.
    pub async fn of(gallery: &Gallery, visitor: &Visitor) -> Result<Self, Failure> {
        let (table, subject) = (&gallery.table, visitor.standing.subject());
        let orders = table.orders_of(visitor.gallery().id, &subject).await?;
        Ok(Self {
            products: table.products().await?,
            earlier: orders.into_iter().flat_map(|order| order.lines).collect(),
        })
    }

    /// What is in it of what exists for the visitor, in the page's order.
    pub fn items<'a>(&'a self, visitor: &'a Visitor, sheet: &Sheet<'a>) -> Vec<Item<'a>> {
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

/// When it comes.
pub fn comes(wish: &Wish<'_>, visitor: &Visitor, studio: &str) -> String {
    let waits = wish.only_final || wish.kept_back;
    match method(waits, visitor.gallery(), wish.photo.stage) {
        Method::Now if visitor.gallery().awaits_delivery() => {
            format!("{studio} sends it. Downloads are not open yet.")
        }
        Method::Now => "To download as soon as it is ordered.".into(),
        Method::AfterProcessing => format!("{studio} finishes it first, then it comes."),
        Method::Manual => format!("{studio} brings it to you."),
    }
}

/// Names exactly what can be ordered: photograph, version, product.
pub fn digest(items: &[Item<'_>]) -> String {
    let ready = items.iter().filter(|item| item.wish.is_ok());
    let lines = ready.map(|item| {
        let photo = item.placed.photo;
        format!("{}.{}.{}\n", photo.id, photo.number, item.product)
    });
    TokenHash::of(&lines.collect::<String>()).as_str()[..16].to_owned()
}
