//! Orders without payment and their lines (product 4.7): placed once, counted again when finals arrive, shipped in parts,
//! each line once and pinned to the version it was shipped in.
//!
//! `placed → partly shipped → shipped`, or `cancelled` before anything was shipped; of a line `pending → shipped | cancelled`.
//! Awaiting payment, paid and refunded come with payment; nothing here leads to them.

use crate::access::Subject;
use crate::email::Email;
use crate::gallery::{Gallery, Kind};
use crate::ids::{GalleryId, OrderId, PhotoId, ProductId};
use crate::photo::{Photo, Stage};
use crate::product::{How, Offer, Product, immediate};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// Lines of one order at most: what one transaction can write.
pub const MOST_LINES: usize = 10_000;
/// Bytes of all lines of one order at most ([`Line::weight`]); a transaction takes 4 MB in all. Only names of hundreds of
/// characters reach it before [`MOST_LINES`].
const MOST_WEIGHT: usize = 3_500_000;

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Names it.
    pub id: OrderId,
    /// What people call it: counted from 1 in its gallery.
    pub number: u32,
    /// Of which gallery.
    pub gallery: GalleryId,
    /// Whose.
    pub subject: Subject,
    /// Where its letters go.
    pub contact: Option<Email>,
    /// What they wrote with it; may be empty.
    pub message: String,
    /// When it was placed.
    pub placed: Timestamp,
    /// From what.
    pub source: Source,
    /// At least one; their places name them.
    pub lines: Vec<Line>,
    /// What was sent, in order.
    pub deliveries: Vec<Delivery>,
    /// When it was cancelled as a whole.
    pub cancelled: Option<Timestamp>,
    /// It ships by itself when all pending lines are Final.
    pub auto_ship: bool,
    /// When its methods were last counted.
    pub counted: Option<Timestamp>,
    /// Rises with every change.
    pub revision: u64,
}

/// From what an order was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Source {
    /// A confirmed selection (4.6).
    Selection {
        /// Which snapshot.
        snapshot: u32,
    },
    /// The cart (P42).
    Cart,
}

/// One photograph of an order, as one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Which photograph.
    pub photo: PhotoId,
    /// The camera's file name then.
    pub file_name: String,
    /// Where it stood then.
    pub section: String,
    /// As what.
    pub product: ProductId,
    /// What the product was called then.
    pub product_name: String,
    /// The version that was seen when it was ordered.
    pub asked: u32,
    /// Minor units of the studio's currency; nothing is charged yet.
    pub price: i64,
    /// How it reaches the client.
    pub method: Method,
    /// The rights kept it back when it was ordered, until it is Final (P22): no rule of later ships it before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept_back: bool,
    /// Where it is.
    pub state: LineState,
}

/// How a line reaches the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Download, as soon as it is shipped.
    Now,
    /// Download after it has become Final (P41).
    AfterProcessing,
    /// By hand: a print, a disk.
    Manual,
}

/// Where a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum LineState {
    /// Ordered.
    Pending,
    /// Sent.
    Shipped {
        /// Exactly this version of the photograph.
        version: u32,
        /// With which delivery, from 1.
        delivery: u32,
        /// When.
        at: Timestamp,
    },
    /// Not wanted any more.
    Cancelled {
        /// When.
        at: Timestamp,
    },
}

/// One sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// From 1.
    pub number: u32,
    /// When.
    pub at: Timestamp,
    /// How many lines.
    pub lines: u32,
    /// By itself, not by somebody's hand.
    pub automatic: bool,
}

/// Where an order is; follows from its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrderState {
    /// Nothing is shipped.
    Placed,
    /// Something is, something waits.
    PartlyShipped,
    /// Everything that was not cancelled is.
    Shipped,
    /// Cancelled before anything was shipped.
    Cancelled,
}

/// What a photograph is now, as far as orders care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// Proof, Final, or nothing said.
    pub stage: Stage,
    /// Its current version.
    pub version: u32,
}

impl Now {
    /// What photographs are now; one without a picture can neither be ordered nor shipped.
    #[must_use]
    pub fn of<'a>(photos: impl IntoIterator<Item = &'a Photo>) -> HashMap<PhotoId, Self> {
        let now = |photo: &'a Photo| {
            photo.picture()?;
            let now = Self {
                stage: photo.stage,
                version: photo.number,
            };
            Some((photo.id.clone(), now))
        };
        photos.into_iter().filter_map(now).collect()
    }
}

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

/// Lines counted by the rule of now (P45).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Pending and downloadable.
    pub now: u32,
    /// Pending and waiting for a Final.
    pub waiting: u32,
    /// Pending, and the photograph is gone.
    pub missing: u32,
}

