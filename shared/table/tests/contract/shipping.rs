//! Orders are counted again and shipped in parts, each line once.

use crate::shop::{Deaf, Shop, other, person, shop};
use crate::{email, morning};
use domain::access::Subject;
use domain::activity::{Event, Origin, What, Who};
use domain::order::{Counted, Delivery, Forbidden, LineState, Order, OrderState};
use domain::photo::Stage;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use table::{Changed, Mail, Placed};

fn told(order: &Order, what: What) -> Event {
    Event {
        at: morning(),
        gallery: Some(order.gallery),
        who: Who::Member(email("owner@studio.example")),
        what,
        from: Origin::default(),
    }
}

fn delivered(order: &Order, delivery: &Delivery) -> (Vec<Mail>, Event) {
    let mail = Mail::Delivered {
        to: email("client@example.com"),
        title: "Anna & Mats".into(),
        path: format!("/g/x/orders/{}", order.id),
        number: order.number,
        names: vec![],
        left: order.tally().waiting,
    };
    let what = What::Shipped {
        number: order.number,
        count: delivery.lines,
        automatic: delivery.automatic,
    };
    (vec![mail], told(order, what))
}

fn recounted(order: &Order, _: &Counted) -> Event {
    let what = What::OrderChanged {
        number: order.number,
        change: "counted again".into(),
    };
    told(order, what)
}

impl Shop {
    async fn placed(&self, once: &str) -> Order {
        self.placed_by(person(), once).await
    }

    async fn placed_by(&self, subject: Subject, once: &str) -> Order {
        let order = self.order_of(subject, "", morning());
        match self.place(&order, once).await {
            Placed::Done(order) => order,
            other => panic!("{other:?}"),
        }
    }

    async fn recalc(&self, order: &Order, once: &str) -> Changed<Counted> {
        let at = (&self.gallery, order.id);
        self.table
            .recalc_order(at, once, &self.products, recounted, morning())
            .await
            .unwrap()
    }

    /// Presses until it is told something else than to come again.
    async fn ship(&self, order: &Order, once: &str) -> Changed<Delivery> {
        loop {
            let at = (&self.gallery, order.id);
            let shipped = self
                .table
                .ship_order(at, once, &self.products, delivered, morning())
                .await;
            match shipped.unwrap() {
                Changed::Busy => {}
                outcome => return outcome,
            }
        }
    }

    async fn read(&self, order: &Order) -> Order {
        let order = self.table.order(order.gallery, order.id).await;
        order.unwrap().unwrap()
    }

    async fn auto(&self) -> Vec<(Order, Delivery)> {
        self.table
            .auto_ship(&self.gallery, &self.products, delivered, morning())
            .await
            .unwrap()
    }
}

/// P45, P46, P47: ten ordered, six Final: counting sends nothing, shipping sends those six, pinned to their version; four
/// wait; a second click sends nothing; the rest goes when it is Final.
#[tokio::test]
async fn a_part_is_shipped_and_the_rest_waits() {
    let mut shop = shop(10).await;
    let order = shop.placed("a").await;
    assert_eq!(shop.mails().await, 1);
    let nothing = Changed::Forbidden(Forbidden::NothingToShip { waiting: 10 });
    assert_eq!(shop.ship(&order, "too early").await, nothing);

    shop.say(&[0, 1, 2, 3, 4, 5], Stage::Final).await;
    assert_eq!(
        shop.ship(&order, "not counted").await,
        nothing,
        "methods are counted when the studio says so"
    );
    let six = Counted {
        now: 6,
        waiting: 4,
        missing: 0,
    };
    let Changed::Done(counted, tally) = shop.recalc(&order, "recalc").await else {
        panic!("not counted");
    };
    assert_eq!((tally, counted.state()), (six, OrderState::Placed));
    assert_eq!(shop.mails().await, 1, "counting sends nothing");
    assert_eq!(shop.recalc(&order, "recalc").await, Changed::Again(counted));

    let Changed::Done(shipped, delivery) = shop.ship(&order, "ship").await else {
        panic!("not shipped");
    };
    assert_eq!(
        (delivery.number, delivery.lines, delivery.automatic),
        (1, 6, false)
    );
    assert_eq!(shipped.state(), OrderState::PartlyShipped);
    assert_eq!(shop.read(&order).await, shipped);
    let of_final = |n: usize| shipped.shipped(&shop.id(n), shop.products[0].id);
    assert_eq!((0..10).filter_map(of_final).collect::<Vec<_>>(), [1; 6]);
    assert_eq!(shop.mails().await, 2);
    let four = Changed::Forbidden(Forbidden::NothingToShip { waiting: 4 });
    assert_eq!(shop.ship(&order, "second click").await, four);
    assert_eq!(shop.ship(&order, "ship").await, Changed::Again(shipped));

    shop.say(&[6, 7, 8, 9], Stage::Final).await;
    shop.recalc(&order, "recalc 2").await;
    let Changed::Done(shipped, delivery) = shop.ship(&order, "ship 2").await else {
        panic!("not shipped");
    };
    assert_eq!((delivery.number, delivery.lines), (2, 4));
    assert_eq!(shipped.state(), OrderState::Shipped);
    assert_eq!(
        shop.ship(&order, "third").await,
        Changed::Forbidden(Forbidden::Shipped)
    );
    assert_eq!(shop.mails().await, 3);
    assert_eq!(shop.table.open_orders().await.unwrap(), 0);
    assert!(
        shop.table
            .galleries_with_open_orders()
            .await
            .unwrap()
            .is_empty()
    );
    let counts = |event: &Event| match event.what {
        What::Shipped { count, .. } => Some(count),
        _ => None,
    };
    let mut counts: Vec<u32> = shop.events().await.iter().filter_map(counts).collect();
    counts.sort_unstable();
    assert_eq!(counts, [4, 6]);
}

