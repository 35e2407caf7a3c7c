//! What an order is, said a second time and as simply as can be: a list of lines that wait, are sent or are out.

/// A photograph as orders see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Picture {
    pub is_final: bool,
    pub version: u32,
    pub there: bool,
}

/// What surrounds an order.
#[derive(Debug, Clone)]
pub struct World {
    pub pictures: Vec<Picture>,
    /// Of each product: had at once only of Finals.
    pub only_final: Vec<bool>,
    /// Everything waits for the Final.
    pub retouched: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Waits { ready: bool },
    Sent { version: u32, sending: usize },
    Out,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    pub picture: usize,
    pub product: usize,
    pub kept_back: bool,
    pub status: Status,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    pub items: Vec<Item>,
    /// How many items each sending had.
    pub sendings: Vec<usize>,
    pub auto: bool,
}

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    Cancelled,
    Partly,
    Shipped,
    Nothing { waiting: usize },
    NoSuchLine,
    LineSent,
    LineOut,
}

impl World {
    pub fn ready(&self, item: &Item) -> bool {
        let picture = self.pictures[item.picture];
        let waits = self.only_final[item.product] || item.kept_back || self.retouched;
        picture.there && (picture.is_final || !waits)
    }
}

impl Model {
    /// What is ready is sent with the order.
    pub fn place(world: &World, lines: &[(usize, usize, bool)], auto: bool) -> Self {
        let items = lines.iter().map(|&(picture, product, kept_back)| Item {
            picture,
            product,
            kept_back,
            status: Status::Waits { ready: false },
        });
        let mut model = Self {
            items: items.collect(),
            sendings: vec![],
            auto,
        };
        for item in &mut model.items {
            let ready = world.ready(item);
            item.status = Status::Waits { ready };
        }
        let _ = model.ship(world);
        model
    }

    pub fn waiting(&self) -> usize {
        let waits = |item: &&Item| matches!(item.status, Status::Waits { .. });
        self.items.iter().filter(waits).count()
    }

    pub fn sent(&self) -> usize {
        let sent = |item: &&Item| matches!(item.status, Status::Sent { .. });
        self.items.iter().filter(sent).count()
    }

    fn unfinished(&self) -> Result<(), Refused> {
        match (self.waiting(), self.sent()) {
            (0, 0) => Err(Refused::Cancelled),
            (0, _) => Err(Refused::Shipped),
            _ => Ok(()),
        }
    }

    /// How many are ready, wait, and are of a picture that is gone.
    pub fn recalc(&mut self, world: &World) -> Result<(usize, usize, usize), Refused> {
        self.unfinished()?;
        let mut counts = (0, 0, 0);
        for item in &mut self.items {
            if let Status::Waits { .. } = item.status {
                let ready = world.ready(item);
                item.status = Status::Waits { ready };
                match (ready, world.pictures[item.picture].there) {
                    (true, _) => counts.0 += 1,
                    (false, true) => counts.1 += 1,
                    (false, false) => counts.2 += 1,
                }
            }
        }
        Ok(counts)
    }

    /// How many were sent.
    pub fn ship(&mut self, world: &World) -> Result<usize, Refused> {
        self.unfinished()?;
        let mut after = self.clone();
        let mut sent = 0;
        for item in &mut after.items {
            if item.status == (Status::Waits { ready: true }) {
                item.status = if world.ready(item) {
                    sent += 1;
                    Status::Sent {
                        version: world.pictures[item.picture].version,
                        sending: self.sendings.len() + 1,
                    }
                } else {
                    Status::Waits { ready: false }
                };
            }
        }
        if sent == 0 {
            let waiting = self.waiting();
            return Err(Refused::Nothing { waiting });
        }
        after.sendings.push(sent);
        *self = after;
        Ok(sent)
    }

    /// Wished, something waits, and all that waits is Final.
    pub fn ships_itself(&self, world: &World) -> bool {
        let mut waiting = self
            .items
            .iter()
            .filter(|item| matches!(item.status, Status::Waits { .. }))
            .map(|item| world.pictures[item.picture])
            .peekable();
        self.auto && waiting.peek().is_some() && waiting.all(|p| p.there && p.is_final)
    }

    pub fn cancel(&mut self) -> Result<(), Refused> {
        match (self.waiting(), self.sent()) {
            (0, 0) => return Err(Refused::Cancelled),
            (0, _) => return Err(Refused::Shipped),
            (_, 0) => {}
            _ => return Err(Refused::Partly),
        }
        for item in &mut self.items {
            item.status = Status::Out;
        }
        Ok(())
    }

    pub fn cancel_line(&mut self, place: usize) -> Result<(), Refused> {
        let item = self.items.get_mut(place).ok_or(Refused::NoSuchLine)?;
        match item.status {
            Status::Sent { .. } => Err(Refused::LineSent),
            Status::Out => Err(Refused::LineOut),
            Status::Waits { .. } => {
                item.status = Status::Out;
                Ok(())
            }
        }
    }

    pub fn set_auto(&mut self, on: bool) -> Result<(), Refused> {
        self.unfinished()?;
        self.auto = on;
        Ok(())
    }
}
