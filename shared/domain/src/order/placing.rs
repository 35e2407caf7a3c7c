//! What may be ordered, and how it reaches the client then.

use super::{Forbidden, Line, LineState, MOST_LINES, Method, Now, Order, Source};
use crate::access::Subject;
use crate::email::Email;
use crate::gallery::{Gallery, Kind};
use crate::ids::{OrderId, PhotoId, ProductId};
use crate::photo::{Photo, Stage};
use crate::product::{How, Offer, Product, immediate};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// Bytes of all lines of one order at most ([`Line::weight`]); a transaction takes 4 MB in all. Only names of hundreds of
/// characters reach it before [`MOST_LINES`].
const MOST_WEIGHT: usize = 3_500_000;

/// What is ordered of one photograph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish<'a> {
    /// The photograph.
    pub photo: &'a Photo,
    /// As what.
    pub product: ProductId,
    /// What that is called.
    pub product_name: &'a str,
    /// The product is delivered at once only of Finals (P41).
    pub only_final: bool,
    /// The rights keep it back until it is Final (P22), whatever the product says.
    pub kept_back: bool,
    /// The product is offered for photographs in this state (P40, P57).
    pub offered: bool,
}

impl<'a> Wish<'a> {
    /// What a cart holds: something that is offered. What the product would give at once and may only be ordered all the
    /// same is kept back by the rights.
    #[must_use]
    pub fn offered(photo: &'a Photo, offer: &Offer<'a>) -> Self {
        let waits = offer.how == How::Order;
        Self {
            kept_back: waits && immediate(offer.product, photo.stage),
            ..Self::chosen(photo, offer.product)
        }
    }

    /// What a confirmed selection holds (4.6): it is ordered whatever the product's states say.
    #[must_use]
    pub fn chosen(photo: &'a Photo, product: &'a Product) -> Self {
        Self {
            photo,
            product: product.id,
            product_name: &product.name,
            only_final: product.only_final,
            kept_back: false,
            offered: true,
        }
    }
}

/// The method rule (4.7): what is delivered at once only of Finals, or stands in a gallery that retouches, waits for the Final.
#[must_use]
pub fn method(only_final: bool, gallery: &Gallery, stage: Stage) -> Method {
    let retouched = gallery.kind == Kind::ProofRetouchDeliver;
    if stage != Stage::Final && (only_final || retouched) {
        Method::AfterProcessing
    } else {
        Method::Now
    }
}

/// The method rule of a gallery with these products, for [`Order::recalc`] and [`Order::ship`]. A product that is not
/// among them waits for the Final: nothing unfinished leaves because somebody removed what was asked for.
pub fn rule<'a>(
    products: &'a [Product],
    gallery: &'a Gallery,
) -> impl Fn(ProductId, Stage) -> Method + 'a {
    let only_final = |id: ProductId| {
        let product = products.iter().find(|product| product.id == id);
        product.is_none_or(|product| product.only_final)
    };
    move |id, stage| method(only_final(id), gallery, stage)
}

/// Whether a photograph may be ordered as this product, given the lines of this subject's orders: once a version (P51).
///
/// # Errors
/// [`Forbidden::NotOffered`], [`Forbidden::AlreadyOrdered`].
pub fn orderable(wish: &Wish<'_>, lines: &[Line]) -> Result<(), Forbidden> {
    Held::by(lines).takes(wish)
}

/// What a subject's orders hold already: waiting, or shipped in some version.
#[derive(Debug)]
pub struct Held<'a>(HashMap<(&'a PhotoId, ProductId), Vec<LineState>>);

impl<'a> Held<'a> {
    /// By the lines of all of them.
    pub fn by(lines: impl IntoIterator<Item = &'a Line>) -> Self {
        let mut held: HashMap<_, Vec<LineState>> = HashMap::new();
        for line in lines {
            let of = held.entry((&line.photo, line.product)).or_default();
            of.push(line.state);
        }
        Self(held)
    }

    /// Whether a photograph is ordered as this product in this version.
    #[must_use]
    pub fn holds(&self, photo: &PhotoId, product: ProductId, version: u32) -> bool {
        let stands = |state: &LineState| match state {
            LineState::Pending => true,
            LineState::Shipped { version: sent, .. } => *sent == version,
            LineState::Cancelled { .. } => false,
        };
        let lines = self.0.get(&(photo, product));
        lines.is_some_and(|lines| lines.iter().any(stands))
    }

    pub(super) fn takes(&self, wish: &Wish<'_>) -> Result<(), Forbidden> {
        let file_name = wish.photo.file_name.clone();
        if !wish.offered || wish.photo.picture().is_none() {
            return Err(Forbidden::NotOffered { file_name });
        }
        if self.holds(&wish.photo.id, wish.product, wish.photo.number) {
            return Err(Forbidden::AlreadyOrdered { file_name });
        }
        Ok(())
    }
}

impl Order {
    /// Places an order; what can be downloaded at once is shipped with it, as its first delivery, unless downloads wait for
    /// the gallery's delivery (S35): then the studio ships it. The total is 0.
    ///
    /// # Errors
    /// [`Forbidden::Empty`], [`Forbidden::TooLarge`]; of wishes that are not [`orderable`] the first one's reason.
    pub fn place(
        gallery: &Gallery,
        (subject, contact): (Subject, Option<Email>),
        source: Source,
        wishes: &[Wish<'_>],
        earlier: &[Line],
        now: Timestamp,
    ) -> Result<Self, Forbidden> {
        if wishes.is_empty() {
            return Err(Forbidden::Empty);
        }
        if wishes.len() > MOST_LINES {
            return Err(Forbidden::TooLarge);
        }
        let mut lines = Vec::with_capacity(wishes.len());
        let photos = Now::of(wishes.iter().map(|wish| wish.photo));
        let held = Held::by(earlier);
        let mut once = HashSet::new();
        for wish in wishes {
            held.takes(wish)?;
            if !once.insert((&wish.photo.id, wish.product)) {
                let file_name = wish.photo.file_name.clone();
                return Err(Forbidden::AlreadyOrdered { file_name });
            }
            lines.push(Line {
                photo: wish.photo.id.clone(),
                file_name: wish.photo.file_name.clone(),
                section: wish.photo.section.clone(),
                product: wish.product,
                product_name: wish.product_name.to_owned(),
                asked: wish.photo.number,
                price: 0,
                method: method(wish.only_final || wish.kept_back, gallery, wish.photo.stage),
                kept_back: wish.kept_back,
                state: LineState::Pending,
            });
        }
        if lines.iter().map(Line::weight).sum::<usize>() > MOST_WEIGHT {
            return Err(Forbidden::TooLarge);
        }
        let mut order = Self {
            id: OrderId::new(now),
            number: 0,
            gallery: gallery.id,
            subject,
            contact,
            message: String::new(),
            placed: now,
            source,
            lines,
            deliveries: Vec::new(),
            cancelled: None,
            auto_ship: gallery.auto_ship,
            counted: None,
            revision: 0,
        };
        if !gallery.awaits_delivery() {
            // nothing to ship at once is no fault here
            let _ = order.send(&photos, true, now);
        }
        Ok(order)
    }
}