/// P46: a photograph that went back from Final after it was counted does not leave.
#[tokio::test]
async fn what_is_not_final_any_more_does_not_leave() {
    let mut shop = shop(2).await;
    let order = shop.placed("a").await;
    shop.say(&[0, 1], Stage::Final).await;
    shop.recalc(&order, "recalc").await;
    shop.say(&[1], Stage::Proof).await;
    let Changed::Done(shipped, delivery) = shop.ship(&order, "ship").await else {
        panic!("not shipped");
    };
    assert_eq!(delivery.lines, 1);
    let product = shop.products[0].id;
    assert_eq!(shipped.shipped(&shop.id(0), product), Some(1));
    assert_eq!(shipped.shipped(&shop.id(1), product), None);
}

async fn pressed_a_hundred_times(
    key: impl Fn(usize) -> String,
) -> (Shop, Vec<Changed<Delivery>>, Order) {
    let mut shop = shop(3).await;
    let order = shop.placed("a").await;
    shop.say(&[0, 1, 2], Stage::Final).await;
    shop.recalc(&order, "recalc").await;
    let shop = Arc::new(shop);
    let clicks = (0..100).map(|n| {
        let (shop, order, key) = (Arc::clone(&shop), order.clone(), key(n));
        tokio::spawn(async move { shop.ship(&order, &key).await })
    });
    let clicks = futures::future::join_all(clicks).await;
    let outcomes = clicks.into_iter().map(Result::unwrap).collect();
    let shop = Arc::into_inner(shop).unwrap();
    (shop, outcomes, order)
}

/// P46: a hundred *Ship* at once are one delivery and one mail, whether one click was sent a hundred times …
#[tokio::test(flavor = "multi_thread")]
async fn one_click_sent_a_hundred_times_is_one_delivery() {
    let (shop, outcomes, order) = pressed_a_hundred_times(|_| "click".into()).await;
    let done = |o: &&Changed<Delivery>| matches!(o, Changed::Done(..));
    let same = |o: &&Changed<Delivery>| matches!(o, Changed::Again(_));
    assert_eq!(outcomes.iter().filter(done).count(), 1);
    assert_eq!(outcomes.iter().filter(same).count(), 99);
    let order = shop.read(&order).await;
    assert_eq!((order.deliveries.len(), order.deliveries[0].lines), (1, 3));
    assert_eq!(shop.mails().await, 2, "the order's and the delivery's");
}

/// … or a hundred clicked.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_clicks_are_one_delivery() {
    let (shop, outcomes, order) = pressed_a_hundred_times(|n| format!("click {n}")).await;
    let done = |o: &&Changed<Delivery>| matches!(o, Changed::Done(..));
    let late = |o: &&Changed<Delivery>| matches!(o, Changed::Forbidden(Forbidden::Shipped));
    assert_eq!(outcomes.iter().filter(done).count(), 1);
    assert_eq!(outcomes.iter().filter(late).count(), 99);
    let order = shop.read(&order).await;
    assert_eq!((order.deliveries.len(), order.deliveries[0].lines), (1, 3));
    assert_eq!(shop.mails().await, 2, "the order's and the delivery's");
}

/// shipped, and the answer lost: pressed again it says so, and nothing is sent twice.
#[tokio::test]
async fn a_delivery_whose_answer_was_lost_is_found_when_it_is_sent_again() {
    let mut shop = shop(1).await;
    let order = shop.placed("a").await;
    shop.say(&[0], Stage::Final).await;
    shop.recalc(&order, "recalc").await;
    let deaf = Deaf::default();
    shop.table = deaf.table(&shop.client);
    deaf.next.store(true, Ordering::SeqCst);
    let at = (&shop.gallery, order.id);
    let lost = shop
        .table
        .ship_order(at, "ship", &shop.products, delivered, morning())
        .await;
    assert!(lost.is_err(), "{lost:?}");
    let Changed::Again(found) = shop.ship(&order, "ship").await else {
        panic!("shipped twice");
    };
    assert_eq!(
        (found.state(), found.deliveries.len()),
        (OrderState::Shipped, 1)
    );
    assert_eq!(shop.mails().await, 2);
}

