//! Download products (P39): files the studio offers beside its originals, made for a client when they ask.

/// What a form says of a product.
mod form;
/// A file to be made.
mod job;
/// What a file is called.
mod pattern;

pub use form::{Typed, Unfit};
pub use job::{JOBS, Job, PRODUCTS};
pub use pattern::{Named, Pattern, UnfitPattern};

use crate::access::Action;
use crate::gallery::Gallery;
pub use crate::ids::ProductId;
use crate::photo::{Photo, Stage};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The id of *Full size for printing*.
pub const FULL_SIZE: ProductId = ProductId::built_in(1);
/// The id of *Small for sharing*.
pub const SMALL: ProductId = ProductId::built_in(2);

/// Every state of a photograph.
pub const STAGES: [Stage; 3] = [Stage::Undefined, Stage::Proof, Stage::Final];

/// Something a client can download of a photograph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Names it; the defaults keep theirs when they are edited.
    pub id: ProductId,
    /// What clients read.
    pub name: String,
    /// What the file is.
    pub output: Output,
    /// What the file is called.
    pub pattern: Pattern,
    /// Offered only for photographs in these states (P40, P57); never empty.
    pub states: BTreeSet<Stage>,
    /// Had at once only of Finals (P41); of others it may be ordered.
    pub only_final: bool,
    /// Off: nobody is offered it. It stays readable for the orders that name it.
    pub active: bool,
    /// Where it stands in lists: small numbers first.
    pub place: u32,
    /// Rises with every change: a form that knows an older one is refused. 0: never saved.
    #[serde(default)]
    pub revision: u64,
}

/// What a product's file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Output {
    /// The upload, byte for byte (L25).
    Original,
    /// A file made from it.
    Rendered(Recipe),
}

/// How a file is made from an original: upright, in sRGB, without place, serial numbers and maker's notes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Recipe {
    /// How large.
    pub size: Size,
    /// As what.
    pub format: Format,
    /// Of JPEGs, 40 to 100; the other formats lose nothing.
    pub quality: u8,
    /// The copyright notice to write; empty: the original's.
    pub copyright: String,
    /// The creator to write; empty: the original's.
    pub creator: String,
    /// The caption to write; may be empty.
    pub caption: String,
    /// With the studio's name across it.
    pub mark: bool,
}

/// How large a made file is. Nothing is enlarged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Size {
    /// As large as the original.
    Full,
    /// The longer side has at most so many pixels.
    LongEdge(u32),
    /// It fits into a box, standing as it is seen.
    Fit {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
}

/// The format of a made file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// What every device shows and every print shop takes.
    #[default]
    Jpeg,
    /// Lossless, several times larger.
    Png,
    /// Lossless, a little smaller than PNG.
    Webp,
}

/// How somebody can have a product of a photograph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// Download it at once.
    Now,
    /// Order it; it is delivered when the photograph is Final (P41).
    Order,
}

/// A product as one photograph offers it to one visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer<'a> {
    /// Which.
    pub product: &'a Product,
    /// How it can be had.
    pub how: How,
}

impl Format {
    /// The ending of its files.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    /// Its MIME type.
    #[must_use]
    pub fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

impl Product {
    /// The right that a download of it asks for.
    #[must_use]
    pub fn action(&self) -> Action {
        match self.output {
            Output::Original => Action::DownloadOriginal,
            Output::Rendered(_) => Action::DownloadCustom,
        }
    }

    /// How a file is made; none: the original is.
    #[must_use]
    pub fn recipe(&self) -> Option<&Recipe> {
        match &self.output {
            Output::Original => None,
            Output::Rendered(recipe) => Some(recipe),
        }
    }

    /// What its file of a photograph is called: never empty, fit for every disk.
    #[must_use]
    pub fn file_name(&self, named: &Named<'_>) -> String {
        let format = self.recipe().map(|recipe| recipe.format);
        self.pattern.file_name(named, format)
    }
}

/// What exists before the studio has set anything up: *Full size for printing* and *Small for sharing*.
#[must_use]
pub fn defaults() -> [Product; 2] {
    let base = Product {
        id: FULL_SIZE,
        name: "Full size for printing".into(),
        output: Output::Original,
        pattern: Pattern::camera_name(""),
        states: STAGES.into(),
        only_final: false,
        active: true,
        place: 1,
        revision: 0,
    };
    let small = Product {
        id: SMALL,
        name: "Small for sharing".into(),
        output: Output::Rendered(Recipe {
            size: Size::LongEdge(2048),
            format: Format::Jpeg,
            quality: 85,
            copyright: String::new(),
            creator: String::new(),
            caption: String::new(),
            mark: false,
        }),
        pattern: Pattern::camera_name("-small"),
        place: 2,
        ..base.clone()
    };
    [base, small]
}

/// Whether a product is offered for photographs in this state at all (P40, P57).
#[must_use]
pub fn offered(product: &Product, stage: Stage) -> bool {
    product.active && product.states.contains(&stage)
}

/// Whether a photograph in this state gives the product at once (P41); if not, it may be ordered.
#[must_use]
pub fn immediate(product: &Product, stage: Stage) -> bool {
    offered(product, stage) && (!product.only_final || stage == Stage::Final)
}

/// Whether a gallery offers a product: those it names, else all that are switched on.
#[must_use]
pub fn of_gallery(product: &Product, gallery: &Gallery) -> bool {
    let named = gallery.products.as_ref();
    product.active && named.is_none_or(|named| named.contains(&product.id))
}

/// What a visitor is offered of one photograph, in the products' order. `may` is their standing's answer for this
/// photograph. An original that the rights keep back until it is Final (P22) may be ordered like a product that waits
/// for it (P42).
pub fn offers<'a>(
    products: &'a [Product],
    gallery: &Gallery,
    photo: &Photo,
    may: impl Fn(Action) -> bool,
) -> Vec<Offer<'a>> {
    let how = |product: &Product| {
        let now = immediate(product, photo.stage);
        if now && may(product.action()) {
            return Some(How::Now);
        }
        let waits = photo.stage != Stage::Final && (!now || product.output == Output::Original);
        (waits && may(Action::Order)).then_some(How::Order)
    };
    products
        .iter()
        .filter(|product| of_gallery(product, gallery) && offered(product, photo.stage))
        .filter_map(|product| how(product).map(|how| Offer { product, how }))
        .collect()
}

#[cfg(test)]
mod tests;
