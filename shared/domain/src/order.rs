//! Orders without payment and their lines (product 4.7): placed once, counted again when finals arrive, shipped in parts,
//! each line once and pinned to the version it was shipped in.
//!
//! `placed → partly shipped → shipped`, or `cancelled` before anything was shipped; of a line `pending → shipped | cancelled`.
//! Awaiting payment, paid and refunded come with payment; nothing here leads to them.

/// One line.
mod line;
/// What may be ordered.
mod placing;

pub use line::{Line, LineState, Method};
pub use placing::{Held, Wish, method, orderable, rule};

use crate::access::Subject;
use crate::email::Email;
use crate::ids::{GalleryId, OrderId, PhotoId, ProductId};
use crate::photo::{Photo, Stage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Lines of one order at most: what one transaction can write.
pub const MOST_LINES: usize = 10_000;

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

impl Order {
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
