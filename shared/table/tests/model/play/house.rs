//! The same steps on the real table, asked as the functions ask it: link and cookies to a standing, the standing's word,
//! then the write.

use super::believed::{Everything, Is, Line, Order, Person, Told, photo_of, section, who_of};
use super::{Came, DEVICES, PEOPLE, PHOTOS, Say, Step};
use crate::engine::engine;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::access::{Action, Refusal, Rights, Row, Standing, Subject};
use domain::activity::{Event, Origin, What, Who};
use domain::choice::{Set, Stamp, Stars, Tap};
use domain::comment::{Author, Comment};
use domain::email::Email;
use domain::gallery::{Gallery, Incoming};
use domain::ids::{CommentId, LinkToken, PhotoId, SecretToken};
use domain::order::{self, Forbidden, LineState, Method, Source, Wish, orderable};
use domain::photo::{Photo, Picture, Shown, Stage, State, Version};
use domain::preset::Preset;
use domain::product::{FULL_SIZE, Product};
use domain::replace;
use domain::selection::{Picked, Snapshot, Tally};
use domain::status;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use table::{
    Changed, Chosen, Claim, Committed, Confirmed, Confirming, Found, Listing, Mail, Placed, Proofs,
    Table, Tapped, keys,
};

/// A table on an engine of its own; every play has a gallery of its own in it.
pub struct House {
    client: Client,
}

/// One gallery, its people and their devices.
pub struct Real<'a> {
    house: &'a House,
    /// A process for each device, with a memory of its own.
    processes: Vec<Table>,
    studio: Table,
    gallery: Gallery,
    link: LinkToken,
    photos: Vec<Photo>,
    people: Vec<Email>,
    proofs: Vec<Vec<Proofs>>,
    products: Vec<Product>,
    clock: Timestamp,
    steps: u64,
    /// Letters taken out of the outbox so far.
    letters: AtomicUsize,
}

/// What a step was refused with.
fn refused(refusal: Refusal) -> Came {
    Came::Refused(match refusal {
        Refusal::Paused => "paused",
        Refusal::RowEnded => "row-ended",
        Refusal::Nothing => "nothing",
        Refusal::Closed => "closed",
        Refusal::Confirmed { .. } => "confirmed",
        other => panic!("{other:?}"),
    })
}

fn forbidden(why: &Forbidden) -> Came {
    Came::Refused(match why {
        Forbidden::Cancelled => "cancelled",
        Forbidden::Shipped => "shipped",
        Forbidden::PartlyShipped => "partly shipped",
        Forbidden::NothingToShip { .. } => "nothing to ship",
        other => panic!("{other:?}"),
    })
}

/// Somebody who stands in the gallery.
struct Here {
    standing: Standing,
    listing: std::sync::Arc<Listing>,
    chosen: Chosen,
}

impl House {
    /// Starts an engine.
    pub async fn start() -> Self {
        let (_, client) = engine().await;
        Self { client }
    }

    /// A process that remembers nothing yet.
    fn process(&self) -> Table {
        Table::new(&self.client, "table".into())
    }

    /// Opens a gallery of proofs with people who may choose, comment, rate and order.
    ///
    /// # Panics
    /// When the table does not answer.
    pub async fn open(&self) -> Real<'_> {
        let clock: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let random = SecretToken::random().hash().as_str()[..12].to_owned();
        let mut gallery = Gallery::new("Model".into(), format!("model-{random}"), clock);
        Preset::ProofRetouchDeliver.settings().apply(&mut gallery);
        gallery.incoming = Incoming::default();
        let studio = self.process();
        let anybody = Row::new(Subject::Anybody, Rights::NONE);
        studio.create_gallery(&gallery, &anybody).await.unwrap();
        let mut people = Vec::new();
        let mut proofs = Vec::new();
        for who in 0..PEOPLE {
            let email: Email = format!("p{who}-{random}@example.com").parse().unwrap();
            let row = Row::new(Subject::Person(email.clone()), rights());
            studio
                .save_row(gallery.id, &row, None, clock)
                .await
                .unwrap()
                .unwrap();
            let mut own = Vec::new();
            for _ in 0..DEVICES {
                let id = SecretToken::random().hash();
                studio
                    .open_person_session(&id, &email, clock)
                    .await
                    .unwrap();
                own.push(Proofs {
                    person: Some(id),
                    ..Proofs::default()
                });
            }
            people.push(email);
            proofs.push(own);
        }
        let mut real = Real {
            house: self,
            processes: (0..DEVICES).map(|_| self.process()).collect(),
            studio,
            link: gallery.link.parse().unwrap(),
            gallery,
            photos: Vec::new(),
            people,
            proofs,
            products: domain::product::defaults().to_vec(),
            clock,
            steps: 0,
            letters: 0.into(),
        };
        for at in 0..PHOTOS {
            let key = format!("{}/{}/IMG_{at}.jpg", real.gallery.folder, section(at));
            real.put(&key).await;
            let id = PhotoId::of_key(&key);
            let stage = Some(Stage::Proof);
            real.studio
                .mark_photos(real.gallery.id, &[id], stage, None)
                .await
                .unwrap();
        }
        // what a play left that was cut short
        real.letters().await;
        real.letters = 0.into();
        real.photos = real.studio.photos_of(real.gallery.id).await.unwrap();
        real.photos.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        real
    }
}

