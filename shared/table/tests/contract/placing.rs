//! Orders are placed once each, however often they are sent, and empty the cart.

use crate::shop::{Deaf, Shop, done, event, letter, many, other, person, shop};
use crate::{at, morning};
use domain::access::Subject;
use domain::choice::{Set, Stamp, Tap};
use domain::gallery::Gallery;
use domain::ids::PhotoId;
use domain::order::Order;
use domain::photo::Stage;
use jiff::SignedDuration;
use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use table::{Placed, Tapped};

/// the same sent again is the same order; something else under the same key is refused; a key counts 40 days.
#[tokio::test]
async fn an_order_sent_again_is_the_same_order() {
    let shop = shop(2).await;
    let order = shop.order("as agreed", morning());
    let placed = done(shop.place(&order, "key").await);
    // a form sent again makes another order of the same wish: only what was asked for is compared
    let later = shop.order("as agreed", at("2026-11-22T12:00:00Z"));
    assert_ne!(later.id, order.id);
    assert_eq!(
        shop.place(&later, "key").await,
        Placed::Again(placed.clone())
    );
    assert_eq!(
        shop.place(&shop.order("another", morning()), "key").await,
        Placed::Reused
    );
    let mut less = shop.order("as agreed", morning());
    less.lines.pop();
    assert_eq!(shop.place(&less, "key").await, Placed::Reused);

    let (table, id) = (&shop.table, shop.gallery.id);
    let of = async |subject: &Subject, key, now| {
        table.placed_order(id, subject, key, now).await.unwrap()
    };
    assert_eq!(of(&person(), "key", morning()).await, Some(placed));
    assert_eq!(
        of(&Subject::Anybody, "key", morning()).await,
        None,
        "not theirs"
    );
    assert_eq!(of(&person(), "other", morning()).await, None);
    let over = morning() + SignedDuration::from_hours(41 * 24);
    assert_eq!(
        of(&person(), "key", over).await,
        None,
        "R-2.8: over, though nothing removed it"
    );
    assert_eq!(table.orders(id).await.unwrap().len(), 1);
    assert_eq!((shop.mails().await, shop.events().await.len()), (1, 1));
}

/// an order is placed only in a gallery that is as it was when its rights were decided.
#[tokio::test]
async fn no_order_is_placed_in_a_gallery_that_was_paused_or_changed_meanwhile() {
    let shop = shop(1).await;
    let (table, id) = (&shop.table, shop.gallery.id);
    let order = shop.order("", morning());
    table.set_enabled(id, false).await.unwrap();
    assert_eq!(shop.place(&order, "a").await, Placed::Changed);
    table.set_enabled(id, true).await.unwrap();
    let locked = Gallery {
        locked: true,
        ..shop.gallery.clone()
    };
    assert!(table.save_settings(&locked, 1).await.unwrap());
    assert_eq!(shop.place(&order, "a").await, Placed::Changed);
    assert_eq!(table.orders(id).await.unwrap(), []);
    assert_eq!(
        (shop.mails().await, shop.events().await.len()),
        (0, 0),
        "nothing is left behind"
    );
}

/// Sends until it is told something else than to come again, as a browser does.
async fn sent(shop: &Shop, order: &Order, once: &str) -> Placed {
    loop {
        match shop.place(order, once).await {
            Placed::Busy => {}
            outcome => return outcome,
        }
    }
}

