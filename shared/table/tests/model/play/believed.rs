//! A gallery in maps: what product 4.6 and 4.7 say should happen, and nothing of how the table does it.

use super::{Came, PEOPLE, PHOTOS, Say, Step};
use std::collections::{BTreeMap, BTreeSet};

/// A photograph by its place.
pub type P = usize;

/// A photograph of a snapshot: its version, stars, how many comments.
pub type Frozen = (P, u32, Option<u8>, usize);

/// What is kept of one person, in words both sides have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Photographs with a heart.
    pub chosen: BTreeSet<P>,
    /// Stars.
    pub stars: BTreeMap<P, u8>,
    /// In the cart.
    pub wanted: BTreeSet<P>,
    /// The snapshot that closes the choice.
    pub confirmed: Option<u32>,
    /// Each snapshot.
    pub snapshots: Vec<Vec<Frozen>>,
    /// Every tap that was kept.
    pub taps: usize,
}

/// What is kept of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Whose.
    pub who: usize,
    /// Its lines, in order.
    pub lines: Vec<Line>,
    /// How many lines each delivery had.
    pub deliveries: Vec<u32>,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which photograph.
    pub photo: P,
    /// The version that was ordered.
    pub asked: u32,
    /// Downloadable by the last count.
    pub now: bool,
    /// Where it is.
    pub state: Is,
}

/// Where a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// Ordered.
    Pending,
    /// Sent in this version.
    Shipped(u32),
    /// Not wanted any more.
    Cancelled,
}

/// What both sides are asked after a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// About a person, and how many letters were posted to or about them.
    Person(Box<Person>),
    /// About all orders.
    Orders(Vec<Order>),
    /// About a photograph: version, section, comments.
    Photo(u32, String, usize),
    /// Nothing worth asking.
    Nothing,
}

/// Everything there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Everything {
    /// People, in order.
    pub people: Vec<Person>,
    /// Orders, by their numbers.
    pub orders: Vec<Order>,
    /// Photographs: version, section, comments.
    pub photos: Vec<(u32, String, usize)>,
    /// Letters posted so far: of confirmations, orders and deliveries, both sides' together.
    pub letters: usize,
}

#[derive(Debug, Clone)]
struct Photo {
    version: u32,
    section: String,
    stage: u8,
    shown: bool,
    comments: Vec<usize>,
}

/// The model.
#[derive(Debug, Clone)]
pub struct Believed {
    photos: Vec<Photo>,
    people: Vec<Person>,
    /// Who may enter.
    stands: Vec<bool>,
    /// When the tap that stands was made: by person, photograph and channel.
    made: BTreeMap<(usize, P, u8), i64>,
    orders: Vec<Order>,
    enabled: bool,
    locked: bool,
    letters: usize,
}

const FINAL: u8 = 2;

impl Believed {
    /// A gallery that was just made: every photograph a Proof.
    #[must_use]
    pub fn new() -> Self {
        let photo = |at: usize| Photo {
            version: 1,
            section: section(at),
            stage: 1,
            shown: true,
            comments: Vec::new(),
        };
        Self {
            photos: (0..PHOTOS).map(photo).collect(),
            people: vec![Person::default(); PEOPLE],
            stands: vec![true; PEOPLE],
            made: BTreeMap::new(),
            orders: Vec::new(),
            enabled: true,
            locked: false,
            letters: 0,
        }
    }

    /// Takes a step.
    pub fn take(&mut self, step: &Step, now: i64) -> Came {
        match *step {
            Step::Tap {
                who,
                photo,
                say,
                late,
                ..
            } => self.tap(
                who_of(who),
                photo_of(photo),
                say,
                now - i64::from(late) * 1000,
            ),
            Step::Comment { who, photo, .. } => self.comment(who_of(who), photo_of(photo)),
            Step::Replace { photo, .. } => {
                self.photos[photo_of(photo)].version += 1;
                Came::Done
            }
            Step::Again { photo, stage, .. } => {
                let photo = &mut self.photos[photo_of(photo)];
                photo.stage = photo.stage.max(stage.min(FINAL));
                Came::Done
            }
            Step::Stage { photo, stage } => {
                self.photos[photo_of(photo)].stage = stage.min(FINAL);
                Came::Done
            }
            Step::Move { photo, section: to } => {
                self.photos[photo_of(photo)].section = section(to as usize);
                Came::Done
            }
            Step::Show { photo, on } => {
                self.photos[photo_of(photo)].shown = on;
                Came::Done
            }
            Step::Confirm { who, stale, .. } => self.confirm(who_of(who), stale),
            Step::Reopen { who } => self.reopen(who_of(who)),
            Step::Order { who, .. } => self.order(who_of(who), now),
            Step::Recalc { order } => self.on_order(order, Self::recalc),
            Step::Ship { order, .. } => self.on_order(order, Self::ship),
            Step::Cancel { order } => self.on_order(order, Self::cancel),
            Step::Enable { on } => {
                self.enabled = on;
                Came::Done
            }
            Step::Lock { on } => {
                self.locked = on;
                Came::Done
            }
            Step::Revoke { who, off } => {
                self.stands[who_of(who)] = !off;
                Came::Done
            }
        }
    }