fn rights() -> Rights {
    Preset::ProofRetouchDeliver.settings().person_rights
}

impl Real<'_> {
    /// The next moment: never the same second twice, nor a whole number of them apart.
    pub fn tick(&mut self) -> Timestamp {
        self.steps += 1;
        self.clock += SignedDuration::from_millis(1001);
        self.clock
    }

    /// Puts a file under a key, as the rendition function settles it. The event may come again.
    async fn put(&mut self, key: &str) -> Found {
        self.steps += 1;
        let found = Found {
            key: key.to_owned(),
            place: domain::file_name::Place::of_key(key).unwrap(),
            version: Version {
                id: format!("v{}", self.steps),
                etag: format!("e{}", self.steps),
                size: 1000 + self.steps,
            },
            uploaded: self.clock,
            wish: replace::Wish::default(),
        };
        self.settle(&found).await;
        found
    }

    async fn settle(&self, found: &Found) {
        let table = self.house.process();
        let lease = SignedDuration::from_secs(20);
        let claimed = match table
            .claim(self.gallery.id, found, lease, self.clock)
            .await
            .unwrap()
        {
            Claim::Yours(claimed) => claimed,
            Claim::Done => return,
            other => panic!("{other:?}"),
        };
        let photo = Photo {
            id: claimed.photo().clone(),
            gallery: self.gallery.id,
            key: found.key.clone(),
            section: found.place.section.clone(),
            file_name: found.place.file_name.clone(),
            version: found.version.clone(),
            state: State::Ready(picture(&found.version)),
            uploaded: found.uploaded,
            stage: Stage::default(),
            shown: Shown::default(),
            number: 1,
            fresh: false,
            refused: None,
        };
        let committed = table.commit(&claimed, &photo, self.clock).await.unwrap();
        assert_eq!(committed, Committed::Taken);
    }

    async fn here(&self, who: usize, device: usize, now: Timestamp) -> Result<Here, Came> {
        let table = &self.processes[device];
        let proofs = &self.proofs[who][device];
        let found = table
            .visit_and_choices(&self.link, proofs, now)
            .await
            .unwrap();
        let (visit, listing, chosen) = found.unwrap();
        let standing = Standing::of(&visit.gallery, &visit.rows, &visit.arrival, now);
        let standing = standing.map_err(refused)?;
        let chosen = chosen.unwrap();
        Ok(Here {
            standing: standing.confirmed(chosen.selection.confirmed()),
            listing,
            chosen,
        })
    }

    /// Takes a step.
    ///
    /// # Panics
    /// When the table does not answer, or answers what no model knows.
    pub async fn take(&mut self, step: &Step, now: Timestamp) -> Came {
        let outcome = match *step {
            Step::Tap {
                who,
                device,
                photo,
                say,
                late,
                again,
            } => {
                let device = device as usize % DEVICES;
                let made = now - SignedDuration::from_secs(i64::from(late));
                let name = format!("{:016x}", self.steps);
                let tap = Tap {
                    photo: self.photos[photo_of(photo)].id.clone(),
                    set: set(say),
                    stamp: Stamp::new(made.as_millisecond(), &name, now).unwrap(),
                };
                let outcome = self
                    .tap(who_of(who), device, photo_of(photo), &tap, now)
                    .await;
                if again && outcome.is_ok() {
                    self.tap(who_of(who), device, photo_of(photo), &tap, now)
                        .await
                } else {
                    outcome
                }
            }
            Step::Comment { who, photo, again } => {
                self.comment(who_of(who), photo_of(photo), again, now).await
            }
            Step::Replace { photo, again } => {
                let key = self.photos[photo_of(photo)].key.clone();
                let found = self.put(&key).await;
                if again {
                    self.settle(&found).await;
                }
                Ok(())
            }
            Step::Stage { photo, stage } => {
                let stage = [Stage::Undefined, Stage::Proof, Stage::Final][stage.min(2) as usize];
                self.mark(photo, Some(stage), None).await
            }
            Step::Show { photo, on } => {
                let shown = if on { Shown::Everyone } else { Shown::ToStudio };
                self.mark(photo, None, Some(shown)).await
            }
            Step::Move { photo, section: to } => {
                let id = self.photos[photo_of(photo)].id.clone();
                let section = section(to as usize);
                self.studio
                    .move_photos(self.gallery.id, &[id], &section)
                    .await
                    .unwrap();
                Ok(())
            }
            Step::Confirm { who, stale, again } => {
                self.confirm(who_of(who), stale, again, now).await
            }
            Step::Reopen { who } => self.reopen(who_of(who), now).await,
            Step::Order { who, again } => self.order(who_of(who), again, now).await,
            Step::Recalc { order } => self.recalc(order, now).await,
            Step::Ship { order, again } => self.ship(order, again, now).await,
            Step::Cancel { order } => self.cancel(order, now).await,
            Step::Enable { on } => {
                assert!(self.studio.set_enabled(self.gallery.id, on).await.unwrap());
                Ok(())
            }
            Step::Lock { on } => {
                let (mut gallery, _) = self.studio.gallery(self.gallery.id).await.unwrap().unwrap();
                gallery.locked = on;
                let seen = gallery.settings_revision;
                assert!(self.studio.save_settings(&gallery, seen).await.unwrap());
                Ok(())
            }
            Step::Revoke { who, off } => self.revoke(who_of(who), off).await,
        };
        match outcome {
            Ok(()) => Came::Done,
            Err(came) => came,
        }
    }

    async fn tap(
        &self,
        who: usize,
        device: usize,
        photo: usize,
        tap: &Tap,
        now: Timestamp,
    ) -> Result<(), Came> {
        let here = self.here(who, device, now).await?;
        let action = match tap.set {
            Set::Chosen(_) => Action::Select,
            Set::Stars(_) | Set::Label(_) => Action::Rate,
            Set::Wanted(..) => Action::Order,
        };
        let photo = here.photo(&self.photos[photo].id);
        here.standing
            .may(action, Some(photo), now)
            .map_err(refused)?;
        let subject = here.standing.subject();
        let tapped = self.processes[device].tap(self.gallery.id, &subject, tap, None, now);
        match tapped.await.unwrap() {
            Tapped::Done { .. } => Ok(()),
            other => panic!("{other:?}"),
        }
    }

    async fn comment(
        &self,
        who: usize,
        photo: usize,
        again: bool,
        now: Timestamp,
    ) -> Result<(), Came> {
        let here = self.here(who, 0, now).await?;
        let photo = here.photo(&self.photos[photo].id);
        here.standing
            .may(Action::Comment, Some(photo), now)
            .map_err(refused)?;
        let comment = Comment {
            id: CommentId::new(now),
            gallery: self.gallery.id,
            photo: photo.id.clone(),
            version: photo.number,
            author: Author::Visitor(here.standing.subject()),
            name: "Somebody".into(),
            text: format!("said at {now}"),
            drawing: None,
            at: now,
            removed: None,
        };
        for _ in 0..=usize::from(again) {
            self.processes[0].say(&comment).await.unwrap();
        }
        Ok(())
    }

    async fn mark(
        &self,
        photo: u8,
        stage: Option<Stage>,
        shown: Option<Shown>,
    ) -> Result<(), Came> {
        let id = self.photos[photo_of(photo)].id.clone();
        let marked = self
            .studio
            .mark_photos(self.gallery.id, &[id], stage, shown)
            .await;
        assert_eq!(marked.unwrap(), 1);
        Ok(())
    }

    async fn confirm(
        &self,
        who: usize,
        stale: bool,
        again: bool,
        now: Timestamp,
    ) -> Result<(), Came> {
        let here = self.here(who, 0, now).await?;
        here.choosing(now)?;
        let picked: Vec<&Photo> = here.visible(|choice| choice.chosen.value);
        let tally = Tally::of_photos(picked.iter().copied());
        let gallery = here.standing.gallery();
        if gallery.choosing.confirmable(&tally).is_err() {
            return Err(Came::Refused("nothing chosen"));
        }
        let comments = self.processes[0].comments(gallery.id).await.unwrap();
        let picked_of = |photo: &&Photo| Picked {
            photo: photo.id.clone(),
            version: photo.number,
            file_name: photo.file_name.clone(),
            section: photo.section.clone(),
            stars: here.chosen.choices[&photo.id].stars.value,
            label: None,
            comments: comments
                .iter()
                .filter(|c| c.photo == photo.id)
                .map(|c| c.id)
                .collect(),
        };
        let snapshot = Snapshot {
            number: 0,
            at: now,
            subject: here.standing.subject(),
            message: String::new(),
            extra: 0,
            picked: picked.iter().map(picked_of).collect(),
        };
        let subject = here.standing.subject();
        let order = self
            .wished(
                &picked,
                &subject,
                Source::Selection { snapshot: 0 },
                gallery,
                now,
            )
            .await;
        let once = format!("confirm-{}-{}", self.gallery.id, self.steps);
        let confirming = Confirming {
            gallery,
            subject: subject.clone(),
            contact: Some(self.people[who].clone()),
            snapshot,
            order,
            once: &once,
            seen: here.chosen.selection.revision - u64::from(stale),
        };
        let title = gallery.title.clone();
        let mails = [self.letter(who, &title), self.letter(who, &title)];
        let event = self.event(What::Confirmed {
            snapshot: 0,
            count: tally.chosen,
        });
        for sending in 0..=u8::from(again) {
            let tell =
                |_: &Snapshot, _: Option<&order::Order>| (mails.to_vec(), vec![event.clone()]);
            match self.processes[0]
                .confirm(&confirming, tell, now)
                .await
                .unwrap()
            {
                Confirmed::Done(..) if sending == 0 => {}
                Confirmed::Already(_) if sending == 1 => {}
                Confirmed::Changed => return Err(Came::Refused("changed")),
                other => panic!("{other:?}"),
            }
        }
        Ok(())
    }

    /// What can be ordered of these photographs.
    async fn wished(
        &self,
        photos: &[&Photo],
        subject: &Subject,
        source: Source,
        gallery: &Gallery,
        now: Timestamp,
    ) -> Option<order::Order> {
        let earlier = self.processes[0]
            .orders_of(gallery.id, subject)
            .await
            .unwrap();
        let lines: Vec<order::Line> = earlier.into_iter().flat_map(|order| order.lines).collect();
        let full = self
            .products
            .iter()
            .find(|product| product.id == FULL_SIZE)
            .unwrap();
        let wishes = photos.iter().map(|photo| Wish::chosen(photo, full));
        let wishes: Vec<Wish<'_>> = wishes
            .filter(|wish| orderable(wish, &lines).is_ok())
            .collect();
        let contact = match subject {
            Subject::Person(email) => Some(email.clone()),
            _ => None,
        };
        order::Order::place(
            gallery,
            (subject.clone(), contact),
            source,
            &wishes,
            &lines,
            now,
        )
        .ok()
    }

    async fn reopen(&self, who: usize, now: Timestamp) -> Result<(), Came> {
        let subject = Subject::Person(self.people[who].clone());
        let event = self.event(What::Reopened {
            subject: subject.clone(),
        });
        let mails = [self.letter(who, "Model")];
        let reopened = self
            .studio
            .reopen(self.gallery.id, &subject, &mails, &event, now)
            .await;
        match reopened.unwrap() {
            Ok(_) => Ok(()),
            Err(_) => Err(Came::Refused("not confirmed")),
        }
    }

    async fn order(&self, who: usize, again: bool, now: Timestamp) -> Result<(), Came> {
        let here = self.here(who, 1, now).await?;
        let gallery = here.standing.gallery();
        if status::locked(gallery, now) {
            return Err(refused(Refusal::Closed));
        }
        let wanted = here.visible(|choice| choice.cart().any(|product| product == FULL_SIZE));
        let subject = here.standing.subject();
        let order = self
            .wished(&wanted, &subject, Source::Cart, gallery, now)
            .await;
        let order = order.ok_or(Came::Refused("empty"))?;
        let empties: Vec<_> = order
            .lines
            .iter()
            .map(|line| (line.photo.clone(), line.product))
            .collect();
        let once = format!("order-{}-{}", self.gallery.id, self.steps);
        let mails = vec![self.letter(who, "Model"), self.letter(who, "Model")];
        let event = self.event(What::Ordered {
            number: 0,
            count: 0,
        });
        for sending in 0..=u8::from(again) {
            let tell = |_: &order::Order| (mails.clone(), event.clone());
            let table = &self.processes[1];
            match table
                .place_order(gallery, &order, &once, &empties, tell, now)
                .await
                .unwrap()
            {
                Placed::Done(_) if sending == 0 => {}
                Placed::Again(_) if sending == 1 => {}
                other => panic!("{other:?}"),
            }
        }
        Ok(())
    }

    async fn pick(&self, order: u8) -> Result<(order::Order, Gallery), Came> {
        let mut orders = self.studio.orders(self.gallery.id).await.unwrap();
        orders.sort_by_key(|order| order.number);
        if orders.is_empty() {
            return Err(Came::Refused("no order"));
        }
        let order = orders.swap_remove(order as usize % orders.len());
        let (gallery, _) = self.studio.gallery(self.gallery.id).await.unwrap().unwrap();
        Ok((order, gallery))
    }

    async fn recalc(&self, order: u8, now: Timestamp) -> Result<(), Came> {
        let (order, gallery) = self.pick(order).await?;
        let once = format!("recalc-{}", self.steps);
        let event = self.event(What::OrderChanged {
            number: order.number,
            change: "counted".into(),
        });
        let tell = |_: &order::Order, _: &order::Counted| event.clone();
        let at = (&gallery, order.id);
        match self
            .studio
            .recalc_order(at, &once, &self.products, tell, now)
            .await
            .unwrap()
        {
            Changed::Done(..) => Ok(()),
            Changed::Forbidden(why) => Err(forbidden(&why)),
            other => panic!("{other:?}"),
        }
    }

    async fn ship(&self, order: u8, again: bool, now: Timestamp) -> Result<(), Came> {
        let (order, gallery) = self.pick(order).await?;
        let once = format!("ship-{}", self.steps);
        let event = self.event(What::Shipped {
            number: order.number,
            count: 0,
            automatic: false,
        });
        let tell = |order: &order::Order, delivery: &order::Delivery| {
            (Mail::shipped(&gallery, order, delivery), event.clone())
        };
        for sending in 0..=u8::from(again) {
            let at = (&gallery, order.id);
            match self
                .studio
                .ship_order(at, &once, &self.products, tell, now)
                .await
                .unwrap()
            {
                Changed::Done(..) if sending == 0 => {}
                Changed::Again(_) if sending == 1 => {}
                Changed::Forbidden(why) if sending == 0 => return Err(forbidden(&why)),
                other => panic!("{other:?}"),
            }
        }
        Ok(())
    }

    async fn cancel(&self, order: u8, now: Timestamp) -> Result<(), Came> {
        let (order, gallery) = self.pick(order).await?;
        let event = self.event(What::OrderChanged {
            number: order.number,
            change: "cancelled".into(),
        });
        let once = format!("cancel-{}", self.steps);
        let at = (gallery.id, order.id);
        let cancel = |order: &mut order::Order, _: &_| order.cancel(now);
        let tell = |_: &order::Order, (): &()| (Vec::new(), event.clone());
        let changed = self
            .studio
            .change_order(at, (&once, "cancel"), cancel, tell, now)
            .await;
        match changed.unwrap() {
            Changed::Done(..) => Ok(()),
            Changed::Forbidden(why) => Err(forbidden(&why)),
            other => panic!("{other:?}"),
        }
    }

    async fn revoke(&self, who: usize, off: bool) -> Result<(), Came> {
        let subject = Subject::Person(self.people[who].clone());
        let rows = self.studio.rows(self.gallery.id).await.unwrap();
        let mut row = rows.into_iter().find(|row| row.subject == subject).unwrap();
        row.active = !off;
        let seen = Some(row.revision);
        self.studio
            .save_row(self.gallery.id, &row, seen, self.clock)
            .await
            .unwrap()
            .unwrap();
        Ok(())
    }

    fn letter(&self, who: usize, title: &str) -> Mail {
        Mail::Reopened {
            to: self.people[who].clone(),
            title: title.to_owned(),
            path: format!("/g/model-{}", self.steps),
        }
    }

    fn event(&self, what: What) -> Event {
        Event {
            at: self.clock,
            gallery: Some(self.gallery.id),
            who: Who::Stranger,
            what,
            from: Origin::default(),
        }
    }

    /// What both sides are asked after this step.
    pub async fn told(&self, step: &Step, _: Timestamp) -> Told {
        match *step {
            Step::Tap { who, .. }
            | Step::Confirm { who, .. }
            | Step::Reopen { who }
            | Step::Revoke { who, .. } => Told::Person(Box::new(self.person(who_of(who)).await)),
            Step::Order { .. } | Step::Recalc { .. } | Step::Ship { .. } | Step::Cancel { .. } => {
                Told::Orders(self.orders().await)
            }
            Step::Comment { photo, .. }
            | Step::Replace { photo, .. }
            | Step::Stage { photo, .. }
            | Step::Move { photo, .. }
            | Step::Show { photo, .. } => {
                let photos = self.photographs().await;
                let (version, section, comments) = photos[photo_of(photo)].clone();
                Told::Photo(version, section, comments)
            }
            Step::Enable { .. } | Step::Lock { .. } => Told::Nothing,
        }
    }

    /// Everything there is, and every letter in the outbox.
    pub async fn everything(&self) -> Everything {
        let mut people = Vec::new();
        for who in 0..PEOPLE {
            people.push(self.whole_person(who).await);
        }
        Everything {
            people,
            orders: self.orders().await,
            photos: self.photographs().await,
            letters: self.letters().await,
        }
    }

    /// Takes the outbox's letters out, as notify does: how many there were.
    async fn letters(&self) -> usize {
        let client = &self.house.client;
        for shard in keys::outbox_shards() {
            let query = client.query().table_name("table");
            let query = query.key_condition_expression("PK = :pk");
            let query = query.expression_attribute_values(":pk", AttributeValue::S(shard));
            let items = query.into_paginator().items().send();
            for item in items.collect::<Result<Vec<_>, _>>().await.unwrap() {
                let delete = client.delete_item().table_name("table");
                let delete = delete
                    .key("PK", item["PK"].clone())
                    .key("SK", item["SK"].clone());
                delete.send().await.unwrap();
                self.letters.fetch_add(1, Ordering::Relaxed);
            }
        }
        self.letters.load(Ordering::Relaxed)
    }

    fn at(&self, id: &PhotoId) -> usize {
        self.photos
            .iter()
            .position(|photo| photo.id == *id)
            .unwrap()
    }

    async fn person(&self, who: usize) -> Person {
        let subject = Subject::Person(self.people[who].clone());
        let Chosen { choices, selection } = self
            .studio
            .choices(self.gallery.id, &subject)
            .await
            .unwrap();
        let mut person = Person {
            confirmed: match selection.state {
                domain::selection::Progress::Confirmed { snapshot, .. } => Some(snapshot),
                domain::selection::Progress::Open => None,
            },
            ..Person::default()
        };
        for (id, choice) in &choices {
            let at = self.at(id);
            if choice.chosen.value {
                person.chosen.insert(at);
            }
            if let Some(stars) = choice.stars.value {
                person.stars.insert(at, stars.count());
            }
            if choice.cart().next().is_some() {
                person.wanted.insert(at);
            }
        }
        assert_eq!(
            selection.chosen as usize,
            person.chosen.len(),
            "the count of lists"
        );
        person
    }

    /// The same with every tap and every snapshot.
    async fn whole_person(&self, who: usize) -> Person {
        let mut person = self.person(who).await;
        let subject = Subject::Person(self.people[who].clone());
        let (mut before, mut taps) = (None, 0);
        loop {
            let page = self
                .studio
                .history(self.gallery.id, &subject, 500, before.as_deref());
            let (some, next) = page.await.unwrap();
            taps += some.len();
            before = next;
            if before.is_none() {
                break;
            }
        }
        person.taps = taps;
        for snapshot in self
            .studio
            .snapshots(self.gallery.id, &subject)
            .await
            .unwrap()
        {
            let mut picked: Vec<_> = snapshot
                .picked
                .iter()
                .map(|p| {
                    let stars = p.stars.map(Stars::count);
                    (self.at(&p.photo), p.version, stars, p.comments.len())
                })
                .collect();
            picked.sort_unstable();
            person.snapshots.push(picked);
        }
        person
    }

    async fn orders(&self) -> Vec<Order> {
        let mut orders = self.studio.orders(self.gallery.id).await.unwrap();
        orders.sort_by_key(|order| order.number);
        for (place, order) in orders.iter().enumerate() {
            assert_eq!(
                order.number as usize,
                place + 1,
                "numbers have no gaps and no doubles"
            );
        }
        orders.iter().map(|order| self.order_of(order)).collect()
    }

    fn order_of(&self, order: &order::Order) -> Order {
        let line = |line: &order::Line| Line {
            photo: self.at(&line.photo),
            asked: line.asked,
            now: line.method == Method::Now,
            state: match line.state {
                LineState::Pending => Is::Pending,
                LineState::Shipped { version, .. } => Is::Shipped(version),
                LineState::Cancelled { .. } => Is::Cancelled,
            },
        };
        let who = |email: &Email| order.subject == Subject::Person(email.clone());
        Order {
            who: self.people.iter().position(who).unwrap(),
            lines: order.lines.iter().map(line).collect(),
            deliveries: order
                .deliveries
                .iter()
                .map(|delivery| delivery.lines)
                .collect(),
        }
    }

    async fn photographs(&self) -> Vec<(u32, String, usize)> {
        let photos = self.studio.photos_of(self.gallery.id).await.unwrap();
        let comments = self.studio.comments(self.gallery.id).await.unwrap();
        let mut of: HashMap<&PhotoId, usize> = HashMap::new();
        for comment in &comments {
            *of.entry(&comment.photo).or_default() += 1;
        }
        let one = |known: &Photo| {
            let photo = photos.iter().find(|photo| photo.id == known.id).unwrap();
            assert_eq!(photo.file_name, known.file_name, "the camera's name stays");
            let comments = of.get(&photo.id).copied().unwrap_or_default();
            (photo.number, photo.section.clone(), comments)
        };
        self.photos.iter().map(one).collect()
    }
}