/// Why something cannot be done to an order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    /// Nothing was asked for.
    #[error("an order needs at least one photograph")]
    Empty,
    /// More than [`MOST_LINES`].
    #[error("an order has at most {MOST_LINES} photographs")]
    TooLarge,
    /// The product is not offered for a photograph in this state.
    #[error("{file_name} cannot be ordered in its state")]
    NotOffered {
        /// Which.
        file_name: String,
    },
    /// The same version of it is ordered already.
    #[error("{file_name} is ordered already")]
    AlreadyOrdered {
        /// Which.
        file_name: String,
    },
    /// The order is cancelled.
    #[error("the order is cancelled")]
    Cancelled,
    /// Something of it was shipped already, so it cannot be cancelled as a whole.
    #[error("a part of the order is shipped")]
    PartlyShipped,
    /// Everything is shipped.
    #[error("the order is shipped")]
    Shipped,
    /// No pending line is downloadable.
    #[error("nothing can ship")]
    NothingToShip {
        /// So many lines wait.
        waiting: u32,
    },
    /// There is no such line.
    #[error("there is no such line")]
    NoSuchLine,
    /// The line is shipped.
    #[error("the line is shipped")]
    LineShipped,
    /// The line is cancelled.
    #[error("the line is cancelled")]
    LineCancelled,
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

    fn takes(&self, wish: &Wish<'_>) -> Result<(), Forbidden> {
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

impl Line {
    /// How many bytes it takes at most when it is kept, whatever becomes of it.
    #[must_use]
    pub fn weight(&self) -> usize {
        // ids, dates, numbers and the names of the fields come to less than 270 bytes
        270 + self.file_name.len() + self.section.len() + self.product_name.len()
    }

    /// Its method in a state of its photograph.
    fn method_now(&self, rule: impl Fn(ProductId, Stage) -> Method, stage: Stage) -> Method {
        match rule(self.product, stage) {
            Method::Now if self.kept_back && stage != Stage::Final => Method::AfterProcessing,
            method => method,
        }
    }
}

impl Order {
    /// Places an order; what can be downloaded at once is shipped with it, as its first delivery. The total is 0.
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
        // nothing to ship at once is no fault here
        let _ = order.send(&photos, true, now);
        Ok(order)
    }

    /// Where it is.
    #[must_use]
    pub fn state(&self) -> OrderState {
        let shipped = |line: &Line| matches!(line.state, LineState::Shipped { .. });
        let pending = |line: &Line| line.state == LineState::Pending;
        match (
            self.lines.iter().any(shipped),
            self.lines.iter().any(pending),
        ) {
            (true, true) => OrderState::PartlyShipped,
            (true, false) => OrderState::Shipped,
            (false, true) if self.cancelled.is_none() => OrderState::Placed,
            (false, _) => OrderState::Cancelled,
        }
    }

    /// Whether something of it still waits.
    #[must_use]
    pub fn open(&self) -> bool {
        matches!(self.state(), OrderState::Placed | OrderState::PartlyShipped)
    }

    /// What it costs, in minor units.
    #[must_use]
    pub fn total(&self) -> i64 {
        self.lines.iter().map(|line| line.price).sum()
    }

    /// How many pending lines can ship and how many wait, by the methods they have now.
    #[must_use]
    pub fn tally(&self) -> Counted {
        let mut counted = Counted::default();
        for line in self.pending() {
            match line.method {
                Method::Now => counted.now += 1,
                Method::AfterProcessing | Method::Manual => counted.waiting += 1,
            }
        }
        counted
    }

    /// *Recalc items shipping methods* (P45): the method rule on every pending line, with the states of now. Sends nothing.
    /// `rule` says the method of a product in a state; prints stay what they are.
    ///
    /// # Errors
    /// [`Forbidden::Cancelled`], [`Forbidden::Shipped`].
    pub fn recalc(
        &mut self,
        photos: &HashMap<PhotoId, Now>,
        rule: impl Fn(ProductId, Stage) -> Method,
        now: Timestamp,
    ) -> Result<Counted, Forbidden> {
        self.unfinished()?;
        let mut counted = Counted::default();
        for line in &mut self.lines {
            if line.state != LineState::Pending || line.method == Method::Manual {
                continue;
            }
            let Some(photo) = photos.get(&line.photo) else {
                line.method = Method::AfterProcessing;
                counted.missing += 1;
                continue;
            };
            line.method = line.method_now(&rule, photo.stage);
            match line.method {
                Method::Now => counted.now += 1,
                Method::AfterProcessing | Method::Manual => counted.waiting += 1,
            }
        }
        self.counted = Some(now);
        self.revision += 1;
        Ok(counted)
    }

    /// *Ship PENDING downloadable items now* (P46): every pending line whose method is *now* is shipped once, pinned to the
    /// current version. A line whose photograph went back from Final since it was counted stays (`rule` as in
    /// [`Order::recalc`]): nothing unfinished leaves by an old count.
    ///
    /// # Errors
    /// [`Forbidden::NothingToShip`]: so a second click sends nothing. [`Forbidden::Cancelled`], [`Forbidden::Shipped`].
    pub fn ship(
        &mut self,
        photos: &HashMap<PhotoId, Now>,
        rule: impl Fn(ProductId, Stage) -> Method,
        automatic: bool,
        now: Timestamp,
    ) -> Result<Delivery, Forbidden> {
        self.unfinished()?;
        let ready = |line: &Line| line.state == LineState::Pending && line.method == Method::Now;
        let still = |line: &Line| {
            let photo = photos.get(&line.photo);
            photo.is_some_and(|photo| line.method_now(&rule, photo.stage) == Method::Now)
        };
        if !self.lines.iter().any(|line| ready(line) && still(line)) {
            let waiting = u32::try_from(self.pending().count()).unwrap_or(u32::MAX);
            return Err(Forbidden::NothingToShip { waiting });
        }
        for line in &mut self.lines {
            if ready(line) && !still(line) {
                line.method = Method::AfterProcessing;
            }
        }
        let delivery = self.send(photos, automatic, now)?;
        self.revision += 1;
        Ok(delivery)
    }

    /// Whether it may ship by itself now: that is wished, and every pending line's photograph is Final.
    #[must_use]
    pub fn ships_itself(&self, photos: &HashMap<PhotoId, Now>) -> bool {
        let is_final = |line: &Line| {
            photos
                .get(&line.photo)
                .is_some_and(|p| p.stage == Stage::Final)
        };
        let mut digital = self
            .pending()
            .filter(|line| line.method != Method::Manual)
            .peekable();
        self.auto_ship && self.open() && digital.peek().is_some() && digital.all(is_final)
    }

    /// Says whether it ships by itself when all its photographs are Final.
    ///
    /// # Errors
    /// [`Forbidden::Cancelled`], [`Forbidden::Shipped`].
    pub fn set_auto_ship(&mut self, on: bool) -> Result<(), Forbidden> {
        self.unfinished()?;
        self.auto_ship = on;
        self.revision += 1;
        Ok(())
    }

    /// Cancels it as a whole, before anything was shipped.
    ///
    /// # Errors
    /// [`Forbidden::Cancelled`], [`Forbidden::PartlyShipped`], [`Forbidden::Shipped`].
    pub fn cancel(&mut self, now: Timestamp) -> Result<(), Forbidden> {
        match self.state() {
            OrderState::Cancelled => return Err(Forbidden::Cancelled),
            OrderState::PartlyShipped => return Err(Forbidden::PartlyShipped),
            OrderState::Shipped => return Err(Forbidden::Shipped),
            OrderState::Placed => {}
        }
        for line in &mut self.lines {
            if line.state == LineState::Pending {
                line.state = LineState::Cancelled { at: now };
            }
        }
        self.cancelled = Some(now);
        self.revision += 1;
        Ok(())
    }

    /// Takes one pending line out.
    ///
    /// # Errors
    /// [`Forbidden::NoSuchLine`], [`Forbidden::LineShipped`], [`Forbidden::LineCancelled`].
    pub fn cancel_line(&mut self, place: usize, now: Timestamp) -> Result<(), Forbidden> {
        let line = self.lines.get_mut(place).ok_or(Forbidden::NoSuchLine)?;
        match line.state {
            LineState::Shipped { .. } => return Err(Forbidden::LineShipped),
            LineState::Cancelled { .. } => return Err(Forbidden::LineCancelled),
            LineState::Pending => line.state = LineState::Cancelled { at: now },
        }
        let cancelled = |line: &Line| matches!(line.state, LineState::Cancelled { .. });
        if self.lines.iter().all(cancelled) {
            self.cancelled = Some(now);
        }
        self.revision += 1;
        Ok(())
    }

    /// The version a line was shipped in: what its holder may fetch.
    #[must_use]
    pub fn shipped(&self, photo: &PhotoId, product: ProductId) -> Option<u32> {
        let of = |line: &&Line| line.photo == *photo && line.product == product;
        self.lines
            .iter()
            .filter(of)
            .find_map(|line| match line.state {
                LineState::Shipped { version, .. } => Some(version),
                LineState::Pending | LineState::Cancelled { .. } => None,
            })
    }

    fn pending(&self) -> impl Iterator<Item = &Line> {
        self.lines
            .iter()
            .filter(|line| line.state == LineState::Pending)
    }

    fn unfinished(&self) -> Result<(), Forbidden> {
        match self.state() {
            OrderState::Cancelled => Err(Forbidden::Cancelled),
            OrderState::Shipped => Err(Forbidden::Shipped),
            OrderState::Placed | OrderState::PartlyShipped => Ok(()),
        }
    }

    fn send(
        &mut self,
        photos: &HashMap<PhotoId, Now>,
        automatic: bool,
        now: Timestamp,
    ) -> Result<Delivery, Forbidden> {
        let number = u32::try_from(self.deliveries.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let mut sent = 0;
        for line in &mut self.lines {
            let ready = line.state == LineState::Pending && line.method == Method::Now;
            if let Some(photo) = photos.get(&line.photo).filter(|_| ready) {
                line.state = LineState::Shipped {
                    version: photo.version,
                    delivery: number,
                    at: now,
                };
                sent += 1;
            }
        }
        if sent == 0 {
            let waiting = self.tally().waiting;
            return Err(Forbidden::NothingToShip { waiting });
        }
        let delivery = Delivery {
            number,
            at: now,
            lines: sent,
            automatic,
        };
        self.deliveries.push(delivery);
        Ok(delivery)
    }
}