    /// Why somebody may not act at all, or choose.
    fn shut(&self, who: usize) -> Option<Came> {
        if !self.enabled {
            return Some(Came::Refused("paused"));
        }
        (!self.stands[who]).then_some(Came::Refused("row-ended"))
    }

    fn tap(&mut self, who: usize, photo: P, say: Say, made: i64) -> Came {
        if let Some(shut) = self.shut(who) {
            return shut;
        }
        if !self.photos[photo].shown {
            return Came::Refused("nothing");
        }
        if self.locked {
            return Came::Refused("closed");
        }
        let choosing = !matches!(say, Say::Wanted(_));
        if choosing && self.people[who].confirmed.is_some() {
            return Came::Refused("confirmed");
        }
        let channel = match say {
            Say::Chosen(_) => 0,
            Say::Stars(_) => 1,
            Say::Wanted(_) => 2,
        };
        self.people[who].taps += 1;
        let stands = self.made.entry((who, photo, channel)).or_insert(i64::MIN);
        if *stands > made {
            return Came::Done;
        }
        *stands = made;
        let person = &mut self.people[who];
        match say {
            Say::Chosen(true) => drop(person.chosen.insert(photo)),
            Say::Chosen(false) => drop(person.chosen.remove(&photo)),
            Say::Stars(0) => drop(person.stars.remove(&photo)),
            Say::Stars(n) => drop(person.stars.insert(photo, n)),
            Say::Wanted(true) => drop(person.wanted.insert(photo)),
            Say::Wanted(false) => drop(person.wanted.remove(&photo)),
        }
        Came::Done
    }

    fn comment(&mut self, who: usize, photo: P) -> Came {
        if let Some(shut) = self.shut(who) {
            return shut;
        }
        if !self.photos[photo].shown {
            return Came::Refused("nothing");
        }
        if self.locked {
            return Came::Refused("closed");
        }
        if self.people[who].confirmed.is_some() {
            return Came::Refused("confirmed");
        }
        self.photos[photo].comments.push(who);
        Came::Done
    }

    fn confirm(&mut self, who: usize, stale: bool) -> Came {
        if let Some(shut) = self.shut(who) {
            return shut;
        }
        if self.locked {
            return Came::Refused("closed");
        }
        if self.people[who].confirmed.is_some() {
            return Came::Refused("confirmed");
        }
        let visible = |photo: &&P| self.photos[**photo].shown;
        let chosen: Vec<P> = self.people[who]
            .chosen
            .iter()
            .filter(visible)
            .copied()
            .collect();
        if chosen.is_empty() {
            return Came::Refused("nothing chosen");
        }
        if stale {
            return Came::Refused("changed");
        }
        let snapshot = chosen.iter().map(|&photo| {
            let Photo {
                version, comments, ..
            } = &self.photos[photo];
            let stars = self.people[who].stars.get(&photo).copied();
            (photo, *version, stars, comments.len())
        });
        let snapshot = snapshot.collect();
        self.people[who].snapshots.push(snapshot);
        self.people[who].confirmed = u32::try_from(self.people[who].snapshots.len()).ok();
        self.letters += 2;
        let fresh: Vec<P> = chosen
            .into_iter()
            .filter(|p| !self.ordered(who, *p))
            .collect();
        if !fresh.is_empty() {
            self.place(who, &fresh);
        }
        Came::Done
    }

    fn reopen(&mut self, who: usize) -> Came {
        if self.people[who].confirmed.take().is_none() {
            return Came::Refused("not confirmed");
        }
        self.letters += 1;
        Came::Done
    }

    /// Ordered in this version, and not cancelled.
    fn ordered(&self, who: usize, photo: P) -> bool {
        let orders = self.orders.iter().filter(|order| order.who == who);
        let mut lines = orders
            .flat_map(|order| &order.lines)
            .filter(|line| line.photo == photo);
        lines.any(|line| match line.state {
            Is::Pending => true,
            Is::Shipped(version) => version == self.photos[photo].version,
            Is::Cancelled => false,
        })
    }

    fn place(&mut self, who: usize, photos: &[P]) {
        let line = |&photo: &P| {
            let Photo { version, stage, .. } = self.photos[photo];
            let ready = stage == FINAL;
            Line {
                photo,
                asked: version,
                now: ready,
                state: if ready {
                    Is::Shipped(version)
                } else {
                    Is::Pending
                },
            }
        };
        let lines: Vec<Line> = photos.iter().map(line).collect();
        let sent = lines.iter().filter(|line| line.now).count();
        self.orders.push(Order {
            who,
            lines,
            deliveries: u32::try_from(sent)
                .ok()
                .filter(|n| *n > 0)
                .into_iter()
                .collect(),
        });
    }