/// a key belongs to one change of one order.
#[tokio::test]
async fn a_key_is_not_taken_for_another_change() {
    let mut shop = shop(1).await;
    let (one, others) = (shop.placed("a").await, shop.placed_by(other(1), "b").await);
    shop.say(&[0], Stage::Final).await;
    assert!(matches!(shop.recalc(&one, "key").await, Changed::Done(..)));
    assert_eq!(shop.ship(&one, "key").await, Changed::Reused);
    assert_eq!(shop.recalc(&others, "key").await, Changed::Reused);
    assert_eq!(
        shop.recalc(&others, "a").await,
        Changed::Reused,
        "an order was placed with it"
    );
    let elsewhere = Order {
        id: domain::ids::OrderId::new(morning()),
        ..one
    };
    assert_eq!(shop.ship(&elsewhere, "new").await, Changed::Gone);
}

/// P45: one line taken out, one order cancelled; what is cancelled is never shipped.
#[tokio::test]
async fn what_is_cancelled_is_never_shipped() {
    let mut shop = shop(3).await;
    let order = shop.placed("a").await;
    shop.say(&[0, 1, 2], Stage::Final).await;
    let tell = |order: &Order, (): &()| {
        let what = What::OrderChanged {
            number: order.number,
            change: "cancelled".into(),
        };
        (vec![], told(order, what))
    };
    let at = (order.gallery, order.id);
    let outcome = shop
        .table
        .change_order(
            at,
            ("line", "line 1"),
            |o, _| o.cancel_line(1, morning()),
            tell,
            morning(),
        )
        .await
        .unwrap();
    assert!(matches!(outcome, Changed::Done(..)));
    shop.recalc(&order, "recalc").await;
    let Changed::Done(shipped, delivery) = shop.ship(&order, "ship").await else {
        panic!("not shipped");
    };
    assert_eq!(delivery.lines, 2);
    assert_eq!(shipped.state(), OrderState::Shipped);
    assert!(matches!(
        shipped.lines[1].state,
        LineState::Cancelled { .. }
    ));
    let outcome = shop
        .table
        .change_order(
            at,
            ("all", "cancel"),
            |o, _| o.cancel(morning()),
            tell,
            morning(),
        )
        .await
        .unwrap();
    assert_eq!(outcome, Changed::Forbidden(Forbidden::Shipped));
    assert_eq!(shop.read(&order).await, shipped);
}

/// Issue 4: orders ship by themselves when all their photographs are Final, once, and only where that is wished.
#[tokio::test]
async fn orders_ship_by_themselves_when_all_is_final() {
    let mut shop = shop(2).await;
    let manual = shop.placed("manual").await;
    shop.gallery.auto_ship = true;
    let order = shop.placed_by(other(1), "auto").await;
    shop.say(&[0], Stage::Final).await;
    assert_eq!(shop.auto().await, []);
    shop.say(&[1], Stage::Final).await;
    let shipped = shop.auto().await;
    assert_eq!(shipped.len(), 1);
    let (after, delivery) = &shipped[0];
    assert_eq!((after.id, after.state()), (order.id, OrderState::Shipped));
    assert!(delivery.automatic);
    assert_eq!(shop.auto().await, []);
    assert_eq!(shop.read(&manual).await.state(), OrderState::Placed);
    assert_eq!(shop.mails().await, 3, "two orders and one delivery");
}

/// Issue 4: the sweep that runs twice at once ships once.
#[tokio::test(flavor = "multi_thread")]
async fn orders_that_ship_by_themselves_do_so_once() {
    let mut shop = shop(1).await;
    shop.gallery.auto_ship = true;
    let order = shop.placed("auto").await;
    shop.say(&[0], Stage::Final).await;
    let runs = (0..20).map(|_| shop.auto());
    let shipped: usize = futures::future::join_all(runs)
        .await
        .iter()
        .map(Vec::len)
        .sum();
    assert_eq!(shipped, 1);
    assert_eq!(shop.read(&order).await.deliveries.len(), 1);
    assert_eq!(shop.mails().await, 2);
}

/// P51: after a replacement a photograph that was shipped may be ordered again in its new version; the line that was
/// shipped stays at the old one.
#[tokio::test]
async fn a_shipped_line_stays_at_its_version() {
    let mut shop = shop(1).await;
    let first = shop.placed("a").await;
    shop.say(&[0], Stage::Final).await;
    shop.recalc(&first, "recalc").await;
    shop.ship(&first, "ship").await;
    // the photograph is replaced
    shop.photos[0].number = 2;
    let orders = shop
        .table
        .orders_of(first.gallery, &person())
        .await
        .unwrap();
    let wish = domain::order::Wish::chosen(&shop.photos[0], &shop.products[0]);
    domain::order::orderable(&wish, &orders[0].lines).unwrap();
    let second = shop.placed("b").await;
    let product = shop.products[0].id;
    assert_eq!(second.shipped(&shop.id(0), product), Some(2));
    assert_eq!(
        shop.read(&first).await.shipped(&shop.id(0), product),
        Some(1)
    );
}
