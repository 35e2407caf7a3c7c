//! How a photograph can be had, in words: downloaded at once, or ordered (P39–P42, P51, L20).

use crate::visitor::Visitor;
use domain::access::Action;
use domain::ids::ProductId;
use domain::photo::Photo;
use domain::product::{FULL_SIZE, How, Output, Product, of_gallery, offered, offers};

/// What the web-size file is called.
const WEB: &str = "Web size";

/// The studio's products, as a visitor's page view brought them.
#[derive(Debug, Clone, Copy)]
pub struct Products<'a>(&'a [Product]);

/// One way to have a photograph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// What clients read.
    pub name: String,
    /// Which product; none: the web-size file, which is none.
    pub product: Option<ProductId>,
    /// Its address below `/download/{link}/`; none: it can be ordered.
    pub path: Option<String>,
    /// It is in the cart.
    pub wanted: bool,
}

/// A way to have photographs, whichever they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'a> {
    /// A product.
    Product(&'a Product),
    /// The web-size file.
    Web,
}

impl<'a> Products<'a> {
    /// All of them.
    pub fn of_visit(visitor: &'a Visitor) -> Self {
        Self(&visitor.products)
    }

    /// Every way that any photograph may be had; [`Self::ways`] counts in it.
    pub fn kinds(&self) -> Vec<Kind<'a>> {
        let products = self.0.iter().map(Kind::Product);
        products.chain([Kind::Web]).collect()
    }

    /// The ways of one photograph, as numbers of [`Self::kinds`] and whether it is ordered; what can be had at once first.
    pub fn ways(&self, visitor: &Visitor, photo: &Photo) -> Vec<(usize, bool)> {
        let may = |action| {
            let standing = &visitor.standing;
            standing.may(action, Some(photo), visitor.now).is_ok()
        };
        let number = |product: &Product| self.0.iter().position(|other| other.id == product.id);
        let now = offers(self.0, visitor.gallery(), photo, may)
            .into_iter()
            .filter(|offer| offer.how == How::Now)
            .filter_map(|offer| Some((number(offer.product)?, false)));
        let mut ways: Vec<(usize, bool)> = now.collect();
        if visitor.offer(photo).web {
            ways.push((self.0.len(), false));
        }
        if may(Action::Order) {
            let products = self.0.iter().enumerate();
            let offered = products.filter(|(_, product)| {
                of_gallery(product, visitor.gallery()) && offered(product, photo.stage)
            });
            ways.extend(offered.map(|(number, _)| (number, true)));
        }
        ways
    }

    /// The ways of one photograph, in words.
    pub fn of(&self, visitor: &Visitor, photo: &Photo) -> Vec<Offered> {
        let kinds = self.kinds();
        let choice = visitor.choice(&photo.id);
        let ways = self.ways(visitor, photo).into_iter();
        ways.map(|(number, order)| {
            let kind = kinds[number];
            let product = kind.product().map(|product| product.id);
            Offered {
                name: kind.name().to_owned(),
                product,
                path: (!order).then(|| kind.path().replace("{photo}", photo.id.as_str())),
                wanted: order && choice.is_some_and(|c| c.cart().any(|id| Some(id) == product)),
            }
        })
        .collect()
    }
}

impl<'a> Kind<'a> {
    /// The product, if it is one.
    pub fn product(self) -> Option<&'a Product> {
        match self {
            Self::Product(product) => Some(product),
            Self::Web => None,
        }
    }

    /// What clients read.
    pub fn name(self) -> &'a str {
        self.product().map_or(WEB, |product| &product.name)
    }

    /// The address below `/download/{link}/` of one photograph, which stands in it as `{photo}`.
    pub fn path(self) -> String {
        match self {
            Self::Web => "{photo}/web".into(),
            Self::Product(product)
                if product.id == FULL_SIZE && product.output == Output::Original =>
            {
                "{photo}".into()
            }
            Self::Product(product) => format!("{{photo}}/as/{}", product.id),
        }
    }
}