impl Here {
    fn photo(&self, id: &PhotoId) -> &Photo {
        self.listing
            .photos
            .iter()
            .find(|photo| photo.id == *id)
            .unwrap()
    }

    /// Why a choice cannot be confirmed here, whatever is in it.
    fn choosing(&self, now: Timestamp) -> Result<(), Came> {
        if !status::choosing(self.standing.gallery(), now) {
            return Err(refused(Refusal::Closed));
        }
        match self.standing.confirmed_on() {
            Some(on) => Err(refused(Refusal::Confirmed { on })),
            None => Ok(()),
        }
    }

    /// Photographs that exist for the visitor and of which they said this, by name.
    fn visible(&self, said: impl Fn(&domain::choice::Choice) -> bool) -> Vec<&Photo> {
        let said = |photo: &&Photo| self.chosen.choices.get(&photo.id).is_some_and(&said);
        let photos = self.listing.photos.iter().filter(said);
        let mut photos: Vec<&Photo> = photos.filter(|photo| self.standing.sees(photo)).collect();
        photos.sort_by(|a, b| a.file_name.cmp(&b.file_name));
        photos
    }
}

fn set(say: Say) -> Set {
    match say {
        Say::Chosen(on) => Set::Chosen(on),
        Say::Stars(n) => Set::Stars(Stars::try_from(n).ok()),
        Say::Wanted(on) => Set::Wanted(FULL_SIZE, on),
    }
}

fn picture(version: &Version) -> Picture {
    Picture {
        width: 3000,
        height: 2000,
        crc32: u32::try_from(version.size).unwrap(),
        thumbhash: String::new(),
        average: "808080".into(),
        captured: None,
        truncated: false,
        tag: version.etag.clone(),
        renditions: vec![(640, 640, 427)],
        marked: false,
    }
}
