//! What each step does to the real table.

use super::*;

impl Real<'_> {
    pub(super) async fn tap(
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

    pub(super) async fn comment(
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

    pub(super) async fn mark(
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

    pub(super) async fn confirm(
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
    pub(super) async fn wished(
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

    pub(super) async fn reopen(&self, who: usize, now: Timestamp) -> Result<(), Came> {
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

    pub(super) async fn order(&self, who: usize, again: bool, now: Timestamp) -> Result<(), Came> {
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

    pub(super) async fn pick(&self, order: u8) -> Result<(order::Order, Gallery), Came> {
        let mut orders = self.studio.orders(self.gallery.id).await.unwrap();
        orders.sort_by_key(|order| order.number);
        if orders.is_empty() {
            return Err(Came::Refused("no order"));
        }
        let order = orders.swap_remove(order as usize % orders.len());
        let (gallery, _) = self.studio.gallery(self.gallery.id).await.unwrap().unwrap();
        Ok((order, gallery))
    }

    pub(super) async fn recalc(&self, order: u8, now: Timestamp) -> Result<(), Came> {
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

    pub(super) async fn ship(&self, order: u8, again: bool, now: Timestamp) -> Result<(), Came> {
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

    pub(super) async fn cancel(&self, order: u8, now: Timestamp) -> Result<(), Came> {
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

    pub(super) async fn revoke(&self, who: usize, off: bool) -> Result<(), Came> {
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

    pub(super) fn letter(&self, who: usize, title: &str) -> Mail {
        Mail::Reopened {
            to: self.people[who].clone(),
            title: title.to_owned(),
            path: format!("/g/model-{}", self.steps),
        }
    }

    pub(super) fn event(&self, what: What) -> Event {
        Event {
            at: self.clock,
            gallery: Some(self.gallery.id),
            who: Who::Stranger,
            what,
            from: Origin::default(),
        }
    }
}
