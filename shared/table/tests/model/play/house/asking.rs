//! What the real table says, in the model's words.

use super::*;

impl Real<'_> {
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
            | Step::Again { photo, .. }
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
    pub(super) async fn letters(&self) -> usize {
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

    pub(super) fn at(&self, id: &PhotoId) -> usize {
        self.photos
            .iter()
            .position(|photo| photo.id == *id)
            .unwrap()
    }

    pub(super) async fn person(&self, who: usize) -> Person {
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
    pub(super) async fn whole_person(&self, who: usize) -> Person {
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

    pub(super) async fn orders(&self) -> Vec<Order> {
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

    pub(super) fn order_of(&self, order: &order::Order) -> Order {
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

    pub(super) async fn photographs(&self) -> Vec<(u32, String, usize)> {
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