    fn order(&mut self, who: usize, now: i64) -> Came {
        if let Some(shut) = self.shut(who) {
            return shut;
        }
        if self.locked {
            return Came::Refused("closed");
        }
        let wanted: Vec<P> = self.people[who].wanted.iter().copied().collect();
        let fit = |photo: &P| self.photos[*photo].shown && !self.ordered(who, *photo);
        let fit: Vec<P> = wanted.into_iter().filter(fit).collect();
        if fit.is_empty() {
            return Came::Refused("empty");
        }
        self.place(who, &fit);
        for photo in &fit {
            self.people[who].wanted.remove(photo);
            // a tap that was made before and comes after wished for what is ordered by now
            self.made.insert((who, *photo, 2), now);
        }
        self.letters += 2;
        Came::Done
    }

    fn on_order(&mut self, order: u8, act: fn(&mut Self, usize) -> Came) -> Came {
        match self.orders.len() {
            0 => Came::Refused("no order"),
            n => act(self, order as usize % n),
        }
    }

    /// Why nothing can be done to an order any more.
    fn finished(order: &Order) -> Option<Came> {
        if order.lines.iter().any(|line| line.state == Is::Pending) {
            return None;
        }
        let shipped = |line: &Line| matches!(line.state, Is::Shipped(_));
        Some(Came::Refused(if order.lines.iter().any(shipped) {
            "shipped"
        } else {
            "cancelled"
        }))
    }

    fn recalc(&mut self, at: usize) -> Came {
        if let Some(finished) = Self::finished(&self.orders[at]) {
            return finished;
        }
        for line in &mut self.orders[at].lines {
            if line.state == Is::Pending {
                line.now = self.photos[line.photo].stage == FINAL;
            }
        }
        Came::Done
    }

    fn ship(&mut self, at: usize) -> Came {
        if let Some(finished) = Self::finished(&self.orders[at]) {
            return finished;
        }
        let mut sent = 0;
        let ready = |line: &Line| {
            line.state == Is::Pending && line.now && self.photos[line.photo].stage == FINAL
        };
        if !self.orders[at].lines.iter().any(ready) {
            return Came::Refused("nothing to ship");
        }
        for line in &mut self.orders[at].lines {
            if line.state != Is::Pending || !line.now {
                continue;
            }
            if self.photos[line.photo].stage == FINAL {
                line.state = Is::Shipped(self.photos[line.photo].version);
                sent += 1;
            } else {
                line.now = false;
            }
        }
        self.orders[at].deliveries.push(sent);
        self.letters += 1;
        Came::Done
    }

    fn cancel(&mut self, at: usize) -> Came {
        if let Some(finished) = Self::finished(&self.orders[at]) {
            return finished;
        }
        let shipped = |line: &Line| matches!(line.state, Is::Shipped(_));
        if self.orders[at].lines.iter().any(shipped) {
            return Came::Refused("partly shipped");
        }
        for line in &mut self.orders[at].lines {
            if line.state == Is::Pending {
                line.state = Is::Cancelled;
            }
        }
        Came::Done
    }

    /// What both sides are asked after this step.
    #[must_use]
    pub fn told(&self, step: &Step) -> Told {
        match *step {
            Step::Tap { who, .. }
            | Step::Confirm { who, .. }
            | Step::Reopen { who }
            | Step::Revoke { who, .. } => {
                let mut person = self.people[who_of(who)].clone();
                // asked for with everything
                (person.taps, person.snapshots) = (0, Vec::new());
                Told::Person(Box::new(person))
            }
            Step::Order { .. } | Step::Recalc { .. } | Step::Ship { .. } | Step::Cancel { .. } => {
                Told::Orders(self.orders.clone())
            }
            Step::Comment { photo, .. }
            | Step::Replace { photo, .. }
            | Step::Again { photo, .. }
            | Step::Stage { photo, .. }
            | Step::Move { photo, .. }
            | Step::Show { photo, .. } => {
                let photo = &self.photos[photo_of(photo)];
                Told::Photo(photo.version, photo.section.clone(), photo.comments.len())
            }
            Step::Enable { .. } | Step::Lock { .. } => Told::Nothing,
        }
    }

    /// Everything there is.
    #[must_use]
    pub fn everything(&self) -> Everything {
        let photo = |photo: &Photo| (photo.version, photo.section.clone(), photo.comments.len());
        Everything {
            people: self.people.clone(),
            orders: self.orders.clone(),
            photos: self.photos.iter().map(photo).collect(),
            letters: self.letters,
        }
    }
}

impl Default for Believed {
    fn default() -> Self {
        Self::new()
    }
}

/// Which person a number means.
#[must_use]
pub fn who_of(who: u8) -> usize {
    who as usize % PEOPLE
}

/// Which photograph a number means.
#[must_use]
pub fn photo_of(photo: u8) -> P {
    photo as usize % PHOTOS
}

/// The name of a section.
#[must_use]
pub fn section(at: usize) -> String {
    ["Ceremony", "Portraits", "Party"][at % 3].to_owned()
}