/// a hundred at once with one key are one order, one number, one mail and one event.
#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_placings_with_one_key_are_one_order() {
    let shop = Arc::new(shop(2).await);
    let placings = (0..100).map(|_| {
        let shop = Arc::clone(&shop);
        // each has its own id, as a hundred requests would
        tokio::spawn(async move { sent(&shop, &shop.order("", morning()), "key").await })
    });
    let mut ids = HashSet::new();
    let mut fresh = 0;
    for placed in futures::future::join_all(placings).await {
        match placed.unwrap() {
            Placed::Done(order) => {
                fresh += 1;
                ids.insert((order.id, order.number));
            }
            Placed::Again(order) => {
                ids.insert((order.id, order.number));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((fresh, ids.len()), (1, 1));
    let orders = shop.table.orders(shop.gallery.id).await.unwrap();
    assert_eq!(orders.len(), 1);
    assert_eq!(orders[0].number, 1);
    assert_eq!((shop.mails().await, shop.events().await.len()), (1, 1));
}

/// P51, R-2.4: two tabs with the same cart, each with a key of its own, order it once; the other is told that something
/// has changed. What is in another version by then is another wish.
#[tokio::test(flavor = "multi_thread")]
async fn the_same_photographs_are_not_ordered_twice_by_two_tabs() {
    let mut shop = shop(2).await;
    shop.say(&[0, 1], Stage::Final).await;
    let shop = Arc::new(shop);
    let tabs = (0..50).map(|n| {
        let (shop, order) = (Arc::clone(&shop), shop.order("", morning()));
        tokio::spawn(async move { sent(&shop, &order, &format!("tab {n}")).await })
    });
    let tabs = futures::future::join_all(tabs).await;
    let tabs: Vec<Placed> = tabs.into_iter().map(Result::unwrap).collect();
    let placed = tabs.iter().filter(|tab| matches!(tab, Placed::Done(_)));
    assert_eq!(placed.count(), 1);
    let late = tabs.iter().filter(|tab| **tab == Placed::Changed);
    assert_eq!(late.count(), 49);
    assert_eq!((shop.mails().await, shop.events().await.len()), (1, 1));

    let one = shop.photos[1].id.clone();
    let mut replaced = shop.order("", morning());
    replaced.lines.retain(|line| line.photo == one);
    assert_eq!(shop.place(&replaced, "less").await, Placed::Changed);
    replaced.lines[0].asked = 2;
    let second = done(shop.place(&replaced, "replaced").await);
    assert_eq!(second.number, 2);
    let somebody = shop.order_of(other(1), "", morning());
    done(shop.place(&somebody, "somebody").await);
}

/// of orders placed at once each has a number of its own, and none is left out.
#[tokio::test(flavor = "multi_thread")]
async fn orders_placed_at_once_are_counted_without_gap_and_twin() {
    let shop = Arc::new(shop(1).await);
    let placings = (0..30).map(|n| {
        let shop = Arc::clone(&shop);
        let order = shop.order_of(other(n), "", morning());
        tokio::spawn(async move { sent(&shop, &order, &n.to_string()).await })
    });
    let placed = futures::future::join_all(placings).await;
    let numbers: HashSet<u32> = placed
        .into_iter()
        .map(|p| done(p.unwrap()).number)
        .collect();
    assert_eq!(numbers, (1..=30).collect());
}

/// the write is done and its answer lost; whoever sends it again, also after the gallery was paused, finds the
/// order that was placed, and nothing twice.
#[tokio::test]
async fn an_order_whose_answer_was_lost_is_found_when_it_is_sent_again() {
    let mut shop = shop(2).await;
    let deaf = Deaf::default();
    shop.table = deaf.table(&shop.client);
    let order = shop.order("", morning());
    deaf.next.store(true, Ordering::SeqCst);
    let tell = |order: &Order| (vec![letter(order)], event(order));
    let lost = shop
        .table
        .place_order(&shop.gallery, &order, "key", &[], tell, morning())
        .await;
    assert!(lost.is_err(), "{lost:?}");
    shop.table
        .set_enabled(shop.gallery.id, false)
        .await
        .unwrap();
    let placed = shop.place(&shop.order("", morning()), "key").await;
    let expected = Order { number: 1, ..order };
    assert_eq!(placed, Placed::Again(expected.clone()));
    assert_eq!(
        shop.table.orders(shop.gallery.id).await.unwrap(),
        [expected]
    );
    assert_eq!((shop.mails().await, shop.events().await.len()), (1, 1));
}

impl Shop {
    async fn want(&self, photo: &PhotoId, seconds: i64) {
        let made = morning() + SignedDuration::from_secs(seconds);
        let tap = Tap {
            photo: photo.clone(),
            set: Set::Wanted(self.products[0].id, true),
            stamp: Stamp::now(made),
        };
        let tapped = self
            .table
            .tap(self.gallery.id, &person(), &tap, None, made)
            .await
            .unwrap();
        assert!(matches!(tapped, Tapped::Done { .. }), "{tapped:?}");
    }

    /// What lies in the cart.
    async fn cart(&self) -> HashSet<PhotoId> {
        let chosen = self.table.choices(self.gallery.id, &person()).await;
        let choices = chosen.unwrap().choices.into_iter();
        choices
            .filter(|(_, choice)| choice.wanted.values().any(|kept| kept.value))
            .map(|(photo, _)| photo)
            .collect()
    }

    /// Orders these and takes them out of the cart.
    async fn order_out_of_cart(&self, order: &Order, once: &str) -> Placed {
        let empties: Vec<_> = order
            .lines
            .iter()
            .map(|line| (line.photo.clone(), line.product))
            .collect();
        let tell = |order: &Order| (vec![letter(order)], event(order));
        self.table
            .place_order(&self.gallery, order, once, &empties, tell, morning())
            .await
            .unwrap()
    }
}

/// P42: what is ordered leaves the cart with the order; what is not stays; a wish that is made again afterwards stands.
#[tokio::test]
async fn an_order_empties_the_cart_of_what_it_holds() {
    let shop = shop(4).await;
    for n in 0..3 {
        shop.want(&shop.id(n), -10).await;
    }
    let mut order = shop.order("", morning());
    order.lines.retain(|line| line.photo != shop.id(2));
    let placed = done(shop.order_out_of_cart(&order, "a").await);
    assert_eq!(placed.lines.len(), 3, "also one that was in no cart");
    assert_eq!(shop.cart().await, HashSet::from([shop.id(2)]));
    shop.want(&shop.id(0), 10).await;
    assert!(matches!(
        shop.order_out_of_cart(&order, "a").await,
        Placed::Again(_)
    ));
    let left = HashSet::from([shop.id(0), shop.id(2)]);
    assert_eq!(shop.cart().await, left, "sent again it takes nothing more");
}

/// P42: a cart that is larger than a transaction is emptied all the same.
#[tokio::test]
async fn a_large_cart_is_emptied_too() {
    let shop = shop(1).await;
    let order = many(&shop, 230, "I");
    for line in &order.lines {
        shop.want(&line.photo, -10).await;
    }
    assert_eq!(shop.cart().await.len(), 230);
    done(shop.order_out_of_cart(&order, "a").await);
    assert_eq!(shop.cart().await, HashSet::new());
}

/// P42, R-2.4: taps that come while the order is placed are neither lost nor do they keep it from being placed.
#[tokio::test(flavor = "multi_thread")]
async fn taps_and_an_order_at_once_lose_nothing() {
    let shop = shop(3).await;
    shop.want(&shop.id(0), -10).await;
    let order = shop.order("", morning());
    let hearts = async {
        for n in 0..30 {
            let tap = Tap {
                photo: shop.id(0),
                set: Set::Chosen(n % 2 == 0),
                stamp: Stamp::now(morning() + SignedDuration::from_secs(n)),
            };
            let tapped = shop
                .table
                .tap(shop.gallery.id, &person(), &tap, None, morning())
                .await
                .unwrap();
            assert!(matches!(tapped, Tapped::Done { .. }), "{tapped:?}");
        }
    };
    let placing = async {
        loop {
            match shop.order_out_of_cart(&order, "a").await {
                Placed::Busy => {}
                outcome => return done(outcome),
            }
        }
    };
    futures::join!(hearts, placing);
    assert_eq!(shop.cart().await, HashSet::new());
    let (taps, _) = shop
        .table
        .history(shop.gallery.id, &person(), 100, None)
        .await
        .unwrap();
    assert_eq!(taps.len(), 31);
}
